//! Making, attaching and deleting internet gateways and NAT gateways.

use serde::{Deserialize, Serialize};

use super::gateways::{InternetGateway, NatGateway};
use super::subnets::Subnet;
use super::vpcs::Vpc;
use super::{Nothing, TagSpecification, change, known, missing_parameter, tags_for};
use crate::cloud::ApiError;
use crate::cloud::net;

/// Makes an internet gateway that no VPC has yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateInternetGateway {
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// The internet gateway.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateInternetGatewayOutput {
    internet_gateway: InternetGateway,
}

change!(CreateInternetGateway -> CreateInternetGatewayOutput, on |_request| vec!["internet-gateway/*".to_owned()], |this, cloud, home| {
    let tags = tags_for("internet-gateway", this.tag_specifications)?;
    let gateway = net::InternetGateway { id: cloud.random_ec2_id("igw"), vpc: None, tags };
    let shown = InternetGateway::new(&home, &gateway);
    home.network(cloud).insert_internet_gateway(gateway);
    Ok(CreateInternetGatewayOutput { internet_gateway: shown })
});

/// A gateway and a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AttachInternetGateway {
    internet_gateway_id: String,
    vpc_id: String,
    dry_run: bool,
}

/// What IAM is asked about a gateway and a VPC.
fn both(gateway: &str, vpc: &str) -> Vec<String> {
    vec![format!("internet-gateway/{gateway}"), format!("vpc/{vpc}")]
}

change!(AttachInternetGateway -> Nothing, on |request| both(&request.internet_gateway_id, &request.vpc_id), |this, cloud, home| {
    let (id, vpc) = (this.internet_gateway_id, this.vpc_id);
    let network = home.regional(cloud).net;
    let gateway = network.internet_gateway(&id);
    known::<InternetGateway>(&id, gateway.is_some())?;
    known::<Vpc>(&vpc, network.vpc(&vpc).is_some())?;
    if let Some(other) = gateway.and_then(|gateway| gateway.vpc.as_deref()) {
        let message = format!("resource {id} is already attached to network {other}");
        return Err(ApiError::new("Resource.AlreadyAssociated", message));
    }
    if network.internet_gateways().any(|other| other.vpc.as_deref() == Some(&vpc)) {
        let message = format!("Network {vpc} already has an internet gateway attached");
        return Err(ApiError::new("InvalidParameterValue", message));
    }
    if let Some(gateway) = home.network(cloud).internet_gateway_mut(&id) {
        gateway.vpc = Some(vpc);
    }
    Ok(Nothing {})
});

/// Takes an internet gateway from its VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DetachInternetGateway {
    internet_gateway_id: String,
    vpc_id: String,
    dry_run: bool,
}

change!(DetachInternetGateway -> Nothing, on |request| both(&request.internet_gateway_id, &request.vpc_id), |this, cloud, home| {
    let (id, vpc) = (this.internet_gateway_id, this.vpc_id);
    let regional = home.regional(cloud);
    let network = &regional.net;
    let gateway = network.internet_gateway(&id);
    known::<InternetGateway>(&id, gateway.is_some())?;
    if gateway.and_then(|gateway| gateway.vpc.as_deref()) != Some(&vpc) {
        let message = format!("resource {id} is not attached to network {vpc}");
        return Err(ApiError::new("Gateway.NotAttached", message));
    }
    let within = |subnet: &str| network.vpc_of(subnet).is_some_and(|of| of.id == vpc);
    let by_nat = network.nat_gateways().any(|nat| nat.vpc == vpc && nat.deleted.is_none() && nat.elastic_ip.is_some());
    let by_instance = network.instances().any(|instance| instance.public_ip && within(&instance.subnet));
    let mut tasks = regional.ecs.clusters().flat_map(|cluster| cluster.tasks()).filter(|task| !task.is_stopped());
    let by_task = tasks.any(|task| task.interface.as_ref().is_some_and(|own| own.public_ip && within(&own.subnet)));
    if by_nat || by_instance || by_task {
        let message = format!(
            "Network {vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the \
             gateway."
        );
        return Err(ApiError::new("DependencyViolation", message));
    }
    if let Some(gateway) = home.network(cloud).internet_gateway_mut(&id) {
        gateway.vpc = None;
    }
    Ok(Nothing {})
});

/// Deletes an internet gateway that no VPC has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteInternetGateway {
    internet_gateway_id: String,
    dry_run: bool,
}

change!(DeleteInternetGateway -> Nothing, on |request| vec![format!("internet-gateway/{}", request.internet_gateway_id)], |this, cloud, home| {
    let id = this.internet_gateway_id;
    let network = home.regional(cloud).net;
    let gateway = network.internet_gateway(&id);
    known::<InternetGateway>(&id, gateway.is_some())?;
    if gateway.is_some_and(|gateway| gateway.vpc.is_some()) {
        let message = format!("The internetGateway '{id}' has dependencies and cannot be deleted.");
        return Err(ApiError::new("DependencyViolation", message));
    }
    home.network(cloud).remove_internet_gateway(&id);
    Ok(Nothing {})
});

/// Makes a NAT gateway: a public one takes an Elastic IP address, and a VPC with an internet gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateNatGateway {
    allocation_id: Option<String>,
    subnet_id: Option<String>,
    connectivity_type: Option<String>,
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// The NAT gateway.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateNatGatewayOutput {
    nat_gateway: NatGateway,
}

impl CreateNatGateway {
    fn resources(&self) -> Vec<String> {
        let address = self.allocation_id.iter().map(|id| format!("elastic-ip/{id}"));
        let subnet = self.subnet_id.iter().map(|id| format!("subnet/{id}"));
        ["natgateway/*".to_owned()].into_iter().chain(address).chain(subnet).collect()
    }
}

change!(CreateNatGateway -> CreateNatGatewayOutput, on |request| request.resources(), |this, cloud, home| {
    let network = home.regional(cloud).net;
    let subnet_id = this.subnet_id.ok_or_else(|| missing_parameter("subnetId"))?;
    let subnet = network.subnet(&subnet_id);
    known::<Subnet>(&subnet_id, subnet.is_some())?;
    let vpc = subnet.map(|subnet| subnet.vpc.clone()).unwrap_or_default();
    let private = match this.connectivity_type.as_deref() {
        None | Some("public") => false,
        Some("private") => true,
        Some(other) => {
            let message = format!("Value ({other}) for parameter connectivityType is invalid.");
            return Err(ApiError::new("InvalidParameterValue", message));
        }
    };
    let address = match (&this.allocation_id, private) {
        (None, false) => return Err(missing_parameter("AllocationId")),
        // Inferred: the wording.
        (Some(_), true) => {
            let message = "AllocationId cannot be specified for a private NAT gateway";
            return Err(ApiError::new("InvalidParameter", message));
        }
        (None, true) => None,
        (Some(id), false) => {
            known::<super::addresses::Address>(id, network.elastic_ip(id).is_some())?;
            network.elastic_ip(id).cloned()
        }
    };
    let tags = tags_for("natgateway", this.tag_specifications)?;
    // What does not work shows in its state, a moment later. Source: Amazon EC2 service model, `NatGateway.FailureMessage`.
    let allocation = address.as_ref().map(|address| address.allocation.as_str()).unwrap_or_default();
    let attached = network.internet_gateways().any(|gateway| gateway.vpc.as_deref() == Some(&vpc));
    let failure = if !private && !attached {
        Some(("Gateway.NotAttached", format!("Network {vpc} has no Internet gateway attached")))
    } else if network.user_of(allocation).is_some() {
        Some(("Resource.AlreadyAssociated", format!("Elastic IP address {allocation} is already associated")))
    } else if subnet.is_some_and(|subnet| subnet.free_addresses() == 0) {
        let message = "Subnet has insufficient free addresses to create this NAT gateway".to_owned();
        Some(("InsufficientFreeAddressesInSubnet", message))
    } else {
        None
    };
    let private_ip = match failure {
        None => home.network(cloud).allocate_address(&subnet_id).unwrap_or_default(),
        Some(_) => String::new(),
    };
    let gateway = net::NatGateway {
        id: cloud.random_ec2_id("nat"),
        vpc,
        subnet: subnet_id,
        private_ip,
        elastic_ip: address,
        created: cloud.now(),
        deleted: None,
        failure,
        tags,
    };
    let shown = NatGateway::new(&gateway, cloud.now());
    home.network(cloud).insert_nat_gateway(gateway);
    Ok(CreateNatGatewayOutput { nat_gateway: shown })
});

/// Deletes a NAT gateway. Routes to it stay, and lead nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteNatGateway {
    nat_gateway_id: String,
    dry_run: bool,
}

/// Which one.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteNatGatewayOutput {
    nat_gateway_id: String,
}

change!(DeleteNatGateway -> DeleteNatGatewayOutput, on |request| vec![format!("natgateway/{}", request.nat_gateway_id)], |this, cloud, home| {
    let id = this.nat_gateway_id;
    let now = cloud.now();
    let exists = home.regional(cloud).net.nat_gateway(&id).is_some_and(|gateway| gateway.deleted.is_none());
    known::<NatGateway>(&id, exists)?;
    let network = home.network(cloud);
    let left = network.nat_gateway_mut(&id).map(|gateway| {
        gateway.deleted = Some(now);
        (gateway.subnet.clone(), gateway.private_ip.clone())
    });
    if let Some((subnet, address)) = left {
        network.release_address(&subnet, &address);
    }
    Ok(DeleteNatGatewayOutput { nat_gateway_id: id })
});
