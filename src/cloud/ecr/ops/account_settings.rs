//! The account's settings of its registry, by name.

use serde::{Deserialize, Serialize};

use crate::cloud::ecr::{errors, place};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

const NAMES: [&str; 3] = ["BASIC_SCAN_TYPE_VERSION", "REGISTRY_POLICY_SCOPE", "BLOB_MOUNTING"];

/// A setting and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountSettingOutput {
    pub name: String,
    pub value: String,
}

/// Reads a setting.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GetAccountSetting {
    pub name: String,
}

impl Operation for GetAccountSetting {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "GetAccountSetting";
    type Output = AccountSettingOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:GetAccountSetting")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AccountSettingOutput, ApiError> {
        let mounts = place::registry(cloud, caller, caller.principal.account()).is_some_and(|of| of.blob_mounting);
        let value = match self.name.as_str() {
            "BASIC_SCAN_TYPE_VERSION" => "AWS_NATIVE",
            "REGISTRY_POLICY_SCOPE" => "V2",
            "BLOB_MOUNTING" if mounts => "ENABLED",
            "BLOB_MOUNTING" => "DISABLED",
            _ => return Err(errors::not_in_enum("name", &NAMES)),
        };
        Ok(AccountSettingOutput { name: self.name, value: value.to_owned() })
    }
}

/// Changes a setting.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PutAccountSetting {
    pub name: String,
    pub value: String,
}

impl Operation for PutAccountSetting {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutAccountSetting";
    type Output = AccountSettingOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:PutAccountSetting")]
    }

    /// Source of the values: Amazon ECR API reference, PutAccountSetting.
    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AccountSettingOutput, ApiError> {
        let values: &[&str] = match self.name.as_str() {
            "BASIC_SCAN_TYPE_VERSION" => &["AWS_NATIVE"],
            "REGISTRY_POLICY_SCOPE" => &["V2"],
            "BLOB_MOUNTING" => &["ENABLED", "DISABLED"],
            _ => return Err(errors::not_in_enum("name", &NAMES)),
        };
        if !values.contains(&self.value.as_str()) {
            return Err(errors::not_in_enum("value", values));
        }
        if self.name == "BLOB_MOUNTING" {
            let account = caller.principal.account().clone();
            place::registry_mut(cloud, caller, &account).blob_mounting = self.value == "ENABLED";
        }
        Ok(AccountSettingOutput { name: self.name, value: self.value })
    }
}
