//! `env`: shows the environment, or runs a command with more of it.

use super::{Command, Example, Io};

pub(super) const ENV: Command = Command {
    name: "env",
    usage: "env [NAME=VALUE…] [COMMAND…]",
    run,
    examples: &[
        Example { line: "export A=1; env | grep ^A=", shows: "A=1\n" },
        Example {
            line: "env AWS_REGION=us-east-1 env | grep REGION; env | grep REGION",
            shows: "AWS_REGION=us-east-1\n",
        },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let count = io.args.iter().take_while(|argument| argument.contains('=') && !argument.starts_with('-')).count();
    let (assignments, rest) = io.args.split_at_checked(count).unwrap_or((io.args, &[]));
    let session = io.world.laptop.session.clone();
    for assignment in assignments {
        if let Some((name, value)) = assignment.split_once('=') {
            io.world.laptop.session.export(name, value.to_owned());
        }
    }
    let code = match rest.split_first() {
        Some((name, args)) => {
            let mut inner = Io {
                world: &mut *io.world,
                words: io.words,
                args,
                input: &mut *io.input,
                sink: &mut *io.sink,
                request: &mut *io.request,
            };
            super::call(name, &mut inner)
        }
        None => {
            let session = &io.world.laptop.session;
            let exported = session.variables().filter(|(_, variable)| variable.exported);
            let lines: String = exported.map(|(name, variable)| format!("{name}={}\n", variable.value)).collect();
            io.print(lines);
            0
        }
    };
    io.world.laptop.session = session;
    code
}
