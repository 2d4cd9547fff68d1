//! `read`: reads a line of standard input into variables, split where `IFS` says.

use super::{
    Command, Example, Io,
    export::is_name,
    options::{options, refuses},
};

pub(super) const READ: Command = Command {
    name: "read",
    usage: "read [-r] [-p PROMPT] [NAME…]",
    run,
    examples: &[
        Example { line: "read a b <<< 'x y z'; echo \"$b-$a\"", shows: "y z-x\n" },
        Example { line: "printf '1\\n2\\n' | while read n; do echo \"n=$n\"; done", shows: "n=1\nn=2\n" },
        Example { line: "IFS=, read -r a b c <<< 1,2,3; echo $c $b $a", shows: "3 2 1\n" },
        Example {
            line: "printf 'a:1\\nb:\\n' | while IFS=: read -r k v; do echo \"$k=[$v]\"; done",
            shows: "a=[1]\nb=[]\n",
        },
        Example { line: "IFS= read -r l <<< '  a '; echo \"[$l]\"", shows: "[  a ]\n" },
        Example { line: "read 1", shows: "bash: read: `1': not a valid identifier\n" },
        Example { line: "read -a x <<< '1 2'", shows: "read: `read -a` is not simulated\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "read", "rsep:a:d:n:N:t:u:i:", &[]) else { return 2 };
    if refuses(io, "read", &options, &['a', 'd', 'n', 'N', 't', 'u']) {
        return 2;
    }
    if let Some(wrong) = options.rest.iter().find(|name| !is_name(name)) {
        io.eprint(format!("bash: read: `{wrong}': not a valid identifier\n"));
        return 1;
    }
    let (line, ended) = next_line(io, options.has('r'));
    let session = &mut io.world.laptop.session;
    if options.rest.is_empty() {
        session.set("REPLY", line.into_iter().map(|(c, _)| c).collect());
        return i32::from(!ended);
    }
    let ifs = session.variable("IFS").map_or_else(|| " \t\n".to_owned(), |variable| variable.value.clone());
    for (name, value) in options.rest.iter().zip(split(&line, &ifs, options.rest.len())) {
        session.set(name, value);
    }
    i32::from(!ended)
}

/// The next line of the input, each character with whether a backslash stood before it, and whether the line had an end.
/// A backslash before the end goes on with the next line; with `raw` it is a character as others.
fn next_line(io: &mut Io<'_>, raw: bool) -> (Vec<(char, bool)>, bool) {
    let left = io.input.bytes.as_ref().and_then(|bytes| bytes.as_bytes().get(io.input.at..)).unwrap_or_default();
    let mut line = Vec::new();
    let mut taken = 0;
    let mut ended = false;
    while !ended && taken < left.len() {
        let rest = left.get(taken..).unwrap_or_default();
        let end = rest.iter().position(|byte| *byte == b'\n');
        let text = String::from_utf8_lossy(rest.get(..end.unwrap_or(rest.len())).unwrap_or_default());
        taken += end.map_or(rest.len(), |end| end + 1);
        ended = end.is_some();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            if c != '\\' || raw {
                line.push((c, false));
            } else if let Some(escaped) = chars.next() {
                line.push((escaped, true));
            } else {
                ended = false;
            }
        }
    }
    io.input.at += taken;
    (line, ended)
}

/// The words of a line for `count` variables: the last one has all that is left.
fn split(line: &[(char, bool)], ifs: &str, count: usize) -> Vec<String> {
    let separates = |(c, escaped): (char, bool)| !escaped && ifs.contains(c);
    let blank = |item: (char, bool)| separates(item) && item.0.is_ascii_whitespace();
    let skip_blanks = |from: usize| line.iter().skip(from).take_while(|item| blank(**item)).count() + from;
    // Where the word from here ends, and where the next one begins: blanks, and one separator of another kind.
    let word = |from: usize| {
        let end = line.iter().skip(from).take_while(|item| !separates(**item)).count() + from;
        let mut next = skip_blanks(end);
        if line.get(next).is_some_and(|item| separates(*item)) {
            next = skip_blanks(next + 1);
        }
        (end, next)
    };
    let text =
        |from: usize, to: usize| line.get(from..to).unwrap_or_default().iter().map(|(c, _)| *c).collect::<String>();
    let mut values = Vec::new();
    let mut at = skip_blanks(0);
    while values.len() + 1 < count {
        let (end, next) = word(at);
        values.push(text(at, end));
        at = next;
    }
    let (end, next) = word(at);
    // What only ends the last word is no part of it.
    let last = if next >= line.len() { end } else { line.len() };
    let blanks = line.iter().take(last).skip(at).rev().take_while(|item| blank(**item)).count();
    values.push(text(at, last - blanks));
    values
}
