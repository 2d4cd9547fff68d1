//! ECR: the private registry.
//!
//! - [`State`] and [`Repository`]: what a registry holds; read it with [`repository`] and [`repository_by_arn`].
//! - `ops`: the API's operations. `registry`: the same through docker's eyes.
//! - [`lifecycle`]: policies that expire images. [`scan`]: known vulnerabilities in images.
//!
//! Not here: replication, pull-through cache, creation templates, signing, referrers, ECR Public.

mod errors;
pub mod lifecycle;
mod ops;
mod paging;
mod place;
pub mod registry;
pub mod scan;
mod state;

pub use ops::*;
pub use place::repository_arn;
pub(super) use state::resource_policy;
pub use state::{
    Encryption, ExclusionFilter, Image as StoredImage, Mutability, Repository as StoredRepository, State, Token,
    repository, repository_by_arn,
};

use super::{Cloud, Timestamp};

/// Lets what is due at [`Cloud::now`] happen: scans finish, lifecycle policies run.
pub(super) fn tick(cloud: &mut Cloud) {
    scan::tick(cloud);
}

/// When something is due next.
pub(super) fn next_due(cloud: &Cloud) -> Option<Timestamp> {
    let registries = cloud.accounts().flat_map(|account| account.regions()).map(|(_, region)| &region.ecr);
    registries.filter_map(State::next_due).min()
}

super::operations!(
    BatchCheckLayerAvailability,
    BatchDeleteImage,
    BatchGetImage,
    CompleteLayerUpload,
    CreateRepository,
    DeleteRepository,
    DeleteRegistryPolicy,
    DeleteRepositoryPolicy,
    DescribeImages,
    DescribeRegistry,
    DescribeRepositories,
    GetAuthorizationToken,
    GetDownloadUrlForLayer,
    GetRegistryPolicy,
    GetRegistryScanningConfiguration,
    GetRepositoryPolicy,
    InitiateLayerUpload,
    ListImages,
    ListTagsForResource,
    PutImage,
    PutImageScanningConfiguration,
    PutImageTagMutability,
    PutRegistryPolicy,
    PutRegistryScanningConfiguration,
    SetRepositoryPolicy,
    TagResource,
    UntagResource,
    UploadLayerPart,
);
