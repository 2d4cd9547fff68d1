//! What must be right about a quest beside its form: names that exist, ids that are unique, requirements without a loop.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Catalogue, Quest};
use crate::text::authored::{Problem, Source};
use crate::text::{Bilingual, Message};

/// What is wrong with one quest on its own.
pub(super) fn quest(quest: &Quest, source: &Source<'_>, catalogue: &Catalogue) -> Vec<Problem> {
    let mut wrong = Vec::new();
    let mut say = |after: &str, needle: &str, what: Message| wrong.push(source.problem_after(after, needle, what));
    for (field, concepts) in [("teaches", &quest.teaches), ("requires", &quest.requires)] {
        for concept in concepts {
            if catalogue.concept(concept).is_none() {
                say(field, concept, Message::new("problem-unknown-concept").with("id", concept));
            }
        }
    }
    if let Some(item) = quest.reward.as_deref().filter(|item| catalogue.item(item).is_none()) {
        say("reward", item, Message::new("problem-unknown-item").with("id", item));
    }
    if catalogue.chapter(quest.chapter).is_none() {
        say("chapter", "chapter", Message::new("problem-unknown-chapter").with("n", quest.chapter));
    }
    for (field, empty) in [
        ("objectives", quest.objectives.is_empty()),
        ("solutions", quest.solutions.is_empty()),
        ("teaches", quest.teaches.is_empty()),
        ("exam", quest.exam.is_empty()),
    ] {
        if empty {
            say("id", field, Message::new("problem-empty").with("field", field));
        }
    }
    let mut ids = BTreeSet::new();
    for id in goal_ids(quest) {
        if !ids.insert(id) {
            say("objectives", id, Message::new("problem-double-id").with("id", id));
        }
    }
    for hint in quest.hints.iter().filter(|hint| !ids.contains(hint.objective.as_str())) {
        say("hints", &hint.objective, Message::new("problem-unknown-objective").with("id", &hint.objective));
    }
    for wrong_turn in &quest.must_fail {
        for id in wrong_turn.because.iter().filter(|id| !ids.contains(id.as_str())) {
            say("must_fail", id, Message::new("problem-unknown-objective").with("id", id));
        }
        if wrong_turn.because.is_empty() {
            say("must_fail", "because", Message::new("problem-empty").with("field", "because"));
        }
    }
    for objective in &quest.objectives {
        if !quest.hints.iter().any(|hint| hint.objective == objective.id && hint.when.is_none()) {
            say("objectives", &objective.id, Message::new("problem-no-hint").with("id", &objective.id));
        }
    }
    for (field, text) in texts(quest) {
        if text.trim().is_empty() {
            // Its own quotes find it best; the field says where it is not found.
            let needle = if source.text.contains(&format!("\"{text}\"")) { text } else { field };
            say("text", needle, Message::new("problem-blank-text"));
        }
    }
    wrong
}

/// What is wrong between quests: a concept that nobody teaches before, or a loop. Quest id, the value to point at, what.
pub(super) fn requirements(quests: &[Arc<Quest>]) -> Vec<(String, String, Message)> {
    let mut taught: BTreeSet<&str> = BTreeSet::new();
    let mut waiting: Vec<&Arc<Quest>> = quests.iter().collect();
    // Play whatever can be played, until nothing more opens: what is left can never be played.
    loop {
        let (open, closed): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|quest| quest.requires.iter().all(|concept| taught.contains(concept.as_str())));
        taught.extend(open.iter().flat_map(|quest| quest.teaches.iter().map(String::as_str)));
        waiting = closed;
        if open.is_empty() {
            break;
        }
    }
    waiting
        .into_iter()
        .filter_map(|quest| {
            let concept = quest.requires.iter().find(|concept| !taught.contains(concept.as_str()))?;
            let teachers: Vec<_> = quests.iter().filter(|other| other.teaches.contains(concept)).collect();
            let what = if teachers.is_empty() {
                Message::new("problem-untaught").with("id", concept)
            } else {
                let ids: Vec<_> = teachers.iter().map(|teacher| format!("`{}`", teacher.id)).collect();
                Message::new("problem-loop").with("id", concept).with("quests", ids.join(", "))
            };
            Some((quest.id.clone(), concept.clone(), what))
        })
        .collect()
}

fn goal_ids(quest: &Quest) -> impl Iterator<Item = &str> {
    let objectives = quest.objectives.iter().map(|objective| objective.id.as_str());
    objectives.chain(quest.bonus.iter().map(|bonus| bonus.id.as_str()))
}

/// Every text that a learner reads, with the field that it stands in.
fn texts(quest: &Quest) -> Vec<(&'static str, &str)> {
    fn both<'a>(texts: &mut Vec<(&'static str, &'a str)>, field: &'static str, text: &'a Bilingual) {
        texts.extend(text.iter().map(|(_, text)| (field, text.as_str())));
    }
    let mut texts = Vec::new();
    for (_, text) in quest.text.iter() {
        texts.extend([
            ("title", text.title.as_str()),
            ("summary", &text.summary),
            ("story", &text.story),
            ("model", &text.debrief.model),
            ("exam", &text.debrief.exam),
            ("prevent", &text.debrief.prevent),
        ]);
    }
    let goals =
        quest.objectives.iter().map(|objective| &objective.text).chain(quest.bonus.iter().map(|bonus| &bonus.text));
    for (_, text) in goals.flat_map(Bilingual::iter) {
        texts.extend([("title", text.title.as_str()), ("detail", &text.detail)]);
    }
    quest.hints.iter().for_each(|hint| both(&mut texts, "hints", &hint.text));
    for solution in &quest.solutions {
        both(&mut texts, "solutions", &solution.name);
        solution.lines.iter().filter_map(|line| line.say.as_ref()).for_each(|say| both(&mut texts, "say", say));
    }
    quest.must_fail.iter().for_each(|wrong| both(&mut texts, "must_fail", &wrong.name));
    texts
}
