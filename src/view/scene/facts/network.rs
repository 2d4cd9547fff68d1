//! The network that compute stands in, as it is drawn: what is a public subnet is told by its route table.

use std::collections::BTreeMap;

use super::super::road::{self, Road};
use super::compute::{self, Compute};
use crate::cloud::eks::Machine;
use crate::cloud::net::{self, Destination, EndpointKind, NatState, Target, name_of};
use crate::cloud::{Account, Cloud, Region, Regional, Timestamp};

/// A VPC with what is in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Network {
    /// What its `Name` tag says.
    pub name: String,
    pub cidr: String,
    /// Those with something in them, the public ones first.
    pub subnets: Vec<Subnet>,
    pub internet_gateways: Vec<InternetGateway>,
    /// VPC endpoints, by the name of their service.
    pub endpoints: Vec<Endpoint>,
    /// The roads of the newest pull, as far as they are still as they were.
    pub roads: Vec<Road>,
    /// What runs in other VPCs, which are not drawn.
    pub elsewhere: Vec<Compute>,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq)]
pub struct Subnet {
    pub id: String,
    pub name: String,
    pub cidr: String,
    /// Its route table: id and name.
    pub table: (String, String),
    /// Where its route to everywhere leads.
    pub out: Option<Out>,
    /// Its network ACL, unless that lets everything pass.
    pub acl: Option<String>,
    /// The gateway endpoints in its route table, by id.
    pub gateways: Vec<String>,
    pub nats: Vec<NatGateway>,
    pub computes: Vec<Compute>,
}

/// Where traffic to the internet goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Out {
    InternetGateway(String),
    NatGateway(String),
}

/// An internet gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternetGateway {
    pub id: String,
    pub name: String,
}

/// A NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatGateway {
    pub id: String,
    pub name: String,
    pub public_ip: String,
    /// Such as `available`.
    pub state: NatState,
}

/// A VPC endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub id: String,
    /// The end of its service's name, such as `ecr.api`.
    pub service: String,
    /// Whether it is a gateway, not an interface.
    pub gateway: bool,
    /// Whether the usual name leads to it: a gateway's always does.
    pub used: bool,
    /// Not so just after it was made.
    pub available: bool,
}

impl Subnet {
    /// Whether its route table makes it a public one.
    pub fn is_public(&self) -> bool {
        matches!(self.out, Some(Out::InternetGateway(_)))
    }
}

impl Network {
    /// What there is to draw of an account's network; nothing where nothing runs in it and no endpoint was made.
    pub(super) fn of(cloud: &Cloud, account: &Account, regional: &Regional) -> Option<Self> {
        let net = &regional.net;
        let vpc = net.vpc(&shown_vpc(regional)?)?;
        let in_vpc = |compute: &Compute| net.subnet(&compute.subnet).is_some_and(|subnet| subnet.vpc == vpc.id);
        let (computes, elsewhere): (Vec<_>, Vec<_>) =
            compute::computes(account, regional).into_iter().partition(in_vpc);
        let endpoints = endpoints(cloud, net, &vpc.id);
        if computes.is_empty() && elsewhere.is_empty() && endpoints.is_empty() {
            return None;
        }
        let now = cloud.now();
        let mut by_subnet: BTreeMap<&str, Vec<Compute>> = BTreeMap::new();
        for compute in &computes {
            by_subnet.entry(&compute.subnet).or_default().push(compute.clone());
        }
        let mut subnets: Vec<Subnet> = net
            .subnets()
            .filter(|found| found.vpc == vpc.id)
            .map(|found| subnet(net, found, now, &mut by_subnet))
            .collect();
        // An empty subnet is left out, but not the NAT gateway that a private one could go by.
        let private = subnets.iter().any(|subnet| !subnet.is_public() && !subnet.computes.is_empty());
        if !computes.is_empty() {
            subnets.retain(|subnet| !subnet.computes.is_empty() || (private && !subnet.nats.is_empty()));
        }
        if !private && !computes.is_empty() {
            subnets.iter_mut().for_each(|subnet| subnet.nats.clear());
        }
        subnets.sort_by(|a, b| b.is_public().cmp(&a.is_public()).then_with(|| a.name.cmp(&b.name)));
        let gateway = |found: &net::InternetGateway| InternetGateway {
            id: found.id.clone(),
            name: name_of(&found.tags).to_owned(),
        };
        Some(Self {
            name: name_of(&vpc.tags).to_owned(),
            cidr: vpc.cidr.to_string(),
            subnets,
            internet_gateways: net
                .internet_gateways()
                .filter(|gateway| gateway.vpc.as_deref() == Some(&vpc.id))
                .map(gateway)
                .collect(),
            endpoints,
            roads: road::newest(cloud, net),
            elsewhere,
        })
    }
}

/// The VPC that is drawn: the one in which most runs, or else the one with endpoints; the first of equals. None where
/// there is nothing of the kind.
pub(in crate::view) fn shown_vpc(regional: &Regional) -> Option<String> {
    let net = &regional.net;
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let tasks = regional.ecs.clusters().flat_map(|cluster| cluster.tasks());
    let tasks = tasks.filter_map(|task| task.interface.as_ref()).map(|found| &found.subnet);
    let nodes = regional.eks.clusters().flat_map(|cluster| cluster.kube.nodes());
    let fargate = nodes.filter_map(|node| match &node.machine {
        Machine::Fargate { place, .. } => Some(&place.subnet),
        Machine::Instance { .. } => None,
    });
    let subnets = net.instances().map(|instance| &instance.subnet).chain(tasks).chain(fargate);
    for vpc in subnets.filter_map(|subnet| net.vpc_of(subnet)) {
        counts.entry(&vpc.id).or_default().0 += 1;
    }
    for endpoint in net.endpoints() {
        counts.entry(&endpoint.vpc).or_default().1 += 1;
    }
    let (first, _) = counts.into_iter().rev().max_by_key(|(_, count)| *count)?;
    Some(first.to_owned())
}

fn subnet(
    net: &net::State,
    found: &net::Subnet,
    now: Timestamp,
    computes: &mut BTreeMap<&str, Vec<Compute>>,
) -> Subnet {
    let table = net.route_table_of(&found.id);
    let out = table.and_then(|table| table.route_to(Destination::Internet.public_address())).and_then(|route| {
        Some(match &route.target {
            // A gateway that is not attached makes nothing public.
            target if matches!(target, Target::InternetGateway(_)) && !net.carries(target, &found.vpc, now) => {
                return None;
            }
            Target::InternetGateway(id) => Out::InternetGateway(id.clone()),
            Target::NatGateway(id) => Out::NatGateway(id.clone()),
            Target::Local | Target::Endpoint(_) => return None,
        })
    });
    let gateways = net.endpoints().filter(|endpoint| match &endpoint.kind {
        EndpointKind::Gateway { route_tables } => table.is_some_and(|table| route_tables.contains(&table.id)),
        EndpointKind::Interface { .. } => false,
    });
    let nats =
        net.nat_gateways().filter(|nat| nat.subnet == found.id && nat.state(now) != NatState::Deleted).map(|nat| {
            NatGateway {
                id: nat.id.clone(),
                name: name_of(&nat.tags).to_owned(),
                public_ip: nat.elastic_ip.as_ref().map(|address| address.address.clone()).unwrap_or_default(),
                state: nat.state(now),
            }
        });
    Subnet {
        id: found.id.clone(),
        name: named(found.name(), &found.id),
        cidr: found.cidr.to_string(),
        table: table.map(|table| (table.id.clone(), name_of(&table.tags).to_owned())).unwrap_or_default(),
        out,
        acl: net.acl(&found.acl).filter(|acl| !acl.is_open()).map(|acl| acl.id.clone()),
        gateways: gateways.map(|endpoint| endpoint.id.clone()).collect(),
        nats: nats.collect(),
        computes: computes.remove(found.id.as_str()).unwrap_or_default(),
    }
}

/// What something is called: its name, or where it has none its id.
pub(in crate::view) fn named(name: &str, id: &str) -> String {
    if name.is_empty() { id.to_owned() } else { name.to_owned() }
}

fn endpoints(cloud: &Cloud, net: &net::State, vpc: &str) -> Vec<Endpoint> {
    let home = Region::home();
    let mut endpoints: Vec<Endpoint> = net
        .endpoints()
        .filter(|found| found.vpc == vpc)
        .map(|found| Endpoint {
            id: found.id.clone(),
            service: service_of(found.to, &home),
            gateway: matches!(found.kind, EndpointKind::Gateway { .. }),
            used: match &found.kind {
                EndpointKind::Interface { interfaces, private_dns, .. } => *private_dns && !interfaces.is_empty(),
                EndpointKind::Gateway { route_tables } => !route_tables.is_empty(),
            },
            available: found.is_available(cloud.now()),
        })
        .collect();
    endpoints.sort_by(|a, b| a.service.cmp(&b.service).then_with(|| a.id.cmp(&b.id)));
    endpoints
}

/// `ecr.api` of `com.amazonaws.ap-northeast-2.ecr.api`.
pub(in crate::view) fn service_of(to: Destination, region: &Region) -> String {
    let name = to.service_name(region).unwrap_or_default();
    let end = name.strip_prefix(&format!("com.amazonaws.{region}.")).map(str::to_owned);
    end.unwrap_or(name)
}
