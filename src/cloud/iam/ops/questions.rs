//! What IAM's operations ask IAM: about which entity, with which condition keys.
//!
//! Source: Service Authorization Reference, AWS Identity and Access Management.

use std::sync::Arc;

use super::state;
use crate::cloud::iam::Tag;
use crate::cloud::{AccountId, Arn, Authorization, Caller, Cloud, Principal};

/// The actions that carry the boundary of the user or role that they are about. Those that set one carry the new one.
const WITH_BOUNDARY: [&str; 15] = [
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPermissionsBoundary",
    "iam:DeleteUserPolicy",
    "iam:DetachRolePolicy",
    "iam:DetachUserPolicy",
    "iam:GetRole",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];

/// A question about one entity, by its kind and name.
pub(super) fn on(action: &'static str, account: &AccountId, kind: &str, name: &str) -> Vec<Authorization> {
    vec![Authorization::on(action, Arn::new("iam", "", account.as_str(), &format!("{kind}/{name}")))]
}

/// The questions about an entity that is to be made, by its kind, its path and its name. The tags that it is to have are a
/// permission of their own.
pub(super) fn creating(
    [create, tag]: [&'static str; 2],
    caller: &Caller,
    kind: &str,
    path: Option<&str>,
    name: &str,
    tags: &[Tag],
) -> Vec<Authorization> {
    let name = format!("{}{name}", path.unwrap_or("/").trim_start_matches('/'));
    let mut questions = with_request_tags(on(create, caller.principal.account(), kind, &name), tags);
    if !tags.is_empty() {
        questions.extend(questions.first().cloned().map(|question| Authorization { action: tag, ..question }));
    }
    questions
}

pub(super) fn on_user(action: &'static str, cloud: &Cloud, caller: &Caller, name: Option<&str>) -> Vec<Authorization> {
    let own = match &caller.principal {
        Principal::User { name, .. } => name.as_str(),
        _ => "",
    };
    let name = name.unwrap_or(own);
    match state(cloud, caller).and_then(|state| state.user(name)) {
        Some(user) => about(action, &user.arn, &user.tags, user.boundary.as_ref()),
        None => on(action, caller.principal.account(), "user", name),
    }
}

/// A question about a user that the request names.
pub(super) fn on_named_user(action: &'static str, cloud: &Cloud, caller: &Caller, name: &str) -> Vec<Authorization> {
    on_user(action, cloud, caller, Some(name))
}

pub(super) fn on_group(action: &'static str, cloud: &Cloud, caller: &Caller, name: &str) -> Vec<Authorization> {
    match state(cloud, caller).and_then(|state| state.group(name)) {
        Some(group) => vec![Authorization::on(action, group.arn.clone())],
        None => on(action, caller.principal.account(), "group", name),
    }
}

pub(super) fn on_role(action: &'static str, cloud: &Cloud, caller: &Caller, name: &str) -> Vec<Authorization> {
    match state(cloud, caller).and_then(|state| state.role(name)) {
        Some(role) => about(action, &role.arn, &role.tags, role.boundary.as_ref()),
        None => on(action, caller.principal.account(), "role", name),
    }
}

pub(super) fn on_instance_profile(
    action: &'static str,
    cloud: &Cloud,
    caller: &Caller,
    name: &str,
) -> Vec<Authorization> {
    match state(cloud, caller).and_then(|state| state.instance_profile(name)) {
        Some(profile) => about(action, &profile.arn, &profile.tags, None),
        None => on(action, caller.principal.account(), "instance-profile", name),
    }
}

/// A question about a policy, by its ARN.
pub(super) fn on_policy(action: &'static str, cloud: &Cloud, caller: &Caller, arn: &str) -> Vec<Authorization> {
    match state(cloud, caller).and_then(|state| state.policy_by_arn(arn)) {
        Some(policy) => about(action, &policy.arn, &policy.tags, None),
        None => on_arn(action, arn),
    }
}

pub(super) fn on_oidc_provider(action: &'static str, cloud: &Cloud, caller: &Caller, arn: &str) -> Vec<Authorization> {
    match state(cloud, caller).and_then(|state| state.oidc_provider_by_arn(arn)) {
        Some(provider) => about(action, &provider.arn, &provider.tags, None),
        None => on_arn(action, arn),
    }
}

pub(super) fn on_saml_provider(action: &'static str, cloud: &Cloud, caller: &Caller, arn: &str) -> Vec<Authorization> {
    match state(cloud, caller).and_then(|state| state.saml_provider(arn)) {
        Some(provider) => about(action, &provider.arn, &provider.tags, None),
        None => on_arn(action, arn),
    }
}

/// A question about whatever has this ARN. What is not an ARN is no resource that a policy could name.
pub(super) fn on_arn(action: &'static str, arn: &str) -> Vec<Authorization> {
    vec![Authorization { action, resource: arn.parse().ok(), context: Vec::new() }]
}

/// A question about an entity that is there, with what policies can compare of it.
fn about(action: &'static str, arn: &Arn, tags: &[Tag], boundary: Option<&Arc<str>>) -> Vec<Authorization> {
    let mut question = Authorization::on(action, arn.clone());
    question.context.extend(resource_tags(tags));
    if let Some(boundary) = boundary.filter(|_| WITH_BOUNDARY.contains(&action)) {
        question.context.push(("iam:PermissionsBoundary".to_owned(), vec![boundary.to_string()]));
    }
    vec![question]
}

/// An entity's tags as condition keys.
pub fn resource_tags(tags: &[Tag]) -> impl Iterator<Item = (String, Vec<String>)> {
    tags.iter().flat_map(|tag| {
        let key = move |prefix: &str| (format!("{prefix}/{}", tag.key), vec![tag.value.clone()]);
        ["aws:ResourceTag", "iam:ResourceTag"].map(key)
    })
}

/// Adds the tags of a request as condition keys.
pub(super) fn with_request_tags(mut questions: Vec<Authorization>, tags: &[Tag]) -> Vec<Authorization> {
    for question in questions.iter_mut().filter(|_| !tags.is_empty()) {
        let keys = tags.iter().map(|tag| tag.key.clone()).collect();
        question.context.push(("aws:TagKeys".to_owned(), keys));
        for tag in tags {
            question.context.push((format!("aws:RequestTag/{}", tag.key), vec![tag.value.clone()]));
        }
    }
    questions
}
