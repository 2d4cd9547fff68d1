//! AssumeRoleWithSAML: whoever a SAML provider vouches for takes on a role. The request is not signed.
//!
//! Source: STS API Reference, AssumeRoleWithSAML; IAM User Guide, "Troubleshoot SAML federation".

use serde::{Deserialize, Serialize};

use super::Provisions;
use super::assertion::Assertion;
use super::assumption::{AssumedRoleUser, Assumption};
use super::credentials::{Credentials, PolicyDescriptor};
use crate::cloud::iam::Tag;
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Duration, Operation, Principal, Service};

/// Takes on a role with an assertion of an identity provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleWithSAML {
    pub role_arn: String,
    /// The ARN of the provider.
    pub principal_arn: String,
    /// In base64.
    #[serde(rename = "SAMLAssertion")]
    pub saml_assertion: String,
    /// A session policy: it only limits.
    pub policy: Option<String>,
    /// Managed policies as session policies.
    #[serde(default)]
    pub policy_arns: Vec<PolicyDescriptor>,
    pub duration_seconds: Option<i64>,
}

/// The output of `AssumeRoleWithSAML`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleWithSAMLOutput {
    pub credentials: Credentials,
    pub assumed_role_user: AssumedRoleUser,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packed_policy_size: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub subject_type: String,
    pub issuer: String,
    pub audience: String,
    pub name_qualifier: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
}

/// An assertion that holds, and what follows from it.
struct Proven {
    assertion: Assertion,
    account: AccountId,
    /// The name of the provider.
    provider: String,
    session_name: String,
    tags: Vec<Tag>,
    transitive: Vec<String>,
}

fn invalid_token(message: &str) -> ApiError {
    ApiError::new("InvalidIdentityToken", message)
}

impl AssumeRoleWithSAML {
    fn account(&self) -> Option<AccountId> {
        self.principal_arn.parse::<Arn>().ok()?.account().parse().ok()
    }

    /// Checks the assertion against what the account knows of the provider.
    fn prove(&self, cloud: &Cloud) -> Result<Proven, ApiError> {
        // Inferred: the wording about what is no response at all.
        let assertion =
            Assertion::read(&self.saml_assertion).ok_or_else(|| invalid_token("Invalid base64 SAMLResponse"))?;
        let account = self.account();
        let state = account.as_ref().and_then(|account| cloud.account(account)).map(|account| &account.iam);
        let provider = state.and_then(|state| state.saml_provider(&self.principal_arn));
        // Inferred: the wording about a provider that is not there.
        let (Some(account), Some(provider)) = (account.clone(), provider) else {
            return Err(invalid_token("Specified provider doesn't exist"));
        };
        if assertion.issuer != *provider.entity_id {
            return Err(invalid_token("Issuer not present in specified provider"));
        }
        let session_name = assertion.session_name();
        let session_name = session_name.ok_or_else(|| invalid_token("RoleSessionName is required in AuthnResponse"))?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        if !(2..=64).contains(&session_name.chars().count()) || !session_name.chars().all(is_plain) {
            return Err(invalid_token("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"));
        }
        // Source: observed: an assertion is good for five minutes, whatever it says of itself.
        let last = assertion.issued.map(|issued| issued + Duration::minutes(5));
        if [last, assertion.ends].into_iter().flatten().any(|end| end <= cloud.now()) {
            let message = "Token must be redeemed within 5 minutes of issuance";
            return Err(ApiError::new("ExpiredTokenException", message));
        }
        let (tags, transitive) = assertion.tags();
        let (provider, session_name) = (provider.name.to_string(), session_name.to_owned());
        Ok(Proven { assertion, account, provider, session_name, tags, transitive })
    }

    fn assumption<'a>(&'a self, proven: &'a Proven) -> Assumption<'a> {
        Assumption {
            role_arn: &self.role_arn,
            session_name: &proven.session_name,
            policy: self.policy.as_deref(),
            policy_arns: &self.policy_arns,
            duration_seconds: self.duration_seconds,
            tags: &proven.tags,
            transitive_tag_keys: &proven.transitive,
            source_identity: proven.assertion.source_identity(),
        }
    }
}

impl Operation for AssumeRoleWithSAML {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "AssumeRoleWithSAML";
    type Output = AssumeRoleWithSAMLOutput;

    fn unsigned(&self) -> Option<Principal> {
        let account = self.account().unwrap_or_else(AccountId::home);
        Some(Principal::Federated { account, provider: self.principal_arn.clone() })
    }

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        // An assertion that does not hold is refused by `run`, before anyone is asked.
        let Ok(proven) = self.prove(cloud) else { return Vec::new() };
        let (mut keys, passing) = proven.assertion.keys(proven.account.as_str(), &proven.provider);
        keys.extend(passing);
        self.assumption(&proven).questions(cloud, "sts:AssumeRoleWithSAML", keys)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AssumeRoleWithSAMLOutput, ApiError> {
        let proven = self.prove(cloud)?;
        let Proven { assertion, account, provider, .. } = &proven;
        // Source: IAM User Guide, "Troubleshoot SAML federation": a role that the response does not offer, and a response
        // that is about nobody.
        if assertion.subject.is_none() || !assertion.offers(&self.role_arn, &self.principal_arn) {
            return Err(ApiError::new("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"));
        }
        let assumption = self.assumption(&proven);
        assumption.checked().done()?;
        let (keys, _) = assertion.keys(account.as_str(), provider);
        let provisions = Provisions {
            tags: proven.tags.clone(),
            transitive: proven.transitive.clone(),
            source_identity: assertion.source_identity().map(str::to_owned),
            keys,
            provider: Some(self.principal_arn.as_str().into()),
            ..Provisions::default()
        };
        // Source: STS API Reference: the session ends when the provider's own does.
        let longest = assertion.session_ends.map(|end| (end - cloud.now()).as_millis().div_euclid(1000).max(0));
        let name_qualifier = assertion.name_qualifier(account.as_str(), provider);
        let assumed = assumption.begin(cloud, caller, longest, provisions)?;
        let Proven { assertion, .. } = proven;
        Ok(AssumeRoleWithSAMLOutput {
            credentials: assumed.credentials,
            assumed_role_user: assumed.user,
            packed_policy_size: assumed.packed_policy_size,
            subject: assertion.subject,
            subject_type: assertion.subject_type,
            issuer: assertion.issuer,
            audience: assertion.recipient,
            name_qualifier,
            source_identity: assumed.source_identity,
        })
    }
}
