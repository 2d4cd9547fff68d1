//! What the policy simulator answers.
//!
//! Source: IAM API Reference, EvaluationResult and ResourceSpecificResult: one result for an action, whatever the number of
//! resources; it says the most restrictive of what they get, and beside it what each gets.

use indexmap::IndexMap;
use serde::Serialize;

use crate::cloud::Arn;
use crate::cloud::iam::decision::{Decision, Outcome, PolicyKind, Settled};
use crate::cloud::iam::policy::Position;

/// The output of both simulations.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SimulateOutput {
    pub evaluation_results: Vec<EvaluationResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

/// By kind of policy, what it says.
type DecisionDetails = IndexMap<&'static str, &'static str>;

/// What the simulation says of one action.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eval_decision_details: Option<DecisionDetails>,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_context_values: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eval_decision_details: Option<DecisionDetails>,
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct MatchedStatement {
    pub source_policy_id: String,
    pub source_policy_type: &'static str,
    pub start_position: Place,
    pub end_position: Place,
}

/// `Position`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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

/// What was found for one resource.
pub(super) struct Part {
    pub decision: Decision,
    /// The condition keys that have no value.
    pub missing: Vec<String>,
    /// `user` or `role`: whose the inline policies are.
    pub kind: &'static str,
    /// What the organization's policies say, where there are any.
    pub organization: Option<Outcome>,
    /// What the boundary says, where there is one.
    pub boundary: Option<Outcome>,
    /// Across accounts: what the caller's policies say, and the resource's.
    pub both: Option<[Outcome; 2]>,
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allow => "allowed",
        Outcome::ExplicitDeny => "explicitDeny",
        Outcome::ImplicitDeny => "implicitDeny",
    }
}

impl Part {
    /// Source: AWS CLI Command Reference, simulate-principal-policy; observed: the ids and types of policies.
    fn statement(&self, settled: &Settled) -> MatchedStatement {
        let at = settled.statement.unwrap_or_default();
        let (start, end) = settled.document.span(at).unwrap_or_default();
        let policy = &settled.policy;
        let inline = |kind: &str| format!("{kind}_{}_{}", policy.holder, policy.name);
        MatchedStatement {
            source_policy_id: match policy.kind {
                PolicyKind::GroupInline => inline("group"),
                PolicyKind::Inline if !policy.holder.is_empty() => inline(self.kind),
                PolicyKind::Managed | PolicyKind::GroupManaged | PolicyKind::Boundary => {
                    policy.name.rsplit('/').next().unwrap_or_default().to_owned()
                }
                _ => policy.name.to_string(),
            },
            source_policy_type: match policy.kind {
                PolicyKind::Resource | PolicyKind::Trust => "Resource Policy",
                _ => "IAM Policy",
            },
            start_position: start.into(),
            end_position: end.into(),
        }
    }

    /// The statements that decide. Those of an organization are not shown.
    fn statements(&self) -> Vec<MatchedStatement> {
        let is_shown = |settled: &&Settled| {
            self.decision.outcome != Outcome::ImplicitDeny && settled.policy.kind != PolicyKind::ServiceControl
        };
        self.decision.settling().filter(is_shown).map(|settled| self.statement(settled)).collect()
    }

    fn boundary_detail(&self) -> Option<BoundaryDetail> {
        let allowed = |outcome| BoundaryDetail { allowed_by_permissions_boundary: outcome == Outcome::Allow };
        self.boundary.map(allowed)
    }

    /// Inferred: the names, after the types of policies.
    fn details(&self) -> DecisionDetails {
        let names = ["IAM Policy", "Resource Policy"];
        self.both.into_iter().flat_map(|both| names.into_iter().zip(both.map(word))).collect()
    }
}

/// What stands for several resources. Source: observed. Inferred: other services.
fn template(action: &str) -> &'static str {
    match action.split(':').next() {
        Some("ec2") => "arn:aws:ec2:${Region}:${Account}:${ResourceType}/${ResourcePath}",
        Some("ecr") => "arn:aws:ecr:${Region}:${Account}:repository/${RepositoryName}",
        Some("ecs") => "arn:aws:ecs:${Region}:${Account}:${ResourceType}/${ResourcePath}",
        Some("s3") => "arn:${Partition}:s3:::${BucketName}/${KeyName}",
        _ => "*",
    }
}

/// The result for an action, from what was found for each resource, or for all.
pub(super) fn result(action: &str, parts: Vec<(Option<&Arn>, Part)>) -> EvaluationResult {
    let outcome = parts.iter().map(|(_, part)| part.decision.outcome).max();
    let outcome = outcome.unwrap_or_default();
    let deciding = || parts.iter().map(|(_, part)| part).filter(|part| part.decision.outcome == outcome);
    let mut matched_statements: Vec<MatchedStatement> = Vec::new();
    for statement in deciding().flat_map(Part::statements) {
        if !matched_statements.contains(&statement) {
            matched_statements.push(statement);
        }
    }
    let organization = parts.iter().filter_map(|(_, part)| part.organization).max();
    let boundary = parts.iter().filter_map(|(_, part)| part.boundary).max();
    let named: Vec<&Arn> = parts.iter().filter_map(|(arn, _)| *arn).collect();
    // Source: EvaluationResult: where an organization denies it, the simulation ends. Observed: nothing is said of resources.
    let ends = organization.is_some_and(|organization| organization != Outcome::Allow);
    let mut result = EvaluationResult {
        eval_action_name: action.to_owned(),
        eval_resource_name: match named.as_slice() {
            [] => "*".to_owned(),
            [one] => one.as_str().to_owned(),
            _ => template(action).to_owned(),
        },
        eval_decision: word(outcome),
        matched_statements,
        missing_context_values: Vec::new(),
        organizations_decision_detail: organization
            .map(|outcome| OrganizationsDetail { allowed_by_organizations: outcome == Outcome::Allow }),
        permissions_boundary_decision_detail: boundary
            .map(|outcome| BoundaryDetail { allowed_by_permissions_boundary: outcome == Outcome::Allow }),
        eval_decision_details: (!named.is_empty() && !ends)
            .then(|| deciding().map(Part::details).next().unwrap_or_default()),
        resource_specific_results: Vec::new(),
    };
    for (arn, part) in parts {
        match arn {
            None => result.missing_context_values.extend(part.missing),
            Some(_) if ends => {}
            Some(arn) => result.resource_specific_results.push(ResourceResult {
                eval_resource_name: arn.as_str().to_owned(),
                eval_resource_decision: word(part.decision.outcome),
                matched_statements: part.statements(),
                eval_decision_details: part.both.map(|_| part.details()),
                permissions_boundary_decision_detail: part.boundary_detail(),
                missing_context_values: part.missing,
            }),
        }
    }
    result
}
