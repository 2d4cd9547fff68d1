//! What a container does: run until it is stopped, or end by itself.
//!
//! Nothing is executed here. The command line alone decides, and only where it is plain what it would do: `sleep 30` ends
//! after half a minute, `sh -c 'exit 3'` at once with 3, a server runs on. A command `aws …` makes its request.

use super::call::Call;
use crate::cloud::Duration;

/// The fate of a container that was started.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Program {
    /// Runs until it is stopped.
    Forever,
    /// Ends by itself.
    Ends { after: Duration, exit_code: i32 },
    /// Makes a request, and ends as that does.
    Calls(Call),
}

/// The exit code of a command that the kernel can't run: made for another processor.
/// Source: observed, `exec format error`.
const EXEC_FORMAT_ERROR: i32 = 255;
/// A command that does its work and ends: as long as a container takes to come and go.
pub(super) const AT_ONCE: Duration = Duration::seconds(1);

impl Program {
    /// An image for another processor.
    pub(super) const WRONG_PROCESSOR: Self = Self::Ends { after: AT_ONCE, exit_code: EXEC_FORMAT_ERROR };

    /// What `argv` (entry point and command) does; none where there is nothing to run.
    pub(super) fn of(argv: &[String]) -> Option<Self> {
        let words: Vec<&str> = argv.iter().map(String::as_str).collect();
        if words.is_empty() { None } else { Some(Self::of_words(&words)) }
    }

    fn of_words(words: &[&str]) -> Self {
        let done = |exit_code| Self::Ends { after: AT_ONCE, exit_code };
        let Some((program, arguments)) = words.split_first() else { return done(0) };
        match program.rsplit('/').next().unwrap_or_default() {
            "true" | "echo" | "printf" | "date" | "env" | "ls" | "cat" | "uname" | "id" | "whoami" | "hostname" => {
                done(0)
            }
            "false" => done(1),
            "exit" => done(arguments.first().and_then(|code| code.parse().ok()).unwrap_or(0)),
            "sleep" => arguments.first().and_then(|length| sleep(length)).unwrap_or_else(|| done(1)),
            "aws" => Call::read(arguments).map_or_else(|| done(252), Self::Calls),
            "exec" | "tini" | "dumb-init" | "docker-entrypoint.sh" if !arguments.is_empty() => {
                Self::of_words(arguments.strip_prefix(&["--"]).unwrap_or(arguments))
            }
            "sh" | "bash" | "ash" | "dash" => match arguments {
                // Without a terminal its standard input is empty, so there is nothing to do.
                [] => done(0),
                ["-c" | "-ec" | "-lc" | "-exc", script, ..] => {
                    match script.split_whitespace().collect::<Vec<_>>().as_slice() {
                        ["exec", "aws", rest @ ..] | ["aws", rest @ ..] if is_simple(script) => {
                            Call::read(rest).map_or_else(|| done(252), Self::Calls)
                        }
                        _ => Self::of_script(script),
                    }
                }
                _ => Self::Forever,
            },
            _ => Self::Forever,
        }
    }

    /// A shell script of simple commands. One that loops, or that has more to it, runs on.
    fn of_script(script: &str) -> Self {
        let mut passed = Duration::default();
        let mut exit_code = 0;
        for command in script.split(['\n', ';']).flat_map(|line| line.split("&&")) {
            let words: Vec<&str> = command.split_whitespace().map(|word| word.trim_matches(['\'', '"'])).collect();
            match words.first() {
                None => {}
                Some(&("while" | "until" | "for")) => return Self::Forever,
                Some(&word) => match Self::of_words(&words) {
                    // A script that does more than ask is taken for an application that asks in its own time.
                    Self::Forever | Self::Calls(_) => return Self::Forever,
                    Self::Ends { after, exit_code: code } => {
                        passed = Duration::millis(passed.as_millis().saturating_add(after.as_millis()));
                        exit_code = code;
                        if word == "exit" {
                            break;
                        }
                    }
                },
            }
        }
        Self::Ends { after: passed.max(AT_ONCE), exit_code }
    }
}

/// Whether a script is one command without anything around it.
fn is_simple(script: &str) -> bool {
    !script.contains(['\n', ';', '&', '|', '>', '<', '$', '`'])
}

/// `30`, `1.5`, `5m`, `2h`, `1d`, `infinity`.
fn sleep(length: &str) -> Option<Program> {
    if matches!(length, "infinity" | "inf") {
        return Some(Program::Forever);
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
    Some(Program::Ends { after: Duration::millis(millis).max(Duration::millis(1)), exit_code: 0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(argv: &[&str]) -> Option<(i64, i32)> {
        let argv: Vec<String> = argv.iter().map(|word| (*word).to_owned()).collect();
        match Program::of(&argv)? {
            Program::Forever => None,
            Program::Ends { after, exit_code } => Some((after.as_millis(), exit_code)),
            Program::Calls(call) => panic!("{call:?}"),
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
    fn there_is_nothing_to_run_without_a_command() {
        assert_eq!(Program::of(&[]), None);
    }
}
