//! Roles that a service makes for itself, under a name and with a policy that only the service knows to choose.
//! Source: IAM User Guide, "Service-linked roles"; Amazon ECR User Guide and Amazon ECS Developer Guide, "Using
//! service-linked roles".

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::roles::RoleOutput;
use super::{Validation, wire};
use crate::cloud::iam::{Attachments, Policy, Role};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// A service with its role and the policy of that role, below `aws-service-role/`.
struct Known {
    service: &'static str,
    role: &'static str,
    policy: &'static str,
}

const KNOWN: [Known; 4] = [
    Known {
        service: "ecr.amazonaws.com",
        role: "AWSServiceRoleForECRTemplate",
        policy: "ECRTemplateServiceRolePolicy",
    },
    Known { service: "ecs.amazonaws.com", role: "AWSServiceRoleForECS", policy: "AmazonECSServiceRolePolicy" },
    Known {
        service: "pullthroughcache.ecr.amazonaws.com",
        role: "AWSServiceRoleForECRPullThroughCache",
        policy: "AWSECRPullThroughCache_ServiceRolePolicy",
    },
    Known {
        service: "replication.ecr.amazonaws.com",
        role: "AWSServiceRoleForECRReplication",
        policy: "ECRReplicationServiceRolePolicy",
    },
];

fn known(service: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.service == service)
}

/// Makes the role of a service.
#[derive(Clone, Debug, Deserialize)]
pub struct CreateServiceLinkedRole {
    #[serde(rename = "AWSServiceName")]
    pub aws_service_name: String,
    #[serde(rename = "Description")]
    pub description: Option<String>,
    #[serde(rename = "CustomSuffix")]
    pub custom_suffix: Option<String>,
}

impl Operation for CreateServiceLinkedRole {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreateServiceLinkedRole";
    type Output = RoleOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let service = &self.aws_service_name;
        let role = known(service).map_or("*", |known| known.role);
        let name = format!("aws-service-role/{service}/{role}");
        let mut questions = super::on("iam:CreateServiceLinkedRole", caller.principal.account(), "role", &name);
        for question in &mut questions {
            question.context.push(("iam:AWSServiceName".to_owned(), vec![service.clone()]));
        }
        questions
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RoleOutput, ApiError> {
        Validation::default().length("description", self.description.as_deref(), 0, 1000).done()?;
        let Some(Known { service, role: name, policy }) = known(&self.aws_service_name) else {
            return Err(ApiError::new(
                "InvalidInput",
                format!("Service name {} is not a valid service name", self.aws_service_name),
            ));
        };
        if self.custom_suffix.is_some() {
            let message = format!("Custom suffix is not allowed for {service}");
            return Err(ApiError::new("InvalidInput", message));
        }
        let state = super::state_mut(cloud, caller);
        if state.role(name).is_some() {
            let message =
                format!("Service role name {name} has been taken in this account, please try a different suffix.");
            return Err(ApiError::new("InvalidInput", message));
        }
        let trust = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":["{service}"]}},"Action":["sts:AssumeRole"]}}]}}"#
        );
        let path = format!("/aws-service-role/{service}/");
        let id = format!("AROA{}", cloud.random_id(17));
        let managed = [format!("arn:aws:iam::aws:policy/aws-service-role/{policy}").into()].into();
        let role = Role {
            arn: Arn::new("iam", "", caller.principal.account().as_str(), &format!("role{path}{name}")),
            name: (*name).into(),
            path: path.into(),
            id: id.into(),
            created: super::now(cloud),
            description: self.description,
            trust: Arc::new(Policy::trust(&trust)?),
            max_session_duration: 3600,
            policies: Attachments { managed, ..Attachments::default() },
            boundary: None,
            tags: Vec::new(),
        };
        let output = RoleOutput { role: wire::Role::created(cloud, &role) };
        super::state_mut(cloud, caller).roles.insert(name, role);
        Ok(output)
    }
}

/// Asks a service to let its role go.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteServiceLinkedRole {
    pub role_name: String,
}

/// The output of `DeleteServiceLinkedRole`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteServiceLinkedRoleOutput {
    pub deletion_task_id: String,
}

impl Operation for DeleteServiceLinkedRole {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeleteServiceLinkedRole";
    type Output = DeleteServiceLinkedRoleOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        super::on_role("iam:DeleteServiceLinkedRole", cloud, caller, &self.role_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DeleteServiceLinkedRoleOutput, ApiError> {
        let role = super::state(cloud, caller).and_then(|state| state.role(&self.role_name));
        let role = role.filter(|role| role.is_service_linked()).ok_or_else(|| super::no_such_role(&self.role_name))?;
        let (name, below) = (role.name.to_string(), role.path.trim_start_matches('/').to_owned());
        let number = cloud.random_hex(32);
        let state = super::state_mut(cloud, caller);
        state.roles.remove(&name);
        let id = format!("task/{below}{name}/{number}");
        state.deletions.insert(id.clone());
        Ok(DeleteServiceLinkedRoleOutput { deletion_task_id: id })
    }
}

/// Tells how far the deletion is: here it is done at once.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetServiceLinkedRoleDeletionStatus {
    pub deletion_task_id: String,
}

/// The output of `GetServiceLinkedRoleDeletionStatus`.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeletionStatusOutput {
    pub status: &'static str,
}

impl Operation for GetServiceLinkedRoleDeletionStatus {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetServiceLinkedRoleDeletionStatus";
    type Output = DeletionStatusOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let below = self.deletion_task_id.strip_prefix("task/").and_then(|rest| rest.rsplit_once('/'));
        let role = below.map_or("*", |(role, _)| role);
        super::on("iam:GetServiceLinkedRoleDeletionStatus", caller.principal.account(), "role", role)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DeletionStatusOutput, ApiError> {
        if super::read(cloud, caller)?.deletions.contains(&self.deletion_task_id) {
            return Ok(DeletionStatusOutput { status: "SUCCEEDED" });
        }
        Err(super::no_such_entity(format!("Deletion task {} cannot be found.", self.deletion_task_id)))
    }
}
