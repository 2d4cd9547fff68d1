//! Operations on pod identity associations: which role the pods of a service account have.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{listed, on_cluster, role_arn};
use crate::cloud::eks::cluster::{PodIdentityAssociation, Tags};
use crate::cloud::eks::home::{Home, in_use, invalid_parameter, not_found};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, iam};

/// Who takes on the roles of pods.
const PODS: &str = "pods.eks.amazonaws.com";

/// Gives the pods of a service account a role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreatePodIdentityAssociation {
    pub cluster_name: String,
    pub namespace: String,
    pub service_account: String,
    pub role_arn: String,
    pub tags: Tags,
}

impl Operation for CreatePodIdentityAssociation {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "CreatePodIdentityAssociation";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut asks = on_cluster("eks:CreatePodIdentityAssociation", caller, &self.cluster_name);
        asks.extend(self.role_arn.parse().ok().map(|role| iam::pass_role(role, PODS)));
        asks
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.active(cloud, &self.cluster_name)?;
        let taken = |known: &PodIdentityAssociation| {
            known.namespace == self.namespace && known.service_account == self.service_account
        };
        if let Some(known) = cluster.pod_identity_associations().find(|known| taken(known)) {
            return Err(in_use(format!("Association already exists: {}", known.id)));
        }
        let role = role_arn(&self.role_arn)?;
        if !iam::can_assume(cloud, PODS, &role).is_allowed() {
            // Inferred: the wording.
            return Err(invalid_parameter("Trust policy of Role provided in RoleArn is not valid"));
        }
        let id = format!("a-{}", cloud.random_hex(17));
        let association = PodIdentityAssociation {
            arn: home.arn(&format!("podidentityassociation/{}/{id}", self.cluster_name)),
            id: id.clone(),
            cluster: self.cluster_name.clone(),
            namespace: self.namespace,
            service_account: self.service_account,
            role,
            created_at: cloud.now(),
            tags: self.tags,
        };
        let answer = json!({"association": association.describe()});
        if let Some(cluster) = home.cluster_mut(cloud, &self.cluster_name) {
            cluster.associations.insert(id, Arc::new(association));
        }
        Ok(answer)
    }
}

fn find<'a>(cloud: &'a Cloud, home: &Home, cluster: &str, id: &str) -> Result<&'a PodIdentityAssociation, ApiError> {
    let found = home.cluster(cloud, cluster)?.associations.get(id).map(Arc::as_ref);
    found.ok_or_else(|| not_found(format!("No association found with ID: {id}")))
}

fn on_association(action: &'static str, caller: &Caller, cluster: &str, id: &str) -> Vec<Authorization> {
    let arn = Home::of(caller).arn(&format!("podidentityassociation/{cluster}/{id}"));
    vec![Authorization::on(action, arn)]
}

/// Describes an association.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribePodIdentityAssociation {
    pub cluster_name: String,
    pub association_id: String,
}

impl Operation for DescribePodIdentityAssociation {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DescribePodIdentityAssociation";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_association("eks:DescribePodIdentityAssociation", caller, &self.cluster_name, &self.association_id)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let found = find(cloud, &Home::of(caller), &self.cluster_name, &self.association_id)?;
        Ok(json!({"association": found.describe()}))
    }
}

/// Lists a cluster's associations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListPodIdentityAssociations {
    pub cluster_name: String,
    pub namespace: Option<String>,
    pub service_account: Option<String>,
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

impl Operation for ListPodIdentityAssociations {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListPodIdentityAssociations";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:ListPodIdentityAssociations", caller, &self.cluster_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, &self.cluster_name)?;
        let wanted = |known: &&PodIdentityAssociation| {
            self.namespace.as_ref().is_none_or(|namespace| known.namespace == *namespace)
                && self.service_account.as_ref().is_none_or(|account| known.service_account == *account)
        };
        let found: Vec<Value> =
            cluster.pod_identity_associations().filter(wanted).map(PodIdentityAssociation::summary).collect();
        listed("associations", found, self.max_results, self.next_token.as_deref())
    }
}

/// Takes the role from the pods of a service account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeletePodIdentityAssociation {
    pub cluster_name: String,
    pub association_id: String,
}

impl Operation for DeletePodIdentityAssociation {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DeletePodIdentityAssociation";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_association("eks:DeletePodIdentityAssociation", caller, &self.cluster_name, &self.association_id)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let answer = json!({
            "association": find(cloud, &home, &self.cluster_name, &self.association_id)?.describe()
        });
        if let Some(cluster) = home.cluster_mut(cloud, &self.cluster_name) {
            cluster.associations.remove(&self.association_id);
        }
        Ok(answer)
    }
}
