//! The profile: what a learner has reached and how they like it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Level;
use crate::quest::{Quest, Score};
use crate::text::Lang;

/// A learner. Fields that an older save does not have take their defaults.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// As the learner wants to be called; may be empty.
    pub name: String,
    /// All XP so far.
    pub xp: u32,
    /// Ids of items, in the order they were earned.
    pub items: Vec<String>,
    /// The best of each finished quest, by id.
    pub quests: BTreeMap<String, Best>,
    /// Mock exams taken, oldest first.
    pub exams: Vec<ExamResult>,
    /// Answers given in practice, by question.
    pub answers: BTreeMap<String, Tally>,
    /// How the learner likes it.
    pub settings: Settings,
}

/// The best that was reached in a quest, each figure on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Best {
    /// 1 to 3.
    pub stars: u8,
    pub commands: u32,
    pub hints: u32,
    /// XP given for it so far; a better win gives only what is above.
    pub xp: u32,
}

/// Right and wrong answers to a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    pub right: u32,
    pub wrong: u32,
    /// Whether the newest answer was right.
    pub last_right: bool,
}

/// A finished mock exam.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExamResult {
    /// The exam's code.
    pub exam: String,
    /// When it ended, milliseconds since 1970, real time.
    pub at: i64,
    /// 100 to 1000.
    pub score: u32,
    /// The score that passes.
    pub pass_mark: u32,
    /// By domain, in the exam's order.
    pub domains: Vec<DomainResult>,
    /// How long it took, in seconds.
    pub seconds: u32,
}

impl ExamResult {
    /// Whether it passed.
    pub fn passed(&self) -> bool {
        self.score >= self.pass_mark
    }
}

/// The result within one domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainResult {
    /// The domain's number.
    pub domain: u8,
    pub right: u32,
    pub of: u32,
}

/// How the learner likes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// None until chosen: the system's language.
    pub lang: Option<Lang>,
    pub theme: Theme,
    /// Text size in percent, 80 to 200.
    pub text_scale: u16,
    /// Things appear in place instead of moving.
    pub reduced_motion: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { lang: None, theme: Theme::Dark, text_scale: 100, reduced_motion: false }
    }
}

/// The colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    Dark,
    /// For projectors.
    Light,
}

/// What a win brought, beyond what was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gain {
    /// Whether it was the first win of this quest.
    pub first: bool,
    /// New XP.
    pub xp: u32,
    /// The level reached, if it is a new one.
    pub level: Option<u32>,
    /// The id of the item earned, if it is new.
    pub item: Option<String>,
}

impl Profile {
    /// The level that the XP gives.
    pub fn level(&self) -> Level {
        Level::of(self.xp)
    }

    /// Whether the quest was ever won.
    pub fn has_won(&self, quest: &str) -> bool {
        self.quests.contains_key(quest)
    }

    /// Takes a win in. XP is given once: a better win gives the difference, the same or a worse one nothing.
    pub fn record_win(&mut self, quest: &Quest, score: &Score) -> Gain {
        let level = self.level().number;
        let before = self.quests.get(&quest.id).copied();
        let gained = score.xp.saturating_sub(before.map_or(0, |best| best.xp));
        let best = Best { stars: score.stars, commands: score.commands, hints: score.hints, xp: score.xp };
        let best = before.map_or(best, |before| Best {
            stars: before.stars.max(best.stars),
            commands: before.commands.min(best.commands),
            hints: before.hints.min(best.hints),
            xp: before.xp.max(best.xp),
        });
        self.quests.insert(quest.id.clone(), best);
        self.xp = self.xp.saturating_add(gained);
        let item = quest.reward.clone().filter(|item| !self.items.contains(item));
        self.items.extend(item.clone());
        let now = self.level().number;
        Gain { first: before.is_none(), xp: gained, level: (now > level).then_some(now), item }
    }

    /// Takes an answer in.
    pub fn record_answer(&mut self, question: &str, right: bool) {
        let tally = self.answers.entry(question.to_owned()).or_default();
        if right {
            tally.right = tally.right.saturating_add(1);
        } else {
            tally.wrong = tally.wrong.saturating_add(1);
        }
        tally.last_right = right;
    }
}
