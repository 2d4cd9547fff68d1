//! Tasks: running copies of a task definition, their states, and why they stopped.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::definition::{Tag, TaskDefinition};
use crate::cloud::iam::Decision;
use crate::cloud::net::Journey;
use crate::cloud::{ApiError, Arn, Digest, Timestamp};

/// A task.
#[derive(Clone, Debug)]
pub struct Task {
    /// 32 hexadecimal digits.
    pub id: String,
    pub arn: Arn,
    pub cluster_arn: Arn,
    /// The cluster's name.
    pub cluster: String,
    pub definition: Arc<TaskDefinition>,
    pub launch_type: LaunchType,
    /// The capacity provider it was asked for with, instead of a launch type.
    pub capacity_provider: Option<String>,
    /// `service:NAME` or `family:NAME`.
    pub group: String,
    /// The deployment's id for a service's task, or what the caller of RunTask wrote.
    pub started_by: Option<String>,
    /// The service that it belongs to.
    pub service: Option<String>,
    /// As given to RunTask.
    pub overrides: Overrides,
    pub enable_execute_command: bool,
    /// Its own network interface, in network mode `awsvpc`.
    pub interface: Option<Interface>,
    /// The container instance that it is on (the id in the instance's ARN); none on Fargate.
    pub container_instance: Option<String>,
    pub containers: Vec<Container>,
    pub status: TaskStatus,
    pub desired_status: DesiredStatus,
    pub stop_code: Option<StopCode>,
    /// In AWS's words.
    pub stopped_reason: Option<String>,
    /// The same for programs.
    pub cause: Option<StopCause>,
    pub created_at: Timestamp,
    pub pull_started_at: Option<Timestamp>,
    pub pull_stopped_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub stopping_at: Option<Timestamp>,
    pub execution_stopped_at: Option<Timestamp>,
    pub stopped_at: Option<Timestamp>,
    /// Counts its changes, from 1.
    pub version: u64,
    pub tags: Vec<Tag>,
    /// Where it would go, while it waits for room.
    pub(super) waits: Option<Box<super::provisioning::Wish>>,
    /// What ends the state that it is in now.
    pub(super) next: Next,
    /// How the pull that is under way will end.
    pub(super) pull: Option<Result<Vec<Option<super::program::Program>>, Box<PullFailure>>>,
}

/// What happens to a task at its next alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// An instance takes it.
    Placed,
    /// Its network interface is there: PENDING.
    InterfaceReady,
    /// The agent takes it up and pulls its images.
    PullStarts,
    /// The pull ends, well or not.
    PullEnds,
    /// Its containers are made: RUNNING.
    ContainersStart,
    /// A container ends by itself, its health check has a result, or it waits too long for another.
    ContainersChange,
    /// Its containers run until someone stops them.
    Nothing,
    /// Its containers get the stop signal: STOPPING.
    SignalSent,
    /// Its containers are gone.
    ContainersGone,
    /// Its network interface is gone: STOPPED.
    InterfaceGone,
    /// It was shown long enough after it stopped.
    Forgotten,
}

/// A task's id as a key: its 32 hexadecimal digits in place, so that finding one among thousands follows no pointers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TaskKey([u8; 32]);

impl TaskKey {
    /// None for what is no task's id.
    pub(super) fn of(id: &str) -> Option<Self> {
        id.as_bytes().try_into().ok().map(Self)
    }

    /// The id.
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Task {
    /// Whether it will never run (again).
    pub fn is_stopped(&self) -> bool {
        self.status == TaskStatus::Stopped
    }

    /// The role that Fargate (or the agent, for what is not an image) acts as: of the overrides, or of the definition.
    pub fn execution_role(&self) -> Option<&str> {
        self.overrides.execution_role_arn.as_deref().or(self.definition.execution_role_arn.as_deref())
    }

    /// The role that its containers' code acts as.
    pub fn task_role(&self) -> Option<&str> {
        self.overrides.task_role_arn.as_deref().or(self.definition.task_role_arn.as_deref())
    }

    /// What the health checks of its essential containers say together.
    /// Source: Amazon ECS Developer Guide, "Determine Amazon ECS task health using container health checks".
    pub fn health(&self) -> HealthStatus {
        let essential =
            self.definition.container_definitions.iter().filter(|known| known.essential && known.check().is_some());
        let checked =
            essential.filter_map(|known| self.containers.iter().find(|container| container.name == known.name));
        let mut together = None;
        for container in checked {
            together = match (together, container.health) {
                (Some(HealthStatus::Unhealthy), _) | (_, HealthStatus::Unhealthy) => Some(HealthStatus::Unhealthy),
                (Some(HealthStatus::Unknown), _) | (_, HealthStatus::Unknown) => Some(HealthStatus::Unknown),
                (_, HealthStatus::Healthy) => Some(HealthStatus::Healthy),
            };
        }
        together.unwrap_or_default()
    }

    /// Whether a deployment may count on it: it runs, and its essential containers are well where they are checked.
    pub(super) fn is_of_use(&self) -> bool {
        let checked =
            self.definition.container_definitions.iter().any(|known| known.essential && known.check().is_some());
        self.status == TaskStatus::Running && (!checked || self.health() == HealthStatus::Healthy)
    }

    /// CPU units that it takes.
    pub fn cpu_units(&self) -> u32 {
        let overridden = self.overrides.cpu.as_deref().and_then(|cpu| cpu.parse().ok());
        overridden.unwrap_or_else(|| self.definition.cpu_units())
    }

    /// MiB that it takes.
    pub fn memory_mib(&self) -> u32 {
        let overridden = self.overrides.memory.as_deref().and_then(|memory| memory.parse().ok());
        overridden.unwrap_or_else(|| self.definition.memory_mib())
    }
}

/// The state of a task. The order is the order that a task goes through them.
/// Source: Amazon ECS Developer Guide, "Amazon ECS task lifecycle".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TaskStatus {
    /// It waits for room on an instance, or its network interface is made (only in network mode `awsvpc`).
    Provisioning,
    /// It waits for the agent, and its images are pulled.
    Pending,
    /// Its containers are created.
    Activating,
    Running,
    /// It is taken out of what sends it requests.
    Deactivating,
    /// Its containers got the stop signal.
    Stopping,
    /// Its network interface is deleted (only in network mode `awsvpc`).
    Deprovisioning,
    Stopped,
}

impl TaskStatus {
    /// As in answers: `RUNNING`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "PROVISIONING",
            Self::Pending => "PENDING",
            Self::Activating => "ACTIVATING",
            Self::Running => "RUNNING",
            Self::Deactivating => "DEACTIVATING",
            Self::Stopping => "STOPPING",
            Self::Deprovisioning => "DEPROVISIONING",
            Self::Stopped => "STOPPED",
        }
    }

    /// Whether it is on its way to run: what `pendingCount` counts.
    pub fn is_starting(self) -> bool {
        self < Self::Running
    }
}

/// What a task is meant to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DesiredStatus {
    Running,
    Pending,
    Stopped,
}

impl DesiredStatus {
    /// As in answers: `RUNNING`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Pending => "PENDING",
            Self::Stopped => "STOPPED",
        }
    }
}

/// Where a task runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LaunchType {
    Ec2,
    Fargate,
    External,
    ManagedInstances,
}

impl LaunchType {
    /// As in requests and messages: `FARGATE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ec2 => "EC2",
            Self::Fargate => "FARGATE",
            Self::External => "EXTERNAL",
            Self::ManagedInstances => "MANAGED_INSTANCES",
        }
    }
}

/// The kind of a task's end. Source: Amazon ECS service model, `TaskStopCode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum StopCode {
    TaskFailedToStart,
    EssentialContainerExited,
    UserInitiated,
    ServiceSchedulerInitiated,
    SpotInterruption,
    TerminationNotice,
}

/// Why a task stopped.
#[derive(Clone, Debug)]
pub enum StopCause {
    /// An image could not be pulled.
    Pull(Box<PullFailure>),
    /// A container could not be started.
    Start { container: String },
    /// The command of an essential container ended.
    Exit { container: String, exit_code: i32 },
    /// Somebody called StopTask (the ARN of who).
    User { by: Arn },
    /// Its service scaled in, was updated or deleted.
    Service,
    /// The health check of an essential container failed, and its service replaces it.
    Health { container: String },
    /// Fargate took its Spot capacity back.
    Spot,
    /// Its instance went away (the EC2 instance's id).
    Host { instance: String },
}

/// Why an image could not be pulled.
#[derive(Clone, Debug)]
pub struct PullFailure {
    pub kind: PullFailureKind,
    /// The container whose image it was.
    pub container: String,
    /// The image as the task definition names it (with the digest where the deployment fixed one).
    pub image: String,
    /// Who pulled; none where there was nobody to pull as.
    pub principal: Option<Arn>,
    /// What the registry answered.
    pub error: Option<ApiError>,
    /// The number of the denied request on the trail, and IAM's decision with its trace.
    pub denial: Option<(u64, Arc<Decision>)>,
    /// How far the connection got, where it did not arrive.
    pub journey: Option<Arc<Journey>>,
    /// What the task's `stoppedReason` says, in AWS's words.
    pub reason: String,
}

/// The kinds of failed pulls, by what mends them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PullFailureKind {
    /// The instance has no role whose credentials it could use.
    NoCredentials,
    /// Not allowed: `ecr:GetAuthorizationToken`.
    TokenDenied,
    /// Not allowed: `ecr:BatchGetImage`.
    ManifestDenied,
    /// Not allowed: `ecr:GetDownloadUrlForLayer`.
    LayerDenied,
    /// There is no such repository.
    RepositoryNotFound,
    /// The policy of the S3 endpoint does not let the layers through.
    StoreDenied,
    /// Not allowed: reading a secret or a parameter that a container names.
    SecretDenied,
    /// Not allowed: making a stream for a container's logs.
    LogsDenied,
    /// The log group of a container's logs is not there.
    LogGroupNotFound,
    /// The repository has no such tag or digest.
    ImageNotFound,
    /// The image's name can't be read.
    InvalidReference,
    /// A connection does not arrive: at the registry, the layer store, or where secrets and logs are.
    NoRoute,
    /// The image index has nothing for this processor.
    WrongPlatform,
    /// A public registry answers no more for a while.
    RateLimited,
    /// A registry outside does not take the container's credentials: wrong, expired or revoked.
    CredentialsRefused,
    /// The secret with the container's credentials is not one of a name and a password.
    CredentialsMalformed,
    /// A pull-through cache can't sign in at its upstream: its secret is missing or malformed, wrong, expired or revoked.
    UpstreamCredentials,
    /// The upstream of a pull-through cache does not let the registry have the image.
    UpstreamDenied,
    /// Anything else that the registry refused.
    Refused,
}

/// One container of a task.
#[derive(Clone, Debug)]
pub struct Container {
    /// The last part of its ARN.
    pub id: String,
    pub arn: Arn,
    pub name: String,
    /// As the task definition names it.
    pub image: String,
    /// What was pulled.
    pub image_digest: Option<Digest>,
    pub runtime_id: Option<String>,
    pub status: ContainerStatus,
    pub exit_code: Option<i32>,
    /// In AWS's words.
    pub reason: Option<String>,
    pub network_bindings: Vec<NetworkBinding>,
    /// When it was started last.
    pub started_at: Option<Timestamp>,
    /// How often its restart policy started it again.
    pub restarts: u32,
    pub health: HealthStatus,
    /// What it will do, once the images are there; none where there is nothing to run.
    pub(super) program: Option<super::program::Program>,
    /// When its command ends by itself, and with which exit code.
    pub(super) ends: Option<(Timestamp, i32)>,
    /// What it will still print, in order, if anyone keeps it.
    pub(super) prints: Vec<super::logging::Pending>,
    /// When its health check has a result, and which.
    pub(super) diagnosis: Option<(Timestamp, HealthStatus)>,
}

/// What the health check of a container says, or those of a task's essential containers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum HealthStatus {
    Healthy,
    Unhealthy,
    /// There is no check, or it has no result yet.
    #[default]
    Unknown,
}

/// The state of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContainerStatus {
    Pending,
    Running,
    Stopped,
}

/// A container's port on its instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkBinding {
    #[serde(rename = "bindIP")]
    pub bind_ip: String,
    pub container_port: u16,
    pub host_port: u16,
    pub protocol: String,
}

/// A task's own network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The attachment's id, a UUID.
    pub attachment: String,
    /// `eni-` and 17 hexadecimal digits.
    pub id: String,
    pub subnet: String,
    pub mac_address: String,
    pub private_ip: String,
    pub public_ip: bool,
    /// By id.
    pub security_groups: Vec<String>,
}

/// What RunTask changes of the task definition, for one task.
/// Source: Amazon ECS service model, `TaskOverride`, in the model's order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Overrides {
    pub container_overrides: Vec<ContainerOverride>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    pub inference_accelerator_overrides: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<super::definition::EphemeralStorage>,
}

/// What RunTask changes of one container.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerOverride {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<super::definition::KeyValuePair>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_files: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_reservation: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_requirements: Vec<Value>,
}
