//! `hostname`: the laptop's name.

use super::{Command, Example, Io};

pub(super) const HOSTNAME: Command =
    Command { name: "hostname", usage: "hostname", run, examples: &[Example { line: "hostname", shows: "laptop\n" }] };

fn run(io: &mut Io<'_>) -> i32 {
    io.print("laptop\n");
    0
}
