//! `kubectl`, `kubectl help`, `kubectl COMMAND --help`, `kubectl version`.

use super::flags::Parsed;
use super::{COMMANDS, Command, Done, NOT_SIMULATED, Session, VERSION};
use crate::cloud::eks::{Answer, Request};
use crate::shell::Io;
use crate::text::Words;

pub(super) const VERSION_COMMAND: Command = Command {
    path: "version",
    usage: "kubectl version [flags] [options]",
    flags: &[("client", ' ', false), ("output", 'o', true)],
    run: version,
};

/// What there is, in the learner's language.
pub(super) fn overview(words: &Words) -> String {
    let mut out = format!("{}\n\n{}\n\n", words.get("kubectl-help"), words.get("kubectl-help-commands"));
    for command in COMMANDS {
        out += &format!("  {}\n", command.path);
    }
    out += &format!("\n{}\n\n  {}\n", words.get("kubectl-help-others"), NOT_SIMULATED.join(", "));
    out += &format!("\n{}\n", words.get("kubectl-help-more"));
    out
}

/// The commands of a group, such as `rollout`.
pub(super) fn group(words: &Words, name: &str) -> String {
    let mut out = format!("{}\n\n", words.get("kubectl-help-commands"));
    for command in COMMANDS.iter().filter(|command| command.path.split(' ').next() == Some(name)) {
        out += &format!("  {}\n", command.path);
    }
    out
}

/// A command's usage and flags.
pub(super) fn command(words: &Words, command: &Command) -> String {
    let mut out = format!("Usage:\n  {}\n", command.usage);
    if !command.flags.is_empty() {
        out += &format!("\n{}\n", words.get("kubectl-help-flags"));
        for (name, letter, takes) in command.flags {
            let letter = if *letter == ' ' { "    ".to_owned() } else { format!("-{letter}, ") };
            out += &format!("  {letter}--{name}{}\n", if *takes { "=''" } else { "" });
        }
    }
    out
}

fn version(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    io.print(format!("Client Version: {VERSION}\nKustomize Version: v5.7.1\n"));
    if parsed.has("client") {
        return 0;
    }
    let session = match Session::open(io, parsed) {
        Ok(session) => session,
        Err(message) => return super::fail(io, message),
    };
    match session.ask(io, Request::Version) {
        Ok(Answer::Text(version)) => {
            io.print(format!("Server Version: {version}\n"));
            0
        }
        Ok(_) => 0,
        Err(trouble) => trouble.report(io),
    }
}
