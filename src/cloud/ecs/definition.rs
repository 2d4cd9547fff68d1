//! Task definitions: what a task is made of. Kept in AWS's wire shape, since that is what a learner writes and reads back.
//!
//! The members that the simulation acts on are typed; the others are kept as they came and given back.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cloud::net::Architecture;
use crate::cloud::{Arn, Timestamp};

/// A registered task definition: one revision of a family. Never changes, except that it can be deregistered.
/// Source: Amazon ECS service model, `TaskDefinition`, in the model's order.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskDefinition {
    pub task_definition_arn: Arn,
    pub container_definitions: Vec<ContainerDefinition>,
    pub family: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution_role_arn: Option<String>,
    pub network_mode: NetworkMode,
    pub revision: u32,
    pub volumes: Vec<Value>,
    pub status: DefinitionStatus,
    /// What an instance must be able to do to run it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires_attributes: Vec<RequiredAttribute>,
    pub placement_constraints: Vec<PlacementConstraint>,
    pub compatibilities: Vec<Compatibility>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub runtime_platform: Option<RuntimePlatform>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub requires_compatibilities: Vec<Compatibility>,
    /// CPU units of the whole task, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<String>,
    /// MiB of the whole task, as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipc_mode: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_configuration: Option<Value>,
    pub registered_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deregistered_at: Option<Timestamp>,
    pub registered_by: Arn,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<EphemeralStorage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_fault_injection: Option<bool>,
    /// Not part of this shape on the wire: `tags` stands beside it.
    #[serde(skip)]
    pub tags: Vec<Tag>,
}

impl TaskDefinition {
    /// `web:3`.
    pub fn name(&self) -> String {
        format!("{}:{}", self.family, self.revision)
    }

    /// CPU units that a task of it needs: of the task, or the sum of its containers.
    pub fn cpu_units(&self) -> u32 {
        match self.cpu.as_deref().and_then(|cpu| cpu.parse().ok()) {
            Some(cpu) => cpu,
            None => self.container_definitions.iter().map(|container| container.cpu).fold(0, u32::saturating_add),
        }
    }

    /// MiB that a task of it needs: of the task, or the sum of what its containers reserve.
    pub fn memory_mib(&self) -> u32 {
        match self.memory.as_deref().and_then(|memory| memory.parse().ok()) {
            Some(memory) => memory,
            None => self
                .container_definitions
                .iter()
                .map(|container| container.memory_reservation.or(container.memory).unwrap_or(0))
                .fold(0, u32::saturating_add),
        }
    }

    /// The processor that it asks for on Fargate. Source: `runtimePlatform.cpuArchitecture`, `X86_64` by default.
    pub fn architecture(&self) -> Architecture {
        match self.runtime_platform.as_ref().and_then(|platform| platform.cpu_architecture.as_deref()) {
            Some("ARM64") => Architecture::Arm64,
            _ => Architecture::Amd64,
        }
    }
}

/// Something that an instance must be able to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequiredAttribute {
    /// Such as `com.amazonaws.ecs.capability.ecr-auth`.
    pub name: String,
}

/// Whether new tasks can be made from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum DefinitionStatus {
    Active,
    Inactive,
    DeleteInProgress,
}

/// How the containers of a task reach the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkMode {
    /// Docker's own network on the instance: the default on Linux.
    #[default]
    Bridge,
    /// The instance's network.
    Host,
    /// An elastic network interface of the task's own: the only mode on Fargate.
    Awsvpc,
    /// No network.
    None,
}

/// What a task definition can run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Compatibility {
    Ec2,
    Fargate,
    External,
    ManagedInstances,
}

impl Compatibility {
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

/// The processor and the operating system of a Fargate task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuntimePlatform {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_architecture: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operating_system_family: Option<String>,
}

/// Disk space of a Fargate task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EphemeralStorage {
    #[serde(rename = "sizeInGiB")]
    pub size_in_gib: i64,
}

/// A key and a value on a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    #[serde(default)]
    pub key: String,
    #[serde(default)]
    pub value: String,
}

/// A name and a value: an environment variable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyValuePair {
    pub name: String,
    pub value: String,
}

/// One container of a task definition.
/// Source: Amazon ECS service model, `ContainerDefinition`, in the model's order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContainerDefinition {
    pub name: String,
    pub image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_credentials: Option<Value>,
    /// CPU units; 0 takes what is left.
    pub cpu: u32,
    /// The hard limit in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u32>,
    /// The soft limit in MiB: what is reserved on the instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_reservation: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    pub port_mappings: Vec<PortMapping>,
    /// Whether the task stops when this container does. True by default.
    #[serde(deserialize_with = "true_when_null", default = "yes")]
    pub essential: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<RestartPolicy>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entry_point: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    pub environment: Vec<KeyValuePair>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub environment_files: Vec<Value>,
    pub mount_points: Vec<MountPoint>,
    pub volumes_from: Vec<VolumeFrom>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linux_parameters: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<Dependency>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_timeout: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_timeout: Option<u32>,
    /// Whether a service's tasks all use the digest that its tag meant at the first task: `enabled` (the default).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_consistency: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_networking: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readonly_root_filesystem: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dns_servers: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dns_search_domains: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_hosts: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub docker_security_options: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interactive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pseudo_terminal: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docker_labels: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ulimits: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_configuration: Option<LogConfiguration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_check: Option<HealthCheck>,
    pub system_controls: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_requirements: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firelens_configuration: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credential_specs: Vec<String>,
}

impl ContainerDefinition {
    /// What tells whether it is well: the command of its health check; none where there is no check.
    pub(super) fn check(&self) -> Option<&HealthCheck> {
        let check = self.health_check.as_ref()?;
        let none =
            matches!(check.command.as_slice(), [] | [_] if check.command.first().is_none_or(|word| word == "NONE"));
        (!none).then_some(check)
    }
}

/// When a container that ended is started again in its task.
/// Source: Amazon ECS Developer Guide, "Restart individual containers in Amazon ECS tasks with container restart policies".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RestartPolicy {
    pub enabled: bool,
    /// Those that end it for good.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignored_exit_codes: Vec<i32>,
    /// How many seconds it must have run before: 60 where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_attempt_period: Option<u32>,
}

impl RestartPolicy {
    /// How many seconds a container must have run to be started again.
    pub(super) fn period(&self) -> u32 {
        self.restart_attempt_period.unwrap_or(60)
    }
}

/// What must become of another container before this one starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Dependency {
    #[serde(default)]
    pub container_name: String,
    pub condition: Condition,
}

/// How far another container must be. Source: Amazon ECS service model, `ContainerDependency`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Condition {
    /// It was started.
    Start,
    /// It ended, however.
    Complete,
    /// It ended with 0.
    Success,
    /// Its health check passed.
    Healthy,
}

/// A command that tells whether a container is well; times in seconds.
/// Source: Amazon ECS service model, `HealthCheck`, with its defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HealthCheck {
    /// `CMD` and words, or `CMD-SHELL` and a line.
    pub command: Vec<String>,
    pub interval: u32,
    pub timeout: u32,
    pub retries: u32,
    /// Failures in this time do not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_period: Option<u32>,
}

impl Default for HealthCheck {
    fn default() -> Self {
        Self { command: Vec::new(), interval: 30, timeout: 5, retries: 3, start_period: None }
    }
}

/// A volume of the task in a container's file system.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MountPoint {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_volume: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
}

/// A container whose volumes are mounted too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VolumeFrom {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_container: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
}

/// What an instance must fulfil to get a task. Source: Amazon ECS service model, `PlacementConstraint`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementConstraint {
    pub r#type: ConstraintType,
    /// Of `memberOf`: in the cluster query language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
}

/// The kinds of placement constraints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ConstraintType {
    /// Each task of the group on another instance.
    DistinctInstance,
    /// Instances that an expression fits.
    MemberOf,
}

/// Which of the instances that could take a task does. Source: Amazon ECS service model, `PlacementStrategy`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacementStrategy {
    pub r#type: StrategyType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// The kinds of placement strategies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StrategyType {
    Random,
    /// Evenly over the values of the field.
    Spread,
    /// Where the least of the field is left.
    Binpack,
}

fn yes() -> bool {
    true
}

fn true_when_null<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<bool>::deserialize(deserializer)?.unwrap_or(true))
}

/// A port of a container on the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PortMapping {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port: Option<u16>,
    /// 0 or none on a bridge network: any free port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_port_range: Option<String>,
}

/// Where a container's output goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogConfiguration {
    #[serde(default)]
    pub log_driver: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub options: Option<Value>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secret_options: Vec<Value>,
}
