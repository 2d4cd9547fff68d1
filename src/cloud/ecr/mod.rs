//! ECR: the private registry.

use super::{Cloud, Timestamp};

/// An account's registry in one region.
#[derive(Clone, Debug, Default)]
pub struct State {}

/// Lets what is due at [`Cloud::now`] happen: scans finish, lifecycle policies run.
pub(super) fn tick(_cloud: &mut Cloud) {}

/// When something is due next.
pub(super) fn next_due(_cloud: &Cloud) -> Option<Timestamp> {
    None
}

super::operations!();
