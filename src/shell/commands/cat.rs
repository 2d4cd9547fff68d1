//! `cat`: prints files one after the other.

use super::{Command, Example, Io, options::options, text::sources};

pub(super) const CAT: Command = Command {
    name: "cat",
    usage: "cat [-n] [FILE…]",
    run,
    examples: &[
        Example { line: "printf 'a\\nb\\n' > f; cat f", shows: "a\nb\n" },
        Example { line: "printf 'a\\nb\\n' | cat -n", shows: "     1\ta\n     2\tb\n" },
        Example { line: "cat nope", shows: "cat: nope: No such file or directory\n" },
        Example { line: "cat web", shows: "cat: web: Is a directory\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "cat", "nAu", &[("number", 'n'), ("show-all", 'A')]) else { return 1 };
    let (sources, failed) = sources(io, "cat", &options.rest);
    let mut number = 0;
    for source in sources {
        if !options.has('n') && !options.has('A') {
            io.write(source.bytes.as_bytes());
            continue;
        }
        for line in source.text().split_inclusive('\n') {
            if options.has('n') {
                number += 1;
                io.print(format!("{number:6}\t"));
            }
            if options.has('A') {
                io.print(line.replace('\t', "^I").replace('\n', "$\n"));
            } else {
                io.print(line);
            }
        }
    }
    i32::from(failed)
}
