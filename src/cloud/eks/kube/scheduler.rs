//! The scheduler: which node a pod runs on; for pods of a Fargate profile, a node of their own.
//!
//! Source: Kubernetes, kube-scheduler's filters and its messages; Amazon EKS User Guide, "Define which Pods use AWS Fargate
//! when launched".

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::object::{Key, Kind, Time};
use super::plain::{Machine, Node, NodeCache};
use super::pod::Pod;
use super::store::{Said, Store};
use super::{kubelet, register, say};
use crate::cloud::eks::Sleeper;
use crate::cloud::eks::cluster::{FargateProfile, FargateStatus};
use crate::cloud::eks::home::Home;
use crate::cloud::eks::nodes;
use crate::cloud::net::Place;
use crate::cloud::{Cloud, Duration};

/// Until a machine of Fargate is there. Inferred: of the order of what is observed.
const FARGATE_UP: Duration = Duration::seconds(45);
/// The scheduler that Fargate's webhook gives its pods.
pub(super) const FARGATE: &str = "fargate-scheduler";

/// Gives a pod a node, or says why it can't.
pub(super) fn schedule(cloud: &mut Cloud, home: &Home, cluster: &str, key: &Key) {
    let Some(store) = home.kube(cloud, cluster) else { return };
    let Some(pod) = store.pods.get(key).filter(|pod| pod.spec.node_name.is_none()).cloned() else { return };
    if pod.spec.scheduler_name.as_deref() == Some(FARGATE) {
        return schedule_on_fargate(cloud, home, cluster, &pod);
    }
    match choose(store, &pod) {
        Ok(node) => bind(cloud, home, cluster, &pod, &node, "default-scheduler"),
        Err(message) => {
            let now = cloud.now();
            if let Some(pod) = home.pod_mut(cloud, cluster, key) {
                let reason = Some("Unschedulable".to_owned());
                let conditions = &mut pod.status.conditions;
                kubelet::set_condition(conditions, "PodScheduled", false, reason, Some(message.clone()), Time(now));
            }
            say(cloud, home, cluster, unscheduled(&pod, message));
        }
    }
}

fn unscheduled(pod: &Pod, message: String) -> Said<'_> {
    Said {
        about: Kind::Pod,
        metadata: &pod.metadata,
        field: String::new(),
        warning: true,
        reason: "FailedScheduling",
        message,
        component: "default-scheduler",
        host: "",
    }
}

/// Tries again for all pods that have no node.
pub(in crate::cloud::eks) fn place_pending(cloud: &mut Cloud, home: &Home, cluster: &str) {
    let Some(store) = home.kube(cloud, cluster) else { return };
    let waiting = |pod: &&Pod| {
        pod.spec.node_name.is_none()
            && pod.metadata.deletion_timestamp.is_none()
            && pod.spec.scheduler_name.as_deref() != Some(FARGATE)
    };
    let keys: Vec<Key> = store.pods().filter(waiting).map(|pod| pod.metadata.key()).collect();
    for key in keys {
        schedule(cloud, home, cluster, &key);
    }
}

/// The node with the fewest pods among those that take the pod.
fn choose(store: &Store, pod: &Pod) -> Result<String, String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut used: BTreeMap<&str, Demand> = BTreeMap::new();
    for other in store.pods().filter(|other| !other.is_over()) {
        if let Some(node) = other.spec.node_name.as_deref() {
            *counts.entry(node).or_default() += 1;
            used.entry(node).or_default().add(Demand::of(other));
        }
    }
    let wanted = Demand::of(pod);
    let mut refusals: BTreeMap<String, usize> = BTreeMap::new();
    let mut hopeless = 0;
    let mut best: Option<(usize, &str)> = None;
    let mut all = 0;
    for node in store.nodes() {
        all += 1;
        let name = node.metadata.name.as_str();
        let taken = counts.get(name).copied().unwrap_or(0);
        match refusal(node, pod, taken, used.get(name).copied().unwrap_or_default(), wanted) {
            Some(why) => {
                hopeless += usize::from(!is_resolvable(&why) || !wanted.fits(node));
                *refusals.entry(why).or_default() += 1;
            }
            None => best = best.into_iter().chain([(taken, name)]).min(),
        }
    }
    if let Some((_, name)) = best {
        return Ok(name.to_owned());
    }
    if all == 0 {
        return Err("no nodes available to schedule pods".to_owned());
    }
    let reasons: Vec<String> = refusals.iter().map(|(why, count)| format!("{count} {why}")).collect();
    // Source: kube-scheduler, `FitError` and its preemption plugin: what evicting other pods would do is said behind. There
    // are no priorities here, so that there is nobody to evict.
    let behind = [
        (all - hopeless, "No preemption victims found for incoming pod"),
        (hopeless, "Preemption is not helpful for scheduling"),
    ];
    let behind = behind.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}"));
    Err(format!(
        "0/{all} nodes are available: {}. preemption: 0/{all} nodes are available: {}.",
        reasons.join(", "),
        behind.collect::<Vec<_>>().join(", ")
    ))
}

/// Whether a node would take the pod if others went. Source: kube-scheduler's plugins: taints and labels stay.
fn is_resolvable(refusal: &str) -> bool {
    refusal.starts_with("Insufficient") || refusal == "Too many pods"
}

/// Why a node does not take a pod.
fn refusal(node: &Node, pod: &Pod, taken: usize, used: Demand, wanted: Demand) -> Option<String> {
    if matches!(node.machine, Machine::Fargate { .. }) {
        return Some("node(s) had untolerated taint {eks.amazonaws.com/compute-type: fargate}".to_owned());
    }
    if !node.is_ready() {
        return Some("node(s) had untolerated taint {node.kubernetes.io/not-ready: }".to_owned());
    }
    if node.spec.unschedulable {
        return Some("node(s) were unschedulable".to_owned());
    }
    let untolerated = node.spec.taints.iter().find(|taint| {
        let tolerates = |toleration: &Value| {
            let text = |name: &str| toleration.get(name).and_then(Value::as_str).unwrap_or_default();
            let key = text("key").is_empty() || text("key") == taint.key;
            let value = text("operator") == "Exists" || text("value") == taint.value.as_deref().unwrap_or_default();
            let effect = text("effect").is_empty() || text("effect") == taint.effect;
            key && value && effect
        };
        taint.effect != "PreferNoSchedule" && !pod.spec.tolerations.iter().any(tolerates)
    });
    if let Some(taint) = untolerated {
        let value = taint.value.as_deref().unwrap_or_default();
        return Some(format!("node(s) had untolerated taint {{{}: {value}}}", taint.key));
    }
    let labels = &node.metadata.labels;
    if pod.spec.node_selector.iter().any(|(key, value)| labels.get(key) != Some(value)) {
        return Some("node(s) didn't match Pod's node affinity/selector".to_owned());
    }
    if taken >= node.pods() {
        return Some("Too many pods".to_owned());
    }
    let quantity = |name: &str| allocatable(node, name);
    if used.cpu.saturating_add(wanted.cpu) > quantity("cpu") {
        return Some("Insufficient cpu".to_owned());
    }
    if used.memory.saturating_add(wanted.memory) > quantity("memory") {
        return Some("Insufficient memory".to_owned());
    }
    None
}

/// What a node has for pods, in thousandths.
fn allocatable(node: &Node, name: &str) -> i64 {
    node.status.allocatable.get(name).map_or(i64::MAX, |text| millis(text))
}

/// What a pod's containers ask for, in thousandths of a CPU and of a byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Demand {
    cpu: i64,
    memory: i64,
}

impl Demand {
    fn of(pod: &Pod) -> Self {
        let mut demand = Self::default();
        for container in &pod.spec.containers {
            let ask = |name: &str| {
                let found = container.resources.pointer(&format!("/requests/{name}"));
                // Source: Kubernetes, "Resource Management": a limit without a request is the request.
                let found = found.or_else(|| container.resources.pointer(&format!("/limits/{name}")));
                found.map_or(0, |value| value.as_str().map_or_else(|| millis(&value.to_string()), millis))
            };
            demand.add(Self { cpu: ask("cpu"), memory: ask("memory") });
        }
        demand
    }

    /// Whether an empty node of this kind would have it.
    fn fits(self, node: &Node) -> bool {
        self.cpu <= allocatable(node, "cpu") && self.memory <= allocatable(node, "memory")
    }

    fn add(&mut self, other: Self) {
        self.cpu = self.cpu.saturating_add(other.cpu);
        self.memory = self.memory.saturating_add(other.memory);
    }
}

/// A quantity of Kubernetes in thousandths: `250m`, `2`, `128Mi`. What can't be read is nothing.
pub(super) fn millis(text: &str) -> i64 {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end).unwrap_or((text, ""));
    let factor = match unit {
        "m" => 1.0,
        "" => 1e3,
        "k" => 1e6,
        "M" => 1e9,
        "G" => 1e12,
        "Ki" => 1024e3,
        "Mi" => 1_048_576e3,
        "Gi" => 1_073_741_824e3,
        _ => return 0,
    };
    number.parse::<f64>().map_or(0, |number| (number * factor) as i64)
}

fn bind(cloud: &mut Cloud, home: &Home, cluster: &str, pod: &Pod, node: &str, component: &'static str) {
    let key = pod.metadata.key();
    let Some(found) = home.kube(cloud, cluster).and_then(|store| store.node(node)).cloned() else { return };
    let address = match &found.machine {
        Machine::Instance { id, .. } => {
            let subnet = home.net(cloud).and_then(|net| net.instance(id)).map(|instance| instance.subnet.clone());
            subnet.and_then(|subnet| home.net_mut(cloud).allocate_address(&subnet))
        }
        Machine::Fargate { place, .. } => Some(place.address.clone()),
    };
    let host = found.address("InternalIP").map(str::to_owned);
    if let Some(pod) = home.pod_mut(cloud, cluster, &key) {
        pod.spec.node_name = Some(node.to_owned());
        pod.status.host_ip = host;
        pod.status.pod_ip = address;
    }
    let message = format!("Successfully assigned {key} to {node}");
    let metadata = &pod.metadata;
    say(
        cloud,
        home,
        cluster,
        Said {
            about: Kind::Pod,
            metadata,
            field: String::new(),
            warning: false,
            reason: "Scheduled",
            message,
            component,
            host: "",
        },
    );
    kubelet::begin(cloud, home, cluster, &key);
}

/// Gives back what a pod that is gone had: its address, and on Fargate its machine.
pub(super) fn release(cloud: &mut Cloud, home: &Home, cluster: &str, pod: &Pod) {
    let Some(name) = pod.spec.node_name.clone() else { return };
    let Some(node) = home.kube(cloud, cluster).and_then(|store| store.node(&name)).cloned() else { return };
    match &node.machine {
        Machine::Instance { id, .. } => {
            let subnet = home.net(cloud).and_then(|net| net.instance(id)).map(|instance| instance.subnet.clone());
            if let (Some(subnet), Some(address)) = (subnet, &pod.status.pod_ip) {
                home.net_mut(cloud).release_address(&subnet, address);
            }
        }
        Machine::Fargate { place, .. } => {
            home.net_mut(cloud).release_address(&place.subnet, &place.address);
            if let Some(store) = home.kube_mut(cloud, cluster) {
                store.remove(Kind::Node, &Key::new("", &name));
            }
        }
    }
}

/// The profile that takes a pod: the first by name whose selectors fit.
pub(super) fn profile<'a>(
    profiles: impl Iterator<Item = &'a FargateProfile>,
    namespace: &str,
    labels: &BTreeMap<String, String>,
) -> Option<&'a FargateProfile> {
    let mut active = profiles.filter(|profile| profile.status == FargateStatus::Active);
    active.find(|profile| {
        profile.selectors.iter().any(|selector| {
            let fits = |(key, value): (&String, &String)| labels.get(key) == Some(value);
            selector.namespace == namespace && selector.labels.iter().all(fits)
        })
    })
}

/// A pod of a Fargate profile waits for its machine; then the machine is its node.
fn schedule_on_fargate(cloud: &mut Cloud, home: &Home, cluster: &str, pod: &Pod) {
    let now = cloud.now();
    let key = pod.metadata.key();
    let ready = pod.metadata.created() + FARGATE_UP;
    if now < ready {
        home.state_mut(cloud).alarms.set(ready, Sleeper::Pod(cluster.to_owned(), key));
        return;
    }
    let found = home.state(cloud).and_then(|state| state.cluster(cluster));
    let Some(owner) = found else { return };
    let (namespace, labels) = (&pod.metadata.namespace, &pod.metadata.labels);
    let Some(profile) = profile(owner.fargate_profiles(), namespace, labels).cloned() else { return };
    let (group, version) = (owner.cluster_security_group.clone(), owner.version.clone());
    let net = home.net_mut(cloud);
    let found = profile.subnets.iter().find_map(|subnet| Some((subnet.clone(), net.allocate_address(subnet)?)));
    let Some((subnet, address)) = found else { return };
    let zone = home.net(cloud).and_then(|net| net.subnet(&subnet)).map_or('a', |subnet| subnet.zone);
    let id = cloud.random_hex(32);
    let place = Place { subnet, address: address.clone(), public_ip: false, groups: vec![group] };
    let machine =
        Machine::Fargate { id: id.clone(), profile: profile.name.clone(), role: profile.execution_role, place };
    let name = format!("fargate-ip-{}.{}.compute.internal", address.replace('.', "-"), home.region);
    let mut node = Node {
        metadata: super::Metadata { name: name.clone(), ..super::Metadata::default() },
        spec: super::NodeSpec {
            provider_id: format!("aws:///{}{zone}/{id}/{name}", home.region),
            taints: vec![super::Taint {
                effect: "NoSchedule".to_owned(),
                key: "eks.amazonaws.com/compute-type".to_owned(),
                value: Some("fargate".to_owned()),
            }],
            unschedulable: false,
        },
        status: nodes::status(&address, None, &version, 2048, 3828, 1, now),
        machine,
        cache: NodeCache::default(),
    };
    node.metadata.labels.insert("eks.amazonaws.com/compute-type".to_owned(), "fargate".to_owned());
    nodes::add_labels(&mut node.metadata.labels, &name, home, zone, "amd64", None);
    register(cloud, home, cluster, &mut node.metadata);
    if let Some(store) = home.kube_mut(cloud, cluster) {
        store.nodes.insert(Key::new("", &name), Arc::new(node));
    }
    bind(cloud, home, cluster, pod, &name, FARGATE);
}

#[cfg(test)]
mod tests {
    use super::millis;

    #[test]
    fn quantities_are_read_as_kubernetes_writes_them() {
        assert_eq!((millis("250m"), millis("2"), millis("0.5")), (250, 2000, 500));
        assert_eq!((millis("64Mi"), millis("1G")), (64 * 1024 * 1024 * 1000, 1_000_000_000_000));
        assert_eq!((millis("much"), millis(""), millis("1Zi")), (0, 0, 0));
    }
}
