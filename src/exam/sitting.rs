//! One question before a learner: its options in the order shown, and what was chosen.

use std::collections::BTreeSet;
use std::sync::Arc;

use rand::seq::SliceRandom as _;
use rand_chacha::ChaCha8Rng;

use super::{AnswerOption, Kind, Question};

/// A question being answered.
#[derive(Clone, Debug)]
pub struct Sitting {
    question: Arc<Question>,
    /// Indices of the options, as shown.
    order: Vec<usize>,
    /// Indices of the chosen options.
    chosen: BTreeSet<usize>,
    /// Marked to come back to.
    pub flagged: bool,
    /// Whether the answer was checked: it is fixed, and its explanations show.
    pub checked: bool,
}

impl Sitting {
    /// A question with its options shuffled.
    pub fn new(question: Arc<Question>, rng: &mut ChaCha8Rng) -> Self {
        let mut order: Vec<_> = (0..question.options.len()).collect();
        order.shuffle(rng);
        Self { question, order, chosen: BTreeSet::new(), flagged: false, checked: false }
    }

    /// The question.
    pub fn question(&self) -> &Arc<Question> {
        &self.question
    }

    /// The options as shown, each with whether it is chosen.
    pub fn options(&self) -> impl Iterator<Item = (&AnswerOption, bool)> {
        self.order.iter().filter_map(|index| Some((self.question.options.get(*index)?, self.chosen.contains(index))))
    }

    /// Chooses the option at this place on the screen, or takes the choice back. No more can be chosen than asked for;
    /// a single choice moves.
    pub fn choose(&mut self, place: usize) {
        let Some(index) = self.order.get(place).copied().filter(|_| !self.checked) else { return };
        if self.chosen.remove(&index) {
            return;
        }
        if self.question.kind == Kind::Single {
            self.chosen.clear();
        }
        if self.chosen.len() < self.question.kind.count() {
            self.chosen.insert(index);
        }
    }

    /// Whether as many options are chosen as asked for.
    pub fn is_complete(&self) -> bool {
        self.chosen.len() == self.question.kind.count()
    }

    /// Whether nothing is chosen.
    pub fn is_blank(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether exactly the key is chosen.
    pub fn is_right(&self) -> bool {
        self.question.options.iter().enumerate().all(|(index, option)| option.correct == self.chosen.contains(&index))
    }
}
