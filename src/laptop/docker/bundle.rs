//! What a builder in a container pushes: an image for each platform, a provenance attestation for each, and an index of them.
//!
//! Source: BuildKit documentation, "Image attestation storage" and the image exporter's options: with attestations the media
//! types are OCI's, without them docker's.

use std::sync::Arc;

use serde_json::json;

use super::Image;
use crate::cloud::Blob;
use crate::cloud::ecr::registry::ImageParts;
use crate::cloud::oci::{Descriptor, Index, Manifest, Platform, Reference, media_type};

/// The media type of an attestation's statement.
const IN_TOTO: &str = "application/vnd.in-toto+json";
/// What a provenance statement says that it is.
const PREDICATE: &str = "https://slsa.dev/provenance/v0.2";

/// Images and attestations, and the index over them.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// Images, each followed by its attestation if it has one.
    pub parts: Vec<ImageParts>,
    /// What the tag is for: the index's bytes and media type; none where there is one image alone.
    pub index: Option<(Blob, &'static str)>,
}

impl Bundle {
    /// Of images that were built; `name` is what the statements say that they are about.
    pub fn new(images: &[Arc<Image>], name: &Reference, provenance: bool) -> Self {
        let (manifest_type, index_type) = match provenance {
            true => (media_type::OCI_MANIFEST, media_type::OCI_INDEX),
            false => (media_type::DOCKER_MANIFEST, media_type::DOCKER_LIST),
        };
        let (mut parts, mut listed, mut about) = (Vec::new(), Vec::new(), Vec::new());
        for image in images {
            let of = image_parts(image, manifest_type);
            let descriptor = Descriptor::of(manifest_type, &of.manifest);
            if provenance {
                let (attestation, mut entry) = attest(&descriptor, image, name);
                entry.annotations.insert("vnd.docker.reference.digest".to_owned(), descriptor.digest.to_string());
                entry.annotations.insert("vnd.docker.reference.type".to_owned(), "attestation-manifest".to_owned());
                about.push(Descriptor { platform: Some(Platform::unknown()), ..entry });
                parts.extend([of, attestation]);
            } else {
                parts.push(of);
            }
            listed.push(Descriptor { platform: Some(image.platform()), ..descriptor });
        }
        listed.extend(about);
        let index = (listed.len() > 1).then(|| (Index::new(index_type, listed).to_blob(), index_type));
        Self { parts, index }
    }
}

/// An image with a manifest of the given type.
fn image_parts(image: &Image, manifest_type: &str) -> ImageParts {
    let (config_type, layer_type) = match manifest_type {
        media_type::OCI_MANIFEST => (media_type::OCI_CONFIG, media_type::OCI_LAYER),
        _ => (media_type::DOCKER_CONFIG, media_type::DOCKER_LAYER),
    };
    let layers = image.layers.iter().map(|layer| Descriptor::of(layer_type, &layer.blob)).collect();
    ImageParts {
        manifest: Manifest::new(manifest_type, Descriptor::of(config_type, &image.config_blob), layers).to_blob(),
        media_type: manifest_type.to_owned(),
        config: (image.id.clone(), image.config_blob.clone()),
        layers: image.layers.iter().map(|layer| (layer.digest.clone(), layer.blob.clone())).collect(),
    }
}

/// The attestation of an image: a manifest whose only layer is the statement.
fn attest(of: &Descriptor, image: &Image, name: &Reference) -> (ImageParts, Descriptor) {
    let platform = image.platform().to_string();
    let (repository, tag) = (name.name(), name.tag.as_deref().unwrap_or("latest"));
    let subject = format!("pkg:docker/{repository}@{tag}?platform={}", platform.replace('/', "%2F"));
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "predicateType": PREDICATE,
        "subject": [{ "name": subject, "digest": { "sha256": of.digest.hex() } }],
        "predicate": {
            "builder": { "id": "" },
            "buildType": "https://mobyproject.org/buildkit@v1",
            "invocation": {
                "configSource": { "entryPoint": "Dockerfile" },
                "parameters": { "frontend": "dockerfile.v0" },
                "environment": { "platform": Platform::linux_amd64().to_string() },
            },
            "metadata": { "completeness": { "parameters": true, "environment": true, "materials": false } },
        },
    });
    let statement = Blob::from(statement.to_string().into_bytes());
    let config = json!({
        "architecture": "unknown", "os": "unknown", "config": {},
        "rootfs": { "type": "layers", "diff_ids": [statement.digest()] },
    });
    let config = Blob::from(config.to_string().into_bytes());
    let mut layer = Descriptor::of(IN_TOTO, &statement);
    layer.annotations.insert("in-toto.io/predicate-type".to_owned(), PREDICATE.to_owned());
    let manifest_type = media_type::OCI_MANIFEST;
    let manifest = Manifest::new(manifest_type, Descriptor::of(media_type::OCI_CONFIG, &config), vec![layer]).to_blob();
    let entry = Descriptor::of(manifest_type, &manifest);
    let parts = ImageParts {
        manifest,
        media_type: manifest_type.to_owned(),
        config: (config.digest(), config),
        layers: vec![(statement.digest(), statement)],
    };
    (parts, entry)
}
