//! Shapes that several operations share.

use serde::{Deserialize, Serialize};

use crate::cloud::ecr::{errors, state};
use crate::cloud::{ApiError, Digest, Timestamp};

/// A repository, as described.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repository {
    pub repository_arn: String,
    pub registry_id: String,
    pub repository_name: String,
    pub repository_uri: String,
    pub created_at: Timestamp,
    pub image_tag_mutability: state::Mutability,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_tag_mutability_exclusion_filters: Vec<state::ExclusionFilter>,
    pub image_scanning_configuration: ImageScanningConfiguration,
    pub encryption_configuration: state::Encryption,
}

impl From<&state::Repository> for Repository {
    fn from(of: &state::Repository) -> Self {
        Self {
            repository_arn: of.arn.to_string(),
            registry_id: of.arn.account().to_owned(),
            repository_name: of.name.clone(),
            repository_uri: of.uri.clone(),
            created_at: of.created_at,
            image_tag_mutability: of.mutability,
            image_tag_mutability_exclusion_filters: of.exclusion_filters.clone(),
            image_scanning_configuration: ImageScanningConfiguration { scan_on_push: of.scan_on_push },
            encryption_configuration: of.encryption.clone(),
        }
    }
}

/// Whether images are scanned when they arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImageScanningConfiguration {
    pub scan_on_push: bool,
}

/// An image by digest, by tag, or by both. Texts, for a wrong one is an answer's failure, not an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ImageIdentifier {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_tag: Option<String>,
}

impl ImageIdentifier {
    /// By tag.
    pub fn tag(tag: &str) -> Self {
        Self { image_digest: None, image_tag: Some(tag.to_owned()) }
    }

    /// By digest.
    pub fn digest(digest: &Digest) -> Self {
        Self { image_digest: Some(digest.to_string()), image_tag: None }
    }

    /// By both.
    pub(super) fn both(digest: &Digest, tag: Option<&str>) -> Self {
        Self { image_digest: Some(digest.to_string()), image_tag: tag.map(str::to_owned) }
    }

    /// Checks the form of what it says, as operations on single images do.
    /// Source: observed at DescribeImages.
    pub(in crate::cloud::ecr) fn check(&self) -> Result<(), ApiError> {
        if self.image_digest.as_deref().is_some_and(|digest| !is_layer_digest(digest)) {
            let constraint = format_args!("must satisfy regular expression '{DIGEST_REGEX}'");
            return Err(errors::invalid("imageDigest", constraint));
        }
        self.image_tag.as_deref().map_or(Ok(()), check_tag)
    }

    /// What it names in `repository`; else the failure's code and reason, as batch operations give them.
    pub(super) fn resolve<'a>(
        &self,
        repository: &'a state::Repository,
    ) -> Result<&'a state::Image, (&'static str, String)> {
        const NOT_FOUND: &str = "Requested image not found";
        let not_found = || ("ImageNotFound", NOT_FOUND.to_owned());
        if self.image_tag.as_deref().is_some_and(|tag| check_tag(tag).is_err()) {
            // Inferred: the model has the code; the text is that of digests.
            return Err((
                "InvalidImageTag",
                format!("Invalid request parameters: image tag should satisfy the regex '{TAG_REGEX}'"),
            ));
        }
        let digest = match &self.image_digest {
            Some(text) if !is_layer_digest(text) => {
                return Err((
                    "InvalidImageDigest",
                    format!("Invalid request parameters: image digest should satisfy the regex '{DIGEST_REGEX}'"),
                ));
            }
            Some(text) => Some(text.parse::<Digest>().map_err(|_| not_found())?),
            None => None,
        };
        let image = match (&digest, &self.image_tag) {
            (None, None) => {
                return Err((
                    "MissingDigestAndTag",
                    "Invalid request parameters: both tag and digest cannot be null".to_owned(),
                ));
            }
            (Some(digest), None) => repository.image(digest),
            (_, Some(tag)) => repository.image_by_tag(tag),
        };
        let image = image.ok_or_else(not_found)?;
        if digest.is_some_and(|digest| digest != image.digest) {
            // Inferred: the model has the code, its text is not documented.
            return Err((
                "ImageTagDoesNotMatchDigest",
                "Requested image tag does not match the image digest".to_owned(),
            ));
        }
        Ok(image)
    }
}

/// The pattern of tags, as the service's messages quote it.
const TAG_REGEX: &str = "[a-zA-Z0-9-_.]+";

/// Checks the form of a tag. Docker's own limit is stricter: 128 characters.
/// Source: Amazon ECR service model, `ImageTag`; message observed.
pub(super) fn check_tag(tag: &str) -> Result<(), ApiError> {
    const PARAMETER: &str = "imageTag";
    if tag.is_empty() {
        return Err(errors::invalid(PARAMETER, "Member must have length greater than or equal to 1"));
    }
    if tag.len() > 300 {
        return Err(errors::invalid(PARAMETER, "Member must have length less than or equal to 300"));
    }
    if !tag.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        return Err(errors::invalid(PARAMETER, format_args!("must satisfy regular expression '{TAG_REGEX}'")));
    }
    Ok(())
}

/// The pattern of digests in the service model.
pub(super) const DIGEST_REGEX: &str = "[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+";

/// Whether the text fits [`DIGEST_REGEX`].
pub(super) fn is_layer_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        !algorithm.is_empty()
            && !hex.is_empty()
            && algorithm.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'+' | b'.'))
            && hex.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// Why a batch operation could not do its part for an image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageFailure {
    pub image_id: ImageIdentifier,
    pub failure_code: String,
    pub failure_reason: String,
}

/// An image with its manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    pub registry_id: String,
    pub repository_name: String,
    pub image_id: ImageIdentifier,
    /// The manifest, byte for byte.
    pub image_manifest: String,
    pub image_manifest_media_type: String,
}

/// A resource tag. Its members are capitalised, unlike all else in ECR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    #[serde(rename = "Key")]
    pub key: String,
    #[serde(rename = "Value")]
    pub value: String,
}
