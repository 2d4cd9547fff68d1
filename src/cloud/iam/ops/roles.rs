//! Roles and who may assume them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Page, Validation, creating, on, on_role, validate, wire};
use crate::cloud::iam::{Attachments, Policy, Role, Tag, bind_principals};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Source: IAM User Guide, "IAM and AWS STS quotas".
const TRUST_POLICY_SIZE: usize = 2048;

/// Makes a role.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateRole {
    pub role_name: String,
    pub assume_role_policy_document: String,
    pub path: Option<String>,
    pub description: Option<String>,
    /// In seconds.
    pub max_session_duration: Option<i64>,
    pub permissions_boundary: Option<String>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// The output of `CreateRole` and `GetRole`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RoleOutput {
    pub role: wire::Role,
}

fn trust_policy(cloud: &Cloud, text: &str) -> Result<Arc<Policy>, ApiError> {
    validate::document(text)?;
    let mut policy = Policy::trust(text)?;
    if policy.size() > TRUST_POLICY_SIZE {
        return Err(super::limit_exceeded(format!("Cannot exceed quota for ACLSizePerRole: {TRUST_POLICY_SIZE}")));
    }
    bind_principals(cloud, &mut policy)?;
    Ok(Arc::new(policy))
}

impl Operation for CreateRole {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreateRole";
    type Output = RoleOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let actions = ["iam:CreateRole", "iam:TagRole"];
        let questions = creating(actions, caller, "role", self.path.as_deref(), &self.role_name, &self.tags);
        super::boundaries::with_new(questions, self.permissions_boundary.as_ref())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RoleOutput, ApiError> {
        Validation::default()
            .name("roleName", &self.role_name, 64)
            .length("description", self.description.as_deref(), 0, 1000)
            .range("maxSessionDuration", self.max_session_duration, 3600, 43_200)
            .done()?;
        let path = validate::path(self.path.as_deref())?;
        if path.starts_with("/aws-service-role/") {
            // Source: IAM User Guide, "Service-linked roles": their path is the services' own. Inferred: the text.
            return Err(ApiError::new("InvalidInput", format!("Path {path} is reserved for service-linked roles.")));
        }
        validate::tags(&self.tags)?;
        let trust = trust_policy(cloud, &self.assume_role_policy_document)?;
        let state = super::state_mut(cloud, caller);
        if state.role(&self.role_name).is_some() {
            return Err(super::already_exists(format!("Role with name {} already exists.", self.role_name)));
        }
        let boundary = super::boundaries::policy(state, self.permissions_boundary)?;
        if state.roles.len() >= 1000 {
            return Err(super::limit_exceeded("Cannot exceed quota for RolesPerAccount: 1000"));
        }
        let id = format!("AROA{}", cloud.random_id(17));
        let account = caller.principal.account();
        let role = Role {
            arn: Arn::new("iam", "", account.as_str(), &format!("role{path}{}", self.role_name)),
            name: self.role_name.as_str().into(),
            path,
            id: id.into(),
            created: super::now(cloud),
            description: self.description,
            trust,
            max_session_duration: self.max_session_duration.unwrap_or(3600),
            policies: Attachments::default(),
            boundary,
            tags: self.tags,
        };
        let output = RoleOutput { role: wire::Role::created(cloud, &role) };
        super::state_mut(cloud, caller).roles.insert(&self.role_name, role);
        Ok(output)
    }
}

/// Tells about a role.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetRole {
    pub role_name: String,
}

impl Operation for GetRole {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetRole";
    type Output = RoleOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_role("iam:GetRole", cloud, caller, &self.role_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RoleOutput, ApiError> {
        let role = super::state(cloud, caller).and_then(|state| state.role(&self.role_name));
        let role = role.ok_or_else(|| super::no_such_role(&self.role_name))?;
        Ok(RoleOutput { role: wire::Role::full(cloud, role) })
    }
}

/// Lists roles, by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListRoles {
    pub path_prefix: Option<String>,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `ListRoles`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListRolesOutput {
    pub roles: Vec<wire::Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Operation for ListRoles {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListRoles";
    type Output = ListRolesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on("iam:ListRoles", caller.principal.account(), "role", "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListRolesOutput, ApiError> {
        let prefix = self.path_prefix.as_deref().unwrap_or("/");
        let roles = super::state(cloud, caller).into_iter().flat_map(|state| state.roles());
        let roles = roles.filter(|role| role.path.starts_with(prefix)).map(|role| wire::Role::listed(cloud, role));
        let page = self.page.cut(roles.collect())?;
        Ok(ListRolesOutput { roles: page.items, marker: page.marker })
    }
}

/// Deletes a role that holds nothing any more.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteRole {
    pub role_name: String,
}

impl Operation for DeleteRole {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeleteRole";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_role("iam:DeleteRole", cloud, caller, &self.role_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let state = super::state_mut(cloud, caller);
        super::role_mut(state, &self.role_name)?;
        let role = state.role(&self.role_name).ok_or_else(|| super::no_such_role(&self.role_name))?;
        if state.instance_profiles().any(|profile| profile.role.as_ref() == Some(&role.name)) {
            return Err(super::delete_conflict("remove roles from instance profile"));
        }
        if !role.policies.managed.is_empty() {
            return Err(super::delete_conflict("detach all policies"));
        }
        if !role.policies.inline.is_empty() {
            return Err(super::delete_conflict("delete policies"));
        }
        state.roles.remove(&self.role_name);
        Ok(wire::Empty {})
    }
}

/// Changes a role's description and how long its sessions may last.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateRole {
    pub role_name: String,
    pub description: Option<String>,
    /// In seconds.
    pub max_session_duration: Option<i64>,
}

impl Operation for UpdateRole {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "UpdateRole";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_role("iam:UpdateRole", cloud, caller, &self.role_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        Validation::default()
            .length("description", self.description.as_deref(), 0, 1000)
            .range("maxSessionDuration", self.max_session_duration, 3600, 43_200)
            .done()?;
        let state = super::state_mut(cloud, caller);
        let role = super::role_mut(state, &self.role_name)?;
        // What the request leaves out goes back to its default. Source: IAM API Reference, UpdateRole.
        role.description = self.description;
        role.max_session_duration = self.max_session_duration.unwrap_or(3600);
        Ok(wire::Empty {})
    }
}

/// Changes a role's description alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateRoleDescription {
    pub role_name: String,
    pub description: String,
}

impl Operation for UpdateRoleDescription {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "UpdateRoleDescription";
    type Output = RoleOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_role("iam:UpdateRoleDescription", cloud, caller, &self.role_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RoleOutput, ApiError> {
        Validation::default().length("description", Some(&self.description), 0, 1000).done()?;
        let role = super::role_mut(super::state_mut(cloud, caller), &self.role_name)?;
        role.description = Some(self.description);
        let role = role.clone();
        Ok(RoleOutput { role: wire::Role::listed(cloud, &role) })
    }
}

/// Replaces a role's trust policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateAssumeRolePolicy {
    pub role_name: String,
    pub policy_document: String,
}

impl Operation for UpdateAssumeRolePolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "UpdateAssumeRolePolicy";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_role("iam:UpdateAssumeRolePolicy", cloud, caller, &self.role_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        super::role_mut(super::state_mut(cloud, caller), &self.role_name)?;
        let trust = trust_policy(cloud, &self.policy_document)?;
        super::role_mut(super::state_mut(cloud, caller), &self.role_name)?.trust = trust;
        Ok(wire::Empty {})
    }
}
