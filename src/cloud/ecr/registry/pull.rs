//! A pull: the manifest, then an address for each layer that the client lacks, then its bytes from S3.

use super::{Registry, RegistryError, RegistryErrorCode, at};
use crate::cloud::ecr::ops::{BatchGetImage, GetDownloadUrlForLayer, ImageIdentifier};
use crate::cloud::oci::{Descriptor, Manifest, ParsedManifest, Platform, Reference};
use crate::cloud::{Blob, Caller, Cloud, Digest, EventKind};

/// An image, pulled.
#[derive(Clone, Debug)]
pub struct Pulled {
    /// The digest that the reference led to: of an index, the index's own.
    pub digest: Digest,
    /// The digest of the image for the platform; the same as `digest` unless that is an index.
    pub image: Digest,
    /// The image manifest's bytes.
    pub manifest_blob: Blob,
    pub manifest: Manifest,
    pub media_type: String,
    /// The config's bytes; none if the client has them.
    pub config: Option<Blob>,
    /// The lowest first.
    pub layers: Vec<PulledLayer>,
}

/// A layer of a pulled image.
#[derive(Clone, Debug)]
pub struct PulledLayer {
    pub descriptor: Descriptor,
    /// Its bytes; none if the client has them.
    pub blob: Option<Blob>,
}

/// Who pulls, as the registry does not know it.
#[derive(Clone, Copy)]
pub struct Client<'a> {
    /// Which layers and configs it has; they are not asked for.
    pub have: &'a dyn Fn(&Digest) -> bool,
    /// What it can run.
    pub platform: &'a Platform,
    /// Whether it gets at the layer store.
    pub reaches_store: bool,
}

/// Pulls an image for a client that gets at the layer store; see [`pull_by`].
///
/// # Errors
/// As [`pull_by`].
pub fn pull(
    cloud: &mut Cloud,
    caller: &Caller,
    registry: &Registry,
    reference: &Reference,
    have: &dyn Fn(&Digest) -> bool,
    platform: &Platform,
) -> Result<Pulled, RegistryError> {
    pull_by(cloud, caller, registry, reference, &Client { have, platform, reaches_store: true })
}

/// Pulls an image. Of the reference only tag and digest matter, the digest first; neither means `latest`.
///
/// # Errors
/// The first refusal. When nothing of an index is for its platform, `MANIFEST_UNKNOWN`.
pub fn pull_by(
    cloud: &mut Cloud,
    caller: &Caller,
    registry: &Registry,
    reference: &Reference,
    client: &Client<'_>,
) -> Result<Pulled, RegistryError> {
    let caller = at(registry, caller);
    let platform = client.platform;
    let mut pull = Pull { cloud, caller: &caller, registry, repository: &reference.path, client };
    let (digest, blob, parsed, media_type) = pull.manifest(wanted(reference))?;
    let (image, manifest_blob, manifest, media_type) = match parsed {
        ParsedManifest::Image(manifest) => (digest.clone(), blob, manifest, media_type),
        ParsedManifest::Index(index) => {
            let child = index.select(platform).ok_or_else(|| RegistryError::no_match(platform))?;
            let (image, blob, parsed, media_type) = pull.manifest(ImageIdentifier::digest(&child.digest))?;
            match parsed {
                ParsedManifest::Image(manifest) => (image, blob, manifest, media_type),
                ParsedManifest::Index(_) => return Err(RegistryError::no_match(platform)),
            }
        }
    };
    let config = pull.missing(&manifest.config)?;
    let mut layers = Vec::with_capacity(manifest.layers.len());
    for descriptor in &manifest.layers {
        layers.push(PulledLayer { blob: pull.missing(descriptor)?, descriptor: descriptor.clone() });
    }
    Ok(Pulled { digest, image, manifest_blob, manifest, media_type, config, layers })
}

/// Gets a manifest alone, as it is: its digest, its bytes and its media type.
///
/// # Errors
/// The registry's refusal.
pub fn get_manifest(
    cloud: &mut Cloud,
    caller: &Caller,
    registry: &Registry,
    reference: &Reference,
) -> Result<(Digest, Blob, String), RegistryError> {
    let caller = at(registry, caller);
    let platform = Platform::linux_amd64();
    let client = Client { have: &|_| true, platform: &platform, reaches_store: true };
    let mut pull = Pull { cloud, caller: &caller, registry, repository: &reference.path, client: &client };
    let (digest, blob, _, media_type) = pull.manifest(wanted(reference))?;
    Ok((digest, blob, media_type))
}

/// What a reference names: the digest first, else the tag.
fn wanted(reference: &Reference) -> ImageIdentifier {
    match (&reference.digest, &reference.tag) {
        (Some(digest), _) => ImageIdentifier::digest(digest),
        (None, tag) => ImageIdentifier::tag(tag.as_deref().unwrap_or("latest")),
    }
}

struct Pull<'a> {
    cloud: &'a mut Cloud,
    caller: &'a Caller,
    registry: &'a Registry,
    repository: &'a str,
    client: &'a Client<'a>,
}

impl Pull<'_> {
    fn manifest(&mut self, id: ImageIdentifier) -> Result<(Digest, Blob, ParsedManifest, String), RegistryError> {
        let request = BatchGetImage {
            registry_id: Some(self.registry.account.to_string()),
            repository_name: self.repository.to_owned(),
            image_ids: vec![id],
            accepted_media_types: None,
        };
        let answer = self.cloud.call(self.caller, request)?;
        let Some(image) = answer.images.into_iter().next() else {
            let failure = answer.failures.into_iter().next();
            return Err(match failure {
                Some(failure) if failure.failure_code == "UpstreamAccessDenied" => {
                    RegistryError::upstream_refused(&failure.failure_reason)
                }
                Some(failure) if failure.failure_code == "UpstreamTooManyRequests" => {
                    RegistryError::new(RegistryErrorCode::TooManyRequests, failure.failure_reason)
                }
                Some(failure) if failure.failure_code == "KmsError" => {
                    RegistryError::new(RegistryErrorCode::Unknown, failure.failure_reason)
                }
                failure => {
                    let reason = failure.map(|failure| failure.failure_reason).unwrap_or_default();
                    RegistryError::manifest_unknown(&reason)
                }
            });
        };
        let blob = Blob::from(image.image_manifest.into_bytes());
        let (parsed, media_type) = ParsedManifest::parse(blob.as_bytes(), Some(&image.image_manifest_media_type))
            .map_err(|error| RegistryError::new(RegistryErrorCode::ManifestInvalid, error.to_string()))?;
        Ok((blob.digest(), blob, parsed, media_type))
    }

    /// The bytes of a layer or config that the client lacks.
    fn missing(&mut self, descriptor: &Descriptor) -> Result<Option<Blob>, RegistryError> {
        if (self.client.have)(&descriptor.digest) {
            return Ok(None);
        }
        let request = GetDownloadUrlForLayer {
            registry_id: Some(self.registry.account.to_string()),
            repository_name: self.repository.to_owned(),
            layer_digest: descriptor.digest.to_string(),
        };
        self.cloud.call(self.caller, request)?;
        if !self.client.reaches_store {
            return Err(RegistryError::new(RegistryErrorCode::StoreUnreached, descriptor.digest.to_string()));
        }
        // The address is pre-signed: S3 asks nobody again.
        let store = self.cloud.regional(&self.registry.account, &self.registry.region);
        let blob = store.and_then(|region| region.layers.get_for(&descriptor.digest, self.repository)).cloned();
        let blob = blob.ok_or_else(|| RegistryError::blob_unknown(&descriptor.digest))?;
        self.cloud.record(EventKind::Layer {
            caller: self.caller.clone(),
            repository: self.repository.to_owned(),
            digest: descriptor.digest.clone(),
            bytes: blob.len() as u64,
            upload: false,
        });
        Ok(Some(blob))
    }
}
