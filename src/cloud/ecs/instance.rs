//! EC2 instances as ECS sees them: launched by a world, registered by their own agent, through the door.

use std::sync::Arc;

use serde_json::json;

use super::api::RegisterContainerInstance;
use super::cluster::InstanceStatus;
use super::home::Home;
use super::task::{StopCause, StopCode};
use super::{Sleeper, agent, image_cache, lifecycle, scaling, scheduler};
use crate::cloud::autoscaling;
use crate::cloud::net::{self, Destination, Instance, InstanceType, PullBehavior, Spot};
use crate::cloud::{AccountId, Cloud, Duration, Region};

/// From a launch to an agent that runs. The simulation's own, of the order of what is observed.
const BOOT: Duration = Duration::seconds(60);
/// How long a group waits at most for the tasks of an instance to go. Source: Amazon EC2 Auto Scaling User Guide,
/// "Amazon EC2 Auto Scaling lifecycle hooks": the longest time-out.
const LEAVES_WITHIN: Duration = Duration::hours(48);

/// An EC2 instance to launch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceSpec {
    /// The cluster in the agent's `ECS_CLUSTER`.
    pub cluster: String,
    /// The name of its instance profile; without one its agent has no credentials and never appears in the cluster.
    pub instance_profile: Option<String>,
    /// One of [`net::INSTANCE_TYPES`].
    pub instance_type: String,
    /// A subnet of the VPC.
    pub subnet: String,
    /// Whether it gets a public IP address.
    pub public_ip: bool,
    /// The agent's `ECS_IMAGE_PULL_BEHAVIOR`.
    pub pull_behavior: PullBehavior,
    /// Security groups, by id; the VPC's default one where none is named.
    pub security_groups: Vec<String>,
    /// The Auto Scaling group that launched it.
    pub auto_scaling_group: Option<String>,
    /// Whether it is a Spot Instance.
    pub spot: Option<Spot>,
}

impl Default for InstanceSpec {
    fn default() -> Self {
        Self {
            cluster: "default".to_owned(),
            instance_profile: None,
            instance_type: "t3.small".to_owned(),
            subnet: net::PUBLIC_SUBNET_A.to_owned(),
            public_ip: true,
            pull_behavior: PullBehavior::Default,
            security_groups: Vec::new(),
            auto_scaling_group: None,
            spot: None,
        }
    }
}

/// Why an instance can't be launched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LaunchError {
    #[error("`{0}` is not an instance type that can be launched")]
    UnknownType(String),
    #[error("there is no subnet `{0}`, or it has no free address")]
    NoAddress(String),
}

/// Launches an EC2 instance with an ECS agent, and gives its id. The agent registers it in its cluster at once if it may,
/// and keeps trying if it may not, so that a corrected role is enough.
///
/// # Errors
/// Where the instance type or the subnet is unknown, or the subnet is full.
pub fn launch_instance(
    cloud: &mut Cloud,
    account: &AccountId,
    region: &Region,
    spec: &InstanceSpec,
) -> Result<String, LaunchError> {
    let home = Home::new(account.clone(), region.clone());
    let id = make(cloud, &home, spec)?;
    register(cloud, &home, &spec.cluster, &id);
    Ok(id)
}

/// As [`launch_instance`], for one that has to start first: its agent registers it when it has.
///
/// # Errors
/// As there.
pub(in crate::cloud) fn boot_instance(
    cloud: &mut Cloud,
    account: &AccountId,
    region: &Region,
    spec: &InstanceSpec,
) -> Result<String, LaunchError> {
    let home = Home::new(account.clone(), region.clone());
    let id = make(cloud, &home, spec)?;
    let at = cloud.now() + BOOT;
    let sleeper = Sleeper::Agent { cluster: spec.cluster.clone(), instance: id.clone() };
    home.state_mut(cloud).alarms.set(at, sleeper);
    Ok(id)
}

/// What would launch another instance like one that is there.
pub(in crate::cloud) fn spec_of(cloud: &Cloud, account: &AccountId, region: &Region, id: &str) -> Option<InstanceSpec> {
    let home = Home::new(account.clone(), region.clone());
    let instance = home.net(cloud)?.instance(id)?;
    let cluster = home.state(cloud).and_then(|state| {
        let with = |cluster: &&super::Cluster| cluster.instances().any(|one| one.ec2_instance_id == id);
        state.clusters().find(with).map(|cluster| cluster.name.clone())
    });
    Some(InstanceSpec {
        cluster: cluster.unwrap_or_else(|| "default".to_owned()),
        instance_profile: instance.instance_profile.clone(),
        instance_type: instance.instance_type.name.to_owned(),
        subnet: instance.subnet.clone(),
        public_ip: instance.public_ip,
        pull_behavior: instance.pull_behavior,
        security_groups: instance.security_groups.clone(),
        auto_scaling_group: None,
        spot: instance.spot,
    })
}

/// An instance's group is about to end it. With managed draining its tasks go elsewhere first.
/// Source: Amazon ECS Developer Guide, "Safely stop Amazon ECS workloads running on EC2 instances".
pub(in crate::cloud) fn instance_leaves(cloud: &mut Cloud, account: &AccountId, region: &Region, id: &str) {
    let home = Home::new(account.clone(), region.clone());
    let drains = home.state(cloud).and_then(|state| {
        let members = state.clusters().flat_map(|cluster| cluster.instances().map(move |one| (cluster, one)));
        let mut own = members.filter(|(_, one)| one.ec2_instance_id == id && one.status != InstanceStatus::Inactive);
        let (cluster, instance) = own.next()?;
        let provider = state.capacity_providers.get(instance.capacity_provider.as_deref()?)?;
        let drains = provider.group.managed_draining.as_deref() == Some("ENABLED");
        drains.then(|| (cluster.name.clone(), instance.id.clone()))
    });
    let Some((cluster, instance)) = drains else {
        end_instance(cloud, account, region, id);
        return;
    };
    let found = home.cluster_mut(cloud, &cluster).and_then(|cluster| cluster.instances.get_mut(&instance));
    if let Some(found) = found.map(Arc::make_mut) {
        found.status = InstanceStatus::Draining;
        found.version += 1;
    }
    let sleeper = Sleeper::Leave { instance: id.to_owned() };
    let at = cloud.now() + LEAVES_WITHIN;
    home.state_mut(cloud).alarms.set(at, sleeper);
    scheduler::instance_changed(cloud, &home, &cluster, &instance);
    emptied(cloud, &home, &cluster, &instance);
}

/// A container instance may have no tasks any more: if its group waits for that, it ends.
pub(super) fn emptied(cloud: &mut Cloud, home: &Home, cluster: &str, instance: &str) {
    let Some(known) = home.state(cloud).and_then(|state| state.cluster(cluster)) else { return };
    let Some(found) = known.instance(instance).filter(|found| found.status == InstanceStatus::Draining) else { return };
    // Daemons go last, with their instance.
    if known.tasks_on(instance).any(|task| scaling::keeps(known, task)) {
        return;
    }
    let ec2 = found.ec2_instance_id.clone();
    let groups = autoscaling::Home::new(home.account.clone(), home.region.clone());
    let group = home.net(cloud).and_then(|net| net.instance(&ec2)?.auto_scaling_group.clone());
    if group.and_then(|group| groups.group(cloud, &group)).is_some_and(|group| group.leaving.contains(&ec2)) {
        end_instance(cloud, &home.account, &home.region, &ec2);
    }
}

/// Ends an EC2 instance for good. The tasks on it stop before it is forgotten; its group may launch another.
pub(in crate::cloud) fn end_instance(cloud: &mut Cloud, account: &AccountId, region: &Region, id: &str) {
    let home = Home::new(account.clone(), region.clone());
    let Some(instance) = home.net(cloud).and_then(|net| net.instance(id)) else { return };
    let group = instance.auto_scaling_group.clone();
    terminated(cloud, &home, id);
    let network = home.net_mut(cloud);
    network.remove_instance(id);
    home.state_mut(cloud).alarms.cancel(&Sleeper::Leave { instance: id.to_owned() });
    if let Some(group) = group {
        autoscaling::instance_gone(cloud, &autoscaling::Home::new(account.clone(), region.clone()), &group, id);
    }
}

/// Makes an EC2 instance.
fn make(cloud: &mut Cloud, home: &Home, spec: &InstanceSpec) -> Result<String, LaunchError> {
    let instance_type = InstanceType::by_name(&spec.instance_type)
        .ok_or_else(|| LaunchError::UnknownType(spec.instance_type.clone()))?;
    let private_ip = home
        .net_mut(cloud)
        .allocate_address(&spec.subnet)
        .ok_or_else(|| LaunchError::NoAddress(spec.subnet.clone()))?;
    let default_groups = home.net(cloud).and_then(|net| net.default_group_of(&spec.subnet)).into_iter().collect();
    let id = cloud.random_ec2_id("i");
    let launched = cloud.now();
    home.net_mut(cloud).insert_instance(Instance {
        id: id.clone(),
        instance_profile: spec.instance_profile.clone(),
        subnet: spec.subnet.clone(),
        private_ip,
        public_ip: spec.public_ip,
        security_groups: if spec.security_groups.is_empty() { default_groups } else { spec.security_groups.clone() },
        pull_behavior: spec.pull_behavior,
        auto_scaling_group: spec.auto_scaling_group.clone(),
        spot: spec.spot,
        launched,
        architecture: instance_type.architecture,
        instance_type,
        tags: Vec::new(),
    });
    Ok(id)
}

/// An agent's attempt to register its instance. When it fails, the next one comes half a minute later.
pub(super) fn register(cloud: &mut Cloud, home: &Home, cluster: &str, instance: &str) {
    // One that is gone has no agent.
    if home.net(cloud).is_none_or(|net| net.instance(instance).is_none()) {
        return;
    }
    // Source: Amazon ECS Developer Guide, "Amazon ECS interface VPC endpoints": the agent needs both.
    let (region, now) = (&home.region, cloud.now());
    let reaches_ecs = home.net(cloud).is_some_and(|net| {
        let place = net.instance(instance).map(net::Instance::place);
        place.is_some_and(|place| {
            [Destination::Ecs, Destination::EcsAgent]
                .into_iter()
                .all(|to| net.journey_home(&place, to, region, now).arrives())
        })
    });
    let registered = match agent::instance_caller(cloud, home, instance).filter(|_| reaches_ecs) {
        Some(caller) => cloud.call(&caller, registration(home, cloud, cluster, instance)).is_ok(),
        None => false,
    };
    if !registered {
        let at = cloud.now() + Duration::seconds(30);
        let sleeper = Sleeper::Agent { cluster: cluster.to_owned(), instance: instance.to_owned() };
        home.state_mut(cloud).alarms.set(at, sleeper);
    }
}

/// Sets the alarm for the next cleanup of an instance's images, if none is set.
pub(super) fn will_clean_up(cloud: &mut Cloud, home: &Home, cluster: &str, instance: &str) {
    let at = cloud.now() + image_cache::INTERVAL;
    let sleeper = Sleeper::Cleanup { cluster: cluster.to_owned(), instance: instance.to_owned() };
    home.state_mut(cloud).alarms.set_by(at, sleeper);
}

/// The agent removes images that were not used for long, unless it prefers cached ones.
pub(super) fn clean_up(cloud: &mut Cloud, home: &Home, cluster: &str, instance: &str) {
    let now = cloud.now();
    let Some(in_use) = home.state(cloud).and_then(|state| {
        let tasks = state.cluster(cluster)?.tasks_on(instance);
        Some(tasks.flat_map(|task| task.containers.iter().filter_map(|made| made.image_digest.clone())).collect())
    }) else {
        return;
    };
    let found = home.cluster_mut(cloud, cluster).and_then(|cluster| cluster.instances.get_mut(instance));
    let Some(found) = found.filter(|found| found.pull_behavior != PullBehavior::PreferCached) else { return };
    let cache = &mut Arc::make_mut(found).cache;
    cache.clean_up(now, &in_use);
    if !cache.images.is_empty() {
        will_clean_up(cloud, home, cluster, instance);
    }
}

/// An EC2 instance is no more.
pub(super) fn terminated(cloud: &mut Cloud, home: &Home, id: &str) {
    let Some(state) = home.state(cloud) else { return };
    let members: Vec<(String, String)> = state
        .clusters()
        .flat_map(|cluster| cluster.instances().map(move |instance| (cluster, instance)))
        .filter(|(_, instance)| instance.ec2_instance_id == id && instance.status != InstanceStatus::Inactive)
        .map(|(cluster, instance)| (cluster.name.clone(), instance.id.clone()))
        .collect();
    for (cluster, instance) in members {
        // Source: Amazon ECS Developer Guide, "Stopped tasks error messages", `TerminationNotice`.
        remove(cloud, home, &cluster, &instance, &format!("Host EC2 (instance {id}) terminated."));
    }
}

/// Takes an instance out of its cluster; the tasks on it stop.
pub(super) fn remove(cloud: &mut Cloud, home: &Home, cluster: &str, instance: &str, reason: &str) {
    let Some(found) = home.cluster_mut(cloud, cluster).and_then(|cluster| cluster.instances.get_mut(instance)) else {
        return;
    };
    let found = Arc::make_mut(found);
    found.status = InstanceStatus::Inactive;
    found.agent_connected = false;
    found.version += 1;
    let ec2 = found.ec2_instance_id.clone();
    let tasks: Vec<String> = match home.cluster(cloud, cluster) {
        Ok(cluster) => cluster.tasks_on(instance).map(|task| task.id.clone()).collect(),
        Err(_) => Vec::new(),
    };
    for task in tasks {
        let cause = StopCause::Host { instance: ec2.clone() };
        lifecycle::stop(cloud, home, cluster, &task, StopCode::TerminationNotice, reason.to_owned(), cause);
    }
}

/// What the agent sends. Source: Amazon ECS service model, `RegisterContainerInstanceRequest`.
fn registration(home: &Home, cloud: &Cloud, cluster: &str, instance: &str) -> RegisterContainerInstance {
    let zone =
        home.net(cloud).and_then(|net| net.subnet(&net.instance(instance)?.subnet)).map_or('a', |subnet| subnet.zone);
    let document = json!({
        "instanceId": instance,
        "region": home.region.as_str(),
        "accountId": home.account.as_str(),
        "availabilityZone": format!("{}{zone}", home.region),
    });
    RegisterContainerInstance {
        cluster: Some(cluster.to_owned()),
        instance_identity_document: Some(document.to_string()),
        ..RegisterContainerInstance::default()
    }
}
