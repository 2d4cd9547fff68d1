//! IAM: users, roles, policies, and the decision over every request.
//!
//! [`decide`] is what the door asks. Policies are read once, when they are written ([`Policy`]); a decision finds those
//! that apply, evaluates them in IAM's order and keeps what each said ([`Decision`]).

mod actions;
mod arn_pattern;
mod asked;
mod case;
mod collect;
mod condition;
mod decision;
mod document;
mod evaluate;
mod key;
mod managed;
mod ops;
mod parse;
mod pattern;
mod policy;
mod principals;
mod request;
mod service_linked;
mod setup;
mod state;
mod trace;

pub use actions::{known as known_actions, takes as takes_resource};
pub use case::{Case, CaseError};
pub use condition::Condition;
pub use decision::{
    Decision, Element, Fit, NearMiss, Outcome, PolicyKind, PolicyName, Settled, Step, StepKind, Unmet, Verdict,
};
pub use key::ConditionKey;
pub use managed::{AwsManagedPolicy, aws_managed, aws_managed_policies};
pub use policy::{ConditionText, Effect, Policy, PrincipalPattern, Statement, Version};
pub use principals::{bind_principals, shown_document};
pub use service_linked::ServiceLinkedRole;
pub use setup::{KeyPair, create_administrator};
pub use state::{
    AccessKey, Attachments, Group, InstanceProfile, ManagedPolicy, Named, OidcProvider, PolicyVersion, Role,
    SamlProvider, State, Tag, User,
};

use std::sync::Arc;

use super::net::Endpoint;
use super::{AccountId, Arn, Authorization, Caller, Cloud, Principal, Region};
use asked::Asked;
use evaluate::Policies;

/// The identity providers that need no entity in IAM.
/// Source: IAM User Guide, "AWS JSON policy elements: Principal".
pub(super) const WELL_KNOWN_PROVIDERS: [&str; 4] =
    ["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];

/// Decides whether `caller` may do what `question` asks, and says why. Changes nothing.
pub fn decide(cloud: &Cloud, caller: &Caller, question: &Authorization) -> Decision {
    let asked = Asked::new(cloud, &caller.principal, question.action, question.resource.as_ref(), &caller.region);
    answer(&asked.by(caller, &question.context))
}

/// Decides for any principal by ARN, without a request: "can this role `ecr:BatchGetImage` on this repository?"
///
/// `principal` is a user, a role (as any session of it), a session, or an account's root.
/// An ARN that names none of these may do nothing.
pub fn decide_as(cloud: &Cloud, principal: &Arn, action: &str, resource: Option<&Arn>) -> Decision {
    let principal = principal_of(principal);
    let region = resource.map(Arn::region).filter(|region| !region.is_empty());
    let region = region.map_or_else(Region::home, Region::new);
    answer(&Asked::new(cloud, &principal, action, resource, &region))
}

/// The principal that an ARN names; a role stands for any session of it.
fn principal_of(arn: &Arn) -> Principal {
    let Ok(account) = arn.account().parse() else {
        return Principal::Service { account: AccountId::home(), name: arn.as_str().to_owned() };
    };
    let mut parts = arn.resource().split('/');
    let (kind, second) = (parts.next(), parts.next());
    let last = parts.next_back().or(second).unwrap_or_default().to_owned();
    match (arn.service(), kind, second) {
        ("iam", Some("root"), None) => Principal::Root { account },
        ("iam", Some("user"), Some(_)) => Principal::User { account, name: last },
        ("iam", Some("role"), Some(_)) => Principal::Session { account, role: last, session: "session".to_owned() },
        ("sts", Some("assumed-role"), Some(role)) => {
            Principal::Session { account, role: role.to_owned(), session: last }
        }
        _ => Principal::Service { account, name: last },
    }
}

/// The ARN that names a principal in answers, with the path of a user.
pub fn full_arn(cloud: &Cloud, principal: &Principal) -> Arn {
    let region = Region::home();
    Asked::new(cloud, principal, "", None, &region).arn
}

/// Whether a service such as `ecs-tasks.amazonaws.com` may assume the role: what its trust policy says.
/// A role that does not exist can't be assumed.
pub fn can_assume(cloud: &Cloud, service: &str, role: &Arn) -> Decision {
    let account = role.account().parse().unwrap_or_else(|_| AccountId::home());
    let principal = Principal::Service { account, name: service.to_owned() };
    let region = Region::home();
    answer(&Asked::new(cloud, &principal, "sts:AssumeRole", Some(role), &region))
}

/// Whether a VPC endpoint lets `service` do something in its own name to what is its own, such as read an object of its
/// bucket by a pre-signed address: `owns` is the policy of that resource.
pub fn decide_at_endpoint(
    cloud: &Cloud,
    endpoint: &Endpoint,
    service: &str,
    action: &str,
    resource: &Arn,
    owns: Arc<Policy>,
) -> Decision {
    let principal = Principal::Service { account: AccountId::home(), name: service.to_owned() };
    let region = Region::home();
    let asked = Asked::new(cloud, &principal, action, Some(resource), &region);
    let mut policies = Policies::default();
    collect::resource(&asked, Some(owns), &mut policies);
    collect::through(endpoint, &mut policies);
    trace::decide(&asked.request(), &policies)
}

/// The permission that whoever hands a role to a service needs, such as an execution role to `ecs-tasks.amazonaws.com`.
/// Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
pub fn pass_role(role: Arn, service: &str) -> Authorization {
    let context = vec![("iam:PassedToService".to_owned(), vec![service.to_owned()])];
    Authorization { action: "iam:PassRole", resource: Some(role), context }
}

fn answer(asked: &Asked<'_>) -> Decision {
    trace::decide(&asked.request(), &collect::collect(asked))
}

pub(in crate::cloud) use asked::source_ip;
pub(in crate::cloud) use ops::Validation;
pub use ops::access_keys::{CreateAccessKey, DeleteAccessKey, GetAccessKeyLastUsed, ListAccessKeys, UpdateAccessKey};
pub use ops::account::{CreateAccountAlias, DeleteAccountAlias, GetAccountSummary, ListAccountAliases};
pub use ops::attachments::{
    AttachGroupPolicy, AttachRolePolicy, AttachUserPolicy, DeleteGroupPolicy, DeleteRolePolicy, DeleteUserPolicy,
    DetachGroupPolicy, DetachRolePolicy, DetachUserPolicy, GetGroupPolicy, GetRolePolicy, GetUserPolicy,
    ListAttachedGroupPolicies, ListAttachedRolePolicies, ListAttachedUserPolicies, ListGroupPolicies, ListRolePolicies,
    ListUserPolicies, PutGroupPolicy, PutRolePolicy, PutUserPolicy,
};
pub use ops::authorization_details::GetAccountAuthorizationDetails;
pub use ops::boundaries::{
    DeleteRolePermissionsBoundary, DeleteUserPermissionsBoundary, PutRolePermissionsBoundary,
    PutUserPermissionsBoundary,
};
pub use ops::context_keys::{GetContextKeysForCustomPolicy, GetContextKeysForPrincipalPolicy};
pub use ops::groups::{
    AddUserToGroup, CreateGroup, DeleteGroup, GetGroup, ListGroups, RemoveUserFromGroup, UpdateGroup,
};
pub use ops::instance_profiles::{
    AddRoleToInstanceProfile, CreateInstanceProfile, DeleteInstanceProfile, GetInstanceProfile, ListInstanceProfiles,
    ListInstanceProfilesForRole, RemoveRoleFromInstanceProfile,
};
pub use ops::oidc_providers::{
    AddClientIDToOpenIDConnectProvider, CreateOpenIDConnectProvider, DeleteOpenIDConnectProvider,
    GetOpenIDConnectProvider, ListOpenIDConnectProviders, RemoveClientIDFromOpenIDConnectProvider,
    UpdateOpenIDConnectProviderThumbprint,
};
pub use ops::policies::{CreatePolicy, DeletePolicy, GetPolicy, ListPolicies};
pub use ops::policy_entities::ListEntitiesForPolicy;
pub use ops::policy_versions::{
    CreatePolicyVersion, DeletePolicyVersion, GetPolicyVersion, ListPolicyVersions, SetDefaultPolicyVersion,
};
pub use ops::resource_tags;
pub use ops::roles::{
    CreateRole, DeleteRole, GetRole, ListRoles, UpdateAssumeRolePolicy, UpdateRole, UpdateRoleDescription,
};
pub use ops::saml_providers::{
    CreateSAMLProvider, DeleteSAMLProvider, GetSAMLProvider, ListSAMLProviders, UpdateSAMLProvider,
};
pub use ops::service_linked_roles::{
    CreateServiceLinkedRole, DeleteServiceLinkedRole, GetServiceLinkedRoleDeletionStatus,
};
pub use ops::simulate::{SimulateCustomPolicy, SimulatePrincipalPolicy};
pub use ops::tags::{
    ListInstanceProfileTags, ListOpenIDConnectProviderTags, ListPolicyTags, ListRoleTags, ListSAMLProviderTags,
    ListUserTags, TagInstanceProfile, TagOpenIDConnectProvider, TagPolicy, TagRole, TagSAMLProvider, TagUser,
    UntagInstanceProfile, UntagOpenIDConnectProvider, UntagPolicy, UntagRole, UntagSAMLProvider, UntagUser,
};
pub use ops::users::{CreateUser, DeleteUser, GetUser, ListGroupsForUser, ListUsers, UpdateUser};

super::operations!(
    AddClientIDToOpenIDConnectProvider,
    AddRoleToInstanceProfile,
    AddUserToGroup,
    AttachGroupPolicy,
    AttachRolePolicy,
    AttachUserPolicy,
    CreateAccessKey,
    CreateAccountAlias,
    CreateGroup,
    CreateInstanceProfile,
    CreateOpenIDConnectProvider,
    CreatePolicy,
    CreatePolicyVersion,
    CreateRole,
    CreateSAMLProvider,
    CreateServiceLinkedRole,
    CreateUser,
    DeleteAccessKey,
    DeleteAccountAlias,
    DeleteGroup,
    DeleteGroupPolicy,
    DeleteInstanceProfile,
    DeleteOpenIDConnectProvider,
    DeletePolicy,
    DeletePolicyVersion,
    DeleteRole,
    DeleteRolePermissionsBoundary,
    DeleteRolePolicy,
    DeleteSAMLProvider,
    DeleteServiceLinkedRole,
    DeleteUser,
    DeleteUserPermissionsBoundary,
    DeleteUserPolicy,
    DetachGroupPolicy,
    DetachRolePolicy,
    DetachUserPolicy,
    GetAccessKeyLastUsed,
    GetAccountAuthorizationDetails,
    GetAccountSummary,
    GetContextKeysForCustomPolicy,
    GetContextKeysForPrincipalPolicy,
    GetGroup,
    GetGroupPolicy,
    GetInstanceProfile,
    GetOpenIDConnectProvider,
    GetPolicy,
    GetPolicyVersion,
    GetRole,
    GetRolePolicy,
    GetSAMLProvider,
    GetServiceLinkedRoleDeletionStatus,
    GetUser,
    GetUserPolicy,
    ListAccessKeys,
    ListAccountAliases,
    ListAttachedGroupPolicies,
    ListAttachedRolePolicies,
    ListAttachedUserPolicies,
    ListEntitiesForPolicy,
    ListGroupPolicies,
    ListGroups,
    ListGroupsForUser,
    ListInstanceProfileTags,
    ListInstanceProfiles,
    ListInstanceProfilesForRole,
    ListOpenIDConnectProviderTags,
    ListOpenIDConnectProviders,
    ListPolicies,
    ListPolicyTags,
    ListPolicyVersions,
    ListRolePolicies,
    ListRoleTags,
    ListRoles,
    ListSAMLProviderTags,
    ListSAMLProviders,
    ListUserPolicies,
    ListUserTags,
    ListUsers,
    PutGroupPolicy,
    PutRolePermissionsBoundary,
    PutRolePolicy,
    PutUserPermissionsBoundary,
    PutUserPolicy,
    RemoveClientIDFromOpenIDConnectProvider,
    RemoveRoleFromInstanceProfile,
    RemoveUserFromGroup,
    SetDefaultPolicyVersion,
    SimulateCustomPolicy,
    SimulatePrincipalPolicy,
    TagInstanceProfile,
    TagOpenIDConnectProvider,
    TagPolicy,
    TagRole,
    TagSAMLProvider,
    TagUser,
    UntagInstanceProfile,
    UntagOpenIDConnectProvider,
    UntagPolicy,
    UntagRole,
    UntagSAMLProvider,
    UntagUser,
    UpdateAccessKey,
    UpdateAssumeRolePolicy,
    UpdateGroup,
    UpdateOpenIDConnectProviderThumbprint,
    UpdateRole,
    UpdateRoleDescription,
    UpdateSAMLProvider,
    UpdateUser,
);
