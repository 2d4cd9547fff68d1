//! The RON form of an exam question. A file in `assets/exam` is a list of them: `[ (id: …), (id: …) ]`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::quest::{Predicate, StartStep};
use crate::text::Bilingual;

/// A question with its answer key.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Unique among all questions: `token-lifetime`.
    pub id: String,
    /// The concept that it asks about: the id of a concept in `assets/codex`.
    pub topic: String,
    /// The official task statements that it prepares for: `["SAA-C03 1.1", "DVA-C03 2.1"]`. At least one.
    pub exam: Vec<TaskStatement>,
    /// The quests after which it can be asked. Each of these quests may show it in its debrief.
    #[serde(default)]
    pub after: Vec<String>,
    /// `Single` or `Multiple(2)`.
    pub kind: Kind,
    /// The question, in markdown.
    pub text: Bilingual,
    /// Four to six options, in any order: they are shown shuffled.
    pub options: Vec<AnswerOption>,
    /// Lines and predicates by which the simulation itself shows that the key is right.
    pub proof: Option<Proof>,
}

/// How many options are to be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Kind {
    /// Exactly one.
    Single,
    /// Exactly this many.
    Multiple(usize),
}

impl Kind {
    /// How many options are to be chosen.
    pub fn count(self) -> usize {
        match self {
            Self::Single => 1,
            Self::Multiple(count) => count,
        }
    }
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerOption {
    /// What it says, in markdown.
    pub text: Bilingual,
    /// Whether it belongs to the key; left out means no.
    #[serde(default)]
    pub correct: bool,
    /// Why it is right or wrong, in markdown.
    pub why: Bilingual,
    /// Lines and predicates that show what this option does. Runs on its own, after the start of the question's proof.
    pub proof: Option<Proof>,
}

/// A small world in which predicates must hold.
///
/// A question's own proof shows the situation that the question describes; an option's proof then shows what choosing it
/// does (for a wrong option: that it does not help, as `Not(…)`).
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Proof {
    /// How the world is made, as in a quest's `start`.
    pub start: Vec<StartStep>,
    /// Lines run after it; they may fail, as people's lines do.
    pub lines: Vec<String>,
    /// What must be true then.
    pub holds: Vec<Predicate>,
}

/// An exam's task statement: `SAA-C03 1.1` (exam, domain, task) or `DVA-C03 3.1.2` (with the skill).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TaskStatement {
    /// The exam's code: `SAA-C03`.
    pub exam: String,
    /// The domain's number.
    pub domain: u8,
    /// What follows the domain: `1`, `1.2`.
    pub task: String,
}

impl FromStr for TaskStatement {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let wrong = || format!("`{s}` is no task statement, expected such as `SAA-C03 1.1`");
        let (exam, number) = s.split_once(' ').ok_or_else(wrong)?;
        let (domain, task) = number.split_once('.').ok_or_else(wrong)?;
        let domain = domain.parse().map_err(|_| wrong())?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if exam.is_empty() || !task.split('.').all(digits) {
            return Err(wrong());
        }
        Ok(Self { exam: exam.to_owned(), domain, task: task.to_owned() })
    }
}

impl TryFrom<String> for TaskStatement {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        s.parse()
    }
}

impl From<TaskStatement> for String {
    fn from(statement: TaskStatement) -> Self {
        statement.to_string()
    }
}

impl fmt::Display for TaskStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}.{}", self.exam, self.domain, self.task)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_statement_is_exam_domain_and_task() {
        let statement: TaskStatement = "DVA-C03 3.1.2".parse().unwrap();
        assert_eq!((statement.exam.as_str(), statement.domain, statement.task.as_str()), ("DVA-C03", 3, "1.2"));
        assert_eq!(statement.to_string(), "DVA-C03 3.1.2");
        for wrong in ["SAA-C03", "SAA-C03 1", "SAA-C03 x.1", "SAA-C03 1.", " 1.1", ""] {
            assert!(wrong.parse::<TaskStatement>().is_err(), "{wrong}");
        }
    }
}
