//! JSON and terminal text with a little colour.

use egui::Color32;
use egui::text::LayoutJob;

use super::super::theme::{Look, Type};

/// What a stretch of JSON is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Key,
    Text,
    Number,
    Word,
    Mark,
}

/// Cuts JSON into parts. Anything goes in: text that is no JSON comes out as marks, nothing is lost.
fn parts(source: &str) -> Vec<(Part, &str)> {
    let mut out = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (len, part) = match first {
            '"' => {
                let len = string_len(rest);
                let after = rest.get(len..).unwrap_or_default().trim_start();
                (len, if after.starts_with(':') { Part::Key } else { Part::Text })
            }
            '0'..='9' | '-' => {
                (run(rest, |c| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E')), Part::Number)
            }
            'a'..='z' => (run(rest, |c| c.is_ascii_alphabetic()), Part::Word),
            _ => (run(rest, |c| !matches!(c, '"' | '0'..='9' | '-' | 'a'..='z')), Part::Mark),
        };
        let (head, tail) = rest.split_at_checked(len.max(1)).unwrap_or((rest, ""));
        out.push((part, head));
        rest = tail;
    }
    out
}

/// Bytes at the start for which `keep` holds, one char at least.
fn run(text: &str, keep: impl Fn(char) -> bool) -> usize {
    let mut chars = text.char_indices();
    chars.next();
    chars.find(|(_, c)| !keep(*c)).map_or(text.len(), |(at, _)| at)
}

/// Bytes of the string literal at the start, with its quotes; to the line's end when it is never closed.
fn string_len(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            '\n' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Monospaced JSON for a label or an editor.
pub fn json_job(look: &Look, source: &str, wrap: f32) -> LayoutJob {
    let p = &look.palette;
    let mut job = LayoutJob::default();
    job.wrap.max_width = wrap;
    for (part, text) in parts(source) {
        let color: Color32 = match part {
            Part::Key => p.blue,
            Part::Text => p.teal,
            Part::Number => p.amber,
            Part::Word => p.violet,
            Part::Mark => p.mute,
        };
        job.append(text, 0.0, look.format(Type::Mono, color));
    }
    if source.is_empty() {
        job.append("", 0.0, look.format(Type::Mono, p.ink));
    }
    job
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_differ_from_texts_and_nothing_is_lost() {
        let json = r#"{ "Effect": "Allow", "n": -1.5e3, "ok": true }"#;
        let parts = parts(json);
        assert!(parts.contains(&(Part::Key, r#""Effect""#)));
        assert!(parts.contains(&(Part::Text, r#""Allow""#)));
        assert!(parts.contains(&(Part::Number, "-1.5e3")));
        assert!(parts.contains(&(Part::Word, "true")));
    }

    #[test]
    fn any_text_comes_back_whole() {
        for odd in ["", "\"", "\"a\\", "한글 \"키\": 1", "{'a': 1}\n\"open\nnext", "é\"\u{0}-"] {
            let whole: String = parts(odd).into_iter().map(|(_, text)| text).collect();
            assert_eq!(whole, odd);
        }
    }
}
