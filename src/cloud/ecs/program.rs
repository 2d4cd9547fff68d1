//! What a container does: run until it is stopped, or end by itself.
//!
//! Nothing is executed here. The command line alone decides, and only where it is plain what it would do: `sleep 30` ends
//! after half a minute, `sh -c 'exit 3'` at once with 3, a server runs on. A command `aws …` makes its request. What it
//! prints is known in the same way: what `echo` says, what a shell or a kernel complains about. What an application would
//! print nobody can know, so it prints nothing.

use super::call::Call;
use crate::cloud::Duration;

/// What a container's command does.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cloud) struct Program {
    pub(in crate::cloud) fate: Fate,
    /// What it prints, line by line, and how long after its start.
    pub(in crate::cloud) prints: Vec<(Duration, String)>,
}

/// How a container that was started goes on.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cloud) enum Fate {
    /// Runs until it is stopped.
    Forever,
    /// Ends by itself.
    Ends { after: Duration, exit_code: i32 },
    /// Makes a request, and ends as that does.
    Calls(Call),
}

/// The exit code of a command that the kernel can't run: made for another processor.
/// Source: observed, `exec format error`.
pub(crate) const EXEC_FORMAT_ERROR: i32 = 255;
/// A command that does its work and ends: as long as a container takes to come and go.
pub(in crate::cloud) const AT_ONCE: Duration = Duration::seconds(1);

/// What is said of a command that the kernel can't run: made for another processor.
pub(crate) fn exec_format_error(program: &str) -> String {
    format!("exec {program}: exec format error")
}

impl From<Fate> for Program {
    fn from(fate: Fate) -> Self {
        Self { fate, prints: Vec::new() }
    }
}

impl Program {
    /// An image for another processor.
    pub(in crate::cloud) fn wrong_processor(argv: &[String]) -> Self {
        let program = argv.first().map_or("", String::as_str);
        let fate = Fate::Ends { after: AT_ONCE, exit_code: EXEC_FORMAT_ERROR };
        Self::saying(fate, exec_format_error(program))
    }

    /// Prints a line at once.
    fn saying(fate: Fate, line: String) -> Self {
        Self { fate, prints: vec![(Duration::default(), line)] }
    }

    /// What `argv` (entry point and command) does; none where there is nothing to run.
    pub(in crate::cloud) fn of(argv: &[String]) -> Option<Self> {
        let words: Vec<&str> = argv.iter().map(String::as_str).collect();
        if words.is_empty() { None } else { Some(Self::of_words(&words)) }
    }

    fn of_words(words: &[&str]) -> Self {
        let done = |exit_code| Self::from(Fate::Ends { after: AT_ONCE, exit_code });
        let Some((program, arguments)) = words.split_first() else { return done(0) };
        match program.rsplit('/').next().unwrap_or_default() {
            "echo" | "printf" => match said(arguments) {
                Some(line) => Self::saying(Fate::Ends { after: AT_ONCE, exit_code: 0 }, line),
                None => done(0),
            },
            "true" | "date" | "env" | "ls" | "cat" | "uname" | "id" | "whoami" | "hostname" => done(0),
            "false" => done(1),
            "exit" => done(arguments.first().and_then(|code| code.parse().ok()).unwrap_or(0)),
            "sleep" => match arguments.first().and_then(|length| sleep(length)) {
                Some(fate) => fate.into(),
                None => Self::saying(
                    Fate::Ends { after: AT_ONCE, exit_code: 1 },
                    format!("sleep: invalid time interval '{}'", arguments.first().unwrap_or(&"")),
                ),
            },
            "aws" => Call::read(arguments).map_or_else(|| done(252), |call| Fate::Calls(call).into()),
            "exec" | "tini" | "dumb-init" | "docker-entrypoint.sh" if !arguments.is_empty() => {
                Self::of_words(arguments.strip_prefix(&["--"]).unwrap_or(arguments))
            }
            "sh" | "bash" | "ash" | "dash" => match arguments {
                // Without a terminal its standard input is empty, so there is nothing to do.
                [] => done(0),
                ["-c" | "-ec" | "-lc" | "-exc", script, ..] => {
                    match script.split_whitespace().collect::<Vec<_>>().as_slice() {
                        ["exec", "aws", rest @ ..] | ["aws", rest @ ..] if is_simple(script) => {
                            Call::read(rest).map_or_else(|| done(252), |call| Fate::Calls(call).into())
                        }
                        _ => Self::of_script(script),
                    }
                }
                _ => Fate::Forever.into(),
            },
            _ => Fate::Forever.into(),
        }
    }

    /// A shell script of simple commands. One that loops, or that has more to it, runs on.
    fn of_script(script: &str) -> Self {
        let mut passed = Duration::default();
        let mut last = 0;
        let mut prints = Vec::new();
        for command in script.split(['\n', ';']).flat_map(|line| line.split("&&")) {
            let words: Vec<&str> = command.split_whitespace().map(|word| word.trim_matches(['\'', '"'])).collect();
            let Some(&word) = words.first() else { continue };
            if matches!(word, "while" | "until" | "for") {
                return Self { fate: Fate::Forever, prints };
            }
            let step = Self::of_words(&words);
            let later = |after: Duration| Duration::millis(passed.as_millis().saturating_add(after.as_millis()));
            prints.extend(step.prints.into_iter().map(|(after, line)| (later(after), line)));
            match step.fate {
                // A script that does more than ask is taken for an application that asks in its own time.
                Fate::Forever | Fate::Calls(_) => return Self { fate: Fate::Forever, prints },
                Fate::Ends { after, exit_code } => {
                    passed = later(after);
                    last = exit_code;
                    if word == "exit" {
                        break;
                    }
                }
            }
        }
        Self { fate: Fate::Ends { after: passed.max(AT_ONCE), exit_code: last }, prints }
    }
}

/// What `echo` prints; none where the shell would put something in that is not known here.
fn said(words: &[&str]) -> Option<String> {
    let line = words.join(" ");
    let is_plain = !line.contains(['$', '`', '\\', '%', '|', '>']) && !line.starts_with('-');
    (is_plain && !line.is_empty()).then_some(line)
}

/// Whether a script is one command without anything around it.
fn is_simple(script: &str) -> bool {
    !script.contains(['\n', ';', '&', '|', '>', '<', '$', '`'])
}

/// `30`, `1.5`, `5m`, `2h`, `1d`, `infinity`.
fn sleep(length: &str) -> Option<Fate> {
    if matches!(length, "infinity" | "inf") {
        return Some(Fate::Forever);
    }
    let (number, unit) = match length.chars().last()? {
        's' => (length.strip_suffix('s')?, 1.0),
        'm' => (length.strip_suffix('m')?, 60.0),
        'h' => (length.strip_suffix('h')?, 3600.0),
        'd' => (length.strip_suffix('d')?, 86_400.0),
        _ => (length, 1.0),
    };
    let seconds: f64 = number.parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0)?;
    let millis = (seconds * unit * 1000.0).min(1e15) as i64;
    Some(Fate::Ends { after: Duration::millis(millis).max(Duration::millis(1)), exit_code: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(argv: &[&str]) -> Option<(i64, i32)> {
        let argv: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
        match Program::of(&argv)?.fate {
            Fate::Forever => None,
            Fate::Ends { after, exit_code } => Some((after.as_millis(), exit_code)),
            Fate::Calls(call) => panic!("{call:?}"),
        }
    }

    #[test]
    fn a_server_runs_on() {
        for argv in [
            &["nginx", "-g", "daemon off;"] as &[&str],
            &["python", "app.py"],
            &["sleep", "infinity"],
            &["sh", "-c", "while true; do date; sleep 1; done"],
            &["/docker-entrypoint.sh", "nginx", "-g", "daemon off;"],
        ] {
            assert_eq!(ends(argv), None, "{argv:?}");
        }
    }

    #[test]
    fn a_command_that_plainly_ends_ends() {
        assert_eq!(ends(&["sleep", "30"]), Some((30_000, 0)));
        assert_eq!(ends(&["/bin/sleep", "1.5m"]), Some((90_000, 0)));
        assert_eq!(ends(&["sh", "-c", "exit 3"]), Some((1000, 3)));
        assert_eq!(ends(&["/bin/sh", "-c", "echo hello; sleep 5; exit 7; sleep 99"]), Some((7000, 7)));
        assert_eq!(ends(&["false"]), Some((1000, 1)));
        assert_eq!(ends(&["sh"]), Some((1000, 0)));
    }

    #[test]
    fn what_is_plainly_said_is_printed_when_it_is_said() {
        let argv =
            ["sh", "-c", "echo starting up; sleep 5; echo 'it broke' && echo $SECRET; exit 3"].map(str::to_owned);
        let printed: Vec<(i64, String)> =
            Program::of(&argv).unwrap().prints.into_iter().map(|(after, line)| (after.as_millis(), line)).collect();
        assert_eq!(printed, [(0, "starting up".to_owned()), (6000, "it broke".to_owned())]);
    }

    #[test]
    fn there_is_nothing_to_run_without_a_command() {
        assert_eq!(Program::of(&[]), None);
    }
}
