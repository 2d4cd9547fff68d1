//! `--output table`: boxes of dashes and bars, one bar more at both edges for each level of nesting.
//!
//! Source: the AWS CLI's table formatter; observed. Without colours, as when the output is not a terminal.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr as _;

use crate::shell::aws::python;

/// A table wider than this turns sections of one row upright: the width of a terminal.
const TERMINAL_WIDTH: usize = 80;
/// Two blanks on either side of a cell.
const PADDING: usize = 4;

/// Prints `value` under the operation's name; nothing for an empty value.
///
/// # Errors
/// What the real command says to rows of different lengths.
pub(in crate::shell::aws) fn format(title: &str, value: &Value) -> Result<String, String> {
    if is_empty(value) {
        return Ok(String::new());
    }
    let first = Section { title: title.to_owned(), ..Section::default() };
    let mut table = Table { first, rest: Vec::new() };
    table.fill(title, value, 0)?;
    Ok(table.render())
}

struct Table {
    first: Section,
    rest: Vec<Section>,
}

#[derive(Clone, Default)]
struct Section {
    title: String,
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
    indent: usize,
    columns: Option<usize>,
    widths: Vec<usize>,
}

fn width(text: &str) -> usize {
    // East Asian ambiguous characters count as wide, as the real command counts them.
    text.width_cjk()
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
    }
}

/// Scalar and other members of a structure, each in alphabetical order.
fn group(members: &Map<String, Value>) -> (BTreeSet<&str>, BTreeSet<&str>) {
    members.iter().map(|(key, value)| (key.as_str(), value)).fold(
        (BTreeSet::new(), BTreeSet::new()),
        |(mut scalars, mut nested), (key, value)| {
            if is_scalar(value) {
                scalars.insert(key)
            } else {
                nested.insert(key)
            };
            (scalars, nested)
        },
    )
}

impl Table {
    /// The section that is being filled.
    fn section(&mut self) -> &mut Section {
        self.rest.last_mut().unwrap_or(&mut self.first)
    }

    fn open(&mut self, title: &str, indent: usize) {
        self.rest.push(Section { title: title.to_owned(), indent, ..Section::default() });
    }

    /// A section of its own for `value`, unless there is nothing to show.
    fn build(&mut self, title: &str, value: &Value, indent: usize) -> Result<(), String> {
        if is_empty(value) {
            return Ok(());
        }
        self.open(title, indent);
        self.fill(title, value, indent)
    }

    fn fill(&mut self, title: &str, value: &Value, indent: usize) -> Result<(), String> {
        match value {
            Value::Array(items) if items.first().is_some_and(Value::is_object) => {
                self.build_structures(items, indent, title)?;
            }
            Value::Array(items) => {
                for item in items {
                    match item {
                        Value::Array(cells) if cells.iter().all(is_scalar) => {
                            self.section().add_row(cells.iter().map(python::str_of).collect())?;
                        }
                        Value::Object(members) => {
                            self.section().add_row(members.keys().cloned().collect())?;
                        }
                        Value::Array(_) => self.fill("", item, 0)?,
                        scalar => self.section().add_row(vec![python::str_of(scalar)])?,
                    }
                }
            }
            Value::Object(members) => self.build_structure(members, indent)?,
            // A bare scalar has a title and no rows.
            _ => {}
        }
        Ok(())
    }

    fn build_structure(&mut self, members: &Map<String, Value>, indent: usize) -> Result<(), String> {
        let (scalars, nested) = group(members);
        let cells: Vec<String> =
            scalars.iter().map(|key| members.get(*key).map(python::str_of).unwrap_or_default()).collect();
        let headers: Vec<String> = scalars.iter().map(|key| (*key).to_owned()).collect();
        match headers.as_slice() {
            [] => {}
            [only] => {
                let row = std::iter::once(only.clone()).chain(cells).collect();
                self.section().add_row(row)?;
            }
            _ => {
                self.section().add_headers(headers);
                self.section().add_row(cells)?;
            }
        }
        for key in nested {
            if let Some(value) = members.get(key) {
                self.build(key, value, indent + 1)?;
            }
        }
        Ok(())
    }

    fn build_structures(&mut self, items: &[Value], indent: usize, title: &str) -> Result<(), String> {
        let mut headers = BTreeSet::new();
        let mut nested = BTreeSet::new();
        for members in items.iter().filter_map(Value::as_object) {
            let (own_headers, own_nested) = group(members);
            headers.extend(own_headers);
            nested.extend(own_nested);
        }
        let names: Vec<String> = headers.iter().map(|key| (*key).to_owned()).collect();
        self.section().add_headers(names.clone());
        for (number, members) in items.iter().filter_map(Value::as_object).enumerate() {
            if number > 0 && !nested.is_empty() {
                self.open(title, indent);
                self.section().add_headers(names.clone());
            }
            let row = headers.iter().map(|key| members.get(*key).map(python::str_of).unwrap_or_default()).collect();
            self.section().add_row(row)?;
            for key in &nested {
                if let Some(value) = members.get(*key) {
                    self.build(key, value, indent + 1)?;
                }
            }
        }
        Ok(())
    }

    fn sections(&self) -> impl Iterator<Item = &Section> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    fn max_width(&self) -> usize {
        self.sections().map(Section::total_width).max().unwrap_or_default()
    }

    fn render(mut self) -> String {
        if self.max_width() > TERMINAL_WIDTH {
            for section in std::iter::once(&mut self.first).chain(&mut self.rest) {
                section.turn_upright();
            }
        }
        let max_width = self.max_width();
        let mut out = "-".repeat(max_width);
        out.push('\n');
        for section in self.sections() {
            section.render(&mut out, max_width);
        }
        out
    }
}

impl Section {
    fn add_headers(&mut self, headers: Vec<String>) {
        self.widen(&headers);
        self.columns.get_or_insert(headers.len());
        self.headers = headers;
    }

    fn add_row(&mut self, row: Vec<String>) -> Result<(), String> {
        let columns = *self.columns.get_or_insert(row.len());
        if row.len() != columns {
            return Err(format!("Row should have {columns} elements, instead it has {}", row.len()));
        }
        self.widen(&row);
        self.rows.push(row);
        Ok(())
    }

    fn widen(&mut self, cells: &[String]) {
        if self.widths.is_empty() {
            self.widths = vec![0; cells.len()];
        }
        for (widest, cell) in self.widths.iter_mut().zip(cells) {
            *widest = (*widest).max(width(cell));
        }
    }

    /// A row of headers over one row of values becomes a column of headers beside a column of values.
    fn turn_upright(&mut self) {
        if self.headers.is_empty() || self.rows.len() != 1 {
            return;
        }
        let mut upright = Self { title: std::mem::take(&mut self.title), indent: self.indent, ..Self::default() };
        let values = self.rows.pop().unwrap_or_default();
        for (header, value) in std::mem::take(&mut self.headers).into_iter().zip(values) {
            // Each row has two cells, so none can be refused.
            let _ = upright.add_row(vec![header, value]);
        }
        *self = upright;
    }

    fn total_width(&self) -> usize {
        let cells: usize = self.widths.iter().map(|widest| widest + PADDING).sum();
        (cells + 2).max(width(&self.title) + 2) + 2 * self.indent
    }

    /// The columns' widths, stretched to `max_width` in all.
    fn column_widths(&self, max_width: usize) -> Vec<usize> {
        let padded: Vec<usize> = self.widths.iter().map(|widest| widest + PADDING).collect();
        let sum: usize = padded.iter().sum();
        if sum == 0 {
            return padded;
        }
        let factor = max_width as f64 / sum as f64;
        let mut scaled: Vec<i64> = padded.iter().map(|w| (factor * *w as f64).round_ties_even() as i64).collect();
        let mut off_by = scaled.iter().sum::<i64>() - max_width as i64;
        while off_by != 0 {
            let step = -off_by.signum();
            let mut order: Vec<&mut i64> = scaled.iter_mut().collect();
            if off_by < 0 {
                order.reverse();
            }
            for column in order {
                *column += step;
                off_by += step;
                if off_by == 0 {
                    break;
                }
            }
        }
        scaled.into_iter().map(|w| usize::try_from(w).unwrap_or_default()).collect()
    }

    fn render(&self, out: &mut String, max_width: usize) {
        let max_width = max_width.saturating_sub(2 * self.indent);
        let edge = "|".repeat(self.indent);
        let mut line = |text: &str| {
            out.push_str(&edge);
            out.push_str(text);
            out.push_str(&edge);
            out.push('\n');
        };
        if !self.title.is_empty() {
            line(&center(&self.title, max_width, true));
            if self.headers.is_empty() && self.rows.is_empty() {
                line(&format!("+{}+", "-".repeat(max_width.saturating_sub(2))));
            }
        }
        let widths = self.column_widths(max_width);
        if !self.headers.is_empty() {
            line(&rule(&widths));
            let cells = self.headers.iter().zip(&widths).enumerate();
            line(&cells.map(|(i, (header, width))| center(header, *width, i == 0)).collect::<String>());
        }
        if !self.rows.is_empty() && !widths.is_empty() {
            line(&rule(&widths));
            for row in &self.rows {
                let cells = row.iter().zip(&widths).enumerate();
                line(&cells.map(|(i, (cell, width))| align_left(cell, *width, i == 0)).collect::<String>());
            }
            line(&rule(&widths));
        }
    }
}

fn rule(widths: &[usize]) -> String {
    let cells = widths.iter().enumerate().map(|(i, width)| match i {
        0 => format!("+{}+", "-".repeat(width.saturating_sub(2))),
        _ => format!("{}+", "-".repeat(width.saturating_sub(1))),
    });
    cells.collect()
}

/// `text` in the middle of `length` columns, with a bar at the right and, for the first cell, at the left.
fn center(text: &str, length: usize, first: bool) -> String {
    let left_edge = if first { "|" } else { "" };
    let own = width(text);
    let before = (length / 2).saturating_sub(own / 2 + 1);
    let after = length.saturating_sub(1 + left_edge.len() + before + own);
    format!("{left_edge}{}{text}{}|", " ".repeat(before), " ".repeat(after))
}

fn align_left(text: &str, length: usize, first: bool) -> String {
    let left_edge = if first { "|" } else { "" };
    let own = width(text);
    let padding = if length > own + 2 + left_edge.len() { 2 } else { 0 };
    let after = length.saturating_sub(left_edge.len() + padding + own + 1);
    format!("{left_edge}{}{text}{}|", " ".repeat(padding), " ".repeat(after))
}
