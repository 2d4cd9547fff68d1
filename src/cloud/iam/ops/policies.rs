//! Managed policies and their versions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Page, Validation, on, on_policy, validate, wire, with_request_tags};
use crate::cloud::iam::{self, Attachments, ManagedPolicy, Policy, PolicyVersion, State, Tag, aws_managed};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Source: IAM User Guide, "IAM and AWS STS quotas".
const POLICY_SIZE: usize = 6144;
const VERSIONS_MAX: usize = 5;

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

fn document(text: &str) -> Result<Arc<Policy>, ApiError> {
    validate::document(text)?;
    let policy = Policy::managed(text)?;
    if policy.size() > POLICY_SIZE {
        return Err(super::limit_exceeded(format!("Cannot exceed quota for PolicySize: {POLICY_SIZE}")));
    }
    Ok(Arc::new(policy))
}

/// A customer managed policy, to be changed. AWS's own can't be.
pub(super) fn own<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut ManagedPolicy, ApiError> {
    if aws_managed(arn).is_some() {
        let message = format!("Policy {arn} is an AWS managed policy and cannot be modified.");
        return Err(ApiError::new("AccessDenied", message));
    }
    if state.policy_by_arn(arn).is_none() {
        return Err(super::no_such_policy(arn));
    }
    let name = arn.rsplit('/').next().unwrap_or_default();
    state.policies.get_mut(name).ok_or_else(|| super::no_such_policy(arn))
}

fn version_number(policy: &ManagedPolicy, id: &str) -> Result<u32, ApiError> {
    let number = id.strip_prefix('v').and_then(|number| number.parse().ok());
    number.filter(|number| policy.versions.contains_key(number)).ok_or_else(|| no_such_version(policy.arn.as_str(), id))
}

fn no_such_version(arn: &str, id: &str) -> ApiError {
    super::no_such_entity(format!("Policy {arn} version {id} does not exist or is not attachable."))
}

/// Makes a customer managed policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreatePolicy {
    pub policy_name: String,
    pub policy_document: String,
    pub path: Option<String>,
    pub description: Option<String>,
    #[serde(default)]
    pub tags: Vec<Tag>,
}

/// The output of `CreatePolicy` and `GetPolicy`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyOutput {
    pub policy: wire::Policy,
}

impl Operation for CreatePolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreatePolicy";
    type Output = PolicyOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let name = format!("{}{}", self.path.as_deref().unwrap_or("/").trim_start_matches('/'), self.policy_name);
        with_request_tags(on("iam:CreatePolicy", caller.principal.account(), "policy", &name), &self.tags)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PolicyOutput, ApiError> {
        Validation::default()
            .name("policyName", &self.policy_name, 128)
            .length("policyDocument", Some(&self.policy_document), 1, 131_072)
            .length("description", self.description.as_deref(), 0, 1000)
            .done()?;
        let path = validate::path(self.path.as_deref())?;
        validate::tags(&self.tags)?;
        let document = document(&self.policy_document)?;
        let state = super::state_mut(cloud, caller);
        if state.policies.get(&self.policy_name).is_some() {
            return Err(super::already_exists(format!(
                "A policy called {} already exists. Duplicate names are not allowed.",
                self.policy_name
            )));
        }
        if state.policies.len() >= 1500 {
            return Err(super::limit_exceeded("Cannot exceed quota for PoliciesPerAccount: 1500"));
        }
        let id = format!("ANPA{}", cloud.random_id(17));
        let created = super::now(cloud);
        let account = caller.principal.account();
        let policy = ManagedPolicy {
            arn: Arn::new("iam", "", account.as_str(), &format!("policy{path}{}", self.policy_name)),
            name: self.policy_name.as_str().into(),
            path,
            id: id.into(),
            created,
            updated: created,
            description: self.description,
            tags: self.tags,
            versions: BTreeMap::from([(1, PolicyVersion { document, created })]),
            default_version: 1,
            next_version: 2,
        };
        let state = super::state_mut(cloud, caller);
        let output = PolicyOutput { policy: wire::Policy::listed(state, &policy) };
        state.policies.insert(&self.policy_name, policy);
        Ok(output)
    }
}

/// Tells about a managed policy.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetPolicy {
    pub policy_arn: String,
}

impl Operation for GetPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetPolicy";
    type Output = PolicyOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        on_policy("iam:GetPolicy", &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PolicyOutput, ApiError> {
        let state = super::read(cloud, caller)?;
        let policy = match aws_managed(&self.policy_arn) {
            Some(policy) => wire::Policy::of_aws(state, policy).with_tags(),
            None => {
                let policy = state.policy_by_arn(&self.policy_arn);
                wire::Policy::full(state, policy.ok_or_else(|| super::no_such_policy(&self.policy_arn))?)
            }
        };
        Ok(PolicyOutput { policy })
    }
}

/// Lists managed policies: the account's, then AWS's.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListPolicies {
    /// `All`, `AWS` or `Local`.
    pub scope: Option<String>,
    #[serde(default)]
    pub only_attached: bool,
    pub path_prefix: Option<String>,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `ListPolicies`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListPoliciesOutput {
    pub policies: Vec<wire::Policy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Operation for ListPolicies {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListPolicies";
    type Output = ListPoliciesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:ListPolicies")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListPoliciesOutput, ApiError> {
        let state = super::read(cloud, caller)?;
        let scope = self.scope.as_deref().unwrap_or("All");
        if !matches!(scope, "All" | "AWS" | "Local") {
            return Err(super::validation(format!(
                "1 validation error detected: Value '{scope}' at 'scope' failed to satisfy constraint: Member must \
                 satisfy enum value set: [All, Local, AWS]"
            )));
        }
        let local = state.policies().filter(|_| scope != "AWS").map(|policy| wire::Policy::listed(state, policy));
        let of_aws = iam::aws_managed_policies().filter(|_| scope != "Local");
        let of_aws = of_aws.map(|policy| wire::Policy::of_aws(state, policy));
        let prefix = self.path_prefix.as_deref().unwrap_or("/");
        let wanted = |policy: &wire::Policy| {
            policy.path().starts_with(prefix) && (!self.only_attached || policy.attachment_count() > 0)
        };
        let page = self.page.cut(local.chain(of_aws).filter(wanted).collect())?;
        Ok(ListPoliciesOutput { policies: page.items, marker: page.marker })
    }
}

/// Deletes a customer managed policy that nobody has and that has no other versions.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeletePolicy {
    pub policy_arn: String,
}

impl Operation for DeletePolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeletePolicy";
    type Output = wire::Empty;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        on_policy("iam:DeletePolicy", &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let state = super::state_mut(cloud, caller);
        let policy = own(state, &self.policy_arn)?;
        let (name, versions) = (policy.name.clone(), policy.versions.len());
        if state.attachment_count(&self.policy_arn) + state.boundary_count(&self.policy_arn) > 0 {
            return Err(ApiError::new("DeleteConflict", "Cannot delete a policy attached to entities."));
        }
        if versions > 1 {
            let message = "This policy has more than one version. Before you delete a policy, you must delete the \
                           policy's versions. The default version is deleted with the policy.";
            return Err(ApiError::new("DeleteConflict", message));
        }
        state.policies.remove(&name);
        Ok(wire::Empty {})
    }
}

/// Adds a version.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreatePolicyVersion {
    pub policy_arn: String,
    pub policy_document: String,
    #[serde(default)]
    pub set_as_default: bool,
}

/// The output of `CreatePolicyVersion` and `GetPolicyVersion`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyVersionOutput {
    pub policy_version: wire::PolicyVersion,
}

impl Operation for CreatePolicyVersion {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreatePolicyVersion";
    type Output = PolicyVersionOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        on_policy("iam:CreatePolicyVersion", &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PolicyVersionOutput, ApiError> {
        let created = super::now(cloud);
        let policy = own(super::state_mut(cloud, caller), &self.policy_arn)?;
        let document = document(&self.policy_document)?;
        if policy.versions.len() >= VERSIONS_MAX {
            return Err(super::limit_exceeded(
                "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
                 version.",
            ));
        }
        let number = policy.next_version;
        policy.next_version += 1;
        policy.versions.insert(number, PolicyVersion { document, created });
        if self.set_as_default {
            policy.default_version = number;
        }
        policy.updated = created;
        let policy_version = wire::PolicyVersion {
            document: None,
            version_id: format!("v{number}"),
            is_default_version: self.set_as_default,
            create_date: created,
        };
        Ok(PolicyVersionOutput { policy_version })
    }
}

/// Tells what a version says.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetPolicyVersion {
    pub policy_arn: String,
    pub version_id: String,
}

impl Operation for GetPolicyVersion {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetPolicyVersion";
    type Output = PolicyVersionOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        on_policy("iam:GetPolicyVersion", &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PolicyVersionOutput, ApiError> {
        if let Some(policy) = aws_managed(&self.policy_arn) {
            // Limitation: of AWS's policies only the version in force is known.
            if policy.version != self.version_id {
                return Err(no_such_version(&self.policy_arn, &self.version_id));
            }
            let policy_version = wire::PolicyVersion {
                document: Some(policy.document().document()),
                version_id: self.version_id,
                is_default_version: true,
                create_date: policy.updated(),
            };
            return Ok(PolicyVersionOutput { policy_version });
        }
        let policy = super::read(cloud, caller)?.policy_by_arn(&self.policy_arn);
        let policy = policy.ok_or_else(|| super::no_such_policy(&self.policy_arn))?;
        let number = version_number(policy, &self.version_id)?;
        let version =
            policy.versions.get(&number).ok_or_else(|| no_such_version(&self.policy_arn, &self.version_id))?;
        let policy_version = wire::PolicyVersion {
            document: Some(version.document.document()),
            version_id: self.version_id,
            is_default_version: number == policy.default_version,
            create_date: version.created,
        };
        Ok(PolicyVersionOutput { policy_version })
    }
}

/// Lists versions, newest first.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListPolicyVersions {
    pub policy_arn: String,
    #[serde(flatten)]
    pub page: Page,
}

/// The output of `ListPolicyVersions`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListPolicyVersionsOutput {
    pub versions: Vec<wire::PolicyVersion>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Operation for ListPolicyVersions {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListPolicyVersions";
    type Output = ListPolicyVersionsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        on_policy("iam:ListPolicyVersions", &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListPolicyVersionsOutput, ApiError> {
        let versions = match aws_managed(&self.policy_arn) {
            Some(policy) => vec![wire::PolicyVersion {
                document: None,
                version_id: policy.version.clone(),
                is_default_version: true,
                create_date: policy.updated(),
            }],
            None => {
                let policy = super::read(cloud, caller)?.policy_by_arn(&self.policy_arn);
                let policy = policy.ok_or_else(|| super::no_such_policy(&self.policy_arn))?;
                let newest_first = policy.versions.iter().rev().map(|(number, version)| wire::PolicyVersion {
                    document: None,
                    version_id: format!("v{number}"),
                    is_default_version: *number == policy.default_version,
                    create_date: version.created,
                });
                newest_first.collect()
            }
        };
        let page = self.page.cut(versions)?;
        Ok(ListPolicyVersionsOutput { versions: page.items, marker: page.marker })
    }
}

/// Deletes a version that is not in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeletePolicyVersion {
    pub policy_arn: String,
    pub version_id: String,
}

impl Operation for DeletePolicyVersion {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeletePolicyVersion";
    type Output = wire::Empty;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        on_policy("iam:DeletePolicyVersion", &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let policy = own(super::state_mut(cloud, caller), &self.policy_arn)?;
        let number = version_number(policy, &self.version_id)?;
        if number == policy.default_version {
            return Err(ApiError::new("DeleteConflict", "Cannot delete the default version of a policy."));
        }
        policy.versions.remove(&number);
        Ok(wire::Empty {})
    }
}

/// Puts a version in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SetDefaultPolicyVersion {
    pub policy_arn: String,
    pub version_id: String,
}

impl Operation for SetDefaultPolicyVersion {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "SetDefaultPolicyVersion";
    type Output = wire::Empty;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        on_policy("iam:SetDefaultPolicyVersion", &self.policy_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let now = super::now(cloud);
        let policy = own(super::state_mut(cloud, caller), &self.policy_arn)?;
        policy.default_version = version_number(policy, &self.version_id)?;
        policy.updated = now;
        Ok(wire::Empty {})
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

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        on_policy("iam:ListEntitiesForPolicy", &self.policy_arn)
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
