//! Can this caller reach that service, and by which road? The answer is a trace: what the name means, which security group
//! lets the connection out, where the route leads, which group lets it in.
//!
//! Network ACLs are not simulated: those that a VPC starts with let everything pass.

use core::net::Ipv4Addr;
use std::sync::Arc;

use super::security_group::Side;
use super::{Destination, Endpoint, EndpointKind, SecurityGroup, State, Target, s3_prefix_list};
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

impl<'a> Walk<'a> {
    /// Notes a leg, and says whether the connection goes on.
    fn leg(&mut self, leg: Leg) -> bool {
        let passes = leg.passes();
        self.legs.push(leg);
        passes
    }

    /// Goes as far as it gets, and answers the address that it was going to.
    fn walk(&mut self) -> Ipv4Addr {
        let net = self.net;
        let Question { from, to, .. } = self.question;
        let passed_over = match self.resolve() {
            Ok((endpoint, address)) => {
                self.leg(Leg::Name { answer: Answer::Endpoint(endpoint.id.clone()) });
                self.through_interface(endpoint, address);
                return address;
            }
            Err(passed_over) => passed_over,
        };
        self.leg(Leg::Name { answer: Answer::Public { passed_over } });
        let address = to.public_address();
        let prefix_list = self.prefix_list();
        if !self.goes_out(Side { address, groups: &[], prefix_list: prefix_list.as_deref() }) {
            return address;
        }
        let Some(table) = net.route_table_of(&from.subnet) else {
            self.leg(Leg::Route { table: String::new(), target: None });
            return address;
        };
        // The prefix list of a gateway endpoint is the closer description of S3's addresses, so its route comes first.
        let gateway = prefix_list.and_then(|_| net.gateway_endpoint(to, &table.id));
        let target = match gateway {
            Some(endpoint) => Some(Target::Endpoint(endpoint.id.clone())),
            None => table.route_to(address).map(|route| route.target.clone()),
        };
        if !self.leg(Leg::Route { table: table.id.clone(), target: target.clone() }) {
            return address;
        }
        match target {
            Some(Target::InternetGateway(gateway)) => {
                self.leg(Leg::PublicAddress { gateway, has: from.public_ip });
            }
            Some(Target::NatGateway(gateway)) => {
                let subnet = net.nat_gateway(&gateway).map(|nat| nat.subnet.clone()).unwrap_or_default();
                let route = net.route_table_of(&subnet).and_then(|table| table.route_to(address));
                let gets_out = route.is_some_and(|route| matches!(route.target, Target::InternetGateway(_)));
                self.leg(Leg::Nat { gateway, subnet, gets_out });
            }
            Some(Target::Local | Target::Endpoint(_)) | None => {}
        }
        address
    }

    /// The interface endpoint that private DNS leads to with its address, or the one that it passes over.
    fn resolve(&self) -> Result<(&'a Endpoint, Ipv4Addr), Option<(String, PassedOver)>> {
        let Question { from, to, here, there, now, .. } = self.question;
        if here != there {
            return Err(None);
        }
        let zone = self.net.subnet(&from.subnet).map(|subnet| subnet.zone);
        let mut passed_over = None;
        let net: &'a State = self.net;
        for endpoint in net.endpoints().filter(|endpoint| endpoint.to == to) {
            let EndpointKind::Interface { interfaces, private_dns, .. } = &endpoint.kind else { continue };
            let nearest = interfaces
                .iter()
                .min_by_key(|(subnet, _)| net.subnet(subnet).map(|subnet| subnet.zone) != zone)
                .and_then(|(_, interface)| interface.address.parse().ok());
            let reason = match nearest {
                _ if !private_dns => PassedOver::NoPrivateDns,
                None => PassedOver::NoSubnet,
                Some(_) if !endpoint.is_available(now) => PassedOver::Pending,
                Some(address) => return Ok((endpoint, address)),
            };
            passed_over = passed_over.or(Some((endpoint.id.clone(), reason)));
        }
        Err(passed_over)
    }

    fn prefix_list(&self) -> Option<String> {
        let Question { to, here, there, .. } = self.question;
        (to.has_gateway() && here == there).then(|| s3_prefix_list(here))
    }

    fn through_interface(&mut self, endpoint: &Endpoint, address: Ipv4Addr) {
        let Question { from, .. } = self.question;
        let EndpointKind::Interface { groups, .. } = &endpoint.kind else { return };
        if !self.goes_out(Side { address, groups, prefix_list: None }) {
            return;
        }
        let table = self.net.route_table_of(&from.subnet).map(|table| table.id.clone()).unwrap_or_default();
        self.leg(Leg::Route { table, target: Some(Target::Local) });
        // An address that can't be read is nobody's: no range lets it in.
        let own = from.address.parse().unwrap_or(Ipv4Addr::UNSPECIFIED);
        let caller = Side { address: own, groups: &from.groups, prefix_list: None };
        let passes = self.groups(groups).find(|group| group.lets_in(caller).is_some()).map(|group| group.id.clone());
        self.leg(Leg::Ingress { endpoint: endpoint.id.clone(), groups: groups.clone(), passes });
    }

    fn goes_out(&mut self, to: Side<'_>) -> bool {
        let groups = &self.question.from.groups;
        let passes = self.groups(groups).find(|group| group.lets_out(to).is_some()).map(|group| group.id.clone());
        self.leg(Leg::Egress { groups: groups.clone(), passes })
    }

    fn groups<'g>(&'g self, ids: &'g [String]) -> impl Iterator<Item = &'g SecurityGroup> {
        ids.iter().filter_map(|id| self.net.security_group(id))
    }
}
