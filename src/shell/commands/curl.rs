//! `curl`: there is no network behind the simulation to talk to; it says so.

use super::{Command, Example, Io};

pub(super) const CURL: Command = Command {
    name: "curl",
    usage: "curl URL",
    run,
    examples: &[Example {
        line: "curl https://api.ecr.ap-northeast-2.amazonaws.com",
        shows: "bash: `curl` is not simulated\n",
    }],
};

fn run(io: &mut Io<'_>) -> i32 {
    let text = io.words.with("shell-not-simulated", &[("what", "curl".into())]);
    io.eprint(format!("bash: {text}\n"));
    127
}
