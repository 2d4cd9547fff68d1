//! Operations on tasks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::definitions::pass_role;
use super::shapes::{Failure, TaskShape};
use crate::cloud::ecs::capacity::{self, Choice, StrategyItem};
use crate::cloud::ecs::cluster::{ClusterStatus, InstanceStatus};
use crate::cloud::ecs::definition::{PlacementConstraint, PlacementStrategy, Tag};
use crate::cloud::ecs::home::{Home, client_error, cluster_name, invalid_parameter, short_name};
use crate::cloud::ecs::launch::{self, Launch, Refusal};
use crate::cloud::ecs::placement::{self, NoPlace};
use crate::cloud::ecs::service::NetworkConfiguration;
use crate::cloud::ecs::task::{DesiredStatus, LaunchType, Overrides, StopCause, StopCode, Task};
use crate::cloud::ecs::{Cluster, lifecycle};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Runs tasks of a definition, each once.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RunTask {
    pub capacity_provider_strategy: Vec<StrategyItem>,
    pub cluster: Option<String>,
    pub count: Option<i64>,
    pub enable_execute_command: bool,
    pub group: Option<String>,
    pub launch_type: Option<LaunchType>,
    pub network_configuration: Option<NetworkConfiguration>,
    pub overrides: Overrides,
    pub placement_constraints: Vec<PlacementConstraint>,
    pub placement_strategy: Vec<PlacementStrategy>,
    pub platform_version: Option<String>,
    /// `TASK_DEFINITION` copies its tags.
    pub propagate_tags: Option<String>,
    pub started_by: Option<String>,
    pub tags: Vec<Tag>,
    pub task_definition: String,
}

/// Tasks, and what stood in the way of others.
#[derive(Clone, Debug, Serialize)]
pub struct TasksOutput {
    pub tasks: Vec<TaskShape>,
    pub failures: Vec<Failure>,
}

impl TasksOutput {
    /// The ids of the tasks.
    pub fn task_ids(&self) -> Vec<String> {
        self.tasks.iter().map(|task| task.id().to_owned()).collect()
    }
}

/// A question about a task or a service also tells its cluster. Source: Service Authorization Reference, `ecs:cluster`.
pub(super) fn in_cluster(mut question: Authorization, home: &Home, cluster: &str) -> Authorization {
    question.context.push(("ecs:cluster".to_owned(), vec![home.cluster_arn(cluster).to_string()]));
    question
}

impl Operation for RunTask {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "RunTask";
    type Output = TasksOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let definition = home.state(cloud).and_then(|state| state.find_definition(&self.task_definition));
        let resource = match definition {
            Some(definition) => definition.task_definition_arn.clone(),
            None => home.arn(&format!("task-definition/{}", short_name(&self.task_definition))),
        };
        let cluster = cluster_name(self.cluster.as_deref());
        let run = in_cluster(Authorization::on("ecs:RunTask", resource), &home, cluster);
        let task_role = self.overrides.task_role_arn.as_ref().or(definition.and_then(|d| d.task_role_arn.as_ref()));
        let execution_role =
            self.overrides.execution_role_arn.as_ref().or(definition.and_then(|d| d.execution_role_arn.as_ref()));
        let roles: BTreeSet<&String> = task_role.into_iter().chain(execution_role).collect();
        [run].into_iter().chain(roles.into_iter().map(|role| pass_role(&home, role))).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TasksOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = usable_cluster(cloud, &home, self.cluster.as_deref())?.name.clone();
        if self.task_definition.is_empty() {
            return Err(client_error("TaskDefinition can not be blank."));
        }
        let count = self.count.unwrap_or(1);
        if !(1..=10).contains(&count) {
            // Inferred: the wording.
            return Err(invalid_parameter("Count must be between 1 and 10."));
        }
        let known = home.cluster(cloud, &cluster)?;
        let Choice { launch_type, strategy } =
            capacity::choose(known, self.launch_type, &self.capacity_provider_strategy)?;
        check_placement(&self.placement_constraints, &self.placement_strategy, launch_type)?;
        let definition = launch::definition(cloud, &home, &self.task_definition, invalid_parameter)?;
        launch::check(cloud, &home, &definition, launch_type, self.network_configuration.as_ref())?;
        check_overrides(&self.overrides, &definition)?;
        let mut tags = self.tags;
        if self.propagate_tags.as_deref() == Some("TASK_DEFINITION") {
            tags.extend(definition.tags.iter().cloned());
        }
        let order = Launch {
            cluster: cluster.clone(),
            group: self.group.unwrap_or_else(|| format!("family:{}", definition.family)),
            definition,
            launch_type,
            strategy,
            constraints: self.placement_constraints,
            placement: self.placement_strategy,
            instance: None,
            started_by: self.started_by.filter(|by| !by.is_empty()),
            service: None,
            overrides: self.overrides,
            network: self.network_configuration,
            enable_execute_command: self.enable_execute_command,
            tags,
        };
        let orders = vec![order; usize::try_from(count).unwrap_or(1)];
        start(cloud, &home, &cluster, orders)
    }
}

/// Makes tasks one after the other, until one can't be made.
fn start(cloud: &mut Cloud, home: &Home, cluster: &str, orders: Vec<Launch>) -> Result<TasksOutput, ApiError> {
    let mut ids = Vec::new();
    let mut failures = Vec::new();
    let mut has = BTreeMap::new();
    for order in orders {
        match launch::launch(cloud, home, &order, &mut has) {
            Ok(id) => ids.push(id),
            // The first refusal comes before anything was made.
            Err(Refusal::Api(error)) if ids.is_empty() => return Err(error),
            Err(Refusal::NoPlace(NoPlace::NoInstances)) => {
                return Err(invalid_parameter("No Container Instances were found in your cluster."));
            }
            Err(Refusal::NoPlace(NoPlace::Misfits(misfits))) => {
                let failure = |(instance, misfit): (String, crate::cloud::ecs::placement::Misfit)| {
                    Failure::resource(home.instance_arn(cluster, &instance), misfit.failure())
                };
                failures.extend(misfits.into_iter().map(failure));
                break;
            }
            // Source: Amazon ECS Developer Guide, "Amazon ECS service quotas". Inferred: the reason's form.
            Err(Refusal::Full) => {
                failures.push(Failure::resource(home.cluster_arn(cluster), "CAPACITY"));
                break;
            }
            // Only addresses run out between one task and the next.
            Err(Refusal::Api(_)) => {
                failures.push(Failure::resource(home.cluster_arn(cluster), "RESOURCE:ENI"));
                break;
            }
        }
    }
    let tasks = ids.iter().filter_map(|id| home.task(cloud, cluster, id));
    let tasks = tasks.map(|task| TaskShape::new(cloud, home, task, true)).collect();
    Ok(TasksOutput { tasks, failures })
}

/// Whether placement constraints and strategies can be followed.
///
/// # Errors
/// `InvalidParameterException`. Source of the rules: Amazon ECS service model, `RunTaskRequest`. Inferred: the wording.
pub(super) fn check_placement(
    constraints: &[PlacementConstraint],
    strategies: &[PlacementStrategy],
    launch_type: LaunchType,
) -> Result<(), ApiError> {
    if launch_type == LaunchType::Fargate && !(constraints.is_empty() && strategies.is_empty()) {
        return Err(invalid_parameter(
            "Placement strategies and constraints are not supported with FARGATE launch type.",
        ));
    }
    if constraints.len() > 10 || strategies.len() > 5 {
        return Err(invalid_parameter("At most 10 placement constraints and 5 placement strategies can be specified."));
    }
    constraints.iter().try_for_each(placement::check_constraint).map_err(invalid_parameter)?;
    strategies.iter().try_for_each(placement::check_strategy).map_err(invalid_parameter)
}

/// Starts a task on each of the container instances that are named.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StartTask {
    pub cluster: Option<String>,
    pub container_instances: Vec<String>,
    pub enable_execute_command: bool,
    pub group: Option<String>,
    pub network_configuration: Option<NetworkConfiguration>,
    pub overrides: Overrides,
    pub propagate_tags: Option<String>,
    pub started_by: Option<String>,
    pub tags: Vec<Tag>,
    pub task_definition: String,
}

impl StartTask {
    /// The request for one task anywhere that asks for the same.
    fn anywhere(&self) -> RunTask {
        RunTask {
            cluster: self.cluster.clone(),
            overrides: self.overrides.clone(),
            task_definition: self.task_definition.clone(),
            ..RunTask::default()
        }
    }
}

impl Operation for StartTask {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "StartTask";
    type Output = TasksOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let questions = self.anywhere().authorizations(cloud, caller).into_iter();
        let renamed = |question: Authorization| match question.action {
            "ecs:RunTask" => Authorization { action: "ecs:StartTask", ..question },
            _ => question,
        };
        questions.map(renamed).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TasksOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = usable_cluster(cloud, &home, self.cluster.as_deref())?.name.clone();
        if self.task_definition.is_empty() {
            return Err(client_error("TaskDefinition can not be blank."));
        }
        if !(1..=10).contains(&self.container_instances.len()) {
            // Inferred: the wording.
            return Err(invalid_parameter("Container instances must name between 1 and 10 container instances."));
        }
        let definition = launch::definition(cloud, &home, &self.task_definition, invalid_parameter)?;
        launch::check(cloud, &home, &definition, LaunchType::Ec2, self.network_configuration.as_ref())?;
        check_overrides(&self.overrides, &definition)?;
        let mut tags = self.tags;
        if self.propagate_tags.as_deref() == Some("TASK_DEFINITION") {
            tags.extend(definition.tags.iter().cloned());
        }
        let known = home.cluster(cloud, &cluster)?;
        let (there, missing): (Vec<&str>, Vec<&str>) = self
            .container_instances
            .iter()
            .map(|reference| short_name(reference))
            .partition(|id| known.instance(id).is_some_and(|instance| instance.status != InstanceStatus::Inactive));
        let missing: Vec<Failure> =
            missing.iter().map(|id| Failure::missing(home.instance_arn(&cluster, id))).collect();
        let orders = there
            .into_iter()
            .map(|id| Launch {
                cluster: cluster.clone(),
                group: self.group.clone().unwrap_or_else(|| format!("family:{}", definition.family)),
                definition: Arc::clone(&definition),
                launch_type: LaunchType::Ec2,
                strategy: Vec::new(),
                constraints: Vec::new(),
                placement: Vec::new(),
                instance: Some(id.to_owned()),
                started_by: self.started_by.clone().filter(|by| !by.is_empty()),
                service: None,
                overrides: self.overrides.clone(),
                network: self.network_configuration.clone(),
                enable_execute_command: self.enable_execute_command,
                tags: tags.clone(),
            })
            .collect();
        let mut output = start(cloud, &home, &cluster, orders)?;
        output.failures.extend(missing);
        Ok(output)
    }
}

/// The cluster that new things are made in.
///
/// # Errors
/// Where there is none, or it was deleted. Source: observed.
pub(super) fn usable_cluster<'a>(cloud: &'a Cloud, home: &Home, name: Option<&str>) -> Result<&'a Cluster, ApiError> {
    let name = cluster_name(name);
    match home.state(cloud).and_then(|state| state.cluster(name)) {
        Some(cluster) if cluster.status == ClusterStatus::Inactive => {
            Err(client_error("The referenced cluster was inactive."))
        }
        _ => home.cluster(cloud, name),
    }
}

fn check_overrides(overrides: &Overrides, definition: &crate::cloud::ecs::TaskDefinition) -> Result<(), ApiError> {
    for container in &overrides.container_overrides {
        let name = container.name.as_deref().unwrap_or_default();
        if name.is_empty() {
            return Err(invalid_parameter("Container Override must specify a container name."));
        }
        if !definition.container_definitions.iter().any(|known| known.name == name) {
            return Err(invalid_parameter(
                "Override for container named ".to_owned() + name + " is not a container in the TaskDefinition.",
            ));
        }
    }
    Ok(())
}

/// Stops a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct StopTask {
    pub cluster: Option<String>,
    pub task: String,
    pub reason: Option<String>,
}

/// A task.
#[derive(Clone, Debug, Serialize)]
pub struct TaskOutput {
    task: TaskShape,
}

impl Operation for StopTask {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "StopTask";
    type Output = TaskOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        let arn = home.task_arn(cluster, short_name(&self.task));
        vec![in_cluster(Authorization::on("ecs:StopTask", arn), &home, cluster)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TaskOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?.name.clone();
        let id = short_name(&self.task).to_owned();
        let missing = || invalid_parameter("The referenced task was not found.");
        home.task(cloud, &cluster, &id).ok_or_else(missing)?;
        let reason = self.reason.filter(|reason| !reason.is_empty());
        let reason = reason.unwrap_or_else(|| "Task stopped by user".to_owned());
        let cause = StopCause::User { by: caller.principal.arn() };
        lifecycle::stop(cloud, &home, &cluster, &id, StopCode::UserInitiated, reason, cause);
        let task = home.task(cloud, &cluster, &id).ok_or_else(missing)?;
        Ok(TaskOutput { task: TaskShape::new(cloud, &home, task, true) })
    }
}

/// Describes tasks; stopped ones for an hour.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DescribeTasks {
    pub cluster: Option<String>,
    pub tasks: Vec<String>,
    pub include: Vec<String>,
}

impl Operation for DescribeTasks {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DescribeTasks";
    type Output = TasksOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        let ask = |task: &String| {
            in_cluster(Authorization::on("ecs:DescribeTasks", home.task_arn(cluster, short_name(task))), &home, cluster)
        };
        self.tasks.iter().map(ask).collect()
    }

    /// The tasks and their definitions: a stopped task is forgotten after a while, what it ran is not.
    fn shown(output: &TasksOutput) -> Vec<Arn> {
        output.tasks.iter().flat_map(TaskShape::arns).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TasksOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?;
        if self.tasks.is_empty() {
            return Err(invalid_parameter("Tasks cannot be empty."));
        }
        super::at_most(&self.tasks, 100, "taskIds")?;
        let with_tags = self.include.iter().any(|field| field == "TAGS");
        let (mut tasks, mut failures) = (Vec::new(), Vec::new());
        for reference in &self.tasks {
            let id = short_name(reference);
            match cluster.task(id) {
                Some(task) => tasks.push(TaskShape::new(cloud, &home, task, with_tags)),
                None => failures.push(Failure::missing(home.task_arn(&cluster.name, id))),
            }
        }
        Ok(TasksOutput { tasks, failures })
    }
}

/// Lists the ARNs of tasks: those meant to run, unless it says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTasks {
    pub cluster: Option<String>,
    pub container_instance: Option<String>,
    pub family: Option<String>,
    pub next_token: Option<String>,
    pub max_results: Option<i64>,
    pub started_by: Option<String>,
    pub service_name: Option<String>,
    pub desired_status: Option<DesiredStatus>,
    pub launch_type: Option<LaunchType>,
}

/// ARNs of tasks.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTasksOutput {
    task_arns: Vec<Arn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListTasks {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "ListTasks";
    type Output = ListTasksOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        // Source: observed: it is asked on the container instance that is named, and else on `*`.
        let instance = self.container_instance.as_deref().map(|id| home.instance_arn(cluster, short_name(id)));
        let question = Authorization { resource: instance, ..Authorization::anywhere("ecs:ListTasks") };
        vec![in_cluster(question, &home, cluster)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTasksOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?;
        if let Some(service) = &self.service_name
            && cluster.service(short_name(service)).is_none()
        {
            return Err(ApiError::new("ServiceNotFoundException", "Service not found."));
        }
        let desired = self.desired_status.unwrap_or(DesiredStatus::Running);
        let is = |filter: &Option<String>, value: Option<&str>| filter.as_deref().is_none_or(|f| value == Some(f));
        let wanted = |task: &&Task| {
            task.desired_status == desired
                && is(&self.family, Some(&task.definition.family))
                && is(&self.started_by, task.started_by.as_deref())
                && self.service_name.as_deref().is_none_or(|name| task.service.as_deref() == Some(short_name(name)))
                && self
                    .container_instance
                    .as_deref()
                    .is_none_or(|id| task.container_instance.as_deref() == Some(short_name(id)))
                && self.launch_type.is_none_or(|launch_type| task.launch_type == launch_type)
        };
        let arns = cluster.tasks_by_age().into_iter().filter(wanted).map(|task| task.arn.clone()).collect();
        let (task_arns, next_token) = super::page(arns, self.max_results, self.next_token.as_deref(), 100)?;
        Ok(ListTasksOutput { task_arns, next_token })
    }
}

/// A task as `DescribeTasks` shows it, for the bus.
pub(in crate::cloud::ecs) fn described(cloud: &Cloud, home: &Home, task: &Task) -> serde_json::Value {
    serde_json::to_value(TaskShape::new(cloud, home, task, false)).unwrap_or_default()
}
