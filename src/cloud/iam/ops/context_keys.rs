//! Which condition keys policies ask for: what a simulation needs values of.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::simulate::{Source, read};
use crate::cloud::iam::asked::Asked;
use crate::cloud::iam::evaluate::Layer;
use crate::cloud::iam::policy::Policy;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Tells the condition keys that policies given as text name.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetContextKeysForCustomPolicy {
    pub policy_input_list: Vec<String>,
}

/// Tells the condition keys that the policies of a user, group or role name, with more given as text.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetContextKeysForPrincipalPolicy {
    pub policy_source_arn: String,
    #[serde(default)]
    pub policy_input_list: Vec<String>,
}

/// The output of both.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContextKeysOutput {
    pub context_key_names: Vec<String>,
}

impl ContextKeysOutput {
    fn of<'a>(policies: impl IntoIterator<Item = &'a Arc<Policy>>) -> Self {
        let mut names: Vec<String> = Vec::new();
        for key in policies.into_iter().flat_map(|policy| policy.condition_keys()) {
            if !names.iter().any(|known| key.is(known)) {
                names.push(key.as_str().to_owned());
            }
        }
        Self { context_key_names: names }
    }
}

impl Operation for GetContextKeysForCustomPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetContextKeysForCustomPolicy";
    type Output = ContextKeysOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:GetContextKeysForCustomPolicy")]
    }

    fn run(self, _: &mut Cloud, _: &Caller) -> Result<ContextKeysOutput, ApiError> {
        Ok(ContextKeysOutput::of(&read(&self.policy_input_list)?))
    }
}

impl Operation for GetContextKeysForPrincipalPolicy {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetContextKeysForPrincipalPolicy";
    type Output = ContextKeysOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        super::on_arn("iam:GetContextKeysForPrincipalPolicy", &self.policy_source_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ContextKeysOutput, ApiError> {
        let inputs = read(&self.policy_input_list)?;
        let (principal, source) = Source::of(cloud, caller, &self.policy_source_arn)?;
        let mut own = source.policies(cloud, caller, &Asked::new(cloud, &principal, "", None, &caller.region));
        own.keep(Layer::Identity);
        Ok(ContextKeysOutput::of(own.iter().map(|applied| &applied.policy).chain(&inputs)))
    }
}
