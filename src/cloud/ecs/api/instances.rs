//! Operations on container instances; one of them is for agents.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::shapes::{ContainerInstanceShape, Failure};
use crate::cloud::ecs::cluster::{ContainerInstance, InstanceStatus};
use crate::cloud::ecs::definition::Tag;
use crate::cloud::ecs::home::{Home, client_error, cluster_name, invalid_parameter, short_name};
use crate::cloud::ecs::query::Query;
use crate::cloud::ecs::{capacity, daemon, instance, scheduler};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// What an ECS agent sends when its instance starts. For agents only.
///
/// The identity document's signature is not checked: an agent in the simulation only has its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RegisterContainerInstance {
    pub cluster: Option<String>,
    /// JSON with `instanceId`, from the instance's metadata.
    pub instance_identity_document: Option<String>,
    pub instance_identity_document_signature: Option<String>,
    pub tags: Vec<Tag>,
}

/// The part of an instance identity document that is needed here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct IdentityDocument {
    instance_id: String,
}

/// A container instance.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerInstanceOutput {
    container_instance: ContainerInstanceShape,
}

impl Operation for RegisterContainerInstance {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "RegisterContainerInstance";
    type Output = ContainerInstanceOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = Home::of(caller).cluster_arn(cluster_name(self.cluster.as_deref()));
        vec![Authorization::on("ecs:RegisterContainerInstance", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ContainerInstanceOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = super::tasks::usable_cluster(cloud, &home, self.cluster.as_deref())?;
        let name = cluster.name.clone();
        let document = self.instance_identity_document.unwrap_or_default();
        let document: IdentityDocument = serde_json::from_str(&document)
            // Inferred: the wording.
            .map_err(|_| client_error("Unable to parse the instance identity document."))?;
        let instance = home
            .net(cloud)
            .and_then(|net| net.instance(&document.instance_id))
            .cloned()
            .ok_or_else(|| client_error("The instance of the identity document does not exist."))?;
        let known = cluster.instances().find(|known| known.ec2_instance_id == instance.id).cloned();
        let id = match &known {
            Some(known) => known.id.clone(),
            None => cloud.random_hex(32),
        };
        let group = instance.auto_scaling_group.as_deref();
        let provider =
            group.and_then(|group| capacity::of_group(cloud, &home, home.state(cloud)?.cluster(&name)?, group));
        let subnet = home.net(cloud).and_then(|net| net.subnet(&instance.subnet)).cloned();
        let (taken, cache, attributes) =
            known.map(|known| (known.taken, known.cache, known.attributes)).unwrap_or_default();
        let registered = ContainerInstance {
            arn: home.instance_arn(&name, &id),
            id: id.clone(),
            ec2_instance_id: instance.id,
            status: InstanceStatus::Active,
            agent_connected: true,
            cpu: instance.instance_type.cpu,
            memory: instance.instance_type.memory,
            architecture: instance.architecture,
            instance_type: instance.instance_type.name.to_owned(),
            availability_zone: format!("{}{}", home.region, subnet.as_ref().map_or('a', |subnet| subnet.zone)),
            vpc: subnet.map(|subnet| subnet.vpc).unwrap_or_default(),
            subnet: instance.subnet,
            attributes,
            pull_behavior: instance.pull_behavior,
            capacity_provider: provider,
            taken,
            registered_at: cloud.now(),
            version: 1,
            tags: self.tags,
            cache,
        };
        if let Some(cluster) = home.cluster_mut(cloud, &name) {
            cluster.insert_instance(registered);
        }
        scheduler::room_appeared(cloud, &home, &name);
        daemon::instances_changed(cloud, &home, &name);
        let cluster = home.cluster(cloud, &name)?;
        let instance = cluster.instance(&id).ok_or_else(|| client_error("The container instance does not exist."))?;
        Ok(ContainerInstanceOutput { container_instance: ContainerInstanceShape::new(cluster, instance, true) })
    }
}

/// Lists the ARNs of a cluster's container instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListContainerInstances {
    pub cluster: Option<String>,
    /// In the cluster query language.
    pub filter: Option<String>,
    pub next_token: Option<String>,
    pub max_results: Option<i64>,
    pub status: Option<InstanceStatus>,
}

/// ARNs of container instances.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListContainerInstancesOutput {
    container_instance_arns: Vec<Arn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListContainerInstances {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "ListContainerInstances";
    type Output = ListContainerInstancesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = Home::of(caller).cluster_arn(cluster_name(self.cluster.as_deref()));
        vec![Authorization::on("ecs:ListContainerInstances", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListContainerInstancesOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?;
        let query = match self.filter.as_deref().filter(|filter| !filter.is_empty()) {
            None => None,
            // Inferred: the wording.
            Some(filter) => Some(Query::parse(filter).ok_or_else(|| invalid_parameter("Invalid filter expression."))?),
        };
        let wanted = |instance: &&ContainerInstance| {
            let status = match self.status {
                Some(status) => instance.status == status,
                None => instance.status != InstanceStatus::Inactive,
            };
            status && query.as_ref().is_none_or(|query| query.fits(cluster, instance))
        };
        let arns = cluster.instances().filter(wanted).map(|instance| instance.arn.clone()).collect();
        let (container_instance_arns, next_token) =
            super::page(arns, self.max_results, self.next_token.as_deref(), 100)?;
        Ok(ListContainerInstancesOutput { container_instance_arns, next_token })
    }
}

/// Container instances, and those that are not there.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerInstancesOutput {
    container_instances: Vec<ContainerInstanceShape>,
    failures: Vec<Failure>,
}

fn describe(
    cloud: &Cloud,
    home: &Home,
    cluster: &str,
    references: &[String],
    with_tags: bool,
) -> Result<ContainerInstancesOutput, ApiError> {
    let cluster = home.cluster(cloud, cluster)?;
    let (mut container_instances, mut failures) = (Vec::new(), Vec::new());
    for reference in references {
        let id = short_name(reference);
        match cluster.instance(id) {
            Some(instance) => container_instances.push(ContainerInstanceShape::new(cluster, instance, with_tags)),
            None => failures.push(Failure::missing(home.instance_arn(&cluster.name, id))),
        }
    }
    Ok(ContainerInstancesOutput { container_instances, failures })
}

/// Describes container instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeContainerInstances {
    pub cluster: Option<String>,
    pub container_instances: Vec<String>,
    pub include: Vec<String>,
}

impl Operation for DescribeContainerInstances {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DescribeContainerInstances";
    type Output = ContainerInstancesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(caller, "ecs:DescribeContainerInstances", self.cluster.as_deref(), &self.container_instances)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ContainerInstancesOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        home.cluster(cloud, cluster)?;
        if self.container_instances.is_empty() {
            return Err(invalid_parameter("Container instance cannot be empty."));
        }
        super::at_most(&self.container_instances, 100, "instanceIds")?;
        let with_tags = self.include.iter().any(|field| field == "TAGS");
        describe(cloud, &home, cluster, &self.container_instances, with_tags)
    }
}

fn ask(caller: &Caller, action: &'static str, cluster: Option<&str>, instances: &[String]) -> Vec<Authorization> {
    let home = Home::of(caller);
    let cluster = cluster_name(cluster);
    let ask = |instance: &String| {
        let arn = home.instance_arn(cluster, short_name(instance));
        super::tasks::in_cluster(Authorization::on(action, arn), &home, cluster)
    };
    instances.iter().map(ask).collect()
}

/// Sets container instances to ACTIVE or DRAINING. A draining one gets no new tasks; services replace theirs on it, as their
/// limits let them, and other tasks stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateContainerInstancesState {
    pub cluster: Option<String>,
    pub container_instances: Vec<String>,
    pub status: Option<InstanceStatus>,
}

impl Operation for UpdateContainerInstancesState {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "UpdateContainerInstancesState";
    type Output = ContainerInstancesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(caller, "ecs:UpdateContainerInstancesState", self.cluster.as_deref(), &self.container_instances)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ContainerInstancesOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        home.cluster(cloud, cluster)?;
        let status = match self.status {
            Some(status @ (InstanceStatus::Active | InstanceStatus::Draining)) => status,
            _ => return Err(invalid_parameter("Container instance status should be one of [ACTIVE,DRAINING]")),
        };
        super::at_most(&self.container_instances, 10, "instanceIds")?;
        for reference in &self.container_instances {
            let id = short_name(reference);
            let instances = home.cluster_mut(cloud, cluster).map(|cluster| &mut cluster.instances);
            if let Some(instance) = instances.and_then(|instances| instances.get_mut(id)) {
                let instance = Arc::make_mut(instance);
                if instance.status != InstanceStatus::Inactive {
                    instance.status = status;
                    instance.version += 1;
                }
            }
            scheduler::instance_changed(cloud, &home, cluster, id);
        }
        if status == InstanceStatus::Active {
            scheduler::room_appeared(cloud, &home, cluster);
        }
        describe(cloud, &home, cluster, &self.container_instances, false)
    }
}

/// Takes a container instance out of its cluster. Its EC2 instance runs on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeregisterContainerInstance {
    pub cluster: Option<String>,
    pub container_instance: String,
    /// Also with tasks on it.
    pub force: Option<bool>,
}

impl Operation for DeregisterContainerInstance {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DeregisterContainerInstance";
    type Output = ContainerInstanceOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = Home::of(caller).cluster_arn(cluster_name(self.cluster.as_deref()));
        vec![Authorization::on("ecs:DeregisterContainerInstance", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ContainerInstanceOutput, ApiError> {
        let home = Home::of(caller);
        let name = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?.name.clone();
        let id = short_name(&self.container_instance).to_owned();
        let missing = || invalid_parameter("The referenced container instance was not found.");
        let cluster = home.cluster(cloud, &name)?;
        let known = cluster.instance(&id).filter(|known| known.status != InstanceStatus::Inactive);
        known.ok_or_else(missing)?;
        if cluster.tasks_on(&id).next().is_some() && self.force != Some(true) {
            // Source: observed.
            return Err(invalid_parameter("Found running tasks on the instance."));
        }
        // Source: Amazon ECS Developer Guide, "Stopped tasks error messages", `TerminationNotice`.
        instance::remove(cloud, &home, &name, &id, "Container instance deregistration forced by user.");
        let cluster = home.cluster(cloud, &name)?;
        let instance = cluster.instance(&id).ok_or_else(missing)?;
        Ok(ContainerInstanceOutput { container_instance: ContainerInstanceShape::new(cluster, instance, true) })
    }
}
