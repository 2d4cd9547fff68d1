//! `nl`: numbers lines; empty ones only with `-ba`.

use super::{Command, Example, Io, options::options, text::all_text};

pub(super) const NL: Command = Command {
    name: "nl",
    usage: "nl [-b a|t|n] [-w WIDTH] [-s TEXT] [FILE…]",
    run,
    examples: &[
        Example { line: "printf 'a\\n\\nb\\n' | nl", shows: "     1\ta\n       \n     2\tb\n" },
        Example { line: "printf 'a\\n\\n' | nl -ba -w1 -s': '", shows: "1: a\n2: \n" },
    ],
};

/// The widest number.
const WIDTH_MAX: usize = 100;

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [("body-numbering", 'b'), ("number-width", 'w'), ("number-separator", 's')];
    let Some(options) = options(io, "nl", "b:w:s:", &longs) else { return 1 };
    let style = options.value('b').unwrap_or("t");
    if !matches!(style, "a" | "t" | "n") {
        io.eprint(format!("nl: invalid body numbering style: '{style}'\nTry 'nl --help' for more information.\n"));
        return 1;
    }
    let width = options.value('w').unwrap_or("6");
    let Some(width) = width.parse::<usize>().ok().filter(|width| (1..=WIDTH_MAX).contains(width)) else {
        io.eprint(format!("nl: invalid line number field width: '{width}'\n"));
        return 1;
    };
    let separator = options.value('s').unwrap_or("\t");
    let (text, failed) = all_text(io, "nl", &options.rest);
    let mut number = 0;
    for line in text.lines() {
        if style == "a" || style == "t" && !line.is_empty() {
            number += 1;
            io.print(format!("{number:width$}{separator}{line}\n"));
        } else {
            io.print(format!("{:1$}{line}\n", "", width + separator.len()));
        }
    }
    i32::from(failed)
}
