//! Groups of instances of one kind, and how they come to the size that is wanted.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use super::State;
use crate::cloud::ecs::{self, InstanceSpec};
use crate::cloud::home::{self, InRegion};
use crate::cloud::{Arn, Cloud, Regional, Timestamp};

/// How many activities are kept. AWS keeps those of six weeks.
const ACTIVITIES: usize = 100;

/// An Auto Scaling group.
#[derive(Clone, Debug)]
pub struct Group {
    pub name: String,
    pub arn: Arn,
    pub min_size: u32,
    pub max_size: u32,
    pub desired_capacity: u32,
    /// What it launches; its subnet is one of the group's.
    pub template: InstanceSpec,
    /// Where it launches.
    pub subnets: Vec<String>,
    /// Whether what it launches is protected from scale-in at first.
    pub protects_new: bool,
    /// The instances that it may not end to become smaller.
    pub protected: BTreeSet<String>,
    /// The instances that it is about to end: their tasks go elsewhere first.
    pub leaving: BTreeSet<String>,
    pub created_at: Timestamp,
    /// What it did, the newest first.
    pub activities: VecDeque<Activity>,
}

/// An instance that a group launched or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// A UUID.
    pub id: String,
    pub instance: String,
    pub launched: bool,
    /// In AWS's words.
    pub cause: String,
    pub at: Timestamp,
}

/// Auto Scaling as a name for types.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cloud) enum AutoScaling {}

impl InRegion for AutoScaling {
    type State = State;

    const NAME: &'static str = "autoscaling";

    fn of(regional: &Regional) -> &State {
        &regional.autoscaling
    }

    fn of_mut(regional: &mut Regional) -> &mut State {
        &mut regional.autoscaling
    }
}

/// An account and a region in it.
pub(in crate::cloud) type Home = home::Home<AutoScaling>;

impl Home {
    /// A group by name.
    pub(in crate::cloud) fn group<'c>(&self, cloud: &'c Cloud, name: &str) -> Option<&'c Group> {
        self.state(cloud)?.group(name)
    }

    pub(in crate::cloud) fn group_mut<'c>(&self, cloud: &'c mut Cloud, name: &str) -> Option<&'c mut Group> {
        self.state_mut(cloud).groups.get_mut(name).map(Arc::make_mut)
    }

    /// The instances of a group that stay, the oldest first.
    pub(in crate::cloud) fn members(&self, cloud: &Cloud, name: &str) -> Vec<String> {
        let Some(group) = self.group(cloud, name) else { return Vec::new() };
        let Some(network) = self.net(cloud) else { return Vec::new() };
        let own = network.instances().filter(|one| one.auto_scaling_group.as_deref() == Some(name));
        let mut own: Vec<(Timestamp, &str)> = own.map(|one| (one.launched, one.id.as_str())).collect();
        own.sort_unstable();
        own.into_iter().map(|(_, id)| id.to_owned()).filter(|id| !group.leaving.contains(id)).collect()
    }

    /// The subnet with the fewest of a group's instances, the first of those that are equal.
    fn next_subnet(&self, cloud: &Cloud, group: &Group) -> Option<String> {
        let network = self.net(cloud)?;
        let count = |subnet: &&String| {
            let own = network.instances().filter(|one| one.auto_scaling_group.as_deref() == Some(group.name.as_str()));
            own.filter(|one| one.subnet == **subnet).count()
        };
        group.subnets.iter().min_by_key(count).cloned()
    }
}

/// Brings a group to the size that is wanted of it. `why` is how the cause of what it does begins, in AWS's words.
pub(in crate::cloud) fn adjust(cloud: &mut Cloud, home: &Home, name: &str, why: &str) {
    let Some(group) = home.group(cloud, name).cloned() else { return };
    let members = home.members(cloud, name);
    let (has, wants) = (members.len(), group.desired_capacity as usize);
    let at = cloud.now();
    if has < wants {
        let cause = format!(
            "{why}  At {at} an instance was started in response to a difference between desired and actual capacity, \
             increasing the capacity from {has} to {wants}."
        );
        for _ in has..wants {
            let Some(subnet) = home.next_subnet(cloud, &group) else { return };
            let spec = InstanceSpec { subnet, auto_scaling_group: Some(name.to_owned()), ..group.template.clone() };
            // A subnet without a free address: it stays smaller than is wanted.
            let Ok(id) = ecs::boot_instance(cloud, &home.account, &home.region, &spec) else { return };
            if group.protects_new
                && let Some(group) = home.group_mut(cloud, name)
            {
                group.protected.insert(id.clone());
            }
            note(cloud, home, name, id, true, &cause);
        }
    }
    let cause = format!(
        "{why}  At {at} an instance was taken out of service in response to a difference between desired and actual \
         capacity, shrinking the capacity from {has} to {wants}."
    );
    // Source: Amazon EC2 Auto Scaling User Guide, "Default termination policy": of equals the oldest.
    let surplus = members.into_iter().filter(|id| !group.protected.contains(id)).take(has.saturating_sub(wants));
    for id in surplus.collect::<Vec<_>>() {
        note(cloud, home, name, id.clone(), false, &cause);
        if let Some(group) = home.group_mut(cloud, name) {
            group.leaving.insert(id.clone());
        }
        ecs::instance_leaves(cloud, &home.account, &home.region, &id);
    }
}

fn note(cloud: &mut Cloud, home: &Home, name: &str, instance: String, launched: bool, cause: &str) {
    let activity = Activity { id: cloud.random_uuid(), instance, launched, cause: cause.to_owned(), at: cloud.now() };
    if let Some(group) = home.group_mut(cloud, name) {
        group.activities.push_front(activity);
        group.activities.truncate(ACTIVITIES);
    }
}

/// An instance of a group is no more: the group forgets it, and launches another in its place where it is missed.
pub(in crate::cloud) fn instance_gone(cloud: &mut Cloud, home: &Home, group: &str, id: &str) {
    let Some(known) = home.group_mut(cloud, group) else { return };
    known.protected.remove(id);
    known.leaving.remove(id);
    let why = format!(
        "At {} an instance was taken out of service in response to an EC2 health check indicating it has been terminated \
         or stopped.",
        cloud.now()
    );
    adjust(cloud, home, group, &why);
}
