//! Looking at functions, and deleting them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::shapes::FunctionConfiguration;
use super::{Nothing, ask, page};
use crate::cloud::lambda::home::{Home, LATEST, Named};
use crate::cloud::lambda::{Sleeper, errors};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Shows a function: its configuration, its image, its tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetFunction {
    pub function_name: String,
    pub qualifier: Option<String>,
}

/// A function.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetFunctionOutput {
    configuration: FunctionConfiguration,
    code: CodeLocation,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    concurrency: Option<Concurrency>,
}

/// Where a function's image is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CodeLocation {
    repository_type: &'static str,
    /// As it was named.
    image_uri: String,
    /// What it meant then, by its digest.
    resolved_image_uri: String,
}

/// How many invocations may run at once.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Concurrency {
    pub(super) reserved_concurrent_executions: u32,
}

impl Operation for GetFunction {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "GetFunction";
    type Output = GetFunctionOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:GetFunction", &self.function_name, self.qualifier.as_deref())]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetFunctionOutput, ApiError> {
        let named = Named::read(caller, &self.function_name, self.qualifier.as_deref())?;
        let (function, version) = (named.function(cloud)?, named.version(cloud)?);
        Ok(GetFunctionOutput {
            configuration: FunctionConfiguration::new(&named.home, function, version, named.qualifier.as_deref()),
            code: CodeLocation {
                repository_type: "ECR",
                image_uri: version.code.uri.clone(),
                resolved_image_uri: version.code.resolved_uri(),
            },
            tags: function.tags.clone(),
            concurrency: function
                .reserved_concurrency
                .map(|reserved_concurrent_executions| Concurrency { reserved_concurrent_executions }),
        })
    }
}

/// Shows a function's configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetFunctionConfiguration {
    pub function_name: String,
    pub qualifier: Option<String>,
}

impl Operation for GetFunctionConfiguration {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "GetFunctionConfiguration";
    type Output = FunctionConfiguration;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:GetFunctionConfiguration", &self.function_name, self.qualifier.as_deref())]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<FunctionConfiguration, ApiError> {
        let named = Named::read(caller, &self.function_name, self.qualifier.as_deref())?;
        let (function, version) = (named.function(cloud)?, named.version(cloud)?);
        Ok(FunctionConfiguration::new(&named.home, function, version, named.qualifier.as_deref()))
    }
}

/// Lists functions by name; with `ALL`, their published versions too.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListFunctions {
    pub function_version: Option<String>,
    pub marker: Option<String>,
    pub max_items: Option<i64>,
}

/// A page of functions.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListFunctionsOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    functions: Vec<FunctionConfiguration>,
}

impl Operation for ListFunctions {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "ListFunctions";
    type Output = ListFunctionsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("lambda:ListFunctions")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListFunctionsOutput, ApiError> {
        let home = Home::of(caller);
        let all = match self.function_version.as_deref() {
            None => false,
            Some("ALL") => true,
            Some(other) => {
                let constraint = "Member must satisfy enum value set: [ALL]";
                return Err(errors::validation("functionVersion", other, constraint));
            }
        };
        let mut functions = Vec::new();
        for function in home.state(cloud).into_iter().flat_map(|state| state.functions()) {
            // Source: AWS Lambda API reference, `FunctionVersion`: with `ALL` every ARN has its version.
            let qualifier = all.then_some(LATEST);
            functions.push(FunctionConfiguration::new(&home, function, function.latest(), qualifier).brief());
            let versions = function.versions().filter(|_| all);
            functions.extend(versions.map(|of| FunctionConfiguration::new(&home, function, of, None).brief()));
        }
        let (functions, next_marker) = page(functions, self.max_items, self.marker.as_deref())?;
        Ok(ListFunctionsOutput { next_marker, functions })
    }
}

/// Deletes a function with all its versions, or one version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteFunction {
    pub function_name: String,
    pub qualifier: Option<String>,
}

impl Operation for DeleteFunction {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "DeleteFunction";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:DeleteFunction", &self.function_name, self.qualifier.as_deref())]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let named = Named::read(caller, &self.function_name, self.qualifier.as_deref())?;
        let function = named.function(cloud)?;
        let Some(qualifier) = named.qualifier.as_deref() else {
            let state = named.home.state_mut(cloud);
            state.functions.remove(&named.name);
            state.alarms.forget(|sleeper| sleeper.function() == named.name);
            return Ok(Nothing {});
        };
        if qualifier == LATEST {
            return Err(errors::invalid("$LATEST version cannot be deleted without deleting the function."));
        }
        // Inferred: that an alias is no version to delete, in these words.
        let number: u32 =
            qualifier.parse().map_err(|_| errors::invalid("Deletion of aliases is not currently supported."))?;
        let arn = named.arn();
        if !function.versions.contains_key(&number) {
            return Ok(Nothing {});
        }
        let uses = |alias: &&super::super::Alias| alias.version == qualifier || alias.weights.contains_key(qualifier);
        let pointing: Vec<&str> = function.aliases().filter(uses).map(|alias| alias.arn.as_str()).collect();
        if !pointing.is_empty() {
            return Err(errors::conflict(format!(
                "Version was not able to be deleted because the following aliases reference it: [{}]",
                pointing.join(", ")
            )));
        }
        let function = named.home.function_mut(cloud, &named.name).ok_or_else(|| errors::not_found(&arn))?;
        function.versions.remove(&number);
        function.policies.remove(&Some(qualifier.to_owned()));
        let alarms = &mut named.home.state_mut(cloud).alarms;
        alarms.forget(|sleeper| match sleeper {
            Sleeper::Image { function, version } | Sleeper::Idle { function, version } => {
                *function == named.name && version == qualifier
            }
            Sleeper::Event(_) => false,
        });
        Ok(Nothing {})
    }
}
