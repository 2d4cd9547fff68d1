//! The operations, in AWS's shapes. Source of the texts: AWS Secrets Manager API reference and observed answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Secret, SecretVersion, State};
use crate::cloud::id::as_uuid;
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Duration, Operation, Service, Timestamp};

fn state<'a>(cloud: &'a Cloud, caller: &Caller) -> Option<&'a State> {
    Some(&cloud.account(caller.principal.account())?.region(&caller.region)?.secrets)
}

fn state_mut<'a>(cloud: &'a mut Cloud, caller: &Caller) -> &'a mut State {
    &mut cloud.account_mut(caller.principal.account()).region_mut(&caller.region).secrets
}

fn not_found() -> ApiError {
    ApiError::new("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

fn find(cloud: &Cloud, caller: &Caller, id: &str) -> Result<Secret, ApiError> {
    state(cloud, caller).and_then(|state| state.find(id)).cloned().ok_or_else(not_found)
}

/// As [`find`], but not for one that is marked for deletion.
fn find_live(cloud: &Cloud, caller: &Caller, id: &str) -> Result<Secret, ApiError> {
    let secret = find(cloud, caller, id)?;
    match secret.deleted_at {
        None => Ok(secret),
        Some(_) => Err(ApiError::new(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )),
    }
}

/// What IAM is asked: about the secret, or where there is none, about what its ARN would begin with.
fn ask(cloud: &Cloud, caller: &Caller, id: &str, action: &'static str) -> Vec<Authorization> {
    let known = state(cloud, caller).and_then(|state| state.find(id)).map(|secret| secret.arn.clone());
    let arn = known.or_else(|| id.parse().ok()).unwrap_or_else(|| secret_arn(caller, &format!("{id}-??????")));
    vec![Authorization::on(action, arn)]
}

fn secret_arn(caller: &Caller, name: &str) -> Arn {
    let account = caller.principal.account().as_str();
    Arn::new("secretsmanager", caller.region.as_str(), account, &format!("secret:{name}"))
}

fn new_version(cloud: &mut Cloud, text: String) -> SecretVersion {
    let id = as_uuid(&cloud.random_hex(32));
    SecretVersion { id, text, created_at: cloud.now() }
}

/// A secret by name and ARN, with the version that was written, if one was.
#[derive(Clone, Debug, Serialize)]
pub struct SecretOutput {
    #[serde(rename = "ARN")]
    pub arn: Arn,
    #[serde(rename = "Name")]
    pub name: String,
    #[serde(rename = "VersionId", skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
}

/// Makes a secret.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateSecret {
    pub name: String,
    pub description: Option<String>,
    pub kms_key_id: Option<String>,
    pub secret_string: Option<String>,
}

impl Operation for CreateSecret {
    const SERVICE: Service = Service::SecretsManager;
    const NAME: &'static str = "CreateSecret";
    type Output = SecretOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.name, "secretsmanager:CreateSecret")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SecretOutput, ApiError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
        if self.name.is_empty() || self.name.len() > 512 || !self.name.chars().all(fits) {
            return Err(ApiError::new(
                "ValidationException",
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
            ));
        }
        if state(cloud, caller).is_some_and(|state| state.secrets.contains_key(&self.name)) {
            let text = format!("The operation failed because the secret {} already exists.", self.name);
            return Err(ApiError::new("ResourceExistsException", text));
        }
        let suffix = cloud.random_id(6);
        let current = self.secret_string.map(|text| new_version(cloud, text));
        let secret = Secret {
            arn: secret_arn(caller, &format!("{}-{suffix}", self.name)),
            name: self.name.clone(),
            description: self.description,
            kms_key_id: self.kms_key_id,
            created_at: cloud.now(),
            changed_at: cloud.now(),
            deleted_at: None,
            previous: None,
            current,
        };
        let version_id = secret.current.as_ref().map(|version| version.id.clone());
        let output = SecretOutput { arn: secret.arn.clone(), name: self.name.clone(), version_id };
        state_mut(cloud, caller).secrets.insert(self.name, Arc::new(secret));
        Ok(output)
    }
}

/// Writes a value; the one before stays as the previous one.
fn write(cloud: &mut Cloud, caller: &Caller, mut secret: Secret, text: Option<String>) -> SecretOutput {
    let version = text.map(|text| new_version(cloud, text));
    let version_id = version.as_ref().map(|version| version.id.clone());
    if version.is_some() {
        secret.previous = std::mem::replace(&mut secret.current, version);
    }
    secret.changed_at = cloud.now();
    let output = SecretOutput { arn: secret.arn.clone(), name: secret.name.clone(), version_id };
    state_mut(cloud, caller).secrets.insert(secret.name.clone(), Arc::new(secret));
    output
}

/// Writes a new value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutSecretValue {
    pub secret_id: String,
    pub secret_string: String,
}

impl Operation for PutSecretValue {
    const SERVICE: Service = Service::SecretsManager;
    const NAME: &'static str = "PutSecretValue";
    type Output = SecretOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.secret_id, "secretsmanager:PutSecretValue")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SecretOutput, ApiError> {
        let secret = find_live(cloud, caller, &self.secret_id)?;
        Ok(write(cloud, caller, secret, Some(self.secret_string)))
    }
}

/// Changes a secret: its description, its key, its value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UpdateSecret {
    pub secret_id: String,
    pub description: Option<String>,
    pub kms_key_id: Option<String>,
    pub secret_string: Option<String>,
}

impl Operation for UpdateSecret {
    const SERVICE: Service = Service::SecretsManager;
    const NAME: &'static str = "UpdateSecret";
    type Output = SecretOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.secret_id, "secretsmanager:UpdateSecret")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SecretOutput, ApiError> {
        let mut secret = find_live(cloud, caller, &self.secret_id)?;
        secret.description = self.description.or(secret.description);
        secret.kms_key_id = self.kms_key_id.or(secret.kms_key_id);
        Ok(write(cloud, caller, secret, self.secret_string))
    }
}

/// Reads the current value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetSecretValue {
    pub secret_id: String,
}

/// The value.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetSecretValueOutput {
    #[serde(rename = "ARN")]
    pub arn: Arn,
    pub name: String,
    pub version_id: String,
    pub secret_string: String,
    pub version_stages: [&'static str; 1],
    pub created_date: Timestamp,
}

impl Operation for GetSecretValue {
    const SERVICE: Service = Service::SecretsManager;
    const NAME: &'static str = "GetSecretValue";
    type Output = GetSecretValueOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.secret_id, "secretsmanager:GetSecretValue")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetSecretValueOutput, ApiError> {
        let secret = find_live(cloud, caller, &self.secret_id)?;
        let current = secret.current.ok_or_else(|| {
            let text = "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT";
            ApiError::new("ResourceNotFoundException", text)
        })?;
        Ok(GetSecretValueOutput {
            arn: secret.arn,
            name: secret.name,
            version_id: current.id,
            secret_string: current.text,
            version_stages: ["AWSCURRENT"],
            created_date: current.created_at,
        })
    }
}

/// Describes a secret, without its value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeSecret {
    pub secret_id: String,
}

/// A secret, as described.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeSecretOutput {
    #[serde(rename = "ARN")]
    pub arn: Arn,
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    pub last_changed_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deleted_date: Option<Timestamp>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub version_ids_to_stages: BTreeMap<String, [&'static str; 1]>,
    pub created_date: Timestamp,
}

impl From<&Secret> for DescribeSecretOutput {
    fn from(of: &Secret) -> Self {
        let versions = [(&of.current, "AWSCURRENT"), (&of.previous, "AWSPREVIOUS")];
        let staged = |(version, stage): (&Option<SecretVersion>, _)| Some((version.as_ref()?.id.clone(), [stage]));
        Self {
            arn: of.arn.clone(),
            name: of.name.clone(),
            description: of.description.clone(),
            kms_key_id: of.kms_key_id.clone(),
            last_changed_date: of.changed_at,
            deleted_date: of.deleted_at,
            version_ids_to_stages: versions.into_iter().filter_map(staged).collect(),
            created_date: of.created_at,
        }
    }
}

impl Operation for DescribeSecret {
    const SERVICE: Service = Service::SecretsManager;
    const NAME: &'static str = "DescribeSecret";
    type Output = DescribeSecretOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.secret_id, "secretsmanager:DescribeSecret")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeSecretOutput, ApiError> {
        Ok(DescribeSecretOutput::from(&find(cloud, caller, &self.secret_id)?))
    }
}

/// Lists the secrets that are not marked for deletion, by name.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListSecrets {}

/// The secrets, without their values.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListSecretsOutput {
    pub secret_list: Vec<DescribeSecretOutput>,
}

impl Operation for ListSecrets {
    const SERVICE: Service = Service::SecretsManager;
    const NAME: &'static str = "ListSecrets";
    type Output = ListSecretsOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("secretsmanager:ListSecrets")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListSecretsOutput, ApiError> {
        let all = state(cloud, caller).into_iter().flat_map(|state| state.secrets.values());
        let live = all.filter(|secret| secret.deleted_at.is_none());
        Ok(ListSecretsOutput { secret_list: live.map(|secret| secret.as_ref().into()).collect() })
    }
}

/// Marks a secret for deletion, or deletes it at once.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteSecret {
    pub secret_id: String,
    pub recovery_window_in_days: Option<i64>,
    pub force_delete_without_recovery: bool,
}

/// When it is gone.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteSecretOutput {
    #[serde(rename = "ARN")]
    pub arn: Arn,
    pub name: String,
    pub deletion_date: Timestamp,
}

impl Operation for DeleteSecret {
    const SERVICE: Service = Service::SecretsManager;
    const NAME: &'static str = "DeleteSecret";
    type Output = DeleteSecretOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.secret_id, "secretsmanager:DeleteSecret")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DeleteSecretOutput, ApiError> {
        let mut secret = find_live(cloud, caller, &self.secret_id)?;
        let days = self.recovery_window_in_days.unwrap_or(30);
        if self.force_delete_without_recovery && self.recovery_window_in_days.is_some() {
            let text = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.";
            return Err(ApiError::new("InvalidParameterException", text));
        }
        if !(7..=30).contains(&days) {
            let text = "RecoveryWindowInDays value must be between 7 and 30 days (inclusive).";
            return Err(ApiError::new("InvalidParameterException", text));
        }
        let now = cloud.now();
        let secrets = &mut state_mut(cloud, caller).secrets;
        let mut output = DeleteSecretOutput { arn: secret.arn.clone(), name: secret.name.clone(), deletion_date: now };
        if self.force_delete_without_recovery {
            secrets.remove(&secret.name);
        } else {
            output.deletion_date = now + Duration::days(days);
            secret.deleted_at = Some(output.deletion_date);
            secrets.insert(secret.name.clone(), Arc::new(secret));
        }
        Ok(output)
    }
}

/// Takes the mark away.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RestoreSecret {
    pub secret_id: String,
}

impl Operation for RestoreSecret {
    const SERVICE: Service = Service::SecretsManager;
    const NAME: &'static str = "RestoreSecret";
    type Output = SecretOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.secret_id, "secretsmanager:RestoreSecret")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SecretOutput, ApiError> {
        let mut secret = find(cloud, caller, &self.secret_id)?;
        secret.deleted_at = None;
        Ok(write(cloud, caller, secret, None))
    }
}
