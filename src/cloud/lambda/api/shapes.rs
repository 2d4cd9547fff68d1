//! A function as AWS's answers show it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cloud::lambda::home::{Home, LATEST};
use crate::cloud::lambda::{Configuration, Function, ImageSettings, Reason};

/// A version of a function.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FunctionConfiguration {
    pub function_name: String,
    pub function_arn: String,
    pub role: String,
    /// Always 0 for an image.
    pub code_size: u64,
    pub description: String,
    pub timeout: u32,
    pub memory_size: u32,
    pub last_modified: String,
    /// The digest of the image.
    pub code_sha256: String,
    pub version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<Environment>,
    pub tracing_config: Value,
    pub revision_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_reason_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_update_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_update_status_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_update_status_reason_code: Option<&'static str>,
    pub package_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_config_response: Option<ImageConfigResponse>,
    pub architectures: [String; 1],
    pub ephemeral_storage: Value,
    pub snap_start: Value,
    pub logging_config: Value,
}

/// Environment variables.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Environment {
    pub variables: BTreeMap<String, String>,
}

/// What stands in place of the image's own command.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ImageConfigResponse {
    pub image_config: ImageSettings,
}

/// The size of `/tmp`, in MB.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EphemeralStorage {
    pub size: i64,
}

/// Where the log goes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct LoggingConfig {
    pub log_format: Option<String>,
    pub log_group: Option<String>,
}

/// Where a function is in a VPC.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct VpcConfig {
    pub subnet_ids: Vec<String>,
    pub security_group_ids: Vec<String>,
}

fn text(reason: Option<&Reason>) -> (Option<String>, Option<&'static str>) {
    (reason.map(|reason| reason.text.clone()), reason.map(|reason| reason.code))
}

impl FunctionConfiguration {
    /// Shows a version under the ARN that a list or an unqualified request gives it, or with its qualifier.
    pub(super) fn new(home: &Home, function: &Function, of: &Configuration, qualifier: Option<&str>) -> Self {
        let qualifier = qualifier.or_else(|| Some(of.version.as_str()).filter(|version| *version != LATEST));
        let (state_reason, state_reason_code) = text(of.reason.as_ref());
        let (last_update_status_reason, last_update_status_reason_code) = text(of.update_reason.as_ref());
        let modified = of.modified_at.civil();
        let millis = of.modified_at.as_millis().rem_euclid(1000);
        Self {
            function_name: function.name.clone(),
            function_arn: home.function_arn(&function.name, qualifier).to_string(),
            role: of.role.to_string(),
            code_size: 0,
            description: of.description.clone(),
            timeout: of.timeout,
            memory_size: of.memory,
            last_modified: format!("{}.{millis:03}+0000", modified.strftime("%Y-%m-%dT%H:%M:%S")),
            code_sha256: of.code.digest.hex(),
            version: of.version.clone(),
            environment: (!of.environment.is_empty()).then(|| Environment { variables: of.environment.clone() }),
            tracing_config: json!({"Mode": "PassThrough"}),
            revision_id: of.revision.clone(),
            state: Some(of.state.as_str()),
            state_reason,
            state_reason_code,
            last_update_status: Some(of.update.as_str()),
            last_update_status_reason,
            last_update_status_reason_code,
            package_type: "Image",
            image_config_response: (!of.image.is_empty())
                .then(|| ImageConfigResponse { image_config: of.image.clone() }),
            architectures: [of.architecture.clone()],
            ephemeral_storage: json!({"Size": of.storage}),
            snap_start: json!({"ApplyOn": "None", "OptimizationStatus": "Off"}),
            logging_config: json!({"LogFormat": "Text", "LogGroup": of.log_group}),
        }
    }

    /// As lists show it: without states. Source: AWS Lambda API reference, ListFunctions.
    pub(super) fn brief(self) -> Self {
        Self {
            state: None,
            state_reason: None,
            state_reason_code: None,
            last_update_status: None,
            last_update_status_reason: None,
            last_update_status_reason_code: None,
            ..self
        }
    }
}
