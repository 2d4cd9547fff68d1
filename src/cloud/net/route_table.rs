//! Route tables: where the traffic of their subnets goes.

use std::collections::BTreeSet;

use super::Cidr;
use crate::cloud::{Duration, Timestamp};

/// A route table. A subnet that no table names uses the main one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// `rtb-` and 17 hexadecimal digits.
    pub id: String,
    pub vpc: String,
    /// Whether it is the VPC's main table.
    pub main: bool,
    /// The subnets that use it.
    pub subnets: BTreeSet<String>,
    /// Its routes to address ranges; the VPC's own comes first. Those of gateway endpoints are the endpoints'.
    pub routes: Vec<Route>,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
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
    /// The route to an address: of those that fit the one with the longest range.
    pub fn route_to(&self, address: core::net::Ipv4Addr) -> Option<&Route> {
        self.routes.iter().filter(|route| route.to.contains(address)).max_by_key(|route| route.to.bits())
    }
}

/// An internet gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternetGateway {
    /// `igw-` and 17 hexadecimal digits.
    pub id: String,
    /// The VPC that it is attached to.
    pub vpc: Option<String>,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
}

/// A NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatGateway {
    /// `nat-` and 17 hexadecimal digits.
    pub id: String,
    pub vpc: String,
    /// The subnet that it stands in.
    pub subnet: String,
    pub private_ip: String,
    /// None for one that only connects networks.
    pub elastic_ip: Option<ElasticIp>,
    pub created: Timestamp,
    /// When it was deleted.
    pub deleted: Option<Timestamp>,
    /// Why it could not be made: a code and a message.
    pub failure: Option<(&'static str, String)>,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
}

/// A public address that the account holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElasticIp {
    /// `eipalloc-` and 17 hexadecimal digits.
    pub allocation: String,
    pub address: String,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
}

/// The state of a NAT gateway. Source: Amazon VPC User Guide, "NAT gateway states".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NatState {
    Pending,
    Failed,
    Available,
    Deleting,
    Deleted,
}

impl NatState {
    /// As in answers: `available`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Failed => "failed",
            Self::Available => "available",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }
}

impl NatGateway {
    /// How long it takes to be made and to go. The simulation's own: at AWS it is a minute or more.
    const CHANGE: Duration = Duration::seconds(3);

    /// Its state at `now`.
    pub fn state(&self, now: Timestamp) -> NatState {
        match (self.deleted, &self.failure) {
            (Some(at), _) if now >= at + Self::CHANGE => NatState::Deleted,
            (Some(_), _) => NatState::Deleting,
            (None, _) if self.created != Timestamp::START && now < self.created + Self::CHANGE => NatState::Pending,
            (None, Some(_)) => NatState::Failed,
            (None, None) => NatState::Available,
        }
    }
}
