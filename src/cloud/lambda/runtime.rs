//! What an image does when a function is invoked.
//!
//! Nothing is executed here. An image whose entry point speaks Lambda's runtime API has a handler, of which as much is read
//! as is plain ([`handler`](super::handler)); any other command does what it would in a container, and never answers.

use serde_json::{Value, json};

use super::Configuration;
use super::expression;
use super::handler::{self, Handled, Invocation};
use super::image::Snapshot;
use crate::cloud::ecs::program::{Fate, Program};
use crate::cloud::oci::{EntryKind, Tree};
use crate::cloud::{Caller, Cloud, Duration};

/// What came of an invocation.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outcome {
    /// What the invoker gets, as JSON.
    pub(super) payload: String,
    /// Whether that is an error.
    pub(super) failed: bool,
    /// What the code wrote.
    pub(super) lines: Vec<String>,
    pub(super) duration: Duration,
}

/// What a handler takes to answer. The simulation's own figure.
const ANSWER: Duration = Duration::millis(2);
/// The exit code of AWS's entry point without a handler to run. Source: AWS Lambda base images, `lambda-entrypoint.sh`.
const NO_HANDLER: i32 = 142;

/// The command that an image runs.
struct Command {
    entry_point: Vec<String>,
    command: Vec<String>,
    working_dir: String,
}

impl Command {
    /// The function's settings come before the image's, each for itself. Source: AWS Lambda API reference, `ImageConfig`.
    fn of(configuration: &Configuration, snapshot: &Snapshot) -> Self {
        let (own, image) = (&configuration.image, &snapshot.config.config);
        let or = |own: &[String], image: &Option<Vec<String>>| match own {
            [] => image.clone().unwrap_or_default(),
            own => own.to_vec(),
        };
        let working_dir = own.working_directory.clone().unwrap_or_else(|| image.working_dir.clone());
        Self {
            entry_point: or(&own.entry_point, &image.entrypoint),
            command: or(&own.command, &image.cmd),
            working_dir: if working_dir.is_empty() { "/".to_owned() } else { working_dir },
        }
    }

    fn argv(&self) -> Vec<String> {
        [self.entry_point.as_slice(), self.command.as_slice()].concat()
    }

    /// The handler, where the entry point speaks the runtime API: AWS's own one, or a runtime interface client.
    fn handler(&self) -> Option<Option<String>> {
        let argv = self.argv();
        let first = argv.first()?.rsplit('/').next()?;
        let client = argv.iter().position(|word| word == "awslambdaric" || word == "aws-lambda-ric");
        match (first, client) {
            ("lambda-entrypoint.sh", _) => Some(argv.get(1).cloned()),
            (_, Some(client)) => Some(argv.get(client + 1).cloned()),
            _ => None,
        }
    }
}

/// Runs a version's image for an event.
pub(super) fn run(
    cloud: &mut Cloud,
    role: &Caller,
    configuration: &Configuration,
    snapshot: &Snapshot,
    invocation: &Invocation<'_>,
) -> Outcome {
    let command = Command::of(configuration, snapshot);
    let argv = command.argv();
    let Some(first) = argv.first() else {
        let text = "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]";
        return broken(invocation, "Runtime.InvalidEntrypoint", text, Vec::new());
    };
    let made_for = match configuration.architecture.as_str() {
        "arm64" => "arm64",
        _ => "amd64",
    };
    let architecture = snapshot.config.architecture.as_str();
    if !architecture.is_empty() && architecture != made_for {
        // Source: observed.
        let said = format!("fork/exec {first}: exec format error");
        let line = format!(
            "IMAGE\tLaunch error: {said}\tEntrypoint: [{}]\tCmd: [{}]\tWorkingDir: [{}]",
            command.entry_point.join(","),
            command.command.join(","),
            command.working_dir
        );
        return broken(invocation, "Runtime.InvalidEntrypoint", &said, vec![line]);
    }
    match command.handler() {
        Some(Some(name)) => handle(configuration, snapshot, &command.working_dir, &name, invocation),
        Some(None) => {
            let line = "entrypoint requires the handler name to be the first argument".to_owned();
            exited(invocation, NO_HANDLER, vec![line])
        }
        None => match Program::of(&argv) {
            Some(Program { fate, prints }) => {
                let mut lines: Vec<String> = prints.into_iter().map(|(_, line)| line).collect();
                match fate {
                    Fate::Ends { after, exit_code } if after < timeout(configuration) => {
                        exited(invocation, exit_code, lines)
                    }
                    Fate::Calls(call) => {
                        let made = call.send(cloud, role);
                        lines.extend(Some(made.said).filter(|said| !said.is_empty()));
                        exited(invocation, made.exit_code, lines)
                    }
                    _ => timed_out(configuration, invocation, lines),
                }
            }
            None => timed_out(configuration, invocation, Vec::new()),
        },
    }
}

fn handle(
    configuration: &Configuration,
    snapshot: &Snapshot,
    working_dir: &str,
    name: &str,
    invocation: &Invocation<'_>,
) -> Outcome {
    let file = |path: &str| text_of(&snapshot.files, &format!("{working_dir}/{path}"));
    let handled = handler::call(name, &file, working_dir, invocation);
    let Handled { answer, lines, slept } = handled;
    let duration = Duration::millis(ANSWER.as_millis().saturating_add(slept.as_millis()));
    if duration >= timeout(configuration) {
        return timed_out(configuration, invocation, lines);
    }
    match answer {
        Ok(answer) => Outcome { payload: expression::dumps(&answer), failed: false, lines, duration },
        Err(error) => {
            let mut lines = lines;
            lines.push(error.log());
            Outcome { payload: expression::dumps(&error.payload(invocation)), failed: true, lines, duration }
        }
    }
}

/// A file's text.
fn text_of(files: &Tree, path: &str) -> Option<String> {
    match &files.get(path.trim_start_matches('/'))?.kind {
        EntryKind::File(blob) => Some(String::from_utf8_lossy(blob.as_bytes()).into_owned()),
        _ => None,
    }
}

fn timeout(configuration: &Configuration) -> Duration {
    Duration::seconds(i64::from(configuration.timeout))
}

/// The command ended before it had answered.
fn exited(invocation: &Invocation<'_>, code: i32, lines: Vec<String>) -> Outcome {
    let text = match code {
        0 => "Runtime exited without providing a reason".to_owned(),
        code => format!("Runtime exited with error: exit status {code}"),
    };
    broken(invocation, "Runtime.ExitError", &text, lines)
}

fn timed_out(configuration: &Configuration, invocation: &Invocation<'_>, lines: Vec<String>) -> Outcome {
    let text = format!("Task timed out after {}.00 seconds", configuration.timeout);
    Outcome { duration: timeout(configuration), ..broken(invocation, "Sandbox.Timedout", &text, lines) }
}

/// There is no answer from the code, only Lambda's word about it. Source: observed.
fn broken(invocation: &Invocation<'_>, kind: &str, text: &str, mut lines: Vec<String>) -> Outcome {
    let message = format!("RequestId: {} Error: {text}", invocation.request_id);
    lines.push(message.clone());
    lines.push(kind.to_owned());
    let payload: Value = json!({"errorType": kind, "errorMessage": message});
    Outcome { payload: payload.to_string(), failed: true, lines, duration: ANSWER }
}
