//! The network: the VPC of an account in a region, its subnets with their routes, and the EC2 instances in them.
//!
//! Each region of an account starts with one VPC, as AWS accounts start with a default VPC. Its ids are the same in every
//! account and region, so that quests can name them. Worlds lay the network out; the learner looks at it with `aws ec2`
//! and uses it.

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
/// The security group that every VPC comes with: all outbound traffic is allowed.
pub const DEFAULT_SECURITY_GROUP: &str = "sg-0a1b2c3d4e5f60d01";

/// An account's network in one region.
#[derive(Clone, Debug)]
pub struct State {
    vpc: Vpc,
    subnets: BTreeMap<String, Subnet>,
    security_groups: BTreeMap<String, SecurityGroup>,
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
    /// Where its default route leads.
    pub route: Route,
    /// Whether instances in it get a public IP address unless told otherwise.
    pub maps_public_ip: bool,
    /// The last numbers of the addresses in use.
    taken: BTreeSet<u8>,
}

/// Where a subnet's default route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Route {
    /// An internet gateway: whoever has a public IP address reaches the internet. This makes a subnet public.
    InternetGateway,
    /// A NAT gateway: everyone reaches the internet, no one is reached from it.
    NatGateway,
    /// Nowhere: only the VPC itself is reached.
    Local,
}

/// A security group. Its rules are not simulated: outbound traffic is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    /// `sg-` and 17 hexadecimal digits.
    pub id: String,
    /// Its name, such as `default`.
    pub name: String,
}

/// An EC2 instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// `i-` and 17 hexadecimal digits.
    pub id: String,
    /// The name of its instance profile, which holds its role. An instance without one has no credentials.
    pub instance_profile: Option<String>,
    /// The subnet it is in.
    pub subnet: String,
    /// Its address in the VPC.
    pub private_ip: String,
    /// Whether it has a public IP address.
    pub public_ip: bool,
    /// When it was launched.
    pub launched: Timestamp,
    /// Its processor.
    pub architecture: Architecture,
    /// Its size.
    pub instance_type: InstanceType,
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

impl Instance {
    /// Its public IP address, where it has one: of the range that is kept for documents, so that it is nobody's.
    pub fn public_address(&self) -> Option<String> {
        let host = self.private_ip.rsplit('.').next()?;
        self.public_ip.then(|| format!("203.0.113.{host}"))
    }
}

/// A processor architecture, as image configurations name it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Architecture {
    #[default]
    Amd64,
    Arm64,
}

impl Architecture {
    /// The name in an image configuration: `amd64`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }
}

/// An instance type with what ECS can use of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceType {
    /// Such as `t3.small`.
    pub name: &'static str,
    /// CPU units: 1024 per vCPU.
    pub cpu: u32,
    /// Memory that the agent registers, in MiB: a little less than the instance has.
    pub memory: u32,
    /// Its processor.
    pub architecture: Architecture,
}

/// The instance types that worlds can launch.
/// Source: Amazon EC2 instance types; memory as ECS agents on Amazon Linux 2023 register it, rounded.
pub const INSTANCE_TYPES: &[InstanceType] = &[
    InstanceType { name: "t3.micro", cpu: 2048, memory: 904, architecture: Architecture::Amd64 },
    InstanceType { name: "t3.small", cpu: 2048, memory: 1896, architecture: Architecture::Amd64 },
    InstanceType { name: "t3.medium", cpu: 2048, memory: 3828, architecture: Architecture::Amd64 },
    InstanceType { name: "m5.large", cpu: 2048, memory: 7680, architecture: Architecture::Amd64 },
    InstanceType { name: "t4g.small", cpu: 2048, memory: 1836, architecture: Architecture::Arm64 },
    InstanceType { name: "t4g.medium", cpu: 2048, memory: 3776, architecture: Architecture::Arm64 },
];

impl InstanceType {
    /// The type by name, if worlds can launch it.
    pub fn by_name(name: &str) -> Option<Self> {
        INSTANCE_TYPES.iter().find(|known| known.name == name).copied()
    }
}

impl Default for State {
    fn default() -> Self {
        let subnet = |id: &str, name: &str, zone, block, route| Subnet {
            id: id.to_owned(),
            name: name.to_owned(),
            zone,
            block,
            route,
            maps_public_ip: route == Route::InternetGateway,
            taken: BTreeSet::new(),
        };
        let subnets = [
            subnet(PUBLIC_SUBNET_A, "public-a", 'a', 0, Route::InternetGateway),
            subnet(PUBLIC_SUBNET_C, "public-c", 'c', 1, Route::InternetGateway),
            subnet(PRIVATE_SUBNET_A, "private-a", 'a', 16, Route::NatGateway),
        ];
        let group = SecurityGroup { id: DEFAULT_SECURITY_GROUP.to_owned(), name: "default".to_owned() };
        Self {
            vpc: Vpc { id: VPC_ID.to_owned(), name: "main".to_owned(), cidr: "10.0.0.0/16".to_owned() },
            subnets: subnets.into_iter().map(|subnet| (subnet.id.clone(), subnet)).collect(),
            security_groups: BTreeMap::from([(group.id.clone(), group)]),
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

    /// A security group by id.
    pub fn security_group(&self, id: &str) -> Option<&SecurityGroup> {
        self.security_groups.get(id)
    }

    /// The security groups, by id.
    pub fn security_groups(&self) -> impl Iterator<Item = &SecurityGroup> {
        self.security_groups.values()
    }

    /// The instances, by id.
    pub fn instances(&self) -> impl Iterator<Item = &Instance> {
        self.instances.values().map(Arc::as_ref)
    }

    /// An instance by id.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        self.instances.get(id).map(Arc::as_ref)
    }

    /// Where a subnet's default route leads from now on. Nothing happens where there is no such subnet.
    pub fn set_route(&mut self, subnet: &str, route: Route) {
        if let Some(subnet) = self.subnets.get_mut(subnet) {
            subnet.route = route;
        }
    }

    /// Whether something in `subnet`, with or without a public IP address, reaches the internet and so the registry.
    /// Source: Amazon ECS Developer Guide, "Fargate task networking".
    pub fn reaches_internet(&self, subnet: &str, public_ip: bool) -> bool {
        match self.subnets.get(subnet).map(|subnet| subnet.route) {
            Some(Route::InternetGateway) => public_ip,
            Some(Route::NatGateway) => true,
            Some(Route::Local) | None => false,
        }
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
