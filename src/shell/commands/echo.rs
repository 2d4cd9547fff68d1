//! `echo`: prints its arguments.

use super::{Command, Example, Io};
use crate::shell::escape::unescape;

pub(super) const ECHO: Command = Command {
    name: "echo",
    usage: "echo [-neE] [TEXT…]",
    run,
    examples: &[
        Example { line: "echo a  b 'c  d'", shows: "a b c  d\n" },
        Example { line: "echo -n a; echo -e 'b\\tc'", shows: "ab\tc\n" },
        Example { line: "echo -x -- y", shows: "-x -- y\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let (mut newline, mut escapes) = (true, false);
    let mut args = io.args;
    while let Some((first, rest)) = args.split_first() {
        let letters = first.strip_prefix('-').filter(|letters| !letters.is_empty());
        let Some(letters) = letters.filter(|letters| letters.chars().all(|c| "neE".contains(c))) else { break };
        for letter in letters.chars() {
            match letter {
                'n' => newline = false,
                'e' => escapes = true,
                _ => escapes = false,
            }
        }
        args = rest;
    }
    let text = args.join(" ");
    if escapes {
        let unescaped = unescape(&text);
        io.write(&unescaped.bytes);
        newline &= !unescaped.stopped;
    } else {
        io.print(&text);
    }
    if newline {
        io.print("\n");
    }
    0
}
