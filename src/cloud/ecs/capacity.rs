//! Capacity providers: where tasks run that name no launch type, and how they are shared out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::cluster::Cluster;
use super::definition::Tag;
use super::home::{Home, invalid_parameter};
use super::task::LaunchType;
use crate::cloud::{ApiError, Arn, Cloud};

/// The capacity providers that every account has.
pub(super) const FARGATE: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

/// A capacity provider of an Auto Scaling group. Fargate's own two are nowhere kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapacityProvider {
    pub arn: Arn,
    pub name: String,
    pub group: AutoScalingGroupProvider,
    pub tags: Vec<Tag>,
}

/// What a capacity provider makes of its Auto Scaling group.
/// Source: Amazon ECS service model, `AutoScalingGroupProvider`, in the model's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutoScalingGroupProvider {
    pub auto_scaling_group_arn: String,
    pub managed_scaling: ManagedScaling,
    /// `ENABLED` or `DISABLED`.
    pub managed_termination_protection: Option<String>,
    /// `ENABLED` or `DISABLED`.
    pub managed_draining: Option<String>,
}

impl AutoScalingGroupProvider {
    /// The name of the group in its ARN.
    pub(super) fn group_name(&self) -> &str {
        self.auto_scaling_group_arn.rsplit_once("autoScalingGroupName/").map_or("", |(_, name)| name)
    }

    /// Writes out what was left out. Source: Amazon ECS service model, the members' defaults.
    pub(super) fn complete(&mut self) {
        let disabled = || Some("DISABLED".to_owned());
        let scaling = &mut self.managed_scaling;
        scaling.status = scaling.status.take().or_else(disabled);
        scaling.target_capacity = scaling.target_capacity.or(Some(100));
        scaling.minimum_scaling_step_size = scaling.minimum_scaling_step_size.or(Some(1));
        scaling.maximum_scaling_step_size = scaling.maximum_scaling_step_size.or(Some(10_000));
        scaling.instance_warmup_period = scaling.instance_warmup_period.or(Some(300));
        self.managed_termination_protection = self.managed_termination_protection.take().or_else(disabled);
        self.managed_draining = self.managed_draining.take().or_else(|| Some("ENABLED".to_owned()));
    }
}

/// Whether and how ECS sets the size of the group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ManagedScaling {
    /// `ENABLED` or `DISABLED`.
    pub status: Option<String>,
    pub target_capacity: Option<u32>,
    pub minimum_scaling_step_size: Option<u32>,
    pub maximum_scaling_step_size: Option<u32>,
    pub instance_warmup_period: Option<u32>,
}

impl ManagedScaling {
    /// Whether ECS sets the size of the group.
    pub(super) fn is_on(&self) -> bool {
        self.status.as_deref() == Some("ENABLED")
    }
}

/// A capacity provider with its share of the tasks.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StrategyItem {
    pub capacity_provider: String,
    /// Its share of the tasks beyond the bases.
    pub weight: u32,
    /// How many tasks it has at least.
    pub base: u32,
}

/// Where a task is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) launch_type: LaunchType,
    /// None where a launch type was asked for.
    pub(super) strategy: Vec<StrategyItem>,
}

/// The launch type of a capacity provider's tasks.
fn launch_type(provider: &str) -> LaunchType {
    if FARGATE.contains(&provider) { LaunchType::Fargate } else { LaunchType::Ec2 }
}

/// Where tasks run for which a launch type, a strategy or neither was named: then the cluster's default strategy, and
/// without one EC2.
///
/// # Errors
/// `InvalidParameterException`. Source: observed.
pub(super) fn choose(
    cluster: &Cluster,
    named: Option<LaunchType>,
    strategy: &[StrategyItem],
) -> Result<Choice, ApiError> {
    let strategy = match (named, strategy) {
        (Some(_), [_, ..]) => {
            return Err(invalid_parameter(
                "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
            ));
        }
        (Some(launch_type), []) => return Ok(Choice { launch_type, strategy: Vec::new() }),
        (None, []) => cluster.default_strategy.as_slice(),
        (None, strategy) => strategy,
    };
    check(strategy, |name| cluster.capacity_providers.iter().any(|known| known == name))?;
    match strategy.first() {
        None => Ok(Choice { launch_type: LaunchType::Ec2, strategy: Vec::new() }),
        Some(first) => Ok(Choice { launch_type: launch_type(&first.capacity_provider), strategy: strategy.to_vec() }),
    }
}

/// Whether a strategy can be followed where these capacity providers are associated.
///
/// # Errors
/// `InvalidParameterException`. Source: Amazon ECS Developer Guide, "Capacity provider strategies"; the wording of the
/// first: observed. Inferred: that of the others.
pub(super) fn check(strategy: &[StrategyItem], associated: impl Fn(&str) -> bool) -> Result<(), ApiError> {
    if !strategy.iter().all(|item| associated(&item.capacity_provider)) {
        return Err(invalid_parameter(
            "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the \
             cluster. Associate the capacity provider with the cluster or specify a valid capacity provider and try again.",
        ));
    }
    if strategy.len() > 20 {
        return Err(invalid_parameter("The capacity provider strategy cannot have more than 20 capacity providers."));
    }
    let mut names: Vec<&str> = strategy.iter().map(|item| item.capacity_provider.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < strategy.len() {
        return Err(invalid_parameter("The capacity provider strategy cannot name a capacity provider twice."));
    }
    if strategy.iter().filter(|item| item.base > 0).count() > 1 {
        return Err(invalid_parameter("Only one capacity provider in a capacity provider strategy can have a base."));
    }
    if strategy.iter().any(|item| item.weight > 1000 || item.base > 100_000) {
        return Err(invalid_parameter("The weight must be between 0 and 1000, the base between 0 and 100000."));
    }
    if !strategy.is_empty() && strategy.iter().all(|item| item.weight == 0 && (strategy.len() > 1 || item.base == 0)) {
        return Err(invalid_parameter("At least one capacity provider must have a weight greater than 0."));
    }
    let fargate = |item: &StrategyItem| launch_type(&item.capacity_provider) == LaunchType::Fargate;
    if strategy.iter().any(fargate) && !strategy.iter().all(fargate) {
        return Err(invalid_parameter(
            "A capacity provider strategy cannot contain both Fargate and Auto Scaling group capacity providers.",
        ));
    }
    Ok(())
}

/// The capacity provider of the next task, by how many each has: the base first, then whoever is furthest behind its share.
pub(super) fn next<'s>(strategy: &'s [StrategyItem], has: &BTreeMap<String, u32>) -> Option<&'s str> {
    let count = |item: &StrategyItem| has.get(&item.capacity_provider).copied().unwrap_or_default();
    if let Some(item) = strategy.iter().find(|item| count(item) < item.base) {
        return Some(&item.capacity_provider);
    }
    let behind = |item: &&StrategyItem| {
        let beyond = u64::from(count(item).saturating_sub(item.base));
        // Compared as fractions: how full its share would be with one more, in parts that all weights divide well.
        (beyond + 1) * 1_000_000_000 / u64::from(item.weight.max(1))
    };
    let shares = strategy.iter().filter(|item| item.weight > 0);
    let item = shares.min_by_key(behind).or(strategy.first())?;
    Some(&item.capacity_provider)
}

/// Makes known which capacity provider an Auto Scaling group's instances belong to in a cluster.
pub(super) fn of_group(cloud: &Cloud, home: &Home, cluster: &Cluster, group: &str) -> Option<String> {
    let state = home.state(cloud)?;
    let providers = cluster.capacity_providers.iter().filter_map(|name| state.capacity_providers.get(name));
    providers.filter(|provider| provider.group.group_name() == group).map(|provider| provider.name.clone()).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(strategy: &[(&str, u32, u32)], tasks: u32) -> Vec<u32> {
        let strategy: Vec<StrategyItem> = strategy
            .iter()
            .map(|(name, weight, base)| StrategyItem {
                capacity_provider: (*name).to_owned(),
                weight: *weight,
                base: *base,
            })
            .collect();
        let mut has = BTreeMap::new();
        for _ in 0..tasks {
            *has.entry(next(&strategy, &has).unwrap().to_owned()).or_default() += 1;
        }
        strategy.iter().map(|item| has.get(&item.capacity_provider).copied().unwrap_or_default()).collect()
    }

    #[test]
    fn the_base_comes_first_then_the_weights_share_the_rest() {
        assert_eq!(shared(&[("FARGATE", 1, 2), ("FARGATE_SPOT", 3, 0)], 10), [4, 6]);
        assert_eq!(shared(&[("FARGATE", 1, 0), ("FARGATE_SPOT", 1, 0)], 5), [3, 2]);
        assert_eq!(shared(&[("FARGATE", 0, 3), ("FARGATE_SPOT", 1, 0)], 5), [3, 2]);
        assert_eq!(shared(&[("FARGATE_SPOT", 1, 0)], 4), [4]);
    }

    #[test]
    fn a_strategy_must_make_sense() {
        let item = |name: &str, weight, base| StrategyItem { capacity_provider: name.to_owned(), weight, base };
        let known = |name: &str| name != "nope";
        assert!(check(&[item("FARGATE", 1, 1), item("FARGATE_SPOT", 1, 0)], known).is_ok());
        for wrong in [
            vec![item("nope", 1, 0)],
            vec![item("FARGATE", 1, 1), item("FARGATE_SPOT", 1, 1)],
            vec![item("FARGATE", 0, 0), item("FARGATE_SPOT", 0, 0)],
            vec![item("FARGATE", 1, 0), item("asg", 1, 0)],
            vec![item("FARGATE", 1, 0), item("FARGATE", 1, 0)],
            vec![item("FARGATE", 1001, 0)],
        ] {
            assert!(check(&wrong, known).is_err(), "{wrong:?}");
        }
    }
}
