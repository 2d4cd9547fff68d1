//! What an exam is made of: its domains with their weights, and the mark that passes. Data in `assets/exams.ron`.

use serde::Deserialize;

use super::{Question, TaskStatement};
use crate::text::Bilingual;

/// An exam: an official one, or the game's own over everything that it teaches.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blueprint {
    /// Its code: `SAA-C03`.
    pub code: String,
    pub name: Bilingual,
    /// The scaled score, of 1000, that passes.
    pub pass_mark: u32,
    pub domains: Vec<Domain>,
}

/// A domain of an exam.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Its number in the exam guide.
    pub number: u8,
    /// Its share of the scored content, in percent.
    pub weight: u32,
    pub name: Bilingual,
    /// Where questions fall by their topic instead of a task statement: the concepts of this domain.
    #[serde(default)]
    pub topics: Vec<String>,
}

impl Blueprint {
    /// The domain that a question belongs to in this exam; none if it is not asked there.
    pub fn domain_of(&self, question: &Question) -> Option<u8> {
        let by_topic = self.domains.iter().find(|domain| domain.topics.contains(&question.topic));
        let by_task = question.exam.iter().find(|statement| statement.exam == self.code);
        by_topic.map(|domain| domain.number).or_else(|| by_task.map(|statement| statement.domain))
    }

    /// Whether a task statement is one of this exam: it names the exam and a domain of it.
    pub fn asks(&self, statement: &TaskStatement) -> bool {
        self.code == statement.exam && self.domain(statement.domain).is_some()
    }

    /// The domain with this number.
    pub fn domain(&self, number: u8) -> Option<&Domain> {
        self.domains.iter().find(|domain| domain.number == number)
    }
}
