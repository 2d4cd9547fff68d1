//! An image on the laptop.

use crate::cloud::oci::{self, Descriptor, ImageConfig, Layer, Manifest, Platform, Tree, apply, media_type, unpack};
use crate::cloud::{Blob, Digest, Timestamp};

/// An image: a config and its layers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The digest of the config's bytes.
    pub id: Digest,
    pub config: ImageConfig,
    pub config_blob: Blob,
    /// The lowest first.
    pub layers: Vec<Layer>,
    /// When it was made, if its config says so.
    pub created: Option<Timestamp>,
}

impl Image {
    /// An image of a config and the layers that it names.
    pub fn new(config: ImageConfig, layers: Vec<Layer>) -> Self {
        Self::from_blob(config.to_blob(), config, layers)
    }

    /// The same for a config whose bytes came from a registry and must stay as they are.
    pub fn from_blob(config_blob: Blob, config: ImageConfig, layers: Vec<Layer>) -> Self {
        let created = config.created.as_deref().and_then(parse_time);
        Self { id: config_blob.digest(), config, config_blob, layers, created }
    }

    /// What it is made for.
    pub fn platform(&self) -> Platform {
        Platform { architecture: self.config.architecture.clone(), os: self.config.os.clone(), variant: None }
    }

    /// The size before compression, in bytes: what `docker images` shows.
    pub fn size(&self) -> u64 {
        self.layers.iter().map(Layer::size).sum()
    }

    /// The manifest that a push makes: docker schema 2, as the classic image store does.
    pub fn manifest(&self) -> Manifest {
        let layers = self.layers.iter().map(|layer| Descriptor::of(media_type::DOCKER_LAYER, &layer.blob)).collect();
        Manifest::new(media_type::DOCKER_MANIFEST, Descriptor::of(media_type::DOCKER_CONFIG, &self.config_blob), layers)
    }

    /// All files of the image.
    ///
    /// # Errors
    /// When a layer's bytes are damaged.
    pub fn tree(&self) -> Result<Tree, oci::LayerError> {
        let mut tree = Tree::new();
        for layer in &self.layers {
            apply(&mut tree, &unpack(layer.blob.as_bytes())?);
        }
        Ok(tree)
    }
}

/// RFC 3339, as configs write times.
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    let time: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp::from_millis(time.as_millisecond()))
}

/// RFC 3339 in UTC: `2026-03-02T09:00:00Z`.
pub(super) fn format_time(time: Timestamp) -> String {
    let civil = time.civil();
    let millis = time.as_millis().rem_euclid(1000);
    let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    format!("{}{fraction}Z", civil.strftime("%Y-%m-%dT%H:%M:%S"))
}
