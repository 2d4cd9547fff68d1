//! The network: the VPC of an account in a region, its subnets, route tables, gateways, security groups and endpoints, and
//! the EC2 instances in it.
//!
//! Each region of an account starts with one VPC, as AWS accounts start with a default VPC. Its ids are the same in every
//! account and region, so that quests can name them. [`State::journey`] answers who reaches what, and by which road.

mod cidr;
mod destination;
mod endpoint;
mod instance;
mod journey;
mod route_table;
mod security_group;

pub use cidr::Cidr;
pub use destination::{Destination, s3_prefix_list};
pub use endpoint::{Endpoint, EndpointInterface, EndpointKind, FULL_ACCESS};
pub use instance::{Architecture, INSTANCE_TYPES, Instance, InstanceType};
pub use journey::{Answer, Journey, Leg, PassedOver, Place, Question, Road};
pub use route_table::{InternetGateway, NatGateway, Route, RouteTable, Target};
pub use security_group::{Peer, Rule, SecurityGroup, Side, Traffic};

use core::net::Ipv4Addr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The VPC that every region starts with.
pub const VPC_ID: &str = "vpc-0a1b2c3d4e5f60001";
/// A subnet in the first zone whose route goes to the internet gateway.
pub const PUBLIC_SUBNET_A: &str = "subnet-0a1b2c3d4e5f60a01";
/// A subnet in the second zone whose route goes to the internet gateway.
pub const PUBLIC_SUBNET_C: &str = "subnet-0a1b2c3d4e5f60c01";
/// A subnet in the first zone whose route goes to a NAT gateway.
pub const PRIVATE_SUBNET_A: &str = "subnet-0a1b2c3d4e5f60a02";
/// The security group that every VPC comes with: in from itself, out to everywhere.
pub const DEFAULT_SECURITY_GROUP: &str = "sg-0a1b2c3d4e5f60d01";

/// An account's network in one region.
#[derive(Clone, Debug)]
pub struct State {
    vpc: Vpc,
    subnets: BTreeMap<String, Subnet>,
    route_tables: BTreeMap<String, Arc<RouteTable>>,
    internet_gateways: BTreeMap<String, InternetGateway>,
    nat_gateways: BTreeMap<String, NatGateway>,
    security_groups: BTreeMap<String, Arc<SecurityGroup>>,
    endpoints: BTreeMap<String, Arc<Endpoint>>,
    instances: BTreeMap<String, Arc<Instance>>,
}

/// A virtual private cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// `vpc-` and 17 hexadecimal digits.
    pub id: String,
    /// What its `Name` tag says.
    pub name: String,
    /// Its address range, such as `10.0.0.0/16`.
    pub cidr: String,
}

/// A part of a VPC in one availability zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// `subnet-` and 17 hexadecimal digits.
    pub id: String,
    /// What its `Name` tag says.
    pub name: String,
    /// The zone's letter: `a` in `ap-northeast-2` is `ap-northeast-2a`.
    pub zone: char,
    /// The third number of its addresses: `10.0.{block}.0/24`.
    pub block: u8,
    /// Whether instances in it get a public IP address unless told otherwise.
    pub maps_public_ip: bool,
    /// The last numbers of the addresses in use.
    taken: BTreeSet<u8>,
}

/// The last numbers of addresses that can be had: AWS keeps the first four of a subnet and the last one.
const HOSTS: std::ops::Range<u8> = 4..255;

impl Subnet {
    /// Its address range, such as `10.0.16.0/24`.
    pub fn cidr(&self) -> String {
        format!("10.0.{}.0/24", self.block)
    }

    /// How many addresses are left in it.
    pub fn free_addresses(&self) -> usize {
        HOSTS.len().saturating_sub(self.taken.len())
    }
}

/// What ids of the first VPC's parts have in common with its own.
fn digits(id: &str) -> &str {
    id.split_once('-').map_or(id, |(_, digits)| digits)
}

impl Default for State {
    fn default() -> Self {
        /// The last number of the NAT gateway's address.
        const NAT_HOST: u8 = 254;
        let subnet = |id: &str, name: &str, zone, block, maps_public_ip, taken: &[u8]| Subnet {
            id: id.to_owned(),
            name: name.to_owned(),
            zone,
            block,
            maps_public_ip,
            taken: taken.iter().copied().collect(),
        };
        let subnets = [
            subnet(PUBLIC_SUBNET_A, "public-a", 'a', 0, true, &[NAT_HOST]),
            subnet(PUBLIC_SUBNET_C, "public-c", 'c', 1, true, &[]),
            subnet(PRIVATE_SUBNET_A, "private-a", 'a', 16, false, &[]),
        ];
        let number = digits(VPC_ID);
        let internet = InternetGateway { id: format!("igw-{number}"), name: "main".to_owned() };
        let nat = NatGateway {
            id: format!("nat-{number}"),
            name: "main".to_owned(),
            subnet: PUBLIC_SUBNET_A.to_owned(),
            private_ip: format!("10.0.0.{NAT_HOST}"),
            public_ip: "198.51.100.20".to_owned(),
        };
        let vpc = Vpc { id: VPC_ID.to_owned(), name: "main".to_owned(), cidr: "10.0.0.0/16".to_owned() };
        let own = Route { to: Cidr::new(Ipv4Addr::new(10, 0, 0, 0), 16), target: Target::Local };
        let main = RouteTable {
            id: format!("rtb-{number}"),
            name: "main".to_owned(),
            main: true,
            subnets: BTreeSet::new(),
            routes: vec![own.clone()],
        };
        let tables = subnets.iter().map(|subnet| {
            let out = if subnet.maps_public_ip {
                Target::InternetGateway(internet.id.clone())
            } else {
                Target::NatGateway(nat.id.clone())
            };
            RouteTable {
                id: format!("rtb-{}", digits(&subnet.id)),
                name: subnet.name.clone(),
                main: false,
                subnets: BTreeSet::from([subnet.id.clone()]),
                routes: vec![own.clone(), Route { to: Cidr::EVERYWHERE, target: out }],
            }
        });
        // Source: Amazon VPC User Guide, "Default security groups for your VPCs".
        let rule = |id: &str, peer| Rule { id: id.to_owned(), traffic: Traffic::all(), peer, description: None };
        let group = SecurityGroup {
            id: DEFAULT_SECURITY_GROUP.to_owned(),
            name: "default".to_owned(),
            description: "default VPC security group".to_owned(),
            ingress: vec![rule("sgr-0a1b2c3d4e5f60d11", Peer::Group(DEFAULT_SECURITY_GROUP.to_owned()))],
            egress: vec![rule("sgr-0a1b2c3d4e5f60d12", Peer::Cidr(Cidr::EVERYWHERE))],
        };
        Self {
            route_tables: tables.chain([main]).map(|table| (table.id.clone(), Arc::new(table))).collect(),
            vpc,
            subnets: subnets.into_iter().map(|subnet| (subnet.id.clone(), subnet)).collect(),
            internet_gateways: BTreeMap::from([(internet.id.clone(), internet)]),
            nat_gateways: BTreeMap::from([(nat.id.clone(), nat)]),
            security_groups: BTreeMap::from([(group.id.clone(), Arc::new(group))]),
            endpoints: BTreeMap::new(),
            instances: BTreeMap::new(),
        }
    }
}

impl State {
    /// The VPC.
    pub fn vpc(&self) -> &Vpc {
        &self.vpc
    }

    /// The subnets, by id.
    pub fn subnets(&self) -> impl Iterator<Item = &Subnet> {
        self.subnets.values()
    }

    /// A subnet by id.
    pub fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.get(id)
    }

    /// The route tables, by id.
    pub fn route_tables(&self) -> impl Iterator<Item = &RouteTable> {
        self.route_tables.values().map(Arc::as_ref)
    }

    /// A route table by id.
    pub fn route_table(&self, id: &str) -> Option<&RouteTable> {
        self.route_tables.get(id).map(Arc::as_ref)
    }

    pub(crate) fn route_table_mut(&mut self, id: &str) -> Option<&mut RouteTable> {
        self.route_tables.get_mut(id).map(Arc::make_mut)
    }

    /// The route table that a subnet uses: its own, or the main one. None where there is no such subnet.
    pub fn route_table_of(&self, subnet: &str) -> Option<&RouteTable> {
        self.subnets.get(subnet)?;
        let own = self.route_tables().find(|table| table.subnets.contains(subnet));
        own.or_else(|| self.route_tables().find(|table| table.main))
    }

    /// The internet gateways, by id.
    pub fn internet_gateways(&self) -> impl Iterator<Item = &InternetGateway> {
        self.internet_gateways.values()
    }

    /// An internet gateway by id.
    pub fn internet_gateway(&self, id: &str) -> Option<&InternetGateway> {
        self.internet_gateways.get(id)
    }

    /// The NAT gateways, by id.
    pub fn nat_gateways(&self) -> impl Iterator<Item = &NatGateway> {
        self.nat_gateways.values()
    }

    /// A NAT gateway by id.
    pub fn nat_gateway(&self, id: &str) -> Option<&NatGateway> {
        self.nat_gateways.get(id)
    }

    /// A security group by id.
    pub fn security_group(&self, id: &str) -> Option<&SecurityGroup> {
        self.security_groups.get(id).map(Arc::as_ref)
    }

    pub(crate) fn security_group_mut(&mut self, id: &str) -> Option<&mut SecurityGroup> {
        self.security_groups.get_mut(id).map(Arc::make_mut)
    }

    /// The security groups, by id.
    pub fn security_groups(&self) -> impl Iterator<Item = &SecurityGroup> {
        self.security_groups.values().map(Arc::as_ref)
    }

    pub(crate) fn insert_security_group(&mut self, group: SecurityGroup) {
        self.security_groups.insert(group.id.clone(), Arc::new(group));
    }

    pub(crate) fn remove_security_group(&mut self, id: &str) {
        self.security_groups.remove(id);
    }

    /// The VPC endpoints, by id.
    pub fn endpoints(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints.values().map(Arc::as_ref)
    }

    /// A VPC endpoint by id.
    pub fn endpoint(&self, id: &str) -> Option<&Endpoint> {
        self.endpoints.get(id).map(Arc::as_ref)
    }

    /// The gateway endpoint for a service in a route table.
    pub fn gateway_endpoint(&self, to: Destination, table: &str) -> Option<&Endpoint> {
        self.endpoints().filter(|endpoint| endpoint.to == to).find(|endpoint| match &endpoint.kind {
            EndpointKind::Gateway { route_tables } => route_tables.contains(table),
            EndpointKind::Interface { .. } => false,
        })
    }

    pub(crate) fn insert_endpoint(&mut self, endpoint: Endpoint) {
        self.endpoints.insert(endpoint.id.clone(), Arc::new(endpoint));
    }

    /// Takes an endpoint away, with its addresses.
    pub(crate) fn remove_endpoint(&mut self, id: &str) {
        let Some(endpoint) = self.endpoints.remove(id) else { return };
        if let EndpointKind::Interface { interfaces, .. } = &endpoint.kind {
            for (subnet, interface) in interfaces {
                self.release_address(subnet, &interface.address);
            }
        }
    }

    /// The instances, by id.
    pub fn instances(&self) -> impl Iterator<Item = &Instance> {
        self.instances.values().map(Arc::as_ref)
    }

    /// An instance by id.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        self.instances.get(id).map(Arc::as_ref)
    }

    /// The lowest free address of a subnet; none where there is no such subnet or it is full.
    pub(crate) fn allocate_address(&mut self, subnet: &str) -> Option<String> {
        let subnet = self.subnets.get_mut(subnet)?;
        let host = HOSTS.into_iter().find(|host| !subnet.taken.contains(host))?;
        subnet.taken.insert(host);
        Some(format!("10.0.{}.{host}", subnet.block))
    }

    /// Gives an address back to its subnet.
    pub(crate) fn release_address(&mut self, subnet: &str, address: &str) {
        let host = address.rsplit('.').next().and_then(|host| host.parse().ok());
        if let (Some(subnet), Some(host)) = (self.subnets.get_mut(subnet), host) {
            subnet.taken.remove(&host);
        }
    }

    /// Puts an instance into its subnet.
    pub(crate) fn insert_instance(&mut self, instance: Instance) {
        self.instances.insert(instance.id.clone(), Arc::new(instance));
    }

    /// Gives an instance another instance profile, or takes it away. Nothing happens where there is no such instance.
    pub fn set_instance_profile(&mut self, instance: &str, profile: Option<String>) {
        if let Some(instance) = self.instances.get_mut(instance) {
            Arc::make_mut(instance).instance_profile = profile;
        }
    }
}
