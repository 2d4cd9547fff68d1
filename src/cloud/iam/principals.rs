//! Principals in policies that are saved: they must exist, and are kept by their unique id.
//!
//! Source: IAM User Guide, "AWS JSON policy elements: Principal": a user or role that is deleted and made again under the
//! same name is another principal, and a policy that named the old one shows its id instead.

use std::collections::BTreeMap;

use serde_json::Value;

use super::parse::invalid_principal;
use super::policy::{Policy, PrincipalPattern};
use crate::cloud::{ApiError, Arn, Cloud};

/// Binds the principals of a policy to the entities that they name now.
///
/// Accounts that the simulation does not hold may contain anyone: principals of theirs are taken as they are.
///
/// # Errors
/// `MalformedPolicyDocument` for a principal that does not exist; services that keep such policies answer with their own.
pub fn bind_principals(cloud: &Cloud, policy: &mut Policy) -> Result<(), ApiError> {
    let listed = policy.statements.iter_mut().filter_map(|statement| statement.principals.as_mut());
    for principal in listed.flat_map(|listed| &mut listed.items) {
        match principal {
            PrincipalPattern::Arn { arn, id } => {
                *id = unique_id(cloud, arn).map_err(|()| invalid_principal("AWS", arn))?;
            }
            PrincipalPattern::Id(name) if !exists(cloud, name) => return Err(invalid_principal("AWS", name)),
            PrincipalPattern::Service(name) if !is_service(name) => return Err(invalid_principal("SERVICE", name)),
            _ => {}
        }
    }
    Ok(())
}

/// The document as it is shown now: with the unique id where the principal that was named is no more.
pub fn shown_document(cloud: &Cloud, policy: &Policy) -> Value {
    let mut document = policy.document();
    let principals = policy.statements.iter().filter_map(|statement| statement.principals.as_ref());
    let gone: BTreeMap<&str, &str> = principals
        .flat_map(|listed| &listed.items)
        .filter_map(|principal| match principal {
            PrincipalPattern::Arn { arn, id: Some(id) } if !exists(cloud, id) => Some((arn.as_ref(), id.as_ref())),
            _ => None,
        })
        .collect();
    if gone.is_empty() {
        return document;
    }
    let statements = match document.get_mut("Statement") {
        Some(Value::Array(list)) => list.iter_mut().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    for statement in statements {
        for element in ["Principal", "NotPrincipal"] {
            let names = match statement.get_mut(element).and_then(|principal| principal.get_mut("AWS")) {
                Some(Value::Array(list)) => list.iter_mut().collect(),
                Some(one) => vec![one],
                None => Vec::new(),
            };
            for name in names {
                if let Some(id) = name.as_str().and_then(|name| gone.get(name)) {
                    *name = Value::from(*id);
                }
            }
        }
    }
    document
}

/// The unique id of the user or role that the ARN names; none for those of unknown accounts; an error if there is no such.
fn unique_id(cloud: &Cloud, arn: &str) -> Result<Option<Box<str>>, ()> {
    let arn: Arn = arn.parse().map_err(|_| ())?;
    let account = arn.account().parse().map_err(|_| ())?;
    let kind = arn.resource().split('/').next().unwrap_or_default();
    let is_known_kind =
        matches!((arn.service(), kind), ("iam", "user" | "role") | ("sts", "assumed-role" | "federated-user"));
    if !is_known_kind || !arn.resource().contains('/') {
        return Err(());
    }
    let Some(account) = cloud.account(&account) else { return Ok(None) };
    match (arn.service(), kind) {
        ("iam", "user") => account.iam.user_by_arn(&arn).map(|user| Some(user.id.as_ref().into())).ok_or(()),
        ("iam", "role") => account.iam.role_by_arn(&arn).map(|role| Some(role.id.as_ref().into())).ok_or(()),
        ("sts", "assumed-role") => {
            let role = arn.resource().split('/').nth(1).unwrap_or_default();
            account.iam.role(role).map(|_| None).ok_or(())
        }
        _ => Ok(None),
    }
}

fn exists(cloud: &Cloud, id: &str) -> bool {
    let mut states = cloud.accounts().map(|account| &account.iam);
    states.any(|state| {
        state.users().any(|user| user.id.as_ref() == id) || state.roles().any(|role| role.id.as_ref() == id)
    })
}

fn is_service(name: &str) -> bool {
    let name = name.strip_suffix(".cn").unwrap_or(name);
    name.strip_suffix(".amazonaws.com").is_some_and(|name| !name.is_empty() && !name.contains('*'))
}
