//! AssumeRole: whoever signs takes on a role for a while.

use serde::{Deserialize, Serialize};

use super::assumption::{AssumedRoleUser, Assumption};
use super::credentials::{Credentials, PolicyDescriptor};
use super::{Provisions, session_of};
use crate::cloud::iam::Tag;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Principal, Service};

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

impl AssumeRole {
    fn assumption(&self) -> Assumption<'_> {
        Assumption {
            role_arn: &self.role_arn,
            session_name: &self.role_session_name,
            policy: self.policy.as_deref(),
            policy_arns: &self.policy_arns,
            duration_seconds: self.duration_seconds,
            tags: &self.tags,
            transitive_tag_keys: &self.transitive_tag_keys,
            source_identity: self.source_identity.as_deref(),
        }
    }

    /// What the session is given. Transitive tags and the source identity of a chain can't be changed on the way.
    /// Source: IAM User Guide, "Pass session tags in AWS STS", "Chaining roles with session tags".
    fn provisions(&self, cloud: &Cloud, caller: &Caller) -> Result<Provisions, ApiError> {
        let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
        let before = session_of(cloud, &caller.principal);
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
        Ok(Provisions { tags, transitive, source_identity, ..Provisions::default() })
    }
}

impl Operation for AssumeRole {
    const SERVICE: Service = Service::Sts;
    const NAME: &'static str = "AssumeRole";
    type Output = AssumeRoleOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        // Those who can assume nothing are refused by `run`, with a text of their own.
        if matches!(caller.principal, Principal::Root { .. } | Principal::FederatedUser { .. }) {
            return Vec::new();
        }
        let external_id = self.external_id.iter().map(|id| ("sts:ExternalId".to_owned(), vec![id.clone()]));
        self.assumption().questions(cloud, "sts:AssumeRole", external_id.collect())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AssumeRoleOutput, ApiError> {
        let assumption = self.assumption();
        assumption.checked().length("externalId", self.external_id.as_deref(), 2, 1224).done()?;
        if matches!(caller.principal, Principal::Root { .. }) {
            return Err(ApiError::new("AccessDenied", "Roles may not be assumed by root accounts."));
        }
        super::refuse_federated_user(caller, Self::NAME)?;
        let provisions = self.provisions(cloud, caller)?;
        let assumed = assumption.begin(cloud, caller, None, provisions)?;
        Ok(AssumeRoleOutput {
            credentials: assumed.credentials,
            assumed_role_user: assumed.user,
            packed_policy_size: assumed.packed_policy_size,
            source_identity: assumed.source_identity,
        })
    }
}
