//! The objects that only hold something: namespaces, service accounts, secrets, config maps, nodes, events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::object::{Key, Kind, Metadata, Time};
use super::pod::{Condition, LocalReference};
use crate::cloud::ecs::ImageCache;
use crate::cloud::net::Architecture;
use crate::cloud::{Arn, Timestamp};

/// A namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Namespace {
    pub metadata: Metadata,
    pub spec: NamespaceSpec,
    pub status: NamespaceStatus,
}

/// Nothing that a person sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamespaceSpec {
    pub finalizers: Vec<String>,
}

impl Default for NamespaceSpec {
    fn default() -> Self {
        Self { finalizers: vec!["kubernetes".to_owned()] }
    }
}

/// Whether a namespace is being deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamespaceStatus {
    pub phase: String,
}

impl Default for NamespaceStatus {
    fn default() -> Self {
        Self { phase: "Active".to_owned() }
    }
}

/// A service account: who a pod is inside the cluster, and by annotation or association outside of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceAccount {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_pull_secrets: Vec<LocalReference>,
    pub metadata: Metadata,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<LocalReference>,
}

/// The type of a secret with credentials for registries.
pub const DOCKER_CONFIG: &str = "kubernetes.io/dockerconfigjson";
/// The one entry of such a secret.
pub const DOCKER_CONFIG_KEY: &str = ".dockerconfigjson";

/// A secret. Its values are in base64.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Secret {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    pub metadata: Metadata,
    /// What is written here goes to `data` in base64.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub string_data: BTreeMap<String, String>,
    #[serde(rename = "type")]
    pub kind: String,
}

impl Default for Secret {
    fn default() -> Self {
        Self {
            data: BTreeMap::new(),
            metadata: Metadata::default(),
            string_data: BTreeMap::new(),
            kind: "Opaque".to_owned(),
        }
    }
}

/// A config map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConfigMap {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub data: BTreeMap<String, String>,
    pub metadata: Metadata,
}

/// A node: an EC2 instance, or the machine of one Fargate pod.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Node {
    pub metadata: Metadata,
    pub spec: NodeSpec,
    pub status: NodeStatus,
    /// What stands behind it.
    #[serde(skip)]
    pub machine: Machine,
    /// The images on its disk.
    #[serde(skip)]
    pub cache: NodeCache,
}

/// The images on a node's disk. Two are never compared.
#[derive(Clone, Debug, Default)]
pub struct NodeCache(pub ImageCache);

impl PartialEq for NodeCache {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What stands behind a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Machine {
    /// An EC2 instance of a managed node group.
    Instance { id: String, nodegroup: String, role: Arn, architecture: Architecture, instance_type: &'static str },
    /// Fargate's, of one pod.
    Fargate { id: String, profile: String, role: Arn, place: crate::cloud::net::Place },
}

impl Machine {
    /// Its processor: Fargate has only one kind for EKS. Source: Amazon EKS User Guide, "Simplify compute management with
    /// AWS Fargate": Arm processors are not supported.
    pub fn architecture(&self) -> Architecture {
        match self {
            Self::Instance { architecture, .. } => *architecture,
            Self::Fargate { .. } => Architecture::Amd64,
        }
    }

    /// The role whose credentials pull: the node's, or the pod execution role.
    pub fn role(&self) -> &Arn {
        match self {
            Self::Instance { role, .. } | Self::Fargate { role, .. } => role,
        }
    }
}

/// Where a node is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NodeSpec {
    #[serde(rename = "providerID")]
    pub provider_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub taints: Vec<Taint>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unschedulable: bool,
}

/// What keeps pods off a node that do not tolerate it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Taint {
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// How a node is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeStatus {
    pub addresses: Vec<Address>,
    pub allocatable: BTreeMap<String, String>,
    pub capacity: BTreeMap<String, String>,
    pub conditions: Vec<Condition>,
    pub node_info: NodeInfo,
}

/// An address of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Address {
    pub address: String,
    #[serde(rename = "type")]
    pub kind: String,
}

/// What runs on a node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeInfo {
    pub architecture: String,
    pub container_runtime_version: String,
    pub kernel_version: String,
    pub kubelet_version: String,
    pub operating_system: String,
    pub os_image: String,
}

impl Node {
    /// Whether pods can run on it.
    pub fn is_ready(&self) -> bool {
        self.status.conditions.iter().any(|condition| condition.kind == "Ready" && condition.status == "True")
    }

    /// An address of it by its type, such as `InternalIP`.
    pub fn address(&self, kind: &str) -> Option<&str> {
        self.status.addresses.iter().find(|address| address.kind == kind).map(|address| address.address.as_str())
    }

    /// How many pods fit.
    pub fn pods(&self) -> usize {
        self.status.allocatable.get("pods").and_then(|text| text.parse().ok()).unwrap_or(0)
    }
}

/// Something that a controller or a kubelet said, as often as it said so.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub metadata: Metadata,
    /// What it is about.
    pub about: Kind,
    pub object: Key,
    pub uid: String,
    /// `spec.containers{web}`, or empty.
    pub field: String,
    pub warning: bool,
    pub reason: &'static str,
    pub message: String,
    /// `kubelet` and its node, or a controller.
    pub component: &'static str,
    pub host: String,
    pub count: u32,
    pub first: Timestamp,
    pub last: Timestamp,
}

impl Event {
    /// `Normal` or `Warning`.
    pub fn kind(&self) -> &'static str {
        if self.warning { "Warning" } else { "Normal" }
    }

    /// In Kubernetes's shape.
    pub fn to_json(&self) -> serde_json::Value {
        let mut object = serde_json::json!({
            "kind": self.about.name(), "name": self.object.name, "namespace": self.object.namespace, "uid": self.uid,
            "apiVersion": self.about.api_version(),
        });
        if let (false, Some(members)) = (self.field.is_empty(), object.as_object_mut()) {
            members.insert("fieldPath".to_owned(), self.field.clone().into());
        }
        serde_json::json!({
            "count": self.count,
            "firstTimestamp": Time(self.first),
            "involvedObject": object,
            "lastTimestamp": Time(self.last),
            "message": self.message,
            "metadata": self.metadata,
            "reason": self.reason,
            "reportingComponent": self.component,
            "reportingInstance": self.host,
            "source": {"component": self.component, "host": self.host},
            "type": self.kind(),
        })
    }
}
