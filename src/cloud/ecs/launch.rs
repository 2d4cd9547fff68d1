//! Making a task: what RunTask and services have in common.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::agent::{self, ECS_TASKS};
use super::capacity::{self, StrategyItem};
use super::cluster::Cluster;
use super::definition::{
    Compatibility, DefinitionStatus, NetworkMode, PlacementConstraint, PlacementStrategy, StrategyType, Tag,
    TaskDefinition,
};
use super::home::{Home, client_error, invalid_parameter};
use super::lifecycle;
use super::placement::{self, Demand, NoPlace};
use super::provisioning::{CannotWait, Wish, may_wait};
use super::service::{AssignPublicIp, AwsVpcConfiguration, NetworkConfiguration};
use super::task::{
    Container, ContainerStatus, DesiredStatus, HealthStatus, Interface, LaunchType, Next, Overrides, Task, TaskStatus,
};
use crate::cloud::{ApiError, Cloud};

/// A task to make.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    /// The cluster's name.
    pub(super) cluster: String,
    pub(super) definition: Arc<TaskDefinition>,
    pub(super) launch_type: LaunchType,
    /// Which of them gets a task is settled for each.
    pub(super) strategy: Vec<StrategyItem>,
    pub(super) constraints: Vec<PlacementConstraint>,
    pub(super) placement: Vec<PlacementStrategy>,
    /// The id of the container instance that it must go to, where one was named.
    pub(super) instance: Option<String>,
    pub(super) group: String,
    pub(super) started_by: Option<String>,
    pub(super) service: Option<String>,
    pub(super) overrides: Overrides,
    pub(super) network: Option<NetworkConfiguration>,
    pub(super) enable_execute_command: bool,
    pub(super) tags: Vec<Tag>,
}

/// Why a task was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The request is wrong.
    Api(ApiError),
    /// No instance takes it.
    NoPlace(NoPlace),
    /// No instance takes it, and too many wait already.
    Full,
}

/// The definition that new tasks are made from.
///
/// # Errors
/// `ClientException`, or `InvalidParameterException` for an inactive one in RunTask. Source: observed.
pub(super) fn definition(
    cloud: &Cloud,
    home: &Home,
    reference: &str,
    inactive: impl Fn(String) -> ApiError,
) -> Result<Arc<TaskDefinition>, ApiError> {
    let found = home.state(cloud).and_then(|state| state.find_definition(reference)).cloned();
    let definition = found.ok_or_else(|| client_error("TaskDefinition not found."))?;
    if definition.status != DefinitionStatus::Active {
        return Err(inactive("TaskDefinition is inactive".to_owned()));
    }
    Ok(definition)
}

/// Whether tasks of `definition` may be launched like this.
///
/// # Errors
/// `InvalidParameterException` with AWS's wording. Source: observed.
pub(super) fn check(
    cloud: &Cloud,
    home: &Home,
    definition: &TaskDefinition,
    launch_type: LaunchType,
    network: Option<&NetworkConfiguration>,
) -> Result<(), ApiError> {
    let needed = match launch_type {
        LaunchType::Ec2 => Compatibility::Ec2,
        LaunchType::Fargate => Compatibility::Fargate,
        LaunchType::External => Compatibility::External,
        LaunchType::ManagedInstances => Compatibility::ManagedInstances,
    };
    if !definition.compatibilities.contains(&needed) {
        return Err(invalid_parameter(format!(
            "Task definition does not support launch_type {}.",
            launch_type.as_str()
        )));
    }
    let awsvpc = network.and_then(|network| network.awsvpc_configuration.as_ref());
    match (definition.network_mode, awsvpc) {
        (NetworkMode::Awsvpc, None) => {
            Err(invalid_parameter("Network Configuration must be provided when networkMode 'awsvpc' is specified."))
        }
        (NetworkMode::Awsvpc, Some(awsvpc)) => check_network(cloud, home, awsvpc),
        (_, Some(_)) => Err(invalid_parameter(
            "Network Configuration is not valid for the given networkMode of this task definition.",
        )),
        (_, None) => Ok(()),
    }
}

fn check_network(cloud: &Cloud, home: &Home, awsvpc: &AwsVpcConfiguration) -> Result<(), ApiError> {
    if awsvpc.subnets.is_empty() {
        return Err(invalid_parameter("subnets can not be empty."));
    }
    // A region that nothing was made in yet has the network that every region starts with.
    let fresh = crate::cloud::net::State::default();
    let net = home.net(cloud).unwrap_or(&fresh);
    if let Some(id) = awsvpc.subnets.iter().find(|id| net.subnet(id).is_none()) {
        return Err(invalid_parameter(format!(
            "Error retrieving subnet information for [{id}]: The subnet ID '{id}' does not exist (ErrorCode: \
             InvalidSubnetID.NotFound)"
        )));
    }
    if let Some(id) = awsvpc.security_groups.iter().find(|id| net.security_group(id).is_none()) {
        return Err(invalid_parameter(format!(
            "Error retrieving security group information for [{id}]: The security group '{id}' does not exist \
             (ErrorCode: InvalidGroup.NotFound)"
        )));
    }
    // Inferred: the wording of these two, from EC2's.
    let vpc = awsvpc.subnets.first().and_then(|id| net.subnet(id)).map(|subnet| subnet.vpc.as_str());
    if let Some(id) = awsvpc.subnets.iter().find(|id| net.subnet(id).map(|subnet| subnet.vpc.as_str()) != vpc) {
        return Err(invalid_parameter(format!("The subnet '{id}' is in another VPC than the other subnets.")));
    }
    let elsewhere = |id: &&String| net.security_group(id).map(|group| group.vpc.as_str()) != vpc;
    if let (Some(id), Some(subnet)) = (awsvpc.security_groups.iter().find(elsewhere), awsvpc.subnets.first()) {
        return Err(invalid_parameter(format!(
            "Security group {id} and subnet {subnet} belong to different networks. (ErrorCode: InvalidParameter)"
        )));
    }
    Ok(())
}

/// Makes a task, places it, and gives its id. `has` counts the tasks of each capacity provider that it stands beside.
///
/// # Errors
/// Why it was not made. Then nothing has changed.
pub(super) fn launch(
    cloud: &mut Cloud,
    home: &Home,
    launch: &Launch,
    has: &mut BTreeMap<String, u32>,
) -> Result<String, Refusal> {
    let mut task = draft(cloud, home, launch);
    task.capacity_provider = capacity::next(&launch.strategy, has).map(str::to_owned);
    for role in [task.task_role(), task.execution_role()].into_iter().flatten() {
        if !agent::may_be_assumed(cloud, home, role, ECS_TASKS) {
            return Err(Refusal::Api(cannot_assume(home, role)));
        }
    }
    if task.launch_type != LaunchType::Fargate {
        let random = launch.placement.iter().any(|strategy| strategy.r#type == StrategyType::Random);
        let chance = if random { u32::from_str_radix(&cloud.random_hex(7), 16).unwrap_or_default() } else { 0 };
        let cluster = home.cluster(cloud, &launch.cluster).map_err(Refusal::Api)?;
        match place(cluster, &task, launch, chance) {
            Ok(instance) => task.container_instance = Some(instance),
            Err(no_place) => match may_wait(cloud, home, &launch.cluster, task.capacity_provider.as_deref()) {
                Ok(()) => {
                    task.status = TaskStatus::Provisioning;
                    task.next = Next::Placed;
                    task.waits = Some(Box::new(Wish {
                        constraints: launch.constraints.clone(),
                        strategies: launch.placement.clone(),
                    }));
                }
                Err(CannotWait::NoScaling) => return Err(Refusal::NoPlace(no_place)),
                Err(CannotWait::Full) => return Err(Refusal::Full),
            },
        }
    }
    if launch.definition.network_mode == NetworkMode::Awsvpc {
        task.interface = Some(interface(cloud, home, launch.network.as_ref()).map_err(Refusal::Api)?);
    }
    let id = task.id.clone();
    if let Some(provider) = &task.capacity_provider {
        *has.entry(provider.clone()).or_default() += 1;
    }
    lifecycle::begin(cloud, home, task);
    Ok(id)
}

fn place(cluster: &Cluster, task: &Task, launch: &Launch, chance: u32) -> Result<String, NoPlace> {
    match task.launch_type {
        LaunchType::Ec2 => {
            let demand = Demand::new(&task.definition, task.cpu_units(), task.memory_mib(), &task.group);
            let provider = task.capacity_provider.as_deref();
            let only = launch.instance.as_deref();
            placement::place(cluster, &demand.wishing(&launch.constraints, &launch.placement, provider, only, chance))
        }
        // There are only EC2 instances here.
        LaunchType::Fargate | LaunchType::External | LaunchType::ManagedInstances => Err(NoPlace::NoInstances),
    }
}

/// Source: Amazon ECS Developer Guide, "API error messages"; observed.
fn cannot_assume(home: &Home, role: &str) -> ApiError {
    let arn = agent::role_arn(home, role);
    client_error(format!(
        "ECS was unable to assume the role '{arn}' that was provided for this task. Please verify that the role being \
         passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this \
         role."
    ))
}

fn draft(cloud: &mut Cloud, home: &Home, launch: &Launch) -> Task {
    let id = cloud.random_hex(32);
    let containers = launch
        .definition
        .container_definitions
        .iter()
        .map(|container| {
            let uuid = cloud.random_uuid();
            Container {
                arn: home.arn(&format!("container/{}/{id}/{uuid}", launch.cluster)),
                id: uuid,
                name: container.name.clone(),
                image: container.image.clone(),
                image_digest: None,
                runtime_id: None,
                status: ContainerStatus::Pending,
                exit_code: None,
                reason: None,
                network_bindings: Vec::new(),
                started_at: None,
                restarts: 0,
                health: HealthStatus::default(),
                program: None,
                ends: None,
                prints: Vec::new(),
                diagnosis: None,
            }
        })
        .collect();
    let awsvpc = launch.definition.network_mode == NetworkMode::Awsvpc;
    Task {
        arn: home.task_arn(&launch.cluster, &id),
        id,
        cluster_arn: home.cluster_arn(&launch.cluster),
        cluster: launch.cluster.clone(),
        definition: Arc::clone(&launch.definition),
        launch_type: launch.launch_type,
        capacity_provider: None,
        group: launch.group.clone(),
        started_by: launch.started_by.clone(),
        service: launch.service.clone(),
        overrides: launch.overrides.clone(),
        enable_execute_command: launch.enable_execute_command,
        interface: None,
        container_instance: None,
        containers,
        // Source: Amazon ECS Developer Guide, "task lifecycle": PROVISIONING is for the network interface.
        status: if awsvpc { TaskStatus::Provisioning } else { TaskStatus::Pending },
        desired_status: DesiredStatus::Running,
        stop_code: None,
        stopped_reason: None,
        cause: None,
        created_at: cloud.now(),
        pull_started_at: None,
        pull_stopped_at: None,
        started_at: None,
        stopping_at: None,
        execution_stopped_at: None,
        stopped_at: None,
        version: 1,
        tags: launch.tags.clone(),
        waits: None,
        next: if awsvpc { Next::InterfaceReady } else { Next::PullStarts },
        pull: None,
    }
}

fn interface(cloud: &mut Cloud, home: &Home, network: Option<&NetworkConfiguration>) -> Result<Interface, ApiError> {
    let awsvpc = network.and_then(|network| network.awsvpc_configuration.clone()).unwrap_or_default();
    let net = home.net_mut(cloud);
    let (subnet, private_ip) = awsvpc
        .subnets
        .iter()
        .find_map(|subnet| Some((subnet.clone(), net.allocate_address(subnet)?)))
        // Inferred: the wording.
        .ok_or_else(|| invalid_parameter("The subnets do not have enough free IP addresses."))?;
    let default_groups = net.default_group_of(&subnet).into_iter().collect();
    let attachment = cloud.random_uuid();
    let id = cloud.random_ec2_id("eni");
    let mac: Vec<String> = (0..5).map(|_| cloud.random_hex(2)).collect();
    Ok(Interface {
        attachment,
        id,
        subnet,
        mac_address: format!("02:{}", mac.join(":")),
        private_ip,
        public_ip: awsvpc.assign_public_ip == AssignPublicIp::Enabled,
        // Source: Amazon ECS service model, `AwsVpcConfiguration.securityGroups`: without any, the VPC's default one.
        security_groups: if awsvpc.security_groups.is_empty() { default_groups } else { awsvpc.security_groups },
    })
}
