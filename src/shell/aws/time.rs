//! Times on the command line, as botocore reads them: seconds since 1970, or ISO 8601 in the laptop's zone where it says none.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::model::{Kind, Type};

/// The moment that `text` means, in seconds since 1970.
pub(super) fn parse(text: &str, zone: &TimeZone) -> Option<f64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Some(seconds).filter(|seconds| seconds.is_finite() && seconds.abs() < 1e11);
    }
    let instant = match text.parse::<jiff::Timestamp>() {
        Ok(instant) => instant,
        Err(_) => {
            let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(DateTime::from)).ok()?;
            zone.to_timestamp(civil).ok()?
        }
    };
    Some(instant.as_millisecond() as f64 / 1000.0)
}

/// Makes numbers of the times in a request, as they travel.
pub(super) fn serialize(value: Value, to: Type<'_>, zone: &TimeZone) -> Value {
    match (to.kind(), value) {
        (_, value) if to.shape.document => value,
        (Kind::Structure, Value::Object(members)) => members
            .into_iter()
            .map(|(name, member)| match to.member(&name) {
                Some(to) => (name, serialize(member, to, zone)),
                None => (name, member),
            })
            .collect(),
        (Kind::List, Value::Array(items)) => match to.element() {
            Some(element) => items.into_iter().map(|item| serialize(item, element, zone)).collect(),
            None => Value::Array(items),
        },
        (Kind::Timestamp, Value::String(text)) => parse(&text, zone).map_or(Value::String(text), Value::from),
        (_, value) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_the_forms_that_botocore_reads() {
        let seoul = TimeZone::posix("KST-9").unwrap();
        let start = 1_772_442_000.0;
        for text in [
            "1772442000",
            "2026-03-02T09:00:00Z",
            "2026-03-02T18:00:00+09:00",
            "2026-03-02T18:00:00",
            "2026-03-02 18:00",
        ] {
            assert_eq!(parse(text, &seoul), Some(start), "{text}");
        }
        assert_eq!(parse("2026-03-02", &TimeZone::UTC), Some(start - 9.0 * 3600.0));
        for text in ["yesterday", "", "2026-13-01", "inf", "NaN"] {
            assert_eq!(parse(text, &seoul), None, "{text}");
        }
    }
}
