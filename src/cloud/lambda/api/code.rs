//! Changing a function's image.

use std::sync::Arc;

use serde::Deserialize;

use super::ask;
use super::checks;
use super::shapes::FunctionConfiguration;
use super::versions::changeable;
use crate::cloud::lambda::home::{LATEST, Named};
use crate::cloud::lambda::{Configuration, Reason, UpdateStatus, errors, image, lifecycle};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Gives a function another image, or finds anew what its tag means.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UpdateFunctionCode {
    pub function_name: String,
    pub image_uri: Option<String>,
    pub architectures: Vec<String>,
    pub publish: bool,
    pub dry_run: bool,
    pub revision_id: Option<String>,
}

impl Operation for UpdateFunctionCode {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "UpdateFunctionCode";
    type Output = FunctionConfiguration;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:UpdateFunctionCode", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<FunctionConfiguration, ApiError> {
        let named = Named::read(caller, &self.function_name, None)?;
        let latest = named.function(cloud)?.latest().clone();
        let architecture = checks::architecture(&self.architectures)?.unwrap_or_else(|| latest.architecture.clone());
        // Source: observed.
        let uri = self.image_uri.ok_or_else(|| {
            errors::invalid("Please provide ImageUri when updating a function with packageType Image.")
        })?;
        changeable(&named, &latest)?;
        if self.revision_id.is_some_and(|revision| revision != latest.revision) {
            return Err(errors::revision());
        }
        let code = image::resolve(cloud, &named.home, caller, &named.name, &uri)?;
        let changed = Configuration {
            architecture,
            // The same image is not pulled again.
            code: match latest.code.resolved_uri() == code.resolved_uri() {
                true => super::super::Code { snapshot: latest.code.snapshot.clone(), ..code },
                false => code,
            },
            ..begun(cloud, &latest)
        };
        if self.dry_run {
            return Ok(FunctionConfiguration::new(&named.home, named.function(cloud)?, &latest, None));
        }
        replace(cloud, &named, latest, changed, lifecycle::PREPARATION)?;
        let version = match self.publish {
            true => super::versions::publish(cloud, &named.home, &named.name, None),
            false => None,
        };
        let named = Named { qualifier: version, ..named };
        Ok(FunctionConfiguration::new(&named.home, named.function(cloud)?, named.version(cloud)?, None))
    }
}

/// A configuration whose change has begun.
pub(super) fn begun(cloud: &mut Cloud, latest: &Configuration) -> Configuration {
    Configuration {
        revision: cloud.random_uuid(),
        modified_at: cloud.now(),
        update: UpdateStatus::InProgress,
        // Source: observed: an update says this too.
        update_reason: Some(Reason::creating()),
        sandbox: None,
        ..latest.clone()
    }
}

/// Puts a changed configuration in place; until it is ready, what was there before goes on working.
pub(super) fn replace(
    cloud: &mut Cloud,
    named: &Named,
    before: Configuration,
    changed: Configuration,
    after: crate::cloud::Duration,
) -> Result<(), ApiError> {
    let function = named.function_mut(cloud)?;
    function.before = Some(Arc::new(before));
    function.latest = Arc::new(changed);
    lifecycle::prepare(cloud, &named.home, &named.name, LATEST, after);
    Ok(())
}
