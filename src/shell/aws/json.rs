//! JSON as the real `aws` reads it, with the messages of Python's `json` module and members in the order given.
//!
//! Limits: `NaN` and `Infinity`, which Python takes, are refused, and integers beyond 64 bits become floats.

use serde_json::{Map, Number, Value};

/// How deep arrays and objects may nest before the reader gives up, as Python's own recursion limit does.
const MAX_DEPTH: usize = 120;

/// Reads one JSON document.
///
/// # Errors
/// Python's text, such as `Expecting ',' delimiter: line 1 column 22 (char 21)`.
pub(super) fn loads(text: &str) -> Result<Value, String> {
    let mut reader = Reader { chars: text.chars().collect(), at: 0, depth: 0 };
    reader.blanks();
    let value = reader.value()?;
    reader.blanks();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.error("Extra data", reader.at)),
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn error(&self, message: &str, at: usize) -> String {
        let before = self.chars.get(..at.min(self.chars.len())).unwrap_or_default();
        let line = before.iter().filter(|c| **c == '\n').count() + 1;
        let column = before.iter().rev().take_while(|c| **c != '\n').count() + 1;
        format!("{message}: line {line} column {column} (char {at})")
    }

    fn value(&mut self) -> Result<Value, String> {
        match self.peek() {
            Some('"') => {
                self.at += 1;
                self.string().map(Value::String)
            }
            Some('{') => self.nested(Self::object),
            Some('[') => self.nested(Self::array),
            Some('n') => self.word("null", Value::Null),
            Some('t') => self.word("true", Value::Bool(true)),
            Some('f') => self.word("false", Value::Bool(false)),
            _ => self.number(),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("maximum recursion depth exceeded while decoding a JSON document".to_owned());
        }
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, String> {
        let end = self.at + word.len();
        if self.chars.get(self.at..end).is_some_and(|found| found.iter().copied().eq(word.chars())) {
            self.at = end;
            Ok(value)
        } else {
            Err(self.error("Expecting value", self.at))
        }
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.at;
        let mut end = start;
        let digits =
            |from: usize| self.chars.get(from..).unwrap_or_default().iter().take_while(|c| c.is_ascii_digit()).count();
        if self.chars.get(end) == Some(&'-') {
            end += 1;
        }
        let whole = digits(end);
        let whole = if self.chars.get(end) == Some(&'0') { whole.min(1) } else { whole };
        if whole == 0 {
            return Err(self.error("Expecting value", start));
        }
        end += whole;
        let mut float = false;
        if self.chars.get(end) == Some(&'.') && digits(end + 1) > 0 {
            float = true;
            end += 1 + digits(end + 1);
        }
        if matches!(self.chars.get(end), Some('e' | 'E')) {
            let sign = usize::from(matches!(self.chars.get(end + 1), Some('+' | '-')));
            let exponent = digits(end + 1 + sign);
            if exponent > 0 {
                float = true;
                end += 1 + sign + exponent;
            }
        }
        let text: String = self.chars.get(start..end).unwrap_or_default().iter().collect();
        let number = if float { None } else { text.parse::<i64>().ok().map(Number::from) };
        let number = number.or_else(|| text.parse().ok().and_then(Number::from_f64));
        self.at = end;
        number.map(Value::Number).ok_or_else(|| self.error("Expecting value", start))
    }

    fn array(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        self.blanks();
        if self.peek() == Some(']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.blanks();
            match self.peek() {
                Some(']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                Some(',') => self.at += 1,
                _ => return Err(self.error("Expecting ',' delimiter", self.at)),
            }
            self.blanks();
        }
    }

    fn object(&mut self) -> Result<Value, String> {
        let mut members = Map::new();
        self.blanks();
        if self.peek() == Some('}') {
            self.at += 1;
            return Ok(Value::Object(members));
        }
        loop {
            if self.peek() != Some('"') {
                return Err(self.error("Expecting property name enclosed in double quotes", self.at));
            }
            self.at += 1;
            let key = self.string()?;
            self.blanks();
            if self.peek() != Some(':') {
                return Err(self.error("Expecting ':' delimiter", self.at));
            }
            self.at += 1;
            self.blanks();
            let value = self.value()?;
            members.insert(key, value);
            self.blanks();
            match self.peek() {
                Some('}') => {
                    self.at += 1;
                    return Ok(Value::Object(members));
                }
                Some(',') => self.at += 1,
                _ => return Err(self.error("Expecting ',' delimiter", self.at)),
            }
            self.blanks();
        }
    }

    /// The rest of a string after its opening quote.
    fn string(&mut self) -> Result<String, String> {
        let begin = self.at.saturating_sub(1);
        let mut text = String::new();
        loop {
            let Some(c) = self.peek() else { return Err(self.error("Unterminated string starting at", begin)) };
            self.at += 1;
            match c {
                '"' => return Ok(text),
                '\\' => text.push(self.escape(begin)?),
                c if (c as u32) < 0x20 => return Err(self.error("Invalid control character at", self.at - 1)),
                c => text.push(c),
            }
        }
    }

    fn escape(&mut self, begin: usize) -> Result<char, String> {
        let Some(c) = self.peek() else { return Err(self.error("Unterminated string starting at", begin)) };
        let plain = match c {
            '"' | '\\' | '/' => c,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            _ => return Err(self.error("Invalid \\escape", self.at - 1)),
        };
        self.at += 1;
        Ok(plain)
    }

    /// `uXXXX`, with a second one where the first is half of a surrogate pair.
    fn unicode(&mut self) -> Result<char, String> {
        let high = self.hex4()?;
        if (0xd800..0xdc00).contains(&high) && self.peek() == Some('\\') && self.chars.get(self.at + 1) == Some(&'u') {
            let before = self.at;
            self.at += 1;
            let low = self.hex4()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Result<u32, String> {
        let digits: String = self.chars.get(self.at + 1..self.at + 5).unwrap_or_default().iter().collect();
        if digits.len() == 4 && digits.chars().all(|c| c.is_ascii_hexdigit()) {
            self.at += 5;
            return Ok(u32::from_str_radix(&digits, 16).unwrap_or_default());
        }
        Err(self.error("Invalid \\uXXXX escape", self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn fails(text: &str, message: &str) {
        assert_eq!(loads(text).unwrap_err(), message, "{text}");
    }

    #[test]
    fn documents_keep_the_order_of_their_members() {
        let value = loads(r#" {"b": [1, -2.5e3, "\u00e9\ud83d\ude00\n"], "a": {"x": null, "y": true}} "#).unwrap();
        assert_eq!(value, json!({"b": [1, -2500.0, "é😀\n"], "a": {"x": null, "y": true}}));
        assert_eq!(value.as_object().unwrap().keys().collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn what_is_wrong_is_told_in_pythons_words() {
        fails("", "Expecting value: line 1 column 1 (char 0)");
        fails(r#"[{"imageTag":"latest""#, "Expecting ',' delimiter: line 1 column 22 (char 21)");
        fails("{a:1}", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)");
        fails("{\n\"a\" 1}", "Expecting ':' delimiter: line 2 column 5 (char 6)");
        fails("[1,]", "Expecting value: line 1 column 4 (char 3)");
        fails("[1] x", "Extra data: line 1 column 5 (char 4)");
        fails(r#"["abc"#, "Unterminated string starting at: line 1 column 2 (char 1)");
        fails(r#"["\q"]"#, "Invalid \\escape: line 1 column 3 (char 2)");
        assert!(loads(&"[".repeat(100_000)).is_err());
    }
}
