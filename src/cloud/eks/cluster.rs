//! Clusters, and what an account makes in them through AWS: node groups, Fargate profiles, access entries, pod identity
//! associations, add-ons, updates.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::kube::Store;
use crate::cloud::{Arn, Principal, Timestamp};

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// A cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub name: String,
    pub arn: Arn,
    pub status: ClusterStatus,
    /// Such as `1.34`.
    pub version: String,
    pub created_at: Timestamp,
    /// The role that Kubernetes's control plane has in the account.
    pub role: Arn,
    /// Subnets for the control plane's network interfaces.
    pub subnets: Vec<String>,
    /// The VPC of the subnets.
    pub vpc: String,
    pub security_groups: Vec<String>,
    /// The security group that EKS made for the control plane and the nodes.
    pub cluster_security_group: String,
    pub public_endpoint: bool,
    pub private_endpoint: bool,
    pub public_cidrs: Vec<String>,
    /// `API`, `API_AND_CONFIG_MAP` or `CONFIG_MAP`.
    pub authentication_mode: String,
    /// Whether whoever made it is its administrator.
    pub bootstrap_admin: bool,
    /// Who made it.
    pub creator: Principal,
    /// 32 hexadecimal digits in its addresses.
    pub id: String,
    pub logging: Value,
    pub service_cidr: String,
    pub tags: Tags,
    pub deletion_protection: bool,
    pub support_type: String,
    pub(super) nodegroups: BTreeMap<String, Arc<Nodegroup>>,
    pub(super) fargate_profiles: BTreeMap<String, Arc<FargateProfile>>,
    /// By the ARN of the principal.
    pub(super) access_entries: BTreeMap<String, Arc<AccessEntry>>,
    /// By id.
    pub(super) associations: BTreeMap<String, Arc<PodIdentityAssociation>>,
    pub(super) addons: BTreeMap<String, Arc<Addon>>,
    /// Oldest first.
    pub(super) updates: Vec<Arc<Update>>,
    /// What is in it.
    pub kube: Store,
}

/// Where a cluster is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ClusterStatus {
    Creating,
    Active,
    Updating,
    Deleting,
}

impl Cluster {
    /// Whether it can be used.
    pub fn is_active(&self) -> bool {
        matches!(self.status, ClusterStatus::Active | ClusterStatus::Updating)
    }

    /// Where its API server listens. Inferred: which digits stand before the region.
    pub fn endpoint(&self) -> String {
        let id = self.id.to_ascii_uppercase();
        format!("https://{id}.gr7.{}.eks.amazonaws.com", self.arn.region())
    }

    /// The node groups, by name.
    pub fn nodegroups(&self) -> impl Iterator<Item = &Nodegroup> {
        self.nodegroups.values().map(Arc::as_ref)
    }

    /// A node group by name.
    pub fn nodegroup(&self, name: &str) -> Option<&Nodegroup> {
        self.nodegroups.get(name).map(Arc::as_ref)
    }

    /// The Fargate profiles, by name.
    pub fn fargate_profiles(&self) -> impl Iterator<Item = &FargateProfile> {
        self.fargate_profiles.values().map(Arc::as_ref)
    }

    /// The access entries, by the ARN of their principal.
    pub fn access_entries(&self) -> impl Iterator<Item = &AccessEntry> {
        self.access_entries.values().map(Arc::as_ref)
    }

    /// The pod identity associations, by id.
    pub fn pod_identity_associations(&self) -> impl Iterator<Item = &PodIdentityAssociation> {
        self.associations.values().map(Arc::as_ref)
    }

    /// The add-ons, by name.
    pub fn addons(&self) -> impl Iterator<Item = &Addon> {
        self.addons.values().map(Arc::as_ref)
    }

    /// What `DescribeCluster` answers.
    pub(super) fn describe(&self) -> Value {
        let region = self.arn.region();
        let mut shape = json!({
            "name": self.name,
            "arn": self.arn,
            "createdAt": self.created_at,
            "version": self.version,
            "roleArn": self.role,
            "resourcesVpcConfig": {
                "subnetIds": self.subnets,
                "securityGroupIds": self.security_groups,
                "clusterSecurityGroupId": self.cluster_security_group,
                "vpcId": self.vpc,
                "endpointPublicAccess": self.public_endpoint,
                "endpointPrivateAccess": self.private_endpoint,
                "publicAccessCidrs": self.public_cidrs,
            },
            "kubernetesNetworkConfig": {
                "serviceIpv4Cidr": self.service_cidr,
                "ipFamily": "ipv4",
                "elasticLoadBalancing": {"enabled": false},
            },
            "logging": self.logging,
            "status": self.status,
            "certificateAuthority": {},
            "platformVersion": "eks.9",
            "tags": self.tags,
            "health": {"issues": []},
            "accessConfig": {
                "bootstrapClusterCreatorAdminPermissions": self.bootstrap_admin,
                "authenticationMode": self.authentication_mode,
            },
            "upgradePolicy": {"supportType": self.support_type},
            "deletionProtection": self.deletion_protection,
        });
        // Source: observed: a cluster that is being made has no address yet.
        if let (false, Some(members)) = (self.status == ClusterStatus::Creating, shape.as_object_mut()) {
            members.insert("endpoint".to_owned(), self.endpoint().into());
            members.insert("certificateAuthority".to_owned(), json!({"data": self.certificate()}));
            let issuer = format!("https://oidc.eks.{region}.amazonaws.com/id/{}", self.id.to_ascii_uppercase());
            members.insert("identity".to_owned(), json!({"oidc": {"issuer": issuer}}));
        }
        shape
    }

    /// What stands for the certificate of its authority: nothing is encrypted here.
    fn certificate(&self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(self.root_certificate())
    }

    /// The same as a file holds it.
    pub(super) fn root_certificate(&self) -> String {
        use base64::Engine as _;
        let digest = crate::cloud::Digest::of(self.id.as_bytes());
        let body = base64::engine::general_purpose::STANDARD.encode(digest.bytes());
        format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    }
}

/// A managed node group.
#[derive(Clone, Debug)]
pub struct Nodegroup {
    pub name: String,
    pub arn: Arn,
    pub cluster: String,
    pub status: NodegroupStatus,
    pub version: String,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    pub capacity_type: String,
    pub scaling: Scaling,
    pub instance_type: crate::cloud::net::InstanceType,
    pub ami_type: String,
    pub subnets: Vec<String>,
    /// Whose credentials its nodes have.
    pub node_role: Arn,
    /// The instance profile that holds the role.
    pub instance_profile: String,
    pub labels: Tags,
    pub taints: Vec<NodegroupTaint>,
    pub disk_size: u32,
    pub issues: Vec<Issue>,
    pub update_config: Value,
    pub tags: Tags,
    /// Its instances, oldest first.
    pub instances: Vec<String>,
    /// When it gives up waiting for its nodes.
    pub(super) gives_up: Timestamp,
}

/// Where a node group is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NodegroupStatus {
    Creating,
    Active,
    Updating,
    Deleting,
    CreateFailed,
    Degraded,
}

/// How many nodes there are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scaling {
    pub min_size: u32,
    pub max_size: u32,
    pub desired_size: u32,
}

/// What keeps pods off the nodes of a group, as EKS writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NodegroupTaint {
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// `NO_SCHEDULE`, `NO_EXECUTE` or `PREFER_NO_SCHEDULE`.
    pub effect: String,
}

/// What is wrong with a node group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// Such as `NodeCreationFailure`.
    pub code: &'static str,
    pub message: String,
    pub resource_ids: Vec<String>,
}

impl Nodegroup {
    /// The name of the Auto Scaling group behind it.
    pub fn auto_scaling_group(&self) -> String {
        let id = self.instance_profile.trim_start_matches("eks-");
        format!("eks-{}-{id}", self.name)
    }

    /// What `DescribeNodegroup` answers.
    pub(super) fn describe(&self) -> Value {
        let group = self.auto_scaling_group();
        let mut shape = json!({
            "nodegroupName": self.name,
            "nodegroupArn": self.arn,
            "clusterName": self.cluster,
            "version": self.version,
            "releaseVersion": format!("{}.4-20260224", self.version),
            "createdAt": self.created_at,
            "modifiedAt": self.modified_at,
            "status": self.status,
            "capacityType": self.capacity_type,
            "scalingConfig": self.scaling,
            "instanceTypes": [self.instance_type.name],
            "subnets": self.subnets,
            "amiType": self.ami_type,
            "nodeRole": self.node_role,
            "labels": self.labels,
            "resources": {"autoScalingGroups": [{"name": group}]},
            "diskSize": self.disk_size,
            "health": {"issues": self.issues},
            "updateConfig": self.update_config,
            "tags": self.tags,
        });
        if let (false, Some(members)) = (self.taints.is_empty(), shape.as_object_mut()) {
            members.insert("taints".to_owned(), json!(self.taints));
        }
        shape
    }
}

/// Which pods run on Fargate, and where.
#[derive(Clone, Debug)]
pub struct FargateProfile {
    pub name: String,
    pub arn: Arn,
    pub cluster: String,
    pub created_at: Timestamp,
    /// Whose credentials pull.
    pub execution_role: Arn,
    pub subnets: Vec<String>,
    pub selectors: Vec<FargateSelector>,
    pub status: FargateStatus,
    pub tags: Tags,
}

/// Pods of a namespace, with labels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FargateSelector {
    pub namespace: String,
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub labels: Tags,
}

/// Where a Fargate profile is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum FargateStatus {
    Creating,
    Active,
    Deleting,
}

impl FargateProfile {
    /// What `DescribeFargateProfile` answers.
    pub(super) fn describe(&self) -> Value {
        json!({
            "fargateProfileName": self.name,
            "fargateProfileArn": self.arn,
            "clusterName": self.cluster,
            "createdAt": self.created_at,
            "podExecutionRoleArn": self.execution_role,
            "subnets": self.subnets,
            "selectors": self.selectors,
            "status": self.status,
            "tags": self.tags,
            "health": {"issues": []},
        })
    }
}

/// Who of IAM is who in a cluster.
#[derive(Clone, Debug)]
pub struct AccessEntry {
    pub arn: Arn,
    pub cluster: String,
    pub principal: Arn,
    pub groups: Vec<String>,
    pub username: String,
    /// `STANDARD`, `EC2_LINUX`, `FARGATE_LINUX` and others.
    pub kind: String,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    pub tags: Tags,
    /// By ARN.
    pub policies: BTreeMap<String, AssociatedPolicy>,
}

/// An access policy of EKS in an access entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociatedPolicy {
    pub policy_arn: String,
    pub access_scope: AccessScope,
    pub associated_at: Timestamp,
    pub modified_at: Timestamp,
}

/// Where an access policy holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AccessScope {
    /// `cluster` or `namespace`.
    #[serde(rename = "type")]
    pub kind: String,
    pub namespaces: Vec<String>,
}

impl AccessEntry {
    /// What `DescribeAccessEntry` answers.
    pub(super) fn describe(&self) -> Value {
        json!({
            "clusterName": self.cluster,
            "principalArn": self.principal,
            "kubernetesGroups": self.groups,
            "accessEntryArn": self.arn,
            "createdAt": self.created_at,
            "modifiedAt": self.modified_at,
            "tags": self.tags,
            "username": self.username,
            "type": self.kind,
        })
    }
}

/// Which role the pods of a service account have.
#[derive(Clone, Debug)]
pub struct PodIdentityAssociation {
    /// `a-` and 17 characters.
    pub id: String,
    pub arn: Arn,
    pub cluster: String,
    pub namespace: String,
    pub service_account: String,
    pub role: Arn,
    pub created_at: Timestamp,
    pub tags: Tags,
}

impl PodIdentityAssociation {
    /// What `ListPodIdentityAssociations` answers of it.
    pub(super) fn summary(&self) -> Value {
        json!({
            "clusterName": self.cluster,
            "namespace": self.namespace,
            "serviceAccount": self.service_account,
            "associationArn": self.arn,
            "associationId": self.id,
        })
    }

    /// What `DescribePodIdentityAssociation` answers.
    pub(super) fn describe(&self) -> Value {
        json!({
            "clusterName": self.cluster,
            "namespace": self.namespace,
            "serviceAccount": self.service_account,
            "roleArn": self.role,
            "associationArn": self.arn,
            "associationId": self.id,
            "tags": self.tags,
            "createdAt": self.created_at,
            "modifiedAt": self.created_at,
            "disableSessionTags": false,
        })
    }
}

/// An add-on that EKS keeps.
#[derive(Clone, Debug)]
pub struct Addon {
    pub name: String,
    pub arn: Arn,
    pub cluster: String,
    pub version: String,
    pub status: AddonStatus,
    pub created_at: Timestamp,
    pub modified_at: Timestamp,
    pub service_account_role: Option<String>,
    pub configuration: Option<String>,
    pub tags: Tags,
}

/// Where an add-on is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AddonStatus {
    Creating,
    Active,
    Deleting,
}

impl Addon {
    /// What `DescribeAddon` answers.
    pub(super) fn describe(&self) -> Value {
        let mut shape = json!({
            "addonName": self.name,
            "clusterName": self.cluster,
            "status": self.status,
            "addonVersion": self.version,
            "health": {"issues": []},
            "addonArn": self.arn,
            "createdAt": self.created_at,
            "modifiedAt": self.modified_at,
            "tags": self.tags,
        });
        if let Some(members) = shape.as_object_mut() {
            for (name, value) in
                [("serviceAccountRoleArn", &self.service_account_role), ("configurationValues", &self.configuration)]
            {
                members.extend(value.clone().map(|value| (name.to_owned(), value.into())));
            }
        }
        shape
    }
}

/// A change of a cluster or a node group that takes its time.
#[derive(Clone, Debug)]
pub struct Update {
    pub id: String,
    /// Of a node group; none of the cluster itself.
    pub nodegroup: Option<String>,
    /// Such as `ConfigUpdate`.
    pub kind: &'static str,
    /// Name and value of what changes.
    pub params: Vec<(&'static str, String)>,
    pub created_at: Timestamp,
    pub done: bool,
}

impl Update {
    /// What `DescribeUpdate` answers.
    pub(super) fn describe(&self) -> Value {
        let params = self.params.iter().map(|(kind, value)| json!({"type": kind, "value": value}));
        json!({
            "id": self.id,
            "status": if self.done { "Successful" } else { "InProgress" },
            "type": self.kind,
            "params": params.collect::<Vec<_>>(),
            "createdAt": self.created_at,
            "errors": [],
        })
    }
}
