//! AWS's shapes of what ECS answers, made from the state. Members stand in the service model's order.

use serde::Serialize;
use serde_json::Value;

use crate::cloud::ecs::cluster::{Cluster, ClusterStatus, ContainerInstance, InstanceStatus, Setting};
use crate::cloud::ecs::definition::{KeyValuePair, Tag};
use crate::cloud::ecs::home::Home;
use crate::cloud::ecs::placement::host_ports;
use crate::cloud::ecs::service::{
    Deployment, DeploymentConfiguration, DeploymentStatus, NetworkConfiguration, RolloutState, Service, ServiceEvent,
    ServiceStatus,
};
use crate::cloud::ecs::task::{
    Container, ContainerStatus, DesiredStatus, LaunchType, NetworkBinding, Overrides, StopCode, Task, TaskStatus,
};
use crate::cloud::net::Architecture;
use crate::cloud::{Arn, Cloud, Timestamp};

/// The newest platform version of Fargate on Linux. Source: Amazon ECS Developer Guide, "Fargate platform versions".
pub(in crate::cloud::ecs) const PLATFORM_VERSION: &str = "1.4.0";

/// Something that was asked for and is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub arn: String,
    pub reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Failure {
    /// There is nothing of this ARN.
    pub(super) fn missing(arn: impl Into<String>) -> Self {
        Self { arn: arn.into(), reason: "MISSING", detail: None }
    }

    /// No room on a container instance, such as `RESOURCE:MEMORY`.
    pub(super) fn resource(arn: impl Into<String>, reason: &'static str) -> Self {
        Self { arn: arn.into(), reason, detail: None }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterShape {
    cluster_arn: Arn,
    cluster_name: String,
    status: ClusterStatus,
    registered_container_instances_count: usize,
    running_tasks_count: usize,
    pending_tasks_count: usize,
    active_services_count: usize,
    statistics: Vec<KeyValuePair>,
    tags: Vec<Tag>,
    settings: Vec<Setting>,
    capacity_providers: Vec<String>,
    default_capacity_provider_strategy: Vec<Value>,
}

/// What a describe call was asked to add.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Include {
    pub(super) settings: bool,
    pub(super) statistics: bool,
    pub(super) tags: bool,
}

impl Include {
    pub(super) const ALL: Self = Self { settings: true, statistics: false, tags: true };

    pub(super) fn of(fields: &[String]) -> Self {
        let has = |name: &str| fields.iter().any(|field| field == name);
        Self { settings: has("SETTINGS"), statistics: has("STATISTICS"), tags: has("TAGS") }
    }
}

impl ClusterShape {
    pub(super) fn new(cluster: &Cluster, include: Include) -> Self {
        let active = |service: &&Service| service.status == ServiceStatus::Active;
        Self {
            cluster_arn: cluster.arn.clone(),
            cluster_name: cluster.name.clone(),
            status: cluster.status,
            registered_container_instances_count: cluster
                .instances()
                .filter(|instance| instance.status != InstanceStatus::Inactive)
                .count(),
            running_tasks_count: cluster.running_count(),
            pending_tasks_count: cluster.pending_count(),
            active_services_count: cluster.services().filter(active).count(),
            statistics: if include.statistics { statistics(cluster) } else { Vec::new() },
            tags: if include.tags { cluster.tags.clone() } else { Vec::new() },
            settings: if include.settings { cluster.settings.clone() } else { Vec::new() },
            capacity_providers: Vec::new(),
            default_capacity_provider_strategy: Vec::new(),
        }
    }
}

/// Counts by launch type. Source: Amazon ECS service model, `Cluster.statistics`.
fn statistics(cluster: &Cluster) -> Vec<KeyValuePair> {
    let tasks = |launch_type, starting| {
        let counted = |task: &&Task| {
            task.launch_type == launch_type
                && if starting { task.status.is_starting() } else { task.status == TaskStatus::Running }
        };
        cluster.tasks().filter(counted).count()
    };
    let services = |launch_type, status| {
        cluster.services().filter(|service| service.launch_type == launch_type && service.status == status).count()
    };
    let (ec2, fargate) = (LaunchType::Ec2, LaunchType::Fargate);
    [
        ("runningEC2TasksCount", tasks(ec2, false)),
        ("runningFargateTasksCount", tasks(fargate, false)),
        ("pendingEC2TasksCount", tasks(ec2, true)),
        ("pendingFargateTasksCount", tasks(fargate, true)),
        ("activeEC2ServiceCount", services(ec2, ServiceStatus::Active)),
        ("activeFargateServiceCount", services(fargate, ServiceStatus::Active)),
        ("drainingEC2ServiceCount", services(ec2, ServiceStatus::Draining)),
        ("drainingFargateServiceCount", services(fargate, ServiceStatus::Draining)),
    ]
    .into_iter()
    .map(|(name, count)| KeyValuePair { name: name.to_owned(), value: count.to_string() })
    .collect()
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskShape {
    attachments: Vec<AttachmentShape>,
    attributes: Vec<AttributeShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    availability_zone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity_provider_name: Option<String>,
    cluster_arn: Arn,
    #[serde(skip_serializing_if = "Option::is_none")]
    connectivity: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connectivity_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container_instance_arn: Option<Arn>,
    containers: Vec<ContainerShape>,
    cpu: String,
    created_at: Timestamp,
    desired_status: DesiredStatus,
    enable_execute_command: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution_stopped_at: Option<Timestamp>,
    group: String,
    health_status: &'static str,
    last_status: TaskStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    launch_type: Option<LaunchType>,
    memory: String,
    overrides: Overrides,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_family: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pull_started_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pull_stopped_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_code: Option<StopCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopping_at: Option<Timestamp>,
    tags: Vec<Tag>,
    task_arn: Arn,
    task_definition_arn: Arn,
    version: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ephemeral_storage: Option<crate::cloud::ecs::EphemeralStorage>,
}

#[derive(Clone, Debug, Serialize)]
struct AttachmentShape {
    id: String,
    r#type: &'static str,
    status: &'static str,
    details: Vec<KeyValuePair>,
}

#[derive(Clone, Debug, Serialize)]
struct AttributeShape {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContainerShape {
    container_arn: Arn,
    task_arn: Arn,
    name: String,
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_digest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    runtime_id: Option<String>,
    last_status: ContainerStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit_code: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    network_bindings: Vec<NetworkBinding>,
    network_interfaces: Vec<NetworkInterfaceShape>,
    health_status: &'static str,
    cpu: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_reservation: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NetworkInterfaceShape {
    attachment_id: String,
    private_ipv4_address: String,
}

impl TaskShape {
    /// The task's id.
    pub(super) fn id(&self) -> &str {
        self.task_arn.resource().rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn new(cloud: &Cloud, home: &Home, task: &Task, with_tags: bool) -> Self {
        let fargate = task.launch_type == LaunchType::Fargate;
        let zone_of_subnet = |subnet: &str| {
            home.net(cloud).and_then(|net| net.subnet(subnet)).map(|subnet| format!("{}{}", home.region, subnet.zone))
        };
        let zone_of_instance = |id: &String| {
            let cluster = home.state(cloud).and_then(|state| state.cluster(&task.cluster));
            cluster.and_then(|cluster| cluster.instance(id)).map(|instance| instance.availability_zone.clone())
        };
        let availability_zone = match &task.interface {
            Some(interface) => zone_of_subnet(&interface.subnet),
            None => task.container_instance.as_ref().and_then(zone_of_instance),
        };
        let architecture = match task.definition.architecture() {
            Architecture::Amd64 => "x86_64",
            Architecture::Arm64 => "arm64",
        };
        let attribute =
            AttributeShape { name: "ecs.cpu-architecture".to_owned(), value: Some(architecture.to_owned()) };
        let reached = task.status > TaskStatus::Provisioning && (task.pull_started_at.is_some() || !fargate);
        Self {
            attachments: task.interface.iter().map(|_| attachment(task)).collect(),
            attributes: if fargate { vec![attribute] } else { Vec::new() },
            availability_zone,
            capacity_provider_name: task.capacity_provider.clone(),
            cluster_arn: task.cluster_arn.clone(),
            connectivity: reached.then_some("CONNECTED"),
            connectivity_at: task.pull_started_at.filter(|_| reached),
            container_instance_arn: task.container_instance.as_deref().map(|id| home.instance_arn(&task.cluster, id)),
            containers: task.containers.iter().map(|container| container_shape(task, container)).collect(),
            cpu: task.cpu_units().to_string(),
            created_at: task.created_at,
            desired_status: task.desired_status,
            enable_execute_command: task.enable_execute_command,
            execution_stopped_at: task.execution_stopped_at,
            group: task.group.clone(),
            health_status: "UNKNOWN",
            last_status: task.status,
            launch_type: task.capacity_provider.is_none().then_some(task.launch_type),
            memory: task.memory_mib().to_string(),
            overrides: overrides(task),
            platform_version: fargate.then_some(PLATFORM_VERSION),
            platform_family: fargate.then_some("Linux"),
            pull_started_at: task.pull_started_at,
            pull_stopped_at: task.pull_stopped_at,
            started_at: task.started_at,
            started_by: task.started_by.clone(),
            stop_code: task.stop_code,
            stopped_at: task.stopped_at,
            stopped_reason: task.stopped_reason.clone(),
            stopping_at: task.stopping_at,
            tags: if with_tags { task.tags.clone() } else { Vec::new() },
            task_arn: task.arn.clone(),
            task_definition_arn: task.definition.task_definition_arn.clone(),
            version: task.version,
            ephemeral_storage: if fargate {
                // Fargate gives 20 GiB where nothing else is asked for.
                let default = crate::cloud::ecs::EphemeralStorage { size_in_gib: 20 };
                Some(task.overrides.ephemeral_storage.or(task.definition.ephemeral_storage).unwrap_or(default))
            } else {
                None
            },
        }
    }
}

/// AWS lists every container in the overrides, with nothing where nothing is overridden. Source: observed.
fn overrides(task: &Task) -> Overrides {
    let mut overrides = task.overrides.clone();
    for container in &task.containers {
        let named = |known: &crate::cloud::ecs::ContainerOverride| known.name.as_deref() == Some(&container.name);
        if !overrides.container_overrides.iter().any(named) {
            overrides.container_overrides.push(crate::cloud::ecs::ContainerOverride {
                name: Some(container.name.clone()),
                ..Default::default()
            });
        }
    }
    overrides
}

fn attachment(task: &Task) -> AttachmentShape {
    let Some(interface) = &task.interface else {
        return AttachmentShape { id: String::new(), r#type: "", status: "", details: Vec::new() };
    };
    let status = match task.status {
        TaskStatus::Provisioning => "PRECREATED",
        TaskStatus::Deprovisioning | TaskStatus::Stopped => "DELETED",
        _ => "ATTACHED",
    };
    let pair = |name: &str, value: String| KeyValuePair { name: name.to_owned(), value };
    let mut details = vec![pair("subnetId", interface.subnet.clone())];
    if task.status > TaskStatus::Provisioning {
        let dashed = interface.private_ip.replace('.', "-");
        details.push(pair("networkInterfaceId", interface.id.clone()));
        details.push(pair("macAddress", interface.mac_address.clone()));
        details.push(pair("privateDnsName", format!("ip-{dashed}.{}.compute.internal", task.arn.region())));
        details.push(pair("privateIPv4Address", interface.private_ip.clone()));
    }
    AttachmentShape { id: interface.attachment.clone(), r#type: "ElasticNetworkInterface", status, details }
}

fn container_shape(task: &Task, container: &Container) -> ContainerShape {
    let definition = task.definition.container_definitions.iter().find(|known| known.name == container.name);
    let interfaces = match &task.interface {
        Some(interface) if task.status > TaskStatus::Provisioning => vec![NetworkInterfaceShape {
            attachment_id: interface.attachment.clone(),
            private_ipv4_address: interface.private_ip.clone(),
        }],
        _ => Vec::new(),
    };
    ContainerShape {
        container_arn: container.arn.clone(),
        task_arn: task.arn.clone(),
        name: container.name.clone(),
        image: container.image.clone(),
        image_digest: container.image_digest.as_ref().map(ToString::to_string),
        runtime_id: container.runtime_id.clone(),
        last_status: container.status,
        exit_code: container.exit_code,
        reason: container.reason.clone(),
        network_bindings: container.network_bindings.clone(),
        network_interfaces: interfaces,
        health_status: "UNKNOWN",
        cpu: definition.map_or(0, |known| known.cpu).to_string(),
        memory: definition.and_then(|known| known.memory).map(|memory| memory.to_string()),
        memory_reservation: definition.and_then(|known| known.memory_reservation).map(|memory| memory.to_string()),
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceShape {
    service_arn: Arn,
    service_name: String,
    cluster_arn: Arn,
    load_balancers: Vec<Value>,
    service_registries: Vec<Value>,
    status: ServiceStatus,
    desired_count: u32,
    running_count: usize,
    pending_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    launch_type: Option<LaunchType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    capacity_provider_strategy: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_family: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task_definition: Option<Arn>,
    deployment_configuration: DeploymentConfiguration,
    deployments: Vec<DeploymentShape>,
    events: Vec<ServiceEvent>,
    created_at: Timestamp,
    placement_constraints: Vec<Value>,
    placement_strategy: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_configuration: Option<NetworkConfiguration>,
    scheduling_strategy: &'static str,
    deployment_controller: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
    created_by: Arn,
    #[serde(rename = "enableECSManagedTags")]
    enable_ecs_managed_tags: bool,
    propagate_tags: String,
    enable_execute_command: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeploymentShape {
    id: String,
    status: DeploymentStatus,
    task_definition: Arn,
    desired_count: u32,
    pending_count: usize,
    running_count: usize,
    failed_tasks: u32,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    launch_type: Option<LaunchType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_version: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_family: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_configuration: Option<NetworkConfiguration>,
    rollout_state: RolloutState,
    rollout_state_reason: String,
}

impl ServiceShape {
    pub(super) fn new(cluster: &Cluster, service: &Service, with_tags: bool) -> Self {
        let fargate = service.launch_type == LaunchType::Fargate;
        let count = |deployment: Option<&str>, running: bool| {
            let counted = |task: &&Task| {
                deployment.is_none_or(|id| task.started_by.as_deref() == Some(id))
                    && if running { task.status == TaskStatus::Running } else { task.status.is_starting() }
            };
            cluster.tasks_of(&service.name).filter(counted).count()
        };
        let deployment = |deployment: &Deployment| DeploymentShape {
            id: deployment.id.clone(),
            status: deployment.status,
            task_definition: deployment.definition.task_definition_arn.clone(),
            desired_count: deployment.desired_count,
            pending_count: count(Some(&deployment.id), false),
            running_count: count(Some(&deployment.id), true),
            failed_tasks: deployment.failed_tasks,
            created_at: deployment.created_at,
            updated_at: deployment.updated_at,
            launch_type: service.capacity_provider.is_none().then_some(service.launch_type),
            platform_version: fargate.then_some(PLATFORM_VERSION),
            platform_family: fargate.then_some("Linux"),
            network_configuration: deployment.network.clone(),
            rollout_state: deployment.rollout_state,
            rollout_state_reason: deployment.rollout_state_reason.clone(),
        };
        let strategy = |name: &String| serde_json::json!({"capacityProvider": name, "weight": 1, "base": 0});
        Self {
            service_arn: service.arn.clone(),
            service_name: service.name.clone(),
            cluster_arn: service.cluster_arn.clone(),
            load_balancers: Vec::new(),
            service_registries: Vec::new(),
            status: service.status,
            desired_count: service.desired_count,
            running_count: count(None, true),
            pending_count: count(None, false),
            launch_type: service.capacity_provider.is_none().then_some(service.launch_type),
            capacity_provider_strategy: service.capacity_provider.iter().map(strategy).collect(),
            platform_version: fargate.then_some("LATEST"),
            platform_family: fargate.then_some("Linux"),
            task_definition: service.definition().map(|definition| definition.task_definition_arn.clone()),
            deployment_configuration: service.configuration.clone(),
            deployments: service.deployments.iter().map(deployment).collect(),
            events: service.events.iter().cloned().collect(),
            created_at: service.created_at,
            placement_constraints: Vec::new(),
            placement_strategy: Vec::new(),
            network_configuration: service.network.clone(),
            scheduling_strategy: "REPLICA",
            deployment_controller: serde_json::json!({"type": "ECS"}),
            tags: if with_tags { service.tags.clone() } else { Vec::new() },
            created_by: service.created_by.clone(),
            enable_ecs_managed_tags: false,
            propagate_tags: service.propagate_tags.clone().unwrap_or_else(|| "NONE".to_owned()),
            enable_execute_command: service.enable_execute_command,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerInstanceShape {
    container_instance_arn: Arn,
    ec2_instance_id: String,
    version: u64,
    version_info: VersionInfo,
    remaining_resources: Vec<ResourceShape>,
    registered_resources: Vec<ResourceShape>,
    status: InstanceStatus,
    agent_connected: bool,
    running_tasks_count: usize,
    pending_tasks_count: usize,
    attributes: Vec<AttributeShape>,
    registered_at: Timestamp,
    attachments: Vec<Value>,
    tags: Vec<Tag>,
}

/// The versions of an instance's software.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionInfo {
    agent_version: &'static str,
    agent_hash: &'static str,
    docker_version: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceShape {
    name: &'static str,
    r#type: &'static str,
    double_value: f64,
    long_value: i64,
    integer_value: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_set_value: Option<Vec<String>>,
}

impl ResourceShape {
    fn integer(name: &'static str, value: u32) -> Self {
        Self { name, r#type: "INTEGER", double_value: 0.0, long_value: 0, integer_value: value, string_set_value: None }
    }

    fn ports(ports: Vec<String>) -> Self {
        Self { r#type: "STRINGSET", string_set_value: Some(ports), ..Self::integer("PORTS", 0) }
    }
}

/// The ports that an agent keeps for ssh, Docker and itself. Source: observed, `describe-container-instances`.
const RESERVED_PORTS: [u16; 5] = [22, 2376, 2375, 51678, 51679];

impl ContainerInstanceShape {
    pub(super) fn new(cluster: &Cluster, instance: &ContainerInstance, with_tags: bool) -> Self {
        let (mut cpu, mut memory) = (instance.cpu, instance.memory);
        let mut ports: Vec<u16> = RESERVED_PORTS.to_vec();
        let (mut running, mut pending) = (0, 0);
        for task in cluster.tasks_on(&instance.id) {
            cpu = cpu.saturating_sub(task.cpu_units());
            memory = memory.saturating_sub(task.memory_mib());
            ports.extend(host_ports(&task.definition));
            running += usize::from(task.status == TaskStatus::Running);
            pending += usize::from(task.status.is_starting());
        }
        let text = |ports: &[u16]| ports.iter().map(u16::to_string).collect();
        let attribute =
            |name: &str, value: Option<&str>| AttributeShape { name: name.to_owned(), value: value.map(str::to_owned) };
        let architecture = match instance.architecture {
            Architecture::Amd64 => "x86_64",
            Architecture::Arm64 => "arm64",
        };
        Self {
            container_instance_arn: instance.arn.clone(),
            ec2_instance_id: instance.ec2_instance_id.clone(),
            version: instance.version,
            version_info: VersionInfo {
                agent_version: "1.98.0",
                agent_hash: "8dfceca6",
                docker_version: "DockerVersion: 25.0.8",
            },
            remaining_resources: vec![
                ResourceShape::integer("CPU", cpu),
                ResourceShape::integer("MEMORY", memory),
                ResourceShape::ports(text(&ports)),
            ],
            registered_resources: vec![
                ResourceShape::integer("CPU", instance.cpu),
                ResourceShape::integer("MEMORY", instance.memory),
                ResourceShape::ports(text(&RESERVED_PORTS)),
            ],
            status: instance.status,
            agent_connected: instance.agent_connected,
            running_tasks_count: running,
            pending_tasks_count: pending,
            attributes: vec![
                attribute("ecs.availability-zone", Some(&instance.availability_zone)),
                attribute("ecs.instance-type", Some(&instance.instance_type)),
                attribute("ecs.cpu-architecture", Some(architecture)),
                attribute("ecs.os-type", Some("linux")),
                attribute("com.amazonaws.ecs.capability.ecr-auth", None),
            ],
            registered_at: instance.registered_at,
            attachments: Vec::new(),
            tags: if with_tags { instance.tags.clone() } else { Vec::new() },
        }
    }
}
