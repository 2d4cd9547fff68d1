//! EC2 instances as ECS sees them: launched by a world, registered by their own agent, through the door.

use serde_json::json;

use super::api::RegisterContainerInstance;
use super::home::Home;
use super::{Sleeper, agent};
use crate::cloud::net::{self, Destination, Instance, InstanceType};
use crate::cloud::{AccountId, Cloud, Duration, Region};

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
}

impl Default for InstanceSpec {
    fn default() -> Self {
        Self {
            cluster: "default".to_owned(),
            instance_profile: None,
            instance_type: "t3.small".to_owned(),
            subnet: net::PUBLIC_SUBNET_A.to_owned(),
            public_ip: true,
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
    let home = Home { account: account.clone(), region: region.clone() };
    let instance_type = InstanceType::by_name(&spec.instance_type)
        .ok_or_else(|| LaunchError::UnknownType(spec.instance_type.clone()))?;
    let private_ip = home
        .net_mut(cloud)
        .allocate_address(&spec.subnet)
        .ok_or_else(|| LaunchError::NoAddress(spec.subnet.clone()))?;
    let id = format!("i-{}", cloud.random_hex(17));
    let launched = cloud.now();
    home.net_mut(cloud).insert_instance(Instance {
        id: id.clone(),
        instance_profile: spec.instance_profile.clone(),
        subnet: spec.subnet.clone(),
        private_ip,
        public_ip: spec.public_ip,
        security_groups: vec![net::DEFAULT_SECURITY_GROUP.to_owned()],
        launched,
        architecture: instance_type.architecture,
        instance_type,
    });
    register(cloud, &home, &spec.cluster, &id);
    Ok(id)
}

/// An agent's attempt to register its instance. When it fails, the next one comes half a minute later.
pub(super) fn register(cloud: &mut Cloud, home: &Home, cluster: &str, instance: &str) {
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
