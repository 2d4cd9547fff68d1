//! The agents: as whom a task's images are pulled, and what else it needs is fetched.
//!
//! On EC2 the ECS agent pulls as the instance's role, on Fargate the platform pulls as the task's execution role.
//! Source: Amazon ECS Developer Guide, "container instance IAM role" and "task execution IAM role".

use super::home::Home;
use super::place;
use super::task::{LaunchType, Task};
use crate::cloud::ecr::registry::Registry;
use crate::cloud::net::Place;
use crate::cloud::{Arn, Caller, Cloud, Origin, Principal, iam};

/// The service that hands instances their role's credentials.
const EC2: &str = "ec2.amazonaws.com";
/// The service that hands tasks their roles' credentials.
pub(super) const ECS_TASKS: &str = "ecs-tasks.amazonaws.com";

/// The registry in an image's name, if it is a private one of ECR.
fn private_registry(image: &str) -> Option<Registry> {
    Registry::from_host(image.split_once('/')?.0)
}

/// Whether an image is in a private registry of ECR.
pub(super) fn is_private_ecr(image: &str) -> bool {
    private_registry(image).is_some()
}

/// The ARN of a role that is given by its name or its ARN.
pub(super) fn role_arn(home: &Home, role: &str) -> Arn {
    role.parse().unwrap_or_else(|_| Arn::new("iam", "", home.account.as_str(), &format!("role/{role}")))
}

/// Whether `service` may act as a role: the role exists, and its trust policy says so.
pub(super) fn may_be_assumed(cloud: &Cloud, home: &Home, role: &str, service: &str) -> bool {
    iam::can_assume(cloud, service, &role_arn(home, role)).is_allowed()
}

/// Who an instance's agent is: the role of its instance profile; none without one that EC2 may assume.
pub(super) fn instance_caller(cloud: &Cloud, home: &Home, instance: &str) -> Option<Caller> {
    let profile = home.net(cloud)?.instance(instance)?.instance_profile.as_deref()?;
    let iam = &cloud.account(&home.account)?.iam;
    let role = iam.role(iam.instance_profile(profile)?.role.as_deref()?)?;
    if !iam::can_assume(cloud, EC2, &role.arn).is_allowed() {
        return None;
    }
    let principal =
        Principal::Session { account: home.account.clone(), role: role.name.to_string(), session: instance.to_owned() };
    Some(Caller { principal, region: home.region.clone(), origin: Origin::Instance(instance.to_owned()) })
}

/// Who pulls a task's images.
pub(super) fn puller(cloud: &Cloud, home: &Home, task: &Task) -> Option<Caller> {
    if task.launch_type == LaunchType::Fargate {
        return execution_caller(cloud, home, task);
    }
    instance_caller(cloud, home, &ec2_instance(cloud, home, task)?)
}

/// Who acts for a task with its execution role; none without one that tasks may have.
pub(super) fn execution_caller(cloud: &Cloud, home: &Home, task: &Task) -> Option<Caller> {
    as_role(cloud, home, task, task.execution_role()?)
}

/// Who a task's own code is: its task role.
pub(super) fn task_caller(cloud: &Cloud, home: &Home, task: &Task) -> Option<Caller> {
    as_role(cloud, home, task, task.task_role()?)
}

/// A session of a role, at the place of a task.
fn as_role(cloud: &Cloud, home: &Home, task: &Task, role: &str) -> Option<Caller> {
    if !may_be_assumed(cloud, home, role, ECS_TASKS) {
        return None;
    }
    let arn = role_arn(home, role);
    let role = arn.resource().rsplit('/').next()?.to_owned();
    let account = arn.account().parse().unwrap_or_else(|_| home.account.clone());
    let principal = Principal::Session { account, role, session: task.id.clone() };
    Some(Caller { principal, region: home.region.clone(), origin: origin(cloud, home, task) })
}

/// Where the requests for a task come from.
pub(super) fn origin(cloud: &Cloud, home: &Home, task: &Task) -> Origin {
    match task.launch_type {
        LaunchType::Fargate => Origin::Fargate(task.id.clone()),
        _ => ec2_instance(cloud, home, task).map_or(Origin::Service, Origin::Instance),
    }
}

/// Where whoever pulls for a task is in the network: the instance, or the task's own interface on Fargate.
pub(super) fn pulls_from(cloud: &Cloud, home: &Home, task: &Task) -> Option<Place> {
    if task.launch_type == LaunchType::Fargate {
        return place::of_task(task);
    }
    Some(home.net(cloud)?.instance(&ec2_instance(cloud, home, task)?)?.place())
}

/// The id of the EC2 instance that a task is on.
pub(super) fn ec2_instance(cloud: &Cloud, home: &Home, task: &Task) -> Option<String> {
    let cluster = home.state(cloud)?.cluster(&task.cluster)?;
    let instance = cluster.instance(task.container_instance.as_deref()?)?;
    Some(instance.ec2_instance_id.clone())
}
