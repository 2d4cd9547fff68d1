//! EC2 instances, as far as the network and ECS know them.

use super::Place;
use crate::cloud::Timestamp;

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
    /// Its security groups, by id.
    pub security_groups: Vec<String>,
    /// When it was launched.
    pub launched: Timestamp,
    /// Its processor.
    pub architecture: Architecture,
    /// Its size.
    pub instance_type: InstanceType,
    /// How its ECS agent is set to pull.
    pub pull_behavior: PullBehavior,
    /// The Auto Scaling group that launched it.
    pub auto_scaling_group: Option<String>,
    /// Whether EC2 may take it back, and what its agent does then.
    pub spot: Option<Spot>,
    /// Keys and values, in the order given.
    pub tags: Vec<(String, String)>,
}

/// A Spot Instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spot {
    /// The agent's `ECS_ENABLE_SPOT_INSTANCE_DRAINING`: whether it drains its instance when EC2 warns.
    pub drains: bool,
}

/// How an ECS agent pulls: `ECS_IMAGE_PULL_BEHAVIOR`. Source: Amazon ECS Developer Guide, "Amazon ECS container agent
/// configuration".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum PullBehavior {
    /// Pulls, and takes the image from the cache where that fails.
    #[default]
    Default,
    /// Pulls, and fails where that fails.
    Always,
    /// Takes the image from the cache where the instance pulled it before and did not clean it up since.
    Once,
    /// Takes the image from the cache where it is there, and never cleans it up.
    PreferCached,
}

impl PullBehavior {
    /// By its name in the agent's configuration.
    pub fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "default" => Self::Default,
            "always" => Self::Always,
            "once" => Self::Once,
            "prefer-cached" => Self::PreferCached,
            _ => return None,
        })
    }
}

impl Instance {
    /// Where its connections start.
    pub fn place(&self) -> Place {
        Place {
            subnet: self.subnet.clone(),
            address: self.private_ip.clone(),
            public_ip: self.public_ip,
            groups: self.security_groups.clone(),
        }
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
