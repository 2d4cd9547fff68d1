//! Kubernetes on EKS: clusters with what each keeps running, and pods: on a node, or waiting for one.

use super::Standing;
use crate::cloud::eks::{self, Key, Machine, NodegroupStatus};
use crate::cloud::{EventKind, Regional, Trail};

/// A cluster: its control plane, which AWS runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    pub name: String,
    /// Such as `1.34`.
    pub version: String,
    /// Such as `ACTIVE`.
    pub status: String,
    pub deployments: Vec<Deployment>,
    /// Pods that have no node.
    pub waiting: Vec<Pod>,
    /// Whether the newest `kubectl` request was refused.
    pub refused: bool,
}

/// What a cluster keeps running.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    pub key: Key,
    /// How many pods are ready, and how many are asked for.
    pub ready: u32,
    pub wanted: u32,
    /// How many are of the newest template.
    pub updated: u32,
    pub standing: Standing,
}

/// A pod.
#[derive(Clone, Debug, PartialEq)]
pub struct Pod {
    /// The cluster's name.
    pub cluster: String,
    pub key: Key,
    /// As `kubectl get pods` says it: `ImagePullBackOff`.
    pub word: String,
    pub standing: Standing,
    /// The image of its first container without the registry: `web:v2.0`.
    pub image: String,
    /// What stands behind the word, where there is more to say.
    pub message: Option<String>,
}

/// How far an instance of a node group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// It is no node yet.
    Joining,
    NotReady,
    Ready,
}

impl Pod {
    /// A pod as it is drawn.
    pub fn of(cluster: &str, pod: &eks::Pod) -> Self {
        let word = pod.reason();
        let standing = match word.as_str() {
            _ if pod.is_ready() => Standing::Works,
            "Completed" | "Succeeded" | "Terminating" => Standing::Idle,
            "Pending" | "ContainerCreating" | "Running" => Standing::Waiting,
            _ => Standing::Failed,
        };
        let image = pod.spec.containers.first().map_or("", |container| &container.image);
        let unplaced =
            pod.status.conditions.iter().find(|known| known.kind == "PodScheduled" && known.status == "False");
        let message = pod.message().or_else(|| unplaced?.message.as_deref());
        Self {
            cluster: cluster.to_owned(),
            key: pod.metadata.key(),
            word,
            standing,
            image: image.rsplit('/').next().unwrap_or(image).to_owned(),
            message: message.map(str::to_owned),
        }
    }
}

impl Deployment {
    /// By its name, with the namespace where that is not the usual one.
    pub fn name(&self) -> String {
        if self.key.namespace == "default" { self.key.name.clone() } else { self.key.to_string() }
    }

    /// A deployment as it is drawn: failed where it gave up, or where its newest pods can't run.
    pub fn of(cluster: &eks::Cluster, found: &eks::Deployment) -> Self {
        let (ready, updated, wanted) = (found.status.ready_replicas, found.status.updated_replicas, found.replicas());
        let newest = cluster.kube.replica_sets_of(found).max_by_key(|set| set.revision());
        let failing = newest.into_iter().flat_map(|set| cluster.kube.pods_of(set));
        let failing = failing.into_iter().any(|pod| Pod::of(&cluster.name, pod).standing == Standing::Failed);
        let gave_up = found.condition("Progressing").is_some_and(|condition| condition.status == "False");
        let standing = match ready >= wanted && updated >= wanted {
            _ if failing || gave_up => Standing::Failed,
            true => Standing::Works,
            false => Standing::Waiting,
        };
        Self { key: found.metadata.key(), ready, wanted, updated, standing }
    }
}

/// All clusters, by name.
pub(super) fn clusters(regional: &Regional, trail: &Trail) -> Vec<Cluster> {
    regional.eks.clusters().map(|found| cluster(found, trail)).collect()
}

fn cluster(found: &eks::Cluster, trail: &Trail) -> Cluster {
    let lonely = found.kube.pods().filter(|pod| pod.spec.node_name.is_none());
    Cluster {
        name: found.name.clone(),
        version: found.version.clone(),
        status: state_name(&found.status),
        deployments: found.kube.deployments().map(|deployment| Deployment::of(found, deployment)).collect(),
        waiting: lonely.map(|pod| Pod::of(&found.name, pod)).collect(),
        refused: was_refused(found, trail),
    }
}

/// A state as answers name it: `CREATE_FAILED`.
pub(in crate::view) fn state_name(state: &impl serde::Serialize) -> String {
    serde_json::to_value(state).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Whether the newest request to a cluster's API server was one that its caller may not make.
fn was_refused(cluster: &eks::Cluster, trail: &Trail) -> bool {
    let newest = trail.events().iter().rev().find_map(|event| match &event.kind {
        EventKind::Kubernetes { cluster: of, error, .. } if *of == cluster.arn => Some(error.as_deref()),
        _ => None,
    });
    newest.flatten().is_some_and(|error| error.starts_with("Forbidden"))
}

/// What an EC2 instance is to Kubernetes.
pub(super) struct OnInstance {
    pub(super) cluster: String,
    pub(super) state: NodeState,
    pub(super) pods: Vec<Pod>,
    /// Whether its node group says that something is wrong.
    pub(super) is_lost: bool,
}

/// The node that an EC2 instance is, or was launched to become.
pub(super) fn on_instance(regional: &Regional, instance: &str) -> Option<OnInstance> {
    regional.eks.clusters().find_map(|cluster| {
        let group = cluster.nodegroups().find(|group| group.instances.iter().any(|id| id == instance))?;
        let node = eks_node(cluster, instance);
        let state = match node {
            None => NodeState::Joining,
            Some(node) if node.is_ready() => NodeState::Ready,
            Some(_) => NodeState::NotReady,
        };
        let is_lost = state != NodeState::Ready
            && matches!(group.status, NodegroupStatus::CreateFailed | NodegroupStatus::Degraded);
        let pods = node.map(|node| pods_on(cluster, node)).unwrap_or_default();
        Some(OnInstance { cluster: cluster.name.clone(), state, pods, is_lost })
    })
}

/// The node of a cluster that an EC2 instance is.
pub(in crate::view) fn eks_node<'a>(cluster: &'a eks::Cluster, instance: &str) -> Option<&'a eks::Node> {
    cluster.kube.nodes().find(|node| matches!(&node.machine, Machine::Instance { id, .. } if id == instance))
}

/// The pods of a node: those that fail first, the others by name.
fn pods_on(cluster: &eks::Cluster, node: &eks::Node) -> Vec<Pod> {
    let here = |pod: &&eks::Pod| pod.spec.node_name.as_deref() == Some(node.metadata.name.as_str());
    let mut pods: Vec<_> = cluster.kube.pods().filter(here).map(|pod| Pod::of(&cluster.name, pod)).collect();
    pods.sort_by_key(|pod| pod.standing != Standing::Failed);
    pods
}

/// A machine of Fargate's, made for one pod.
pub(super) struct OnFargate {
    pub(super) cluster: String,
    pub(super) subnet: String,
    /// The pod execution role, by name.
    pub(super) role: String,
    pub(super) pods: Vec<Pod>,
}

/// Fargate's machines for pods.
pub(super) fn on_fargate(regional: &Regional) -> Vec<OnFargate> {
    let nodes = regional.eks.clusters().flat_map(|cluster| cluster.kube.nodes().map(move |node| (cluster, node)));
    nodes
        .filter_map(|(cluster, node)| match &node.machine {
            Machine::Fargate { role, place, .. } => Some(OnFargate {
                cluster: cluster.name.clone(),
                subnet: place.subnet.clone(),
                role: role.resource().rsplit('/').next().unwrap_or_default().to_owned(),
                pods: pods_on(cluster, node),
            }),
            Machine::Instance { .. } => None,
        })
        .collect()
}

/// The pod that a machine of Fargate's was made for: its cluster and its name.
pub(in crate::view) fn pod_on_fargate(regional: &Regional, machine: &str) -> Option<(String, Key)> {
    regional.eks.clusters().find_map(|cluster| {
        let own = |node: &&eks::Node| matches!(&node.machine, Machine::Fargate { id, .. } if id == machine);
        let node = cluster.kube.nodes().find(own)?;
        let pod = pods_on(cluster, node).into_iter().next()?;
        Some((cluster.name.clone(), pod.key))
    })
}
