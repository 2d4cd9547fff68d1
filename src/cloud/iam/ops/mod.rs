//! IAM's operations, in AWS's shapes. One file per kind of entity; here is what they share.

pub(super) mod access_keys;
pub(super) mod account;
pub(super) mod attachments;
pub(super) mod authorization_details;
pub(super) mod boundaries;
pub(super) mod context_keys;
pub(super) mod groups;
pub(super) mod instance_profiles;
pub(super) mod oidc_providers;
pub(super) mod policies;
pub(super) mod policy_entities;
pub(super) mod policy_versions;
mod questions;
pub(super) mod roles;
pub(super) mod saml_providers;
pub(super) mod service_linked_roles;
pub(super) mod simulate;
mod simulated;
pub(super) mod tags;
pub(super) mod users;
mod validate;
pub(super) mod wire;

pub use questions::resource_tags;
pub(in crate::cloud) use validate::Validation;

use questions::{
    creating, on, on_arn, on_group, on_instance_profile, on_named_user, on_oidc_provider, on_policy, on_role,
    on_saml_provider, on_user, with_request_tags,
};

use serde::Deserialize;

use super::{Group, Role, State, User};
use crate::cloud::{ApiError, Caller, Cloud, Duration, Principal, Timestamp};

/// The caller's own account: IAM knows no other.
fn state<'a>(cloud: &'a Cloud, caller: &Caller) -> Option<&'a State> {
    cloud.account(caller.principal.account()).map(|account| &account.iam)
}

/// The same, for operations that read nothing else.
fn read<'a>(cloud: &'a Cloud, caller: &Caller) -> Result<&'a State, ApiError> {
    state(cloud, caller)
        .ok_or_else(|| ApiError::new("InvalidClientTokenId", "The security token included in the request is invalid."))
}

fn state_mut<'a>(cloud: &'a mut Cloud, caller: &Caller) -> &'a mut State {
    &mut cloud.account_mut(caller.principal.account()).iam
}

/// The time as IAM keeps it: to the second.
pub(super) fn now(cloud: &Cloud) -> Timestamp {
    let now = cloud.now();
    now - Duration::millis(now.as_millis().rem_euclid(1000))
}

/// Which page of a list is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Page {
    /// Where the page before ended.
    marker: Option<String>,
    max_items: Option<usize>,
}

/// A page of a list, as far as it goes.
struct Paged<T> {
    items: Vec<T>,
    /// Set when there is more.
    marker: Option<String>,
}

impl Page {
    /// Cuts the page out of the whole list. Source: IAM API Reference, `MaxItems`: 100 unless given.
    fn cut<T>(&self, items: Vec<T>) -> Result<Paged<T>, ApiError> {
        let start = match &self.marker {
            None => 0,
            Some(marker) => marker.parse::<usize>().map_err(|_| validation("Invalid Marker."))?,
        };
        let len = self.max_items.unwrap_or(100);
        let more = items.len() > start.saturating_add(len);
        let items = items.into_iter().skip(start).take(len).collect();
        Ok(Paged { items, marker: more.then(|| (start + len).to_string()) })
    }
}

fn no_such_entity(message: String) -> ApiError {
    ApiError::new("NoSuchEntity", message)
}

fn no_such_user(name: &str) -> ApiError {
    no_such_entity(format!("The user with name {name} cannot be found."))
}

fn no_such_group(name: &str) -> ApiError {
    no_such_entity(format!("The group with name {name} cannot be found."))
}

fn no_such_role(name: &str) -> ApiError {
    no_such_entity(format!("The role with name {name} cannot be found."))
}

/// A user, to be changed.
fn user_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut User, ApiError> {
    state.users.get_mut(name).ok_or_else(|| no_such_user(name))
}

/// A group, to be changed.
fn group_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut Group, ApiError> {
    state.groups.get_mut(name).ok_or_else(|| no_such_group(name))
}

/// A role, to be changed. Those of services only the service can change.
/// Source: error text of IAM for service-linked roles.
fn role_mut<'a>(state: &'a mut State, name: &str) -> Result<&'a mut Role, ApiError> {
    let role = state.role(name).ok_or_else(|| no_such_role(name))?;
    if role.is_service_linked() {
        let message = format!(
            "Cannot perform the operation on the protected role '{}' - this role is only modifiable by AWS",
            role.name
        );
        return Err(ApiError::new("UnmodifiableEntity", message));
    }
    state.roles.get_mut(name).ok_or_else(|| no_such_role(name))
}

fn no_such_instance_profile(name: &str) -> ApiError {
    no_such_entity(format!("Instance Profile {name} cannot be found."))
}

fn no_such_policy(arn: &str) -> ApiError {
    no_such_entity(format!("Policy {arn} was not found."))
}

fn already_exists(message: String) -> ApiError {
    ApiError::new("EntityAlreadyExists", message)
}

fn delete_conflict(what: &str) -> ApiError {
    ApiError::new("DeleteConflict", format!("Cannot delete entity, must {what} first."))
}

fn limit_exceeded(message: impl Into<String>) -> ApiError {
    ApiError::new("LimitExceeded", message)
}

fn validation(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationError", message)
}

/// The name of the user that a request is about: named, or the caller's own.
fn user_or_own<'a>(name: Option<&'a str>, caller: &'a Caller) -> Result<&'a str, ApiError> {
    match (name, &caller.principal) {
        (Some(name), _) => Ok(name),
        (None, Principal::User { name, .. }) => Ok(name),
        (None, _) => Err(validation("Must specify userName when calling with non-User credentials")),
    }
}
