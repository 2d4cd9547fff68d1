//! `tr`: replaces or deletes characters.

use super::{Command, Example, Io, options::options};
use crate::shell::escape::unescape;

pub(super) const TR: Command = Command {
    name: "tr",
    usage: "tr [-d|-s] SET1 [SET2]",
    run,
    examples: &[
        Example { line: "echo hello | tr a-z A-Z", shows: "HELLO\n" },
        Example { line: "printf 'a\\nb\\n' | tr -d '\\n'", shows: "ab" },
        Example { line: "echo 'a   b' | tr -s ' '", shows: "a b\n" },
        Example { line: "echo Team/App | tr '[:upper:]/' '[:lower:]-'", shows: "team-app\n" },
        Example { line: "tr", shows: "tr: missing operand\nTry 'tr --help' for more information.\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [("delete", 'd'), ("squeeze-repeats", 's'), ("complement", 'c')];
    let Some(options) = options(io, "tr", "dscC", &longs) else { return 1 };
    let Some(first) = options.rest.first() else {
        io.eprint("tr: missing operand\nTry 'tr --help' for more information.\n");
        return 1;
    };
    let from = set(first);
    let to = options.rest.get(1).map(|text| set(text)).unwrap_or_default();
    if to.is_empty() && !options.has('d') && !options.has('s') {
        io.eprint(format!("tr: missing operand after '{first}'\nTry 'tr --help' for more information.\n"));
        return 1;
    }
    let complement = options.has('c') || options.has('C');
    let text = io.stdin().map(|blob| String::from_utf8_lossy(blob.as_bytes()).into_owned()).unwrap_or_default();
    let mut out = String::new();
    let mut last = None;
    for c in text.chars() {
        let at = from.iter().position(|known| *known == c);
        let within = at.is_some() != complement;
        if within && options.has('d') {
            continue;
        }
        let new = match (within, to.last()) {
            (true, Some(end)) => at.and_then(|at| to.get(at)).copied().unwrap_or(*end),
            _ => c,
        };
        let squeezed = options.has('s') && last == Some(new) && (within || to.contains(&new));
        if !squeezed {
            out.push(new);
        }
        last = Some(new);
    }
    io.print(out);
    0
}

/// The characters of a set: ranges, classes, escapes.
fn set(text: &str) -> Vec<char> {
    let classes = [
        ("[:upper:]", "A-Z"),
        ("[:lower:]", "a-z"),
        ("[:digit:]", "0-9"),
        ("[:alpha:]", "A-Za-z"),
        ("[:alnum:]", "A-Za-z0-9"),
        ("[:space:]", " \\t\\n\\r\\f\\v"),
        ("[:blank:]", " \\t"),
        ("[:punct:]", "!-/:-@[-`{-~"),
    ];
    let text = classes.iter().fold(text.to_owned(), |text, (class, chars)| text.replace(class, chars));
    let text = String::from_utf8_lossy(&unescape(&text).bytes).into_owned();
    let chars: Vec<char> = text.chars().collect();
    let mut set = Vec::new();
    let mut rest = chars.as_slice();
    loop {
        match rest {
            [from, '-', to, after @ ..] if from <= to => {
                set.extend((*from..=*to).take(4096));
                rest = after;
            }
            [c, after @ ..] => {
                set.push(*c);
                rest = after;
            }
            [] => return set,
        }
    }
}
