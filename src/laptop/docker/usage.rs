//! What the engine's images and its build cache take, and what of it nobody uses.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Engine, Image, Removed, familiar};
use crate::cloud::Digest;
use crate::cloud::oci::Layer;

impl Engine {
    /// Removes images that no container uses and that have no name, or with `all` whatever their names. Answers what was
    /// removed and the bytes set free.
    pub fn prune(&mut self, all: bool) -> (Vec<Removed>, u64) {
        let unused: Vec<Arc<Image>> = self
            .images
            .values()
            .filter(|image| all || !self.tags.values().any(|id| *id == image.id))
            .filter(|image| !self.is_used(image))
            .cloned()
            .collect();
        let before = self.stored_bytes();
        let mut done = Vec::new();
        for image in unused {
            let name =
                |name: &str, sign: char, what: &str| Removed::Untagged(format!("{}{sign}{what}", familiar(name)));
            let tags = self.tags.iter().filter(|(_, id)| **id == image.id);
            done.extend(tags.map(|((of, tag), _)| name(of, ':', tag)));
            let digests = self.digests.iter().filter(|(_, id)| **id == image.id && all);
            done.extend(digests.map(|((of, digest), _)| name(of, '@', &digest.to_string())));
            self.tags.retain(|_, id| *id != image.id);
            self.digests.retain(|_, id| *id != image.id);
            done.extend(self.delete(&image));
        }
        (done, before.saturating_sub(self.stored_bytes()))
    }

    /// Removes the containers that do not run: their ids.
    pub fn prune_containers(&mut self) -> Vec<String> {
        let gone = self.containers.iter().filter(|container| !container.is_running());
        let gone: Vec<String> = gone.map(|container| container.id.clone()).collect();
        Arc::make_mut(&mut self.containers).retain(|container| container.is_running());
        gone
    }

    /// Whether some container was made of the image.
    pub fn is_used(&self, image: &Image) -> bool {
        self.containers.iter().any(|container| container.image == image.id)
    }

    /// What all layers take, each counted once.
    pub fn stored_bytes(&self) -> u64 {
        let layers = self.images.values().flat_map(|image| &image.layers);
        layers.map(|layer| (&layer.digest, layer.size())).collect::<BTreeMap<_, _>>().values().sum()
    }

    /// What an image takes that no other image has.
    pub fn own_bytes(&self, image: &Image) -> u64 {
        let is_shared = |digest: &Digest| {
            let others = self.images.values().filter(|other| other.id != image.id);
            others.flat_map(|other| &other.layers).any(|layer| layer.digest == *digest)
        };
        image.layers.iter().filter(|layer| !is_shared(&layer.digest)).map(Layer::size).sum()
    }

    /// How many build steps are kept, and what those take whose layers are in no image.
    pub fn cache_usage(&self) -> (usize, u64) {
        let layers = self.cache.values().filter_map(|step| step.layer.as_ref());
        let own = layers.filter(|layer| !self.has_blob(&layer.digest));
        let bytes = own.map(|layer| (&layer.digest, layer.size())).collect::<BTreeMap<_, _>>().values().sum();
        (self.cache.len(), bytes)
    }

    /// What build steps are called. Inferred: BuildKit's are 25 letters and digits.
    pub fn cache_ids(&self) -> impl Iterator<Item = String> {
        self.cache.keys().map(|key| key.hex().chars().take(25).collect())
    }
}
