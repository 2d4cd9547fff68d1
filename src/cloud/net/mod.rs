//! The network: the VPCs of an account in a region, their subnets, route tables, gateways, ACLs, security groups and endpoints, and
//! the EC2 instances in it.
//!
//! Each region of an account starts with one VPC, as AWS accounts start with a default VPC. Its ids are the same in every
//! account and region, so that quests can name them. Others can be made beside it; nothing leads from one to another. [`State::journey`] answers who reaches what, and by which road.

mod acl;
mod cidr;
mod destination;
mod endpoint;
mod instance;
mod journey;
mod public;
mod route_table;
mod security_group;
mod subnet;
mod tags;

pub use acl::{AclEntry, NetworkAcl, Ports, Way};
pub use cidr::Cidr;
pub use destination::{Destination, s3_prefix_list};
pub use endpoint::{Endpoint, EndpointInterface, EndpointKind, FULL_ACCESS};
pub use instance::{Architecture, INSTANCE_TYPES, Instance, InstanceType, PullBehavior, Spot};
pub use journey::{Answer, Journey, Leg, PassedOver, Place, Question, Road};
pub use route_table::{ElasticIp, InternetGateway, NatGateway, NatState, Route, RouteTable, Target};
pub use security_group::{Peer, Rule, SecurityGroup, Side, Traffic};
pub use subnet::Subnet;
pub use tags::name_of;

use core::net::Ipv4Addr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Timestamp;

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
    vpcs: BTreeMap<String, Vpc>,
    subnets: BTreeMap<String, Subnet>,
    route_tables: BTreeMap<String, Arc<RouteTable>>,
    acls: BTreeMap<String, Arc<NetworkAcl>>,
    internet_gateways: BTreeMap<String, InternetGateway>,
    nat_gateways: BTreeMap<String, NatGateway>,
    elastic_ips: BTreeMap<String, ElasticIp>,
    security_groups: BTreeMap<String, Arc<SecurityGroup>>,
    endpoints: BTreeMap<String, Arc<Endpoint>>,
    instances: BTreeMap<String, Arc<Instance>>,
}

/// A virtual private cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// `vpc-` and 17 hexadecimal digits.
    pub id: String,
    pub cidr: Cidr,
    /// Whether names are looked up by Amazon's server.
    pub dns_support: bool,
    /// Whether instances get names, and private names of endpoints are known.
    pub dns_hostnames: bool,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
}

/// What ids of the first VPC's parts have in common with its own.
fn digits(id: &str) -> &str {
    id.split_once('-').map_or(id, |(_, digits)| digits)
}

/// A tag `Name`.
fn named(name: &str) -> Vec<(String, String)> {
    vec![("Name".to_owned(), name.to_owned())]
}

impl Default for State {
    fn default() -> Self {
        let number = digits(VPC_ID);
        let range = |third: u8, bits| Cidr::new(Ipv4Addr::new(10, 0, third, 0), bits);
        let acl = NetworkAcl::open(&format!("acl-{number}"), VPC_ID);
        let mut subnets = [
            Subnet::new(PUBLIC_SUBNET_A, VPC_ID, 'a', range(0, 24), &acl.id, named("public-a")),
            Subnet::new(PUBLIC_SUBNET_C, VPC_ID, 'c', range(1, 24), &acl.id, named("public-c")),
            Subnet::new(PRIVATE_SUBNET_A, VPC_ID, 'a', range(16, 24), &acl.id, named("private-a")),
        ];
        let elastic_ip = ElasticIp {
            allocation: format!("eipalloc-{number}"),
            address: "198.51.100.20".to_owned(),
            tags: named("main"),
        };
        let internet =
            InternetGateway { id: format!("igw-{number}"), vpc: Some(VPC_ID.to_owned()), tags: named("main") };
        let nat = NatGateway {
            id: format!("nat-{number}"),
            vpc: VPC_ID.to_owned(),
            subnet: PUBLIC_SUBNET_A.to_owned(),
            private_ip: "10.0.0.254".to_owned(),
            elastic_ip: Some(elastic_ip.clone()),
            // It was there before anything else.
            created: Timestamp::START,
            deleted: None,
            failure: None,
            tags: named("main"),
        };
        for subnet in &mut subnets {
            subnet.maps_public_ip = subnet.id != PRIVATE_SUBNET_A;
            subnet.take(&nat.private_ip);
        }
        let vpc = Vpc {
            id: VPC_ID.to_owned(),
            cidr: range(0, 16),
            dns_support: true,
            dns_hostnames: true,
            tags: named("main"),
        };
        let own = Route { to: vpc.cidr, target: Target::Local };
        let main = RouteTable {
            id: format!("rtb-{number}"),
            vpc: VPC_ID.to_owned(),
            main: true,
            subnets: BTreeSet::new(),
            routes: vec![own.clone()],
            tags: named("main"),
        };
        let tables = subnets.iter().map(|subnet| {
            let out = if subnet.maps_public_ip {
                Target::InternetGateway(internet.id.clone())
            } else {
                Target::NatGateway(nat.id.clone())
            };
            RouteTable {
                id: format!("rtb-{}", digits(&subnet.id)),
                vpc: VPC_ID.to_owned(),
                main: false,
                subnets: BTreeSet::from([subnet.id.clone()]),
                routes: vec![own.clone(), Route { to: Cidr::EVERYWHERE, target: out }],
                tags: subnet.tags.clone(),
            }
        });
        let group = SecurityGroup::default_of(
            VPC_ID,
            DEFAULT_SECURITY_GROUP,
            ["sgr-0a1b2c3d4e5f60d11", "sgr-0a1b2c3d4e5f60d12"],
        );
        Self {
            route_tables: tables.chain([main]).map(|table| (table.id.clone(), Arc::new(table))).collect(),
            vpcs: BTreeMap::from([(vpc.id.clone(), vpc)]),
            subnets: subnets.into_iter().map(|subnet| (subnet.id.clone(), subnet)).collect(),
            acls: BTreeMap::from([(acl.id.clone(), Arc::new(acl))]),
            internet_gateways: BTreeMap::from([(internet.id.clone(), internet)]),
            nat_gateways: BTreeMap::from([(nat.id.clone(), nat)]),
            elastic_ips: BTreeMap::from([(elastic_ip.allocation.clone(), elastic_ip)]),
            security_groups: BTreeMap::from([(group.id.clone(), Arc::new(group))]),
            endpoints: BTreeMap::new(),
            instances: BTreeMap::new(),
        }
    }
}

impl State {
    /// The VPCs, by id.
    pub fn vpcs(&self) -> impl Iterator<Item = &Vpc> {
        self.vpcs.values()
    }

    /// A VPC by id.
    pub fn vpc(&self, id: &str) -> Option<&Vpc> {
        self.vpcs.get(id)
    }

    pub(crate) fn vpc_mut(&mut self, id: &str) -> Option<&mut Vpc> {
        self.vpcs.get_mut(id)
    }

    pub(crate) fn insert_vpc(&mut self, vpc: Vpc) {
        self.vpcs.insert(vpc.id.clone(), vpc);
    }

    /// Takes a VPC away, with what it came with: its main route table, its ACL and its security group.
    pub(crate) fn remove_vpc(&mut self, id: &str) {
        self.vpcs.remove(id);
        self.route_tables.retain(|_, table| table.vpc != id);
        self.acls.retain(|_, acl| acl.vpc != id);
        self.security_groups.retain(|_, group| group.vpc != id);
    }

    /// The VPC of a subnet.
    pub fn vpc_of(&self, subnet: &str) -> Option<&Vpc> {
        self.vpc(&self.subnet(subnet)?.vpc)
    }

    /// The subnets, by id.
    pub fn subnets(&self) -> impl Iterator<Item = &Subnet> {
        self.subnets.values()
    }

    /// A subnet by id.
    pub fn subnet(&self, id: &str) -> Option<&Subnet> {
        self.subnets.get(id)
    }

    pub(crate) fn subnet_mut(&mut self, id: &str) -> Option<&mut Subnet> {
        self.subnets.get_mut(id)
    }

    pub(crate) fn insert_subnet(&mut self, subnet: Subnet) {
        self.subnets.insert(subnet.id.clone(), subnet);
    }

    /// Takes a subnet away; its route table no longer knows it.
    pub(crate) fn remove_subnet(&mut self, id: &str) {
        self.subnets.remove(id);
        for table in self.route_tables.values_mut().filter(|table| table.subnets.contains(id)) {
            Arc::make_mut(table).subnets.remove(id);
        }
    }

    /// The network ACLs, by id.
    pub fn acls(&self) -> impl Iterator<Item = &NetworkAcl> {
        self.acls.values().map(Arc::as_ref)
    }

    /// A network ACL by id.
    pub fn acl(&self, id: &str) -> Option<&NetworkAcl> {
        self.acls.get(id).map(Arc::as_ref)
    }

    pub(crate) fn acl_mut(&mut self, id: &str) -> Option<&mut NetworkAcl> {
        self.acls.get_mut(id).map(Arc::make_mut)
    }

    pub(crate) fn insert_acl(&mut self, acl: NetworkAcl) {
        self.acls.insert(acl.id.clone(), Arc::new(acl));
    }

    pub(crate) fn remove_acl(&mut self, id: &str) {
        self.acls.remove(id);
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
        let vpc = &self.subnets.get(subnet)?.vpc;
        let own = self.route_tables().find(|table| table.subnets.contains(subnet));
        own.or_else(|| self.route_tables().find(|table| table.main && table.vpc == *vpc))
    }

    pub(crate) fn insert_route_table(&mut self, table: RouteTable) {
        self.route_tables.insert(table.id.clone(), Arc::new(table));
    }

    pub(crate) fn remove_route_table(&mut self, id: &str) {
        self.route_tables.remove(id);
    }

    /// The internet gateways, by id.
    pub fn internet_gateways(&self) -> impl Iterator<Item = &InternetGateway> {
        self.internet_gateways.values()
    }

    /// An internet gateway by id.
    pub fn internet_gateway(&self, id: &str) -> Option<&InternetGateway> {
        self.internet_gateways.get(id)
    }

    pub(crate) fn internet_gateway_mut(&mut self, id: &str) -> Option<&mut InternetGateway> {
        self.internet_gateways.get_mut(id)
    }

    pub(crate) fn insert_internet_gateway(&mut self, gateway: InternetGateway) {
        self.internet_gateways.insert(gateway.id.clone(), gateway);
    }

    pub(crate) fn remove_internet_gateway(&mut self, id: &str) {
        self.internet_gateways.remove(id);
    }

    /// The public addresses that the account holds, by allocation id.
    pub fn elastic_ips(&self) -> impl Iterator<Item = &ElasticIp> {
        self.elastic_ips.values()
    }

    /// A public address by allocation id.
    pub fn elastic_ip(&self, allocation: &str) -> Option<&ElasticIp> {
        self.elastic_ips.get(allocation)
    }

    pub(crate) fn insert_elastic_ip(&mut self, address: ElasticIp) {
        self.elastic_ips.insert(address.allocation.clone(), address);
    }

    pub(crate) fn remove_elastic_ip(&mut self, allocation: &str) {
        self.elastic_ips.remove(allocation);
    }

    /// The NAT gateway that uses a public address.
    pub fn user_of(&self, allocation: &str) -> Option<&NatGateway> {
        let uses = |gateway: &&NatGateway| {
            let own = gateway.elastic_ip.as_ref().is_some_and(|address| address.allocation == allocation);
            own && gateway.deleted.is_none() && gateway.failure.is_none()
        };
        self.nat_gateways.values().find(uses)
    }

    /// The NAT gateways, by id.
    pub fn nat_gateways(&self) -> impl Iterator<Item = &NatGateway> {
        self.nat_gateways.values()
    }

    /// A NAT gateway by id.
    pub fn nat_gateway(&self, id: &str) -> Option<&NatGateway> {
        self.nat_gateways.get(id)
    }

    pub(crate) fn nat_gateway_mut(&mut self, id: &str) -> Option<&mut NatGateway> {
        self.nat_gateways.get_mut(id)
    }

    pub(crate) fn insert_nat_gateway(&mut self, gateway: NatGateway) {
        self.nat_gateways.insert(gateway.id.clone(), gateway);
    }

    /// Whether what a route leads to carries traffic of its VPC.
    pub fn carries(&self, target: &Target, vpc: &str, now: Timestamp) -> bool {
        match target {
            Target::Local => true,
            Target::Endpoint(id) => self.endpoints.contains_key(id),
            Target::InternetGateway(id) => {
                self.internet_gateway(id).is_some_and(|gateway| gateway.vpc.as_deref() == Some(vpc))
            }
            Target::NatGateway(id) => {
                self.nat_gateway(id).is_some_and(|gateway| gateway.state(now) == NatState::Available)
            }
        }
    }

    /// The id of the security group that a subnet's VPC came with.
    pub fn default_group_of(&self, subnet: &str) -> Option<String> {
        let vpc = &self.subnet(subnet)?.vpc;
        self.security_groups().find(|group| group.vpc == *vpc && group.name == "default").map(|group| group.id.clone())
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
        self.subnets.get_mut(subnet)?.allocate()
    }

    /// Gives an address back to its subnet.
    pub(crate) fn release_address(&mut self, subnet: &str, address: &str) {
        if let Some(subnet) = self.subnets.get_mut(subnet) {
            subnet.release(address);
        }
    }

    /// Puts an instance into its subnet.
    pub(crate) fn insert_instance(&mut self, instance: Instance) {
        self.instances.insert(instance.id.clone(), Arc::new(instance));
    }

    /// Takes an instance away, with its address.
    pub(crate) fn remove_instance(&mut self, id: &str) {
        if let Some(instance) = self.instances.remove(id) {
            self.release_address(&instance.subnet, &instance.private_ip);
        }
    }

    /// Gives an instance another instance profile, or takes it away. Nothing happens where there is no such instance.
    pub fn set_instance_profile(&mut self, instance: &str, profile: Option<String>) {
        if let Some(instance) = self.instances.get_mut(instance) {
            Arc::make_mut(instance).instance_profile = profile;
        }
    }
}
