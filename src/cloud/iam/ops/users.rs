//! Users.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Page, Validation, creating, on, on_user, user_or_own, validate, wire};
use crate::cloud::iam::{Attachments, Tag, User};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Makes a user.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateUser {
    pub user_name: String,
    pub path: Option<String>,
    pub permissions_boundary: Option<String>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// The output of `CreateUser` and `GetUser`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UserOutput {
    pub user: wire::User,
}

impl Operation for CreateUser {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreateUser";
    type Output = UserOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let actions = ["iam:CreateUser", "iam:TagUser"];
        let questions = creating(actions, caller, "user", self.path.as_deref(), &self.user_name, &self.tags);
        super::boundaries::with_new(questions, self.permissions_boundary.as_ref())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<UserOutput, ApiError> {
        Validation::default().name("userName", &self.user_name, 64).done()?;
        let path = validate::path(self.path.as_deref())?;
        validate::tags(&self.tags)?;
        let state = super::state_mut(cloud, caller);
        if state.user(&self.user_name).is_some() {
            return Err(super::already_exists(format!("User with name {} already exists.", self.user_name)));
        }
        let boundary = super::boundaries::policy(state, self.permissions_boundary)?;
        if state.users.len() >= 5000 {
            return Err(super::limit_exceeded("Cannot exceed quota for UsersPerAccount: 5000"));
        }
        let id = format!("AIDA{}", cloud.random_id(17));
        let account = caller.principal.account();
        let user = User {
            arn: Arn::new("iam", "", account.as_str(), &format!("user{path}{}", self.user_name)),
            name: self.user_name.as_str().into(),
            path,
            id: id.into(),
            created: super::now(cloud),
            policies: Attachments::default(),
            boundary,
            tags: self.tags,
            groups: Default::default(),
        };
        let output = UserOutput { user: wire::User::full(&user) };
        super::state_mut(cloud, caller).users.insert(&self.user_name, user);
        Ok(output)
    }
}

/// Tells about a user; without a name, about the caller.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetUser {
    pub user_name: Option<String>,
}

impl Operation for GetUser {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetUser";
    type Output = UserOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_user("iam:GetUser", cloud, caller, self.user_name.as_deref())
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<UserOutput, ApiError> {
        let name = user_or_own(self.user_name.as_deref(), caller)?;
        let user = super::state(cloud, caller).and_then(|state| state.user(name));
        let user = user.ok_or_else(|| super::no_such_user(name))?;
        Ok(UserOutput { user: wire::User::full(user) })
    }
}

/// Lists users, by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListUsers {
    pub path_prefix: Option<String>,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `ListUsers`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListUsersOutput {
    pub users: Vec<wire::User>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Operation for ListUsers {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListUsers";
    type Output = ListUsersOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on("iam:ListUsers", caller.principal.account(), "user", "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListUsersOutput, ApiError> {
        let prefix = self.path_prefix.as_deref().unwrap_or("/");
        let users = super::state(cloud, caller).into_iter().flat_map(|state| state.users());
        let users = users.filter(|user| user.path.starts_with(prefix)).map(|user| wire::User::brief(user));
        let page = self.page.cut(users.collect())?;
        Ok(ListUsersOutput { users: page.items, marker: page.marker })
    }
}

/// Deletes a user that holds nothing any more.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteUser {
    pub user_name: String,
}

impl Operation for DeleteUser {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeleteUser";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_user("iam:DeleteUser", cloud, caller, Some(&self.user_name))
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let state = super::state_mut(cloud, caller);
        let user = state.user(&self.user_name).ok_or_else(|| super::no_such_user(&self.user_name))?;
        if !user.groups.is_empty() {
            return Err(super::delete_conflict("remove users from group"));
        }
        if !user.policies.managed.is_empty() {
            return Err(super::delete_conflict("detach all policies"));
        }
        if !user.policies.inline.is_empty() {
            return Err(super::delete_conflict("delete policies"));
        }
        if !state.access_keys_of(&self.user_name).is_empty() {
            return Err(super::delete_conflict("delete access keys"));
        }
        state.users.remove(&self.user_name);
        Ok(wire::Empty {})
    }
}

/// Gives a user another name or path. Its policies, groups and keys stay with it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateUser {
    pub user_name: String,
    pub new_path: Option<String>,
    pub new_user_name: Option<String>,
}

impl Operation for UpdateUser {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "UpdateUser";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_user("iam:UpdateUser", cloud, caller, Some(&self.user_name))
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        if let Some(name) = &self.new_user_name {
            Validation::default().name("newUserName", name, 64).done()?;
        }
        let path = self.new_path.as_deref().map(|path| validate::path(Some(path))).transpose()?;
        let state = super::state_mut(cloud, caller);
        let mut user =
            state.user(&self.user_name).ok_or_else(|| super::no_such_user(&self.user_name))?.as_ref().clone();
        let old = user.name.clone();
        if let Some(name) = self.new_user_name {
            if !name.eq_ignore_ascii_case(&old) && state.user(&name).is_some() {
                return Err(super::already_exists(format!("User with name {name} already exists.")));
            }
            user.name = name.into();
        }
        user.path = path.unwrap_or(user.path);
        user.arn = Arn::new("iam", "", state.account().as_str(), &format!("user{}{}", user.path, user.name));
        for key in state.access_keys.values_mut().filter(|key| key.user == old) {
            Arc::make_mut(key).user = user.name.clone();
        }
        state.users.remove(&old);
        let name = user.name.clone();
        state.users.insert(&name, user);
        Ok(wire::Empty {})
    }
}

/// Lists the groups that a user is in.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListGroupsForUser {
    pub user_name: String,
    #[serde(flatten)]
    pub page: Page,
}

impl Operation for ListGroupsForUser {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListGroupsForUser";
    type Output = super::groups::ListGroupsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_user("iam:ListGroupsForUser", cloud, caller, Some(&self.user_name))
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Self::Output, ApiError> {
        let state = super::read(cloud, caller)?;
        let user = state.user(&self.user_name).ok_or_else(|| super::no_such_user(&self.user_name))?;
        let groups = user.groups.iter().filter_map(|name| state.group(name)).map(|group| wire::Group::new(group));
        let page = self.page.cut(groups.collect())?;
        Ok(super::groups::ListGroupsOutput { groups: page.items, marker: page.marker })
    }
}
