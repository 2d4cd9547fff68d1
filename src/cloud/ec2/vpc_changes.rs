//! Making, changing and deleting VPCs.

use serde::{Deserialize, Serialize};

use super::vpcs::Vpc;
use super::{Nothing, TagSpecification, change, known, missing_parameter, tags_for};
use crate::cloud::ApiError;
use crate::cloud::net::{self, Cidr, NetworkAcl, Route, RouteTable, SecurityGroup, Target};

/// Makes a VPC, with its main route table, its network ACL and its security group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateVpc {
    cidr_block: Option<String>,
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// The VPC.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateVpcOutput {
    vpc: Vpc,
}

/// A range that a request names, of a size that VPCs and subnets can have.
///
/// # Errors
/// `InvalidParameterValue` for what is no range, `Invalid….Range` for one of another size. Source: Amazon EC2 API
/// Reference, error codes.
pub(super) fn range(text: &str, of: &str) -> Result<Cidr, ApiError> {
    let invalid = |_| {
        let message = format!("Value ({text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.");
        ApiError::new("InvalidParameterValue", message)
    };
    let range: Cidr = text.parse().map_err(invalid)?;
    if (16..=28).contains(&range.bits()) {
        return Ok(range);
    }
    Err(ApiError::new(format!("Invalid{of}.Range"), format!("The CIDR '{text}' is invalid.")))
}

change!(CreateVpc -> CreateVpcOutput, on |_request| vec!["vpc/*".to_owned()], |this, cloud, home| {
    let text = this.cidr_block.as_deref().ok_or_else(|| missing_parameter("cidrBlock"))?;
    let cidr = range(text, "Vpc")?;
    let tags = tags_for("vpc", this.tag_specifications)?;
    // Source: Amazon VPC quotas.
    if home.regional(cloud).net.vpcs().count() >= 5 {
        return Err(ApiError::new("VpcLimitExceeded", "The maximum number of VPCs has been reached."));
    }
    let vpc = net::Vpc {
        id: cloud.random_ec2_id("vpc"),
        cidr,
        dns_support: true,
        // Source: Amazon VPC User Guide, "DNS attributes for your VPC": off but in default VPCs.
        dns_hostnames: false,
        tags,
    };
    let [acl, table, group, ingress, egress] =
        ["acl", "rtb", "sg", "sgr", "sgr"].map(|kind| cloud.random_ec2_id(kind));
    let network = home.network(cloud);
    network.insert_acl(NetworkAcl::open(&acl, &vpc.id));
    network.insert_route_table(RouteTable {
        id: table,
        vpc: vpc.id.clone(),
        main: true,
        subnets: Default::default(),
        routes: vec![Route { to: cidr, target: Target::Local }],
        tags: Vec::new(),
    });
    network.insert_security_group(SecurityGroup::default_of(&vpc.id, &group, [&ingress, &egress]));
    network.insert_vpc(vpc.clone());
    Ok(CreateVpcOutput { vpc: Vpc::new(&home, &vpc) })
});

/// Deletes a VPC that nothing is left in but what it came with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteVpc {
    vpc_id: String,
    dry_run: bool,
}

change!(DeleteVpc -> Nothing, on |request| vec![format!("vpc/{}", request.vpc_id)], |this, cloud, home| {
    let id = this.vpc_id;
    let network = home.regional(cloud).net;
    known::<Vpc>(&id, network.vpc(&id).is_some())?;
    let used = network.subnets().any(|subnet| subnet.vpc == id)
        || network.internet_gateways().any(|gateway| gateway.vpc.as_deref() == Some(&id))
        || network.route_tables().any(|table| table.vpc == id && !table.main)
        || network.acls().any(|acl| acl.vpc == id && !acl.default)
        || network.security_groups().any(|group| group.vpc == id && group.name != "default")
        || network.endpoints().any(|endpoint| endpoint.vpc == id);
    if used {
        let message = format!("The vpc '{id}' has dependencies and cannot be deleted.");
        return Err(ApiError::new("DependencyViolation", message));
    }
    home.network(cloud).remove_vpc(&id);
    Ok(Nothing {})
});

/// A switch, as EC2 writes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Switch {
    pub(super) value: bool,
}

/// Changes how names are looked up in a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ModifyVpcAttribute {
    vpc_id: String,
    enable_dns_hostnames: Option<Switch>,
    enable_dns_support: Option<Switch>,
    /// The operation has none; it is asked for alike.
    dry_run: bool,
}

change!(ModifyVpcAttribute -> Nothing, on |request| vec![format!("vpc/{}", request.vpc_id)], |this, cloud, home| {
    known::<Vpc>(&this.vpc_id, home.regional(cloud).net.vpc(&this.vpc_id).is_some())?;
    if this.enable_dns_hostnames.is_some() == this.enable_dns_support.is_some() {
        // Source: Amazon EC2 API Reference, ModifyVpcAttribute: one at a time. Inferred: the wording.
        let message = "The request must contain exactly one of enableDnsHostnames, enableDnsSupport";
        return Err(ApiError::new("InvalidParameterCombination", message));
    }
    if let Some(vpc) = home.network(cloud).vpc_mut(&this.vpc_id) {
        vpc.dns_hostnames = this.enable_dns_hostnames.map_or(vpc.dns_hostnames, |switch| switch.value);
        vpc.dns_support = this.enable_dns_support.map_or(vpc.dns_support, |switch| switch.value);
    }
    Ok(Nothing {})
});

/// Describes how names are looked up in a VPC: one attribute of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeVpcAttribute {
    attribute: String,
    vpc_id: String,
    dry_run: bool,
}

/// The attribute.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpcAttributeOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_dns_hostnames: Option<Switch>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_dns_support: Option<Switch>,
    vpc_id: String,
}

change!(DescribeVpcAttribute -> DescribeVpcAttributeOutput, on |request| vec![format!("vpc/{}", request.vpc_id)], |this, cloud, home| {
    let network = home.regional(cloud).net;
    let vpc = network.vpc(&this.vpc_id);
    known::<Vpc>(&this.vpc_id, vpc.is_some())?;
    let of = |name: &str, value: fn(&net::Vpc) -> bool| {
        vpc.filter(|_| this.attribute == name).map(|vpc| Switch { value: value(vpc) })
    };
    Ok(DescribeVpcAttributeOutput {
        enable_dns_hostnames: of("enableDnsHostnames", |vpc| vpc.dns_hostnames),
        enable_dns_support: of("enableDnsSupport", |vpc| vpc.dns_support),
        vpc_id: this.vpc_id.clone(),
    })
});
