//! A service's answer as the real `aws` shows it: members in the model's order, times in ISO 8601, policies as objects.

use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::cloud::{Timestamp, percent};
use crate::shell::aws::model::{Kind, Type};
use crate::shell::zone;

/// Brings `value`, as the service gave it, into the form that is printed; times are those of `zone`.
pub(in crate::shell::aws) fn shape(value: Value, to: Type<'_>, zone: &TimeZone) -> Value {
    match (to.kind(), value) {
        (Kind::Structure, Value::Object(members)) => structure(members, to, zone),
        (Kind::List, Value::Array(items)) => match to.element() {
            Some(element) => items.into_iter().map(|item| shape(item, element, zone)).collect(),
            None => Value::Array(items),
        },
        (Kind::Map, Value::Object(members)) => match to.value() {
            Some(value) => members.into_iter().map(|(key, member)| (key, shape(member, value, zone))).collect(),
            None => Value::Object(members),
        },
        (Kind::Timestamp, Value::Number(seconds)) => {
            let millis = (seconds.as_f64().unwrap_or_default() * 1000.0).round() as i64;
            Value::String(zone::iso_8601(Timestamp::from_millis(millis), zone))
        }
        (Kind::String, Value::String(text)) if to.name == "policyDocumentType" => policy(text),
        (_, value) => value,
    }
}

fn structure(mut members: Map<String, Value>, to: Type<'_>, zone: &TimeZone) -> Value {
    if to.shape.document {
        return Value::Object(members);
    }
    let mut ordered = Map::new();
    for (name, member) in to.members() {
        if let Some(value) = members.shift_remove(name).filter(|value| !value.is_null()) {
            ordered.insert(name.to_owned(), shape(value, member, zone));
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
