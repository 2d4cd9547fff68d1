//! Where a text stops being JSON, and what `jq` says about it.
//! Source: jq 1.7, `jv_parse.c`: its order of checks, its words and its way of counting lines and columns.

/// jq's message about the first mistake; none where it would find none.
pub(super) fn problem(text: &str) -> Option<String> {
    let mut reader = Reader::default();
    for c in text.chars() {
        reader.column += c.len_utf8();
        if c == '\n' {
            reader.line += 1;
            reader.column = 0;
        }
        if let Err(what) = reader.scan(c) {
            return Some(format!("{what} at line {}, column {}", reader.line + 1, reader.column));
        }
    }
    let place = format!("at EOF at line {}, column {}", reader.line + 1, reader.column);
    let at_end = |what: &str| Some(format!("{what} {place}"));
    if reader.quote != Quote::None {
        return at_end("Unfinished string");
    }
    match reader.literal() {
        Err(what) => at_end(what),
        Ok(()) if !reader.open.is_empty() => at_end("Unfinished JSON term"),
        Ok(()) => None,
    }
}

/// Of each value at the top, in order, how many lines jq has read when it is complete: the line that it ends on, or the one
/// before where that one never ends. Source: jq 1.6, `util.c`; observed.
pub(super) fn lines(text: &str) -> Vec<usize> {
    let mut reader = Reader::default();
    let mut lines = Vec::new();
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let read = number + usize::from(line.ends_with('\n'));
        for c in line.chars() {
            if reader.scan(c).is_err() {
                return lines;
            }
        }
        lines.resize(reader.complete, read);
    }
    if reader.literal().is_ok() {
        lines.resize(reader.complete, text.matches('\n').count());
    }
    lines
}

/// What is open around the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    /// With whether it has an element.
    Array(bool),
    /// With whether it has a member.
    Object(bool),
    /// A member's name, and its colon, were read.
    Key,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Quote {
    #[default]
    None,
    Text,
    Escape,
}

/// The value that was read last and waits for what comes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Text,
    Other,
}

#[derive(Default)]
struct Reader {
    line: usize,
    column: usize,
    open: Vec<Open>,
    quote: Quote,
    /// The letters of a number or a word.
    token: String,
    next: Option<Value>,
    /// How many values at the top were read to their end.
    complete: usize,
}

impl Reader {
    fn scan(&mut self, c: char) -> Result<(), &'static str> {
        match self.quote {
            Quote::Escape => {
                self.quote = Quote::Text;
                return if "\"\\/bfnrtu".contains(c) { Ok(()) } else { Err("Invalid escape") };
            }
            Quote::Text => {
                match c {
                    '"' => {
                        self.quote = Quote::None;
                        self.value(Value::Text)?;
                    }
                    '\\' => self.quote = Quote::Escape,
                    _ => {}
                }
                return Ok(());
            }
            Quote::None => {}
        }
        match c {
            ' ' | '\t' | '\r' | '\n' => self.end_of_value(),
            '"' => {
                self.literal()?;
                self.quote = Quote::Text;
                Ok(())
            }
            '[' | '{' | ':' | ',' | ']' | '}' => {
                self.literal()?;
                self.structure(c)
            }
            c => {
                self.token.push(c);
                Ok(())
            }
        }
    }

    fn end_of_value(&mut self) -> Result<(), &'static str> {
        self.literal()?;
        if self.open.is_empty() {
            self.next = None;
        }
        Ok(())
    }

    fn value(&mut self, value: Value) -> Result<(), &'static str> {
        // At the top, values may follow each other without anything between.
        if self.next.is_some() && !self.open.is_empty() {
            return Err("Expected separator between values");
        }
        self.next = (!self.open.is_empty()).then_some(value);
        self.complete += usize::from(self.open.is_empty());
        Ok(())
    }

    /// The end of a number or a word.
    fn literal(&mut self) -> Result<(), &'static str> {
        let token = std::mem::take(&mut self.token);
        let Some(first) = token.chars().next() else { return Ok(()) };
        let word = match first {
            't' => Some("true"),
            'f' => Some("false"),
            'n' if token.len() == 3 => Some("nan"),
            'n' => Some("null"),
            '\'' => return Err("Invalid string literal; expected \", but got '"),
            _ => None,
        };
        match word {
            Some(word) if word != token => return Err("Invalid literal"),
            Some(_) => {}
            None if token.parse::<f64>().is_ok() && !token.contains(|c: char| "iIN_".contains(c)) => {}
            None => return Err("Invalid numeric literal"),
        }
        self.value(Value::Other)
    }

    fn structure(&mut self, c: char) -> Result<(), &'static str> {
        let top = self.open.last().copied();
        match c {
            '[' | '{' => {
                if self.next.is_some() {
                    return Err("Expected separator between values");
                }
                self.open.push(if c == '[' { Open::Array(false) } else { Open::Object(false) });
            }
            ':' => {
                match (self.next, top) {
                    (None, _) => return Err("Expected string key before ':'"),
                    (Some(Value::Text), Some(Open::Object(_))) => {}
                    (Some(Value::Other), Some(Open::Object(_))) => return Err("Object keys must be strings"),
                    _ => return Err("':' not as part of an object"),
                }
                self.next = None;
                self.open.push(Open::Key);
            }
            ',' => {
                if self.next.is_none() {
                    return Err("Expected value before ','");
                }
                self.take().ok_or("Objects must consist of key:value pairs")?;
            }
            ']' => {
                match top {
                    Some(Open::Array(true)) if self.next.is_none() => return Err("Expected another array element"),
                    Some(Open::Array(_)) => {}
                    _ => return Err("Unmatched ']'"),
                }
                self.close()?;
            }
            _ => {
                if top.is_none() {
                    return Err("Unmatched '}'");
                }
                if self.next.is_some() {
                    if top != Some(Open::Key) {
                        return Err("Objects must consist of key:value pairs");
                    }
                    self.take();
                } else {
                    match top {
                        Some(Open::Object(true)) => return Err("Expected another key-value pair"),
                        Some(Open::Object(false)) => {}
                        _ => return Err("Unmatched '}'"),
                    }
                }
                self.close()?;
            }
        }
        Ok(())
    }

    /// Puts the waiting value into what is open; none where it does not belong there.
    fn take(&mut self) -> Option<()> {
        match self.open.last_mut()? {
            Open::Array(filled) => *filled = true,
            Open::Key => {
                self.open.pop();
                *self.open.last_mut()? = Open::Object(true);
            }
            Open::Object(_) => return None,
        }
        self.next = None;
        Some(())
    }

    fn close(&mut self) -> Result<(), &'static str> {
        self.open.pop();
        self.next = None;
        self.value(Value::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_placed_as_jq_places_them() {
        for (text, said) in [
            ("{\n", "Unfinished JSON term at EOF at line 2, column 0"),
            ("{\"a\":}\n", "Unmatched '}' at line 1, column 6"),
            ("hello\n", "Invalid numeric literal at line 2, column 0"),
            ("{a:1}", "Invalid numeric literal at line 1, column 3"),
            ("[1,]", "Expected another array element at line 1, column 4"),
            ("[1 2]", "Expected separator between values at line 1, column 5"),
            ("{\"a\":1,}", "Expected another key-value pair at line 1, column 8"),
            ("{\"a\", 1}", "Objects must consist of key:value pairs at line 1, column 5"),
            ("{1:2}", "Object keys must be strings at line 1, column 3"),
            ("[\"a", "Unfinished string at EOF at line 1, column 3"),
            ("['a']", "Invalid string literal; expected \", but got ' at line 1, column 5"),
            ("[1]]", "Unmatched ']' at line 1, column 4"),
            ("[,1]", "Expected value before ',' at line 1, column 2"),
            ("[nul]\n", "Invalid literal at line 1, column 5"),
            ("tru", "Invalid literal at EOF at line 1, column 3"),
            ("{\"a\":1", "Unfinished JSON term at EOF at line 1, column 6"),
            ("{\"a\" 1}", "Expected separator between values at line 1, column 7"),
            ("\"x\":1", "Expected string key before ':' at line 1, column 4"),
            ("[\"x\":1]", "':' not as part of an object at line 1, column 5"),
            ("1,2", "Expected value before ',' at line 1, column 2"),
            ("[1}", "Objects must consist of key:value pairs at line 1, column 3"),
            ("{\"한\":x}", "Invalid numeric literal at line 1, column 9"),
            ("An error\n", "Invalid numeric literal at line 1, column 3"),
        ] {
            assert_eq!(problem(text).as_deref(), Some(said), "{text:?}");
        }
        for text in ["", "1 2", "{\"a\":[1,{\"b\":null}]}\n[]", "\"x\"\"y\"", "[true,false,-1.5e3]"] {
            assert_eq!(problem(text), None, "{text:?}");
        }
    }
    #[test]
    fn values_are_told_by_the_lines_read_when_they_end() {
        assert_eq!(lines("{\"a\":1}"), [0]);
        assert_eq!(lines("{\"a\":1}\n"), [1]);
        assert_eq!(lines("\n\n[1,\n2]\n\n3\n"), [4, 6]);
        assert_eq!(lines("1 2 \"x\"\n true"), [1, 1, 1, 1]);
        assert_eq!(lines("1\n2"), [1, 1]);
        assert_eq!(lines("1\nx {"), [1]);
        assert!(lines("").is_empty());
    }
}
