//! `DescribeNetworkAcls`, and network ACLs in EC2's shape.

use serde::{Deserialize, Serialize};

use super::selection::{Resource, Selection};
use super::{Home, Tag, describe};
use crate::cloud::net::{self, AclEntry, Traffic, Way};

/// Describes network ACLs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct DescribeNetworkAcls {
    selection: Selection,
}

/// Network ACLs, a page of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeNetworkAclsOutput {
    network_acls: Vec<NetworkAcl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A network ACL.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct NetworkAcl {
    associations: Vec<Association>,
    entries: Vec<Entry>,
    is_default: bool,
    network_acl_id: String,
    tags: Vec<Tag>,
    vpc_id: String,
    owner_id: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Association {
    network_acl_association_id: String,
    network_acl_id: String,
    subnet_id: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry {
    cidr_block: String,
    egress: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    port_range: Option<PortRange>,
    protocol: String,
    rule_action: &'static str,
    rule_number: u16,
}

/// Ports, from the first to the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct PortRange {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// The number of the rule that every ACL ends with: nothing passes.
const LAST: u16 = 32_767;

impl Entry {
    fn new(way: Way, rule_number: u16, entry: &AclEntry) -> Self {
        // The protocols are numbers here.
        let protocol = match entry.traffic.protocol.as_str() {
            "tcp" => "6",
            "udp" => "17",
            "icmp" => "1",
            other => other,
        };
        Self {
            cidr_block: entry.cidr.to_string(),
            egress: way == Way::Out,
            port_range: entry.traffic.ports.map(|(from, to)| PortRange { from, to }),
            protocol: protocol.to_owned(),
            rule_action: if entry.allow { "allow" } else { "deny" },
            rule_number,
        }
    }
}

/// The id of the association of a subnet with its ACL. A subnet has one at a time, so its own digits do.
pub(super) fn association_id(subnet: &str) -> String {
    format!("aclassoc-{}", subnet.trim_start_matches("subnet-"))
}

impl NetworkAcl {
    pub(super) fn new(home: &Home<'_>, network: &net::State, acl: &net::NetworkAcl) -> Self {
        let nothing = AclEntry { traffic: Traffic::all(), cidr: net::Cidr::EVERYWHERE, allow: false };
        let entries = [Way::Out, Way::In].into_iter().flat_map(|way| {
            let own = acl.entries.iter().filter(move |((of, _), _)| *of == way);
            own.map(move |((_, number), entry)| Entry::new(way, *number, entry))
                .chain([Entry::new(way, LAST, &nothing)])
                .collect::<Vec<_>>()
        });
        let subnets = network.subnets().filter(|subnet| subnet.acl == acl.id);
        Self {
            associations: subnets
                .map(|subnet| Association {
                    network_acl_association_id: association_id(&subnet.id),
                    network_acl_id: acl.id.clone(),
                    subnet_id: subnet.id.clone(),
                })
                .collect(),
            entries: entries.collect(),
            is_default: acl.default,
            network_acl_id: acl.id.clone(),
            tags: Tag::of(&acl.tags),
            vpc_id: acl.vpc.clone(),
            owner_id: home.account.to_string(),
        }
    }
}

impl Resource for NetworkAcl {
    const PREFIX: &'static str = "acl-";
    const ERROR: &'static str = "NetworkAclID";
    const NOUN: &'static str = "networkAcl ID";
    const PARAMETER: &'static str = "networkAclIds";

    fn id(&self) -> &str {
        &self.network_acl_id
    }

    fn values(&self, filter: &str) -> Option<Vec<String>> {
        let associations = |value: fn(&Association) -> &str| {
            self.associations.iter().map(|association| value(association).to_owned()).collect()
        };
        let entries = |value: fn(&Entry) -> String| self.entries.iter().map(value).collect();
        Some(match filter {
            "association.association-id" => associations(|association| &association.network_acl_association_id),
            "association.network-acl-id" => associations(|association| &association.network_acl_id),
            "association.subnet-id" => associations(|association| &association.subnet_id),
            "default" => vec![self.is_default.to_string()],
            "entry.cidr" => entries(|entry| entry.cidr_block.clone()),
            "entry.egress" => entries(|entry| entry.egress.to_string()),
            "entry.protocol" => entries(|entry| entry.protocol.clone()),
            "entry.rule-action" => entries(|entry| entry.rule_action.to_owned()),
            "entry.rule-number" => entries(|entry| entry.rule_number.to_string()),
            "network-acl-id" => vec![self.network_acl_id.clone()],
            "owner-id" => vec![self.owner_id.clone()],
            "vpc-id" => vec![self.vpc_id.clone()],
            _ => return None,
        })
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }
}

describe!(DescribeNetworkAcls -> DescribeNetworkAclsOutput { network_acls }, |_cloud, home, network| {
    network.acls().map(|acl| NetworkAcl::new(&home, &network, acl)).collect()
});
