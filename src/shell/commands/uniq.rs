//! `uniq`: leaves out repeated lines that follow each other.

use super::{Command, Example, Io, options::options, text::all_text};

pub(super) const UNIQ: Command = Command {
    name: "uniq",
    usage: "uniq [-cdu] [FILE]",
    run,
    examples: &[
        Example { line: "printf 'a\\na\\nb\\n' | uniq", shows: "a\nb\n" },
        Example { line: "printf 'a\\na\\nb\\n' | uniq -c", shows: "      2 a\n      1 b\n" },
        Example { line: "printf 'a\\na\\nb\\n' | uniq -d", shows: "a\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) =
        options(io, "uniq", "cdui", &[("count", 'c'), ("repeated", 'd'), ("unique", 'u'), ("ignore-case", 'i')])
    else {
        return 1;
    };
    let same = |a: &str, b: &str| if options.has('i') { a.to_lowercase() == b.to_lowercase() } else { a == b };
    let (text, failed) = all_text(io, "uniq", &options.rest);
    let mut groups: Vec<(&str, usize)> = Vec::new();
    for line in text.lines() {
        match groups.last_mut() {
            Some((last, count)) if same(last, line) => *count += 1,
            _ => groups.push((line, 1)),
        }
    }
    for (line, count) in groups {
        if (options.has('d') && count == 1) || (options.has('u') && count > 1) {
            continue;
        }
        if options.has('c') {
            io.print(format!("{count:7} {line}\n"));
        } else {
            io.print(format!("{line}\n"));
        }
    }
    i32::from(failed)
}
