//! Everything that decides who may do what in the account, in one answer.
//!
//! Source: IAM API Reference, GetAccountAuthorizationDetails.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Page, wire};
use crate::cloud::iam::{
    self, Attachments, AwsManagedPolicy, ManagedPolicy, State, Tag, aws_managed_policies, shown_document,
};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// Tells about users, groups, roles and managed policies with all that they say.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetAccountAuthorizationDetails {
    /// All kinds unless given.
    #[serde(default)]
    pub filter: Vec<Kind>,
    #[serde(flatten)]
    pub page: Page,
}

/// What is told about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Kind {
    User,
    Role,
    Group,
    LocalManagedPolicy,
    #[serde(rename = "AWSManagedPolicy")]
    AwsManagedPolicy,
}

/// The output of `GetAccountAuthorizationDetails`.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AuthorizationDetails {
    pub user_detail_list: Vec<UserDetail>,
    pub group_detail_list: Vec<GroupDetail>,
    pub role_detail_list: Vec<RoleDetail>,
    pub policies: Vec<PolicyDetail>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

/// An inline policy.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InlinePolicy {
    policy_name: Arc<str>,
    policy_document: Value,
}

/// A managed policy of a user, group or role.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AttachedPolicy {
    policy_name: String,
    policy_arn: Arc<str>,
}

/// `UserDetail`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserDetail {
    path: Arc<str>,
    user_name: Arc<str>,
    user_id: Arc<str>,
    arn: Arn,
    create_date: Timestamp,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    user_policy_list: Vec<InlinePolicy>,
    group_list: Vec<Arc<str>>,
    attached_managed_policies: Vec<AttachedPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<wire::Boundary>,
    tags: Vec<Tag>,
}

/// `GroupDetail`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupDetail {
    path: Arc<str>,
    group_name: Arc<str>,
    group_id: Arc<str>,
    arn: Arn,
    create_date: Timestamp,
    group_policy_list: Vec<InlinePolicy>,
    attached_managed_policies: Vec<AttachedPolicy>,
}

/// `RoleDetail`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RoleDetail {
    path: Arc<str>,
    role_name: Arc<str>,
    role_id: Arc<str>,
    arn: Arn,
    create_date: Timestamp,
    assume_role_policy_document: Value,
    instance_profile_list: Vec<wire::InstanceProfile>,
    role_policy_list: Vec<InlinePolicy>,
    attached_managed_policies: Vec<AttachedPolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<wire::Boundary>,
    tags: Vec<Tag>,
    role_last_used: wire::RoleLastUsed,
}

/// `ManagedPolicyDetail`
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyDetail {
    #[serde(flatten)]
    policy: wire::Policy,
    policy_version_list: Vec<wire::PolicyVersion>,
}

/// One of all that there is to tell about. A page counts them together.
enum Entity<'a> {
    User(&'a iam::User),
    Group(&'a iam::Group),
    Role(&'a iam::Role),
    Own(&'a ManagedPolicy),
    Aws(&'a AwsManagedPolicy),
}

fn inline(attachments: &Attachments) -> Vec<InlinePolicy> {
    let policies = attachments.inline.iter();
    policies
        .map(|(name, policy)| InlinePolicy { policy_name: Arc::clone(name), policy_document: policy.document() })
        .collect()
}

fn attached(attachments: &Attachments) -> Vec<AttachedPolicy> {
    let policies = attachments.managed.iter();
    policies
        .map(|arn| AttachedPolicy {
            policy_name: arn.rsplit('/').next().unwrap_or_default().to_owned(),
            policy_arn: Arc::clone(arn),
        })
        .collect()
}

impl UserDetail {
    fn new(user: &iam::User) -> Self {
        Self {
            path: Arc::clone(&user.path),
            user_name: Arc::clone(&user.name),
            user_id: Arc::clone(&user.id),
            arn: user.arn.clone(),
            create_date: user.created,
            user_policy_list: inline(&user.policies),
            group_list: user.groups.iter().cloned().collect(),
            attached_managed_policies: attached(&user.policies),
            permissions_boundary: wire::boundary(user.boundary.as_ref()),
            tags: user.tags.clone(),
        }
    }
}

impl GroupDetail {
    fn new(group: &iam::Group) -> Self {
        Self {
            path: Arc::clone(&group.path),
            group_name: Arc::clone(&group.name),
            group_id: Arc::clone(&group.id),
            arn: group.arn.clone(),
            create_date: group.created,
            group_policy_list: inline(&group.policies),
            attached_managed_policies: attached(&group.policies),
        }
    }
}

impl RoleDetail {
    fn new(cloud: &Cloud, state: &State, role: &iam::Role) -> Self {
        let profiles = state.instance_profiles().filter(|profile| profile.role.as_ref() == Some(&role.name));
        Self {
            path: Arc::clone(&role.path),
            role_name: Arc::clone(&role.name),
            role_id: Arc::clone(&role.id),
            arn: role.arn.clone(),
            create_date: role.created,
            assume_role_policy_document: shown_document(cloud, &role.trust),
            instance_profile_list: profiles
                .map(|profile| wire::InstanceProfile::listed(cloud, state, profile))
                .collect(),
            role_policy_list: inline(&role.policies),
            attached_managed_policies: attached(&role.policies),
            permissions_boundary: wire::boundary(role.boundary.as_ref()),
            tags: role.tags.clone(),
            role_last_used: wire::RoleLastUsed {},
        }
    }
}

impl PolicyDetail {
    fn own(state: &State, policy: &ManagedPolicy) -> Self {
        let newest_first = policy.versions.iter().rev().map(|(number, version)| wire::PolicyVersion {
            document: Some(version.document.document()),
            version_id: format!("v{number}"),
            is_default_version: *number == policy.default_version,
            create_date: version.created,
        });
        Self { policy: wire::Policy::listed(state, policy), policy_version_list: newest_first.collect() }
    }

    /// Limitation: of AWS's policies only the version in force is known.
    fn of_aws(state: &State, policy: &AwsManagedPolicy) -> Self {
        let version = wire::PolicyVersion {
            document: Some(policy.document().document()),
            version_id: policy.version.clone(),
            is_default_version: true,
            create_date: policy.updated(),
        };
        Self { policy: wire::Policy::of_aws(state, policy), policy_version_list: vec![version] }
    }
}

impl GetAccountAuthorizationDetails {
    /// All that is wanted. Of AWS's policies those that the account uses.
    fn wanted<'a>(&self, state: &'a State) -> Vec<Entity<'a>> {
        let wants = |kind: Kind| self.filter.is_empty() || self.filter.contains(&kind);
        let mut all = Vec::new();
        if wants(Kind::User) {
            all.extend(state.users().map(|user| Entity::User(user)));
        }
        if wants(Kind::Group) {
            all.extend(state.groups().map(|group| Entity::Group(group)));
        }
        if wants(Kind::Role) {
            all.extend(state.roles().map(|role| Entity::Role(role)));
        }
        if wants(Kind::LocalManagedPolicy) {
            all.extend(state.policies().map(|policy| Entity::Own(policy)));
        }
        if wants(Kind::AwsManagedPolicy) {
            let used = |arn: &str| state.attachment_count(arn) + state.boundary_count(arn) > 0;
            for policy in aws_managed_policies().filter(|policy| used(&policy.arn)) {
                all.push(Entity::Aws(policy));
            }
        }
        all
    }
}

impl Operation for GetAccountAuthorizationDetails {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetAccountAuthorizationDetails";
    type Output = AuthorizationDetails;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:GetAccountAuthorizationDetails")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AuthorizationDetails, ApiError> {
        let state = super::read(cloud, caller)?;
        let page = self.page.cut(self.wanted(state))?;
        let mut details = AuthorizationDetails { marker: page.marker, ..AuthorizationDetails::default() };
        for entity in page.items {
            match entity {
                Entity::User(user) => details.user_detail_list.push(UserDetail::new(user)),
                Entity::Group(group) => details.group_detail_list.push(GroupDetail::new(group)),
                Entity::Role(role) => details.role_detail_list.push(RoleDetail::new(cloud, state, role)),
                Entity::Own(policy) => details.policies.push(PolicyDetail::own(state, policy)),
                Entity::Aws(policy) => details.policies.push(PolicyDetail::of_aws(state, policy)),
            }
        }
        Ok(details)
    }
}
