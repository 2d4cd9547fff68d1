//! Which container instance takes a task.
//!
//! Source: Amazon ECS Developer Guide, "How Amazon ECS places tasks on container instances": first whatever can't take it
//! falls out, then each placement strategy in turn narrows what is left.

use std::collections::{BTreeMap, BTreeSet};

use super::attributes;
use super::cluster::{Cluster, ContainerInstance, InstanceStatus};
use super::definition::{
    ConstraintType, NetworkMode, PlacementConstraint, PlacementStrategy, StrategyType, TaskDefinition,
};
use super::query::Query;
use crate::cloud::net::Architecture;

/// Why a container instance can't take a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Misfit {
    Agent,
    /// Another task of the group is on it.
    Distinct,
    /// An expression does not fit it.
    Member,
    Attribute,
    Ports,
    Memory,
    Cpu,
}

impl Misfit {
    /// As RunTask's failures name it. Source: Amazon ECS Developer Guide, "API failure reasons".
    pub(super) fn failure(self) -> &'static str {
        match self {
            Self::Agent => "AGENT",
            Self::Distinct => "DistinctInstance placement constraint unsatisfied.",
            Self::Member => "MemberOf placement constraint unsatisfied.",
            Self::Attribute => "ATTRIBUTE",
            Self::Ports => "RESOURCE:PORTS",
            Self::Memory => "RESOURCE:MEMORY",
            Self::Cpu => "RESOURCE:CPU",
        }
    }

    /// As a service's events name it. Source: Amazon ECS Developer Guide, "Service event messages"; observed.
    pub(super) fn event(self) -> &'static str {
        match self {
            Self::Agent => "encountered error \"AGENT\"",
            Self::Distinct => "encountered error \"DistinctInstance placement constraint unsatisfied.\"",
            Self::Member => "encountered error \"MemberOf placement constraint unsatisfied.\"",
            Self::Attribute => "is missing an attribute required by your task",
            Self::Ports => "is already using a port required by your task",
            Self::Memory => "has insufficient memory available",
            Self::Cpu => "has insufficient CPU units available",
        }
    }
}

/// Why no instance takes a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoPlace {
    /// The cluster has no active instance.
    NoInstances,
    /// Each instance's id with what it lacks, the closest first.
    Misfits(Vec<(String, Misfit)>),
}

/// What a task takes of an instance, and which one it would have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Demand<'a> {
    pub(super) cpu: u32,
    pub(super) memory: u32,
    ports: Vec<u16>,
    /// Asked for by the task definition's `runtimePlatform`; without one any processor will do, or seem to.
    architecture: Option<Architecture>,
    definition: &'a TaskDefinition,
    group: &'a str,
    constraints: Vec<Constraint>,
    strategies: &'a [PlacementStrategy],
    /// Only instances of this capacity provider.
    provider: Option<&'a str>,
    /// Only these instances, by id, where some are named.
    only: Option<&'a str>,
    /// Settles between equals where a strategy leaves it to chance.
    chance: u32,
}

#[derive(Clone, Debug, PartialEq)]
enum Constraint {
    Distinct,
    Member(Query),
}

/// Whether a placement constraint can be read.
///
/// # Errors
/// What is wrong. Inferred: the wording.
pub(super) fn check_constraint(constraint: &PlacementConstraint) -> Result<(), String> {
    match (constraint.r#type, constraint.expression.as_deref()) {
        (ConstraintType::DistinctInstance, None | Some("")) => Ok(()),
        (ConstraintType::DistinctInstance, Some(_)) => {
            Err("Placement constraint of type distinctInstance cannot have an expression.".to_owned())
        }
        (ConstraintType::MemberOf, expression) => match expression.and_then(Query::parse) {
            Some(_) => Ok(()),
            None => Err(format!("Invalid expression '{}' in placement constraint.", expression.unwrap_or_default())),
        },
    }
}

/// Whether a placement strategy can be used. Source: Amazon ECS service model, `PlacementStrategy`.
///
/// # Errors
/// What is wrong. Inferred: the wording.
pub(super) fn check_strategy(strategy: &PlacementStrategy) -> Result<(), String> {
    let field = strategy.field.as_deref().unwrap_or_default();
    let lower = field.to_ascii_lowercase();
    let fine = match strategy.r#type {
        StrategyType::Random => field.is_empty(),
        StrategyType::Binpack => matches!(lower.as_str(), "cpu" | "memory"),
        StrategyType::Spread => {
            matches!(lower.as_str(), "instanceid" | "host")
                || lower.strip_prefix("attribute:").is_some_and(|name| !name.is_empty())
        }
    };
    if fine { Ok(()) } else { Err(format!("Invalid field '{field}' in placement strategy.")) }
}

impl<'a> Demand<'a> {
    pub(super) fn new(definition: &'a TaskDefinition, cpu: u32, memory: u32, group: &'a str) -> Self {
        let asks = definition.runtime_platform.as_ref().is_some_and(|platform| platform.cpu_architecture.is_some());
        Self {
            cpu,
            memory,
            ports: host_ports(definition),
            architecture: asks.then(|| definition.architecture()),
            definition,
            group,
            constraints: constraints(&definition.placement_constraints),
            strategies: &[],
            provider: None,
            only: None,
            chance: 0,
        }
    }

    /// With what a request or a service wishes beside its task definition.
    pub(super) fn wishing(
        mut self,
        placement: &[PlacementConstraint],
        strategies: &'a [PlacementStrategy],
        provider: Option<&'a str>,
        only: Option<&'a str>,
        chance: u32,
    ) -> Self {
        self.constraints.extend(constraints(placement));
        Self { strategies, provider, only, chance, ..self }
    }
}

fn constraints(of: &[PlacementConstraint]) -> Vec<Constraint> {
    of.iter()
        .filter_map(|constraint| match constraint.r#type {
            ConstraintType::DistinctInstance => Some(Constraint::Distinct),
            ConstraintType::MemberOf => Some(Constraint::Member(Query::parse(constraint.expression.as_deref()?)?)),
        })
        .collect()
}

/// The ports of the host that a task of this definition always takes: the fixed ones on a bridge network, all on the
/// host's.
pub(super) fn host_ports(definition: &TaskDefinition) -> Vec<u16> {
    let mappings = definition.container_definitions.iter().flat_map(|container| &container.port_mappings);
    match definition.network_mode {
        NetworkMode::Bridge => mappings.filter_map(|mapping| mapping.host_port.filter(|port| *port != 0)).collect(),
        NetworkMode::Host => mappings.filter_map(|mapping| mapping.container_port).collect(),
        NetworkMode::Awsvpc | NetworkMode::None => Vec::new(),
    }
}

impl Demand<'_> {
    /// Whether an instance is one that such a task may be on, whatever room there is.
    pub(super) fn may_be_on(&self, cluster: &Cluster, instance: &ContainerInstance) -> bool {
        !matches!(fit(cluster, instance, self), Err(Misfit::Agent | Misfit::Member | Misfit::Attribute))
    }
}

/// Finds the instance for a task: of those that can take it, by its strategies, then the one with the most memory left, so
/// that tasks spread.
///
/// # Errors
/// Why none takes it.
pub(super) fn place(cluster: &Cluster, demand: &Demand<'_>) -> Result<String, NoPlace> {
    let wanted = |instance: &&ContainerInstance| {
        instance.status == InstanceStatus::Active
            && demand.provider.is_none_or(|name| instance.capacity_provider.as_deref() == Some(name))
            && demand.only.is_none_or(|id| instance.id == id)
    };
    if demand.strategies.is_empty() {
        let mut by_room = cluster.instances_by_room().filter(wanted);
        if let Some(first) = by_room.find(|instance| fit(cluster, instance, demand).is_ok()) {
            return Ok(first.id.clone());
        }
    }
    let mut fitting: Vec<&ContainerInstance> = Vec::new();
    let mut misfits = Vec::new();
    for instance in cluster.instances().filter(wanted) {
        match fit(cluster, instance, demand) {
            Ok(()) => fitting.push(instance),
            Err(misfit) => misfits.push((instance.id.clone(), misfit)),
        }
    }
    if fitting.is_empty() && misfits.is_empty() {
        return Err(NoPlace::NoInstances);
    }
    for strategy in demand.strategies {
        narrow(cluster, demand, strategy, &mut fitting);
    }
    // The first of those with the most memory left.
    let best = fitting.into_iter().rev().max_by_key(|instance| instance.left().memory);
    best.map(|instance| instance.id.clone()).ok_or_else(|| {
        // Whatever is found out last is closest to fitting.
        misfits.sort_by(|(a_id, a), (b_id, b)| b.cmp(a).then_with(|| a_id.cmp(b_id)));
        NoPlace::Misfits(misfits)
    })
}

/// Keeps those that a strategy likes best.
fn narrow(cluster: &Cluster, demand: &Demand<'_>, strategy: &PlacementStrategy, fitting: &mut Vec<&ContainerInstance>) {
    let field = strategy.field.as_deref().unwrap_or_default();
    let least: Box<dyn Fn(&ContainerInstance) -> u64> = match strategy.r#type {
        StrategyType::Binpack if field.eq_ignore_ascii_case("cpu") => Box::new(|one| u64::from(one.left().cpu)),
        StrategyType::Binpack => Box::new(|one| u64::from(one.left().memory)),
        StrategyType::Random => {
            let chosen = fitting.len().checked_sub(1).map_or(0, |last| demand.chance as usize % (last + 1));
            let id = fitting.get(chosen).map(|one| one.id.clone()).unwrap_or_default();
            Box::new(move |one| u64::from(one.id != id))
        }
        StrategyType::Spread => {
            let value = |one: &ContainerInstance| match field.split_once(':') {
                Some((_, name)) => one.attribute(name).unwrap_or_default().to_owned(),
                None => one.id.clone(),
            };
            let mut count: BTreeMap<String, u64> = BTreeMap::new();
            for instance in cluster.instances() {
                *count.entry(value(instance)).or_default() += of_group(cluster, instance, demand.group) as u64;
            }
            Box::new(move |one| count.get(&value(one)).copied().unwrap_or_default())
        }
    };
    let best = fitting.iter().map(|one| least(one)).min();
    fitting.retain(|one| Some(least(one)) == best);
}

/// How many tasks of a group an instance has.
fn of_group(cluster: &Cluster, instance: &ContainerInstance, group: &str) -> usize {
    cluster.tasks_on(&instance.id).filter(|task| task.group == group).count()
}

/// Whether an instance can take the task.
fn fit(cluster: &Cluster, instance: &ContainerInstance, demand: &Demand<'_>) -> Result<(), Misfit> {
    if !instance.agent_connected {
        return Err(Misfit::Agent);
    }
    for constraint in &demand.constraints {
        match constraint {
            Constraint::Distinct if of_group(cluster, instance, demand.group) > 0 => return Err(Misfit::Distinct),
            Constraint::Member(query) if !query.fits(cluster, instance) => return Err(Misfit::Member),
            _ => {}
        }
    }
    let lacks = demand.architecture.is_some_and(|architecture| architecture != instance.architecture)
        || demand.definition.requires_attributes.iter().any(|required| {
            attributes::OFFERED.binary_search(&required.name.as_str()).is_err()
                && !instance.attributes.contains_key(&required.name)
        });
    if lacks {
        return Err(Misfit::Attribute);
    }
    if !demand.ports.is_empty() {
        let taken: BTreeSet<u16> =
            cluster.tasks_on(&instance.id).flat_map(|task| host_ports(&task.definition)).collect();
        if demand.ports.iter().any(|port| taken.contains(port)) {
            return Err(Misfit::Ports);
        }
    }
    let left = instance.left();
    if left.memory < demand.memory {
        return Err(Misfit::Memory);
    }
    if left.cpu < demand.cpu { Err(Misfit::Cpu) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_agent_offers_is_sorted_so_that_it_can_be_searched() {
        assert!(attributes::OFFERED.is_sorted());
    }

    #[test]
    fn strategies_have_their_fields() {
        for (kind, field, fine) in [
            (StrategyType::Binpack, Some("memory"), true),
            (StrategyType::Binpack, Some("CPU"), true),
            (StrategyType::Binpack, None, false),
            (StrategyType::Spread, Some("attribute:ecs.availability-zone"), true),
            (StrategyType::Spread, Some("instanceId"), true),
            (StrategyType::Spread, Some("memory"), false),
            (StrategyType::Random, None, true),
            (StrategyType::Random, Some("cpu"), false),
        ] {
            let strategy = PlacementStrategy { r#type: kind, field: field.map(str::to_owned) };
            assert_eq!(check_strategy(&strategy).is_ok(), fine, "{strategy:?}");
        }
    }
}
