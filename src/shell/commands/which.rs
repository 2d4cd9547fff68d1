//! `which`: where a command lives.

use super::{BUILTINS, Command, Example, Io, find, type_::SHELL_OWN};

pub(super) const WHICH: Command = Command {
    name: "which",
    usage: "which NAME…",
    run,
    examples: &[
        Example { line: "which aws docker", shows: "/usr/bin/aws\n/usr/bin/docker\n" },
        Example { line: "which nope cd || echo $?", shows: "1\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let mut code = i32::from(io.args.is_empty());
    for name in io.args {
        let name = name.as_str();
        if find(name).is_some() && !SHELL_OWN.contains(&name) && !BUILTINS.contains(&name) {
            io.print(format!("/usr/bin/{name}\n"));
        } else {
            code = 1;
        }
    }
    code
}
