//! Published versions: a function's code and settings, kept as they are.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::shapes::FunctionConfiguration;
use super::{ask, page};
use crate::cloud::lambda::home::{Home, LATEST, Named};
use crate::cloud::lambda::{Configuration, FunctionState, Reason, UpdateStatus, errors, lifecycle};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Keeps `$LATEST` as it is under the next number, and gives the number. When nothing has changed since the newest
/// version, that is the version. Source: AWS Lambda API reference, PublishVersion. None for a function that is not there.
pub(super) fn publish(cloud: &mut Cloud, home: &Home, name: &str, description: Option<String>) -> Option<String> {
    let revision = cloud.random_uuid();
    let now = cloud.now();
    let function = home.function_mut(cloud, name)?;
    let newest = function.versions.get(&function.published);
    if let Some(newest) = newest.filter(|newest| is_same(newest, &function.latest)) {
        return Some(newest.version.clone());
    }
    let is_ready = function.latest.state == FunctionState::Active && function.latest.update == UpdateStatus::Successful;
    function.published += 1;
    let number = function.published;
    let version = Configuration {
        version: number.to_string(),
        description: description.unwrap_or_else(|| function.latest.description.clone()),
        revision,
        modified_at: now,
        // Made together with a new image it is ready when that is.
        state: if is_ready { FunctionState::Active } else { FunctionState::Pending },
        reason: (!is_ready).then(Reason::creating),
        sandbox: None,
        ..Configuration::clone(&function.latest)
    };
    function.versions.insert(number, Arc::new(version));
    let number = number.to_string();
    if is_ready {
        lifecycle::used(cloud, home, name, &number);
    } else {
        lifecycle::prepare(cloud, home, name, &number, lifecycle::PREPARATION);
    }
    Some(number)
}

/// Whether two versions run the same in the same way.
fn is_same(a: &Configuration, b: &Configuration) -> bool {
    let of = |of: &Configuration| {
        let sizes = (of.timeout, of.memory, of.storage);
        (
            of.role.clone(),
            of.architecture.clone(),
            sizes,
            of.code.resolved_uri(),
            of.image.clone(),
            of.log_group.clone(),
        )
    };
    of(a) == of(b) && a.environment == b.environment
}

/// Publishes a version.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PublishVersion {
    pub function_name: String,
    #[serde(rename = "CodeSha256")]
    pub code_sha256: Option<String>,
    pub description: Option<String>,
    pub revision_id: Option<String>,
}

impl Operation for PublishVersion {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "PublishVersion";
    type Output = FunctionConfiguration;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:PublishVersion", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<FunctionConfiguration, ApiError> {
        let named = Named::read(caller, &self.function_name, None)?;
        let function = named.function(cloud)?;
        let latest = function.latest();
        changeable(&named, latest)?;
        if self.revision_id.is_some_and(|revision| revision != latest.revision) {
            return Err(errors::revision());
        }
        if let Some(given) = self.code_sha256.filter(|given| *given != latest.code.digest.hex()) {
            let text = format!(
                "CodeSHA256 ({given}) is different from current CodeSHA256 in $LATEST ({}). Please try again with the \
                 CodeSHA256 in $LATEST.",
                latest.code.digest.hex()
            );
            return Err(errors::invalid(text));
        }
        let version = publish(cloud, &named.home, &named.name, self.description);
        let named = Named { qualifier: version, ..named };
        Ok(FunctionConfiguration::new(&named.home, named.function(cloud)?, named.version(cloud)?, None))
    }
}

/// Whether `$LATEST` can be changed or published now.
///
/// # Errors
/// While the function is being made or changed, and when it could not be made. Source: AWS Lambda Developer Guide, "Lambda
/// function states".
pub(super) fn changeable(named: &Named, latest: &Configuration) -> Result<(), ApiError> {
    match (latest.state, latest.update) {
        (FunctionState::Pending | FunctionState::Failed, _) => Err(errors::in_state(latest.state.as_str())),
        (_, UpdateStatus::InProgress) => Err(errors::update_in_progress(&named.home.function_arn(&named.name, None))),
        _ => Ok(()),
    }
}

/// Lists the versions of a function, `$LATEST` first.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListVersionsByFunction {
    pub function_name: String,
    pub marker: Option<String>,
    pub max_items: Option<i64>,
}

/// A page of versions.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListVersionsOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_marker: Option<String>,
    versions: Vec<FunctionConfiguration>,
}

impl Operation for ListVersionsByFunction {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "ListVersionsByFunction";
    type Output = ListVersionsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:ListVersionsByFunction", &self.function_name, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListVersionsOutput, ApiError> {
        let named = Named::read(caller, &self.function_name, None)?;
        let function = named.function(cloud)?;
        let latest = FunctionConfiguration::new(&named.home, function, function.latest(), Some(LATEST));
        let published = function.versions().map(|of| FunctionConfiguration::new(&named.home, function, of, None));
        let versions = [latest].into_iter().chain(published).map(FunctionConfiguration::brief).collect();
        let (versions, next_marker) = page(versions, self.max_items, self.marker.as_deref())?;
        Ok(ListVersionsOutput { next_marker, versions })
    }
}
