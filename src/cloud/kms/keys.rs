//! Making, describing and listing keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::policies::{default_policy, read};
use super::state::{Key, Status, ask, key_arn, locate, page, state, state_mut};
use crate::cloud::id::as_uuid;
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// Makes a key of the customer's.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateKey {
    pub policy: Option<String>,
    pub description: String,
    pub key_usage: Option<String>,
    pub key_spec: Option<String>,
    pub bypass_policy_lockout_safety_check: bool,
}

/// A key.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyOutput {
    pub key_metadata: KeyMetadata,
}

/// What is known of a key.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyMetadata {
    #[serde(rename = "AWSAccountId")]
    pub aws_account_id: String,
    pub key_id: String,
    pub arn: Arn,
    pub creation_date: Timestamp,
    pub enabled: bool,
    pub description: String,
    /// `ENCRYPT_DECRYPT`.
    pub key_usage: &'static str,
    pub key_state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_date: Option<Timestamp>,
    /// `AWS_KMS`.
    pub origin: &'static str,
    /// `CUSTOMER` or `AWS`.
    pub key_manager: &'static str,
    /// `SYMMETRIC_DEFAULT`, as is the one after it.
    pub customer_master_key_spec: &'static str,
    pub key_spec: &'static str,
    pub encryption_algorithms: [&'static str; 1],
    pub multi_region: bool,
}

impl From<&Key> for KeyMetadata {
    fn from(key: &Key) -> Self {
        Self {
            aws_account_id: key.arn.account().to_owned(),
            key_id: key.id.clone(),
            arn: key.arn.clone(),
            creation_date: key.created_at,
            enabled: key.status == Status::Enabled,
            description: key.description.clone(),
            key_usage: "ENCRYPT_DECRYPT",
            key_state: key.status.as_str(),
            deletion_date: match key.status {
                Status::PendingDeletion { at, .. } => Some(at),
                _ => None,
            },
            origin: "AWS_KMS",
            key_manager: if key.is_aws_managed { "AWS" } else { "CUSTOMER" },
            customer_master_key_spec: "SYMMETRIC_DEFAULT",
            key_spec: "SYMMETRIC_DEFAULT",
            encryption_algorithms: ["SYMMETRIC_DEFAULT"],
            multi_region: false,
        }
    }
}

impl Operation for CreateKey {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "CreateKey";
    type Output = KeyOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("kms:CreateKey")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<KeyOutput, ApiError> {
        let symmetric = self.key_spec.as_deref().is_none_or(|spec| spec == "SYMMETRIC_DEFAULT");
        let encrypts = self.key_usage.as_deref().is_none_or(|usage| usage == "ENCRYPT_DECRYPT");
        if !symmetric || !encrypts {
            return Err(ApiError::new("UnsupportedOperationException", "only symmetric encryption keys are simulated"));
        }
        let account = caller.principal.account();
        let id = as_uuid(&cloud.random_hex(32));
        let policy = match &self.policy {
            Some(text) => read(cloud, text)?,
            None => default_policy(account),
        };
        let key = Key {
            arn: key_arn(account, &caller.region, &id),
            id: id.clone(),
            description: self.description,
            created_at: cloud.now(),
            status: Status::Enabled,
            is_aws_managed: false,
            policy: Arc::new(policy),
            grants: BTreeMap::new(),
        };
        let output = KeyOutput { key_metadata: KeyMetadata::from(&key) };
        let arn = key.arn.clone();
        state_mut(cloud, caller).keys.insert(id.clone(), Arc::new(key));
        if !self.bypass_policy_lockout_safety_check
            && let Err(error) = super::policies::must_not_lock_out(cloud, caller, &arn)
        {
            state_mut(cloud, caller).keys.remove(&id);
            return Err(error);
        }
        Ok(output)
    }
}

/// Describes a key.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeKey {
    pub key_id: String,
    /// The service on whose behalf it is asked; a request from outside says none.
    #[serde(skip)]
    pub(in crate::cloud) via: Option<String>,
}

impl Operation for DescribeKey {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "DescribeKey";
    type Output = KeyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.key_id, "kms:DescribeKey", self.via.as_deref())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<KeyOutput, ApiError> {
        let located = locate(cloud, caller, &self.key_id)?;
        Ok(KeyOutput { key_metadata: KeyMetadata::from(located.key(cloud)?) })
    }
}

/// Lists the account's keys in the region.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListKeys {
    pub limit: Option<u32>,
    pub marker: Option<String>,
}

/// A page of keys.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListKeysOutput {
    pub keys: Vec<KeyListEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<String>,
    pub truncated: bool,
}

/// A key in a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyListEntry {
    pub key_id: String,
    pub key_arn: Arn,
}

impl Operation for ListKeys {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "ListKeys";
    type Output = ListKeysOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("kms:ListKeys")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListKeysOutput, ApiError> {
        let now = cloud.now();
        let all = state(cloud, caller).into_iter().flat_map(|state| state.keys(now));
        let all = all.map(|key| KeyListEntry { key_id: key.id.clone(), key_arn: key.arn.clone() }).collect();
        let (keys, next_marker) = page(all, self.limit, 100, self.marker.as_deref())?;
        Ok(ListKeysOutput { keys, truncated: next_marker.is_some(), next_marker })
    }
}
