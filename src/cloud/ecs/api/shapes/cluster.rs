//! A cluster.

use serde::Serialize;

use crate::cloud::Arn;
use crate::cloud::ecs::capacity::StrategyItem;
use crate::cloud::ecs::cluster::{Cluster, ClusterStatus, InstanceStatus, Setting};
use crate::cloud::ecs::definition::{KeyValuePair, Tag};
use crate::cloud::ecs::service::{Service, ServiceStatus};
use crate::cloud::ecs::task::{LaunchType, Task, TaskStatus};

/// A cluster, as answers show it.
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
    default_capacity_provider_strategy: Vec<StrategyItem>,
}

/// What a describe call was asked to add.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::cloud::ecs::api) struct Include {
    pub(in crate::cloud::ecs::api) settings: bool,
    pub(in crate::cloud::ecs::api) statistics: bool,
    pub(in crate::cloud::ecs::api) tags: bool,
}

impl Include {
    pub(in crate::cloud::ecs::api) const ALL: Self = Self { settings: true, statistics: false, tags: true };

    pub(in crate::cloud::ecs::api) fn of(fields: &[String]) -> Self {
        let has = |name: &str| fields.iter().any(|field| field == name);
        Self { settings: has("SETTINGS"), statistics: has("STATISTICS"), tags: has("TAGS") }
    }
}

impl ClusterShape {
    pub(in crate::cloud::ecs::api) fn new(cluster: &Cluster, include: Include) -> Self {
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
            capacity_providers: cluster.capacity_providers.clone(),
            default_capacity_provider_strategy: cluster.default_strategy.clone(),
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
