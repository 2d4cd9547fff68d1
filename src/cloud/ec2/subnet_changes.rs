//! Making, changing and deleting subnets.

use serde::{Deserialize, Serialize};

use super::subnets::Subnet;
use super::vpc_changes::{Switch, range};
use super::vpcs::Vpc;
use super::{Nothing, TagSpecification, change, known, missing_parameter, tags_for};
use crate::cloud::ApiError;
use crate::cloud::net;

/// Makes a subnet: private until its route table leads to an internet gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateSubnet {
    availability_zone: Option<String>,
    cidr_block: Option<String>,
    vpc_id: String,
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// The subnet.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateSubnetOutput {
    subnet: Subnet,
}

/// The zones of a region, by letter.
const ZONES: [char; 4] = ['a', 'b', 'c', 'd'];

change!(CreateSubnet -> CreateSubnetOutput, on |request| vec!["subnet/*".to_owned(), format!("vpc/{}", request.vpc_id)], |this, cloud, home| {
    let network = home.regional(cloud).net;
    let vpc = network.vpc(&this.vpc_id);
    known::<Vpc>(&this.vpc_id, vpc.is_some())?;
    let text = this.cidr_block.as_deref().ok_or_else(|| missing_parameter("cidrBlock"))?;
    let cidr = range(text, "Subnet")?;
    if !vpc.is_some_and(|vpc| vpc.cidr.covers(cidr)) {
        return Err(ApiError::new("InvalidSubnet.Range", format!("The CIDR '{text}' is invalid.")));
    }
    if network.subnets().any(|other| other.vpc == this.vpc_id && other.cidr.overlaps(cidr)) {
        let message = format!("The CIDR '{text}' conflicts with another subnet");
        return Err(ApiError::new("InvalidSubnet.Conflict", message));
    }
    let zone = match this.availability_zone.as_deref() {
        None => 'a',
        Some(named) => ZONES.into_iter().find(|letter| home.zone(*letter) == named).ok_or_else(|| {
            // Source: observed.
            let all: Vec<String> = ZONES.into_iter().map(|letter| home.zone(letter)).collect();
            let message = format!(
                "Value ({named}) for parameter availabilityZone is invalid. Subnets can currently only be created in the \
                 following availability zones: {}.",
                all.join(", ")
            );
            ApiError::new("InvalidParameterValue", message)
        })?,
    };
    let tags = tags_for("subnet", this.tag_specifications)?;
    let acl = network.acls().find(|acl| acl.vpc == this.vpc_id && acl.default).map(|acl| acl.id.clone());
    let id = cloud.random_ec2_id("subnet");
    let subnet = net::Subnet::new(&id, &this.vpc_id, zone, cidr, &acl.unwrap_or_default(), tags);
    let shown = Subnet::new(&home, &subnet);
    home.network(cloud).insert_subnet(subnet);
    Ok(CreateSubnetOutput { subnet: shown })
});

/// Deletes a subnet that nothing is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteSubnet {
    subnet_id: String,
    dry_run: bool,
}

change!(DeleteSubnet -> Nothing, on |request| vec![format!("subnet/{}", request.subnet_id)], |this, cloud, home| {
    let network = home.regional(cloud).net;
    let subnet = network.subnet(&this.subnet_id);
    known::<Subnet>(&this.subnet_id, subnet.is_some())?;
    if subnet.is_some_and(net::Subnet::is_in_use) {
        let message = format!("The subnet '{}' has dependencies and cannot be deleted.", this.subnet_id);
        return Err(ApiError::new("DependencyViolation", message));
    }
    home.network(cloud).remove_subnet(&this.subnet_id);
    Ok(Nothing {})
});

/// Changes whether instances in a subnet get public addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ModifySubnetAttribute {
    map_public_ip_on_launch: Option<Switch>,
    subnet_id: String,
    /// The operation has none; it is asked for alike.
    dry_run: bool,
}

change!(ModifySubnetAttribute -> Nothing, on |request| vec![format!("subnet/{}", request.subnet_id)], |this, cloud, home| {
    known::<Subnet>(&this.subnet_id, home.regional(cloud).net.subnet(&this.subnet_id).is_some())?;
    let switch = this.map_public_ip_on_launch.ok_or_else(|| missing_parameter("mapPublicIpOnLaunch"))?;
    if let Some(subnet) = home.network(cloud).subnet_mut(&this.subnet_id) {
        subnet.maps_public_ip = switch.value;
    }
    Ok(Nothing {})
});
