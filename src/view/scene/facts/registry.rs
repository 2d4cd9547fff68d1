//! The registry and the store behind it, as they are drawn.

use std::collections::{BTreeMap, BTreeSet};

use super::Layer;
use crate::cloud::ecr::{self, Mutability};
use crate::cloud::{Digest, Regional};

/// A repository in the registry.
#[derive(Clone, Debug, PartialEq)]
pub struct Repository {
    pub name: String,
    /// Tags with the digest of the image each names, by tag.
    pub tags: Vec<(String, Digest)>,
    /// How many images there are, tagged or not.
    pub images: usize,
    /// How many of them no tag names.
    pub untagged: usize,
    /// Distinct layers of its images, from the base up.
    pub layers: Vec<Layer>,
    /// Whether tags cannot be moved.
    pub immutable: bool,
}

/// A blob in the layer store.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub digest: Digest,
    pub bytes: u64,
    /// How many images use it.
    pub uses: usize,
    /// Whether it is an image's configuration and no layer.
    pub config: bool,
}

pub(super) fn repositories(regional: &Regional) -> Vec<Repository> {
    regional.ecr.repositories().map(repository).collect()
}

fn repository(found: &ecr::StoredRepository) -> Repository {
    let mut images: Vec<_> = found.images.values().collect();
    images.sort_by(|a, b| b.pushed_at.cmp(&a.pushed_at).then_with(|| a.digest.cmp(&b.digest)));
    let mut seen = BTreeSet::new();
    let layers = images
        .iter()
        .flat_map(|image| image.layers())
        .filter(|(digest, _)| seen.insert(*digest))
        .map(|(digest, bytes)| Layer { digest: digest.clone(), bytes })
        .collect();
    let tagged: BTreeSet<_> = found.tags.values().collect();
    Repository {
        name: found.name.clone(),
        tags: found.tags.iter().map(|(tag, digest)| (tag.clone(), digest.clone())).collect(),
        images: found.images.len(),
        untagged: found.images.keys().filter(|digest| !tagged.contains(digest)).count(),
        layers,
        immutable: found.mutability == Mutability::Immutable,
    }
}

/// Layers first, each group by digest.
pub(super) fn objects(regional: &Regional) -> Vec<Object> {
    let mut uses: BTreeMap<&Digest, usize> = BTreeMap::new();
    let mut layers = BTreeSet::new();
    // An image that is in two repositories is one image.
    let images: BTreeMap<_, _> = regional.ecr.repositories().flat_map(|repository| &repository.images).collect();
    for image in images.values() {
        for blob in image.blobs().collect::<BTreeSet<_>>() {
            *uses.entry(blob).or_default() += 1;
        }
        layers.extend(image.layers().map(|(digest, _)| digest));
    }
    let mut objects: Vec<_> = regional
        .layers
        .objects()
        .map(|(digest, object)| {
            let uses = uses.get(digest).copied().unwrap_or_default();
            Object {
                digest: digest.clone(),
                bytes: object.blob.len() as u64,
                uses,
                config: uses > 0 && !layers.contains(digest),
            }
        })
        .collect();
    objects.sort_by_key(|object| object.config);
    objects
}
