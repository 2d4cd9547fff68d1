//! What a policy does to a list of images, and why.
//!
//! All rules see the whole list; priority only settles which rule may act. An image that a rule selects by tag and class
//! belongs to that rule, also when the rule keeps it: no later rule can act on it, though it still counts there.
//! Source: Amazon ECR User Guide, "Automate the cleanup of images by using lifecycle policies".

use std::collections::{BTreeMap, BTreeSet};

use super::policy::{Action, Criterion, Policy, Rule, StorageClass};
use crate::cloud::ecr::state::Repository;
use crate::cloud::{Digest, Duration, Timestamp};

/// An image as rules see it.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    pub digest: &'a Digest,
    pub tags: Vec<&'a str>,
    pub pushed_at: Timestamp,
    /// When it was last pulled.
    pub pulled_at: Option<Timestamp>,
    /// Since when it is in the archive.
    pub archived_at: Option<Timestamp>,
    /// When it last came back from the archive.
    pub activated_at: Option<Timestamp>,
    /// Whether a live index names it.
    pub in_index: bool,
}

/// What a policy does, rule by rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evaluation {
    /// By priority.
    pub rules: Vec<RuleOutcome>,
}

/// A rule, and the images that it selected by tag and class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleOutcome {
    pub priority: u64,
    pub action: Action,
    /// The youngest first.
    pub images: Vec<(Digest, Fate)>,
}

/// What becomes of an image that a rule selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The rule acts on it.
    Acted,
    /// The rule keeps it: it is young enough, or among the youngest.
    Kept,
    /// It belongs to the rule of this priority, which comes first. It counts here all the same.
    BelongsTo(u64),
    /// The rule would act on it, but an index needs it.
    InIndex,
}

/// A rule's act on an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acted {
    /// The rule's priority.
    pub priority: u64,
    pub action: Action,
}

impl RuleOutcome {
    /// The images of one fate, the youngest first.
    pub fn with(&self, fate: Fate) -> impl Iterator<Item = &Digest> {
        self.images.iter().filter(move |(_, of)| *of == fate).map(|(digest, _)| digest)
    }
}

impl Evaluation {
    /// All images that a rule acts on.
    pub fn acted(&self) -> BTreeMap<&Digest, Acted> {
        let acts = |rule: &RuleOutcome| Acted { priority: rule.priority, action: rule.action };
        self.rules.iter().flat_map(|rule| rule.with(Fate::Acted).map(move |digest| (digest, acts(rule)))).collect()
    }

    /// The images that expire.
    pub fn expiring(&self) -> impl Iterator<Item = &Digest> {
        self.of(Action::Expire)
    }

    /// The images that move to the archive.
    pub fn archiving(&self) -> impl Iterator<Item = &Digest> {
        self.of(Action::Archive)
    }

    fn of(&self, action: Action) -> impl Iterator<Item = &Digest> {
        self.rules.iter().filter(move |rule| rule.action == action).flat_map(|rule| rule.with(Fate::Acted))
    }
}

impl Candidate<'_> {
    fn storage_class(&self) -> StorageClass {
        if self.archived_at.is_some() { StorageClass::Archive } else { StorageClass::Standard }
    }

    /// An image that came back from the archive counts as pushed then.
    fn counts_as_pushed_at(&self) -> Timestamp {
        self.activated_at.unwrap_or(self.pushed_at)
    }

    /// The last pull; without one since it was pushed or came back, that.
    fn counts_as_pulled_at(&self) -> Timestamp {
        let since = self.counts_as_pushed_at();
        self.pulled_at.filter(|pulled| *pulled >= since || self.activated_at.is_none()).unwrap_or(since)
    }
}

/// The images of a repository as rules see them.
///
/// What refers to an image that is there (a signature, an SBOM) is not among them: it goes with its subject.
/// Source: Amazon ECR User Guide, "Lifecycle policies": referrers are not selected on their own.
pub fn candidates(repository: &Repository) -> Vec<Candidate<'_>> {
    let mut tags = repository.tags_by_image();
    let live = repository.images.values().filter(|image| image.archived_at.is_none());
    let children: BTreeSet<&Digest> = live.flat_map(|image| image.children()).collect();
    repository
        .images
        .values()
        .filter(|image| image.subject().is_none_or(|subject| repository.image(subject).is_none()))
        .map(|image| Candidate {
            digest: &image.digest,
            tags: tags.remove(&image.digest).unwrap_or_default(),
            pushed_at: image.pushed_at,
            pulled_at: image.last_pulled_at,
            archived_at: image.archived_at,
            activated_at: image.activated_at,
            in_index: children.contains(&image.digest),
        })
        .collect()
}

/// What rules compare of an image, beside it: images lie anywhere in memory, and are looked at in the order of their age.
struct Row {
    pushed_at: Timestamp,
    pulled_at: Timestamp,
    archived_at: Option<Timestamp>,
    in_index: bool,
    /// A bit for each rule that selects it by tag and class. A policy has at most 50 rules.
    selected: u64,
    digest: Digest,
}

impl Row {
    fn of(image: &Candidate<'_>, rules: &[Rule]) -> Self {
        let class = image.storage_class();
        let selects = |rule: &Rule| class == rule.storage_class && rule.tags.matches(&image.tags);
        Self {
            pushed_at: image.counts_as_pushed_at(),
            pulled_at: image.counts_as_pulled_at(),
            archived_at: image.archived_at,
            in_index: image.in_index,
            selected: bits().zip(rules).filter(|(_, rule)| selects(rule)).map(|(bit, _)| bit).sum(),
            digest: image.digest.clone(),
        }
    }
}

/// The bits of rules, in their order.
fn bits() -> impl Iterator<Item = u64> {
    (0..u64::BITS).map(|number| 1 << number)
}

/// Evaluates a policy. Costs one look at each image with all rules, and a sort.
///
/// Of two images pushed at the same moment, the one with the greater digest counts as younger: AWS does not say.
pub fn evaluate(policy: &Policy, images: &[Candidate<'_>], now: Timestamp) -> Evaluation {
    let mut oldest_first: Vec<Row> = images.iter().map(|image| Row::of(image, &policy.rules)).collect();
    oldest_first.sort_unstable_by(|a, b| (a.pushed_at, &a.digest).cmp(&(b.pushed_at, &b.digest)));
    let outcome = |rule: &Rule| RuleOutcome { priority: rule.priority, action: rule.action, images: Vec::new() };
    let mut outcomes: Vec<RuleOutcome> = policy.rules.iter().map(outcome).collect();
    for image in oldest_first.into_iter().rev() {
        let mut owner = None;
        let rules = bits().zip(policy.rules.iter().zip(&mut outcomes));
        for (_, (rule, outcome)) in rules.filter(|(bit, _)| image.selected & bit != 0) {
            let fate = fate(rule, &image, owner, outcome.images.len(), now);
            owner.get_or_insert(rule.priority);
            outcome.images.push((image.digest.clone(), fate));
        }
    }
    Evaluation { rules: outcomes }
}

/// What becomes of an image that a rule selected after so many younger ones. `owner` is the rule that it belongs to so far.
fn fate(rule: &Rule, image: &Row, owner: Option<u64>, younger: usize, now: Timestamp) -> Fate {
    let due = match rule.criterion {
        Criterion::ImageCountMoreThan(keep) => younger as u64 >= keep,
        Criterion::SinceImagePushed(days) => is_older(image.pushed_at, days, now),
        Criterion::SinceImagePulled(days) => is_older(image.pulled_at, days, now),
        Criterion::SinceImageTransitioned(days) => {
            image.archived_at.is_some_and(|archived| is_older(archived, days, now))
        }
    };
    match (owner, due) {
        (Some(owner), _) => Fate::BelongsTo(owner),
        (None, false) => Fate::Kept,
        (None, true) if image.in_index => Fate::InIndex,
        (None, true) => Fate::Acted,
    }
}

/// Whether more than `days` have passed since: exactly so many is not more.
fn is_older(since: Timestamp, days: u64, now: Timestamp) -> bool {
    const DAY: i64 = Duration::days(1).as_millis();
    let span = Duration::millis(i64::try_from(days).unwrap_or(i64::MAX).saturating_mul(DAY));
    now - since > span
}
