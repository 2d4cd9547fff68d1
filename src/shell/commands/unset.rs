//! `unset`: forgets variables.

use super::{Command, Example, Io};

pub(super) const UNSET: Command = Command {
    name: "unset",
    usage: "unset NAME…",
    run,
    examples: &[Example { line: "a=1; unset a; echo \"${a:-gone}\"", shows: "gone\n" }],
};

fn run(io: &mut Io<'_>) -> i32 {
    for name in io.args.iter().filter(|argument| !argument.starts_with('-')) {
        io.world.laptop.session.restore(name, None);
    }
    0
}
