//! Reading authored data (quests, questions, items, concepts): RON to types, with errors that name file, line and column.
//!
//! It takes text, never a path: the edges read files.

use serde::de::DeserializeOwned;

use super::{Arg, Message, Words};

/// What is wrong with a file of authored data, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The file, as its reader named it.
    pub file: String,
    /// From 1; 0 when the problem has no place in the file.
    pub line: usize,
    /// From 1, in characters; 0 when the problem has no place in the file.
    pub column: usize,
    /// What is wrong and what was expected.
    pub what: Message,
}

impl Problem {
    /// `file:line:column: what is wrong`.
    pub fn say(&self, words: &Words) -> String {
        let what = self.what.say(words);
        if self.line == 0 {
            format!("{}: {what}", self.file)
        } else {
            format!("{}:{}:{}: {what}", self.file, self.line, self.column)
        }
    }
}

/// A file of authored data: its name and its text.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// As messages name it.
    pub file: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// A file by name and text.
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text }
    }

    /// Reads it. `Option` fields are written without `Some`.
    ///
    /// # Errors
    /// With the place in the file and what was expected there.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        if self.text.starts_with('\u{feff}') {
            let what = Message::new("problem-byte-order-mark");
            return Err(Problem { file: self.file.to_owned(), line: 1, column: 1, what });
        }
        let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
        options.from_str(self.text).map_err(|error| Problem {
            file: self.file.to_owned(),
            line: error.span.start.line,
            column: error.span.start.col,
            what: explain(&error.code, || self.field_before(error.span.start.line, error.span.start.col)),
        })
    }

    /// The name of the field whose value stands at a place.
    fn field_before(&self, line: usize, column: usize) -> &'a str {
        let line = self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        let end = line.char_indices().nth(column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
        let before = line.get(..end).and_then(|before| before.rsplit_once(':')).map_or("", |(before, _)| before);
        before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
    }

    /// A problem with the first place where `needle` stands in the file: a value is searched with its quotes first.
    pub fn problem(&self, needle: &str, what: Message) -> Problem {
        let (line, column) = self.place(needle).unwrap_or((0, 0));
        Problem { file: self.file.to_owned(), line, column, what }
    }

    /// The same, where `needle` comes after `after` (an objective's field after its id, say).
    pub fn problem_after(&self, after: &str, needle: &str, what: Message) -> Problem {
        let quoted = format!("\"{after}\"");
        let start = self.text.find(&quoted).or_else(|| self.text.find(after)).unwrap_or(0);
        let at = self.text.get(start..).and_then(|rest| find(rest, needle)).map_or(start, |at| start + at);
        let (line, column) = self.line_column(at);
        Problem { file: self.file.to_owned(), line, column, what }
    }

    fn place(&self, needle: &str) -> Option<(usize, usize)> {
        find(self.text, needle).map(|at| self.line_column(at))
    }

    fn line_column(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }
}

fn find(text: &str, needle: &str) -> Option<usize> {
    text.find(&format!("\"{needle}\"")).or_else(|| text.find(needle))
}

fn explain<'a>(error: &ron::Error, field: impl FnOnce() -> &'a str) -> Message {
    let list = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match error {
        ron::Error::MissingStructField { field: field @ ("en" | "ko"), .. } => {
            Message::new("problem-missing-language").with("lang", *field)
        }
        ron::Error::MissingStructField { field, .. } => Message::new("problem-missing-field").with("field", *field),
        ron::Error::DuplicateStructField { field, .. } => Message::new("problem-double-field").with("field", *field),
        ron::Error::NoSuchStructField { expected, found, .. } => Message::new("problem-unknown-field")
            .with("field", found)
            .with("hint", nearest(found, expected))
            .with("expected", list(expected)),
        ron::Error::NoSuchEnumVariant { expected, found, .. } => Message::new("problem-unknown-kind")
            .with("kind", found)
            .with("hint", nearest(found, expected))
            .with("expected", list(expected)),
        ron::Error::IntegerOutOfBounds => {
            // Worlds have large seeds; whatever else is counted is small.
            let field = field();
            let most = if field == "seed" { u64::MAX } else { u64::from(u32::MAX) };
            Message::new("problem-number-range").with("field", field).with("most", most.to_string())
        }
        ron::Error::ExceededRecursionLimit => Message::new("problem-too-deep"),
        other => Message::new("problem-syntax").with("what", Arg::Text(lower_first(&other.to_string()))),
    }
}

/// The known name most like `found`, or `none`.
pub(crate) fn nearest(found: &str, expected: &[&str]) -> String {
    expected
        .iter()
        .map(|name| (strsim::damerau_levenshtein(found, name), name))
        .filter(|(distance, _)| *distance <= 3)
        .min()
        .map_or_else(|| "none".to_owned(), |(_, name)| (*name).to_owned())
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{Bilingual, Lang};
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only read")]
        title: Bilingual,
        #[expect(dead_code, reason = "only read")]
        par: Option<u32>,
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let problem = Source::new("sample.ron", text).read::<Sample>().unwrap_err();
        assert_eq!(problem.say(&Words::new(Lang::En)), expected);
    }

    #[test]
    fn an_error_names_file_line_column_and_what_was_expected() {
        check(
            "(\n  title: (en: \"x\", ko: \"y\"),\n  parr: 3,\n)",
            "sample.ron:3:3: unknown field `parr`, did you mean `par`? known here: `title`, `par`",
        );
        check("(title: (en: \"x\"))", "sample.ron:1:17: `ko` is missing: every text is needed in both languages");
        check("(par: 3)", "sample.ron:1:8: the field `title` is missing");
    }

    #[test]
    fn a_value_is_found_in_the_text() {
        let source = Source::new("q.ron", "(id: \"a\",\n requires: [\"tags\", \"x\"])");
        let problem = source.problem("x", Message::new("problem-syntax").with("what", "?"));
        assert_eq!((problem.line, problem.column), (2, 21));
    }
}
