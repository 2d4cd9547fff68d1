//! Secrets Manager, as far as ECR meets it: secrets with their current value, deleted with a way back.
//!
//! Not here: rotation, replicas, resource policies, versions but the current and the previous one.

mod operations;

pub use operations::{
    CreateSecret, DeleteSecret, DescribeSecret, GetSecretValue, ListSecrets, PutSecretValue, RestoreSecret,
    UpdateSecret,
};

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{AccountId, Arn, Cloud, Region, Timestamp};

/// An account's secrets in a region, by name.
#[derive(Clone, Debug, Default)]
pub struct State {
    secrets: BTreeMap<String, Arc<Secret>>,
}

/// A secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub name: String,
    /// The name and six random characters behind it.
    pub arn: Arn,
    pub description: Option<String>,
    pub kms_key_id: Option<String>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// When it will be gone, once it is marked for deletion.
    pub deleted_at: Option<Timestamp>,
    pub current: Option<SecretVersion>,
    pub previous: Option<SecretVersion>,
}

/// A value of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretVersion {
    pub id: String,
    pub text: String,
    pub created_at: Timestamp,
}

impl State {
    /// The secret of that name, or of that ARN; of an ARN the six characters at the end may be left out.
    /// Source: AWS Secrets Manager API reference, `SecretId`.
    pub fn find(&self, id: &str) -> Option<&Secret> {
        if !id.starts_with("arn:") {
            return self.secrets.get(id).map(Arc::as_ref);
        }
        let named = |secret: &&Arc<Secret>| {
            let arn = secret.arn.as_str();
            arn == id || arn.rsplit_once('-').is_some_and(|(partial, _)| partial == id)
        };
        self.secrets.values().find(named).map(Arc::as_ref)
    }
}

/// A secret in a region of an account, by its ARN; none for one that is somewhere else or marked for deletion.
fn there<'a>(cloud: &'a Cloud, account: &AccountId, region: &Region, arn: &str) -> Option<&'a Secret> {
    let parsed: Arn = arn.parse().ok()?;
    let is_here = parsed.account() == account.as_str() && parsed.region() == region.as_str();
    let state = &cloud.account(account).filter(|_| is_here)?.region(region)?.secrets;
    state.find(arn).filter(|secret| secret.deleted_at.is_none())
}

/// The value of a secret, for services that read it.
pub(super) fn current_value<'a>(cloud: &'a Cloud, account: &AccountId, region: &Region, arn: &str) -> Option<&'a str> {
    there(cloud, account, region, arn)?.current.as_ref().map(|version| version.text.as_str())
}

/// The key that a secret is encrypted with, where it is another than the account's default one.
pub(super) fn key_of<'a>(cloud: &'a Cloud, account: &AccountId, region: &Region, arn: &str) -> Option<&'a str> {
    there(cloud, account, region, arn)?.kms_key_id.as_deref()
}

super::operations!(
    CreateSecret,
    DeleteSecret,
    DescribeSecret,
    GetSecretValue,
    ListSecrets,
    PutSecretValue,
    RestoreSecret,
    UpdateSecret,
);
