//! Resource policies: on a repository, and on the registry.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::OnRepository;
use crate::cloud::ecr::errors;
use crate::cloud::ecr::place::{Place, Seat, ask, ask_arn};
use crate::cloud::iam::{self, Policy};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// The longest policy, in characters. Source: Amazon ECR service model.
const MAX_POLICY: usize = 10_240;

/// Reads a policy text. All that is wrong with it gets one and the same message. Source: observed.
pub(super) fn read(cloud: &Cloud, text: &str, wrong: &str) -> Result<Policy, ApiError> {
    if text.chars().count() > MAX_POLICY {
        return Err(errors::invalid(
            "policyText",
            format_args!("Member must have length less than or equal to {MAX_POLICY}"),
        ));
    }
    let invalid = |_| errors::invalid("PolicyText", wrong);
    let mut policy = Policy::parse_resource_policy(text).map_err(invalid)?;
    iam::bind_principals(cloud, &mut policy).map_err(invalid)?;
    Ok(policy)
}

/// The text as it was set, byte for byte; where it names a principal that is no more, with that one's unique id instead.
fn shown(cloud: &Cloud, policy: &Policy) -> String {
    let document = iam::shown_document(cloud, policy);
    if document == policy.document() { policy.text().to_owned() } else { document.to_string() }
}

/// A repository's policy, and whose it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryPolicyOutput {
    pub registry_id: String,
    pub repository_name: String,
    /// As it was set, byte for byte.
    pub policy_text: String,
}

impl RepositoryPolicyOutput {
    fn new(cloud: &Cloud, place: Place, policy: &Policy) -> Self {
        Self { registry_id: place.account.to_string(), repository_name: place.name, policy_text: shown(cloud, policy) }
    }
}

/// Sets a repository's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SetRepositoryPolicy {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub policy_text: String,
    /// Also when it locks the caller out.
    pub force: bool,
}

impl Operation for SetRepositoryPolicy {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "SetRepositoryPolicy";
    type Output = RepositoryPolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:SetRepositoryPolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryPolicyOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        self.at(cloud, caller, place)
    }
}

impl OnRepository for SetRepositoryPolicy {
    const PUBLIC_ACTION: &'static str = "ecr-public:SetRepositoryPolicy";

    fn names(&self) -> (Option<&str>, &str) {
        (self.registry_id.as_deref(), &self.repository_name)
    }

    fn at(self, cloud: &mut Cloud, caller: &Caller, place: Place) -> Result<RepositoryPolicyOutput, ApiError> {
        let policy = Arc::new(read(cloud, &self.policy_text, "Invalid repository policy provided")?);
        let before = place.repository_mut(cloud)?.policy.replace(Arc::clone(&policy));
        if !self.force {
            // Source: Amazon ECR API reference, SetRepositoryPolicy, `force`: guards against locking oneself out.
            let action = match place.seat {
                Seat::Private(_) => "ecr:SetRepositoryPolicy",
                Seat::Public => Self::PUBLIC_ACTION,
            };
            let again = ask_arn(cloud, action, place.arn());
            if !iam::decide(cloud, caller, &again).is_allowed() {
                place.repository_mut(cloud)?.policy = before;
                // Inferred: the rule is documented, its text is not.
                return Err(errors::invalid(
                    "PolicyText",
                    "The policy would prevent you from setting a repository policy in the future, use force to set it anyway",
                ));
            }
        }
        Ok(RepositoryPolicyOutput::new(cloud, place, &policy))
    }
}

/// Reads a repository's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetRepositoryPolicy {
    pub registry_id: Option<String>,
    pub repository_name: String,
}

impl Operation for GetRepositoryPolicy {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "GetRepositoryPolicy";
    type Output = RepositoryPolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:GetRepositoryPolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryPolicyOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        self.at(cloud, caller, place)
    }
}

impl OnRepository for GetRepositoryPolicy {
    const PUBLIC_ACTION: &'static str = "ecr-public:GetRepositoryPolicy";

    fn names(&self) -> (Option<&str>, &str) {
        (self.registry_id.as_deref(), &self.repository_name)
    }

    fn at(self, cloud: &mut Cloud, _caller: &Caller, place: Place) -> Result<RepositoryPolicyOutput, ApiError> {
        let policy = place.repository(cloud)?.policy.clone().ok_or_else(|| place.in_().policy_not_found())?;
        Ok(RepositoryPolicyOutput::new(cloud, place, &policy))
    }
}

/// Removes a repository's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteRepositoryPolicy {
    pub registry_id: Option<String>,
    pub repository_name: String,
}

impl Operation for DeleteRepositoryPolicy {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DeleteRepositoryPolicy";
    type Output = RepositoryPolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:DeleteRepositoryPolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryPolicyOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        self.at(cloud, caller, place)
    }
}

impl OnRepository for DeleteRepositoryPolicy {
    const PUBLIC_ACTION: &'static str = "ecr-public:DeleteRepositoryPolicy";

    fn names(&self) -> (Option<&str>, &str) {
        (self.registry_id.as_deref(), &self.repository_name)
    }

    fn at(self, cloud: &mut Cloud, _caller: &Caller, place: Place) -> Result<RepositoryPolicyOutput, ApiError> {
        let policy = place.repository_mut(cloud)?.policy.take().ok_or_else(|| place.in_().policy_not_found())?;
        Ok(RepositoryPolicyOutput::new(cloud, place, &policy))
    }
}

/// The registry's policy, and whose it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryPolicyOutput {
    pub registry_id: String,
    /// As it was set, byte for byte.
    pub policy_text: String,
}

impl RegistryPolicyOutput {
    fn new(cloud: &Cloud, caller: &Caller, policy: &Policy) -> Self {
        Self { registry_id: caller.principal.account().to_string(), policy_text: shown(cloud, policy) }
    }
}

/// Sets the registry's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutRegistryPolicy {
    pub policy_text: String,
}

impl Operation for PutRegistryPolicy {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutRegistryPolicy";
    type Output = RegistryPolicyOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:PutRegistryPolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RegistryPolicyOutput, ApiError> {
        let policy = read(cloud, &self.policy_text, "Invalid registry policy provided")?;
        let output = RegistryPolicyOutput::new(cloud, caller, &policy);
        cloud.account_mut(caller.principal.account()).region_mut(&caller.region).ecr.policy = Some(Arc::new(policy));
        Ok(output)
    }
}

/// Reads the registry's policy.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GetRegistryPolicy {}

impl Operation for GetRegistryPolicy {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "GetRegistryPolicy";
    type Output = RegistryPolicyOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:GetRegistryPolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RegistryPolicyOutput, ApiError> {
        let account = caller.principal.account();
        let policy = cloud.regional(account, &caller.region).and_then(|regional| regional.ecr.policy());
        let policy = policy.ok_or_else(|| errors::registry_policy_not_found(account))?;
        Ok(RegistryPolicyOutput::new(cloud, caller, policy))
    }
}

/// Removes the registry's policy.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeleteRegistryPolicy {}

impl Operation for DeleteRegistryPolicy {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DeleteRegistryPolicy";
    type Output = RegistryPolicyOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:DeleteRegistryPolicy")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RegistryPolicyOutput, ApiError> {
        let account = caller.principal.account();
        let policy = cloud.regional_mut(account, &caller.region).ecr.policy.take();
        let policy = policy.ok_or_else(|| errors::registry_policy_not_found(account))?;
        Ok(RegistryPolicyOutput::new(cloud, caller, &policy))
    }
}
