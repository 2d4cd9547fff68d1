//! Managed policies.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Page, Validation, creating, on_policy, validate, wire};
use crate::cloud::iam::{self, ManagedPolicy, Policy, PolicyVersion, State, Tag, aws_managed};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Source: IAM User Guide, "IAM and AWS STS quotas".
const POLICY_SIZE: usize = 6144;

pub(super) fn document(text: &str) -> Result<Arc<Policy>, ApiError> {
    validate::document(text)?;
    let policy = Policy::managed(text)?;
    if policy.size() > POLICY_SIZE {
        return Err(super::limit_exceeded(format!("Cannot exceed quota for PolicySize: {POLICY_SIZE}")));
    }
    Ok(Arc::new(policy))
}

/// A customer managed policy, to be changed. AWS's own can't be.
pub(super) fn own<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut ManagedPolicy, ApiError> {
    if aws_managed(arn).is_some() {
        let message = format!("Policy {arn} is an AWS managed policy and cannot be modified.");
        return Err(ApiError::new("AccessDenied", message));
    }
    if state.policy_by_arn(arn).is_none() {
        return Err(super::no_such_policy(arn));
    }
    let name = arn.rsplit('/').next().unwrap_or_default();
    state.policies.get_mut(name).ok_or_else(|| super::no_such_policy(arn))
}

/// Makes a customer managed policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreatePolicy {
    pub policy_name: String,
    pub policy_document: String,
    pub path: Option<String>,
    pub description: Option<String>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// The output of `CreatePolicy` and `GetPolicy`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyOutput {
    pub policy: wire::Policy,
}

impl Operation for CreatePolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreatePolicy";
    type Output = PolicyOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let actions = ["iam:CreatePolicy", "iam:TagPolicy"];
        creating(actions, caller, "policy", self.path.as_deref(), &self.policy_name, &self.tags)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PolicyOutput, ApiError> {
        Validation::default()
            .name("policyName", &self.policy_name, 128)
            .length("policyDocument", Some(&self.policy_document), 1, 131_072)
            .length("description", self.description.as_deref(), 0, 1000)
            .done()?;
        let path = validate::path(self.path.as_deref())?;
        validate::tags(&self.tags)?;
        let document = document(&self.policy_document)?;
        let state = super::state_mut(cloud, caller);
        if state.policies.get(&self.policy_name).is_some() {
            return Err(super::already_exists(format!(
                "A policy called {} already exists. Duplicate names are not allowed.",
                self.policy_name
            )));
        }
        if state.policies.len() >= 1500 {
            return Err(super::limit_exceeded("Cannot exceed quota for PoliciesPerAccount: 1500"));
        }
        let id = format!("ANPA{}", cloud.random_id(17));
        let created = super::now(cloud);
        let account = caller.principal.account();
        let policy = ManagedPolicy {
            arn: Arn::new("iam", "", account.as_str(), &format!("policy{path}{}", self.policy_name)),
            name: self.policy_name.as_str().into(),
            path,
            id: id.into(),
            created,
            updated: created,
            description: self.description,
            tags: self.tags,
            versions: BTreeMap::from([(1, PolicyVersion { document, created })]),
            default_version: 1,
            next_version: 2,
        };
        let state = super::state_mut(cloud, caller);
        let output = PolicyOutput { policy: wire::Policy::listed(state, &policy) };
        state.policies.insert(&self.policy_name, policy);
        Ok(output)
    }
}

/// Tells about a managed policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetPolicy {
    pub policy_arn: String,
}

impl Operation for GetPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetPolicy";
    type Output = PolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_policy("iam:GetPolicy", cloud, caller, &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PolicyOutput, ApiError> {
        let state = super::read(cloud, caller)?;
        let policy = match aws_managed(&self.policy_arn) {
            Some(policy) => wire::Policy::of_aws(state, policy).with_tags(),
            None => {
                let policy = state.policy_by_arn(&self.policy_arn);
                wire::Policy::full(state, policy.ok_or_else(|| super::no_such_policy(&self.policy_arn))?)
            }
        };
        Ok(PolicyOutput { policy })
    }
}

/// Lists managed policies: the account's, then AWS's.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListPolicies {
    /// `All`, `AWS` or `Local`.
    pub scope: Option<String>,
    #[serde(default)]
    pub only_attached: bool,
    pub path_prefix: Option<String>,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `ListPolicies`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListPoliciesOutput {
    pub policies: Vec<wire::Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Operation for ListPolicies {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListPolicies";
    type Output = ListPoliciesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:ListPolicies")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListPoliciesOutput, ApiError> {
        let state = super::read(cloud, caller)?;
        let scope = self.scope.as_deref().unwrap_or("All");
        if !matches!(scope, "All" | "AWS" | "Local") {
            return Err(super::validation(format!(
                "1 validation error detected: Value '{scope}' at 'scope' failed to satisfy constraint: Member must \
                 satisfy enum value set: [All, Local, AWS]"
            )));
        }
        let local = state.policies().filter(|_| scope != "AWS").map(|policy| wire::Policy::listed(state, policy));
        let of_aws = iam::aws_managed_policies().filter(|_| scope != "Local");
        let of_aws = of_aws.map(|policy| wire::Policy::of_aws(state, policy));
        let prefix = self.path_prefix.as_deref().unwrap_or("/");
        let wanted = |policy: &wire::Policy| {
            policy.path().starts_with(prefix) && (!self.only_attached || policy.attachment_count() > 0)
        };
        let page = self.page.cut(local.chain(of_aws).filter(wanted).collect())?;
        Ok(ListPoliciesOutput { policies: page.items, marker: page.marker })
    }
}

/// Deletes a customer managed policy that nobody has and that has no other versions.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeletePolicy {
    pub policy_arn: String,
}

impl Operation for DeletePolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeletePolicy";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_policy("iam:DeletePolicy", cloud, caller, &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let state = super::state_mut(cloud, caller);
        let policy = own(state, &self.policy_arn)?;
        let (name, versions) = (policy.name.clone(), policy.versions.len());
        if state.attachment_count(&self.policy_arn) + state.boundary_count(&self.policy_arn) > 0 {
            return Err(ApiError::new("DeleteConflict", "Cannot delete a policy attached to entities."));
        }
        if versions > 1 {
            let message = "This policy has more than one version. Before you delete a policy, you must delete the \
                           policy's versions. The default version is deleted with the policy.";
            return Err(ApiError::new("DeleteConflict", message));
        }
        state.policies.remove(&name);
        Ok(wire::Empty {})
    }
}
