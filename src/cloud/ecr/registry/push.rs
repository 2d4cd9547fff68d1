//! A push: check the layers, upload those that are missing, put the manifest.

use super::mount::MountLayer;
use super::{Registry, RegistryError, RegistryErrorCode, at};
use crate::cloud::ecr::ops::{
    BatchCheckLayerAvailability, CompleteLayerUpload, InitiateLayerUpload, OnRepository, PutImage, UploadLayerPart,
};
use crate::cloud::ecr::place::{Place, Seat};
use crate::cloud::ecr::templates;
use crate::cloud::{ApiError, Blob, Caller, Cloud, Digest, EventKind, ecr_public};

/// An image as a client holds it, ready to push.
#[derive(Clone, Debug)]
pub struct ImageParts {
    /// The manifest's bytes.
    pub manifest: Blob,
    pub media_type: String,
    pub config: (Digest, Blob),
    /// The lowest first, with their digests as the manifest names them.
    pub layers: Vec<(Digest, Blob)>,
}

/// How far a layer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerProgress {
    /// Its turn did not come.
    Waiting,
    /// Its upload was refused.
    Refused,
    /// It was there.
    Exists,
    /// It was uploaded.
    Pushed,
    /// It was taken from another repository of the registry.
    Mounted,
}

/// A layer in a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerPushed {
    pub digest: Digest,
    /// In bytes.
    pub size: u64,
    pub progress: LayerProgress,
    /// The repository that it was mounted from.
    pub mounted_from: Option<String>,
}

/// A push that went through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushReport {
    /// The image's digest.
    pub digest: Digest,
    /// The manifest's size in bytes, as docker prints it after the digest.
    pub size: u64,
    /// The layers, the lowest first.
    pub layers: Vec<LayerPushed>,
    /// Whether the same image was under the same tag before.
    pub unchanged: bool,
}

/// A push that was refused, and how far it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushFailure {
    pub error: RegistryError,
    /// The layers, the lowest first.
    pub layers: Vec<LayerPushed>,
}

/// Pushes an image to `repository` under `tag`.
///
/// The order is docker's: one check over all layers and the config, an upload for each that is missing, the manifest.
///
/// # Errors
/// The first refusal, with how far each layer came. Layers that were uploaded before it stay uploaded.
pub fn push(
    cloud: &mut Cloud,
    caller: &Caller,
    registry: &Registry,
    repository: &str,
    image: &ImageParts,
    tag: Option<&str>,
) -> Result<PushReport, PushFailure> {
    let place = Place::private(registry.account.clone(), registry.region.clone(), repository);
    let caller = at(registry, caller);
    templates::before_push(cloud, &caller, &place);
    Push { cloud, caller: &caller, place }.push(image, tag)
}

/// Pushes an image to a public registry, by its alias.
///
/// # Errors
/// As [`push`]; an alias of nobody's is denied.
pub fn push_public(
    cloud: &mut Cloud,
    caller: &Caller,
    alias: &str,
    repository: &str,
    image: &ImageParts,
    tag: Option<&str>,
) -> Result<PushReport, PushFailure> {
    let place = public_place(cloud, alias, repository).map_err(|error| PushFailure { error, layers: Vec::new() })?;
    Push { cloud, caller, place }.push(image, tag)
}

/// The repository of a public registry, by its alias, whether it is there or not.
fn public_place(cloud: &Cloud, alias: &str, repository: &str) -> Result<Place, RegistryError> {
    // Inferred: as registries answer for what is not the caller's.
    let denied = || RegistryError::new(RegistryErrorCode::Denied, "requested access to the resource is denied");
    let account = ecr_public::find_account(cloud, alias).cloned().ok_or_else(denied)?;
    Ok(Place { account, seat: Seat::Public, name: repository.to_owned() })
}

/// Puts a manifest alone into a public registry, by its alias; see [`put_manifest`].
///
/// # Errors
/// As [`put_manifest`]; an alias of nobody's is denied.
pub fn put_public_manifest(
    cloud: &mut Cloud,
    caller: &Caller,
    alias: &str,
    repository: &str,
    manifest: &Blob,
    media_type: &str,
    tag: Option<&str>,
) -> Result<Digest, RegistryError> {
    let place = public_place(cloud, alias, repository)?;
    Push { cloud, caller, place }.put(manifest, media_type, tag)?;
    Ok(manifest.digest())
}

/// Puts a manifest alone: an index over images that are there, or a known image under one more tag.
///
/// # Errors
/// When ECR refuses it.
pub fn put_manifest(
    cloud: &mut Cloud,
    caller: &Caller,
    registry: &Registry,
    repository: &str,
    manifest: &Blob,
    media_type: &str,
    tag: Option<&str>,
) -> Result<Digest, RegistryError> {
    let caller = at(registry, caller);
    let place = Place::private(registry.account.clone(), registry.region.clone(), repository);
    templates::before_push(cloud, &caller, &place);
    Push { cloud, caller: &caller, place }.put(manifest, media_type, tag)?;
    Ok(manifest.digest())
}

struct Push<'a> {
    cloud: &'a mut Cloud,
    caller: &'a Caller,
    place: Place,
}

impl Push<'_> {
    fn push(mut self, image: &ImageParts, tag: Option<&str>) -> Result<PushReport, PushFailure> {
        let mut layers: Vec<LayerPushed> = image
            .layers
            .iter()
            .map(|(digest, blob)| LayerPushed {
                digest: digest.clone(),
                size: blob.len() as u64,
                progress: LayerProgress::Waiting,
                mounted_from: None,
            })
            .collect();
        match self.run(image, tag, &mut layers) {
            Ok(unchanged) => {
                Ok(PushReport { digest: image.manifest.digest(), size: image.manifest.len() as u64, layers, unchanged })
            }
            Err(error) => Err(PushFailure { error: error.into(), layers }),
        }
    }

    /// Asks the registry that the image goes to, private or public.
    fn call<O: OnRepository>(&mut self, request: O) -> Result<O::Output, ApiError> {
        match self.place.seat {
            Seat::Private(_) => self.cloud.call(self.caller, request),
            Seat::Public => self.cloud.call(self.caller, ecr_public::Public(request)),
        }
    }

    /// Whether the image was there under the tag before.
    fn run(&mut self, image: &ImageParts, tag: Option<&str>, layers: &mut [LayerPushed]) -> Result<bool, ApiError> {
        let digests: Vec<&Digest> = image.layers.iter().map(|(digest, _)| digest).chain([&image.config.0]).collect();
        // Docker takes a refused check for "not there" and tries to upload: so a caller without any right is told about
        // `ecr:InitiateLayerUpload`. One who lacks the check alone is told about that, before the manifest.
        // Source: moby, push_v2.go, `layerAlreadyExists`; both messages observed.
        let (there, refused) = match self.check(&digests) {
            Ok(there) => (there, None),
            Err(error) if error.is_access_denied() => (Vec::new(), Some(error)),
            Err(error) => return Err(error),
        };
        for (layer, (digest, blob)) in layers.iter_mut().zip(&image.layers) {
            if there.contains(digest) {
                layer.progress = LayerProgress::Exists;
            } else if let Some(source) = self.mount(digest) {
                layer.progress = LayerProgress::Mounted;
                layer.mounted_from = Some(source);
            } else {
                layer.progress = LayerProgress::Refused;
                layer.progress = self.upload(digest, blob)?;
            }
        }
        let (digest, blob) = &image.config;
        if !there.contains(digest) && self.mount(digest).is_none() {
            self.upload(digest, blob)?;
        }
        if let Some(refused) = refused {
            return Err(refused);
        }
        self.put(&image.manifest, &image.media_type, tag)
    }

    /// Which of the digests the repository holds.
    fn check(&mut self, digests: &[&Digest]) -> Result<Vec<Digest>, ApiError> {
        let mut there = Vec::new();
        for digests in digests.chunks(100) {
            let request = BatchCheckLayerAvailability {
                registry_id: Some(self.place.account.to_string()),
                repository_name: self.place.name.clone(),
                layer_digests: digests.iter().map(ToString::to_string).collect(),
            };
            let answer = self.call(request)?;
            for (digest, layer) in digests.iter().zip(answer.layers) {
                if layer.layer_availability == "AVAILABLE" {
                    there.push((*digest).clone());
                }
            }
        }
        Ok(there)
    }

    /// Takes a layer from another repository of the registry, where the account lets layers be mounted; which one it was.
    /// Source: Amazon ECR User Guide, "Blob mounting"; docker asks for it with the upload's first request.
    fn mount(&mut self, digest: &Digest) -> Option<String> {
        if !self.place.state(self.cloud)?.blob_mounting {
            return None;
        }
        let holders = &self.place.layers(self.cloud)?.get(digest)?.repositories;
        let sources: Vec<String> = holders.iter().filter(|name| **name != self.place.name).cloned().collect();
        let mut mounted = sources.into_iter().filter(|source| {
            let mount = MountLayer::new(&self.place, source, digest);
            self.cloud.attempt(self.caller, mount).is_ok()
        });
        mounted.next()
    }

    fn upload(&mut self, digest: &Digest, blob: &Blob) -> Result<LayerProgress, ApiError> {
        let registry_id = Some(self.place.account.to_string());
        let repository_name = self.place.name.clone();
        let started = self
            .call(InitiateLayerUpload { registry_id: registry_id.clone(), repository_name: repository_name.clone() })?;
        let mut first = 0;
        for part in parts(blob, started.part_size) {
            let next = first + part.len() as u64;
            self.call(UploadLayerPart {
                registry_id: registry_id.clone(),
                repository_name: repository_name.clone(),
                upload_id: started.upload_id.clone(),
                part_first_byte: first,
                part_last_byte: next.saturating_sub(1),
                layer_part_blob: part,
            })?;
            first = next;
        }
        let complete = CompleteLayerUpload {
            registry_id,
            repository_name,
            upload_id: started.upload_id,
            layer_digests: vec![digest.to_string()],
        };
        match self.call(complete) {
            Ok(_) => {}
            // Two equal layers in one image, or a check that was refused: the registry has it, all is well.
            Err(error) if error.code == "LayerAlreadyExistsException" => return Ok(LayerProgress::Exists),
            Err(error) => return Err(error),
        }
        self.cloud.record(EventKind::Layer {
            caller: self.caller.clone(),
            repository: self.place.name.clone(),
            digest: digest.clone(),
            bytes: blob.len() as u64,
            upload: true,
        });
        Ok(LayerProgress::Pushed)
    }

    /// Whether the image was there under the tag before: for docker that is no error.
    fn put(&mut self, manifest: &Blob, media_type: &str, tag: Option<&str>) -> Result<bool, ApiError> {
        let request = PutImage {
            registry_id: Some(self.place.account.to_string()),
            repository_name: self.place.name.clone(),
            image_manifest: String::from_utf8_lossy(manifest.as_bytes()).into_owned(),
            image_manifest_media_type: Some(media_type.to_owned()),
            image_tag: tag.map(str::to_owned),
            image_digest: None,
        };
        let answer = match self.place.seat {
            Seat::Private(_) => self.cloud.call(self.caller, request),
            Seat::Public => self.cloud.call(self.caller, ecr_public::PutImage(request)),
        };
        match answer {
            Ok(_) => Ok(false),
            Err(error) if error.code == "ImageAlreadyExistsException" => Ok(true),
            Err(error) => Err(error),
        }
    }
}

/// A blob in parts of `size` bytes; the whole of it, uncopied, when it fits in one.
fn parts(blob: &Blob, size: u64) -> Vec<Blob> {
    let size = usize::try_from(size).unwrap_or(usize::MAX).max(1);
    if blob.len() <= size {
        return vec![blob.clone()];
    }
    blob.as_bytes().chunks(size).map(Blob::from).collect()
}
