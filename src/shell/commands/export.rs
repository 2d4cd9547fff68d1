//! `export`: lets commands see a variable.

use super::{Command, Example, Io};

pub(super) const EXPORT: Command = Command {
    name: "export",
    usage: "export [NAME[=VALUE]…]",
    run,
    examples: &[
        Example { line: "export A=1 B='x y'; env | grep ^[AB]=", shows: "A=1\nB=x y\n" },
        Example { line: "C=2; env | grep ^C=; export C; env | grep ^C=", shows: "C=2\n" },
        Example { line: "export 1=2", shows: "bash: export: `1=2': not a valid identifier\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let session = &mut io.world.laptop.session;
    let names: Vec<&String> = io.args.iter().filter(|argument| *argument != "-p").collect();
    if names.is_empty() {
        let exported = session.variables().filter(|(_, variable)| variable.exported);
        let lines: String =
            exported.map(|(name, variable)| format!("declare -x {name}=\"{}\"\n", variable.value)).collect();
        io.print(lines);
        return 0;
    }
    let mut wrong = Vec::new();
    for argument in names {
        let (name, value) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        if !is_name(name) {
            wrong.push(argument);
        } else if let Some(value) = value {
            session.export(name, value);
        } else if let Some(variable) = session.variable(name).cloned() {
            session.export(name, variable.value);
        }
    }
    for argument in &wrong {
        io.eprint(format!("bash: export: `{argument}': not a valid identifier\n"));
    }
    i32::from(!wrong.is_empty())
}

/// Whether a variable can have that name.
pub(super) fn is_name(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
