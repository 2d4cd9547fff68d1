//! Questions from outside: one JSON line in, one JSON line out, without a game.
//!
//! A line that can't be read is answered too, with its `id`, where it has one, and an `error` that says why.

mod form;
mod iam;
mod lifecycle;

pub use iam::iam;
pub use lifecycle::lifecycle;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::text::{Message, Words};

/// The answer to one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// JSON without line breaks.
    pub line: String,
    /// Whether the question could not be read.
    pub failed: bool,
}

impl Answer {
    fn of(answer: &Value) -> Self {
        Self { line: answer.to_string(), failed: false }
    }

    /// To a question that can't be read: its `id`, as far as it has one, and the reason.
    fn error(question: &str, why: &Message, words: &Words) -> Self {
        let id = serde_json::from_str(question).map_or(Value::Null, |Named { id }| id);
        Self { line: json!({"id": id, "error": why.say(words)}).to_string(), failed: true }
    }

    /// The same with the number of the question's line, from 1, where it could not be read.
    #[must_use]
    pub fn at(mut self, number: usize) -> Self {
        if self.failed
            && let Ok(Value::Object(mut told)) = serde_json::from_str(&self.line)
        {
            // After the `id`, as the reason is long.
            let error = told.remove("error").unwrap_or_default();
            told.insert("line".to_owned(), number.into());
            told.insert("error".to_owned(), error);
            self.line = Value::Object(told).to_string();
        }
        self
    }
}

/// What answers are told apart by.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    id: Value,
}

/// The answer to a line that is no text.
pub fn not_utf8(words: &Words) -> Answer {
    Answer::error("", &Message::new("evaluate-encoding"), words)
}
