//! Which container instance takes a task.

use std::collections::BTreeSet;

use super::cluster::{Cluster, ContainerInstance, InstanceStatus};
use super::definition::{NetworkMode, TaskDefinition};
use crate::cloud::net::Architecture;

/// Why a container instance can't take a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Misfit {
    Agent,
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

/// What a task takes of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    pub(super) cpu: u32,
    pub(super) memory: u32,
    pub(super) ports: Vec<u16>,
    /// Asked for by the task definition's `runtimePlatform`; without one any processor will do, or seem to.
    pub(super) architecture: Option<Architecture>,
}

impl Demand {
    pub(super) fn new(definition: &TaskDefinition, cpu: u32, memory: u32) -> Self {
        let asks = definition.runtime_platform.as_ref().is_some_and(|platform| platform.cpu_architecture.is_some());
        Self { cpu, memory, ports: host_ports(definition), architecture: asks.then(|| definition.architecture()) }
    }
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

/// Finds the instance for a task: of those that can take it, the one with the most memory left, so that tasks spread.
///
/// # Errors
/// Why none takes it.
pub(super) fn place(cluster: &Cluster, demand: &Demand) -> Result<String, NoPlace> {
    let mut best: Option<(u32, &str)> = None;
    let mut misfits = Vec::new();
    for instance in cluster.instances().filter(|instance| instance.status == InstanceStatus::Active) {
        match fit(cluster, instance, demand) {
            Ok(memory_left) if best.is_none_or(|(most, _)| memory_left > most) => {
                best = Some((memory_left, &instance.id));
            }
            Ok(_) => {}
            Err(misfit) => misfits.push((instance.id.clone(), misfit)),
        }
    }
    if let Some((_, id)) = best {
        return Ok(id.to_owned());
    }
    if misfits.is_empty() {
        return Err(NoPlace::NoInstances);
    }
    // Whatever is found out last is closest to fitting.
    misfits.sort_by(|(a_id, a), (b_id, b)| b.cmp(a).then_with(|| a_id.cmp(b_id)));
    Err(NoPlace::Misfits(misfits))
}

/// The memory left on an instance, if it can take the task.
fn fit(cluster: &Cluster, instance: &ContainerInstance, demand: &Demand) -> Result<u32, Misfit> {
    if !instance.agent_connected {
        return Err(Misfit::Agent);
    }
    if demand.architecture.is_some_and(|architecture| architecture != instance.architecture) {
        return Err(Misfit::Attribute);
    }
    let (mut cpu, mut memory) = (instance.cpu, instance.memory);
    let mut ports = BTreeSet::new();
    for task in cluster.tasks_on(&instance.id) {
        cpu = cpu.saturating_sub(task.cpu_units());
        memory = memory.saturating_sub(task.memory_mib());
        ports.extend(host_ports(&task.definition));
    }
    if demand.ports.iter().any(|port| ports.contains(port)) {
        return Err(Misfit::Ports);
    }
    if memory < demand.memory {
        return Err(Misfit::Memory);
    }
    if cpu < demand.cpu { Err(Misfit::Cpu) } else { Ok(memory) }
}
