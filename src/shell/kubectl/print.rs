//! The columns of each kind. Source: kubernetes, `printers/internalversion`.

use super::age;
use crate::cloud::Timestamp;
use crate::cloud::eks::{
    ConfigMap, ContainerState, Deployment, Event, IntOrPercent, Key, Kind, Namespace, Node, Object, Pod, PodTemplate,
    ReplicaSet, Secret, ServiceAccount,
};

/// The header and the cells of a kind's objects.
pub(super) fn rows(kind: Kind, objects: &[Object], wide: bool, now: Timestamp) -> Vec<Vec<String>> {
    let mut rows = vec![header(kind, wide)];
    rows.extend(objects.iter().map(|object| cells(object, wide, now)));
    rows
}

fn header(kind: Kind, wide: bool) -> Vec<String> {
    let (plain, more): (&[&str], &[&str]) = match kind {
        Kind::ConfigMap => (&["NAME", "DATA", "AGE"], &[]),
        Kind::Deployment => {
            (&["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"], &["CONTAINERS", "IMAGES", "SELECTOR"])
        }
        Kind::Event if wide => (
            &["LAST SEEN", "TYPE", "REASON", "OBJECT", "SUBOBJECT", "SOURCE", "MESSAGE", "FIRST SEEN", "COUNT", "NAME"],
            &[],
        ),
        Kind::Event => (&["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"], &[]),
        Kind::Namespace => (&["NAME", "STATUS", "AGE"], &[]),
        Kind::Node => (
            &["NAME", "STATUS", "ROLES", "AGE", "VERSION"],
            &["INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"],
        ),
        Kind::Pod => {
            (&["NAME", "READY", "STATUS", "RESTARTS", "AGE"], &["IP", "NODE", "NOMINATED NODE", "READINESS GATES"])
        }
        Kind::ReplicaSet => (&["NAME", "DESIRED", "CURRENT", "READY", "AGE"], &["CONTAINERS", "IMAGES", "SELECTOR"]),
        Kind::Secret => (&["NAME", "TYPE", "DATA", "AGE"], &[]),
        Kind::ServiceAccount => (&["NAME", "SECRETS", "AGE"], &[]),
    };
    let more = if wide { more } else { &[] };
    plain.iter().chain(more).map(|word| (*word).to_owned()).collect()
}

fn cells(object: &Object, wide: bool, now: Timestamp) -> Vec<String> {
    let name = object.metadata().name.clone();
    let old = age(object.metadata().created(), now);
    match object {
        Object::ConfigMap(map) => config_map(map, name, old),
        Object::Deployment(deployment) => of_deployment(deployment, name, old, wide),
        Object::Event(event) => of_event(event, wide, now),
        Object::Namespace(namespace) => of_namespace(namespace, name, old),
        Object::Node(node) => of_node(node, name, old, wide),
        Object::Pod(pod) => of_pod(pod, name, old, wide, now),
        Object::ReplicaSet(set) => of_set(set, name, old, wide),
        Object::Secret(secret) => of_secret(secret, name, old),
        Object::ServiceAccount(account) => of_account(account, name, old),
    }
}

fn config_map(map: &ConfigMap, name: String, old: String) -> Vec<String> {
    vec![name, map.data.len().to_string(), old]
}

fn of_namespace(namespace: &Namespace, name: String, old: String) -> Vec<String> {
    vec![name, namespace.status.phase.clone(), old]
}

fn of_secret(secret: &Secret, name: String, old: String) -> Vec<String> {
    vec![name, secret.kind.clone(), secret.data.len().to_string(), old]
}

fn of_account(account: &ServiceAccount, name: String, old: String) -> Vec<String> {
    vec![name, account.secrets.len().to_string(), old]
}

fn template(template: &PodTemplate) -> [String; 2] {
    let containers = template.spec.containers.iter();
    let names: Vec<&str> = containers.clone().map(|container| container.name.as_str()).collect();
    let images: Vec<&str> = containers.map(|container| container.image.as_str()).collect();
    [names.join(","), images.join(",")]
}

/// Labels as `a=b,c=d`.
pub(super) fn labels(labels: &std::collections::BTreeMap<String, String>) -> String {
    if labels.is_empty() {
        return "<none>".to_owned();
    }
    let all: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    all.join(",")
}

fn of_deployment(deployment: &Deployment, name: String, old: String, wide: bool) -> Vec<String> {
    let status = &deployment.status;
    let mut row = vec![
        name,
        format!("{}/{}", status.ready_replicas, deployment.replicas()),
        status.updated_replicas.to_string(),
        status.available_replicas.to_string(),
        old,
    ];
    if wide {
        row.extend(template(&deployment.spec.template));
        row.push(labels(&deployment.spec.selector.match_labels));
    }
    row
}

fn of_set(set: &ReplicaSet, name: String, old: String, wide: bool) -> Vec<String> {
    let status = &set.status;
    let counts = [set.spec.replicas, status.replicas, status.ready_replicas].map(|count| count.to_string());
    let mut row: Vec<String> = [name].into_iter().chain(counts).chain([old]).collect();
    if wide {
        row.extend(template(&set.spec.template));
        row.push(labels(&set.spec.selector.match_labels));
    }
    row
}

fn of_node(node: &Node, name: String, old: String, wide: bool) -> Vec<String> {
    let mut status = if node.is_ready() { "Ready" } else { "NotReady" }.to_owned();
    if node.spec.unschedulable {
        status += ",SchedulingDisabled";
    }
    let info = &node.status.node_info;
    let mut row = vec![name, status, "<none>".to_owned(), old, info.kubelet_version.clone()];
    if wide {
        let address = |kind| node.address(kind).unwrap_or("<none>").to_owned();
        row.extend([
            address("InternalIP"),
            address("ExternalIP"),
            info.os_image.clone(),
            info.kernel_version.clone(),
            info.container_runtime_version.clone(),
        ]);
    }
    row
}

fn of_pod(pod: &Pod, name: String, old: String, wide: bool, now: Timestamp) -> Vec<String> {
    let statuses = &pod.status.container_statuses;
    let ready = statuses.iter().filter(|status| status.ready).count();
    let last = statuses.iter().filter_map(|status| match &status.last_state {
        Some(ContainerState::Terminated { finished_at, .. }) => Some(finished_at.0),
        _ => None,
    });
    let restarts = match (pod.restarts(), last.max()) {
        (0, _) | (_, None) => pod.restarts().to_string(),
        (count, Some(last)) => format!("{count} ({} ago)", age(last, now)),
    };
    let mut row = vec![name, format!("{ready}/{}", pod.spec.containers.len()), pod.reason(), restarts, old];
    if wide {
        let none = || "<none>".to_owned();
        row.extend([
            pod.status.pod_ip.clone().unwrap_or_else(none),
            pod.spec.node_name.clone().unwrap_or_else(none),
            none(),
            none(),
        ]);
    }
    row
}

fn of_event(event: &Event, wide: bool, now: Timestamp) -> Vec<String> {
    let object = format!("{}/{}", event.about.singular(), event.object.name);
    let seen = age(event.last, now);
    let head = vec![seen, event.kind().to_owned(), event.reason.to_owned(), object];
    if !wide {
        return head.into_iter().chain([event.message.clone()]).collect();
    }
    head.into_iter()
        .chain([
            event.field.clone(),
            source(event),
            event.message.clone(),
            age(event.first, now),
            event.count.to_string(),
            event.metadata.name.clone(),
        ])
        .collect()
}

/// Who said it.
pub(super) fn source(event: &Event) -> String {
    if event.host.is_empty() { event.component.to_owned() } else { format!("{}, {}", event.component, event.host) }
}

/// An object's name with its kind: `deployment.apps/web`.
pub(super) fn with_kind(kind: Kind, name: &str) -> String {
    format!("{}/{name}", kind.prefix())
}

/// What is said about an object, oldest first.
pub(super) fn events<'a>(objects: &'a [Object], uid: &str, about: &Key) -> Vec<&'a Event> {
    let mut found: Vec<&Event> = objects
        .iter()
        .filter_map(|object| match object {
            Object::Event(event) if event.uid == uid && event.object.name == about.name => Some(event.as_ref()),
            _ => None,
        })
        .collect();
    found.sort_by_key(|event| (event.last, event.first, event.metadata.name.clone()));
    found
}

/// A number or a percentage, as descriptions show it.
pub(super) fn share(value: &IntOrPercent) -> String {
    value.to_string()
}
