//! A function's settings: what a request may have of them, and what Lambda checks, alike when a function is made and when it
//! is changed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::shapes::{Environment, EphemeralStorage, LoggingConfig, VpcConfig};
use crate::cloud::lambda::{Configuration, ImageSettings, PRINCIPAL, errors};
use crate::cloud::{ApiError, Arn, Caller, Cloud, iam};

/// Names that Lambda sets itself. Source: AWS Lambda Developer Guide, "Defined runtime environment variables".
const RESERVED: [&str; 19] = [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_MAX_CONCURRENCY",
    "AWS_LAMBDA_METADATA_API",
    "AWS_LAMBDA_METADATA_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_SESSION_TOKEN",
    "_HANDLER",
];

/// A number between two bounds. Source: AWS Lambda API reference; the message is the services' common one.
fn range(member: &str, value: Option<i64>, min: i64, max: i64) -> Result<(), ApiError> {
    let wrong =
        |constraint: String| Err(errors::validation(member, &value.unwrap_or_default().to_string(), &constraint));
    match value {
        Some(value) if value < min => wrong(format!("Member must have value greater than or equal to {min}")),
        Some(value) if value > max => wrong(format!("Member must have value less than or equal to {max}")),
        _ => Ok(()),
    }
}

/// What making a function and changing it have in common; each may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Settings {
    pub description: Option<String>,
    pub timeout: Option<i64>,
    pub memory_size: Option<i64>,
    pub environment: Option<Environment>,
    pub image_config: Option<ImageSettings>,
    pub ephemeral_storage: Option<EphemeralStorage>,
    pub logging_config: Option<LoggingConfig>,
    pub vpc_config: Option<VpcConfig>,
    /// For archives only, as the next two.
    pub runtime: Option<String>,
    pub handler: Option<String>,
    pub layers: Vec<String>,
    #[serde(flatten)]
    pub others: BTreeMap<String, Value>,
}

/// Members that the simulation does not know.
const NOT_SIMULATED: [&str; 11] = [
    "AcceleratorConfig",
    "CapacityProviderConfig",
    "CodeSigningConfigArn",
    "DeadLetterConfig",
    "DurableConfig",
    "FileSystemConfigs",
    "KMSKeyArn",
    "PublishTo",
    "RuntimeConfig",
    "SnapStart",
    "TenancyConfig",
];

impl Settings {
    /// # Errors
    /// When something is given that only archives have. Source: observed.
    pub(super) fn check_package(&self) -> Result<(), ApiError> {
        if self.runtime.is_none() && self.handler.is_none() && self.layers.is_empty() {
            return Ok(());
        }
        let text = "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
        Err(errors::invalid(text))
    }

    /// # Errors
    /// For the first setting that Lambda, or the simulation, does not take.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        // What would be left out silently is refused by name.
        if let Some(name) = self.others.keys().find(|name| NOT_SIMULATED.contains(&name.as_str())) {
            return Err(errors::not_simulated(&format!("`{name}`")));
        }
        if let Some(text) = self.description.as_ref().filter(|text| text.chars().count() > 256) {
            return Err(errors::validation("description", text, "Member must have length less than or equal to 256"));
        }
        range("timeout", self.timeout, 1, 900)?;
        range("memorySize", self.memory_size, 128, 10_240)?;
        range("ephemeralStorage.size", self.ephemeral_storage.map(|storage| storage.size), 512, 10_240)?;
        let directory = self.image_config.as_ref().and_then(|image| image.working_directory.as_deref());
        if let Some(directory) = directory.filter(|directory| directory.chars().count() > 1000) {
            let constraint = "Member must have length less than or equal to 1000";
            return Err(errors::validation("imageConfig.workingDirectory", directory, constraint));
        }
        if let Some(environment) = &self.environment {
            check_environment(&environment.variables)?;
        }
        if self.logging_config.as_ref().and_then(|logging| logging.log_format.as_deref()) == Some("JSON") {
            return Err(errors::not_simulated("the log format `JSON`"));
        }
        let is_set = |vpc: &VpcConfig| !vpc.subnet_ids.is_empty() || !vpc.security_group_ids.is_empty();
        if self.vpc_config.as_ref().is_some_and(is_set) {
            return Err(errors::not_simulated("a function's access to a VPC (`VpcConfig`)"));
        }
        Ok(())
    }

    /// A configuration with those settings that are given, once they are checked.
    pub(super) fn apply(self, to: Configuration) -> Configuration {
        let number = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
        Configuration {
            description: self.description.unwrap_or(to.description),
            timeout: number(self.timeout).unwrap_or(to.timeout),
            memory: number(self.memory_size).unwrap_or(to.memory),
            environment: self.environment.map_or(to.environment, |given| given.variables),
            image: self.image_config.unwrap_or(to.image),
            storage: number(self.ephemeral_storage.map(|storage| storage.size)).unwrap_or(to.storage),
            log_group: self.logging_config.and_then(|logging| logging.log_group).unwrap_or(to.log_group),
            ..to
        }
    }
}

fn check_environment(variables: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let is_name = |name: &str| {
        name.len() > 1
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    if let Some(name) = variables.keys().find(|name| !is_name(name) && *name != "_HANDLER") {
        let constraint = "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: \
                          [a-zA-Z]([a-zA-Z0-9_])+]";
        return Err(errors::validation("environment.variables", name, constraint));
    }
    let reserved: Vec<&str> = variables.keys().map(String::as_str).filter(|name| RESERVED.contains(name)).collect();
    if !reserved.is_empty() {
        return Err(errors::invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided \
             contains reserved keys that are currently not supported for modification. Reserved keys used in this request: \
             {}",
            reserved.join(", ")
        )));
    }
    let measured = serde_json::to_string(variables).unwrap_or_default();
    if measured.len() > 4096 {
        return Err(errors::invalid(format!(
            "Lambda was unable to configure your environment variables because the environment variables you have provided \
             exceeded the 4KB limit. String measured: {measured}"
        )));
    }
    Ok(())
}

/// Reads an execution role, and whether Lambda may be it.
///
/// # Errors
/// When it names no role, one of another account, or one that Lambda may not assume. One that is not there can't be
/// assumed either. Source: observed.
pub(super) fn role(cloud: &Cloud, caller: &Caller, text: &str) -> Result<Arn, ApiError> {
    let is_role = |arn: &Arn| arn.service() == "iam" && arn.resource().starts_with("role/");
    let arn = text.parse::<Arn>().ok().filter(is_role).ok_or_else(|| {
        let pattern = r"Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";
        errors::validation("role", text, pattern)
    })?;
    if arn.account() != caller.principal.account().as_str() {
        return Err(ApiError::new("AccessDeniedException", "Cross-account pass role is not allowed."));
    }
    if !iam::can_assume(cloud, PRINCIPAL, &arn).is_allowed() {
        return Err(errors::role_not_assumable());
    }
    Ok(arn)
}

/// The one architecture of a function.
///
/// # Errors
/// For several, and for one that does not exist.
pub(super) fn architecture(given: &[String]) -> Result<Option<String>, ApiError> {
    match given {
        [] => Ok(None),
        [one] if matches!(one.as_str(), "x86_64" | "arm64") => Ok(Some(one.clone())),
        [one] => Err(errors::validation(
            "architectures",
            &format!("[{one}]"),
            "Member must satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]",
        )),
        many => {
            let constraint = "Member must have length less than or equal to 1";
            Err(errors::validation("architectures", &format!("[{}]", many.join(", ")), constraint))
        }
    }
}
