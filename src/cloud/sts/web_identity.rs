//! AssumeRoleWithWebIdentity: whoever an OpenID Connect provider vouches for takes on a role. The request is not signed.
//!
//! Source: STS API Reference, AssumeRoleWithWebIdentity; IAM User Guide, "OIDC federation".

use serde::{Deserialize, Serialize};

use super::Provisions;
use super::assumption::{AssumedRoleUser, Assumption};
use super::credentials::{Credentials, PolicyDescriptor};
use super::token::Token;
use crate::cloud::iam::{Tag, WELL_KNOWN_PROVIDERS};
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Operation, Principal, Service};

/// Takes on a role with a token of an identity provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleWithWebIdentity {
    pub role_arn: String,
    pub role_session_name: String,
    /// A JSON Web Token.
    pub web_identity_token: String,
    /// The host of a provider whose tokens are no JSON Web Tokens.
    pub provider_id: Option<String>,
    /// A session policy: it only limits.
    pub policy: Option<String>,
    /// Managed policies as session policies.
    #[serde(default)]
    pub policy_arns: Vec<PolicyDescriptor>,
    pub duration_seconds: Option<i64>,
}

/// The output of `AssumeRoleWithWebIdentity`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleWithWebIdentityOutput {
    pub credentials: Credentials,
    pub subject_from_web_identity_token: String,
    pub assumed_role_user: AssumedRoleUser,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packed_policy_size: Option<usize>,
    /// The ARN of the provider; its host for one that IAM knows without an entity.
    pub provider: String,
    pub audience: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
}

/// A token that holds, and what follows from it.
struct Proven {
    token: Token,
    /// As condition keys begin: `oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE`.
    name: String,
    audience: String,
    subject: String,
    tags: Vec<Tag>,
    transitive: Vec<String>,
}

fn invalid_token(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidIdentityToken", message)
}

impl AssumeRoleWithWebIdentity {
    fn account(&self) -> Option<AccountId> {
        self.role_arn.parse::<Arn>().ok()?.account().parse().ok()
    }

    /// The provider as trust policies name it.
    fn provider(&self, name: &str) -> String {
        if WELL_KNOWN_PROVIDERS.contains(&name) {
            return name.to_owned();
        }
        let account = self.account();
        let account = account.as_ref().map_or("", AccountId::as_str);
        Arn::new("iam", "", account, &format!("oidc-provider/{name}")).as_str().to_owned()
    }

    /// Checks the token against what the role's account knows of its issuer.
    fn prove(&self, cloud: &Cloud) -> Result<Proven, ApiError> {
        let token = Token::read(&self.web_identity_token).ok_or_else(|| {
            invalid_token(
                "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
            )
        })?;
        // Inferred: the wording about claims that are missing.
        let name = token.issuer().ok_or_else(|| invalid_token("Missing a required claim: iss"))?.to_owned();
        let audiences = token.audiences();
        let audience = if WELL_KNOWN_PROVIDERS.contains(&name.as_str()) {
            audiences.first()
        } else {
            let account = self.account();
            let state = account.as_ref().and_then(|account| cloud.account(account)).map(|account| &account.iam);
            let provider = state.and_then(|state| state.oidc_provider(&name)).ok_or_else(|| {
                invalid_token(format!("No OpenIDConnect provider found in your account for {}", token.issuer_url()))
            })?;
            audiences.iter().find(|audience| provider.client_ids.contains(audience))
        };
        let audience = audience.ok_or_else(|| invalid_token("Incorrect token audience"))?.clone();
        let subject = token.subject().ok_or_else(|| invalid_token("Missing a required claim: sub"))?.to_owned();
        let expires = token.expires().ok_or_else(|| invalid_token("Missing a required claim: exp"))?;
        let now = cloud.now().as_millis().div_euclid(1000);
        if expires <= now {
            return Err(ApiError::new(
                "ExpiredTokenException",
                format!("Token expired: current date/time {now} must be before the expiration date/time {expires}"),
            ));
        }
        let (tags, transitive) = token.tags();
        Ok(Proven { token, name, audience, subject, tags, transitive })
    }

    fn assumption<'a>(&'a self, proven: &'a Proven) -> Assumption<'a> {
        Assumption {
            role_arn: &self.role_arn,
            session_name: &self.role_session_name,
            policy: self.policy.as_deref(),
            policy_arns: &self.policy_arns,
            duration_seconds: self.duration_seconds,
            tags: &proven.tags,
            transitive_tag_keys: &proven.transitive,
            source_identity: proven.token.source_identity(),
        }
    }
}

impl Operation for AssumeRoleWithWebIdentity {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "AssumeRoleWithWebIdentity";
    type Output = AssumeRoleWithWebIdentityOutput;

    fn unsigned(&self) -> Option<Principal> {
        let token = Token::read(&self.web_identity_token);
        let name = token.as_ref().and_then(Token::issuer).unwrap_or("unknown");
        let account = self.account().unwrap_or_else(AccountId::home);
        Some(Principal::Federated { account, provider: self.provider(name) })
    }

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        // A token that does not hold is refused by `run`, before anyone is asked.
        let Ok(proven) = self.prove(cloud) else { return Vec::new() };
        let (mut keys, passing) = proven.token.keys(&proven.name, &proven.audience);
        keys.extend(passing);
        self.assumption(&proven).questions(cloud, "sts:AssumeRoleWithWebIdentity", keys)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AssumeRoleWithWebIdentityOutput, ApiError> {
        let proven = self.prove(cloud)?;
        let assumption = self.assumption(&proven);
        assumption.checked().length("webIdentityToken", Some(&self.web_identity_token), 4, 20_000).done()?;
        let provider = self.provider(&proven.name);
        let (keys, _) = proven.token.keys(&proven.name, &proven.audience);
        let provisions = Provisions {
            tags: proven.tags.clone(),
            transitive: proven.transitive.clone(),
            source_identity: proven.token.source_identity().map(str::to_owned),
            keys,
            provider: Some(provider.as_str().into()),
            ..Provisions::default()
        };
        let assumed = assumption.begin(cloud, caller, None, provisions)?;
        Ok(AssumeRoleWithWebIdentityOutput {
            credentials: assumed.credentials,
            subject_from_web_identity_token: proven.subject,
            assumed_role_user: assumed.user,
            packed_policy_size: assumed.packed_policy_size,
            provider,
            audience: proven.audience,
            source_identity: assumed.source_identity,
        })
    }
}
