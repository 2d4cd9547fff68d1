//! ECR: the private registry.
//!
//! - [`State`] and [`Repository`]: what a registry holds; read it with [`repository`] and [`repository_by_arn`].
//! - `ops`: the API's operations. `registry`: the same through docker's eyes.
//! - [`lifecycle`]: policies that expire images. [`scan`]: known vulnerabilities in images.
//!
//! - [`replication`], [`pull_through`] and [`templates`]: how images come without a push, and repositories without a request.
//! - [`signing`]: signatures that ECR makes on push.

mod accepted;
mod encryption;
pub(in crate::cloud) mod errors;
mod image;
pub mod lifecycle;
mod ops;
pub(in crate::cloud) mod paging;
mod parcel;
pub(in crate::cloud) mod place;
pub mod pull_through;
pub mod registry;
pub mod replication;
pub mod scan;
pub mod signing;
mod state;
mod storage;
pub mod templates;

pub use image::Image as StoredImage;
pub use ops::*;
pub(in crate::cloud) use ops::{
    OnRepository, add_request_tags, add_tags, artifact_type, find_image, new_repository, new_token, no_paging_with,
    remove_repository,
};
pub use place::repository_arn;
pub use state::{
    Encryption, ExclusionFilter, Mutability, Quotas, Repository as StoredRepository, State, Token, repository,
    repository_by_arn, set_quotas,
};
pub(super) use state::{registry_policy, resource_policy};

use super::{Cloud, Timestamp};
use place::Place;
use state::Due;

/// Lets what is due at [`Cloud::now`] happen: scans and previews end, lifecycle policies run.
pub(super) fn tick(cloud: &mut Cloud) {
    let now = cloud.now();
    let registries = cloud.accounts().flat_map(|account| {
        account.regions().map(|(region, of)| (account.id().clone(), region.clone(), of.ecr.next_due()))
    });
    let registries: Vec<_> = registries.filter(|(_, _, due)| due.is_some_and(|due| due <= now)).collect();
    for (account, region, _) in registries {
        loop {
            let agenda = &mut cloud.regional_mut(&account, &region).ecr.agenda;
            let Some((due, what)) = agenda.first().filter(|(due, _)| *due <= now).cloned() else { break };
            agenda.pop_first();
            let place = Place::private(account.clone(), region.clone(), what.repository());
            match what {
                Due::Activation(_, image) => storage::finish_activation(cloud, &place, &image),
                Due::Signing(_, image) => signing::finish(cloud, &place, &image),
                Due::Scan(_, image) => scan::finish(cloud, &place, &image),
                Due::Replication(copy) => replication::finish(cloud, &place, &copy),
                Due::Preview(_) => lifecycle::finish_preview(cloud, &place, due),
                Due::Lifecycle(_) => lifecycle::run_policy(cloud, &place, due),
                Due::Referrers(_, subject) => storage::remove_referrers(cloud, &place, &subject),
            }
        }
    }
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
    BatchGetRepositoryScanningConfiguration,
    CompleteLayerUpload,
    CreatePullThroughCacheRule,
    CreateRepository,
    CreateRepositoryCreationTemplate,
    DeleteLifecyclePolicy,
    DeletePullThroughCacheRule,
    DeleteRegistryPolicy,
    DeleteRepository,
    DeleteRepositoryCreationTemplate,
    DeleteRepositoryPolicy,
    DeleteSigningConfiguration,
    DeregisterPullTimeUpdateExclusion,
    DescribeImageReplicationStatus,
    DescribeImageScanFindings,
    DescribeImageSigningStatus,
    DescribeImages,
    DescribePullThroughCacheRules,
    DescribeRegistry,
    DescribeRepositories,
    DescribeRepositoryCreationTemplates,
    GetAccountSetting,
    GetAuthorizationToken,
    GetDownloadUrlForLayer,
    GetLifecyclePolicy,
    GetLifecyclePolicyPreview,
    GetRegistryPolicy,
    GetRegistryScanningConfiguration,
    GetRepositoryPolicy,
    GetSigningConfiguration,
    InitiateLayerUpload,
    ListImageReferrers,
    ListImages,
    ListPullTimeUpdateExclusions,
    ListTagsForResource,
    PutAccountSetting,
    PutImage,
    PutImageScanningConfiguration,
    PutImageTagMutability,
    PutLifecyclePolicy,
    PutRegistryPolicy,
    PutRegistryScanningConfiguration,
    PutReplicationConfiguration,
    PutSigningConfiguration,
    RegisterPullTimeUpdateExclusion,
    SetRepositoryPolicy,
    StartImageScan,
    StartLifecyclePolicyPreview,
    TagResource,
    UntagResource,
    UpdateImageStorageClass,
    UpdatePullThroughCacheRule,
    UpdateRepositoryCreationTemplate,
    UploadLayerPart,
    ValidatePullThroughCacheRule,
);
