//! Operations on task definitions.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::shapes::Failure;
use crate::cloud::ecs::definition::{
    Compatibility, ContainerDefinition, DefinitionStatus, EphemeralStorage, NetworkMode, PlacementConstraint,
    RuntimePlatform, Tag, TaskDefinition,
};
use crate::cloud::ecs::definition_rules;
use crate::cloud::ecs::home::{Home, client_error, invalid_parameter, short_name};
use crate::cloud::ecs::{agent, attributes};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, iam};

/// Registers the next revision of a family.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RegisterTaskDefinition {
    pub family: String,
    pub task_role_arn: Option<String>,
    pub execution_role_arn: Option<String>,
    pub network_mode: Option<NetworkMode>,
    pub container_definitions: Vec<ContainerDefinition>,
    pub volumes: Vec<Value>,
    pub placement_constraints: Vec<PlacementConstraint>,
    pub requires_compatibilities: Vec<Compatibility>,
    pub cpu: Option<String>,
    pub memory: Option<String>,
    pub tags: Vec<Tag>,
    pub pid_mode: Option<String>,
    pub ipc_mode: Option<String>,
    pub proxy_configuration: Option<Value>,
    pub ephemeral_storage: Option<EphemeralStorage>,
    pub runtime_platform: Option<RuntimePlatform>,
    pub enable_fault_injection: Option<bool>,
}

/// A task definition with its tags.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskDefinitionOutput {
    task_definition: TaskDefinition,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
}

impl TaskDefinitionOutput {
    fn new(definition: &TaskDefinition, with_tags: bool) -> Self {
        let tags = if with_tags { definition.tags.clone() } else { Vec::new() };
        Self { task_definition: definition.clone(), tags }
    }
}

/// The question whether the caller may hand `role` (a name or an ARN) to ECS's tasks.
pub(super) fn pass_role(home: &Home, role: &str) -> Authorization {
    iam::pass_role(agent::role_arn(home, role), agent::ECS_TASKS)
}

impl Operation for RegisterTaskDefinition {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "RegisterTaskDefinition";
    type Output = TaskDefinitionOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let roles: BTreeSet<&String> = self.task_role_arn.iter().chain(&self.execution_role_arn).collect();
        let passes = roles.into_iter().map(|role| pass_role(&Home::of(caller), role));
        // Source: Service Authorization Reference: it takes a task definition. Inferred: the revision, which is not known yet.
        let definition = Home::of(caller).arn(&format!("task-definition/{}:*", self.family));
        [Authorization::on("ecs:RegisterTaskDefinition", definition)].into_iter().chain(passes).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TaskDefinitionOutput, ApiError> {
        let checked = definition_rules::check(&self)?;
        let home = Home::of(caller);
        let now = cloud.now();
        let state = home.state_mut(cloud);
        let revision = state.revisions(&self.family).next_back().map_or(1, |newest| newest.revision.saturating_add(1));
        let mut definition = TaskDefinition {
            task_definition_arn: home.definition_arn(&self.family, revision),
            container_definitions: self
                .container_definitions
                .into_iter()
                .map(|container| with_ports(container, checked.network_mode))
                .collect(),
            family: self.family,
            task_role_arn: self.task_role_arn,
            execution_role_arn: self.execution_role_arn,
            network_mode: checked.network_mode,
            revision,
            volumes: self.volumes,
            status: DefinitionStatus::Active,
            requires_attributes: Vec::new(),
            placement_constraints: self.placement_constraints,
            compatibilities: checked.compatibilities,
            runtime_platform: self.runtime_platform,
            requires_compatibilities: self.requires_compatibilities,
            cpu: checked.cpu,
            memory: checked.memory,
            pid_mode: self.pid_mode,
            ipc_mode: self.ipc_mode,
            proxy_configuration: self.proxy_configuration,
            registered_at: now,
            deregistered_at: None,
            registered_by: caller.principal.arn(),
            ephemeral_storage: self.ephemeral_storage,
            enable_fault_injection: self.enable_fault_injection,
            tags: self.tags,
        };
        definition.requires_attributes = attributes::required(&definition);
        let output = TaskDefinitionOutput::new(&definition, true);
        state.definitions.insert((definition.family.clone(), revision), Arc::new(definition));
        Ok(output)
    }
}

/// Writes out what a port mapping left to ECS: the protocol, and the host port.
/// Source: Amazon ECS service model, `PortMapping`.
fn with_ports(mut container: ContainerDefinition, mode: NetworkMode) -> ContainerDefinition {
    for mapping in &mut container.port_mappings {
        mapping.protocol.get_or_insert_with(|| "tcp".to_owned());
        let own_network = matches!(mode, NetworkMode::Awsvpc | NetworkMode::Host);
        if own_network && mapping.host_port.is_none_or(|port| port == 0) {
            mapping.host_port = mapping.container_port;
        }
        mapping.host_port.get_or_insert(0);
    }
    container
}

/// Describes a revision, or the newest active one of a family.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeTaskDefinition {
    pub task_definition: String,
    pub include: Vec<String>,
}

impl Operation for DescribeTaskDefinition {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DescribeTaskDefinition";
    type Output = TaskDefinitionOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecs:DescribeTaskDefinition")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TaskDefinitionOutput, ApiError> {
        let home = Home::of(caller);
        let found = home.state(cloud).and_then(|state| state.find_definition(&self.task_definition));
        let definition = found.ok_or_else(|| client_error("Unable to describe task definition."))?;
        Ok(TaskDefinitionOutput::new(definition, self.include.iter().any(|field| field == "TAGS")))
    }
}

/// Takes a revision out of use: INACTIVE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeregisterTaskDefinition {
    pub task_definition: String,
}

impl Operation for DeregisterTaskDefinition {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DeregisterTaskDefinition";
    type Output = TaskDefinitionOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecs:DeregisterTaskDefinition")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TaskDefinitionOutput, ApiError> {
        let (family, revision) =
            short_name(&self.task_definition).split_once(':').ok_or_else(|| client_error("Revision is missing."))?;
        let number: u32 =
            revision.parse().map_err(|_| client_error(format!("Invalid revision number. Number: {revision}")))?;
        let home = Home::of(caller);
        let now = cloud.now();
        let definition = home
            .state_mut(cloud)
            .definitions
            .get_mut(&(family.to_owned(), number))
            .ok_or_else(|| client_error("Unable to describe task definition."))?;
        let definition = Arc::make_mut(definition);
        if definition.status == DefinitionStatus::Active {
            definition.status = DefinitionStatus::Inactive;
            definition.deregistered_at = Some(now);
        }
        Ok(TaskDefinitionOutput::new(definition, false))
    }
}

/// Deletes revisions that were taken out of use; what runs of them goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteTaskDefinitions {
    pub task_definitions: Vec<String>,
}

/// Task definitions, and those that could not be deleted.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteTaskDefinitionsOutput {
    task_definitions: Vec<TaskDefinition>,
    failures: Vec<Failure>,
}

impl Operation for DeleteTaskDefinitions {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DeleteTaskDefinitions";
    type Output = DeleteTaskDefinitionsOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let ask = |name: &String| {
            let arn = home.arn(&format!("task-definition/{}", short_name(name)));
            Authorization::on("ecs:DeleteTaskDefinitions", arn)
        };
        self.task_definitions.iter().map(ask).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DeleteTaskDefinitionsOutput, ApiError> {
        let home = Home::of(caller);
        if self.task_definitions.is_empty() || self.task_definitions.len() > 10 {
            // Source: observed for too many; inferred for none.
            let what = if self.task_definitions.is_empty() { "be empty" } else { "exceed 10" };
            return Err(invalid_parameter(format!("Size of TaskDefinition references list cannot {what}")));
        }
        let (mut deleted, mut failures) = (Vec::new(), Vec::new());
        for reference in &self.task_definitions {
            let arn = home.arn(&format!("task-definition/{}", short_name(reference)));
            let key = short_name(reference).split_once(':');
            let key = key.and_then(|(family, number)| Some((family.to_owned(), number.parse().ok()?)));
            let found = key.and_then(|key| home.state_mut(cloud).definitions.get_mut(&key));
            match found {
                None => failures.push(Failure::missing(arn)),
                Some(found) if found.status == DefinitionStatus::Active => {
                    // Inferred: the detail's wording.
                    let detail = "The specified task definition is still in ACTIVE status. Please deregister the target and \
                                  try again.";
                    failures.push(Failure {
                        detail: Some(detail.to_owned()),
                        ..Failure::resource(arn, "The specified task definition is still in ACTIVE status.")
                    });
                }
                Some(found) => {
                    let found = Arc::make_mut(found);
                    found.status = DefinitionStatus::DeleteInProgress;
                    deleted.push(found.clone());
                }
            }
        }
        Ok(DeleteTaskDefinitionsOutput { task_definitions: deleted, failures })
    }
}

/// Lists the ARNs of task definitions: the active ones, by family and revision, unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTaskDefinitions {
    /// The whole name of a family.
    pub family_prefix: Option<String>,
    pub status: Option<DefinitionStatus>,
    /// `ASC` or `DESC`.
    pub sort: Option<String>,
    pub next_token: Option<String>,
    pub max_results: Option<i64>,
}

/// ARNs of task definitions.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTaskDefinitionsOutput {
    task_definition_arns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListTaskDefinitions {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "ListTaskDefinitions";
    type Output = ListTaskDefinitionsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecs:ListTaskDefinitions")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTaskDefinitionsOutput, ApiError> {
        let status = self.status.unwrap_or(DefinitionStatus::Active);
        let wanted = |definition: &&TaskDefinition| {
            definition.status == status && self.family_prefix.as_ref().is_none_or(|family| *family == definition.family)
        };
        let home = Home::of(caller);
        let definitions = home.state(cloud).into_iter().flat_map(|state| state.definitions());
        let mut arns: Vec<String> =
            definitions.filter(wanted).map(|definition| definition.task_definition_arn.to_string()).collect();
        if self.sort.as_deref() == Some("DESC") {
            arns.reverse();
        }
        let (task_definition_arns, next_token) = super::page(arns, self.max_results, self.next_token.as_deref(), 100)?;
        Ok(ListTaskDefinitionsOutput { task_definition_arns, next_token })
    }
}

/// Lists the families that have an active revision, or, by status, those that have none, or all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTaskDefinitionFamilies {
    /// The beginning of the family's name.
    pub family_prefix: Option<String>,
    /// `ACTIVE`, `INACTIVE` or `ALL`.
    pub status: Option<String>,
    pub next_token: Option<String>,
    pub max_results: Option<i64>,
}

/// Names of families.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTaskDefinitionFamiliesOutput {
    families: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListTaskDefinitionFamilies {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "ListTaskDefinitionFamilies";
    type Output = ListTaskDefinitionFamiliesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecs:ListTaskDefinitionFamilies")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTaskDefinitionFamiliesOutput, ApiError> {
        let home = Home::of(caller);
        let definitions: Vec<&TaskDefinition> =
            home.state(cloud).into_iter().flat_map(|state| state.definitions()).collect();
        let families_where = |wanted: fn(&TaskDefinition) -> bool| -> BTreeSet<&str> {
            definitions.iter().filter(|definition| wanted(definition)).map(|d| d.family.as_str()).collect()
        };
        let active = families_where(|definition| definition.status == DefinitionStatus::Active);
        let all = families_where(|_| true);
        let families = match self.status.as_deref() {
            None | Some("ACTIVE") => active,
            Some("INACTIVE") => all.difference(&active).copied().collect(),
            Some(_) => all,
        };
        let prefix = self.family_prefix.unwrap_or_default();
        let families = families.into_iter().filter(|family| family.starts_with(&prefix)).map(str::to_owned).collect();
        let (families, next_token) = super::page(families, self.max_results, self.next_token.as_deref(), 100)?;
        Ok(ListTaskDefinitionFamiliesOutput { families, next_token })
    }
}
