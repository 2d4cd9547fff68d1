//! A service's answer as the real `aws` shows it: members in the model's order, times as the profile wants them, policies as objects.

use jiff::tz::TimeZone;
use serde_json::{Map, Number, Value};

use crate::cloud::model::{Kind, Type};
use crate::cloud::{Timestamp, percent};
use crate::shell::zone;

/// How times are printed: the setting `cli_timestamp_format`.
pub(in crate::shell::aws) enum Times {
    /// In ISO 8601, those of this zone.
    Iso8601(TimeZone),
    /// As the service sends them.
    Wire(Wire),
}

/// How a service sends times. Source: botocore, `protocol` and `timestampFormat` in the service models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::shell::aws) enum Wire {
    /// Seconds since 1970, as a number.
    Number,
    Seconds,
    Milliseconds,
    /// In the answer's header.
    Header,
}

impl Wire {
    /// The way of an operation, of a service by its command.
    pub(in crate::shell::aws) fn of(service: &str, operation: &str) -> Self {
        match (service, operation) {
            ("s3api", "GetObject" | "HeadObject") => Self::Header,
            ("s3api" | "ec2", _) => Self::Milliseconds,
            ("iam" | "sts", _) => Self::Seconds,
            _ => Self::Number,
        }
    }
}

impl Times {
    fn shown(&self, seconds: &Number) -> Value {
        let number = seconds.as_f64().unwrap_or_default();
        let time = Timestamp::from_millis((number * 1000.0).round() as i64);
        let format = match self {
            Self::Iso8601(zone) => return zone::iso_8601(time, zone).into(),
            Self::Wire(Wire::Number) => return number.into(),
            Self::Wire(Wire::Seconds) => "%Y-%m-%dT%H:%M:%SZ",
            Self::Wire(Wire::Milliseconds) => "%Y-%m-%dT%H:%M:%S.%3fZ",
            Self::Wire(Wire::Header) => "%a, %d %b %Y %H:%M:%S GMT",
        };
        zone::civil(time, &TimeZone::UTC).strftime(format).to_string().into()
    }
}

/// Brings `value`, as the service gave it, into the form that is printed.
pub(in crate::shell::aws) fn shape(value: Value, to: Type<'_>, times: &Times) -> Value {
    match (to.kind(), value) {
        (Kind::Structure, Value::Object(members)) => structure(members, to, times),
        (Kind::List, Value::Array(items)) => match to.element() {
            Some(element) => items.into_iter().map(|item| shape(item, element, times)).collect(),
            None => Value::Array(items),
        },
        (Kind::Map, Value::Object(members)) => match to.value() {
            Some(value) => members.into_iter().map(|(key, member)| (key, shape(member, value, times))).collect(),
            None => Value::Object(members),
        },
        (Kind::Timestamp, Value::Number(seconds)) => times.shown(&seconds),
        (Kind::String, Value::String(text)) if to.name == "policyDocumentType" => policy(text),
        (_, value) => value,
    }
}

fn structure(mut members: Map<String, Value>, to: Type<'_>, times: &Times) -> Value {
    if to.shape.document {
        return Value::Object(members);
    }
    let mut ordered = Map::new();
    for (name, member) in to.members() {
        if let Some(value) = members.shift_remove(name).filter(|value| !value.is_null()) {
            ordered.insert(name.to_owned(), shape(value, member, times));
        }
    }
    // A member that the model does not know is dropped, as the real command drops it.
    Value::Object(ordered)
}

/// IAM sends policy documents percent-encoded; the real command shows them as the JSON that they are.
fn policy(text: String) -> Value {
    serde_json::from_str(&text)
        .or_else(|_| serde_json::from_str(&percent::decoded(&text)))
        .unwrap_or(Value::String(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_each_way() {
        let seconds = Number::from_f64(1_795_298_614.325).unwrap();
        let wire = |service, operation| Times::Wire(Wire::of(service, operation));
        for (times, shown) in [
            (Times::Iso8601(TimeZone::UTC), Value::from("2026-11-21T22:03:34.325000+00:00")),
            (wire("ecr", "DescribeRepositories"), Value::from(1_795_298_614.325)),
            (wire("iam", "GetUser"), Value::from("2026-11-21T22:03:34Z")),
            (wire("ec2", "DescribeInstances"), Value::from("2026-11-21T22:03:34.325Z")),
            (wire("s3api", "HeadObject"), Value::from("Sat, 21 Nov 2026 22:03:34 GMT")),
        ] {
            assert_eq!(times.shown(&seconds), shown);
        }
        assert_eq!(wire("ecs", "").shown(&Number::from(1)).to_string(), "1.0");
    }
}
