//! `--output json`: four blanks, the model's order, one newline at the end, nothing for an empty structure.

use serde::Serialize as _;
use serde_json::Value;

/// Prints `value`.
pub(in crate::shell::aws) fn format(value: &Value) -> String {
    if value.as_object().is_some_and(serde_json::Map::is_empty) {
        return String::new();
    }
    pretty(value)
}

/// Prints `value`, an empty structure too.
pub(in crate::shell::aws) fn pretty(value: &Value) -> String {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    // Writing to memory cannot fail.
    let _ = value.serialize(&mut serializer);
    out.push(b'\n');
    String::from_utf8(out).unwrap_or_default()
}
