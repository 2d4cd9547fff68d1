//! Groups and who is in them.

use serde::{Deserialize, Serialize};

use super::{Page, Validation, on, on_group, validate, wire};
use crate::cloud::iam::{Attachments, Group};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Makes a group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateGroup {
    pub group_name: String,
    pub path: Option<String>,
}

/// The output of `CreateGroup`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GroupOutput {
    pub group: wire::Group,
}

impl Operation for CreateGroup {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreateGroup";
    type Output = GroupOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let name = format!("{}{}", self.path.as_deref().unwrap_or("/").trim_start_matches('/'), self.group_name);
        on("iam:CreateGroup", caller.principal.account(), "group", &name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GroupOutput, ApiError> {
        Validation::default().name("groupName", &self.group_name, 128).done()?;
        let path = validate::path(self.path.as_deref())?;
        let state = super::state_mut(cloud, caller);
        if state.group(&self.group_name).is_some() {
            return Err(super::already_exists(format!("Group with name {} already exists.", self.group_name)));
        }
        if state.groups.len() >= 300 {
            return Err(super::limit_exceeded("Cannot exceed quota for GroupsPerAccount: 300"));
        }
        let id = format!("AGPA{}", cloud.random_id(17));
        let account = caller.principal.account();
        let group = Group {
            arn: Arn::new("iam", "", account.as_str(), &format!("group{path}{}", self.group_name)),
            name: self.group_name.as_str().into(),
            path,
            id: id.into(),
            created: super::now(cloud),
            policies: Attachments::default(),
        };
        let output = GroupOutput { group: wire::Group::new(&group) };
        super::state_mut(cloud, caller).groups.insert(&self.group_name, group);
        Ok(output)
    }
}

/// Tells about a group and lists its users.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetGroup {
    pub group_name: String,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `GetGroup`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetGroupOutput {
    pub group: wire::Group,
    pub users: Vec<wire::User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Operation for GetGroup {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetGroup";
    type Output = GetGroupOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_group("iam:GetGroup", cloud, caller, &self.group_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetGroupOutput, ApiError> {
        let state = super::read(cloud, caller)?;
        let group = state.group(&self.group_name).ok_or_else(|| super::no_such_group(&self.group_name))?;
        let members =
            state.users().filter(|user| user.groups.contains(&group.name)).map(|user| wire::User::brief(user));
        let page = self.page.cut(members.collect())?;
        Ok(GetGroupOutput { group: wire::Group::new(group), users: page.items, marker: page.marker })
    }
}

/// Gives a group another name or path. Its policies and users stay with it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateGroup {
    pub group_name: String,
    pub new_path: Option<String>,
    pub new_group_name: Option<String>,
}

impl Operation for UpdateGroup {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "UpdateGroup";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_group("iam:UpdateGroup", cloud, caller, &self.group_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        if let Some(name) = &self.new_group_name {
            Validation::default().name("newGroupName", name, 128).done()?;
        }
        let path = self.new_path.as_deref().map(|path| validate::path(Some(path))).transpose()?;
        let state = super::state_mut(cloud, caller);
        let group = state.group(&self.group_name).ok_or_else(|| super::no_such_group(&self.group_name))?;
        let mut group = group.as_ref().clone();
        let old = group.name.clone();
        if let Some(name) = self.new_group_name {
            if !name.eq_ignore_ascii_case(&old) && state.group(&name).is_some() {
                return Err(super::already_exists(format!("Group with name {name} already exists.")));
            }
            group.name = name.into();
        }
        group.path = path.unwrap_or(group.path);
        group.arn = Arn::new("iam", "", state.account().as_str(), &format!("group{}{}", group.path, group.name));
        let members: Vec<_> =
            state.users().filter(|user| user.groups.contains(&old)).map(|user| user.name.clone()).collect();
        for member in members {
            if let Some(user) = state.users.get_mut(&member) {
                user.groups.remove(&old);
                user.groups.insert(group.name.clone());
            }
        }
        state.groups.remove(&old);
        let name = group.name.clone();
        state.groups.insert(&name, group);
        Ok(wire::Empty {})
    }
}

/// Lists groups, by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListGroups {
    pub path_prefix: Option<String>,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `ListGroups` and `ListGroupsForUser`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListGroupsOutput {
    pub groups: Vec<wire::Group>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Operation for ListGroups {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListGroups";
    type Output = ListGroupsOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on("iam:ListGroups", caller.principal.account(), "group", "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListGroupsOutput, ApiError> {
        let prefix = self.path_prefix.as_deref().unwrap_or("/");
        let groups = super::state(cloud, caller).into_iter().flat_map(|state| state.groups());
        let groups = groups.filter(|group| group.path.starts_with(prefix)).map(|group| wire::Group::new(group));
        let page = self.page.cut(groups.collect())?;
        Ok(ListGroupsOutput { groups: page.items, marker: page.marker })
    }
}

/// Deletes a group that holds nobody and nothing any more.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteGroup {
    pub group_name: String,
}

impl Operation for DeleteGroup {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeleteGroup";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_group("iam:DeleteGroup", cloud, caller, &self.group_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let state = super::state_mut(cloud, caller);
        let group = state.group(&self.group_name).ok_or_else(|| super::no_such_group(&self.group_name))?;
        if state.users().any(|user| user.groups.contains(&group.name)) {
            return Err(super::delete_conflict("remove users from group"));
        }
        if !group.policies.managed.is_empty() {
            return Err(super::delete_conflict("detach all policies"));
        }
        if !group.policies.inline.is_empty() {
            return Err(super::delete_conflict("delete policies"));
        }
        state.groups.remove(&self.group_name);
        Ok(wire::Empty {})
    }
}

/// Puts a user into a group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AddUserToGroup {
    pub group_name: String,
    pub user_name: String,
}

impl Operation for AddUserToGroup {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "AddUserToGroup";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_group("iam:AddUserToGroup", cloud, caller, &self.group_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let state = super::state_mut(cloud, caller);
        let group = state.group(&self.group_name).ok_or_else(|| super::no_such_group(&self.group_name))?.name.clone();
        let user = state.users.get_mut(&self.user_name).ok_or_else(|| super::no_such_user(&self.user_name))?;
        if !user.groups.contains(&group) && user.groups.len() >= 10 {
            return Err(super::limit_exceeded("Cannot exceed quota for GroupsPerUser: 10"));
        }
        user.groups.insert(group);
        Ok(wire::Empty {})
    }
}

/// Takes a user out of a group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RemoveUserFromGroup {
    pub group_name: String,
    pub user_name: String,
}

impl Operation for RemoveUserFromGroup {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "RemoveUserFromGroup";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_group("iam:RemoveUserFromGroup", cloud, caller, &self.group_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let state = super::state_mut(cloud, caller);
        let group = state.group(&self.group_name).ok_or_else(|| super::no_such_group(&self.group_name))?.name.clone();
        let user = state.users.get_mut(&self.user_name).ok_or_else(|| super::no_such_user(&self.user_name))?;
        user.groups.remove(&group);
        Ok(wire::Empty {})
    }
}
