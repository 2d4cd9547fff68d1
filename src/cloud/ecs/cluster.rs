//! Clusters and the container instances registered in them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::attributes::OFFERED;
use super::capacity::StrategyItem;
use super::definition::Tag;
use super::image_cache::ImageCache;
use super::service::Service;
use super::task::{Task, TaskKey, TaskStatus};
use crate::cloud::net::{Architecture, PullBehavior};
use crate::cloud::{Arn, Timestamp};

/// A cluster: tasks, services and container instances.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub name: String,
    pub arn: Arn,
    pub status: ClusterStatus,
    pub settings: Vec<Setting>,
    pub tags: Vec<Tag>,
    pub(super) services: BTreeMap<String, Arc<Service>>,
    pub(super) tasks: BTreeMap<TaskKey, Arc<Task>>,
    /// The tasks that are not stopped, by container instance: so that placing one does not look at all.
    pub(super) placed: BTreeMap<String, BTreeSet<TaskKey>>,
    /// The tasks that are not stopped, by service: so that a service does not look at those of others.
    pub(super) serving: BTreeMap<String, BTreeSet<TaskKey>>,
    pub(super) instances: BTreeMap<String, Arc<ContainerInstance>>,
    /// The container instances by the memory that is left, then backwards by id: so that placing a task looks at those
    /// with the most room first.
    rooms: BTreeSet<(u32, Reverse<String>)>,
    /// The services that found no room: so that room that appears does not look at all of them.
    pub(super) waiting: BTreeSet<String>,
    /// The tasks that wait for room, by when they were made.
    pub(super) provisioning: BTreeSet<(Timestamp, String)>,
    /// The names of the capacity providers that may be used in it.
    pub capacity_providers: Vec<String>,
    /// Which of them are used where nothing is said.
    pub default_strategy: Vec<StrategyItem>,
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
            rooms: BTreeSet::new(),
            waiting: BTreeSet::new(),
            provisioning: BTreeSet::new(),
            capacity_providers: Vec::new(),
            default_strategy: Vec::new(),
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
        self.tasks.get(&TaskKey::of(id)?).map(Arc::as_ref)
    }

    /// The tasks of a service that are not stopped, by id.
    pub fn tasks_of<'a>(&'a self, service: &str) -> impl Iterator<Item = &'a Task> {
        self.with_keys(self.serving.get(service))
    }

    pub(super) fn insert_task(&mut self, task: Task) {
        let Some(key) = TaskKey::of(&task.id) else { return };
        if let Some(instance) = &task.container_instance {
            self.hold(instance, &task);
        }
        if task.waits.is_some() {
            self.provisioning.insert((task.created_at, task.id.clone()));
        }
        if let Some(service) = &task.service {
            self.serving.entry(service.clone()).or_default().insert(key);
        }
        self.tasks.insert(key, Arc::new(task));
    }

    /// Gives a task room on an instance.
    pub(super) fn hold(&mut self, instance: &str, task: &Task) {
        self.placed.entry(instance.to_owned()).or_default().extend(TaskKey::of(&task.id));
        let (cpu, memory) = (task.cpu_units(), task.memory_mib());
        self.change_instance(instance, |instance| {
            instance.taken.cpu = instance.taken.cpu.saturating_add(cpu);
            instance.taken.memory = instance.taken.memory.saturating_add(memory);
        });
    }

    /// Puts a container instance into the cluster, or one that is there in its place.
    pub(super) fn insert_instance(&mut self, instance: ContainerInstance) {
        if let Some(known) = self.instances.get(&instance.id) {
            self.rooms.remove(&known.room());
        }
        self.rooms.insert(instance.room());
        self.instances.insert(instance.id.clone(), Arc::new(instance));
    }

    /// Changes what a container instance has left.
    fn change_instance(&mut self, id: &str, change: impl FnOnce(&mut ContainerInstance)) {
        let Some(instance) = self.instances.get_mut(id).map(Arc::make_mut) else { return };
        self.rooms.remove(&instance.room());
        change(instance);
        self.rooms.insert(instance.room());
    }

    /// The container instances, those with the most memory left first; equals by id.
    pub(super) fn instances_by_room(&self) -> impl Iterator<Item = &ContainerInstance> {
        self.rooms.iter().rev().filter_map(|(_, Reverse(id))| self.instance(id))
    }

    /// Gives a task that waits for room its place; what waits no longer, where it did not.
    pub(super) fn settle_task(&mut self, id: &str, instance: &str) -> Option<&mut Task> {
        let task = self.task(id).filter(|task| task.waits.is_some())?.clone();
        self.provisioning.remove(&(task.created_at, task.id.clone()));
        self.hold(instance, &task);
        let task = self.task_mut(id)?;
        task.waits = None;
        task.container_instance = Some(instance.to_owned());
        Some(task)
    }

    /// A task by id, to be changed.
    pub(super) fn task_mut(&mut self, id: &str) -> Option<&mut Task> {
        self.tasks.get_mut(&TaskKey::of(id)?).map(Arc::make_mut)
    }

    /// Forgets a task that is not shown any longer.
    pub(super) fn remove_task(&mut self, id: &str) {
        if let Some(key) = TaskKey::of(id) {
            self.tasks.remove(&key);
        }
    }

    /// Takes a stopped task out of the indexes of those that are not.
    pub(super) fn release_task(&mut self, task: &Task, now: Timestamp) {
        self.provisioning.remove(&(task.created_at, task.id.clone()));
        if let Some(instance) = &task.container_instance {
            self.change_instance(instance, |instance| {
                instance.taken.cpu = instance.taken.cpu.saturating_sub(task.cpu_units());
                instance.taken.memory = instance.taken.memory.saturating_sub(task.memory_mib());
                for digest in task.containers.iter().filter_map(|container| container.image_digest.as_ref()) {
                    instance.cache.touch(digest, now);
                }
            });
        }
        let places = task.container_instance.as_ref().and_then(|instance| self.placed.get_mut(instance));
        let services = task.service.as_ref().and_then(|service| self.serving.get_mut(service));
        let Some(key) = TaskKey::of(&task.id) else { return };
        for tasks in places.into_iter().chain(services) {
            tasks.remove(&key);
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
        self.with_keys(self.placed.get(instance))
    }

    fn with_keys<'a>(&'a self, keys: Option<&'a BTreeSet<TaskKey>>) -> impl Iterator<Item = &'a Task> {
        keys.into_iter().flatten().filter_map(|key| self.tasks.get(key).map(Arc::as_ref))
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
    /// The attributes that someone gave it, with their values where they have one.
    pub attributes: BTreeMap<String, Option<String>>,
    /// The subnet of its EC2 instance.
    pub subnet: String,
    /// The VPC of its EC2 instance.
    pub vpc: String,
    /// How its agent is set to pull.
    pub pull_behavior: PullBehavior,
    /// The capacity provider that it belongs to.
    pub capacity_provider: Option<String>,
    /// What its unstopped tasks take.
    pub(super) taken: Taken,
    /// What its Docker engine holds: what is here is not downloaded again.
    pub cache: ImageCache,
}

/// CPU units and MiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) cpu: u32,
    pub(super) memory: u32,
}

impl ContainerInstance {
    /// Its place among the others by room.
    fn room(&self) -> (u32, Reverse<String>) {
        (self.left().memory, Reverse(self.id.clone()))
    }

    /// CPU units and MiB that are left.
    pub(super) fn left(&self) -> Taken {
        Taken { cpu: self.cpu.saturating_sub(self.taken.cpu), memory: self.memory.saturating_sub(self.taken.memory) }
    }

    /// The value of an attribute, its own or one that somebody gave it; an empty one where it has none.
    /// Source: Amazon ECS Developer Guide, "Amazon ECS container instance attributes".
    pub fn attribute(&self, name: &str) -> Option<&str> {
        Some(match name {
            "ecs.availability-zone" => &self.availability_zone,
            "ecs.instance-type" => &self.instance_type,
            "ecs.os-type" => "linux",
            "ecs.cpu-architecture" => match self.architecture {
                Architecture::Amd64 => "x86_64",
                Architecture::Arm64 => "arm64",
            },
            "ecs.subnet-id" => &self.subnet,
            "ecs.vpc-id" => &self.vpc,
            "ecs.capacity-provider" => self.capacity_provider.as_deref()?,
            offered if OFFERED.contains(&offered) => "",
            given => self.attributes.get(given)?.as_deref().unwrap_or_default(),
        })
    }

    /// All its attributes by name, with their values where they have one: its own, what its agent offers, the given ones.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        const OWN: [&str; 7] = [
            "ecs.availability-zone",
            "ecs.instance-type",
            "ecs.cpu-architecture",
            "ecs.os-type",
            "ecs.subnet-id",
            "ecs.vpc-id",
            "ecs.capacity-provider",
        ];
        let own = OWN.into_iter().filter_map(|name| Some((name, Some(self.attribute(name)?))));
        let offered = OFFERED.iter().map(|name| (*name, None));
        let given = self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_deref()));
        own.chain(offered).chain(given)
    }
}

/// Whether tasks are placed on a container instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InstanceStatus {
    Active,
    Draining,
    Inactive,
}
