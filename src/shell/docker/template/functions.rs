//! The functions of templates, and how values are printed.

use serde_json::Value;

/// The functions, by name.
pub(super) const NAMES: [&str; 23] = [
    "and", "eq", "ge", "gt", "index", "join", "json", "le", "len", "lower", "lt", "ne", "not", "or", "pad", "print",
    "printf", "println", "slice", "split", "title", "truncate", "upper",
];

/// Carries out a function.
///
/// # Errors
/// For arguments that do not fit.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let text = |at: usize| arguments.get(at).map(show).unwrap_or_default();
    let failed = |why: String| Err(why);
    Ok(match (name, arguments) {
        ("json", [value]) => Value::from(value.to_string()),
        ("upper", [_]) => Value::from(text(0).to_uppercase()),
        ("lower", [_]) => Value::from(text(0).to_lowercase()),
        ("title", [_]) => Value::from(title(&text(0))),
        ("len", [value]) => match value {
            Value::Array(items) => items.len().into(),
            Value::Object(members) => members.len().into(),
            Value::String(text) => text.len().into(),
            Value::Null => 0.into(),
            other => return failed(format!("len of type {}", show(other))),
        },
        ("index", [value, keys @ ..]) => index(value, keys)?,
        ("join", [Value::Array(items), _]) => Value::from(items.iter().map(show).collect::<Vec<_>>().join(&text(1))),
        ("join", [Value::Null, _]) => Value::from(""),
        ("split", [_, _]) => text(0).split(&text(1)).map(Value::from).collect(),
        ("pad", [_, Value::Number(before), Value::Number(after)]) => {
            let blanks = |count: &serde_json::Number| " ".repeat(count.as_u64().unwrap_or(0).min(1000) as usize);
            Value::from(if text(0).is_empty() { text(0) } else { blanks(before) + &text(0) + &blanks(after) })
        }
        ("truncate", [_, Value::Number(len)]) => {
            Value::from(text(0).chars().take(len.as_u64().unwrap_or(0) as usize).collect::<String>())
        }
        ("slice", [value, bounds @ ..]) => slice(value, bounds)?,
        ("print", all) => Value::from(all.iter().map(show).collect::<String>()),
        ("println", all) => Value::from(all.iter().map(show).collect::<Vec<_>>().join(" ") + "\n"),
        ("printf", [Value::String(format), rest @ ..]) => Value::from(printf(format, rest)),
        ("not", [value]) => (!is_true(value)).into(),
        ("and", [first, rest @ ..]) => rest.iter().fold(first, |a, b| if is_true(a) { b } else { a }).clone(),
        ("or", [first, rest @ ..]) => rest.iter().fold(first, |a, b| if is_true(a) { a } else { b }).clone(),
        ("eq", [first, rest @ ..]) if !rest.is_empty() => rest.contains(first).into(),
        ("ne", [a, b]) => (a != b).into(),
        ("lt" | "le" | "gt" | "ge", [a, b]) => {
            let ordering = match (a.as_f64(), b.as_f64()) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                _ => show(a).cmp(&show(b)),
            };
            match name {
                "lt" => ordering.is_lt(),
                "le" => ordering.is_le(),
                "gt" => ordering.is_gt(),
                _ => ordering.is_ge(),
            }
            .into()
        }
        _ => return failed("wrong number or type of args".to_owned()),
    })
}

fn title(text: &str) -> String {
    let mut out = String::new();
    let mut begins = true;
    for c in text.chars() {
        if begins {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        begins = c.is_whitespace();
    }
    out
}

fn index(value: &Value, keys: &[Value]) -> Result<Value, String> {
    let mut found = value;
    for key in keys {
        found = match (found, key) {
            (Value::Array(items), Value::Number(at)) => at
                .as_u64()
                .and_then(|at| items.get(usize::try_from(at).ok()?))
                .ok_or_else(|| format!("index out of range: {at}"))?,
            // A map gives the empty value for a key that it has not.
            (Value::Object(members), key) => members.get(&show(key)).unwrap_or(&Value::Null),
            (Value::Null, _) => return Err("index of untyped nil".to_owned()),
            (other, _) => return Err(format!("can't index item of type {}", show(other))),
        };
    }
    Ok(if found.is_null() { Value::from("") } else { found.clone() })
}

fn slice(value: &Value, bounds: &[Value]) -> Result<Value, String> {
    let bound = |at: usize, otherwise: usize| match bounds.get(at) {
        None => Ok(otherwise),
        Some(bound) => bound
            .as_u64()
            .and_then(|bound| usize::try_from(bound).ok())
            .filter(|bound| *bound <= otherwise)
            .ok_or_else(|| format!("index out of range: {}", show(bound))),
    };
    let len = match value {
        Value::Array(items) => items.len(),
        Value::String(text) => text.chars().count(),
        other => return Err(format!("can't slice item of type {}", show(other))),
    };
    let end = bound(1, len)?;
    let start = bound(0, len)?;
    if start > end {
        return Err(format!("invalid slice index: {start} > {end}"));
    }
    Ok(match value {
        Value::Array(items) => items.iter().take(end).skip(start).cloned().collect(),
        other => Value::from(show(other).chars().take(end).skip(start).collect::<String>()),
    })
}

fn printf(format: &str, arguments: &[Value]) -> String {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('%') => out.push('%'),
            Some(verb @ ('s' | 'd' | 'v')) => match arguments.next() {
                Some(value) => out += &show(value),
                None => out += &format!("%!{verb}(MISSING)"),
            },
            Some('q') => {
                out += &arguments.next().map_or_else(|| "%!q(MISSING)".to_owned(), |v| format!("{:?}", show(v)))
            }
            Some(other) => out.extend(['%', other]),
            None => out += "%!(NOVERB)",
        }
    }
    out
}

/// Whether Go takes a value for true: not empty, not zero.
pub(super) fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// As Go prints a value: maps by key.
pub(super) fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
        Value::Object(members) => {
            let mut members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name}:{}", show(value))).collect();
            members.sort_unstable();
            format!("map[{}]", members.join(" "))
        }
        other => other.to_string(),
    }
}
