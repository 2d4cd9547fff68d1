//! The operations, in AWS's shapes: members in the model's order, those without value left out.

mod image_list;
mod images;
mod layers;
mod lifecycle;
mod policies;
mod repositories;
mod scans;
mod settings;
mod shapes;
mod tags;
mod tokens;

pub use image_list::{
    BatchDeleteImage, BatchDeleteImageOutput, DescribeImages, DescribeImagesOutput, ImageDetail, ImagesFilter,
    ListImages, ListImagesOutput,
};
pub use images::{BatchGetImage, BatchGetImageOutput, PutImage, PutImageOutput};
pub use layers::{
    BatchCheckLayerAvailability, BatchCheckLayerAvailabilityOutput, CompleteLayerUpload, CompleteLayerUploadOutput,
    GetDownloadUrlForLayer, GetDownloadUrlForLayerOutput, InitiateLayerUpload, InitiateLayerUploadOutput, LayerFailure,
    LayerStatus, UploadLayerPart, UploadLayerPartOutput,
};
pub use lifecycle::{
    DeleteLifecyclePolicy, GetLifecyclePolicy, GetLifecyclePolicyPreview, GetLifecyclePolicyPreviewOutput,
    LifecyclePolicyOutput, LifecyclePolicyPreviewResult, LifecyclePolicyPreviewSummary, LifecyclePolicyRuleAction,
    PutLifecyclePolicy, StartLifecyclePolicyPreview, StartLifecyclePolicyPreviewOutput, TransitioningImageTotalCount,
};
pub use policies::{
    DeleteRegistryPolicy, DeleteRepositoryPolicy, GetRegistryPolicy, GetRepositoryPolicy, PutRegistryPolicy,
    RegistryPolicyOutput, RepositoryPolicyOutput, SetRepositoryPolicy,
};
pub use repositories::{
    CreateRepository, DeleteRepository, DescribeRepositories, DescribeRepositoriesOutput,
    PutImageScanningConfiguration, PutImageScanningConfigurationOutput, PutImageTagMutability,
    PutImageTagMutabilityOutput, RepositoryOutput,
};
pub use scans::{
    Attribute, DescribeImageScanFindings, DescribeImageScanFindingsOutput, ImageScanFinding, ImageScanFindings,
    ImageScanStatus, StartImageScan, StartImageScanOutput,
};
pub use settings::{
    DescribeRegistry, DescribeRegistryOutput, GetRegistryScanningConfiguration, GetRegistryScanningConfigurationOutput,
    PutRegistryScanningConfiguration, PutRegistryScanningConfigurationOutput, ScanningRule, ScanningRuleFilter,
};
pub use shapes::{Image, ImageFailure, ImageIdentifier, ImageScanningConfiguration, Repository, Tag};
pub use tags::{ListTagsForResource, ListTagsForResourceOutput, TagResource, UntagResource};
pub use tokens::{AuthorizationData, GetAuthorizationToken, GetAuthorizationTokenOutput};

pub(super) use image_list::{release_blobs, remove_images};

use serde::Serialize;

/// The output of operations that answer nothing: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Nothing {}
