//! Updates: changes that take their time.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{listed, on_cluster};
use crate::cloud::eks::Sleeper;
use crate::cloud::eks::cluster::{ClusterStatus, Update};
use crate::cloud::eks::home::{Home, not_found, uuid};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Duration, Operation, Service};

/// How long an update takes; a version's is longer. Inferred: of the order of what is observed.
const TAKES: Duration = Duration::minutes(1);
const VERSION_TAKES: Duration = Duration::minutes(8);

/// Begins an update, and answers as its operation does.
pub(super) fn begin(
    cloud: &mut Cloud,
    home: &Home,
    cluster: &str,
    nodegroup: Option<String>,
    kind: &'static str,
    params: Vec<(&'static str, String)>,
) -> Result<Value, ApiError> {
    let now = cloud.now();
    let id = uuid(cloud);
    let update = Update { id: id.clone(), nodegroup, kind, params, created_at: now, done: false };
    let answer = json!({"update": update.describe()});
    if let Some(cluster) = home.cluster_mut(cloud, cluster) {
        cluster.updates.push(Arc::new(update));
    }
    let takes = if kind == "VersionUpdate" { VERSION_TAKES } else { TAKES };
    home.state_mut(cloud).alarms.set(now + takes, Sleeper::Update(cluster.to_owned(), id));
    Ok(answer)
}

/// An update is done.
pub(in crate::cloud::eks) fn wake_update(cloud: &mut Cloud, home: &Home, cluster: &str, id: &str) {
    let Some(cluster) = home.cluster_mut(cloud, cluster) else { return };
    if let Some(update) = cluster.updates.iter_mut().find(|update| update.id == id) {
        Arc::make_mut(update).done = true;
    }
    let under_way = cluster.updates.iter().any(|update| !update.done && update.nodegroup.is_none());
    if cluster.status == ClusterStatus::Updating && !under_way {
        cluster.status = ClusterStatus::Active;
    }
}

/// Describes an update.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeUpdate {
    /// The cluster.
    pub name: String,
    pub update_id: String,
    pub nodegroup_name: Option<String>,
}

impl Operation for DescribeUpdate {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DescribeUpdate";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:DescribeUpdate", caller, &self.name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, &self.name)?;
        let own = |update: &&Arc<Update>| update.id == self.update_id && update.nodegroup == self.nodegroup_name;
        let update = cluster.updates.iter().find(own);
        let update = update.ok_or_else(|| not_found(format!("No update found for ID: {}", self.update_id)))?;
        Ok(json!({"update": update.describe()}))
    }
}

/// Lists the ids of updates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListUpdates {
    /// The cluster.
    pub name: String,
    pub nodegroup_name: Option<String>,
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

impl Operation for ListUpdates {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListUpdates";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:ListUpdates", caller, &self.name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, &self.name)?;
        let own = cluster.updates.iter().filter(|update| update.nodegroup == self.nodegroup_name);
        let ids: Vec<String> = own.map(|update| update.id.clone()).collect();
        listed("updateIds", ids, self.max_results, self.next_token.as_deref())
    }
}
