//! The time zone that `TZ` names: what `date` and `aws` show times in. Without it the laptop is in UTC.

use jiff::tz::{Offset, TimeZone};

use crate::cloud::Timestamp;
use crate::laptop::Laptop;

/// Every zone's present rule, by name. Source: the IANA time zone database, as POSIX writes such rules.
const ZONES: &str = include_str!("../../assets/time-zones.txt");

/// The laptop's zone: a name (`Asia/Seoul`), or a rule (`KST-9`). What is neither is UTC, as for the C library.
pub(super) fn local(laptop: &Laptop) -> TimeZone {
    let wanted = laptop.session.env("TZ").unwrap_or_default();
    let wanted = wanted.strip_prefix(':').unwrap_or(wanted);
    let rule = ZONES
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find_map(|(name, rule)| (name == wanted).then_some(rule))
        .unwrap_or(wanted);
    TimeZone::posix(rule).unwrap_or(TimeZone::UTC)
}

fn instant(time: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(time.as_millis()).unwrap_or_default()
}

/// What clocks show at `time` in a zone.
pub(super) fn civil(time: Timestamp, zone: &TimeZone) -> jiff::civil::DateTime {
    zone.to_datetime(instant(time))
}

/// How the zone is called at `time`: `KST`.
pub(super) fn abbreviation(time: Timestamp, zone: &TimeZone) -> String {
    zone.to_offset_info(instant(time)).abbreviation().to_owned()
}

/// How far the zone is from UTC at `time`, with `between` between hours and minutes: `+09:00`, `+0900`.
pub(super) fn offset(time: Timestamp, zone: &TimeZone, between: &str) -> String {
    let offset: Offset = zone.to_offset(instant(time));
    let minutes = offset.seconds().abs() / 60;
    let sign = if offset.is_negative() { '-' } else { '+' };
    format!("{sign}{:02}{between}{:02}", minutes / 60, minutes % 60)
}

/// ISO 8601 as the AWS CLI prints it: with six decimals when there are any milliseconds.
pub(super) fn iso_8601(time: Timestamp, zone: &TimeZone) -> String {
    let shown = civil(time, zone).strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let fraction = match time.as_millis().rem_euclid(1000) {
        0 => String::new(),
        millis => format!(".{millis:03}000"),
    };
    format!("{shown}{fraction}{}", offset(time, zone, ":"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Duration;

    #[test]
    fn every_zones_rule_can_be_read() {
        for line in ZONES.lines() {
            let (name, rule) = line.split_once(' ').unwrap();
            assert!(TimeZone::posix(rule).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_moment_is_shown_as_its_zone_has_it() {
        let shown = |name: &str, time: Timestamp| {
            let mut laptop = Laptop::new();
            laptop.session.export("TZ", name.to_owned());
            let zone = local(&laptop);
            format!("{} {}", iso_8601(time, &zone), abbreviation(time, &zone))
        };
        let start = Timestamp::START + Duration::millis(325);
        assert_eq!(shown("", start), "2026-03-02T09:00:00.325000+00:00 UTC");
        assert_eq!(shown("Asia/Seoul", start), "2026-03-02T18:00:00.325000+09:00 KST");
        assert_eq!(shown("Asia/Kolkata", Timestamp::START), "2026-03-02T14:30:00+05:30 IST");
        assert_eq!(shown("America/New_York", Timestamp::START), "2026-03-02T04:00:00-05:00 EST");
        assert_eq!(shown("America/New_York", start + Duration::days(7)), "2026-03-09T05:00:00.325000-04:00 EDT");
        assert_eq!(shown("JST-9", Timestamp::START), "2026-03-02T18:00:00+09:00 JST");
        assert_eq!(shown("Nowhere/Else", Timestamp::START), "2026-03-02T09:00:00+00:00 UTC");
    }
}
