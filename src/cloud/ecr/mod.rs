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
            let agenda = &mut cloud.account_mut(&account).region_mut(&region).ecr.agenda;
            let Some((due, what)) = agenda.first().filter(|(due, _)| *due <= now).cloned() else { break };
            agenda.pop_first();
            let place = Place { account: account.clone(), region: region.clone(), name: what.repository().to_owned() };
            match what {
                Due::Scan(_, image) => scan::finish(cloud, &place, &image),
                Due::Preview(_) => lifecycle::finish_preview(cloud, &place, due),
                Due::Lifecycle(_) => lifecycle::run_policy(cloud, &place, due),
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
    CompleteLayerUpload,
    CreateRepository,
    DeleteRepository,
    DeleteLifecyclePolicy,
    DeleteRegistryPolicy,
    DeleteRepositoryPolicy,
    DescribeImageScanFindings,
    DescribeImages,
    DescribeRegistry,
    DescribeRepositories,
    GetAuthorizationToken,
    GetDownloadUrlForLayer,
    GetLifecyclePolicy,
    GetLifecyclePolicyPreview,
    GetRegistryPolicy,
    GetRegistryScanningConfiguration,
    GetRepositoryPolicy,
    InitiateLayerUpload,
    ListImages,
    ListTagsForResource,
    PutImage,
    PutImageScanningConfiguration,
    PutImageTagMutability,
    PutLifecyclePolicy,
    PutRegistryPolicy,
    PutRegistryScanningConfiguration,
    SetRepositoryPolicy,
    StartImageScan,
    StartLifecyclePolicyPreview,
    TagResource,
    UntagResource,
    UploadLayerPart,
);
