//! Instance profiles: what an EC2 instance is given so that it gets a role's credentials.

use serde::{Deserialize, Serialize};

use super::{Page, Validation, creating, on, on_instance_profile, on_role, validate, wire};
use crate::cloud::iam::{InstanceProfile, Tag, pass_role};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Makes an instance profile, without a role.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateInstanceProfile {
    pub instance_profile_name: String,
    pub path: Option<String>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// The output of `CreateInstanceProfile` and `GetInstanceProfile`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InstanceProfileOutput {
    pub instance_profile: wire::InstanceProfile,
}

impl Operation for CreateInstanceProfile {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreateInstanceProfile";
    type Output = InstanceProfileOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let actions = ["iam:CreateInstanceProfile", "iam:TagInstanceProfile"];
        let (path, name) = (self.path.as_deref(), &self.instance_profile_name);
        creating(actions, caller, "instance-profile", path, name, &self.tags)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<InstanceProfileOutput, ApiError> {
        let name = &self.instance_profile_name;
        Validation::default().name("instanceProfileName", name, 128).done()?;
        let path = validate::path(self.path.as_deref())?;
        validate::tags(&self.tags)?;
        let state = super::state_mut(cloud, caller);
        if state.instance_profile(name).is_some() {
            return Err(super::already_exists(format!("Instance Profile {name} already exists.")));
        }
        if state.instance_profiles.len() >= 1000 {
            return Err(super::limit_exceeded("Cannot exceed quota for InstanceProfilesPerAccount: 1000"));
        }
        let id = format!("AIPA{}", cloud.random_id(17));
        let account = caller.principal.account();
        let profile = InstanceProfile {
            arn: Arn::new("iam", "", account.as_str(), &format!("instance-profile{path}{name}")),
            name: name.as_str().into(),
            path,
            id: id.into(),
            created: super::now(cloud),
            role: None,
            tags: self.tags,
        };
        super::state_mut(cloud, caller).instance_profiles.insert(name, profile.clone());
        let state = super::state(cloud, caller).ok_or_else(|| super::no_such_instance_profile(name))?;
        Ok(InstanceProfileOutput { instance_profile: wire::InstanceProfile::listed(cloud, state, &profile) })
    }
}

/// Tells about an instance profile.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetInstanceProfile {
    pub instance_profile_name: String,
}

impl Operation for GetInstanceProfile {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetInstanceProfile";
    type Output = InstanceProfileOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_instance_profile("iam:GetInstanceProfile", cloud, caller, &self.instance_profile_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<InstanceProfileOutput, ApiError> {
        let missing = || super::no_such_instance_profile(&self.instance_profile_name);
        let state = super::state(cloud, caller).ok_or_else(missing)?;
        let profile = state.instance_profile(&self.instance_profile_name).ok_or_else(missing)?;
        Ok(InstanceProfileOutput { instance_profile: wire::InstanceProfile::full(cloud, state, profile) })
    }
}

/// The output of the two lists of instance profiles.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListInstanceProfilesOutput {
    pub instance_profiles: Vec<wire::InstanceProfile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

fn list(
    cloud: &Cloud,
    caller: &Caller,
    page: &Page,
    wanted: impl Fn(&InstanceProfile) -> bool,
) -> Result<ListInstanceProfilesOutput, ApiError> {
    let mut profiles = Vec::new();
    if let Some(state) = super::state(cloud, caller) {
        let found = state.instance_profiles().filter(|profile| wanted(profile));
        profiles.extend(found.map(|profile| wire::InstanceProfile::listed(cloud, state, profile)));
    }
    let page = page.cut(profiles)?;
    Ok(ListInstanceProfilesOutput { instance_profiles: page.items, marker: page.marker })
}

/// Lists instance profiles, by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListInstanceProfiles {
    pub path_prefix: Option<String>,
    #[serde(flatten)]
    pub page: Page,
}

impl Operation for ListInstanceProfiles {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListInstanceProfiles";
    type Output = ListInstanceProfilesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on("iam:ListInstanceProfiles", caller.principal.account(), "instance-profile", "")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListInstanceProfilesOutput, ApiError> {
        let prefix = self.path_prefix.as_deref().unwrap_or("/");
        list(cloud, caller, &self.page, |profile| profile.path.starts_with(prefix))
    }
}

/// Lists the instance profiles that hold a role.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListInstanceProfilesForRole {
    pub role_name: String,
    #[serde(flatten)]
    pub page: Page,
}

impl Operation for ListInstanceProfilesForRole {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListInstanceProfilesForRole";
    type Output = ListInstanceProfilesOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_role("iam:ListInstanceProfilesForRole", cloud, caller, &self.role_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListInstanceProfilesOutput, ApiError> {
        let role = super::state(cloud, caller).and_then(|state| state.role(&self.role_name));
        let role = role.ok_or_else(|| super::no_such_role(&self.role_name))?;
        list(cloud, caller, &self.page, |profile| profile.role.as_ref() == Some(&role.name))
    }
}

/// Deletes an instance profile that holds no role any more.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteInstanceProfile {
    pub instance_profile_name: String,
}

impl Operation for DeleteInstanceProfile {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeleteInstanceProfile";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_instance_profile("iam:DeleteInstanceProfile", cloud, caller, &self.instance_profile_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let name = &self.instance_profile_name;
        let state = super::state_mut(cloud, caller);
        let profile = state.instance_profile(name).ok_or_else(|| super::no_such_instance_profile(name))?;
        if profile.role.is_some() {
            return Err(super::delete_conflict("remove roles from instance profile"));
        }
        state.instance_profiles.remove(name);
        Ok(wire::Empty {})
    }
}

/// Puts a role into an instance profile.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AddRoleToInstanceProfile {
    pub instance_profile_name: String,
    pub role_name: String,
}

impl Operation for AddRoleToInstanceProfile {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "AddRoleToInstanceProfile";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let profile = &self.instance_profile_name;
        let mut questions = on_instance_profile("iam:AddRoleToInstanceProfile", cloud, caller, profile);
        // Whoever fills a profile hands the role to EC2. Source: IAM API Reference, AddRoleToInstanceProfile.
        if let Some(role) = super::state(cloud, caller).and_then(|state| state.role(&self.role_name)) {
            questions.push(pass_role(role.arn.clone(), "ec2.amazonaws.com"));
        }
        questions
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let name = &self.instance_profile_name;
        let state = super::state_mut(cloud, caller);
        let role = state.role(&self.role_name).ok_or_else(|| super::no_such_role(&self.role_name))?.name.clone();
        let missing = || super::no_such_instance_profile(name);
        if state.instance_profile(name).ok_or_else(missing)?.role.is_some() {
            return Err(super::limit_exceeded("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"));
        }
        state.instance_profiles.get_mut(name).ok_or_else(missing)?.role = Some(role);
        Ok(wire::Empty {})
    }
}

/// Takes the role out of an instance profile.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RemoveRoleFromInstanceProfile {
    pub instance_profile_name: String,
    pub role_name: String,
}

impl Operation for RemoveRoleFromInstanceProfile {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "RemoveRoleFromInstanceProfile";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_instance_profile("iam:RemoveRoleFromInstanceProfile", cloud, caller, &self.instance_profile_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let name = &self.instance_profile_name;
        let state = super::state_mut(cloud, caller);
        let profile = state.instance_profiles.get_mut(name).ok_or_else(|| super::no_such_instance_profile(name))?;
        if !profile.role.as_ref().is_some_and(|role| role.eq_ignore_ascii_case(&self.role_name)) {
            return Err(super::no_such_role(&self.role_name));
        }
        profile.role = None;
        Ok(wire::Empty {})
    }
}
