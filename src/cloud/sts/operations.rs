//! STS's operations, in AWS's shapes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Session, user_id};
use crate::cloud::iam::{self, Policy, Role, Tag, Validation};
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

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<GetAccessKeyInfoOutput, ApiError> {
        Validation::default().length("accessKeyId", Some(&self.access_key_id), 16, 128).done()?;
        let mut accounts = cloud.accounts();
        let owner = accounts.find(|account| {
            account.iam.access_key(&self.access_key_id).is_some() || account.sts.has_key(&self.access_key_id)
        });
        let owner = owner.ok_or_else(|| validation(format!("Invalid access key ID: {}", self.access_key_id)))?;
        Ok(GetAccessKeyInfoOutput { account: owner.id().to_string() })
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
    /// Tags of the session; they come before those of the role.
    #[serde(default)]
    pub tags: Vec<Tag>,
    #[serde(default)]
    pub transitive_tag_keys: Vec<String>,
    pub source_identity: Option<String>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
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

impl AssumeRole {
    /// What the session is given. Transitive tags and the source identity of a chain can't be changed on the way.
    /// Source: IAM User Guide, "Pass session tags in AWS STS", "Chaining roles with session tags".
    fn provisions(
        &self,
        cloud: &Cloud,
        caller: &Caller,
        policies: Vec<super::NamedPolicy>,
    ) -> Result<super::Provisions, ApiError> {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        for (at, tag) in self.tags.iter().enumerate() {
            if self.tags.iter().take(at).any(|other| same(&other.key, &tag.key)) {
                let text = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
                return Err(ApiError::new("InvalidInput", text));
            }
        }
        let before = match caller.principal {
            Principal::Session { .. } => super::session_of(cloud, &caller.principal),
            _ => None,
        };
        let mut tags = self.tags.clone();
        let mut transitive = self.transitive_tag_keys.clone();
        for key in before.iter().flat_map(|session| &session.transitive) {
            if tags.iter().any(|tag| same(&tag.key, key)) {
                let text = "One of the specified transitive tag keys can't be set because it conflicts with a \
                            transitive tag key from the calling session.";
                return Err(ApiError::new("InvalidParameterValue", text));
            }
            tags.extend(before.iter().flat_map(|session| &session.tags).find(|tag| same(&tag.key, key)).cloned());
            transitive.push(key.clone());
        }
        let inherited = before.and_then(|session| session.source_identity.clone());
        let source_identity = inherited.or_else(|| self.source_identity.clone());
        Ok(super::Provisions { policies, tags, transitive, source_identity })
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
        if let Some(identity) = &self.source_identity {
            question.context.push(("sts:SourceIdentity".to_owned(), vec![identity.clone()]));
        }
        if !self.tags.is_empty() {
            question.context.push(("aws:TagKeys".to_owned(), self.tags.iter().map(|tag| tag.key.clone()).collect()));
            question.context.push(("sts:TransitiveTagKeys".to_owned(), self.transitive_tag_keys.clone()));
            for Tag { key, value } in &self.tags {
                question.context.push((format!("aws:RequestTag/{key}"), vec![value.clone()]));
            }
        }
        // Source: IAM User Guide, "Pass session tags in AWS STS" and "Monitor and control actions taken with assumed
        // roles": tags and a source identity are permissions of their own, in the trust policy too.
        let tagging = (!self.tags.is_empty()).then_some("sts:TagSession");
        let naming = self.source_identity.is_some().then_some("sts:SetSourceIdentity");
        let more = [tagging, naming].into_iter().flatten();
        let more: Vec<_> = more.map(|action| Authorization { action, ..question.clone() }).collect();
        [question].into_iter().chain(more).collect()
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
        let provisions = self.provisions(cloud, caller, policies)?;
        let source_identity = provisions.source_identity.clone();
        let session = super::start(cloud, principal, role.id.clone(), Duration::seconds(seconds), provisions);
        let credentials = Credentials::of(&session);
        Ok(AssumeRoleOutput { credentials, assumed_role_user, packed_policy_size, source_identity })
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
        let session =
            super::start(cloud, caller.principal.clone(), id, Duration::seconds(seconds), super::Provisions::default());
        Ok(GetSessionTokenOutput { credentials: Credentials::of(&session) })
    }
}
