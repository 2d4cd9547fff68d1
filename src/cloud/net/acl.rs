//! Network ACLs: what may cross the border of a subnet. They are stateless: an answer needs a rule of its own.
//! Source: Amazon VPC User Guide, "Control subnet traffic with network access control lists".

use core::net::Ipv4Addr;
use std::collections::BTreeMap;

use super::{Cidr, Traffic};

/// A network ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkAcl {
    /// `acl-` and 17 hexadecimal digits.
    pub id: String,
    pub vpc: String,
    /// Whether it is the VPC's own, which subnets have that name no other.
    pub default: bool,
    /// By direction and number.
    pub entries: BTreeMap<(Way, u16), AclEntry>,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
}

/// Which way packets cross the border of a subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    In,
    Out,
}

/// A rule of a network ACL. The one with the lowest number that fits decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclEntry {
    pub traffic: Traffic,
    pub cidr: Cidr,
    pub allow: bool,
}

/// The ports that a caller may get for its end of a connection. Source: Amazon VPC User Guide, "Ephemeral ports".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    pub first: i64,
    pub last: i64,
}

impl Ports {
    /// Of HTTPS.
    pub const HTTPS: Self = Self { first: super::security_group::HTTPS, last: super::security_group::HTTPS };
    /// Of Linux.
    pub const LINUX: Self = Self { first: 32_768, last: 60_999 };
    /// Of a NAT gateway.
    pub const NAT: Self = Self { first: 1024, last: 65_535 };
}

impl NetworkAcl {
    /// An ACL as a VPC starts with: everything passes.
    pub(crate) fn open(id: &str, vpc: &str) -> Self {
        let entry = AclEntry { traffic: Traffic::all(), cidr: Cidr::EVERYWHERE, allow: true };
        let entries = [((Way::In, 100), entry.clone()), ((Way::Out, 100), entry)].into();
        Self { id: id.to_owned(), vpc: vpc.to_owned(), default: true, entries, tags: Vec::new() }
    }

    /// Whether the first rule of each direction lets everything pass, so that none needs to be named.
    pub fn is_open(&self) -> bool {
        [Way::In, Way::Out].into_iter().all(|way| {
            let first = self.entries.iter().find(|((of, _), _)| *of == way);
            first.is_some_and(|(_, entry)| {
                entry.allow && entry.cidr == Cidr::EVERYWHERE && entry.traffic == Traffic::all()
            })
        })
    }

    /// Whether TCP packets with one of these destination ports pass, from or to an address; with the number of the rule
    /// that decides. None of the numbers decides where no rule fits: then nothing passes.
    ///
    /// A connection may get any of the ports, so it can rely on it only where all pass.
    pub fn decide(&self, way: Way, address: Ipv4Addr, ports: Ports) -> (bool, Option<u16>) {
        let mut next = ports.first;
        let mut decided = None;
        while next <= ports.last {
            let fits = |entry: &AclEntry| {
                let tcp = matches!(entry.traffic.protocol.as_str(), "-1" | "tcp");
                tcp && entry.cidr.contains(address)
            };
            let fitting = || self.entries.iter().filter(|((of, _), entry)| *of == way && fits(entry));
            let holds = |entry: &AclEntry, port: i64| {
                entry.traffic.ports.is_none_or(|(first, last)| (first..=last).contains(&port))
            };
            let rule = fitting().find(|(_, entry)| holds(entry, next));
            let Some(((_, number), entry)) = rule.filter(|(_, entry)| entry.allow) else {
                return (false, rule.map(|((_, number), _)| *number));
            };
            decided = decided.or(Some(*number));
            // Up to where this rule ends, or one before it begins.
            let end = entry.traffic.ports.map_or(ports.last, |(_, last)| last);
            let before = fitting()
                .take_while(|((_, known), _)| known < number)
                .filter_map(|(_, earlier)| earlier.traffic.ports.map(|(first, _)| first))
                .filter(|first| *first > next)
                .min();
            next = before.map_or(end, |first| end.min(first - 1)) + 1;
        }
        (true, decided)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number, protocol, ports, addresses, and whether it allows.
    type Rule<'a> = (u16, &'a str, Option<(i64, i64)>, &'a str, bool);

    fn acl(rules: &[Rule<'_>]) -> NetworkAcl {
        let entries = rules.iter().map(|(number, protocol, ports, cidr, allow)| {
            let traffic = Traffic { protocol: (*protocol).to_owned(), ports: *ports };
            ((Way::In, *number), AclEntry { traffic, cidr: cidr.parse().unwrap(), allow: *allow })
        });
        NetworkAcl { entries: entries.collect(), ..NetworkAcl::open("acl-1", "vpc-1") }
    }

    #[test]
    fn the_lowest_number_that_fits_decides() {
        let address = Ipv4Addr::new(10, 0, 1, 5);
        let decide = |rules: &[_], ports| acl(rules).decide(Way::In, address, ports);
        let https = Some((443, 443));
        assert_eq!(decide(&[], Ports::HTTPS), (false, None));
        assert_eq!(decide(&[(100, "tcp", https, "10.0.0.0/16", true)], Ports::HTTPS), (true, Some(100)));
        assert_eq!(decide(&[(100, "tcp", https, "10.1.0.0/16", true)], Ports::HTTPS), (false, None));
        assert_eq!(decide(&[(100, "udp", https, "0.0.0.0/0", true)], Ports::HTTPS), (false, None));
        let both = [(90, "-1", None, "10.0.1.0/24", false), (100, "tcp", https, "0.0.0.0/0", true)];
        assert_eq!(decide(&both, Ports::HTTPS), (false, Some(90)));
        let other = [(110, "-1", None, "10.0.1.0/24", false), (100, "tcp", https, "0.0.0.0/0", true)];
        assert_eq!(decide(&other, Ports::HTTPS), (true, Some(100)));
    }

    #[test]
    fn all_ports_that_a_connection_may_get_must_pass() {
        let address = Ipv4Addr::new(52, 94, 26, 14);
        let decide = |rules: &[_]| acl(rules).decide(Way::In, address, Ports::LINUX).0;
        assert!(decide(&[(100, "tcp", Some((1024, 65_535)), "0.0.0.0/0", true)]));
        assert!(!decide(&[(100, "tcp", Some((1024, 40_000)), "0.0.0.0/0", true)]));
        assert!(!decide(&[(100, "tcp", Some((40_000, 65_535)), "0.0.0.0/0", true)]));
        let two = [
            (100, "tcp", Some((1024, 40_000)), "0.0.0.0/0", true),
            (200, "tcp", Some((40_001, 65_535)), "0.0.0.0/0", true),
        ];
        assert!(decide(&two));
        let hole = [
            (50, "tcp", Some((50_000, 50_000)), "0.0.0.0/0", false),
            (100, "tcp", Some((1024, 65_535)), "0.0.0.0/0", true),
        ];
        assert!(!decide(&hole));
    }

    #[test]
    fn the_acl_that_a_vpc_starts_with_is_open() {
        let mut open = NetworkAcl::open("acl-1", "vpc-1");
        assert!(open.is_open());
        open.entries.remove(&(Way::Out, 100));
        assert!(!open.is_open());
    }
}
