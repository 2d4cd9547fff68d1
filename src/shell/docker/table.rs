//! Docker's tables, sizes and ages.
//! Source: docker/cli `formatter` (columns at least 10 wide, three blanks between), docker/go-units.

use jiff::tz::TimeZone;

use crate::cloud::Timestamp;
use crate::shell::zone;

/// Rows under a header, as docker aligns them.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let widest = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
        (widest + 3).max(10)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if at + 1 == row.len() {
                line += cell;
            } else {
                line += &format!("{cell:<width$}");
            }
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// `0B`, `7.8MB`, `48.1kB`: three digits, by thousands.
pub(super) fn size(bytes: u64) -> String {
    digits(bytes, 3)
}

/// The same with four digits, as docker writes the sizes that it keeps for old scripts.
pub(super) fn virtual_size(bytes: u64) -> String {
    digits(bytes, 4)
}

fn digits(bytes: u64, digits: usize) -> String {
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB"] {
        if value < 1000.0 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    let whole = match value {
        value if value < 10.0 => 1,
        value if value < 100.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.*}", digits.saturating_sub(whole));
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text}{unit}")
}

/// When something was made, as Go prints a time: `2026-03-02 09:00:00 +0000 UTC`.
pub(super) fn created_at(at: Timestamp, local: &TimeZone) -> String {
    let shown = zone::civil(at, local).strftime("%Y-%m-%d %H:%M:%S").to_string();
    format!("{shown} {} {}", zone::offset(at, local, ""), zone::abbreviation(at, local))
}

/// `Less than a second`, `5 minutes`, `3 weeks`: how long ago.
pub(super) fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = ((now - since).as_millis() / 1000).max(0);
    let hours = (seconds + 1800) / 3600;
    match seconds {
        0 => "Less than a second".to_owned(),
        1 => "1 second".to_owned(),
        2..60 => format!("{seconds} seconds"),
        60..120 => "About a minute".to_owned(),
        120..3600 => format!("{} minutes", seconds / 60),
        _ if hours == 1 => "About an hour".to_owned(),
        _ if hours < 48 => format!("{hours} hours"),
        _ if hours < 24 * 7 * 2 => format!("{} days", hours / 24),
        _ if hours < 24 * 30 * 2 => format!("{} weeks", hours / 24 / 7),
        _ if hours < 24 * 365 * 2 => format!("{} months", hours / 24 / 30),
        _ => format!("{} years", hours / 24 / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Duration;

    #[test]
    fn sizes_and_ages_read_as_dockers() {
        let sizes =
            [(0, "0B"), (999, "999B"), (1000, "1kB"), (48_123, "48.1kB"), (7_800_000, "7.8MB"), (117_000_000, "117MB")];
        for (bytes, expect) in sizes {
            assert_eq!(size(bytes), expect);
        }
        let start = Timestamp::START;
        let check = |by: Duration, expect: &str| assert_eq!(age(start, start + by), expect);
        check(Duration::seconds(0), "Less than a second");
        check(Duration::seconds(59), "59 seconds");
        check(Duration::minutes(1), "About a minute");
        check(Duration::minutes(59), "59 minutes");
        check(Duration::hours(1), "About an hour");
        check(Duration::days(3), "3 days");
        check(Duration::days(20), "2 weeks");
        check(Duration::days(800), "2 years");
    }
}
