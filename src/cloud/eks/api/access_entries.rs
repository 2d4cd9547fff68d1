//! Operations on access entries and their access policies.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{listed, on_cluster};
use crate::cloud::eks::access::{ACCESS_POLICIES, policy_arn};
use crate::cloud::eks::cluster::{AccessEntry, AccessScope, AssociatedPolicy, Cluster, Tags};
use crate::cloud::eks::home::{Home, in_use, invalid_parameter, invalid_request, not_found, uuid};
use crate::cloud::eks::kube::{ConfigMap, Key, Metadata};
use crate::cloud::eks::nodes;
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// `access-entry/CLUSTER/user|role/ACCOUNT/NAME/ID`.
pub(super) fn entry_arn(home: &Home, cluster: &str, principal: &Arn, id: &str) -> Arn {
    let kind = principal.resource().split('/').next().unwrap_or_default();
    let name = principal.resource().rsplit('/').next().unwrap_or_default();
    home.arn(&format!("access-entry/{cluster}/{kind}/{}/{name}/{id}", principal.account()))
}

/// Who a principal is called in the cluster unless told otherwise.
/// Source: Amazon EKS User Guide, "Create access entries", about user names.
pub(super) fn username(principal: &Arn, kind: &str) -> String {
    if kind != "STANDARD" {
        return "system:node:{{EC2PrivateDNSName}}".to_owned();
    }
    match principal.resource().strip_prefix("role/") {
        Some(path) => {
            let name = path.rsplit('/').next().unwrap_or_default();
            format!("arn:aws:sts::{}:assumed-role/{name}/{{{{SessionName}}}}", principal.account())
        }
        None => principal.to_string(),
    }
}

/// Lets the nodes of a role into a cluster, as EKS does when it makes them: by an access entry, and by the config map.
pub(super) fn let_nodes_in(cloud: &mut Cloud, home: &Home, cluster: &str, role: &Arn, kind: &str) {
    let now = cloud.now();
    let id = uuid(cloud);
    let Some(found) = home.cluster_mut(cloud, cluster) else { return };
    if found.authentication_mode != "CONFIG_MAP" {
        let entry = AccessEntry {
            arn: entry_arn(home, cluster, role, &id),
            cluster: cluster.to_owned(),
            principal: role.clone(),
            groups: vec!["system:nodes".to_owned()],
            username: username(role, kind),
            kind: kind.to_owned(),
            created_at: now,
            modified_at: now,
            tags: Tags::new(),
            policies: Default::default(),
        };
        found.access_entries.entry(role.to_string()).or_insert_with(|| Arc::new(entry));
    }
    if found.authentication_mode != "API" {
        note_in_config_map(found, role, now);
    }
}

/// Source: Amazon EKS User Guide, "Grant IAM users access to Kubernetes with a ConfigMap": what EKS writes for nodes.
fn note_in_config_map(cluster: &mut Cluster, role: &Arn, now: crate::cloud::Timestamp) {
    let key = Key::new("kube-system", "aws-auth");
    let map = cluster.kube.config_maps.entry(key).or_insert_with(|| {
        let metadata = Metadata {
            name: "aws-auth".to_owned(),
            namespace: "kube-system".to_owned(),
            creation_timestamp: Some(crate::cloud::eks::Time(now)),
            ..Metadata::default()
        };
        Arc::new(ConfigMap { metadata, ..ConfigMap::default() })
    });
    let text = Arc::make_mut(map).data.entry("mapRoles".to_owned()).or_default();
    if !text.contains(&format!("rolearn: {role}\n")) {
        *text += &format!(
            "- groups:\n  - system:bootstrappers\n  - system:nodes\n  rolearn: {role}\n  username: \
             system:node:{{{{EC2PrivateDNSName}}}}\n"
        );
    }
}

/// A cluster where access entries count.
fn with_entries<'a>(cloud: &'a Cloud, home: &Home, name: &str) -> Result<&'a Cluster, ApiError> {
    let cluster = home.active(cloud, name)?;
    if cluster.authentication_mode == "CONFIG_MAP" {
        return Err(invalid_request(
            "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.",
        ));
    }
    Ok(cluster)
}

fn no_entry() -> ApiError {
    not_found(
        "The specified principalArn could not be found. You can view your available access entries with \
         'list-access-entries'.",
    )
}

fn on_entry(
    action: &'static str,
    cloud: &Cloud,
    caller: &Caller,
    cluster: &str,
    principal: &str,
) -> Vec<Authorization> {
    let home = Home::of(caller);
    let known = home.cluster(cloud, cluster).ok().and_then(|cluster| cluster.access_entries.get(principal));
    let arn = known.map(|entry| entry.arn.clone()).unwrap_or_else(|| {
        let principal = principal.parse().unwrap_or_else(|_| home.arn("role/unknown"));
        entry_arn(&home, cluster, &principal, "*")
    });
    vec![Authorization::on(action, arn)]
}

/// Lets an IAM principal into a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateAccessEntry {
    pub cluster_name: String,
    pub principal_arn: String,
    pub kubernetes_groups: Vec<String>,
    pub tags: Tags,
    pub username: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

impl Operation for CreateAccessEntry {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "CreateAccessEntry";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:CreateAccessEntry", caller, &self.cluster_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = with_entries(cloud, &home, &self.cluster_name)?;
        if cluster.access_entries.contains_key(&self.principal_arn) {
            return Err(in_use("The specified access entry resource is already in use on this cluster."));
        }
        let invalid = || invalid_parameter("The specified principalArn is invalid: invalid principal");
        let principal: Arn = self.principal_arn.parse().map_err(|_| invalid())?;
        let owner = principal.account().parse().ok().and_then(|account| cloud.account(&account));
        let known = owner.is_some_and(|account| {
            account.iam.role_by_arn(&principal).is_some() || account.iam.user_by_arn(&principal).is_some()
        });
        if !known {
            return Err(invalid());
        }
        let kind = self.kind.unwrap_or_else(|| "STANDARD".to_owned());
        // Source: Amazon EKS User Guide, "Create access entries": groups that begin so are Kubernetes's own.
        if self.kubernetes_groups.iter().any(|group| group.starts_with("system:")) {
            return Err(invalid_parameter(
                "The kubernetes group name system:masters is invalid, it cannot start with system:".replace(
                    "system:masters",
                    self.kubernetes_groups.iter().find(|group| group.starts_with("system:")).map_or("", String::as_str),
                ),
            ));
        }
        let now = cloud.now();
        let id = uuid(cloud);
        let entry = AccessEntry {
            arn: entry_arn(&home, &self.cluster_name, &principal, &id),
            cluster: self.cluster_name.clone(),
            username: self.username.unwrap_or_else(|| username(&principal, &kind)),
            groups: if kind == "STANDARD" { self.kubernetes_groups } else { vec!["system:nodes".to_owned()] },
            principal,
            kind,
            created_at: now,
            modified_at: now,
            tags: self.tags,
            policies: Default::default(),
        };
        let answer = json!({"accessEntry": entry.describe()});
        let is_node = entry.kind != "STANDARD";
        if let Some(cluster) = home.cluster_mut(cloud, &self.cluster_name) {
            cluster.access_entries.insert(self.principal_arn, Arc::new(entry));
        }
        if is_node {
            nodes::recheck(cloud, &home, &self.cluster_name);
        }
        Ok(answer)
    }
}

/// Changes an access entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateAccessEntry {
    pub cluster_name: String,
    pub principal_arn: String,
    pub kubernetes_groups: Option<Vec<String>>,
    pub username: Option<String>,
}

impl Operation for UpdateAccessEntry {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "UpdateAccessEntry";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_entry("eks:UpdateAccessEntry", cloud, caller, &self.cluster_name, &self.principal_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        with_entries(cloud, &home, &self.cluster_name)?;
        let now = cloud.now();
        let entry = entry_mut(cloud, &home, &self.cluster_name, &self.principal_arn).ok_or_else(no_entry)?;
        if let Some(groups) = self.kubernetes_groups {
            entry.groups = groups;
        }
        if let Some(username) = self.username {
            entry.username = username;
        }
        entry.modified_at = now;
        Ok(json!({"accessEntry": entry.describe()}))
    }
}

fn entry_mut<'a>(cloud: &'a mut Cloud, home: &Home, cluster: &str, principal: &str) -> Option<&'a mut AccessEntry> {
    home.cluster_mut(cloud, cluster)?.access_entries.get_mut(principal).map(Arc::make_mut)
}

/// Describes an access entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeAccessEntry {
    pub cluster_name: String,
    pub principal_arn: String,
}

impl Operation for DescribeAccessEntry {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DescribeAccessEntry";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_entry("eks:DescribeAccessEntry", cloud, caller, &self.cluster_name, &self.principal_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let cluster = with_entries(cloud, &Home::of(caller), &self.cluster_name)?;
        let entry = cluster.access_entries.get(&self.principal_arn).ok_or_else(no_entry)?;
        Ok(json!({"accessEntry": entry.describe()}))
    }
}

/// Lists the principals that have access entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListAccessEntries {
    pub cluster_name: String,
    pub associated_policy_arn: Option<String>,
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

impl Operation for ListAccessEntries {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListAccessEntries";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_cluster("eks:ListAccessEntries", caller, &self.cluster_name)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let cluster = with_entries(cloud, &Home::of(caller), &self.cluster_name)?;
        let wanted = |entry: &&AccessEntry| {
            self.associated_policy_arn.as_ref().is_none_or(|policy| entry.policies.contains_key(policy))
        };
        let names: Vec<String> =
            cluster.access_entries().filter(wanted).map(|entry| entry.principal.to_string()).collect();
        listed("accessEntries", names, self.max_results, self.next_token.as_deref())
    }
}

/// Takes an IAM principal's access away.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteAccessEntry {
    pub cluster_name: String,
    pub principal_arn: String,
}

impl Operation for DeleteAccessEntry {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DeleteAccessEntry";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_entry("eks:DeleteAccessEntry", cloud, caller, &self.cluster_name, &self.principal_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = with_entries(cloud, &home, &self.cluster_name)?;
        let entry = cluster.access_entries.get(&self.principal_arn).ok_or_else(no_entry)?;
        let is_node = entry.kind != "STANDARD";
        if let Some(cluster) = home.cluster_mut(cloud, &self.cluster_name) {
            cluster.access_entries.remove(&self.principal_arn);
        }
        if is_node {
            nodes::recheck(cloud, &home, &self.cluster_name);
        }
        Ok(json!({}))
    }
}

/// Gives an access entry the rights of an access policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AssociateAccessPolicy {
    pub cluster_name: String,
    pub principal_arn: String,
    pub policy_arn: String,
    pub access_scope: AccessScope,
}

impl Operation for AssociateAccessPolicy {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "AssociateAccessPolicy";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_entry("eks:AssociateAccessPolicy", cloud, caller, &self.cluster_name, &self.principal_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        let cluster = with_entries(cloud, &home, &self.cluster_name)?;
        let entry = cluster.access_entries.get(&self.principal_arn).ok_or_else(no_entry)?;
        if !ACCESS_POLICIES.iter().any(|name| policy_arn(name) == self.policy_arn) {
            return Err(not_found(
                "The specified policyArn could not be found. You can view the available access policies with \
                 'list-access-policies'.",
            ));
        }
        if entry.kind != "STANDARD" {
            return Err(invalid_request(format!(
                "Access entries of type {} can't be associated with access policies.",
                entry.kind
            )));
        }
        if self.access_scope.kind == "namespace" && self.access_scope.namespaces.is_empty() {
            return Err(invalid_parameter("Access scope of type namespace must have at least one namespace."));
        }
        if self.access_scope.kind == "cluster" && !self.access_scope.namespaces.is_empty() {
            return Err(invalid_parameter("Access scope of type cluster cannot contain namespaces."));
        }
        let now = cloud.now();
        let policy = AssociatedPolicy {
            policy_arn: self.policy_arn.clone(),
            access_scope: self.access_scope,
            associated_at: now,
            modified_at: now,
        };
        let entry = entry_mut(cloud, &home, &self.cluster_name, &self.principal_arn).ok_or_else(no_entry)?;
        let answer = json!({
            "clusterName": self.cluster_name,
            "principalArn": self.principal_arn,
            "associatedAccessPolicy": policy,
        });
        entry.policies.insert(self.policy_arn, policy);
        Ok(answer)
    }
}

/// Takes an access policy's rights from an access entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DisassociateAccessPolicy {
    pub cluster_name: String,
    pub principal_arn: String,
    pub policy_arn: String,
}

impl Operation for DisassociateAccessPolicy {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "DisassociateAccessPolicy";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_entry("eks:DisassociateAccessPolicy", cloud, caller, &self.cluster_name, &self.principal_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let home = Home::of(caller);
        with_entries(cloud, &home, &self.cluster_name)?;
        let entry = entry_mut(cloud, &home, &self.cluster_name, &self.principal_arn).ok_or_else(no_entry)?;
        entry.policies.remove(&self.policy_arn);
        Ok(json!({}))
    }
}

/// Lists the access policies that there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListAccessPolicies {
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

impl Operation for ListAccessPolicies {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListAccessPolicies";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("eks:ListAccessPolicies")]
    }

    fn run(self, _: &mut Cloud, _: &Caller) -> Result<Value, ApiError> {
        let policies = ACCESS_POLICIES.map(|name| json!({"name": name, "arn": policy_arn(name)}));
        listed("accessPolicies", policies.to_vec(), self.max_results, self.next_token.as_deref())
    }
}

/// Lists the access policies of an access entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListAssociatedAccessPolicies {
    pub cluster_name: String,
    pub principal_arn: String,
    pub max_results: Option<i64>,
    pub next_token: Option<String>,
}

impl Operation for ListAssociatedAccessPolicies {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListAssociatedAccessPolicies";
    type Output = Value;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_entry("eks:ListAssociatedAccessPolicies", cloud, caller, &self.cluster_name, &self.principal_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        let cluster = with_entries(cloud, &Home::of(caller), &self.cluster_name)?;
        let entry = cluster.access_entries.get(&self.principal_arn).ok_or_else(no_entry)?;
        let policies: Vec<&AssociatedPolicy> = entry.policies.values().collect();
        let mut answer = listed("associatedAccessPolicies", policies, self.max_results, self.next_token.as_deref())?;
        if let Some(members) = answer.as_object_mut() {
            members.insert("clusterName".to_owned(), self.cluster_name.into());
            members.insert("principalArn".to_owned(), self.principal_arn.into());
        }
        Ok(answer)
    }
}
