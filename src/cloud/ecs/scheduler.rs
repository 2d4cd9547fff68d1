//! The service scheduler: keeps each service's count, rolls its deployments, and says what it does in its events.
//!
//! A wake looks at one service and its own unstopped tasks only. It acts, and sets the next alarm only if it has to wait
//! for time; otherwise the changes of its tasks wake it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cluster::{Cluster, InstanceStatus};
use super::definition::TaskDefinition;
use super::home::Home;
use super::launch::{self, Launch, Refusal};
use super::placement::NoPlace;
use super::service::{
    Deployment, DeploymentStatus, NetworkConfiguration, RolloutState, Scheduling, Service, ServiceEvent, ServiceStatus,
};
use super::task::{DesiredStatus, Overrides, StopCause, StopCode, Task};
use super::{daemon, instance, lifecycle, provisioning, scaling};
use crate::cloud::events::ecs::{self as bus, Level};
use crate::cloud::{Cloud, Duration, EventKind};

/// From a request to what the scheduler makes of it.
const REACTION: Duration = Duration::seconds(1);
/// A task that ran at least so long is not part of a crash loop.
const LONG_RUN: Duration = Duration::minutes(1);
/// The most that the scheduler waits in a crash loop. AWS does not throttle one; this keeps a leap of days affordable.
const CRASH_WAIT: Duration = Duration::minutes(5);
/// After so many failed starts in a row, and again after each so many, the service says so. Inferred: how many.
const INCONSISTENT: u32 = 3;
/// What is said then.
const IMPAIRED: &str = "is unable to consistently start tasks successfully. For more information, see the Troubleshooting \
                        section of the Amazon ECS Developer Guide.";

/// A deployment that nothing was done for yet.
pub(super) fn new_deployment(
    cloud: &mut Cloud,
    definition: Arc<TaskDefinition>,
    desired_count: u32,
    network: Option<NetworkConfiguration>,
) -> Deployment {
    // Nineteen digits, as observed.
    let number = u64::from_str_radix(&cloud.random_hex(15), 16).unwrap_or_default();
    let id = format!("ecs-svc/{}", 1_000_000_000_000_000_000 + number % 8_000_000_000_000_000_000);
    let now = cloud.now();
    Deployment {
        rollout_state_reason: format!("ECS deployment {id} in progress."),
        id,
        status: DeploymentStatus::Primary,
        definition,
        desired_count,
        network,
        failed_tasks: 0,
        created_at: now,
        updated_at: now,
        rollout_state: RolloutState::InProgress,
        resolved: BTreeMap::new(),
        failures_in_a_row: 0,
        crashes_in_a_row: 0,
        unhealthy: false,
        retry_at: None,
        complaint: None,
    }
}

/// Makes `deployment` the primary one; the others are replaced by it.
pub(super) fn deploy(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, deployment: Deployment) {
    let Some(service) = home.service_mut(cloud, cluster, name) else { return };
    for old in &mut service.deployments {
        old.status = DeploymentStatus::Active;
        old.desired_count = 0;
    }
    let (id, reason) = (deployment.id.clone(), deployment.rollout_state_reason.clone());
    service.deployments.insert(0, deployment);
    service.steady = false;
    let arn = service.arn.clone();
    bus::deployment(cloud, &arn, (Level::Info, "SERVICE_DEPLOYMENT_IN_PROGRESS"), &id, &reason);
}

/// Tells the bus how a deployment ended.
fn tell_deployment(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, what: (Level, &str), id: &str) {
    let Some(service) = home.service(cloud, cluster, name) else { return };
    let reason =
        service.deployments.iter().find(|known| known.id == id).map(|known| known.rollout_state_reason.clone());
    let arn = service.arn.clone();
    bus::deployment(cloud, &arn, what, id, &reason.unwrap_or_default());
}

/// Tells the bus what a service does.
fn tell_service(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, what: (Level, &str)) {
    let Some(service) = home.service(cloud, cluster, name) else { return };
    let arn = service.arn.clone();
    bus::service(cloud, &arn, &home.cluster_arn(cluster), what);
}

/// Lets the scheduler look at a service shortly after a request.
pub(super) fn wake_soon(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let at = cloud.now() + REACTION;
    home.wake_service(cloud, cluster, name, at);
}

/// There is room in a cluster that was not there before: tasks and services that wait for it need not wait longer.
pub(super) fn room_appeared(cloud: &mut Cloud, home: &Home, cluster: &str) {
    provisioning::place_waiting(cloud, home, cluster);
    scaling::changed(cloud, home, cluster);
    if home.cluster(cloud, cluster).is_ok_and(|cluster| cluster.waiting.is_empty()) {
        return;
    }
    let waiting = home.cluster_mut(cloud, cluster).map(|cluster| std::mem::take(&mut cluster.waiting));
    for name in waiting.into_iter().flatten() {
        if let Some(primary) = home.service_mut(cloud, cluster, &name).and_then(Service::primary_mut) {
            primary.retry_at = None;
        }
        wake_soon(cloud, home, cluster, &name);
    }
}

/// An instance is drained, or no longer: the services with tasks on it look at them.
pub(super) fn instance_changed(cloud: &mut Cloud, home: &Home, cluster: &str, instance: &str) {
    let services: BTreeSet<String> = match home.cluster(cloud, cluster) {
        Ok(cluster) => cluster.tasks_on(instance).filter_map(|task| task.service.clone()).collect(),
        Err(_) => return,
    };
    for name in services {
        wake_soon(cloud, home, cluster, &name);
    }
    daemon::instances_changed(cloud, home, cluster);
}

/// A service's task is RUNNING: its deployment can start tasks.
pub(super) fn task_running(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, id: &str) {
    let Some(deployment) = home.task(cloud, cluster, id).and_then(|task| task.started_by.clone()) else { return };
    let Some(service) = home.service_mut(cloud, cluster, name) else { return };
    if let Some(deployment) = service.deployments.iter_mut().find(|known| known.id == deployment) {
        deployment.failures_in_a_row = 0;
        deployment.retry_at = None;
    }
}

/// A task is told to stop: its service counts it if it never ran, before it thinks of a replacement.
pub(super) fn task_stopping(cloud: &mut Cloud, home: &Home, task: &Task) {
    if let Some(name) = &task.service {
        count_failure(cloud, home, task, name);
    }
}

/// A task is STOPPED: its room is free.
pub(super) fn task_stopped(cloud: &mut Cloud, home: &Home, task: &Task) {
    if let Some(name) = &task.service {
        let now = cloud.now();
        home.wake_service(cloud, &task.cluster, name, now);
    }
    if let Some(instance) = &task.container_instance {
        room_appeared(cloud, home, &task.cluster);
        instance::emptied(cloud, home, &task.cluster, instance);
    }
}

/// A task of a service is not well, and will be replaced. Source: Amazon ECS Developer Guide, "How the deployment circuit
/// breaker detects failures", second stage; the event: observed.
pub(super) fn task_ill(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let Some((name, deployment)) =
        home.task(cloud, cluster, id).and_then(|task| task.service.clone().zip(task.started_by.clone()))
    else {
        return;
    };
    say(cloud, home, cluster, &name, &format!("(task {id}) failed container health checks."));
    let now = cloud.now();
    let Some(service) = home.service_mut(cloud, cluster, &name) else { return };
    if let Some(deployment) = service.deployments.iter_mut().find(|known| known.id == deployment) {
        deployment.failed_tasks += 1;
        deployment.unhealthy = true;
        deployment.updated_at = now;
    }
}

fn count_failure(cloud: &mut Cloud, home: &Home, task: &Task, name: &str) {
    let now = cloud.now();
    let Some(service) = home.service_mut(cloud, &task.cluster, name) else { return };
    // Tasks that were started together fail together, and are told of once.
    let told = service.events.front().is_some_and(|event| event.created_at == now && event.message.ends_with(IMPAIRED));
    let own = |known: &&mut Deployment| Some(known.id.as_str()) == task.started_by.as_deref();
    let Some(deployment) = service.deployments.iter_mut().find(own) else { return };
    match (task.stop_code, task.started_at) {
        // Whatever ends before it runs was not started. Source: as above, first stage.
        (Some(StopCode::TaskFailedToStart | StopCode::EssentialContainerExited), None) => {
            deployment.failed_tasks += 1;
            deployment.failures_in_a_row += 1;
            deployment.retry_at = Some(now + Deployment::backoff(deployment.failures_in_a_row));
            deployment.updated_at = now;
            if deployment.failures_in_a_row.is_multiple_of(INCONSISTENT) && !told {
                say(cloud, home, &task.cluster, name, IMPAIRED);
                tell_service(cloud, home, &task.cluster, name, (Level::Warn, "SERVICE_TASK_START_IMPAIRED"));
            }
        }
        (Some(StopCode::EssentialContainerExited), Some(started)) => {
            let crashed = task.execution_stopped_at.is_none_or(|ended| ended - started < LONG_RUN);
            deployment.crashes_in_a_row = if crashed { deployment.crashes_in_a_row + 1 } else { 0 };
            if crashed {
                let wait = Deployment::backoff(deployment.crashes_in_a_row).min(CRASH_WAIT);
                deployment.retry_at = Some(now + wait);
            }
        }
        _ => {}
    }
}

/// Writes an event: `(service web) {what}`.
fn say(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, what: &str) {
    let message = format!("(service {name}) {what}");
    let event = ServiceEvent { id: cloud.random_uuid(), created_at: cloud.now(), message: message.clone() };
    let Some(service) = home.service_mut(cloud, cluster, name) else { return };
    service.events.push_front(event);
    service.events.truncate(Service::EVENTS);
    let service = service.arn.clone();
    cloud.record(EventKind::ServiceMessage { service, message });
}

/// A service's tasks that are not stopped, as the scheduler counts them.
#[derive(Debug, Default)]
struct Crew {
    /// Of the primary deployment, meant to run: id and whether it is of use. Oldest first.
    new: Vec<(String, bool)>,
    /// Of other deployments, or on an instance that is drained: meant to run until others do.
    old: Vec<(String, bool)>,
    /// The deployments that still have a task that is not stopped.
    deployments: BTreeSet<String>,
    /// How many of the new ones each capacity provider has.
    providers: BTreeMap<String, u32>,
}

impl Crew {
    fn of(cloud: &Cloud, home: &Home, cluster: &str, name: &str) -> Self {
        let mut crew = Self::default();
        let Ok(cluster) = home.cluster(cloud, cluster) else { return crew };
        let Some(service) = cluster.service(name) else { return crew };
        let primary = service.primary().map(|primary| primary.id.as_str());
        let mut tasks: Vec<&Task> = cluster.tasks_of(&service.name).collect();
        tasks.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        for task in tasks {
            crew.deployments.extend(task.started_by.clone());
            if task.desired_status == DesiredStatus::Running {
                let stays = task.started_by.as_deref() == primary && !is_drained(cluster, task);
                if let Some(provider) = task.capacity_provider.as_ref().filter(|_| stays) {
                    *crew.providers.entry(provider.clone()).or_default() += 1;
                }
                let side = if stays { &mut crew.new } else { &mut crew.old };
                side.push((task.id.clone(), task.is_of_use()));
            }
        }
        crew
    }

    fn running(&self) -> usize {
        self.new.iter().chain(&self.old).filter(|(_, running)| *running).count()
    }

    fn len(&self) -> usize {
        self.new.len() + self.old.len()
    }
}

/// Whether a task is on an instance that is to be empty.
fn is_drained(cluster: &Cluster, task: &Task) -> bool {
    let instance = task.container_instance.as_deref().and_then(|id| cluster.instance(id));
    instance.is_some_and(|instance| instance.status == InstanceStatus::Draining)
}

/// Looks at a service, and does what is to be done now.
pub(super) fn wake(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let Some(service) = home.service(cloud, cluster, name) else { return };
    match service.status {
        ServiceStatus::Active => {
            let daemon = service.scheduling == Scheduling::Daemon;
            if daemon {
                daemon::count(cloud, home, cluster, name);
            }
            break_circuit(cloud, home, cluster, name);
            // To look at all tasks takes most of the time: it is done again only where something has changed.
            let look = |cloud: &Cloud| Crew::of(cloud, home, cluster, name);
            let crew = if daemon {
                daemon::stop_surplus(cloud, home, cluster, name);
                daemon::start_missing(cloud, home, cluster, name);
                look(cloud)
            } else {
                let mut crew = look(cloud);
                if stop_surplus(cloud, home, cluster, name, &crew) {
                    crew = look(cloud);
                }
                if start_missing(cloud, home, cluster, name, &crew) {
                    crew = look(cloud);
                }
                crew
            };
            settle(cloud, home, cluster, name, &crew);
        }
        ServiceStatus::Draining => drain(cloud, home, cluster, name),
        ServiceStatus::Inactive => {}
    }
}

fn drain(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let crew = Crew::of(cloud, home, cluster, name);
    let tasks: Vec<String> = crew.new.into_iter().chain(crew.old).map(|(id, _)| id).collect();
    stop_tasks(cloud, home, cluster, name, &tasks);
    if Crew::of(cloud, home, cluster, name).deployments.is_empty()
        && let Some(service) = home.service_mut(cloud, cluster, name)
    {
        service.status = ServiceStatus::Inactive;
        service.deployments.retain(|deployment| deployment.status == DeploymentStatus::Primary);
    }
}

/// Gives up a deployment that can't start its tasks, and rolls back where that is wanted.
/// Source: Amazon ECS Developer Guide, "How the deployment circuit breaker detects failures".
fn break_circuit(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let now = cloud.now();
    let Some(service) = home.service(cloud, cluster, name) else { return };
    let breaker = service.configuration.deployment_circuit_breaker;
    let Some(primary) = service.primary() else { return };
    let tripped = primary.failed_tasks >= Deployment::breaker_threshold(service.desired_count);
    if !breaker.enable || !tripped || primary.rollout_state != RolloutState::InProgress {
        return;
    }
    let failed = primary.id.clone();
    let back = service.last_completed.clone().filter(|good| breaker.rollback && good.id != failed);
    let desired_count = service.desired_count;
    // Inferred: the second.
    let what = if primary.unhealthy { "tasks failed container health checks" } else { "tasks failed to start" };
    if let Some(primary) = home.service_mut(cloud, cluster, name).and_then(Service::primary_mut) {
        primary.rollout_state = RolloutState::Failed;
        primary.rollout_state_reason = format!("ECS deployment circuit breaker: {what}.");
        primary.retry_at = None;
        primary.updated_at = now;
    }
    say(cloud, home, cluster, name, &format!("(deployment {failed}) deployment failed: {what}."));
    tell_deployment(cloud, home, cluster, name, (Level::Error, "SERVICE_DEPLOYMENT_FAILED"), &failed);
    if let Some(mut good) = back {
        say(cloud, home, cluster, name, &format!("rolling back to deployment {}.", good.id));
        good.status = DeploymentStatus::Primary;
        good.desired_count = desired_count;
        good.rollout_state = RolloutState::InProgress;
        good.rollout_state_reason =
            format!("ECS deployment circuit breaker: rolling back to deploymentId {}.", good.id);
        good.updated_at = now;
        if let Some(service) = home.service_mut(cloud, cluster, name) {
            service.deployments.retain(|known| known.id != good.id);
        }
        deploy(cloud, home, cluster, name, *good);
    }
}

/// Stops what is too much: beyond the count, and of old deployments as the new one takes over. Says whether anything was.
fn stop_surplus(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, crew: &Crew) -> bool {
    let Some(service) = home.service(cloud, cluster, name) else { return false };
    let desired = service.desired_count as usize;
    let failed = service.primary().is_none_or(|primary| primary.rollout_state == RolloutState::Failed);
    // Those that do not run yet go first, then the newest.
    let mut new: Vec<&(String, bool)> = crew.new.iter().rev().collect();
    new.sort_by_key(|(_, running)| *running);
    let mut leaving: Vec<String> =
        new.iter().take(crew.new.len().saturating_sub(desired)).map(|(id, _)| id.clone()).collect();
    let going = crew.new.iter().filter(|(id, running)| *running && leaving.contains(id)).count();
    // Running old tasks may go as long as enough others run; those that do not run are of no use.
    // Without a deployment to take over they stay.
    let spare = if failed { 0 } else { (crew.running() - going).saturating_sub(service.lower_limit() as usize) };
    leaving.extend(crew.old.iter().filter(|(_, running)| !running).map(|(id, _)| id.clone()));
    leaving.extend(crew.old.iter().filter(|(_, running)| *running).take(spare).map(|(id, _)| id.clone()));
    stop_tasks(cloud, home, cluster, name, &leaving);
    !leaving.is_empty()
}

pub(super) fn stop_tasks(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, tasks: &[String]) {
    if tasks.is_empty() {
        return;
    }
    if let Some(service) = home.service_mut(cloud, cluster, name) {
        service.steady = false;
    }
    say(cloud, home, cluster, name, &format!("has stopped {} running tasks: {}.", tasks.len(), listed(tasks)));
    for id in tasks {
        let deployment = home.task(cloud, cluster, id).and_then(|task| task.started_by.clone()).unwrap_or_default();
        let reason = format!("Scaling activity initiated by (deployment {deployment})");
        lifecycle::stop(cloud, home, cluster, id, StopCode::ServiceSchedulerInitiated, reason, StopCause::Service);
    }
}

/// `(task 0123…) (task 4567…)`.
fn listed(tasks: &[String]) -> String {
    tasks.iter().map(|id| format!("(task {id})")).collect::<Vec<_>>().join(" ")
}

/// Starts what is missing, as far as the deployment's limits and its failures let it. Says whether anything was.
fn start_missing(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, crew: &Crew) -> bool {
    let now = cloud.now();
    let Some(service) = home.service(cloud, cluster, name) else { return false };
    let Some(primary) = service.primary() else { return false };
    let missing = (service.desired_count as usize).saturating_sub(crew.new.len());
    if missing == 0 || primary.rollout_state == RolloutState::Failed {
        return false;
    }
    if let Some(at) = primary.retry_at.filter(|at| *at > now) {
        home.wake_service(cloud, cluster, name, at);
        return false;
    }
    let room = (service.upper_limit() as usize).saturating_sub(crew.len());
    if room == 0 {
        // Nothing may start, and nothing that runs may stop: it can't go on by itself.
        if crew.running() == crew.len() && crew.running() <= service.lower_limit() as usize {
            let what = "was unable to stop or start tasks during a deployment because of the service deployment \
                        configuration. Update the minimumHealthyPercent or maximumPercent value and try again.";
            complain(cloud, home, cluster, name, what);
        }
        return false;
    }
    let order = order(service, primary);
    let mut has = crew.providers.clone();
    let mut started = Vec::new();
    let mut refusal = None;
    for _ in 0..missing.min(room) {
        match launch::launch(cloud, home, &order, &mut has) {
            Ok(id) => started.push(id),
            Err(refused) => {
                refusal = Some(refused);
                break;
            }
        }
    }
    tell_started(cloud, home, cluster, name, &started, refusal.as_ref());
    !started.is_empty()
}

/// Says which tasks were started, and what stood in the way of others.
pub(super) fn tell_started(
    cloud: &mut Cloud,
    home: &Home,
    cluster: &str,
    name: &str,
    started: &[String],
    refusal: Option<&Refusal>,
) {
    if !started.is_empty() {
        if let Some(service) = home.service_mut(cloud, cluster, name) {
            service.steady = false;
            if let Some(primary) = service.primary_mut() {
                primary.complaint = None;
            }
        }
        say(cloud, home, cluster, name, &format!("has started {} tasks: {}.", started.len(), listed(started)));
    }
    if let Some(refusal) = refusal {
        refused(cloud, home, cluster, name, refusal);
    }
}

/// The task that the primary deployment starts.
pub(super) fn order(service: &Service, primary: &Deployment) -> Launch {
    let tags = match service.propagate_tags.as_deref() {
        Some("SERVICE") => service.tags.clone(),
        Some("TASK_DEFINITION") => primary.definition.tags.clone(),
        _ => Vec::new(),
    };
    Launch {
        cluster: service.cluster.clone(),
        definition: Arc::clone(&primary.definition),
        launch_type: service.launch_type,
        strategy: service.capacity_providers.clone(),
        constraints: service.placement_constraints.clone(),
        placement: service.placement_strategy.clone(),
        instance: None,
        group: format!("service:{}", service.name),
        started_by: Some(primary.id.clone()),
        service: Some(service.name.clone()),
        overrides: Overrides::default(),
        network: primary.network.clone(),
        enable_execute_command: service.enable_execute_command,
        tags,
    }
}

/// A task could not even be made: says so once, and tries again later and later.
fn refused(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, refusal: &Refusal) {
    let now = cloud.now();
    let what = match refusal {
        Refusal::Api(error) => format!("failed to launch a task with (error {}).", error.message),
        Refusal::NoPlace(NoPlace::NoInstances) => {
            "was unable to place a task because no container instance met all of its requirements. Reason: No Container \
             Instances were found in your cluster."
                .to_owned()
        }
        Refusal::Full => "was unable to place tasks in your cluster because the tasks provisioning capacity limit was \
                          exceeded."
            .to_owned(),
        Refusal::NoPlace(NoPlace::Misfits(misfits)) => {
            let closest = misfits.first().map(|(id, misfit)| {
                format!("The closest matching (container-instance {id}) {}. ", misfit.event())
            });
            format!(
                "was unable to place a task because no container instance met all of its requirements. {}For more \
                 information, see the Troubleshooting section of the Amazon ECS Developer Guide.",
                closest.unwrap_or_default()
            )
        }
    };
    complain(cloud, home, cluster, name, &what);
    if matches!(refusal, Refusal::NoPlace(_) | Refusal::Full) {
        tell_service(cloud, home, cluster, name, (Level::Error, "SERVICE_TASK_PLACEMENT_FAILURE"));
    }
    if let Some(cluster) = home.cluster_mut(cloud, cluster) {
        cluster.waiting.insert(name.to_owned());
    }
    let Some(primary) = home.service_mut(cloud, cluster, name).and_then(Service::primary_mut) else { return };
    primary.failures_in_a_row += 1;
    let at = now + Deployment::backoff(primary.failures_in_a_row);
    primary.retry_at = Some(at);
    home.wake_service(cloud, cluster, name, at);
}

/// Says what stands in the way, unless that was the last thing said about it.
fn complain(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, what: &str) {
    let Some(primary) = home.service_mut(cloud, cluster, name).and_then(Service::primary_mut) else { return };
    if primary.complaint.as_deref() != Some(what) {
        primary.complaint = Some(what.to_owned());
        say(cloud, home, cluster, name, what);
    }
}

/// Forgets deployments that have no tasks left, and says when all is well.
fn settle(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str, crew: &Crew) {
    let now = cloud.now();
    let Some(service) = home.service(cloud, cluster, name) else { return };
    let desired = service.desired_count as usize;
    let done = |known: &Deployment| known.status != DeploymentStatus::Primary && !crew.deployments.contains(&known.id);
    if service.deployments.iter().any(done)
        && let Some(service) = home.service_mut(cloud, cluster, name)
    {
        service.deployments.retain(|known| !done(known));
    }
    let all_run = crew.old.is_empty() && crew.new.len() == desired && crew.new.iter().all(|(_, of_use)| *of_use);
    let Some(service) = home.service(cloud, cluster, name) else { return };
    let Some(primary) = service.primary() else { return };
    if !all_run || service.deployments.len() > 1 || primary.rollout_state == RolloutState::Failed {
        return;
    }
    let (id, rolling, steady) = (primary.id.clone(), primary.rollout_state == RolloutState::InProgress, service.steady);
    if let Some(service) = home.service_mut(cloud, cluster, name).filter(|_| rolling || !steady) {
        service.steady = true;
        if let Some(primary) = service.primary_mut().filter(|_| rolling) {
            primary.rollout_state = RolloutState::Completed;
            primary.rollout_state_reason = format!("ECS deployment {id} completed.");
            primary.updated_at = now;
            primary.complaint = None;
            let completed = Box::new(primary.clone());
            service.last_completed = Some(completed);
        }
    }
    if rolling {
        say(cloud, home, cluster, name, &format!("(deployment {id}) deployment completed."));
        tell_deployment(cloud, home, cluster, name, (Level::Info, "SERVICE_DEPLOYMENT_COMPLETED"), &id);
    }
    if rolling || !steady {
        say(cloud, home, cluster, name, "has reached a steady state.");
        tell_service(cloud, home, cluster, name, (Level::Info, "SERVICE_STEADY_STATE"));
    }
}
