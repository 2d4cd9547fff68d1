//! `cut`: prints parts of each line. Characters are bytes to it, as to GNU's.

use super::{Command, Example, Io, options::options, text::all_text};

pub(super) const CUT: Command = Command {
    name: "cut",
    usage: "cut -d CHAR -f LIST | -c LIST [FILE…]",
    run,
    examples: &[
        Example { line: "echo a:b:c:d | cut -d: -f1,3-", shows: "a:c:d\n" },
        Example { line: "echo sha256:0123456789 | cut -c 8-11", shows: "0123\n" },
        Example { line: "echo 한글 | cut -c 1-3", shows: "한\n" },
        Example { line: "echo abc | cut -d: -f2", shows: "abc\n" },
        Example {
            line: "cut web/app",
            shows: "cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\n",
        },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [("delimiter", 'd'), ("fields", 'f'), ("characters", 'c'), ("bytes", 'b'), ("only-delimited", 's')];
    let Some(options) = options(io, "cut", "d:f:c:b:s", &longs) else { return 1 };
    let list = options.value('f').or(options.value('c')).or(options.value('b'));
    let Some(list) = list else {
        io.eprint("cut: you must specify a list of bytes, characters, or fields\n");
        io.eprint("Try 'cut --help' for more information.\n");
        return 1;
    };
    let Some(ranges) = ranges(list) else {
        io.eprint(format!("cut: invalid field value '{list}'\nTry 'cut --help' for more information.\n"));
        return 1;
    };
    let wanted = |at: usize| ranges.iter().any(|(from, to)| (*from..=*to).contains(&at));
    let (text, failed) = all_text(io, "cut", &options.rest);
    for line in text.lines() {
        let shown: String = if options.has('f') {
            let delimiter = options.value('d').unwrap_or("\t");
            if delimiter.is_empty() || !line.contains(delimiter) {
                if options.has('s') {
                    continue;
                }
                line.to_owned()
            } else {
                let fields = line.split(delimiter).enumerate().filter(|(at, _)| wanted(at + 1));
                fields.map(|(_, field)| field).collect::<Vec<_>>().join(delimiter)
            }
        } else {
            let bytes: Vec<u8> =
                line.bytes().enumerate().filter(|(at, _)| wanted(at + 1)).map(|(_, byte)| byte).collect();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        io.print(shown + "\n");
    }
    i32::from(failed)
}

/// `1,3-5,7-`, counted from 1.
fn ranges(list: &str) -> Option<Vec<(usize, usize)>> {
    let number = |text: &str, empty: usize| {
        if text.is_empty() { Some(empty) } else { text.parse::<usize>().ok().filter(|number| *number > 0) }
    };
    list.split(',')
        .map(|part| match part.split_once('-') {
            Some(("", "")) => None,
            Some((from, to)) => Some((number(from, 1)?, number(to, usize::MAX)?)),
            None => number(part, 0).filter(|at| *at > 0).map(|at| (at, at)),
        })
        .collect()
}
