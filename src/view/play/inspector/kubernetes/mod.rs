//! Kubernetes on EKS: clusters and their deployments; how lines to nodes and pods, and what was said, are shown.

mod node;
mod pod;

use egui::{Color32, Ui};
use egui_phosphor::regular as icon;

use super::super::super::Cx;
use super::super::super::theme::Type;
use super::super::super::widgets::{Rich, field, notice};
use super::list::{Lead, lines, list, list_or};
use super::{Seen, gone, heading, part};
use crate::app::Selection;
use crate::cloud::eks::{Cluster, Deployment, Key, Machine, Node, Nodegroup, Pod};
use crate::cloud::net::Place;
use crate::cloud::{Arn, Regional, net};
use crate::shell::kubectl;
use crate::view::scene::facts::{Deployment as DrawnDeployment, Pod as DrawnPod, Standing, named, state_name};

pub(super) use node::{node, nodegroup};
pub(super) use pod::pod;

/// The newest things said that are shown.
const SAID: usize = 12;

pub(super) fn clusters(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>) {
    heading(ui, cx, "EKS", &cx.t("view-kind-eks-clusters"), cx.look.palette.blue);
    ui.add(Rich::new(&cx.t("view-eks-text")));
    let clusters = seen.region().into_iter().flat_map(|region| region.eks.clusters());
    let clusters: Vec<_> = clusters.map(cluster_lead).collect();
    lines(ui, cx, &clusters);
}

pub(super) fn cluster(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, name: &str) {
    let Some(region) = seen.region() else { return gone(ui, cx) };
    let Some(cluster) = region.eks.cluster(name) else { return gone(ui, cx) };
    let p = cx.look.palette;
    heading(ui, cx, &cx.t("view-kind-eks-cluster"), name, p.blue);
    if cluster.is_active() {
        ui.add(Rich::new(&cluster.endpoint()).kind(Type::MonoSmall).color(p.mute).verbatim());
    }
    field(ui, &cx.t("view-field-status"), &state_name(&cluster.status), None);
    field(ui, &cx.t("view-field-version"), &format!("Kubernetes {}", cluster.version), None);
    field(ui, &cx.t("view-field-authentication"), &cluster.authentication_mode, None);
    let deployments: Vec<_> = cluster.kube.deployments().map(|found| deployment_lead(cluster, found)).collect();
    list(ui, cx, "view-eks-deployments", &deployments);
    let pods = cluster.kube.pods().map(|pod| pod_lead(&cluster.name, pod));
    let pods: Vec<_> = pods.collect();
    list_or(ui, cx, "view-eks-pods", &pods, "view-eks-no-pods");
    let groups: Vec<_> = cluster.nodegroups().map(group_lead).collect();
    list(ui, cx, "view-eks-groups", &groups);
    let nodes: Vec<_> = cluster.kube.nodes().map(|node| node_lead(&cluster.name, node)).collect();
    list_or(ui, cx, "view-eks-nodes", &nodes, "view-eks-no-nodes");
    profiles(ui, cx, cluster);
    part(ui, &cx.t("view-eks-control-plane"));
    ui.add(Rich::small(&cx.t("view-eks-cluster-role-text")));
    Lead::role(cx, role_name(&cluster.role)).show(ui, cx);
    if let Some(vpc) = region.net.vpc(&cluster.vpc) {
        let name = named(net::name_of(&vpc.tags), &vpc.id);
        Lead::new(icon::GRAPH, name, format!("VPC {}", vpc.cidr), Selection::Vpc(vpc.id.clone())).show(ui, cx);
    }
}

/// Which pods run on Fargate, and as which role they are pulled for.
fn profiles(ui: &mut Ui, cx: &mut Cx<'_>, cluster: &Cluster) {
    for (index, profile) in cluster.fargate_profiles().enumerate() {
        if index == 0 {
            part(ui, &cx.t("view-eks-profiles"));
        }
        field(ui, &profile.name, &state_name(&profile.status), None);
        for selector in &profile.selectors {
            let labels = selector.labels.iter().map(|(key, value)| format!(" {key}={value}"));
            ui.add(Rich::small(&format!("{}{}", selector.namespace, labels.collect::<String>())).verbatim());
        }
        Lead::role(cx, role_name(&profile.execution_role)).show(ui, cx);
    }
}

pub(super) fn deployment(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, cluster: &str, key: &Key) {
    let found = seen.region().and_then(|region| {
        let cluster = region.eks.cluster(cluster)?;
        Some((cluster, cluster.kube.deployment(key)?))
    });
    let Some((cluster, deployment)) = found else { return gone(ui, cx) };
    let p = cx.look.palette;
    heading(ui, cx, &cx.t("view-kind-deployment"), &key.name, p.blue);
    let status = &deployment.status;
    let drawn = DrawnDeployment::of(cluster, deployment);
    for (key, count) in [("view-field-ready", drawn.ready), ("view-field-updated", drawn.updated)] {
        let standing = if count >= drawn.wanted { Standing::Works } else { drawn.standing };
        field(ui, &cx.t(key), &format!("{count} / {}", drawn.wanted), Some(color(cx, standing)));
    }
    field(ui, &cx.t("view-field-namespace"), &key.namespace, None);
    field(ui, &cx.t("view-field-revision"), &deployment.revision().to_string(), None);
    for container in &deployment.spec.template.spec.containers {
        ui.add(Rich::new(&container.name).kind(Type::Strong).verbatim());
        ui.add(Rich::new(&container.image).kind(Type::MonoSmall).color(p.mute).verbatim());
    }
    part(ui, &cx.t("view-eks-conditions"));
    for condition in &status.conditions {
        let ok = condition.status == "True";
        let reason = condition.reason.as_deref().unwrap_or_default();
        field(ui, &condition.kind, reason, Some(if ok { p.soft } else { p.denied }));
        ui.add(Rich::small(condition.message.as_deref().unwrap_or_default()).verbatim());
    }
    let mut sets: Vec<_> = cluster.kube.replica_sets_of(deployment).collect();
    sets.sort_by_key(|set| std::cmp::Reverse(set.revision()));
    let pods = sets.into_iter().flat_map(|set| cluster.kube.pods_of(set));
    let pods: Vec<_> = pods.map(|pod| pod_lead(&cluster.name, pod)).collect();
    list_or(ui, cx, "view-eks-pods", &pods, "view-eks-no-pods");
    said(ui, cx, seen, cluster, &deployment.metadata.uid);
    cluster_lead(cluster).show(ui, cx);
}

/// What was said about an object, as `kubectl describe` tells it, the newest first.
fn said(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, cluster: &Cluster, uid: &str) {
    let events = cluster.kube.events_about(uid);
    if events.is_empty() {
        return;
    }
    part(ui, &cx.t("view-service-events"));
    let now = seen.world.cloud.now();
    let p = cx.look.palette;
    for event in events.iter().rev().take(SAID) {
        let color = if event.warning { p.amber } else { p.soft };
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.add(Rich::small(&format!("{} · {}", event.reason, kubectl::seen(event, now))).verbatim());
            ui.add(Rich::new(&event.message).kind(Type::Small).color(color).verbatim());
        });
    }
}

/// What is wrong: a name for it and a sentence, in Kubernetes's or EKS's words.
fn trouble(ui: &mut Ui, cx: &Cx<'_>, name: &str, message: &str) {
    let p = cx.look.palette;
    notice(ui, p.denied, |ui| {
        ui.add(Rich::new(name).kind(Type::Strong).color(p.denied).verbatim());
        ui.add(Rich::new(message).kind(Type::Small).color(p.ink).verbatim());
    });
}

fn color(cx: &Cx<'_>, standing: Standing) -> Color32 {
    let p = cx.look.palette;
    match standing {
        Standing::Works => p.allowed,
        Standing::Failed => p.denied,
        Standing::Waiting => p.blue,
        Standing::Idle => p.soft,
    }
}

/// A role's name, the last part of its ARN.
fn role_name(role: &Arn) -> &str {
    role.resource().rsplit('/').next().unwrap_or_default()
}

pub(super) fn cluster_lead(cluster: &Cluster) -> Lead {
    let note = format!("EKS {} · {}", cluster.version, state_name(&cluster.status));
    Lead::new(icon::STEERING_WHEEL, &cluster.name, note, Selection::EksCluster(cluster.name.clone()))
}

fn group_lead(group: &Nodegroup) -> Lead {
    let note = format!("{} · {}", group.instances.len(), state_name(&group.status));
    let to = Selection::Nodegroup { cluster: group.cluster.clone(), name: group.name.clone() };
    Lead::new(icon::STACK, &group.name, note, to)
}

fn node_lead(cluster: &str, node: &Node) -> Lead {
    let name = &node.metadata.name;
    // The first part of the name says it: the others are the same for all nodes of a region.
    let short = name.split('.').next().unwrap_or(name);
    let to = Selection::Node { cluster: cluster.to_owned(), name: name.clone() };
    Lead::new(icon::COMPUTER_TOWER, short, readiness(node), to)
}

/// As `kubectl get nodes` says it.
fn readiness(node: &Node) -> &'static str {
    if node.is_ready() { "Ready" } else { "NotReady" }
}

fn deployment_lead(cluster: &Cluster, deployment: &Deployment) -> Lead {
    let drawn = DrawnDeployment::of(cluster, deployment);
    let (name, note) = (drawn.name(), format!("{} / {}", drawn.ready, drawn.wanted));
    let to = Selection::Deployment { cluster: cluster.name.clone(), deployment: drawn.key };
    Lead::new(icon::ARROWS_CLOCKWISE, name, note, to)
}

fn pod_lead(cluster: &str, pod: &Pod) -> Lead {
    let drawn = DrawnPod::of(cluster, pod);
    Lead::new(
        icon::CUBE,
        &drawn.key.name,
        drawn.word,
        Selection::Pod { cluster: drawn.cluster, pod: drawn.key.clone() },
    )
}

/// Pods with a machine of Fargate's, and where that is in the network.
pub(super) fn on_fargate(region: &Regional) -> impl Iterator<Item = (Lead, &Place)> {
    let nodes = region.eks.clusters().flat_map(|cluster| cluster.kube.nodes().map(move |node| (cluster, node)));
    nodes.filter_map(|(cluster, node)| {
        let Machine::Fargate { place, .. } = &node.machine else { return None };
        let mut pods = cluster.kube.pods();
        let pod = pods.find(|pod| pod.spec.node_name.as_deref() == Some(node.metadata.name.as_str()))?;
        Some((pod_lead(&cluster.name, pod), place))
    })
}

/// What an EC2 instance is to Kubernetes: the node that it is, or the node group that it was launched for.
pub(super) fn on_instance(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, instance: &str) {
    for cluster in seen.region().into_iter().flat_map(|region| region.eks.clusters()) {
        let Some(group) = node::group_of(cluster, instance) else { continue };
        part(ui, "EKS");
        match crate::view::scene::facts::eks_node(cluster, instance) {
            Some(node) => node_lead(&cluster.name, node).show(ui, cx),
            None => {
                ui.add(Rich::small(&cx.t("view-eks-not-joined")));
                let causes: Vec<_> = node::cause(cx, seen, instance).into_iter().collect();
                lines(ui, cx, &causes);
            }
        }
        lines(ui, cx, &[group_lead(group), cluster_lead(cluster)]);
    }
}
