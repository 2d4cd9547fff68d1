//! Managed scaling: a capacity provider that keeps its Auto Scaling group as large as its tasks need it.
//!
//! ECS compares the instances that the tasks need with those that there are, as the metric `CapacityProviderReservation`,
//! and a target tracking policy follows it: out as soon as it is above the target, in after it was below for a quarter of
//! an hour. Source: Amazon ECS Developer Guide, "Automatically manage Amazon ECS capacity with cluster auto scaling", and
//! the AWS blog's "Deep dive on Amazon ECS cluster auto scaling".
//!
//! Nothing is looked at while nothing can change: what a task or an instance does sets the alarm for the next look.

use std::collections::BTreeMap;

use super::Sleeper;
use super::capacity::{CapacityProvider, ManagedScaling};
use super::cluster::{Cluster, InstanceStatus};
use super::home::Home;
use super::service::Scheduling;
use super::task::Task;
use crate::cloud::autoscaling;
use crate::cloud::net::InstanceType;
use crate::cloud::{Cloud, Duration, Timestamp};

/// How often the metric is told.
const PERIOD: Duration = Duration::minutes(1);
/// How long it must be below the target before the group shrinks: 15 data points.
const PATIENCE: Duration = Duration::minutes(15);

/// What there is, and what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Need {
    /// Instances that tasks need: those that have some, and those that the waiting ones would fill.
    needed: u32,
    /// Instances of the group.
    there: u32,
}

impl Need {
    /// `CapacityProviderReservation`. Source: as above: 100 where nothing is there nor needed, 200 where nothing is there.
    fn reservation(self) -> u32 {
        match (self.needed, self.there) {
            (0, 0) => 100,
            (_, 0) => 200,
            (needed, there) => u32::try_from(u64::from(needed) * 100 / u64::from(there)).unwrap_or(u32::MAX),
        }
    }

    /// How many instances make the metric what it is to be.
    fn wanted(self, scaling: &ManagedScaling) -> u32 {
        let target = u64::from(scaling.target_capacity.unwrap_or(100).clamp(1, 100));
        u32::try_from((u64::from(self.needed) * 100).div_ceil(target)).unwrap_or(u32::MAX)
    }
}

/// How large the group is to be now; none where it is right. It grows by the steps that are set, and shrinks by half of
/// what it has at most. Source: as above, and the AWS blog's "Faster scaling-in for Amazon ECS cluster auto scaling".
fn next_size(need: Need, scaling: &ManagedScaling, bounds: (u32, u32), patient: bool) -> Option<u32> {
    let (wanted, there) = (need.wanted(scaling), need.there);
    let (min, max) = bounds;
    let next = if wanted > there {
        let least = scaling.minimum_scaling_step_size.unwrap_or(1).max(1);
        let most = scaling.maximum_scaling_step_size.unwrap_or(10_000).max(least);
        there.saturating_add((wanted - there).clamp(least, most)).min(max)
    } else if wanted < there && patient {
        wanted.max(there - there.div_ceil(2)).max(min)
    } else {
        return None;
    };
    (next != there).then_some(next)
}

/// Something happened in a cluster that its capacity providers may answer to.
pub(super) fn changed(cloud: &mut Cloud, home: &Home, cluster: &str) {
    let Some(state) = home.state(cloud) else { return };
    let Some(known) = state.cluster(cluster).filter(|known| !known.capacity_providers.is_empty()) else { return };
    let scaled = |name: &&String| {
        state.capacity_providers.get(*name).is_some_and(|provider| provider.group.managed_scaling.is_on())
    };
    let scaled: Vec<String> = known.capacity_providers.iter().filter(scaled).cloned().collect();
    let at = cloud.now() + PERIOD;
    for provider in scaled {
        let sleeper = Sleeper::Capacity { cluster: cluster.to_owned(), provider };
        home.state_mut(cloud).alarms.set_by(at, sleeper);
    }
}

/// Looks at a capacity provider of a cluster, and sets the size of its group.
pub(super) fn wake(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let Some(state) = home.state(cloud) else { return };
    let Some(provider) = state.capacity_providers.get(name).cloned() else { return };
    let scaling = &provider.group.managed_scaling;
    let Some(known) = state.cluster(cluster).filter(|known| known.capacity_providers.iter().any(|one| one == name))
    else {
        return;
    };
    let groups = autoscaling::Home::new(home.account.clone(), home.region.clone());
    let group_name = provider.group.group_name();
    let Some(group) = groups.group(cloud, group_name).filter(|_| scaling.is_on()) else { return };
    let members = groups.members(cloud, group_name);
    let busy = busy(known, &members);
    let waiting = packed(known, name, InstanceType::by_name(&group.template.instance_type));
    let there = u32::try_from(members.len()).unwrap_or(u32::MAX);
    let need = Need { needed: u32::try_from(busy.len()).unwrap_or(u32::MAX).saturating_add(waiting), there };
    let (bounds, target) = ((group.min_size, group.max_size), scaling.target_capacity.unwrap_or(100));
    let now = cloud.now();
    let below = need.reservation() < target && need.wanted(scaling) < there;
    let warming = warming(cloud, home, &members, scaling, now);
    let key = (cluster.to_owned(), name.to_owned());
    let since = match below {
        true => Some(*home.state_mut(cloud).idle.entry(key.clone()).or_insert(now)),
        false => {
            home.state_mut(cloud).idle.remove(&key);
            None
        }
    };
    let patient = since.is_some_and(|since| now - since >= PATIENCE) && !warming;
    if let Some(next) = next_size(need, scaling, bounds, patient) {
        if next < there {
            home.state_mut(cloud).idle.remove(&key);
        }
        resize(cloud, home, &provider, &members, &busy, next);
    }
    // While it is too small or too large there is something to wait for.
    let large = below && there > bounds.0;
    let small = need.wanted(scaling) > there && there < bounds.1;
    if large || small {
        changed(cloud, home, cluster);
    }
}

/// Whether an instance of the group is so new that the group does not shrink yet.
fn warming(cloud: &Cloud, home: &Home, members: &[String], scaling: &ManagedScaling, now: Timestamp) -> bool {
    let warmup = Duration::seconds(i64::from(scaling.instance_warmup_period.unwrap_or(300)));
    let Some(net) = home.net(cloud) else { return false };
    members.iter().filter_map(|id| net.instance(id)).any(|instance| now - instance.launched < warmup)
}

/// Sets a group's size. With managed termination protection only instances without tasks can go.
fn resize(cloud: &mut Cloud, home: &Home, provider: &CapacityProvider, members: &[String], busy: &[String], next: u32) {
    let groups = autoscaling::Home::new(home.account.clone(), home.region.clone());
    let name = provider.group.group_name();
    let policy = format!("ECSManagedAutoScalingPolicy-{}", provider.name);
    let Some(group) = groups.group_mut(cloud, name) else { return };
    let old = group.desired_capacity;
    group.desired_capacity = next;
    if provider.group.managed_termination_protection.as_deref() == Some("ENABLED") {
        for id in members {
            if busy.contains(id) {
                group.protected.insert(id.clone());
            } else {
                group.protected.remove(id);
            }
        }
    }
    let why = format!(
        "At {} a monitor alarm TargetTracking-{name}-Alarm{} in state ALARM triggered policy {policy} changing the desired \
         capacity from {old} to {next}.",
        cloud.now(),
        if next > old { "High" } else { "Low" },
    );
    autoscaling::adjust(cloud, &groups, name, &why);
}

/// Whether a task keeps its instance: those of daemons do not. Source: Amazon ECS Developer Guide, "Control the instances
/// Amazon ECS terminates".
pub(super) fn keeps(cluster: &Cluster, task: &Task) -> bool {
    let service = task.service.as_deref().and_then(|name| cluster.service(name));
    service.is_none_or(|service| service.scheduling != Scheduling::Daemon)
}

/// The EC2 instances among `members` that have tasks.
fn busy(cluster: &Cluster, members: &[String]) -> Vec<String> {
    let own = cluster.instances().filter(|one| one.status != InstanceStatus::Inactive);
    let own = own.filter(|one| members.contains(&one.ec2_instance_id));
    let busy = own.filter(|one| cluster.tasks_on(&one.id).any(|task| keeps(cluster, task)));
    busy.map(|one| one.ec2_instance_id.clone()).collect()
}

/// How many empty instances of a type the waiting tasks of a provider would fill, each packed into the first with room.
fn packed(cluster: &Cluster, provider: &str, of: Option<InstanceType>) -> u32 {
    let Some(of) = of else { return 0 };
    let mut bins: Vec<(u32, u32)> = Vec::new();
    // By what they take, those that take most first, so that few instances do.
    let mut demands: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    let waiting = cluster.provisioning.iter().filter_map(|(_, id)| cluster.task(id));
    for task in waiting.filter(|task| task.capacity_provider.as_deref() == Some(provider)) {
        *demands.entry((task.memory_mib(), task.cpu_units())).or_default() += 1;
    }
    for (&(memory, cpu), &count) in
        demands.iter().rev().filter(|((memory, cpu), _)| *memory <= of.memory && *cpu <= of.cpu)
    {
        for _ in 0..count {
            match bins.iter_mut().find(|(left, units)| *left >= memory && *units >= cpu) {
                Some((left, units)) => {
                    *left -= memory;
                    *units -= cpu;
                }
                None => bins.push((of.memory - memory, of.cpu - cpu)),
            }
        }
    }
    u32::try_from(bins.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaling(target: u32, least: u32, most: u32) -> ManagedScaling {
        ManagedScaling {
            target_capacity: Some(target),
            minimum_scaling_step_size: Some(least),
            maximum_scaling_step_size: Some(most),
            ..ManagedScaling::default()
        }
    }

    #[test]
    fn the_metric_is_what_is_needed_of_what_is_there() {
        let of = |needed, there| Need { needed, there }.reservation();
        assert_eq!([of(0, 0), of(3, 0), of(2, 4), of(4, 4), of(6, 4)], [100, 200, 50, 100, 150]);
    }

    #[test]
    fn a_group_grows_by_its_steps_and_shrinks_by_half_at_most() {
        let size = |needed, there, scaling: &ManagedScaling, patient| {
            next_size(Need { needed, there }, scaling, (1, 20), patient)
        };
        assert_eq!(size(5, 2, &scaling(100, 1, 100), false), Some(5));
        assert_eq!(size(3, 2, &scaling(100, 4, 100), false), Some(6));
        assert_eq!(size(9, 2, &scaling(100, 1, 3), false), Some(5));
        assert_eq!(size(50, 2, &scaling(100, 1, 100), false), Some(20));
        // A target below 100 keeps room to spare.
        assert_eq!(size(4, 4, &scaling(50, 1, 100), false), Some(8));
        assert_eq!(size(2, 8, &scaling(100, 1, 100), false), None);
        assert_eq!(size(2, 8, &scaling(100, 1, 100), true), Some(4));
        assert_eq!(size(0, 1, &scaling(100, 1, 100), true), None);
        assert_eq!(size(20, 20, &scaling(50, 1, 100), false), None);
    }
}
