//! `type`: what a name is to the shell.

use super::{BUILTINS, Command, Example, Io, find};

pub(super) const TYPE: Command = Command {
    name: "type",
    usage: "type NAME…",
    run,
    examples: &[
        Example { line: "type docker cd", shows: "docker is /usr/bin/docker\ncd is a shell builtin\n" },
        Example { line: "type nope", shows: "bash: type: nope: not found\n" },
    ],
};

/// Commands of ours that in bash are part of the shell.
pub(super) const SHELL_OWN: &[&str] =
    &["cd", "echo", "export", "help", "history", "printf", "pwd", "read", "set", "test", "[", "type", "unset"];

fn run(io: &mut Io<'_>) -> i32 {
    let mut code = 0;
    for name in io.args {
        if BUILTINS.contains(&name.as_str()) || SHELL_OWN.contains(&name.as_str()) {
            io.print(format!("{name} is a shell builtin\n"));
        } else if find(name).is_some() {
            io.print(format!("{name} is /usr/bin/{name}\n"));
        } else {
            io.eprint(format!("bash: type: {name}: not found\n"));
            code = 1;
        }
    }
    code
}
