//! What the containers of a task definition must fulfil to be registered.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::RegisterTaskDefinition;
use super::definition::{Compatibility, Condition, ContainerDefinition, HealthCheck, NetworkMode};
use super::definition_rules::is_name;
use super::home::client_error;
use crate::cloud::ApiError;

/// The most containers of a task definition. Source: Amazon ECS service quotas.
const MOST: usize = 10;
/// The least memory that Docker takes, in MiB. Source: Amazon ECS service model, `ContainerDefinition.memory`.
const LEAST_MEMORY: u32 = 6;

/// Checks all containers.
///
/// # Errors
/// `ClientException` with AWS's wording. Source: observed, except where it says inferred.
pub(super) fn check(
    input: &RegisterTaskDefinition,
    network_mode: NetworkMode,
    task_cpu: Option<u32>,
    task_memory: Option<u32>,
) -> Result<(), ApiError> {
    let containers = &input.container_definitions;
    let mut names = BTreeSet::new();
    for container in containers {
        if container.name.is_empty() {
            return Err(client_error("Container.name should not be null or empty."));
        }
        if !is_name(&container.name) {
            // Inferred: the wording.
            return Err(client_error("Container.name contains invalid characters."));
        }
        if container.image.is_empty() {
            return Err(client_error("Container.image should not be null or empty."));
        }
        if container.image.len() > 255 {
            // Inferred: the wording.
            return Err(client_error("Container.image should not be longer than 255 characters."));
        }
        if !names.insert(container.name.as_str()) {
            // Inferred: the wording.
            return Err(client_error(format!("Duplicate container name '{}'.", container.name)));
        }
        check_memory(input, container, task_memory)?;
        check_ports(container, network_mode)?;
        check_links(containers, container, network_mode)?;
        check_mounts(input, container)?;
        check_logs(container)?;
        check_health(container)?;
        check_dependencies(containers, container)?;
        check_restarts(container)?;
    }
    if containers.len() > MOST {
        // Inferred: the wording.
        return Err(client_error(format!("Number of containers in a task definition cannot exceed {MOST}.")));
    }
    if !containers.iter().any(|container| container.essential) {
        // Inferred: the wording.
        return Err(client_error(
            "Invalid 'containerDefinitions' setting for task. At least one container must be essential.",
        ));
    }
    check_cycles(containers)?;
    let cpu = containers.iter().map(|container| container.cpu).fold(0, u32::saturating_add);
    if task_cpu.is_some_and(|most| cpu > most) {
        return Err(client_error(
            "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
        ));
    }
    let memory = containers.iter().filter_map(|container| container.memory_reservation.or(container.memory));
    if task_memory.is_some_and(|most| memory.fold(0, u32::saturating_add) > most) {
        // Inferred: the wording, from that of `cpu`.
        return Err(client_error(
            "The sum of all container 'memory' values cannot be greater than the value of the task 'memory'.",
        ));
    }
    Ok(())
}

fn invalid(container: &ContainerDefinition, what: &str) -> ApiError {
    client_error(format!("Invalid setting for container '{}'. {what}", container.name))
}

fn check_memory(
    input: &RegisterTaskDefinition,
    container: &ContainerDefinition,
    task_memory: Option<u32>,
) -> Result<(), ApiError> {
    let fargate = input.requires_compatibilities.contains(&Compatibility::Fargate);
    let (hard, soft) = (container.memory, container.memory_reservation);
    if hard.or(soft).is_none() && task_memory.is_none() && !fargate {
        return Err(invalid(container, "At least one of 'memory' or 'memoryReservation' must be specified."));
    }
    // Inferred: the wording of these two. Source of the rules: Amazon ECS service model, `ContainerDefinition.memory`.
    if [hard, soft].into_iter().flatten().any(|memory| memory < LEAST_MEMORY) {
        return Err(invalid(container, &format!("'memory' must be at least {LEAST_MEMORY}.")));
    }
    if hard.zip(soft).is_some_and(|(hard, soft)| hard < soft) {
        return Err(invalid(container, "'memory' must be greater than 'memoryReservation'."));
    }
    Ok(())
}

/// Source: Amazon ECS service model, `PortMapping.hostPort`.
fn check_ports(container: &ContainerDefinition, network_mode: NetworkMode) -> Result<(), ApiError> {
    let own_network = matches!(network_mode, NetworkMode::Awsvpc | NetworkMode::Host);
    for mapping in &container.port_mappings {
        let differs = mapping.host_port.is_some_and(|host| host != 0 && Some(host) != mapping.container_port);
        if own_network && differs {
            let mode = mode_name(network_mode);
            return Err(client_error(format!(
                "When networkMode={mode}, the host ports and container ports in port mappings must match."
            )));
        }
    }
    Ok(())
}

fn mode_name(mode: NetworkMode) -> &'static str {
    match mode {
        NetworkMode::Awsvpc => "awsvpc",
        NetworkMode::Bridge => "bridge",
        NetworkMode::Host => "host",
        NetworkMode::None => "none",
    }
}

/// Source: Amazon ECS service model, `ContainerDefinition.links` and `hostname`; the wording of the first: observed.
fn check_links(
    containers: &[ContainerDefinition],
    container: &ContainerDefinition,
    network_mode: NetworkMode,
) -> Result<(), ApiError> {
    if !container.links.is_empty() && network_mode != NetworkMode::Bridge {
        return Err(client_error(format!("Links are not supported when networkMode={}.", mode_name(network_mode))));
    }
    for link in &container.links {
        let name = link.split(':').next().unwrap_or_default();
        if name == container.name || !containers.iter().any(|other| other.name == name) {
            // Inferred: the wording.
            return Err(invalid(container, &format!("Link '{link}' does not name another container.")));
        }
    }
    if container.hostname.is_some() && network_mode == NetworkMode::Awsvpc {
        // Inferred: the wording.
        return Err(client_error("Hostname is not supported when networkMode=awsvpc."));
    }
    Ok(())
}

fn check_mounts(input: &RegisterTaskDefinition, container: &ContainerDefinition) -> Result<(), ApiError> {
    let declared =
        |name: &str| input.volumes.iter().any(|volume| volume.get("name").and_then(Value::as_str) == Some(name));
    for mount in &container.mount_points {
        let source = mount.source_volume.as_deref().unwrap_or("null");
        if !declared(source) {
            return Err(client_error(format!("Unknown volume '{source}'.")));
        }
        if mount.container_path.as_deref().is_none_or(str::is_empty) {
            // Inferred: the wording.
            return Err(client_error("MountPoint.containerPath should not be null or empty."));
        }
    }
    for from in &container.volumes_from {
        let name = from.source_container.as_deref().unwrap_or_default();
        if name == container.name || !input.container_definitions.iter().any(|other| other.name == name) {
            // Inferred: the wording.
            return Err(invalid(container, &format!("Unknown container '{name}' in volumesFrom.")));
        }
    }
    Ok(())
}

/// Source: Amazon ECS Developer Guide, "Send Amazon ECS logs to CloudWatch"; the wording: observed.
fn check_logs(container: &ContainerDefinition) -> Result<(), ApiError> {
    let Some(logs) = container.log_configuration.as_ref().filter(|logs| logs.log_driver == "awslogs") else {
        return Ok(());
    };
    let has = |name: &str| logs.options.as_ref().and_then(|options| options.get(name)?.as_str()).is_some();
    let missing: Vec<&str> = ["awslogs-region", "awslogs-group"].into_iter().filter(|name| !has(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(client_error(format!("Log driver awslogs requires options: {}", missing.join(", "))))
}

/// Source of the bounds: Amazon ECS service model, `HealthCheck`. Inferred: the wording.
fn check_health(container: &ContainerDefinition) -> Result<(), ApiError> {
    let Some(check) = &container.health_check else { return Ok(()) };
    let HealthCheck { command, interval, timeout, retries, start_period } = check;
    match command.as_slice() {
        [] => return Err(invalid(container, "HealthCheck.command should not be null or empty.")),
        [how, ..] if !matches!(how.as_str(), "CMD" | "CMD-SHELL" | "NONE") => {
            return Err(invalid(container, "HealthCheck.command must start with CMD or CMD-SHELL."));
        }
        _ => {}
    }
    for (name, value, bounds) in [
        ("interval", *interval, 5..=300),
        ("timeout", *timeout, 2..=60),
        ("retries", *retries, 1..=10),
        ("startPeriod", start_period.unwrap_or(0), 0..=300),
    ] {
        if !bounds.contains(&value) {
            let (least, most) = bounds.into_inner();
            return Err(invalid(container, &format!("HealthCheck.{name} must be between {least} and {most}.")));
        }
    }
    Ok(())
}

fn check_dependencies(containers: &[ContainerDefinition], container: &ContainerDefinition) -> Result<(), ApiError> {
    for dependency in &container.depends_on {
        let name = &dependency.container_name;
        let other = containers.iter().find(|other| other.name == *name && other.name != container.name);
        let Some(other) = other else {
            // Inferred: the wording.
            return Err(invalid(container, &format!("Unknown container '{name}' in dependsOn.")));
        };
        match dependency.condition {
            Condition::Complete | Condition::Success if other.essential => {
                return Err(client_error(
                    "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
                ));
            }
            // Inferred: the wording.
            Condition::Healthy if other.check().is_none() => {
                return Err(client_error(format!(
                    "Container '{name}' must have a health check, because another container depends on its condition HEALTHY."
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether containers wait for each other. Inferred: the wording.
fn check_cycles(containers: &[ContainerDefinition]) -> Result<(), ApiError> {
    let mut ready: BTreeSet<&str> = BTreeSet::new();
    // Each round adds at least one container, or what is left waits for itself.
    while ready.len() < containers.len() {
        let before = ready.len();
        for container in containers {
            if container.depends_on.iter().all(|dependency| ready.contains(dependency.container_name.as_str())) {
                ready.insert(&container.name);
            }
        }
        if ready.len() == before {
            return Err(client_error("Container dependencies must not form a cycle."));
        }
    }
    Ok(())
}

/// Source: Amazon ECS service model, `ContainerRestartPolicy`. Inferred: the wording.
fn check_restarts(container: &ContainerDefinition) -> Result<(), ApiError> {
    let Some(policy) = &container.restart_policy else { return Ok(()) };
    if !(60..=1800).contains(&policy.period()) {
        return Err(invalid(container, "'restartAttemptPeriod' must be between 60 and 1800."));
    }
    if policy.ignored_exit_codes.len() > 50 {
        return Err(invalid(container, "'ignoredExitCodes' cannot exceed 50 entries."));
    }
    Ok(())
}

/// What Fargate does not have.
/// Source: Amazon ECS Developer Guide, "Task definition differences for Fargate". Inferred: the wording.
pub(super) fn check_fargate(input: &RegisterTaskDefinition) -> Result<(), ApiError> {
    let unsupported = |what: &str| Err(client_error(format!("Fargate does not support {what}.")));
    if !input.placement_constraints.is_empty() {
        return unsupported("placement constraints");
    }
    if input.ipc_mode.is_some() {
        return unsupported("'ipcMode'");
    }
    for volume in &input.volumes {
        let source = volume.get("host").and_then(|host| host.get("sourcePath"));
        if source.is_some_and(|path| !path.is_null()) {
            return unsupported("'host.sourcePath' of volumes");
        }
        if volume.get("dockerVolumeConfiguration").is_some_and(|docker| !docker.is_null()) {
            return unsupported("'dockerVolumeConfiguration' of volumes");
        }
    }
    for container in &input.container_definitions {
        let driver = container.log_configuration.as_ref().map(|logs| logs.log_driver.as_str());
        if let Some(driver) = driver.filter(|driver| !matches!(*driver, "awslogs" | "splunk" | "awsfirelens")) {
            return unsupported(&format!("log driver '{driver}'"));
        }
        let used = [
            ("links", !container.links.is_empty()),
            ("privileged", container.privileged == Some(true)),
            ("dnsServers", !container.dns_servers.is_empty()),
            ("dnsSearchDomains", !container.dns_search_domains.is_empty()),
            ("dockerSecurityOptions", !container.docker_security_options.is_empty()),
            ("extraHosts", !container.extra_hosts.is_empty()),
            ("disableNetworking", container.disable_networking == Some(true)),
        ];
        if let Some((name, _)) = used.into_iter().find(|(_, used)| *used) {
            return unsupported(&format!("'{name}'"));
        }
        for (name, value) in [("startTimeout", container.start_timeout), ("stopTimeout", container.stop_timeout)] {
            if value.is_some_and(|seconds| seconds > 120) {
                return Err(invalid(container, &format!("'{name}' cannot exceed 120 on Fargate.")));
            }
        }
    }
    Ok(())
}
