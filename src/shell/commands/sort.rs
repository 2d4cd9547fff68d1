//! `sort`: sorts lines.

use std::cmp::Ordering;

use super::{
    Command, Example, Io,
    options::{options, refuses},
    text::{all_text, print_lines},
};

pub(super) const SORT: Command = Command {
    name: "sort",
    usage: "sort [-nruV] [-t CHAR -k FIELD] [FILE…]",
    run,
    examples: &[
        Example { line: "printf 'b\\na\\nc\\n' | sort -r", shows: "c\nb\na\n" },
        Example { line: "printf '10\\n9\\n9\\n' | sort -nu", shows: "9\n10\n" },
        Example { line: "printf 'v1.10\\nv1.9\\n' | sort -V", shows: "v1.9\nv1.10\n" },
        Example { line: "printf 'a:2\\nb:1\\n' | sort -t: -k2", shows: "b:1\na:2\n" },
    ],
};

fn run(io: &mut Io<'_>) -> i32 {
    let longs = [
        ("numeric-sort", 'n'),
        ("reverse", 'r'),
        ("unique", 'u'),
        ("version-sort", 'V'),
        ("key", 'k'),
        ("field-separator", 't'),
        ("ignore-case", 'f'),
        ("output", 'o'),
    ];
    let Some(options) = options(io, "sort", "nruVfbhk:t:o:s", &longs) else { return 2 };
    let key = options.value('k').unwrap_or_default().to_owned();
    // Keys by character, several keys, and blanks that count or not.
    if options.values('k').count() > 1 || key.contains('.') {
        let _ = refuses(io, "sort", &options, &['k']);
        return 2;
    }
    if refuses(io, "sort", &options, &['b']) {
        return 2;
    }
    let (text, failed) = all_text(io, "sort", &options.rest);
    let flags: String = key.chars().filter(char::is_ascii_alphabetic).collect();
    let human = options.has('h') || flags.contains('h');
    let numeric = options.has('n') || human || flags.contains('n');
    let reverse = options.has('r') != flags.contains('r');
    let place =
        |text: &str| text.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<usize>().ok());
    let (first, last) = key.split_once(',').map_or((place(&key), None), |(first, last)| (place(first), place(last)));
    let part = |line: &str| {
        let Some(first) = first else { return line.to_owned() };
        let skip = first.saturating_sub(1);
        let count = last.map_or(usize::MAX, |last| last.saturating_sub(skip));
        match options.value('t') {
            Some(separator) if !separator.is_empty() => {
                line.split(separator).skip(skip).take(count).collect::<Vec<_>>().join(separator)
            }
            _ => line.split_whitespace().skip(skip).take(count).collect::<Vec<_>>().join(" "),
        }
    };
    let compare = |left: &(String, &str), right: &(String, &str)| {
        let by_key = if numeric {
            number(&left.0, human).total_cmp(&number(&right.0, human))
        } else if options.has('V') {
            version(&left.0).cmp(&version(&right.0))
        } else if options.has('f') {
            left.0.to_lowercase().cmp(&right.0.to_lowercase())
        } else {
            left.0.cmp(&right.0)
        };
        let whole = if options.has('u') || options.has('s') { Ordering::Equal } else { left.1.cmp(right.1) };
        let order = by_key.then(whole);
        if reverse { order.reverse() } else { order }
    };
    let mut lines: Vec<(String, &str)> = text.lines().map(|line| (part(line), line)).collect();
    lines.sort_by(&compare);
    if options.has('u') {
        lines.dedup_by(|left, right| compare(left, right) == Ordering::Equal);
    }
    if let Some(file) = options.value('o') {
        let sorted: String = lines.iter().map(|(_, line)| format!("{line}\n")).collect();
        let (path, now) = (io.path(file), io.world.cloud.now());
        if let Err(error) = io.world.laptop.files.write(&path, sorted.into_bytes(), now) {
            io.eprint(format!("sort: open failed: {file}: {error}\n"));
            return 2;
        }
        return if failed { 2 } else { 0 };
    }
    print_lines(io, lines.iter().map(|(_, line)| *line));
    if failed { 2 } else { 0 }
}

/// The number that a text begins with; with `-h`, in the unit behind it.
fn number(text: &str, human: bool) -> f64 {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(text.len());
    let number: f64 = text.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0.0);
    let unit = text.get(end..).and_then(|rest| rest.chars().next()).filter(|_| human);
    let power = unit.and_then(|unit| "KMGTPE".find(unit.to_ascii_uppercase())).map_or(0, |at| at + 1);
    number * 1024_f64.powi(i32::try_from(power).unwrap_or_default())
}

/// Text and numbers by turns, numbers compared as numbers.
fn version(text: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (letters, after) = rest.split_at(end);
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (digits, after) = after.split_at(end);
        parts.push((letters.to_owned(), digits.parse().unwrap_or(0)));
        rest = after;
    }
    parts
}
