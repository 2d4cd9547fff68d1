//! Who am I, and whose is an access key?

use serde::{Deserialize, Serialize};

use super::{user_id, validation};
use crate::cloud::iam::{self, Validation};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Who am I? Needs no permission, and no policy can deny it.
/// Source: STS API Reference, GetCallerIdentity.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct GetCallerIdentity {}

/// The output of `GetCallerIdentity`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetCallerIdentityOutput {
    pub user_id: String,
    pub account: String,
    pub arn: Arn,
}

impl Operation for GetCallerIdentity {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "GetCallerIdentity";
    type Output = GetCallerIdentityOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        Vec::new()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetCallerIdentityOutput, ApiError> {
        let principal = &caller.principal;
        Ok(GetCallerIdentityOutput {
            user_id: user_id(cloud, principal),
            account: principal.account().to_string(),
            arn: iam::full_arn(cloud, principal),
        })
    }
}

/// Whose an access key is: the account, and nothing more.
/// Source: STS API Reference, GetAccessKeyInfo.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetAccessKeyInfo {
    pub access_key_id: String,
}

/// The output of `GetAccessKeyInfo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetAccessKeyInfoOutput {
    pub account: String,
}

impl Operation for GetAccessKeyInfo {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "GetAccessKeyInfo";
    type Output = GetAccessKeyInfoOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("sts:GetAccessKeyInfo")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetAccessKeyInfoOutput, ApiError> {
        super::refuse_federated_user(caller, Self::NAME)?;
        Validation::default().length("accessKeyId", Some(&self.access_key_id), 16, 128).done()?;
        let mut accounts = cloud.accounts();
        let owner = accounts.find(|account| {
            account.iam.access_key(&self.access_key_id).is_some() || account.sts.has_key(&self.access_key_id)
        });
        let owner = owner.ok_or_else(|| validation(format!("Invalid access key ID: {}", self.access_key_id)))?;
        Ok(GetAccessKeyInfoOutput { account: owner.id().to_string() })
    }
}
