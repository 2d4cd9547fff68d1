//! `sleep`: lets simulated time pass; nobody waits.

use super::{Command, Example, Io};
use crate::cloud::Duration;

/// The longest sleep, in seconds: ten days.
const SECONDS_MAX: f64 = 864_000.0;

pub(super) const SLEEP: Command = Command {
    name: "sleep",
    usage: "sleep NUMBER[smhd]…",
    run,
    examples: &[
        Example { line: "sleep 90; date +%T", shows: "09:01:30\n" },
        Example { line: "sleep 0.5 1m; clock", shows: "2026-03-02T09:01:00.500000+00:00\n" },
        Example {
            line: "sleep x",
            shows: "sleep: invalid time interval 'x'\nTry 'sleep --help' for more information.\n",
        },
        Example { line: "sleep 1e9", shows: "sleep: `1e9` is too long: at most 10d at a time\n" },
        Example { line: "sleep", shows: "sleep: missing operand\nTry 'sleep --help' for more information.\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    if io.args.is_empty() {
        io.eprint("sleep: missing operand\nTry 'sleep --help' for more information.\n");
        return 1;
    }
    let mut seconds = 0.0;
    for argument in io.args {
        let (number, unit) = match argument.char_indices().next_back() {
            Some((at, 's')) => (argument.get(..at), 1.0),
            Some((at, 'm')) => (argument.get(..at), 60.0),
            Some((at, 'h')) => (argument.get(..at), 3600.0),
            Some((at, 'd')) => (argument.get(..at), 86_400.0),
            _ => (Some(argument.as_str()), 1.0),
        };
        let number = number.and_then(|number| number.parse::<f64>().ok());
        let Some(number) = number.filter(|number| number.is_finite() && *number >= 0.0) else {
            io.eprint(format!("sleep: invalid time interval '{argument}'\nTry 'sleep --help' for more information.\n"));
            return 1;
        };
        seconds += number * unit;
    }
    if seconds > SECONDS_MAX {
        let args = [("text", io.args.join(" ").into()), ("most", "10d".into())];
        let text = io.words.with("clock-too-long", &args);
        io.eprint(format!("sleep: {text}\n"));
        return 1;
    }
    io.world.cloud.advance(Duration::millis((seconds * 1000.0) as i64));
    0
}
