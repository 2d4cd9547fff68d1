//! Service-linked roles: roles that an AWS service makes for itself in an account, and that only it can assume.
//!
//! Source: IAM User Guide, "Create a service-linked role"; Amazon ECR User Guide, "Using service-linked roles".

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
}

/// The roles that ECR, ECS and EKS make.
pub const SERVICE_LINKED_ROLES: [ServiceLinkedRole; 5] = [
    ServiceLinkedRole {
        service: "ecr.amazonaws.com",
        name: "AWSServiceRoleForECRTemplate",
        policy: "ECRTemplateServiceRolePolicy",
    },
    ServiceLinkedRole {
        service: "ecs.amazonaws.com",
        name: "AWSServiceRoleForECS",
        policy: "AmazonECSServiceRolePolicy",
    },
    ServiceLinkedRole::EKS_NODEGROUP,
    ServiceLinkedRole::ECR_PULL_THROUGH_CACHE,
    ServiceLinkedRole::ECR_REPLICATION,
];

impl ServiceLinkedRole {
    /// Who reads the credentials of a pull-through cache, and pulls for it from other registries of the account.
    pub const ECR_PULL_THROUGH_CACHE: Self = Self {
        service: "pullthroughcache.ecr.amazonaws.com",
        name: "AWSServiceRoleForECRPullThroughCache",
        policy: "AWSECRPullThroughCache_ServiceRolePolicy",
    };
    /// Who carries images from registry to registry.
    pub const ECR_REPLICATION: Self = Self {
        service: "replication.ecr.amazonaws.com",
        name: "AWSServiceRoleForECRReplication",
        policy: "ECRReplicationServiceRolePolicy",
    };

    /// Who makes what a managed node group of EKS stands on.
    pub const EKS_NODEGROUP: Self = Self {
        service: "eks-nodegroup.amazonaws.com",
        name: "AWSServiceRoleForAmazonEKSNodegroup",
        policy: "AWSServiceRoleForAmazonEKSNodegroup",
    };

    /// The role of a service.
    pub fn of(service: &str) -> Option<&'static Self> {
        SERVICE_LINKED_ROLES.iter().find(|known| known.service == service)
    }

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
        if !self.exists(cloud, account) {
            self.create(cloud, account, None);
        }
    }

    /// Makes it, in place of the one that the account may have.
    pub(super) fn create(&self, cloud: &mut Cloud, account: &AccountId, description: Option<String>) -> Option<Role> {
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":["{}"]}},"Action":["sts:AssumeRole"]}}]}}"#,
            self.service
        );
        // Of one form for all: a test makes them.
        let trust = Policy::trust(&trust).ok()?;
        let role = Role {
            name: self.name.into(),
            path: format!("/aws-service-role/{}/", self.service).into(),
            id: format!("AROA{}", cloud.random_id(17)).into(),
            arn: self.arn(account),
            created: super::ops::now(cloud),
            description,
            trust: trust.into(),
            max_session_duration: 3600,
            policies: Attachments {
                managed: [format!("arn:aws:iam::aws:policy/aws-service-role/{}", self.policy).into()].into(),
                ..Attachments::default()
            },
            boundary: None,
            tags: Vec::new(),
        };
        cloud.account_mut(account).iam.roles.insert(self.name, role.clone());
        Some(role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::iam::aws_managed;

    #[test]
    fn every_role_can_be_made_and_has_a_policy_of_awss() {
        let mut cloud = Cloud::new(1);
        let account = AccountId::home();
        for known in &SERVICE_LINKED_ROLES {
            let role = known.create(&mut cloud, &account, None).unwrap();
            assert!(role.is_service_linked() && known.exists(&cloud, &account));
            assert!(role.policies.managed.iter().all(|arn| aws_managed(arn).is_some()), "{}", known.name);
        }
    }
}
