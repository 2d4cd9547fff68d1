//! Kubernetes, small and true: the objects of a cluster, the controllers that keep them, and the kubelets.

mod api;
mod container;
mod controller;
mod decode;
mod defaults;
mod kubelet;
mod object;
mod plain;
mod pod;
mod pull;
mod pull_error;
mod pull_secrets;
mod scheduler;
mod schema;
mod selector;
mod store;
mod validate;
mod workload;

pub use api::{Answer, Request, Status, request};
pub use object::{Key, Kind, Metadata, OwnerReference, Time};
pub use plain::{
    Address, ConfigMap, DOCKER_CONFIG, DOCKER_CONFIG_KEY, Event, Machine, Namespace, Node, NodeCache, NodeInfo,
    NodeSpec, NodeStatus, Secret, ServiceAccount, Taint,
};
pub use pod::{
    Condition, Container, ContainerState, ContainerStatus, LocalReference, Phase, Pod, PodSpec, PodStatus, Port,
    PullPolicy, RestartPolicy,
};
pub use selector::ListSelector;
pub use store::{Object, Store};
pub use workload::{
    CHANGE_CAUSE, Deployment, DeploymentSpec, DeploymentStatus, IntOrPercent, PodTemplate, REVISION, ReplicaSet,
    RollingUpdate, Selector, Strategy, TEMPLATE_HASH,
};

pub(super) use controller::wake_deployment;
pub(super) use kubelet::{evict, wake_pod};
pub(super) use pull::may_pull_system_images;
pub(super) use scheduler::place_pending;

use super::home::{Home, uuid};
use crate::cloud::{Cloud, EventKind};
use store::Said;

/// The namespaces that every cluster starts with. Source: Kubernetes, "Initial namespaces".
pub(super) const INITIAL_NAMESPACES: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// Gives a new object what Kubernetes gives every one.
fn register(cloud: &mut Cloud, home: &Home, cluster: &str, metadata: &mut Metadata) {
    metadata.uid = uuid(cloud);
    metadata.creation_timestamp = Some(Time(cloud.now()));
    if let Some(store) = home.kube_mut(cloud, cluster) {
        store.stamp(metadata);
    }
}

/// Makes the namespaces that a cluster starts with, and their service accounts.
pub(super) fn begin(cloud: &mut Cloud, home: &Home, cluster: &str) {
    for name in INITIAL_NAMESPACES {
        make_namespace(cloud, home, cluster, Namespace::default(), name);
    }
}

/// What Kubernetes puts into every namespace. Source: kube-controller-manager, its root CA publisher.
const ROOT_CERTIFICATE: &str = "kube-root-ca.crt";

/// Makes a namespace with its service account `default` and the certificate of the API server.
fn make_namespace(cloud: &mut Cloud, home: &Home, cluster: &str, mut namespace: Namespace, name: &str) {
    namespace.metadata.name = name.to_owned();
    namespace.metadata.labels.insert("kubernetes.io/metadata.name".to_owned(), name.to_owned());
    register(cloud, home, cluster, &mut namespace.metadata);
    let mut account = ServiceAccount::default();
    account.metadata.name = "default".to_owned();
    account.metadata.namespace = name.to_owned();
    register(cloud, home, cluster, &mut account.metadata);
    let mut certificate = ConfigMap::default();
    certificate.metadata.name = ROOT_CERTIFICATE.to_owned();
    certificate.metadata.namespace = name.to_owned();
    certificate.metadata.annotations.insert(
        "kubernetes.io/description".to_owned(),
        "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the \
         internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes \
         clusters."
            .to_owned(),
    );
    let text = home.cluster(cloud, cluster).map(|cluster| cluster.root_certificate()).unwrap_or_default();
    certificate.data.insert("ca.crt".to_owned(), text);
    register(cloud, home, cluster, &mut certificate.metadata);
    if let Some(store) = home.kube_mut(cloud, cluster) {
        store.put(Object::ConfigMap(certificate.into()));
        store.put(Object::Namespace(namespace.into()));
        store.put(Object::ServiceAccount(account.into()));
    }
}

/// Says something about an object.
fn say(cloud: &mut Cloud, home: &Home, cluster: &str, said: Said<'_>) {
    let now = cloud.now();
    if let Some(store) = home.kube_mut(cloud, cluster) {
        store.say(said, now);
    }
}

/// Writes a pod's state to the trail.
fn tell(cloud: &mut Cloud, home: &Home, cluster: &str, pod: &Pod) {
    let kind = EventKind::Pod {
        cluster: home.cluster_arn(cluster),
        namespace: pod.metadata.namespace.clone(),
        pod: pod.metadata.name.clone(),
        status: pod.reason(),
        message: pod.message().map(str::to_owned),
    };
    cloud.record(kind);
}
