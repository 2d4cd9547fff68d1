//! Images as the Open Container Initiative defines them: references, manifests, configs, layers.
//!
//! What the laptop, ECR and ECS have in common. Nothing here knows a registry or a request.
//! Source: OCI image-spec 1.1; the reference grammar is `distribution/reference`'s, as docker uses it.

mod config;
mod layer;
mod manifest;
mod reference;

pub use config::{ContainerConfig, Empty, History, ImageConfig, RootFs};
pub use layer::{Entry, EntryKind, Layer, LayerError, Tree, apply, pack, unpack, untar};
pub use manifest::{Descriptor, Index, Manifest, ManifestError, ParsedManifest, Platform};
pub use reference::{Reference, ReferenceError, is_component, is_path, is_tag};

/// The media types of manifests, configs and layers.
pub mod media_type {
    use std::borrow::Cow;

    /// A media type that takes no memory of its own, if it is one of a manifest.
    pub fn shared(kind: String) -> Cow<'static, str> {
        let known = [OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST].into_iter().find(|known| *known == kind);
        known.map_or(Cow::Owned(kind), Cow::Borrowed)
    }

    /// An OCI image manifest.
    pub const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
    /// An OCI index: one name for several images.
    pub const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";
    /// An OCI image config.
    pub const OCI_CONFIG: &str = "application/vnd.oci.image.config.v1+json";
    /// An OCI layer: a gzip-compressed tar archive.
    pub const OCI_LAYER: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
    /// A docker image manifest, schema 2.
    pub const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
    /// A docker manifest list.
    pub const DOCKER_LIST: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
    /// A docker image config.
    pub const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
    /// A docker layer: a gzip-compressed tar archive.
    pub const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";
}
