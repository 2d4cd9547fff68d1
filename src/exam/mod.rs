//! The exam hall: questions as data, practice by topic, and a timed mock with its result by domain.
//!
//! No files and no clock: texts and moments come from outside.

mod format;

pub use format::{AnswerOption, Kind, Proof, Question, TaskStatement};
