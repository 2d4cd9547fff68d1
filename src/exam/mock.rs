//! A mock exam: ten questions, a time limit, flags, and a result by domain.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use super::{Blueprint, Question, Sitting};
use crate::learner::{DomainResult, ExamResult};

/// How many questions a mock has.
pub const MOCK_QUESTIONS: usize = 10;

/// How long it lasts: two minutes a question, as the associate exams give (65 questions in 130 minutes).
/// Source: AWS certification exam guides.
pub const MOCK_SECONDS: u32 = 120 * MOCK_QUESTIONS as u32;

/// A mock being sat.
#[derive(Clone, Debug)]
pub struct Mock {
    blueprint: Arc<Blueprint>,
    sittings: Vec<Sitting>,
    at: usize,
    /// Real time, milliseconds since 1970.
    started: i64,
}

/// A mock handed in: its result, and its questions to look through.
#[derive(Clone, Debug)]
pub struct Review {
    pub result: ExamResult,
    pub blueprint: Arc<Blueprint>,
    pub sittings: Vec<Sitting>,
    /// The question looked at; none: the result itself.
    pub at: Option<usize>,
}

impl Mock {
    /// Chooses ten of the questions by the domains' weights; none where there are fewer.
    ///
    /// A domain with too few questions leaves its places to the others. Same seed, same mock.
    pub fn new(blueprint: &Arc<Blueprint>, questions: &[Arc<Question>], seed: u64, now: i64) -> Option<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut by_domain: BTreeMap<u8, Vec<&Arc<Question>>> = BTreeMap::new();
        for question in questions {
            if let Some(domain) = blueprint.domain_of(question) {
                by_domain.entry(domain).or_default().push(question);
            }
        }
        if by_domain.values().map(Vec::len).sum::<usize>() < MOCK_QUESTIONS {
            return None;
        }
        for questions in by_domain.values_mut() {
            questions.shuffle(&mut rng);
        }
        let mut chosen = Vec::with_capacity(MOCK_QUESTIONS);
        let mut taken: BTreeMap<u8, u32> = BTreeMap::new();
        while chosen.len() < MOCK_QUESTIONS {
            // The domain that is furthest below its share gives the next question.
            let next = by_domain
                .iter()
                .filter(|(_, questions)| !questions.is_empty())
                .map(|(domain, _)| {
                    let weight = blueprint.domain(*domain).map_or(1, |domain| domain.weight.max(1));
                    let taken = taken.get(domain).copied().unwrap_or_default();
                    ((u64::from(taken) * 2 + 1) * 1_000_000 / u64::from(weight), *domain)
                })
                .min();
            let Some((_, domain)) = next else { break };
            chosen.extend(by_domain.get_mut(&domain).and_then(Vec::pop));
            *taken.entry(domain).or_default() += 1;
        }
        chosen.shuffle(&mut rng);
        let sittings = chosen.into_iter().map(|question| Sitting::new(Arc::clone(question), &mut rng)).collect();
        Some(Self { blueprint: Arc::clone(blueprint), sittings, at: 0, started: now })
    }

    /// The exam.
    pub fn blueprint(&self) -> &Arc<Blueprint> {
        &self.blueprint
    }

    /// All questions, in order.
    pub fn sittings(&self) -> &[Sitting] {
        &self.sittings
    }

    /// The question before the learner.
    pub fn current(&self) -> Option<&Sitting> {
        self.sittings.get(self.at)
    }

    /// Which question that is, from 0.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes to a question, from 0.
    pub fn go_to(&mut self, at: usize) {
        self.at = at.min(self.sittings.len().saturating_sub(1));
    }

    /// Chooses an option or takes the choice back.
    pub fn choose(&mut self, place: usize) {
        if let Some(sitting) = self.sittings.get_mut(self.at) {
            sitting.choose(place);
        }
    }

    /// Flags the question or takes the flag back.
    pub fn flag(&mut self) {
        if let Some(sitting) = self.sittings.get_mut(self.at) {
            sitting.flagged = !sitting.flagged;
        }
    }

    /// Seconds left at `now`.
    pub fn seconds_left(&self, now: i64) -> u32 {
        let used = now.saturating_sub(self.started).max(0) / 1000;
        MOCK_SECONDS.saturating_sub(u32::try_from(used).unwrap_or(u32::MAX))
    }

    /// Hands it in. An unanswered question is a wrong one, as in the exams.
    ///
    /// The score runs from 100 to 1000 in a straight line; the true exams weigh questions, and do not say how.
    pub fn finish(mut self, now: i64) -> Review {
        let mut domains: BTreeMap<u8, DomainResult> = BTreeMap::new();
        for sitting in &mut self.sittings {
            sitting.checked = true;
            let number = self.blueprint.domain_of(sitting.question()).unwrap_or_default();
            let domain = domains.entry(number).or_insert(DomainResult { domain: number, right: 0, of: 0 });
            domain.of += 1;
            domain.right += u32::from(sitting.is_right());
        }
        let of: u32 = domains.values().map(|domain| domain.of).sum();
        let right: u32 = domains.values().map(|domain| domain.right).sum();
        let result = ExamResult {
            exam: self.blueprint.code.clone(),
            at: now,
            score: 100 + 900 * right / of.max(1),
            pass_mark: self.blueprint.pass_mark,
            domains: domains.into_values().collect(),
            seconds: MOCK_SECONDS - self.seconds_left(now),
        };
        Review { result, blueprint: self.blueprint, sittings: self.sittings, at: None }
    }
}
