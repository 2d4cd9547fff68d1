//! Practice: one question after the other, each explained at once.

use std::sync::Arc;

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::{Question, Sitting};

/// A run through some questions.
#[derive(Clone, Debug)]
pub struct Practice {
    /// The concept practised; none for a mix.
    pub topic: Option<String>,
    sittings: Vec<Sitting>,
    at: usize,
}

impl Practice {
    /// Questions in the given order, options shuffled by `seed`; none without questions.
    pub fn new(topic: Option<String>, questions: Vec<Arc<Question>>, seed: u64) -> Option<Self> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let sittings: Vec<_> = questions.into_iter().map(|question| Sitting::new(question, &mut rng)).collect();
        (!sittings.is_empty()).then_some(Self { topic, sittings, at: 0 })
    }

    /// The question before the learner; none when all are done.
    pub fn current(&self) -> Option<&Sitting> {
        self.sittings.get(self.at)
    }

    /// From 1.
    pub fn number(&self) -> usize {
        self.at + 1
    }

    /// How many questions there are.
    pub fn len(&self) -> usize {
        self.sittings.len()
    }

    /// Never: practice without questions is not begun.
    pub fn is_empty(&self) -> bool {
        self.sittings.is_empty()
    }

    /// How many were answered right.
    pub fn right(&self) -> usize {
        self.sittings.iter().filter(|sitting| sitting.checked && sitting.is_right()).count()
    }

    /// Whether all are done.
    pub fn is_over(&self) -> bool {
        self.at >= self.sittings.len()
    }

    /// Chooses an option or takes the choice back.
    pub fn choose(&mut self, place: usize) {
        if let Some(sitting) = self.sittings.get_mut(self.at) {
            sitting.choose(place);
        }
    }

    /// Checks the answer, if enough is chosen. Says which question and whether it was right, the first time only.
    pub fn check(&mut self) -> Option<(String, bool)> {
        let sitting = self.sittings.get_mut(self.at).filter(|sitting| !sitting.checked && sitting.is_complete())?;
        sitting.checked = true;
        Some((sitting.question().id.clone(), sitting.is_right()))
    }

    /// Goes on, once the answer was checked.
    pub fn next(&mut self) {
        if self.current().is_some_and(|sitting| sitting.checked) {
            self.at += 1;
        }
    }
}
