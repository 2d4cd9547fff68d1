//! Operations on capacity providers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::clusters::ClusterOutput;
use super::shapes::{ClusterShape, Failure, Include};
use crate::cloud::autoscaling;
use crate::cloud::ecs::capacity::{self, AutoScalingGroupProvider, CapacityProvider, FARGATE, StrategyItem};
use crate::cloud::ecs::definition::Tag;
use crate::cloud::ecs::definition_rules::is_name;
use crate::cloud::ecs::home::{Home, client_error, cluster_name, invalid_parameter, short_name};
use crate::cloud::ecs::scaling;
use crate::cloud::ecs::service::ServiceStatus;
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// A capacity provider, as answers show it. Source: Amazon ECS service model, `CapacityProvider`, in the model's order.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shape {
    capacity_provider_arn: Arn,
    name: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_scaling_group_provider: Option<AutoScalingGroupProvider>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_status: Option<&'static str>,
    tags: Vec<Tag>,
    r#type: &'static str,
}

impl Shape {
    fn own(home: &Home, name: &'static str) -> Self {
        Self {
            capacity_provider_arn: home.arn(&format!("capacity-provider/{name}")),
            name: name.to_owned(),
            status: "ACTIVE",
            auto_scaling_group_provider: None,
            update_status: None,
            tags: Vec::new(),
            r#type: name,
        }
    }

    fn of(provider: &CapacityProvider, with_tags: bool) -> Self {
        Self {
            capacity_provider_arn: provider.arn.clone(),
            name: provider.name.clone(),
            status: "ACTIVE",
            auto_scaling_group_provider: Some(provider.group.clone()),
            update_status: None,
            tags: if with_tags { provider.tags.clone() } else { Vec::new() },
            r#type: "EC2_AUTOSCALING",
        }
    }
}

/// A capacity provider.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CapacityProviderOutput {
    capacity_provider: Shape,
}

fn arn(home: &Home, name: &str) -> Arn {
    home.arn(&format!("capacity-provider/{}", short_name(name)))
}

fn not_found() -> ApiError {
    invalid_parameter("The specified capacity provider was not found. Specify a valid name or ARN and try again.")
}

/// Makes a capacity provider of an Auto Scaling group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateCapacityProvider {
    pub name: String,
    pub auto_scaling_group_provider: Option<AutoScalingGroupProvider>,
    pub managed_instances_provider: Option<Value>,
    pub tags: Vec<Tag>,
}

impl Operation for CreateCapacityProvider {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "CreateCapacityProvider";
    type Output = CapacityProviderOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::on("ecs:CreateCapacityProvider", arn(&Home::of(caller), &self.name))]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CapacityProviderOutput, ApiError> {
        let home = Home::of(caller);
        let lower = self.name.to_ascii_lowercase();
        // Source: Amazon ECS API Reference, CreateCapacityProvider. Inferred: the wording.
        if !is_name(&self.name) || ["aws", "ecs", "fargate"].into_iter().any(|prefix| lower.starts_with(prefix)) {
            return Err(client_error(
                "The capacity provider name is invalid. Up to 255 letters, numbers, underscores and hyphens are allowed. \
                 The name cannot be prefixed with \"aws\", \"ecs\", or \"fargate\".",
            ));
        }
        if self.managed_instances_provider.is_some() {
            // Ours: AWS has it, the simulation does not.
            return Err(client_error("capacity providers of managed instances exist at AWS but are not simulated"));
        }
        let mut group = self
            .auto_scaling_group_provider
            .ok_or_else(|| client_error("An Auto Scaling group provider must be specified."))?;
        if !group.auto_scaling_group_arn.starts_with("arn:") || group.group_name().is_empty() {
            // Inferred: the wording.
            return Err(client_error("The specified Auto Scaling group ARN is not valid."));
        }
        if !(1..=100).contains(&group.managed_scaling.target_capacity.unwrap_or(100)) {
            // Inferred: the wording.
            return Err(client_error("The target capacity must be between 1 and 100."));
        }
        group.complete();
        check_protection(cloud, &home, &group)?;
        let providers = &mut home.state_mut(cloud).capacity_providers;
        if providers.contains_key(&self.name) {
            return Err(client_error(
                "The specified capacity provider already exists. To change the configuration of an existing capacity \
                 provider, update the capacity provider.",
            ));
        }
        let made = CapacityProvider { arn: arn(&home, &self.name), name: self.name.clone(), group, tags: self.tags };
        let shape = Shape::of(&made, true);
        providers.insert(self.name, Arc::new(made));
        Ok(CapacityProviderOutput { capacity_provider: shape })
    }
}

/// Whether managed termination protection can work: it needs managed scaling, and a group that protects what it launches.
///
/// # Errors
/// Source: Amazon ECS API Reference, `AutoScalingGroupProvider`; the wording of the second: observed. Inferred: that of the
/// first.
fn check_protection(cloud: &Cloud, home: &Home, provider: &AutoScalingGroupProvider) -> Result<(), ApiError> {
    if provider.managed_termination_protection.as_deref() != Some("ENABLED") {
        return Ok(());
    }
    if !provider.managed_scaling.is_on() {
        return Err(client_error(
            "The managed termination protection setting for the capacity provider is invalid. To enable managed \
             termination protection for a capacity provider, managed scaling must be enabled.",
        ));
    }
    let groups = autoscaling::Home::new(home.account.clone(), home.region.clone());
    match groups.group(cloud, provider.group_name()) {
        Some(group) if !group.protects_new => Err(client_error(
            "The managed termination protection setting for the capacity provider is invalid. To enable managed \
             termination protection for a capacity provider, the Auto Scaling group must have instance protection from \
             scale in enabled.",
        )),
        _ => Ok(()),
    }
}

/// Changes how a capacity provider scales.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateCapacityProvider {
    pub name: String,
    pub auto_scaling_group_provider: Option<AutoScalingGroupProvider>,
}

impl Operation for UpdateCapacityProvider {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "UpdateCapacityProvider";
    type Output = CapacityProviderOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::on("ecs:UpdateCapacityProvider", arn(&Home::of(caller), &self.name))]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CapacityProviderOutput, ApiError> {
        let home = Home::of(caller);
        let name = short_name(&self.name).to_owned();
        let known = home.state(cloud).and_then(|state| state.capacity_providers.get(&name)).ok_or_else(not_found)?;
        let mut known = known.as_ref().clone();
        if let Some(mut update) = self.auto_scaling_group_provider {
            update.auto_scaling_group_arn = known.group.auto_scaling_group_arn.clone();
            update.complete();
            check_protection(cloud, &home, &update)?;
            known.group = update;
        }
        let shape = Shape::of(&known, true);
        let state = home.state_mut(cloud);
        state.capacity_providers.insert(name, Arc::new(known));
        crate::cloud::ecs::groups_changed(cloud, &home.account, &home.region);
        Ok(CapacityProviderOutput { capacity_provider: shape })
    }
}

/// Deletes a capacity provider that no cluster uses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteCapacityProvider {
    pub capacity_provider: String,
}

impl Operation for DeleteCapacityProvider {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DeleteCapacityProvider";
    type Output = CapacityProviderOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::on("ecs:DeleteCapacityProvider", arn(&Home::of(caller), &self.capacity_provider))]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CapacityProviderOutput, ApiError> {
        let home = Home::of(caller);
        let name = short_name(&self.capacity_provider);
        if FARGATE.contains(&name) {
            // Source: Amazon ECS API Reference, DeleteCapacityProvider. Inferred: the wording.
            return Err(client_error(
                "The FARGATE and FARGATE_SPOT capacity providers are reserved and can't be deleted.",
            ));
        }
        let state = home.state(cloud).ok_or_else(not_found)?;
        let known = state.capacity_providers.get(name).cloned().ok_or_else(not_found)?;
        let used = |cluster: &crate::cloud::ecs::Cluster| {
            cluster.is_active() && cluster.capacity_providers.iter().any(|one| one == name)
        };
        if state.clusters().any(used) {
            return Err(client_error(
                "The capacity provider cannot be deleted because it is associated with cluster(s). Remove the capacity \
                 provider from the cluster and try again.",
            ));
        }
        home.state_mut(cloud).capacity_providers.remove(name);
        let shape = Shape { status: "INACTIVE", update_status: Some("DELETE_COMPLETE"), ..Shape::of(&known, true) };
        Ok(CapacityProviderOutput { capacity_provider: shape })
    }
}

/// Describes capacity providers: all, where it names none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeCapacityProviders {
    pub capacity_providers: Vec<String>,
    pub include: Vec<String>,
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

/// Capacity providers, and those that are not there.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeCapacityProvidersOutput {
    capacity_providers: Vec<Shape>,
    failures: Vec<Failure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for DescribeCapacityProviders {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DescribeCapacityProviders";
    type Output = DescribeCapacityProvidersOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        match self.capacity_providers.as_slice() {
            [] => vec![Authorization::on("ecs:DescribeCapacityProviders", arn(&home, "*"))],
            names => {
                names.iter().map(|name| Authorization::on("ecs:DescribeCapacityProviders", arn(&home, name))).collect()
            }
        }
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeCapacityProvidersOutput, ApiError> {
        let home = Home::of(caller);
        let with_tags = self.include.iter().any(|field| field == "TAGS");
        let own = FARGATE.into_iter().map(|name| Shape::own(&home, name));
        let made = home.state(cloud).into_iter().flat_map(|state| state.capacity_providers());
        let mut all: Vec<Shape> = own.chain(made.map(|provider| Shape::of(provider, with_tags))).collect();
        let mut failures = Vec::new();
        if !self.capacity_providers.is_empty() {
            let names: Vec<&str> = self.capacity_providers.iter().map(|name| short_name(name)).collect();
            let missing = names.iter().filter(|name| !all.iter().any(|one| one.name == **name));
            failures.extend(missing.map(|name| Failure::missing(arn(&home, name))));
            all.retain(|one| names.contains(&one.name.as_str()));
        }
        let (capacity_providers, next_token) = super::page(all, self.max_results, self.next_token.as_deref(), 10)?;
        Ok(DescribeCapacityProvidersOutput { capacity_providers, failures, next_token })
    }
}

/// Says which capacity providers a cluster has, and which are used where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutClusterCapacityProviders {
    pub cluster: String,
    pub capacity_providers: Vec<String>,
    pub default_capacity_provider_strategy: Vec<StrategyItem>,
}

impl Operation for PutClusterCapacityProviders {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "PutClusterCapacityProviders";
    type Output = ClusterOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = Home::of(caller).cluster_arn(cluster_name(Some(&self.cluster)));
        vec![Authorization::on("ecs:PutClusterCapacityProviders", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ClusterOutput, ApiError> {
        let home = Home::of(caller);
        let name = cluster_name(Some(&self.cluster)).to_owned();
        let names = associated(cloud, &home, &self.capacity_providers, &self.default_capacity_provider_strategy)?;
        let cluster = home.cluster(cloud, &name)?;
        let uses = |provider: &String| {
            let services = cluster.services().filter(|service| service.status != ServiceStatus::Inactive);
            let mut named = services.flat_map(|service| &service.capacity_providers);
            named.any(|item| item.capacity_provider == *provider)
        };
        if cluster.capacity_providers.iter().any(|known| !names.contains(known) && uses(known)) {
            // Source: observed.
            return Err(ApiError::new(
                "ResourceInUseException",
                "The specified capacity provider is in use and cannot be removed.",
            ));
        }
        if let Some(cluster) = home.cluster_mut(cloud, &name) {
            cluster.capacity_providers = names;
            cluster.default_strategy = self.default_capacity_provider_strategy;
        }
        adopt(cloud, &home, &name);
        scaling::changed(cloud, &home, &name);
        Ok(ClusterOutput { cluster: ClusterShape::new(home.cluster(cloud, &name)?, Include::ALL) })
    }
}

/// The names of capacity providers that a cluster is to have, if all is right with them and the default strategy.
///
/// # Errors
/// `InvalidParameterException`.
pub(super) fn associated(
    cloud: &Cloud,
    home: &Home,
    providers: &[String],
    strategy: &[StrategyItem],
) -> Result<Vec<String>, ApiError> {
    let mut names: Vec<String> = Vec::new();
    for provider in providers {
        let name = short_name(provider);
        let exists = FARGATE.contains(&name)
            || home.state(cloud).is_some_and(|state| state.capacity_providers.contains_key(name));
        if !exists {
            return Err(not_found());
        }
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    if names.len() > 20 {
        // Source: observed.
        return Err(invalid_parameter("The maximum number of capacity providers per cluster has been exceeded."));
    }
    capacity::check(strategy, |name| names.iter().any(|known| known == name))?;
    Ok(names)
}

/// The instances of a cluster belong to the capacity providers of their Auto Scaling groups.
fn adopt(cloud: &mut Cloud, home: &Home, name: &str) {
    let Ok(cluster) = home.cluster(cloud, name) else { return };
    let provider = |ec2: &str| {
        let group = home.net(cloud)?.instance(ec2)?.auto_scaling_group.as_deref()?;
        capacity::of_group(cloud, home, cluster, group)
    };
    let belongs: Vec<(String, Option<String>)> =
        cluster.instances().map(|instance| (instance.id.clone(), provider(&instance.ec2_instance_id))).collect();
    let Some(cluster) = home.cluster_mut(cloud, name) else { return };
    for (id, provider) in belongs {
        if let Some(instance) = cluster.instances.get_mut(&id).filter(|instance| instance.capacity_provider != provider)
        {
            Arc::make_mut(instance).capacity_provider = provider;
        }
    }
}
