//! Node groups and nodes: which role pulls, what joined, and what keeps it from doing so.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::super::Cx;
use super::super::super::super::theme::Type;
use super::super::super::super::widgets::{Rich, field};
use super::super::list::{Lead, lines, list, list_or};
use super::super::{Seen, gone, heading, network, part};
use super::{cluster_lead, group_lead, node_lead, pod_lead, readiness, role_name, said, trouble};
use crate::app::Selection;
use crate::cloud::eks::{Cluster, Machine, Node, Nodegroup, NodegroupStatus};
use crate::cloud::{EventKind, Origin};
use crate::view::scene::facts::{eks_node, state_name};

pub(in super::super) fn nodegroup(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, cluster: &str, name: &str) {
    let found = seen.region().and_then(|region| {
        let cluster = region.eks.cluster(cluster)?;
        Some((region, cluster, cluster.nodegroup(name)?))
    });
    let Some((region, cluster, group)) = found else { return gone(ui, cx) };
    let p = cx.look.palette;
    heading(ui, cx, &cx.t("view-kind-nodegroup"), name, p.blue);
    for issue in &group.issues {
        trouble(ui, cx, issue.code, &issue.message);
    }
    let color = match group.status {
        NodegroupStatus::Active => p.allowed,
        NodegroupStatus::CreateFailed | NodegroupStatus::Degraded => p.denied,
        NodegroupStatus::Creating | NodegroupStatus::Updating | NodegroupStatus::Deleting => p.soft,
    };
    field(ui, &cx.t("view-field-status"), &state_name(&group.status), Some(color));
    let scaling = group.scaling;
    let size = format!("{} ({}–{})", scaling.desired_size, scaling.min_size, scaling.max_size);
    field(ui, &cx.t("view-field-desired"), &size, None);
    field(ui, &cx.t("view-field-type"), group.instance_type.name, None);
    part(ui, &cx.t("view-eks-node-role"));
    ui.add(Rich::small(&cx.t("view-eks-node-role-text")));
    Lead::role(cx, role_name(&group.node_role)).show(ui, cx);
    let instances = group.instances.iter().filter_map(|id| match eks_node(cluster, id) {
        Some(node) => Some(node_lead(&cluster.name, node)),
        None => Some(Lead::instance(region.net.instance(id)?, &cx.t("view-eks-joining"))),
    });
    let instances: Vec<_> = instances.collect();
    list_or(ui, cx, "view-eks-nodes", &instances, "view-eks-no-nodes");
    let is_lost = |id: &&String| eks_node(cluster, id).is_none_or(|node| !node.is_ready());
    let causes: Vec<_> = group.instances.iter().filter(is_lost).filter_map(|id| cause(cx, seen, id)).collect();
    list(ui, cx, "view-eks-cause", &causes);
    cluster_lead(cluster).show(ui, cx);
}

/// What an instance that did not join came up against last: a request that was denied, or a connection that did not
/// arrive.
pub(super) fn cause(cx: &Cx<'_>, seen: &Seen<'_>, instance: &str) -> Option<Lead> {
    let origin = Origin::Instance(instance.to_owned());
    let (number, key) = seen.world.cloud.trail().events().iter().rev().find_map(|event| match &event.kind {
        EventKind::Unreached { origin: from, .. } if *from == origin => Some((event.number, Some("view-net-road"))),
        EventKind::Request(request) if request.caller.origin == origin => {
            Some((event.number, request.denial().map(|_| "view-task-why")))
        }
        _ => None,
    })?;
    Some(Lead::new(icon::PROHIBIT, cx.t(key?), format!("#{number}"), Selection::Event(number)))
}

/// The node group that launched an instance.
pub(super) fn group_of<'a>(cluster: &'a Cluster, instance: &str) -> Option<&'a Nodegroup> {
    cluster.nodegroups().find(|group| group.instances.iter().any(|id| id == instance))
}

pub(in super::super) fn node(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, cluster: &str, name: &str) {
    let found = seen.region().and_then(|region| {
        let cluster = region.eks.cluster(cluster)?;
        Some((region, cluster, cluster.kube.node(name)?))
    });
    let Some((region, cluster, node)) = found else { return gone(ui, cx) };
    let p = cx.look.palette;
    heading(ui, cx, &cx.t("view-kind-node"), name, p.blue);
    let ready = node.status.conditions.iter().find(|condition| condition.kind == "Ready");
    if let Some(condition) = ready.filter(|_| !node.is_ready()) {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        trouble(ui, cx, &text(&condition.reason), &text(&condition.message));
        if let Machine::Instance { id, .. } = &node.machine {
            let causes: Vec<_> = cause(cx, seen, id).into_iter().collect();
            lines(ui, cx, &causes);
        }
    }
    let color = if node.is_ready() { p.allowed } else { p.denied };
    field(ui, &cx.t("view-field-status"), readiness(node), Some(color));
    let here = cluster.kube.pods().filter(|pod| pod.spec.node_name.as_deref() == Some(name));
    let pods: Vec<_> = here.map(|pod| pod_lead(&cluster.name, pod)).collect();
    field(ui, &cx.t("view-field-pods"), &format!("{} / {}", pods.len(), node.pods()), None);
    field(ui, &cx.t("view-field-kubelet"), &node.status.node_info.kubelet_version, None);
    field(ui, &cx.t("view-field-architecture"), &node.status.node_info.architecture, None);
    field(ui, &cx.t("view-field-address"), node.address("InternalIP").unwrap_or("–"), None);
    list_or(ui, cx, "view-eks-pods", &pods, "view-eks-no-pods");
    part(ui, &cx.t("view-field-puller"));
    role(ui, cx, &node.machine);
    images(ui, cx, node);
    said(ui, cx, seen, cluster, &node.metadata.uid);
    match &node.machine {
        Machine::Instance { id, .. } => {
            if let Some(instance) = region.net.instance(id) {
                network::place(ui, cx, &region.net, &instance.subnet, &instance.security_groups);
                Lead::instance(instance, &cx.t("view-kind-instance")).show(ui, cx);
            }
            let group: Vec<_> = group_of(cluster, id).map(group_lead).into_iter().collect();
            lines(ui, cx, &group);
        }
        Machine::Fargate { place, .. } => network::place(ui, cx, &region.net, &place.subnet, &place.groups),
    }
    cluster_lead(cluster).show(ui, cx);
}

/// Whose credentials pull on a machine.
pub(super) fn role(ui: &mut Ui, cx: &mut Cx<'_>, machine: &Machine) {
    let key = match machine {
        Machine::Instance { .. } => "view-eks-node-role-text",
        Machine::Fargate { .. } => "view-eks-pod-role-text",
    };
    ui.add(Rich::small(&cx.t(key)));
    Lead::role(cx, role_name(machine.role())).show(ui, cx);
}

/// The images on a node's disk, which need not be pulled again.
fn images(ui: &mut Ui, cx: &mut Cx<'_>, node: &Node) {
    let by_tag = node.cache.0.images.keys().filter(|name| !name.contains('@'));
    for (index, name) in by_tag.enumerate() {
        if index == 0 {
            part(ui, &cx.t("view-eks-cached"));
            ui.add(Rich::small(&cx.t("view-eks-cached-text")));
        }
        ui.add(Rich::new(name).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
    }
}
