//! A world: the cloud and the learner's laptop. Cheap to clone, so undo, time travel and "would this work?" are clones.

use crate::cloud::Cloud;
use crate::laptop::Laptop;

/// The cloud and the laptop that the learner sits at.
#[derive(Clone, Debug)]
pub struct World {
    pub cloud: Cloud,
    pub laptop: Laptop,
}

impl World {
    /// An empty account and a fresh laptop whose user may do anything. Same seed, same world.
    pub fn new(seed: u64) -> Self {
        let cloud = Cloud::new(seed);
        let laptop = Laptop::default();
        Self { cloud, laptop }
    }
}
