//! A push: check the layers, upload those that are missing, put the manifest.

use super::{Registry, RegistryError, at};
use crate::cloud::ecr::ops::{
    BatchCheckLayerAvailability, CompleteLayerUpload, InitiateLayerUpload, PutImage, UploadLayerPart,
};
use crate::cloud::{ApiError, Blob, Caller, Cloud, Digest, EventKind};

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
}

/// A layer in a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerPushed {
    pub digest: Digest,
    /// In bytes.
    pub size: u64,
    pub progress: LayerProgress,
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
    let caller = at(registry, caller);
    let mut push = Push { cloud, caller: &caller, registry: registry.account.as_str(), repository };
    let mut layers: Vec<LayerPushed> = image
        .layers
        .iter()
        .map(|(digest, blob)| LayerPushed {
            digest: digest.clone(),
            size: blob.len() as u64,
            progress: LayerProgress::Waiting,
        })
        .collect();
    match push.run(image, tag, &mut layers) {
        Ok(unchanged) => {
            Ok(PushReport { digest: image.manifest.digest(), size: image.manifest.len() as u64, layers, unchanged })
        }
        Err(error) => Err(PushFailure { error: error.into(), layers }),
    }
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
    Push { cloud, caller: &caller, registry: registry.account.as_str(), repository }.put(manifest, media_type, tag)?;
    Ok(manifest.digest())
}

struct Push<'a> {
    cloud: &'a mut Cloud,
    caller: &'a Caller,
    registry: &'a str,
    repository: &'a str,
}

impl Push<'_> {
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
            layer.progress = if there.contains(digest) {
                LayerProgress::Exists
            } else {
                layer.progress = LayerProgress::Refused;
                self.upload(digest, blob)?
            };
        }
        let (digest, blob) = &image.config;
        if !there.contains(digest) {
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
                registry_id: Some(self.registry.to_owned()),
                repository_name: self.repository.to_owned(),
                layer_digests: digests.iter().map(ToString::to_string).collect(),
            };
            let answer = self.cloud.call(self.caller, request)?;
            for (digest, layer) in digests.iter().zip(answer.layers) {
                if layer.layer_availability == "AVAILABLE" {
                    there.push((*digest).clone());
                }
            }
        }
        Ok(there)
    }

    fn upload(&mut self, digest: &Digest, blob: &Blob) -> Result<LayerProgress, ApiError> {
        let registry_id = Some(self.registry.to_owned());
        let repository_name = self.repository.to_owned();
        let started = self.cloud.call(
            self.caller,
            InitiateLayerUpload { registry_id: registry_id.clone(), repository_name: repository_name.clone() },
        )?;
        let mut first = 0;
        for part in parts(blob, started.part_size) {
            let next = first + part.len() as u64;
            self.cloud.call(
                self.caller,
                UploadLayerPart {
                    registry_id: registry_id.clone(),
                    repository_name: repository_name.clone(),
                    upload_id: started.upload_id.clone(),
                    part_first_byte: first,
                    part_last_byte: next.saturating_sub(1),
                    layer_part_blob: part,
                },
            )?;
            first = next;
        }
        let complete = CompleteLayerUpload {
            registry_id,
            repository_name,
            upload_id: started.upload_id,
            layer_digests: vec![digest.to_string()],
        };
        match self.cloud.call(self.caller, complete) {
            Ok(_) => {}
            // Two equal layers in one image, or a check that was refused: the registry has it, all is well.
            Err(error) if error.code == "LayerAlreadyExistsException" => return Ok(LayerProgress::Exists),
            Err(error) => return Err(error),
        }
        self.cloud.record(EventKind::Layer {
            caller: self.caller.clone(),
            repository: self.repository.to_owned(),
            digest: digest.clone(),
            bytes: blob.len() as u64,
            upload: true,
        });
        Ok(LayerProgress::Pushed)
    }

    /// Whether the image was there under the tag before: for docker that is no error.
    fn put(&mut self, manifest: &Blob, media_type: &str, tag: Option<&str>) -> Result<bool, ApiError> {
        let request = PutImage {
            registry_id: Some(self.registry.to_owned()),
            repository_name: self.repository.to_owned(),
            image_manifest: String::from_utf8_lossy(manifest.as_bytes()).into_owned(),
            image_manifest_media_type: Some(media_type.to_owned()),
            image_tag: tag.map(str::to_owned),
            image_digest: None,
        };
        match self.cloud.call(self.caller, request) {
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
