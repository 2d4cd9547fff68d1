//! `tac`: prints lines from the last to the first.

use super::{Command, Example, Io, options::options, text::sources};

pub(super) const TAC: Command = Command {
    name: "tac",
    usage: "tac [FILE…]",
    run,
    examples: &[
        Example { line: "seq 3 | tac", shows: "3\n2\n1\n" },
        Example { line: "printf 'a\\nb' | tac; echo", shows: "ba\n\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "tac", "", &[]) else { return 1 };
    let (sources, failed) = sources(io, "tac", &options.rest);
    for source in sources {
        for line in source.bytes.as_bytes().split_inclusive(|byte| *byte == b'\n').rev() {
            io.write(line);
        }
    }
    i32::from(failed)
}
