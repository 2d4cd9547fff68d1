//! What must be right about a quest beside its form: names that exist, ids that are unique, requirements without a loop.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::catalogue::QuestFile;
use super::{Catalogue, Quest};
use crate::exam::Blueprint;
use crate::text::authored::{Problem, Source};
use crate::text::{Bilingual, Message};

/// The most that a quest or a bonus may give: more than six times what the quests that are part of the program do.
const MOST_XP: u32 = 1_000;

/// Whether it can be an id: words in small letters and digits, with a dash between.
fn is_id(id: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    id.len() <= 64 && id.split('-').all(word)
}

/// What is wrong with one quest on its own.
pub(super) fn quest(quest: &Quest, source: &Source<'_>, catalogue: &Catalogue, exams: &[Blueprint]) -> Vec<Problem> {
    let mut wrong = Vec::new();
    let mut say = |after: &str, needle: &str, what: Message| wrong.push(source.problem_after(after, needle, what));
    let stem = source.file.rsplit(['/', '\\']).next().and_then(|name| name.strip_suffix(".ron")).unwrap_or_default();
    if !is_id(&quest.id) {
        say("id", &quest.id, Message::new("problem-id").with("id", &quest.id));
    } else if stem != quest.id {
        say("id", &quest.id, Message::new("problem-id-file").with("id", &quest.id).with("file", stem));
    }
    if quest.number == 0 {
        say("number", "number", Message::new("problem-number"));
    }
    for (after, xp) in [("xp", quest.xp)].into_iter().chain(quest.bonus.iter().map(|bonus| (&*bonus.id, bonus.xp))) {
        if xp > MOST_XP {
            say(after, "xp", Message::new("problem-xp").with("found", xp).with("most", MOST_XP));
        }
    }
    for statement in quest.exam.iter().filter(|statement| !exams.iter().any(|exam| exam.asks(statement))) {
        let statement = statement.to_string();
        say("exam", &statement, Message::new("problem-unknown-task").with("task", &statement));
    }
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

/// A quest that can never be reached, by its place: a concept that it requires is taught by nobody, or only by quests that
/// need this one before. With the concept, and what is wrong. In a circle it is a file of one's own that is named, because
/// what is part of the program fits together.
///
/// What a broken file teaches counts as taught, and where there are files that nobody could read, so does everything that
/// no other teaches.
pub(super) fn unreachable(files: &[QuestFile<'_>], is_partly_unknown: bool) -> Option<(usize, String, Message)> {
    let standing = || files.iter().filter(|file| !file.is_broken).map(|file| &file.quest);
    let broken = files.iter().filter(|file| file.is_broken).flat_map(|file| &file.quest.teaches);
    let mut taught: BTreeSet<&str> = broken.map(String::as_str).collect();
    if is_partly_unknown {
        let taught_here: BTreeSet<&str> = standing().flat_map(|quest| &quest.teaches).map(String::as_str).collect();
        let required = standing().flat_map(|quest| &quest.requires).map(String::as_str);
        taught.extend(required.filter(|concept| !taught_here.contains(concept)));
    }
    // Play whatever can be played, until nothing more opens: what is left can never be played.
    let mut waiting: Vec<&Arc<Quest>> = standing().collect();
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
    let place = |quest: &Arc<Quest>| files.iter().position(|file| Arc::ptr_eq(&file.quest, quest));
    let teachers = |concept: &str| -> Vec<&Arc<Quest>> {
        waiting.iter().copied().filter(|quest| quest.teaches.iter().any(|taught| taught == concept)).collect()
    };
    let mut missing = waiting.iter().flat_map(|quest| quest.requires.iter().map(move |concept| (*quest, concept)));
    if let Some((quest, concept)) =
        missing.find(|(_, concept)| !taught.contains(concept.as_str()) && teachers(concept).is_empty())
    {
        return Some((place(quest)?, concept.clone(), Message::new("problem-untaught").with("id", concept)));
    }
    // Each that waits here waits for another that does: some of them go round.
    let mut circle: Vec<(usize, &String, Vec<&Arc<Quest>>)> = Vec::new();
    for quest in &waiting {
        let unmet = quest.requires.iter().filter(|concept| !taught.contains(concept.as_str()));
        for concept in unmet {
            let back = teachers(concept).into_iter().filter(|teacher| needs(teacher, quest, &waiting));
            let back: Vec<_> = back.collect();
            if let Some(at) = place(quest).filter(|_| !back.is_empty()) {
                circle.push((at, concept, back));
            }
        }
    }
    let (at, concept, back) =
        circle.into_iter().max_by_key(|(at, ..)| (files.get(*at).is_some_and(|file| file.is_own), Reverse(*at)))?;
    let ids: Vec<_> = back.iter().map(|teacher| format!("`{}`", teacher.id)).collect();
    let what = Message::new("problem-loop").with("id", concept).with("quests", ids.join(", "));
    Some((at, concept.clone(), what))
}

/// Whether the way to `quest` leads over `before`, or it is that one.
fn needs(quest: &Arc<Quest>, before: &Arc<Quest>, waiting: &[&Arc<Quest>]) -> bool {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut ahead = vec![quest];
    while let Some(next) = ahead.pop() {
        if next.id == before.id {
            return true;
        }
        if seen.insert(&next.id) {
            let teaches = |other: &&&Arc<Quest>| next.requires.iter().any(|concept| other.teaches.contains(concept));
            ahead.extend(waiting.iter().filter(teaches).copied());
        }
    }
    false
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
