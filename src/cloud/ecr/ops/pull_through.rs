//! Pull-through cache rules.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::repositories::no_paging_with;
use crate::cloud::ecr::pull_through::{self, Rule, Upstream};
use crate::cloud::ecr::{errors, paging, place};
use crate::cloud::{AccountId, ApiError, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// Source: Amazon ECR User Guide, "Amazon ECR service quotas".
const MOST: usize = 50;

fn not_found() -> ApiError {
    ApiError::new(
        "PullThroughCacheRuleNotFoundException",
        "The pull through cache rule was not found. Specify a valid pull through cache rule and try again.",
    )
}

/// The rule of that prefix, with the registry that it is in.
fn find(cloud: &Cloud, caller: &Caller, registry: Option<&str>, prefix: &str) -> Result<(AccountId, Rule), ApiError> {
    let account = place::account(caller, registry)?;
    let rule = place::registry(cloud, caller, &account).and_then(|of| of.pull_through.get(plain(prefix)));
    let rule = rule.ok_or_else(not_found)?.as_ref().clone();
    Ok((account, rule))
}

/// A prefix without the slash that it may end in.
fn plain(prefix: &str) -> &str {
    prefix.trim_end_matches('/')
}

/// Makes a rule.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreatePullThroughCacheRule {
    pub ecr_repository_prefix: String,
    pub upstream_registry_url: String,
    pub registry_id: Option<String>,
    pub upstream_registry: Option<String>,
    pub credential_arn: Option<String>,
    pub custom_role_arn: Option<String>,
    pub upstream_repository_prefix: Option<String>,
}

/// What every answer says of a rule.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleSettings {
    pub ecr_repository_prefix: String,
    pub registry_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_role_arn: Option<String>,
    pub upstream_repository_prefix: String,
}

impl RuleSettings {
    fn of(account: &AccountId, rule: &Rule) -> Self {
        Self {
            ecr_repository_prefix: rule.prefix.clone(),
            registry_id: account.to_string(),
            credential_arn: rule.credential_arn.clone(),
            custom_role_arn: rule.custom_role_arn.clone(),
            upstream_repository_prefix: rule.upstream_prefix.clone(),
        }
    }
}

/// The rule.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatePullThroughCacheRuleOutput {
    pub upstream_registry_url: String,
    pub created_at: Timestamp,
    pub upstream_registry: &'static str,
    #[serde(flatten)]
    pub settings: RuleSettings,
}

impl Operation for CreatePullThroughCacheRule {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "CreatePullThroughCacheRule";
    type Output = CreatePullThroughCacheRuleOutput;

    /// The first time, a service-linked role is made as well. Source: Amazon ECR User Guide, "Using service-linked roles".
    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let account = caller.principal.account();
        let role = (!pull_through::ROLE.exists(cloud, account)).then(|| pull_through::ROLE.creation(account));
        [Authorization::anywhere("ecr:CreatePullThroughCacheRule")].into_iter().chain(role).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CreatePullThroughCacheRuleOutput, ApiError> {
        let account = place::account(caller, self.registry_id.as_deref())?;
        let url = self.upstream_registry_url.trim_start_matches("https://").trim_end_matches('/').to_owned();
        let unsupported = || {
            ApiError::new("UnsupportedUpstreamRegistryException", "The specified upstream registry isn't supported.")
        };
        let upstream = Upstream::at(&url).ok_or_else(unsupported)?;
        match self.upstream_registry.as_deref() {
            Some(name) if !Upstream::names().contains(&name) => {
                return Err(errors::not_in_enum("upstreamRegistry", &Upstream::names()));
            }
            Some(name) if name != upstream.as_str() => return Err(unsupported()),
            _ => {}
        }
        let rule = Rule {
            prefix: plain(&self.ecr_repository_prefix).to_owned(),
            url,
            upstream,
            credential_arn: self.credential_arn,
            custom_role_arn: self.custom_role_arn,
            upstream_prefix: plain(self.upstream_repository_prefix.as_deref().unwrap_or("ROOT")).to_owned(),
            created_at: cloud.now(),
            updated_at: None,
        };
        pull_through::check(&rule)?;
        pull_through::check_secret(cloud, &account, &caller.region, &rule)?;
        let rules = place::registry(cloud, caller, &account).map(|of| &of.pull_through);
        if rules.is_some_and(|rules| rules.contains_key(&rule.prefix)) {
            return Err(ApiError::new(
                "PullThroughCacheRuleAlreadyExistsException",
                "A pull through cache rule with these settings already exists for the private registry.",
            ));
        }
        if rules.is_some_and(|rules| rules.len() >= MOST) {
            // Inferred: the quota is documented, its text is not.
            return Err(errors::limit_exceeded(format!(
                "The registry with id '{account}' has reached the limit of {MOST} pull through cache rules"
            )));
        }
        pull_through::ROLE.ensure(cloud, caller.principal.account());
        let output = CreatePullThroughCacheRuleOutput {
            upstream_registry_url: rule.url.clone(),
            created_at: rule.created_at,
            upstream_registry: rule.upstream.as_str(),
            settings: RuleSettings::of(&account, &rule),
        };
        let state = place::registry_mut(cloud, caller, &account);
        state.pull_through.insert(rule.prefix.clone(), Arc::new(rule));
        Ok(output)
    }
}

/// Lists rules, all or by prefix.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribePullThroughCacheRules {
    pub registry_id: Option<String>,
    pub ecr_repository_prefixes: Option<Vec<String>>,
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
}

/// A page of rules, by prefix.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribePullThroughCacheRulesOutput {
    pub pull_through_cache_rules: Vec<PullThroughCacheRule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// A rule, as described.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullThroughCacheRule {
    pub upstream_registry_url: String,
    pub created_at: Timestamp,
    #[serde(flatten)]
    pub settings: RuleSettings,
    pub upstream_registry: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
}

impl PullThroughCacheRule {
    fn new(account: &AccountId, rule: &Rule) -> Self {
        Self {
            upstream_registry_url: rule.url.clone(),
            created_at: rule.created_at,
            settings: RuleSettings::of(account, rule),
            upstream_registry: rule.upstream.as_str(),
            updated_at: rule.updated_at,
        }
    }
}

impl Operation for DescribePullThroughCacheRules {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DescribePullThroughCacheRules";
    type Output = DescribePullThroughCacheRulesOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:DescribePullThroughCacheRules")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribePullThroughCacheRulesOutput, ApiError> {
        let registry = self.registry_id.as_deref();
        if let Some(prefixes) = &self.ecr_repository_prefixes {
            no_paging_with("ecrRepositoryPrefixes", self.next_token.as_deref(), self.max_results)?;
            let found = prefixes.iter().map(|prefix| find(cloud, caller, registry, prefix));
            let pull_through_cache_rules = found
                .map(|found| found.map(|(account, rule)| PullThroughCacheRule::new(&account, &rule)))
                .collect::<Result<_, _>>()?;
            return Ok(DescribePullThroughCacheRulesOutput { pull_through_cache_rules, next_token: None });
        }
        let account = place::account(caller, registry)?;
        let all = place::registry(cloud, caller, &account).into_iter().flat_map(|of| of.pull_through.values());
        let (page, next_token) = paging::page(all, self.max_results, 1000, self.next_token.as_deref())?;
        let pull_through_cache_rules = page.into_iter().map(|rule| PullThroughCacheRule::new(&account, rule)).collect();
        Ok(DescribePullThroughCacheRulesOutput { pull_through_cache_rules, next_token })
    }
}

/// Changes how a rule signs in at its upstream.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdatePullThroughCacheRule {
    pub registry_id: Option<String>,
    pub ecr_repository_prefix: String,
    pub credential_arn: Option<String>,
    pub custom_role_arn: Option<String>,
}

/// The rule as it is now.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdatePullThroughCacheRuleOutput {
    pub updated_at: Timestamp,
    #[serde(flatten)]
    pub settings: RuleSettings,
}

impl Operation for UpdatePullThroughCacheRule {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "UpdatePullThroughCacheRule";
    type Output = UpdatePullThroughCacheRuleOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:UpdatePullThroughCacheRule")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<UpdatePullThroughCacheRuleOutput, ApiError> {
        let (account, mut rule) = find(cloud, caller, self.registry_id.as_deref(), &self.ecr_repository_prefix)?;
        rule.credential_arn = self.credential_arn.or(rule.credential_arn);
        rule.custom_role_arn = self.custom_role_arn.or(rule.custom_role_arn);
        pull_through::check(&rule)?;
        pull_through::check_secret(cloud, &account, &caller.region, &rule)?;
        let updated_at = cloud.now();
        rule.updated_at = Some(updated_at);
        let output = UpdatePullThroughCacheRuleOutput { updated_at, settings: RuleSettings::of(&account, &rule) };
        let state = place::registry_mut(cloud, caller, &account);
        state.pull_through.insert(rule.prefix.clone(), Arc::new(rule));
        Ok(output)
    }
}

/// Removes a rule. The repositories that it filled stay.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeletePullThroughCacheRule {
    pub ecr_repository_prefix: String,
    pub registry_id: Option<String>,
}

/// The rule as it was.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletePullThroughCacheRuleOutput {
    pub upstream_registry_url: String,
    pub created_at: Timestamp,
    #[serde(flatten)]
    pub settings: RuleSettings,
}

impl Operation for DeletePullThroughCacheRule {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DeletePullThroughCacheRule";
    type Output = DeletePullThroughCacheRuleOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:DeletePullThroughCacheRule")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DeletePullThroughCacheRuleOutput, ApiError> {
        let (account, rule) = find(cloud, caller, self.registry_id.as_deref(), &self.ecr_repository_prefix)?;
        place::registry_mut(cloud, caller, &account).pull_through.remove(&rule.prefix);
        Ok(DeletePullThroughCacheRuleOutput {
            settings: RuleSettings::of(&account, &rule),
            upstream_registry_url: rule.url,
            created_at: rule.created_at,
        })
    }
}

/// Asks whether a rule's upstream lets the registry in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ValidatePullThroughCacheRule {
    pub ecr_repository_prefix: String,
    pub registry_id: Option<String>,
}

/// Whether it does, and else why not.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidatePullThroughCacheRuleOutput {
    pub upstream_registry_url: String,
    #[serde(flatten)]
    pub settings: RuleSettings,
    pub is_valid: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

impl Operation for ValidatePullThroughCacheRule {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "ValidatePullThroughCacheRule";
    type Output = ValidatePullThroughCacheRuleOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:ValidatePullThroughCacheRule")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ValidatePullThroughCacheRuleOutput, ApiError> {
        let (account, rule) = find(cloud, caller, self.registry_id.as_deref(), &self.ecr_repository_prefix)?;
        let failure = pull_through::sign_in(cloud, &account, &caller.region, &rule).err();
        Ok(ValidatePullThroughCacheRuleOutput {
            settings: RuleSettings::of(&account, &rule),
            upstream_registry_url: rule.url,
            is_valid: failure.is_none(),
            failure,
        })
    }
}
