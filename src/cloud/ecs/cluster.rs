//! Clusters and the container instances registered in them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::definition::Tag;
use super::service::Service;
use super::task::{Task, TaskStatus};
use crate::cloud::net::Architecture;
use crate::cloud::{Arn, Blob, Digest, Timestamp};

/// A cluster: tasks, services and container instances.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub name: String,
    pub arn: Arn,
    pub status: ClusterStatus,
    pub settings: Vec<Setting>,
    pub tags: Vec<Tag>,
    pub(super) services: BTreeMap<String, Arc<Service>>,
    pub(super) tasks: BTreeMap<String, Arc<Task>>,
    /// The tasks that are not stopped, by container instance: so that placing one does not look at all.
    pub(super) placed: BTreeMap<String, BTreeSet<String>>,
    /// The tasks that are not stopped, by service: so that a service does not look at those of others.
    pub(super) serving: BTreeMap<String, BTreeSet<String>>,
    pub(super) instances: BTreeMap<String, Arc<ContainerInstance>>,
}

/// Whether a cluster can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClusterStatus {
    Active,
    /// Deleted. It is shown for a while, and a new cluster may take its name.
    Inactive,
}

/// A setting of a cluster, such as `containerInsights`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setting {
    pub name: String,
    pub value: String,
}

impl Cluster {
    pub(super) fn new(name: &str, arn: Arn) -> Self {
        Self {
            name: name.to_owned(),
            arn,
            status: ClusterStatus::Active,
            settings: vec![Setting { name: "containerInsights".to_owned(), value: "disabled".to_owned() }],
            tags: Vec::new(),
            services: BTreeMap::new(),
            tasks: BTreeMap::new(),
            placed: BTreeMap::new(),
            serving: BTreeMap::new(),
            instances: BTreeMap::new(),
        }
    }

    /// Whether it was not deleted.
    pub fn is_active(&self) -> bool {
        self.status == ClusterStatus::Active
    }

    /// The services, by name, deleted ones too while they are still shown.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.values().map(Arc::as_ref)
    }

    /// A service by name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name).map(Arc::as_ref)
    }

    /// The tasks, by id; stopped ones too while they are still shown.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values().map(Arc::as_ref)
    }

    /// The tasks, oldest first.
    pub fn tasks_by_age(&self) -> Vec<&Task> {
        let mut tasks: Vec<&Task> = self.tasks().collect();
        tasks.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        tasks
    }

    /// A task by id.
    pub fn task(&self, id: &str) -> Option<&Task> {
        self.tasks.get(id).map(Arc::as_ref)
    }

    /// The tasks of a service that are not stopped, by id.
    pub fn tasks_of<'a>(&'a self, service: &str) -> impl Iterator<Item = &'a Task> {
        self.serving.get(service).into_iter().flatten().filter_map(|task| self.task(task))
    }

    pub(super) fn insert_task(&mut self, task: Task) {
        if let Some(instance) = &task.container_instance {
            self.placed.entry(instance.clone()).or_default().insert(task.id.clone());
        }
        if let Some(service) = &task.service {
            self.serving.entry(service.clone()).or_default().insert(task.id.clone());
        }
        self.tasks.insert(task.id.clone(), Arc::new(task));
    }

    /// Takes a stopped task out of the indexes of those that are not.
    pub(super) fn release_task(&mut self, task: &Task) {
        let places = task.container_instance.as_ref().and_then(|instance| self.placed.get_mut(instance));
        let services = task.service.as_ref().and_then(|service| self.serving.get_mut(service));
        for tasks in places.into_iter().chain(services) {
            tasks.remove(&task.id);
        }
    }

    /// The container instances, by id.
    pub fn instances(&self) -> impl Iterator<Item = &ContainerInstance> {
        self.instances.values().map(Arc::as_ref)
    }

    /// A container instance by the id in its ARN.
    pub fn instance(&self, id: &str) -> Option<&ContainerInstance> {
        self.instances.get(id).map(Arc::as_ref)
    }

    /// The tasks that hold resources of a container instance.
    pub fn tasks_on<'a>(&'a self, instance: &str) -> impl Iterator<Item = &'a Task> {
        self.placed.get(instance).into_iter().flatten().filter_map(|task| self.task(task))
    }

    /// How many tasks are RUNNING.
    pub fn running_count(&self) -> usize {
        self.tasks().filter(|task| task.status == TaskStatus::Running).count()
    }

    /// How many tasks are on their way to run.
    pub fn pending_count(&self) -> usize {
        self.tasks().filter(|task| task.status.is_starting()).count()
    }
}

/// An EC2 instance whose agent registered it in a cluster.
#[derive(Clone, Debug)]
pub struct ContainerInstance {
    /// 32 hexadecimal digits.
    pub id: String,
    pub arn: Arn,
    /// The EC2 instance: `i-…`.
    pub ec2_instance_id: String,
    pub status: InstanceStatus,
    pub agent_connected: bool,
    /// CPU units.
    pub cpu: u32,
    /// MiB.
    pub memory: u32,
    pub architecture: Architecture,
    /// Such as `t3.small`.
    pub instance_type: String,
    pub availability_zone: String,
    pub registered_at: Timestamp,
    pub version: u64,
    pub tags: Vec<Tag>,
    /// What its Docker engine holds: what is here is not downloaded again.
    pub cache: ImageCache,
}

/// Whether tasks are placed on a container instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InstanceStatus {
    Active,
    Draining,
    Inactive,
}

/// The images and layers that an instance pulled.
#[derive(Clone, Debug, Default)]
pub struct ImageCache {
    /// What a reference meant at the last pull, by the full reference, and by name and digest.
    pub images: BTreeMap<String, CachedImage>,
    /// The configs on disk.
    pub configs: BTreeMap<Digest, Blob>,
    /// The layers on disk.
    pub layers: BTreeSet<Digest>,
}

/// An image on an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedImage {
    pub digest: Digest,
    /// The digest of its config.
    pub config: Digest,
}
