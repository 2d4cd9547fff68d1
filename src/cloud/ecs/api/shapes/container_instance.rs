//! A container instance and its resources.

use serde::Serialize;
use serde_json::Value;

use super::AttributeShape;
use crate::cloud::ecs::attributes::AGENT_VERSION;
use crate::cloud::ecs::cluster::{Cluster, ContainerInstance, InstanceStatus};
use crate::cloud::ecs::definition::Tag;
use crate::cloud::ecs::placement::host_ports;
use crate::cloud::ecs::task::TaskStatus;
use crate::cloud::{Arn, Timestamp};

/// A container instance, as answers show it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerInstanceShape {
    container_instance_arn: Arn,
    ec2_instance_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity_provider_name: Option<String>,
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
    pub(in crate::cloud::ecs::api) fn new(cluster: &Cluster, instance: &ContainerInstance, with_tags: bool) -> Self {
        let mut ports: Vec<u16> = RESERVED_PORTS.to_vec();
        let (mut running, mut pending) = (0, 0);
        for task in cluster.tasks_on(&instance.id) {
            ports.extend(host_ports(&task.definition));
            running += usize::from(task.status == TaskStatus::Running);
            pending += usize::from(task.status.is_starting());
        }
        let text = |ports: &[u16]| ports.iter().map(u16::to_string).collect();
        Self {
            container_instance_arn: instance.arn.clone(),
            ec2_instance_id: instance.ec2_instance_id.clone(),
            version: instance.version,
            version_info: VersionInfo {
                agent_version: AGENT_VERSION,
                agent_hash: "8dfceca6",
                docker_version: "DockerVersion: 25.0.8",
            },
            remaining_resources: vec![
                ResourceShape::integer("CPU", instance.left().cpu),
                ResourceShape::integer("MEMORY", instance.left().memory),
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
            attributes: instance
                .attributes()
                .map(|(name, value)| AttributeShape { name: name.to_owned(), value: value.map(str::to_owned) })
                .collect(),
            registered_at: instance.registered_at,
            attachments: Vec::new(),
            capacity_provider_name: instance.capacity_provider.clone(),
            tags: if with_tags { instance.tags.clone() } else { Vec::new() },
        }
    }
}
