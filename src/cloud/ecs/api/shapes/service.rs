//! A service and its deployments.

use serde::Serialize;
use serde_json::Value;

use super::PLATFORM_VERSION;
use crate::cloud::ecs::capacity::StrategyItem;
use crate::cloud::ecs::cluster::Cluster;
use crate::cloud::ecs::definition::{PlacementConstraint, PlacementStrategy, Tag};
use crate::cloud::ecs::service::{
    Deployment, DeploymentConfiguration, DeploymentStatus, NetworkConfiguration, RolloutState, Scheduling, Service,
    ServiceEvent, ServiceStatus,
};
use crate::cloud::ecs::task::{LaunchType, Task, TaskStatus};
use crate::cloud::{Arn, Timestamp};

/// A service, as answers show it.
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
    capacity_provider_strategy: Vec<StrategyItem>,
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
    placement_constraints: Vec<PlacementConstraint>,
    placement_strategy: Vec<PlacementStrategy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_configuration: Option<NetworkConfiguration>,
    scheduling_strategy: Scheduling,
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
    /// The service's ARN.
    pub(in crate::cloud::ecs::api) fn arn(&self) -> &Arn {
        &self.service_arn
    }

    pub(in crate::cloud::ecs::api) fn new(cluster: &Cluster, service: &Service, with_tags: bool) -> Self {
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
            launch_type: service.capacity_providers.is_empty().then_some(service.launch_type),
            platform_version: fargate.then_some(PLATFORM_VERSION),
            platform_family: fargate.then_some("Linux"),
            network_configuration: deployment.network.clone(),
            rollout_state: deployment.rollout_state,
            rollout_state_reason: deployment.rollout_state_reason.clone(),
        };
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
            launch_type: service.capacity_providers.is_empty().then_some(service.launch_type),
            capacity_provider_strategy: service.capacity_providers.clone(),
            platform_version: fargate.then_some("LATEST"),
            platform_family: fargate.then_some("Linux"),
            task_definition: service.definition().map(|definition| definition.task_definition_arn.clone()),
            deployment_configuration: service.configuration.clone(),
            deployments: service.deployments.iter().map(deployment).collect(),
            events: service.events.iter().cloned().collect(),
            created_at: service.created_at,
            placement_constraints: service.placement_constraints.clone(),
            placement_strategy: service.placement_strategy.clone(),
            network_configuration: service.network.clone(),
            scheduling_strategy: service.scheduling,
            deployment_controller: serde_json::json!({"type": "ECS"}),
            tags: if with_tags { service.tags.clone() } else { Vec::new() },
            created_by: service.created_by.clone(),
            enable_ecs_managed_tags: false,
            propagate_tags: service.propagate_tags.clone().unwrap_or_else(|| "NONE".to_owned()),
            enable_execute_command: service.enable_execute_command,
        }
    }
}
