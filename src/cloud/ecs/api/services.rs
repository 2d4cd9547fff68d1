//! Operations on services.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::at_most;
use super::shapes::{Failure, ServiceShape};
use super::tasks::{check_placement, in_cluster, usable_cluster};
use crate::cloud::ecs::capacity::{self, Choice, StrategyItem};
use crate::cloud::ecs::cluster::Cluster;
use crate::cloud::ecs::definition::{ConstraintType, PlacementConstraint, PlacementStrategy, Tag};
use crate::cloud::ecs::definition_rules::is_name;
use crate::cloud::ecs::home::{Home, client_error, cluster_name, invalid_parameter, short_name};
use crate::cloud::ecs::service::{
    CircuitBreaker, DeploymentConfiguration, NetworkConfiguration, Scheduling, Service as EcsService, ServiceStatus,
};
use crate::cloud::ecs::task::LaunchType;
use crate::cloud::ecs::{launch, scheduler};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Makes a service: so many tasks of a definition, kept running.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateService {
    pub cluster: Option<String>,
    pub service_name: String,
    pub task_definition: Option<String>,
    pub desired_count: Option<i64>,
    pub launch_type: Option<LaunchType>,
    pub capacity_provider_strategy: Vec<StrategyItem>,
    pub placement_constraints: Vec<PlacementConstraint>,
    pub placement_strategy: Vec<PlacementStrategy>,
    pub platform_version: Option<String>,
    pub deployment_configuration: DeploymentConfigurationInput,
    pub network_configuration: Option<NetworkConfiguration>,
    pub scheduling_strategy: Option<Scheduling>,
    pub tags: Vec<Tag>,
    pub propagate_tags: Option<String>,
    pub enable_execute_command: bool,
}

/// How a service replaces its tasks; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentConfigurationInput {
    pub deployment_circuit_breaker: Option<CircuitBreaker>,
    pub maximum_percent: Option<i64>,
    pub minimum_healthy_percent: Option<i64>,
}

impl DeploymentConfigurationInput {
    fn change(&self, configuration: &mut DeploymentConfiguration) -> Result<(), ApiError> {
        let percent = |value: i64, most: u32| u32::try_from(value).ok().filter(|value| *value <= most);
        // Inferred: the wording.
        let wrong = |what: &str| invalid_parameter(format!("Invalid value for {what}."));
        if let Some(maximum) = self.maximum_percent {
            configuration.maximum_percent = percent(maximum, 100_000).ok_or_else(|| wrong("maximumPercent"))?;
        }
        if let Some(minimum) = self.minimum_healthy_percent {
            configuration.minimum_healthy_percent =
                percent(minimum, 100).ok_or_else(|| wrong("minimumHealthyPercent"))?;
        }
        if configuration.maximum_percent == 100 && configuration.minimum_healthy_percent == 100 {
            let text = "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.";
            return Err(invalid_parameter(text));
        }
        if let Some(breaker) = self.deployment_circuit_breaker {
            configuration.deployment_circuit_breaker = breaker;
        }
        Ok(())
    }
}

/// A service.
#[derive(Clone, Debug, Serialize)]
pub struct ServiceOutput {
    service: ServiceShape,
}

fn output(cloud: &Cloud, home: &Home, cluster: &str, name: &str) -> Result<ServiceOutput, ApiError> {
    let cluster = home.cluster(cloud, cluster)?;
    let service = cluster.service(name).ok_or_else(not_found)?;
    Ok(ServiceOutput { service: ServiceShape::new(cluster, service, true) })
}

fn not_found() -> ApiError {
    ApiError::new("ServiceNotFoundException", "Service not found.")
}

/// Whether a service can be a daemon. Source of the rules: Amazon ECS API Reference, `CreateService`; the wording of the
/// first: observed. Inferred: that of the others.
///
/// # Errors
/// `InvalidParameterException`.
fn check_daemon(
    launch_type: LaunchType,
    strategy: &[StrategyItem],
    desired_count: Option<i64>,
    constraints: &[PlacementConstraint],
    placement: &[PlacementStrategy],
) -> Result<(), ApiError> {
    let wrong = |text: &str| Err(invalid_parameter(text));
    if desired_count.is_some() {
        return wrong(
            "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value \
             and try again",
        );
    }
    if launch_type == LaunchType::Fargate {
        return wrong(
            "The daemon scheduling strategy does not support the FARGATE launch type. Change the launch type and try again",
        );
    }
    if !strategy.is_empty() {
        return wrong(
            "The daemon scheduling strategy does not support a capacity provider strategy. Remove it and try again",
        );
    }
    if !placement.is_empty() {
        return wrong(
            "The daemon scheduling strategy does not support placement strategies. Remove them and try again",
        );
    }
    if constraints.iter().any(|constraint| constraint.r#type == ConstraintType::DistinctInstance) {
        return wrong("The daemon scheduling strategy does not support the distinctInstance placement constraint.");
    }
    Ok(())
}

/// A daemon's old task ends before the new one starts. Source: Amazon ECS API Reference, `DeploymentConfiguration`.
/// Inferred: the wording.
///
/// # Errors
/// `InvalidParameterException`.
fn check_percents(scheduling: Scheduling, configuration: &DeploymentConfiguration) -> Result<(), ApiError> {
    let daemon = scheduling == Scheduling::Daemon;
    if daemon && configuration.maximum_percent != 100 {
        return Err(invalid_parameter(
            "The daemon scheduling strategy does not support values above 100 for maximumPercent.",
        ));
    }
    if daemon && configuration.minimum_healthy_percent == 100 {
        return Err(invalid_parameter(
            "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.",
        ));
    }
    Ok(())
}

/// A count of tasks. Source: Amazon ECS service quotas, tasks per service.
fn count(value: i64) -> Result<u32, ApiError> {
    u32::try_from(value)
        .ok()
        .filter(|count| *count <= 5000)
        // Inferred: the wording.
        .ok_or_else(|| invalid_parameter("Invalid desired count."))
}

impl Operation for CreateService {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "CreateService";
    type Output = ServiceOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        let arn = home.service_arn(cluster, &self.service_name);
        vec![in_cluster(Authorization::on("ecs:CreateService", arn), &home, cluster)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ServiceOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = usable_cluster(cloud, &home, self.cluster.as_deref())?.name.clone();
        if !is_name(&self.service_name) {
            // Inferred: the wording.
            return Err(invalid_parameter("Service name contains invalid characters."));
        }
        match home.service(cloud, &cluster, &self.service_name).map(|service| service.status) {
            Some(ServiceStatus::Active) => return Err(invalid_parameter("Creation of service was not idempotent.")),
            Some(ServiceStatus::Draining) => {
                return Err(invalid_parameter("Unable to Start a service that is still Draining."));
            }
            Some(ServiceStatus::Inactive) | None => {}
        }
        let reference = self.task_definition.filter(|reference| !reference.is_empty());
        let reference = reference.ok_or_else(|| client_error("TaskDefinition can not be blank."))?;
        let definition = launch::definition(cloud, &home, &reference, client_error)?;
        let known = home.cluster(cloud, &cluster)?;
        let Choice { launch_type, strategy } =
            capacity::choose(known, self.launch_type, &self.capacity_provider_strategy)?;
        check_placement(&self.placement_constraints, &self.placement_strategy, launch_type)?;
        launch::check(cloud, &home, &definition, launch_type, self.network_configuration.as_ref())?;
        let scheduling = self.scheduling_strategy.unwrap_or_default();
        if scheduling == Scheduling::Daemon {
            check_daemon(
                launch_type,
                &strategy,
                self.desired_count,
                &self.placement_constraints,
                &self.placement_strategy,
            )?;
        }
        let desired_count = count(self.desired_count.unwrap_or(0))?;
        let mut configuration = DeploymentConfiguration::of(scheduling);
        self.deployment_configuration.change(&mut configuration)?;
        check_percents(scheduling, &configuration)?;
        let primary = scheduler::new_deployment(cloud, definition, desired_count, self.network_configuration.clone());
        let service = EcsService {
            arn: home.service_arn(&cluster, &self.service_name),
            name: self.service_name.clone(),
            cluster_arn: home.cluster_arn(&cluster),
            cluster: cluster.clone(),
            status: ServiceStatus::Active,
            desired_count,
            launch_type,
            scheduling,
            capacity_providers: strategy,
            placement_constraints: self.placement_constraints,
            placement_strategy: self.placement_strategy,
            configuration,
            deployments: Vec::new(),
            events: VecDeque::new(),
            network: self.network_configuration,
            enable_execute_command: self.enable_execute_command,
            created_at: cloud.now(),
            created_by: caller.principal.arn(),
            tags: self.tags,
            propagate_tags: self.propagate_tags,
            steady: false,
            last_completed: None,
        };
        if let Some(cluster) = home.cluster_mut(cloud, &cluster) {
            cluster.services.insert(self.service_name.clone(), Arc::new(service));
        }
        scheduler::deploy(cloud, &home, &cluster, &self.service_name, primary);
        scheduler::wake_soon(cloud, &home, &cluster, &self.service_name);
        output(cloud, &home, &cluster, &self.service_name)
    }
}

/// Changes a service's count, definition, network or configuration. A new definition or network, or
/// `forceNewDeployment`, starts a deployment.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateService {
    pub cluster: Option<String>,
    pub service: String,
    pub desired_count: Option<i64>,
    pub task_definition: Option<String>,
    pub deployment_configuration: DeploymentConfigurationInput,
    pub network_configuration: Option<NetworkConfiguration>,
    /// An empty list goes back to none, as with the next two.
    pub capacity_provider_strategy: Option<Vec<StrategyItem>>,
    pub placement_constraints: Option<Vec<PlacementConstraint>>,
    pub placement_strategy: Option<Vec<PlacementStrategy>>,
    pub platform_version: Option<String>,
    pub force_new_deployment: bool,
    pub enable_execute_command: Option<bool>,
    pub propagate_tags: Option<String>,
}

impl Operation for UpdateService {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "UpdateService";
    type Output = ServiceOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        let arn = home.service_arn(cluster, short_name(&self.service));
        vec![in_cluster(Authorization::on("ecs:UpdateService", arn), &home, cluster)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ServiceOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?.name.clone();
        let name = short_name(&self.service).to_owned();
        let service = home.service(cloud, &cluster, &name).ok_or_else(not_found)?;
        if service.status != ServiceStatus::Active {
            return Err(ApiError::new("ServiceNotActiveException", "Service was not ACTIVE."));
        }
        let current = service.definition().cloned().ok_or_else(not_found)?;
        let (old_launch_type, old_network) = (service.launch_type, service.network.clone());
        let Choice { launch_type, strategy } = match &self.capacity_provider_strategy {
            None => Choice { launch_type: old_launch_type, strategy: service.capacity_providers.clone() },
            Some(strategy) => capacity::choose(home.cluster(cloud, &cluster)?, None, strategy)?,
        };
        let constraints = self.placement_constraints.clone().unwrap_or_else(|| service.placement_constraints.clone());
        let placement = self.placement_strategy.clone().unwrap_or_else(|| service.placement_strategy.clone());
        check_placement(&constraints, &placement, launch_type)?;
        let moved = strategy != service.capacity_providers;
        let mut configuration = service.configuration.clone();
        self.deployment_configuration.change(&mut configuration)?;
        let definition = match self.task_definition.as_deref().filter(|reference| !reference.is_empty()) {
            Some(reference) => launch::definition(cloud, &home, reference, client_error)?,
            None => Arc::clone(&current),
        };
        let network = self.network_configuration.clone().or_else(|| old_network.clone());
        launch::check(cloud, &home, &definition, launch_type, network.as_ref())?;
        let desired_count = self.desired_count.map(count).transpose()?;
        let scheduling = service.scheduling;
        if scheduling == Scheduling::Daemon {
            check_daemon(launch_type, &strategy, self.desired_count, &constraints, &placement)?;
        }
        check_percents(scheduling, &configuration)?;
        let changed = definition.task_definition_arn != current.task_definition_arn || network != old_network || moved;
        let now = cloud.now();
        if let Some(service) = home.service_mut(cloud, &cluster, &name) {
            service.configuration = configuration;
            service.launch_type = launch_type;
            service.capacity_providers = strategy;
            service.placement_constraints = constraints;
            service.placement_strategy = placement;
            service.network = network.clone();
            service.desired_count = desired_count.unwrap_or(service.desired_count);
            service.enable_execute_command = self.enable_execute_command.unwrap_or(service.enable_execute_command);
            service.propagate_tags = self.propagate_tags.or(service.propagate_tags.take());
            let desired_count = service.desired_count;
            if let Some(primary) = service.primary_mut() {
                primary.desired_count = desired_count;
                primary.updated_at = now;
            }
        }
        if changed || self.force_new_deployment {
            let desired_count = home.service(cloud, &cluster, &name).map_or(0, |service| service.desired_count);
            let deployment = scheduler::new_deployment(cloud, definition, desired_count, network);
            scheduler::deploy(cloud, &home, &cluster, &name, deployment);
        }
        scheduler::wake_soon(cloud, &home, &cluster, &name);
        output(cloud, &home, &cluster, &name)
    }
}

/// Deletes a service: it drains, then becomes INACTIVE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeleteService {
    pub cluster: Option<String>,
    pub service: String,
    /// Also one that is scaled above 0.
    pub force: Option<bool>,
}

impl Operation for DeleteService {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DeleteService";
    type Output = ServiceOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        let arn = home.service_arn(cluster, short_name(&self.service));
        vec![in_cluster(Authorization::on("ecs:DeleteService", arn), &home, cluster)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ServiceOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?.name.clone();
        let name = short_name(&self.service).to_owned();
        let service = home.service(cloud, &cluster, &name).ok_or_else(not_found)?;
        if service.status == ServiceStatus::Inactive {
            return Err(not_found());
        }
        let scaled = service.scheduling == Scheduling::Replica && service.desired_count > 0;
        if scaled && self.force != Some(true) {
            return Err(invalid_parameter("The service cannot be stopped while it is scaled above 0."));
        }
        if let Some(service) = home.service_mut(cloud, &cluster, &name) {
            service.status = ServiceStatus::Draining;
            service.desired_count = 0;
            for deployment in &mut service.deployments {
                deployment.desired_count = 0;
            }
        }
        scheduler::wake_soon(cloud, &home, &cluster, &name);
        output(cloud, &home, &cluster, &name)
    }
}

/// Describes services.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DescribeServices {
    pub cluster: Option<String>,
    pub services: Vec<String>,
    pub include: Vec<String>,
}

/// Services, and those that are not there.
#[derive(Clone, Debug, Serialize)]
pub struct DescribeServicesOutput {
    services: Vec<ServiceShape>,
    failures: Vec<Failure>,
}

impl Operation for DescribeServices {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DescribeServices";
    type Output = DescribeServicesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        let ask = |service: &String| {
            let arn = home.service_arn(cluster, short_name(service));
            in_cluster(Authorization::on("ecs:DescribeServices", arn), &home, cluster)
        };
        self.services.iter().map(ask).collect()
    }

    fn shown(output: &DescribeServicesOutput) -> Vec<Arn> {
        output.services.iter().map(|service| service.arn().clone()).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeServicesOutput, ApiError> {
        let home = Home::of(caller);
        let cluster: &Cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?;
        if self.services.is_empty() {
            return Err(invalid_parameter("Services cannot be empty."));
        }
        at_most(&self.services, 10, "service names")?;
        let with_tags = self.include.iter().any(|field| field == "TAGS");
        let (mut services, mut failures) = (Vec::new(), Vec::new());
        for reference in &self.services {
            let name = short_name(reference);
            match cluster.service(name) {
                Some(service) => services.push(ServiceShape::new(cluster, service, with_tags)),
                None => failures.push(Failure::missing(home.service_arn(&cluster.name, name))),
            }
        }
        Ok(DescribeServicesOutput { services, failures })
    }
}

/// Lists the ARNs of the services that were not deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListServices {
    pub cluster: Option<String>,
    pub next_token: Option<String>,
    pub max_results: Option<i64>,
    pub launch_type: Option<LaunchType>,
}

/// ARNs of services.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListServicesOutput {
    service_arns: Vec<Arn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListServices {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "ListServices";
    type Output = ListServicesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        vec![in_cluster(Authorization::anywhere("ecs:ListServices"), &home, cluster)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListServicesOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?;
        let wanted = |service: &&EcsService| {
            service.status != ServiceStatus::Inactive
                && self.launch_type.is_none_or(|launch_type| service.launch_type == launch_type)
        };
        let arns = cluster.services().filter(wanted).map(|service| service.arn.clone()).collect();
        // Source: Amazon ECS service model: ten, unless more are asked for.
        let most = if self.max_results.is_some() { 100 } else { 10 };
        let (service_arns, next_token) = super::page(arns, self.max_results, self.next_token.as_deref(), most)?;
        Ok(ListServicesOutput { service_arns, next_token })
    }
}
