//! What a container instance's Docker engine holds, and how the agent cleans it up.
//!
//! Source: Amazon ECS Developer Guide, "Automated task and image cleanup"; Amazon ECS container agent, its defaults.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::{Blob, Digest, Duration, Timestamp};

/// How often the agent looks: `ECS_IMAGE_CLEANUP_INTERVAL`.
pub(super) const INTERVAL: Duration = Duration::minutes(30);
/// How old an image must be to go: `ECS_IMAGE_MINIMUM_CLEANUP_AGE`.
const MINIMUM_AGE: Duration = Duration::hours(1);
/// How long a stopped task's containers keep its images: `ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION`.
const TASK_CLEANUP: Duration = Duration::hours(3);
/// The most images that go at once: `ECS_NUM_IMAGES_DELETE_PER_CYCLE`.
const PER_CYCLE: usize = 5;

/// The images and layers that an instance pulled.
#[derive(Clone, Debug, Default)]
pub struct ImageCache {
    /// What a reference meant at the last pull, by the full reference, and by name and digest.
    pub images: BTreeMap<String, CachedImage>,
    /// The configs on disk.
    pub configs: BTreeMap<Digest, Blob>,
    /// The layers on disk.
    pub layers: BTreeSet<Digest>,
}

/// An image on an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedImage {
    pub digest: Digest,
    /// The digest of its config.
    pub config: Digest,
    /// The digests of its layers.
    pub layers: Vec<Digest>,
    pub pulled_at: Timestamp,
    /// When a container of it was made or ended last.
    pub used_at: Timestamp,
}

impl ImageCache {
    /// Removes what was not used for long, the longest unused first. `in_use` are the digests of running containers.
    pub(super) fn clean_up(&mut self, now: Timestamp, in_use: &BTreeSet<Digest>) {
        let old = |image: &CachedImage| {
            !in_use.contains(&image.digest)
                && now >= image.pulled_at + MINIMUM_AGE
                && now >= image.used_at + TASK_CLEANUP
        };
        let mut going: Vec<(Timestamp, Digest)> = self
            .images
            .values()
            .filter(|image| old(image))
            .map(|image| (image.used_at, image.digest.clone()))
            .collect();
        going.sort();
        going.dedup_by(|a, b| a.1 == b.1);
        going.truncate(PER_CYCLE);
        if going.is_empty() {
            return;
        }
        self.images.retain(|_, image| !going.iter().any(|(_, digest)| *digest == image.digest));
        let kept = |wanted: fn(&CachedImage) -> Vec<Digest>| -> BTreeSet<Digest> {
            self.images.values().flat_map(wanted).collect()
        };
        let (configs, layers) = (kept(|image| vec![image.config.clone()]), kept(|image| image.layers.clone()));
        self.configs.retain(|digest, _| configs.contains(digest));
        self.layers.retain(|digest| layers.contains(digest));
    }

    /// A container of an image was made or ended.
    pub(super) fn touch(&mut self, digest: &Digest, now: Timestamp) {
        for image in self.images.values_mut().filter(|image| image.digest == *digest) {
            image.used_at = now;
        }
    }
}
