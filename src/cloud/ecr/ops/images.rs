//! Images in and out: PutImage and BatchGetImage.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::layers::check_count;
use super::shapes::{ImageFailure, ImageIdentifier};
use super::{OnRepository, shapes};
use crate::cloud::ecr::encryption::{self, Use};
use crate::cloud::ecr::errors;
use crate::cloud::ecr::image::Image;
use crate::cloud::ecr::place::{self, Place, ask};
use crate::cloud::ecr::state::Quotas;
use crate::cloud::ecr::{accepted, pull_through, replication, scan, signing, state};
use crate::cloud::oci::{ManifestError, ParsedManifest};
use crate::cloud::{ApiError, Authorization, Blob, Caller, Cloud, Digest, Operation, Principal, Service, events, iam};

/// The largest manifest, in characters. Source: Amazon ECR service model, `ImageManifest`.
const MAX_MANIFEST: usize = 4_194_304;

/// Puts a manifest under its digest and, if one is given, under a tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutImage {
    pub registry_id: Option<String>,
    pub repository_name: String,
    /// The manifest, byte for byte.
    pub image_manifest: String,
    pub image_manifest_media_type: Option<String>,
    pub image_tag: Option<String>,
    pub image_digest: Option<String>,
}

/// The image as it is now.
#[derive(Clone, Debug, Serialize)]
pub struct PutImageOutput {
    pub image: shapes::Image,
}

impl Operation for PutImage {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutImage";
    type Output = PutImageOutput;

    fn parameters(&self) -> Option<Value> {
        Some(json!({
            "registryId": self.registry_id, "repositoryName": self.repository_name, "imageTag": self.image_tag,
            "imageDigest": self.image_digest, "imageManifestMediaType": self.image_manifest_media_type,
        }))
    }

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:PutImage")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutImageOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        self.at(cloud, caller, place)
    }
}

impl OnRepository for PutImage {
    const PUBLIC_ACTION: &'static str = "ecr-public:PutImage";
    const IS_PART_OF_PUSH: bool = true;

    fn names(&self) -> (Option<&str>, &str) {
        (self.registry_id.as_deref(), &self.repository_name)
    }

    fn at(self, cloud: &mut Cloud, caller: &Caller, place: Place) -> Result<PutImageOutput, ApiError> {
        if self.image_manifest.len() > MAX_MANIFEST {
            return Err(errors::invalid(
                "imageManifest",
                format_args!("Member must have length less than or equal to {MAX_MANIFEST}"),
            ));
        }
        let tag = self.image_tag.as_deref();
        tag.map_or(Ok(()), shapes::check_tag)?;
        let manifest = Blob::from(self.image_manifest.as_bytes());
        let (content, media_type) =
            ParsedManifest::parse(manifest.as_bytes(), self.image_manifest_media_type.as_deref())
                .map_err(unreadable)?;
        let digest = manifest.digest();
        if let Some(said) = &self.image_digest
            && *said != digest.to_string()
        {
            // Inferred: the model says what it means, not its text.
            return Err(ApiError::new(
                "ImageDigestDoesNotMatchException",
                format!(
                    "The provided image digest '{said}' does not match the digest '{digest}' of the image manifest"
                ),
            ));
        }
        let size = check_content(cloud, &place, &content)?;
        encryption::check(cloud, &place, Use::GenerateDataKey)?;
        let quotas = place.state(cloud).map_or_else(Default::default, |state| state.quotas);
        check_tag(place.repository(cloud)?, &place, &digest, tag, quotas)?;
        check_room(place.repository(cloud)?, &place, &digest, quotas)?;

        let now = cloud.now();
        let repository = place.repository_mut(cloud)?;
        let is_new = match repository.image(&digest) {
            Some(image) if image.archived_at.is_some() => {
                // Source: Amazon ECR User Guide, "Image storage classes": pushing an archived image restores it.
                repository.activate(&digest, now);
                true
            }
            Some(_) => false,
            None => {
                repository.insert(Image::new(manifest, media_type.clone(), &content, size, now));
                true
            }
        };
        if let Some(tag) = tag {
            // The image that had the tag stays, without it.
            repository.tags.insert(tag.to_owned(), digest.clone());
        }
        if is_new {
            scan::on_push(cloud, &place, &digest);
            signing::on_push(cloud, caller, &place, &digest);
        }
        replication::on_push(cloud, &place, &digest, tag);
        if place.region().is_some() {
            events::ecr::image(cloud, &place.arn(), events::ecr::Action::Push, &digest, tag);
        }
        Ok(PutImageOutput {
            image: shapes::Image {
                registry_id: place.account.to_string(),
                repository_name: place.name,
                image_id: ImageIdentifier::both(&digest, tag),
                image_manifest: self.image_manifest,
                image_manifest_media_type: media_type,
            },
        })
    }
}

fn unreadable(error: ManifestError) -> ApiError {
    const PARAMETER: &str = "ImageManifest";
    match error {
        ManifestError::Json(_) => errors::invalid(PARAMETER, "Invalid JSON syntax"),
        // Inferred: that these are refused is certain, their texts are not documented.
        ManifestError::Shape { media_type, .. } => {
            errors::invalid(PARAMETER, format_args!("Manifest does not conform to media type '{media_type}'"))
        }
        ManifestError::MediaType(kind) if kind.is_empty() => errors::invalid(
            "imageManifestMediaType",
            "The manifest has no mediaType, imageManifestMediaType is required",
        ),
        ManifestError::MediaType(kind) => {
            errors::invalid("imageManifestMediaType", format_args!("Unsupported manifest media type '{kind}'"))
        }
    }
}

/// All that the manifest names must be in the repository. Gives the image's size in bytes.
fn check_content(cloud: &Cloud, place: &Place, content: &ParsedManifest) -> Result<u64, ApiError> {
    match content {
        ParsedManifest::Image(manifest) => {
            let store = place.layers(cloud);
            let mut missing = Vec::new();
            let mut size = 0;
            for blob in manifest.blobs() {
                match store.and_then(|store| store.get_for(&blob.digest, &place.name)) {
                    Some(blob) => size += blob.len() as u64,
                    None => missing.push(&blob.digest),
                }
            }
            if missing.is_empty() { Ok(size) } else { Err(place.in_().layers_not_found(&missing)) }
        }
        ParsedManifest::Index(index) => {
            let repository = place.repository(cloud)?;
            let mut missing = Vec::new();
            let mut largest = 0;
            for child in &index.manifests {
                match repository.image(&child.digest) {
                    Some(image) => largest = largest.max(image.size),
                    None => missing.push(&child.digest),
                }
            }
            if missing.is_empty() { Ok(largest) } else { Err(place.in_().referenced_images_not_found(&missing)) }
        }
    }
}

/// Whether the tag may go to the image.
///
/// A tag that is immutable and taken is refused even for the image that has it; in a mutable repository the same image
/// under the same tag "already exists". Source: observed; which code when, inferred from the model.
fn check_tag(
    repository: &state::Repository,
    place: &Place,
    digest: &Digest,
    tag: Option<&str>,
    quotas: Quotas,
) -> Result<(), ApiError> {
    let Some(tag) = tag else {
        return match repository.image(digest) {
            Some(image) if image.archived_at.is_none() => Err(place.in_().image_already_exists(digest, "null")),
            _ => Ok(()),
        };
    };
    if let Some(holder) = repository.tags.get(tag) {
        if repository.is_immutable(tag) {
            return Err(place.in_().tag_is_immutable(tag));
        }
        if holder == digest && repository.image(digest).is_some_and(|image| image.archived_at.is_none()) {
            return Err(place.in_().image_already_exists(digest, tag));
        }
    }
    // Inferred: the quota is documented, its text is not.
    if repository.image(digest).is_some()
        && repository.tags.values().filter(|of| *of == digest).count() >= quotas.tags_per_image
    {
        return Err(errors::limit_exceeded(format!(
            "The image with digest '{digest}' has reached the limit of {} tags",
            quotas.tags_per_image
        )));
    }
    Ok(())
}

/// Whether the repository has room for one more image. The archive does not count.
/// Source: Amazon ECR User Guide, "Amazon ECR service quotas". Inferred: the text.
fn check_room(repository: &state::Repository, place: &Place, digest: &Digest, quotas: Quotas) -> Result<(), ApiError> {
    let most = quotas.images_per_repository;
    if repository.images.len() < most || repository.image(digest).is_some_and(|image| image.archived_at.is_none()) {
        return Ok(());
    }
    if repository.images.values().filter(|image| image.archived_at.is_none()).count() < most {
        return Ok(());
    }
    Err(errors::limit_exceeded(format!(
        "The repository with name '{}' in the registry with id '{}' has reached the limit of {most} images",
        place.name, place.account
    )))
}

/// Gives manifests.
///
/// By tag, a manifest is converted for a client that does not take its media type; see [`accepted`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchGetImage {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_ids: Vec<ImageIdentifier>,
    pub accepted_media_types: Option<Vec<String>>,
}

/// One entry per image id, in `images` or in `failures`.
#[derive(Clone, Debug, Serialize)]
pub struct BatchGetImageOutput {
    pub images: Vec<shapes::Image>,
    pub failures: Vec<ImageFailure>,
}

impl Operation for BatchGetImage {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "BatchGetImage";
    type Output = BatchGetImageOutput;

    fn parameters(&self) -> Option<Value> {
        Some(json!({
            "registryId": self.registry_id, "repositoryName": self.repository_name, "imageIds": self.image_ids,
            "acceptedMediaTypes": self.accepted_media_types,
        }))
    }

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:BatchGetImage")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<BatchGetImageOutput, ApiError> {
        place::check_name(&self.repository_name)?;
        check_count("imageIds", self.image_ids.len())?;
        let account = place::account(caller, self.registry_id.as_deref())?;
        let place = Place::private(account, caller.region.clone(), &self.repository_name);
        let refused = pull_through::before_pull(cloud, caller, &place, &self.image_ids)?;
        let mut output = BatchGetImageOutput { images: Vec::new(), failures: Vec::new() };
        for (image_id, code, failure_reason) in refused {
            output.failures.push(ImageFailure { image_id, failure_code: code.to_owned(), failure_reason });
        }
        let refused: Vec<ImageIdentifier> = output.failures.iter().map(|failure| failure.image_id.clone()).collect();
        if !refused.is_empty() && place.repository(cloud).is_err() {
            return Ok(output);
        }
        let repository = place.repository(cloud)?;
        let unreadable = encryption::check(cloud, &place, Use::Decrypt).err();
        let mut pulled = Vec::new();
        for image_id in self.image_ids.into_iter().filter(|id| !refused.contains(id)) {
            match image_id.resolve(repository) {
                Ok(_) if let Some(error) = &unreadable => output.failures.push(ImageFailure {
                    image_id,
                    failure_code: "KmsError".to_owned(),
                    failure_reason: error.message.clone(),
                }),
                // Source: Amazon ECR User Guide, "Image storage classes": an archived image can't be pulled.
                Ok(image) if image.archived_at.is_none() => {
                    let by_tag = image_id.image_digest.is_none();
                    let takes = self.accepted_media_types.as_deref().filter(|_| by_tag).unwrap_or_default();
                    let (manifest, media_type) = accepted::manifest_for(repository, image, takes);
                    output.images.push(shapes::Image {
                        registry_id: place.account.to_string(),
                        repository_name: place.name.clone(),
                        image_id: ImageIdentifier::both(&image.digest, image_id.image_tag.as_deref()),
                        image_manifest: String::from_utf8_lossy(manifest.as_bytes()).into_owned(),
                        image_manifest_media_type: media_type,
                    });
                    pulled.push(image.digest.clone());
                }
                Ok(_) => output.failures.push(ImageFailure {
                    image_id,
                    failure_code: "ImageNotFound".to_owned(),
                    failure_reason: "Requested image not found".to_owned(),
                }),
                Err((code, reason)) => {
                    output.failures.push(ImageFailure {
                        image_id,
                        failure_code: code.to_owned(),
                        failure_reason: reason,
                    });
                }
            }
        }
        let now = cloud.now();
        if place.state(cloud).is_some_and(|state| leaves_no_trace(cloud, caller, state)) {
            pulled.clear();
        }
        for digest in pulled {
            if let Some(image) = place.repository_mut(cloud)?.images.get_mut(&digest) {
                Arc::make_mut(image).last_pulled_at = Some(now);
            }
        }
        Ok(output)
    }
}

/// Whether the registry does not note this caller's pulls.
/// Source: Amazon ECR API reference, RegisterPullTimeUpdateExclusion: roles and users can be excluded.
fn leaves_no_trace(cloud: &Cloud, caller: &Caller, registry: &state::State) -> bool {
    if registry.pull_time_exclusions.is_empty() {
        return false;
    }
    let arn = match &caller.principal {
        Principal::Session { account, role, .. } => {
            cloud.account(account).and_then(|account| account.iam.role(role)).map(|role| role.arn.clone())
        }
        principal => Some(iam::full_arn(cloud, principal)),
    };
    arn.is_some_and(|arn| registry.pull_time_exclusions.contains_key(arn.as_str()))
}
