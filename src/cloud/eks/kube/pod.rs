//! Pods: what they are to run, and how far that is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::object::{Metadata, Time};
use crate::cloud::{Digest, Duration, Timestamp};

/// A pod.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pod {
    pub metadata: Metadata,
    pub spec: PodSpec,
    #[serde(default)]
    pub status: PodStatus,
    /// What the kubelet keeps of each container, in the order of the spec.
    #[serde(skip)]
    pub(in crate::cloud::eks) work: Vec<Work>,
    /// The number of the trail's entry that tells why its image can't be pulled.
    #[serde(skip)]
    pub cause: Option<u64>,
}

impl Pod {
    /// A container's state, in the order of the spec.
    pub fn containers(&self) -> impl Iterator<Item = &ContainerStatus> {
        self.status.container_statuses.iter()
    }

    /// Why it does not run, as `kubectl get pods` says: `ImagePullBackOff`, `Pending`, `Running`.
    pub fn reason(&self) -> String {
        if self.metadata.deletion_timestamp.is_some() {
            return "Terminating".to_owned();
        }
        let mut reason = match &self.status.reason {
            Some(reason) => reason.clone(),
            None => self.status.phase.as_str().to_owned(),
        };
        // Source: kubernetes, printers, printPod: the first container that waits or has ended has the last word.
        let mut running = false;
        for container in self.status.container_statuses.iter().rev() {
            match &container.state {
                ContainerState::Waiting { reason: why, .. } => reason.clone_from(why),
                ContainerState::Terminated { reason: why, .. } => reason.clone_from(why),
                ContainerState::Running { .. } => running = running || container.ready,
            }
        }
        if reason == "Completed" && running { "Running".to_owned() } else { reason }
    }

    /// What stands behind [`Self::reason`], where there is more to say.
    pub fn message(&self) -> Option<&str> {
        let waiting = |status: &'_ ContainerStatus| matches!(status.state, ContainerState::Waiting { .. });
        let status = self.status.container_statuses.iter().find(|status| waiting(status))?;
        match &status.state {
            ContainerState::Waiting { message, .. } => message.as_deref(),
            _ => None,
        }
    }

    /// How often its containers were started again.
    pub fn restarts(&self) -> u32 {
        self.status.container_statuses.iter().map(|status| status.restart_count).sum()
    }

    /// Whether all its containers are ready.
    pub fn is_ready(&self) -> bool {
        self.metadata.deletion_timestamp.is_none()
            && self.status.phase == Phase::Running
            && !self.status.container_statuses.is_empty()
            && self.status.container_statuses.iter().all(|status| status.ready)
    }

    /// Whether it will never run again.
    pub fn is_over(&self) -> bool {
        matches!(self.status.phase, Phase::Succeeded | Phase::Failed)
    }
}

/// What a pod is to run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodSpec {
    pub containers: Vec<Container>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_policy: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_pull_secrets: Vec<LocalReference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub node_selector: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restart_policy: Option<RestartPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduler_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_context: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_network: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topology_spread_constraints: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Value>,
}

/// An object of the same namespace, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LocalReference {
    pub name: String,
}

/// When a container that ended is started again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum RestartPolicy {
    #[default]
    Always,
    OnFailure,
    Never,
}

/// A container of a pod.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub args: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub command: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env_from: Vec<Value>,
    pub image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_pull_policy: Option<PullPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liveness_probe: Option<Value>,
    pub name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ports: Vec<Port>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readiness_probe: Option<Value>,
    pub resources: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_context: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub startup_probe: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volume_mounts: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_dir: Option<String>,
}

/// A port of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Port {
    pub container_port: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
}

/// When the kubelet asks a registry for an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PullPolicy {
    Always,
    IfNotPresent,
    Never,
}

/// How far a pod is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodStatus {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub container_statuses: Vec<ContainerStatus>,
    #[serde(rename = "hostIP", skip_serializing_if = "Option::is_none")]
    pub host_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    pub phase: Phase,
    #[serde(rename = "podIP", skip_serializing_if = "Option::is_none")]
    pub pod_ip: Option<String>,
    pub qos_class: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Time>,
}

/// A condition of a pod, a node or a deployment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Condition {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_transition_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    #[serde(rename = "type")]
    pub kind: String,
}

/// Where a pod is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    #[default]
    Pending,
    Running,
    Succeeded,
    Failed,
}

impl Phase {
    /// As Kubernetes writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Running => "Running",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }
}

/// How far a container is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerStatus {
    #[serde(rename = "containerID", skip_serializing_if = "Option::is_none", default)]
    pub container_id: Option<String>,
    pub image: String,
    #[serde(rename = "imageID")]
    pub image_id: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub last_state: Option<ContainerState>,
    pub name: String,
    pub ready: bool,
    pub restart_count: u32,
    pub started: bool,
    pub state: ContainerState,
}

/// What a container does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ContainerState {
    Waiting {
        #[serde(skip_serializing_if = "Option::is_none", default)]
        message: Option<String>,
        reason: String,
    },
    Running {
        started_at: Time,
    },
    Terminated {
        exit_code: i32,
        finished_at: Time,
        reason: String,
        started_at: Time,
    },
}

/// What the kubelet keeps of a container between two looks at it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cloud::eks) struct Work {
    pub next: Next,
    pub at: Option<Timestamp>,
    /// How long it waits before the next pull.
    pub pull_delay: Option<Duration>,
    /// When the last pull failed.
    pub pull_failed: Option<Timestamp>,
    /// What the last pull said.
    pub pull_error: Option<String>,
    /// How long it waits before the next start.
    pub crash_delay: Option<Duration>,
    /// What it prints, and when.
    pub prints: Vec<(Timestamp, String)>,
    /// What it printed before it was started anew.
    pub printed_before: Vec<(Timestamp, String)>,
}

/// What the kubelet does with a container at its next look.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cloud::eks) enum Next {
    /// Looks whether the image is there, and pulls it if need be.
    Look,
    /// The pull ends.
    PullEnds(Box<Result<Ready, PullError>>),
    /// Says that it holds back.
    BackOff,
    /// The container starts.
    Start(Ready),
    /// The container ends by itself.
    Exit(i32),
    /// Says that it holds back with starting what ended.
    CrashLoop,
    /// Nothing more happens by itself.
    Nothing,
}

/// An image that is on the node.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::cloud::eks) struct Ready {
    pub digest: Digest,
    pub name: String,
    pub entrypoint: Vec<String>,
    pub cmd: Vec<String>,
    pub architecture: String,
    /// How many bytes it has.
    pub size: u64,
    /// How long the pull took; none where there was none.
    pub took: Option<Duration>,
}

/// A pull that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cloud::eks) struct PullError {
    pub message: String,
    /// The trail's entry that tells why.
    pub cause: Option<u64>,
}

impl Default for Work {
    fn default() -> Self {
        Self {
            next: Next::Look,
            at: None,
            pull_delay: None,
            pull_failed: None,
            pull_error: None,
            crash_delay: None,
            prints: Vec::new(),
            printed_before: Vec::new(),
        }
    }
}
