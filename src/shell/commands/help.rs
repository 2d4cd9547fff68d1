//! `help`: what there is, and what one command does. `man` comes here too.

use super::{ALL, Command, Example, Io, find};
use crate::text::Lang;
use crate::world::World;

pub(super) const HELP: Command = Command {
    name: "help",
    usage: "help [COMMAND]",
    run,
    examples: &[
        Example {
            line: "help pwd",
            shows: "pwd: prints the working directory\n\nusage: pwd\n\n  $ pwd\n  /home/learner\n",
        },
        Example { line: "help nope", shows: "help: there is no command `nope`\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let Some(name) = io.args.iter().find(|argument| !argument.starts_with('-')) else {
        overview(io);
        return 0;
    };
    match find(name) {
        Some(command) => show(io, command),
        None => {
            let text = io.words.with("help-unknown", &[("name", name.into())]);
            io.eprint(format!("help: {text}\n"));
            1
        }
    }
}

/// Every command with a line about it.
fn overview(io: &mut Io<'_>) {
    let width = ALL.iter().map(|command| command.name.len()).max().unwrap_or(0);
    let mut text = format!("{}\n\n", io.words.get("help-intro"));
    for command in ALL {
        let about = io.words.get(&format!("command-{}", command.name));
        text += &format!("  {:width$}  {about}\n", command.name);
    }
    text += &format!("\n{}\n", io.words.get("help-outro"));
    io.print(text);
}

/// One command: what it does, its synopsis, its examples.
pub(super) fn show(io: &mut Io<'_>, command: &Command) -> i32 {
    let about = io.words.get(&format!("command-{}", command.name));
    let usage = io.words.get("help-usage");
    let mut text = format!("{}: {about}\n\n{usage}: {}\n\n", command.name, command.usage);
    for example in command.examples {
        text += &format!("  $ {}\n", example.line);
        // What the examples show is kept in English; in another language they are run.
        let shown = match io.words.lang() {
            Lang::En => example.shows.to_owned(),
            Lang::Ko => crate::shell::run(&mut World::new(1), io.words, example.line).text(),
        };
        for line in shown.lines() {
            text += &format!("  {line}\n");
        }
    }
    io.print(text);
    0
}
