//! Roles that a service makes for itself, under a name and with a policy that only the service knows to choose.
//! Source: IAM User Guide, "Service-linked roles"; Amazon ECR User Guide and Amazon ECS Developer Guide, "Using
//! service-linked roles".

use serde::{Deserialize, Serialize};

use super::roles::RoleOutput;
use super::{Validation, wire};
use crate::cloud::iam::ServiceLinkedRole;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

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
        let role = ServiceLinkedRole::of(service).map_or("*", |known| known.name);
        let name = format!("aws-service-role/{service}/{role}");
        let mut questions = super::on("iam:CreateServiceLinkedRole", caller.principal.account(), "role", &name);
        for question in &mut questions {
            question.context.push(("iam:AWSServiceName".to_owned(), vec![service.clone()]));
        }
        questions
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RoleOutput, ApiError> {
        Validation::default().length("description", self.description.as_deref(), 0, 1000).done()?;
        let Some(known) = ServiceLinkedRole::of(&self.aws_service_name) else {
            return Err(ApiError::new(
                "InvalidInput",
                format!("Service name {} is not a valid service name", self.aws_service_name),
            ));
        };
        if self.custom_suffix.is_some() {
            let message = format!("Custom suffix is not allowed for {}", known.service);
            return Err(ApiError::new("InvalidInput", message));
        }
        let account = caller.principal.account();
        if known.exists(cloud, account) {
            let name = known.name;
            let message =
                format!("Service role name {name} has been taken in this account, please try a different suffix.");
            return Err(ApiError::new("InvalidInput", message));
        }
        let role = known.create(cloud, account, self.description);
        let role = role.ok_or_else(|| ApiError::new("ServiceFailure", "The role could not be made"))?;
        Ok(RoleOutput { role: wire::Role::created(cloud, &role) })
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
