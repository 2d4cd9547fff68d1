//! The agents: who pulls a task's images, and the pull itself, through the door.

use super::home::Home;
use super::program::Program;
use super::task::{LaunchType, PullFailure, Task};
use crate::cloud::{Arn, Caller, Cloud, Digest, Duration, Origin, Principal};

/// The service that hands tasks their roles' credentials.
pub(super) const ECS_TASKS: &str = "ecs-tasks.amazonaws.com";

/// What came of pulling a task's images.
pub(super) struct Pulled {
    /// What each container will do, if all images are there.
    pub(super) result: Result<Vec<Option<Program>>, Box<PullFailure>>,
    /// What each container's image meant.
    pub(super) digests: Vec<Option<Digest>>,
    /// How long it takes.
    pub(super) duration: Duration,
}

/// Whether an image's name begins with the host of a private registry of ECR.
pub(super) fn is_private_ecr(image: &str) -> bool {
    let host = image.split('/').next().unwrap_or_default();
    host.contains(".dkr.ecr.") && host.ends_with(".amazonaws.com")
}

/// The ARN of a role that is given by its name or its ARN.
pub(super) fn role_arn(home: &Home, role: &str) -> Arn {
    role.parse().unwrap_or_else(|_| Arn::new("iam", "", home.account.as_str(), &format!("role/{role}")))
}

/// Whether `service` may act as a role.
pub(super) fn may_be_assumed(_cloud: &Cloud, _home: &Home, _role: &str, _service: &str) -> bool {
    true
}

/// Who an instance's agent is: its role; none without one.
pub(super) fn instance_caller(cloud: &Cloud, home: &Home, instance: &str) -> Option<Caller> {
    let profile = home.net(cloud)?.instance(instance)?.instance_profile.clone()?;
    let principal = Principal::Session { account: home.account.clone(), role: profile, session: instance.to_owned() };
    Some(Caller { principal, region: home.region.clone(), origin: Origin::Instance(instance.to_owned()) })
}

/// Who pulls a task's images.
pub(super) fn puller(cloud: &Cloud, home: &Home, task: &Task) -> Option<Caller> {
    match task.launch_type {
        LaunchType::Fargate => {
            let arn = role_arn(home, task.execution_role()?);
            let role = arn.resource().rsplit('/').next()?.to_owned();
            let principal = Principal::Session { account: home.account.clone(), role, session: task.id.clone() };
            Some(Caller { principal, region: home.region.clone(), origin: Origin::Fargate(task.id.clone()) })
        }
        _ => {
            let cluster = home.state(cloud)?.cluster(&task.cluster)?;
            let instance = cluster.instance(task.container_instance.as_deref()?)?;
            instance_caller(cloud, home, &instance.ec2_instance_id)
        }
    }
}

/// Pulls the images of a task.
pub(super) fn pull(_cloud: &mut Cloud, _home: &Home, task: &Task) -> Pulled {
    Pulled {
        result: Ok(task.containers.iter().map(|_| Some(Program::Forever)).collect()),
        digests: task.containers.iter().map(|_| None).collect(),
        duration: Duration::seconds(1),
    }
}
