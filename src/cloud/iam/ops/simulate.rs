//! The policy simulator: the same evaluation, over policies that need not be in force.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Page, Validation};
use crate::cloud::iam::asked::Asked;
use crate::cloud::iam::collect;
use crate::cloud::iam::decision::{Decision, Outcome, PolicyKind, PolicyName, Settled, StepKind, Verdict};
use crate::cloud::iam::evaluate::{Layer, Policies};
use crate::cloud::iam::key::Keys as _;
use crate::cloud::iam::policy::{Policy, Position};
use crate::cloud::iam::{principal_of, trace};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Principal, Service};

/// A condition key with the values that it is to have.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContextEntry {
    pub context_key_name: String,
    #[serde(default)]
    pub context_key_values: Vec<String>,
}

/// Simulates policies given as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SimulateCustomPolicy {
    pub policy_input_list: Vec<String>,
    #[serde(default)]
    pub permissions_boundary_policy_input_list: Vec<String>,
    pub action_names: Vec<String>,
    #[serde(default)]
    pub resource_arns: Vec<String>,
    pub resource_policy: Option<String>,
    pub caller_arn: Option<String>,
    #[serde(default)]
    pub context_entries: Vec<ContextEntry>,
    #[serde(flatten)]
    pub page: Page,
}

/// Simulates the policies of a user (with those of its groups), a group or a role, with more given as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SimulatePrincipalPolicy {
    pub policy_source_arn: String,
    #[serde(default)]
    pub policy_input_list: Vec<String>,
    #[serde(default)]
    pub permissions_boundary_policy_input_list: Vec<String>,
    pub action_names: Vec<String>,
    #[serde(default)]
    pub resource_arns: Vec<String>,
    pub resource_policy: Option<String>,
    pub caller_arn: Option<String>,
    #[serde(default)]
    pub context_entries: Vec<ContextEntry>,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of both simulations.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SimulateOutput {
    pub evaluation_results: Vec<EvaluationResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

/// What the simulation says of one action on one resource.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EvaluationResult {
    pub eval_action_name: String,
    pub eval_resource_name: String,
    /// `allowed`, `explicitDeny` or `implicitDeny`.
    pub eval_decision: &'static str,
    pub matched_statements: Vec<MatchedStatement>,
    pub missing_context_values: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizations_decision_detail: Option<OrganizationsDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_boundary_decision_detail: Option<BoundaryDetail>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_specific_results: Vec<ResourceResult>,
}

/// The same for a resource that the request names.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ResourceResult {
    pub eval_resource_name: String,
    pub eval_resource_decision: &'static str,
    pub matched_statements: Vec<MatchedStatement>,
    pub missing_context_values: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_boundary_decision_detail: Option<BoundaryDetail>,
}

/// Whether the organization's policies let it through.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OrganizationsDetail {
    pub allowed_by_organizations: bool,
}

/// Whether the permissions boundary lets it through.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BoundaryDetail {
    pub allowed_by_permissions_boundary: bool,
}

/// A statement that settled it, by its policy and where it stands there.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MatchedStatement {
    pub source_policy_id: String,
    pub source_policy_type: &'static str,
    pub start_position: Place,
    pub end_position: Place,
}

/// `Position`
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Place {
    line: usize,
    column: usize,
}

impl From<Position> for Place {
    fn from(Position { line, column }: Position) -> Self {
        Self { line, column }
    }
}

/// Whose policies a simulation begins with.
enum Source {
    /// Nobody's: only those given.
    Given,
    /// Those of the principal that is simulated.
    Principal,
    /// Those of a group alone, by its name.
    Group(String),
}

struct Simulation<'a> {
    principal: Principal,
    source: Source,
    inputs: &'a [String],
    boundaries: &'a [String],
    actions: &'a [String],
    resources: &'a [String],
    resource_policy: Option<&'a str>,
    context: &'a [ContextEntry],
    page: &'a Page,
}

fn invalid_input(message: String) -> ApiError {
    ApiError::new("InvalidInput", message)
}

/// Reads policies that are given as text.
fn read(texts: &[String]) -> Result<Vec<Arc<Policy>>, ApiError> {
    let read = texts.iter().map(|text| Policy::identity(text).map(Arc::new));
    read.collect::<Result<_, _>>().map_err(|error| invalid_input(error.message))
}

impl Simulation<'_> {
    fn run(&self, cloud: &Cloud, caller: &Caller) -> Result<SimulateOutput, ApiError> {
        let (inputs, boundaries) = (read(self.inputs)?, read(self.boundaries)?);
        let resource_policy = self.resource_policy.map(Policy::parse_resource_policy).transpose();
        let resource_policy = resource_policy.map_err(|error| invalid_input(error.message))?.map(Arc::new);
        let entry = |entry: &ContextEntry| (entry.context_key_name.clone(), entry.context_key_values.clone());
        let context: Vec<_> = self.context.iter().map(entry).collect();
        let everywhere = ["*".to_owned()];
        let resources = if self.resources.is_empty() { everywhere.as_slice() } else { self.resources };

        let mut results = Vec::new();
        for action in self.actions {
            Validation::default().length("actionNames", Some(action), 3, 128).done()?;
            if !action.contains(':') || action.contains('*') {
                return Err(invalid_input(format!("Invalid Input Actions: {action}")));
            }
            for resource in resources {
                let arn = match resource.as_str() {
                    "*" => None,
                    text => Some(
                        text.parse::<Arn>()
                            .map_err(|_| invalid_input(format!("Resource {text} must be in ARN format or \"*\".")))?,
                    ),
                };
                let mut asked = Asked::new(cloud, &self.principal, action, arn.as_ref(), &caller.region);
                asked.context = &context;
                let mut policies = match &self.source {
                    Source::Principal => collect::collect(&asked),
                    Source::Given => Policies::default(),
                    Source::Group(name) => of_group(cloud, caller, name),
                };
                if let Some(policy) = &resource_policy {
                    policies.remove(Layer::Resource);
                    collect::resource(&asked, Some(Arc::clone(policy)), &mut policies);
                }
                give(&mut policies, Layer::Identity, PolicyKind::Inline, "PolicyInputList", &inputs);
                if !boundaries.is_empty() {
                    policies.remove(Layer::Boundary);
                    let name = "PermissionsBoundaryPolicyInputList";
                    give(&mut policies, Layer::Boundary, PolicyKind::Boundary, name, &boundaries);
                }
                let decision = trace::decide(&asked.request(), &policies);
                let missing = missing(&asked, &policies);
                results.push(result(decision, action, resource, missing, !self.resources.is_empty()));
            }
        }
        let page = self.page.cut(results)?;
        Ok(SimulateOutput { evaluation_results: page.items, marker: page.marker })
    }
}

fn give(policies: &mut Policies, layer: Layer, kind: PolicyKind, list: &str, given: &[Arc<Policy>]) {
    for (policy, number) in given.iter().zip(1..) {
        let name = PolicyName { kind, name: format!("{list}.{number}").into(), holder: Arc::default() };
        policies.add(layer, Arc::new(name), Arc::clone(policy));
    }
}

fn of_group(cloud: &Cloud, caller: &Caller, name: &str) -> Policies {
    let mut policies = Policies::default();
    if let Some(state) = super::state(cloud, caller)
        && let Some(group) = state.group(name)
    {
        let kinds = (PolicyKind::GroupManaged, PolicyKind::GroupInline);
        collect::attached(state, &group.policies, &group.name, kinds, &mut policies);
    }
    policies
}

/// The condition keys that policies name and that have no value, in the order of the policies.
fn missing(asked: &Asked<'_>, policies: &Policies) -> Vec<String> {
    let keys = policies.iter().flat_map(|applied| applied.policy.condition_keys());
    let mut missing: Vec<String> = Vec::new();
    for key in keys.filter(|key| asked.values(key).is_empty()) {
        if !missing.iter().any(|known| key.is(known)) {
            missing.push(key.as_str().to_owned());
        }
    }
    missing
}

/// Source: AWS CLI Command Reference, simulate-principal-policy: the ids and types of policies.
fn matched(settled: &Settled) -> MatchedStatement {
    let at = settled.statement.unwrap_or_default();
    let (start, end) = settled.document.span(at).unwrap_or_default();
    MatchedStatement {
        source_policy_id: match settled.policy.kind {
            PolicyKind::Inline | PolicyKind::GroupInline if !settled.policy.holder.is_empty() => {
                format!("{}_{}", settled.policy.holder, settled.policy.name)
            }
            _ => settled.policy.name.to_string(),
        },
        source_policy_type: match settled.policy.kind {
            PolicyKind::Resource | PolicyKind::Trust => "Resource Policy",
            _ => "IAM Policy",
        },
        start_position: start.into(),
        end_position: end.into(),
    }
}

fn result(
    decision: Decision,
    action: &str,
    resource: &str,
    missing: Vec<String>,
    is_specific: bool,
) -> EvaluationResult {
    let matched_statements: Vec<_> = match decision.outcome {
        Outcome::ImplicitDeny => Vec::new(),
        _ => decision.settling().map(matched).collect(),
    };
    let verdict = |kind| match decision.step(kind).map(|step| step.verdict) {
        Some(Verdict::Allows) => Some(true),
        Some(Verdict::DoesNotAllow) => Some(false),
        _ => None,
    };
    let eval_decision = match decision.outcome {
        Outcome::Allow => "allowed",
        Outcome::ExplicitDeny => "explicitDeny",
        Outcome::ImplicitDeny => "implicitDeny",
    };
    let boundary = verdict(StepKind::Boundary)
        .map(|allowed_by_permissions_boundary| BoundaryDetail { allowed_by_permissions_boundary });
    let specific = is_specific.then(|| ResourceResult {
        eval_resource_name: resource.to_owned(),
        eval_resource_decision: eval_decision,
        matched_statements: matched_statements.clone(),
        missing_context_values: missing.clone(),
        permissions_boundary_decision_detail: boundary,
    });
    EvaluationResult {
        eval_action_name: action.to_owned(),
        eval_resource_name: resource.to_owned(),
        eval_decision,
        matched_statements,
        missing_context_values: missing,
        organizations_decision_detail: verdict(StepKind::ServiceControl)
            .map(|allowed_by_organizations| OrganizationsDetail { allowed_by_organizations }),
        permissions_boundary_decision_detail: boundary,
        resource_specific_results: specific.into_iter().collect(),
    }
}

fn principal(arn: &str) -> Result<Principal, ApiError> {
    let parsed = arn.parse::<Arn>().map_err(|_| invalid_input(format!("Invalid Entity Arn: {arn}")))?;
    match principal_of(&parsed) {
        Principal::Service { .. } => Err(invalid_input(format!("Invalid Entity Arn: {arn}"))),
        principal => Ok(principal),
    }
}

impl Operation for SimulateCustomPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "SimulateCustomPolicy";
    type Output = SimulateOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:SimulateCustomPolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SimulateOutput, ApiError> {
        let simulation = Simulation {
            principal: match &self.caller_arn {
                Some(arn) => principal(arn)?,
                None => Principal::User { account: caller.principal.account().clone(), name: String::new() },
            },
            source: Source::Given,
            inputs: &self.policy_input_list,
            boundaries: &self.permissions_boundary_policy_input_list,
            actions: &self.action_names,
            resources: &self.resource_arns,
            resource_policy: self.resource_policy.as_deref(),
            context: &self.context_entries,
            page: &self.page,
        };
        simulation.run(cloud, caller)
    }
}

/// The user, group or role whose policies are asked for, which has to be there.
fn source(cloud: &Cloud, caller: &Caller, arn: &str) -> Result<(Principal, Source), ApiError> {
    let missing = || super::no_such_entity(format!("The entity {arn} cannot be found."));
    let parsed = arn.parse::<Arn>().map_err(|_| invalid_input(format!("Invalid Entity Arn: {arn}")))?;
    let state = super::state(cloud, caller).filter(|state| parsed.account() == state.account().as_str());
    let state = state.ok_or_else(missing)?;
    if let Some(name) = parsed.resource().strip_prefix("group/") {
        let group = state.group(name.rsplit('/').next().unwrap_or_default()).ok_or_else(missing)?;
        // Nobody in particular, who is in this group only.
        let nobody = Principal::User { account: state.account().clone(), name: String::new() };
        return Ok((nobody, Source::Group(group.name.to_string())));
    }
    let principal = principal(arn)?;
    let exists = match &principal {
        Principal::User { name, .. } => state.user(name).is_some(),
        Principal::Session { role, .. } => state.role(role).is_some(),
        Principal::Root { .. }
        | Principal::FederatedUser { .. }
        | Principal::Federated { .. }
        | Principal::Service { .. } => false,
    };
    if exists { Ok((principal, Source::Principal)) } else { Err(missing()) }
}

impl Operation for SimulatePrincipalPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "SimulatePrincipalPolicy";
    type Output = SimulateOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        super::on_arn("iam:SimulatePrincipalPolicy", &self.policy_source_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SimulateOutput, ApiError> {
        let (own, source) = source(cloud, caller, &self.policy_source_arn)?;
        let simulation = Simulation {
            principal: self.caller_arn.as_deref().map_or(Ok(own), principal)?,
            source,
            inputs: &self.policy_input_list,
            boundaries: &self.permissions_boundary_policy_input_list,
            actions: &self.action_names,
            resources: &self.resource_arns,
            resource_policy: self.resource_policy.as_deref(),
            context: &self.context_entries,
            page: &self.page,
        };
        simulation.run(cloud, caller)
    }
}

/// Tells the condition keys that policies given as text name.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetContextKeysForCustomPolicy {
    pub policy_input_list: Vec<String>,
}

/// Tells the condition keys that the policies of a user, group or role name, with more given as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetContextKeysForPrincipalPolicy {
    pub policy_source_arn: String,
    #[serde(default)]
    pub policy_input_list: Vec<String>,
}

/// The output of both.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContextKeysOutput {
    pub context_key_names: Vec<String>,
}

impl ContextKeysOutput {
    fn of<'a>(policies: impl IntoIterator<Item = &'a Arc<Policy>>) -> Self {
        let mut names: Vec<String> = Vec::new();
        for key in policies.into_iter().flat_map(|policy| policy.condition_keys()) {
            if !names.iter().any(|known| key.is(known)) {
                names.push(key.as_str().to_owned());
            }
        }
        Self { context_key_names: names }
    }
}

impl Operation for GetContextKeysForCustomPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetContextKeysForCustomPolicy";
    type Output = ContextKeysOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:GetContextKeysForCustomPolicy")]
    }

    fn run(self, _: &mut Cloud, _: &Caller) -> Result<ContextKeysOutput, ApiError> {
        Ok(ContextKeysOutput::of(&read(&self.policy_input_list)?))
    }
}

impl Operation for GetContextKeysForPrincipalPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetContextKeysForPrincipalPolicy";
    type Output = ContextKeysOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        super::on_arn("iam:GetContextKeysForPrincipalPolicy", &self.policy_source_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ContextKeysOutput, ApiError> {
        let inputs = read(&self.policy_input_list)?;
        let (principal, source) = source(cloud, caller, &self.policy_source_arn)?;
        let own = match &source {
            Source::Group(name) => of_group(cloud, caller, name),
            Source::Given | Source::Principal => {
                let mut policies = collect::collect(&Asked::new(cloud, &principal, "", None, &caller.region));
                policies.keep(Layer::Identity);
                policies
            }
        };
        Ok(ContextKeysOutput::of(own.iter().map(|applied| &applied.policy).chain(&inputs)))
    }
}
