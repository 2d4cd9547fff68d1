//! A world: the cloud and the learner's laptop. Cheap to clone, so undo, time travel and "would this work?" are clones.

use crate::cloud::{AccountId, Cloud, Region, iam};
use crate::laptop::Laptop;

/// The cloud and the laptop that the learner sits at.
#[derive(Clone, Debug)]
pub struct World {
    pub cloud: Cloud,
    pub laptop: Laptop,
}

impl World {
    /// The learner's IAM user, in [`AccountId::home`].
    pub const USER: &'static str = "learner";

    /// An empty account and a fresh laptop whose user may do anything. Same seed, same world.
    pub fn new(seed: u64) -> Self {
        let mut cloud = Cloud::new(seed);
        let key = iam::create_administrator(&mut cloud, &AccountId::home(), Self::USER);
        let mut laptop = Laptop::furnished(&key, &Region::home());
        laptop.session.seed_random(seed);
        Self { cloud, laptop }
    }
}
