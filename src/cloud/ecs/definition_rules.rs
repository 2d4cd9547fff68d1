//! What a task definition must fulfil to be registered, and what it can run on.
//!
//! ECS does not ask at registration whether an image exists, nor whether a role does.

use std::collections::BTreeSet;

use serde_json::Value;

use super::api::RegisterTaskDefinition;
use super::definition::{Compatibility, ConstraintType, ContainerDefinition, NetworkMode};
use super::home::client_error;
use super::{container_rules, placement};
use crate::cloud::ApiError;

/// A checked request, with sizes in CPU units and MiB.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Checked {
    pub(super) network_mode: NetworkMode,
    pub(super) cpu: Option<String>,
    pub(super) memory: Option<String>,
    pub(super) compatibilities: Vec<Compatibility>,
}

/// The CPU units and MiB that Fargate has: CPU, least memory, most memory, step. The smallest size has its own list.
/// Source: Amazon ECS Developer Guide, "Task CPU and memory"; observed for the two greatest.
const FARGATE_SIZES: &[(u32, u32, u32, u32)] = &[
    (512, 1024, 4096, 1024),
    (1024, 2048, 8192, 1024),
    (2048, 4096, 16_384, 1024),
    (4096, 8192, 30_720, 1024),
    (8192, 16_384, 61_440, 4096),
    (16_384, 32_768, 122_880, 8192),
];

/// Whether Fargate has this size.
fn is_fargate_size(cpu: u32, memory: u32) -> bool {
    match cpu {
        256 => matches!(memory, 512 | 1024 | 2048),
        _ => FARGATE_SIZES.iter().any(|(known, least, most, step)| {
            *known == cpu && (*least..=*most).contains(&memory) && memory.is_multiple_of(*step)
        }),
    }
}

/// Checks a request.
///
/// # Errors
/// `ClientException` with AWS's wording. Source: observed, except where it says inferred.
pub(super) fn check(input: &RegisterTaskDefinition) -> Result<Checked, ApiError> {
    if input.family.is_empty() {
        return Err(client_error("Family should not be null or empty."));
    }
    if !is_name(&input.family) {
        // Inferred: the wording.
        return Err(client_error("Family contains invalid characters."));
    }
    if input.container_definitions.is_empty() {
        return Err(client_error("Container list cannot be empty."));
    }
    for role in [&input.task_role_arn, &input.execution_role_arn].into_iter().flatten() {
        check_role(role)?;
    }
    let network_mode = input.network_mode.unwrap_or_default();
    let cpu = input.cpu.as_deref().map(|text| units(text, "vcpu").ok_or_else(|| invalid_size("cpu"))).transpose()?;
    let memory =
        input.memory.as_deref().map(|text| units(text, "gb").ok_or_else(|| invalid_size("memory"))).transpose()?;
    container_rules::check(input, network_mode, cpu, memory)?;
    check_volumes(input)?;
    check_constraints(input)?;
    check_roles(input)?;
    let fargate = check_fargate(input, network_mode, cpu, memory);
    if input.requires_compatibilities.contains(&Compatibility::Fargate) {
        fargate.clone()?;
    }
    let mut compatibilities = vec![Compatibility::Ec2];
    if network_mode != NetworkMode::Awsvpc {
        compatibilities.insert(0, Compatibility::External);
    }
    if fargate.is_ok() {
        compatibilities.push(Compatibility::Fargate);
    }
    Ok(Checked {
        network_mode,
        cpu: cpu.map(|units| units.to_string()),
        memory: memory.map(|mib| mib.to_string()),
        compatibilities,
    })
}

/// Whether `name` may name a cluster, a family, a service or a container. Source: Amazon ECS service model.
pub(super) fn is_name(name: &str) -> bool {
    (1..=255).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// A role is given by its name or its ARN.
fn check_role(role: &str) -> Result<(), ApiError> {
    let path = match role.strip_prefix("arn:") {
        None => role,
        Some(_) => match role.parse::<crate::cloud::Arn>() {
            Ok(arn) if arn.service() == "iam" && arn.account().len() == 12 => {
                return arn
                    .resource()
                    .strip_prefix("role/")
                    .filter(|name| !name.is_empty())
                    .map_or_else(wrong, |_| Ok(()));
            }
            _ => return wrong(),
        },
    };
    fn wrong() -> Result<(), ApiError> {
        Err(client_error("Role is not valid"))
    }
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"+=,.@_-/".contains(&b);
    if !path.is_empty() && path.bytes().all(allowed) { Ok(()) } else { wrong() }
}

/// Source: Amazon ECS service model, `Volume`; the wording of the first: observed.
fn check_volumes(input: &RegisterTaskDefinition) -> Result<(), ApiError> {
    let mut names = BTreeSet::new();
    for volume in &input.volumes {
        let name = volume.get("name").and_then(Value::as_str).unwrap_or_default();
        let source = volume.get("host").and_then(|host| host.get("sourcePath")).and_then(Value::as_str);
        if source.is_some_and(|path| path.trim().is_empty()) {
            return Err(client_error("host.sourcePath should not be blank."));
        }
        // Inferred: the wording of these.
        if name.is_empty() {
            return Err(client_error("Volume.name should not be null or empty."));
        }
        if !names.insert(name) {
            return Err(client_error(format!("Duplicate volume name '{name}'.")));
        }
        let kinds =
            ["host", "dockerVolumeConfiguration", "efsVolumeConfiguration", "fsxWindowsFileServerVolumeConfiguration"];
        if kinds.into_iter().filter(|kind| volume.get(kind).is_some_and(|kind| !kind.is_null())).count() > 1 {
            return Err(client_error(format!("Only one volume configuration is supported for volume '{name}'.")));
        }
    }
    Ok(())
}

/// Source: Amazon ECS Developer Guide, "Task definition parameters": `memberOf` only, at most ten.
fn check_constraints(input: &RegisterTaskDefinition) -> Result<(), ApiError> {
    if input.placement_constraints.len() > 10 {
        // Inferred: the wording.
        return Err(client_error("Number of placement constraints cannot exceed 10."));
    }
    for constraint in &input.placement_constraints {
        if constraint.r#type != ConstraintType::MemberOf {
            // Inferred: the wording.
            return Err(client_error("Task definition placement constraint type must be memberOf."));
        }
        placement::check_constraint(constraint).map_err(client_error)?;
    }
    Ok(())
}

/// What needs an execution role on any launch type.
fn check_roles(input: &RegisterTaskDefinition) -> Result<(), ApiError> {
    if input.execution_role_arn.is_some() {
        return Ok(());
    }
    if input.container_definitions.iter().any(|container| !container.secrets.is_empty()) {
        return Err(client_error(
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
        ));
    }
    if input.container_definitions.iter().any(|container| container.repository_credentials.is_some()) {
        return Err(client_error(
            "Private repository authentication requires that the task definition specify a value for executionRoleArn.",
        ));
    }
    Ok(())
}

/// Whether it can run on Fargate.
fn check_fargate(
    input: &RegisterTaskDefinition,
    network_mode: NetworkMode,
    cpu: Option<u32>,
    memory: Option<u32>,
) -> Result<(), ApiError> {
    if network_mode != NetworkMode::Awsvpc {
        return Err(client_error("Fargate only supports network mode ‘awsvpc’."));
    }
    let missing = |what: &str| client_error(format!("Fargate requires that '{what}' be defined at the task level."));
    let cpu = cpu.ok_or_else(|| missing("cpu"))?;
    let memory = memory.ok_or_else(|| missing("memory"))?;
    if !is_fargate_size(cpu, memory) {
        return Err(client_error(format!(
            "No Fargate configuration exists for given values: {cpu} CPU, {memory} memory"
        )));
    }
    container_rules::check_fargate(input)?;
    if input.pid_mode.as_deref() == Some("host") {
        return Err(client_error(
            "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'.",
        ));
    }
    match input.ephemeral_storage.map(|storage| storage.size_in_gib) {
        Some(size) if size < 21 => return Err(client_error("EphemeralStorage size should be at least 21")),
        // Inferred: the wording, by the other end's.
        Some(size) if size > 200 => return Err(client_error("EphemeralStorage size should be at most 200")),
        _ => {}
    }
    if input.execution_role_arn.is_none() {
        let containers = &input.container_definitions;
        let needs = |what: &str| {
            client_error(format!("Fargate requires task definition to have execution role ARN to support {what}."))
        };
        if containers.iter().any(|container| super::agent::is_private_ecr(&container.image)) {
            return Err(needs("ECR images"));
        }
        let awslogs = |container: &ContainerDefinition| {
            container.log_configuration.as_ref().is_some_and(|logs| logs.log_driver == "awslogs")
        };
        if containers.iter().any(awslogs) {
            return Err(needs("log driver awslogs"));
        }
    }
    Ok(())
}

/// `256`, or with a unit of 1024: `1 vCPU`, `.5 vcpu`, `2GB`.
fn units(text: &str, unit: &str) -> Option<u32> {
    let text = text.trim().to_ascii_lowercase();
    match text.strip_suffix(unit) {
        Some(number) => {
            let units = number.trim().parse::<f64>().ok()? * 1024.0;
            (units.is_finite() && (0.0..=1e9).contains(&units)).then_some(units as u32)
        }
        None => text.parse().ok(),
    }
}

fn invalid_size(what: &str) -> ApiError {
    client_error(format!(
        "Invalid '{what}' setting for task. For more information, see the Troubleshooting section of the Amazon ECS \
         Developer Guide."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fargate_has_exactly_74_sizes() {
        let pairs = [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768]
            .into_iter()
            .flat_map(|cpu| (0..=244).map(move |gb| (cpu, gb * 1024)))
            .chain([(256, 512)])
            .filter(|(cpu, memory)| is_fargate_size(*cpu, *memory))
            .count();
        assert_eq!(pairs, 74);
    }

    #[test]
    fn sizes_with_units_are_converted() {
        assert_eq!(units("1 vCPU", "vcpu"), Some(1024));
        assert_eq!(units(".25 vcpu", "vcpu"), Some(256));
        assert_eq!(units("2GB", "gb"), Some(2048));
        assert_eq!(units("512", "gb"), Some(512));
        assert_eq!(units("much", "gb"), None);
        assert_eq!(units("-1 GB", "gb"), None);
    }
}
