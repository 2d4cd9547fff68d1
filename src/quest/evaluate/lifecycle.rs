//! Questions to lifecycle policies: what they would take, and whether that was looked at first.

use std::collections::BTreeSet;

use super::registry::no_repository;
use super::{Scope, sum};
use crate::cloud::ecr::{StoredRepository, lifecycle};
use crate::cloud::{Arn, Digest, EventKind};
use crate::quest::{ImageRef, Predicate, Progress};
use crate::text::Message;

impl<'a> Scope<'a> {
    pub(super) fn lifecycle(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::LifecycleExpires { images } => sum(images.iter().map(|image| self.expires(image))),
            Predicate::LifecycleKeeps { images } => sum(images.iter().map(|image| self.keeps(image))),
            Predicate::PreviewSeen { repository } => self.preview_seen(repository),
            _ => Progress::met(),
        }
    }

    /// The repository, and the images that its policy would expire now.
    fn expiring(self, name: &str) -> Result<(&'a StoredRepository, BTreeSet<Digest>), Message> {
        let repository = self.repository(name).ok_or_else(|| no_repository(name))?;
        let attached = repository.lifecycle.as_ref();
        let attached = attached.ok_or_else(|| Message::new("goal-no-lifecycle").with("name", name))?;
        let candidates = lifecycle::candidates(repository);
        let evaluation = lifecycle::evaluate(&attached.policy, &candidates, self.world.cloud.now());
        Ok((repository, evaluation.expiring().cloned().collect()))
    }

    /// A tagged image that is gone counts when a lifecycle policy took it; so do untagged ones.
    fn expires(self, wanted: &ImageRef) -> Progress {
        let name = &wanted.repository;
        let (repository, expiring) = match self.expiring(name) {
            Ok(found) => found,
            Err(missing) => return Progress::unmet(missing),
        };
        let meant = meant(repository, wanted);
        if meant.is_empty() {
            return Progress::of(self.took_something(&repository.arn), || gone(wanted));
        }
        let kept = meant.iter().filter(|digest| !expiring.contains(**digest)).count();
        Progress::of(kept == 0, || match &wanted.tag {
            Some(tag) => Message::new("goal-lifecycle-keeps").with("name", name).with("tag", tag),
            None => Message::new("goal-lifecycle-keeps-untagged").with("name", name).with("n", kept),
        })
    }

    fn keeps(self, wanted: &ImageRef) -> Progress {
        let name = &wanted.repository;
        let (repository, expiring) = match self.expiring(name) {
            Ok(found) => found,
            Err(missing) => return Progress::unmet(missing),
        };
        let meant = meant(repository, wanted);
        if meant.is_empty() {
            return Progress::unmet(gone(wanted));
        }
        let taken = meant.iter().filter(|digest| expiring.contains(**digest)).count();
        Progress::of(taken == 0, || match &wanted.tag {
            Some(tag) => Message::new("goal-lifecycle-takes").with("name", name).with("tag", tag),
            None => Message::new("goal-lifecycle-takes-untagged").with("name", name).with("n", taken),
        })
    }

    fn took_something(self, repository: &Arn) -> bool {
        self.world.cloud.trail().since(self.since).iter().any(|event| {
            matches!(&event.kind, EventKind::Lifecycle { repository: of, expired, .. } if of == repository && !expired.is_empty())
        })
    }

    /// Whether the result of a preview was read once it was complete.
    fn preview_seen(self, name: &str) -> Progress {
        let Some(repository) = self.repository(name) else { return Progress::unmet(no_repository(name)) };
        let Some(preview) = &repository.preview else {
            return Progress::unmet(Message::new("goal-no-preview").with("name", name));
        };
        let read = self.world.cloud.trail().since(self.since).iter().any(|event| match &event.kind {
            EventKind::Request(request) => {
                request.operation == "GetLifecyclePolicyPreview"
                    && request.error.is_none()
                    && request.resource.as_ref() == Some(&repository.arn)
                    && event.time >= preview.ready_at
            }
            _ => false,
        });
        Progress::of(read, || Message::new("goal-preview-unread").with("name", name))
    }
}

/// The images that a reference means: a name alone means those without a tag.
fn meant<'r>(repository: &'r StoredRepository, wanted: &'r ImageRef) -> Vec<&'r Digest> {
    match (&wanted.tag, &wanted.digest) {
        (_, Some(digest)) => repository.images.keys().filter(|found| *found == digest).collect(),
        (Some(tag), None) => repository.tags.get(tag).into_iter().collect(),
        (None, None) => {
            let tagged: BTreeSet<&Digest> = repository.tags.values().collect();
            repository.images.keys().filter(|digest| !tagged.contains(digest)).collect()
        }
    }
}

fn gone(wanted: &ImageRef) -> Message {
    match &wanted.tag {
        Some(tag) => Message::new("goal-missing-tag").with("name", &wanted.repository).with("tag", tag),
        None => Message::new("goal-nothing-untagged").with("name", &wanted.repository),
    }
}
