//! A task and its containers.

use serde::Serialize;

use super::{AttributeShape, PLATFORM_VERSION};
use crate::cloud::ecs::definition::{EphemeralStorage, KeyValuePair, Tag};
use crate::cloud::ecs::home::Home;
use crate::cloud::ecs::task::{
    Container, ContainerOverride, ContainerStatus, DesiredStatus, HealthStatus, LaunchType, NetworkBinding, Overrides,
    StopCode, Task, TaskStatus,
};
use crate::cloud::net::Architecture;
use crate::cloud::{Arn, Cloud, Timestamp};

/// A task, as answers show it.
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
    health_status: HealthStatus,
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
    ephemeral_storage: Option<EphemeralStorage>,
}

#[derive(Clone, Debug, Serialize)]
struct AttachmentShape {
    id: String,
    r#type: &'static str,
    status: &'static str,
    details: Vec<KeyValuePair>,
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
    health_status: HealthStatus,
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
    pub(in crate::cloud::ecs::api) fn id(&self) -> &str {
        self.task_arn.resource().rsplit('/').next().unwrap_or_default()
    }

    /// The ARNs of the task and of its task definition.
    pub(in crate::cloud::ecs::api) fn arns(&self) -> [Arn; 2] {
        [self.task_arn.clone(), self.task_definition_arn.clone()]
    }

    pub(in crate::cloud::ecs::api) fn new(cloud: &Cloud, home: &Home, task: &Task, with_tags: bool) -> Self {
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
            health_status: task.health(),
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
                let default = EphemeralStorage { size_in_gib: 20 };
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
        let named = |known: &ContainerOverride| known.name.as_deref() == Some(&container.name);
        if !overrides.container_overrides.iter().any(named) {
            overrides
                .container_overrides
                .push(ContainerOverride { name: Some(container.name.clone()), ..Default::default() });
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
        let domain = match task.arn.region() {
            "us-east-1" => "ec2.internal".to_owned(),
            region => format!("{region}.compute.internal"),
        };
        details.push(pair("privateDnsName", format!("ip-{dashed}.{domain}")));
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
        health_status: container.health,
        cpu: definition.map_or(0, |known| known.cpu).to_string(),
        memory: definition.and_then(|known| known.memory).map(|memory| memory.to_string()),
        memory_reservation: definition.and_then(|known| known.memory_reservation).map(|memory| memory.to_string()),
    }
}
