//! Operations on clusters.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::shapes::{ClusterShape, Failure, Include};
use crate::cloud::ecs::capacity::StrategyItem;
use crate::cloud::ecs::cluster::{Cluster, ClusterStatus, InstanceStatus, Setting};
use crate::cloud::ecs::definition::Tag;
use crate::cloud::ecs::definition_rules::is_name;
use crate::cloud::ecs::home::{Home, client_error, cluster_name, invalid_parameter, short_name};
use crate::cloud::ecs::service::ServiceStatus;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Makes a cluster; one that exists is given back as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateCluster {
    /// `default` when left out.
    pub cluster_name: Option<String>,
    pub tags: Vec<Tag>,
    pub settings: Vec<Setting>,
    pub capacity_providers: Vec<String>,
    pub default_capacity_provider_strategy: Vec<StrategyItem>,
}

/// A cluster.
#[derive(Clone, Debug, Serialize)]
pub struct ClusterOutput {
    pub(super) cluster: ClusterShape,
}

impl Operation for CreateCluster {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "CreateCluster";
    type Output = ClusterOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        // Source: observed: it is asked on the cluster that is to be made.
        let name = self.cluster_name.as_deref().filter(|name| !name.is_empty()).unwrap_or("default");
        vec![Authorization::on("ecs:CreateCluster", Home::of(caller).cluster_arn(name))]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ClusterOutput, ApiError> {
        let home = Home::of(caller);
        let name = self.cluster_name.as_deref().filter(|name| !name.is_empty()).unwrap_or("default");
        if !is_name(name) {
            // Inferred: the wording.
            return Err(invalid_parameter("Cluster name contains invalid characters."));
        }
        let providers = super::capacity_providers::associated(
            cloud,
            &home,
            &self.capacity_providers,
            &self.default_capacity_provider_strategy,
        )?;
        let arn = home.cluster_arn(name);
        let clusters = &mut home.state_mut(cloud).clusters;
        if !clusters.get(name).is_some_and(|cluster| cluster.is_active()) {
            let mut cluster = Cluster::new(name, arn);
            cluster.tags = self.tags;
            cluster.capacity_providers = providers;
            cluster.default_strategy = self.default_capacity_provider_strategy;
            set(&mut cluster, self.settings);
            clusters.insert(name.to_owned(), Arc::new(cluster));
        }
        let cluster = home.cluster(cloud, name)?;
        Ok(ClusterOutput { cluster: ClusterShape::new(cluster, Include::ALL) })
    }
}

fn set(cluster: &mut Cluster, settings: Vec<Setting>) {
    for setting in settings {
        cluster.settings.retain(|known| known.name != setting.name);
        cluster.settings.push(setting);
    }
}

/// Changes a cluster's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct UpdateCluster {
    pub cluster: String,
    pub settings: Vec<Setting>,
}

/// The same, as it was called before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct UpdateClusterSettings {
    change: UpdateCluster,
}

impl UpdateCluster {
    fn ask(&self, action: &'static str, caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::on(action, Home::of(caller).cluster_arn(cluster_name(Some(&self.cluster))))]
    }
}

impl Operation for UpdateCluster {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "UpdateCluster";
    type Output = ClusterOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        self.ask("ecs:UpdateCluster", caller)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ClusterOutput, ApiError> {
        let home = Home::of(caller);
        let name = home.cluster(cloud, cluster_name(Some(&self.cluster)))?.name.clone();
        if let Some(cluster) = home.cluster_mut(cloud, &name) {
            set(cluster, self.settings);
        }
        Ok(ClusterOutput { cluster: ClusterShape::new(home.cluster(cloud, &name)?, Include::ALL) })
    }
}

impl Operation for UpdateClusterSettings {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "UpdateClusterSettings";
    type Output = ClusterOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        self.change.ask("ecs:UpdateClusterSettings", caller)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ClusterOutput, ApiError> {
        self.change.run(cloud, caller)
    }
}

/// Describes clusters, `default` when it names none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DescribeClusters {
    pub clusters: Vec<String>,
    pub include: Vec<String>,
}

/// Clusters, and those that are not there.
#[derive(Clone, Debug, Serialize)]
pub struct DescribeClustersOutput {
    clusters: Vec<ClusterShape>,
    failures: Vec<Failure>,
}

impl DescribeClusters {
    fn names(&self) -> Vec<&str> {
        match self.clusters.as_slice() {
            [] => vec!["default"],
            names => names.iter().map(|name| short_name(name)).collect(),
        }
    }
}

impl Operation for DescribeClusters {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DescribeClusters";
    type Output = DescribeClustersOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let ask = |name: &str| Authorization::on("ecs:DescribeClusters", home.cluster_arn(name));
        self.names().into_iter().map(ask).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeClustersOutput, ApiError> {
        let home = Home::of(caller);
        super::at_most(&self.clusters, 100, "clusters")?;
        let include = Include::of(&self.include);
        let (mut clusters, mut failures) = (Vec::new(), Vec::new());
        for name in self.names() {
            match home.state(cloud).and_then(|state| state.cluster(name)) {
                Some(cluster) => clusters.push(ClusterShape::new(cluster, include)),
                None => failures.push(Failure::missing(home.cluster_arn(name))),
            }
        }
        Ok(DescribeClustersOutput { clusters, failures })
    }
}

/// Lists the ARNs of the active clusters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListClusters {
    pub next_token: Option<String>,
    pub max_results: Option<i64>,
}

/// ARNs of clusters.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListClustersOutput {
    cluster_arns: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListClusters {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "ListClusters";
    type Output = ListClustersOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecs:ListClusters")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListClustersOutput, ApiError> {
        let home = Home::of(caller);
        let active =
            home.state(cloud).into_iter().flat_map(|state| state.clusters()).filter(|cluster| cluster.is_active());
        let arns = active.map(|cluster| cluster.arn.to_string()).collect();
        let (cluster_arns, next_token) = super::page(arns, self.max_results, self.next_token.as_deref(), 100)?;
        Ok(ListClustersOutput { cluster_arns, next_token })
    }
}

/// Deletes an empty cluster: it becomes INACTIVE.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeleteCluster {
    pub cluster: String,
}

impl Operation for DeleteCluster {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DeleteCluster";
    type Output = ClusterOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let arn = Home::of(caller).cluster_arn(cluster_name(Some(&self.cluster)));
        vec![Authorization::on("ecs:DeleteCluster", arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ClusterOutput, ApiError> {
        let home = Home::of(caller);
        if self.cluster.is_empty() {
            return Err(client_error("Cluster can not be blank."));
        }
        let name = short_name(&self.cluster);
        let cluster = home.cluster(cloud, name)?;
        let refuse = |code: &'static str, what: &str| {
            Err(ApiError::new(code, format!("The Cluster cannot be deleted while {what}.")))
        };
        if cluster.services().any(|service| service.status != ServiceStatus::Inactive) {
            return refuse("ClusterContainsServicesException", "Services are active");
        }
        if cluster.instances().any(|instance| instance.status != InstanceStatus::Inactive) {
            return refuse("ClusterContainsContainerInstancesException", "Container Instances are active or draining");
        }
        if cluster.tasks().any(|task| !task.is_stopped()) {
            return refuse("ClusterContainsTasksException", "Tasks are active");
        }
        if let Some(cluster) = home.cluster_mut(cloud, name) {
            cluster.status = ClusterStatus::Inactive;
        }
        match home.state(cloud).and_then(|state| state.cluster(name)) {
            Some(cluster) => Ok(ClusterOutput { cluster: ClusterShape::new(cluster, Include::ALL) }),
            None => Err(ApiError::new("ClusterNotFoundException", "Cluster not found.")),
        }
    }
}
