//! The life of a task: which state follows which, when, and what stops it.
//!
//! Every change is written to the trail. A task that was told to stop never goes back.

use std::collections::BTreeSet;

use super::definition::NetworkMode;
use super::home::Home;
use super::logging::{self, Pending};
use super::program::{self, Fate, Program};
use super::task::{
    ContainerStatus, DesiredStatus, LaunchType, NetworkBinding, Next, StopCause, StopCode, Task, TaskStatus,
};
use super::{Sleeper, pull, scheduler};
use crate::cloud::{Cloud, Duration, EventKind};

/// Making a network interface. The durations are the simulation's own: of the order of those observed, and always the
/// same.
const INTERFACE_UP: Duration = Duration::seconds(3);
/// Until the agent takes up a task.
const AGENT_POLL: Duration = Duration::seconds(1);
/// Making the containers.
const CONTAINERS_UP: Duration = Duration::seconds(2);
/// Taking a task out of what sends it requests.
const DEACTIVATION: Duration = Duration::seconds(1);
/// From the stop signal to the end of the containers.
const SHUTDOWN: Duration = Duration::seconds(2);
/// Deleting a network interface.
const INTERFACE_DOWN: Duration = Duration::seconds(3);
/// How long a stopped task is shown. Source: Amazon ECS service model, `DescribeTasks`: at least one hour.
const SHOWN: Duration = Duration::hours(1);
/// The exit code of a process that ended on SIGTERM.
const TERMINATED: i32 = 143;

/// Puts a new task into its cluster.
pub(super) fn begin(cloud: &mut Cloud, home: &Home, task: Task) {
    let after = if task.status == TaskStatus::Provisioning { INTERFACE_UP } else { AGENT_POLL };
    let (cluster, id) = (task.cluster.clone(), task.id.clone());
    let event = EventKind::Task { task: task.arn.clone(), status: task.status.as_str().to_owned(), reason: None };
    if let Some(cluster) = home.cluster_mut(cloud, &cluster) {
        cluster.insert_task(task);
    }
    cloud.record(event);
    set_alarm(cloud, home, &cluster, &id, after);
}

/// Does what a task's alarm was set for.
pub(super) fn wake(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let Some(task) = home.task(cloud, cluster, id) else { return };
    match task.next {
        Next::InterfaceReady => {
            enter(cloud, home, cluster, id, TaskStatus::Pending, Next::PullStarts, Some(AGENT_POLL))
        }
        Next::PullStarts => start_pull(cloud, home, cluster, id),
        Next::PullEnds => end_pull(cloud, home, cluster, id),
        Next::ContainersStart => start_containers(cloud, home, cluster, id),
        Next::ContainerExits => end_containers(cloud, home, cluster, id),
        Next::SignalSent => {
            enter(cloud, home, cluster, id, TaskStatus::Stopping, Next::ContainersGone, Some(SHUTDOWN));
        }
        Next::ContainersGone => take_down(cloud, home, cluster, id),
        Next::InterfaceGone => finish(cloud, home, cluster, id),
        Next::Forgotten => {
            if let Some(cluster) = home.cluster_mut(cloud, cluster) {
                cluster.tasks.remove(id);
            }
        }
        Next::Nothing => {}
    }
}

/// Tells a task to stop. Nothing happens to one that was told before.
pub(super) fn stop(
    cloud: &mut Cloud,
    home: &Home,
    cluster: &str,
    id: &str,
    code: StopCode,
    reason: String,
    cause: StopCause,
) {
    let now = cloud.now();
    let Some(task) = home.task_mut(cloud, cluster, id).filter(|task| task.desired_status != DesiredStatus::Stopped)
    else {
        return;
    };
    task.desired_status = DesiredStatus::Stopped;
    task.stop_code = Some(code);
    task.stopped_reason = Some(reason);
    task.cause = Some(cause);
    task.stopping_at = Some(now);
    task.pull = None;
    let task = task.clone();
    scheduler::task_stopping(cloud, home, &task);
    // Source: Amazon ECS Developer Guide, "task lifecycle": what never ran need not be deactivated.
    if task.status == TaskStatus::Running {
        enter(cloud, home, cluster, id, TaskStatus::Deactivating, Next::SignalSent, Some(DEACTIVATION));
    } else {
        take_down(cloud, home, cluster, id);
    }
}

/// The agent starts to pull. What comes of it is settled now, and takes effect when the bytes have travelled.
fn start_pull(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let now = cloud.now();
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    task.pull_started_at = Some(now);
    task.version += 1;
    task.next = Next::PullEnds;
    let task = task.clone();
    let pulled = pull::pull(cloud, home, &task);
    if let Some(task) = home.task_mut(cloud, cluster, id) {
        for (container, digest) in task.containers.iter_mut().zip(pulled.digests) {
            container.image_digest = digest;
        }
        task.pull = Some(pulled.result);
    }
    set_alarm(cloud, home, cluster, id, pulled.duration);
}

fn end_pull(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let now = cloud.now();
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    task.pull_stopped_at = Some(now);
    match task.pull.clone() {
        Some(Ok(_)) => {
            enter(cloud, home, cluster, id, TaskStatus::Activating, Next::ContainersStart, Some(CONTAINERS_UP));
        }
        Some(Err(failure)) => {
            for container in task.containers.iter_mut().filter(|container| container.name == failure.container) {
                container.reason = Some(failure.reason.clone());
            }
            let reason = failure.reason.clone();
            stop(cloud, home, cluster, id, StopCode::TaskFailedToStart, reason, StopCause::Pull(failure));
        }
        None => {}
    }
}

fn start_containers(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let now = cloud.now();
    let Some(task) = home.task(cloud, cluster, id) else { return };
    let Some(Ok(programs)) = task.pull.clone() else { return };
    if let Some((container, _)) = task.containers.iter().zip(&programs).find(|(_, program)| program.is_none()) {
        let name = container.name.clone();
        // Inferred: the agent's prefix before Docker's message.
        let reason = "CannotCreateContainerError: Error response from daemon: no command specified".to_owned();
        if let Some(task) = home.task_mut(cloud, cluster, id) {
            for container in task.containers.iter_mut().filter(|container| container.name == name) {
                container.reason = Some(reason.clone());
            }
        }
        let cause = StopCause::Start { container: name };
        stop(cloud, home, cluster, id, StopCode::TaskFailedToStart, reason, cause);
        return;
    }
    let fargate = task.launch_type == LaunchType::Fargate;
    let bindings = bindings(home, cloud, task);
    let asks = task.clone();
    let runtime_ids: Vec<String> = (0..programs.len())
        .map(|_| if fargate { format!("{id}-{}", decimal(&cloud.random_hex(8))) } else { cloud.random_hex(64) })
        .collect();
    let programs: Vec<Option<Program>> = programs
        .into_iter()
        .map(|program| match program {
            Some(Program { fate: Fate::Calls(call), .. }) => {
                let made = call.make(cloud, home, &asks);
                let fate = Fate::Ends { after: program::AT_ONCE, exit_code: made.exit_code };
                let prints = made.said.lines().map(|line| (program::AT_ONCE, line.to_owned())).collect();
                Some(Program { fate, prints })
            }
            other => other,
        })
        .collect();
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    task.started_at = Some(now);
    let parts = programs.into_iter().zip(runtime_ids).zip(bindings);
    for (container, ((program, runtime_id), bindings)) in task.containers.iter_mut().zip(parts) {
        container.status = ContainerStatus::Running;
        container.runtime_id = Some(runtime_id);
        container.network_bindings = bindings;
        let Some(program) = program else { continue };
        container.ends = match program.fate {
            Fate::Ends { after, exit_code } => Some((now + after, exit_code)),
            Fate::Forever | Fate::Calls(_) => None,
        };
        // Without a log driver that keeps it, nobody sees it.
        let definition = task.definition.container_definitions.iter().find(|known| known.name == container.name);
        let logs = definition.and_then(|known| known.log_configuration.as_ref());
        if logs.is_some_and(|logs| logs.log_driver == "awslogs") {
            let pending = |(after, text)| Pending { at: now + after, text };
            container.prints = program.prints.into_iter().map(pending).collect();
        }
    }
    let (next, after) = next_exit(task, now);
    enter(cloud, home, cluster, id, TaskStatus::Running, next, after);
    logging::flush(cloud, home, cluster, id);
}

/// When the next container of a running task ends by itself, or prints something.
fn next_exit(task: &Task, now: crate::cloud::Timestamp) -> (Next, Option<Duration>) {
    let running = task.containers.iter().filter(|container| container.status == ContainerStatus::Running);
    let exits = running.clone().filter_map(|container| container.ends).map(|(at, _)| at);
    let prints = running.filter_map(|container| container.prints.first()).map(|print| print.at);
    match exits.chain(prints).min() {
        Some(at) => (Next::ContainerExits, Some(at - now)),
        None => (Next::Nothing, None),
    }
}

fn end_containers(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let now = cloud.now();
    logging::flush(cloud, home, cluster, id);
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    let mut essential = None;
    for container in task.containers.iter_mut().filter(|container| container.status == ContainerStatus::Running) {
        if let Some((_, exit_code)) = container.ends.filter(|(at, _)| *at <= now) {
            container.status = ContainerStatus::Stopped;
            container.exit_code = Some(exit_code);
            let definition = task.definition.container_definitions.iter().find(|known| known.name == container.name);
            if definition.is_some_and(|known| known.essential) && essential.is_none() {
                essential = Some((container.name.clone(), exit_code));
            }
        }
    }
    match essential {
        Some((container, exit_code)) => {
            task.execution_stopped_at = Some(now);
            let reason = "Essential container in task exited".to_owned();
            let cause = StopCause::Exit { container, exit_code };
            stop(cloud, home, cluster, id, StopCode::EssentialContainerExited, reason, cause);
        }
        None => {
            task.version += 1;
            let (next, after) = next_exit(task, now);
            task.next = next;
            if let Some(after) = after {
                set_alarm(cloud, home, cluster, id, after);
            }
        }
    }
}

/// Its containers are gone, or never were: the network interface goes next, if it has one.
fn take_down(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let now = cloud.now();
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    let ran = task.started_at.is_some();
    for container in task.containers.iter_mut().filter(|container| container.status != ContainerStatus::Stopped) {
        container.status = ContainerStatus::Stopped;
        if ran {
            container.exit_code = Some(TERMINATED);
        }
    }
    if ran {
        task.execution_stopped_at.get_or_insert(now);
    }
    if task.interface.is_some() {
        enter(cloud, home, cluster, id, TaskStatus::Deprovisioning, Next::InterfaceGone, Some(INTERFACE_DOWN));
    } else {
        finish(cloud, home, cluster, id);
    }
}

fn finish(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let now = cloud.now();
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    task.stopped_at = Some(now);
    let interface = task.interface.clone();
    enter(cloud, home, cluster, id, TaskStatus::Stopped, Next::Forgotten, Some(SHOWN));
    if let Some(interface) = interface {
        home.net_mut(cloud).release_address(&interface.subnet, &interface.private_ip);
    }
    let Some(task) = home.task(cloud, cluster, id).cloned() else { return };
    if let Some(cluster) = home.cluster_mut(cloud, cluster) {
        cluster.release_task(&task);
    }
    scheduler::task_stopped(cloud, home, &task);
}

/// Changes a task's state, writes it to the trail, and sets the alarm for what ends that state.
fn enter(
    cloud: &mut Cloud,
    home: &Home,
    cluster: &str,
    id: &str,
    status: TaskStatus,
    next: Next,
    after: Option<Duration>,
) {
    let sleeper = Sleeper::Task { cluster: cluster.to_owned(), task: id.to_owned() };
    home.state_mut(cloud).alarms.cancel(&sleeper);
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    // INVARIANT: states only ever go forward.
    debug_assert!(task.status < status, "{:?} can't follow {:?}", status, task.status);
    task.status = status;
    task.next = next;
    task.version += 1;
    let event = EventKind::Task {
        task: task.arn.clone(),
        status: status.as_str().to_owned(),
        reason: task.stopped_reason.clone(),
    };
    let service = task.service.clone();
    cloud.record(event);
    if let Some(after) = after {
        set_alarm(cloud, home, cluster, id, after);
    }
    if let Some(service) = service {
        if status == TaskStatus::Running {
            scheduler::task_running(cloud, home, cluster, &service, id);
        }
        let now = cloud.now();
        home.wake_service(cloud, cluster, &service, now);
    }
}

fn set_alarm(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str, after: Duration) {
    // At least a millisecond, so that time moves on between two states.
    let at = cloud.now() + after.max(Duration::millis(1));
    let sleeper = Sleeper::Task { cluster: cluster.to_owned(), task: id.to_owned() };
    home.state_mut(cloud).alarms.set(at, sleeper);
}

/// The ports of the host that a starting task's containers get, container by container.
fn bindings(home: &Home, cloud: &Cloud, task: &Task) -> Vec<Vec<NetworkBinding>> {
    /// Where Docker's dynamic ports begin. Source: Amazon ECS service model, `PortMapping.hostPort`.
    const DYNAMIC: u16 = 32_768;
    let cluster = home.state(cloud).and_then(|state| state.cluster(&task.cluster));
    let others = task.container_instance.as_deref().zip(cluster).into_iter();
    let mut taken: BTreeSet<u16> = others
        .flat_map(|(instance, cluster)| cluster.tasks_on(instance))
        .flat_map(|other| other.containers.iter().flat_map(|container| &container.network_bindings))
        .map(|binding| binding.host_port)
        .collect();
    let mode = task.definition.network_mode;
    task.definition
        .container_definitions
        .iter()
        .map(|container| {
            if !matches!(mode, NetworkMode::Bridge | NetworkMode::Host) {
                return Vec::new();
            }
            let mappings = container.port_mappings.iter();
            mappings
                .filter_map(|mapping| {
                    let container_port = mapping.container_port?;
                    let host_port = match mapping.host_port.filter(|port| *port != 0) {
                        Some(port) => port,
                        None => (DYNAMIC..=u16::MAX).find(|port| !taken.contains(port))?,
                    };
                    taken.insert(host_port);
                    Some(NetworkBinding {
                        bind_ip: "0.0.0.0".to_owned(),
                        container_port,
                        host_port,
                        protocol: mapping.protocol.clone().unwrap_or_else(|| "tcp".to_owned()),
                    })
                })
                .collect()
        })
        .collect()
}

/// The decimal digits of a hexadecimal number.
fn decimal(hex: &str) -> u64 {
    u64::from_str_radix(hex, 16).unwrap_or_default()
}
