//! A request against the model, as the real `aws` checks it before sending: members, types, least lengths and numbers.
//!
//! It checks no enums, no patterns and no maxima: those the service refuses. Source: botocore; texts observed.

use serde_json::Value;

use super::model::{Kind, Type};
use super::python;

/// Everything that does not fit, one line each, in the real order; none if all fits.
pub(super) fn validate(input: &Value, to: Type<'_>) -> Option<String> {
    let mut report = Vec::new();
    check(input, to, "", &mut report);
    (!report.is_empty()).then(|| format!("Parameter validation failed:\n{}", report.join("\n")))
}

fn shown(name: &str) -> &str {
    match name.strip_prefix('.') {
        Some(name) => name,
        None if name.is_empty() => "input",
        None => name,
    }
}

fn wrong_type(name: &str, value: &Value, valid: &str, report: &mut Vec<String>) {
    report.push(format!(
        "Invalid type for parameter {}, value: {}, type: {}, valid types: {valid}",
        shown(name),
        python::str_of(value),
        python::class(value)
    ));
}

fn least(name: &str, what: &str, value: f64, printed: String, min: Option<f64>, report: &mut Vec<String>) {
    if let Some(min) = min.filter(|min| value < *min) {
        let (word, of) = if what == "length" { ("length", "valid min length") } else { ("value", "valid min value") };
        report.push(format!("Invalid {word} for parameter {}, value: {printed}, {of}: {min}", shown(name)));
    }
}

fn check(value: &Value, to: Type<'_>, name: &str, report: &mut Vec<String>) {
    if to.shape.document {
        return;
    }
    let min = to.shape.min;
    match (to.kind(), value) {
        (Kind::Structure, Value::Object(members)) => structure(members, to, name, report),
        (Kind::Map, Value::Object(members)) => {
            for (key, member) in members {
                if let Some(to) = to.key() {
                    check(&Value::String(key.clone()), to, &format!("{name} (key: {key})"), report);
                }
                if let Some(to) = to.value() {
                    check(member, to, &format!("{name}.{key}"), report);
                }
            }
        }
        (Kind::Structure | Kind::Map, _) => wrong_type(name, value, "<class 'dict'>", report),
        (Kind::List, Value::Array(items)) => {
            least(name, "length", items.len() as f64, items.len().to_string(), min, report);
            if let Some(element) = to.element() {
                for (number, item) in items.iter().enumerate() {
                    check(item, element, &format!("{name}[{number}]"), report);
                }
            }
        }
        (Kind::List, _) => wrong_type(name, value, "<class 'list'>, <class 'tuple'>", report),
        (Kind::String, Value::String(text)) => {
            let len = text.chars().count();
            least(name, "length", len as f64, len.to_string(), min, report);
        }
        (Kind::String, _) => wrong_type(name, value, "<class 'str'>", report),
        // In Python, `True` and `False` are integers.
        (Kind::Integer | Kind::Long, Value::Bool(_)) | (Kind::Boolean, Value::Bool(_)) => {}
        (Kind::Integer | Kind::Long, Value::Number(number)) if !number.is_f64() => {
            least(name, "value", number.as_f64().unwrap_or_default(), python::repr(value), min, report);
        }
        (Kind::Integer | Kind::Long, _) => wrong_type(name, value, "<class 'int'>", report),
        (Kind::Boolean, _) => wrong_type(name, value, "<class 'bool'>", report),
        (Kind::Float | Kind::Double, Value::Number(number)) => {
            least(name, "value", number.as_f64().unwrap_or_default(), python::repr(value), min, report);
        }
        (Kind::Float | Kind::Double, Value::Bool(_)) => {}
        (Kind::Float | Kind::Double, _) => {
            wrong_type(name, value, "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>", report);
        }
        (Kind::Blob, Value::String(_)) | (Kind::Timestamp, Value::Number(_)) => {}
        (Kind::Timestamp, Value::String(text)) if super::time::parse(text, &jiff::tz::TimeZone::UTC).is_some() => {}
        (Kind::Blob, _) => wrong_type(name, value, "<class 'bytes'>, <class 'bytearray'>, file-like object", report),
        (Kind::Timestamp, _) => wrong_type(name, value, "<class 'datetime.datetime'>, timestamp-string", report),
    }
}

fn structure(members: &serde_json::Map<String, Value>, to: Type<'_>, name: &str, report: &mut Vec<String>) {
    for required in &to.shape.required {
        if !members.contains_key(required) {
            report.push(format!("Missing required parameter in {}: \"{required}\"", shown(name)));
        }
    }
    for unknown in members.keys().filter(|member| to.member(member).is_none()) {
        let valid: Vec<&str> = to.members().map(|(name, _)| name).collect();
        report.push(format!(
            "Unknown parameter in {}: \"{unknown}\", must be one of: {}",
            shown(name),
            valid.join(", ")
        ));
    }
    for (member, value) in members {
        if let Some(to) = to.member(member) {
            check(value, to, &format!("{name}.{member}"), report);
        }
    }
}
