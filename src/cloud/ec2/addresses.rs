//! Elastic IP addresses: public addresses that the account holds, for NAT gateways.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Nothing, Tag, TagSpecification, change, known, missing_parameter, tags_for};
use crate::cloud::net::{self, ElasticIp};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// How many a region's account may hold. Source: Amazon EC2 quotas.
const MOST: usize = 5;

/// Gets a public address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct AllocateAddress {
    domain: Option<String>,
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// The address.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AllocateAddressOutput {
    allocation_id: String,
    public_ipv4_pool: &'static str,
    network_border_group: String,
    domain: &'static str,
    public_ip: String,
}

change!(AllocateAddress -> AllocateAddressOutput, on |_request| vec!["elastic-ip/*".to_owned()], |this, cloud, home| {
    let tags = tags_for("elastic-ip", this.tag_specifications)?;
    let network = home.regional(cloud).net;
    if network.elastic_ips().count() >= MOST {
        return Err(ApiError::new("AddressLimitExceeded", "The maximum number of addresses has been reached."));
    }
    // Of the range that is kept for documents, so that it is nobody's.
    let free = |number: &u8| !network.elastic_ips().any(|known| known.address == format!("198.51.100.{number}"));
    let number = (21..=254).find(free).unwrap_or(254);
    let address = ElasticIp {
        allocation: cloud.random_ec2_id("eipalloc"),
        address: format!("198.51.100.{number}"),
        tags,
    };
    home.network(cloud).insert_elastic_ip(address.clone());
    Ok(AllocateAddressOutput {
        allocation_id: address.allocation,
        public_ipv4_pool: "amazon",
        network_border_group: home.region.to_string(),
        domain: "vpc",
        public_ip: address.address,
    })
});

/// Gives a public address back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ReleaseAddress {
    allocation_id: Option<String>,
    dry_run: bool,
}

change!(ReleaseAddress -> Nothing, on |request| vec![format!("elastic-ip/{}", request.allocation_id.as_deref().unwrap_or("*"))], |this, cloud, home| {
    let id = this.allocation_id.ok_or_else(|| missing_parameter("allocationId"))?;
    let network = home.regional(cloud).net;
    let address = network.elastic_ip(&id);
    known::<Address>(&id, address.is_some())?;
    if let (Some(address), Some(_)) = (address, network.user_of(&id)) {
        return Err(ApiError::new("InvalidIPAddress.InUse", format!("Address {} is in use.", address.address)));
    }
    home.network(cloud).remove_elastic_ip(&id);
    Ok(Nothing {})
});

/// Describes the public addresses that the account holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribeAddresses {
    selection: Selection,
}

/// Public addresses.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeAddressesOutput {
    addresses: Vec<Address>,
}

/// A public address.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Address {
    allocation_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    association_id: Option<String>,
    domain: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    network_interface_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    private_ip_address: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
    public_ipv4_pool: &'static str,
    network_border_group: String,
    public_ip: String,
}

impl Address {
    fn new(home: &Home<'_>, network: &net::State, address: &ElasticIp) -> Self {
        let user = network.user_of(&address.allocation);
        let digits = user.map(|gateway| gateway.id.trim_start_matches("nat-"));
        Self {
            allocation_id: address.allocation.clone(),
            association_id: digits.map(|digits| format!("eipassoc-{digits}")),
            domain: "vpc",
            network_interface_id: digits.map(|digits| format!("eni-{digits}")),
            private_ip_address: user.map(|gateway| gateway.private_ip.clone()),
            tags: Tag::of(&address.tags),
            public_ipv4_pool: "amazon",
            network_border_group: home.region.to_string(),
            public_ip: address.address.clone(),
        }
    }
}

impl Resource for Address {
    const PREFIX: &'static str = "eipalloc-";
    const ERROR: &'static str = "AllocationID";
    const NOUN: &'static str = "allocation ID";
    const PARAMETER: &'static str = "allocationIds";

    fn id(&self) -> &str {
        &self.allocation_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        Some(match filter {
            "allocation-id" => vec![self.allocation_id.clone()],
            "association-id" => self.association_id.iter().cloned().collect(),
            "domain" => vec![self.domain.to_owned()],
            "network-interface-id" => self.network_interface_id.iter().cloned().collect(),
            "private-ip-address" => self.private_ip_address.iter().cloned().collect(),
            "public-ip" => vec![self.public_ip.clone()],
            _ => return None,
        })
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

impl Operation for DescribeAddresses {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "DescribeAddresses";
    type Output = DescribeAddressesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ec2:DescribeAddresses")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeAddressesOutput, ApiError> {
        let home = Home::of(caller);
        let network = home.regional(cloud).net;
        let all = network.elastic_ips().map(|address| Address::new(&home, &network, address)).collect();
        let (addresses, _) = self.selection.of(all)?;
        Ok(DescribeAddressesOutput { addresses })
    }
}
