//! What Lambda checks of a function's settings, alike when it is made and when it is changed.

use std::collections::BTreeMap;

use super::shapes::{EphemeralStorage, LoggingConfig, VpcConfig};
use crate::cloud::lambda::{ImageSettings, PRINCIPAL, errors};
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

/// The settings that a request may have; each of them may be left out.
pub(super) struct Settings<'a> {
    pub(super) description: Option<&'a str>,
    pub(super) timeout: Option<i64>,
    pub(super) memory: Option<i64>,
    pub(super) storage: Option<EphemeralStorage>,
    pub(super) environment: Option<&'a BTreeMap<String, String>>,
    pub(super) image: Option<&'a ImageSettings>,
    pub(super) logging: Option<&'a LoggingConfig>,
    pub(super) vpc: Option<&'a VpcConfig>,
}

impl Settings<'_> {
    /// # Errors
    /// For the first setting that Lambda, or the simulation, does not take.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        if self.description.is_some_and(|text| text.chars().count() > 256) {
            let text = self.description.unwrap_or_default();
            return Err(errors::validation("description", text, "Member must have length less than or equal to 256"));
        }
        range("timeout", self.timeout, 1, 900)?;
        range("memorySize", self.memory, 128, 10_240)?;
        range("ephemeralStorage.size", self.storage.map(|storage| storage.size), 512, 10_240)?;
        if let Some(directory) = self.image.and_then(|image| image.working_directory.as_deref())
            && directory.chars().count() > 1000
        {
            let constraint = "Member must have length less than or equal to 1000";
            return Err(errors::validation("imageConfig.workingDirectory", directory, constraint));
        }
        if let Some(environment) = self.environment {
            check_environment(environment)?;
        }
        if self.logging.and_then(|logging| logging.log_format.as_deref()) == Some("JSON") {
            return Err(errors::not_simulated("the log format `JSON`"));
        }
        let vpc = self.vpc.filter(|vpc| !vpc.subnet_ids.is_empty() || !vpc.security_group_ids.is_empty());
        if vpc.is_some() {
            return Err(errors::not_simulated("a function's access to a VPC (`VpcConfig`)"));
        }
        Ok(())
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
