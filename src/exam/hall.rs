//! What is open in the exam hall.

use super::{Mock, Practice, Review};

/// The hall.
#[derive(Clone, Debug, Default)]
pub enum Hall {
    /// Choosing what to do.
    #[default]
    Lobby,
    /// Practising.
    Practice(Practice),
    /// Sitting a mock.
    Mock(Mock),
    /// Looking at its result.
    Review(Review),
}
