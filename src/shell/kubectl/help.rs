//! `kubectl`, `kubectl help`, `kubectl COMMAND --help`, `kubectl version`.

use serde_json::{Value, json};

use super::flags::Parsed;
use super::{COMMANDS, Command, Done, Session, Trouble, VERSION, get, unknown, yaml};
use crate::cloud::eks::{Answer, Request};
use crate::shell::Io;
use crate::text::Words;

/// The version of the Kustomize inside.
const KUSTOMIZE: &str = "v5.7.1";

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
    out += &format!("\n{}\n\n  {}\n", words.get("kubectl-help-others"), unknown::COMMANDS_BESIDE.join(", "));
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
    let output = parsed.value("output");
    if let Some(other) = output.filter(|form| !matches!(*form, "json" | "yaml")) {
        return super::fail(io, format!("error: --output must be 'yaml' or 'json', not {other:?}"));
    }
    if output.is_none() {
        io.print(format!("Client Version: {VERSION}\nKustomize Version: {KUSTOMIZE}\n"));
    }
    let mut whole = json!({"clientVersion": described(VERSION), "kustomizeVersion": KUSTOMIZE});
    let server = if parsed.has("client") { Ok(None) } else { server(io, parsed) };
    if let (Ok(Some(version)), Some(members)) = (&server, whole.as_object_mut()) {
        members.insert("serverVersion".to_owned(), described(version));
    }
    match (output, &server) {
        (Some("json"), _) => io.print(format!("{whole:#}\n")),
        (Some(_), _) => io.print(yaml::emit(&get::sorted(whole))),
        (None, Ok(Some(version))) => io.print(format!("Server Version: {version}\n")),
        (None, _) => {}
    }
    match server {
        Ok(_) => 0,
        Err(trouble) => trouble.report(io),
    }
}

/// The version of the server.
fn server(io: &mut Io<'_>, parsed: &Parsed) -> Result<Option<String>, Trouble> {
    let session = Session::open(io, parsed).map_err(Trouble::Said)?;
    Ok(match session.ask(io, Request::Version)? {
        Answer::Text(version) => Some(version),
        _ => None,
    })
}

/// A version in its parts. Source: apimachinery, `version.Info`; what says how it was built is left out.
fn described(version: &str) -> Value {
    let mut parts = version.trim_start_matches('v').split('.');
    let (major, minor) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    json!({"major": major, "minor": minor, "gitVersion": version, "gitTreeState": "clean", "platform": "linux/amd64"})
}
