//! The functions of JMESPath, their argument types and the messages when those do not fit.

use std::cmp::Ordering;

use serde_json::{Map, Number, Value};

use super::super::python;
use super::eval::{equal, eval, order};
use super::parser::Node;

/// An argument: a value, or an expression that the function applies itself.
pub(super) enum Argument<'n> {
    Value(Value),
    Expression(&'n Node),
}

impl Argument<'_> {
    /// The type as JMESPath names it.
    fn kind(&self) -> &'static str {
        match self {
            Self::Expression(_) => "expref",
            Self::Value(value) => kind(value),
        }
    }

    fn printed(&self) -> String {
        match self {
            Self::Expression(_) => "<jmespath.visitor._Expression object>".to_owned(),
            Self::Value(value) => python::str_of(value),
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The type as Python names it, which messages about a list's elements use.
fn python_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

/// What a function takes: for each parameter the types it may have (none: any). `array-string` names the elements too.
struct Signature {
    parameters: &'static [&'static [&'static str]],
    variadic: bool,
}

fn signature(name: &str) -> Option<Signature> {
    const ANY: &[&str] = &[];
    const NUMBER: &[&str] = &["number"];
    const STRING: &[&str] = &["string"];
    const ARRAY: &[&str] = &["array"];
    const OBJECT: &[&str] = &["object"];
    const NUMBERS: &[&str] = &["array-number"];
    let parameters: &'static [&'static [&'static str]] = match name {
        "abs" | "ceil" | "floor" => &[NUMBER],
        "avg" | "sum" => &[NUMBERS],
        "not_null" | "to_array" | "to_string" | "to_number" | "type" => &[ANY],
        "contains" => &[&["array", "string"], ANY],
        "length" => &[&["string", "array", "object"]],
        "ends_with" | "starts_with" => &[STRING, STRING],
        "reverse" => &[&["array", "string"]],
        "join" => &[STRING, &["array-string"]],
        "map" => &[&["expref"], ARRAY],
        "max" | "min" => &[&["array-number", "array-string"]],
        "sort" => &[&["array-string", "array-number"]],
        "merge" | "keys" | "values" => &[OBJECT],
        "sort_by" | "min_by" | "max_by" => &[ARRAY, &["expref"]],
        _ => return None,
    };
    Some(Signature { parameters, variadic: matches!(name, "not_null" | "merge") })
}

/// Calls the function `name`.
pub(super) fn call(name: &str, arguments: Vec<Argument<'_>>) -> Result<Value, String> {
    let Some(signature) = signature(name) else { return Err(format!("Unknown function: {name}()")) };
    let (expected, actual) = (signature.parameters.len(), arguments.len());
    let plural = if expected == 1 { "argument" } else { "arguments" };
    if signature.variadic && actual < expected {
        return Err(format!("Expected at least {expected} {plural} for function {name}(), received {actual}"));
    }
    if !signature.variadic && actual != expected {
        return Err(format!("Expected {expected} {plural} for function {name}(), received {actual}"));
    }
    for (argument, types) in arguments.iter().zip(signature.parameters) {
        check(name, argument, types)?;
    }
    let mut arguments = arguments.into_iter();
    match (arguments.next(), arguments.next()) {
        (Some(Argument::Value(value)), None) => one(name, value),
        (Some(Argument::Value(value)), Some(Argument::Expression(by))) => apply(name, value, by),
        (Some(Argument::Expression(by)), Some(Argument::Value(value))) => apply(name, value, by),
        (Some(Argument::Value(first)), Some(Argument::Value(second))) => {
            let rest = arguments.filter_map(|argument| match argument {
                Argument::Value(value) => Some(value),
                Argument::Expression(_) => None,
            });
            Ok(several(name, first, second, rest))
        }
        _ => Ok(Value::Null),
    }
}

fn wrong_type(name: &str, value: &str, received: &str, expected: &[&str]) -> String {
    let expected: Vec<String> = expected.iter().map(|kind| python::repr_str(kind)).collect();
    format!(
        "In function {name}(), invalid type for value: {value}, expected one of: [{}], received: \"{received}\"",
        expected.join(", ")
    )
}

fn check(name: &str, argument: &Argument<'_>, types: &[&str]) -> Result<(), String> {
    if types.is_empty() {
        return Ok(());
    }
    let outer = |kind: &str| kind.split('-').next().unwrap_or_default().to_owned();
    if !types.iter().any(|kind| outer(kind) == argument.kind()) {
        return Err(wrong_type(name, &argument.printed(), argument.kind(), types));
    }
    let inner: Vec<&str> = types.iter().filter_map(|kind| kind.split_once('-').map(|(_, inner)| inner)).collect();
    let Argument::Value(Value::Array(items)) = argument else { return Ok(()) };
    let Some(first) = items.first().filter(|_| !inner.is_empty()) else { return Ok(()) };
    // With several choices the first element chooses.
    let allowed = inner.iter().copied().find(|allowed| inner.len() == 1 || *allowed == kind(first)).unwrap_or_default();
    match items.iter().find(|item| kind(item) != allowed) {
        Some(item) => Err(wrong_type(name, &python::str_of(item), python_kind(item), types)),
        None => Ok(()),
    }
}

fn number(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

fn integer(value: f64) -> Value {
    // JSON numbers beyond 64 bits stay floats.
    if value.abs() < 9e15 { Value::from(value as i64) } else { number(value) }
}

fn one(name: &str, value: Value) -> Result<Value, String> {
    Ok(match (name, value) {
        ("abs", Value::Number(given)) => match given.as_i64() {
            Some(whole) => Value::from(whole.saturating_abs()),
            None => number(given.as_f64().unwrap_or_default().abs()),
        },
        ("ceil", value) => integer(value.as_f64().unwrap_or_default().ceil()),
        ("floor", value) => integer(value.as_f64().unwrap_or_default().floor()),
        ("avg", Value::Array(items)) if items.is_empty() => Value::Null,
        ("avg", Value::Array(items)) => {
            number(items.iter().filter_map(Value::as_f64).sum::<f64>() / items.len() as f64)
        }
        ("sum", Value::Array(items)) => match items.iter().map(Value::as_i64).collect::<Option<Vec<_>>>() {
            Some(whole) => Value::from(whole.into_iter().fold(0_i64, i64::saturating_add)),
            None => number(items.iter().filter_map(Value::as_f64).sum()),
        },
        ("not_null", value) | ("merge", value) => value,
        ("to_array", Value::Array(items)) => Value::Array(items),
        ("to_array", value) => Value::Array(vec![value]),
        ("to_string", Value::String(text)) => Value::String(text),
        ("to_string", value) => Value::String(value.to_string()),
        ("to_number", Value::Number(given)) => Value::Number(given),
        ("to_number", Value::String(text)) => match python::int(&text) {
            Ok(whole) => Value::from(whole),
            Err(_) => python::float(&text).map_or(Value::Null, number),
        },
        ("type", value) => Value::from(kind(&value)),
        ("length", Value::String(text)) => Value::from(text.chars().count()),
        ("length", Value::Array(items)) => Value::from(items.len()),
        ("length", Value::Object(members)) => Value::from(members.len()),
        ("reverse", Value::String(text)) => Value::String(text.chars().rev().collect()),
        ("reverse", Value::Array(mut items)) => {
            items.reverse();
            Value::Array(items)
        }
        ("sort", Value::Array(mut items)) => {
            items.sort_by(|left, right| order(left, right).unwrap_or(Ordering::Equal));
            Value::Array(items)
        }
        ("max" | "min", Value::Array(items)) => {
            let keys = items.clone();
            extreme(name, items, &keys)
        }
        ("keys", Value::Object(members)) => members.into_iter().map(|(key, _)| Value::String(key)).collect(),
        ("values", Value::Object(members)) => members.into_iter().map(|(_, value)| value).collect(),
        _ => Value::Null,
    })
}

/// The first of the items whose key is the greatest (`max…`) or the least (`min…`).
fn extreme(name: &str, items: Vec<Value>, keys: &[Value]) -> Value {
    let better = if name.starts_with("max") { Ordering::Greater } else { Ordering::Less };
    let mut best: Option<(Value, &Value)> = None;
    for (item, key) in items.into_iter().zip(keys) {
        if best.as_ref().is_none_or(|(_, best)| order(key, best) == Some(better)) {
            best = Some((item, key));
        }
    }
    best.map_or(Value::Null, |(item, _)| item)
}

fn apply(name: &str, list: Value, by: &Node) -> Result<Value, String> {
    let Value::Array(items) = list else { return Ok(Value::Null) };
    let keys = items.iter().map(|item| eval(by, item)).collect::<Result<Vec<_>, _>>()?;
    if name == "map" {
        return Ok(Value::Array(keys));
    }
    // A sort compares like with like: the first element's type is everyone's.
    let allowed: Vec<&str> = match keys.first().map(kind) {
        Some(first @ ("number" | "string")) if name == "sort_by" => vec![first],
        Some(other) if name == "sort_by" => {
            let printed = items.first().map(python::str_of).unwrap_or_default();
            return Err(wrong_type(name, &printed, other, &["string", "number"]));
        }
        _ => vec!["number", "string"],
    };
    if let Some(key) = keys.iter().find(|key| !allowed.contains(&kind(key))) {
        return Err(wrong_type(name, &python::str_of(key), kind(key), &allowed));
    }
    if name != "sort_by" {
        return Ok(extreme(name, items, &keys));
    }
    let mut pairs: Vec<(Value, Value)> = keys.into_iter().zip(items).collect();
    pairs.sort_by(|(left, _), (right, _)| order(left, right).unwrap_or(Ordering::Equal));
    Ok(pairs.into_iter().map(|(_, item)| item).collect())
}

fn several(name: &str, first: Value, second: Value, rest: impl Iterator<Item = Value>) -> Value {
    match (name, first, second) {
        ("contains", Value::Array(items), search) => items.iter().any(|item| equal(item, &search)).into(),
        ("contains", Value::String(text), Value::String(search)) => text.contains(&search).into(),
        ("contains", Value::String(_), _) => Value::Bool(false),
        ("ends_with", Value::String(text), Value::String(end)) => text.ends_with(&end).into(),
        ("starts_with", Value::String(text), Value::String(start)) => text.starts_with(&start).into(),
        ("join", Value::String(separator), Value::Array(items)) => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join(&separator).into()
        }
        ("not_null", first, second) => {
            [first, second].into_iter().chain(rest).find(|value| !value.is_null()).unwrap_or(Value::Null)
        }
        ("merge", first, second) => {
            let mut merged = Map::new();
            for value in [first, second].into_iter().chain(rest) {
                if let Value::Object(members) = value {
                    merged.extend(members);
                }
            }
            Value::Object(merged)
        }
        _ => Value::Null,
    }
}
