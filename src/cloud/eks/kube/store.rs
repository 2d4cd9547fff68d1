//! All objects of a cluster, and what was said about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::object::{Key, Kind, Metadata};
use super::plain::{ConfigMap, Event, Namespace, Node, Secret, ServiceAccount};
use super::pod::Pod;
use super::workload::{Deployment, ReplicaSet};
use crate::cloud::{Duration, Timestamp};

/// How long an event is kept. Source: kube-apiserver, `--event-ttl`: one hour.
const EVENT_LIFE: Duration = Duration::hours(1);

/// The objects of a cluster.
#[derive(Clone, Debug, Default)]
pub struct Store {
    pub(in crate::cloud::eks) config_maps: BTreeMap<Key, Arc<ConfigMap>>,
    pub(in crate::cloud::eks) deployments: BTreeMap<Key, Arc<Deployment>>,
    pub(in crate::cloud::eks) events: BTreeMap<Key, Arc<Event>>,
    pub(in crate::cloud::eks) namespaces: BTreeMap<Key, Arc<Namespace>>,
    pub(in crate::cloud::eks) nodes: BTreeMap<Key, Arc<Node>>,
    pub(in crate::cloud::eks) pods: BTreeMap<Key, Arc<Pod>>,
    pub(in crate::cloud::eks) replica_sets: BTreeMap<Key, Arc<ReplicaSet>>,
    pub(in crate::cloud::eks) secrets: BTreeMap<Key, Arc<Secret>>,
    pub(in crate::cloud::eks) service_accounts: BTreeMap<Key, Arc<ServiceAccount>>,
    /// The number of the last change.
    version: u64,
}

/// Any object.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    ConfigMap(Arc<ConfigMap>),
    Deployment(Arc<Deployment>),
    Event(Arc<Event>),
    Namespace(Arc<Namespace>),
    Node(Arc<Node>),
    Pod(Arc<Pod>),
    ReplicaSet(Arc<ReplicaSet>),
    Secret(Arc<Secret>),
    ServiceAccount(Arc<ServiceAccount>),
}

impl Object {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::ConfigMap(_) => Kind::ConfigMap,
            Self::Deployment(_) => Kind::Deployment,
            Self::Event(_) => Kind::Event,
            Self::Namespace(_) => Kind::Namespace,
            Self::Node(_) => Kind::Node,
            Self::Pod(_) => Kind::Pod,
            Self::ReplicaSet(_) => Kind::ReplicaSet,
            Self::Secret(_) => Kind::Secret,
            Self::ServiceAccount(_) => Kind::ServiceAccount,
        }
    }

    /// What every object has.
    pub fn metadata(&self) -> &Metadata {
        match self {
            Self::ConfigMap(object) => &object.metadata,
            Self::Deployment(object) => &object.metadata,
            Self::Event(object) => &object.metadata,
            Self::Namespace(object) => &object.metadata,
            Self::Node(object) => &object.metadata,
            Self::Pod(object) => &object.metadata,
            Self::ReplicaSet(object) => &object.metadata,
            Self::Secret(object) => &object.metadata,
            Self::ServiceAccount(object) => &object.metadata,
        }
    }

    /// In Kubernetes's shape.
    pub fn to_json(&self) -> Value {
        let own = match self {
            Self::ConfigMap(object) => serde_json::to_value(object),
            Self::Deployment(object) => serde_json::to_value(object),
            Self::Event(object) => Ok(object.to_json()),
            Self::Namespace(object) => serde_json::to_value(object),
            Self::Node(object) => serde_json::to_value(object),
            Self::Pod(object) => serde_json::to_value(object),
            Self::ReplicaSet(object) => serde_json::to_value(object),
            Self::Secret(object) => serde_json::to_value(object),
            Self::ServiceAccount(object) => serde_json::to_value(object),
        };
        let mut whole = json!({"apiVersion": self.kind().api_version(), "kind": self.kind().name()});
        if let (Ok(Value::Object(own)), Some(members)) = (own, whole.as_object_mut()) {
            members.extend(own);
        }
        whole
    }
}

/// Something said about an object.
#[derive(Clone, Debug)]
pub(in crate::cloud::eks) struct Said<'a> {
    pub about: Kind,
    pub metadata: &'a Metadata,
    pub field: String,
    pub warning: bool,
    pub reason: &'static str,
    pub message: String,
    pub component: &'static str,
    pub host: &'a str,
}

impl Store {
    /// An object.
    pub fn get(&self, kind: Kind, key: &Key) -> Option<Object> {
        Some(match kind {
            Kind::ConfigMap => Object::ConfigMap(Arc::clone(self.config_maps.get(key)?)),
            Kind::Deployment => Object::Deployment(Arc::clone(self.deployments.get(key)?)),
            Kind::Event => Object::Event(Arc::clone(self.events.get(key)?)),
            Kind::Namespace => Object::Namespace(Arc::clone(self.namespaces.get(key)?)),
            Kind::Node => Object::Node(Arc::clone(self.nodes.get(key)?)),
            Kind::Pod => Object::Pod(Arc::clone(self.pods.get(key)?)),
            Kind::ReplicaSet => Object::ReplicaSet(Arc::clone(self.replica_sets.get(key)?)),
            Kind::Secret => Object::Secret(Arc::clone(self.secrets.get(key)?)),
            Kind::ServiceAccount => Object::ServiceAccount(Arc::clone(self.service_accounts.get(key)?)),
        })
    }

    /// The objects of a kind, by namespace and name; of one namespace, or of all.
    pub fn list(&self, kind: Kind, namespace: Option<&str>) -> Vec<Object> {
        fn of<T>(all: &BTreeMap<Key, Arc<T>>, namespace: Option<&str>, make: fn(Arc<T>) -> Object) -> Vec<Object> {
            let fits = |key: &Key| namespace.is_none_or(|namespace| key.namespace == namespace);
            all.iter().filter(|(key, _)| fits(key)).map(|(_, object)| make(Arc::clone(object))).collect()
        }
        let namespace = namespace.filter(|_| kind.is_namespaced());
        match kind {
            Kind::ConfigMap => of(&self.config_maps, namespace, Object::ConfigMap),
            Kind::Deployment => of(&self.deployments, namespace, Object::Deployment),
            Kind::Event => of(&self.events, namespace, Object::Event),
            Kind::Namespace => of(&self.namespaces, namespace, Object::Namespace),
            Kind::Node => of(&self.nodes, namespace, Object::Node),
            Kind::Pod => of(&self.pods, namespace, Object::Pod),
            Kind::ReplicaSet => of(&self.replica_sets, namespace, Object::ReplicaSet),
            Kind::Secret => of(&self.secrets, namespace, Object::Secret),
            Kind::ServiceAccount => of(&self.service_accounts, namespace, Object::ServiceAccount),
        }
    }

    /// Puts an object in its place.
    pub(in crate::cloud::eks) fn put(&mut self, object: Object) {
        let key = object.metadata().key();
        match object {
            Object::ConfigMap(object) => drop(self.config_maps.insert(key, object)),
            Object::Deployment(object) => drop(self.deployments.insert(key, object)),
            Object::Event(object) => drop(self.events.insert(key, object)),
            Object::Namespace(object) => drop(self.namespaces.insert(key, object)),
            Object::Node(object) => drop(self.nodes.insert(key, object)),
            Object::Pod(object) => drop(self.pods.insert(key, object)),
            Object::ReplicaSet(object) => drop(self.replica_sets.insert(key, object)),
            Object::Secret(object) => drop(self.secrets.insert(key, object)),
            Object::ServiceAccount(object) => drop(self.service_accounts.insert(key, object)),
        }
    }

    /// Takes an object away.
    pub(in crate::cloud::eks) fn remove(&mut self, kind: Kind, key: &Key) {
        match kind {
            Kind::ConfigMap => drop(self.config_maps.remove(key)),
            Kind::Deployment => drop(self.deployments.remove(key)),
            Kind::Event => drop(self.events.remove(key)),
            Kind::Namespace => drop(self.namespaces.remove(key)),
            Kind::Node => drop(self.nodes.remove(key)),
            Kind::Pod => drop(self.pods.remove(key)),
            Kind::ReplicaSet => drop(self.replica_sets.remove(key)),
            Kind::Secret => drop(self.secrets.remove(key)),
            Kind::ServiceAccount => drop(self.service_accounts.remove(key)),
        }
    }

    /// The namespaces, by name.
    pub fn namespaces(&self) -> impl Iterator<Item = &Namespace> {
        self.namespaces.values().map(Arc::as_ref)
    }

    /// The nodes, by name.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.values().map(Arc::as_ref)
    }

    /// A node by name.
    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.get(&Key::new("", name)).map(Arc::as_ref)
    }

    /// The pods, by namespace and name.
    pub fn pods(&self) -> impl Iterator<Item = &Pod> {
        self.pods.values().map(Arc::as_ref)
    }

    /// A pod.
    pub fn pod(&self, key: &Key) -> Option<&Pod> {
        self.pods.get(key).map(Arc::as_ref)
    }

    /// The deployments, by namespace and name.
    pub fn deployments(&self) -> impl Iterator<Item = &Deployment> {
        self.deployments.values().map(Arc::as_ref)
    }

    /// A deployment.
    pub fn deployment(&self, key: &Key) -> Option<&Deployment> {
        self.deployments.get(key).map(Arc::as_ref)
    }

    /// The replica sets of a deployment, by name.
    pub fn replica_sets_of<'a>(&'a self, deployment: &'a Deployment) -> impl Iterator<Item = &'a ReplicaSet> {
        let uid = &deployment.metadata.uid;
        let own = move |set: &&ReplicaSet| set.metadata.controller().is_some_and(|owner| owner.uid == *uid);
        self.replica_sets.values().map(Arc::as_ref).filter(own)
    }

    /// The pods of a replica set, by name.
    pub fn pods_of<'a>(&'a self, set: &'a ReplicaSet) -> impl Iterator<Item = &'a Pod> {
        let uid = &set.metadata.uid;
        let own = move |pod: &&Pod| pod.metadata.controller().is_some_and(|owner| owner.uid == *uid);
        let from = Key::new(&set.metadata.namespace, "");
        let here = move |key: &Key| key.namespace == set.metadata.namespace;
        self.pods.range(from..).take_while(move |(key, _)| here(key)).map(|(_, pod)| pod.as_ref()).filter(own)
    }

    /// What was said about an object, oldest first.
    pub fn events_about(&self, uid: &str) -> Vec<&Event> {
        let mut events: Vec<&Event> = self.events.values().map(Arc::as_ref).filter(|event| event.uid == uid).collect();
        events.sort_by_key(|event| (event.last, event.first, event.metadata.name.clone()));
        events
    }

    /// Notes a change on an object.
    pub(in crate::cloud::eks) fn stamp(&mut self, metadata: &mut Metadata) {
        self.version += 1;
        metadata.resource_version = self.version.to_string();
    }

    /// Notes something said, or that it was said once more. What was last said long ago is forgotten.
    pub(in crate::cloud::eks) fn say(&mut self, said: Said<'_>, now: Timestamp) {
        let namespace = match said.metadata.namespace.as_str() {
            "" => "default",
            namespace => namespace,
        };
        self.events.retain(|_, event| event.last + EVENT_LIFE > now);
        let same = |event: &&mut Arc<Event>| {
            event.uid == said.metadata.uid
                && event.reason == said.reason
                && event.field == said.field
                && event.message == said.message
        };
        self.version += 1;
        let version = self.version.to_string();
        if let Some(event) = self.events.values_mut().find(same) {
            let event = Arc::make_mut(event);
            event.count += 1;
            event.last = now;
            event.metadata.resource_version = version;
            return;
        }
        let name = format!("{}.{:x}", said.metadata.name, now.as_millis() * 1_000_000 + self.version as i64);
        let metadata = Metadata {
            name,
            namespace: namespace.to_owned(),
            creation_timestamp: Some(super::object::Time(now)),
            resource_version: version,
            ..Metadata::default()
        };
        let event = Event {
            about: said.about,
            object: said.metadata.key(),
            uid: said.metadata.uid.clone(),
            field: said.field,
            warning: said.warning,
            reason: said.reason,
            message: said.message,
            component: said.component,
            host: said.host.to_owned(),
            count: 1,
            first: now,
            last: now,
            metadata,
        };
        self.events.insert(event.metadata.key(), Arc::new(event));
    }
}
