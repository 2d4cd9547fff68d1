//! The life of a task: which state follows which, when, and what stops it.
//!
//! Every change is written to the trail. A task that was told to stop never goes back.

use super::containers::{self, Outcome};
use super::home::Home;
use super::task::{ContainerStatus, DesiredStatus, Next, StopCause, StopCode, Task, TaskKey, TaskStatus};
use super::{Sleeper, logging, pull, scaling, scheduler};
use crate::cloud::{Arn, Cloud, Duration, EventKind, events};

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
pub(super) const TERMINATED: i32 = 143;

/// Puts a new task into its cluster.
pub(super) fn begin(cloud: &mut Cloud, home: &Home, task: Task) {
    let after = if task.status == TaskStatus::Provisioning { INTERFACE_UP } else { AGENT_POLL };
    let (cluster, id, arn) = (task.cluster.clone(), task.id.clone(), task.arn.clone());
    let waits = task.next == Next::Placed;
    let event = EventKind::Task { task: task.arn.clone(), status: task.status.as_str().to_owned(), reason: None };
    if let Some(cluster) = home.cluster_mut(cloud, &cluster) {
        cluster.insert_task(task);
    }
    cloud.record(event);
    tell(cloud, home, &cluster, &id, &arn);
    if waits {
        scaling::changed(cloud, home, &cluster);
    } else {
        set_alarm(cloud, home, &cluster, &id, after);
    }
}

/// Gives a task that waited for room its instance.
pub(super) fn place(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str, instance: &str) {
    let Some(task) = home.cluster_mut(cloud, cluster).and_then(|known| known.settle_task(id, instance)) else { return };
    task.version += 1;
    if task.interface.is_some() {
        task.next = Next::InterfaceReady;
        set_alarm(cloud, home, cluster, id, INTERFACE_UP);
    } else {
        enter(cloud, home, cluster, id, TaskStatus::Pending, Next::PullStarts, Some(AGENT_POLL));
    }
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
        Next::ContainersChange => change_containers(cloud, home, cluster, id),
        Next::SignalSent => {
            enter(cloud, home, cluster, id, TaskStatus::Stopping, Next::ContainersGone, Some(SHUTDOWN));
        }
        Next::ContainersGone => take_down(cloud, home, cluster, id),
        Next::InterfaceGone => finish(cloud, home, cluster, id),
        Next::Forgotten => {
            if let Some(cluster) = home.cluster_mut(cloud, cluster) {
                cluster.remove_task(id);
            }
        }
        // Room wakes the first.
        Next::Placed | Next::Nothing => {}
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

/// The containers were made.
fn start_containers(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    if let Err(container) = containers::prepare(cloud, home, cluster, id) {
        // Inferred: the agent's prefix before Docker's message.
        let reason = "CannotCreateContainerError: Error response from daemon: no command specified".to_owned();
        if let Some(task) = home.task_mut(cloud, cluster, id) {
            for made in task.containers.iter_mut().filter(|made| made.name == container) {
                made.reason = Some(reason.clone());
            }
        }
        stop(cloud, home, cluster, id, StopCode::TaskFailedToStart, reason, StopCause::Start { container });
        return;
    }
    change_containers(cloud, home, cluster, id);
}

/// Lets happen to the containers what is due, and does what follows from it for the task.
fn change_containers(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let now = cloud.now();
    logging::flush(cloud, home, cluster, id);
    let outcome = containers::change(cloud, home, cluster, id);
    // What they print as they start.
    logging::flush(cloud, home, cluster, id);
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    match outcome {
        Outcome::Ended { container, exit_code } => {
            task.execution_stopped_at = Some(now);
            let reason = "Essential container in task exited".to_owned();
            let cause = StopCause::Exit { container, exit_code };
            stop(cloud, home, cluster, id, StopCode::EssentialContainerExited, reason, cause);
        }
        Outcome::Ill { container } if task.service.is_some() => {
            scheduler::task_ill(cloud, home, cluster, id);
            let reason = "Task failed container health checks".to_owned();
            let cause = StopCause::Health { container };
            stop(cloud, home, cluster, id, StopCode::ServiceSchedulerInitiated, reason, cause);
        }
        Outcome::Ill { .. } | Outcome::Goes => {
            let change = containers::next_change(task);
            let after = change.map(|at| at - now);
            let waits = task.containers.iter().any(|container| container.status == ContainerStatus::Pending);
            let next = if after.is_some() { Next::ContainersChange } else { Next::Nothing };
            if task.status == TaskStatus::Activating && !waits {
                task.started_at = Some(now);
                enter(cloud, home, cluster, id, TaskStatus::Running, next, after);
                return;
            }
            task.version += 1;
            task.next = next;
            let service = task.service.clone();
            if let Some(after) = after {
                set_alarm(cloud, home, cluster, id, after);
            }
            // A task that has become healthy is what its service may wait for.
            if let Some(service) = service {
                home.wake_service(cloud, cluster, &service, now);
            }
        }
    }
}

/// Its containers are gone, or never were: the network interface goes next, if it has one.
fn take_down(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let now = cloud.now();
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    let ran = task.containers.iter().any(|container| container.started_at.is_some());
    for container in task.containers.iter_mut().filter(|container| container.status != ContainerStatus::Stopped) {
        container.status = ContainerStatus::Stopped;
        if container.started_at.is_some() {
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
        cluster.release_task(&task, now);
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
    let Some(key) = TaskKey::of(id) else { return };
    home.state_mut(cloud).alarms.cancel(&Sleeper::Task { task: key, cluster: cluster.to_owned() });
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
    let (service, arn) = (task.service.clone(), task.arn.clone());
    cloud.record(event);
    tell(cloud, home, cluster, id, &arn);
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

/// Tells the bus how a task is now.
fn tell(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str, arn: &Arn) {
    if !events::ecs::is_heard(cloud, arn) {
        return;
    }
    let described = home.task(cloud, cluster, id).map(|task| super::api::described(cloud, home, task));
    if let Some(described) = described {
        events::ecs::task(cloud, arn, described);
    }
}

fn set_alarm(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str, after: Duration) {
    // At least a millisecond, so that time moves on between two states.
    let at = cloud.now() + after.max(Duration::millis(1));
    let Some(task) = TaskKey::of(id) else { return };
    home.state_mut(cloud).alarms.set(at, Sleeper::Task { task, cluster: cluster.to_owned() });
}
