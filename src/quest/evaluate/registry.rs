//! Questions to ECR: repositories, images, tags, layers, lifecycle.

use super::Scope;
use crate::quest::{Predicate, Progress};
use crate::text::Message;

impl Scope<'_> {
    pub(super) fn registry(self, predicate: &Predicate) -> Progress {
        let _ = predicate;
        Progress::unmet(Message::new("goal-nothing-listed"))
    }
}
