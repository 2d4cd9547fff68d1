//! Quests: authored data graded by effect. The format, the predicates over a world, and the session that a learner plays.
//!
//! Never reads what was typed to judge it, and never a displayed text.

mod catalogue;
mod concept;
mod evaluate;
mod format;
mod predicate;
mod prove;
mod score;
mod session;
mod start;
mod validate;

pub(crate) use catalogue::ron_files;
pub use catalogue::{Catalogue, Shared};
pub use concept::Concept;
pub use format::{
    Bonus, Chapter, Debrief, Hint, HintLevel, MustFail, Objective, ObjectiveText, Quest, QuestText, Sandbox, Solution,
    SolutionLine, StartStep,
};
pub use predicate::{ImageRef, Launch, Outcome, Predicate, Progress, Target, Who};
pub use prove::{Failure, prove};
pub use score::Score;
pub use session::{Entry, GoalStatus, Scene, Session, StartError, Step};
use start::last_words;
pub use start::{make_ready, make_world};
