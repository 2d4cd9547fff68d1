//! `pwd`: prints the working directory.

use super::{Command, Example, Io};

pub(super) const PWD: Command =
    Command { name: "pwd", usage: "pwd", run, examples: &[Example { line: "pwd", shows: "/home/learner\n" }] };

fn run(io: &mut Io<'_>) -> i32 {
    let cwd = io.world.laptop.session.cwd().to_owned();
    io.print(format!("{cwd}\n"));
    0
}
