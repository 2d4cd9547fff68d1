//! Operations on add-ons.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{listed, on_cluster, passes};
use crate::cloud::eks::Sleeper;
use crate::cloud::eks::cluster::{Addon, AddonStatus, Tags};
use crate::cloud::eks::home::{Home, in_use, invalid_parameter, not_found, uuid};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Duration, Operation, Service};

/// Installing an add-on, and taking it away. Inferred: of the order of what is observed.
const TAKES: Duration = Duration::seconds(40);
/// The add-ons that can be had, with the version that is taken when none is said.
/// Source: Amazon EKS User Guide, "AWS add-ons". Inferred: the versions.
const ADDONS: [(&str, &str); 6] = [
    ("aws-ebs-csi-driver", "v1.55.0-eksbuild.1"),
    ("coredns", "v1.12.4-eksbuild.1"),
    ("eks-pod-identity-agent", "v1.3.10-eksbuild.1"),
    ("kube-proxy", "v1.34.1-eksbuild.2"),
    ("metrics-server", "v0.8.0-eksbuild.6"),
    ("vpc-cni", "v1.21.1-eksbuild.1"),
];

/// Installs an add-on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateAddon {
    pub cluster_name: String,
    pub addon_name: String,
    pub addon_version: Option<String>,
    pub service_account_role_arn: Option<String>,
    pub configuration_values: Option<String>,
    pub tags: Tags,
}

impl Operation for CreateAddon {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "CreateAddon";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let asks = on_cluster("eks:CreateAddon", caller, &self.cluster_name);
        asks.into_iter().chain(self.service_account_role_arn.as_deref().and_then(passes)).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.active(cloud, &self.cluster_name)?;
        let Some((name, newest)) = ADDONS.into_iter().find(|(name, _)| *name == self.addon_name) else {
            return Err(invalid_parameter(format!(
                "Addon {} specified is not supported in {} kubernetes version",
                self.addon_name, cluster.version
            )));
        };
        if cluster.addons.contains_key(name) {
            return Err(in_use("Addon already exists."));
        }
        let now = cloud.now();
        let id = uuid(cloud);
        let addon = Addon {
            arn: home.arn(&format!("addon/{}/{name}/{id}", self.cluster_name)),
            name: name.to_owned(),
            cluster: self.cluster_name.clone(),
            version: self.addon_version.unwrap_or_else(|| newest.to_owned()),
            status: AddonStatus::Creating,
            created_at: now,
            modified_at: now,
            service_account_role: self.service_account_role_arn,
            configuration: self.configuration_values,
            tags: self.tags,
        };
        let answer = json!({"addon": addon.describe()});
        if let Some(cluster) = home.cluster_mut(cloud, &self.cluster_name) {
            cluster.addons.insert(name.to_owned(), Arc::new(addon));
        }
        home.state_mut(cloud).alarms.set(now + TAKES, Sleeper::Addon(self.cluster_name, name.to_owned()));
        Ok(answer)
    }
}

/// An add-on became active, or is gone.
pub(in crate::cloud::eks) fn wake_addon(cloud: &mut Cloud, home: &Home, cluster: &str, name: &str) {
    let now = cloud.now();
    let Some(cluster) = home.cluster_mut(cloud, cluster) else { return };
    let Some(addon) = cluster.addons.get_mut(name) else { return };
    match addon.status {
        AddonStatus::Creating => {
            let addon = Arc::make_mut(addon);
            addon.status = AddonStatus::Active;
            addon.modified_at = now;
        }
        AddonStatus::Deleting => drop(cluster.addons.remove(name)),
        AddonStatus::Active => {}
    }
}

fn find<'a>(cloud: &'a Cloud, home: &Home, cluster: &str, name: &str) -> Result<&'a Addon, ApiError> {
    let found = home.cluster(cloud, cluster)?.addons.get(name).map(Arc::as_ref);
    found.ok_or_else(|| not_found(format!("No addon: {name} found in cluster: {cluster}")))
}

fn addon_arn(cloud: &Cloud, caller: &Caller, cluster: &str, name: &str) -> Arn {
    let home = Home::of(caller);
    let known = find(cloud, &home, cluster, name).map(|addon| addon.arn.clone());
    known.unwrap_or_else(|_| home.arn(&format!("addon/{cluster}/{name}/*")))
}

/// Describes an add-on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeAddon {
    pub cluster_name: String,
    pub addon_name: String,
}

impl Operation for DescribeAddon {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DescribeAddon";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = addon_arn(cloud, caller, &self.cluster_name, &self.addon_name);
        vec![Authorization::on("eks:DescribeAddon", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let addon = find(cloud, &Home::of(caller), &self.cluster_name, &self.addon_name)?;
        Ok(json!({"addon": addon.describe()}))
    }
}

/// Lists the names of a cluster's add-ons.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListAddons {
    pub cluster_name: String,
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

impl Operation for ListAddons {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListAddons";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:ListAddons", caller, &self.cluster_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, &self.cluster_name)?;
        let names: Vec<String> = cluster.addons().map(|addon| addon.name.clone()).collect();
        listed("addons", names, self.max_results, self.next_token.as_deref())
    }
}

/// Takes an add-on away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteAddon {
    pub cluster_name: String,
    pub addon_name: String,
}

impl Operation for DeleteAddon {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DeleteAddon";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = addon_arn(cloud, caller, &self.cluster_name, &self.addon_name);
        vec![Authorization::on("eks:DeleteAddon", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let (cluster, name) = (self.cluster_name, self.addon_name);
        find(cloud, &home, &cluster, &name)?;
        let at = cloud.now() + TAKES;
        let found = home.cluster_mut(cloud, &cluster).and_then(|cluster| cluster.addons.get_mut(&name));
        let changed = found.map(|addon| {
            let addon = Arc::make_mut(addon);
            addon.status = AddonStatus::Deleting;
            addon.describe()
        });
        home.state_mut(cloud).alarms.set(at, Sleeper::Addon(cluster, name));
        Ok(json!({"addon": changed}))
    }
}
