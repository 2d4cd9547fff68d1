//! The registry's signing configuration, and how an image's signatures stand.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::image_list::find;
use super::shapes::ImageIdentifier;
use crate::cloud::ecr::errors;
use crate::cloud::ecr::place::{self, Place, ask};
use crate::cloud::ecr::signing::{SigningRule, SigningStatus};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// The rules: which images are signed with which profile.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SigningConfiguration {
    #[serde(default)]
    pub rules: Vec<SigningRule>,
}

/// The configuration and whose it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningConfigurationOutput {
    pub registry_id: String,
    pub signing_configuration: SigningConfiguration,
}

fn not_found() -> ApiError {
    // Inferred: the service model's own words.
    ApiError::new("SigningConfigurationNotFoundException", "The specified signing configuration was not found.")
}

/// Source of the limits: Amazon ECR service model.
fn check(rules: &[SigningRule]) -> Result<(), ApiError> {
    const PATTERN: &str = r"^arn:aws(-[a-z]+)*:signer:[a-z0-9-]+:[0-9]{12}:\/signing-profiles\/[a-zA-Z0-9_]{2,}$";
    if rules.len() > 10 {
        return Err(errors::too_many("signingConfiguration.rules", 10));
    }
    for rule in rules {
        let is_name = |name: &str| name.len() >= 2 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let fits = rule.signing_profile_arn.parse::<Arn>().is_ok_and(|arn| {
            arn.service() == "signer"
                && arn.account().parse::<crate::cloud::AccountId>().is_ok()
                && arn.resource().strip_prefix("/signing-profiles/").is_some_and(is_name)
        });
        if !fits || rule.signing_profile_arn.len() > 200 {
            let constraint = format_args!("must satisfy regular expression '{PATTERN}'");
            return Err(errors::invalid("signingProfileArn", constraint));
        }
        if rule.repository_filters.len() > 100 {
            return Err(errors::too_many("repositoryFilters", 100));
        }
        for filter in &rule.repository_filters {
            if filter.filter_type != "WILDCARD_MATCH" {
                return Err(errors::not_in_enum("filterType", &["WILDCARD_MATCH"]));
            }
            if !(1..=256).contains(&filter.filter.len()) {
                return Err(errors::invalid("filter", "Member must have length between 1 and 256"));
            }
        }
    }
    Ok(())
}

/// Sets the rules. What is in the registry already is not signed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutSigningConfiguration {
    pub signing_configuration: SigningConfiguration,
}

/// The rules that are set now.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutSigningConfigurationOutput {
    pub signing_configuration: SigningConfiguration,
}

impl Operation for PutSigningConfiguration {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutSigningConfiguration";
    type Output = PutSigningConfigurationOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:PutSigningConfiguration")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutSigningConfigurationOutput, ApiError> {
        check(&self.signing_configuration.rules)?;
        let account = caller.principal.account().clone();
        let rules = Arc::new(self.signing_configuration.rules.clone());
        place::registry_mut(cloud, caller, &account).signing = Some(rules);
        Ok(PutSigningConfigurationOutput { signing_configuration: self.signing_configuration })
    }
}

/// Reads the rules.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GetSigningConfiguration {}

impl Operation for GetSigningConfiguration {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "GetSigningConfiguration";
    type Output = SigningConfigurationOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:GetSigningConfiguration")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SigningConfigurationOutput, ApiError> {
        let account = caller.principal.account();
        let rules = place::registry(cloud, caller, account).and_then(|of| of.signing.as_ref());
        let rules = rules.ok_or_else(not_found)?.as_ref().clone();
        Ok(SigningConfigurationOutput {
            registry_id: account.to_string(),
            signing_configuration: SigningConfiguration { rules },
        })
    }
}

/// Removes the rules. Signatures stay.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeleteSigningConfiguration {}

impl Operation for DeleteSigningConfiguration {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DeleteSigningConfiguration";
    type Output = SigningConfigurationOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:DeleteSigningConfiguration")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<SigningConfigurationOutput, ApiError> {
        let account = caller.principal.account().clone();
        let rules = place::registry_mut(cloud, caller, &account).signing.take().ok_or_else(not_found)?;
        Ok(SigningConfigurationOutput {
            registry_id: account.to_string(),
            signing_configuration: SigningConfiguration { rules: rules.as_ref().clone() },
        })
    }
}

/// Asks how the signatures of an image stand.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeImageSigningStatus {
    pub repository_name: String,
    pub image_id: ImageIdentifier,
    pub registry_id: Option<String>,
}

/// The signatures, by profile.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeImageSigningStatusOutput {
    pub repository_name: String,
    pub image_id: ImageIdentifier,
    pub registry_id: String,
    pub signing_statuses: Vec<ImageSigningStatus>,
}

/// How a signature stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageSigningStatus {
    pub signing_profile_arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_reason: Option<String>,
    /// `IN_PROGRESS`, `COMPLETE` or `FAILED`.
    pub status: &'static str,
}

impl Operation for DescribeImageSigningStatus {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DescribeImageSigningStatus";
    type Output = DescribeImageSigningStatusOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:DescribeImageSigningStatus")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeImageSigningStatusOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let image = find(place.repository(cloud)?, &place, &self.image_id)?;
        let all = image.signatures.iter().flat_map(|signatures| signatures.iter());
        let signing_statuses = all
            .map(|(profile, status)| {
                let (status, failure) = match status {
                    SigningStatus::InProgress => ("IN_PROGRESS", None),
                    SigningStatus::Complete => ("COMPLETE", None),
                    SigningStatus::Failed { code, reason } => ("FAILED", Some((code.clone(), reason.clone()))),
                };
                let (failure_code, failure_reason) = failure.unzip();
                ImageSigningStatus { signing_profile_arn: profile.clone(), failure_code, failure_reason, status }
            })
            .collect();
        Ok(DescribeImageSigningStatusOutput {
            image_id: ImageIdentifier::both(&image.digest, self.image_id.image_tag.as_deref()),
            repository_name: place.name,
            registry_id: place.account.to_string(),
            signing_statuses,
        })
    }
}
