//! Operations on clusters.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{listed, on_cluster, passes, role_arn, updates, zones};
use crate::cloud::eks::access;
use crate::cloud::eks::cluster::{AccessEntry, AccessScope, AssociatedPolicy, Cluster, ClusterStatus, Tags};
use crate::cloud::eks::home::{Home, in_use, invalid_parameter, invalid_request, uuid};
use crate::cloud::eks::{Sleeper, kube};
use crate::cloud::net::{self, Cidr, Peer, Rule, SecurityGroup, Traffic};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Duration, Operation, Service, iam};

/// Making a control plane. Source: observed, some nine minutes.
const UP: Duration = Duration::minutes(9);
/// Taking it away.
const DOWN: Duration = Duration::minutes(3);
/// The versions that can be made, the newest first.
/// Source: Amazon EKS User Guide, "Understand the Kubernetes version lifecycle on EKS". Inferred: which is the default.
const VERSIONS: [&str; 6] = ["1.35", "1.34", "1.33", "1.32", "1.31", "1.30"];
/// The version that is taken when none is said.
const DEFAULT_VERSION: &str = "1.34";

/// Where the control plane's network interfaces are, and who may reach its address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VpcConfigRequest {
    pub subnet_ids: Vec<String>,
    pub security_group_ids: Vec<String>,
    pub endpoint_public_access: Option<bool>,
    pub endpoint_private_access: Option<bool>,
    pub public_access_cidrs: Vec<String>,
}

/// How clients are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccessConfigRequest {
    pub bootstrap_cluster_creator_admin_permissions: Option<bool>,
    pub authentication_mode: Option<String>,
}

/// Makes a cluster.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateCluster {
    pub name: String,
    pub version: Option<String>,
    pub role_arn: String,
    pub resources_vpc_config: VpcConfigRequest,
    pub kubernetes_network_config: Option<Value>,
    pub logging: Option<Value>,
    pub tags: Tags,
    pub access_config: AccessConfigRequest,
    pub upgrade_policy: Option<Value>,
    pub deletion_protection: bool,
}

impl Operation for CreateCluster {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "CreateCluster";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        [Authorization::anywhere("eks:CreateCluster")].into_iter().chain(passes(&self.role_arn)).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let name = self.name;
        let first = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if !first || name.len() > 100 || !name.chars().all(fits) {
            return Err(invalid_parameter("The cluster name is not valid: it must match ^[0-9A-Za-z][A-Za-z0-9\\-_]*"));
        }
        if home.cluster(cloud, &name).is_ok() {
            return Err(in_use(format!("Cluster already exists with name: {name}")));
        }
        let version = match self.version {
            None => DEFAULT_VERSION.to_owned(),
            Some(version) if VERSIONS.contains(&version.as_str()) => version,
            Some(_) => return Err(invalid_parameter("unsupported Kubernetes version")),
        };
        let role = role_arn(&self.role_arn)?;
        if !iam::can_assume(cloud, "eks.amazonaws.com", &role).is_allowed() {
            return Err(invalid_parameter(format!(
                "Role with arn: {role}, could not be assumed because it does not exist or the trusted entity is not correct"
            )));
        }
        let vpc = self.resources_vpc_config;
        let mut zones = zones(cloud, &home, &vpc.subnet_ids)?;
        zones.sort_unstable();
        zones.dedup();
        if zones.len() < 2 {
            return Err(invalid_parameter("Subnets specified must be in at least two different AZs"));
        }
        let mode = self.access_config.authentication_mode.unwrap_or_else(|| "CONFIG_MAP".to_owned());
        let public_endpoint = vpc.endpoint_public_access.unwrap_or(true);
        let private_endpoint = vpc.endpoint_private_access.unwrap_or(false);
        if !public_endpoint && !private_endpoint {
            return Err(invalid_parameter("Private and public endpoint access cannot be false"));
        }
        let now = cloud.now();
        let fresh = net::State::default();
        let network = home.net(cloud).unwrap_or(&fresh);
        let mut vpcs: Vec<String> =
            vpc.subnet_ids.iter().filter_map(|id| network.vpc_of(id)).map(|vpc| vpc.id.clone()).collect();
        vpcs.dedup();
        let [vpc_id] = vpcs.as_slice() else {
            return Err(invalid_parameter("Subnets specified must belong to the same VPC"));
        };
        let vpc_id = vpc_id.clone();
        let group = security_group(cloud, &home, &name, &vpc_id);
        let id = cloud.random_hex(32);
        let cluster = Cluster {
            arn: home.cluster_arn(&name),
            name: name.clone(),
            status: ClusterStatus::Creating,
            version,
            created_at: now,
            role,
            subnets: vpc.subnet_ids,
            vpc: vpc_id,
            security_groups: vpc.security_group_ids,
            cluster_security_group: group,
            public_endpoint,
            private_endpoint,
            public_cidrs: match vpc.public_access_cidrs.as_slice() {
                [] if public_endpoint => vec!["0.0.0.0/0".to_owned()],
                cidrs => cidrs.to_vec(),
            },
            authentication_mode: mode,
            bootstrap_admin: self.access_config.bootstrap_cluster_creator_admin_permissions.unwrap_or(true),
            creator: caller.principal.clone(),
            id,
            logging: logging(self.logging),
            service_cidr: self
                .kubernetes_network_config
                .as_ref()
                .and_then(|config| config.get("serviceIpv4Cidr")?.as_str().map(str::to_owned))
                .unwrap_or_else(|| "172.20.0.0/16".to_owned()),
            tags: self.tags,
            deletion_protection: self.deletion_protection,
            support_type: support_type(self.upgrade_policy.as_ref()).unwrap_or_else(|| "EXTENDED".to_owned()),
            nodegroups: BTreeMap::new(),
            fargate_profiles: BTreeMap::new(),
            access_entries: BTreeMap::new(),
            associations: BTreeMap::new(),
            addons: BTreeMap::new(),
            updates: Vec::new(),
            kube: kube::Store::default(),
        };
        let answer = json!({"cluster": cluster.describe()});
        let state = home.state_mut(cloud);
        state.clusters.insert(name.clone(), Arc::new(cluster));
        state.alarms.set(now + UP, Sleeper::Cluster(name));
        Ok(answer)
    }
}

/// The log types that are on; the others are off.
fn logging(given: Option<Value>) -> Value {
    const TYPES: [&str; 5] = ["api", "audit", "authenticator", "controllerManager", "scheduler"];
    let setups = given.as_ref().and_then(|given| given.get("clusterLogging")).and_then(Value::as_array);
    let on: Vec<&str> = setups
        .into_iter()
        .flatten()
        .filter(|setup| setup.get("enabled") == Some(&Value::Bool(true)))
        .filter_map(|setup| setup.get("types")?.as_array())
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let (on, off): (Vec<&str>, Vec<&str>) = TYPES.into_iter().partition(|kind| on.contains(kind));
    let setups = [(on, true), (off, false)].into_iter().filter(|(types, _)| !types.is_empty());
    let setups: Vec<Value> = setups.map(|(types, enabled)| json!({"types": types, "enabled": enabled})).collect();
    json!({"clusterLogging": setups})
}

fn support_type(policy: Option<&Value>) -> Option<String> {
    policy?.get("supportType")?.as_str().map(str::to_owned)
}

/// The security group that EKS makes for a cluster: all among its own, everything out.
/// Source: Amazon EKS User Guide, "View Amazon EKS security group requirements for clusters".
fn security_group(cloud: &mut Cloud, home: &Home, cluster: &str, vpc: &str) -> String {
    let id = cloud.random_ec2_id("sg");
    let number: String = cloud.random_bytes(9).iter().map(|byte| char::from(b'0' + byte % 10)).collect();
    let mut rule =
        |peer: Peer| Rule { id: cloud.random_ec2_id("sgr"), traffic: Traffic::all(), peer, description: None };
    let ingress = vec![rule(Peer::Group(id.clone()))];
    let egress = vec![rule(Peer::Cidr(Cidr::EVERYWHERE))];
    let group = SecurityGroup {
        id: id.clone(),
        name: format!("eks-cluster-sg-{cluster}-{number}"),
        vpc: vpc.to_owned(),
        description:
            "EKS created security group applied to ENI that is attached to EKS Control Plane master nodes, as well \
                      as any managed workloads."
                .to_owned(),
        ingress,
        egress,
        tags: vec![(format!("kubernetes.io/cluster/{cluster}"), "owned".to_owned())],
    };
    home.net_mut(cloud).insert_security_group(group);
    id
}

/// A cluster became active, or is gone.
pub(in crate::cloud::eks) fn wake_cluster(cloud: &mut Cloud, home: &Home, name: &str) {
    let Ok(cluster) = home.cluster(cloud, name) else { return };
    match cluster.status {
        ClusterStatus::Creating => {
            if let Some(cluster) = home.cluster_mut(cloud, name) {
                cluster.status = ClusterStatus::Active;
            }
            kube::begin(cloud, home, name);
            bootstrap(cloud, home, name);
        }
        ClusterStatus::Deleting => {
            let group = cluster.cluster_security_group.clone();
            home.state_mut(cloud).clusters.remove(name);
            home.net_mut(cloud).remove_security_group(&group);
        }
        ClusterStatus::Active | ClusterStatus::Updating => {}
    }
}

/// Gives whoever made a cluster an access entry with all rights.
/// Source: Amazon EKS User Guide, "Change authentication mode to use access entries".
pub(super) fn bootstrap(cloud: &mut Cloud, home: &Home, name: &str) {
    let now = cloud.now();
    let id = uuid(cloud);
    let Ok(cluster) = home.cluster(cloud, name) else { return };
    if !cluster.bootstrap_admin || cluster.authentication_mode == "CONFIG_MAP" {
        return;
    }
    let principal = access::entity_arn(cloud, &cluster.creator);
    let policy_arn = access::policy_arn("AmazonEKSClusterAdminPolicy");
    let policy = AssociatedPolicy {
        policy_arn: policy_arn.clone(),
        access_scope: AccessScope { kind: "cluster".to_owned(), namespaces: Vec::new() },
        associated_at: now,
        modified_at: now,
    };
    let entry = AccessEntry {
        arn: super::access_entries::entry_arn(home, name, &principal, &id),
        cluster: name.to_owned(),
        username: super::access_entries::username(&principal, "STANDARD"),
        principal: principal.clone(),
        groups: Vec::new(),
        kind: "STANDARD".to_owned(),
        created_at: now,
        modified_at: now,
        tags: Tags::new(),
        policies: [(policy_arn, policy)].into(),
    };
    if let Some(cluster) = home.cluster_mut(cloud, name) {
        cluster.access_entries.entry(principal.to_string()).or_insert_with(|| Arc::new(entry));
    }
}

/// Describes a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DescribeCluster {
    pub name: String,
}

impl Operation for DescribeCluster {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DescribeCluster";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:DescribeCluster", caller, &self.name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        Ok(json!({"cluster": Home::of(caller).cluster(cloud, &self.name)?.describe()}))
    }
}

/// Lists the names of the clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListClusters {
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

impl Operation for ListClusters {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListClusters";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("eks:ListClusters")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let clusters = home.state(cloud).into_iter().flat_map(|state| state.clusters());
        let names: Vec<String> = clusters.map(|cluster| cluster.name.clone()).collect();
        listed("clusters", names, self.max_results, self.next_token.as_deref())
    }
}

/// Deletes a cluster that has no nodes left.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeleteCluster {
    pub name: String,
}

impl Operation for DeleteCluster {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DeleteCluster";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:DeleteCluster", caller, &self.name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, &self.name)?;
        if cluster.deletion_protection {
            return Err(invalid_request("Cluster has deletion protection enabled"));
        }
        if cluster.nodegroups().next().is_some() {
            return Err(in_use("Cluster has nodegroups attached"));
        }
        if cluster.fargate_profiles().next().is_some() {
            return Err(in_use("Cluster has fargate profiles attached"));
        }
        if cluster.status == ClusterStatus::Creating {
            return Err(in_use("Cluster is currently being created"));
        }
        let at = cloud.now() + DOWN;
        let changed = home.cluster_mut(cloud, &self.name).map(|cluster| {
            cluster.status = ClusterStatus::Deleting;
            cluster.describe()
        });
        home.state_mut(cloud).alarms.set(at, Sleeper::Cluster(self.name));
        Ok(json!({"cluster": changed}))
    }
}

/// Changes who reaches a cluster, who is known there, what is logged.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateClusterConfig {
    pub name: String,
    pub resources_vpc_config: Option<VpcConfigRequest>,
    pub logging: Option<Value>,
    pub access_config: Option<AccessConfigRequest>,
    pub upgrade_policy: Option<Value>,
    pub deletion_protection: Option<bool>,
}

impl Operation for UpdateClusterConfig {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "UpdateClusterConfig";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:UpdateClusterConfig", caller, &self.name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let mut cluster = home.active(cloud, &self.name)?.clone();
        let (kind, params) = if let Some(vpc) = self.resources_vpc_config {
            cluster.public_endpoint = vpc.endpoint_public_access.unwrap_or(cluster.public_endpoint);
            cluster.private_endpoint = vpc.endpoint_private_access.unwrap_or(cluster.private_endpoint);
            if !cluster.public_endpoint && !cluster.private_endpoint {
                return Err(invalid_parameter("Private and public endpoint access cannot be false"));
            }
            if !vpc.public_access_cidrs.is_empty() {
                cluster.public_cidrs = vpc.public_access_cidrs;
            }
            let cidrs = json!(cluster.public_cidrs).to_string();
            let params = vec![
                ("EndpointPublicAccess", cluster.public_endpoint.to_string()),
                ("EndpointPrivateAccess", cluster.private_endpoint.to_string()),
                ("PublicAccessCidrs", cidrs),
            ];
            ("EndpointAccessUpdate", params)
        } else if let Some(mode) = self.access_config.and_then(|config| config.authentication_mode) {
            // Source: Amazon EKS User Guide, "Change authentication mode": there is only a way forward.
            let rank = |mode: &str| ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"].iter().position(|known| *known == mode);
            if rank(&mode) <= rank(&cluster.authentication_mode) {
                return Err(invalid_parameter(format!(
                    "Unsupported authentication mode update from {} to {mode}",
                    cluster.authentication_mode
                )));
            }
            cluster.authentication_mode.clone_from(&mode);
            ("AccessConfigUpdate", vec![("AuthenticationMode", format!("\"{mode}\""))])
        } else if self.logging.is_some() {
            cluster.logging = logging(self.logging);
            ("LoggingUpdate", vec![("ClusterLogging", cluster.logging.to_string())])
        } else if let Some(protected) = self.deletion_protection {
            cluster.deletion_protection = protected;
            ("DeletionProtectionUpdate", vec![("DeletionProtection", protected.to_string())])
        } else if let Some(support) = support_type(self.upgrade_policy.as_ref()) {
            cluster.support_type.clone_from(&support);
            ("UpgradePolicyUpdate", vec![("UpgradePolicy", json!({"supportType": support}).to_string())])
        } else {
            return Err(invalid_parameter("No changes needed for the input logging config provided"));
        };
        cluster.status = ClusterStatus::Updating;
        let mode = kind == "AccessConfigUpdate";
        home.state_mut(cloud).clusters.insert(self.name.clone(), Arc::new(cluster));
        if mode {
            bootstrap(cloud, &home, &self.name);
        }
        updates::begin(cloud, &home, &self.name, None, kind, params)
    }
}

/// Brings a cluster's control plane to the next version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UpdateClusterVersion {
    pub name: String,
    pub version: String,
}

impl Operation for UpdateClusterVersion {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "UpdateClusterVersion";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:UpdateClusterVersion", caller, &self.name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.active(cloud, &self.name)?;
        let rank = |version: &str| VERSIONS.iter().position(|known| *known == version);
        let (Some(now), Some(wanted)) = (rank(&cluster.version), rank(&self.version)) else {
            return Err(invalid_parameter("unsupported Kubernetes version"));
        };
        if wanted == now {
            let text = format!("Cluster is already at version {}", cluster.version);
            return Err(invalid_parameter(text));
        }
        // The newest comes first.
        if wanted + 1 != now {
            return Err(invalid_parameter(format!(
                "Unsupported Kubernetes minor version update from {} to {}",
                cluster.version, self.version
            )));
        }
        if let Some(cluster) = home.cluster_mut(cloud, &self.name) {
            cluster.version.clone_from(&self.version);
            cluster.status = ClusterStatus::Updating;
        }
        let params = vec![("Version", self.version), ("PlatformVersion", "eks.9".to_owned())];
        updates::begin(cloud, &home, &self.name, None, "VersionUpdate", params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_types_that_are_not_named_are_off() {
        let given = json!({"clusterLogging": [{"types": ["audit"], "enabled": true}]});
        let expect = json!({"clusterLogging": [
            {"types": ["audit"], "enabled": true},
            {"types": ["api", "authenticator", "controllerManager", "scheduler"], "enabled": false},
        ]});
        assert_eq!(logging(Some(given)), expect);
    }
}
