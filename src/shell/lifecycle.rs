//! What a lifecycle policy does, in the learner's language: rule by rule, which images each sees and what becomes of them.

use std::collections::BTreeSet;

use crate::cloud::ecr::StoredRepository as Repository;
use crate::cloud::ecr::lifecycle::{Action, Criterion, Evaluation, Fate, Policy, Rule, StorageClass, TagSelection};
use crate::cloud::{Digest, Timestamp};
use crate::text::{Arg, Words};

/// How many images are named of each fate; the others are counted.
const NAMED: usize = 8;

/// A line for each rule with lines for what becomes of its images, an empty one, and what it comes to.
pub(crate) fn explain(
    words: &Words,
    repository: &Repository,
    policy: &Policy,
    evaluation: &Evaluation,
    now: Timestamp,
) -> Vec<String> {
    let tags = repository.tags_by_image();
    let names = |digests: &[&Digest]| {
        let named = digests.iter().take(NAMED).map(|digest| {
            let name = tags.get(digest).map_or_else(|| digest.short(), |tags| tags.join(", "));
            let image = repository.images.get(*digest);
            let days = image.map_or(0.0, |image| (now - image.pushed_at).as_secs_f64() / 86_400.0);
            words.with("lifecycle-image", &[("name", name.into()), ("days", Arg::Number(days as i64))])
        });
        let mut list = named.collect::<Vec<_>>().join(", ");
        if let more @ 1.. = digests.len().saturating_sub(NAMED) {
            list += &words.with("lifecycle-more", &[("n", more.into())]);
        }
        list
    };
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    for (rule, outcome) in policy.rules.iter().zip(&evaluation.rules) {
        lines.push(said(words, rule));
        seen.extend(outcome.images.iter().map(|(digest, _)| digest));
        // In the order of the rules that came before, then what this rule decides itself.
        let mut fates: Vec<Fate> = Vec::new();
        for (_, fate) in &outcome.images {
            if !fates.contains(fate) {
                fates.push(*fate);
            }
        }
        fates.sort_by_key(|fate| match fate {
            Fate::Acted => (0, 0),
            Fate::Kept => (1, 0),
            Fate::InIndex => (2, 0),
            Fate::BelongsTo(priority) => (3, *priority),
        });
        if fates.is_empty() {
            lines.push(format!("     {}", words.get("lifecycle-none")));
        }
        for fate in fates {
            let images: Vec<&Digest> = outcome.with(fate).collect();
            let (key, rule) = match fate {
                Fate::Acted if rule.action == Action::Expire => ("lifecycle-expires", 0),
                Fate::Acted => ("lifecycle-archives", 0),
                Fate::Kept => ("lifecycle-keeps", 0),
                Fate::InIndex => ("lifecycle-in-index", 0),
                Fate::BelongsTo(priority) => ("lifecycle-belongs", priority),
            };
            let args = [("images", names(&images).into()), ("rule", rule.into())];
            lines.push(format!("     {}", words.with(key, &args)));
        }
    }
    let unseen: Vec<&Digest> = repository.images.keys().filter(|digest| !seen.contains(digest)).collect();
    lines.push(String::new());
    if !unseen.is_empty() {
        lines.push(words.with("lifecycle-unseen", &[("images", names(&unseen).into())]));
    }
    let args = [
        ("expire", evaluation.expiring().count().into()),
        ("archive", evaluation.archiving().count().into()),
        ("of", repository.images.len().into()),
    ];
    lines.push(words.with("lifecycle-so", &args));
    lines
}

/// A rule as a sentence.
fn said(words: &Words, rule: &Rule) -> String {
    let list = |entries: &[String]| entries.iter().map(|entry| format!("`{entry}`")).collect::<Vec<_>>().join(", ");
    let mut selection = match &rule.tags {
        TagSelection::Any => words.get("lifecycle-any"),
        TagSelection::Untagged => words.get("lifecycle-untagged"),
        TagSelection::Prefixes(prefixes) => words.with("lifecycle-prefixes", &[("list", list(prefixes).into())]),
        TagSelection::Patterns(patterns) => words.with("lifecycle-patterns", &[("list", list(patterns).into())]),
    };
    if rule.storage_class == StorageClass::Archive {
        selection = words.with("lifecycle-in-archive", &[("selection", selection.into())]);
    }
    let (key, n) = match rule.criterion {
        Criterion::ImageCountMoreThan(n) => ("lifecycle-count", n),
        Criterion::SinceImagePushed(n) => ("lifecycle-pushed", n),
        Criterion::SinceImagePulled(n) => ("lifecycle-pulled", n),
        Criterion::SinceImageTransitioned(n) => ("lifecycle-archived", n),
    };
    let criterion = words.with(key, &[("n", n.into())]);
    let key = match rule.action {
        Action::Expire => "lifecycle-rule-expire",
        Action::Archive => "lifecycle-rule-archive",
    };
    let args = [("priority", rule.priority.into()), ("selection", selection.into()), ("criterion", criterion.into())];
    let sentence = words.with(key, &args);
    match &rule.description {
        Some(description) => format!("{sentence} ({description})"),
        None => sentence,
    }
}
