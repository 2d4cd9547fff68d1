//! The versions of managed policies.

use serde::{Deserialize, Serialize};

use super::policies::{document, own};
use super::{Page, on_policy, wire};
use crate::cloud::iam::{ManagedPolicy, PolicyVersion, aws_managed};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Source: IAM User Guide, "IAM and AWS STS quotas".
const VERSIONS_MAX: usize = 5;

fn version_number(policy: &ManagedPolicy, id: &str) -> Result<u32, ApiError> {
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    number.filter(|number| policy.versions.contains_key(number)).ok_or_else(|| no_such_version(policy.arn.as_str(), id))
}

fn no_such_version(arn: &str, id: &str) -> ApiError {
    super::no_such_entity(format!("Policy {arn} version {id} does not exist or is not attachable."))
}

/// Adds a version.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreatePolicyVersion {
    pub policy_arn: String,
    pub policy_document: String,
    #[serde(default)]
    pub set_as_default: bool,
}

/// The output of `CreatePolicyVersion` and `GetPolicyVersion`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyVersionOutput {
    pub policy_version: wire::PolicyVersion,
}

impl Operation for CreatePolicyVersion {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreatePolicyVersion";
    type Output = PolicyVersionOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_policy("iam:CreatePolicyVersion", cloud, caller, &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PolicyVersionOutput, ApiError> {
        let created = super::now(cloud);
        let policy = own(super::state_mut(cloud, caller), &self.policy_arn)?;
        let document = document(&self.policy_document)?;
        if policy.versions.len() >= VERSIONS_MAX {
            return Err(super::limit_exceeded(
                "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
                 version.",
            ));
        }
        let number = policy.next_version;
        policy.next_version += 1;
        policy.versions.insert(number, PolicyVersion { document, created });
        if self.set_as_default {
            policy.default_version = number;
        }
        policy.updated = created;
        let policy_version = wire::PolicyVersion {
            document: None,
            version_id: format!("v{number}"),
            is_default_version: self.set_as_default,
            create_date: created,
        };
        Ok(PolicyVersionOutput { policy_version })
    }
}

/// Tells what a version says.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetPolicyVersion {
    pub policy_arn: String,
    pub version_id: String,
}

impl Operation for GetPolicyVersion {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetPolicyVersion";
    type Output = PolicyVersionOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_policy("iam:GetPolicyVersion", cloud, caller, &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PolicyVersionOutput, ApiError> {
        if let Some(policy) = aws_managed(&self.policy_arn) {
            // Limitation: of AWS's policies only the version in force is known.
            if policy.version != self.version_id {
                return Err(no_such_version(&self.policy_arn, &self.version_id));
            }
            let policy_version = wire::PolicyVersion {
                document: Some(policy.document().document()),
                version_id: self.version_id,
                is_default_version: true,
                create_date: policy.updated(),
            };
            return Ok(PolicyVersionOutput { policy_version });
        }
        let policy = super::read(cloud, caller)?.policy_by_arn(&self.policy_arn);
        let policy = policy.ok_or_else(|| super::no_such_policy(&self.policy_arn))?;
        let number = version_number(policy, &self.version_id)?;
        let version =
            policy.versions.get(&number).ok_or_else(|| no_such_version(&self.policy_arn, &self.version_id))?;
        let policy_version = wire::PolicyVersion {
            document: Some(version.document.document()),
            version_id: self.version_id,
            is_default_version: number == policy.default_version,
            create_date: version.created,
        };
        Ok(PolicyVersionOutput { policy_version })
    }
}

/// Lists versions, newest first.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListPolicyVersions {
    pub policy_arn: String,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `ListPolicyVersions`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListPolicyVersionsOutput {
    pub versions: Vec<wire::PolicyVersion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Operation for ListPolicyVersions {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListPolicyVersions";
    type Output = ListPolicyVersionsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_policy("iam:ListPolicyVersions", cloud, caller, &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListPolicyVersionsOutput, ApiError> {
        let versions = match aws_managed(&self.policy_arn) {
            Some(policy) => vec![wire::PolicyVersion {
                document: None,
                version_id: policy.version.clone(),
                is_default_version: true,
                create_date: policy.updated(),
            }],
            None => {
                let policy = super::read(cloud, caller)?.policy_by_arn(&self.policy_arn);
                let policy = policy.ok_or_else(|| super::no_such_policy(&self.policy_arn))?;
                let newest_first = policy.versions.iter().rev().map(|(number, version)| wire::PolicyVersion {
                    document: None,
                    version_id: format!("v{number}"),
                    is_default_version: *number == policy.default_version,
                    create_date: version.created,
                });
                newest_first.collect()
            }
        };
        let page = self.page.cut(versions)?;
        Ok(ListPolicyVersionsOutput { versions: page.items, marker: page.marker })
    }
}

/// Deletes a version that is not in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeletePolicyVersion {
    pub policy_arn: String,
    pub version_id: String,
}

impl Operation for DeletePolicyVersion {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeletePolicyVersion";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_policy("iam:DeletePolicyVersion", cloud, caller, &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let policy = own(super::state_mut(cloud, caller), &self.policy_arn)?;
        let number = version_number(policy, &self.version_id)?;
        if number == policy.default_version {
            return Err(ApiError::new("DeleteConflict", "Cannot delete the default version of a policy."));
        }
        policy.versions.remove(&number);
        Ok(wire::Empty {})
    }
}

/// Puts a version in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SetDefaultPolicyVersion {
    pub policy_arn: String,
    pub version_id: String,
}

impl Operation for SetDefaultPolicyVersion {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "SetDefaultPolicyVersion";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_policy("iam:SetDefaultPolicyVersion", cloud, caller, &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let now = super::now(cloud);
        let policy = own(super::state_mut(cloud, caller), &self.policy_arn)?;
        policy.default_version = version_number(policy, &self.version_id)?;
        policy.updated = now;
        Ok(wire::Empty {})
    }
}
