//! The registry's own settings: replication (never set here) and scan rules.

use serde::{Deserialize, Serialize};

use crate::cloud::ecr::errors;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Describes the registry.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DescribeRegistry {}

/// The registry. Replication is not simulated: its rules are always empty.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeRegistryOutput {
    pub registry_id: String,
    pub replication_configuration: ReplicationConfiguration,
}

/// No rules.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ReplicationConfiguration {
    pub rules: [(); 0],
}

impl Operation for DescribeRegistry {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DescribeRegistry";
    type Output = DescribeRegistryOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:DescribeRegistry")]
    }

    fn run(self, _cloud: &mut Cloud, caller: &Caller) -> Result<DescribeRegistryOutput, ApiError> {
        Ok(DescribeRegistryOutput {
            registry_id: caller.principal.account().to_string(),
            replication_configuration: ReplicationConfiguration::default(),
        })
    }
}

/// Which repositories are scanned when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScanningRule {
    /// `SCAN_ON_PUSH` or `MANUAL` with basic scanning.
    pub scan_frequency: String,
    pub repository_filters: Vec<ScanningRuleFilter>,
}

/// A filter on repositories' names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScanningRuleFilter {
    /// With `*` the whole name must fit, without it need only be part of the name.
    pub filter: String,
    /// Always `WILDCARD`.
    pub filter_type: String,
}

impl ScanningRule {
    /// Whether the rule scans the repository's images when they arrive.
    /// Source: Amazon ECR User Guide, "Using filters".
    pub(in crate::cloud::ecr) fn scans_on_push(&self, repository: &str) -> bool {
        self.scan_frequency == "SCAN_ON_PUSH"
            && self.repository_filters.iter().any(|filter| {
                if filter.filter.contains('*') {
                    crate::cloud::ecr::state::matches_wildcard(&filter.filter, repository)
                } else {
                    repository.contains(&filter.filter)
                }
            })
    }
}

/// Reads the registry's scan settings.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GetRegistryScanningConfiguration {}

/// The settings and whose they are.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetRegistryScanningConfigurationOutput {
    pub registry_id: String,
    pub scanning_configuration: ScanningConfiguration,
}

/// The registry's scan settings.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ScanningConfiguration {
    /// Always `BASIC`: enhanced scanning is Amazon Inspector's.
    pub scan_type: &'static str,
    pub rules: Vec<ScanningRule>,
}

impl Operation for GetRegistryScanningConfiguration {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "GetRegistryScanningConfiguration";
    type Output = GetRegistryScanningConfigurationOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:GetRegistryScanningConfiguration")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetRegistryScanningConfigurationOutput, ApiError> {
        let account = caller.principal.account();
        let region = cloud.account(account).and_then(|account| account.region(&caller.region));
        Ok(GetRegistryScanningConfigurationOutput {
            registry_id: account.to_string(),
            scanning_configuration: ScanningConfiguration {
                scan_type: "BASIC",
                rules: region.map(|region| region.ecr.scan_rules.clone()).unwrap_or_default(),
            },
        })
    }
}

/// Sets the registry's scan rules.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutRegistryScanningConfiguration {
    pub scan_type: Option<String>,
    pub rules: Option<Vec<ScanningRule>>,
}

/// What is set now.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutRegistryScanningConfigurationOutput {
    pub registry_scanning_configuration: ScanningConfiguration,
}

impl Operation for PutRegistryScanningConfiguration {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutRegistryScanningConfiguration";
    type Output = PutRegistryScanningConfigurationOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:PutRegistryScanningConfiguration")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutRegistryScanningConfigurationOutput, ApiError> {
        match self.scan_type.as_deref() {
            None | Some("BASIC") => {}
            // Ours: the simulation has no Amazon Inspector.
            Some("ENHANCED") => {
                return Err(errors::invalid("scanType", "ENHANCED exists at AWS but is not simulated, use BASIC"));
            }
            Some(_) => {
                return Err(errors::invalid("scanType", "Member must satisfy enum value set: [BASIC, ENHANCED]"));
            }
        }
        let rules = self.rules.unwrap_or_default();
        // Source: Amazon ECR service model: at most two rules, one per frequency; basic scanning knows no continuous one.
        if rules.len() > 2 {
            return Err(errors::invalid("rules", "Member must have length less than or equal to 2"));
        }
        if rules.iter().any(|rule| !matches!(rule.scan_frequency.as_str(), "SCAN_ON_PUSH" | "MANUAL")) {
            return Err(errors::invalid(
                "rules.scanFrequency",
                "Member must satisfy enum value set: [SCAN_ON_PUSH, MANUAL]",
            ));
        }
        let state = &mut cloud.account_mut(caller.principal.account()).region_mut(&caller.region).ecr;
        state.scan_rules.clone_from(&rules);
        Ok(PutRegistryScanningConfigurationOutput {
            registry_scanning_configuration: ScanningConfiguration { scan_type: "BASIC", rules },
        })
    }
}
