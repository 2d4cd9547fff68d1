//! How IAM's entities look in answers. Policy documents are JSON objects, as the AWS CLI shows them.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::cloud::iam::{self, State, Tag};
use crate::cloud::{Arn, Cloud, Timestamp};

/// `User`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct User {
    path: Arc<str>,
    user_name: Arc<str>,
    user_id: Arc<str>,
    arn: Arn,
    create_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<Boundary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

/// `AttachedPermissionsBoundary`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Boundary {
    permissions_boundary_type: &'static str,
    permissions_boundary_arn: Arc<str>,
}

pub(super) fn boundary(arn: Option<&Arc<str>>) -> Option<Boundary> {
    arn.map(|arn| Boundary { permissions_boundary_type: "Policy", permissions_boundary_arn: arn.clone() })
}

impl User {
    /// As `CreateUser` and `GetUser` tell it.
    pub fn full(user: &iam::User) -> Self {
        let permissions_boundary = boundary(user.boundary.as_ref());
        Self { permissions_boundary, tags: user.tags.clone(), ..Self::brief(user) }
    }

    /// As lists tell it.
    pub fn brief(user: &iam::User) -> Self {
        Self {
            path: user.path.clone(),
            user_name: user.name.clone(),
            user_id: user.id.clone(),
            arn: user.arn.clone(),
            create_date: user.created,
            permissions_boundary: None,
            tags: Vec::new(),
        }
    }
}

/// `Group`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Group {
    path: Arc<str>,
    group_name: Arc<str>,
    group_id: Arc<str>,
    arn: Arn,
    create_date: Timestamp,
}

impl Group {
    pub fn new(group: &iam::Group) -> Self {
        Self {
            path: group.path.clone(),
            group_name: group.name.clone(),
            group_id: group.id.clone(),
            arn: group.arn.clone(),
            create_date: group.created,
        }
    }
}

/// `Role`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Role {
    path: Arc<str>,
    role_name: Arc<str>,
    role_id: Arc<str>,
    arn: Arn,
    create_date: Timestamp,
    assume_role_policy_document: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_session_duration: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<Boundary>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_last_used: Option<RoleLastUsed>,
}

/// `RoleLastUsed`: IAM fills it hours later, the simulation never.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RoleLastUsed {}

impl Role {
    /// As `CreateRole` and instance profiles tell it.
    pub fn brief(cloud: &Cloud, role: &iam::Role) -> Self {
        Self {
            path: role.path.clone(),
            role_name: role.name.clone(),
            role_id: role.id.clone(),
            arn: role.arn.clone(),
            create_date: role.created,
            assume_role_policy_document: iam::shown_document(cloud, &role.trust),
            description: None,
            max_session_duration: None,
            permissions_boundary: None,
            tags: Vec::new(),
            role_last_used: None,
        }
    }

    /// As `CreateRole` tells it.
    pub fn created(cloud: &Cloud, role: &iam::Role) -> Self {
        let permissions_boundary = boundary(role.boundary.as_ref());
        Self { permissions_boundary, tags: role.tags.clone(), ..Self::brief(cloud, role) }
    }

    /// As `ListRoles` tells it.
    pub fn listed(cloud: &Cloud, role: &iam::Role) -> Self {
        let description = role.description.clone();
        Self { description, max_session_duration: Some(role.max_session_duration), ..Self::brief(cloud, role) }
    }

    /// As `GetRole` tells it.
    pub fn full(cloud: &Cloud, role: &iam::Role) -> Self {
        Self {
            permissions_boundary: boundary(role.boundary.as_ref()),
            tags: role.tags.clone(),
            role_last_used: Some(RoleLastUsed {}),
            ..Self::listed(cloud, role)
        }
    }
}

/// `Policy`: a managed policy.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    policy_name: Arc<str>,
    policy_id: String,
    arn: String,
    path: Arc<str>,
    default_version_id: String,
    attachment_count: usize,
    permissions_boundary_usage_count: usize,
    is_attachable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    create_date: Timestamp,
    update_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Tag>>,
}

impl Policy {
    /// As lists tell a customer managed policy.
    pub fn listed(state: &State, policy: &iam::ManagedPolicy) -> Self {
        Self {
            policy_name: policy.name.clone(),
            policy_id: policy.id.as_ref().to_owned(),
            arn: policy.arn.as_str().to_owned(),
            path: policy.path.clone(),
            default_version_id: format!("v{}", policy.default_version),
            attachment_count: state.attachment_count(policy.arn.as_str()),
            permissions_boundary_usage_count: state.boundary_count(policy.arn.as_str()),
            is_attachable: true,
            description: None,
            create_date: policy.created,
            update_date: policy.updated,
            tags: None,
        }
    }

    /// As `GetPolicy` tells a customer managed policy.
    pub fn full(state: &State, policy: &iam::ManagedPolicy) -> Self {
        let description = policy.description.clone();
        Self { description, tags: Some(policy.tags.clone()), ..Self::listed(state, policy) }
    }

    /// As lists tell a policy of AWS.
    pub fn of_aws(state: &State, policy: &iam::AwsManagedPolicy) -> Self {
        Self {
            policy_name: policy.name.clone(),
            policy_id: policy.id(),
            arn: policy.arn.clone(),
            path: policy.path.clone(),
            default_version_id: policy.version.clone(),
            attachment_count: state.attachment_count(&policy.arn),
            permissions_boundary_usage_count: state.boundary_count(&policy.arn),
            is_attachable: true,
            description: None,
            create_date: policy.created(),
            update_date: policy.updated(),
            tags: None,
        }
    }

    /// With an empty list of tags, as `GetPolicy` has it.
    pub fn with_tags(self) -> Self {
        Self { tags: Some(self.tags.unwrap_or_default()), ..self }
    }

    /// Where it is filed.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many users, groups and roles have it.
    pub fn attachment_count(&self) -> usize {
        self.attachment_count
    }
}

/// `PolicyVersion`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyVersion {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Value>,
    pub version_id: String,
    pub is_default_version: bool,
    pub create_date: Timestamp,
}

/// `InstanceProfile`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InstanceProfile {
    path: Arc<str>,
    instance_profile_name: Arc<str>,
    instance_profile_id: Arc<str>,
    arn: Arn,
    create_date: Timestamp,
    roles: Vec<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Tag>>,
}

impl InstanceProfile {
    /// As lists tell it.
    pub fn listed(cloud: &Cloud, state: &State, profile: &iam::InstanceProfile) -> Self {
        let role = profile.role.as_ref().and_then(|name| state.role(name));
        Self {
            path: profile.path.clone(),
            instance_profile_name: profile.name.clone(),
            instance_profile_id: profile.id.clone(),
            arn: profile.arn.clone(),
            create_date: profile.created,
            roles: role.map(|role| Role::brief(cloud, role)).into_iter().collect(),
            tags: None,
        }
    }

    /// As `GetInstanceProfile` tells it.
    pub fn full(cloud: &Cloud, state: &State, profile: &iam::InstanceProfile) -> Self {
        Self { tags: Some(profile.tags.clone()), ..Self::listed(cloud, state, profile) }
    }
}

/// The output of operations that answer with nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Empty {}
