//! Sessions as data: what the real command printed and, marked as a difference with its reason, what the simulation
//! prints instead.
//!
//! ```text
//! % a line of ours that prepares the world; it must succeed
//! $ the command
//!  |standard output, the same for both
//!  !standard error, the same for both
//! # why the next lines differ
//! -|only the real command prints this
//! +|only the simulation prints this
//!  =254
//! ```
//!
//! Without a line with `=` the exit code is 0. `<usage>` stands for the six lines of the usage.

/// The usage that follows an error in how the command was used.
const USAGE: &str = "\
usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]
To see help text, you can run:

  aws help
  aws <command> help
  aws <command> <subcommand> help";

/// A line of ours, or a command with what the simulation must show.
pub enum Step {
    Prepare(String),
    Command(Expected),
}

/// A command and what the simulation must show.
#[derive(Default)]
pub struct Expected {
    pub line: String,
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

/// Reads a session.
///
/// # Panics
/// For a line that is none of a session's, and for a difference without a reason.
pub fn read(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    // Whether a reason stands before this line, or a line of the same difference.
    let mut explained = false;
    for (number, line) in text.lines().enumerate() {
        let place = format!("line {}: `{line}`", number + 1);
        if let Some(line) = line.strip_prefix("% ") {
            steps.push(Step::Prepare(line.to_owned()));
            continue;
        }
        if let Some(line) = line.strip_prefix("$ ") {
            steps.push(Step::Command(Expected { line: line.to_owned(), ..Expected::default() }));
            explained = false;
            continue;
        }
        if line.is_empty() || line.starts_with('#') {
            explained = line.starts_with("# ");
            continue;
        }
        let Some(Step::Command(command)) = steps.last_mut() else { panic!("{place}: no command stands before it") };
        match line.split_at_checked(1) {
            Some((" ", what)) => {
                explained = false;
                command.expect(what, &place);
            }
            Some((mark @ ("-" | "+"), what)) => {
                assert!(explained, "{place}: a difference without its reason");
                if mark == "+" {
                    command.expect(what, &place);
                }
            }
            _ => panic!("{place}: no line of a session"),
        }
    }
    steps
}

impl Expected {
    fn expect(&mut self, what: &str, place: &str) {
        let (stream, text) = match what.split_at_checked(1) {
            Some(("|", text)) => (&mut self.stdout, text),
            Some(("!", text)) => (&mut self.stderr, text),
            Some(("=", code)) => {
                self.code = code.parse().unwrap_or_else(|_| panic!("{place}: no exit code"));
                return;
            }
            _ => panic!("{place}: neither standard output nor standard error nor an exit code"),
        };
        stream.push_str(if text == "<usage>" { USAGE } else { text });
        stream.push('\n');
    }
}

#[test]
fn a_session_is_read_with_its_differences() {
    let steps = read("# where from\n% prepare\n$ aws x\n |both\n# ours is short\n-|long\n+|short\n !<usage>\n =252\n");
    let [Step::Prepare(prepared), Step::Command(command)] = steps.as_slice() else { panic!() };
    assert_eq!((prepared.as_str(), command.line.as_str(), command.code), ("prepare", "aws x", 252));
    assert_eq!(command.stdout, "both\nshort\n");
    assert!(command.stderr.starts_with("usage: aws [options]"));
}

#[test]
#[should_panic(expected = "a difference without its reason")]
fn a_difference_needs_its_reason() {
    read("$ aws x\n# why\n-|a\n+|b\n |c\n-|d\n");
}
