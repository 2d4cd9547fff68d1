//! Managed node groups: instances that boot, ask for what their role must allow, and join their cluster, or don't.
//!
//! Source: Amazon EKS User Guide, "Amazon EKS node IAM role": what a node asks of EC2, what its network plugin asks, and the
//! images of both; "Troubleshoot problems with Amazon EKS clusters and nodes"; health issues as observed. The durations are
//! the simulation's own, of the order of those observed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::Sleeper;
use super::access;
use super::cluster::{Cluster, Issue, Nodegroup, NodegroupStatus};
use super::home::{Home, uuid};
use super::kube::{self, Address, Condition, Key, Kind, Machine, Metadata, Node, NodeInfo, NodeSpec, NodeStatus, Time};
use crate::cloud::net::{self, Architecture, Destination, Instance, Question};
use crate::cloud::{Authorization, Caller, Cloud, Duration, Origin, Principal, Timestamp, ec2, iam};

/// From the request to the instances.
pub(super) const LAUNCH: Duration = Duration::seconds(20);
/// From the instance to its first try to join.
const BOOT: Duration = Duration::seconds(50);
/// Between two tries.
const RETRY: Duration = Duration::minutes(2);
/// How long EKS waits for nodes. Source: observed, some twenty minutes.
pub(super) const PATIENCE: Duration = Duration::minutes(20);
/// Taking instances away.
pub(super) const TAKE_DOWN: Duration = Duration::seconds(90);
/// Who may have a node's role.
const EC2: &str = "ec2.amazonaws.com";

/// How many pods fit on an instance type: what its network interfaces have addresses for.
/// Source: Amazon EKS AMI, `eni-max-pods.txt`.
fn most_pods(instance_type: &str) -> usize {
    match instance_type {
        "t3.micro" => 4,
        "t3.small" | "t4g.small" => 11,
        "t3.medium" | "t4g.medium" => 17,
        _ => 29,
    }
}

/// What a node says of itself.
pub(super) fn status(
    address: &str,
    public: Option<String>,
    version: &str,
    cpu: u32,
    memory: u32,
    pods: usize,
    now: Timestamp,
) -> NodeStatus {
    let mut addresses = vec![Address { address: address.to_owned(), kind: "InternalIP".to_owned() }];
    addresses.extend(public.map(|address| Address { address, kind: "ExternalIP".to_owned() }));
    let resources: BTreeMap<String, String> = [
        ("cpu".to_owned(), format!("{}", cpu / 1024)),
        ("memory".to_owned(), format!("{}Ki", u64::from(memory) * 1024)),
        ("pods".to_owned(), pods.to_string()),
    ]
    .into();
    let mut allocatable = resources.clone();
    // Source: Kubernetes, "Reserve Compute Resources for System Daemons"; of the order of what EKS reserves.
    allocatable.insert("cpu".to_owned(), format!("{}m", (cpu * 1000 / 1024).saturating_sub(70)));
    allocatable.insert("memory".to_owned(), format!("{}Ki", u64::from(memory.saturating_sub(400)) * 1024));
    let condition = |kind: &str, status: &str, reason: &str, message: &str| Condition {
        last_transition_time: Some(Time(now)),
        message: Some(message.to_owned()),
        reason: Some(reason.to_owned()),
        status: status.to_owned(),
        kind: kind.to_owned(),
    };
    NodeStatus {
        addresses,
        allocatable,
        capacity: resources,
        conditions: vec![
            condition(
                "MemoryPressure",
                "False",
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available",
            ),
            condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ],
        // Inferred: the patch versions.
        node_info: NodeInfo {
            architecture: "amd64".to_owned(),
            container_runtime_version: "containerd://2.1.5".to_owned(),
            kernel_version: "6.12.68-92.122.amzn2023.x86_64".to_owned(),
            kubelet_version: format!("v{version}.4-eks-3a10415"),
            operating_system: "linux".to_owned(),
            os_image: "Amazon Linux 2023.10.20260216".to_owned(),
        },
    }
}

/// The labels that every node has.
pub(super) fn add_labels(
    labels: &mut BTreeMap<String, String>,
    name: &str,
    home: &Home,
    zone: char,
    architecture: &str,
    instance_type: Option<&str>,
) {
    let mut add = |key: &str, value: &str| labels.insert(key.to_owned(), value.to_owned());
    add("kubernetes.io/arch", architecture);
    add("kubernetes.io/hostname", name);
    add("kubernetes.io/os", "linux");
    add("topology.kubernetes.io/region", home.region.as_str());
    add("topology.kubernetes.io/zone", &format!("{}{zone}", home.region));
    if let Some(instance_type) = instance_type {
        add("node.kubernetes.io/instance-type", instance_type);
    }
}

/// Does what is due for a node group.
pub(super) fn wake_group(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let now = cloud.now();
    let Some(group) = group(cloud, home, cluster, name).cloned() else { return };
    match group.status {
        NodegroupStatus::Creating if now < group.gives_up => {
            make_profile(cloud, home, &group);
            resize(cloud, home, cluster, name);
            let sleeper = Sleeper::Nodegroup(cluster.to_owned(), name.to_owned());
            home.state_mut(cloud).alarms.set(group.gives_up, sleeper);
            judge(cloud, home, cluster, name);
        }
        NodegroupStatus::Creating => give_up(cloud, home, cluster, name),
        NodegroupStatus::Deleting => {
            remove_profile(cloud, home, &group);
            if let Some(cluster) = home.cluster_mut(cloud, cluster) {
                cluster.nodegroups.remove(name);
            }
        }
        NodegroupStatus::Active | NodegroupStatus::Degraded | NodegroupStatus::Updating => {
            resize(cloud, home, cluster, name);
        }
        NodegroupStatus::CreateFailed => {}
    }
}

fn group<'a>(cloud: &'a Cloud, home: &Home, cluster: &str, name: &str) -> Option<&'a Nodegroup> {
    home.state(cloud)?.cluster(cluster)?.nodegroup(name)
}

fn change(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, change: impl FnOnce(&mut Nodegroup)) {
    let group = home.cluster_mut(cloud, cluster).and_then(|cluster| cluster.nodegroups.get_mut(name));
    if let Some(group) = group {
        change(Arc::make_mut(group));
    }
}

/// EKS itself, as the service-linked role that it has for node groups.
fn service(home: &Home) -> Caller {
    let name = iam::ServiceLinkedRole::EKS_NODEGROUP.name;
    let (role, session) = (name.to_owned(), "EKS".to_owned());
    let principal = Principal::Session { account: home.account.clone(), role, session };
    Caller { principal, region: home.region.clone(), origin: Origin::Service }
}

/// Makes the instance profile of a node group. Source: the service-linked role's policy; observed names.
fn make_profile(cloud: &mut Cloud, home: &Home, group: &Nodegroup) {
    let caller = service(home);
    let name = group.instance_profile.clone();
    let role = group.node_role.resource().rsplit('/').next().unwrap_or_default().to_owned();
    let made = iam::CreateInstanceProfile { instance_profile_name: name.clone(), path: None, tags: Vec::new() };
    // What can't be made shows when the instances have no role.
    let _ = cloud.call(&caller, made);
    let add = json!({"InstanceProfileName": name, "RoleName": role});
    let _ = cloud.call_wire(&caller, crate::cloud::Service::Iam, "AddRoleToInstanceProfile", add);
}

fn remove_profile(cloud: &mut Cloud, home: &Home, group: &Nodegroup) {
    let caller = service(home);
    let role = group.node_role.resource().rsplit('/').next().unwrap_or_default();
    let name = &group.instance_profile;
    let iam = crate::cloud::Service::Iam;
    let remove = json!({"InstanceProfileName": name, "RoleName": role});
    let _ = cloud.call_wire(&caller, iam, "RemoveRoleFromInstanceProfile", remove);
    let _ = cloud.call_wire(&caller, iam, "DeleteInstanceProfile", json!({"InstanceProfileName": name}));
}

/// Launches instances that are missing, and takes those away that are too many, the youngest first.
fn resize(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let Some(group) = group(cloud, home, cluster, name).cloned() else { return };
    let wanted = group.scaling.desired_size as usize;
    for index in group.instances.len()..wanted {
        launch(cloud, home, cluster, &group, index);
    }
    for id in group.instances.iter().skip(wanted) {
        take_down(cloud, home, cluster, name, id);
    }
}

fn launch(cloud: &mut Cloud, home: &Home, cluster: &str, group: &Nodegroup, index: usize) {
    let Some(subnet) = group.subnets.get(index % group.subnets.len().max(1)).cloned() else { return };
    let Some(private_ip) = home.net_mut(cloud).allocate_address(&subnet) else { return };
    let public_ip = home.net(cloud).and_then(|net| net.subnet(&subnet)).is_some_and(|subnet| subnet.maps_public_ip);
    let security_group = home.state(cloud).and_then(|state| state.cluster(cluster));
    let security_groups = security_group.map(|cluster| cluster.cluster_security_group.clone()).into_iter().collect();
    let id = cloud.random_ec2_id("i");
    let launched = cloud.now();
    home.net_mut(cloud).insert_instance(Instance {
        id: id.clone(),
        instance_profile: Some(group.instance_profile.clone()),
        subnet,
        private_ip,
        public_ip,
        security_groups,
        launched,
        architecture: group.instance_type.architecture,
        instance_type: group.instance_type,
        pull_behavior: net::PullBehavior::Default,
        auto_scaling_group: Some(group.auto_scaling_group()),
        spot: None,
        tags: vec![
            ("eks:cluster-name".to_owned(), cluster.to_owned()),
            ("eks:nodegroup-name".to_owned(), group.name.clone()),
        ],
    });
    change(cloud, home, cluster, &group.name, |group| group.instances.push(id.clone()));
    let sleeper = Sleeper::Instance(cluster.to_owned(), group.name.clone(), id);
    home.state_mut(cloud).alarms.set(launched + BOOT, sleeper);
}

/// Takes an instance away, with its node and the pods on it.
pub(super) fn take_down(cloud: &mut Cloud, home: &Home, cluster: &str, group: &str, id: &str) {
    let sleeper = Sleeper::Instance(cluster.to_owned(), group.to_owned(), id.to_owned());
    home.state_mut(cloud).alarms.cancel(&sleeper);
    let node = node_of(cloud, home, cluster, id).map(|node| node.metadata.name.clone());
    if let Some(node) = node {
        // The node goes first, so that nothing is placed on it again.
        let pods: Vec<Key> = home
            .kube(cloud, cluster)
            .into_iter()
            .flat_map(|store| store.pods())
            .filter(|pod| pod.spec.node_name.as_deref() == Some(node.as_str()))
            .map(|pod| pod.metadata.key())
            .collect();
        if let Some(store) = home.kube_mut(cloud, cluster) {
            store.remove(Kind::Node, &Key::new("", &node));
        }
        for pod in pods {
            kube::evict(cloud, home, cluster, &pod);
        }
    }
    home.net_mut(cloud).remove_instance(id);
    change(cloud, home, cluster, group, |group| group.instances.retain(|known| known != id));
}

fn node_of<'a>(cloud: &'a Cloud, home: &Home, cluster: &str, id: &str) -> Option<&'a Node> {
    let own = |node: &&Node| matches!(&node.machine, Machine::Instance { id: known, .. } if known == id);
    home.kube(cloud, cluster)?.nodes().find(own)
}

/// How a try to join ended.
enum Joined {
    /// The kubelet never got to register its node.
    No,
    /// The node is there but can't run pods yet, and why.
    NotReady(&'static str),
    Ready,
}

/// Source: observed, kubelet's condition without a network plugin.
const NO_NETWORK: &str = "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady \
                          message:Network plugin returns error: cni plugin not initialized";

/// An instance has booted, or tries once more to join.
pub(super) fn wake_instance(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, id: &str) {
    let Some(group) = group(cloud, home, cluster, name).cloned() else { return };
    if !group.instances.iter().any(|known| known == id) {
        return;
    }
    let joined = join(cloud, home, cluster, &group, id);
    let now = cloud.now();
    match &joined {
        Joined::No => {
            set_ready(cloud, home, cluster, id, false, "NodeStatusUnknown", "Kubelet stopped posting node status.")
        }
        Joined::NotReady(why) => {
            register(cloud, home, cluster, &group, id);
            set_ready(cloud, home, cluster, id, false, "KubeletNotReady", why);
        }
        Joined::Ready => {
            register(cloud, home, cluster, &group, id);
            set_ready(cloud, home, cluster, id, true, "KubeletReady", "kubelet is posting ready status");
        }
    }
    if matches!(joined, Joined::Ready) {
        kube::place_pending(cloud, home, cluster);
    } else {
        let sleeper = Sleeper::Instance(cluster.to_owned(), name.to_owned(), id.to_owned());
        home.state_mut(cloud).alarms.set(now + RETRY, sleeper);
    }
    judge(cloud, home, cluster, name);
}

/// Lets the nodes of a role look at once whether they may still be there.
pub(super) fn recheck(cloud: &mut Cloud, home: &Home, cluster: &str) {
    let at = cloud.now() + Duration::seconds(40);
    let Some(found) = home.state(cloud).and_then(|state| state.cluster(cluster)) else { return };
    let instances: Vec<(String, String)> = found
        .nodegroups()
        .flat_map(|group| group.instances.iter().map(|id| (group.name.clone(), id.clone())))
        .collect();
    for (group, id) in instances {
        home.state_mut(cloud).alarms.set_by(at, Sleeper::Instance(cluster.to_owned(), group, id));
    }
}

fn join(cloud: &mut Cloud, home: &Home, cluster: &str, group: &Nodegroup, id: &str) -> Joined {
    let role = group.node_role.clone();
    let Some(place) = home.net(cloud).and_then(|net| net.instance(id)).map(Instance::place) else { return Joined::No };
    if !iam::can_assume(cloud, EC2, &role).is_allowed() {
        return Joined::No;
    }
    let name = role.resource().rsplit('/').next().unwrap_or_default().to_owned();
    let principal = Principal::Session { account: home.account.clone(), role: name, session: id.to_owned() };
    let caller =
        Caller { principal: principal.clone(), region: home.region.clone(), origin: Origin::Instance(id.to_owned()) };
    // The bootstrap asks EC2 for the instance's own name.
    if cloud.call(&caller, ec2::DescribeInstances::default()).is_err() {
        return Joined::No;
    }
    let Some(found) = home.state(cloud).and_then(|state| state.cluster(cluster)) else { return Joined::No };
    // The API server: inside of the VPC where that is switched on, else by its public address.
    let host = found.endpoint().trim_start_matches("https://").to_owned();
    let (private, region) = (found.private_endpoint, home.region.clone());
    let reaches = |cloud: &Cloud, to: Destination, host: &str| {
        let question = Question { from: &place, to, host, here: &region, there: &region, now: cloud.now() };
        home.net(cloud).map(|net| net.journey(&question))
    };
    if !private {
        let journey = reaches(cloud, Destination::Internet, &host);
        if !journey.as_ref().is_some_and(crate::cloud::net::Journey::arrives) {
            if let Some(journey) = journey {
                let (origin, task) = (caller.origin, Some(home.cluster_arn(cluster)));
                cloud.record(crate::cloud::EventKind::Unreached { origin, task, journey: journey.into() });
            }
            return Joined::No;
        }
    }
    if access::user(cloud, home, cluster, &principal).is_none() {
        return Joined::No;
    }
    // The network plugin's and the proxy's images come from a registry of EKS's.
    for to in [Destination::EcrApi, Destination::EcrDkr, Destination::S3] {
        let host = to.private_name(&region);
        let journey = reaches(cloud, to, &host);
        if let Some(journey) = journey.filter(|journey| !journey.arrives()) {
            let (origin, task) = (caller.origin, Some(home.cluster_arn(cluster)));
            cloud.record(crate::cloud::EventKind::Unreached { origin, task, journey: journey.into() });
            return Joined::NotReady(NO_NETWORK);
        }
    }
    if !kube::may_pull_system_images(cloud, &role, &region) {
        return Joined::NotReady(NO_NETWORK);
    }
    // The plugin gives pods their addresses, as a role of its own or as the node's.
    let Some(found) = home.state(cloud).and_then(|state| state.cluster(cluster)) else { return Joined::No };
    let plugin = plugin_role(found).unwrap_or(role);
    let asks = ["ec2:AssignPrivateIpAddresses", "ec2:AttachNetworkInterface", "ec2:CreateNetworkInterface"];
    let name = plugin.resource().rsplit('/').next().unwrap_or_default().to_owned();
    let principal = Principal::Session { account: home.account.clone(), role: name, session: id.to_owned() };
    let caller = Caller { principal, ..caller };
    let may = |action| iam::decide(cloud, &caller, &Authorization::anywhere(action)).is_allowed();
    if asks.into_iter().all(may) { Joined::Ready } else { Joined::NotReady(NO_NETWORK) }
}

/// The role that the network plugin has for itself, by association or as an add-on.
fn plugin_role(cluster: &Cluster) -> Option<crate::cloud::Arn> {
    let associated = cluster
        .pod_identity_associations()
        .find(|known| known.namespace == "kube-system" && known.service_account == "aws-node")
        .map(|known| known.role.clone());
    let addon = || cluster.addons.get("vpc-cni")?.service_account_role.as_deref()?.parse().ok();
    associated.or_else(addon)
}

/// Puts the node of an instance into the cluster.
fn register(cloud: &mut Cloud, home: &Home, cluster: &str, group: &Nodegroup, id: &str) {
    if node_of(cloud, home, cluster, id).is_some() {
        return;
    }
    let now = cloud.now();
    let Some(instance) = home.net(cloud).and_then(|net| net.instance(id)).cloned() else { return };
    let zone = home.net(cloud).and_then(|net| net.subnet(&instance.subnet)).map_or('a', |subnet| subnet.zone);
    let name = format!("ip-{}.{}.compute.internal", instance.private_ip.replace('.', "-"), home.region);
    let kind = instance.instance_type;
    let (cpu, memory) = (kind.cpu, kind.memory);
    let public = home.net(cloud).and_then(|net| net.public_address(&instance.place()));
    let public = public.map(|address| address.to_string());
    let mut status = status(&instance.private_ip, public, &group.version, cpu, memory, most_pods(kind.name), now);
    status.addresses.push(Address { address: name.clone(), kind: "InternalDNS".to_owned() });
    status.addresses.push(Address { address: name.clone(), kind: "Hostname".to_owned() });
    kind.architecture.as_str().clone_into(&mut status.node_info.architecture);
    if kind.architecture == Architecture::Arm64 {
        "6.12.68-92.122.amzn2023.aarch64".clone_into(&mut status.node_info.kernel_version);
    }
    let mut node = Node {
        metadata: Metadata { name: name.clone(), uid: uuid(cloud), ..Metadata::default() },
        spec: NodeSpec {
            provider_id: format!("aws:///{}{zone}/{id}", home.region),
            taints: group.taints.iter().map(kube_taint).collect(),
            unschedulable: false,
        },
        status,
        machine: Machine::Instance {
            id: id.to_owned(),
            nodegroup: group.name.clone(),
            role: group.node_role.clone(),
            architecture: kind.architecture,
            instance_type: kind.name,
        },
        cache: kube::NodeCache::default(),
    };
    let labels = &mut node.metadata.labels;
    labels.extend(group.labels.clone());
    labels.insert("eks.amazonaws.com/nodegroup".to_owned(), group.name.clone());
    labels.insert("eks.amazonaws.com/capacityType".to_owned(), group.capacity_type.clone());
    add_labels(labels, &name, home, zone, kind.architecture.as_str(), Some(kind.name));
    node.metadata.creation_timestamp = Some(Time(now));
    if let Some(store) = home.kube_mut(cloud, cluster) {
        store.stamp(&mut node.metadata);
        store.nodes.insert(Key::new("", &name), Arc::new(node));
    }
}

/// A taint as Kubernetes writes it.
pub(super) fn kube_taint(taint: &super::NodegroupTaint) -> kube::Taint {
    let effect = match taint.effect.as_str() {
        "NO_EXECUTE" => "NoExecute",
        "PREFER_NO_SCHEDULE" => "PreferNoSchedule",
        _ => "NoSchedule",
    };
    kube::Taint { effect: effect.to_owned(), key: taint.key.clone(), value: taint.value.clone() }
}

fn set_ready(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str, ready: bool, reason: &str, message: &str) {
    let now = cloud.now();
    let Some(key) = node_of(cloud, home, cluster, id).map(|node| node.metadata.key()) else { return };
    let Some(node) = home.kube_mut(cloud, cluster).and_then(|store| store.nodes.get_mut(&key)) else { return };
    let status = match (ready, reason) {
        (true, _) => "True",
        (false, "NodeStatusUnknown") => "Unknown",
        _ => "False",
    };
    let node = Arc::make_mut(node);
    for condition in node.status.conditions.iter_mut().filter(|condition| condition.kind == "Ready") {
        if condition.status != status {
            condition.last_transition_time = Some(Time(now));
        }
        status.clone_into(&mut condition.status);
        condition.reason = Some(reason.to_owned());
        condition.message = Some(message.to_owned());
    }
}

/// Looks what the nodes mean for their group: active with all of them, degraded where they lost their way in.
fn judge(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let Some(group) = group(cloud, home, cluster, name).cloned() else { return };
    let ready = |id: &&String| node_of(cloud, home, cluster, id).is_some_and(Node::is_ready);
    let lost: Vec<String> = group.instances.iter().filter(|id| !ready(id)).cloned().collect();
    let all = lost.is_empty() && group.instances.len() >= group.scaling.desired_size as usize;
    let now = cloud.now();
    match group.status {
        NodegroupStatus::Creating if all => change(cloud, home, cluster, name, |group| {
            group.status = NodegroupStatus::Active;
            group.modified_at = now;
        }),
        NodegroupStatus::Active
            if !lost.is_empty() && lost.iter().any(|id| node_of(cloud, home, cluster, id).is_some()) =>
        {
            change(cloud, home, cluster, name, |group| {
                group.status = NodegroupStatus::Degraded;
                // Source: Amazon EKS API Reference, Issue: AccessDenied. Inferred: the sentence.
                group.issues = vec![Issue {
                    code: "AccessDenied",
                    message:
                        "Your worker nodes do not have access to the cluster. Verify if the node instance role is \
                              present and correctly configured in the aws-auth ConfigMap."
                            .to_owned(),
                    resource_ids: lost,
                }];
            });
        }
        NodegroupStatus::Degraded if lost.is_empty() => change(cloud, home, cluster, name, |group| {
            group.status = NodegroupStatus::Active;
            group.issues.clear();
        }),
        _ => {}
    }
    if all {
        let sleeper = Sleeper::Nodegroup(cluster.to_owned(), name.to_owned());
        home.state_mut(cloud).alarms.cancel(&sleeper);
    }
}

/// EKS waits no longer. A group that failed stays so, even when its nodes come after all.
/// Source: observed; containers-roadmap, the failed state of a node group does not change again.
fn give_up(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let Some(group) = group(cloud, home, cluster, name).cloned() else { return };
    let seen = group.instances.iter().any(|id| node_of(cloud, home, cluster, id).is_some());
    // Source: observed, both messages.
    let message = if seen {
        "Unhealthy nodes in the kubernetes cluster"
    } else {
        "Instances failed to join the kubernetes cluster"
    };
    let now = cloud.now();
    change(cloud, home, cluster, name, |group| {
        group.status = NodegroupStatus::CreateFailed;
        group.modified_at = now;
        let resource_ids = group.instances.clone();
        group.issues = vec![Issue { code: "NodeCreationFailure", message: message.to_owned(), resource_ids }];
    });
}
