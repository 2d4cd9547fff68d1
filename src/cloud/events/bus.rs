//! The bus, and what the operations share.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::State;
use super::pattern::Pattern;
use super::rules::{invalid_pattern, validation};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// The bus that every account has in every region.
pub(super) const BUS: &str = "default";

pub(super) fn state<'a>(cloud: &'a Cloud, caller: &Caller) -> Option<&'a State> {
    Some(&cloud.account(caller.principal.account())?.region(&caller.region)?.events)
}

pub(super) fn state_mut<'a>(cloud: &'a mut Cloud, caller: &Caller) -> &'a mut State {
    &mut cloud.account_mut(caller.principal.account()).region_mut(&caller.region).events
}

fn arn(caller: &Caller, resource: &str) -> Arn {
    Arn::new("events", caller.region.as_str(), caller.principal.account().as_str(), resource)
}

pub(super) fn rule_arn(caller: &Caller, name: &str) -> Arn {
    arn(caller, &format!("rule/{name}"))
}

pub(super) fn bus_arn(caller: &Caller) -> Arn {
    arn(caller, &format!("event-bus/{BUS}"))
}

/// What IAM is asked about a rule, with its tags.
pub(super) fn ask_rule(cloud: &Cloud, caller: &Caller, action: &'static str, name: &str) -> Authorization {
    let mut question = Authorization::on(action, rule_arn(caller, name));
    let rule = state(cloud, caller).and_then(|state| state.rule(name));
    let tags = rule.into_iter().flat_map(|rule| &rule.tags);
    question.context.extend(tags.map(|(key, value)| (format!("aws:ResourceTag/{key}"), vec![value.clone()])));
    question
}

/// Whether a bus is the one that there is, by name or ARN.
///
/// # Errors
/// `ResourceNotFoundException`.
pub(super) fn check_bus(bus: Option<&str>) -> Result<(), ApiError> {
    match bus.map(|bus| bus.rsplit('/').next().unwrap_or_default()) {
        None | Some(BUS) => Ok(()),
        Some(other) => Err(ApiError::new("ResourceNotFoundException", format!("Event bus {other} does not exist."))),
    }
}

/// Describes the bus.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeEventBus {
    pub name: Option<String>,
}

/// A bus.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventBus {
    pub name: &'static str,
    pub arn: Arn,
}

impl Operation for DescribeEventBus {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "DescribeEventBus";
    type Output = EventBus;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::on("events:DescribeEventBus", bus_arn(caller))]
    }

    fn run(self, _: &mut Cloud, caller: &Caller) -> Result<EventBus, ApiError> {
        check_bus(self.name.as_deref())?;
        Ok(EventBus { name: BUS, arn: bus_arn(caller) })
    }
}

/// Lists the buses: the one that there is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListEventBuses {
    pub name_prefix: Option<String>,
}

/// The buses.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListEventBusesOutput {
    pub event_buses: Vec<EventBus>,
}

impl Operation for ListEventBuses {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "ListEventBuses";
    type Output = ListEventBusesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("events:ListEventBuses")]
    }

    fn run(self, _: &mut Cloud, caller: &Caller) -> Result<ListEventBusesOutput, ApiError> {
        let wanted = self.name_prefix.is_none_or(|prefix| BUS.starts_with(&prefix));
        let event_buses = wanted.then(|| EventBus { name: BUS, arn: bus_arn(caller) }).into_iter().collect();
        Ok(ListEventBusesOutput { event_buses })
    }
}

/// Asks whether a pattern matches an event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TestEventPattern {
    pub event_pattern: String,
    pub event: String,
}

/// Whether it does.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TestEventPatternOutput {
    pub result: bool,
}

/// What every event has. Source: Amazon EventBridge API reference, `TestEventPattern`.
const MANDATORY: [&str; 7] = ["id", "account", "source", "time", "region", "resources", "detail-type"];

impl Operation for TestEventPattern {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "TestEventPattern";
    type Output = TestEventPatternOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("events:TestEventPattern")]
    }

    fn run(self, _: &mut Cloud, _: &Caller) -> Result<TestEventPatternOutput, ApiError> {
        let pattern = Pattern::parse(&self.event_pattern).map_err(invalid_pattern)?;
        let event: Value =
            serde_json::from_str(&self.event).map_err(|_| validation("Parameter Event is not valid."))?;
        // Inferred: the wording.
        if let Some(missing) = MANDATORY.into_iter().find(|name| event.get(name).is_none()) {
            return Err(validation(format!("Parameter Event is not valid. Reason: missing field {missing}.")));
        }
        Ok(TestEventPatternOutput { result: pattern.matches(&event) })
    }
}
