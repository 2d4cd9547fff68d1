//! `sort`: sorts lines.

use std::cmp::Ordering;

use super::{
    Command, Example, Io,
    options::options,
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
    let (text, failed) = all_text(io, "sort", &options.rest);
    let key = options.value('k').unwrap_or_default();
    let numeric = options.has('n') || options.has('h') || key.ends_with('n');
    let reverse = options.has('r') != key.ends_with('r');
    let field = key.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse::<usize>().ok());
    let part = |line: &str| match (field, options.value('t')) {
        (None, _) => line.to_owned(),
        (Some(field), Some(separator)) if !separator.is_empty() => {
            line.split(separator).skip(field.saturating_sub(1)).collect::<Vec<_>>().join(separator)
        }
        (Some(field), _) => line.split_whitespace().skip(field.saturating_sub(1)).collect::<Vec<_>>().join(" "),
    };
    let compare = |left: &(String, &str), right: &(String, &str)| {
        let by_key = if numeric {
            number(&left.0).total_cmp(&number(&right.0))
        } else if options.has('V') {
            version(&left.0).cmp(&version(&right.0))
        } else if options.has('f') {
            left.0.to_lowercase().cmp(&right.0.to_lowercase())
        } else {
            left.0.cmp(&right.0)
        };
        let whole = if options.has('u') { Ordering::Equal } else { left.1.cmp(right.1) };
        let order = by_key.then(whole);
        if reverse { order.reverse() } else { order }
    };
    let mut lines: Vec<(String, &str)> = text.lines().map(|line| (part(line), line)).collect();
    lines.sort_by(&compare);
    if options.has('u') {
        lines.dedup_by(|left, right| compare(left, right) == Ordering::Equal);
    }
    print_lines(io, lines.iter().map(|(_, line)| *line));
    if failed { 2 } else { 0 }
}

fn number(text: &str) -> f64 {
    let text = text.trim_start();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(text.len());
    text.get(..end).and_then(|digits| digits.parse().ok()).unwrap_or(0.0)
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
