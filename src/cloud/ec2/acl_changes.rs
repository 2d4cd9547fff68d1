//! Making network ACLs, their rules, and which subnets they guard.

use serde::{Deserialize, Serialize};

use super::acls::{NetworkAcl, PortRange, association_id};
use super::permissions::traffic;
use super::vpcs::Vpc;
use super::{Nothing, TagSpecification, change, known, tags_for};
use crate::cloud::ApiError;
use crate::cloud::net::{self, AclEntry, Cidr, Way};

/// Makes a network ACL: nothing passes until it has rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateNetworkAcl {
    vpc_id: String,
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// The network ACL.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateNetworkAclOutput {
    network_acl: NetworkAcl,
}

change!(CreateNetworkAcl -> CreateNetworkAclOutput, on |request| vec!["network-acl/*".to_owned(), format!("vpc/{}", request.vpc_id)], |this, cloud, home| {
    known::<Vpc>(&this.vpc_id, home.regional(cloud).net.vpc(&this.vpc_id).is_some())?;
    let acl = net::NetworkAcl {
        id: cloud.random_ec2_id("acl"),
        vpc: this.vpc_id,
        default: false,
        entries: Default::default(),
        tags: tags_for("network-acl", this.tag_specifications)?,
    };
    home.network(cloud).insert_acl(acl.clone());
    let network = home.regional(cloud).net;
    Ok(CreateNetworkAclOutput { network_acl: NetworkAcl::new(&home, &network, &acl) })
});

/// Deletes a network ACL that guards no subnet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteNetworkAcl {
    network_acl_id: String,
    dry_run: bool,
}

fn on(acl: &str) -> Vec<String> {
    vec![format!("network-acl/{acl}")]
}

change!(DeleteNetworkAcl -> Nothing, on |request| on(&request.network_acl_id), |this, cloud, home| {
    let id = this.network_acl_id;
    let network = home.regional(cloud).net;
    let acl = network.acl(&id);
    known::<NetworkAcl>(&id, acl.is_some())?;
    if acl.is_some_and(|acl| acl.default) {
        return Err(ApiError::new("InvalidParameterValue", format!("cannot delete default network ACL {id}")));
    }
    if network.subnets().any(|subnet| subnet.acl == id) {
        let message = format!("The networkAcl '{id}' has dependencies and cannot be deleted.");
        return Err(ApiError::new("DependencyViolation", message));
    }
    home.network(cloud).remove_acl(&id);
    Ok(Nothing {})
});

/// A rule of a network ACL, to be made or changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateNetworkAclEntry {
    network_acl_id: String,
    rule_number: i64,
    egress: bool,
    protocol: String,
    rule_action: String,
    cidr_block: Option<String>,
    port_range: Option<PortRange>,
    dry_run: bool,
}

/// The same, for a rule that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ReplaceNetworkAclEntry {
    entry: CreateNetworkAclEntry,
}

fn way(egress: bool) -> Way {
    if egress { Way::Out } else { Way::In }
}

/// A rule's number. Source: Amazon EC2 API Reference, CreateNetworkAclEntry.
fn number(value: i64) -> Result<u16, ApiError> {
    u16::try_from(value).ok().filter(|number| (1..=32_766).contains(number)).ok_or_else(|| {
        let message = format!("Invalid value '{value}' for ruleNumber. Must be between 1 and 32766.");
        ApiError::new("InvalidParameterValue", message)
    })
}

impl CreateNetworkAclEntry {
    fn entry(&self) -> Result<AclEntry, ApiError> {
        let invalid = |message: String| ApiError::new("InvalidParameterValue", message);
        let text = self.cidr_block.as_deref().ok_or_else(|| super::missing_parameter("cidrBlock"))?;
        let cidr: Cidr = text.parse().map_err(|_| {
            invalid(format!("Value ({text}) for parameter cidrBlock is invalid. This is not a valid CIDR block."))
        })?;
        let allow = match self.rule_action.as_str() {
            "allow" => true,
            "deny" => false,
            other => {
                return Err(invalid(format!("Invalid value '{other}' for ruleAction. Must be 'allow' or 'deny'.")));
            }
        };
        let (from, to) = self.port_range.map(|range| (range.from, range.to)).unzip();
        Ok(AclEntry { traffic: traffic(&self.protocol, from, to)?, cidr, allow })
    }
}

change!(CreateNetworkAclEntry -> Nothing, on |request| on(&request.network_acl_id), |this, cloud, home| {
    let exists = home.regional(cloud).net.acl(&this.network_acl_id).is_some();
    known::<NetworkAcl>(&this.network_acl_id, exists)?;
    let (key, entry) = ((way(this.egress), number(this.rule_number)?), this.entry()?);
    let Some(acl) = home.network(cloud).acl_mut(&this.network_acl_id) else { return Ok(Nothing {}) };
    if acl.entries.contains_key(&key) {
        let message = format!("The network acl entry identified by {} already exists.", key.1);
        return Err(ApiError::new("NetworkAclEntryAlreadyExists", message));
    }
    acl.entries.insert(key, entry);
    Ok(Nothing {})
});

fn no_entry(number: u16) -> ApiError {
    let message = format!("The network acl entry identified by {number} does not exist.");
    ApiError::new("InvalidNetworkAclEntry.NotFound", message)
}

impl std::ops::Deref for ReplaceNetworkAclEntry {
    type Target = CreateNetworkAclEntry;
    fn deref(&self) -> &CreateNetworkAclEntry {
        &self.entry
    }
}

change!(ReplaceNetworkAclEntry -> Nothing, on |request| on(&request.network_acl_id), |this, cloud, home| {
    let exists = home.regional(cloud).net.acl(&this.network_acl_id).is_some();
    known::<NetworkAcl>(&this.network_acl_id, exists)?;
    let (key, entry) = ((way(this.egress), number(this.rule_number)?), this.entry()?);
    let Some(acl) = home.network(cloud).acl_mut(&this.network_acl_id) else { return Ok(Nothing {}) };
    *acl.entries.get_mut(&key).ok_or_else(|| no_entry(key.1))? = entry;
    Ok(Nothing {})
});

/// Takes a rule from a network ACL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteNetworkAclEntry {
    network_acl_id: String,
    rule_number: i64,
    egress: bool,
    dry_run: bool,
}

change!(DeleteNetworkAclEntry -> Nothing, on |request| on(&request.network_acl_id), |this, cloud, home| {
    let exists = home.regional(cloud).net.acl(&this.network_acl_id).is_some();
    known::<NetworkAcl>(&this.network_acl_id, exists)?;
    let number = number(this.rule_number)?;
    if let Some(acl) = home.network(cloud).acl_mut(&this.network_acl_id) {
        acl.entries.remove(&(way(this.egress), number)).ok_or_else(|| no_entry(number))?;
    }
    Ok(Nothing {})
});

/// Gives a subnet another network ACL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReplaceNetworkAclAssociation {
    association_id: String,
    network_acl_id: String,
    dry_run: bool,
}

/// The new association.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReplaceNetworkAclAssociationOutput {
    new_association_id: String,
}

change!(ReplaceNetworkAclAssociation -> ReplaceNetworkAclAssociationOutput, on |request| on(&request.network_acl_id), |this, cloud, home| {
    let network = home.regional(cloud).net;
    let acl = network.acl(&this.network_acl_id);
    known::<NetworkAcl>(&this.network_acl_id, acl.is_some())?;
    let id = &this.association_id;
    let subnet = network.subnets().find(|subnet| association_id(&subnet.id) == *id).ok_or_else(|| {
        let message = format!("The association ID '{id}' does not exist");
        ApiError::new("InvalidAssociationID.NotFound", message)
    })?;
    if acl.is_none_or(|acl| acl.vpc != subnet.vpc) {
        // Inferred: the wording, from that of route tables.
        let message = format!("network ACL {} and subnet {} belong to different networks", this.network_acl_id, subnet.id);
        return Err(ApiError::new("InvalidParameterValue", message));
    }
    if let Some(subnet) = home.network(cloud).subnet_mut(&subnet.id) {
        subnet.acl = this.network_acl_id;
    }
    Ok(ReplaceNetworkAclAssociationOutput { new_association_id: this.association_id })
});
