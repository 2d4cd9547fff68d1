//! The RON form of a quest file. One file in `quests/` is one quest: `(id: …, …)`.

use serde::Deserialize;

use super::Predicate;
use crate::cloud::AccountId;
use crate::cloud::organizations::OrganizationSpec;
use crate::exam::TaskStatement;
use crate::text::Bilingual;

/// A quest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quest {
    /// Unique; the file's name without `.ron`.
    pub id: String,
    /// The chapter's number, from 1; its name is in `assets/chapters.ron`.
    pub chapter: u32,
    /// The quest's number in the whole curriculum, from 1.
    pub number: u32,
    /// What the learner reads.
    pub text: Bilingual<QuestText>,
    /// Concepts that it teaches: ids of concepts in `assets/codex`.
    pub teaches: Vec<String>,
    /// Concepts that must have been taught before.
    #[serde(default)]
    pub requires: Vec<String>,
    /// The official task statements that it prepares for.
    pub exam: Vec<TaskStatement>,
    /// What finishing it gives, without bonuses.
    pub xp: u32,
    /// The item that finishing it gives: an id of `assets/items.ron`.
    pub reward: Option<String>,
    /// How long it takes at first, about.
    pub minutes: u32,
    /// A good number of commands; looking around is free.
    pub par: u32,
    /// The seed of its world.
    pub seed: u64,
    /// How the world is made, beginning with an empty account.
    #[serde(default)]
    pub start: Vec<StartStep>,
    /// What must become true, in the order that a learner meets it.
    pub objectives: Vec<Objective>,
    /// What may become true beside it.
    #[serde(default)]
    pub bonus: Vec<Bonus>,
    /// Hints; each objective has at least one.
    pub hints: Vec<Hint>,
    /// Ways to win; the first is what "Show me" plays.
    pub solutions: Vec<Solution>,
    /// Wrong turns, with what stays undone after each.
    #[serde(default)]
    pub must_fail: Vec<MustFail>,
}

/// A quest's words in one language. `story` and `debrief` are markdown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestText {
    pub title: String,
    /// One or two sentences for the map.
    pub summary: String,
    /// What has happened, and what is wanted.
    pub story: String,
    pub debrief: Debrief,
}

/// What is said after winning. Markdown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debrief {
    /// The mental model.
    pub model: String,
    /// What an exam asks about it.
    pub exam: String,
    /// How to prevent the trouble, or to do it well at work.
    pub prevent: String,
}

/// One step by which a world is made.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum StartStep {
    /// A line for the shell, run silently; it must succeed.
    Run(String),
    /// A line for the shell that must fail: the trouble that the quest begins with.
    RunFails(String),
    /// A file on the laptop; a relative path is below the home folder.
    File { path: String, text: String },
    /// An EC2 instance that joins an ECS cluster, with an instance profile.
    Instance { cluster: String, profile: String },
    /// Another AWS account, with an administrator `admin` whose keys are a profile on the laptop.
    Account { id: AccountId, profile: String },
    /// The public registry's custom alias, requested in the console and granted by AWS.
    PublicAlias(String),
    /// The organization that accounts belong to, with the policies that limit them.
    Organization(OrganizationSpec),
    /// Time passes: `30m`, `12h`, `3d`.
    Clock(String),
}

/// Something that must become true.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Unique in the quest, bonuses included.
    pub id: String,
    pub text: Bilingual<ObjectiveText>,
    pub goal: Predicate,
}

/// An objective's words in one language; inline markdown.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectiveText {
    pub title: String,
    pub detail: String,
}

/// Something worth more XP, beside the objectives. Counted when the quest is won.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bonus {
    /// Unique in the quest, objectives included.
    pub id: String,
    pub text: Bilingual<ObjectiveText>,
    pub goal: Predicate,
    pub xp: u32,
}

/// A hint towards an objective.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// The id of the objective or bonus that it leads to.
    pub objective: String,
    pub level: HintLevel,
    /// Given only while this holds: for a mistake that was made. Such a hint comes before the others of its level.
    pub when: Option<Predicate>,
    /// Markdown.
    pub text: Bilingual,
}

/// How much a hint gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, serde::Serialize)]
pub enum HintLevel {
    /// Where to look.
    Observe,
    /// What to do.
    Direct,
    /// Nearly the line to type.
    Answer,
}

/// A way to win.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Solution {
    pub name: Bilingual,
    pub lines: Vec<SolutionLine>,
}

/// One line of a solution, with what is said about it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SolutionLine {
    /// For the shell; may hold a here-document.
    pub run: String,
    /// Said before it runs in "Show me". Inline markdown.
    pub say: Option<Bilingual>,
}

/// A wrong turn, and what must stay undone after it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MustFail {
    pub name: Bilingual,
    pub lines: Vec<String>,
    /// Ids of the objectives and bonuses that must be unmet after the lines.
    pub because: Vec<String>,
}

/// A prepared world without a quest: an entry of `assets/sandboxes.ron`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sandbox {
    /// Unique: `empty`.
    pub id: String,
    pub name: Bilingual,
    /// A sentence about what is in it.
    pub summary: Bilingual,
    /// The seed of its world.
    pub seed: u64,
    /// How the world is made.
    #[serde(default)]
    pub start: Vec<StartStep>,
}

/// A chapter: an entry of `assets/chapters.ron`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chapter {
    /// From 1.
    pub number: u32,
    pub name: Bilingual,
}
