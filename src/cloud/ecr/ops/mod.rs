//! The operations, in AWS's shapes: members in the model's order, those without value left out.

mod account_settings;
mod enhanced;
mod exclusions;
mod image_list;
mod images;
mod layers;
mod lifecycle;
mod policies;
mod pull_through;
mod referrers;
mod replication;
mod repositories;
mod scanning;
mod scans;
mod shapes;
mod signing;
mod storage;
mod tags;
mod templates;
mod tokens;

pub use account_settings::{AccountSettingOutput, GetAccountSetting, PutAccountSetting};
pub use enhanced::{
    AwsEcrContainerImageDetails, CvssScore, CvssScoreAdjustment, CvssScoreDetails, EnhancedImageScanFinding,
    PackageVulnerabilityDetails, Recommendation, Remediation, Resource, ResourceDetails, ScoreDetails,
    VulnerablePackage,
};
pub use exclusions::{
    DeregisterPullTimeUpdateExclusion, DeregisterPullTimeUpdateExclusionOutput, ListPullTimeUpdateExclusions,
    ListPullTimeUpdateExclusionsOutput, RegisterPullTimeUpdateExclusion, RegisterPullTimeUpdateExclusionOutput,
};
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
pub use pull_through::{
    CreatePullThroughCacheRule, CreatePullThroughCacheRuleOutput, DeletePullThroughCacheRule,
    DeletePullThroughCacheRuleOutput, DescribePullThroughCacheRules, DescribePullThroughCacheRulesOutput,
    PullThroughCacheRule, UpdatePullThroughCacheRule, UpdatePullThroughCacheRuleOutput, ValidatePullThroughCacheRule,
    ValidatePullThroughCacheRuleOutput,
};
pub use referrers::{
    ImageReferrer, ListImageReferrers, ListImageReferrersFilter, ListImageReferrersOutput, SubjectIdentifier,
};
pub use replication::{
    DescribeImageReplicationStatus, DescribeImageReplicationStatusOutput, DescribeRegistry, DescribeRegistryOutput,
    ImageReplicationStatus, PutReplicationConfiguration, PutReplicationConfigurationOutput, ReplicationConfiguration,
};
pub use repositories::{
    CreateRepository, DeleteRepository, DescribeRepositories, DescribeRepositoriesOutput,
    PutImageScanningConfiguration, PutImageScanningConfigurationOutput, PutImageTagMutability,
    PutImageTagMutabilityOutput, RepositoryOutput,
};
pub use scanning::{
    BatchGetRepositoryScanningConfiguration, BatchGetRepositoryScanningConfigurationOutput,
    GetRegistryScanningConfiguration, GetRegistryScanningConfigurationOutput, PutRegistryScanningConfiguration,
    PutRegistryScanningConfigurationOutput, RepositoryScanningConfiguration, RepositoryScanningConfigurationFailure,
    ScanningConfiguration, ScanningRule, ScanningRuleFilter,
};
pub use scans::{
    Attribute, DescribeImageScanFindings, DescribeImageScanFindingsOutput, ImageScanFinding, ImageScanFindings,
    ImageScanStatus, StartImageScan, StartImageScanOutput,
};
pub use shapes::{Image, ImageFailure, ImageIdentifier, ImageScanningConfiguration, Repository, Tag};
pub use signing::{
    DeleteSigningConfiguration, DescribeImageSigningStatus, DescribeImageSigningStatusOutput, GetSigningConfiguration,
    ImageSigningStatus, PutSigningConfiguration, PutSigningConfigurationOutput, SigningConfiguration,
    SigningConfigurationOutput,
};
pub use storage::{UpdateImageStorageClass, UpdateImageStorageClassOutput};
pub use tags::{ListTagsForResource, ListTagsForResourceOutput, TagResource, UntagResource};
pub use templates::{
    CreateRepositoryCreationTemplate, DeleteRepositoryCreationTemplate, DescribeRepositoryCreationTemplates,
    DescribeRepositoryCreationTemplatesOutput, RepositoryCreationTemplate, RepositoryCreationTemplateOutput,
    TemplateSettings, UpdateRepositoryCreationTemplate,
};
pub use tokens::{AuthorizationData, GetAuthorizationToken, GetAuthorizationTokenOutput, TOKEN_LIFETIME};

pub(in crate::cloud) use image_list::find as find_image;
pub(super) use image_list::{release_blobs, remove_images};
pub(in crate::cloud) use referrers::artifact_type;
pub(in crate::cloud) use repositories::{new_repository, no_paging_with, remove_repository};
pub(in crate::cloud::ecr) use scanning::tell_new;
pub(in crate::cloud) use tags::{add as add_tags, add_request_tags, list as list_tags, remove as remove_tags};
pub(in crate::cloud) use tokens::new_token;

use serde::Serialize;

use super::place::Place;
use crate::cloud::{ApiError, Caller, Cloud, Operation};

/// The output of operations that answer nothing: `{}`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Nothing {}

/// An operation on one repository that private and public registries have in common.
pub(in crate::cloud) trait OnRepository: Operation {
    /// What it needs at a public registry.
    const PUBLIC_ACTION: &'static str;
    /// Whether it is a part of a push: those know a public registry by its alias too, and say when there is none.
    const IS_PART_OF_PUSH: bool = false;

    /// The registry, if it is said, and the repository.
    fn names(&self) -> (Option<&str>, &str);

    /// Carries it out on a repository that is there.
    fn at(self, cloud: &mut Cloud, caller: &Caller, place: Place) -> Result<Self::Output, ApiError>;
}
