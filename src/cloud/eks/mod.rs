//! EKS: Kubernetes clusters, their nodes, and the pods that pull.
//!
//! The learner's requests to AWS come through the door ([`api`]). What is inside a cluster is Kubernetes's own ([`kube`]):
//! `kubectl` asks its API server with a token of AWS's ([`access`]), controllers and kubelets go on by themselves as time
//! moves. Kubelets pull images through the same door, as the node's role or the pod execution role.

mod access;
mod api;
mod cluster;
mod home;
mod kube;
mod nodes;
mod token;

pub use access::{ACCESS_POLICIES, Verb};
pub use api::*;
pub use cluster::{
    AccessEntry, AccessScope, Addon, AddonStatus, AssociatedPolicy, Cluster, ClusterStatus, FargateProfile,
    FargateSelector, FargateStatus, Issue, Nodegroup, NodegroupStatus, NodegroupTaint, PodIdentityAssociation, Scaling,
    Tags, Update,
};
pub use kube::*;
pub use token::{TOKEN_LIFE, Token};

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alarms::Alarms;
use super::net::Place;
use super::{Cloud, Timestamp};
use home::Home;

/// An account's clusters in a region.
#[derive(Clone, Debug, Default)]
pub struct State {
    clusters: BTreeMap<String, Arc<Cluster>>,
    alarms: Alarms<Sleeper>,
}

/// Who can be woken. The first field is always the cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sleeper {
    Cluster(String),
    Nodegroup(String, String),
    /// An instance of a node group: it boots, or tries to join once more.
    Instance(String, String, String),
    FargateProfile(String, String),
    Addon(String, String),
    Update(String, String),
    Pod(String, Key),
    /// A deployment's progress deadline.
    Deployment(String, Key),
}

impl State {
    /// The clusters, by name.
    pub fn clusters(&self) -> impl Iterator<Item = &Cluster> {
        self.clusters.values().map(Arc::as_ref)
    }

    /// A cluster by name.
    pub fn cluster(&self, name: &str) -> Option<&Cluster> {
        self.clusters.get(name).map(Arc::as_ref)
    }

    /// Whether an EC2 instance is of a node group.
    pub(super) fn has_instance(&self, id: &str) -> bool {
        let mut groups = self.clusters().flat_map(Cluster::nodegroups);
        groups.any(|group| group.instances.iter().any(|own| own == id))
    }

    /// Where a Fargate pod's machine is in the network.
    pub(super) fn fargate_place(&self, id: &str) -> Option<Place> {
        let nodes = self.clusters().flat_map(|cluster| cluster.kube.nodes());
        nodes.into_iter().find_map(|node| match &node.machine {
            Machine::Fargate { id: own, place, .. } if own == id => Some(place.clone()),
            _ => None,
        })
    }
}

/// The cluster whose API server is at an address.
pub fn cluster_at<'a>(cloud: &'a Cloud, endpoint: &str) -> Option<&'a Cluster> {
    let endpoint = endpoint.trim_end_matches('/');
    let regions = cloud.accounts().flat_map(|account| account.regions());
    let mut clusters = regions.flat_map(|(_, regional)| regional.eks.clusters());
    clusters.find(|cluster| cluster.is_active() && cluster.endpoint() == endpoint)
}

/// Lets what is due at [`Cloud::now`] happen: clusters become active, nodes join, kubelets look after their pods.
pub(super) fn tick(cloud: &mut Cloud) {
    let homes: Vec<Home> = Home::all(cloud).collect();
    for home in homes {
        let now = cloud.now();
        // One more look before writing: a write unshares the account from the snapshots that undo keeps.
        while home.state(cloud).and_then(|state| state.alarms.next()).is_some_and(|at| at <= now) {
            match home.state_mut(cloud).alarms.take_due(now) {
                Some(Sleeper::Cluster(name)) => api::wake_cluster(cloud, &home, &name),
                Some(Sleeper::Nodegroup(cluster, name)) => nodes::wake_group(cloud, &home, &cluster, &name),
                Some(Sleeper::Instance(cluster, group, id)) => {
                    nodes::wake_instance(cloud, &home, &cluster, &group, &id);
                }
                Some(Sleeper::FargateProfile(cluster, name)) => api::wake_profile(cloud, &home, &cluster, &name),
                Some(Sleeper::Addon(cluster, name)) => api::wake_addon(cloud, &home, &cluster, &name),
                Some(Sleeper::Update(cluster, id)) => api::wake_update(cloud, &home, &cluster, &id),
                Some(Sleeper::Pod(cluster, key)) => kube::wake_pod(cloud, &home, &cluster, &key),
                Some(Sleeper::Deployment(cluster, key)) => kube::wake_deployment(cloud, &home, &cluster, &key),
                None => break,
            }
        }
    }
}

/// When something is due next.
pub(super) fn next_due(cloud: &Cloud) -> Option<Timestamp> {
    cloud.accounts().flat_map(|account| account.regions()).filter_map(|(_, regional)| regional.eks.alarms.next()).min()
}
