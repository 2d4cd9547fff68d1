//! Quests: authored data graded by effect. The format, the predicates over a world, and the session that a learner plays.
//!
//! Never reads what was typed to judge it, and never a displayed text.

mod concept;
mod format;
mod predicate;

pub use concept::Concept;
pub use format::{
    Bonus, Debrief, Hint, HintLevel, MustFail, Objective, ObjectiveText, Quest, QuestText, Solution, SolutionLine,
    StartStep,
};
pub use predicate::{ImageRef, Launch, Outcome, Predicate, Progress, Target, Who};
