//! The containers of a task: in which order they start, when they end or start again, and whether they are well.

use std::collections::BTreeSet;

use super::definition::{Condition, ContainerDefinition, HealthCheck, NetworkMode};
use super::home::Home;
use super::lifecycle::TERMINATED;
use super::logging::Pending;
use super::program::{self, Fate, Program};
use super::task::{Container, ContainerStatus, HealthStatus, LaunchType, NetworkBinding, Task};
use crate::cloud::{Cloud, Duration, Timestamp};

/// What the containers' changes mean for their task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It goes on.
    Goes,
    /// An essential container ended.
    Ended { container: String, exit_code: i32 },
    /// An essential container is not well.
    Ill { container: String },
}

/// Makes the containers of a task whose images are there.
///
/// # Errors
/// The name of a container that has nothing to run.
pub(super) fn prepare(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) -> Result<(), String> {
    let Some(task) = home.task_mut(cloud, cluster, id) else { return Ok(()) };
    let Some(Ok(programs)) = task.pull.take() else { return Ok(()) };
    if let Some((container, _)) = task.containers.iter().zip(&programs).find(|(_, program)| program.is_none()) {
        return Err(container.name.clone());
    }
    let task = task.clone();
    let bindings = bindings(home, cloud, &task);
    let fargate = task.launch_type == LaunchType::Fargate;
    let runtime_ids: Vec<String> = (0..programs.len())
        .map(|_| if fargate { format!("{id}-{}", decimal(&cloud.random_hex(8))) } else { cloud.random_hex(64) })
        .collect();
    let Some(task) = home.task_mut(cloud, cluster, id) else { return Ok(()) };
    let parts = programs.into_iter().zip(runtime_ids).zip(bindings);
    for (container, ((program, runtime_id), bindings)) in task.containers.iter_mut().zip(parts) {
        container.program = program;
        container.runtime_id = Some(runtime_id);
        container.network_bindings = bindings;
    }
    Ok(())
}

/// Lets happen what is due: ends, results of health checks, starts of those that waited.
pub(super) fn change(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) -> Outcome {
    let now = cloud.now();
    loop {
        let Some(task) = home.task_mut(cloud, cluster, id) else { return Outcome::Goes };
        if let Some(outcome) = settle(task, now) {
            return outcome;
        }
        let Some(ready) = task.containers.iter().position(|container| may_start(task, container)) else {
            return Outcome::Goes;
        };
        start(cloud, home, cluster, id, ready);
    }
}

/// When the next change is due.
pub(super) fn next_change(task: &Task) -> Option<Timestamp> {
    let running = task.containers.iter().filter(|container| container.status == ContainerStatus::Running);
    let own = running.flat_map(|container| {
        let ends = container.ends.map(|(at, _)| at);
        let prints = container.prints.first().map(|print| print.at);
        ends.into_iter().chain(prints).chain(container.diagnosis.map(|(at, _)| at))
    });
    let waiting = task.containers.iter().filter(|container| container.status == ContainerStatus::Pending);
    own.chain(waiting.flat_map(|container| deadlines(task, container).map(|(at, _)| at))).min()
}

fn definition<'a>(task: &'a Task, name: &str) -> Option<&'a ContainerDefinition> {
    task.definition.container_definitions.iter().find(|known| known.name == name)
}

/// Ends, restarts and diagnoses what is due, and gives up those that wait for what will never be.
fn settle(task: &mut Task, now: Timestamp) -> Option<Outcome> {
    let definitions = std::sync::Arc::clone(&task.definition);
    let essential =
        |name: &str| definitions.container_definitions.iter().any(|known| known.name == name && known.essential);
    for (container, known) in task.containers.iter_mut().zip(&definitions.container_definitions) {
        let Some((_, exit_code)) = container.ends.filter(|(at, _)| *at <= now) else { continue };
        if container.status != ContainerStatus::Running {
            continue;
        }
        if starts_again(known, container, exit_code, now) {
            container.restarts += 1;
            run(container, known, now);
            continue;
        }
        container.status = ContainerStatus::Stopped;
        container.exit_code = Some(exit_code);
        container.diagnosis = None;
        if known.essential {
            return Some(Outcome::Ended { container: container.name.clone(), exit_code });
        }
    }
    for container in task.containers.iter_mut().filter(|container| container.status == ContainerStatus::Running) {
        let Some((_, health)) = container.diagnosis.filter(|(at, _)| *at <= now) else { continue };
        container.diagnosis = None;
        container.health = health;
        if health == HealthStatus::Unhealthy && essential(&container.name) {
            return Some(Outcome::Ill { container: container.name.clone() });
        }
    }
    while let Some((at, reason)) =
        task.containers.iter().enumerate().find_map(|(at, it)| Some((at, hopeless(task, it, now)?)))
    {
        // Source: Amazon ECS container agent, `handleTerminalDependencyError`: it is given up as if it had been stopped.
        let container = task.containers.get_mut(at)?;
        container.status = ContainerStatus::Stopped;
        container.exit_code = Some(TERMINATED);
        container.reason = Some(reason);
        if essential(&container.name) {
            return Some(Outcome::Ended { container: container.name.clone(), exit_code: TERMINATED });
        }
    }
    None
}

/// Whether its restart policy starts a container again that ended.
fn starts_again(known: &ContainerDefinition, container: &Container, exit_code: i32, now: Timestamp) -> bool {
    let Some(policy) = known.restart_policy.as_ref().filter(|policy| policy.enabled) else { return false };
    let ran = container.started_at.map(|started| now - started).unwrap_or_default();
    !policy.ignored_exit_codes.contains(&exit_code) && ran >= Duration::seconds(i64::from(policy.period()))
}

/// Whether all that a container waits for is so.
fn may_start(task: &Task, container: &Container) -> bool {
    let Some(known) = definition(task, &container.name) else { return false };
    container.status == ContainerStatus::Pending
        && known.depends_on.iter().all(|dependency| {
            let other = task.containers.iter().find(|other| other.name == dependency.container_name);
            other.is_some_and(|other| match dependency.condition {
                Condition::Start => other.started_at.is_some(),
                Condition::Complete => other.status == ContainerStatus::Stopped,
                Condition::Success => other.status == ContainerStatus::Stopped && other.exit_code == Some(0),
                Condition::Healthy => other.health == HealthStatus::Healthy,
            })
        })
}

/// Until when a container waits for each that it depends on, where that has a start timeout.
fn deadlines<'a>(task: &'a Task, container: &Container) -> impl Iterator<Item = (Timestamp, &'a Container)> + use<'a> {
    let dependencies = definition(task, &container.name).into_iter().flat_map(|known| &known.depends_on);
    dependencies.filter(|dependency| dependency.condition != Condition::Start).filter_map(|dependency| {
        let other = task.containers.iter().find(|other| other.name == dependency.container_name)?;
        let timeout = definition(task, &other.name)?.start_timeout?;
        let running = other.status == ContainerStatus::Running;
        running.then_some((other.started_at? + Duration::seconds(i64::from(timeout)), other))
    })
}

/// Why what a waiting container waits for will never be. Source: Amazon ECS container agent, `dependencygraph`.
fn hopeless(task: &Task, container: &Container, now: Timestamp) -> Option<String> {
    if container.status != ContainerStatus::Pending {
        return None;
    }
    let name = &container.name;
    if let Some((_, other)) = deadlines(task, container).find(|(at, _)| *at <= now) {
        let other = &other.name;
        return Some(format!(
            "dependency graph: container ordering dependency [{other}] for target [{name}] has timed out."
        ));
    }
    definition(task, name)?.depends_on.iter().find_map(|dependency| {
        let other = task.containers.iter().find(|other| other.name == dependency.container_name)?;
        let failed = match dependency.condition {
            Condition::Success => other.exit_code != Some(0),
            Condition::Start | Condition::Complete => false,
            // Inferred: one that ended before it was well will not be.
            Condition::Healthy => other.health != HealthStatus::Healthy,
        };
        let over = other.status == ContainerStatus::Stopped && failed;
        over.then(|| {
            format!(
                "dependency graph: failed to resolve container ordering dependency [{}] for target [{name}] as dependency \
                 did not exit successfully.",
                other.name
            )
        })
    })
}

/// Starts a container.
fn start(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str, index: usize) {
    let now = cloud.now();
    let Some(task) = home.task(cloud, cluster, id) else { return };
    let program = task.containers.get(index).and_then(|container| container.program.clone());
    let called = match program {
        Some(Program { fate: Fate::Calls(call), .. }) => {
            let asks = task.clone();
            let made = call.make(cloud, home, &asks);
            let fate = Fate::Ends { after: program::AT_ONCE, exit_code: made.exit_code };
            let prints = made.said.lines().map(|line| (program::AT_ONCE, line.to_owned())).collect();
            Some(Program { fate, prints })
        }
        _ => None,
    };
    let Some(task) = home.task_mut(cloud, cluster, id) else { return };
    let Some(container) = task.containers.get_mut(index) else { return };
    let Some(known) = task.definition.container_definitions.get(index) else { return };
    container.program = called.or(container.program.take());
    run(container, known, now);
}

/// Lets a container's command begin, now.
fn run(container: &mut Container, known: &ContainerDefinition, now: Timestamp) {
    container.status = ContainerStatus::Running;
    container.started_at = Some(now);
    container.exit_code = None;
    let Some(program) = &container.program else { return };
    container.ends = match program.fate {
        Fate::Ends { after, exit_code } => Some((now + after, exit_code)),
        Fate::Forever | Fate::Calls(_) => None,
    };
    // Without a log driver that keeps it, nobody sees it.
    if known.log_configuration.as_ref().is_some_and(|logs| logs.log_driver == "awslogs") {
        let pending = |(after, text): &(Duration, String)| Pending { at: now + *after, text: text.clone() };
        container.prints = program.prints.iter().map(pending).collect();
    }
    container.health = HealthStatus::Unknown;
    container.diagnosis = known.check().map(|check| diagnose(check, now));
}

/// When a health check has a result for a container that starts now, and which.
///
/// Its command is judged as every command is ([`Program`]): one that plainly fails or takes too long fails each time,
/// any other (such as `curl`) is taken to find a server that answers.
fn diagnose(check: &HealthCheck, started: Timestamp) -> (Timestamp, HealthStatus) {
    let words: Vec<String> = match check.command.split_first() {
        Some((how, [line])) if how == "CMD-SHELL" => vec!["sh".to_owned(), "-c".to_owned(), line.clone()],
        Some((_, words)) => words.to_vec(),
        None => Vec::new(),
    };
    let timeout = Duration::seconds(i64::from(check.timeout));
    let fails = match Program::of(&words).map(|program| program.fate) {
        Some(Fate::Ends { after, exit_code }) => exit_code != 0 || after > timeout,
        Some(Fate::Forever | Fate::Calls(_)) => false,
        None => true,
    };
    let interval = i64::from(check.interval.max(1));
    let checks = if fails {
        // Failures in the start period do not count.
        i64::from(check.start_period.unwrap_or(0)) / interval + i64::from(check.retries.max(1))
    } else {
        1
    };
    let health = if fails { HealthStatus::Unhealthy } else { HealthStatus::Healthy };
    (started + Duration::seconds(interval * checks), health)
}

/// The ports of the host that a starting task's containers get, container by container.
fn bindings(home: &Home, cloud: &Cloud, task: &Task) -> Vec<Vec<NetworkBinding>> {
    /// Where Docker's dynamic ports begin. Source: Amazon ECS service model, `PortMapping.hostPort`.
    const DYNAMIC: u16 = 32_768;
    let definitions = &task.definition.container_definitions;
    let on_host = matches!(task.definition.network_mode, NetworkMode::Bridge | NetworkMode::Host);
    if !on_host || definitions.iter().all(|container| container.port_mappings.is_empty()) {
        return definitions.iter().map(|_| Vec::new()).collect();
    }
    let cluster = home.state(cloud).and_then(|state| state.cluster(&task.cluster));
    let others = task.container_instance.as_deref().zip(cluster).into_iter();
    let mut taken: BTreeSet<u16> = others
        .flat_map(|(instance, cluster)| cluster.tasks_on(instance))
        .flat_map(|other| other.containers.iter().flat_map(|container| &container.network_bindings))
        .map(|binding| binding.host_port)
        .collect();
    definitions
        .iter()
        .map(|container| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_health_check_has_its_result_after_the_first_success_or_the_last_retry() {
        let result = |command: &[&str], start_period| {
            let command = command.iter().map(|word| (*word).to_owned()).collect();
            let check = HealthCheck { command, start_period, ..HealthCheck::default() };
            let (at, health) = diagnose(&check, Timestamp::START);
            ((at - Timestamp::START).as_millis() / 1000, health)
        };
        let healthy = (30, HealthStatus::Healthy);
        assert_eq!(result(&["CMD-SHELL", "curl -f http://localhost/ || exit 1"], None), healthy);
        assert_eq!(result(&["CMD", "true"], Some(300)), healthy);
        assert_eq!(result(&["CMD-SHELL", "exit 1"], None), (90, HealthStatus::Unhealthy));
        assert_eq!(result(&["CMD", "false"], Some(60)), (150, HealthStatus::Unhealthy));
        assert_eq!(result(&["CMD-SHELL", "sleep 10"], None), (90, HealthStatus::Unhealthy), "it takes too long");
    }
}
