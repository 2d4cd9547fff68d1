//! ECS: clusters, task definitions, tasks, services, and the agents that pull.

use super::{Cloud, Timestamp};

/// An account's ECS in one region.
#[derive(Clone, Debug, Default)]
pub struct State {}

/// Lets what is due at [`Cloud::now`] happen: tasks change state, services reconcile.
pub(super) fn tick(_cloud: &mut Cloud) {}

/// When something is due next.
pub(super) fn next_due(_cloud: &Cloud) -> Option<Timestamp> {
    None
}

super::operations!();
