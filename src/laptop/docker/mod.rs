//! The laptop's Docker: images, their names, the build cache, containers, credentials.
//!
//! It is the classic image store: an image's id is the digest of its config, `docker images` shows sizes before
//! compression, and a push makes a docker schema 2 manifest. Nothing here talks to a registry: `shell::docker` does.

mod base;
mod build;
mod builder;
mod bundle;
mod configure;
mod container;
mod copy;
mod credentials;
mod dockerfile;
mod ignore;
mod image;
mod languages;
mod manifest_list;
mod packages;
mod plan;
mod progress;
mod usage;

pub use base::{Hub, base_image};
pub use build::{BuildFailure, BuildRequest, Built, Exec, Executed, build};
pub use builder::Builder;
pub use bundle::Bundle;
pub use container::{Container, ContainerState};
pub use credentials::{Credentials, Login};
pub use dockerfile::{CommandForm, Copy, Dockerfile, Instruction, ParseError, Statement, parse};
pub use ignore::ignored;
pub use image::Image;
pub use languages::{Requirement, resolve};
pub use manifest_list::Listed;
pub use packages::{Distribution, InstallError, install, remove, upgrade};
pub use progress::Progress;

use std::collections::BTreeMap;
use std::sync::Arc;

use build::CachedStep;
use builder::Builders;

use crate::cloud::oci::Reference;
use crate::cloud::{Digest, Timestamp};

/// The engine's state. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Engine {
    /// By id.
    images: BTreeMap<Digest, Arc<Image>>,
    /// Repository (`docker.io/library/web`), tag, id.
    tags: BTreeMap<(String, String), Digest>,
    /// Repository, manifest digest, id: known after a push or a pull.
    digests: BTreeMap<(String, Digest), Digest>,
    /// What build steps made, by what they depend on.
    cache: Arc<BTreeMap<Digest, CachedStep>>,
    containers: Arc<Vec<Container>>,
    builders: Arc<Builders>,
    /// Manifest lists that are not pushed yet, by name.
    manifest_lists: Arc<BTreeMap<String, Vec<Listed>>>,
}

/// What `docker rmi` did, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// A name was taken away.
    Untagged(String),
    /// An image or a layer was removed.
    Deleted(Digest),
}

/// Why an image cannot be removed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoveError {
    #[error("No such image: {0}")]
    NotFound(String),
    #[error(
        "conflict: unable to remove repository reference \"{name}\" (must force) - container {container} is using its \
         referenced image {image}"
    )]
    NameInUse { name: String, container: String, image: String },
    #[error("conflict: unable to delete {image} (must be forced) - image is referenced in multiple repositories")]
    ManyNames { image: String },
    #[error("conflict: unable to delete {image} ({force}) - image is being used by {state} container {container}")]
    InUse { image: String, container: String, state: &'static str, force: &'static str },
}

impl Engine {
    /// All images, by id.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.images.values().map(Arc::as_ref)
    }

    /// The image with that id.
    pub fn image(&self, id: &Digest) -> Option<&Arc<Image>> {
        self.images.get(id)
    }

    /// The names of an image with their tags as docker shows them (`web:v1.0`), sorted.
    pub fn names(&self, id: &Digest) -> Vec<String> {
        self.tags
            .iter()
            .filter(|(_, of)| *of == id)
            .map(|((name, tag), _)| format!("{}:{tag}", familiar(name)))
            .collect()
    }

    /// The digests under which registries know an image (`host/web@sha256:…`), sorted.
    pub fn repo_digests(&self, id: &Digest) -> Vec<String> {
        let known = self.digests.iter().filter(|(_, of)| *of == id);
        known.map(|((name, digest), _)| format!("{}@{digest}", familiar(name))).collect()
    }

    /// Every name: repository, tag and image, sorted by name.
    pub fn tagged(&self) -> impl Iterator<Item = (&str, &str, &Digest)> {
        self.tags.iter().map(|((name, tag), id)| (name.as_str(), tag.as_str(), id))
    }

    /// The image that a full reference names.
    pub fn get(&self, reference: &Reference) -> Option<&Arc<Image>> {
        let id = match (&reference.digest, &reference.tag) {
            (Some(digest), _) => self.digests.get(&(reference.name(), digest.clone())),
            (None, tag) => self.tags.get(&(reference.name(), tag.clone().unwrap_or_else(|| "latest".to_owned()))),
        };
        self.images.get(id?)
    }

    /// The image that a person means: a name, a name with digest, or (the start of) an id.
    pub fn find(&self, text: &str) -> Option<&Arc<Image>> {
        if let Some(image) = text.parse::<Reference>().ok().and_then(|reference| self.get(&reference)) {
            return Some(image);
        }
        let hex = text.strip_prefix("sha256:").unwrap_or(text);
        let is_hex = !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut found = self.images.values().filter(|image| is_hex && image.id.hex().starts_with(hex));
        // The start of two ids names neither.
        found.next().filter(|_| found.next().is_none())
    }

    /// Keeps an image.
    pub fn add(&mut self, image: Arc<Image>) {
        self.images.insert(image.id.clone(), image);
    }

    /// Gives an image a name. A tag that named another image moves.
    pub fn tag(&mut self, reference: &Reference, id: &Digest) {
        let tag = reference.tag.clone().unwrap_or_else(|| "latest".to_owned());
        self.tags.insert((reference.name(), tag), id.clone());
    }

    /// Remembers under which manifest digest a registry knows an image.
    pub fn know_digest(&mut self, reference: &Reference, manifest: &Digest, id: &Digest) {
        self.digests.insert((reference.name(), manifest.clone()), id.clone());
    }

    /// Whether some image here has the layer or the config with that digest.
    pub fn has_blob(&self, digest: &Digest) -> bool {
        self.images
            .values()
            .any(|image| image.id == *digest || image.layers.iter().any(|layer| layer.digest == *digest))
    }

    /// Whether a build cache step is known.
    pub(super) fn cached(&self, key: &Digest) -> Option<&CachedStep> {
        self.cache.get(key)
    }

    pub(super) fn remember(&mut self, key: Digest, step: CachedStep) {
        Arc::make_mut(&mut self.cache).insert(key, step);
    }

    /// Forgets all build steps; how many there were.
    pub fn forget_cache(&mut self) -> usize {
        std::mem::take(&mut self.cache).len()
    }

    /// Takes a name away, and the image with its last name; by id, the image.
    ///
    /// # Errors
    /// There is no such image, or a container uses it and `force` is not given.
    pub fn remove(&mut self, text: &str, force: bool) -> Result<Vec<Removed>, RemoveError> {
        let image = self.find(text).cloned().ok_or_else(|| RemoveError::NotFound(shown(text)))?;
        let by_name = text.parse::<Reference>().ok().filter(|reference| self.get(reference).is_some());
        let names: Vec<_> = self.tags.iter().filter(|(_, id)| **id == image.id).map(|(name, _)| name.clone()).collect();
        let user = self.containers.iter().find(|container| container.image == image.id);
        let mut done = Vec::new();
        if let Some(reference) = by_name {
            let tag = reference.tag.clone().unwrap_or_else(|| "latest".to_owned());
            let key = (reference.name(), tag);
            if names.len() > 1 && reference.digest.is_none() {
                self.tags.remove(&key);
                self.forget_digests(&image.id, &mut done, &reference.familiar_name(), &[key]);
                return Ok(done);
            }
            if let Some(container) = user.filter(|_| !force) {
                return Err(RemoveError::NameInUse {
                    name: shown(text),
                    container: container.short_id(),
                    image: image.id.short(),
                });
            }
        } else {
            if let Some(container) = user.filter(|container| !force || container.is_running()) {
                let (state, force) = match container.is_running() {
                    true => ("running", "cannot be forced"),
                    false => ("stopped", "must be forced"),
                };
                let (image, container) = (image.id.short(), container.short_id());
                return Err(RemoveError::InUse { image, container, state, force });
            }
            let repositories: std::collections::BTreeSet<_> = names.iter().map(|(name, _)| name).collect();
            if repositories.len() > 1 && !force {
                return Err(RemoveError::ManyNames { image: image.id.short() });
            }
        }
        for key in &names {
            self.tags.remove(key);
            done.push(Removed::Untagged(format!("{}:{}", familiar(&key.0), key.1)));
        }
        let digests: Vec<_> =
            self.digests.iter().filter(|(_, id)| **id == image.id).map(|(key, _)| key.clone()).collect();
        for key in digests {
            self.digests.remove(&key);
            done.push(Removed::Untagged(format!("{}@{}", familiar(&key.0), key.1)));
        }
        if user.is_none() {
            done.extend(self.delete(&image));
        }
        Ok(done)
    }

    fn delete(&mut self, image: &Image) -> Vec<Removed> {
        self.images.remove(&image.id);
        let mut done = vec![Removed::Deleted(image.id.clone())];
        for layer in image.layers.iter().rev() {
            let used = self.images.values().any(|other| other.layers.iter().any(|of| of.diff_id == layer.diff_id));
            if !used {
                done.push(Removed::Deleted(layer.diff_id.clone()));
            }
        }
        done
    }

    /// One of several names goes: the digest of its repository goes with the repository's last tag.
    fn forget_digests(&mut self, id: &Digest, done: &mut Vec<Removed>, shown: &str, gone: &[(String, String)]) {
        for (name, tag) in gone {
            done.push(Removed::Untagged(format!("{shown}:{tag}")));
            if !self.tags.iter().any(|((other, _), of)| other == name && of == id) {
                let known: Vec<_> = self
                    .digests
                    .iter()
                    .filter(|((of, _), at)| of == name && *at == id)
                    .map(|(key, _)| key.clone())
                    .collect();
                for key in known {
                    self.digests.remove(&key);
                    done.push(Removed::Untagged(format!("{shown}@{}", key.1)));
                }
            }
        }
    }

    /// All containers, the oldest first.
    pub fn containers(&self) -> &[Container] {
        &self.containers
    }

    /// Keeps a container.
    pub fn add_container(&mut self, container: Container) {
        Arc::make_mut(&mut self.containers).push(container);
    }

    /// The container that a person means: its name or (the start of) its id.
    pub fn container(&self, text: &str) -> Option<&Container> {
        self.containers
            .iter()
            .find(|container| container.name == text || container.id.starts_with(text) && !text.is_empty())
    }

    /// Changes a container; whether there is one.
    pub fn stop_container(&mut self, id: &str, now: Timestamp, code: i32) {
        if let Some(container) = Arc::make_mut(&mut self.containers).iter_mut().find(|container| container.id == id) {
            container.state = ContainerState::Exited { code, at: now };
        }
    }

    /// Forgets a container.
    pub fn remove_container(&mut self, id: &str) {
        Arc::make_mut(&mut self.containers).retain(|container| container.id != id);
    }
}

/// A repository's name as docker shows it.
fn familiar(name: &str) -> String {
    name.parse::<Reference>().map_or_else(|_| name.to_owned(), |reference| reference.familiar_name())
}

/// What a person typed, as the engine's messages repeat it: with `:latest` where it has no tag.
pub fn shown(text: &str) -> String {
    text.parse::<Reference>().map_or_else(|_| text.to_owned(), |reference| reference.or_latest().familiar())
}
