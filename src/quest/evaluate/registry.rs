//! Questions to ECR: repositories, images, tags, layers, scans. Lifecycle has its own file.

use std::collections::BTreeSet;

use super::{Scope, sum};
use crate::cloud::ecr::{Mutability, StoredImage, StoredRepository};
use crate::cloud::{Digest, oci};
use crate::quest::{ImageRef, Predicate, Progress};
use crate::text::Message;

impl<'a> Scope<'a> {
    pub(super) fn registry(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::RepositoryExists { repository } => {
                Progress::of(self.repository(repository).is_some(), || no_repository(repository))
            }
            Predicate::ImageExists { image } => done(self.image(image).map(drop)),
            Predicate::SameImage { a, b } => done(self.same(a, b)),
            Predicate::DifferentImages { a, b } => done(self.different(a, b)),
            Predicate::Untagged { repository, at_least, at_most } => {
                self.count(repository, *at_least, *at_most, untagged, ("goal-few-untagged", "goal-many-untagged"))
            }
            Predicate::Images { repository, at_least, at_most } => {
                let all = |repository: &StoredRepository| repository.images.len();
                self.count(repository, *at_least, *at_most, all, ("goal-few-images", "goal-many-images"))
            }
            Predicate::LayersShared { a, b, at_least } => self.shared(a, b, *at_least),
            Predicate::TagsImmutable { repository, immutable } => done(self.immutable(repository, *immutable)),
            Predicate::ScansOnPush { repository } => done(self.scans(repository)),
            Predicate::Scanned { image } => done(self.scanned(image)),
            _ => Progress::met(),
        }
    }

    pub(super) fn repository(self, name: &str) -> Option<&'a StoredRepository> {
        self.region()?.ecr.repository(name)
    }

    /// The image that is meant, or what is missing. A name without tag means any image; the first is as good as another.
    pub(super) fn image(self, wanted: &ImageRef) -> Result<&'a StoredImage, Message> {
        let name = &wanted.repository;
        let repository = self.repository(name).ok_or_else(|| no_repository(name))?;
        let image = match (&wanted.tag, &wanted.digest) {
            (_, Some(digest)) => repository.image(digest),
            (Some(tag), None) => repository.image_by_tag(tag),
            (None, None) => repository.images.values().next().map(AsRef::as_ref),
        };
        image.ok_or_else(|| match &wanted.tag {
            Some(tag) => Message::new("goal-missing-tag").with("name", name).with("tag", tag),
            None => Message::new("goal-missing-image").with("name", name),
        })
    }

    fn same(self, a: &ImageRef, b: &ImageRef) -> Result<(), Message> {
        let (first, second) = (self.image(a)?, self.image(b)?);
        met(first.digest == second.digest, || {
            Message::new("goal-different-images").with("a", a.to_string()).with("b", b.to_string())
        })
    }

    fn different(self, a: &ImageRef, b: &ImageRef) -> Result<(), Message> {
        let (first, second) = (self.image(a)?, self.image(b)?);
        met(first.digest != second.digest, || {
            Message::new("goal-same-image").with("a", a.to_string()).with("b", b.to_string())
        })
    }

    fn count(
        self,
        name: &str,
        at_least: Option<u32>,
        at_most: Option<u32>,
        of: impl Fn(&StoredRepository) -> usize,
        (few, many): (&'static str, &'static str),
    ) -> Progress {
        let Some(repository) = self.repository(name) else { return Progress::unmet(no_repository(name)) };
        let found = u32::try_from(of(repository)).unwrap_or(u32::MAX);
        if let Some(least) = at_least.filter(|least| found < *least) {
            let missing = Message::new(few).with("name", name).with("found", found).with("wanted", least);
            return Progress { met: false, done: found, of: least, missing: vec![missing] };
        }
        Progress::of(at_most.is_none_or(|most| found <= most), || {
            Message::new(many).with("name", name).with("found", found).with("wanted", at_most.unwrap_or_default())
        })
    }

    fn shared(self, a: &ImageRef, b: &ImageRef, at_least: u32) -> Progress {
        let (first, second) = match (self.image(a), self.image(b)) {
            (Ok(first), Ok(second)) => (first, second),
            (first, second) => {
                return sum([done(first.map(drop)), done(second.map(drop))].into_iter());
            }
        };
        // The empty layer is everyone's: sharing it says nothing.
        let empty = oci::pack(&oci::Tree::new()).ok().map(|layer| layer.digest);
        let layers: BTreeSet<&Digest> =
            first.layers().map(|(digest, _)| digest).filter(|digest| empty.as_ref() != Some(*digest)).collect();
        let common = second.layers().map(|(digest, _)| digest).filter(|digest| layers.contains(digest));
        let common = u32::try_from(common.collect::<BTreeSet<_>>().len()).unwrap_or(u32::MAX);
        if common >= at_least {
            return Progress::met();
        }
        let missing = Message::new("goal-few-shared-layers")
            .with("a", a.to_string())
            .with("b", b.to_string())
            .with("found", common)
            .with("wanted", at_least);
        Progress { met: false, done: common, of: at_least, missing: vec![missing] }
    }

    fn immutable(self, name: &str, wanted: bool) -> Result<(), Message> {
        let repository = self.repository(name).ok_or_else(|| no_repository(name))?;
        let is = matches!(repository.mutability, Mutability::Immutable | Mutability::ImmutableWithExclusion);
        let key = if wanted { "goal-tags-mutable" } else { "goal-tags-immutable" };
        met(is == wanted, || Message::new(key).with("name", name))
    }

    fn scans(self, name: &str) -> Result<(), Message> {
        let repository = self.repository(name).ok_or_else(|| no_repository(name))?;
        met(repository.scan_on_push, || Message::new("goal-no-scan-on-push").with("name", name))
    }

    fn scanned(self, wanted: &ImageRef) -> Result<(), Message> {
        let image = self.image(wanted)?;
        let complete = image.scan.as_ref().is_some_and(|scan| scan.is_complete());
        met(complete, || Message::new("goal-not-scanned").with("image", wanted.to_string()))
    }
}

fn untagged(repository: &StoredRepository) -> usize {
    let tagged: BTreeSet<&Digest> = repository.tags.values().collect();
    repository.images.keys().filter(|digest| !tagged.contains(digest)).count()
}

fn met(met: bool, missing: impl FnOnce() -> Message) -> Result<(), Message> {
    if met { Ok(()) } else { Err(missing()) }
}

fn done(result: Result<(), Message>) -> Progress {
    result.map_or_else(Progress::unmet, |()| Progress::met())
}

pub(super) fn no_repository(name: &str) -> Message {
    Message::new("goal-missing-repository").with("name", name)
}
