//! Changing a function's settings.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::ask;
use super::checks::{self, Settings};
use super::code::{begun, replace};
use super::create::{number, pass, refuse_unknown};
use super::shapes::{Environment, EphemeralStorage, FunctionConfiguration, LoggingConfig, VpcConfig};
use super::versions::changeable;
use crate::cloud::lambda::home::Named;
use crate::cloud::lambda::{Configuration, ImageSettings, errors, lifecycle};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Changes those settings of a function that are given. Its image stays the one that was deployed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UpdateFunctionConfiguration {
    pub function_name: String,
    pub role: Option<String>,
    pub runtime: Option<String>,
    pub handler: Option<String>,
    pub layers: Vec<String>,
    pub description: Option<String>,
    pub timeout: Option<i64>,
    pub memory_size: Option<i64>,
    pub vpc_config: Option<VpcConfig>,
    pub environment: Option<Environment>,
    pub revision_id: Option<String>,
    pub image_config: Option<ImageSettings>,
    pub ephemeral_storage: Option<EphemeralStorage>,
    pub logging_config: Option<LoggingConfig>,
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

impl UpdateFunctionConfiguration {
    fn settings(&self) -> Settings<'_> {
        Settings {
            description: self.description.as_deref(),
            timeout: self.timeout,
            memory: self.memory_size,
            storage: self.ephemeral_storage,
            environment: self.environment.as_ref().map(|environment| &environment.variables),
            image: self.image_config.as_ref(),
            logging: self.logging_config.as_ref(),
            vpc: self.vpc_config.as_ref(),
        }
    }
}

impl Operation for UpdateFunctionConfiguration {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "UpdateFunctionConfiguration";
    type Output = FunctionConfiguration;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let update = ask(cloud, caller, "lambda:UpdateFunctionConfiguration", &self.function_name, None);
        [Some(update), self.role.as_deref().and_then(|role| pass(caller, role))].into_iter().flatten().collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<FunctionConfiguration, ApiError> {
        let named = Named::read(caller, &self.function_name, None)?;
        let latest = named.function(cloud)?.latest().clone();
        refuse_unknown(&self.others)?;
        if self.runtime.is_some() || self.handler.is_some() || !self.layers.is_empty() {
            // Source: observed.
            return Err(errors::invalid(
                "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
            ));
        }
        self.settings().check()?;
        let role = self.role.as_deref().map(|role| checks::role(cloud, caller, role)).transpose()?;
        changeable(&named, &latest)?;
        if self.revision_id.is_some_and(|revision| revision != latest.revision) {
            return Err(errors::revision());
        }
        let log_group = self.logging_config.and_then(|logging| logging.log_group);
        let changed = Configuration {
            role: role.unwrap_or_else(|| latest.role.clone()),
            description: self.description.unwrap_or_else(|| latest.description.clone()),
            timeout: number(self.timeout, latest.timeout),
            memory: number(self.memory_size, latest.memory),
            environment: self.environment.map_or_else(|| latest.environment.clone(), |given| given.variables),
            image: self.image_config.unwrap_or_else(|| latest.image.clone()),
            storage: number(self.ephemeral_storage.map(|storage| storage.size), latest.storage),
            log_group: log_group.unwrap_or_else(|| latest.log_group.clone()),
            ..begun(cloud, &latest)
        };
        replace(cloud, &named, latest, changed, lifecycle::CHANGE)?;
        let function = named.function(cloud)?;
        Ok(FunctionConfiguration::new(&named.home, function, function.latest(), None))
    }
}
