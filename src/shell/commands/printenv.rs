//! `printenv`: shows the environment, or some variables of it.

use super::{Command, Example, Io, options::options};

pub(super) const PRINTENV: Command = Command {
    name: "printenv",
    usage: "printenv [NAME…]",
    run,
    examples: &[
        Example { line: "export A=1; printenv A", shows: "1\n" },
        Example { line: "printenv HOME nope; echo $?", shows: "/home/learner\n1\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(options) = options(io, "printenv", "", &[]) else { return 2 };
    if options.rest.is_empty() {
        let exported = io.world.laptop.session.variables().filter(|(_, variable)| variable.exported);
        let lines: String = exported.map(|(name, variable)| format!("{name}={}\n", variable.value)).collect();
        io.print(lines);
        return 0;
    }
    let values: Vec<Option<String>> = options.rest.iter().map(|name| io.env(name).map(str::to_owned)).collect();
    let missing = values.iter().any(Option::is_none);
    for value in values.into_iter().flatten() {
        io.print(value + "\n");
    }
    i32::from(missing)
}
