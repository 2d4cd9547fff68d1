//! Images on their way from one repository to another, with all that they need.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::image::Image;
use super::place::Place;
use super::state::Repository;
use crate::cloud::{ApiError, Blob, Cloud, Digest};

/// Images, an index's children before it, and the blobs that they name.
#[derive(Clone, Debug, Default)]
pub(super) struct Parcel {
    images: Vec<Arc<Image>>,
    blobs: BTreeMap<Digest, Blob>,
}

impl Parcel {
    /// Adds an image of a repository with its children; nothing if it is not there.
    ///
    /// # Errors
    /// When the repository is not there.
    pub(super) fn pack(&mut self, cloud: &Cloud, source: &Place, digest: &Digest) -> Result<(), ApiError> {
        let repository: &Repository = source.repository(cloud)?;
        let Some(image) = repository.images.get(digest) else { return Ok(()) };
        if self.images.iter().any(|packed| packed.digest == *digest) {
            return Ok(());
        }
        for child in image.children() {
            self.pack(cloud, source, child)?;
        }
        if let Some(store) = source.layers(cloud) {
            let held = |blob: &Digest| Some((blob.clone(), store.get_for(blob, &source.name)?.clone()));
            self.blobs.extend(image.blobs().filter_map(held));
        }
        self.images.push(Arc::clone(image));
        Ok(())
    }

    /// Adds an image that was read elsewhere. Its children and blobs are to be added too.
    pub(super) fn add(&mut self, image: Image) {
        if self.images.iter().all(|packed| packed.digest != image.digest) {
            self.images.push(Arc::new(image));
        }
    }

    /// Adds a blob.
    pub(super) fn add_blob(&mut self, blob: Blob) {
        self.blobs.insert(blob.digest(), blob);
    }

    /// Puts all into a repository, each image as one that arrives now; those that are there stay as they are.
    ///
    /// # Errors
    /// When the repository is not there.
    pub(super) fn unpack(self, cloud: &mut Cloud, to: &Place) -> Result<(), ApiError> {
        let now = cloud.now();
        let (repository, store) = to.open(cloud)?;
        let name = repository.name.clone();
        for (digest, blob) in self.blobs {
            store.put(digest, blob, &name);
        }
        let mut arrived = Vec::new();
        for image in self.images {
            if !repository.images.contains_key(&image.digest) {
                arrived.push(image.digest.clone());
                repository.insert(image.copy(now));
            }
        }
        for digest in &arrived {
            super::scan::on_push(cloud, to, digest);
        }
        Ok(())
    }
}

/// Gives an image a tag, unless the tag is taken and stays where it is.
pub(super) fn tag(repository: &mut Repository, tag: String, image: Digest) {
    let taken = repository.tags.get(&tag).is_some_and(|of| *of != image) && repository.is_immutable(&tag);
    if !taken {
        repository.tags.insert(tag, image);
    }
}
