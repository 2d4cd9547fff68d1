//! GetSessionToken and GetFederationToken: temporary credentials for the caller itself, or for somebody in its name.

use serde::{Deserialize, Serialize};

use super::Provisions;
use super::credentials::{Credentials, PolicyDescriptor, check_tags, packed_size, request_tags, session_policies};
use crate::cloud::iam::{Tag, Validation};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Duration, Operation, Principal, Service};

/// Temporary credentials for the caller itself. Needs no permission.
/// Source: STS API Reference, GetSessionToken.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetSessionToken {
    pub duration_seconds: Option<i64>,
}

/// The output of `GetSessionToken`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetSessionTokenOutput {
    pub credentials: Credentials,
}

/// How long the credentials last, and the id of whom they end with. Only long-term credentials ask for them.
/// Source: STS API Reference, GetSessionToken and GetFederationToken: root's last an hour at most.
fn long_term(
    cloud: &Cloud,
    caller: &Caller,
    operation: &str,
    seconds: Option<i64>,
) -> Result<(Duration, std::sync::Arc<str>), ApiError> {
    Validation::default().range("durationSeconds", seconds, 900, 129_600).done()?;
    let (seconds, id) = match &caller.principal {
        Principal::User { account, name } => {
            let user = cloud.account(account).and_then(|account| account.iam.user(name));
            (seconds.unwrap_or(43_200), user.map(|user| user.id.clone()).unwrap_or_default())
        }
        Principal::Root { account } => (seconds.unwrap_or(3600).min(3600), account.as_str().into()),
        Principal::Session { .. }
        | Principal::FederatedUser { .. }
        | Principal::Federated { .. }
        | Principal::Service { .. } => {
            return Err(super::with_session_credentials(operation));
        }
    };
    Ok((Duration::seconds(seconds), id))
}

impl Operation for GetSessionToken {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "GetSessionToken";
    type Output = GetSessionTokenOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        Vec::new()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetSessionTokenOutput, ApiError> {
        let (lifetime, id) = long_term(cloud, caller, Self::NAME, self.duration_seconds)?;
        let session = super::start(cloud, caller.principal.clone(), id, lifetime, Provisions::default());
        Ok(GetSessionTokenOutput { credentials: Credentials::of(&session) })
    }
}

/// Temporary credentials for somebody to whom the caller lends what a session policy leaves of its permissions.
/// Source: STS API Reference, GetFederationToken; IAM User Guide, "Permissions for GetFederationToken".
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetFederationToken {
    /// What the caller calls them.
    pub name: String,
    /// A session policy. Without one, only policies of resources allow anything.
    pub policy: Option<String>,
    /// Managed policies as session policies.
    #[serde(default)]
    pub policy_arns: Vec<PolicyDescriptor>,
    pub duration_seconds: Option<i64>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// The output of `GetFederationToken`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetFederationTokenOutput {
    pub credentials: Credentials,
    pub federated_user: FederatedUser,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packed_policy_size: Option<usize>,
}

/// The federated user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FederatedUser {
    pub federated_user_id: String,
    pub arn: Arn,
}

impl Operation for GetFederationToken {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "GetFederationToken";
    type Output = GetFederationTokenOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        // Temporary credentials are refused by `run`, with a text of its own.
        let Principal::User { account, .. } = &caller.principal else { return Vec::new() };
        let resource = Arn::new("sts", "", account.as_str(), &format!("federated-user/{}", self.name));
        let mut question = Authorization::on("sts:GetFederationToken", resource);
        request_tags(&mut question, &self.tags, &[]);
        let tagging = (!self.tags.is_empty()).then(|| Authorization { action: "sts:TagSession", ..question.clone() });
        [question].into_iter().chain(tagging).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetFederationTokenOutput, ApiError> {
        Validation::default().at_least("name", &self.name, 2).name("name", &self.name, 32).done()?;
        let (lifetime, id) = long_term(cloud, caller, Self::NAME, self.duration_seconds)?;
        let account = caller.principal.account().clone();
        let state = cloud.account(&account).map(|account| &account.iam);
        let policies = session_policies(state, self.policy.as_deref(), &self.policy_arns)?;
        check_tags(&self.tags)?;
        let user = match &caller.principal {
            Principal::User { name, .. } => Some(name.clone()),
            _ => None,
        };
        let federated_user_id = format!("{account}:{}", self.name);
        let principal = Principal::FederatedUser { account, name: self.name, user };
        let federated_user = FederatedUser { federated_user_id, arn: principal.arn() };
        let provisions = Provisions { policies, tags: self.tags, ..Provisions::default() };
        let session = super::start(cloud, principal, id, lifetime, provisions);
        Ok(GetFederationTokenOutput {
            credentials: Credentials::of(&session),
            federated_user,
            packed_policy_size: packed_size(self.policy.as_deref()),
        })
    }
}
