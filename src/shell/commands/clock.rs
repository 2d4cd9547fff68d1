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
        Example {
            line: "clock advance 20y",
            shows: "clock: `20y` is not a duration\nhint: a number and `d`, `h`, `m` or `s`: `clock advance 3d`\n",
        },
        Example {
            line: "clock advance 200000000d",
            shows: "clock: `200000000d` is too long: at most 3650d at a time\n",
        },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    match io.args {
        [] => {}
        [verb, duration] if verb == "advance" => match parse(duration) {
            Some(Span::Of(by)) => io.world.cloud.advance(by),
            Some(Span::TooLong) => {
                let args = [("text", duration.into()), ("most", format!("{DAYS_MAX}d").into())];
                let text = io.words.with("clock-too-long", &args);
                io.eprint(format!("clock: {text}\n"));
                return 1;
            }
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

/// How far the clock is to move.
#[derive(Debug, PartialEq, Eq)]
enum Span {
    Of(Duration),
    /// Further than one command may.
    TooLong,
}

/// A duration as the clock reads it, if it is one that is not too long for it.
pub(super) fn duration(text: &str) -> Option<Duration> {
    match parse(text) {
        Some(Span::Of(span)) => Some(span),
        Some(Span::TooLong) | None => None,
    }
}

/// `3d`, `2h`, `1h30m`, `10s`; none for anything else.
fn parse(text: &str) -> Option<Span> {
    let mut seconds = 0_i64;
    let mut rest = text;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(end);
        // A number that is too long for a number is one all the same.
        let number: i64 = if number.is_empty() { return None } else { number.parse().unwrap_or(i64::MAX) };
        let mut after = after.chars();
        let unit = match after.next()? {
            'd' => 86_400,
            'h' => 3600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        seconds = seconds.saturating_add(number.saturating_mul(unit));
        rest = after.as_str();
    }
    Some(if seconds <= DAYS_MAX * 86_400 { Span::Of(Duration::seconds(seconds)) } else { Span::TooLong })
}
