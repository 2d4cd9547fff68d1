//! Shorthand syntax: `Key=env,Value=prod`, `awsvpcConfiguration={subnets=[a,b]}`, `a=b,c`.
//!
//! The text is read without the model first; then [`fit`] brings the values to the model's types. Source: AWS CLI user
//! guide, "Using shorthand syntax"; messages observed.

use serde_json::{Map, Value};

use super::model::{Kind, Type};
use super::paramfile::{self, Load, Loaded};
use super::python;

/// How deep lists and structures may nest.
const MAX_DEPTH: usize = 60;

/// Reads one shorthand value.
///
/// # Errors
/// What the real command says after `Error parsing parameter '--name': `.
pub(super) fn parse(text: &str, load: Load<'_>) -> Result<Value, String> {
    let mut parser = Parser { chars: text.chars().collect(), at: 0, resolve: false, depth: 0, load };
    parser.parameter().map(Value::Object)
}

struct Parser<'l> {
    chars: Vec<char>,
    at: usize,
    /// Whether `key@=` asked for files to be read.
    resolve: bool,
    depth: usize,
    load: Load<'l>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|c| c.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn slice(&self, start: usize, end: usize) -> String {
        self.chars.get(start..end).unwrap_or_default().iter().collect()
    }

    /// The text with a caret under the place, on a line of its own after the line that holds it.
    fn location(&self, at: usize) -> String {
        let at = at.min(self.chars.len());
        let line_start =
            self.chars.get(..at).and_then(|before| before.iter().rposition(|c| *c == '\n')).map_or(0, |i| i + 1);
        let rest = self.chars.get(at..).unwrap_or_default();
        let line_end = rest.iter().position(|c| *c == '\n').map_or(self.chars.len(), |i| at + i);
        let (consumed, remaining) = (self.slice(0, line_end), self.slice(line_end, self.chars.len()));
        format!("{consumed}\n{}^{remaining}", " ".repeat(at - line_start))
    }

    fn error(&self, expected: &str, received: &str) -> String {
        format!("Expected: '{expected}', received: '{received}' for input:\n {}", self.location(self.at))
    }

    fn expect(&mut self, c: char, blanks: bool) -> Result<(), String> {
        if blanks {
            self.blanks();
        }
        match self.peek() {
            Some(found) if found == c => self.at += 1,
            Some(found) => return Err(self.error(&c.to_string(), &found.to_string())),
            None => return Err(self.error(&c.to_string(), "EOF")),
        }
        if blanks {
            self.blanks();
        }
        Ok(())
    }

    fn parameter(&mut self) -> Result<Map<String, Value>, String> {
        let mut members = Map::new();
        let (key, value) = self.key_value()?;
        members.insert(key, value);
        let mut last = self.at;
        while self.at < self.chars.len() {
            self.expect(',', true)?;
            let (key, value) = self.key_value()?;
            if members.contains_key(&key) {
                return Err(format!(
                    "Second instance of key \"{key}\" encountered for input:\n{}\nThis is often because there is a \
                     preceding \",\" instead of a space.",
                    self.location(last + 1)
                ));
            }
            members.insert(key, value);
            last = self.at;
        }
        Ok(members)
    }

    fn key_value(&mut self) -> Result<(String, Value), String> {
        let key = self.key_and_equals()?;
        let value = match self.peek() {
            None => Value::String(String::new()),
            Some('[') => self.explicit_list()?,
            Some('{') => self.hash()?,
            Some(_) => self.csv()?,
        };
        Ok((key, value))
    }

    fn key_and_equals(&mut self) -> Result<String, String> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_alphanumeric() || "-_.#/:".contains(c)) {
            self.at += 1;
        }
        let key = self.slice(start, self.at);
        self.blanks();
        self.resolve = self.peek() == Some('@');
        if self.resolve {
            self.at += 1;
        }
        self.expect('=', true)?;
        Ok(key)
    }

    /// `b`, or `b,c` as a list; in `b,c=d` only `b` belongs to this key.
    fn csv(&mut self) -> Result<Value, String> {
        let first = self.first_value()?;
        self.blanks();
        if self.peek() != Some(',') {
            return Ok(first);
        }
        self.expect(',', true)?;
        let mut list = vec![first];
        loop {
            let step = self.second_value().and_then(|value| {
                self.blanks();
                if self.at < self.chars.len() {
                    self.expect(',', true)?;
                    return Ok((value, false));
                }
                Ok((value, true))
            });
            match step {
                Ok((value, last)) => {
                    list.push(value);
                    if last {
                        break;
                    }
                }
                Err(error) if self.at >= self.chars.len() => return Err(error),
                Err(_) => {
                    // The last piece was the next key: back to the comma before it.
                    while self.at > 0 && self.peek() != Some(',') {
                        self.at -= 1;
                    }
                    break;
                }
            }
        }
        match list.len() {
            1 => Ok(list.pop().unwrap_or_default()),
            _ => Ok(Value::Array(list)),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("maximum recursion depth exceeded".to_owned());
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn explicit_value(&mut self) -> Result<Value, String> {
        match self.peek() {
            Some('[') => self.nested(Self::explicit_list),
            Some('{') => self.nested(Self::hash),
            _ => self.first_value(),
        }
    }

    fn explicit_list(&mut self) -> Result<Value, String> {
        self.expect('[', true)?;
        let mut values = Vec::new();
        while self.peek() != Some(']') {
            values.push(self.explicit_value()?);
            self.blanks();
            if self.peek() != Some(']') {
                self.expect(',', false)?;
                self.blanks();
            }
        }
        self.at += 1;
        Ok(Value::Array(values))
    }

    fn hash(&mut self) -> Result<Value, String> {
        self.expect('{', true)?;
        let mut members = Map::new();
        while self.peek() != Some('}') {
            let key = self.key_and_equals()?;
            let value = self.explicit_value()?;
            self.blanks();
            if self.peek() != Some('}') {
                self.expect(',', false)?;
                self.blanks();
            }
            members.insert(key, value);
        }
        self.at += 1;
        Ok(Value::Object(members))
    }

    fn first_value(&mut self) -> Result<Value, String> {
        if let Some(quoted) = self.quoted() {
            return quoted;
        }
        // An empty value is a value here.
        let text = self.word(is_first_follow).unwrap_or_default();
        self.resolved(text)
    }

    fn second_value(&mut self) -> Result<Value, String> {
        if let Some(quoted) = self.quoted() {
            return quoted;
        }
        match self.word(is_second_follow) {
            Some(text) => self.resolved(text),
            None => Err(self.error("<second>", "<none>")),
        }
    }

    /// A word without quotes; `\,` is a comma in it.
    fn word(&mut self, follows: fn(char) -> bool) -> Option<String> {
        let mut text = String::new();
        let start = self.at;
        loop {
            let escaped_comma = self.peek() == Some('\\') && self.chars.get(self.at + 1) == Some(&',');
            let first = self.at == start;
            match self.peek() {
                _ if escaped_comma => {
                    text.push(',');
                    self.at += 2;
                }
                Some(c) if if first { is_start(c) } else { follows(c) } => {
                    text.push(c);
                    self.at += 1;
                }
                _ if first => return None,
                _ => return Some(text.trim_end().to_owned()),
            }
        }
    }

    fn quoted(&mut self) -> Option<Result<Value, String>> {
        let quote = self.peek().filter(|c| matches!(c, '\'' | '"'))?;
        let mut text = String::new();
        let mut at = self.at + 1;
        loop {
            match self.chars.get(at) {
                Some(c) if *c == quote => break,
                Some('\\') if self.chars.get(at + 1).is_some_and(|next| *next == quote || *next == '\\') => {
                    text.extend(self.chars.get(at + 1));
                    at += 2;
                }
                Some(c) => {
                    text.push(*c);
                    at += 1;
                }
                None => {
                    let name = if quote == '"' { "<double quoted>" } else { "<singled quoted>" };
                    return Some(Err(self.error(name, "<none>")));
                }
            }
        }
        self.at = at + 1;
        Some(self.resolved(text))
    }

    fn resolved(&self, text: String) -> Result<Value, String> {
        if !self.resolve {
            return Ok(Value::String(text));
        }
        match paramfile::load(&text, self.load) {
            None => Ok(Value::String(text)),
            Some(Ok(Loaded::Text(text))) => Ok(Value::String(text)),
            Some(Ok(Loaded::Bytes(bytes))) => Ok(Value::String(String::from_utf8_lossy(&bytes).into_owned())),
            Some(Err(error)) => Err(error),
        }
    }
}

/// Which characters may begin a word.
fn is_start(c: char) -> bool {
    matches!(c, '!' | '#'..='&' | '('..='+' | '-'..='<' | '>'..='Z' | '\\'..='z' | '|'..='\u{ffff}')
}

/// Which characters may follow in the first word of a value.
fn is_first_follow(c: char) -> bool {
    c.is_whitespace() || matches!(c, '!' | '#'..='&' | '('..='+' | '-'..='\\' | '^'..='|' | '~'..='\u{ffff}')
}

/// Which characters may follow in a later word: no `=`, which would make it the next key.
fn is_second_follow(c: char) -> bool {
    c.is_whitespace() || matches!(c, '!' | '#'..='&' | '('..='+' | '-'..='<' | '>'..='\u{ffff}')
}

/// Brings shorthand's strings to the model's types: numbers, booleans, and a single value where a list is wanted.
///
/// # Errors
/// For a number that is none, in Python's words.
pub(super) fn fit(value: Value, to: Type<'_>) -> Result<Value, FitError> {
    Ok(match (to.kind(), value) {
        (Kind::Structure, _) if to.shape.document => return Err(FitError::Document),
        (Kind::Structure, Value::Object(members)) => {
            let fitted = members.into_iter().map(|(name, value)| match to.member(&name) {
                Some(member) => match fit(value, member) {
                    Ok(value) => Ok((name, value)),
                    Err(FitError::Document) => Err(FitError::Message(format!(
                        "Shorthand syntax does not support document types. Use JSON input for top-level argument to \
                         specify nested parameter: {name}"
                    ))),
                    Err(error) => Err(error),
                },
                None => Ok((name, value)),
            });
            Value::Object(fitted.collect::<Result<_, _>>()?)
        }
        (Kind::Map, Value::Object(members)) => {
            let fitted = members.into_iter().map(|(name, value)| match to.value() {
                Some(member) => Ok((name, fit(value, member)?)),
                None => Ok((name, value)),
            });
            Value::Object(fitted.collect::<Result<_, FitError>>()?)
        }
        (Kind::List, Value::Array(items)) => match to.element() {
            Some(element) => items.into_iter().map(|item| fit(item, element)).collect::<Result<_, _>>()?,
            None => Value::Array(items),
        },
        (Kind::List, single) => Value::Array(vec![single]),
        (Kind::Integer | Kind::Long, Value::String(text)) => {
            python::int(&text).map(Value::from).map_err(FitError::Number)?
        }
        (Kind::Float | Kind::Double, Value::String(text)) => {
            python::float(&text).map(Value::from).map_err(FitError::Number)?
        }
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
        (Kind::Boolean, Value::String(text)) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
        (_, value) => value,
    })
}

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FitError {
    /// Any JSON may stand here, and shorthand cannot say it.
    Document,
    /// A number that is none: an error without a parameter's name.
    Number(String),
    /// An error that the parameter's name is put before.
    Message(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn no_files(path: &str) -> Result<Vec<u8>, String> {
        match path {
            "a.txt" => Ok(b"from a file".to_vec()),
            _ => Err(paramfile::os_error(2, "No such file or directory", path)),
        }
    }

    #[track_caller]
    fn check(text: &str, expect: Value) {
        assert_eq!(parse(text, &no_files), Ok(expect), "{text}");
    }

    #[track_caller]
    fn fails(text: &str, message: &str) {
        assert_eq!(parse(text, &no_files).unwrap_err(), message, "{text}");
    }

    #[test]
    fn keys_values_lists_and_structures_are_read() {
        check("a=b", json!({"a": "b"}));
        check("a=b,c=d", json!({"a": "b", "c": "d"}));
        check("a=b,c", json!({"a": ["b", "c"]}));
        check("a=b,c,d=e", json!({"a": ["b", "c"], "d": "e"}));
        check("a=,b=c", json!({"a": "", "b": "c"}));
        check("a=", json!({"a": ""}));
        check("a=[b,c],d={e=f,g=[h]}", json!({"a": ["b", "c"], "d": {"e": "f", "g": ["h"]}}));
        check("a=[]", json!({"a": []}));
        check("a='b,c',d=\"e \\\"f\"", json!({"a": "b,c", "d": "e \"f"}));
        check("a=b\\,c", json!({"a": "b,c"}));
        check("a = b , c = d e", json!({"a": "b", "c": "d e"}));
        check(
            "rules=[{destinations=[{region=us-west-2,registryId=1}]}]",
            json!({"rules": [{"destinations": [{"region": "us-west-2", "registryId": "1"}]}]}),
        );
        check("a@=file://a.txt,b=file://a.txt", json!({"a": "from a file", "b": "file://a.txt"}));
        check("a=b=c", json!({"a": "b=c"}));
    }

    #[test]
    fn what_is_broken_is_pointed_at() {
        fails("latest", "Expected: '=', received: 'EOF' for input:\n latest\n      ^");
        fails("true", "Expected: '=', received: 'EOF' for input:\n true\n    ^");
        fails("a={b=c", "Expected: ',', received: 'EOF' for input:\n a={b=c\n      ^");
        fails("a='b", "Expected: '<singled quoted>', received: '<none>' for input:\n a='b\n  ^");
        fails(
            "Key=a,Key=b",
            "Second instance of key \"Key\" encountered for input:\nKey=a,Key=b\n      ^\nThis is often because there is a preceding \",\" instead of a space.",
        );
        assert!(parse(&"a=[".repeat(5_000), &no_files).is_err());
        assert!(parse(&format!("a={}", "[".repeat(100_000)), &no_files).is_err());
    }

    /// Values and what the real parser made of them.
    #[test]
    fn values_are_read_as_the_real_parser_reads_them() {
        let cases: Vec<(String, Value)> =
            serde_json::from_str(include_str!("../../../tests/it/aws/shorthand.json")).unwrap();
        for (text, expect) in cases {
            let read = match parse(&text, &no_files) {
                Ok(value) => json!({"ok": value}),
                Err(error) => json!({"err": error}),
            };
            assert_eq!(read, expect, "{text}");
        }
    }

    /// A value as shorthand writes it, every string quoted.
    fn written(value: &Value) -> String {
        match value {
            Value::String(text) => format!("'{}'", text.replace('\'', "\\'")),
            Value::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(",")),
            Value::Object(_) => format!("{{{}}}", members(value)),
            _ => String::new(),
        }
    }

    fn members(value: &Value) -> String {
        let pairs = value.as_object().into_iter().flatten();
        pairs.map(|(key, value)| format!("{key}={}", written(value))).collect::<Vec<_>>().join(",")
    }

    /// Structures of structures, lists and strings. Shorthand has no empty structure, and no backslash in quotes.
    fn structures() -> impl Strategy<Value = Value> {
        let structure = |value: BoxedStrategy<Value>| {
            prop::collection::btree_map("[A-Za-z][A-Za-z0-9]{0,5}", value, 1..4)
                .prop_map(|members| Value::Object(members.into_iter().collect()))
        };
        let text = r"[^\\\x00-\x1f]{0,8}".prop_map(Value::String).boxed();
        let value = text.prop_recursive(3, 24, 4, move |inner| {
            prop_oneof![prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array), structure(inner.boxed())]
        });
        structure(value.boxed())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_again(value in structures()) {
            let text = members(&value);
            prop_assert_eq!(parse(&text, &no_files), Ok(value), "{}", text);
        }

        #[test]
        fn any_text_is_read_or_refused_in_words(text in r#"([a-c]|=|,|\[|\]|\{|\}|'|"|\\|@=|file://| |\n|\PC){0,24}"#) {
            if let Err(message) = parse(&text, &no_files) {
                prop_assert!(!message.is_empty());
            }
        }
    }
}
