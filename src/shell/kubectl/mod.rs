//! The `kubectl` command: what a person types, and its own words in answer.
//!
//! The words are those of kubectl 1.34. It reads the kubeconfig, gets a token from the program named there, and asks the API
//! server ([`crate::cloud::eks`]); what kubectl has and the simulation does not is said by name.

mod apply;
mod complete;
mod config;
mod configure;
mod create;
mod delete;
mod describe;
mod diff;
mod events;
mod flags;
mod get;
mod help;
mod jsonpath;
mod logs;
mod manifest;
mod merge;
mod patch;
mod print;
mod replace;
mod rollout;
mod select;
mod set;
mod table;
mod unknown;
mod who;
mod yaml;

pub(super) use complete::complete;

use super::Io;
use super::aws;
use crate::cloud::Timestamp;
use crate::cloud::eks::{self, Answer, Event, Key, Kind, ListSelector, Object, Request, Status};
use config::{Config, Login, Target};
use flags::{Flag, Parsed};
use unknown::not_simulated;

/// The client's version. Inferred: the patch.
const VERSION: &str = "v1.34.4";

/// What a command ends with: an exit code, after what it printed.
type Done = i32;

/// A command of `kubectl`.
struct Command {
    /// Its words: `rollout status`.
    path: &'static str,
    usage: &'static str,
    flags: &'static [Flag],
    run: fn(&mut Io<'_>, &Parsed) -> Done,
}

/// The commands, by their words.
const COMMANDS: &[Command] = &[
    apply::APPLY,
    who::CAN_I,
    configure::CURRENT_CONTEXT,
    configure::GET_CONTEXTS,
    configure::SET_CONTEXT,
    configure::USE_CONTEXT,
    configure::VIEW,
    create::DEPLOYMENT,
    create::NAMESPACE,
    create::DOCKER_REGISTRY,
    create::GENERIC,
    create::SERVICE_ACCOUNT,
    create::CREATE,
    delete::DELETE,
    describe::DESCRIBE,
    diff::DIFF,
    events::EVENTS,
    get::GET,
    logs::LOGS,
    patch::PATCH,
    replace::REPLACE,
    rollout::HISTORY,
    rollout::PAUSE,
    rollout::RESTART,
    rollout::RESUME,
    rollout::STATUS,
    rollout::UNDO,
    create::RUN,
    set::SCALE,
    set::IMAGE,
    rollout::WAIT,
    help::VERSION_COMMAND,
];

/// Runs `kubectl` with `io.args`.
pub(crate) fn run(io: &mut Io<'_>) -> i32 {
    let args = io.args.to_vec();
    // Flags of every command may stand before it.
    let first = args.iter().position(|word| !word.starts_with('-'));
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["--help" | "-h" | "help"] => {
            io.print(help::overview(io.words));
            return 0;
        }
        _ => {}
    }
    let Some((command, rest)) = find(&args) else {
        let word = first.and_then(|at| args.get(at)).map(String::as_str).unwrap_or_default();
        return unknown::command(io, word, &args);
    };
    let path = format!("kubectl {}", command.path);
    let parsed = match flags::parse(command.flags, &rest, &path) {
        Ok(parsed) => parsed,
        Err(message) => {
            io.eprint(message);
            return 1;
        }
    };
    if let Some(flag) = unknown::FLAGS.iter().find(|flag| parsed.value(flag).is_some()) {
        return not_simulated(io, &format!("kubectl --{flag}"));
    }
    if parsed.has("help") {
        io.print(help::command(io.words, command));
        return 0;
    }
    (command.run)(io, &parsed)
}

/// The command that the words name, and the words that are not its name.
fn find(args: &[String]) -> Option<(&'static Command, Vec<String>)> {
    let plain: Vec<usize> = plain_words(args);
    let fits = |command: &&Command| {
        let path: Vec<&str> = command.path.split(' ').collect();
        plain.len() >= path.len()
            && path.iter().zip(&plain).all(|(word, at)| args.get(*at).is_some_and(|found| is(found, word)))
    };
    let command = COMMANDS.iter().filter(fits).max_by_key(|command| command.path.len())?;
    let used: Vec<usize> = plain.into_iter().take(command.path.split(' ').count()).collect();
    let rest = args.iter().enumerate().filter(|(at, _)| !used.contains(at)).map(|(_, word)| word.clone());
    Some((command, rest.collect()))
}

/// Whether a word stands for a command's. Source: kubectl, the commands' aliases.
fn is(given: &str, word: &str) -> bool {
    let full = match given {
        "deploy" => "deployment",
        "ns" => "namespace",
        "sa" => "serviceaccount",
        other => other,
    };
    full == word
}

/// Where the words stand that are neither flags nor values of the flags that may come first.
fn plain_words(args: &[String]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut skip = false;
    for (at, word) in args.iter().enumerate() {
        let takes = flags::GLOBAL.iter().any(|(name, letter, takes)| {
            *takes && (word.strip_prefix("--") == Some(*name) || (*letter != ' ' && *word == format!("-{letter}")))
        });
        if skip || word.starts_with('-') {
            skip = takes && !skip;
            continue;
        }
        found.push(at);
    }
    found
}

/// What `--dry-run` says: nothing without it, else what is said behind a result.
///
/// # Errors
/// For a value that it does not have.
fn dry_run(parsed: &Parsed) -> Result<Option<&'static str>, String> {
    match parsed.value("dry-run") {
        None | Some("none") => Ok(None),
        Some("client") => Ok(Some(" (dry run)")),
        Some("server") => Ok(Some(" (server dry run)")),
        Some(other) => {
            Err(format!("error: Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."))
        }
    }
}

/// Prints an error line.
fn fail(io: &mut Io<'_>, message: impl AsRef<str>) -> Done {
    io.eprint(format!("{}\n", message.as_ref()));
    1
}

/// A connection to a cluster: where requests go, and with which token.
struct Session {
    server: String,
    token: String,
    namespace: String,
}

impl Session {
    /// Reads the kubeconfig and signs in.
    ///
    /// # Errors
    /// With what `kubectl` prints.
    fn open(io: &mut Io<'_>, parsed: &Parsed) -> Result<Self, String> {
        let config = Config::load(&io.world.laptop, parsed.value("kubeconfig"))?;
        let Target { server, namespace, login } = config.target(parsed.value("context"))?;
        let namespace = parsed.value("namespace").map_or(namespace, str::to_owned);
        if server == "http://localhost:8080" {
            return Err(
                "The connection to the server localhost:8080 was refused - did you specify the right host or port?"
                    .to_owned(),
            );
        }
        let token = match login {
            Login::Token(token) => token,
            Login::Nobody => String::new(),
            Login::Exec { command, args, profile } => {
                if command.rsplit('/').next() != Some("aws") {
                    return Err(format!(
                        "Unable to connect to the server: getting credentials: exec: executable {command} not found\n\nIt \
                         looks like you are trying to use a client-go credential plugin that is not installed."
                    ));
                }
                aws::eks_token(io.world, io.words, &args, profile.as_deref()).map_err(|(said, code)| {
                    format!(
                        "{said}Unable to connect to the server: getting credentials: exec: executable {command} failed \
                         with exit code {code}"
                    )
                })?
            }
        };
        Ok(Self { server, token, namespace })
    }

    /// Asks the server.
    ///
    /// # Errors
    /// With what `kubectl` prints.
    fn ask(&self, io: &mut Io<'_>, request: Request) -> Result<Answer, Trouble> {
        eks::request(&mut io.world.cloud, &self.server, &self.token, request).map_err(Trouble::from)
    }

    /// What the server would answer, without anything being done: asked of a copy of the world's cloud.
    ///
    /// # Errors
    /// With what `kubectl` prints.
    fn try_out(&self, io: &Io<'_>, request: Request) -> Result<Answer, Trouble> {
        let mut cloud = io.world.cloud.clone();
        eks::request(&mut cloud, &self.server, &self.token, request).map_err(Trouble::from)
    }

    /// An object.
    ///
    /// # Errors
    /// With what `kubectl` prints.
    fn get(&self, io: &mut Io<'_>, kind: Kind, name: &str) -> Result<Object, Trouble> {
        let namespace = if kind.is_namespaced() { self.namespace.as_str() } else { "" };
        match self.ask(io, Request::Get { kind, key: Key::new(namespace, name) })? {
            Answer::Object(object) => Ok(object),
            _ => Err(Trouble::Said(String::new())),
        }
    }

    /// The objects of a kind, of the session's namespace or of all.
    ///
    /// # Errors
    /// With what `kubectl` prints.
    fn list(&self, io: &mut Io<'_>, kind: Kind, everywhere: bool) -> Result<Vec<Object>, Trouble> {
        self.select(io, kind, everywhere, ListSelector::default())
    }

    /// Those of them that a selector lets through.
    ///
    /// # Errors
    /// With what `kubectl` prints.
    fn select(
        &self,
        io: &mut Io<'_>,
        kind: Kind,
        everywhere: bool,
        selector: ListSelector,
    ) -> Result<Vec<Object>, Trouble> {
        let namespace = (kind.is_namespaced() && !everywhere).then(|| self.namespace.clone());
        match self.ask(io, Request::List { kind, namespace, selector })? {
            Answer::List(objects) => Ok(objects),
            _ => Ok(Vec::new()),
        }
    }
}

/// What went wrong: a line to print, or what the simulation has not.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Trouble {
    Said(String),
    /// Not there, in the server's words.
    NotFound(String),
    NotSimulated(String),
}

impl From<Status> for Trouble {
    fn from(status: Status) -> Self {
        match status {
            Status::NoSuchHost { host } => {
                Self::Said(format!("Unable to connect to the server: dial tcp: lookup {host} on 127.0.0.53:53: no such host"))
            }
            Status::Unreachable { host } => {
                Self::Said(format!("Unable to connect to the server: dial tcp: lookup {host}: i/o timeout"))
            }
            Status::Unauthorized => Self::Said(
                "error: You must be logged in to the server (the server has asked for the client to provide credentials)"
                    .to_owned(),
            ),
            Status::Refused { reason: "NotFound", message } => {
                Self::NotFound(format!("Error from server (NotFound): {message}"))
            }
            // Source: cli-runtime, `StatusCause`: what is invalid speaks for itself.
            Status::Refused { reason: "Invalid", message } => Self::Said(format!("The {}", invalid(&message))),
            Status::Refused { reason, message } => Self::Said(format!("Error from server ({reason}): {message}")),
            Status::NotSimulated(what) => Self::NotSimulated(what),
        }
    }
}

/// `Deployment.apps "web" is invalid: …` as kubectl shows it: without the group, each cause on a line of its own.
fn invalid(message: &str) -> String {
    let (head, told) = message.split_once(" is invalid: ").unwrap_or((message, ""));
    let (kind, name) = head.split_once(' ').unwrap_or((head, ""));
    let kind = kind.split('.').next().unwrap_or_default();
    match told.strip_prefix('[').and_then(|told| told.strip_suffix(']')) {
        None => format!("{kind} {name} is invalid: {told}"),
        Some(many) => {
            let lines: Vec<String> = many.split(", ").fold(Vec::new(), |mut lines: Vec<String>, part| {
                // A comma may be part of a cause: a new one begins with a path.
                let begins = part.starts_with("spec.") || part.starts_with("metadata.") || part.starts_with("data[");
                match lines.last_mut() {
                    Some(last) if !begins => {
                        last.push_str(", ");
                        last.push_str(part);
                    }
                    _ => lines.push(part.to_owned()),
                }
                lines
            });
            let listed: Vec<String> = lines.iter().map(|line| format!("* {line}")).collect();
            format!("{kind} {name} is invalid: \n{}", listed.join("\n"))
        }
    }
}

impl Trouble {
    /// Prints it, and gives the exit code.
    fn report(self, io: &mut Io<'_>) -> Done {
        match self {
            Self::Said(text) | Self::NotFound(text) => fail(io, text),
            Self::NotSimulated(what) => not_simulated(io, &what),
        }
    }
}

/// Opens a session and does something with it.
fn with_session(
    io: &mut Io<'_>,
    parsed: &Parsed,
    work: impl FnOnce(&mut Io<'_>, &Session) -> Result<Done, Trouble>,
) -> Done {
    let session = match Session::open(io, parsed) {
        Ok(session) => session,
        Err(message) => return fail(io, message),
    };
    work(io, &session).unwrap_or_else(|trouble| trouble.report(io))
}

/// How long ago, as Kubernetes writes it. Source: apimachinery, `duration.HumanDuration`.
fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = (now - since).as_millis() / 1000;
    if seconds < 0 {
        return "0s".to_owned();
    }
    let (minutes, hours) = (seconds / 60, seconds / 3600);
    let two = |whole: i64, unit: &str, part: i64, small: &str| {
        if part == 0 { format!("{whole}{unit}") } else { format!("{whole}{unit}{part}{small}") }
    };
    match seconds {
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, "m", seconds % 60, "s"),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, "h", minutes % 60, "m"),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(hours / 24, "d", hours % 24, "h"),
        691_200..63_072_000 => format!("{}d", hours / 24),
        _ => two(hours / 24 / 365, "y", hours / 24 % 365, "d"),
    }
}

/// When something was said, as `kubectl describe` tells it: `2m (x4 over 12m)`.
pub(crate) fn seen(event: &Event, now: Timestamp) -> String {
    let last = age(event.last, now);
    match event.count {
        1 => last,
        count => format!("{last} (x{count} over {})", age(event.first, now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Duration;

    #[test]
    fn ages_are_written_as_kubernetes_writes_them() {
        let shown = |seconds| age(Timestamp::START, Timestamp::START + Duration::seconds(seconds));
        assert_eq!([shown(0), shown(119), shown(120), shown(150)], ["0s", "119s", "2m", "2m30s"]);
        assert_eq!([shown(600), shown(3600), shown(10_900), shown(30_000)], ["10m", "60m", "3h1m", "8h"]);
        assert_eq!([shown(180_000), shown(800_000)], ["2d2h", "9d"]);
    }
}
