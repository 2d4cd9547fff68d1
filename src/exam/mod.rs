//! The exam hall: questions as data, practice by topic, and a timed mock with its result by domain.
//!
//! No files and no clock: texts and moments come from outside.

mod bank;
mod blueprint;
mod format;
mod hall;
mod mock;
mod practice;
mod prove;
mod sitting;

pub use bank::Bank;
pub use blueprint::{Blueprint, Domain};
pub use format::{AnswerOption, Kind, Proof, Question, TaskStatement};
pub use hall::Hall;
pub use mock::{MOCK_QUESTIONS, MOCK_SECONDS, Mock, Review};
pub use practice::Practice;
pub use prove::{Unproved, prove};
pub use sitting::Sitting;
