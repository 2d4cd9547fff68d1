//! A pod: what it runs, where, and why it does not.

use egui::Ui;
use egui_phosphor::regular as icon;

use super::super::super::super::Cx;
use super::super::super::super::theme::{Type, layer_color};
use super::super::super::super::widgets::{Rich, field, swatch};
use super::super::list::Lead;
use super::super::{Seen, gone, heading, journey, part};
use super::{cluster_lead, color, node, node_lead, said, trouble};
use crate::app::Selection;
use crate::cloud::eks::{Cluster, ContainerState, ContainerStatus, Key, Kind, Pod};
use crate::cloud::{Digest, EventKind, Regional};
use crate::view::scene::facts::{Pod as Drawn, Standing};

pub(in super::super) fn pod(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, cluster: &str, key: &Key) {
    let found = seen.region().and_then(|region| {
        let cluster = region.eks.cluster(cluster)?;
        Some((region, cluster, cluster.kube.pod(key)?))
    });
    let Some((region, cluster, pod)) = found else { return gone(ui, cx) };
    let drawn = Drawn::of(&cluster.name, pod);
    heading(ui, cx, &cx.t("view-kind-pod"), &key.name, cx.look.palette.blue);
    if let Some(message) = drawn.message.as_deref().filter(|_| drawn.standing != Standing::Idle) {
        trouble(ui, cx, &drawn.word, message);
    }
    cause(ui, cx, seen, pod);
    field(ui, &cx.t("view-field-status"), &drawn.word, Some(color(cx, drawn.standing)));
    field(ui, &cx.t("view-field-namespace"), &key.namespace, None);
    field(ui, &cx.t("view-field-restarts"), &pod.restarts().to_string(), None);
    field(ui, &cx.t("view-field-address"), pod.status.pod_ip.as_deref().unwrap_or("–"), None);
    part(ui, &cx.t("view-task-containers"));
    for (index, container) in pod.spec.containers.iter().enumerate() {
        ui.add(Rich::new(&container.name).kind(Type::Strong).verbatim());
        ui.add(Rich::new(&container.image).kind(Type::MonoSmall).color(cx.look.palette.mute).verbatim());
        if let Some(status) = pod.status.container_statuses.get(index) {
            running(ui, cx, region, status);
        }
    }
    secrets(ui, cx, cluster, pod);
    part(ui, &cx.t("view-field-puller"));
    match pod.spec.node_name.as_deref().and_then(|name| cluster.kube.node(name)) {
        Some(machine) => {
            node::role(ui, cx, &machine.machine);
            node_lead(&cluster.name, machine).show(ui, cx);
        }
        None => {
            ui.add(Rich::small(&cx.t("view-pod-no-node")));
        }
    }
    said(ui, cx, seen, cluster, &pod.metadata.uid);
    owner(ui, cx, cluster, pod);
    cluster_lead(cluster).show(ui, cx);
}

/// What stopped its pull: the request that was denied, or how far a connection got.
fn cause(ui: &mut Ui, cx: &mut Cx<'_>, seen: &Seen<'_>, pod: &Pod) {
    let Some(number) = pod.cause else { return };
    let events = seen.world.cloud.trail().events();
    let event = usize::try_from(number).ok().and_then(|number| events.get(number.checked_sub(1)?));
    match event.map(|event| &event.kind) {
        Some(EventKind::Unreached { journey, .. }) => {
            part(ui, &cx.t("view-net-road"));
            journey::legs(ui, cx, journey);
        }
        Some(EventKind::Request(request)) => {
            let key = if request.denial().is_some() { "view-task-why" } else { "view-pod-request" };
            Lead::new(icon::PROHIBIT, cx.t(key), format!("#{number}"), Selection::Event(number)).show(ui, cx);
        }
        _ => {}
    }
}

/// What a container does, and which image it runs.
fn running(ui: &mut Ui, cx: &mut Cx<'_>, region: &Regional, status: &ContainerStatus) {
    field(ui, &cx.t("view-field-status"), &state(&status.state), None);
    if let Some(last) = &status.last_state {
        field(ui, &cx.t("view-field-last-state"), &state(last), None);
    }
    let Some((name, digest)) = status.image_id.rsplit_once('@') else { return };
    let Ok(digest) = digest.parse::<Digest>() else { return };
    swatch(ui, layer_color(&digest), &digest.short(), ui.available_width());
    let own = name.split_once('/').and_then(|(_, path)| region.ecr.repository(path));
    if let Some(repository) = own.filter(|repository| name == repository.uri && repository.image(&digest).is_some()) {
        let to = Selection::Image { repository: repository.name.clone(), digest: digest.clone() };
        Lead::new(icon::TAG, digest.short(), &repository.name, to).show(ui, cx);
    }
}

/// A state as `kubectl describe pod` names it.
fn state(state: &ContainerState) -> String {
    match state {
        ContainerState::Waiting { reason, .. } => format!("Waiting · {reason}"),
        ContainerState::Running { .. } => "Running".to_owned(),
        ContainerState::Terminated { reason, exit_code, .. } => format!("Terminated · {reason} · {exit_code}"),
    }
}

/// The pull secrets that it names, and whether they are there.
fn secrets(ui: &mut Ui, cx: &mut Cx<'_>, cluster: &Cluster, pod: &Pod) {
    for (index, secret) in pod.spec.image_pull_secrets.iter().enumerate() {
        if index == 0 {
            part(ui, &cx.t("view-pod-secrets"));
            ui.add(Rich::small(&cx.t("view-pod-secrets-text")));
        }
        let there = cluster.kube.get(Kind::Secret, &Key::new(&pod.metadata.namespace, &secret.name)).is_some();
        let p = cx.look.palette;
        let (key, color) = if there { ("view-pod-secret-there", p.soft) } else { ("view-pod-secret-missing", p.mute) };
        field(ui, &secret.name, &cx.t(key), Some(color));
    }
}

/// The deployment that keeps it, by way of its replica set.
fn owner(ui: &mut Ui, cx: &mut Cx<'_>, cluster: &Cluster, pod: &Pod) {
    let Some(set) = pod.metadata.controller() else { return };
    let keeps = |found: &&crate::cloud::eks::Deployment| {
        cluster.kube.replica_sets_of(found).any(|known| known.metadata.uid == set.uid)
    };
    if let Some(deployment) = cluster.kube.deployments().find(keeps) {
        super::deployment_lead(cluster, deployment).show(ui, cx);
    }
}
