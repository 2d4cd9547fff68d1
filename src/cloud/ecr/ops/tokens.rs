//! Authorization tokens: what `docker login` logs in with.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::cloud::ecr::place;
use crate::cloud::ecr::registry::Registry;
use crate::cloud::ecr::state::Token;
use crate::cloud::{
    ApiError, Authorization, Caller, Cloud, Digest, Duration, Operation, Principal, Service, Timestamp,
};

/// How long a token is good for. Source: Amazon ECR User Guide, "Private registry authentication".
pub const TOKEN_LIFETIME: Duration = Duration::hours(12);

/// Gives a token that stands for the caller at the registry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetAuthorizationToken {
    pub registry_ids: Option<Vec<String>>,
}

/// The tokens: one, or one per registry that was named.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetAuthorizationTokenOutput {
    pub authorization_data: Vec<AuthorizationData>,
}

/// A token and where it is for.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationData {
    /// Base64 of `AWS:{password}`.
    pub authorization_token: String,
    pub expires_at: Timestamp,
    /// `https://{registry's host}`.
    pub proxy_endpoint: String,
}

impl AuthorizationData {
    /// What `aws ecr get-login-password` prints.
    pub fn password(&self) -> Option<String> {
        let text = String::from_utf8(STANDARD.decode(&self.authorization_token).ok()?).ok()?;
        text.strip_prefix("AWS:").map(str::to_owned)
    }
}

impl Operation for GetAuthorizationToken {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "GetAuthorizationToken";
    type Output = GetAuthorizationTokenOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:GetAuthorizationToken")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetAuthorizationTokenOutput, ApiError> {
        let accounts = match &self.registry_ids {
            None => vec![place::account(caller, None)?],
            Some(ids) => ids.iter().map(|id| place::account(caller, Some(id))).collect::<Result<_, _>>()?,
        };
        let expires_at = cloud.now() + TOKEN_LIFETIME;
        let mut authorization_data = Vec::with_capacity(accounts.len());
        for account in accounts {
            let (key, token, authorization_token) = new_token(cloud, &caller.principal, expires_at);
            let state = &mut cloud.account_mut(caller.principal.account()).region_mut(&caller.region).ecr;
            state.tokens.insert(key, token);
            let registry = Registry { account, region: caller.region.clone() };
            authorization_data.push(AuthorizationData {
                authorization_token,
                expires_at,
                proxy_endpoint: format!("https://{}", registry.host()),
            });
        }
        Ok(GetAuthorizationTokenOutput { authorization_data })
    }
}

/// A token: what it is kept under, what is kept, and what the caller gets.
pub(in crate::cloud) fn new_token(
    cloud: &mut Cloud,
    principal: &Principal,
    expires_at: Timestamp,
) -> (Digest, Arc<Token>, String) {
    let password = make_password(cloud, expires_at);
    let token = Arc::new(Token { principal: principal.clone(), expires_at });
    (Digest::of(password.as_bytes()), token, STANDARD.encode(format!("AWS:{password}")))
}

/// A password of the real one's make: base64 of a JSON object with an encrypted payload. About 2 KB.
fn make_password(cloud: &mut Cloud, expires_at: Timestamp) -> String {
    let payload = STANDARD.encode(cloud.random_bytes(960));
    let key = STANDARD.encode(cloud.random_bytes(120));
    let expiration = expires_at.as_millis().div_euclid(1000);
    STANDARD.encode(format!(
        r#"{{"payload":"{payload}","datakey":"{key}","version":"2","type":"DATA_KEY","expiration":{expiration}}}"#
    ))
}
