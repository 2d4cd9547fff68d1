//! `--output yaml` and `yaml-stream`: block style, keys in alphabetical order, long scalars folded at 80 columns.
//!
//! Own code, because the layout must be that of the writer in the real `aws` (ruamel.yaml 0.18), which differs from
//! others in what it quotes and where it folds. Checked against it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::shell::aws::python;

/// Lines are folded after this column.
const BEST_WIDTH: usize = 80;

/// Prints `value` as a document; nothing for an empty structure.
pub(in crate::shell::aws) fn format(value: &Value) -> String {
    if value.as_object().is_some_and(serde_json::Map::is_empty) { String::new() } else { dump(value) }
}

/// Prints `value` as a document.
pub(in crate::shell::aws) fn dump(value: &Value) -> String {
    let mut writer = Writer::default();
    match value {
        Value::Object(members) if !members.is_empty() => writer.mapping(members, 0, true),
        Value::Array(items) if !items.is_empty() => writer.sequence(items, 0, true),
        scalar => {
            let open = writer.scalar(scalar, None);
            writer.end_line();
            if open {
                writer.out.push_str("...\n");
            }
        }
    }
    writer.out
}

/// Prints `pages` as a list with one item per page.
pub(in crate::shell::aws) fn stream(pages: &[Value]) -> String {
    let mut out = String::new();
    for page in pages {
        out.push_str(&dump(&Value::Array(vec![page.clone()])));
    }
    out
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Characters on the current line.
    column: usize,
}

impl Writer {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn end_line(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    fn new_line(&mut self, indent: usize) {
        self.end_line();
        self.put(&" ".repeat(indent));
    }

    /// Members at `indent`; `inline` when the first one stands on the current line.
    fn mapping(&mut self, members: &serde_json::Map<String, Value>, indent: usize, inline: bool) {
        let sorted: BTreeMap<&String, &Value> = members.iter().collect();
        for (number, (key, value)) in sorted.into_iter().enumerate() {
            if number > 0 || !inline {
                self.put(&" ".repeat(indent));
            }
            let text = if is_plain(key) { key.clone() } else { quoted_key(key) };
            self.put(&text);
            self.put(":");
            match value {
                Value::Object(members) if !members.is_empty() => {
                    self.end_line();
                    self.mapping(members, indent + 2, false);
                }
                Value::Array(items) if !items.is_empty() => {
                    self.end_line();
                    self.sequence(items, indent, false);
                }
                scalar => {
                    self.put(" ");
                    self.scalar(scalar, Some(indent + 2));
                    self.end_line();
                }
            }
        }
    }

    fn sequence(&mut self, items: &[Value], indent: usize, inline: bool) {
        for (number, item) in items.iter().enumerate() {
            if number > 0 || !inline {
                self.put(&" ".repeat(indent));
            }
            self.put("- ");
            match item {
                Value::Object(members) if !members.is_empty() => self.mapping(members, indent + 2, true),
                Value::Array(items) if !items.is_empty() => self.sequence(items, indent + 2, true),
                scalar => {
                    self.scalar(scalar, Some(indent + 2));
                    self.end_line();
                }
            }
        }
    }

    /// Writes a scalar (or an empty list or structure). Says whether a document of it alone needs an end mark.
    fn scalar(&mut self, value: &Value, indent: Option<usize>) -> bool {
        let text = match value {
            Value::Null => "null".to_owned(),
            Value::Bool(yes) => yes.to_string(),
            Value::Number(_) => python::str_of(value),
            Value::Array(_) => {
                self.put("[]");
                return false;
            }
            Value::Object(_) => {
                self.put("{}");
                return false;
            }
            Value::String(text) if !is_plain(text) => {
                if text.contains(['\'', '\n']) || needs_escapes(text) {
                    self.double_quoted(text, indent.unwrap_or(0));
                } else {
                    self.single_quoted(text, indent.unwrap_or(0));
                }
                return false;
            }
            Value::String(text) => text.clone(),
        };
        self.plain(&text, indent);
        true
    }

    fn plain(&mut self, text: &str, indent: Option<usize>) {
        let words: Vec<&str> = text.split(' ').collect();
        let mut blanks = 0;
        for (number, word) in words.iter().enumerate() {
            if number > 0 {
                blanks += 1;
            }
            if word.is_empty() && number + 1 < words.len() {
                continue;
            }
            if blanks == 1 && self.column >= BEST_WIDTH {
                self.new_line(indent.unwrap_or(0));
            } else {
                self.put(&" ".repeat(blanks));
            }
            blanks = 0;
            // A word that does not fit gets a line of its own.
            if let Some(indent) = indent
                && self.column > indent
                && self.column + word.chars().count() > BEST_WIDTH
            {
                self.new_line(indent);
            }
            self.put(word);
        }
    }

    fn single_quoted(&mut self, text: &str, indent: usize) {
        self.put("'");
        let chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        while let Some(c) = chars.get(at) {
            let run = chars.iter().skip(at).take_while(|other| (**other == ' ') == (*c == ' ')).count();
            let end = at + run;
            if *c == ' ' && run == 1 && self.column > BEST_WIDTH && at != 0 && end != chars.len() {
                self.new_line(indent);
            } else {
                let piece: String = chars.get(at..end).unwrap_or_default().iter().collect();
                self.put(&piece);
            }
            at = end;
        }
        self.put("'");
    }

    fn double_quoted(&mut self, text: &str, indent: usize) {
        self.put("\"");
        let chars: Vec<char> = text.chars().collect();
        let (mut start, mut end) = (0, 0);
        loop {
            let c = chars.get(end).copied();
            if c.is_none_or(is_escaped) {
                if start < end {
                    let piece: String = chars.get(start..end).unwrap_or_default().iter().collect();
                    self.put(&piece);
                    start = end;
                }
                if let Some(c) = c {
                    self.put(&escape(c));
                    start = end + 1;
                }
            }
            let inside = end > 0 && end + 1 < chars.len();
            if inside && (c == Some(' ') || start >= end) && self.column + end > BEST_WIDTH + start {
                let backslash = needs_backslash(&chars, start, end);
                let mut piece: String = chars.get(start..end).unwrap_or_default().iter().collect();
                if backslash {
                    piece.push('\\');
                }
                start = start.max(end);
                self.put(&piece);
                self.new_line(indent);
                if chars.get(start) == Some(&' ') {
                    if backslash {
                        self.put("\\");
                    } else {
                        start += 1;
                    }
                }
            }
            if c.is_none() {
                break;
            }
            end += 1;
        }
        self.put("\"");
    }
}

/// Whether a fold at `end` must be marked, since a reader would take it for a blank.
fn needs_backslash(chars: &[char], start: usize, end: usize) -> bool {
    let rest = chars.get(end..).unwrap_or_default();
    let Some(to_blank) = rest.iter().position(|c| *c == ' ') else { return true };
    let to_stop = rest.iter().take(to_blank).position(|c| *c == '\n').unwrap_or(to_blank);
    let Some(after) = chars.get(end + to_stop + 1) else { return true };
    if rest.get(to_stop) == Some(&'\n') && *after != ' ' {
        return true;
    }
    let quoted = rest.iter().take(to_stop).any(|c| matches!(c, '"' | '\''));
    let two_blanks = end > 0 && chars.get(end - 1) == Some(&' ') && chars.get(end) == Some(&' ');
    quoted || matches!(after, ' ' | '\n') || two_blanks || start == end
}

fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
        && c != '\u{feff}'
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_escaped(c: char) -> bool {
    matches!(c, '"' | '\\' | '\u{85}' | '\u{2028}' | '\u{2029}') || !is_printable(c)
}

fn escape(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        c if (c as u32) <= 0xff => return format!("\\x{:02X}", c as u32),
        c if (c as u32) <= 0xffff => return format!("\\u{:04X}", c as u32),
        c => return format!("\\U{:08X}", c as u32),
    };
    format!("\\{short}")
}

/// Whether single quotes cannot hold `text`: special characters, or blanks beside line breaks.
fn needs_escapes(text: &str) -> bool {
    text.chars().any(|c| c != '\n' && !is_printable(c)) || text.chars().any(is_break)
}

fn quoted_key(text: &str) -> String {
    if text.contains('\'') || needs_escapes(text) {
        let escaped: String = text.chars().map(|c| if is_escaped(c) { escape(c) } else { c.to_string() }).collect();
        format!("\"{escaped}\"")
    } else {
        format!("'{text}'")
    }
}

/// Whether a string may stand without quotes and is still read as a string.
fn is_plain(text: &str) -> bool {
    let (Some(first), Some(last)) = (text.chars().next(), text.chars().last()) else { return false };
    let special = text.chars().any(|c| is_break(c) || !is_printable(c));
    if special || first == ' ' || last == ' ' || text.starts_with("---") || text.starts_with("...") {
        return false;
    }
    let blank = |c: Option<char>| c.is_none_or(|c| c == ' ');
    let second = text.chars().nth(1);
    if "#,[]{}&*!|>'\"%@`".contains(first) || ("?:-".contains(first) && blank(second)) {
        return false;
    }
    let chars: Vec<char> = text.chars().collect();
    let indicator = chars.iter().enumerate().skip(1).any(|(at, c)| match c {
        ':' => blank(chars.get(at + 1).copied()),
        '#' => chars.get(at - 1) == Some(&' '),
        _ => false,
    });
    !indicator && !reads_as_other(text)
}

/// Whether YAML 1.2's core rules, as the writer has them, read the text as something else than a string.
fn reads_as_other(text: &str) -> bool {
    const WORDS: [&str; 13] =
        ["true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL", "~", "<<", "=", "-"];
    if WORDS.get(..12).is_some_and(|words| words.contains(&text)) {
        return true;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let all = |text: &str, allowed: fn(char) -> bool| !text.is_empty() && text.chars().all(allowed);
    let digits = |text: &str| all(text, |c| c.is_ascii_digit() || c == '_');
    let starts_with_digit = unsigned.starts_with(|c: char| c.is_ascii_digit());
    let integer = digits(unsigned)
        || unsigned.strip_prefix("0b").is_some_and(|rest| all(rest, |c| matches!(c, '0' | '1' | '_')))
        || unsigned.strip_prefix("0o").is_some_and(|rest| all(rest, |c| matches!(c, '0'..='7' | '_')))
        || unsigned.strip_prefix("0x").is_some_and(|rest| all(rest, |c| c.is_ascii_hexdigit() || c == '_'));
    // The writer looks a rule up by the first character: an underscore finds none.
    let integer = integer && !text.starts_with('_');
    let exponent = |text: &str, sign_needed: bool| {
        let rest = text.strip_prefix(['-', '+']);
        all(rest.unwrap_or(if sign_needed { "" } else { text }), |c| c.is_ascii_digit())
    };
    let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, Some(power)),
        None => (unsigned, None),
    };
    let float = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction) && power.is_none_or(|power| exponent(power, true)),
        Some((whole, fraction)) => {
            starts_with_digit
                && digits(whole)
                && (fraction.is_empty() || digits(fraction))
                && power.is_none_or(|power| exponent(power, false))
        }
        None => starts_with_digit && digits(mantissa) && power.is_some_and(|power| exponent(power, false)),
    };
    let named = matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN");
    integer || float || named || is_timestamp(text)
}

/// `2026-11-21` or `2026-11-21T22:03:34.325000+00:00`.
fn is_timestamp(text: &str) -> bool {
    let mut rest = text;
    let number = |least: usize, most: usize, rest: &mut &str| {
        let len = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        *rest = rest.get(len..).unwrap_or_default();
        len >= least
    };
    let literal = |mark: char, rest: &mut &str| match rest.strip_prefix(mark) {
        Some(tail) => {
            *rest = tail;
            true
        }
        None => false,
    };
    let date = number(4, 4, &mut rest)
        && literal('-', &mut rest)
        && number(1, 2, &mut rest)
        && literal('-', &mut rest)
        && number(1, 2, &mut rest);
    if !date {
        return false;
    }
    if rest.is_empty() {
        return text.len() == 10;
    }
    let before = rest.len();
    if let Some(tail) = rest.strip_prefix(['T', 't']) {
        rest = tail;
    } else {
        rest = rest.trim_start_matches([' ', '\t']);
    }
    if rest.len() == before {
        return false;
    }
    let time = number(1, 2, &mut rest)
        && literal(':', &mut rest)
        && number(2, 2, &mut rest)
        && literal(':', &mut rest)
        && number(2, 2, &mut rest);
    if !time {
        return false;
    }
    if let Some(tail) = rest.strip_prefix('.') {
        rest = tail.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    if rest.is_empty() {
        return true;
    }
    rest = rest.trim_start_matches([' ', '\t']);
    if rest == "Z" {
        return true;
    }
    let Some(mut zone) = rest.strip_prefix(['-', '+']) else { return false };
    number(1, 2, &mut zone)
        && (zone.is_empty() || (literal(':', &mut zone) && number(2, 2, &mut zone) && zone.is_empty()))
}
