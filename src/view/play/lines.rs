//! What the terminal shows, as rows of equal height: cut at the terminal's width and coloured. Kept until it changes.

use std::sync::Arc;

use egui::Color32;
use egui::text::LayoutJob;
use unicode_width::UnicodeWidthChar as _;

use super::super::theme::{Look, Type};
use crate::quest::{Session, Step};
use crate::shell::Stream;

/// The most rows kept; older ones are dropped from the screen.
const MOST: usize = 20_000;

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// The prompt: who and where.
    Prompt,
    /// What was typed.
    Typed,
    /// Standard output.
    Out,
    /// Standard error.
    Err,
    /// A key of JSON output.
    Key,
    /// A text of JSON output.
    Text,
}

impl Ink {
    /// Its colour.
    pub(super) fn color(self, look: &Look) -> Color32 {
        let p = &look.palette;
        match self {
            Self::Prompt => p.allowed,
            Self::Typed => p.ink,
            Self::Out => p.soft,
            Self::Err => p.denied,
            Self::Key => p.blue,
            Self::Text => p.teal,
        }
    }
}

/// One row of the terminal.
pub(super) type Row = Vec<(Ink, String)>;

/// A row's layout.
pub(super) fn job(look: &Look, row: &Row) -> LayoutJob {
    let mut job = LayoutJob::default();
    for (ink, text) in row {
        job.append(text, 0.0, look.format(Type::Mono, ink.color(look)));
    }
    job
}

/// The rows, as far as they are made.
#[derive(Default)]
pub(super) struct Lines {
    rows: Vec<Row>,
    /// The steps that the rows were made of, and how wide.
    made_of: Vec<Arc<Step>>,
    columns: usize,
}

impl Lines {
    /// The rows for what the session shows. Only what is new since the last call is made.
    pub(super) fn update(&mut self, session: &Session, columns: usize) -> &[Row] {
        let steps = session.shown_steps();
        let columns = columns.max(20);
        let grown = self.columns == columns
            && self.made_of.len() <= steps.len()
            && self.made_of.iter().zip(steps).all(|(made, step)| Arc::ptr_eq(made, step));
        if !grown {
            self.rows.clear();
            self.made_of.clear();
            self.columns = columns;
        }
        for step in steps.iter().skip(self.made_of.len()) {
            step_rows(step, columns, &mut self.rows);
            self.made_of.push(Arc::clone(step));
        }
        if self.rows.len() > MOST {
            self.rows.drain(..self.rows.len() - MOST);
        }
        &self.rows
    }
}

fn step_rows(step: &Step, columns: usize, rows: &mut Vec<Row>) {
    let mut row = vec![(Ink::Prompt, step.prompt.clone())];
    for (n, line) in step.line.split('\n').enumerate() {
        if n > 0 {
            row = vec![(Ink::Prompt, "> ".to_owned())];
        }
        row.push((Ink::Typed, line.to_owned()));
        wrap(std::mem::take(&mut row), columns, rows);
    }
    // Streams follow each other as they were printed; a line may be of both.
    let looks_json = step.output.chunks.first().is_some_and(|chunk| chunk.text.trim_start().starts_with(['{', '[']));
    // Docker tells its progress on standard error: that is red only when it went wrong.
    let failed = step.output.code != 0;
    let mut open: Row = Vec::new();
    for chunk in &step.output.chunks {
        let ink = if failed && chunk.stream == Stream::Stderr { Ink::Err } else { Ink::Out };
        let mut parts = chunk.text.split('\n').peekable();
        while let Some(part) = parts.next() {
            if !part.is_empty() {
                if looks_json && ink == Ink::Out { json_line(part, &mut open) } else { open.push((ink, clean(part))) }
            }
            if parts.peek().is_some() {
                wrap(std::mem::take(&mut open), columns, rows);
            }
        }
    }
    if !open.is_empty() {
        wrap(open, columns, rows);
    }
}

/// Tabs as a terminal sets them, and no signs that a font cannot show.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let blanks = 8 - column % 8;
                out.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            }
            '\r' => {}
            c if c.is_control() => out.push('\u{FFFD}'),
            c => {
                out.push(c);
                column += c.width().unwrap_or(0);
            }
        }
    }
    out
}

/// Colours one line of JSON: keys and texts.
fn json_line(line: &str, out: &mut Row) {
    let mut rest = line;
    while let Some(at) = rest.find('"') {
        let (before, from) = rest.split_at(at);
        let mut escaped = false;
        let end = from.char_indices().skip(1).find_map(|(n, c)| match c {
            _ if escaped => {
                escaped = false;
                None
            }
            '\\' => {
                escaped = true;
                None
            }
            '"' => Some(n + 1),
            _ => None,
        });
        let Some((text, after)) = end.and_then(|end| from.split_at_checked(end)) else { break };
        if !before.is_empty() {
            out.push((Ink::Out, before.to_owned()));
        }
        let ink = if after.trim_start().starts_with(':') { Ink::Key } else { Ink::Text };
        out.push((ink, text.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        out.push((Ink::Out, clean(rest)));
    }
}

/// Cuts a line into rows of at most `columns`; a wide sign takes two.
fn wrap(line: Row, columns: usize, rows: &mut Vec<Row>) {
    let mut row: Row = Vec::new();
    let mut used = 0;
    for (ink, text) in line {
        let mut part = String::new();
        for c in text.chars() {
            let width = c.width().unwrap_or(0);
            if used + width > columns {
                if !part.is_empty() {
                    row.push((ink, std::mem::take(&mut part)));
                }
                rows.push(std::mem::take(&mut row));
                used = 0;
            }
            part.push(c);
            used += width;
        }
        if !part.is_empty() {
            row.push((ink, part));
        }
    }
    rows.push(row);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(row: &Row) -> String {
        row.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn a_line_is_cut_at_the_width_and_hangul_takes_two_columns() {
        let mut rows = Vec::new();
        wrap(vec![(Ink::Out, "abcdef가나다".to_owned())], 4, &mut rows);
        assert_eq!(rows.iter().map(text).collect::<Vec<_>>(), ["abcd", "ef가", "나다"]);
        rows.clear();
        wrap(vec![], 4, &mut rows);
        assert_eq!(rows, [Row::new()], "an empty line is a row");
    }

    #[test]
    fn json_keys_and_texts_have_their_colours_and_nothing_is_lost() {
        for line in [r#"    "name": "web\"x","#, "plain", r#""open"#, "", "[", r#"{"a": 1}"#] {
            let mut row = Row::new();
            json_line(line, &mut row);
            assert_eq!(text(&row), line);
        }
        let mut row = Row::new();
        json_line(r#"  "name": "web","#, &mut row);
        assert!(row.contains(&(Ink::Key, r#""name""#.to_owned())) && row.contains(&(Ink::Text, r#""web""#.to_owned())));
    }

    #[test]
    fn tabs_become_blanks_and_control_signs_show() {
        assert_eq!(clean("a\tb\u{1b}"), "a       b\u{FFFD}");
    }
}
