//! Security groups: what may come in to an interface, and what may go out of it. They are stateful: answers always pass.
//! Source: Amazon VPC User Guide, "Security group rules".

use core::net::Ipv4Addr;
use std::fmt;

use super::Cidr;

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    /// `sg-` and 17 hexadecimal digits.
    pub id: String,
    /// Its name, such as `default`.
    pub name: String,
    pub vpc: String,
    pub description: String,
    /// What may come in, in the order in which it was allowed.
    pub ingress: Vec<Rule>,
    /// What may go out.
    pub egress: Vec<Rule>,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
}

/// One rule: it only ever allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `sgr-` and 17 hexadecimal digits.
    pub id: String,
    pub traffic: Traffic,
    pub peer: Peer,
    pub description: Option<String>,
}

/// A protocol and its ports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traffic {
    /// `tcp`, `udp`, `icmp`, a number, or `-1` for all.
    pub protocol: String,
    /// The first and the last port; none for all. For ICMP its type and code.
    pub ports: Option<(i64, i64)>,
}

/// Who is on the other side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    Cidr(Cidr),
    /// Whoever has this security group.
    Group(String),
    /// A managed list of ranges, such as those of S3 in the region.
    PrefixList(String),
}

/// The port of HTTPS, which all services speak.
pub const HTTPS: i64 = 443;

/// The other side of a connection, as rules see it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub address: Ipv4Addr,
    /// The security groups that it has.
    pub groups: &'a [String],
    /// The prefix list that its address is in.
    pub prefix_list: Option<&'a str>,
}

impl SecurityGroup {
    /// The group that a VPC comes with: in from itself, out to everywhere; with the ids of its two rules.
    /// Source: Amazon VPC User Guide, "Default security groups for your VPCs".
    pub(crate) fn default_of(vpc: &str, id: &str, [ingress, egress]: [&str; 2]) -> Self {
        let rule = |id: &str, peer| Rule { id: id.to_owned(), traffic: Traffic::all(), peer, description: None };
        Self {
            id: id.to_owned(),
            name: "default".to_owned(),
            vpc: vpc.to_owned(),
            description: "default VPC security group".to_owned(),
            ingress: vec![rule(ingress, Peer::Group(id.to_owned()))],
            egress: vec![rule(egress, Peer::Cidr(Cidr::EVERYWHERE))],
            tags: Vec::new(),
        }
    }

    /// The rule that lets HTTPS out to `to`.
    pub fn lets_out(&self, to: Side<'_>) -> Option<&Rule> {
        self.egress.iter().find(|rule| rule.lets_pass(to))
    }

    /// The rule that lets HTTPS in from `from`.
    pub fn lets_in(&self, from: Side<'_>) -> Option<&Rule> {
        self.ingress.iter().find(|rule| rule.lets_pass(from))
    }
}

impl Rule {
    fn lets_pass(&self, other: Side<'_>) -> bool {
        self.traffic.is_https() && self.peer.is(other)
    }
}

impl Traffic {
    /// All protocols on all ports.
    pub fn all() -> Self {
        Self { protocol: "-1".to_owned(), ports: None }
    }

    fn is_https(&self) -> bool {
        let port = self.ports.is_none_or(|(first, last)| (first..=last).contains(&HTTPS));
        match self.protocol.as_str() {
            "-1" => true,
            "tcp" => port,
            _ => false,
        }
    }
}

impl Peer {
    fn is(&self, other: Side<'_>) -> bool {
        match self {
            Self::Cidr(range) => range.contains(other.address),
            Self::Group(group) => other.groups.contains(group),
            Self::PrefixList(list) => other.prefix_list == Some(list),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cidr(range) => range.fmt(f),
            Self::Group(id) | Self::PrefixList(id) => f.write_str(id),
        }
    }
}

/// As EC2's messages show a rule: `peer: 0.0.0.0/0, TCP, from port: 443, to port: 443, ALLOW`. Source: observed.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self.traffic.protocol.as_str() {
            "-1" => "ALL".to_owned(),
            other => other.to_uppercase(),
        };
        write!(f, "peer: {}, {protocol}", self.peer)?;
        if let Some((first, last)) = self.traffic.ports {
            write!(f, ", from port: {first}, to port: {last}")?;
        }
        f.write_str(", ALLOW")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(protocol: &str, ports: Option<(i64, i64)>, peer: Peer) -> Rule {
        Rule {
            id: "sgr-1".to_owned(),
            traffic: Traffic { protocol: protocol.to_owned(), ports },
            peer,
            description: None,
        }
    }

    #[test]
    fn a_rule_lets_https_pass_by_protocol_port_and_peer() {
        let everywhere = || Peer::Cidr(Cidr::EVERYWHERE);
        let groups = ["sg-a".to_owned()];
        let other = Side { address: Ipv4Addr::new(10, 0, 16, 4), groups: &groups, prefix_list: Some("pl-s3") };
        for (rule, passes) in [
            (rule("-1", None, everywhere()), true),
            (rule("tcp", Some((443, 443)), everywhere()), true),
            (rule("tcp", Some((0, 65_535)), everywhere()), true),
            (rule("tcp", Some((80, 80)), everywhere()), false),
            (rule("udp", Some((443, 443)), everywhere()), false),
            (rule("tcp", Some((443, 443)), Peer::Cidr("10.0.16.0/24".parse().unwrap())), true),
            (rule("tcp", Some((443, 443)), Peer::Cidr("10.0.0.0/24".parse().unwrap())), false),
            (rule("tcp", Some((443, 443)), Peer::Group("sg-a".to_owned())), true),
            (rule("tcp", Some((443, 443)), Peer::Group("sg-b".to_owned())), false),
            (rule("tcp", Some((443, 443)), Peer::PrefixList("pl-s3".to_owned())), true),
        ] {
            assert_eq!(rule.lets_pass(other), passes, "{rule}");
        }
    }
}
