//! ECR: the private registry.

use std::sync::Arc;

use super::iam::Policy;
use super::{Arn, Cloud, Timestamp};

/// An account's registry in one region.
#[derive(Clone, Debug, Default)]
pub struct State {}

/// The repository policy of the repository that `resource` names, if it has one. IAM asks this for every request on it.
pub(super) fn resource_policy(_cloud: &Cloud, _resource: &Arn) -> Option<Arc<Policy>> {
    None
}

/// Lets what is due at [`Cloud::now`] happen: scans finish, lifecycle policies run.
pub(super) fn tick(_cloud: &mut Cloud) {}

/// When something is due next.
pub(super) fn next_due(_cloud: &Cloud) -> Option<Timestamp> {
    None
}

super::operations!();
