//! Changing a function's settings.

use serde::Deserialize;

use super::ask;
use super::checks::{self, Settings};
use super::code::{begun, replace};
use super::create::pass;
use super::shapes::FunctionConfiguration;
use super::versions::changeable;
use crate::cloud::lambda::home::Named;
use crate::cloud::lambda::{Configuration, errors, lifecycle};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Changes those settings of a function that are given. Its image stays the one that was deployed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UpdateFunctionConfiguration {
    pub function_name: String,
    pub role: Option<String>,
    pub revision_id: Option<String>,
    #[serde(flatten)]
    pub settings: Settings,
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
        self.settings.check_package()?;
        self.settings.check()?;
        let role = self.role.as_deref().map(|role| checks::role(cloud, caller, role)).transpose()?;
        changeable(&named, &latest)?;
        if self.revision_id.is_some_and(|revision| revision != latest.revision) {
            return Err(errors::revision());
        }
        let begun = begun(cloud, &latest);
        let role = role.unwrap_or_else(|| latest.role.clone());
        let changed = self.settings.apply(Configuration { role, ..begun });
        replace(cloud, &named, latest, changed, lifecycle::CHANGE)?;
        let function = named.function(cloud)?;
        Ok(FunctionConfiguration::new(&named.home, function, function.latest(), None))
    }
}
