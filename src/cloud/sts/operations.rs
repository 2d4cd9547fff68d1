//! STS's operations, in AWS's shapes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Session, user_id};
use crate::cloud::iam::{self, Policy, Role, Validation};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Duration, Operation, Principal, Service, Timestamp};

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

/// Temporary credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    pub session_token: String,
    pub expiration: Timestamp,
}

impl Credentials {
    fn of(session: &Session) -> Self {
        Self {
            access_key_id: session.access_key_id.clone(),
            secret_access_key: session.secret_access_key.clone(),
            session_token: session.token.clone(),
            expiration: session.expires,
        }
    }
}

/// Takes on a role for a while.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRole {
    pub role_arn: String,
    pub role_session_name: String,
    /// A session policy: it only limits.
    pub policy: Option<String>,
    /// Managed policies as session policies.
    #[serde(default)]
    pub policy_arns: Vec<PolicyDescriptor>,
    pub duration_seconds: Option<i64>,
    pub external_id: Option<String>,
}

/// A managed policy by its ARN.
#[derive(Clone, Debug, Deserialize)]
pub struct PolicyDescriptor {
    pub arn: String,
}

/// The output of `AssumeRole`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleOutput {
    pub credentials: Credentials,
    pub assumed_role_user: AssumedRoleUser,
    /// How much of the room for session policies is used, in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packed_policy_size: Option<usize>,
}

/// The role session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumedRoleUser {
    pub assumed_role_id: String,
    pub arn: Arn,
}

impl AssumeRole {
    fn role<'a>(&self, cloud: &'a Cloud) -> Option<&'a Arc<Role>> {
        let arn: Arn = self.role_arn.parse().ok()?;
        cloud.account(&arn.account().parse().ok()?)?.iam.role_by_arn(&arn)
    }

    /// The policies that will limit the session, by name.
    fn session_policies(&self, cloud: &Cloud, role: &Role) -> Result<Vec<super::NamedPolicy>, ApiError> {
        let mut policies = Vec::new();
        if let Some(text) = &self.policy {
            if text.chars().filter(|c| !c.is_whitespace()).count() > super::SESSION_POLICY_SIZE {
                return Err(packed_too_large());
            }
            policies.push(("SessionPolicy".into(), Arc::new(Policy::identity(text)?)));
        }
        if self.policy_arns.len() > 10 {
            return Err(packed_too_large());
        }
        let state = role.arn.account().parse().ok().and_then(|account| cloud.account(&account));
        for PolicyDescriptor { arn } in &self.policy_arns {
            let found = state.and_then(|account| account.iam.managed_document(arn));
            let found = found.ok_or_else(|| {
                ApiError::new("NoSuchEntity", format!("Policy {arn} does not exist or is not attachable."))
            })?;
            policies.push((arn.as_str().into(), Arc::clone(found)));
        }
        Ok(policies)
    }
}

fn packed_too_large() -> ApiError {
    ApiError::new(
        "PackedPolicyTooLarge",
        "Packed policy consumes more than 100% of allotted space, please use smaller policy.",
    )
}

fn validation(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationError", message)
}

impl Operation for AssumeRole {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "AssumeRole";
    type Output = AssumeRoleOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        // What is wrong about the request's form is told by `run`; root is refused there with its own text.
        let Ok(role) = self.role_arn.parse() else { return Vec::new() };
        if matches!(caller.principal, Principal::Root { .. }) {
            return Vec::new();
        }
        let mut question = Authorization::on("sts:AssumeRole", role);
        question.context.push(("sts:RoleSessionName".to_owned(), vec![self.role_session_name.clone()]));
        if let Some(id) = &self.external_id {
            question.context.push(("sts:ExternalId".to_owned(), vec![id.clone()]));
        }
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AssumeRoleOutput, ApiError> {
        Validation::default()
            .length("roleArn", Some(&self.role_arn), 20, 2048)
            .at_least("roleSessionName", &self.role_session_name, 2)
            .name("roleSessionName", &self.role_session_name, 64)
            .range("durationSeconds", self.duration_seconds, 900, 43_200)
            .length("externalId", self.external_id.as_deref(), 2, 1224)
            .done()?;
        if matches!(caller.principal, Principal::Root { .. }) {
            return Err(ApiError::new("AccessDenied", "Roles may not be assumed by root accounts."));
        }
        let Some(role) = self.role(cloud).cloned() else {
            return Err(validation(format!("{} is invalid", self.role_arn)));
        };
        let seconds = self.duration_seconds.unwrap_or(3600);
        // Source: IAM User Guide, "Methods to assume a role": chained sessions last an hour at most.
        if matches!(caller.principal, Principal::Session { .. }) && seconds > 3600 {
            return Err(validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
            ));
        }
        if seconds > role.max_session_duration {
            return Err(validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role."));
        }
        let policies = self.session_policies(cloud, &role)?;
        let inline = self.policy.as_ref().map(|text| text.chars().filter(|c| !c.is_whitespace()).count());
        let packed_policy_size = inline.map(|size| (size * 100).div_ceil(super::SESSION_POLICY_SIZE).clamp(1, 100));
        let account = role.arn.account().parse().map_err(|_| validation(format!("{} is invalid", self.role_arn)))?;
        let principal =
            Principal::Session { account, role: role.name.to_string(), session: self.role_session_name.clone() };
        let assumed_role_user = AssumedRoleUser {
            assumed_role_id: format!("{}:{}", role.id, self.role_session_name),
            arn: principal.arn(),
        };
        let session = super::start(cloud, principal, role.id.clone(), Duration::seconds(seconds), policies);
        Ok(AssumeRoleOutput { credentials: Credentials::of(&session), assumed_role_user, packed_policy_size })
    }
}

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

impl Operation for GetSessionToken {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "GetSessionToken";
    type Output = GetSessionTokenOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        Vec::new()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetSessionTokenOutput, ApiError> {
        Validation::default().range("durationSeconds", self.duration_seconds, 900, 129_600).done()?;
        let (seconds, id) = match &caller.principal {
            Principal::User { account, name } => {
                let user = cloud.account(account).and_then(|account| account.iam.user(name));
                (self.duration_seconds.unwrap_or(43_200), user.map(|user| user.id.clone()).unwrap_or_default())
            }
            // Root's session tokens last an hour at most.
            Principal::Root { account } => (self.duration_seconds.unwrap_or(3600).min(3600), account.as_str().into()),
            Principal::Session { .. } | Principal::Service { .. } => {
                return Err(ApiError::new("AccessDenied", "Cannot call GetSessionToken with session credentials"));
            }
        };
        let session = super::start(cloud, caller.principal.clone(), id, Duration::seconds(seconds), Vec::new());
        Ok(GetSessionTokenOutput { credentials: Credentials::of(&session) })
    }
}
