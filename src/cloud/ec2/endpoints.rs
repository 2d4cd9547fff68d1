//! `DescribeVpcEndpoints`, and endpoints in EC2's shape.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag, describe};
use crate::cloud::Timestamp;
use crate::cloud::net::{self, EndpointKind};

/// Describes VPC endpoints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribeVpcEndpoints {
    selection: Selection,
}

/// VPC endpoints, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeVpcEndpointsOutput {
    vpc_endpoints: Vec<VpcEndpoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A VPC endpoint.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VpcEndpoint {
    vpc_endpoint_id: String,
    vpc_endpoint_type: &'static str,
    vpc_id: String,
    service_name: String,
    state: &'static str,
    policy_document: String,
    route_table_ids: Vec<String>,
    subnet_ids: Vec<String>,
    groups: Vec<Group>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dns_options: Option<DnsOptions>,
    private_dns_enabled: bool,
    requester_managed: bool,
    network_interface_ids: Vec<String>,
    dns_entries: Vec<DnsEntry>,
    creation_timestamp: Timestamp,
    tags: Vec<Tag>,
    owner_id: String,
    service_region: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Group {
    group_id: String,
    group_name: String,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DnsOptions {
    dns_record_ip_type: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DnsEntry {
    dns_name: String,
    hosted_zone_id: &'static str,
}

/// The zone that AWS keeps endpoints' own names in. Any serves.
const ZONE: &str = "Z27UANNT0PRK1T";
/// The zone of a service's usual name in the VPC.
const PRIVATE_ZONE: &str = "Z04853631LZBV1RZ1N8B2";

/// The eight letters and digits behind an endpoint's id in its own names. Inferred: any serve; they follow from the id.
fn label(id: &str) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let digest = crate::cloud::Digest::of(id.as_bytes());
    let letters = digest.hex().bytes().collect::<Vec<_>>();
    let pairs =
        letters.chunks(2).take(8).map(|pair| pair.iter().fold(0_usize, |sum, byte| sum * 31 + usize::from(*byte)));
    pairs.filter_map(|number| LETTERS.get(number % LETTERS.len()).map(|letter| char::from(*letter))).collect()
}

impl VpcEndpoint {
    pub(super) fn new(home: &Home<'_>, network: &net::State, endpoint: &net::Endpoint, now: Timestamp) -> Self {
        let mut shown = Self {
            vpc_endpoint_id: endpoint.id.clone(),
            vpc_endpoint_type: endpoint.kind_name(),
            vpc_id: endpoint.vpc.clone(),
            service_name: endpoint.to.service_name(home.region).unwrap_or_default(),
            state: if endpoint.is_available(now) { "available" } else { "pending" },
            policy_document: endpoint.policy.text().to_owned(),
            route_table_ids: Vec::new(),
            subnet_ids: Vec::new(),
            groups: Vec::new(),
            ip_address_type: None,
            dns_options: None,
            private_dns_enabled: false,
            requester_managed: false,
            network_interface_ids: Vec::new(),
            dns_entries: Vec::new(),
            creation_timestamp: endpoint.created,
            tags: endpoint.tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect(),
            owner_id: home.account.to_string(),
            service_region: home.region.to_string(),
        };
        match &endpoint.kind {
            EndpointKind::Gateway { route_tables } => shown.route_table_ids.extend(route_tables.iter().cloned()),
            EndpointKind::Interface { interfaces, groups, private_dns } => {
                shown.subnet_ids.extend(interfaces.keys().cloned());
                let groups = groups.iter().filter_map(|id| network.security_group(id));
                shown
                    .groups
                    .extend(groups.map(|group| Group { group_id: group.id.clone(), group_name: group.name.clone() }));
                shown.ip_address_type = Some("ipv4");
                shown.dns_options = Some(DnsOptions { dns_record_ip_type: "ipv4" });
                shown.private_dns_enabled = *private_dns;
                shown.network_interface_ids.extend(interfaces.values().map(|interface| interface.id.clone()));
                let own = endpoint.to.private_name(home.region);
                // Source: observed: S3's own names begin with a star, the registry's do not.
                let star = if endpoint.to == net::Destination::S3 { "*." } else { "" };
                let host = own.trim_start_matches("*.").trim_end_matches(".amazonaws.com");
                // A name of its own for all its subnets, and one for each zone; eight letters tell it from every other.
                // Source: AWS PrivateLink, "Access an AWS service using an interface VPC endpoint", DNS hostnames.
                let label = label(&endpoint.id);
                let zones = interfaces.keys().filter_map(|id| network.subnet(id)).map(|subnet| home.zone(subnet.zone));
                let zones: std::collections::BTreeSet<String> = zones.map(|zone| format!("-{zone}")).collect();
                for zone in std::iter::once(String::new()).chain(zones) {
                    let dns_name = format!("{star}{}-{label}{zone}.{host}.vpce.amazonaws.com", endpoint.id);
                    shown.dns_entries.push(DnsEntry { dns_name, hosted_zone_id: ZONE });
                }
                if *private_dns {
                    shown.dns_entries.push(DnsEntry { dns_name: own, hosted_zone_id: PRIVATE_ZONE });
                }
            }
        }
        shown
    }
}

impl Resource for VpcEndpoint {
    const PREFIX: &'static str = "vpce-";
    const ERROR: &'static str = "VpcEndpointId";
    const NOUN: &'static str = "Vpc Endpoint Id";
    const PARAMETER: &'static str = "vpcEndpointIds";

    fn id(&self) -> &str {
        &self.vpc_endpoint_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        Some(vec![match filter {
            "ip-address-type" => self.ip_address_type.unwrap_or_default().to_owned(),
            "service-name" => self.service_name.clone(),
            "service-region" => self.service_region.clone(),
            "vpc-endpoint-id" => self.vpc_endpoint_id.clone(),
            "vpc-endpoint-state" => self.state.to_owned(),
            "vpc-endpoint-type" => self.vpc_endpoint_type.to_owned(),
            "vpc-id" => self.vpc_id.clone(),
            _ => return None,
        }])
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

describe!(DescribeVpcEndpoints -> DescribeVpcEndpointsOutput { vpc_endpoints }, |cloud, home, network| {
    network.endpoints().map(|endpoint| VpcEndpoint::new(&home, &network, endpoint, cloud.now())).collect()
});
