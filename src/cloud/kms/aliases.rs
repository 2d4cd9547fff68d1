//! Names for keys.

use serde::{Deserialize, Serialize};

use super::Nothing;
use super::state::{Alias, alias_arn, alias_not_found, ask, locate, page, state, state_mut};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// What IAM is asked: about the alias, and about each key that is to have it or had it.
/// Source: AWS KMS Developer Guide, "Controlling access to aliases".
fn questions(
    cloud: &Cloud,
    caller: &Caller,
    name: &str,
    keys: &[Option<&str>],
    action: &'static str,
) -> Vec<Authorization> {
    let alias = alias_arn(caller.principal.account(), &caller.region, name);
    let of_keys = keys.iter().flatten().flat_map(|key| ask(cloud, caller, key, action, None));
    std::iter::once(Authorization::on(action, alias)).chain(of_keys).collect()
}

/// The name of the key that has an alias.
fn target<'a>(cloud: &'a Cloud, caller: &Caller, name: &str) -> Option<&'a str> {
    Some(state(cloud, caller)?.aliases.get(name)?.target.as_str())
}

fn check_name(name: &str) -> Result<(), ApiError> {
    if !name.starts_with("alias/") {
        return Err(ApiError::new(
            "ValidationException",
            "Alias must start with the prefix \"alias/\". Please see \
             https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ));
    }
    if name.starts_with("alias/aws/") {
        return Err(ApiError::new("NotAuthorizedException", ""));
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || "/_-".contains(c);
    match name.strip_prefix("alias/").is_some_and(|rest| !rest.is_empty() && rest.chars().all(fits)) {
        true => Ok(()),
        false => Err(ApiError::new(
            "ValidationException",
            format!(
                "1 validation error detected: Value '{name}' at 'aliasName' failed to satisfy constraint: Member must \
                 satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"
            ),
        )),
    }
}

/// Gives a key a name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateAlias {
    pub alias_name: String,
    pub target_key_id: String,
}

impl Operation for CreateAlias {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "CreateAlias";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        questions(cloud, caller, &self.alias_name, &[Some(&self.target_key_id)], "kms:CreateAlias")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        check_name(&self.alias_name)?;
        let located = locate(cloud, caller, &self.target_key_id)?;
        located.key(cloud)?.must_not_be_pending()?;
        if target(cloud, caller, &self.alias_name).is_some() {
            let arn = alias_arn(caller.principal.account(), &caller.region, &self.alias_name);
            let text = format!("An alias with the name {arn} already exists");
            return Err(ApiError::new("AlreadyExistsException", text));
        }
        let now = cloud.now();
        let alias = Alias { target: located.id, created_at: now, updated_at: now };
        state_mut(cloud, caller).aliases.insert(self.alias_name, alias);
        Ok(Nothing {})
    }
}

/// Gives a name to another key.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UpdateAlias {
    pub alias_name: String,
    pub target_key_id: String,
}

impl Operation for UpdateAlias {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "UpdateAlias";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let before = target(cloud, caller, &self.alias_name);
        questions(cloud, caller, &self.alias_name, &[before, Some(&self.target_key_id)], "kms:UpdateAlias")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        check_name(&self.alias_name)?;
        let located = locate(cloud, caller, &self.target_key_id)?;
        located.key(cloud)?.must_not_be_pending()?;
        let now = cloud.now();
        let arn = alias_arn(caller.principal.account(), &caller.region, &self.alias_name);
        let alias = state_mut(cloud, caller).aliases.get_mut(&self.alias_name).ok_or_else(|| alias_not_found(&arn))?;
        alias.target = located.id;
        alias.updated_at = now;
        Ok(Nothing {})
    }
}

/// Takes a name away; the key stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteAlias {
    pub alias_name: String,
}

impl Operation for DeleteAlias {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "DeleteAlias";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let key = target(cloud, caller, &self.alias_name);
        questions(cloud, caller, &self.alias_name, &[key], "kms:DeleteAlias")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        check_name(&self.alias_name)?;
        let arn = alias_arn(caller.principal.account(), &caller.region, &self.alias_name);
        if target(cloud, caller, &self.alias_name).is_none() {
            return Err(alias_not_found(&arn));
        }
        state_mut(cloud, caller).aliases.remove(&self.alias_name);
        Ok(Nothing {})
    }
}

/// Lists names, all or those of a key.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListAliases {
    pub key_id: Option<String>,
    pub limit: Option<u32>,
    pub marker: Option<String>,
}

/// A page of names.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListAliasesOutput {
    pub aliases: Vec<AliasListEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<String>,
    pub truncated: bool,
}

/// A name.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AliasListEntry {
    pub alias_name: String,
    pub alias_arn: Arn,
    pub target_key_id: String,
    pub creation_date: Timestamp,
    pub last_updated_date: Timestamp,
}

impl Operation for ListAliases {
    const SERVICE: Service = Service::Kms;
    const NAME: &'static str = "ListAliases";
    type Output = ListAliasesOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("kms:ListAliases")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListAliasesOutput, ApiError> {
        let key = self.key_id.map(|key| locate(cloud, caller, &key)).transpose()?;
        let all = state(cloud, caller).into_iter().flat_map(|state| &state.aliases);
        let all = all.filter(|(_, alias)| key.as_ref().is_none_or(|key| key.id == alias.target));
        let all = all
            .map(|(name, alias)| AliasListEntry {
                alias_name: name.clone(),
                alias_arn: alias_arn(caller.principal.account(), &caller.region, name),
                target_key_id: alias.target.clone(),
                creation_date: alias.created_at,
                last_updated_date: alias.updated_at,
            })
            .collect();
        let (aliases, next_marker) = page(all, self.limit, 50, self.marker.as_deref())?;
        Ok(ListAliasesOutput { aliases, truncated: next_marker.is_some(), next_marker })
    }
}
