//! Daemons: services with one task on each instance that takes it.
//!
//! Their count is what the cluster is: an instance that comes gets a task, one that goes or is drained loses it. A new
//! deployment ends the old task of an instance before the new one starts there.
//! Source: Amazon ECS Developer Guide, "Amazon ECS services", DAEMON.

use std::collections::{BTreeMap, BTreeSet};

use super::cluster::{Cluster, InstanceStatus};
use super::home::Home;
use super::launch::{self, Launch};
use super::placement::Demand;
use super::scheduler;
use super::service::{RolloutState, Scheduling, Service};
use super::task::DesiredStatus;
use crate::cloud::Cloud;

/// The container instances of a cluster that a daemon is to run on, by id.
fn eligible(cluster: &Cluster, service: &Service) -> Vec<String> {
    let Some(definition) = service.definition() else { return Vec::new() };
    let group = format!("service:{}", service.name);
    let demand = Demand::new(definition, 0, 0, &group);
    let demand = demand.wishing(&service.placement_constraints, &[], None, None, 0);
    let active = cluster.instances().filter(|one| one.status == InstanceStatus::Active && one.agent_connected);
    active.filter(|one| demand.may_be_on(cluster, one)).map(|one| one.id.clone()).collect()
}

/// The daemons of a cluster look at its instances again.
pub(super) fn instances_changed(cloud: &mut Cloud, home: &Home, cluster: &str) {
    let daemons: Vec<String> = match home.cluster(cloud, cluster) {
        Ok(cluster) => {
            let daemons = cluster.services().filter(|service| service.scheduling == Scheduling::Daemon);
            daemons.map(|service| service.name.clone()).collect()
        }
        Err(_) => return,
    };
    for name in daemons {
        scheduler::wake_soon(cloud, home, cluster, &name);
    }
}

/// Sets the count to what the cluster is.
pub(super) fn count(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let Ok(known) = home.cluster(cloud, cluster) else { return };
    let Some(service) = known.service(name) else { return };
    let desired = u32::try_from(eligible(known, service).len()).unwrap_or(u32::MAX);
    if service.desired_count == desired {
        return;
    }
    if let Some(service) = home.service_mut(cloud, cluster, name) {
        service.desired_count = desired;
        service.steady = false;
        if let Some(primary) = service.primary_mut() {
            primary.desired_count = desired;
        }
    }
}

/// Ends the tasks that are out of place: on instances that are drained or do not fit any more, and those of old
/// deployments, as many at once as the limits let it.
pub(super) fn stop_surplus(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let Ok(known) = home.cluster(cloud, cluster) else { return };
    let Some(service) = known.service(name) else { return };
    let eligible: BTreeSet<String> = eligible(known, service).into_iter().collect();
    let primary = service.primary().map(|primary| primary.id.as_str());
    let failed = service.primary().is_none_or(|primary| primary.rollout_state == RolloutState::Failed);
    let (mut leaving, mut old, mut running) = (Vec::new(), Vec::new(), 0);
    for task in known.tasks_of(name).filter(|task| task.desired_status == DesiredStatus::Running) {
        let in_place = task.container_instance.as_ref().is_some_and(|id| eligible.contains(id));
        running += usize::from(in_place && task.is_of_use());
        match (in_place, task.started_by.as_deref() == primary) {
            (false, _) => leaving.push(task.id.clone()),
            (true, false) => old.push((task.id.clone(), task.is_of_use())),
            (true, true) => {}
        }
    }
    let spare = if failed { 0 } else { running.saturating_sub(service.lower_limit() as usize) };
    leaving.extend(old.iter().filter(|(_, of_use)| !of_use).map(|(id, _)| id.clone()));
    leaving.extend(old.iter().filter(|(_, of_use)| *of_use).take(spare).map(|(id, _)| id.clone()));
    scheduler::stop_tasks(cloud, home, cluster, name, &leaving);
}

/// Starts a task on each instance that has none. What stands in the way of one stands not in the way of the others.
pub(super) fn start_missing(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let now = cloud.now();
    let Ok(known) = home.cluster(cloud, cluster) else { return };
    let Some(service) = known.service(name) else { return };
    let Some(primary) = service.primary().filter(|primary| primary.rollout_state != RolloutState::Failed) else {
        return;
    };
    let held: BTreeSet<&String> = known.tasks_of(name).filter_map(|task| task.container_instance.as_ref()).collect();
    let missing: Vec<String> = eligible(known, service).into_iter().filter(|id| !held.contains(id)).collect();
    if missing.is_empty() {
        return;
    }
    if let Some(at) = primary.retry_at.filter(|at| *at > now) {
        home.wake_service(cloud, cluster, name, at);
        return;
    }
    let order = scheduler::order(service, primary);
    let (mut started, mut refusal) = (Vec::new(), None);
    for instance in missing {
        let order = Launch { instance: Some(instance), ..order.clone() };
        match launch::launch(cloud, home, &order, &mut BTreeMap::new()) {
            Ok(id) => started.push(id),
            Err(refused) => refusal = refusal.or(Some(refused)),
        }
    }
    scheduler::tell_started(cloud, home, cluster, name, &started, refusal.as_ref());
}
