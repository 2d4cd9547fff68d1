//! Who has a managed policy.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::on_policy;
use crate::cloud::iam::{Attachments, State};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

impl State {
    fn holders(&self) -> impl Iterator<Item = &Attachments> {
        let users = self.users().map(|user| &user.policies);
        let groups = self.groups().map(|group| &group.policies);
        users.chain(groups).chain(self.roles().map(|role| &role.policies))
    }

    /// How many users, groups and roles the managed policy is attached to.
    pub fn attachment_count(&self, arn: &str) -> usize {
        self.holders().filter(|attachments| attachments.managed.contains(arn)).count()
    }

    /// How many users and roles the managed policy limits.
    pub fn boundary_count(&self, arn: &str) -> usize {
        let users = self.users().map(|user| user.boundary.as_deref());
        users.chain(self.roles().map(|role| role.boundary.as_deref())).filter(|found| *found == Some(arn)).count()
    }
}

/// Lists who has a managed policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListEntitiesForPolicy {
    pub policy_arn: String,
    /// `User`, `Group` or `Role`; all of them unless given.
    pub entity_filter: Option<String>,
    /// `PermissionsPolicy` or `PermissionsBoundary`; both unless given.
    pub policy_usage_filter: Option<String>,
}

/// A group, user or role by name and id.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyGroup {
    #[serde(rename = "GroupName")]
    pub name: Arc<str>,
    #[serde(rename = "GroupId")]
    pub id: Arc<str>,
}

/// A user that has a policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyUser {
    #[serde(rename = "UserName")]
    pub name: Arc<str>,
    #[serde(rename = "UserId")]
    pub id: Arc<str>,
}

/// A role that has a policy.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyRole {
    #[serde(rename = "RoleName")]
    pub name: Arc<str>,
    #[serde(rename = "RoleId")]
    pub id: Arc<str>,
}

/// The output of `ListEntitiesForPolicy`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListEntitiesForPolicyOutput {
    pub policy_groups: Vec<PolicyGroup>,
    pub policy_users: Vec<PolicyUser>,
    pub policy_roles: Vec<PolicyRole>,
}

impl Operation for ListEntitiesForPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListEntitiesForPolicy";
    type Output = ListEntitiesForPolicyOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_policy("iam:ListEntitiesForPolicy", cloud, caller, &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListEntitiesForPolicyOutput, ApiError> {
        let state = super::read(cloud, caller)?;
        if state.managed_document(&self.policy_arn).is_none() {
            return Err(super::no_such_policy(&self.policy_arn));
        }
        let arn = self.policy_arn.as_str();
        let wants = |kind: &str| self.entity_filter.as_deref().is_none_or(|filter| filter == kind);
        let usage = self.policy_usage_filter.as_deref();
        let has = |attachments: &Attachments, boundary: Option<&str>| {
            (usage != Some("PermissionsBoundary") && attachments.managed.contains(arn))
                || (usage != Some("PermissionsPolicy") && boundary == Some(arn))
        };
        let groups = state.groups().filter(|group| wants("Group") && has(&group.policies, None));
        let users = state.users().filter(|user| wants("User") && has(&user.policies, user.boundary.as_deref()));
        let roles = state.roles().filter(|role| wants("Role") && has(&role.policies, role.boundary.as_deref()));
        Ok(ListEntitiesForPolicyOutput {
            policy_groups: groups.map(|g| PolicyGroup { name: g.name.clone(), id: g.id.clone() }).collect(),
            policy_users: users.map(|u| PolicyUser { name: u.name.clone(), id: u.id.clone() }).collect(),
            policy_roles: roles.map(|r| PolicyRole { name: r.name.clone(), id: r.id.clone() }).collect(),
        })
    }
}
