//! `--output text`: tab-separated lines, scalars of a structure in alphabetical order, nested ones under their names.
//!
//! Source: the AWS CLI's text formatter; observed.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::shell::aws::python;

/// Prints `value`.
pub(in crate::shell::aws) fn format(value: &Value) -> String {
    let mut out = String::new();
    item(&mut out, value, None, None);
    out
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

fn item(out: &mut String, value: &Value, name: Option<&str>, keys: Option<&BTreeSet<&str>>) {
    match value {
        Value::Object(members) => structure(out, members, name, keys),
        Value::Array(items) => list(out, items, name),
        scalar => line(out, &[python::str_of(scalar)]),
    }
}

fn line(out: &mut String, cells: &[String]) {
    out.push_str(&cells.join("\t"));
    out.push('\n');
}

fn list(out: &mut String, items: &[Value], name: Option<&str>) {
    if items.iter().any(Value::is_object) {
        // Every row has the same columns: those that any of the structures has.
        let structures = items.iter().filter_map(Value::as_object);
        let keys = structures.flatten().filter(|(_, value)| is_scalar(value)).map(|(key, _)| key.as_str()).collect();
        for value in items {
            item(out, value, name, Some(&keys));
        }
    } else if items.iter().any(Value::is_array) {
        let (scalars, nested): (Vec<&Value>, Vec<&Value>) = items.iter().partition(|value| is_scalar(value));
        scalar_list(out, &scalars, name);
        for value in nested {
            item(out, value, name, None);
        }
    } else {
        scalar_list(out, &items.iter().collect::<Vec<_>>(), name);
    }
}

fn scalar_list(out: &mut String, items: &[&Value], name: Option<&str>) {
    if items.is_empty() {
        return;
    }
    match name {
        Some(name) => {
            for value in items {
                line(out, &[name.to_uppercase(), python::str_of(value)]);
            }
        }
        None => line(out, &items.iter().map(|value| python::str_of(value)).collect::<Vec<_>>()),
    }
}

fn structure(out: &mut String, members: &Map<String, Value>, name: Option<&str>, keys: Option<&BTreeSet<&str>>) {
    let own: BTreeSet<&str>;
    let keys = match keys {
        Some(keys) => keys,
        None => {
            own = members.iter().filter(|(_, value)| is_scalar(value)).map(|(key, _)| key.as_str()).collect();
            &own
        }
    };
    let mut cells: Vec<String> =
        keys.iter().map(|key| members.get(*key).map(python::str_of).unwrap_or_default()).collect();
    if !cells.is_empty() {
        if let Some(name) = name {
            cells.insert(0, name.to_uppercase());
        }
        line(out, &cells);
    }
    let nested: BTreeSet<&str> = members.keys().map(String::as_str).filter(|key| !keys.contains(key)).collect();
    for key in nested {
        if let Some(value) = members.get(key) {
            item(out, value, Some(key), None);
        }
    }
}
