//! `DescribeSubnets`.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag, describe};
use crate::cloud::net;

/// Describes subnets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribeSubnets {
    selection: Selection,
}

/// Subnets, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeSubnetsOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    subnets: Vec<Subnet>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Subnet {
    availability_zone_id: String,
    map_customer_owned_ip_on_launch: bool,
    owner_id: String,
    assign_ipv6_address_on_creation: bool,
    ipv6_cidr_block_association_set: [(); 0],
    tags: Vec<Tag>,
    subnet_arn: String,
    enable_dns64: bool,
    ipv6_native: bool,
    private_dns_name_options_on_launch: NameOptions,
    subnet_id: String,
    state: &'static str,
    vpc_id: String,
    cidr_block: String,
    available_ip_address_count: usize,
    availability_zone: String,
    default_for_az: bool,
    map_public_ip_on_launch: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct NameOptions {
    hostname_type: &'static str,
    enable_resource_name_dns_a_record: bool,
    #[serde(rename = "EnableResourceNameDnsAAAARecord")]
    enable_resource_name_dns_aaaa_record: bool,
}

impl Subnet {
    pub(super) fn new(home: &Home<'_>, subnet: &net::Subnet) -> Self {
        Self {
            availability_zone_id: zone_id(home, subnet.zone),
            map_customer_owned_ip_on_launch: false,
            owner_id: home.account.to_string(),
            assign_ipv6_address_on_creation: false,
            ipv6_cidr_block_association_set: [],
            tags: Tag::of(&subnet.tags),
            subnet_arn: home.arn(&format!("subnet/{}", subnet.id)),
            enable_dns64: false,
            ipv6_native: false,
            private_dns_name_options_on_launch: NameOptions {
                hostname_type: "ip-name",
                enable_resource_name_dns_a_record: false,
                enable_resource_name_dns_aaaa_record: false,
            },
            subnet_id: subnet.id.clone(),
            state: "available",
            vpc_id: subnet.vpc.clone(),
            cidr_block: subnet.cidr.to_string(),
            available_ip_address_count: subnet.free_addresses(),
            availability_zone: home.zone(subnet.zone),
            default_for_az: false,
            map_public_ip_on_launch: subnet.maps_public_ip,
        }
    }
}

/// Such as `apne2-az1`. Which letter is which zone differs from account to account at AWS; here it follows the alphabet.
fn zone_id(home: &Home<'_>, letter: char) -> String {
    let mut short = String::new();
    for (number, part) in home.region.as_str().split('-').enumerate() {
        match (number, part) {
            (0, part) | (_, part) if number == 0 || part.bytes().all(|byte| byte.is_ascii_digit()) => short += part,
            (_, "northeast") => short += "ne",
            (_, "northwest") => short += "nw",
            (_, "southeast") => short += "se",
            (_, "southwest") => short += "sw",
            (_, part) => short.extend(part.chars().next()),
        }
    }
    let number = u32::from(letter).saturating_sub(u32::from('a')) + 1;
    format!("{short}-az{number}")
}

impl Resource for Subnet {
    const PREFIX: &'static str = "subnet-";
    const ERROR: &'static str = "SubnetID";
    const NOUN: &'static str = "subnet ID";
    const PARAMETER: &'static str = "subnetIds";

    fn id(&self) -> &str {
        &self.subnet_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        Some(vec![match filter {
            "availability-zone" | "availabilityZone" => self.availability_zone.clone(),
            "availability-zone-id" | "availabilityZoneId" => self.availability_zone_id.clone(),
            "available-ip-address-count" => self.available_ip_address_count.to_string(),
            "cidr-block" | "cidr" | "cidrBlock" => self.cidr_block.clone(),
            "default-for-az" | "defaultForAz" => self.default_for_az.to_string(),
            "map-public-ip-on-launch" => self.map_public_ip_on_launch.to_string(),
            "owner-id" => self.owner_id.clone(),
            "state" => self.state.to_owned(),
            "subnet-arn" => self.subnet_arn.clone(),
            "subnet-id" => self.subnet_id.clone(),
            "vpc-id" => self.vpc_id.clone(),
            _ => return None,
        }])
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

describe!(DescribeSubnets -> DescribeSubnetsOutput { subnets }, |_cloud, home, network| {
    network.subnets().map(|subnet| Subnet::new(&home, subnet)).collect()
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{AccountId, Region};

    #[test]
    fn zones_have_ids_of_their_region() {
        let account = AccountId::home();
        for (region, id) in [("ap-northeast-2", "apne2-az1"), ("us-east-1", "use1-az1"), ("eu-west-3", "euw3-az1")] {
            assert_eq!(zone_id(&Home { account: &account, region: &Region::new(region) }, 'a'), id);
        }
    }
}
