//! Aliases: names for versions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Nothing, ask, page};
use crate::cloud::lambda::home::{LATEST, Named};
use crate::cloud::lambda::{Alias, Function, errors};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Where some of the invocations go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RoutingConfig {
    pub additional_version_weights: BTreeMap<String, f64>,
}

/// An alias.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AliasConfiguration {
    alias_arn: String,
    name: String,
    function_version: String,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    routing_config: Option<RoutingConfig>,
    revision_id: String,
}

impl AliasConfiguration {
    fn new(alias: &Alias) -> Self {
        let weights = alias.weights.clone();
        Self {
            alias_arn: alias.arn.to_string(),
            name: alias.name.clone(),
            function_version: alias.version.clone(),
            description: alias.description.clone(),
            routing_config: (!weights.is_empty()).then_some(RoutingConfig { additional_version_weights: weights }),
            revision_id: alias.revision.clone(),
        }
    }
}

/// Source: AWS Lambda API reference, `Alias`: not a number alone.
fn check_name(name: &str) -> Result<(), ApiError> {
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let is_number = name.bytes().all(|b| b.is_ascii_digit());
    if (1..=128).contains(&name.len()) && is_plain && !is_number {
        return Ok(());
    }
    let pattern = "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)";
    Err(errors::validation("name", name, pattern))
}

/// Whether an alias can lead to these versions.
fn check_versions(
    named: &Named,
    function: &Function,
    version: &str,
    weights: &BTreeMap<String, f64>,
) -> Result<(), ApiError> {
    for wanted in weights.keys().map(String::as_str).chain([version]) {
        if function.version(wanted).is_none() {
            return Err(errors::not_found(&named.home.function_arn(&named.name, Some(wanted))));
        }
    }
    if weights.is_empty() {
        return Ok(());
    }
    // Source: AWS Lambda Developer Guide, "Lambda function weighted aliases". Inferred: the texts.
    if version == LATEST || weights.contains_key(LATEST) {
        return Err(errors::invalid("$LATEST is not supported for an alias pointing to more than 1 version"));
    }
    if weights.len() > 1 || weights.contains_key(version) {
        return Err(errors::invalid("Invalid function version weights: an alias can point to at most two versions"));
    }
    if weights.values().any(|weight| !(0.0..=1.0).contains(weight)) {
        return Err(errors::invalid("Function version weight must be between 0.0 and 1.0"));
    }
    Ok(())
}

fn alias_not_found(named: &Named, alias: &str) -> ApiError {
    let arn = named.home.function_arn(&named.name, Some(alias));
    ApiError::new("ResourceNotFoundException", format!("Cannot find alias arn: {arn}"))
}

/// Names a version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateAlias {
    pub function_name: String,
    pub name: String,
    pub function_version: String,
    pub description: Option<String>,
    pub routing_config: Option<RoutingConfig>,
}

impl Operation for CreateAlias {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "CreateAlias";
    type Output = AliasConfiguration;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:CreateAlias", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AliasConfiguration, ApiError> {
        let named = Named::read(caller, &self.function_name, None)?;
        check_name(&self.name)?;
        let function = named.function(cloud)?;
        let weights = self.routing_config.unwrap_or_default().additional_version_weights;
        check_versions(&named, function, &self.function_version, &weights)?;
        let arn = named.home.function_arn(&named.name, Some(&self.name));
        if function.alias(&self.name).is_some() {
            return Err(errors::conflict(format!("Alias already exists: {arn}")));
        }
        let alias = Alias {
            name: self.name,
            arn,
            description: self.description.unwrap_or_default(),
            version: self.function_version,
            weights,
            revision: cloud.random_uuid(),
        };
        let output = AliasConfiguration::new(&alias);
        named.function_mut(cloud)?.aliases.insert(alias.name.clone(), Arc::new(alias));
        Ok(output)
    }
}

/// Moves an alias.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UpdateAlias {
    pub function_name: String,
    pub name: String,
    pub function_version: Option<String>,
    pub description: Option<String>,
    pub routing_config: Option<RoutingConfig>,
    pub revision_id: Option<String>,
}

impl Operation for UpdateAlias {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "UpdateAlias";
    type Output = AliasConfiguration;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:UpdateAlias", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AliasConfiguration, ApiError> {
        let named = Named::read(caller, &self.function_name, None)?;
        let function = named.function(cloud)?;
        let mut alias = function.alias(&self.name).cloned().ok_or_else(|| alias_not_found(&named, &self.name))?;
        if self.revision_id.is_some_and(|revision| revision != alias.revision) {
            return Err(errors::revision());
        }
        alias.version = self.function_version.unwrap_or(alias.version);
        alias.description = self.description.unwrap_or(alias.description);
        if let Some(routing) = self.routing_config {
            alias.weights = routing.additional_version_weights;
        }
        check_versions(&named, function, &alias.version, &alias.weights)?;
        alias.revision = cloud.random_uuid();
        let output = AliasConfiguration::new(&alias);
        named.function_mut(cloud)?.aliases.insert(self.name, Arc::new(alias));
        Ok(output)
    }
}

/// Shows an alias.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetAlias {
    pub function_name: String,
    pub name: String,
}

impl Operation for GetAlias {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "GetAlias";
    type Output = AliasConfiguration;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:GetAlias", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AliasConfiguration, ApiError> {
        let named = Named::read(caller, &self.function_name, None)?;
        let alias = named.function(cloud)?.alias(&self.name).ok_or_else(|| alias_not_found(&named, &self.name))?;
        Ok(AliasConfiguration::new(alias))
    }
}

/// Lists a function's aliases, or those that lead to one version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListAliases {
    pub function_name: String,
    pub function_version: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i64>,
}

/// A page of aliases.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListAliasesOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    aliases: Vec<AliasConfiguration>,
}

impl Operation for ListAliases {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "ListAliases";
    type Output = ListAliasesOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:ListAliases", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListAliasesOutput, ApiError> {
        let function = Named::read(caller, &self.function_name, None)?.function(cloud)?.clone();
        let wanted = self.function_version.as_deref();
        let leads = |alias: &&Alias| {
            wanted.is_none_or(|version| alias.version == version || alias.weights.contains_key(version))
        };
        let aliases = function.aliases().filter(leads).map(AliasConfiguration::new).collect();
        let (aliases, next_marker) = page(aliases, self.max_items, self.marker.as_deref())?;
        Ok(ListAliasesOutput { next_marker, aliases })
    }
}

/// Takes a name away. One that is not there is no error. Source: observed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteAlias {
    pub function_name: String,
    pub name: String,
}

impl Operation for DeleteAlias {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "DeleteAlias";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:DeleteAlias", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let named = Named::read(caller, &self.function_name, None)?;
        let function = named.function_mut(cloud)?;
        function.aliases.remove(&self.name);
        function.policies.remove(&Some(self.name));
        Ok(Nothing {})
    }
}
