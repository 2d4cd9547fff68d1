//! `rev`: prints each line's characters from the last to the first.

use super::{Command, Example, Io, options::options, text::all_text};

pub(super) const REV: Command = Command {
    name: "rev",
    usage: "rev [FILE…]",
    run,
    examples: &[Example { line: "echo team/app:v1 | rev | cut -d: -f2- | rev", shows: "team/app\n" }],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "rev", "", &[]) else { return 1 };
    let (text, failed) = all_text(io, "rev", &options.rest);
    for line in text.lines() {
        io.print(line.chars().rev().chain(['\n']).collect::<String>());
    }
    i32::from(failed)
}
