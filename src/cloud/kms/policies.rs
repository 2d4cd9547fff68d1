//! Key policies: without a key's own word nobody may use it, whatever else allows it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Nothing;
use super::state::{ask, locate};
use crate::cloud::iam::{self, Policy};
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Operation, Region, Service};

/// The policy of the key at an ARN, for decisions.
pub(in crate::cloud) fn key_policy(cloud: &Cloud, arn: &Arn) -> Option<Arc<Policy>> {
    let account: AccountId = arn.account().parse().ok()?;
    let id = arn.resource().strip_prefix("key/")?;
    let region = cloud.account(&account)?.region(&Region::new(arn.region()))?;
    Some(Arc::clone(&region.kms.key(id, cloud.now())?.policy))
}

fn malformed(message: impl Into<String>) -> ApiError {
    ApiError::new("MalformedPolicyDocumentException", message)
}

/// Reads a key policy.
pub(super) fn read(cloud: &Cloud, text: &str) -> Result<Policy, ApiError> {
    let mut policy = Policy::parse_resource_policy(text).map_err(|error| malformed(error.message))?;
    // Source of the text: observed.
    let invalid = |_| malformed("Policy contains a statement with one or more invalid principals.");
    iam::bind_principals(cloud, &mut policy).map_err(invalid)?;
    Ok(policy)
}

/// What a key says that was made without a policy: the account decides. Source: AWS KMS Developer Guide, "Default key policy".
pub(super) fn default_policy(account: &AccountId) -> Policy {
    let text = format!(
        "{{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {{\n    \"Sid\" : \"Enable IAM \
         User Permissions\",\n    \"Effect\" : \"Allow\",\n    \"Principal\" : {{\n      \"AWS\" : \
         \"arn:aws:iam::{account}:root\"\n    }},\n    \"Action\" : \"kms:*\",\n    \"Resource\" : \"*\"\n  }} ]\n}}"
    );
    parse_own(&text)
}

/// What the key of a service says: whoever may use the service may use it through that.
/// Source: AWS KMS Developer Guide, key policy of an AWS managed key.
pub(super) fn managed_policy(account: &AccountId, region: &Region, service: &str) -> Policy {
    let title = service.to_ascii_uppercase();
    let text = format!(
        "{{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"auto-{service}-1\",\n  \"Statement\" : [ {{\n    \"Sid\" : \"Allow \
         access through {title} for all principals in the account that are authorized to use {title}\",\n    \"Effect\" : \
         \"Allow\",\n    \"Principal\" : {{\n      \"AWS\" : \"*\"\n    }},\n    \"Action\" : [ \"kms:Encrypt\", \
         \"kms:Decrypt\", \"kms:ReEncrypt*\", \"kms:GenerateDataKey*\", \"kms:CreateGrant\", \"kms:RetireGrant\", \
         \"kms:DescribeKey\" ],\n    \"Resource\" : \"*\",\n    \"Condition\" : {{\n      \"StringEquals\" : {{\n        \
         \"kms:CallerAccount\" : \"{account}\",\n        \"kms:ViaService\" : \"{service}.{region}.amazonaws.com\"\n      \
         }}\n    }}\n  }}, {{\n    \"Sid\" : \"Allow direct access to key metadata to the account\",\n    \"Effect\" : \
         \"Allow\",\n    \"Principal\" : {{\n      \"AWS\" : \"arn:aws:iam::{account}:root\"\n    }},\n    \"Action\" : [ \
         \"kms:Describe*\", \"kms:Get*\", \"kms:List*\", \"kms:RevokeGrant\" ],\n    \"Resource\" : \"*\"\n  }} ]\n}}"
    );
    parse_own(&text)
}

/// Our own texts can be read, which a test makes sure of; a policy without a statement would let nobody in.
fn parse_own(text: &str) -> Policy {
    Policy::parse_resource_policy(text).unwrap_or_default()
}

/// # Errors
/// When the caller could not change the policy any more. Source of the text: observed.
pub(super) fn must_not_lock_out(cloud: &Cloud, caller: &Caller, arn: &Arn) -> Result<(), ApiError> {
    let again = ask(cloud, caller, arn.as_str(), "kms:PutKeyPolicy", None);
    match again.iter().all(|question| iam::decide(cloud, caller, question).is_allowed()) {
        true => Ok(()),
        false => Err(malformed("The new key policy will not allow you to update the key policy in the future.")),
    }
}

/// A key has one policy, and it is called so.
const NAME: &str = "default";

fn check_name(name: Option<&str>) -> Result<(), ApiError> {
    match name {
        None | Some(NAME) => Ok(()),
        Some(_) => Err(ApiError::new("NotFoundException", "No such policy exists")),
    }
}

/// Reads a key's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetKeyPolicy {
    pub key_id: String,
    pub policy_name: Option<String>,
}

/// The policy.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetKeyPolicyOutput {
    /// As it was put, byte for byte.
    pub policy: String,
    pub policy_name: &'static str,
}

impl Operation for GetKeyPolicy {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "GetKeyPolicy";
    type Output = GetKeyPolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:GetKeyPolicy", None)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetKeyPolicyOutput, ApiError> {
        check_name(self.policy_name.as_deref())?;
        let located = locate(cloud, caller, &self.key_id)?;
        Ok(GetKeyPolicyOutput { policy: located.key(cloud)?.policy.text().to_owned(), policy_name: NAME })
    }
}

/// Replaces a key's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutKeyPolicy {
    pub key_id: String,
    pub policy_name: Option<String>,
    pub policy: String,
    pub bypass_policy_lockout_safety_check: bool,
}

impl Operation for PutKeyPolicy {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "PutKeyPolicy";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:PutKeyPolicy", None)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        check_name(self.policy_name.as_deref())?;
        let located = locate(cloud, caller, &self.key_id)?;
        located.key(cloud)?.must_not_be_pending()?;
        let policy = Arc::new(read(cloud, &self.policy)?);
        let before = std::mem::replace(&mut located.key_mut(cloud)?.policy, policy);
        if !self.bypass_policy_lockout_safety_check
            && let Err(error) = must_not_lock_out(cloud, caller, &located.arn())
        {
            located.key_mut(cloud)?.policy = before;
            return Err(error);
        }
        Ok(Nothing {})
    }
}

/// Lists the names of a key's policies.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListKeyPolicies {
    pub key_id: String,
}

/// Always the one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListKeyPoliciesOutput {
    pub policy_names: [&'static str; 1],
    pub truncated: bool,
}

impl Operation for ListKeyPolicies {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "ListKeyPolicies";
    type Output = ListKeyPoliciesOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:ListKeyPolicies", None)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListKeyPoliciesOutput, ApiError> {
        locate(cloud, caller, &self.key_id)?;
        Ok(ListKeyPoliciesOutput { policy_names: [NAME], truncated: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policies_that_kms_writes_can_be_read() {
        let account = AccountId::home();
        assert_eq!(default_policy(&account).statements().len(), 1);
        let managed = managed_policy(&account, &Region::home(), "ecr");
        assert_eq!(managed.statements().len(), 2);
        assert!(managed.text().contains("access through ECR for all"), "{}", managed.text());
    }
}
