//! What runs containers, and how far each task and each pod is in its life.

use super::Standing;
use super::kubernetes::{self, NodeState, OnFargate, OnInstance, Pod};
use crate::cloud::ecs::{self, LaunchType, StopCode, TaskStatus};
use crate::cloud::{Account, Arn, Regional};

/// Where tasks or pods run.
#[derive(Clone, Debug, PartialEq)]
pub struct Compute {
    pub kind: ComputeKind,
    /// The subnet that it is in, by id.
    pub subnet: String,
    /// The role that pulls: the instance's, or the execution role of the tasks or pods.
    pub role: Option<String>,
    /// Those that are not stopped, then the newest stopped ones; each group the newest first.
    pub tasks: Vec<Task>,
    /// Those that fail, then the others by name.
    pub pods: Vec<Pod>,
    /// Whether the newest task failed, any pod does, or a node can't join.
    pub failing: bool,
}

/// Which kind of compute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComputeKind {
    /// An EC2 instance, by id.
    Instance(String),
    /// An EC2 instance that is a node of a cluster of EKS, or is to become one.
    Node { instance: String, cluster: String, state: NodeState },
    /// Fargate, for a cluster of ECS.
    Fargate(String),
    /// Fargate, for the pods of a cluster of EKS.
    PodFargate(String),
}

/// A task.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The last part of its ARN.
    pub id: String,
    pub arn: Arn,
    /// Its task definition's family.
    pub family: String,
    pub status: TaskStatus,
    /// Which of [`STEPS`] it went through, or is at.
    pub been: [bool; STEPS.len()],
    /// Why it stopped, in AWS's words.
    pub reason: Option<String>,
    /// Whether it stopped because something went wrong.
    pub failed: bool,
}

/// The steps of a task's life that are drawn. Source: Amazon ECS Developer Guide, "Amazon ECS task lifecycle".
pub const STEPS: [TaskStatus; 4] =
    [TaskStatus::Provisioning, TaskStatus::Pending, TaskStatus::Running, TaskStatus::Stopped];

impl Task {
    /// The place in [`STEPS`] of a status: that which it is, or is on its way to or from.
    pub fn step(status: TaskStatus) -> usize {
        match status {
            TaskStatus::Provisioning => 0,
            TaskStatus::Pending | TaskStatus::Activating => 1,
            TaskStatus::Running | TaskStatus::Deactivating => 2,
            TaskStatus::Stopping | TaskStatus::Deprovisioning | TaskStatus::Stopped => 3,
        }
    }

    /// The same by a status' name, as on the trail.
    pub fn step_named(status: &str) -> usize {
        match status {
            "PROVISIONING" => 0,
            "PENDING" | "ACTIVATING" => 1,
            "RUNNING" | "DEACTIVATING" => 2,
            _ => 3,
        }
    }

    fn of(found: &ecs::Task) -> Self {
        let pulled = found.pull_started_at.is_some() || Self::step(found.status) == 1;
        Self {
            id: found.id.clone(),
            arn: found.arn.clone(),
            family: found.definition.family.clone(),
            status: found.status,
            been: [found.interface.is_some(), pulled, found.started_at.is_some(), Self::step(found.status) == 3],
            reason: found.stopped_reason.clone(),
            failed: failed(found),
        }
    }
}

/// Stopped tasks that are shown beside those that are not: where the newest of all failed, and where it did not.
const STOPPED_SHOWN: [usize; 2] = [2, 1];

/// The instances, then Fargate by cluster and subnet: for tasks, then for pods.
pub(super) fn computes(account: &Account, regional: &Regional) -> Vec<Compute> {
    let mut computes = Vec::new();
    for instance in regional.net.instances() {
        let profile = instance.instance_profile.as_deref().and_then(|name| account.iam.instance_profile(name));
        let role = profile.and_then(|profile| profile.role.as_deref()).map(str::to_owned);
        let tasks = regional.ecs.clusters().flat_map(|cluster| {
            let here = |id: &str| cluster.instance(id).is_some_and(|found| found.ec2_instance_id == instance.id);
            cluster.tasks().filter(move |task| task.container_instance.as_deref().is_some_and(here))
        });
        let id = instance.id.clone();
        computes.push(match kubernetes::on_instance(regional, &id) {
            Some(OnInstance { cluster, state, pods, is_lost }) => {
                let kind = ComputeKind::Node { instance: id, cluster, state };
                let mut node = compute(kind, &instance.subnet, role, tasks.collect());
                node.failing |= is_lost;
                node.run(pods);
                node
            }
            None => compute(ComputeKind::Instance(id), &instance.subnet, role, tasks.collect()),
        });
    }
    for cluster in regional.ecs.clusters() {
        let fargate = || cluster.tasks().filter(|task| task.launch_type == LaunchType::Fargate);
        let role = fargate()
            .max_by_key(|task| task.created_at)
            .and_then(|task| task.execution_role())
            .and_then(|arn| arn.rsplit('/').next())
            .map(str::to_owned);
        for subnet in regional.net.subnets() {
            let here = |task: &&ecs::Task| task.interface.as_ref().is_some_and(|found| found.subnet == subnet.id);
            let tasks: Vec<_> = fargate().filter(here).collect();
            if !tasks.is_empty() {
                let kind = ComputeKind::Fargate(cluster.name.clone());
                computes.push(compute(kind, &subnet.id, role.clone(), tasks));
            }
        }
    }
    let tasks_only = computes.len();
    for OnFargate { cluster, subnet, role, pods } in kubernetes::on_fargate(regional) {
        let kind = ComputeKind::PodFargate(cluster);
        let mut of_pods = computes.iter_mut().skip(tasks_only);
        match of_pods.find(|known| known.kind == kind && known.subnet == subnet) {
            Some(known) => known.run(pods),
            None => {
                let mut fresh = compute(kind, &subnet, Some(role), Vec::new());
                fresh.run(pods);
                computes.push(fresh);
            }
        }
    }
    computes
}

impl Compute {
    /// Puts pods on it.
    fn run(&mut self, pods: Vec<Pod>) {
        self.pods.extend(pods);
        self.pods.sort_by_key(|pod| pod.standing != Standing::Failed);
        self.failing |= self.pods.first().is_some_and(|pod| pod.standing == Standing::Failed);
    }
}

fn compute(kind: ComputeKind, subnet: &str, role: Option<String>, mut tasks: Vec<&ecs::Task>) -> Compute {
    tasks.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.id.cmp(&b.id)));
    let failing = tasks.first().is_some_and(|task| failed(task));
    let [shown_failing, shown_well] = STOPPED_SHOWN;
    let shown = if failing { shown_failing } else { shown_well };
    let (stopped, alive): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task.is_stopped());
    let tasks = alive.into_iter().chain(stopped.into_iter().take(shown)).map(Task::of);
    Compute { kind, subnet: subnet.to_owned(), role, tasks: tasks.collect(), pods: Vec::new(), failing }
}

fn failed(task: &ecs::Task) -> bool {
    matches!(task.stop_code, Some(StopCode::TaskFailedToStart | StopCode::EssentialContainerExited))
}
