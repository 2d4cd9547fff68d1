//! EventBridge: what services tell, the rules that match it, and where it goes then.
//!
//! The default bus alone. Events are delivered at once, to a log group or a function; what is sent to other services is
//! noted on the rule and goes nowhere. Inferred: log groups let EventBridge write, as the console sees to. Not here: schedules,
//! buses of one's own, archives, retries and API calls that come by way of a CloudTrail trail.

mod bus;
mod delivery;
mod emit;
mod entry;
mod pattern;
mod rule;
mod rules;
mod sources;
mod tags;
mod targets;

pub use bus::{DescribeEventBus, ListEventBuses, TestEventPattern};
pub use entry::PutEvents;
pub use pattern::Pattern;
pub use rule::{Delivery, Outcome, Rule, Target};
pub use rules::{DeleteRule, DescribeRule, DisableRule, EnableRule, ListRuleNamesByTarget, ListRules, PutRule};
pub use tags::{ListTagsForResource, TagResource, UntagResource};
pub use targets::{ListTargetsByRule, PutTargets, RemoveTargets};

pub(in crate::cloud) use sources::{ecr, ecs};

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::{ApiError, Caller, Cloud};

/// An account's rules in a region.
#[derive(Clone, Debug, Default)]
pub struct State {
    rules: BTreeMap<String, Arc<Rule>>,
    /// How many events were sent to the bus while there were rules: their ids come of it.
    sent: u64,
}

impl State {
    /// The rule of that name.
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.get(name).map(Arc::as_ref)
    }

    /// All rules, by name.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values().map(Arc::as_ref)
    }

    fn rule_mut(&mut self, name: &str) -> Option<&mut Rule> {
        self.rules.get_mut(name).map(Arc::make_mut)
    }
}

/// The operations.
mod wire {
    use super::*;

    crate::cloud::operations!(
        DeleteRule,
        DescribeEventBus,
        DescribeRule,
        DisableRule,
        EnableRule,
        ListEventBuses,
        ListRuleNamesByTarget,
        ListRules,
        ListTagsForResource,
        ListTargetsByRule,
        PutEvents,
        PutRule,
        PutTargets,
        RemoveTargets,
        TagResource,
        TestEventPattern,
        UntagResource,
    );
}

pub use wire::SIMULATED;

/// Carries out an operation by name; none if it is not simulated, as rules that run by the clock are not.
pub(crate) fn call_wire(
    cloud: &mut Cloud,
    caller: &Caller,
    operation: &str,
    input: Value,
) -> Option<Result<Value, ApiError>> {
    if operation == "PutRule" && input.get("ScheduleExpression").is_some() {
        return None;
    }
    wire::call_wire(cloud, caller, operation, input)
}
