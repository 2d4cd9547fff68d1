//! Where rules send events.

use serde::{Deserialize, Serialize};

use super::Target;
use super::bus::{ask_rule, check_bus};
use super::rules::{page, rule, rule_mut, validation};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, iam};

/// How many targets a rule may have. Source: Amazon EventBridge User Guide, "Amazon EventBridge quotas".
const MOST: usize = 5;

/// One that was not taken.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FailedEntry {
    pub target_id: String,
    pub error_code: String,
    pub error_message: String,
}

/// How many were not taken, and which.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TargetsOutput {
    pub failed_entry_count: usize,
    pub failed_entries: Vec<FailedEntry>,
}

impl TargetsOutput {
    fn new(failed_entries: Vec<FailedEntry>) -> Self {
        Self { failed_entry_count: failed_entries.len(), failed_entries }
    }
}

/// Adds targets to a rule, or changes those of the same ids.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutTargets {
    pub rule: String,
    pub event_bus_name: Option<String>,
    pub targets: Vec<Target>,
}

impl Operation for PutTargets {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "PutTargets";
    type Output = TargetsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut question = ask_rule(cloud, caller, "events:PutTargets", &self.rule);
        let arns = self.targets.iter().map(|target| target.arn.clone()).collect();
        question.context.push(("events:TargetArn".to_owned(), arns));
        let roles = self.targets.iter().filter_map(|target| target.role_arn.as_deref()?.parse::<Arn>().ok());
        let passing = roles.map(|role| iam::pass_role(role, "events.amazonaws.com"));
        std::iter::once(question).chain(passing).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TargetsOutput, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        let known = rule(cloud, caller, &self.rule)?;
        let new = self.targets.iter().filter(|target| !known.targets.contains_key(&target.id)).count();
        if known.targets.len() + new > MOST {
            let text = "The requested resource exceeds the maximum number allowed.";
            return Err(ApiError::new("LimitExceededException", text));
        }
        for target in &self.targets {
            if target.arn.parse::<Arn>().is_err() {
                let text =
                    format!("Parameter {} is not valid. Reason: Provided Arn is not in correct format.", target.arn);
                return Err(validation(text));
            }
            let shapes = [target.input.is_some(), target.input_path.is_some(), target.input_transformer.is_some()];
            if shapes.into_iter().filter(|given| *given).count() > 1 {
                let text = format!(
                    "Only one of Input, InputPath, or InputTransformer must be provided for target {}.",
                    target.id
                );
                return Err(validation(text));
            }
        }
        let rule = rule_mut(cloud, caller, &self.rule)?;
        rule.targets.extend(self.targets.into_iter().map(|target| (target.id.clone(), target)));
        Ok(TargetsOutput::new(Vec::new()))
    }
}

/// Takes targets off a rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RemoveTargets {
    pub rule: String,
    pub event_bus_name: Option<String>,
    pub ids: Vec<String>,
}

impl Operation for RemoveTargets {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "RemoveTargets";
    type Output = TargetsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask_rule(cloud, caller, "events:RemoveTargets", &self.rule)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TargetsOutput, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        let rule = rule_mut(cloud, caller, &self.rule)?;
        let gone = |id: &String| rule.targets.remove(id).is_none();
        let missing: Vec<String> = self.ids.into_iter().filter(gone).collect();
        let failed = missing.into_iter().map(|id| FailedEntry {
            error_message: format!("Target {id} does not exist on rule {}.", self.rule),
            error_code: "ResourceNotFoundException".to_owned(),
            target_id: id,
        });
        Ok(TargetsOutput::new(failed.collect()))
    }
}

/// Lists a rule's targets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListTargetsByRule {
    pub rule: String,
    pub event_bus_name: Option<String>,
    pub next_token: Option<String>,
    pub limit: Option<usize>,
}

/// A page of targets.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTargetsByRuleOutput {
    pub targets: Vec<Target>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Operation for ListTargetsByRule {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "ListTargetsByRule";
    type Output = ListTargetsByRuleOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask_rule(cloud, caller, "events:ListTargetsByRule", &self.rule)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTargetsByRuleOutput, ApiError> {
        check_bus(self.event_bus_name.as_deref())?;
        let rule = rule(cloud, caller, &self.rule)?;
        let named = rule.targets.iter().map(|(id, target)| (id.as_str(), target.clone()));
        let (targets, next_token) = page(named, self.limit, self.next_token.as_deref());
        Ok(ListTargetsByRuleOutput { targets, next_token })
    }
}
