//! The policy simulator: the same evaluation, over policies that need not be in force.

use serde::{Deserialize, Serialize};

use super::Validation;
use crate::cloud::iam::evaluate::{self, Applied, Policies};
use crate::cloud::iam::request::Request;
use crate::cloud::iam::{Decision, Outcome, Policy, PolicyKind, PolicyName, StepKind, Verdict, principal_of};
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
}

/// Simulates the policies of a user (with those of its groups) or a role, with more given as text.
///
/// Limitation: not those of a group alone.
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
    #[serde(default)]
    pub context_entries: Vec<ContextEntry>,
}

/// The output of both simulations.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SimulateOutput {
    pub evaluation_results: Vec<EvaluationResult>,
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
    pub permissions_boundary_decision_detail: Option<BoundaryDetail>,
}

/// Whether the permissions boundary lets it through.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BoundaryDetail {
    pub allowed_by_permissions_boundary: bool,
}

/// A statement that settled it, by its policy.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MatchedStatement {
    pub source_policy_id: String,
    pub source_policy_type: &'static str,
}

struct Simulation<'a> {
    principal: Principal,
    with_principals_policies: bool,
    inputs: &'a [String],
    boundaries: &'a [String],
    actions: &'a [String],
    resources: &'a [String],
    resource_policy: Option<&'a str>,
    context: &'a [ContextEntry],
}

fn invalid_input(message: String) -> ApiError {
    ApiError::new("InvalidInput", message)
}

impl Simulation<'_> {
    fn run(&self, cloud: &Cloud, caller: &Caller) -> Result<SimulateOutput, ApiError> {
        let read = |texts: &[String]| {
            let read = texts.iter().map(|text| Policy::identity(text));
            read.collect::<Result<Vec<_>, _>>().map_err(|error| invalid_input(error.message))
        };
        let (inputs, boundaries) = (read(self.inputs)?, read(self.boundaries)?);
        let resource_policy = self.resource_policy.map(Policy::parse_resource_policy).transpose();
        let resource_policy = resource_policy.map_err(|error| invalid_input(error.message))?;
        let entry = |entry: &ContextEntry| (entry.context_key_name.clone(), entry.context_key_values.clone());
        let context: Vec<_> = self.context.iter().map(entry).collect();
        let everywhere = ["*".to_owned()];
        let resources = if self.resources.is_empty() { everywhere.as_slice() } else { self.resources };

        let mut results = Vec::new();
        for action in self.actions {
            Validation::default().length("actionNames", Some(action), 3, 128).done()?;
            for resource in resources {
                let arn = match resource.as_str() {
                    "*" => None,
                    text => Some(
                        text.parse::<Arn>()
                            .map_err(|_| invalid_input(format!("Resource {text} must be in ARN format or \"*\".")))?,
                    ),
                };
                let mut request = Request::new(cloud, &self.principal, action, arn.as_ref(), &caller.region);
                request.context = &context;
                let mut policies = if self.with_principals_policies {
                    evaluate::collect(cloud, &request, resource_policy.as_ref())
                } else {
                    let mut policies = Policies::default();
                    let all = resource_policy.iter();
                    policies.resource.extend(all.map(|policy| given(PolicyKind::Resource, "ResourcePolicy", policy)));
                    policies
                };
                policies.identity.extend(
                    inputs.iter().zip(1..).map(|(policy, number)| {
                        given(PolicyKind::Inline, &format!("PolicyInputList.{number}"), policy)
                    }),
                );
                if !boundaries.is_empty() {
                    policies.boundary.clear();
                    policies.boundary.extend(boundaries.iter().zip(1..).map(|(policy, number)| {
                        let name = format!("PermissionsBoundaryPolicyInputList.{number}");
                        given(PolicyKind::Boundary, &name, policy)
                    }));
                }
                results.push(result(evaluate::evaluate(&request, &policies)));
            }
        }
        Ok(SimulateOutput { evaluation_results: results })
    }
}

fn given<'a>(kind: PolicyKind, name: &str, policy: &'a Policy) -> Applied<'a> {
    Applied { name: PolicyName { kind, name: name.into(), holder: "".into() }, policy }
}

fn result(decision: Decision) -> EvaluationResult {
    let matched_statements = match decision.outcome {
        Outcome::ImplicitDeny => Vec::new(),
        _ => {
            let settled = decision.settling().map(|settled| MatchedStatement {
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
            });
            settled.collect()
        }
    };
    let boundary = decision.step(StepKind::Boundary).map(|step| step.verdict);
    let boundary = match boundary {
        Some(Verdict::Allows) => Some(true),
        Some(Verdict::DoesNotAllow) => Some(false),
        _ => None,
    };
    EvaluationResult {
        eval_decision: match decision.outcome {
            Outcome::Allow => "allowed",
            Outcome::ExplicitDeny => "explicitDeny",
            Outcome::ImplicitDeny => "implicitDeny",
        },
        eval_resource_name: decision.resource.as_ref().map_or("*", Arn::as_str).to_owned(),
        eval_action_name: decision.action,
        matched_statements,
        missing_context_values: Vec::new(),
        permissions_boundary_decision_detail: boundary
            .map(|allowed_by_permissions_boundary| BoundaryDetail { allowed_by_permissions_boundary }),
    }
}

/// The principal of an ARN that a request gives.
fn principal(arn: &str) -> Result<Principal, ApiError> {
    let parsed = arn.parse::<Arn>().ok().filter(|arn| matches!(arn.service(), "iam" | "sts"));
    parsed.map(|arn| principal_of(&arn)).ok_or_else(|| invalid_input(format!("Invalid Entity Arn: {arn}")))
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
            with_principals_policies: false,
            inputs: &self.policy_input_list,
            boundaries: &self.permissions_boundary_policy_input_list,
            actions: &self.action_names,
            resources: &self.resource_arns,
            resource_policy: self.resource_policy.as_deref(),
            context: &self.context_entries,
        };
        simulation.run(cloud, caller)
    }
}

impl Operation for SimulatePrincipalPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "SimulatePrincipalPolicy";
    type Output = SimulateOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        super::on_policy("iam:SimulatePrincipalPolicy", &self.policy_source_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SimulateOutput, ApiError> {
        let source = principal(&self.policy_source_arn)?;
        let state = super::state(cloud, caller).filter(|_| source.account() == caller.principal.account());
        let exists = match &source {
            Principal::User { name, .. } => state.is_some_and(|state| state.user(name).is_some()),
            Principal::Session { role, .. } => state.is_some_and(|state| state.role(role).is_some()),
            Principal::Root { .. } | Principal::Service { .. } => false,
        };
        if !exists {
            return Err(super::no_such_entity(format!("The entity {} cannot be found.", self.policy_source_arn)));
        }
        let simulation = Simulation {
            principal: source,
            with_principals_policies: true,
            inputs: &self.policy_input_list,
            boundaries: &self.permissions_boundary_policy_input_list,
            actions: &self.action_names,
            resources: &self.resource_arns,
            resource_policy: self.resource_policy.as_deref(),
            context: &self.context_entries,
        };
        simulation.run(cloud, caller)
    }
}
