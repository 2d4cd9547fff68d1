//! ECR's errors in AWS's words.
//!
//! Source of the texts: Amazon ECR service model and observed answers; those marked "Inferred" are ours in AWS's style.

use crate::cloud::{AccountId, ApiError, Digest};

/// Where something is missing or in the way: a repository in a registry.
#[derive(Clone, Copy, Debug)]
pub(in crate::cloud) struct In<'a> {
    pub(in crate::cloud) repository: &'a str,
    pub(in crate::cloud) registry: &'a AccountId,
}

pub(in crate::cloud) fn invalid(parameter: &str, constraint: impl std::fmt::Display) -> ApiError {
    ApiError::new(
        "InvalidParameterException",
        format!("Invalid parameter at '{parameter}' failed to satisfy constraint: '{constraint}'"),
    )
}

/// What newer operations answer to a wrong input.
pub(in crate::cloud) fn validation(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", message)
}

/// The text is none of the values that the model lists.
pub(in crate::cloud) fn not_in_enum(parameter: &str, values: &[&str]) -> ApiError {
    invalid(parameter, format_args!("Member must satisfy enum value set: [{}]", values.join(", ")))
}

/// A list is longer than the model allows.
pub(in crate::cloud) fn too_many(parameter: &str, most: usize) -> ApiError {
    invalid(parameter, format_args!("Member must have length less than or equal to {most}"))
}

/// A service quota is used up.
pub(in crate::cloud) fn limit_exceeded(message: impl Into<String>) -> ApiError {
    ApiError::new("LimitExceededException", message)
}

pub(in crate::cloud) fn repository_not_found(name: &str, registry: &str) -> ApiError {
    ApiError::new(
        "RepositoryNotFoundException",
        format!("The repository with name '{name}' does not exist in the registry with id '{registry}'"),
    )
}

pub(in crate::cloud) fn registry_policy_not_found(registry: &AccountId) -> ApiError {
    ApiError::new(
        "RegistryPolicyNotFoundException",
        format!("Registry policy does not exist in the registry with id '{registry}'"),
    )
}

/// `{imageDigest:'…', imageTag:'…'}`, with the word `null` for what was not given.
fn image_id(digest: Option<&str>, tag: Option<&str>) -> String {
    format!("{{imageDigest:'{}', imageTag:'{}'}}", digest.unwrap_or("null"), tag.unwrap_or("null"))
}

impl In<'_> {
    fn of(&self) -> String {
        format!("the repository with name '{}' in the registry with id '{}'", self.repository, self.registry)
    }

    pub(in crate::cloud) fn already_exists(&self) -> ApiError {
        ApiError::new(
            "RepositoryAlreadyExistsException",
            format!(
                "The repository with name '{}' already exists in the registry with id '{}'",
                self.repository, self.registry
            ),
        )
    }

    pub(in crate::cloud) fn not_empty(&self) -> ApiError {
        ApiError::new(
            "RepositoryNotEmptyException",
            format!(
                "The repository with name '{}' in registry with id '{}' cannot be deleted because it still contains images",
                self.repository, self.registry
            ),
        )
    }

    pub(in crate::cloud) fn policy_not_found(&self) -> ApiError {
        ApiError::new(
            "RepositoryPolicyNotFoundException",
            format!("Repository policy does not exist for {}", self.of()),
        )
    }

    pub(in crate::cloud) fn lifecycle_policy_not_found(&self) -> ApiError {
        ApiError::new("LifecyclePolicyNotFoundException", format!("Lifecycle policy does not exist for {}", self.of()))
    }

    /// Inferred: the model has the error, its text is not documented.
    pub(in crate::cloud) fn preview_not_found(&self) -> ApiError {
        ApiError::new(
            "LifecyclePolicyPreviewNotFoundException",
            format!("Lifecycle policy preview does not exist for {}", self.of()),
        )
    }

    /// Inferred: the model has the error, its text is not documented.
    pub(in crate::cloud) fn preview_in_progress(&self) -> ApiError {
        ApiError::new(
            "LifecyclePolicyPreviewInProgressException",
            format!("Lifecycle policy preview is already in progress for {}", self.of()),
        )
    }

    pub(in crate::cloud) fn image_not_found(&self, digest: Option<&str>, tag: Option<&str>) -> ApiError {
        ApiError::new(
            "ImageNotFoundException",
            format!(
                "The image with imageId {} does not exist within the repository with name '{}' in the registry with id '{}'",
                image_id(digest, tag),
                self.repository,
                self.registry
            ),
        )
    }

    pub(in crate::cloud) fn scan_not_found(&self, digest: Option<&str>, tag: Option<&str>) -> ApiError {
        ApiError::new(
            "ScanNotFoundException",
            format!("Image scan does not exist for the image with '{}' in {}", image_id(digest, tag), self.of()),
        )
    }

    pub(in crate::cloud) fn image_already_exists(&self, digest: &Digest, tag: &str) -> ApiError {
        ApiError::new(
            "ImageAlreadyExistsException",
            format!(
                "Image with digest '{digest}' and tag '{tag}' already exists in the repository with name '{}' in registry \
                 with id '{}'",
                self.repository, self.registry
            ),
        )
    }

    pub(in crate::cloud) fn tag_is_immutable(&self, tag: &str) -> ApiError {
        ApiError::new(
            "ImageTagAlreadyExistsException",
            format!(
                "The image tag '{tag}' already exists in the '{}' repository and cannot be overwritten because the tag is \
                 immutable.",
                self.repository
            ),
        )
    }

    fn required_for_pushing(&self, code: &'static str, what: &str, digests: &[&Digest]) -> ApiError {
        let list: Vec<String> = digests.iter().map(ToString::to_string).collect();
        ApiError::new(
            code,
            format!(
                "{what} with digests '[{}]' required for pushing image into repository with name '{}' in the registry with \
                 id '{}' do not exist",
                list.join(", "),
                self.repository,
                self.registry
            ),
        )
    }

    pub(in crate::cloud) fn layers_not_found(&self, digests: &[&Digest]) -> ApiError {
        self.required_for_pushing("LayersNotFoundException", "Layers", digests)
    }

    /// Inferred: worded as its sibling for layers.
    pub(in crate::cloud) fn referenced_images_not_found(&self, digests: &[&Digest]) -> ApiError {
        self.required_for_pushing("ReferencedImagesNotFoundException", "Images", digests)
    }

    pub(in crate::cloud) fn layer_not_found(&self, digest: &str) -> ApiError {
        ApiError::new(
            "LayersNotFoundException",
            format!("The layer with digest '{digest}' does not exist within {}", self.of()),
        )
    }

    /// Inferred: the model says what it means, not its text.
    pub(in crate::cloud) fn layer_inaccessible(&self, digest: &str) -> ApiError {
        ApiError::new(
            "LayerInaccessibleException",
            format!("The layer with digest '{digest}' is not referenced by any image within {}", self.of()),
        )
    }

    /// Inferred: the model says what it means, not its text.
    pub(in crate::cloud) fn layer_already_exists(&self, digest: &Digest) -> ApiError {
        ApiError::new(
            "LayerAlreadyExistsException",
            format!("The layer with digest '{digest}' already exists within {}", self.of()),
        )
    }

    /// Inferred: the model says what it means, not its text.
    pub(in crate::cloud) fn upload_not_found(&self, upload: &str) -> ApiError {
        ApiError::new(
            "UploadNotFoundException",
            format!("The upload with id '{upload}' does not exist within {}", self.of()),
        )
    }
}
