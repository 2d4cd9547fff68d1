//! Can this caller reach that service, and by which road? The answer is a trace: what the name means, which security group
//! lets the connection out, where the route leads, which group lets it in, and which network ACL at a subnet's border lets
//! neither request nor answer pass. An ACL that lets everything pass, as those that VPCs start with, is no leg.

use core::net::Ipv4Addr;
use std::sync::Arc;

use super::security_group::Side;
use super::{Destination, Endpoint, EndpointKind, NatState, Ports, SecurityGroup, State, Target, Way, s3_prefix_list};
use crate::cloud::iam::Decision;
use crate::cloud::{Region, Timestamp};

/// Where a connection starts: a network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub subnet: String,
    pub address: String,
    /// Whether it has a public IP address too.
    pub public_ip: bool,
    /// Its security groups, by id.
    pub groups: Vec<String>,
}

/// A connection that was tried, leg by leg; it ends at the first leg that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    pub from: Place,
    pub to: Destination,
    /// The name that was looked up.
    pub host: String,
    /// The address that the name led to.
    pub address: Ipv4Addr,
    pub legs: Vec<Leg>,
}

/// One leg of the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leg {
    /// What the name means.
    Name { answer: Answer },
    /// The caller's security groups, and the one that lets HTTPS out to the address.
    Egress { groups: Vec<String>, passes: Option<String> },
    /// The subnet's route table, and where its route to the address leads.
    Route { table: String, target: Option<Target> },
    /// What the route leads to does not carry traffic: it is gone, or not ready.
    Blackhole { table: String, target: Target },
    /// The network ACL of a subnet, the way that packets cross its border, whether they are the answer's, and the number
    /// of the rule that decides.
    Acl { acl: String, subnet: String, way: Way, answer: bool, rule: Option<u16>, passes: bool },
    /// An internet gateway carries only those that have a public address.
    PublicAddress { gateway: String, has: bool },
    /// A NAT gateway has to get out itself: from a subnet whose route leads to an internet gateway.
    Nat { gateway: String, subnet: String, gets_out: bool },
    /// The endpoint's security groups, and the one that lets HTTPS in from the caller.
    Ingress { endpoint: String, groups: Vec<String>, passes: Option<String> },
    /// What the endpoint's policy says of the request.
    Policy { endpoint: String, decision: Arc<Decision> },
}

/// What a name means in the VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The address of an interface endpoint.
    Endpoint(String),
    /// The service's public address.
    Public {
        /// An interface endpoint for the service that the name does not lead to, and why.
        passed_over: Option<(String, PassedOver)>,
    },
}

/// Why a name does not lead to an interface endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassedOver {
    /// It was just made.
    Pending,
    /// It was made without private DNS.
    NoPrivateDns,
    /// It is in no subnet.
    NoSubnet,
}

/// The road that a connection takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Road<'a> {
    InternetGateway(&'a str),
    NatGateway(&'a str),
    InterfaceEndpoint(&'a str),
    GatewayEndpoint(&'a str),
}

impl Leg {
    /// Whether the connection gets past it.
    pub fn passes(&self) -> bool {
        match self {
            Self::Name { .. } => true,
            Self::Egress { passes, .. } | Self::Ingress { passes, .. } => passes.is_some(),
            Self::Route { target, .. } => target.is_some(),
            Self::Blackhole { .. } => false,
            Self::Acl { passes, .. } => *passes,
            Self::PublicAddress { has, .. } => *has,
            Self::Nat { gets_out, .. } => *gets_out,
            Self::Policy { decision, .. } => decision.is_allowed(),
        }
    }
}

impl Journey {
    /// The leg that failed.
    pub fn obstacle(&self) -> Option<&Leg> {
        self.legs.last().filter(|leg| !leg.passes())
    }

    /// Whether it arrives.
    pub fn arrives(&self) -> bool {
        self.obstacle().is_none()
    }

    /// The road that it takes, if it arrives.
    pub fn road(&self) -> Option<Road<'_>> {
        self.arrives().then(|| self.legs.iter().rev().find_map(Leg::road))?
    }

    /// The endpoint that it goes through, if it arrives through one.
    pub fn endpoint(&self) -> Option<&str> {
        match self.road()? {
            Road::InterfaceEndpoint(id) | Road::GatewayEndpoint(id) => Some(id),
            Road::InternetGateway(_) | Road::NatGateway(_) => None,
        }
    }
}

impl Leg {
    fn road(&self) -> Option<Road<'_>> {
        match self {
            Self::Ingress { endpoint, .. } => Some(Road::InterfaceEndpoint(endpoint)),
            Self::Nat { gateway, .. } => Some(Road::NatGateway(gateway)),
            Self::PublicAddress { gateway, .. } => Some(Road::InternetGateway(gateway)),
            Self::Route { target: Some(Target::Endpoint(endpoint)), .. } => Some(Road::GatewayEndpoint(endpoint)),
            _ => None,
        }
    }
}

/// A question to the network of a region.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub from: &'a Place,
    pub to: Destination,
    /// The name of the host.
    pub host: &'a str,
    /// The region of the VPC.
    pub here: &'a Region,
    /// The region of the service.
    pub there: &'a Region,
    pub now: Timestamp,
}

impl State {
    /// Whether a connection arrives, and by which road.
    pub fn journey(&self, question: &Question<'_>) -> Journey {
        let mut walk = Walk { net: self, question: *question, legs: Vec::new() };
        let address = walk.walk();
        Journey {
            from: question.from.clone(),
            to: question.to,
            host: question.host.to_owned(),
            address,
            legs: walk.legs,
        }
    }

    /// The way to the service itself in the VPC's own region.
    pub fn journey_home(&self, from: &Place, to: Destination, here: &Region, now: Timestamp) -> Journey {
        let host = to.private_name(here);
        self.journey(&Question { from, to, host: &host, here, there: here, now })
    }
}

struct Walk<'a> {
    net: &'a State,
    question: Question<'a>,
    legs: Vec<Leg>,
}

/// An interface endpoint with its nearest subnet and its address there.
type Resolved<'a> = (&'a Endpoint, &'a str, Ipv4Addr);

impl<'a> Walk<'a> {
    /// Notes a leg; none where the connection does not go on.
    fn leg(&mut self, leg: Leg) -> Option<()> {
        let passes = leg.passes();
        self.legs.push(leg);
        passes.then_some(())
    }

    /// Goes as far as it gets, and answers the address that it was going to.
    fn walk(&mut self) -> Ipv4Addr {
        let Question { to, .. } = self.question;
        let passed_over = match self.resolve() {
            Ok((endpoint, subnet, address)) => {
                self.leg(Leg::Name { answer: Answer::Endpoint(endpoint.id.clone()) });
                self.through_interface(endpoint, subnet, address);
                return address;
            }
            Err(passed_over) => passed_over,
        };
        self.leg(Leg::Name { answer: Answer::Public { passed_over } });
        let address = to.public_address();
        self.goes_to_public(address);
        address
    }

    fn goes_to_public(&mut self, address: Ipv4Addr) -> Option<()> {
        let net = self.net;
        let Question { from, to, now, .. } = self.question;
        let prefix_list = self.prefix_list();
        self.goes_out(Side { address, groups: &[], prefix_list: prefix_list.as_deref() })?;
        self.crosses(&from.subnet, Way::Out, false, address, Ports::HTTPS)?;
        let Some(table) = net.route_table_of(&from.subnet) else {
            return self.leg(Leg::Route { table: String::new(), target: None });
        };
        // The prefix list of a gateway endpoint is the closer description of S3's addresses, so its route comes first.
        let gateway = prefix_list.and_then(|_| net.gateway_endpoint(to, &table.id));
        let target = match gateway {
            Some(endpoint) => Some(Target::Endpoint(endpoint.id.clone())),
            None => table.route_to(address).map(|route| route.target.clone()),
        };
        self.leg(Leg::Route { table: table.id.clone(), target: target.clone() })?;
        let target = target?;
        if !net.carries(&target, &table.vpc, now) {
            return self.leg(Leg::Blackhole { table: table.id.clone(), target });
        }
        match target {
            Target::InternetGateway(gateway) => {
                self.leg(Leg::PublicAddress { gateway, has: from.public_ip })?;
            }
            Target::NatGateway(gateway) => self.through_nat(gateway, address)?,
            Target::Local | Target::Endpoint(_) => {}
        }
        self.crosses(&from.subnet, Way::In, true, address, Ports::LINUX)
    }

    /// Through a NAT gateway, which makes connections of its own: from its subnet, with its own ports.
    fn through_nat(&mut self, gateway: String, address: Ipv4Addr) -> Option<()> {
        let net = self.net;
        let Question { from, now, .. } = self.question;
        let subnet = net.nat_gateway(&gateway).map(|nat| nat.subnet.clone()).unwrap_or_default();
        let own = self.own_address();
        if subnet != from.subnet {
            self.crosses(&subnet, Way::In, false, own, Ports::HTTPS)?;
        }
        let public = net
            .nat_gateway(&gateway)
            .is_some_and(|nat| nat.elastic_ip.is_some() && nat.state(now) == NatState::Available);
        let table = net.route_table_of(&subnet);
        let route = table.and_then(|table| Some((table.route_to(address)?, &table.vpc)));
        let gets_out = public
            && route.is_some_and(|(route, vpc)| {
                matches!(route.target, Target::InternetGateway(_)) && net.carries(&route.target, vpc, now)
            });
        self.leg(Leg::Nat { gateway, subnet: subnet.clone(), gets_out })?;
        self.crosses(&subnet, Way::Out, false, address, Ports::HTTPS)?;
        self.crosses(&subnet, Way::In, true, address, Ports::NAT)?;
        if subnet == from.subnet { Some(()) } else { self.crosses(&subnet, Way::Out, true, own, Ports::LINUX) }
    }

    /// An address that can't be read is nobody's: no range lets it in.
    fn own_address(&self) -> Ipv4Addr {
        self.question.from.address.parse().unwrap_or(Ipv4Addr::UNSPECIFIED)
    }

    /// Packets cross the border of a subnet, from or to an address, to one of these ports.
    fn crosses(&mut self, subnet: &str, way: Way, answer: bool, address: Ipv4Addr, ports: Ports) -> Option<()> {
        let net = self.net;
        let acl = net.subnet(subnet).and_then(|subnet| net.acl(&subnet.acl));
        let Some(acl) = acl.filter(|acl| !acl.is_open()) else { return Some(()) };
        let (passes, rule) = acl.decide(way, address, ports);
        self.leg(Leg::Acl { acl: acl.id.clone(), subnet: subnet.to_owned(), way, answer, rule, passes })
    }

    /// The interface endpoint that private DNS leads to with its nearest subnet and address, or the one that it passes over.
    fn resolve(&self) -> Result<Resolved<'a>, Option<(String, PassedOver)>> {
        let Question { from, to, here, there, now, .. } = self.question;
        if here != there {
            return Err(None);
        }
        let Some(own) = self.net.subnet(&from.subnet) else { return Err(None) };
        let mut passed_over = None;
        let net: &'a State = self.net;
        for endpoint in net.endpoints().filter(|endpoint| endpoint.to == to && endpoint.vpc == own.vpc) {
            let EndpointKind::Interface { interfaces, private_dns, .. } = &endpoint.kind else { continue };
            let nearest = interfaces
                .iter()
                .min_by_key(|(subnet, _)| net.subnet(subnet).map(|subnet| subnet.zone) != Some(own.zone))
                .and_then(|(subnet, interface)| Some((subnet.as_str(), interface.address.parse().ok()?)));
            let names = net.vpc(&own.vpc).is_some_and(|vpc| vpc.dns_support && vpc.dns_hostnames);
            let reason = match nearest {
                _ if !private_dns || !names => PassedOver::NoPrivateDns,
                None => PassedOver::NoSubnet,
                Some(_) if !endpoint.is_available(now) => PassedOver::Pending,
                Some((subnet, address)) => return Ok((endpoint, subnet, address)),
            };
            passed_over = passed_over.or(Some((endpoint.id.clone(), reason)));
        }
        Err(passed_over)
    }

    fn prefix_list(&self) -> Option<String> {
        let Question { to, here, there, .. } = self.question;
        (to.has_gateway() && here == there).then(|| s3_prefix_list(here))
    }

    fn through_interface(&mut self, endpoint: &Endpoint, subnet: &str, address: Ipv4Addr) -> Option<()> {
        let Question { from, .. } = self.question;
        let EndpointKind::Interface { groups, .. } = &endpoint.kind else { return None };
        let own = self.own_address();
        // ACLs stand at borders: within a subnet there is none.
        let border = subnet != from.subnet;
        self.goes_out(Side { address, groups, prefix_list: None })?;
        if border {
            self.crosses(&from.subnet, Way::Out, false, address, Ports::HTTPS)?;
        }
        let table = self.net.route_table_of(&from.subnet).map(|table| table.id.clone()).unwrap_or_default();
        self.leg(Leg::Route { table, target: Some(Target::Local) })?;
        if border {
            self.crosses(subnet, Way::In, false, own, Ports::HTTPS)?;
        }
        let caller = Side { address: own, groups: &from.groups, prefix_list: None };
        let passes = self.groups(groups).find(|group| group.lets_in(caller).is_some()).map(|group| group.id.clone());
        self.leg(Leg::Ingress { endpoint: endpoint.id.clone(), groups: groups.clone(), passes })?;
        if border {
            self.crosses(subnet, Way::Out, true, own, Ports::LINUX)?;
            self.crosses(&from.subnet, Way::In, true, address, Ports::LINUX)?;
        }
        Some(())
    }

    fn goes_out(&mut self, to: Side<'_>) -> Option<()> {
        let groups = &self.question.from.groups;
        let passes = self.groups(groups).find(|group| group.lets_out(to).is_some()).map(|group| group.id.clone());
        self.leg(Leg::Egress { groups: groups.clone(), passes })
    }

    fn groups<'g>(&'g self, ids: &'g [String]) -> impl Iterator<Item = &'g SecurityGroup> {
        ids.iter().filter_map(|id| self.net.security_group(id))
    }
}
