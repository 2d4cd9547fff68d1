//! `whoami`: the user's name on the laptop (for AWS's answer there is `aws sts get-caller-identity`).

use super::{Command, Example, Io};

pub(super) const WHOAMI: Command =
    Command { name: "whoami", usage: "whoami", run, examples: &[Example { line: "whoami", shows: "learner\n" }] };

fn run(io: &mut Io<'_>) -> i32 {
    io.print("learner\n");
    0
}
