//! Route tables: where the traffic of their subnets goes.

use std::collections::BTreeSet;

use super::Cidr;

/// A route table. A subnet that no table names uses the main one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// `rtb-` and 17 hexadecimal digits.
    pub id: String,
    /// What its `Name` tag says.
    pub name: String,
    /// Whether it is the VPC's main table.
    pub main: bool,
    /// The subnets that use it.
    pub subnets: BTreeSet<String>,
    /// Its routes to address ranges; the VPC's own comes first. Those of gateway endpoints are the endpoints'.
    pub routes: Vec<Route>,
}

/// A route to a range of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub to: Cidr,
    pub target: Target,
}

/// Where a route leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Inside of the VPC.
    Local,
    /// To the internet, for whoever has a public IP address. This makes a subnet public.
    InternetGateway(String),
    /// To the internet, for everyone; no one is reached from it.
    NatGateway(String),
    /// To a service, through a gateway endpoint.
    Endpoint(String),
}

impl RouteTable {
    /// The route to a public address: the longest that fits, which here is the only one that does.
    pub fn route_to(&self, address: core::net::Ipv4Addr) -> Option<&Route> {
        self.routes.iter().filter(|route| route.to.contains(address)).max_by_key(|route| route.to.bits())
    }
}

/// An internet gateway, attached to the VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternetGateway {
    /// `igw-` and 17 hexadecimal digits.
    pub id: String,
    pub name: String,
}

/// A NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatGateway {
    /// `nat-` and 17 hexadecimal digits.
    pub id: String,
    pub name: String,
    /// The subnet that it stands in.
    pub subnet: String,
    pub private_ip: String,
    pub public_ip: String,
}
