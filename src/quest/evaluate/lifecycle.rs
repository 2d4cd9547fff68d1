//! Questions to lifecycle policies: what they would take, and whether that was looked at first.

use super::Scope;
use crate::quest::{Predicate, Progress};
use crate::text::Message;

impl Scope<'_> {
    pub(super) fn lifecycle(self, predicate: &Predicate) -> Progress {
        let _ = predicate;
        Progress::unmet(Message::new("goal-no-lifecycle"))
    }
}
