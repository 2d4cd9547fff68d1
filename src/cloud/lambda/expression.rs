//! Expressions of Python, as far as a small handler uses them: literals, variables, `event["key"]`, `.get(…)`, f-strings,
//! `+`, comparisons, `json.dumps`, `os.environ`.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trouble {
    /// Python would raise this: the kind and the text.
    Raised(String, String),
    /// It may well be Python, but it is not read here.
    Unknown,
}

/// What names mean.
pub(super) type Names = BTreeMap<String, Value>;

/// How deep expressions may be nested.
const DEPTH: usize = 32;

/// The value of an expression.
///
/// # Errors
/// When Python would raise, or when it is more than what is read here.
pub(super) fn value(text: &str, names: &Names) -> Result<Value, Trouble> {
    evaluate(text, names, DEPTH)
}

fn evaluate(text: &str, names: &Names, depth: usize) -> Result<Value, Trouble> {
    let depth = depth.checked_sub(1).ok_or(Trouble::Unknown)?;
    // Of a name alone that stands for nothing Python says so; within more it may be bound there.
    let name = text.trim();
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || c == '_')
        && !["True", "False", "None", "await", "lambda", "not", "yield"].contains(&name);
    if is_name && !names.contains_key(name) {
        return Err(Trouble::Raised("NameError".to_owned(), format!("name '{name}' is not defined")));
    }
    let mut reader = Reader { rest: text, names, depth };
    let value = reader.comparison()?;
    if reader.rest.trim_start().is_empty() { Ok(value) } else { Err(Trouble::Unknown) }
}

struct Reader<'a> {
    rest: &'a str,
    names: &'a Names,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        match rest.strip_prefix(token) {
            Some(after) => {
                self.rest = after;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) -> Result<(), Trouble> {
        if self.take(token) { Ok(()) } else { Err(Trouble::Unknown) }
    }

    fn nested(&self) -> Result<Reader<'a>, Trouble> {
        let depth = self.depth.checked_sub(1).ok_or(Trouble::Unknown)?;
        Ok(Reader { rest: self.rest, names: self.names, depth })
    }

    /// A whole expression within brackets.
    fn inner(&mut self) -> Result<Value, Trouble> {
        let mut inner = self.nested()?;
        let value = inner.comparison()?;
        self.rest = inner.rest;
        Ok(value)
    }

    fn comparison(&mut self) -> Result<Value, Trouble> {
        let left = self.sum()?;
        if self.take("==") {
            return Ok(Value::Bool(left == self.sum()?));
        }
        if self.take("!=") {
            return Ok(Value::Bool(left != self.sum()?));
        }
        if self.take("not in ") {
            return Ok(Value::Bool(!contains(&self.sum()?, &left)?));
        }
        if self.take("in ") {
            return Ok(Value::Bool(contains(&self.sum()?, &left)?));
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<Value, Trouble> {
        let mut left = self.term()?;
        while self.take("+") {
            left = add(left, self.term()?)?;
        }
        Ok(left)
    }

    /// An atom, and what follows it: keys, calls, attributes.
    fn term(&mut self) -> Result<Value, Trouble> {
        let mut value = self.atom()?;
        loop {
            if self.rest.starts_with('[') {
                self.expect("[")?;
                let key = self.inner()?;
                self.expect("]")?;
                value = index(&value, &key)?;
            } else if self.rest.starts_with(".get(") {
                self.expect(".get(")?;
                let arguments = self.arguments(")")?;
                value = match (value.as_object(), arguments.as_slice()) {
                    (Some(map), [Value::String(key)]) => map.get(key).cloned().unwrap_or(Value::Null),
                    (Some(map), [Value::String(key), default]) => map.get(key).unwrap_or(default).clone(),
                    _ => return Err(Trouble::Unknown),
                };
            } else {
                return Ok(value);
            }
        }
    }

    fn atom(&mut self) -> Result<Value, Trouble> {
        self.rest = self.rest.trim_start();
        let Some(first) = self.rest.chars().next() else { return Err(Trouble::Unknown) };
        match first {
            '"' | '\'' => self.string().map(Value::String),
            'f' if self.rest.starts_with("f\"") || self.rest.starts_with("f'") => {
                self.expect("f")?;
                let text = self.string()?;
                self.format(&text)
            }
            '{' => self.map(),
            '[' => {
                self.expect("[")?;
                self.arguments("]").map(Value::Array)
            }
            '(' => {
                self.expect("(")?;
                let value = self.inner()?;
                self.expect(")")?;
                Ok(value)
            }
            '-' | '0'..='9' => self.number(),
            first if first.is_alphabetic() || first == '_' => self.name(),
            _ => Err(Trouble::Unknown),
        }
    }

    /// Values up to a closing bracket.
    fn arguments(&mut self, close: &str) -> Result<Vec<Value>, Trouble> {
        let mut values = Vec::new();
        while !self.take(close) {
            values.push(self.inner()?);
            if !self.take(",") {
                self.expect(close)?;
                break;
            }
        }
        Ok(values)
    }

    fn map(&mut self) -> Result<Value, Trouble> {
        self.expect("{")?;
        let mut map = Map::new();
        while !self.take("}") {
            let Value::String(key) = self.inner()? else { return Err(Trouble::Unknown) };
            self.expect(":")?;
            map.insert(key, self.inner()?);
            if !self.take(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(Value::Object(map))
    }

    fn number(&mut self) -> Result<Value, Trouble> {
        let end =
            self.rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '.' | 'e')).unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        let whole = text.parse::<i64>().map(Number::from).ok();
        let number = whole.or_else(|| Number::from_f64(text.parse().ok()?));
        number.map(Value::Number).ok_or(Trouble::Unknown)
    }

    fn name(&mut self) -> Result<Value, Trouble> {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(self.rest.len());
        let (mut word, rest) = self.rest.split_at(end);
        let mut after = rest;
        // A method is called on what stands before it.
        if rest.starts_with('(')
            && let Some(object) = word.strip_suffix(".get")
        {
            (word, after) = (object, self.rest.get(object.len()..).unwrap_or_default());
        }
        self.rest = after;
        match word {
            "True" => return Ok(Value::Bool(true)),
            "False" => return Ok(Value::Bool(false)),
            "None" => return Ok(Value::Null),
            "json.dumps" | "str" | "json.loads" | "len" if self.take("(") => {
                let value = self.inner()?;
                self.expect(")")?;
                return match (word, &value) {
                    ("json.dumps", _) => Ok(Value::String(dumps(&value))),
                    ("json.loads", Value::String(text)) => serde_json::from_str(text).map_err(|_| Trouble::Unknown),
                    ("str", _) => Ok(Value::String(shown(&value))),
                    ("len", Value::Array(items)) => Ok(items.len().into()),
                    ("len", Value::Object(items)) => Ok(items.len().into()),
                    ("len", Value::String(text)) => Ok(text.chars().count().into()),
                    _ => Err(Trouble::Unknown),
                };
            }
            _ => {}
        }
        if let Some(value) = self.names.get(word) {
            return Ok(value.clone());
        }
        Err(Trouble::Unknown)
    }

    fn string(&mut self) -> Result<String, Trouble> {
        let mut letters = self.rest.chars();
        let quote = letters.next().ok_or(Trouble::Unknown)?;
        let mut text = String::new();
        loop {
            match letters.next().ok_or(Trouble::Unknown)? {
                '\\' => match letters.next().ok_or(Trouble::Unknown)? {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    other => text.push(other),
                },
                letter if letter == quote => break,
                letter => text.push(letter),
            }
        }
        self.rest = letters.as_str();
        Ok(text)
    }

    /// The text of an f-string.
    fn format(&self, text: &str) -> Result<Value, Trouble> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let (before, behind) = rest.split_at(open);
            out.push_str(before);
            let (inner, after) = behind.get(1..).and_then(|inner| inner.split_once('}')).ok_or(Trouble::Unknown)?;
            out.push_str(&shown(&evaluate(inner, self.names, self.depth)?));
            rest = after;
        }
        out.push_str(rest);
        Ok(Value::String(out))
    }
}

fn contains(whole: &Value, part: &Value) -> Result<bool, Trouble> {
    match (whole, part) {
        (Value::Object(map), Value::String(key)) => Ok(map.contains_key(key)),
        (Value::Array(items), part) => Ok(items.contains(part)),
        (Value::String(text), Value::String(part)) => Ok(text.contains(part)),
        _ => Err(Trouble::Unknown),
    }
}

fn add(left: Value, right: Value) -> Result<Value, Trouble> {
    match (left, right) {
        (Value::String(left), Value::String(right)) => Ok(Value::String(left + &right)),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Ok(left.saturating_add(right).into()),
            _ => Err(Trouble::Unknown),
        },
        (Value::String(_), other) => {
            let text = format!("can only concatenate str (not \"{}\") to str", kind(&other));
            Err(Trouble::Raised("TypeError".to_owned(), text))
        }
        _ => Err(Trouble::Unknown),
    }
}

fn index(value: &Value, key: &Value) -> Result<Value, Trouble> {
    match (value, key) {
        (Value::Object(map), Value::String(key)) => {
            map.get(key).cloned().ok_or_else(|| Trouble::Raised("KeyError".to_owned(), format!("'{key}'")))
        }
        (Value::Array(items), Value::Number(at)) => {
            let at = at.as_u64().and_then(|at| usize::try_from(at).ok()).ok_or(Trouble::Unknown)?;
            let error = || Trouble::Raised("IndexError".to_owned(), "list index out of range".to_owned());
            items.get(at).cloned().ok_or_else(error)
        }
        _ => Err(Trouble::Unknown),
    }
}

fn kind(value: &Value) -> &'static str {
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

/// As `print` shows a value.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => repr(other),
    }
}

fn repr(value: &Value) -> String {
    let joined = |items: &mut dyn Iterator<Item = String>| items.collect::<Vec<_>>().join(", ");
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")),
        Value::Array(items) => format!("[{}]", joined(&mut items.iter().map(repr))),
        Value::Object(map) => {
            format!("{{{}}}", joined(&mut map.iter().map(|(key, value)| format!("'{key}': {}", repr(value)))))
        }
    }
}

/// As Python's `json.dumps` writes it: with a blank after colon and comma.
pub(super) fn dumps(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(dumps).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let members = map.iter().map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), dumps(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn names() -> Names {
        let event = json!({"name": "Kim", "items": [1, 2], "deep": {"a": true}});
        [("event".to_owned(), event), ("os.environ".to_owned(), json!({"STAGE": "prod"}))].into()
    }

    #[test]
    fn expressions_have_the_values_that_python_gives_them() {
        for (text, expected) in [
            ("42", json!(42)),
            ("-1.5", json!(-1.5)),
            ("'it' + \"s\"", json!("its")),
            ("event", names()["event"].clone()),
            ("event['name']", json!("Kim")),
            ("event.get('name')", json!("Kim")),
            ("event.get(\"no\", 'nobody')", json!("nobody")),
            ("event['deep']['a']", json!(true)),
            ("event['items'][1] + 1", json!(3)),
            ("f\"hello {event['name']}, {len(event['items'])}\"", json!("hello Kim, 2")),
            (
                "{'statusCode': 200, 'body': json.dumps({'ok': True, 'n': [1, None]}),}",
                json!({"statusCode": 200, "body": "{\"ok\": true, \"n\": [1, null]}"}),
            ),
            ("os.environ['STAGE']", json!("prod")),
            ("os.environ.get('STAGE', 'dev')", json!("prod")),
            ("'name' in event", json!(true)),
            ("event['name'] == 'Kim'", json!(true)),
            ("str(event['deep'])", json!("{'a': True}")),
            ("[]", json!([])),
        ] {
            assert_eq!(value(text, &names()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_python_raises_is_raised_and_the_rest_is_unknown() {
        let raised = |kind: &str, text: &str| Err(Trouble::Raised(kind.to_owned(), text.to_owned()));
        assert_eq!(value("event['no']", &names()), raised("KeyError", "'no'"));
        assert_eq!(value("nothing", &names()), raised("NameError", "name 'nothing' is not defined"));
        assert_eq!(value("'a' + 1", &names()), raised("TypeError", "can only concatenate str (not \"int\") to str"));
        assert_eq!(value("event['items'][9]", &names()), raised("IndexError", "list index out of range"));
        for text in ["", "boto3.client('s3')", "[x for x in y]", "1 +", "{'a'", "f'{'", "lambda: 1", "\"open"] {
            assert_eq!(value(text, &names()), Err(Trouble::Unknown), "{text}");
        }
        let deep = "(".repeat(10_000);
        assert_eq!(value(&deep, &names()), Err(Trouble::Unknown));
    }
}
