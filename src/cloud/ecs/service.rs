//! Services: so many tasks of a definition, kept running; and their deployments.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::capacity::StrategyItem;
use super::definition::{PlacementConstraint, PlacementStrategy, Tag, TaskDefinition};
use super::task::LaunchType;
use crate::cloud::{Arn, Digest, Duration, Timestamp};

/// A service.
#[derive(Clone, Debug)]
pub struct Service {
    pub name: String,
    pub arn: Arn,
    pub cluster_arn: Arn,
    /// The cluster's name.
    pub cluster: String,
    pub status: ServiceStatus,
    /// How many tasks it should have.
    pub desired_count: u32,
    pub launch_type: LaunchType,
    pub scheduling: Scheduling,
    /// The capacity providers it was asked for with, instead of a launch type.
    pub capacity_providers: Vec<StrategyItem>,
    pub configuration: DeploymentConfiguration,
    /// The primary deployment first, then the ones that it replaces.
    pub deployments: Vec<Deployment>,
    /// Newest first, the latest [`Service::EVENTS`].
    pub events: VecDeque<ServiceEvent>,
    pub network: Option<NetworkConfiguration>,
    pub placement_constraints: Vec<PlacementConstraint>,
    pub placement_strategy: Vec<PlacementStrategy>,
    pub enable_execute_command: bool,
    pub created_at: Timestamp,
    pub created_by: Arn,
    pub tags: Vec<Tag>,
    pub propagate_tags: Option<String>,
    /// Whether the last thing said was that all is well.
    pub(super) steady: bool,
    /// The last deployment that completed: where a circuit breaker rolls back to.
    pub(super) last_completed: Option<Box<Deployment>>,
}

impl Service {
    /// How many events are shown. Source: Amazon ECS service model, `Service.events`.
    pub const EVENTS: usize = 100;

    /// The deployment whose tasks are started.
    pub fn primary(&self) -> Option<&Deployment> {
        self.deployments.first()
    }

    pub(super) fn primary_mut(&mut self) -> Option<&mut Deployment> {
        self.deployments.first_mut()
    }

    /// The task definition in use.
    pub fn definition(&self) -> Option<&Arc<TaskDefinition>> {
        self.primary().map(|primary| &primary.definition)
    }

    /// The least number of tasks that may run during a deployment: rounded up.
    pub(super) fn lower_limit(&self) -> u32 {
        (u64::from(self.desired_count) * u64::from(self.configuration.minimum_healthy_percent)).div_ceil(100) as u32
    }

    /// The greatest number of tasks during a deployment: rounded down.
    pub(super) fn upper_limit(&self) -> u32 {
        let limit = u64::from(self.desired_count) * u64::from(self.configuration.maximum_percent) / 100;
        u32::try_from(limit).unwrap_or(u32::MAX)
    }
}

/// What decides how many tasks a service has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Scheduling {
    /// Its desired count.
    #[default]
    Replica,
    /// The instances of its cluster: one on each.
    Daemon,
}

/// The state of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ServiceStatus {
    Active,
    /// Deleted, and its last tasks still stop.
    Draining,
    Inactive,
}

/// One version of a service on its way in or out.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// `ecs-svc/` and digits.
    pub id: String,
    pub status: DeploymentStatus,
    pub definition: Arc<TaskDefinition>,
    /// How many tasks it should have.
    pub desired_count: u32,
    pub network: Option<NetworkConfiguration>,
    /// How many of its tasks stopped before they ran.
    pub failed_tasks: u32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub rollout_state: RolloutState,
    pub rollout_state_reason: String,
    /// The digests that its tags meant when its first task pulled, by container.
    /// Source: Amazon ECS Developer Guide, "Container image resolution".
    pub resolved: BTreeMap<String, Digest>,
    /// How many starts failed since the last one that did not.
    pub(super) failures_in_a_row: u32,
    /// How many of its tasks ended by themselves soon after they started, since the last one that did not.
    pub(super) crashes_in_a_row: u32,
    /// Whether a task of it failed its health checks.
    pub(super) unhealthy: bool,
    /// No task is started before.
    pub(super) retry_at: Option<Timestamp>,
    /// What it said last about what stands in its way, while that does.
    pub(super) complaint: Option<String>,
}

impl Deployment {
    /// How long to wait after so many failed starts in a row.
    ///
    /// Source: Amazon ECS Developer Guide, "Service throttle logic": it grows up to 27 minutes. Inferred: that it doubles,
    /// and from where.
    pub(super) fn backoff(failures_in_a_row: u32) -> Duration {
        const FIRST: i64 = 5;
        const MOST: i64 = 27 * 60;
        let doublings = failures_in_a_row.saturating_sub(1).min(16);
        Duration::seconds((FIRST << doublings).min(MOST))
    }

    /// How many failed starts trip the circuit breaker.
    /// Source: Amazon ECS Developer Guide, "How the deployment circuit breaker detects failures".
    pub(super) fn breaker_threshold(desired_count: u32) -> u32 {
        desired_count.div_ceil(2).clamp(3, 200)
    }
}

/// The place of a deployment in its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DeploymentStatus {
    /// The newest.
    Primary,
    /// Still has tasks, and is being replaced.
    Active,
    Inactive,
}

/// How far a deployment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RolloutState {
    Completed,
    Failed,
    InProgress,
}

/// Something that a service said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceEvent {
    /// A UUID.
    pub id: String,
    pub created_at: Timestamp,
    /// In AWS's words.
    pub message: String,
}

/// How a service replaces its tasks.
/// Source: Amazon ECS service model, `DeploymentConfiguration`, in the model's order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentConfiguration {
    pub deployment_circuit_breaker: CircuitBreaker,
    pub maximum_percent: u32,
    pub minimum_healthy_percent: u32,
    pub strategy: &'static str,
}

impl Default for DeploymentConfiguration {
    fn default() -> Self {
        Self {
            deployment_circuit_breaker: CircuitBreaker::default(),
            maximum_percent: 200,
            minimum_healthy_percent: 100,
            strategy: "ROLLING",
        }
    }
}

impl DeploymentConfiguration {
    /// What holds where nothing is said. Source: Amazon ECS API Reference, `DeploymentConfiguration`.
    pub(super) fn of(scheduling: Scheduling) -> Self {
        match scheduling {
            Scheduling::Replica => Self::default(),
            Scheduling::Daemon => Self { maximum_percent: 100, minimum_healthy_percent: 0, ..Self::default() },
        }
    }
}

/// Whether a deployment that can't start its tasks is given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CircuitBreaker {
    pub enable: bool,
    pub rollback: bool,
}

/// Where tasks get their network interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awsvpc_configuration: Option<AwsVpcConfiguration>,
}

/// The subnets and security groups of tasks in network mode `awsvpc`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AwsVpcConfiguration {
    pub subnets: Vec<String>,
    pub security_groups: Vec<String>,
    pub assign_public_ip: AssignPublicIp,
}

/// Whether a task's network interface gets a public IP address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AssignPublicIp {
    Enabled,
    #[default]
    Disabled,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_between_failed_starts_grows_to_27_minutes() {
        let waits: Vec<i64> = (1..=12).map(|n| Deployment::backoff(n).as_millis() / 1000).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1620, 1620, 1620]);
        assert_eq!(Deployment::backoff(u32::MAX), Duration::minutes(27));
    }

    #[test]
    fn the_circuit_breaker_trips_at_half_the_desired_count_within_3_and_200() {
        let thresholds = [1, 6, 7, 25, 400, 5000].map(Deployment::breaker_threshold);
        assert_eq!(thresholds, [3, 3, 4, 13, 200, 200]);
    }
}
