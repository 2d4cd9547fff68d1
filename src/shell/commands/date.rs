//! `date`: shows the simulated time, in the zone that `TZ` names.

use jiff::tz::TimeZone;

use super::{Command, Example, Io, date_text};
use crate::cloud::Timestamp;
use crate::shell::zone;

pub(super) const DATE: Command = Command {
    name: "date",
    usage: "date [-u] [-d TEXT] [+FORMAT]",
    run,
    examples: &[
        Example { line: "date", shows: "Mon Mar  2 09:00:00 UTC 2026\n" },
        Example { line: "date -u +%Y%m%d-%H%M%S", shows: "20260302-090000\n" },
        Example { line: "date +%s", shows: "1772442000\n" },
        Example { line: "TZ=Asia/Seoul date", shows: "Mon Mar  2 18:00:00 KST 2026\n" },
        Example { line: "date -d '2020-01-01' +%s; date -d '1 day ago' +%F", shows: "1577836800\n2026-03-01\n" },
        Example { line: "date -d nonsense", shows: "date: invalid date 'nonsense'\n" },
        Example { line: "date +%", shows: "%\n" },
        Example { line: "date tomorrow", shows: "date: invalid date 'tomorrow'\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let now = io.world.cloud.now();
    let mut zone = zone::local(&io.world.laptop);
    let (mut format, mut text) = (None, None);
    let mut args = io.args.iter();
    while let Some(argument) = args.next() {
        match argument.as_str() {
            "-d" | "--date" | "-ud" => {
                if argument == "-ud" {
                    zone = TimeZone::UTC;
                }
                let Some(given) = args.next() else {
                    io.eprint("date: option requires an argument -- 'd'\nTry 'date --help' for more information.\n");
                    return 1;
                };
                text = Some(given.as_str());
            }
            "-u" | "--utc" | "--universal" => zone = TimeZone::UTC,
            "-I" => format = Some("%Y-%m-%d".to_owned()),
            "-Iseconds" | "--iso-8601=seconds" => format = Some("%Y-%m-%dT%H:%M:%S%:z".to_owned()),
            other => match other.strip_prefix('+') {
                Some(text) => format = Some(text.to_owned()),
                None if other.starts_with("--date=") => text = other.strip_prefix("--date="),
                None if other.starts_with("-d") => text = other.strip_prefix("-d"),
                None if other.len() > 1 && other.starts_with('-') => {
                    let text = io.words.with("shell-not-simulated", &[("what", format!("date {other}").into())]);
                    io.eprint(format!("date: {text}\n"));
                    return 1;
                }
                None => {
                    io.eprint(format!("date: invalid date '{other}'\n"));
                    return 1;
                }
            },
        }
    }
    let format = format.unwrap_or_else(|| "%a %b %e %H:%M:%S %Z %Y".to_owned());
    let moment = match text {
        None => now,
        Some(text) => match date_text::parse(text, now, &zone) {
            Some(moment) => moment,
            None => {
                io.eprint(format!("date: invalid date '{text}'\n"));
                return 1;
            }
        },
    };
    io.print(render(moment, &zone, &format) + "\n");
    0
}

/// Fills a format; a letter that is not known stays as it was typed.
fn render(now: Timestamp, zone: &TimeZone, format: &str) -> String {
    let (time, millis) = (zone::civil(now, zone), now.as_millis());
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            None => out.push('%'),
            Some('%') => out.push('%'),
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('s') => out += &millis.div_euclid(1000).to_string(),
            Some('N') => out += &format!("{:03}000000", millis.rem_euclid(1000)),
            Some('Z') => out += &zone::abbreviation(now, zone),
            Some('z') => out += &zone::offset(now, zone, ""),
            Some(':') if chars.as_str().starts_with('z') => {
                chars.next();
                out += &zone::offset(now, zone, ":");
            }
            Some(letter) if "aAbBdDeFHIjklmMpPrRSTuUVwWyYC".contains(letter) => {
                out += &time.strftime(&format!("%{letter}")).to_string();
            }
            Some(other) => out.extend(['%', other]),
        }
    }
    out
}
