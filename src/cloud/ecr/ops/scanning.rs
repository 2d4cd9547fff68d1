//! The registry's scan settings, and what they mean for a repository.

use serde::{Deserialize, Serialize};

use crate::cloud::ecr::errors;
use crate::cloud::ecr::place::{self, Place, ask};
use crate::cloud::ecr::state::{self, Scanning, matches_wildcard};
use crate::cloud::events::{self, ecr::Frequency};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// What events say of a repository that is scanned only when told. Inferred: also of one that no rule takes.
const UNSCANNED: &str = "MANUAL";

/// Which repositories are scanned when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScanningRule {
    /// `SCAN_ON_PUSH`, with enhanced scanning also `CONTINUOUS_SCAN`, with basic scanning also `MANUAL`.
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

impl ScanningRuleFilter {
    /// Source: Amazon ECR User Guide, "Using filters".
    fn takes(&self, repository: &str) -> bool {
        match self.filter.contains('*') {
            true => matches_wildcard(&self.filter, repository),
            false => repository.contains(&self.filter),
        }
    }
}

impl ScanningRule {
    fn filters_for<'a>(&'a self, repository: &'a str) -> impl Iterator<Item = &'a ScanningRuleFilter> {
        self.repository_filters.iter().filter(move |filter| filter.takes(repository))
    }
}

impl Scanning {
    /// The rule for a repository. Where two fit, the continuous one wins.
    /// Source: Amazon ECR User Guide, "Using filters".
    pub(in crate::cloud::ecr) fn rule_for(&self, repository: &str) -> Option<&ScanningRule> {
        let fits = |rule: &&ScanningRule| rule.filters_for(repository).next().is_some();
        self.rules.iter().filter(fits).max_by_key(|rule| match rule.scan_frequency.as_str() {
            "CONTINUOUS_SCAN" => 2,
            "SCAN_ON_PUSH" => 1,
            _ => 0,
        })
    }

    fn scan_type(&self) -> &'static str {
        if self.enhanced { "ENHANCED" } else { "BASIC" }
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
    /// `BASIC` or `ENHANCED`.
    pub scan_type: &'static str,
    pub rules: Vec<ScanningRule>,
}

impl From<&Scanning> for ScanningConfiguration {
    fn from(of: &Scanning) -> Self {
        Self { scan_type: of.scan_type(), rules: of.rules.clone() }
    }
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
        let scanning = place::registry(cloud, caller, account).map(|of| of.scanning.as_ref().clone());
        Ok(GetRegistryScanningConfigurationOutput {
            registry_id: account.to_string(),
            scanning_configuration: ScanningConfiguration::from(&scanning.unwrap_or_default()),
        })
    }
}

/// Sets the registry's scan settings.
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

/// Source of limits and values: Amazon ECR service model.
fn check(enhanced: bool, rules: &[ScanningRule]) -> Result<(), ApiError> {
    const PATTERN: &str = r"^[a-z0-9*](?:[._\-/a-z0-9*]?[a-z0-9*]+)*$";
    if rules.len() > 2 {
        return Err(errors::too_many("rules", 2));
    }
    let frequencies: &[&str] =
        if enhanced { &["SCAN_ON_PUSH", "CONTINUOUS_SCAN"] } else { &["SCAN_ON_PUSH", "MANUAL"] };
    for rule in rules {
        if !frequencies.contains(&rule.scan_frequency.as_str()) {
            return Err(errors::not_in_enum("rules.scanFrequency", frequencies));
        }
        if rule.repository_filters.len() > 100 {
            return Err(errors::too_many("rules.repositoryFilters", 100));
        }
        for filter in &rule.repository_filters {
            if filter.filter_type != "WILDCARD" {
                return Err(errors::not_in_enum("rules.repositoryFilters.filterType", &["WILDCARD"]));
            }
            if !is_filter(&filter.filter) {
                let constraint = format_args!("must satisfy regular expression '{PATTERN}'");
                return Err(errors::invalid("rules.repositoryFilters.filter", constraint));
            }
        }
    }
    if let [first, second] = rules
        && first.scan_frequency == second.scan_frequency
    {
        // Inferred: one rule per frequency is documented, its text is not.
        return Err(errors::invalid("rules", "Only one rule per scan frequency is allowed"));
    }
    Ok(())
}

/// Words of letters, digits and stars, with no more than one separator between two.
fn is_filter(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'*';
    let is_separator = |b: u8| matches!(b, b'.' | b'_' | b'-' | b'/');
    let bytes = text.as_bytes();
    (1..=255).contains(&bytes.len())
        && bytes.first().copied().is_some_and(is_word)
        && bytes.last().copied().is_some_and(is_word)
        && bytes.iter().all(|b| is_word(*b) || is_separator(*b))
        && !bytes.windows(2).any(|pair| pair.iter().all(|b| is_separator(*b)))
}

impl Operation for PutRegistryScanningConfiguration {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutRegistryScanningConfiguration";
    type Output = PutRegistryScanningConfigurationOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:PutRegistryScanningConfiguration")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutRegistryScanningConfigurationOutput, ApiError> {
        let account = caller.principal.account().clone();
        let before = place::registry(cloud, caller, &account).map(|of| of.scanning.as_ref().clone());
        let before = before.unwrap_or_default();
        let enhanced = match self.scan_type.as_deref() {
            None => before.enhanced,
            Some("BASIC") => false,
            Some("ENHANCED") => true,
            Some(_) => return Err(errors::not_in_enum("scanType", &["BASIC", "ENHANCED"])),
        };
        let rules = self.rules.unwrap_or_default();
        check(enhanced, &rules)?;
        let scanning = Scanning { enhanced, rules };
        let output = ScanningConfiguration::from(&scanning);
        let registry = place::registry_mut(cloud, caller, &account);
        let changes = if enhanced { changes(registry, &before, &scanning) } else { Vec::new() };
        registry.scanning = scanning.into();
        events::ecr::scan_frequency(cloud, &account, &caller.region, &changes);
        Ok(PutRegistryScanningConfigurationOutput { registry_scanning_configuration: output })
    }
}

/// Asks what the settings mean for repositories.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchGetRepositoryScanningConfiguration {
    pub repository_names: Vec<String>,
}

/// One entry per name, in `scanning_configurations` or in `failures`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchGetRepositoryScanningConfigurationOutput {
    pub scanning_configurations: Vec<RepositoryScanningConfiguration>,
    pub failures: Vec<RepositoryScanningConfigurationFailure>,
}

/// How a repository is scanned.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryScanningConfiguration {
    pub repository_arn: String,
    pub repository_name: String,
    /// The repository's own setting, whatever the registry's rules say. Source: observed.
    pub scan_on_push: bool,
    /// None where enhanced scanning leaves the repository out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scan_frequency: Option<String>,
    pub applied_scan_filters: Vec<ScanningRuleFilter>,
}

/// A name that is no repository's.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryScanningConfigurationFailure {
    pub repository_name: String,
    pub failure_code: &'static str,
    pub failure_reason: &'static str,
}

/// How often a repository is scanned; none where enhanced scanning leaves it out.
fn frequency(repository: &state::Repository, scanning: &Scanning) -> Option<String> {
    let rule = scanning.rule_for(&repository.name);
    // The repository's own setting counts with basic scanning only.
    match (rule, scanning.enhanced) {
        (Some(rule), true) => Some(rule.scan_frequency.clone()),
        (None, true) => None,
        (Some(rule), false) if rule.scan_frequency == "SCAN_ON_PUSH" => Some(rule.scan_frequency.clone()),
        (_, false) if repository.scan_on_push => Some("SCAN_ON_PUSH".to_owned()),
        (_, false) => Some("MANUAL".to_owned()),
    }
}

/// Tells the bus that a repository is new where scanning is enhanced.
pub(in crate::cloud::ecr) fn tell_new(cloud: &mut Cloud, place: &Place) {
    let Some(region) = place.region().cloned() else { return };
    let (Some(state), Ok(repository)) = (place.state(cloud), place.repository(cloud)) else { return };
    if let (true, Some(now)) = (state.scanning.enhanced, frequency(repository, &state.scanning)) {
        let of = Frequency { repository: repository.arn.clone(), now, before: UNSCANNED.to_owned() };
        events::ecr::scan_frequency(cloud, &place.account, &region, &[of]);
    }
}

/// Which repositories are scanned otherwise with other settings.
fn changes(registry: &state::State, before: &Scanning, now: &Scanning) -> Vec<Frequency> {
    let of = |repository: &state::Repository, scanning: &Scanning| {
        frequency(repository, scanning).unwrap_or_else(|| UNSCANNED.to_owned())
    };
    let changed = |repository: &state::Repository| {
        let (before, now) = (of(repository, before), of(repository, now));
        (before != now).then(|| Frequency { repository: repository.arn.clone(), now, before })
    };
    registry.repositories.values().filter_map(|repository| changed(repository)).collect()
}

impl RepositoryScanningConfiguration {
    fn new(repository: &state::Repository, scanning: &Scanning) -> Self {
        let rule = scanning.rule_for(&repository.name);
        Self {
            repository_arn: repository.arn.to_string(),
            repository_name: repository.name.clone(),
            scan_on_push: repository.scan_on_push,
            scan_frequency: frequency(repository, scanning),
            applied_scan_filters: rule
                .map(|rule| rule.filters_for(&repository.name).cloned().collect())
                .unwrap_or_default(),
        }
    }
}

impl Operation for BatchGetRepositoryScanningConfiguration {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "BatchGetRepositoryScanningConfiguration";
    type Output = BatchGetRepositoryScanningConfigurationOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        const ACTION: &str = "ecr:BatchGetRepositoryScanningConfiguration";
        self.repository_names.iter().map(|name| ask(cloud, caller, None, name, ACTION)).collect()
    }

    fn run(
        self,
        cloud: &mut Cloud,
        caller: &Caller,
    ) -> Result<BatchGetRepositoryScanningConfigurationOutput, ApiError> {
        match self.repository_names.len() {
            0 => {
                return Err(errors::invalid("repositoryNames", "Member must have length greater than or equal to 1"));
            }
            1..=25 => {}
            _ => return Err(errors::too_many("repositoryNames", 25)),
        }
        let scanning = place::registry(cloud, caller, caller.principal.account()).map(|of| of.scanning.clone());
        let scanning = scanning.unwrap_or_default();
        let mut output =
            BatchGetRepositoryScanningConfigurationOutput { scanning_configurations: Vec::new(), failures: Vec::new() };
        for name in self.repository_names {
            match Place::of(cloud, caller, None, &name).and_then(|place| Ok(place.repository(cloud)?.clone())) {
                Ok(repository) => {
                    let configuration = RepositoryScanningConfiguration::new(&repository, &scanning);
                    output.scanning_configurations.push(configuration);
                }
                Err(_) => output.failures.push(RepositoryScanningConfigurationFailure {
                    repository_name: name,
                    failure_code: "REPOSITORY_NOT_FOUND",
                    failure_reason: "REPOSITORY_NOT_FOUND",
                }),
            }
        }
        Ok(output)
    }
}
