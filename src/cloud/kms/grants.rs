//! Grants: permissions on a key beside its policy. Services get theirs when they are told to use a key.

use serde::{Deserialize, Serialize};

use super::Nothing;
use super::state::{Grant, GrantConstraints, Key, ask, locate, page};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// Gives a grant.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateGrant {
    pub key_id: String,
    pub grantee_principal: String,
    pub retiring_principal: Option<String>,
    pub operations: Vec<String>,
    pub constraints: Option<GrantConstraints>,
    pub name: Option<String>,
    /// The service on whose behalf it is asked; a request from outside says none.
    #[serde(skip)]
    pub(in crate::cloud) via: Option<String>,
}

/// The grant's id, and a token by which it counts at once.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateGrantOutput {
    pub grant_token: String,
    pub grant_id: String,
}

impl Operation for CreateGrant {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "CreateGrant";
    type Output = CreateGrantOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut questions = ask(cloud, caller, &self.key_id, "kms:CreateGrant", self.via.as_deref());
        for question in &mut questions {
            // Source: AWS KMS Developer Guide, "AWS KMS condition keys".
            question.context.push(("kms:GrantIsForAWSResource".to_owned(), vec![self.via.is_some().to_string()]));
            question.context.push(("kms:GrantOperations".to_owned(), self.operations.clone()));
            question.context.push(("kms:GranteePrincipal".to_owned(), vec![self.grantee_principal.clone()]));
        }
        questions
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CreateGrantOutput, ApiError> {
        let located = locate(cloud, caller, &self.key_id)?;
        located.key(cloud)?.must_be_enabled()?;
        let id = cloud.random_hex(64);
        let grant = Grant {
            id: id.clone(),
            name: self.name,
            created_at: cloud.now(),
            grantee: self.grantee_principal,
            retiring: self.retiring_principal,
            issuing_account: format!("arn:aws:iam::{}:root", caller.principal.account()),
            operations: self.operations,
            constraints: self.constraints,
        };
        let grant_token = cloud.random_secret();
        located.key_mut(cloud)?.grants.insert(id.clone(), grant);
        Ok(CreateGrantOutput { grant_token, grant_id: id })
    }
}

/// Lists a key's grants.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListGrants {
    pub key_id: String,
    pub grant_id: Option<String>,
    pub grantee_principal: Option<String>,
    pub limit: Option<u32>,
    pub marker: Option<String>,
}

/// A page of grants.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListGrantsOutput {
    pub grants: Vec<GrantListEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<String>,
    pub truncated: bool,
}

/// A grant.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GrantListEntry {
    /// The key's ARN.
    pub key_id: Arn,
    pub grant_id: String,
    /// Empty for a grant without name.
    pub name: String,
    pub creation_date: Timestamp,
    pub grantee_principal: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retiring_principal: Option<String>,
    pub issuing_account: String,
    pub operations: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constraints: Option<GrantConstraints>,
}

impl GrantListEntry {
    fn new(key: &Key, grant: &Grant) -> Self {
        Self {
            key_id: key.arn.clone(),
            grant_id: grant.id.clone(),
            name: grant.name.clone().unwrap_or_default(),
            creation_date: grant.created_at,
            grantee_principal: grant.grantee.clone(),
            retiring_principal: grant.retiring.clone(),
            issuing_account: grant.issuing_account.clone(),
            operations: grant.operations.clone(),
            constraints: grant.constraints.clone(),
        }
    }
}

impl Operation for ListGrants {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "ListGrants";
    type Output = ListGrantsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:ListGrants", None)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListGrantsOutput, ApiError> {
        let located = locate(cloud, caller, &self.key_id)?;
        let key = located.key(cloud)?;
        let wanted = |grant: &&Grant| {
            self.grant_id.as_ref().is_none_or(|id| *id == grant.id)
                && self.grantee_principal.as_ref().is_none_or(|grantee| *grantee == grant.grantee)
        };
        let all = key.grants.values().filter(wanted).map(|grant| GrantListEntry::new(key, grant)).collect();
        let (grants, next_marker) = page(all, self.limit, 50, self.marker.as_deref())?;
        Ok(ListGrantsOutput { grants, truncated: next_marker.is_some(), next_marker })
    }
}

fn remove(cloud: &mut Cloud, caller: &Caller, key_id: &str, grant_id: &str) -> Result<Nothing, ApiError> {
    let located = locate(cloud, caller, key_id)?;
    if !located.key(cloud)?.grants.contains_key(grant_id) {
        // Source of the text: observed.
        return Err(ApiError::new("NotFoundException", format!("Grant ID {grant_id} not found")));
    }
    located.key_mut(cloud)?.grants.remove(grant_id);
    Ok(Nothing {})
}

/// Takes a grant away.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RevokeGrant {
    pub key_id: String,
    pub grant_id: String,
}

impl Operation for RevokeGrant {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "RevokeGrant";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:RevokeGrant", None)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        remove(cloud, caller, &self.key_id, &self.grant_id)
    }
}

/// Gives a grant up.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RetireGrant {
    pub key_id: String,
    pub grant_id: String,
    /// The service on whose behalf it is asked; a request from outside says none.
    #[serde(skip)]
    pub(in crate::cloud) via: Option<String>,
}

impl Operation for RetireGrant {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "RetireGrant";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:RetireGrant", self.via.as_deref())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        remove(cloud, caller, &self.key_id, &self.grant_id)
    }
}
