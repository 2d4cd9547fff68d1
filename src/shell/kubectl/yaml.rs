//! YAML as `kubectl` prints it: Go's emitter, with its choice of quotes and its rows of eighty columns.
//!
//! Source: sigs.k8s.io/yaml's goyaml.v2: `stringv` asks for double quotes where a plain word would be read as something
//! else, the emitter takes single ones where a plain word can't stand, and breaks at the first blank behind column 80.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Behind this column a row ends at its next blank.
const WIDTH: usize = 80;

/// A document, with the members in the order that they have.
pub(super) fn emit(document: &Value) -> String {
    let mut out = String::new();
    match document {
        Value::Object(members) if !members.is_empty() => mapping(&mut out, members, 0, true),
        Value::Array(items) if !items.is_empty() => sequence(&mut out, items, 0, true),
        other => {
            scalar(&mut out, other, 0, 0);
            out.push('\n');
        }
    }
    out
}

/// The members at an indent. The first may go on in the row that a dash began.
fn mapping(out: &mut String, members: &Map<String, Value>, indent: usize, mut fresh: bool) {
    for (name, value) in members {
        if fresh {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        fresh = true;
        let mut key = String::new();
        text(&mut key, name, 0, 0);
        *out += &key;
        out.push(':');
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                out.push('\n');
                mapping(out, inner, indent + 2, true);
            }
            // A list stands below its name without an indent of its own.
            Value::Array(items) if !items.is_empty() => {
                out.push('\n');
                sequence(out, items, indent, true);
            }
            other => {
                out.push(' ');
                scalar(out, other, indent + 2, indent + key.chars().count() + 2);
                out.push('\n');
            }
        }
    }
}

fn sequence(out: &mut String, items: &[Value], indent: usize, mut fresh: bool) {
    for item in items {
        if fresh {
            out.extend(std::iter::repeat_n(' ', indent));
        }
        fresh = true;
        *out += "- ";
        match item {
            Value::Object(inner) if !inner.is_empty() => mapping(out, inner, indent + 2, false),
            Value::Array(inner) if !inner.is_empty() => sequence(out, inner, indent + 2, false),
            other => {
                scalar(out, other, indent + 2, indent + 2);
                out.push('\n');
            }
        }
    }
}

/// What holds nothing more, from `column` on; its further rows stand at `indent`.
fn scalar(out: &mut String, value: &Value, indent: usize, column: usize) {
    match value {
        Value::String(string) => text(out, string, indent, column),
        Value::Object(_) => *out += "{}",
        Value::Array(_) => *out += "[]",
        other => *out += &other.to_string(),
    }
}

fn text(out: &mut String, string: &str, indent: usize, column: usize) {
    let special = string.chars().any(|c| c.is_control() && c != '\n');
    let trailing = string.lines().any(|line| line.ends_with(' '));
    if special || (string.contains('\n') && trailing) {
        return double_quoted(out, string, indent, column);
    }
    if string.contains('\n') {
        return literal(out, string, indent);
    }
    if means_something_else(string) {
        double_quoted(out, string, indent, column);
    } else if can_be_plain(string) {
        folded(out, string, indent, column);
    } else {
        out.push('\'');
        folded(out, &string.replace('\'', "''"), indent, column + 1);
        out.push('\'');
    }
}

/// Words with a break at the first blank behind the width.
fn folded(out: &mut String, string: &str, indent: usize, mut column: usize) {
    let letters: Vec<char> = string.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let inside = at > 0 && at + 1 < letters.len();
        let alone = letters.get(at + 1) != Some(&' ') && at.checked_sub(1).and_then(|at| letters.get(at)) != Some(&' ');
        if *letter == ' ' && column > WIDTH && inside && alone {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else {
            out.push(*letter);
            column += 1;
        }
    }
}

fn double_quoted(out: &mut String, string: &str, indent: usize, column: usize) {
    let mut escaped = String::new();
    for letter in string.chars() {
        match letter {
            '"' => escaped += "\\\"",
            '\\' => escaped += "\\\\",
            '\n' => escaped += "\\n",
            '\t' => escaped += "\\t",
            '\r' => escaped += "\\r",
            other if other.is_control() => drop(write!(escaped, "\\x{:02X}", u32::from(other))),
            other => escaped.push(other),
        }
    }
    out.push('"');
    folded(out, &escaped, indent, column + 1);
    out.push('"');
}

/// A block of rows as they are.
fn literal(out: &mut String, string: &str, indent: usize) {
    out.push('|');
    if string.starts_with([' ', '\n']) {
        out.push('2');
    }
    let body = string.trim_end_matches('\n');
    match string.len() - body.len() {
        0 => out.push('-'),
        1 if !body.is_empty() => {}
        _ => out.push('+'),
    }
    let rows = string.strip_suffix('\n').unwrap_or(string);
    for row in rows.split('\n') {
        out.push('\n');
        if !row.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            *out += row;
        }
    }
}

/// Whether YAML 1.1 reads a word as a number, a truth value, a time or nothing at all.
fn means_something_else(word: &str) -> bool {
    const WORDS: [&str; 35] = [
        "", "~", "null", "Null", "NULL", "<<", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE",
        "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE", ".nan", ".NaN", ".NAN", ".inf",
        ".Inf", ".INF", "=",
    ];
    WORDS.contains(&word) || is_number(word) || is_time(word)
}

fn is_number(word: &str) -> bool {
    let plain = word.strip_prefix(['+', '-']).unwrap_or(word);
    if [".inf", ".Inf", ".INF"].contains(&plain) {
        return true;
    }
    if !plain.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return false;
    }
    let digits = plain.replace('_', "");
    let in_base = |prefix: &str, radix: u32| {
        digits.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_digit(radix)))
    };
    if in_base("0x", 16) || in_base("0b", 2) || in_base("0o", 8) {
        return true;
    }
    // Sixty to the next: `12:30:45`.
    let parts: Vec<&str> = plain.split(':').collect();
    if let [first, rest @ ..] = parts.as_slice()
        && !rest.is_empty()
    {
        let sixtieth = |part: &&str| part.len() <= 2 && part.parse::<u32>().is_ok_and(|n| n < 60);
        return first.chars().all(|c| c.is_ascii_digit()) && rest.iter().all(sixtieth);
    }
    let is_exponent = |c: char| matches!(c, 'e' | 'E');
    let only = |c: char| c.is_ascii_digit() || matches!(c, '.' | '+' | '-') || is_exponent(c);
    digits.chars().all(only) && digits.parse::<f64>().is_ok()
}

/// `2026-03-02`, `2026-03-02T09:00:00Z`.
fn is_time(word: &str) -> bool {
    let date = word.split(['T', 't', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = date.split('-').collect();
    let number = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [year, month, day] => {
            let rest = word.get(date.len()..).unwrap_or_default();
            let clock = rest.get(1..).unwrap_or_default();
            let is_clock = clock.split(':').count() == 3 && clock.starts_with(|c: char| c.is_ascii_digit());
            year.len() == 4 && number(year, 4) && number(month, 2) && number(day, 2) && (rest.is_empty() || is_clock)
        }
        _ => false,
    }
}

/// Whether a word can stand without quotes.
fn can_be_plain(word: &str) -> bool {
    let begins = |c: char| "#,[]{}&*!|>'\"%@`".contains(c);
    let sign = word.strip_prefix(['-', '?', ':']).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    !(word.starts_with(begins)
        || sign
        || word.starts_with("---")
        || word.starts_with("...")
        || word.starts_with(' ')
        || word.ends_with([' ', ':'])
        || word.contains(": ")
        || word.contains(" #"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_that_would_be_read_as_something_else_have_double_quotes() {
        let document = json!({
            "at": "2026-03-02T09:00:00Z", "count": "29", "status": "True", "number": 29, "yes": true, "empty": "",
            "plain": "web-7c5d", "colon": "Back-off: x", "list": [{"a": "1.5", "b": []}, "-"], "none": {},
        });
        let expect = "at: \"2026-03-02T09:00:00Z\"\ncount: \"29\"\nstatus: \"True\"\nnumber: 29\n\"yes\": true\nempty: \"\"\n\
                      plain: web-7c5d\ncolon: 'Back-off: x'\nlist:\n- a: \"1.5\"\n  b: []\n- '-'\nnone: {}\n";
        assert_eq!(emit(&document), expect);
    }

    #[test]
    fn long_words_go_on_in_the_next_row_and_rows_stay_rows() {
        let long = "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }, and that is it.";
        let text = emit(&json!({"status": {"message": long, "rows": "one\ntwo\n", "open": "a\nb"}}));
        let expect = "status:\n  message: '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready:\n    \
                      }, and that is it.'\n  rows: |\n    one\n    two\n  open: |-\n    a\n    b\n";
        assert_eq!(text, expect);
    }

    #[test]
    fn what_is_emitted_is_read_as_the_same() {
        for word in
            ["", "a: b", "'", "\"", "x\ny", " lead", "1e3", "0x1F", "12:30:45", "no", "#", "a #b", "tab\there", "ends:"]
        {
            let document = json!({"word": word});
            let text = emit(&document);
            assert_eq!(serde_yaml_ng::from_str::<Value>(&text).unwrap(), document, "{text}");
        }
    }
}
