//! Authorization tokens for `public.ecr.aws`.

use serde::{Deserialize, Serialize};

use super::state::{self, state_mut};
use crate::cloud::ecr::{TOKEN_LIFETIME, new_token};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// Gives a token that stands for the caller.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GetAuthorizationToken {}

/// The token: one, not a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetAuthorizationTokenOutput {
    pub authorization_data: AuthorizationData,
}

/// A token.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationData {
    /// Base64 of `AWS:{password}`.
    pub authorization_token: String,
    pub expires_at: Timestamp,
}

impl Operation for GetAuthorizationToken {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "GetAuthorizationToken";
    type Output = GetAuthorizationTokenOutput;

    /// Source: Amazon ECR Public User Guide, "Registry authentication": both are needed.
    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![
            Authorization::anywhere("ecr-public:GetAuthorizationToken"),
            Authorization::anywhere("sts:GetServiceBearerToken"),
        ]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetAuthorizationTokenOutput, ApiError> {
        state::check_region(caller)?;
        let expires_at = cloud.now() + TOKEN_LIFETIME;
        let (key, token, authorization_token) = new_token(cloud, &caller.principal, expires_at);
        let state = state_mut(cloud, &caller.principal.account().clone());
        state.registry.tokens.insert(key, token);
        Ok(GetAuthorizationTokenOutput { authorization_data: AuthorizationData { authorization_token, expires_at } })
    }
}
