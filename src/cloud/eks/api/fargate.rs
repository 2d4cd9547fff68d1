//! Operations on Fargate profiles.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{listed, on_cluster, passes, role_arn, zones};
use crate::cloud::eks::Sleeper;
use crate::cloud::eks::cluster::{FargateProfile, FargateSelector, FargateStatus, Tags};
use crate::cloud::eks::home::{Home, invalid_parameter, invalid_request, not_found, uuid};
use crate::cloud::net::Target;
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Duration, Operation, Service, iam};

/// Making a profile, and taking it away. Inferred: of the order of what is observed.
const TAKES: Duration = Duration::seconds(60);

/// Makes a Fargate profile.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateFargateProfile {
    pub fargate_profile_name: String,
    pub cluster_name: String,
    pub pod_execution_role_arn: String,
    pub subnets: Vec<String>,
    pub selectors: Vec<FargateSelector>,
    pub tags: Tags,
}

impl Operation for CreateFargateProfile {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "CreateFargateProfile";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let asks = on_cluster("eks:CreateFargateProfile", caller, &self.cluster_name);
        asks.into_iter().chain(passes(&self.pod_execution_role_arn)).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.active(cloud, &self.cluster_name)?;
        let name = self.fargate_profile_name.clone();
        if cluster.fargate_profiles.contains_key(&name) {
            // Inferred: the wording.
            return Err(invalid_request(format!("Fargate profile already exists with name {name}")));
        }
        let role = role_arn(&self.pod_execution_role_arn)?;
        if !iam::can_assume(cloud, "eks-fargate-pods.amazonaws.com", &role).is_allowed() {
            return Err(invalid_parameter(
                "Misconfigured PodExecutionRole Trust Policy; Please add the eks-fargate-pods.amazonaws.com Service \
                 Principal",
            ));
        }
        let subnets = if self.subnets.is_empty() { cluster.subnets.clone() } else { self.subnets };
        zones(cloud, &home, &subnets)?;
        // Source: Amazon EKS User Guide, "Define which Pods use AWS Fargate": no direct route to an internet gateway.
        let public = |id: &&String| {
            let table = home.net(cloud).and_then(|net| net.route_table_of(id));
            let gateway = |route: &crate::cloud::net::Route| matches!(route.target, Target::InternetGateway(_));
            table.is_some_and(|table| table.routes.iter().any(gateway))
        };
        if let Some(id) = subnets.iter().find(public) {
            return Err(invalid_parameter(format!("Subnet {id} provided in Fargate Profile is not a private subnet")));
        }
        if self.selectors.is_empty() || self.selectors.iter().any(|selector| selector.namespace.is_empty()) {
            return Err(invalid_parameter(
                "Fargate Profile must have at least one selector with at least one namespace",
            ));
        }
        let now = cloud.now();
        let id = uuid(cloud);
        let profile = FargateProfile {
            arn: home.arn(&format!("fargateprofile/{}/{name}/{id}", self.cluster_name)),
            name: name.clone(),
            cluster: self.cluster_name.clone(),
            created_at: now,
            execution_role: role.clone(),
            subnets,
            selectors: self.selectors,
            status: FargateStatus::Creating,
            tags: self.tags,
        };
        let answer = json!({"fargateProfile": profile.describe()});
        super::access_entries::let_nodes_in(cloud, &home, &self.cluster_name, &role, "FARGATE_LINUX");
        if let Some(cluster) = home.cluster_mut(cloud, &self.cluster_name) {
            cluster.fargate_profiles.insert(name.clone(), Arc::new(profile));
        }
        home.state_mut(cloud).alarms.set(now + TAKES, Sleeper::FargateProfile(self.cluster_name, name));
        Ok(answer)
    }
}

/// A profile became active, or is gone.
pub(in crate::cloud::eks) fn wake_profile(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let Some(cluster) = home.cluster_mut(cloud, cluster) else { return };
    let Some(profile) = cluster.fargate_profiles.get_mut(name) else { return };
    match profile.status {
        FargateStatus::Creating => Arc::make_mut(profile).status = FargateStatus::Active,
        FargateStatus::Deleting => drop(cluster.fargate_profiles.remove(name)),
        FargateStatus::Active => {}
    }
}

fn find<'a>(cloud: &'a Cloud, home: &Home, cluster: &str, name: &str) -> Result<&'a FargateProfile, ApiError> {
    let found = home.cluster(cloud, cluster)?.fargate_profiles.get(name).map(Arc::as_ref);
    found.ok_or_else(|| not_found(format!("No Fargate Profile found with name: {name}.")))
}

fn profile_arn(cloud: &Cloud, caller: &Caller, cluster: &str, name: &str) -> Arn {
    let home = Home::of(caller);
    let known = find(cloud, &home, cluster, name).map(|profile| profile.arn.clone());
    known.unwrap_or_else(|_| home.arn(&format!("fargateprofile/{cluster}/{name}/*")))
}

/// Describes a Fargate profile.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeFargateProfile {
    pub cluster_name: String,
    pub fargate_profile_name: String,
}

impl Operation for DescribeFargateProfile {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DescribeFargateProfile";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = profile_arn(cloud, caller, &self.cluster_name, &self.fargate_profile_name);
        vec![Authorization::on("eks:DescribeFargateProfile", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let profile = find(cloud, &Home::of(caller), &self.cluster_name, &self.fargate_profile_name)?;
        Ok(json!({"fargateProfile": profile.describe()}))
    }
}

/// Lists the names of a cluster's Fargate profiles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListFargateProfiles {
    pub cluster_name: String,
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

impl Operation for ListFargateProfiles {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListFargateProfiles";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:ListFargateProfiles", caller, &self.cluster_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, &self.cluster_name)?;
        let names: Vec<String> = cluster.fargate_profiles().map(|profile| profile.name.clone()).collect();
        listed("fargateProfileNames", names, self.max_results, self.next_token.as_deref())
    }
}

/// Deletes a Fargate profile. Its pods that run go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteFargateProfile {
    pub cluster_name: String,
    pub fargate_profile_name: String,
}

impl Operation for DeleteFargateProfile {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DeleteFargateProfile";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = profile_arn(cloud, caller, &self.cluster_name, &self.fargate_profile_name);
        vec![Authorization::on("eks:DeleteFargateProfile", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let (cluster, name) = (self.cluster_name, self.fargate_profile_name);
        find(cloud, &home, &cluster, &name)?;
        let at = cloud.now() + TAKES;
        let found = home.cluster_mut(cloud, &cluster).and_then(|cluster| cluster.fargate_profiles.get_mut(&name));
        let changed = found.map(|profile| {
            let profile = Arc::make_mut(profile);
            profile.status = FargateStatus::Deleting;
            profile.describe()
        });
        home.state_mut(cloud).alarms.set(at, Sleeper::FargateProfile(cluster, name));
        Ok(json!({"fargateProfile": changed}))
    }
}
