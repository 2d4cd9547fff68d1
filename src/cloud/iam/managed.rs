//! The policies that AWS manages, the same in every account.
//!
//! Source: the managed policies as AWS publishes them, in the version that each names.
//! Inferred: the version number of AmazonECSServiceRolePolicy.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use serde::Deserialize;

use super::policy::Policy;
use crate::cloud::Timestamp;

/// A policy that AWS manages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwsManagedPolicy {
    pub name: Arc<str>,
    pub path: Arc<str>,
    /// The version in force, such as `v3`.
    pub version: String,
    created: String,
    updated: String,
    document: serde_json::Value,
    /// Made from name and path, once read.
    #[serde(skip)]
    pub arn: String,
    #[serde(skip)]
    parsed: OnceLock<Arc<Policy>>,
}

impl AwsManagedPolicy {
    /// The document in force.
    pub fn document(&self) -> &Arc<Policy> {
        // A test reads them all, so the empty policy is never what anyone gets.
        self.parsed.get_or_init(|| Arc::new(Policy::identity(&self.document.to_string()).unwrap_or_default()))
    }

    /// When AWS first published it.
    pub fn created(&self) -> Timestamp {
        moment(&self.created)
    }

    /// When AWS published the version in force.
    pub fn updated(&self) -> Timestamp {
        moment(&self.updated)
    }

    /// Its unique id. AWS's own ids are not published, so this one is made from the name; it never changes.
    pub fn id(&self) -> String {
        let digest = crate::cloud::Digest::of(self.arn.as_bytes());
        digest.bytes().iter().take(17).fold(String::from("ANPA"), |mut id, byte| {
            id.push(char::from(b'A' + byte % 26));
            id
        })
    }
}

fn moment(text: &str) -> Timestamp {
    text.parse::<jiff::Timestamp>().map_or(Timestamp::START, |moment| Timestamp::from_millis(moment.as_millisecond()))
}

// INVARIANT: constant data, read once; never written after.
static AWS_MANAGED: LazyLock<BTreeMap<String, AwsManagedPolicy>> = LazyLock::new(|| {
    let text = include_str!("../../../assets/iam/managed_policies.json");
    let policies: Vec<AwsManagedPolicy> = serde_json::from_str(text).unwrap_or_default();
    policies
        .into_iter()
        .map(|mut policy| {
            policy.arn = format!("arn:aws:iam::aws:policy{}{}", policy.path, policy.name);
            (policy.arn.clone(), policy)
        })
        .collect()
});

/// The AWS managed policy of this ARN, such as `arn:aws:iam::aws:policy/AdministratorAccess`.
pub fn aws_managed(arn: &str) -> Option<&'static AwsManagedPolicy> {
    if !arn.starts_with("arn:aws:iam::aws:policy/") {
        return None;
    }
    AWS_MANAGED.get(arn)
}

/// All AWS managed policies that the simulation knows, by ARN.
pub fn aws_managed_policies() -> impl Iterator<Item = &'static AwsManagedPolicy> {
    AWS_MANAGED.values()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_aws_managed_policy_is_read() {
        let mut count = 0;
        for policy in aws_managed_policies() {
            Policy::identity(&policy.document.to_string()).unwrap_or_else(|error| panic!("{}: {error}", policy.name));
            assert!(!policy.document().statements().is_empty(), "{}", policy.name);
            assert_ne!(policy.created(), Timestamp::START, "{}", policy.name);
            count += 1;
        }
        // No two of them have one ARN.
        let text = include_str!("../../../assets/iam/managed_policies.json");
        assert_eq!(count, serde_json::from_str::<Vec<AwsManagedPolicy>>(text).unwrap().len());
        assert!(aws_managed("arn:aws:iam::aws:policy/AdministratorAccess").is_some());
        assert!(aws_managed("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy").is_some());
    }
}
