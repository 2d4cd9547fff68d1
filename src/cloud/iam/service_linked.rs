//! Service-linked roles: roles that an AWS service makes for itself in an account, and that only it can assume.
//!
//! Source: IAM User Guide, "Create a service-linked role"; Amazon ECR User Guide, "Using service-linked roles".

use serde_json::json;

use super::policy::Policy;
use super::state::{Attachments, Role};
use crate::cloud::{AccountId, Arn, Authorization, Cloud};

/// A service-linked role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceLinkedRole {
    /// Who assumes it, such as `replication.ecr.amazonaws.com`.
    pub service: &'static str,
    /// Its name, such as `AWSServiceRoleForECRReplication`.
    pub name: &'static str,
    /// The name of the AWS managed policy that it has.
    pub policy: &'static str,
    pub description: &'static str,
}

impl ServiceLinkedRole {
    /// Its ARN in an account.
    pub fn arn(&self, account: &AccountId) -> Arn {
        Arn::new("iam", "", account.as_str(), &format!("role/aws-service-role/{}/{}", self.service, self.name))
    }

    /// Whether the account has it.
    pub fn exists(&self, cloud: &Cloud, account: &AccountId) -> bool {
        cloud.account(account).is_some_and(|account| account.iam.role(self.name).is_some())
    }

    /// The permission that whoever causes it to be made needs.
    pub fn creation(&self, account: &AccountId) -> Authorization {
        let context = vec![("iam:AWSServiceName".to_owned(), vec![self.service.to_owned()])];
        Authorization { action: "iam:CreateServiceLinkedRole", resource: Some(self.arn(account)), context }
    }

    /// Makes it, unless the account has it.
    pub fn ensure(&self, cloud: &mut Cloud, account: &AccountId) {
        if self.exists(cloud, account) {
            return;
        }
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Principal": { "Service": self.service }, "Action": "sts:AssumeRole" }],
        });
        // Of one form for all: a test makes one.
        let Ok(trust) = Policy::trust(&trust.to_string()) else { return };
        let role = Role {
            name: self.name.into(),
            path: format!("/aws-service-role/{}/", self.service).into(),
            id: format!("AROA{}", cloud.random_id(17)).into(),
            arn: self.arn(account),
            created: cloud.now(),
            description: Some(self.description.to_owned()),
            trust: trust.into(),
            max_session_duration: 3600,
            policies: Attachments {
                managed: [format!("arn:aws:iam::aws:policy/aws-service-role/{}", self.policy).into()].into(),
                ..Attachments::default()
            },
            boundary: None,
            tags: Vec::new(),
        };
        cloud.account_mut(account).iam.roles.insert(self.name, role);
    }
}
