//! Rules: made, listed, switched and deleted.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::bus::{BUS, ask_rule, check_bus, rule_arn, state, state_mut};
use super::pattern::Pattern;
use super::tags::{Tag, add_request_tags};
use super::{Rule, State};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Nothing: the answer of operations that only do.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Nothing {}

pub(super) fn validation(text: impl Into<String>) -> ApiError {
    ApiError::new("ValidationException", text)
}

pub(super) fn no_rule(name: &str) -> ApiError {
    let text = format!("Rule {name} does not exist on EventBus {BUS}.");
    ApiError::new("ResourceNotFoundException", text)
}

pub(super) fn rule<'a>(cloud: &'a Cloud, caller: &Caller, name: &str) -> Result<&'a Rule, ApiError> {
    state(cloud, caller).and_then(|state| state.rule(name)).ok_or_else(|| no_rule(name))
}

pub(super) fn rule_mut<'a>(cloud: &'a mut Cloud, caller: &Caller, name: &str) -> Result<&'a mut Rule, ApiError> {
    rule(cloud, caller, name)?;
    state_mut(cloud, caller).rule_mut(name).ok_or_else(|| no_rule(name))
}

/// Makes a rule, or changes one; its targets stay.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutRule {
    pub name: String,
    pub event_pattern: Option<String>,
    pub state: Option<String>,
    pub description: Option<String>,
    pub role_arn: Option<String>,
    pub event_bus_name: Option<String>,
    pub tags: Vec<Tag>,
}

/// The rule's ARN.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRuleOutput {
    pub rule_arn: Arn,
}

impl Operation for PutRule {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "PutRule";
    type Output = PutRuleOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut question = ask_rule(cloud, caller, "events:PutRule", &self.name);
        add_request_tags(&mut question, &self.tags);
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutRuleOutput, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        let name = self.name;
        let fits = |b: u8| b.is_ascii_alphanumeric() || b".-_".contains(&b);
        if name.is_empty() || name.len() > 64 || !name.bytes().all(fits) {
            return Err(validation(format!(
                "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy \
                 regular expression pattern: [\\.\\-_A-Za-z0-9]+"
            )));
        }
        let text = self
            .event_pattern
            .filter(|text| !text.is_empty())
            .ok_or_else(|| validation("Parameter(s) EventPattern or ScheduleExpression must be specified."))?;
        let pattern = Pattern::parse(&text).map_err(invalid_pattern)?;
        let is_enabled = self.state.as_deref() != Some("DISABLED");
        let arn = rule_arn(caller, &name);
        let rules = &mut state_mut(cloud, caller).rules;
        let old = rules.get(&name).map(|rule| Rule::clone(rule));
        let own = self.tags.into_iter().map(|tag| (tag.key, tag.value)).collect();
        let rule = match old {
            // Source: Amazon EventBridge API reference, `PutRule`: tags of a rule that is there stay.
            Some(old) => Rule { pattern, is_enabled, description: self.description, role_arn: self.role_arn, ..old },
            None => Rule {
                name: name.clone(),
                arn: arn.clone(),
                pattern,
                is_enabled,
                description: self.description,
                role_arn: self.role_arn,
                tags: own,
                targets: BTreeMap::new(),
                triggered: 0,
                deliveries: Vec::new(),
            },
        };
        rules.insert(name, Arc::new(rule));
        Ok(PutRuleOutput { rule_arn: arn })
    }
}

pub(super) fn invalid_pattern(reason: String) -> ApiError {
    ApiError::new("InvalidEventPatternException", format!("Event pattern is not valid. Reason: {reason}"))
}

/// A rule by its name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeRule {
    pub name: String,
    pub event_bus_name: Option<String>,
}

/// A rule, as listed and described.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuleOutput {
    pub name: String,
    pub arn: Arn,
    pub event_pattern: String,
    pub state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    pub event_bus_name: &'static str,
    /// Only when described.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
}

impl RuleOutput {
    fn of(rule: &Rule, created_by: Option<String>) -> Self {
        Self {
            name: rule.name.clone(),
            arn: rule.arn.clone(),
            event_pattern: rule.pattern.text().to_owned(),
            state: if rule.is_enabled { "ENABLED" } else { "DISABLED" },
            description: rule.description.clone(),
            role_arn: rule.role_arn.clone(),
            event_bus_name: BUS,
            created_by,
        }
    }
}

impl Operation for DescribeRule {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "DescribeRule";
    type Output = RuleOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask_rule(cloud, caller, "events:DescribeRule", &self.name)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RuleOutput, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        let account = caller.principal.account().to_string();
        Ok(RuleOutput::of(rule(cloud, caller, &self.name)?, Some(account)))
    }
}

/// Deletes a rule without targets; that there is none does not matter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteRule {
    pub name: String,
    pub event_bus_name: Option<String>,
}

impl Operation for DeleteRule {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "DeleteRule";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask_rule(cloud, caller, "events:DeleteRule", &self.name)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        if rule(cloud, caller, &self.name).is_ok_and(|rule| !rule.targets.is_empty()) {
            return Err(validation("Rule can't be deleted since it has targets."));
        }
        state_mut(cloud, caller).rules.remove(&self.name);
        Ok(Nothing {})
    }
}

/// Lets a rule match.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EnableRule {
    pub name: String,
    pub event_bus_name: Option<String>,
}

impl Operation for EnableRule {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "EnableRule";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask_rule(cloud, caller, "events:EnableRule", &self.name)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        rule_mut(cloud, caller, &self.name)?.is_enabled = true;
        Ok(Nothing {})
    }
}

/// Lets a rule rest.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DisableRule {
    pub name: String,
    pub event_bus_name: Option<String>,
}

impl Operation for DisableRule {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "DisableRule";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask_rule(cloud, caller, "events:DisableRule", &self.name)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        rule_mut(cloud, caller, &self.name)?.is_enabled = false;
        Ok(Nothing {})
    }
}

/// What a page of a list begins after, and the last name of the page if more follows.
pub(super) fn page<'a, T>(
    items: impl Iterator<Item = (&'a str, T)>,
    limit: Option<usize>,
    token: Option<&str>,
) -> (Vec<T>, Option<String>) {
    let mut rest = items.filter(|(name, _)| token.is_none_or(|token| *name > token));
    let page: Vec<(&str, T)> = rest.by_ref().take(limit.unwrap_or(100).clamp(1, 100)).collect();
    let last = page.last().map(|(name, _)| (*name).to_owned());
    let next = last.filter(|_| rest.next().is_some());
    (page.into_iter().map(|(_, item)| item).collect(), next)
}

/// Lists rules.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListRules {
    pub name_prefix: Option<String>,
    pub event_bus_name: Option<String>,
    pub next_token: Option<String>,
    pub limit: Option<usize>,
}

/// A page of rules.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListRulesOutput {
    pub rules: Vec<RuleOutput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Operation for ListRules {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "ListRules";
    type Output = ListRulesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("events:ListRules")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListRulesOutput, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        let prefix = self.name_prefix.as_deref().unwrap_or_default();
        let rules = state(cloud, caller).into_iter().flat_map(State::rules);
        let rules = rules.filter(|rule| rule.name.starts_with(prefix));
        let named = rules.map(|rule| (rule.name.as_str(), RuleOutput::of(rule, None)));
        let (rules, next_token) = page(named, self.limit, self.next_token.as_deref());
        Ok(ListRulesOutput { rules, next_token })
    }
}

/// Lists the rules that send to a target.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListRuleNamesByTarget {
    pub target_arn: String,
    pub event_bus_name: Option<String>,
    pub next_token: Option<String>,
    pub limit: Option<usize>,
}

/// A page of names.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListRuleNamesByTargetOutput {
    pub rule_names: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Operation for ListRuleNamesByTarget {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "ListRuleNamesByTarget";
    type Output = ListRuleNamesByTargetOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("events:ListRuleNamesByTarget")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListRuleNamesByTargetOutput, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        let rules = state(cloud, caller).into_iter().flat_map(State::rules);
        let sends = |rule: &&Rule| rule.targets.values().any(|target| target.arn == self.target_arn);
        let named = rules.filter(sends).map(|rule| (rule.name.as_str(), rule.name.clone()));
        let (rule_names, next_token) = page(named, self.limit, self.next_token.as_deref());
        Ok(ListRuleNamesByTargetOutput { rule_names, next_token })
    }
}
