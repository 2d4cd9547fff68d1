//! What an operation that gives out credentials answers, and the session policies that may come with them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{NamedPolicy, SESSION_POLICY_SIZE, Session};
use crate::cloud::iam::{self, Policy, Tag};
use crate::cloud::{ApiError, Authorization, Timestamp};

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
    pub(super) fn of(session: &Session) -> Self {
        Self {
            access_key_id: session.access_key_id.clone(),
            secret_access_key: session.secret_access_key.clone(),
            session_token: session.token.clone(),
            expiration: session.expires,
        }
    }
}

/// A managed policy by its ARN.
#[derive(Clone, Debug, Deserialize)]
pub struct PolicyDescriptor {
    pub arn: String,
}

/// The policies that will limit a session, by name.
pub(super) fn session_policies(
    state: Option<&iam::State>,
    text: Option<&str>,
    arns: &[PolicyDescriptor],
) -> Result<Vec<NamedPolicy>, ApiError> {
    let mut policies: Vec<NamedPolicy> = Vec::new();
    if let Some(text) = text {
        if size(text) > SESSION_POLICY_SIZE {
            return Err(packed_too_large());
        }
        policies.push(("SessionPolicy".into(), Arc::new(Policy::identity(text)?)));
    }
    if arns.len() > 10 {
        return Err(packed_too_large());
    }
    for PolicyDescriptor { arn } in arns {
        let found = state.and_then(|state| state.managed_document(arn));
        let found = found.ok_or_else(|| {
            ApiError::new("NoSuchEntity", format!("Policy {arn} does not exist or is not attachable."))
        })?;
        policies.push((arn.as_str().into(), Arc::clone(found)));
    }
    Ok(policies)
}

/// How much of the room for session policies an inline one uses, in percent.
pub(super) fn packed_size(text: Option<&str>) -> Option<usize> {
    text.map(|text| (size(text) * 100).div_ceil(SESSION_POLICY_SIZE).clamp(1, 100))
}

fn size(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

fn packed_too_large() -> ApiError {
    ApiError::new(
        "PackedPolicyTooLarge",
        "Packed policy consumes more than 100% of allotted space, please use smaller policy.",
    )
}

/// Adds the tags that a session is to be given, as condition keys.
pub(super) fn request_tags(question: &mut Authorization, tags: &[Tag], transitive: &[String]) {
    if tags.is_empty() {
        return;
    }
    question.context.push(("aws:TagKeys".to_owned(), tags.iter().map(|tag| tag.key.clone()).collect()));
    question.context.push(("sts:TransitiveTagKeys".to_owned(), transitive.to_vec()));
    for Tag { key, value } in tags {
        question.context.push((format!("aws:RequestTag/{key}"), vec![value.clone()]));
    }
}

/// No key twice, whatever its case.
pub(super) fn check_tags(tags: &[Tag]) -> Result<(), ApiError> {
    for (at, tag) in tags.iter().enumerate() {
        if tags.iter().take(at).any(|other| other.key.eq_ignore_ascii_case(&tag.key)) {
            let text = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(ApiError::new("InvalidInput", text));
        }
    }
    Ok(())
}
