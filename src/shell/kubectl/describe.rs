//! `kubectl describe`. Source: kubectl, `pkg/describe`, its labels and their widths.

use std::collections::BTreeMap;

use super::flags::Parsed;
use super::{Command, Done, Session, Trouble, age, print, select, table, with_session};
use crate::cloud::Timestamp;
use crate::cloud::eks::{
    Condition, Container, ContainerState, ContainerStatus, Deployment, Kind, Node, Object, Pod, PodTemplate,
    ReplicaSet, Secret, ServiceAccount, Time,
};
use crate::shell::Io;

pub(super) const DESCRIBE: Command = Command {
    path: "describe",
    usage: "kubectl describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]",
    flags: &[("selector", 'l', true), ("all-namespaces", 'A', false), ("show-events", ' ', true)],
    run,
};

fn run(io: &mut Io<'_>, parsed: &Parsed) -> Done {
    let selection = match select::read(&parsed.rest) {
        Ok(selection) => selection,
        Err(Trouble::Said(text)) if parsed.rest.is_empty() => {
            return super::fail(io, text.replace("See 'kubectl get -h'", "See 'kubectl describe -h'"));
        }
        Err(trouble) => return trouble.report(io),
    };
    with_session(io, parsed, |io, session| {
        let (mut found, mut missing) = select::fetch(io, session, &selection, parsed)?;
        // Source: kubectl, `DescribeMatchingResources`: what has no such name may begin with it.
        if !missing.is_empty() && !parsed.rest.iter().any(|word| word.contains('/')) {
            let everywhere = parsed.has("all-namespaces");
            for (kind, names) in &selection.parts {
                let objects = session.list(io, *kind, everywhere)?;
                for prefix in names {
                    let told = format!("\"{prefix}\" not found");
                    let Some(at) = missing.iter().position(|text| text.ends_with(&told)) else { continue };
                    let begins = |object: &&Object| object.metadata().name.starts_with(prefix.as_str());
                    let some: Vec<Object> = objects.iter().filter(begins).cloned().collect();
                    if !some.is_empty() {
                        missing.remove(at);
                        found.push((*kind, some));
                    }
                }
            }
        }
        let mut blocks = Vec::new();
        for (_, objects) in &found {
            for object in objects {
                blocks.push(describe(io, session, object)?);
            }
        }
        if blocks.is_empty() && missing.is_empty() {
            io.eprint(format!("No resources found in {} namespace.\n", session.namespace));
        }
        io.print(blocks.join("\n\n"));
        missing.iter().for_each(|text| io.eprint(format!("{text}\n")));
        Ok(i32::from(!missing.is_empty()))
    })
}

/// A description that grows line by line.
#[derive(Default)]
struct Page {
    text: String,
    /// How wide the labels are.
    width: usize,
}

impl Page {
    fn new(width: usize) -> Self {
        Self { text: String::new(), width }
    }

    fn field(&mut self, label: &str, value: impl AsRef<str>) {
        let width = self.width;
        self.line(0, &format!("{:<width$}{}", format!("{label}:"), value.as_ref()));
    }

    /// A list under a label: the first beside it, the others below.
    fn list(&mut self, label: &str, items: &[String]) {
        let width = self.width;
        match items.split_first() {
            None => self.field(label, "<none>"),
            Some((first, rest)) => {
                self.field(label, first);
                for item in rest {
                    self.line(0, &format!("{:width$}{item}", ""));
                }
            }
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        let line = format!("{:indent$}{text}", "");
        self.text += line.trim_end();
        self.text.push('\n');
    }
}

fn pairs(map: &BTreeMap<String, String>, sign: &str) -> Vec<String> {
    map.iter().map(|(key, value)| format!("{key}{sign}{value}")).collect()
}

fn annotations(map: &BTreeMap<String, String>) -> Vec<String> {
    let shown = map.iter().filter(|(key, _)| !key.ends_with("last-applied-configuration"));
    shown.map(|(key, value)| format!("{key}: {value}")).collect()
}

/// `Mon, 02 Mar 2026 09:00:00 +0000`.
fn date(at: Timestamp) -> String {
    at.civil().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

fn describe(io: &mut Io<'_>, session: &Session, object: &Object) -> Result<String, Trouble> {
    let now = io.world.cloud.now();
    let metadata = object.metadata();
    let namespace = if metadata.namespace.is_empty() { "default" } else { &metadata.namespace };
    let there =
        Session { server: session.server.clone(), token: session.token.clone(), namespace: namespace.to_owned() };
    // Who may see an object but no events still sees the object.
    let said = there.list(io, Kind::Event, false).unwrap_or_default();
    let said = print::events(&said, &metadata.uid, &metadata.key());
    let events = events(&said, now);
    Ok(match object {
        Object::Pod(pod) => of_pod(pod) + &events,
        Object::Deployment(deployment) => {
            let sets = there.list(io, Kind::ReplicaSet, false)?;
            of_deployment(deployment, &sets) + &events
        }
        Object::ReplicaSet(set) => of_set(set) + &events,
        Object::Node(node) => {
            let pods = there.list(io, Kind::Pod, true)?;
            of_node(node, &pods, now) + &events
        }
        Object::Secret(secret) => of_secret(secret),
        Object::ServiceAccount(account) => of_account(account) + &events,
        Object::Namespace(_) | Object::ConfigMap(_) | Object::Event(_) => {
            let mut page = Page::new(14);
            page.field("Name", &metadata.name);
            page.list("Labels", &pairs(&metadata.labels, "="));
            page.list("Annotations", &annotations(&metadata.annotations));
            match object {
                Object::Namespace(namespace) => page.field("Status", &namespace.status.phase),
                Object::ConfigMap(map) => {
                    page.line(0, "\nData\n====");
                    for (name, text) in &map.data {
                        page.line(0, &format!("{name}:\n----\n{text}\n"));
                    }
                }
                _ => {}
            }
            page.text
        }
    })
}

/// The table of events at the end.
fn events(said: &[&crate::cloud::eks::Event], now: Timestamp) -> String {
    if said.is_empty() {
        return "Events:  <none>\n".to_owned();
    }
    let mut rows = vec![
        ["Type", "Reason", "Age", "From", "Message"].map(str::to_owned).to_vec(),
        ["----", "------", "----", "----", "-------"].map(str::to_owned).to_vec(),
    ];
    for event in said {
        let (seen, message) = (super::seen(event, now), event.message.clone());
        rows.push(vec![event.kind().to_owned(), event.reason.to_owned(), seen, event.component.to_owned(), message]);
    }
    let body: String = table::spaced(&rows, 2).lines().map(|line| format!("  {line}\n")).collect();
    format!("Events:\n{body}")
}

fn of_pod(pod: &Pod) -> String {
    let mut page = Page::new(18);
    let none = || "<none>".to_owned();
    page.field("Name", &pod.metadata.name);
    page.field("Namespace", &pod.metadata.namespace);
    page.field("Priority", "0");
    page.field("Service Account", pod.spec.service_account_name.as_deref().unwrap_or("default"));
    let node = match (&pod.spec.node_name, &pod.status.host_ip) {
        (Some(node), Some(address)) => format!("{node}/{address}"),
        (Some(node), None) => node.clone(),
        (None, _) => none(),
    };
    page.field("Node", node);
    if let Some(Time(start)) = pod.status.start_time {
        page.field("Start Time", date(start));
    }
    page.list("Labels", &pairs(&pod.metadata.labels, "="));
    page.list("Annotations", &annotations(&pod.metadata.annotations));
    if let Some(Time(at)) = pod.metadata.deletion_timestamp {
        page.field("Status", format!("Terminating ({})", date(at)));
    } else {
        page.field("Status", pod.status.phase.as_str());
    }
    page.field("IP", pod.status.pod_ip.as_deref().unwrap_or_default());
    match &pod.status.pod_ip {
        Some(address) => page.line(0, &format!("IPs:\n  IP:           {address}")),
        None => page.field("IPs", "<none>"),
    }
    if let Some(owner) = pod.metadata.controller() {
        page.field("Controlled By", format!("{}/{}", owner.kind, owner.name));
    }
    page.line(0, "Containers:");
    for (at, container) in pod.spec.containers.iter().enumerate() {
        of_container(&mut page, container, pod.status.container_statuses.get(at));
    }
    if !pod.status.conditions.is_empty() {
        let mut rows = vec![vec!["Type".to_owned(), "Status".to_owned()]];
        rows.extend(pod.status.conditions.iter().map(|known| vec![known.kind.clone(), known.status.clone()]));
        page.line(0, "Conditions:");
        for line in table::spaced(&rows, 2).lines() {
            page.line(2, line);
        }
    }
    page.field("Volumes", "<none>");
    page.field("QoS Class", &pod.status.qos_class);
    page.list("Node-Selectors", &pairs(&pod.spec.node_selector, "="));
    page.list(
        "Tolerations",
        &[
            "node.kubernetes.io/not-ready:NoExecute op=Exists for 300s".to_owned(),
            "node.kubernetes.io/unreachable:NoExecute op=Exists for 300s".to_owned(),
        ],
    );
    page.text
}

fn of_container(page: &mut Page, container: &Container, status: Option<&ContainerStatus>) {
    let row = |page: &mut Page, label: &str, value: &str| {
        page.line(4, &format!("{:<16}{value}", format!("{label}:")));
    };
    page.line(2, &format!("{}:", container.name));
    if let Some(status) = status {
        row(page, "Container ID", status.container_id.as_deref().unwrap_or_default());
    }
    row(page, "Image", &container.image);
    if let Some(status) = status {
        row(page, "Image ID", &status.image_id);
    }
    let ports: Vec<String> = container
        .ports
        .iter()
        .map(|port| format!("{}/{}", port.container_port, port.protocol.as_deref().unwrap_or("TCP")))
        .collect();
    let host: Vec<String> = container
        .ports
        .iter()
        .map(|port| format!("{}/{}", port.host_port.unwrap_or(0), port.protocol.as_deref().unwrap_or("TCP")))
        .collect();
    let shown = |ports: Vec<String>| if ports.is_empty() { "<none>".to_owned() } else { ports.join(", ") };
    row(page, "Port", &shown(ports));
    row(page, "Host Port", &shown(host));
    for (label, words) in [("Command", &container.command), ("Args", &container.args)] {
        if !words.is_empty() {
            page.line(4, &format!("{label}:"));
            words.iter().for_each(|word| page.line(6, word));
        }
    }
    if let Some(status) = status {
        of_state(page, "State", &status.state);
        if let Some(last) = &status.last_state {
            of_state(page, "Last State", last);
        }
        row(page, "Ready", if status.ready { "True" } else { "False" });
        row(page, "Restart Count", &status.restart_count.to_string());
    }
    row(page, "Environment", if container.env.is_empty() { "<none>" } else { "" });
    for pair in &container.env {
        let text = |name: &str| pair.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        page.line(6, &format!("{}:  {}", text("name"), text("value")));
    }
    row(page, "Mounts", "<none>");
}

fn of_state(page: &mut Page, label: &str, state: &ContainerState) {
    let mut row = |indent: usize, label: &str, value: &str| {
        let width = 20 - indent;
        page.line(indent, &format!("{:<width$}{value}", format!("{label}:")));
    };
    match state {
        ContainerState::Waiting { reason, .. } => {
            row(4, label, "Waiting");
            row(6, "Reason", reason);
        }
        ContainerState::Running { started_at } => {
            row(4, label, "Running");
            row(6, "Started", &date(started_at.0));
        }
        ContainerState::Terminated { exit_code, finished_at, reason, started_at } => {
            row(4, label, "Terminated");
            row(6, "Reason", reason);
            row(6, "Exit Code", &exit_code.to_string());
            row(6, "Started", &date(started_at.0));
            row(6, "Finished", &date(finished_at.0));
        }
    }
}

/// A template of pods, indented as under `Pod Template:`.
pub(super) fn template(template: &PodTemplate) -> String {
    let mut page = Page::new(20);
    page.line(2, &format!("Labels:  {}", print::labels(&template.metadata.labels)));
    if !template.metadata.annotations.is_empty() {
        page.line(2, &format!("Annotations:  {}", annotations(&template.metadata.annotations).join(", ")));
    }
    page.line(2, "Containers:");
    for container in &template.spec.containers {
        let mut own = Page::new(16);
        of_container(&mut own, container, None);
        for line in own.text.lines() {
            page.line(1, line);
        }
    }
    page.line(2, "Volumes:         <none>");
    page.line(2, "Node-Selectors:  <none>");
    page.line(2, "Tolerations:     <none>");
    page.text
}

fn conditions(page: &mut Page, all: &[Condition]) {
    if all.is_empty() {
        return;
    }
    let mut rows = vec![
        ["Type", "Status", "Reason"].map(str::to_owned).to_vec(),
        ["----", "------", "------"].map(str::to_owned).to_vec(),
    ];
    rows.extend(
        all.iter()
            .map(|known| vec![known.kind.clone(), known.status.clone(), known.reason.clone().unwrap_or_default()]),
    );
    page.line(0, "Conditions:");
    for line in table::spaced(&rows, 2).lines() {
        page.line(2, line);
    }
}

fn of_deployment(deployment: &Deployment, sets: &[Object]) -> String {
    let mut page = Page::new(24);
    let status = &deployment.status;
    page.field("Name", &deployment.metadata.name);
    page.field("Namespace", &deployment.metadata.namespace);
    page.field("CreationTimestamp", date(deployment.metadata.created()));
    page.list("Labels", &pairs(&deployment.metadata.labels, "="));
    page.list("Annotations", &annotations(&deployment.metadata.annotations));
    page.field("Selector", print::labels(&deployment.spec.selector.match_labels));
    page.field(
        "Replicas",
        format!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            deployment.replicas(),
            status.updated_replicas,
            status.replicas,
            status.available_replicas,
            status.unavailable_replicas
        ),
    );
    let strategy = deployment.spec.strategy.clone().unwrap_or_default();
    page.field("StrategyType", &strategy.kind);
    page.field("MinReadySeconds", deployment.spec.min_ready_seconds.unwrap_or(0).to_string());
    if let Some(rolling) = &strategy.rolling_update {
        let text = format!(
            "{} max unavailable, {} max surge",
            print::share(&rolling.max_unavailable),
            print::share(&rolling.max_surge)
        );
        page.field("RollingUpdateStrategy", text);
    }
    page.line(0, "Pod Template:");
    page.text += &template(&deployment.spec.template);
    conditions(&mut page, &status.conditions);
    let own: Vec<&ReplicaSet> = sets
        .iter()
        .filter_map(|object| match object {
            Object::ReplicaSet(set) => Some(set.as_ref()),
            _ => None,
        })
        .filter(|set| set.metadata.controller().is_some_and(|owner| owner.uid == deployment.metadata.uid))
        .collect();
    let newest = own.iter().map(|set| set.revision()).max();
    let shown = |set: &ReplicaSet| {
        format!("{} ({}/{} replicas created)", set.metadata.name, set.status.replicas, set.spec.replicas)
    };
    let old: Vec<String> = own.iter().filter(|set| Some(set.revision()) != newest).map(|set| shown(set)).collect();
    let mut tail = Page::new(17);
    tail.field("OldReplicaSets", if old.is_empty() { "<none>".to_owned() } else { old.join(", ") });
    let new = own.iter().find(|set| Some(set.revision()) == newest);
    tail.field("NewReplicaSet", new.map_or("<none>".to_owned(), |set| shown(set)));
    page.text + &tail.text
}

fn of_set(set: &ReplicaSet) -> String {
    let mut page = Page::new(16);
    page.field("Name", &set.metadata.name);
    page.field("Namespace", &set.metadata.namespace);
    page.field("Selector", print::labels(&set.spec.selector.match_labels));
    page.list("Labels", &pairs(&set.metadata.labels, "="));
    page.list("Annotations", &annotations(&set.metadata.annotations));
    if let Some(owner) = set.metadata.controller() {
        page.field("Controlled By", format!("{}/{}", owner.kind, owner.name));
    }
    page.field("Replicas", format!("{} current / {} desired", set.status.replicas, set.spec.replicas));
    page.line(0, "Pod Template:");
    page.text += &template(&set.spec.template);
    page.text
}

fn of_node(node: &Node, pods: &[Object], now: Timestamp) -> String {
    let mut page = Page::new(20);
    page.field("Name", &node.metadata.name);
    page.field("Roles", "<none>");
    page.list("Labels", &pairs(&node.metadata.labels, "="));
    page.list("Annotations", &annotations(&node.metadata.annotations));
    page.field("CreationTimestamp", date(node.metadata.created()));
    let taint = |taint: &crate::cloud::eks::Taint| {
        let value = taint.value.as_ref().map(|value| format!("={value}")).unwrap_or_default();
        format!("{}{value}:{}", taint.key, taint.effect)
    };
    page.list("Taints", &node.spec.taints.iter().map(taint).collect::<Vec<_>>());
    page.field("Unschedulable", node.spec.unschedulable.to_string());
    let mut rows = vec![
        ["Type", "Status", "LastTransitionTime", "Reason", "Message"].map(str::to_owned).to_vec(),
        ["----", "------", "------------------", "------", "-------"].map(str::to_owned).to_vec(),
    ];
    rows.extend(node.status.conditions.iter().map(|known| {
        let since = known.last_transition_time.map(|time| date(time.0)).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![known.kind.clone(), known.status.clone(), since, text(&known.reason), text(&known.message)]
    }));
    page.line(0, "Conditions:");
    for line in table::spaced(&rows, 2).lines() {
        page.line(2, line);
    }
    page.line(0, "Addresses:");
    for address in &node.status.addresses {
        page.line(2, &format!("{:<13}{}", format!("{}:", address.kind), address.address));
    }
    for (title, resources) in [("Capacity", &node.status.capacity), ("Allocatable", &node.status.allocatable)] {
        page.line(0, &format!("{title}:"));
        for (name, amount) in resources {
            page.line(2, &format!("{:<9}{amount}", format!("{name}:")));
        }
    }
    let info = &node.status.node_info;
    page.line(0, "System Info:");
    for (label, value) in [
        ("Kernel Version", &info.kernel_version),
        ("OS Image", &info.os_image),
        ("Operating System", &info.operating_system),
        ("Architecture", &info.architecture),
        ("Container Runtime Version", &info.container_runtime_version),
        ("Kubelet Version", &info.kubelet_version),
    ] {
        page.line(2, &format!("{:<28}{value}", format!("{label}:")));
    }
    page.field("ProviderID", &node.spec.provider_id);
    let here: Vec<&Object> = pods
        .iter()
        .filter(|object| match object {
            Object::Pod(pod) => pod.spec.node_name.as_deref() == Some(node.metadata.name.as_str()) && !pod.is_over(),
            _ => false,
        })
        .collect();
    page.line(0, &format!("Non-terminated Pods:          ({} in total)", here.len()));
    let mut rows = vec![
        ["Namespace", "Name", "Age"].map(str::to_owned).to_vec(),
        ["---------", "----", "---"].map(str::to_owned).to_vec(),
    ];
    rows.extend(here.iter().map(|object| {
        let metadata = object.metadata();
        vec![metadata.namespace.clone(), metadata.name.clone(), age(metadata.created(), now)]
    }));
    for line in table::spaced(&rows, 2).lines() {
        page.line(2, line);
    }
    page.text
}

fn of_secret(secret: &Secret) -> String {
    use base64::Engine as _;
    let mut page = Page::new(14);
    page.field("Name", &secret.metadata.name);
    page.field("Namespace", &secret.metadata.namespace);
    page.list("Labels", &pairs(&secret.metadata.labels, "="));
    page.list("Annotations", &annotations(&secret.metadata.annotations));
    page.line(0, &format!("\nType:  {}\n\nData\n====", secret.kind));
    for (name, value) in &secret.data {
        let bytes = base64::engine::general_purpose::STANDARD.decode(value).unwrap_or_default().len();
        page.line(0, &format!("{name}:  {bytes} bytes"));
    }
    page.text
}

fn of_account(account: &ServiceAccount) -> String {
    let mut page = Page::new(21);
    page.field("Name", &account.metadata.name);
    page.field("Namespace", &account.metadata.namespace);
    page.list("Labels", &pairs(&account.metadata.labels, "="));
    page.list("Annotations", &annotations(&account.metadata.annotations));
    let names: Vec<String> = account.image_pull_secrets.iter().map(|secret| secret.name.clone()).collect();
    page.list("Image pull secrets", &names);
    page.field("Mountable secrets", "<none>");
    page.field("Tokens", "<none>");
    page.text
}
