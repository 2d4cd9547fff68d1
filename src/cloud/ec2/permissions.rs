//! Rules of security groups in EC2's shape: those of one protocol and its ports stand together.

use serde::{Deserialize, Serialize};

use crate::cloud::net::{Cidr, Peer, Rule, Traffic};
use crate::cloud::{AccountId, ApiError};

/// What may pass: a protocol, its ports, and who is on the other side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct IpPermission {
    /// `-1` for every protocol.
    pub(super) ip_protocol: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) from_port: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) to_port: Option<i64>,
    pub(super) user_id_group_pairs: Vec<GroupPair>,
    pub(super) ip_ranges: Vec<IpRange>,
    pub(super) ipv6_ranges: Vec<Ipv6Range>,
    pub(super) prefix_list_ids: Vec<PrefixListId>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct GroupPair {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    pub(super) group_id: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct IpRange {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    pub(super) cidr_ip: String,
}

/// Kept out: there is no IPv6 in the VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Ipv6Range {
    cidr_ipv6: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct PrefixListId {
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    prefix_list_id: String,
}

/// What one rule is to allow, before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) traffic: Traffic,
    pub(super) peer: Peer,
    pub(super) description: Option<String>,
}

impl IpPermission {
    /// Everyone in a range.
    pub(super) fn of_range(cidr: String) -> IpRange {
        IpRange { description: None, cidr_ip: cidr }
    }

    /// Rules as EC2 shows them.
    pub(super) fn of(rules: &[Rule], account: &AccountId) -> Vec<Self> {
        let mut shown: Vec<(&Traffic, Self)> = Vec::new();
        for rule in rules {
            let at = shown.iter().position(|(traffic, _)| *traffic == &rule.traffic).unwrap_or_else(|| {
                let (from_port, to_port) = rule.traffic.ports.unzip();
                let ip_protocol = rule.traffic.protocol.clone();
                shown.push((&rule.traffic, Self { ip_protocol, from_port, to_port, ..Self::default() }));
                shown.len() - 1
            });
            let Some((_, permission)) = shown.get_mut(at) else { continue };
            let description = rule.description.clone();
            match &rule.peer {
                Peer::Cidr(range) => permission.ip_ranges.push(IpRange { description, cidr_ip: range.to_string() }),
                Peer::Group(group) => permission.user_id_group_pairs.push(GroupPair {
                    description,
                    user_id: Some(account.to_string()),
                    group_id: group.clone(),
                }),
                Peer::PrefixList(list) => {
                    permission.prefix_list_ids.push(PrefixListId { description, prefix_list_id: list.clone() });
                }
            }
        }
        shown.into_iter().map(|(_, permission)| permission).collect()
    }

    /// The rules that it asks for, one for each other side.
    ///
    /// # Errors
    /// With EC2's codes for what is no rule.
    pub(super) fn wanted(&self) -> Result<Vec<Wanted>, ApiError> {
        let traffic = self.traffic()?;
        if !self.ipv6_ranges.is_empty() {
            let message = "The VPC has no IPv6 CIDR block";
            return Err(ApiError::new("InvalidParameterValue", message));
        }
        let mut peers = Vec::new();
        for range in &self.ip_ranges {
            let malformed =
                |_| ApiError::new("InvalidParameterValue", format!("CIDR block {} is malformed", range.cidr_ip));
            let cidr: Cidr = range.cidr_ip.parse().map_err(malformed)?;
            peers.push((Peer::Cidr(cidr), &range.description));
        }
        peers.extend(
            self.user_id_group_pairs.iter().map(|pair| (Peer::Group(pair.group_id.clone()), &pair.description)),
        );
        peers.extend(
            self.prefix_list_ids.iter().map(|list| (Peer::PrefixList(list.prefix_list_id.clone()), &list.description)),
        );
        let wanted = |(peer, description): (Peer, &Option<String>)| Wanted {
            traffic: traffic.clone(),
            peer,
            description: description.clone(),
        };
        Ok(peers.into_iter().map(wanted).collect())
    }

    fn traffic(&self) -> Result<Traffic, ApiError> {
        traffic(&self.ip_protocol, self.from_port, self.to_port)
    }
}

/// A protocol and ports, as rules name them.
///
/// # Errors
/// With EC2's codes for what is no traffic.
pub(super) fn traffic(protocol: &str, from_port: Option<i64>, to_port: Option<i64>) -> Result<Traffic, ApiError> {
    let invalid = |message: String| ApiError::new("InvalidParameterValue", message);
    let protocol = match protocol.to_ascii_lowercase().as_str() {
        "" => return Err(super::missing_parameter("ipProtocol")),
        "-1" | "all" => return Ok(Traffic::all()),
        "6" => "tcp".to_owned(),
        "17" => "udp".to_owned(),
        "1" => "icmp".to_owned(),
        known @ ("tcp" | "udp" | "icmp" | "icmpv6") => known.to_owned(),
        number if number.parse::<u8>().is_ok() => number.to_owned(),
        other => return Err(invalid(format!("Invalid value '{other}' for protocol."))),
    };
    let ports = match (protocol.as_str(), from_port, to_port) {
        ("tcp" | "udp", Some(first), Some(last)) if first == -1 && last == -1 => Some((0, 65_535)),
        ("tcp" | "udp", Some(first), Some(last)) => {
            let ports = 0..=65_535;
            if !ports.contains(&first) || !ports.contains(&last) || first > last {
                return Err(invalid(format!("Invalid TCP/UDP port range ({first}:{last})")));
            }
            Some((first, last))
        }
        // Source: observed.
        ("tcp" | "udp", _, _) => {
            return Err(invalid(
                "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.".to_owned(),
            ));
        }
        ("icmp" | "icmpv6", first, last) => Some((first.unwrap_or(-1), last.unwrap_or(-1))),
        _ => None,
    };
    Ok(Traffic { protocol, ports })
}
