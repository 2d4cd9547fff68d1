//! Operations on managed node groups.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{listed, on_cluster, passes, role_arn, updates, zones};
use crate::cloud::eks::cluster::{Nodegroup, NodegroupStatus, NodegroupTaint, Scaling, Tags};
use crate::cloud::eks::home::{Home, in_use, invalid_parameter, not_found, uuid};
use crate::cloud::eks::{Sleeper, nodes};
use crate::cloud::iam::ServiceLinkedRole;
use crate::cloud::net::{Architecture, InstanceType};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, iam};

/// How many nodes there are to be, as a request says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ScalingRequest {
    pub min_size: Option<u32>,
    pub max_size: Option<u32>,
    pub desired_size: Option<u32>,
}

impl ScalingRequest {
    /// Filled in from what there was.
    fn onto(&self, known: Scaling) -> Result<Scaling, ApiError> {
        let min_size = self.min_size.unwrap_or(known.min_size);
        let max_size = self.max_size.unwrap_or(known.max_size);
        let desired_size = self.desired_size.unwrap_or(known.desired_size);
        if min_size > desired_size {
            return Err(invalid_parameter(format!(
                "Minimum capacity {min_size} can't be greater than desired size {desired_size}"
            )));
        }
        if desired_size > max_size {
            return Err(invalid_parameter(format!(
                "desired capacity {desired_size} can't be greater than max size {max_size}"
            )));
        }
        Ok(Scaling { min_size, max_size, desired_size })
    }
}

/// Makes a node group.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateNodegroup {
    pub cluster_name: String,
    pub nodegroup_name: String,
    pub scaling_config: ScalingRequest,
    pub disk_size: Option<u32>,
    pub subnets: Vec<String>,
    pub instance_types: Vec<String>,
    pub ami_type: Option<String>,
    pub node_role: String,
    pub labels: Tags,
    pub taints: Vec<NodegroupTaint>,
    pub tags: Tags,
    pub update_config: Option<Value>,
    pub capacity_type: Option<String>,
    pub version: Option<String>,
}

impl Operation for CreateNodegroup {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "CreateNodegroup";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut asks = on_cluster("eks:CreateNodegroup", caller, &self.cluster_name);
        asks.extend(passes(&self.node_role));
        let account = caller.principal.account();
        if !ServiceLinkedRole::EKS_NODEGROUP.exists(cloud, account) {
            asks.push(ServiceLinkedRole::EKS_NODEGROUP.creation(account));
        }
        asks
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.active(cloud, &self.cluster_name)?;
        let (name, version) = (self.nodegroup_name.clone(), cluster.version.clone());
        if cluster.nodegroup(&name).is_some() {
            return Err(in_use(format!(
                "NodeGroup already exists with name {name} and cluster name {}",
                self.cluster_name
            )));
        }
        let role = check_role(cloud, &self.node_role)?;
        if self.subnets.is_empty() {
            return Err(invalid_parameter("Subnets cannot be empty"));
        }
        zones(cloud, &home, &self.subnets)?;
        let kind = self.instance_types.first().map_or("t3.medium", String::as_str);
        let Some(instance_type) = InstanceType::by_name(kind) else {
            return Err(invalid_parameter(format!("The following supplied instance types do not exist: [{kind}]")));
        };
        let ami = ami_type(self.ami_type.as_deref(), instance_type)?;
        let usual = Scaling { min_size: 1, max_size: 2, desired_size: 2 };
        let scaling = self.scaling_config.onto(usual)?;
        let now = cloud.now();
        let id = uuid(cloud);
        let group = Nodegroup {
            arn: home.arn(&format!("nodegroup/{}/{name}/{id}", self.cluster_name)),
            name: name.clone(),
            cluster: self.cluster_name.clone(),
            status: NodegroupStatus::Creating,
            version: self.version.unwrap_or(version),
            created_at: now,
            modified_at: now,
            capacity_type: self.capacity_type.unwrap_or_else(|| "ON_DEMAND".to_owned()),
            scaling,
            instance_type,
            ami_type: ami,
            subnets: self.subnets,
            node_role: role.clone(),
            instance_profile: format!("eks-{id}"),
            labels: self.labels,
            taints: self.taints,
            disk_size: self.disk_size.unwrap_or(20),
            issues: Vec::new(),
            update_config: self.update_config.unwrap_or_else(|| json!({"maxUnavailable": 1})),
            tags: self.tags,
            instances: Vec::new(),
            gives_up: now + nodes::PATIENCE,
        };
        let answer = json!({"nodegroup": group.describe()});
        ServiceLinkedRole::EKS_NODEGROUP.ensure(cloud, &home.account);
        super::access_entries::let_nodes_in(cloud, &home, &self.cluster_name, &role, "EC2_LINUX");
        if let Some(cluster) = home.cluster_mut(cloud, &self.cluster_name) {
            cluster.nodegroups.insert(name.clone(), Arc::new(group));
        }
        home.state_mut(cloud).alarms.set(now + nodes::LAUNCH, Sleeper::Nodegroup(self.cluster_name, name));
        Ok(answer)
    }
}

/// The role that nodes are to have. Source: observed, both messages.
fn check_role(cloud: &Cloud, text: &str) -> Result<Arn, ApiError> {
    let role = role_arn(text)?;
    let found = role.account().parse().ok().and_then(|account| cloud.account(&account)?.iam.role_by_arn(&role));
    if found.is_none() {
        let name = role.resource().rsplit('/').next().unwrap_or_default();
        return Err(invalid_parameter(format!(
            "The role with name {name} cannot be found. (Service: AmazonIdentityManagement; Status Code: 404; Error Code: \
             NoSuchEntity)"
        )));
    }
    if !iam::can_assume(cloud, "ec2.amazonaws.com", &role).is_allowed() {
        return Err(invalid_parameter(format!(
            "Following required service principals [ec2.amazonaws.com] were not found in the trust relationships of \
             nodeRole {role}"
        )));
    }
    Ok(role)
}

/// The kind of machine image: for the processor of the instances. Inferred: the wording where they do not fit.
fn ami_type(given: Option<&str>, instance_type: InstanceType) -> Result<String, ApiError> {
    let arm = instance_type.architecture == Architecture::Arm64;
    match given {
        None => Ok(if arm { "AL2023_ARM_64_STANDARD" } else { "AL2023_x86_64_STANDARD" }.to_owned()),
        Some(ami) if ami.contains("ARM_64") == arm => Ok(ami.to_owned()),
        Some(ami) => Err(invalid_parameter(format!(
            "[{}] is not a valid instance type for requested amiType {ami}",
            instance_type.name
        ))),
    }
}

fn nodegroup_arn(cloud: &Cloud, caller: &Caller, cluster: &str, name: &str) -> Arn {
    let home = Home::of(caller);
    let known =
        home.state(cloud).and_then(|state| state.cluster(cluster)?.nodegroup(name)).map(|group| group.arn.clone());
    known.unwrap_or_else(|| home.arn(&format!("nodegroup/{cluster}/{name}/*")))
}

fn find<'a>(cloud: &'a Cloud, home: &Home, cluster: &str, name: &str) -> Result<&'a Nodegroup, ApiError> {
    let cluster = home.cluster(cloud, cluster)?;
    cluster.nodegroup(name).ok_or_else(|| not_found(format!("No node group found for name: {name}.")))
}

/// Describes a node group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeNodegroup {
    pub cluster_name: String,
    pub nodegroup_name: String,
}

impl Operation for DescribeNodegroup {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DescribeNodegroup";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = nodegroup_arn(cloud, caller, &self.cluster_name, &self.nodegroup_name);
        vec![Authorization::on("eks:DescribeNodegroup", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let group = find(cloud, &Home::of(caller), &self.cluster_name, &self.nodegroup_name)?;
        Ok(json!({"nodegroup": group.describe()}))
    }
}

/// Lists the names of a cluster's node groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListNodegroups {
    pub cluster_name: String,
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

impl Operation for ListNodegroups {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListNodegroups";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:ListNodegroups", caller, &self.cluster_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, &self.cluster_name)?;
        let names: Vec<String> = cluster.nodegroups().map(|group| group.name.clone()).collect();
        listed("nodegroups", names, self.max_results, self.next_token.as_deref())
    }
}

/// Deletes a node group with its instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteNodegroup {
    pub cluster_name: String,
    pub nodegroup_name: String,
}

impl Operation for DeleteNodegroup {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DeleteNodegroup";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = nodegroup_arn(cloud, caller, &self.cluster_name, &self.nodegroup_name);
        vec![Authorization::on("eks:DeleteNodegroup", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let (cluster, name) = (self.cluster_name, self.nodegroup_name);
        let group = find(cloud, &home, &cluster, &name)?.clone();
        let at = cloud.now() + nodes::TAKE_DOWN;
        for id in &group.instances {
            nodes::take_down(cloud, &home, &cluster, &name, id);
        }
        let changed =
            home.cluster_mut(cloud, &cluster).and_then(|cluster| cluster.nodegroups.get_mut(&name)).map(|group| {
                let group = Arc::make_mut(group);
                group.status = NodegroupStatus::Deleting;
                group.describe()
            });
        home.state_mut(cloud).alarms.set(at, Sleeper::Nodegroup(cluster, name));
        Ok(json!({"nodegroup": changed}))
    }
}

/// What labels to set and to take away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LabelsRequest {
    pub add_or_update_labels: Tags,
    pub remove_labels: Vec<String>,
}

/// What taints to set and to take away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TaintsRequest {
    pub add_or_update_taints: Vec<NodegroupTaint>,
    pub remove_taints: Vec<NodegroupTaint>,
}

/// Changes how many nodes there are, and what they are marked with.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateNodegroupConfig {
    pub cluster_name: String,
    pub nodegroup_name: String,
    pub labels: Option<LabelsRequest>,
    pub taints: Option<TaintsRequest>,
    pub scaling_config: Option<ScalingRequest>,
    pub update_config: Option<Map<String, Value>>,
}

impl Operation for UpdateNodegroupConfig {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "UpdateNodegroupConfig";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = nodegroup_arn(cloud, caller, &self.cluster_name, &self.nodegroup_name);
        vec![Authorization::on("eks:UpdateNodegroupConfig", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let (cluster, name) = (self.cluster_name, self.nodegroup_name);
        let mut group = find(cloud, &home, &cluster, &name)?.clone();
        if group.status != NodegroupStatus::Active {
            return Err(in_use("Nodegroup cannot be updated as it is currently not in Active State"));
        }
        let mut params = Vec::new();
        if let Some(scaling) = &self.scaling_config {
            group.scaling = scaling.onto(group.scaling)?;
            params.extend([
                ("MinSize", group.scaling.min_size.to_string()),
                ("MaxSize", group.scaling.max_size.to_string()),
                ("DesiredSize", group.scaling.desired_size.to_string()),
            ]);
        }
        if let Some(labels) = self.labels {
            params.push(("LabelsToAdd", json!(labels.add_or_update_labels).to_string()));
            group.labels.extend(labels.add_or_update_labels);
            group.labels.retain(|key, _| !labels.remove_labels.contains(key));
        }
        if let Some(taints) = self.taints {
            params.push(("TaintsToAdd", json!(taints.add_or_update_taints).to_string()));
            let gone = |known: &NodegroupTaint| {
                let same = |other: &NodegroupTaint| other.key == known.key && other.effect == known.effect;
                taints.remove_taints.iter().any(same) || taints.add_or_update_taints.iter().any(same)
            };
            group.taints.retain(|known| !gone(known));
            group.taints.extend(taints.add_or_update_taints.clone());
        }
        group.modified_at = cloud.now();
        let marks = (group.labels.clone(), group.taints.clone());
        if let Some(cluster) = home.cluster_mut(cloud, &cluster) {
            cluster.nodegroups.insert(name.clone(), Arc::new(group));
            for node in cluster.kube.nodes.values_mut() {
                let own = matches!(&node.machine, crate::cloud::eks::Machine::Instance { nodegroup, .. } if *nodegroup == name);
                if own {
                    let node = Arc::make_mut(node);
                    node.metadata.labels.extend(marks.0.clone());
                    node.spec.taints = marks.1.iter().map(nodes::kube_taint).collect();
                }
            }
        }
        let at = cloud.now() + nodes::LAUNCH;
        home.state_mut(cloud).alarms.set(at, Sleeper::Nodegroup(cluster.clone(), name.clone()));
        updates::begin(cloud, &home, &cluster, Some(name), "ConfigUpdate", params)
    }
}
