//! An image as a repository keeps it: its manifest's bytes, what is asked of it again and again, and what happened to it.

use std::borrow::Cow;
use std::sync::Arc;

use super::replication::Replicas;
use super::scan::Scan;
use super::signing::Signatures;
use crate::cloud::oci::{Descriptor, Manifest, ParsedManifest, media_type};
use crate::cloud::{Blob, Digest, Timestamp};

/// An image: a manifest, or an index of several.
///
/// Repositories hold many thousands: what is asked for seldom is read from the bytes again.
#[derive(Clone, Debug)]
pub struct Image {
    /// The SHA-256 of the manifest's bytes.
    pub digest: Digest,
    /// The manifest's bytes; none where they are what [`Parts::write`] writes, as of nearly all images.
    manifest: Option<Blob>,
    pub media_type: Cow<'static, str>,
    parts: Parts,
    /// What it is about, if it is an artifact about another image.
    subject: Option<Box<Digest>>,
    /// Config and layers as stored (compressed), in bytes; of an index, its largest image.
    pub size: u64,
    pub pushed_at: Timestamp,
    pub last_pulled_at: Option<Timestamp>,
    /// Since when it is in the archive; none while it is active.
    pub archived_at: Option<Timestamp>,
    /// Whether it is on its way back from the archive.
    pub activating: bool,
    /// When it last went to the archive, also if it is back.
    pub last_archived_at: Option<Timestamp>,
    /// When it last came back from the archive.
    pub activated_at: Option<Timestamp>,
    pub scan: Option<Arc<Scan>>,
    /// How its copies in other registries stand.
    pub replicas: Option<Arc<Replicas>>,
    /// How its signatures stand, by signing profile.
    pub signatures: Option<Arc<Signatures>>,
}

/// What a manifest names.
#[derive(Clone, Debug)]
enum Parts {
    /// The layers with their sizes in bytes, the lowest first, and the config.
    Image { config: (Digest, u64), layers: Box<[(Digest, u64)]> },
    /// The images.
    Index(Box<[Digest]>),
}

impl Parts {
    fn of(content: &ParsedManifest) -> Self {
        match content {
            ParsedManifest::Image(manifest) => Self::Image {
                config: (manifest.config.digest.clone(), manifest.config.size),
                layers: manifest.layers.iter().map(|layer| (layer.digest.clone(), layer.size)).collect(),
            },
            ParsedManifest::Index(index) => {
                Self::Index(index.manifests.iter().map(|child| child.digest.clone()).collect())
            }
        }
    }

    /// The manifest in the form that clients write it when there is nothing to add; none for an index.
    fn write(&self, kind: &str) -> Option<Blob> {
        let Self::Image { config, layers } = self else { return None };
        let (config_type, layer_type) = match kind {
            media_type::OCI_MANIFEST => (media_type::OCI_CONFIG, media_type::OCI_LAYER),
            media_type::DOCKER_MANIFEST => (media_type::DOCKER_CONFIG, media_type::DOCKER_LAYER),
            _ => return None,
        };
        let descriptor = |kind: &str, (digest, size): &(Digest, u64)| Descriptor::new(kind, digest.clone(), *size);
        let layers = layers.iter().map(|layer| descriptor(layer_type, layer)).collect();
        Some(Manifest::new(kind, descriptor(config_type, config), layers).to_blob())
    }
}

impl Image {
    /// An image that arrives now. `content` is the manifest, read.
    pub(super) fn new(manifest: Blob, kind: String, content: &ParsedManifest, size: u64, now: Timestamp) -> Self {
        let parts = Parts::of(content);
        let digest = manifest.digest();
        Self {
            manifest: (parts.write(&kind).as_ref() != Some(&manifest)).then_some(manifest),
            digest,
            media_type: media_type::shared(kind),
            parts,
            subject: content.subject().map(|subject| Box::new(subject.digest.clone())),
            size,
            pushed_at: now,
            last_pulled_at: None,
            archived_at: None,
            activating: false,
            last_archived_at: None,
            activated_at: None,
            scan: None,
            replicas: None,
            signatures: None,
        }
    }

    /// The same image as it arrives now in another repository.
    pub(super) fn copy(&self, now: Timestamp) -> Self {
        Self {
            pushed_at: now,
            last_pulled_at: None,
            archived_at: None,
            activating: false,
            last_archived_at: None,
            activated_at: None,
            scan: None,
            replicas: None,
            signatures: None,
            ..self.clone()
        }
    }

    /// The manifest as it was pushed, byte for byte.
    pub fn manifest(&self) -> Blob {
        let written = || self.parts.write(&self.media_type);
        // One of the two is there: that the second is the same as what was pushed was seen when it came.
        self.manifest.clone().or_else(written).unwrap_or_else(|| Blob::from(Vec::new()))
    }

    /// The manifest, read again. It was read when it was put, so there always is one.
    pub fn read(&self) -> Option<ParsedManifest> {
        ParsedManifest::parse(self.manifest().as_bytes(), Some(&self.media_type)).ok().map(|(content, _)| content)
    }

    /// Whether it is an index of several images.
    pub fn is_index(&self) -> bool {
        matches!(self.parts, Parts::Index(_))
    }

    /// The image that it is about, if it is an artifact about another.
    pub fn subject(&self) -> Option<&Digest> {
        self.subject.as_deref()
    }

    /// `ACTIVE`, `ARCHIVED` or `ACTIVATING`.
    pub fn status(&self) -> &'static str {
        match (self.archived_at, self.activating) {
            (None, _) => "ACTIVE",
            (Some(_), false) => "ARCHIVED",
            (Some(_), true) => "ACTIVATING",
        }
    }

    /// Moves it to the archive.
    pub(super) fn archive(&mut self, now: Timestamp) {
        self.archived_at = Some(now);
        self.last_archived_at = Some(now);
        self.activating = false;
    }

    /// Brings it back from the archive.
    pub(super) fn activate(&mut self, now: Timestamp) {
        self.archived_at = None;
        self.activating = false;
        self.activated_at = Some(now);
    }

    /// Its config; none of an index.
    pub fn config(&self) -> Option<&Digest> {
        match &self.parts {
            Parts::Image { config, .. } => Some(&config.0),
            Parts::Index(_) => None,
        }
    }

    /// The digests of its layers and its config; nothing for an index.
    pub fn blobs(&self) -> impl Iterator<Item = &Digest> {
        self.layers().map(|(digest, _)| digest).chain(self.config())
    }

    /// The digests of the images that it is an index of.
    pub fn children(&self) -> impl Iterator<Item = &Digest> {
        let children: &[Digest] = match &self.parts {
            Parts::Image { .. } => &[],
            Parts::Index(children) => children,
        };
        children.iter()
    }

    /// The layers' digests and sizes in bytes, the lowest first; nothing for an index.
    pub fn layers(&self) -> impl Iterator<Item = (&Digest, u64)> {
        let layers: &[(Digest, u64)] = match &self.parts {
            Parts::Image { layers, .. } => layers,
            Parts::Index(_) => &[],
        };
        layers.iter().map(|(digest, size)| (digest, *size))
    }
}
