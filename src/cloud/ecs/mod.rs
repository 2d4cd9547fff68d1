//! ECS: clusters, task definitions, tasks, services, and the agents that pull.
//!
//! The learner's requests come through the door ([`api`]); time moves tasks from state to state ([`lifecycle`]) and lets
//! services keep their counts ([`scheduler`]). Agents pull images through the same door, as the role of their instance or
//! as a Fargate task's execution role ([`agent`]).

mod agent;
mod api;
mod attributes;
pub(in crate::cloud) mod call;
mod capacity;
mod cluster;
mod container_rules;
mod containers;
mod daemon;
mod definition;
mod definition_rules;
mod home;
mod image_cache;
mod initialization;
mod instance;
mod launch;
mod lifecycle;
mod logging;
mod place;
mod placement;
pub(in crate::cloud) mod program;
mod provisioning;
mod public_images;
mod pull;
mod pull_failure;
mod query;
mod scaling;
mod scheduler;
mod service;
mod spot;
mod task;

pub use api::*;
pub use capacity::{AutoScalingGroupProvider, CapacityProvider, ManagedScaling, StrategyItem};
pub use cluster::{Cluster, ClusterStatus, ContainerInstance, InstanceStatus, Setting};
pub use definition::{
    Compatibility, Condition, ConstraintType, ContainerDefinition, DefinitionStatus, Dependency, EphemeralStorage,
    HealthCheck, KeyValuePair, LogConfiguration, MountPoint, NetworkMode, PlacementConstraint, PlacementStrategy,
    PortMapping, RestartPolicy, RuntimePlatform, StrategyType, Tag, TaskDefinition, VolumeFrom,
};
pub use image_cache::{CachedImage, ImageCache};
pub use instance::{InstanceSpec, LaunchError, launch_instance};
pub(in crate::cloud) use instance::{boot_instance, end_instance, instance_leaves, spec_of};
pub(in crate::cloud) use place::of_task as place_of;
pub(in crate::cloud) use place::sender;
pub use place::{Arrival, Passage, arrival, locate};
pub(crate) use program::{EXEC_FORMAT_ERROR, exec_format_error};
pub use service::{
    AssignPublicIp, AwsVpcConfiguration, CircuitBreaker, Deployment, DeploymentConfiguration, DeploymentStatus,
    NetworkConfiguration, RolloutState, Scheduling, Service, ServiceEvent, ServiceStatus,
};
pub use spot::reclaim;
pub use task::{
    Container, ContainerOverride, ContainerStatus, DesiredStatus, HealthStatus, Interface, LaunchType, NetworkBinding,
    Overrides, PullFailure, PullFailureKind, StopCause, StopCode, Task, TaskStatus,
};

use std::collections::BTreeMap;
use std::sync::Arc;

use home::Home;
use task::TaskKey;

use super::alarms::Alarms;
use super::{AccountId, Cloud, Principal, Region, Timestamp};

/// Who can be woken. What tells most of them apart comes first: they are compared often.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sleeper {
    /// An EC2 instance's agent that is not registered yet: its instance id.
    Agent { instance: String, cluster: String },
    /// A container instance's agent, to clean its images up: the id in the instance's ARN.
    Cleanup { instance: String, cluster: String },
    /// A task by its id.
    Task { task: TaskKey, cluster: String },
    /// A capacity provider whose group is scaled for a cluster.
    Capacity { provider: String, cluster: String },
    /// An EC2 instance that is about to end, whether its tasks have gone or not.
    Leave { instance: String },
    /// A service by its name.
    Service { service: String, cluster: String },
}

/// An account's ECS in one region.
#[derive(Clone, Debug, Default)]
pub struct State {
    clusters: BTreeMap<String, Arc<Cluster>>,
    /// By family and revision. Revisions are never removed, so the greatest is always the newest.
    definitions: BTreeMap<(String, u32), Arc<TaskDefinition>>,
    /// Those of Auto Scaling groups, by name.
    capacity_providers: BTreeMap<String, Arc<CapacityProvider>>,
    /// Since when a capacity provider has more than a cluster's tasks need, by cluster and provider.
    idle: BTreeMap<(String, String), Timestamp>,
    alarms: Alarms<Sleeper>,
}

impl State {
    /// The clusters, by name; deleted ones too while they are still shown.
    pub fn clusters(&self) -> impl Iterator<Item = &Cluster> {
        self.clusters.values().map(Arc::as_ref)
    }

    /// A cluster by name.
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.get(name).map(Arc::as_ref)
    }

    /// The task definitions, by family, then by revision; deregistered ones too.
    pub fn definitions(&self) -> impl Iterator<Item = &TaskDefinition> {
        self.definitions.values().map(Arc::as_ref)
    }

    /// A revision of a family.
    pub fn definition(&self, family: &str, revision: u32) -> Option<&TaskDefinition> {
        self.definitions.get(&(family.to_owned(), revision)).map(Arc::as_ref)
    }

    /// The newest active revision of a family.
    pub fn latest_definition(&self, family: &str) -> Option<&TaskDefinition> {
        self.revisions(family).rev().find(|definition| definition.status == DefinitionStatus::Active).map(Arc::as_ref)
    }

    /// The capacity providers of Auto Scaling groups, by name.
    pub fn capacity_providers(&self) -> impl Iterator<Item = &CapacityProvider> {
        self.capacity_providers.values().map(Arc::as_ref)
    }

    /// All revisions of a family, oldest first.
    fn revisions(&self, family: &str) -> impl DoubleEndedIterator<Item = &Arc<TaskDefinition>> {
        self.definitions.range((family.to_owned(), 0)..=(family.to_owned(), u32::MAX)).map(|(_, definition)| definition)
    }

    /// The definition that `family`, `family:revision` or an ARN means, active or not; without a revision the newest
    /// active one. Source: Amazon ECS service model, `RunTaskRequest.taskDefinition`.
    fn find_definition(&self, reference: &str) -> Option<&Arc<TaskDefinition>> {
        let name = home::short_name(reference);
        match name.split_once(':') {
            Some((family, revision)) => self.definitions.get(&(family.to_owned(), revision.parse().ok()?)),
            None => self.revisions(name).rev().find(|definition| definition.status == DefinitionStatus::Active),
        }
    }
}

/// Lets what is due at [`Cloud::now`] happen: agents register, tasks change state, services reconcile.
pub(super) fn tick(cloud: &mut Cloud) {
    let homes: Vec<Home> = Home::all(cloud).collect();
    for home in homes {
        let now = cloud.now();
        // One more look before writing: a write unshares the account from the snapshots that undo keeps.
        while home.state(cloud).and_then(|state| state.alarms.next()).is_some_and(|at| at <= now) {
            match home.state_mut(cloud).alarms.take_due(now) {
                Some(Sleeper::Agent { instance, cluster }) => instance::register(cloud, &home, &cluster, &instance),
                Some(Sleeper::Cleanup { instance, cluster }) => instance::clean_up(cloud, &home, &cluster, &instance),
                Some(Sleeper::Task { task, cluster }) => lifecycle::wake(cloud, &home, &cluster, task.as_str()),
                Some(Sleeper::Capacity { provider, cluster }) => scaling::wake(cloud, &home, &cluster, &provider),
                Some(Sleeper::Leave { instance }) => end_instance(cloud, &home.account, &home.region, &instance),
                Some(Sleeper::Service { service, cluster }) => scheduler::wake(cloud, &home, &cluster, &service),
                None => break,
            }
        }
    }
}

/// An Auto Scaling group was changed by hand: capacity providers look at it again.
pub(super) fn groups_changed(cloud: &mut Cloud, account: &AccountId, region: &Region) {
    let home = Home::new(account.clone(), region.clone());
    let clusters: Vec<String> =
        home.state(cloud).map_or_else(Vec::new, |state| state.clusters().map(|one| one.name.clone()).collect());
    for cluster in clusters {
        scaling::changed(cloud, &home, &cluster);
    }
}

/// When something is due next.
pub(super) fn next_due(cloud: &Cloud) -> Option<Timestamp> {
    cloud.accounts().flat_map(|account| account.regions()).filter_map(|(_, regional)| regional.ecs.alarms.next()).min()
}

/// Who pulls the images of a task: the role of its instance, or on Fargate its execution role; none where there is nobody
/// to pull as. Source: Amazon ECS Developer Guide, "task execution IAM role" and "container instance IAM role".
pub fn puller(cloud: &Cloud, account: &AccountId, region: &Region, task: &Task) -> Option<Principal> {
    let home = Home::new(account.clone(), region.clone());
    agent::puller(cloud, &home, task).map(|caller| caller.principal)
}
