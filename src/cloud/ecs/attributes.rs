//! What a task definition asks of an instance, and what an agent offers: the attributes named `…capability…`.
//!
//! Source: Amazon ECS Developer Guide, "Amazon ECS container agent" attributes; the agent's published capabilities; which
//! member asks for which: observed. AWS promises no order; here they are sorted.

use std::collections::BTreeSet;

use serde_json::Value;

use super::agent;
use super::definition::{ContainerDefinition, NetworkMode, RequiredAttribute, TaskDefinition};

/// The version of the agent. Source: Amazon ECS container agent, its releases.
pub(super) const AGENT_VERSION: &str = "1.98.0";

/// What the agent of a present-day instance on Amazon Linux can do.
pub(super) const OFFERED: &[&str] = &[
    "com.amazonaws.ecs.capability.docker-remote-api.1.17",
    "com.amazonaws.ecs.capability.docker-remote-api.1.18",
    "com.amazonaws.ecs.capability.docker-remote-api.1.19",
    "com.amazonaws.ecs.capability.docker-remote-api.1.20",
    "com.amazonaws.ecs.capability.docker-remote-api.1.21",
    "com.amazonaws.ecs.capability.docker-remote-api.1.22",
    "com.amazonaws.ecs.capability.docker-remote-api.1.23",
    "com.amazonaws.ecs.capability.docker-remote-api.1.24",
    "com.amazonaws.ecs.capability.docker-remote-api.1.25",
    "com.amazonaws.ecs.capability.docker-remote-api.1.26",
    "com.amazonaws.ecs.capability.docker-remote-api.1.27",
    "com.amazonaws.ecs.capability.docker-remote-api.1.28",
    "com.amazonaws.ecs.capability.docker-remote-api.1.29",
    "com.amazonaws.ecs.capability.docker-remote-api.1.30",
    "com.amazonaws.ecs.capability.ecr-auth",
    "com.amazonaws.ecs.capability.logging-driver.awsfirelens",
    "com.amazonaws.ecs.capability.logging-driver.awslogs",
    "com.amazonaws.ecs.capability.logging-driver.fluentd",
    "com.amazonaws.ecs.capability.logging-driver.json-file",
    "com.amazonaws.ecs.capability.logging-driver.syslog",
    "com.amazonaws.ecs.capability.privileged-container",
    "com.amazonaws.ecs.capability.selinux",
    "com.amazonaws.ecs.capability.task-iam-role",
    "com.amazonaws.ecs.capability.task-iam-role-network-host",
    "ecs.capability.container-health-check",
    "ecs.capability.container-ordering",
    "ecs.capability.efs",
    "ecs.capability.efsAuth",
    "ecs.capability.env-files.s3",
    "ecs.capability.execution-role-awslogs",
    "ecs.capability.execution-role-ecr-pull",
    "ecs.capability.firelens.fluentbit",
    "ecs.capability.firelens.fluentd",
    "ecs.capability.full-sync",
    "ecs.capability.network.container-port-range",
    "ecs.capability.pid-ipc-namespace-sharing",
    "ecs.capability.private-registry-authentication.secretsmanager",
    "ecs.capability.secrets.asm.environment-variables",
    "ecs.capability.secrets.ssm.environment-variables",
    "ecs.capability.task-cpu-mem-limit",
    "ecs.capability.task-eni",
];

/// What an instance must be able to do to run a task of it.
pub(super) fn required(definition: &TaskDefinition) -> Vec<RequiredAttribute> {
    let mut names = BTreeSet::new();
    let execution_role = definition.execution_role_arn.is_some();
    match definition.network_mode {
        NetworkMode::Awsvpc => {
            names.insert("ecs.capability.task-eni".to_owned());
            docker_api(&mut names, 18);
        }
        NetworkMode::Bridge | NetworkMode::Host | NetworkMode::None => {}
    }
    if definition.task_role_arn.is_some() {
        let host = definition.network_mode == NetworkMode::Host;
        let name = if host { "task-iam-role-network-host" } else { "task-iam-role" };
        names.insert(format!("com.amazonaws.ecs.capability.{name}"));
        docker_api(&mut names, 17);
    }
    if definition.pid_mode.is_some() || definition.ipc_mode.is_some() {
        names.insert("ecs.capability.pid-ipc-namespace-sharing".to_owned());
    }
    for efs in definition.volumes.iter().filter_map(|volume| volume.get("efsVolumeConfiguration")) {
        let auth = efs.get("authorizationConfig").is_some_and(|config| !config.is_null());
        names.insert(if auth { "ecs.capability.efsAuth" } else { "ecs.capability.efs" }.to_owned());
        docker_api(&mut names, 25);
    }
    for container in &definition.container_definitions {
        of_container(container, execution_role, &mut names);
    }
    names.into_iter().map(|name| RequiredAttribute { name }).collect()
}

fn docker_api(names: &mut BTreeSet<String>, minor: u32) {
    names.insert(format!("com.amazonaws.ecs.capability.docker-remote-api.1.{minor}"));
}

fn of_container(container: &ContainerDefinition, execution_role: bool, names: &mut BTreeSet<String>) {
    if agent::is_private_ecr(&container.image) {
        names.insert("com.amazonaws.ecs.capability.ecr-auth".to_owned());
        docker_api(names, 19);
        if execution_role {
            names.insert("ecs.capability.execution-role-ecr-pull".to_owned());
        }
    }
    if let Some(log) = &container.log_configuration {
        names.insert(format!("com.amazonaws.ecs.capability.logging-driver.{}", log.log_driver));
        docker_api(names, if log.log_driver == "awslogs" { 19 } else { 18 });
        if execution_role && log.log_driver == "awslogs" {
            names.insert("ecs.capability.execution-role-awslogs".to_owned());
        }
    }
    if container.memory_reservation.is_some() {
        docker_api(names, 21);
    }
    if !container.ulimits.is_empty() {
        docker_api(names, 18);
    }
    if container.privileged == Some(true) {
        names.insert("com.amazonaws.ecs.capability.privileged-container".to_owned());
    }
    if container.check().is_some() {
        names.insert("ecs.capability.container-health-check".to_owned());
        docker_api(names, 24);
    }
    if !container.depends_on.is_empty() {
        names.insert("ecs.capability.container-ordering".to_owned());
    }
    if !container.environment_files.is_empty() {
        names.insert("ecs.capability.env-files.s3".to_owned());
    }
    if container.repository_credentials.is_some() {
        names.insert("ecs.capability.private-registry-authentication.secretsmanager".to_owned());
    }
    if let Some(kind) = container.firelens_configuration.as_ref().and_then(|c| c.get("type")).and_then(Value::as_str) {
        names.insert(format!("ecs.capability.firelens.{kind}"));
    }
    for from in container.secrets.iter().filter_map(|secret| secret.get("valueFrom")).filter_map(Value::as_str) {
        let store = if from.starts_with("arn:aws:secretsmanager:") { "asm" } else { "ssm" };
        names.insert(format!("ecs.capability.secrets.{store}.environment-variables"));
    }
}
