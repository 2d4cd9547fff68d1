//! Looking at images, and deleting them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::OnRepository;
use super::layers::check_count;
use super::referrers::artifact_type;
use super::repositories::no_paging_with;
use super::shapes::{ImageFailure, ImageIdentifier};
use crate::cloud::ecr::place::{Place, ask};
use crate::cloud::ecr::{errors, paging, state, storage};
use crate::cloud::s3::LayerStore;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Digest, Operation, Service, Timestamp, events};

/// Which images a list shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImagesFilter {
    /// `TAGGED`, `UNTAGGED` or `ANY`.
    pub tag_status: Option<String>,
    /// `ACTIVE` (unless said), `ARCHIVED`, `ACTIVATING` or `ANY`.
    pub image_status: Option<String>,
}

impl ImagesFilter {
    pub(super) fn check(&self) -> Result<(), ApiError> {
        if !matches!(self.tag_status.as_deref(), None | Some("TAGGED" | "UNTAGGED" | "ANY")) {
            return Err(errors::invalid(
                "filter.tagStatus",
                "Member must satisfy enum value set: [TAGGED, UNTAGGED, ANY]",
            ));
        }
        if !matches!(self.image_status.as_deref(), None | Some("ACTIVE" | "ARCHIVED" | "ACTIVATING" | "ANY")) {
            return Err(errors::invalid(
                "filter.imageStatus",
                "Member must satisfy enum value set: [ACTIVE, ARCHIVED, ACTIVATING, ANY]",
            ));
        }
        Ok(())
    }

    pub(super) fn takes_tags(&self, tagged: bool) -> bool {
        match self.tag_status.as_deref() {
            Some("TAGGED") => tagged,
            Some("UNTAGGED") => !tagged,
            _ => true,
        }
    }

    fn takes(&self, image: &state::Image, tagged: bool) -> bool {
        let status = match self.image_status.as_deref() {
            Some("ANY") => true,
            Some(status) => image.status() == status,
            None => image.status() == "ACTIVE",
        };
        status && self.takes_tags(tagged)
    }
}

/// Describes images: one entry per digest.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeImages {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_ids: Option<Vec<ImageIdentifier>>,
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
    pub filter: Option<ImagesFilter>,
}

/// A page of images.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeImagesOutput {
    pub image_details: Vec<ImageDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// An image, as described.
///
/// Scan results are not here: with the native basic engine only DescribeImageScanFindings shows them.
/// Source: Amazon ECR service model, `ImageDetail`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageDetail {
    pub registry_id: String,
    pub repository_name: String,
    pub image_digest: Digest,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_tags: Vec<String>,
    pub image_size_in_bytes: u64,
    pub image_pushed_at: Timestamp,
    pub image_manifest_media_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact_media_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_recorded_pull_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_manifest_digest: Option<Digest>,
    pub image_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_archived_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_activated_at: Option<Timestamp>,
}

impl ImageDetail {
    fn new(place: &Place, image: &state::Image, tags: &[&str]) -> Self {
        Self {
            registry_id: place.account.to_string(),
            repository_name: place.name.clone(),
            image_digest: image.digest.clone(),
            image_tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            image_size_in_bytes: image.size,
            image_pushed_at: image.pushed_at,
            image_manifest_media_type: image.media_type.to_string(),
            artifact_media_type: artifact_type(image),
            last_recorded_pull_time: image.last_pulled_at,
            subject_manifest_digest: image.subject().cloned(),
            image_status: image.status(),
            last_archived_at: image.last_archived_at,
            last_activated_at: image.activated_at,
        }
    }
}

impl Operation for DescribeImages {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DescribeImages";
    type Output = DescribeImagesOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:DescribeImages")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeImagesOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let repository = place.repository(cloud)?;
        if let Some(ids) = &self.image_ids {
            check_count("imageIds", ids.len())?;
            no_paging_with("imageIds", self.next_token.as_deref(), self.max_results)?;
            let mut seen = BTreeSet::new();
            let mut image_details = Vec::new();
            for id in ids {
                let image = find(repository, &place, id)?;
                if seen.insert(&image.digest) {
                    image_details.push(ImageDetail::new(&place, image, &repository.tags_of(&image.digest)));
                }
            }
            return Ok(DescribeImagesOutput { image_details, next_token: None });
        }
        let filter = self.filter.unwrap_or_default();
        filter.check()?;
        let tags = repository.tags_by_image();
        let tags = |image: &state::Image| tags.get(&image.digest).map(Vec::as_slice).unwrap_or_default();
        let images = repository.images.values().filter(|image| filter.takes(image, !tags(image).is_empty()));
        let (page, next_token) = paging::page(images, self.max_results, 1000, self.next_token.as_deref())?;
        let image_details = page.into_iter().map(|image| ImageDetail::new(&place, image, tags(image))).collect();
        Ok(DescribeImagesOutput { image_details, next_token })
    }
}

/// The image that an id names, or the error of operations that take one image.
pub(in crate::cloud) fn find<'a>(
    repository: &'a state::Repository,
    place: &Place,
    id: &ImageIdentifier,
) -> Result<&'a state::Image, ApiError> {
    id.check()?;
    id.resolve(repository).map_err(|(code, reason)| match code {
        "MissingDigestAndTag" => ApiError::new("InvalidParameterException", reason),
        _ => place.in_().image_not_found(id.image_digest.as_deref(), id.image_tag.as_deref()),
    })
}

/// Lists image ids: one entry per tag, and one per untagged image.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListImages {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
    pub filter: Option<ImagesFilter>,
}

/// A page of image ids.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListImagesOutput {
    pub image_ids: Vec<ImageIdentifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Operation for ListImages {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "ListImages";
    type Output = ListImagesOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:ListImages")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListImagesOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let repository = place.repository(cloud)?;
        let filter = self.filter.unwrap_or_default();
        filter.check()?;
        let tags = repository.tags_by_image();
        let mut ids = Vec::new();
        for image in repository.images.values() {
            let tags = tags.get(&image.digest).map(Vec::as_slice).unwrap_or_default();
            if filter.takes(image, !tags.is_empty()) {
                ids.extend(ids_of(&image.digest, tags));
            }
        }
        let (image_ids, next_token) =
            paging::page(ids.into_iter(), self.max_results, 1000, self.next_token.as_deref())?;
        Ok(ListImagesOutput { image_ids, next_token })
    }
}

/// An image's rows in a list: one per tag, or one with the digest alone.
fn ids_of(digest: &Digest, tags: &[&str]) -> Vec<ImageIdentifier> {
    if tags.is_empty() {
        return vec![ImageIdentifier::digest(digest)];
    }
    tags.iter().map(|tag| ImageIdentifier::both(digest, Some(tag))).collect()
}

/// Deletes images by digest, and tags by tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchDeleteImage {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_ids: Vec<ImageIdentifier>,
}

/// What is gone, and what could not be deleted.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchDeleteImageOutput {
    pub image_ids: Vec<ImageIdentifier>,
    pub failures: Vec<ImageFailure>,
}

impl Operation for BatchDeleteImage {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "BatchDeleteImage";
    type Output = BatchDeleteImageOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:BatchDeleteImage")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<BatchDeleteImageOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        self.at(cloud, caller, place)
    }
}

impl OnRepository for BatchDeleteImage {
    const PUBLIC_ACTION: &'static str = "ecr-public:BatchDeleteImage";

    fn names(&self) -> (Option<&str>, &str) {
        (self.registry_id.as_deref(), &self.repository_name)
    }

    fn at(self, cloud: &mut Cloud, _caller: &Caller, place: Place) -> Result<BatchDeleteImageOutput, ApiError> {
        check_count("imageIds", self.image_ids.len())?;
        let (repository, store) = place.open(cloud)?;
        let mut output = BatchDeleteImageOutput { image_ids: Vec::new(), failures: Vec::new() };
        let mut gone = Vec::new();
        for image_id in self.image_ids {
            match delete_one(repository, &image_id, &mut gone) {
                Ok(deleted) => output.image_ids.extend(deleted),
                Err((code, reason)) => output.failures.push(ImageFailure {
                    image_id,
                    failure_code: code.to_owned(),
                    failure_reason: reason,
                }),
            }
        }
        release_blobs(repository, store, &gone);
        storage::on_removed(cloud, &place, &gone);
        if place.region().is_some() {
            let arn = place.arn();
            for id in &output.image_ids {
                let Some(digest) = id.image_digest.as_deref().and_then(|digest| digest.parse().ok()) else { continue };
                events::ecr::image(cloud, &arn, events::ecr::Action::Delete, &digest, id.image_tag.as_deref());
            }
        }
        Ok(output)
    }
}

/// By tag alone, the tag goes, and the image with its last one. By digest, the image goes with all its tags.
/// Source: Amazon ECR API reference, BatchDeleteImage.
fn delete_one(
    repository: &mut state::Repository,
    id: &ImageIdentifier,
    gone: &mut Vec<Arc<state::Image>>,
) -> Result<Vec<ImageIdentifier>, (&'static str, String)> {
    let digest = id.resolve(repository)?.digest.clone();
    let tags: Vec<String> = repository.tags_of(&digest).into_iter().map(str::to_owned).collect();
    if let (Some(tag), None) = (&id.image_tag, &id.image_digest)
        && tags.len() > 1
    {
        repository.tags.remove(tag);
        return Ok(vec![ImageIdentifier::both(&digest, Some(tag))]);
    }
    let indexes: Vec<String> = repository.indexes_of(&digest).map(|index| index.digest.to_string()).collect();
    if !indexes.is_empty() {
        return Err((
            "ImageReferencedByManifestList",
            format!("Requested image referenced by manifest list: [{}]", indexes.join(", ")),
        ));
    }
    gone.extend(remove_images(repository, [&digest]));
    Ok(ids_of(&digest, &tags.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// Removes images with all their tags. Their blobs stay until [`release_blobs`].
pub(in crate::cloud::ecr) fn remove_images<'a>(
    repository: &mut state::Repository,
    digests: impl IntoIterator<Item = &'a Digest>,
) -> Vec<Arc<state::Image>> {
    let gone: Vec<Arc<state::Image>> = digests.into_iter().filter_map(|digest| repository.remove(digest)).collect();
    let images = &repository.images;
    repository.tags.retain(|_, of| images.contains_key(of));
    gone
}

/// Lets go of the layers and configs that only images which are gone had.
pub(in crate::cloud::ecr) fn release_blobs(
    repository: &state::Repository,
    store: &mut LayerStore,
    gone: &[Arc<state::Image>],
) {
    for digest in gone.iter().flat_map(|image| image.blobs()) {
        if !repository.references(digest) {
            store.release(digest, &repository.name);
        }
    }
}
