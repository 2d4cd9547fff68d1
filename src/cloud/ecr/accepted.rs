//! Manifests for clients that do not take the media type that was pushed.
//!
//! Source: Amazon ECR User Guide, "Container image manifest format support": by tag, docker's schema 2 and OCI image manifests
//! are made into each other; by digest nothing is, because the digest is that of the bytes. Inferred: of an index, a client
//! that takes none gets the image for `linux/amd64`, as registries do it.

use super::image::Image;
use super::state::Repository;
use crate::cloud::Blob;
use crate::cloud::oci::{Manifest, ParsedManifest, Platform, media_type};

/// The manifest of an image, and its media type, as a client takes it that asked for a tag.
pub(super) fn manifest_for(repository: &Repository, image: &Image, accepted: &[String]) -> (Blob, String) {
    let takes = |kind: &str| accepted.iter().any(|accepted| accepted == kind);
    let as_pushed = |image: &Image| (image.manifest(), image.media_type.to_string());
    if accepted.is_empty() || takes(&image.media_type) {
        return as_pushed(image);
    }
    match image.read() {
        Some(ParsedManifest::Image(manifest)) => {
            let other = match image.media_type.as_ref() {
                media_type::DOCKER_MANIFEST => media_type::OCI_MANIFEST,
                _ => media_type::DOCKER_MANIFEST,
            };
            match takes(other) {
                true => (converted(manifest, other).to_blob(), other.to_owned()),
                false => as_pushed(image),
            }
        }
        Some(ParsedManifest::Index(index)) => {
            let child = index.select(&Platform::linux_amd64()).and_then(|child| repository.image(&child.digest));
            match child.filter(|child| !child.is_index()) {
                Some(child) => manifest_for(repository, child, accepted),
                None => as_pushed(image),
            }
        }
        None => as_pushed(image),
    }
}

/// The same image in the words of the other specification. What has no counterpart there stays as it is.
fn converted(mut manifest: Manifest, to: &str) -> Manifest {
    const PAIRS: [(&str, &str); 2] =
        [(media_type::DOCKER_CONFIG, media_type::OCI_CONFIG), (media_type::DOCKER_LAYER, media_type::OCI_LAYER)];
    let translate = |kind: &mut String| {
        for (docker, oci) in PAIRS {
            let (from, other) = if to == media_type::OCI_MANIFEST { (docker, oci) } else { (oci, docker) };
            if kind == from {
                other.clone_into(kind);
                return;
            }
        }
    };
    manifest.media_type = Some(to.to_owned());
    translate(&mut manifest.config.media_type);
    manifest.layers.iter_mut().for_each(|layer| translate(&mut layer.media_type));
    manifest
}
