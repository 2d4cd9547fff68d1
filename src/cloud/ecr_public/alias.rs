//! Names of public registries: the random one that comes with the first repository, and those that are asked for.
//!
//! A custom alias is requested in the console, and a person at AWS approves it; there is no operation for either. Once it is
//! active it is the primary one: repositories are shown by it, and the default alias goes on working.
//! Source: Amazon ECR Public User Guide, "Public registry concepts"; Amazon ECR Public service model, RegistryAlias.

use super::state::{HOST, find_account, state_mut};
use crate::cloud::ecr::errors;
use crate::cloud::{AccountId, ApiError, Cloud};

/// How a custom alias stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AliasStatus {
    /// Nobody has answered yet.
    Pending,
    Active,
    Rejected,
}

impl AliasStatus {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Active => "ACTIVE",
            Self::Rejected => "REJECTED",
        }
    }
}

/// A custom alias.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomAlias {
    pub name: String,
    pub status: AliasStatus,
}

/// Source: Amazon ECR Public service model, `RegistryAliasName`.
fn check(name: &str) -> Result<(), ApiError> {
    const PATTERN: &str = "[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*";
    let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let mut parts = name.split(['.', '_', '-']);
    let first = parts.next().unwrap_or_default();
    let fits = first.len() > 1 && first.starts_with(|c: char| c.is_ascii_lowercase()) && part(first) && parts.all(part);
    match fits && (2..=50).contains(&name.len()) {
        true => Ok(()),
        false => Err(errors::invalid("aliasName", format_args!("must satisfy regular expression '{PATTERN}'"))),
    }
}

/// What the console does: asks for an alias. The newest request stands for the one before it.
///
/// # Errors
/// It can't be an alias, or another registry has it.
pub fn request_alias(cloud: &mut Cloud, account: &AccountId, name: &str) -> Result<(), ApiError> {
    check(name)?;
    if find_account(cloud, name).is_some() {
        // Inferred: that names are unique is documented, the text is not.
        return Err(errors::invalid("aliasName", "The alias is not available"));
    }
    state_mut(cloud, account).custom = Some(CustomAlias { name: name.to_owned(), status: AliasStatus::Pending });
    Ok(())
}

/// What AWS does: answers the request. An alias that becomes active is in the address of every repository.
pub fn answer_request(cloud: &mut Cloud, account: &AccountId, granted: bool) {
    let state = state_mut(cloud, account);
    let Some(custom) = state.custom.as_mut().filter(|custom| custom.status == AliasStatus::Pending) else { return };
    custom.status = if granted { AliasStatus::Active } else { AliasStatus::Rejected };
    if granted {
        let alias = custom.name.clone();
        for (name, repository) in state.registry.repositories_mut() {
            repository.uri = format!("{HOST}/{alias}/{name}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alias_has_the_models_form() {
        for good in ["ab", "acme", "acme-corp", "a1.b_c"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in ["a", "1ab", "Acme", "acme-", "acme--corp", "", "a-b", &"a".repeat(51)] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
