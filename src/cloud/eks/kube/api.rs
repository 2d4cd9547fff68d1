//! The API server: who asks, whether he may, and what comes of it.

use std::sync::Arc;

use serde_json::Value;

use super::object::{Key, Kind};
use super::pod::{ContainerState, Pod};
use super::selector::ListSelector;
use super::store::{Object, Store};
use super::workload::Deployment;
use super::{controller, decode, defaults, kubelet, make_namespace, register, validate};
use crate::cloud::eks::access::{self, Verb};
use crate::cloud::eks::home::Home;
use crate::cloud::eks::token;
use crate::cloud::{Caller, Cloud, EventKind};

/// A request.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    Get {
        kind: Kind,
        key: Key,
    },
    /// The objects of a kind, of one namespace or of all.
    List {
        kind: Kind,
        namespace: Option<String>,
        selector: ListSelector,
    },
    /// Makes what a manifest says.
    Create {
        manifest: Value,
    },
    /// Puts a manifest in the place of what there is.
    Update {
        manifest: Value,
    },
    Delete {
        kind: Kind,
        key: Key,
    },
    /// What a container printed.
    Log {
        key: Key,
        container: Option<String>,
        previous: bool,
    },
    /// Whether the caller may do something. The resource may be one that is not kept here.
    Review {
        verb: String,
        resource: String,
        namespace: Option<String>,
    },
    /// The version of the server.
    Version,
}

/// What the server answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Object(Object),
    List(Vec<Object>),
    Text(String),
    Allowed(bool),
    Done,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// The address means nobody.
    NoSuchHost { host: String },
    /// The address is not reached from here.
    Unreachable { host: String },
    /// The token is none of somebody whom the cluster knows.
    Unauthorized,
    /// The server says no: reason and message.
    Refused { reason: &'static str, message: String },
    /// Kubernetes has it, the simulation does not.
    NotSimulated(String),
}

impl Status {
    fn refused(reason: &'static str, message: impl Into<String>) -> Self {
        Self::Refused { reason, message: message.into() }
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::refused("BadRequest", message)
    }

    pub(super) fn not_simulated(what: impl Into<String>) -> Self {
        Self::NotSimulated(what.into())
    }

    pub(super) fn invalid(kind: Kind, name: &str, told: String) -> Self {
        Self::refused("Invalid", format!("{} \"{name}\" is invalid: {told}", with_group(kind)))
    }

    fn not_found(kind: Kind, name: &str) -> Self {
        Self::refused("NotFound", format!("{} \"{name}\" not found", kind.resource()))
    }
}

fn with_group(kind: Kind) -> String {
    match kind.group() {
        "" => kind.name().to_owned(),
        group => format!("{}.{group}", kind.name()),
    }
}

/// A request to the API server at `endpoint`, with a token.
///
/// # Errors
/// With what the server says, or why it is not reached.
pub fn request(cloud: &mut Cloud, endpoint: &str, token: &str, request: Request) -> Result<Answer, Status> {
    let host = endpoint.trim_start_matches("https://").split(['/', ':']).next().unwrap_or_default().to_owned();
    let Some((home, cluster)) = find(cloud, endpoint) else { return Err(Status::NoSuchHost { host }) };
    let open = home.state(cloud).and_then(|state| state.cluster(&cluster)).is_some_and(|found| found.public_endpoint);
    if !open {
        return Err(Status::Unreachable { host });
    }
    let principal = token::verify(cloud, &home, &cluster, token).ok_or(Status::Unauthorized)?;
    let caller = Caller { principal, region: home.region.clone(), origin: crate::cloud::Origin::Laptop };
    let user = access::user(cloud, &home, &cluster, &caller.principal).ok_or(Status::Unauthorized)?;
    let (verb, object) = told(&request);
    let server = Server { home: &home, cluster: &cluster, user: &user };
    let slot = cloud.trail().len();
    if !matches!(request, Request::Review { .. } | Request::Version) {
        cloud.record(EventKind::Kubernetes {
            caller,
            cluster: home.cluster_arn(&cluster),
            verb,
            object,
            error: None,
            shown: [].into(),
        });
    }
    let answer = server.answer(cloud, request);
    if let Err(Status::Refused { reason, message }) = &answer {
        let text = format!("{reason}: {message}");
        cloud.note_kubernetes_error(slot, text);
    }
    match &answer {
        Ok(Answer::Object(object)) => cloud.note_kubernetes_shown(slot, vec![object.metadata().key()]),
        Ok(Answer::List(objects)) => {
            cloud.note_kubernetes_shown(slot, objects.iter().map(|object| object.metadata().key()).collect())
        }
        _ => {}
    }
    answer
}

/// The cluster at an address.
fn find(cloud: &Cloud, endpoint: &str) -> Option<(Home, String)> {
    let endpoint = endpoint.trim_end_matches('/');
    Home::all(cloud).find_map(|home| {
        let mut clusters = home.state(cloud)?.clusters();
        let cluster = clusters.find(|cluster| cluster.endpoint() == endpoint && cluster.is_active())?;
        let name = cluster.name.clone();
        Some((home, name))
    })
}

/// A request in two words: what is done to what.
fn told(request: &Request) -> (&'static str, String) {
    let of = |manifest: &Value| {
        let text = |path: &str| manifest.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let kind = text("/kind").to_ascii_lowercase();
        let key = Key { namespace: text("/metadata/namespace"), name: text("/metadata/name") };
        format!("{kind} {key}")
    };
    match request {
        Request::Get { kind, key } => ("get", format!("{} {key}", kind.singular())),
        Request::List { kind, namespace, .. } => {
            ("list", format!("{} {}", kind.plural(), namespace.as_deref().unwrap_or("*")))
        }
        Request::Create { manifest } => ("create", of(manifest)),
        Request::Update { manifest } => ("patch", of(manifest)),
        Request::Delete { kind, key } => ("delete", format!("{} {key}", kind.singular())),
        Request::Log { key, .. } => ("get", format!("pod/log {key}")),
        Request::Review { .. } | Request::Version => ("get", String::new()),
    }
}

struct Server<'a> {
    home: &'a Home,
    cluster: &'a str,
    user: &'a access::User,
}

impl Server<'_> {
    fn answer(&self, cloud: &mut Cloud, request: Request) -> Result<Answer, Status> {
        match request {
            Request::Get { kind, key } => {
                self.allow(Verb::Get, kind, &key.namespace, &key.name)?;
                let found = self.store(cloud)?.get(kind, &key);
                found.map(Answer::Object).ok_or_else(|| Status::not_found(kind, &key.name))
            }
            Request::List { kind, namespace, selector } => {
                self.allow(Verb::List, kind, namespace.as_deref().unwrap_or_default(), "")?;
                let mut objects = self.store(cloud)?.list(kind, namespace.as_deref());
                objects.retain(|object| selector.fits(object));
                Ok(Answer::List(objects))
            }
            Request::Create { manifest } => self.create(cloud, &manifest),
            Request::Update { manifest } => self.update(cloud, &manifest),
            Request::Delete { kind, key } => self.delete(cloud, kind, &key),
            Request::Log { key, container, previous } => self.log(cloud, &key, container.as_deref(), previous),
            Request::Review { verb, resource, namespace } => {
                let namespace = namespace.unwrap_or_default();
                Ok(Answer::Allowed(self.user.may(&verb, &resource, &namespace)))
            }
            Request::Version => {
                let cluster = self.home.cluster(cloud, self.cluster).map_err(|_| Status::Unauthorized)?;
                Ok(Answer::Text(format!("v{}.4-eks-3025e55", cluster.version)))
            }
        }
    }

    fn store<'c>(&self, cloud: &'c Cloud) -> Result<&'c Store, Status> {
        self.home.kube(cloud, self.cluster).ok_or(Status::Unauthorized)
    }

    /// Whether the caller may. Source: apiserver, `Forbidden`: the message names the user, the verb and the resource.
    fn allow(&self, verb: Verb, kind: Kind, namespace: &str, name: &str) -> Result<(), Status> {
        self.allow_part(verb, kind, kind.plural(), namespace, name)
    }

    fn allow_part(&self, verb: Verb, kind: Kind, part: &str, namespace: &str, name: &str) -> Result<(), Status> {
        let namespace = if kind.is_namespaced() { namespace } else { "" };
        if self.user.may(verb.as_str(), part, namespace) {
            return Ok(());
        }
        let what = match name {
            "" => kind.resource(),
            name => format!("{} \"{name}\"", kind.resource()),
        };
        let place = match namespace {
            "" => "at the cluster scope".to_owned(),
            namespace => format!("in the namespace \"{namespace}\""),
        };
        Err(Status::refused(
            "Forbidden",
            format!(
                "{what} is forbidden: User \"{}\" cannot {} resource \"{part}\" in API group \"{}\" {place}",
                self.user.name,
                verb.as_str(),
                kind.group()
            ),
        ))
    }

    fn create(&self, cloud: &mut Cloud, manifest: &Value) -> Result<Answer, Status> {
        let kind = decode::kind_of(manifest)?;
        let namespace = manifest.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or("default");
        self.allow(Verb::Create, kind, namespace, "")?;
        let object = decode::object(manifest)?;
        let key = decode::key(kind, &object);
        let store = self.store(cloud)?;
        if store.get(kind, &key).is_some() {
            let text = format!("{} \"{}\" already exists", kind.resource(), key.name);
            return Err(Status::refused("AlreadyExists", text));
        }
        if kind.is_namespaced() && !store.namespaces.contains_key(&Key::new("", &key.namespace)) {
            return Err(Status::not_found(Kind::Namespace, &key.namespace));
        }
        match object {
            Object::Namespace(namespace) => {
                let namespace = Arc::unwrap_or_clone(namespace);
                make_namespace(cloud, self.home, self.cluster, namespace, &key.name);
            }
            Object::Pod(pod) => self.create_pod(cloud, Arc::unwrap_or_clone(pod), &key)?,
            Object::Deployment(deployment) => {
                let mut deployment = Arc::unwrap_or_clone(deployment);
                deployment.metadata.namespace.clone_from(&key.namespace);
                deployment.metadata.generation = 1;
                deployment.status = super::DeploymentStatus::default();
                register(cloud, self.home, self.cluster, &mut deployment.metadata);
                self.put(cloud, Object::Deployment(deployment.into()));
                controller::reconcile(cloud, self.home, self.cluster, &key);
            }
            Object::Secret(secret) => {
                let mut secret = Arc::unwrap_or_clone(secret);
                secret.metadata.namespace.clone_from(&key.namespace);
                register(cloud, self.home, self.cluster, &mut secret.metadata);
                self.put(cloud, Object::Secret(secret.into()));
            }
            Object::ServiceAccount(account) => {
                let mut account = Arc::unwrap_or_clone(account);
                account.metadata.namespace.clone_from(&key.namespace);
                register(cloud, self.home, self.cluster, &mut account.metadata);
                self.put(cloud, Object::ServiceAccount(account.into()));
                self.reconcile_all(cloud, &key.namespace);
            }
            Object::ConfigMap(map) => {
                let mut map = Arc::unwrap_or_clone(map);
                map.metadata.namespace.clone_from(&key.namespace);
                register(cloud, self.home, self.cluster, &mut map.metadata);
                self.put(cloud, Object::ConfigMap(map.into()));
            }
            Object::Event(_) | Object::Node(_) | Object::ReplicaSet(_) => {}
        }
        let made = self.store(cloud)?.get(kind, &key);
        made.map(Answer::Object).ok_or_else(|| Status::not_found(kind, &key.name))
    }

    fn put(&self, cloud: &mut Cloud, object: Object) {
        if let Some(store) = self.home.kube_mut(cloud, self.cluster) {
            store.put(object);
        }
    }

    /// Looks at all deployments of a namespace again.
    fn reconcile_all(&self, cloud: &mut Cloud, namespace: &str) {
        let Some(store) = self.home.kube(cloud, self.cluster) else { return };
        let here = |key: &&Key| key.namespace == namespace;
        let keys: Vec<Key> = store.deployments.keys().filter(here).cloned().collect();
        for key in keys {
            controller::reconcile(cloud, self.home, self.cluster, &key);
        }
    }

    fn create_pod(&self, cloud: &mut Cloud, mut pod: Pod, key: &Key) -> Result<(), Status> {
        let account = pod.spec.service_account_name.clone().unwrap_or_else(|| "default".to_owned());
        let found = self.store(cloud)?.service_accounts.get(&Key::new(&key.namespace, &account)).cloned();
        let found = found.ok_or_else(|| {
            let text = format!(
                "pods \"{}\" is forbidden: error looking up service account {}/{account}: serviceaccount \"{account}\" not \
                 found",
                key.name, key.namespace
            );
            Status::refused("Forbidden", text)
        })?;
        let (home, cluster) = (self.home, self.cluster);
        defaults::admit(cloud, home, cluster, &key.namespace, &pod.metadata.labels, &mut pod.spec, &found);
        pod.metadata.namespace.clone_from(&key.namespace);
        pod.metadata.owner_references.clear();
        pod.spec.node_name = None;
        pod.status = super::PodStatus { qos_class: "BestEffort".to_owned(), ..super::PodStatus::default() };
        kubelet::admit(cloud, home, cluster, pod);
        Ok(())
    }

    fn update(&self, cloud: &mut Cloud, manifest: &Value) -> Result<Answer, Status> {
        let kind = decode::kind_of(manifest)?;
        let text = |path: &str| manifest.pointer(path).and_then(Value::as_str).unwrap_or_default();
        let (namespace, name) = (text("/metadata/namespace"), text("/metadata/name"));
        self.allow(Verb::Patch, kind, namespace, name)?;
        let object = decode::object(manifest)?;
        let key = decode::key(kind, &object);
        let old = self.store(cloud)?.get(kind, &key).ok_or_else(|| Status::not_found(kind, &key.name))?;
        let mut metadata = old.metadata().clone();
        metadata.labels.clone_from(&object.metadata().labels);
        metadata.annotations.clone_from(&object.metadata().annotations);
        if let Some(store) = self.home.kube_mut(cloud, self.cluster) {
            store.stamp(&mut metadata);
        }
        match (object, old) {
            (Object::Deployment(new), Object::Deployment(old)) => {
                self.update_deployment(cloud, Arc::unwrap_or_clone(new), &old, metadata)?;
            }
            (Object::Pod(new), Object::Pod(old)) => self.update_pod(cloud, &new, &old, metadata)?,
            (Object::Namespace(new), _) => {
                let new = super::Namespace { metadata, ..Arc::unwrap_or_clone(new) };
                self.put(cloud, Object::Namespace(new.into()));
            }
            (Object::Secret(new), _) => {
                let new = super::Secret { metadata, ..Arc::unwrap_or_clone(new) };
                self.put(cloud, Object::Secret(new.into()));
            }
            (Object::ServiceAccount(new), _) => {
                let new = super::ServiceAccount { metadata, ..Arc::unwrap_or_clone(new) };
                self.put(cloud, Object::ServiceAccount(new.into()));
                self.reconcile_all(cloud, &key.namespace);
            }
            (Object::ConfigMap(new), _) => {
                let new = super::ConfigMap { metadata, ..Arc::unwrap_or_clone(new) };
                self.put(cloud, Object::ConfigMap(new.into()));
            }
            _ => return Err(Status::not_simulated(format!("changing a {}", kind.singular()))),
        }
        let made = self.store(cloud)?.get(kind, &key);
        made.map(Answer::Object).ok_or_else(|| Status::not_found(kind, &key.name))
    }

    fn update_deployment(
        &self,
        cloud: &mut Cloud,
        mut new: Deployment,
        old: &Deployment,
        metadata: super::Metadata,
    ) -> Result<(), Status> {
        let key = metadata.key();
        if new.spec.selector != old.spec.selector {
            // Source: Kubernetes validation, `ValidateImmutableField`, as observed: the new value in Go's words.
            let labels = validate::go_map(&new.spec.selector.match_labels);
            let told = format!(
                "spec.selector: Invalid value: v1.LabelSelector{{MatchLabels:{labels}, \
                 MatchExpressions:[]v1.LabelSelectorRequirement(nil)}}: field is immutable"
            );
            return Err(Status::invalid(Kind::Deployment, &key.name, told));
        }
        new.metadata = metadata;
        if new.spec != old.spec {
            new.metadata.generation += 1;
        }
        new.status = old.status.clone();
        new.progressed = old.progressed;
        self.put(cloud, Object::Deployment(new.into()));
        controller::reconcile(cloud, self.home, self.cluster, &key);
        Ok(())
    }

    /// Source: Kubernetes validation, `ValidatePodUpdate`: of a pod that is there only images and little else can change.
    fn update_pod(&self, cloud: &mut Cloud, new: &Pod, old: &Pod, metadata: super::Metadata) -> Result<(), Status> {
        let key = metadata.key();
        let mut wanted = old.spec.clone();
        for (container, given) in wanted.containers.iter_mut().zip(&new.spec.containers) {
            container.image.clone_from(&given.image);
        }
        let same = |container: &super::Container| (container.name.clone(), container.image.clone());
        let images = |spec: &super::PodSpec| spec.containers.iter().map(same).collect::<Vec<_>>();
        if images(&wanted) != images(&new.spec) {
            let told = "spec: Forbidden: pod updates may not change fields other than \
                        `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
                        `spec.tolerations` (only additions to existing tolerations),\
                        `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
            return Err(Status::invalid(Kind::Pod, &key.name, told.to_owned()));
        }
        let changed = images(&wanted) != images(&old.spec);
        let pod = Pod { metadata, spec: wanted, ..old.clone() };
        self.put(cloud, Object::Pod(pod.into()));
        if changed {
            kubelet::refresh(cloud, self.home, self.cluster, &key);
        }
        Ok(())
    }

    fn delete(&self, cloud: &mut Cloud, kind: Kind, key: &Key) -> Result<Answer, Status> {
        self.allow(Verb::Delete, kind, &key.namespace, &key.name)?;
        let found = self.store(cloud)?.get(kind, key).ok_or_else(|| Status::not_found(kind, &key.name))?;
        let (home, cluster) = (self.home, self.cluster);
        match &found {
            Object::Pod(_) => kubelet::terminate(cloud, home, cluster, key),
            Object::Deployment(deployment) => controller::delete(cloud, home, cluster, deployment),
            Object::ReplicaSet(set) => {
                controller::delete_set(cloud, home, cluster, key);
                if let Some(owner) = set.metadata.controller() {
                    controller::reconcile(cloud, home, cluster, &Key::new(&key.namespace, &owner.name));
                }
            }
            Object::Namespace(_) => self.delete_namespace(cloud, key)?,
            Object::Node(_) => return Err(Status::not_simulated("deleting a node".to_owned())),
            _ => {
                if let Some(store) = home.kube_mut(cloud, cluster) {
                    store.remove(kind, key);
                }
            }
        }
        Ok(Answer::Done)
    }

    fn delete_namespace(&self, cloud: &mut Cloud, key: &Key) -> Result<(), Status> {
        if matches!(key.name.as_str(), "default" | "kube-public" | "kube-system") {
            let text = format!("namespaces \"{}\" is forbidden: this namespace may not be deleted", key.name);
            return Err(Status::refused("Forbidden", text));
        }
        let (home, cluster) = (self.home, self.cluster);
        let inside = |kind: Kind, store: &Store| -> Vec<Object> { store.list(kind, Some(&key.name)) };
        for object in inside(Kind::Deployment, self.store(cloud)?) {
            if let Object::Deployment(deployment) = object {
                controller::delete(cloud, home, cluster, &deployment);
            }
        }
        for object in inside(Kind::Pod, self.store(cloud)?) {
            kubelet::evict(cloud, home, cluster, &object.metadata().key());
        }
        for kind in [Kind::ConfigMap, Kind::Event, Kind::ReplicaSet, Kind::Secret, Kind::ServiceAccount] {
            for object in inside(kind, self.store(cloud)?) {
                if let Some(store) = home.kube_mut(cloud, cluster) {
                    store.remove(kind, &object.metadata().key());
                }
            }
        }
        if let Some(store) = home.kube_mut(cloud, cluster) {
            store.remove(Kind::Namespace, key);
        }
        Ok(())
    }

    fn log(&self, cloud: &Cloud, key: &Key, container: Option<&str>, previous: bool) -> Result<Answer, Status> {
        self.allow_part(Verb::Get, Kind::Pod, "pods/log", &key.namespace, &key.name)?;
        let pod = self.store(cloud)?.pod(key).ok_or_else(|| Status::not_found(Kind::Pod, &key.name))?;
        let names: Vec<&str> = pod.spec.containers.iter().map(|container| container.name.as_str()).collect();
        let name = match (container, names.as_slice()) {
            (Some(name), names) if !names.contains(&name) => {
                return Err(Status::bad_request(format!("container {name} is not valid for pod {}", key.name)));
            }
            (Some(name), _) => name,
            (None, [first, ..]) => first,
            (None, []) => "",
        };
        let at = names.iter().position(|known| *known == name).unwrap_or_default();
        let Some(status) = pod.status.container_statuses.get(at) else {
            return Err(Status::bad_request(format!(
                "container \"{name}\" in pod \"{}\" is waiting to start",
                key.name
            )));
        };
        if previous && status.last_state.is_none() {
            let text = format!("previous terminated container \"{name}\" in pod \"{}\" not found", key.name);
            return Err(Status::bad_request(text));
        }
        // Source: kubelet, `validateContainerLogStatus`.
        if let (ContainerState::Waiting { reason, .. }, None) = (&status.state, &status.last_state) {
            let pod = &key.name;
            let text = match reason.as_str() {
                "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" | "ErrImageNeverPull" => {
                    let why = match reason.as_str() {
                        "ErrImagePull" => "image can't be pulled",
                        _ => "trying and failing to pull image",
                    };
                    format!("container \"{name}\" in pod \"{pod}\" is waiting to start: {why}")
                }
                _ => format!("container \"{name}\" in pod \"{pod}\" is waiting to start: {reason}"),
            };
            return Err(Status::bad_request(text));
        }
        let now = cloud.now();
        let prints = pod.work.get(at).map(|work| if previous { &work.printed_before } else { &work.prints });
        let lines = prints.into_iter().flatten().filter(|(when, _)| *when <= now);
        Ok(Answer::Text(lines.map(|(_, line)| format!("{line}\n")).collect()))
    }
}
