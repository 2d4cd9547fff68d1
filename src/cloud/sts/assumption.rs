//! What the three ways to take on a role have in common: what IAM is asked, the checks, the session.

use std::sync::Arc;

use serde::Serialize;

use super::credentials::{Credentials, PolicyDescriptor, check_tags, packed_size, request_tags, session_policies};
use super::{Provisions, validation};
use crate::cloud::iam::{Role, Tag, Validation, resource_tags};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Duration, Principal};

/// A request for a role, however whoever asks proves who they are.
#[derive(Clone, Debug)]
pub(super) struct Assumption<'a> {
    pub role_arn: &'a str,
    pub session_name: &'a str,
    /// A session policy: it only limits.
    pub policy: Option<&'a str>,
    pub policy_arns: &'a [PolicyDescriptor],
    pub duration_seconds: Option<i64>,
    pub tags: &'a [Tag],
    pub transitive_tag_keys: &'a [String],
    pub source_identity: Option<&'a str>,
}

/// The role session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AssumedRoleUser {
    pub assumed_role_id: String,
    pub arn: Arn,
}

/// What comes of it.
pub(super) struct Assumed {
    pub credentials: Credentials,
    pub user: AssumedRoleUser,
    /// How much of the room for session policies is used, in percent.
    pub packed_policy_size: Option<usize>,
    pub source_identity: Option<String>,
}

impl Assumption<'_> {
    fn role<'a>(&self, cloud: &'a Cloud) -> Option<&'a Arc<Role>> {
        let arn: Arn = self.role_arn.parse().ok()?;
        cloud.account(&arn.account().parse().ok()?)?.iam.role_by_arn(&arn)
    }

    /// What IAM is asked: for the role, and for the tags and the source identity that the session is to have.
    ///
    /// Source: IAM User Guide, "Pass session tags in AWS STS" and "Monitor and control actions taken with assumed roles":
    /// both are permissions of their own, in the trust policy too. What is wrong about the request's form is not asked.
    pub fn questions(
        &self,
        cloud: &Cloud,
        action: &'static str,
        context: Vec<(String, Vec<String>)>,
    ) -> Vec<Authorization> {
        let Ok(arn) = self.role_arn.parse() else { return Vec::new() };
        let mut question = Authorization { context, ..Authorization::on(action, arn) };
        question.context.push(("sts:RoleSessionName".to_owned(), vec![self.session_name.to_owned()]));
        if let Some(identity) = self.source_identity {
            question.context.push(("sts:SourceIdentity".to_owned(), vec![identity.to_owned()]));
        }
        request_tags(&mut question, self.tags, self.transitive_tag_keys);
        question.context.extend(self.role(cloud).into_iter().flat_map(|role| resource_tags(&role.tags)));
        let tagging = (!self.tags.is_empty()).then_some("sts:TagSession");
        let naming = self.source_identity.is_some().then_some("sts:SetSourceIdentity");
        let more = [tagging, naming].into_iter().flatten();
        let more: Vec<_> = more.map(|action| Authorization { action, ..question.clone() }).collect();
        [question].into_iter().chain(more).collect()
    }

    /// The constraints of the members that all three have.
    pub fn checked(&self) -> Validation {
        Validation::default()
            .length("roleArn", Some(self.role_arn), 20, 2048)
            .at_least("roleSessionName", self.session_name, 2)
            .name("roleSessionName", self.session_name, 64)
            .range("durationSeconds", self.duration_seconds, 900, 43_200)
    }

    /// Begins the session. `longest` is how long it may last for another reason than the role's own.
    pub fn begin(
        &self,
        cloud: &mut Cloud,
        caller: &Caller,
        longest: Option<i64>,
        provisions: Provisions,
    ) -> Result<Assumed, ApiError> {
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
        let account = role.arn.account().parse().map_err(|_| validation(format!("{} is invalid", self.role_arn)))?;
        let state = cloud.account(&account).map(|account| &account.iam);
        let policies = session_policies(state, self.policy, self.policy_arns)?;
        check_tags(self.tags)?;
        let principal =
            Principal::Session { account, role: role.name.to_string(), session: self.session_name.to_owned() };
        let user =
            AssumedRoleUser { assumed_role_id: format!("{}:{}", role.id, self.session_name), arn: principal.arn() };
        let source_identity = provisions.source_identity.clone();
        let lifetime = Duration::seconds(longest.map_or(seconds, |longest| seconds.min(longest)));
        let provisions = Provisions { policies, ..provisions };
        let session = super::start(cloud, principal, role.id.clone(), lifetime, provisions);
        Ok(Assumed {
            credentials: Credentials::of(&session),
            user,
            packed_policy_size: packed_size(self.policy),
            source_identity,
        })
    }
}
