//! `clock`: shows the simulated time and moves it. Only the game has this command.

use super::{Command, Example, Io};
use crate::cloud::Duration;

/// The furthest that one command moves the time, in days.
const DAYS_MAX: i64 = 3650;

pub(super) const CLOCK: Command = Command {
    name: "clock",
    usage: "clock [advance DURATION]",
    run,
    examples: &[
        Example { line: "clock", shows: "2026-03-02T09:00:00+00:00\n" },
        Example { line: "clock advance 3d", shows: "2026-03-05T09:00:00+00:00\n" },
        Example { line: "clock advance 1h30m", shows: "2026-03-02T10:30:00+00:00\n" },
        Example {
            line: "clock advance soon",
            shows: "clock: `soon` is not a duration\nhint: a number and `d`, `h`, `m` or `s`: `clock advance 3d`\n",
        },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    match io.args {
        [] => {}
        [verb, duration] if verb == "advance" => match parse(duration) {
            Some(by) => io.world.cloud.advance(by),
            None => {
                let text = io.words.with("clock-bad-duration", &[("text", duration.into())]);
                io.eprint(format!("clock: {text}\n{}\n", io.words.get("clock-hint")));
                return 1;
            }
        },
        _ => {
            let hint = io.words.get("clock-hint");
            io.eprint(format!("usage: {}\n{hint}\n", CLOCK.usage));
            return 1;
        }
    }
    let now = io.world.cloud.now();
    io.print(format!("{now}\n"));
    0
}

/// `3d`, `2h`, `1h30m`, `10s`.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let mut seconds = 0_i64;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(end);
        let number: i64 = number.parse().ok()?;
        let mut after = after.chars();
        let unit = match after.next()? {
            'd' => 86_400,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = after.as_str();
    }
    (seconds <= DAYS_MAX * 86_400).then(|| Duration::seconds(seconds))
}
