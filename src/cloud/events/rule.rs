//! A rule, its targets, and what became of the events that it matched.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Pattern;
use crate::cloud::{Arn, Timestamp};

/// How many deliveries a rule remembers.
const REMEMBERED: usize = 50;

/// A rule.
#[derive(Clone, Debug)]
pub struct Rule {
    pub name: String,
    pub arn: Arn,
    pub pattern: Pattern,
    pub is_enabled: bool,
    pub description: Option<String>,
    pub role_arn: Option<String>,
    pub tags: BTreeMap<String, String>,
    /// By id.
    pub targets: BTreeMap<String, Target>,
    /// How many events it matched.
    pub triggered: u64,
    /// The last deliveries, oldest first.
    pub deliveries: Vec<Delivery>,
}

impl Rule {
    /// Notes a delivery.
    pub(super) fn note(&mut self, delivery: Delivery) {
        self.deliveries.push(delivery);
        let extra = self.deliveries.len().saturating_sub(REMEMBERED);
        self.deliveries.drain(..extra);
    }
}

/// Where a rule sends events.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Target {
    pub id: String,
    pub arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// Sent instead of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<String>,
    /// The part of the event that is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_transformer: Option<InputTransformer>,
}

/// A text with parts of the event in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct InputTransformer {
    pub input_paths_map: BTreeMap<String, String>,
    pub input_template: String,
}

/// What became of an event at a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub time: Timestamp,
    /// The event's id.
    pub event: String,
    /// The target's id.
    pub target: String,
    pub outcome: Outcome,
}

/// How a delivery ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Delivered,
    /// The target is not there, or does not let EventBridge in: what it said.
    Failed(String),
    /// The target is of a service that nothing is simulated of.
    Elsewhere,
}
