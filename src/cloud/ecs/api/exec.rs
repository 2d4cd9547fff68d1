//! `ExecuteCommand`: a command in a running container, which needs a session that nothing here can hold.

use serde::{Deserialize, Serialize};

use super::tasks::in_cluster;
use crate::cloud::ecs::agent;
use crate::cloud::ecs::home::{Home, cluster_name, invalid_parameter, short_name};
use crate::cloud::ecs::task::{ContainerStatus, Task, TaskStatus};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, iam};

/// What the agent in the task needs, to hold a session. Source: Amazon ECS Developer Guide, "Task IAM role permissions" of
/// ECS Exec.
const NEEDED: [&str; 4] = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
];

/// Runs a command in a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct ExecuteCommand {
    pub cluster: Option<String>,
    pub container: Option<String>,
    pub command: String,
    pub interactive: bool,
    pub task: String,
}

/// A session. Source: Amazon ECS service model, `ExecuteCommandResponse`, in the model's order.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecuteCommandOutput {
    cluster_arn: Arn,
    container_arn: Arn,
    container_name: String,
    interactive: bool,
    session: Session,
    task_arn: Arn,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    session_id: String,
    stream_url: String,
    token_value: String,
}

/// Source: observed.
fn not_enabled() -> ApiError {
    invalid_parameter(
        "The execute command failed because execute command was not enabled when the task was run or the execute command \
         agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.",
    )
}

/// Whether the session's agent in a task gets its connection: the task role may open one.
fn connects(cloud: &Cloud, home: &Home, task: &Task) -> bool {
    let Some(caller) = agent::task_caller(cloud, home, task) else { return false };
    NEEDED.into_iter().all(|action| iam::decide(cloud, &caller, &Authorization::anywhere(action)).is_allowed())
}

impl Operation for ExecuteCommand {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "ExecuteCommand";
    type Output = ExecuteCommandOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        let on = |arn| in_cluster(Authorization::on("ecs:ExecuteCommand", arn), &home, cluster);
        vec![on(home.cluster_arn(cluster)), on(home.task_arn(cluster, short_name(&self.task)))]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ExecuteCommandOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?;
        let task = cluster.task(short_name(&self.task));
        let task = task.ok_or_else(|| invalid_parameter("The referenced task was not found."))?.clone();
        // Inferred: the wording of these.
        if !self.interactive {
            return Err(invalid_parameter("Interactive is the only mode supported currently."));
        }
        let container = match self.container.as_deref() {
            Some(name) => task.containers.iter().find(|container| container.name == name),
            None if task.containers.len() > 1 => {
                return Err(invalid_parameter(
                    "The container name must be specified for a task with multiple containers.",
                ));
            }
            None => task.containers.first(),
        };
        let container = container.ok_or_else(|| {
            invalid_parameter("The execute command failed because the container was not found in the task.")
        })?;
        if task.status != TaskStatus::Running
            || container.status != ContainerStatus::Running
            || !task.enable_execute_command
        {
            return Err(not_enabled());
        }
        if !connects(cloud, &home, &task) {
            // Source: observed.
            return Err(ApiError::new(
                "TargetNotConnectedException",
                "The execute command failed due to an internal error. Try again later.",
            ));
        }
        let session = format!("ecs-execute-command-{}", cloud.random_hex(17));
        Ok(ExecuteCommandOutput {
            cluster_arn: task.cluster_arn.clone(),
            container_arn: container.arn.clone(),
            container_name: container.name.clone(),
            interactive: true,
            session: Session {
                stream_url: format!(
                    "wss://ssmmessages.{}.amazonaws.com/v1/data-channel/{session}?role=publish_subscribe",
                    home.region
                ),
                session_id: session,
                token_value: cloud.random_base64(64),
            },
            task_arn: task.arn,
        })
    }
}
