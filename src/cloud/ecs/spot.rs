//! Spot capacity that AWS takes back: a warning, two minutes, and it is gone.
//!
//! A task on Fargate Spot gets its stop signal with the warning. A Spot Instance runs on for two minutes; if its agent is
//! set to, it drains the instance meanwhile, so that services start their tasks elsewhere.
//! Source: Amazon ECS Developer Guide, "Amazon ECS clusters for Fargate" and "Configuring Amazon ECS Linux container
//! instances to receive Spot Instance notices"; AWS re:Post, "How do I handle Spot termination notices".

use super::api::UpdateContainerInstancesState;
use super::cluster::InstanceStatus;
use super::home::Home;
use super::task::{DesiredStatus, StopCause, StopCode};
use super::{Sleeper, agent, lifecycle};
use crate::cloud::{AccountId, Cloud, Duration, Region};

/// From the warning to the end.
const WARNING: Duration = Duration::minutes(2);
/// The capacity provider of Fargate's spare capacity.
const FARGATE_SPOT: &str = "FARGATE_SPOT";

/// AWS takes the capacity of a task on Fargate Spot (by its id) or of a Spot Instance (by the EC2 instance's id) back.
/// Whether there was such capacity that was not on its way out.
pub fn reclaim(cloud: &mut Cloud, account: &AccountId, region: &Region, id: &str) -> bool {
    let home = Home::new(account.clone(), region.clone());
    if home.net(cloud).and_then(|net| net.instance(id)).is_some() {
        return reclaim_instance(cloud, &home, id);
    }
    let cluster = home.state(cloud).and_then(|state| {
        let is_spot = |task: &super::Task| {
            task.capacity_provider.as_deref() == Some(FARGATE_SPOT) && task.desired_status != DesiredStatus::Stopped
        };
        let with = |cluster: &&super::Cluster| cluster.task(id).is_some_and(is_spot);
        state.clusters().find(with).map(|cluster| cluster.name.clone())
    });
    let Some(cluster) = cluster else { return false };
    let reason = "Your Spot Task was interrupted.".to_owned();
    lifecycle::stop(cloud, &home, &cluster, id, StopCode::SpotInterruption, reason, StopCause::Spot);
    true
}

fn reclaim_instance(cloud: &mut Cloud, home: &Home, id: &str) -> bool {
    let Some(spot) = home.net(cloud).and_then(|net| net.instance(id)?.spot) else { return false };
    let at = cloud.now() + WARNING;
    home.state_mut(cloud).alarms.set_by(at, Sleeper::Leave { instance: id.to_owned() });
    if !spot.drains {
        return true;
    }
    let members: Vec<(String, String)> = home.state(cloud).map_or_else(Vec::new, |state| {
        let all = state.clusters().flat_map(|cluster| cluster.instances().map(move |one| (cluster, one)));
        let own = all.filter(|(_, one)| one.ec2_instance_id == id && one.status == InstanceStatus::Active);
        own.map(|(cluster, one)| (cluster.name.clone(), one.id.clone())).collect()
    });
    // The agent does it, as its instance's role: without the permission nothing is drained.
    let Some(caller) = agent::instance_caller(cloud, home, id) else { return true };
    for (cluster, instance) in members {
        let request = UpdateContainerInstancesState {
            cluster: Some(cluster),
            container_instances: vec![instance],
            status: Some(InstanceStatus::Draining),
        };
        // A refusal is on the trail.
        let _ = cloud.call(&caller, request);
    }
    true
}
