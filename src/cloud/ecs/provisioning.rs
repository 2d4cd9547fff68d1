//! Tasks that wait for room: those of a capacity provider whose group can grow stay in PROVISIONING until an instance
//! takes them. Source: Amazon ECS Developer Guide, "Amazon ECS cluster auto scaling", and "task lifecycle".

use super::cluster::Cluster;
use super::definition::{PlacementConstraint, PlacementStrategy};
use super::home::Home;
use super::lifecycle;
use super::placement::{self, Demand};
use super::task::Task;
use crate::cloud::Cloud;

/// How many tasks of a cluster may wait. Source: Amazon ECS Developer Guide, "Service quotas".
const MOST: usize = 500;

/// Where a task that waits would go.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Wish {
    pub(super) constraints: Vec<PlacementConstraint>,
    pub(super) strategies: Vec<PlacementStrategy>,
}

/// Why a task that finds no room can't wait for it either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CannotWait {
    /// Nothing will make room for it.
    NoScaling,
    /// Too many wait.
    Full,
}

/// Whether a task of a capacity provider may wait for room.
pub(super) fn may_wait(cloud: &Cloud, home: &Home, cluster: &str, provider: Option<&str>) -> Result<(), CannotWait> {
    let state = home.state(cloud).ok_or(CannotWait::NoScaling)?;
    let provider = provider.and_then(|name| state.capacity_providers.get(name)).ok_or(CannotWait::NoScaling)?;
    if !provider.group.managed_scaling.is_on() {
        return Err(CannotWait::NoScaling);
    }
    let waiting = state.cluster(cluster).map_or(0, |cluster| cluster.provisioning.len());
    if waiting < MOST { Ok(()) } else { Err(CannotWait::Full) }
}

/// Places those that wait, the one that waits longest first, as far as there is room.
pub(super) fn place_waiting(cloud: &mut Cloud, home: &Home, name: &str) {
    let Ok(cluster) = home.cluster(cloud, name) else { return };
    if cluster.provisioning.is_empty() {
        return;
    }
    let waiting: Vec<String> = cluster.provisioning.iter().map(|(_, id)| id.clone()).collect();
    for id in waiting {
        let Ok(cluster) = home.cluster(cloud, name) else { return };
        let Some(found) = cluster.task(&id).and_then(|task| find(cluster, task)) else { continue };
        lifecycle::place(cloud, home, name, &id, &found);
    }
}

/// The instance that takes a task that waits.
fn find(cluster: &Cluster, task: &Task) -> Option<String> {
    let wish = task.waits.as_deref()?;
    let demand = Demand::new(&task.definition, task.cpu_units(), task.memory_mib(), &task.group);
    let provider = task.capacity_provider.as_deref();
    placement::place(cluster, &demand.wishing(&wish.constraints, &wish.strategies, provider, None, 0)).ok()
}
