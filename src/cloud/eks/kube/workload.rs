//! Deployments and their replica sets.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::object::{Metadata, Time};
use super::pod::{Condition, PodSpec};
use crate::cloud::{Digest, Timestamp};

/// A deployment: so many pods of one template, changed a few at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deployment {
    pub metadata: Metadata,
    pub spec: DeploymentSpec,
    #[serde(default)]
    pub status: DeploymentStatus,
    /// When it last came nearer to what it is to be: its deadline counts from then.
    #[serde(skip)]
    pub(super) progressed: Option<Timestamp>,
}

/// What a deployment is to keep.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_ready_seconds: Option<u32>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub progress_deadline_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision_history_limit: Option<u32>,
    pub selector: Selector,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<Strategy>,
    pub template: PodTemplate,
}

/// Which pods are meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Selector {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub match_labels: BTreeMap<String, String>,
}

impl Selector {
    /// Whether labels are what it asks for.
    pub fn fits(&self, labels: &BTreeMap<String, String>) -> bool {
        self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
    }
}

/// How pods are replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Strategy {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolling_update: Option<RollingUpdate>,
    /// `RollingUpdate` or `Recreate`.
    #[serde(rename = "type")]
    pub kind: String,
}

/// How many pods more, and how many less, than asked for there may be meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RollingUpdate {
    pub max_surge: IntOrPercent,
    pub max_unavailable: IntOrPercent,
}

/// A number, or a share of the replicas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum IntOrPercent {
    Int(u32),
    Percent(String),
}

impl Default for IntOrPercent {
    fn default() -> Self {
        Self::Percent("25%".to_owned())
    }
}

impl IntOrPercent {
    /// How many of `replicas` it is.
    pub fn of(&self, replicas: u32, round_up: bool) -> u32 {
        match self {
            Self::Int(number) => *number,
            Self::Percent(text) => {
                let percent: u64 = text.trim_end_matches('%').parse().unwrap_or(0);
                let hundredths = u64::from(replicas).saturating_mul(percent);
                let count = if round_up { hundredths.div_ceil(100) } else { hundredths / 100 };
                u32::try_from(count).unwrap_or(u32::MAX)
            }
        }
    }

    /// Whether it is a number, or a percentage.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Int(_) => true,
            Self::Percent(text) => text.strip_suffix('%').is_some_and(|number| number.parse::<u32>().is_ok()),
        }
    }
}

impl std::fmt::Display for IntOrPercent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Int(number) => write!(f, "{number}"),
            Self::Percent(text) => f.write_str(text),
        }
    }
}

/// What new pods are made from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PodTemplate {
    pub metadata: TemplateMetadata,
    pub spec: PodSpec,
}

/// What a template says of its pods' metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateMetadata {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl PodTemplate {
    /// What tells its replica set from those of other templates: ten of the letters that Kubernetes uses.
    pub fn hash(&self) -> String {
        const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
        let text = serde_json::to_string(self).unwrap_or_default();
        let digest = Digest::of(text.as_bytes());
        let letter = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).copied().map_or('b', char::from);
        digest.bytes().iter().take(10).map(letter).collect()
    }
}

/// How far a deployment is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentStatus {
    #[serde(skip_serializing_if = "zero")]
    pub available_replicas: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    pub observed_generation: u64,
    #[serde(skip_serializing_if = "zero")]
    pub ready_replicas: u32,
    #[serde(skip_serializing_if = "zero")]
    pub replicas: u32,
    #[serde(skip_serializing_if = "zero")]
    pub unavailable_replicas: u32,
    #[serde(skip_serializing_if = "zero")]
    pub updated_replicas: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn zero(number: &u32) -> bool {
    *number == 0
}

impl Deployment {
    /// How many pods it is to have.
    pub fn replicas(&self) -> u32 {
        self.spec.replicas.unwrap_or(1)
    }

    /// A condition by its type.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.status.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// The number of its newest template.
    pub fn revision(&self) -> u64 {
        revision(&self.metadata)
    }

    /// Sets a condition; the time of its last change moves where its status does.
    pub(super) fn set_condition(&mut self, kind: &str, status: bool, reason: &str, message: String, now: Timestamp) {
        let status = if status { "True" } else { "False" };
        let old = self.condition(kind);
        let since = old.filter(|old| old.status == status).and_then(|old| old.last_transition_time);
        let condition = Condition {
            last_transition_time: since.or(Some(Time(now))),
            message: Some(message),
            reason: Some(reason.to_owned()),
            status: status.to_owned(),
            kind: kind.to_owned(),
        };
        match self.status.conditions.iter_mut().find(|known| known.kind == kind) {
            Some(known) => *known = condition,
            None => self.status.conditions.push(condition),
        }
    }
}

/// Where Kubernetes notes the number of a template.
pub const REVISION: &str = "deployment.kubernetes.io/revision";
/// Where a person notes why a template was changed.
pub const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";
/// The label that ties pods to their replica set.
pub const TEMPLATE_HASH: &str = "pod-template-hash";

fn revision(metadata: &Metadata) -> u64 {
    metadata.annotations.get(REVISION).and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// A replica set: so many pods of one template of a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplicaSet {
    pub metadata: Metadata,
    pub spec: ReplicaSetSpec,
    #[serde(default)]
    pub status: ReplicaSetStatus,
}

/// What a replica set is to keep.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetSpec {
    pub replicas: u32,
    pub selector: Selector,
    pub template: PodTemplate,
}

/// How far a replica set is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ReplicaSetStatus {
    #[serde(skip_serializing_if = "zero")]
    pub available_replicas: u32,
    pub observed_generation: u64,
    #[serde(skip_serializing_if = "zero")]
    pub ready_replicas: u32,
    pub replicas: u32,
}

impl ReplicaSet {
    /// The number of its template in the deployment's history.
    pub fn revision(&self) -> u64 {
        revision(&self.metadata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_the_replicas_is_rounded_the_way_that_keeps_the_service_up() {
        let quarter = IntOrPercent::default();
        assert_eq!((quarter.of(2, true), quarter.of(2, false)), (1, 0));
        assert_eq!((quarter.of(10, true), quarter.of(10, false)), (3, 2));
        assert_eq!(IntOrPercent::Int(3).of(1, false), 3);
        assert!(!IntOrPercent::Percent("many".to_owned()).is_sound());
    }
}
