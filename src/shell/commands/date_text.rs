//! The moments that `date -d` reads: days and times of day, `@SECONDS`, and steps from there such as `1 day ago`.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::cloud::Timestamp;

/// The steps of a text, one of each kind.
#[derive(Debug, Default)]
struct Steps {
    months: i64,
    days: i64,
    seconds: i64,
}

impl Steps {
    /// Adds a step; none if there is no such unit.
    fn add(&mut self, count: i64, unit: &str) -> Option<()> {
        let unit = unit.strip_suffix('s').filter(|unit| !unit.is_empty()).unwrap_or(unit);
        let (sum, size) = match unit {
            "year" => (&mut self.months, 12),
            "month" => (&mut self.months, 1),
            "fortnight" => (&mut self.days, 14),
            "week" => (&mut self.days, 7),
            "day" => (&mut self.days, 1),
            "hour" => (&mut self.seconds, 3600),
            "minute" | "min" => (&mut self.seconds, 60),
            "second" | "sec" => (&mut self.seconds, 1),
            _ => return None,
        };
        *sum = sum.checked_add(count.checked_mul(size)?)?;
        Some(())
    }
}

/// The moment that a text means in a zone; none where it is not read.
pub(super) fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let at = |instant: jiff::Timestamp| Timestamp::from_millis(instant.as_millisecond());
    let text = text.trim();
    if let Some(seconds) = text.strip_prefix('@') {
        return Some(at(jiff::Timestamp::from_second(seconds.parse().ok()?).ok()?));
    }
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Some(at(instant));
    }
    let mut zone = zone.clone();
    let text = text.to_lowercase();
    let mut words = text.split_whitespace().peekable();
    let (mut date, mut time): (Option<Date>, Option<Time>) = (None, None);
    let mut steps = Steps::default();
    while let Some(word) = words.next() {
        let (signed, sign) = match word {
            "+" | "-" => (words.next()?, if word == "-" { -1 } else { 1 }),
            word => (word, 1),
        };
        let digits = signed.trim_start_matches(['+', '-']);
        let letters = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let step = |count: i64, unit: &str, ago: bool, steps: &mut Steps| {
            steps.add(if ago { count.checked_neg()? } else { count }, unit)
        };
        match word {
            "now" | "today" => {}
            "yesterday" => steps.add(-1, "day")?,
            "tomorrow" => steps.add(1, "day")?,
            "midnight" => time = Some(Time::midnight()),
            "noon" => time = Some(Time::constant(12, 0, 0, 0)),
            "utc" | "gmt" | "z" => zone = TimeZone::UTC,
            "next" => steps.add(1, words.next()?)?,
            "last" => steps.add(-1, words.next()?)?,
            _ if digits.matches('-').count() == 2 && date.is_none() && signed == digits => match word.split_once('t') {
                Some(_) => {
                    let both: DateTime = word.to_uppercase().parse().ok()?;
                    (date, time) = (Some(both.date()), Some(both.time()));
                }
                None => date = Some(word.parse().ok()?),
            },
            _ if digits.contains(':') && time.is_none() && signed == digits => {
                let padded = if digits.find(':') == Some(1) { format!("0{digits}") } else { digits.to_owned() };
                time = Some(padded.parse().ok()?);
            }
            // `2 days`, `2days`, `-2 days`, each with or without `ago`.
            _ => {
                let (number, unit) = digits.split_at_checked(letters)?;
                let minus = signed.starts_with('-');
                let count = if number.is_empty() { 1 } else { number.parse::<i64>().ok()? };
                let unit = match unit {
                    "" => words.next()?,
                    unit => unit,
                };
                let ago = words.next_if_eq(&"ago").is_some();
                let count = count.checked_mul(sign)?;
                step(if minus { count.checked_neg()? } else { count }, unit, ago, &mut steps)?;
            }
        }
    }
    let today = zone.to_datetime(jiff::Timestamp::from_millisecond(now.as_millis()).ok()?);
    // A day alone is its midnight; a step alone keeps the time of day.
    let time = time.or(date.map(|_| Time::midnight())).unwrap_or(today.time());
    let date = date.unwrap_or(today.date());
    // As in C: a day that the month does not have runs over into the next.
    let day = i64::from(date.day() - 1).checked_add(steps.days)?;
    let date = date.first_of_month().checked_add(Span::new().try_months(steps.months).ok()?).ok()?;
    let date = date.checked_add(Span::new().try_days(day).ok()?).ok()?;
    let instant = zone.to_timestamp(DateTime::from_parts(date, time)).ok()?;
    Some(at(instant.checked_add(Span::new().try_seconds(steps.seconds).ok()?).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_by_gnus_date() {
        let seoul = TimeZone::posix("KST-9").unwrap();
        // 2026-03-02 18:00 in Seoul.
        let now = Timestamp::START;
        let read = |text: &str| {
            parse(text, now, &seoul)
                .map(|at| crate::shell::zone::civil(at, &seoul).strftime("%Y-%m-%d %H:%M:%S").to_string())
        };
        for (text, expected) in [
            ("now", "2026-03-02 18:00:00"),
            ("2020-01-01", "2020-01-01 00:00:00"),
            ("2020-01-01 10:30", "2020-01-01 10:30:00"),
            ("2020-01-01T10:30:05", "2020-01-01 10:30:05"),
            ("2020-01-01T00:00:00Z", "2020-01-01 09:00:00"),
            ("2020-01-01 00:00 UTC", "2020-01-01 09:00:00"),
            ("@0", "1970-01-01 09:00:00"),
            ("9:05", "2026-03-02 09:05:00"),
            ("yesterday", "2026-03-01 18:00:00"),
            ("1 day ago", "2026-03-01 18:00:00"),
            ("-2 hours", "2026-03-02 16:00:00"),
            ("- 2 hours", "2026-03-02 16:00:00"),
            ("+90min", "2026-03-02 19:30:00"),
            ("hour ago", "2026-03-02 17:00:00"),
            ("next week", "2026-03-09 18:00:00"),
            ("2020-01-31 1 month", "2020-03-02 00:00:00"),
            ("2020-01-01 + 2 days", "2020-01-03 00:00:00"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["nonsense", "1 parsec ago", "2020-13-01", "99999999999999999999 days", "next", "+", "-"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("9223372036854775807 years"), None);
    }
}
