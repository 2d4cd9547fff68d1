//! Manifests and indexes, and how they are told apart.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::media_type;
use crate::cloud::{Blob, Digest};

/// Points at content: what it is, its digest, its size in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    pub media_type: String,
    pub digest: Digest,
    /// In bytes.
    pub size: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Descriptor {
    /// Points at `blob`.
    pub fn of(media_type: &str, blob: &Blob) -> Self {
        Self::new(media_type, blob.digest(), blob.len() as u64)
    }

    /// Points at content whose digest and size in bytes are known.
    pub fn new(media_type: &str, digest: Digest, size: u64) -> Self {
        Self {
            media_type: media_type.to_owned(),
            digest,
            size,
            platform: None,
            artifact_type: None,
            annotations: BTreeMap::new(),
        }
    }
}

/// Where an image runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Platform {
    /// Such as `amd64` or `arm64`.
    pub architecture: String,
    /// Such as `linux`.
    pub os: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

impl Platform {
    /// `linux/amd64`.
    pub fn linux_amd64() -> Self {
        Self { architecture: "amd64".to_owned(), os: "linux".to_owned(), variant: None }
    }

    /// What is written on an attestation, so that nobody runs it.
    pub fn unknown() -> Self {
        Self { architecture: "unknown".to_owned(), os: "unknown".to_owned(), variant: None }
    }
}

/// `linux/arm64`, `linux/arm64/v8`, `arm64`; with the names that the parts have elsewhere made those of Go.
/// Source: containerd, `platforms` package.
impl FromStr for Platform {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let lower = text.to_ascii_lowercase();
        let mut parts = lower.split('/');
        let (first, second, third) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let (os, architecture, variant) = match second {
            Some(architecture) => (first, architecture, third),
            None => ("linux", first, None),
        };
        let sound =
            |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
        if parts.next().is_some() || ![os, architecture].into_iter().chain(variant).all(sound) {
            return Err(format!("\"{text}\": unknown operating system or architecture: invalid argument"));
        }
        let (architecture, variant) = match (architecture, variant) {
            ("aarch64" | "arm64", None | Some("8" | "v8")) => ("arm64", None),
            ("x86_64" | "x86-64" | "amd64", None | Some("v1")) => ("amd64", None),
            other => other,
        };
        let variant = variant.map(str::to_owned);
        Ok(Self { architecture: architecture.to_owned(), os: os.to_owned(), variant })
    }
}

/// `linux/amd64`, with the variant if there is one.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.architecture)?;
        self.variant.iter().try_for_each(|variant| write!(f, "/{variant}"))
    }
}

/// An image: a config and layers, the lowest first. OCI image manifest or docker schema 2: their members are the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always 2.
    pub schema_version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    pub config: Descriptor,
    pub layers: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Descriptor>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Manifest {
    /// An image manifest of the given media type. Its digest is that of [`Manifest::to_blob`].
    pub fn new(media_type: &str, config: Descriptor, layers: Vec<Descriptor>) -> Self {
        Self {
            schema_version: 2,
            media_type: Some(media_type.to_owned()),
            artifact_type: None,
            config,
            layers,
            subject: None,
            annotations: BTreeMap::new(),
        }
    }

    /// The bytes that are pushed: JSON without blanks, members in the specification's order.
    pub fn to_blob(&self) -> Blob {
        to_blob(self)
    }

    /// Config and layers: all that the registry must hold before it takes the manifest.
    pub fn blobs(&self) -> impl Iterator<Item = &Descriptor> {
        self.layers.iter().chain(std::iter::once(&self.config))
    }
}

/// One name for several images: an OCI index or a docker manifest list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// Always 2.
    pub schema_version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    pub manifests: Vec<Descriptor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Descriptor>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl Index {
    /// An index of the given media type.
    pub fn new(media_type: &str, manifests: Vec<Descriptor>) -> Self {
        Self {
            schema_version: 2,
            media_type: Some(media_type.to_owned()),
            artifact_type: None,
            manifests,
            subject: None,
            annotations: BTreeMap::new(),
        }
    }

    /// The bytes that are pushed.
    pub fn to_blob(&self) -> Blob {
        to_blob(self)
    }

    /// The first image for `platform`. Attestations (`unknown/unknown`) never match.
    pub fn select(&self, platform: &Platform) -> Option<&Descriptor> {
        self.manifests.iter().find(|descriptor| {
            descriptor.platform.as_ref().is_some_and(|of| {
                of.architecture == platform.architecture
                    && of.os == platform.os
                    && (platform.variant.is_none() || of.variant == platform.variant)
            })
        })
    }
}

/// Serializing a manifest can't fail: its keys are strings and it has no other state.
fn to_blob(value: &impl Serialize) -> Blob {
    Blob::from(serde_json::to_vec(value).unwrap_or_default())
}

/// A manifest read from its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedManifest {
    Image(Manifest),
    Index(Index),
}

/// Why bytes are no manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// No JSON at all.
    #[error("the manifest is not JSON: {0}")]
    Json(String),
    /// JSON, but not of a manifest's shape.
    #[error("the manifest does not have the shape of `{media_type}`: {reason}")]
    Shape { media_type: String, reason: String },
    /// Neither the bytes nor the caller say what it is, or it is nothing known.
    #[error("the manifest's media type `{0}` is not known")]
    MediaType(String),
}

impl ParsedManifest {
    /// Reads a manifest. Its media type is its own `mediaType`, else `media_type` as sent beside it.
    ///
    /// # Errors
    /// When the bytes are not JSON, not of the shape, or of no known type.
    pub fn parse(bytes: &[u8], media_type: Option<&str>) -> Result<(Self, String), ManifestError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Kind {
            media_type: Option<String>,
        }
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes)
            .map_err(|error| ManifestError::Json(error.to_string()))?;
        let own = serde_json::from_slice::<Kind>(bytes).ok().and_then(|kind| kind.media_type);
        let media_type = own.or_else(|| media_type.map(str::to_owned)).unwrap_or_default();
        let shape = |error: serde_json::Error| ManifestError::Shape {
            media_type: media_type.clone(),
            reason: error.to_string(),
        };
        let parsed = match media_type.as_str() {
            media_type::OCI_MANIFEST | media_type::DOCKER_MANIFEST => {
                Self::Image(serde_json::from_slice(bytes).map_err(shape)?)
            }
            media_type::OCI_INDEX | media_type::DOCKER_LIST => {
                Self::Index(serde_json::from_slice(bytes).map_err(shape)?)
            }
            _ => return Err(ManifestError::MediaType(media_type)),
        };
        Ok((parsed, media_type))
    }

    /// The image that this one is about (a signature's or attestation's `subject`).
    pub fn subject(&self) -> Option<&Descriptor> {
        match self {
            Self::Image(manifest) => manifest.subject.as_ref(),
            Self::Index(index) => index.subject.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_survives_the_way_to_bytes_and_back() {
        let layer = Blob::from(*b"layer");
        let config = Blob::from(*b"{}");
        let manifest = Manifest::new(
            media_type::OCI_MANIFEST,
            Descriptor::of(media_type::OCI_CONFIG, &config),
            vec![Descriptor::of(media_type::OCI_LAYER, &layer)],
        );
        let blob = manifest.to_blob();
        let (parsed, kind) = ParsedManifest::parse(blob.as_bytes(), None).unwrap();
        assert_eq!((parsed, kind.as_str()), (ParsedManifest::Image(manifest), media_type::OCI_MANIFEST));
        assert!(blob.as_bytes().starts_with(br#"{"schemaVersion":2,"mediaType":"#));
    }

    #[test]
    fn a_platform_is_read_by_any_of_its_names() {
        for (text, name) in [
            ("linux/arm64", "linux/arm64"),
            ("linux/arm64/v8", "linux/arm64"),
            ("aarch64", "linux/arm64"),
            ("linux/x86_64", "linux/amd64"),
            ("linux/arm/v7", "linux/arm/v7"),
        ] {
            assert_eq!(text.parse::<Platform>().unwrap().to_string(), name);
        }
        for text in ["", "linux/", "linux/arm64/v8/x", "linux/a b"] {
            assert!(text.parse::<Platform>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_manifest_without_media_type_needs_the_callers() {
        let bytes = br#"{"schemaVersion":2,"manifests":[]}"#;
        assert!(matches!(ParsedManifest::parse(bytes, None), Err(ManifestError::MediaType(_))));
        assert!(ParsedManifest::parse(bytes, Some(media_type::OCI_INDEX)).is_ok());
        assert!(matches!(ParsedManifest::parse(b"{", None), Err(ManifestError::Json(_))));
        assert!(matches!(
            ParsedManifest::parse(bytes, Some(media_type::OCI_MANIFEST)),
            Err(ManifestError::Shape { .. })
        ));
    }
}
