//! Images of a public registry: putting them, and looking at them.

use serde::{Deserialize, Serialize};

use super::operations::arn;
use super::state::{self, state_mut};
use crate::cloud::ecr::{self, ImageIdentifier, OnRepository, paging};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Digest, Operation, Service, Timestamp};

/// Puts a manifest under its digest and, if one is given, under a tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct PutImage(pub ecr::PutImage);

impl Operation for PutImage {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "PutImage";
    type Output = ecr::PutImageOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let resource = arn(cloud, caller, self.0.registry_id.as_deref(), &self.0.repository_name);
        vec![Authorization::on(ecr::PutImage::PUBLIC_ACTION, resource)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ecr::PutImageOutput, ApiError> {
        state::check_region(caller)?;
        let account = state::account_or_alias(cloud, caller, self.0.registry_id.as_deref())?;
        let place = state::find_place(cloud, account, &self.0.repository_name)?;
        let tag = self.0.image_tag.clone();
        let output = self.0.at(cloud, caller, place.clone())?;
        if let Some(tag) = tag {
            let now = cloud.now();
            state_mut(cloud, &place.account).tagged_at.insert((place.name, tag), now);
        }
        Ok(output)
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
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageDetail {
    pub registry_id: String,
    pub repository_name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_tags: Vec<String>,
    #[serde(flatten)]
    pub image: ReferencedImageDetail,
}

/// What is the image's own.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferencedImageDetail {
    pub image_digest: Digest,
    pub image_size_in_bytes: u64,
    pub image_pushed_at: Timestamp,
    pub image_manifest_media_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact_media_type: Option<String>,
}

impl From<&ecr::StoredImage> for ReferencedImageDetail {
    fn from(of: &ecr::StoredImage) -> Self {
        Self {
            image_digest: of.digest.clone(),
            image_size_in_bytes: of.size,
            image_pushed_at: of.pushed_at,
            image_manifest_media_type: of.media_type.to_string(),
            artifact_media_type: ecr::artifact_type(of),
        }
    }
}

impl Operation for DescribeImages {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "DescribeImages";
    type Output = DescribeImagesOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let resource = arn(cloud, caller, self.registry_id.as_deref(), &self.repository_name);
        vec![Authorization::on("ecr-public:DescribeImages", resource)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeImagesOutput, ApiError> {
        let place = state::place(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let repository = place.repository(cloud)?;
        let detail = |image: &ecr::StoredImage| ImageDetail {
            registry_id: place.account.to_string(),
            repository_name: place.name.clone(),
            image_tags: repository.tags_of(&image.digest).into_iter().map(str::to_owned).collect(),
            image: image.into(),
        };
        if let Some(ids) = &self.image_ids {
            ecr::no_paging_with("imageIds", self.next_token.as_deref(), self.max_results)?;
            let found = ids.iter().map(|id| ecr::find_image(repository, &place, id).map(detail));
            return Ok(DescribeImagesOutput { image_details: found.collect::<Result<_, _>>()?, next_token: None });
        }
        let all = repository.images.values();
        let (page, next_token) = paging::page(all, self.max_results, 1000, self.next_token.as_deref())?;
        Ok(DescribeImagesOutput { image_details: page.into_iter().map(|image| detail(image)).collect(), next_token })
    }
}

/// Lists tags with their images.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeImageTags {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
}

/// A page of tags, by name.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeImageTagsOutput {
    pub image_tag_details: Vec<ImageTagDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A tag, since when it is there, and its image.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageTagDetail {
    pub image_tag: String,
    pub created_at: Timestamp,
    pub image_detail: ReferencedImageDetail,
}

impl Operation for DescribeImageTags {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "DescribeImageTags";
    type Output = DescribeImageTagsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let resource = arn(cloud, caller, self.registry_id.as_deref(), &self.repository_name);
        vec![Authorization::on("ecr-public:DescribeImageTags", resource)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeImageTagsOutput, ApiError> {
        let place = state::place(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let repository = place.repository(cloud)?;
        let tagged_at = cloud.account(&place.account).map(|account| &account.public.tagged_at);
        let all = repository.tags.iter().filter_map(|(tag, digest)| {
            let image = repository.image(digest)?;
            let created = tagged_at.and_then(|times| times.get(&(place.name.clone(), tag.clone())));
            Some(ImageTagDetail {
                image_tag: tag.clone(),
                created_at: created.copied().unwrap_or(image.pushed_at),
                image_detail: image.into(),
            })
        });
        let (image_tag_details, next_token) = paging::page(all, self.max_results, 1000, self.next_token.as_deref())?;
        Ok(DescribeImageTagsOutput { image_tag_details, next_token })
    }
}
