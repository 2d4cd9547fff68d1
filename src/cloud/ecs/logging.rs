//! The log driver `awslogs`: where a container's output goes, and the writing of it.
//!
//! On Fargate the execution role writes, on an instance Docker does as the instance's role.
//! Source: Amazon ECS Developer Guide, "Send Amazon ECS logs to CloudWatch"; Docker documentation, "Amazon CloudWatch
//! Logs logging driver".

use super::agent;
use super::definition::ContainerDefinition;
use super::home::Home;
use super::task::{Container, Task};
use crate::cloud::logs::{InputLogEvent, PutLogEvents};
use crate::cloud::net::{Destination, Question};
use crate::cloud::{Caller, Cloud, Region, Timestamp};

/// A container's stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LogTarget {
    pub(super) group: String,
    pub(super) stream: String,
    pub(super) region: Region,
    /// Whether a group that is not there is made.
    pub(super) creates_group: bool,
}

impl LogTarget {
    /// Where a container's output goes; none where it does not go to CloudWatch Logs.
    pub(super) fn of(home: &Home, task: &Task, definition: &ContainerDefinition) -> Option<Self> {
        let logs = definition.log_configuration.as_ref().filter(|logs| logs.log_driver == "awslogs")?;
        let option = |name: &str| logs.options.as_ref()?.get(name)?.as_str();
        let container = task.containers.iter().find(|container| container.name == definition.name)?;
        Some(Self {
            group: option("awslogs-group")?.to_owned(),
            stream: stream(option("awslogs-stream-prefix"), task, container),
            region: option("awslogs-region").map_or_else(|| home.region.clone(), Region::new),
            creates_group: option("awslogs-create-group").is_some_and(|create| create.eq_ignore_ascii_case("true")),
        })
    }
}

/// `prefix/container/task`. Without prefix Docker calls it by its own id of the container; that is not known before the
/// container runs, so the id that ECS gave it stands for it.
fn stream(prefix: Option<&str>, task: &Task, container: &Container) -> String {
    match prefix {
        Some(prefix) => format!("{prefix}/{}/{}", container.name, task.id),
        None => container.id.replace('-', ""),
    }
}

/// Something that a running container will print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pending {
    pub(super) at: Timestamp,
    pub(super) text: String,
}

/// Writes what a task's containers have printed by now.
pub(super) fn flush(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let now = cloud.now();
    let due = |container: &Container| container.prints.first().is_some_and(|print| print.at <= now);
    if !home.task(cloud, cluster, id).is_some_and(|task| task.containers.iter().any(due)) {
        return;
    }
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    let mut printed = Vec::new();
    for container in &mut task.containers {
        let count = container.prints.partition_point(|print| print.at <= now);
        let lines: Vec<Pending> = container.prints.drain(..count).collect();
        if !lines.is_empty() {
            printed.push((container.name.clone(), lines));
        }
    }
    let task = task.clone();
    for (container, lines) in printed {
        write(cloud, home, &task, &container, lines);
    }
}

/// Writes lines to a container's stream. What is refused or does not arrive is lost, as it is with the real driver.
fn write(cloud: &mut Cloud, home: &Home, task: &Task, container: &str, lines: Vec<Pending>) {
    let definition = task.definition.container_definitions.iter().find(|known| known.name == container);
    let Some(target) = definition.and_then(|definition| LogTarget::of(home, task, definition)) else { return };
    let Some(caller) = agent::puller(cloud, home, task) else { return };
    let (here, there) = (&home.region, &target.region);
    let host = Destination::Logs.private_name(there);
    let arrives = agent::pulls_from(cloud, home, task).zip(home.net(cloud)).is_some_and(|(from, network)| {
        let question = Question { from: &from, to: Destination::Logs, host: &host, here, there, now: cloud.now() };
        network.journey(&question).arrives()
    });
    if !arrives {
        return;
    }
    let events = lines.into_iter().map(|line| InputLogEvent { timestamp: line.at.as_millis(), message: line.text });
    let put = PutLogEvents {
        log_group_name: target.group,
        log_stream_name: target.stream,
        log_events: events.filter(|event| !event.message.is_empty()).collect(),
    };
    if put.log_events.is_empty() {
        return;
    }
    // Lost if it is refused: the container runs on and nobody is told but the trail.
    let _lost = cloud.call(&Caller { region: target.region, ..caller }, put);
}
