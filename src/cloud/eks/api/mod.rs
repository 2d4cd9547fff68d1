//! The operations of EKS that are simulated, in AWS's shapes.

mod access_entries;
mod addons;
mod clusters;
mod fargate;
mod nodegroups;
mod pod_identity;
mod tags;
mod updates;

pub use access_entries::{
    AssociateAccessPolicy, CreateAccessEntry, DeleteAccessEntry, DescribeAccessEntry, DisassociateAccessPolicy,
    ListAccessEntries, ListAccessPolicies, ListAssociatedAccessPolicies, UpdateAccessEntry,
};
pub use addons::{CreateAddon, DeleteAddon, DescribeAddon, ListAddons};
pub use clusters::{
    CreateCluster, DeleteCluster, DescribeCluster, ListClusters, UpdateClusterConfig, UpdateClusterVersion,
};
pub use fargate::{CreateFargateProfile, DeleteFargateProfile, DescribeFargateProfile, ListFargateProfiles};
pub use nodegroups::{CreateNodegroup, DeleteNodegroup, DescribeNodegroup, ListNodegroups, UpdateNodegroupConfig};
pub use pod_identity::{
    CreatePodIdentityAssociation, DeletePodIdentityAssociation, DescribePodIdentityAssociation,
    ListPodIdentityAssociations,
};
pub use tags::{ListTagsForResource, TagResource, UntagResource};
pub use updates::{DescribeUpdate, ListUpdates};

pub(super) use addons::wake_addon;
pub(super) use clusters::wake_cluster;
pub(super) use fargate::wake_profile;
pub(super) use updates::wake_update;

use super::home::{Home, invalid_parameter};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, iam};

crate::cloud::operations!(
    AssociateAccessPolicy,
    CreateAccessEntry,
    CreateAddon,
    CreateCluster,
    CreateFargateProfile,
    CreateNodegroup,
    CreatePodIdentityAssociation,
    DeleteAccessEntry,
    DeleteAddon,
    DeleteCluster,
    DeleteFargateProfile,
    DeleteNodegroup,
    DeletePodIdentityAssociation,
    DescribeAccessEntry,
    DescribeAddon,
    DescribeCluster,
    DescribeFargateProfile,
    DescribeNodegroup,
    DescribePodIdentityAssociation,
    DescribeUpdate,
    DisassociateAccessPolicy,
    ListAccessEntries,
    ListAccessPolicies,
    ListAddons,
    ListAssociatedAccessPolicies,
    ListClusters,
    ListFargateProfiles,
    ListNodegroups,
    ListPodIdentityAssociations,
    ListTagsForResource,
    ListUpdates,
    TagResource,
    UntagResource,
    UpdateAccessEntry,
    UpdateClusterConfig,
    UpdateClusterVersion,
    UpdateNodegroupConfig,
);

/// An action on a cluster.
fn on_cluster(action: &'static str, caller: &Caller, name: &str) -> Vec<Authorization> {
    vec![Authorization::on(action, Home::of(caller).cluster_arn(name))]
}

/// Source: Amazon EKS User Guide, "Amazon EKS identity-based policy examples": roles are passed to EKS.
fn passes(role: &str) -> Option<Authorization> {
    role.parse().ok().map(|role| iam::pass_role(role, "eks.amazonaws.com"))
}

/// A role by its ARN.
fn role_arn(text: &str) -> Result<Arn, ApiError> {
    // Inferred: the wording.
    text.parse().map_err(|_| invalid_parameter(format!("Invalid role arn: {text}")))
}

/// Subnets that are there, with their zones.
fn zones(cloud: &Cloud, home: &Home, subnets: &[String]) -> Result<Vec<char>, ApiError> {
    // A region that nothing was made in yet has the network that every region starts with.
    let fresh = crate::cloud::net::State::default();
    let net = home.net(cloud).unwrap_or(&fresh);
    let zone = |id: &String| {
        net.subnet(id)
            .map(|subnet| subnet.zone)
            .ok_or_else(|| invalid_parameter(format!("The subnet ID '{id}' does not exist")))
    };
    subnets.iter().map(zone).collect()
}

/// One page of a list: at most `max_results` after where `next_token` says. A token is the place to go on at.
fn page<T>(
    items: Vec<T>,
    max_results: Option<i64>,
    next_token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), ApiError> {
    const MOST: usize = 100;
    let start: usize = match next_token {
        None | Some("") => 0,
        Some(token) => token.parse().map_err(|_| invalid_parameter("Invalid nextToken"))?,
    };
    let size =
        max_results.and_then(|size| usize::try_from(size).ok()).filter(|size| *size > 0).unwrap_or(MOST).min(MOST);
    let more = items.len() > start.saturating_add(size);
    let page = items.into_iter().skip(start).take(size).collect();
    Ok((page, more.then(|| (start + size).to_string())))
}

/// A page under its name, as answers have it.
fn listed<T: serde::Serialize>(
    name: &str,
    items: Vec<T>,
    max_results: Option<i64>,
    next_token: Option<&str>,
) -> Result<serde_json::Value, ApiError> {
    let (items, next) = page(items, max_results, next_token)?;
    let mut answer = serde_json::Map::new();
    answer.insert(name.to_owned(), serde_json::json!(items));
    answer.extend(next.map(|next| ("nextToken".to_owned(), next.into())));
    Ok(answer.into())
}
