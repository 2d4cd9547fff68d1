//! Bucket policies.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ask::{Nothing, ask, bucket, bucket_arn, bucket_mut};
use crate::cloud::iam::{self, Policy};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// The longest policy, in bytes. Source: Amazon S3 User Guide, "Bucket policies".
const MAX_POLICY: usize = 20 * 1024;

/// Conditions that tie a policy to somebody, so that it is not public.
/// Source: Amazon S3 User Guide, "The meaning of public".
const FIXED: [&str; 11] = [
    "aws:sourceip",
    "aws:sourcearn",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:sourceowner",
    "aws:sourceaccount",
    "aws:userid",
    "aws:principalorgid",
    "aws:principalarn",
    "s3:dataaccesspointarn",
    "s3:dataaccesspointaccount",
];

fn many(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

/// Whether a policy lets in everyone: it allows `*` something, and no condition ties that to somebody.
pub(super) fn is_public(policy: &Policy) -> bool {
    let document = policy.document();
    many(document.get("Statement")).into_iter().any(|statement| {
        let principal = statement.get("Principal");
        let everyone = principal == Some(&Value::from("*"))
            || many(principal.and_then(|principal| principal.get("AWS"))).contains(&&Value::from("*"));
        statement.get("Effect") == Some(&Value::from("Allow")) && everyone && !is_tied(statement)
    })
}

fn is_tied(statement: &Value) -> bool {
    let operators = statement.get("Condition").and_then(Value::as_object);
    operators.into_iter().flatten().any(|(operator, keys)| {
        // What forbids a value still lets in all others.
        let positive = !operator.to_ascii_lowercase().contains("not");
        keys.as_object().into_iter().flatten().any(|(key, values)| {
            let fixed = many(Some(values)).iter().all(|value| {
                value.as_str().is_some_and(|text| !matches!(text, "*" | "0.0.0.0/0" | "::/0") && !text.starts_with('*'))
            });
            positive && fixed && FIXED.contains(&key.to_ascii_lowercase().as_str())
        })
    })
}

/// Sets a bucket's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutBucketPolicy {
    pub bucket: String,
    pub policy: String,
}

fn malformed(text: impl Into<String>) -> ApiError {
    ApiError::new("MalformedPolicy", text)
}

/// Reads a policy of a bucket: its statements may speak of that bucket only.
/// Source of the texts: observed answers of S3.
fn read(cloud: &Cloud, name: &str, text: &str) -> Result<Policy, ApiError> {
    if text.len() > MAX_POLICY {
        return Err(ApiError::new("PolicyTooLarge", "Your policy exceeds the maximum allowed document size."));
    }
    let document: Value = serde_json::from_str(text).map_err(|_| {
        let text = if text.trim_start().starts_with('{') {
            "This policy contains invalid Json"
        } else {
            "Policies must be valid JSON and the first byte must be '{'"
        };
        malformed(text)
    })?;
    let own = bucket_arn(name).to_string();
    for statement in many(document.get("Statement")) {
        let lists = |plain: &str, negated: &str| many(statement.get(plain).or_else(|| statement.get(negated)));
        for (plain, negated) in [("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")] {
            if lists(plain, negated).is_empty() {
                return Err(malformed(format!("Missing required field {plain}")));
            }
        }
        let resources = lists("Resource", "NotResource");
        let is_own = |resource: &&Value| {
            let text = resource.as_str().unwrap_or_default();
            // A wildcard may stand for the bucket's name, too.
            let bucket = text.split('/').next().unwrap_or_default();
            bucket == own || bucket.split_once('*').is_some_and(|(start, _)| own.starts_with(start))
        };
        if !resources.iter().all(is_own) {
            return Err(malformed("Policy has invalid resource"));
        }
        let on_objects = resources.iter().any(|resource| resource.as_str().is_some_and(|text| text.contains('/')));
        let on_bucket = resources.iter().any(|resource| resource.as_str().is_some_and(|text| !text.contains('/')));
        for action in lists("Action", "NotAction") {
            let action = action.as_str().unwrap_or_default();
            if action != "*" && !action.to_ascii_lowercase().starts_with("s3:") {
                return Err(malformed("Policy has invalid action"));
            }
            let object = super::ask::object_arn(name, "key");
            let known = !action.contains(['*', '?']);
            let fits = (on_bucket && iam::takes_resource(action, Some(&bucket_arn(name))))
                || (on_objects && iam::takes_resource(action, Some(&object)));
            if known && !iam::takes_resource(action, None) {
                return Err(malformed("Policy has invalid action"));
            }
            if known && !fits {
                return Err(malformed("Action does not apply to any resource(s) in statement"));
            }
        }
    }
    let mut policy = Policy::parse_resource_policy(text).map_err(|error| malformed(error.message))?;
    iam::bind_principals(cloud, &mut policy).map_err(|_| malformed("Invalid principal in policy"))?;
    Ok(policy)
}

impl Operation for PutBucketPolicy {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "PutBucketPolicy";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:PutBucketPolicy", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let policy = read(cloud, &self.bucket, &self.policy)?;
        let blocks = bucket(cloud, &self.bucket)?.public_access.is_some_and(|block| block.block_public_policy);
        if blocks && is_public(&policy) {
            let (who, arn) = (iam::full_arn(cloud, &caller.principal), bucket_arn(&self.bucket));
            return Err(ApiError::new(
                "AccessDenied",
                format!(
                    "User: {who} is not authorized to perform: s3:PutBucketPolicy on resource: \"{arn}\" because public \
                     policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access."
                ),
            ));
        }
        bucket_mut(cloud, &self.bucket)?.policy = Some(Arc::new(policy));
        Ok(Nothing {})
    }
}

/// Deletes a bucket's policy; that there is none does not matter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteBucketPolicy {
    pub bucket: String,
}

impl Operation for DeleteBucketPolicy {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "DeleteBucketPolicy";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:DeleteBucketPolicy", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        bucket_mut(cloud, &self.bucket)?.policy = None;
        Ok(Nothing {})
    }
}

fn no_policy() -> ApiError {
    ApiError::new("NoSuchBucketPolicy", "The bucket policy does not exist")
}

/// Gives a bucket's policy.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetBucketPolicy {
    pub bucket: String,
}

/// The policy, as text.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetBucketPolicyOutput {
    pub policy: String,
}

impl Operation for GetBucketPolicy {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "GetBucketPolicy";
    type Output = GetBucketPolicyOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:GetBucketPolicy", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<GetBucketPolicyOutput, ApiError> {
        let policy = bucket(cloud, &self.bucket)?.policy.as_ref().ok_or_else(no_policy)?;
        Ok(GetBucketPolicyOutput { policy: iam::shown_document(cloud, policy).to_string() })
    }
}

/// Asks whether a bucket's policy lets in everyone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetBucketPolicyStatus {
    pub bucket: String,
}

/// Whether it does.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyStatus {
    pub is_public: bool,
}

/// The answer.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetBucketPolicyStatusOutput {
    pub policy_status: PolicyStatus,
}

impl Operation for GetBucketPolicyStatus {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "GetBucketPolicyStatus";
    type Output = GetBucketPolicyStatusOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:GetBucketPolicyStatus", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<GetBucketPolicyStatusOutput, ApiError> {
        let policy = bucket(cloud, &self.bucket)?.policy.as_ref().ok_or_else(no_policy)?;
        Ok(GetBucketPolicyStatusOutput { policy_status: PolicyStatus { is_public: is_public(policy) } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(statement: &str) -> bool {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        is_public(&Policy::parse_resource_policy(&text).unwrap())
    }

    #[test]
    fn a_policy_is_public_that_lets_in_everyone_without_a_tie() {
        let with = |rest: &str| {
            format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",{rest}}}"#)
        };
        assert!(public(&with(r#""Principal":"*""#)));
        assert!(public(&with(r#""Principal":{"AWS":"*"}"#)));
        assert!(!public(&with(r#""Principal":{"AWS":"111122223333"}"#)));
        assert!(!public(&with(r#""Principal":{"Service":"ecr.amazonaws.com"}"#)));
        assert!(!public(&with(r#""Principal":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#)));
        assert!(public(&with(r#""Principal":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}"#)));
        assert!(public(&with(r#""Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}"#)));
    }
}
