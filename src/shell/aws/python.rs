//! How Python prints and names values: the real `aws` is written in Python, and its messages show it.

use serde_json::Value;

/// `str(value)`: a string bare, anything else as `repr`.
pub(super) fn str_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => repr(other),
    }
}

/// `repr(value)`.
pub(super) fn repr(value: &Value) -> String {
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number_repr(number),
        Value::String(text) => repr_str(text),
        Value::Array(items) => format!("[{}]", items.iter().map(repr).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{}: {}", repr_str(key), repr(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// `repr` of a string: single quotes, unless it holds one and no double quote.
pub(super) fn repr_str(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 || c as u32 == 0x7f => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// `repr` of an integer or a float: `3`, `3.0`, `1e+16`.
fn number_repr(number: &serde_json::Number) -> String {
    if number.is_i64() || number.is_u64() {
        return number.to_string();
    }
    let text = format!("{:?}", number.as_f64().unwrap_or_default());
    match text.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(rest) => ('-', rest),
                None => ('+', exponent),
            };
            format!("{digits}e{sign}{exponent:0>2}")
        }
        None => text,
    }
}

/// `type(value)` as messages print it: `<class 'int'>`.
pub(super) fn class(value: &Value) -> &'static str {
    match value {
        Value::Null => "<class 'NoneType'>",
        Value::Bool(_) => "<class 'bool'>",
        Value::Number(number) if number.is_f64() => "<class 'float'>",
        Value::Number(_) => "<class 'int'>",
        Value::String(_) => "<class 'str'>",
        Value::Array(_) => "<class 'list'>",
        Value::Object(_) => "<class 'dict'>",
    }
}

/// `int(text)`; the error is Python's message. Python's integers have no end: one that is too large for this type becomes its
/// largest, which no service takes either.
pub(super) fn int(text: &str) -> Result<i64, String> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix('+').unwrap_or(trimmed);
    let plain = digits.replace('_', "");
    let underscores_between_digits =
        !digits.starts_with('_') && !digits.ends_with('_') && !digits.contains("__") && !digits.contains("-_");
    let signs_once = !(trimmed.starts_with('+') && digits.starts_with(['+', '-']));
    let parsed = plain.parse::<i64>().or_else(|error| match error.kind() {
        std::num::IntErrorKind::PosOverflow => Ok(i64::MAX),
        std::num::IntErrorKind::NegOverflow => Ok(i64::MIN),
        _ => Err(error),
    });
    match parsed {
        Ok(number) if underscores_between_digits && signs_once => Ok(number),
        _ => Err(format!("invalid literal for int() with base 10: {}", repr_str(text))),
    }
}

/// `float(text)`; the error is Python's message.
pub(super) fn float(text: &str) -> Result<f64, String> {
    text.trim()
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
        .ok_or_else(|| format!("could not convert string to float: {}", repr_str(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_print_as_python_prints_them() {
        let value = json!({"a": [1, 2.5, true, null], "b": "it's"});
        assert_eq!(repr(&value), r#"{'a': [1, 2.5, True, None], 'b': "it's"}"#);
        assert_eq!(str_of(&json!("plain")), "plain");
        assert_eq!(repr(&json!(1e16)), "1e+16");
        assert_eq!(int("abc"), Err("invalid literal for int() with base 10: 'abc'".to_owned()));
        assert_eq!((int(" +1_0 "), int("-7")), (Ok(10), Ok(-7)));
        assert!(int("1__0").is_err() && int("+-1").is_err() && int("").is_err());
    }
}
