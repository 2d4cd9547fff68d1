//! Amazon EC2 Auto Scaling, as far as ECS meets it: groups that launch instances of one kind and end them, by hand or as
//! a capacity provider's managed scaling wants it.
//!
//! Not here: launch templates (a group is made after an instance that is there), scaling policies of one's own, lifecycle
//! hooks but the one that managed draining stands for, health checks but EC2's.

mod group;
mod operations;

pub use group::{Activity, Group};
pub(in crate::cloud) use group::{Home, adjust, instance_gone};
pub use operations::{
    CreateAutoScalingGroup, DeleteAutoScalingGroup, DescribeAutoScalingGroups, DescribeScalingActivities,
    SetDesiredCapacity, SetInstanceProtection, UpdateAutoScalingGroup,
};

use std::collections::BTreeMap;
use std::sync::Arc;

/// An account's groups in a region.
#[derive(Clone, Debug, Default)]
pub struct State {
    groups: BTreeMap<String, Arc<Group>>,
}

impl State {
    /// A group by name.
    pub fn group(&self, name: &str) -> Option<&Group> {
        self.groups.get(name).map(Arc::as_ref)
    }

    /// All groups, by name.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.values().map(Arc::as_ref)
    }
}

super::operations!(
    CreateAutoScalingGroup,
    DeleteAutoScalingGroup,
    DescribeAutoScalingGroups,
    DescribeScalingActivities,
    SetDesiredCapacity,
    SetInstanceProtection,
    UpdateAutoScalingGroup,
);
