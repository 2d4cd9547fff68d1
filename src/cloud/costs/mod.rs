//! What a month costs, estimated from what is there: ECR's storage, transfer, the network's hours, instances, Fargate, EKS.
//!
//! Everything is computed: quantities from the state and from the trail's last 30 days, prices from `assets/prices.json`, which
//! says whence and of when each is, and which are estimates. Not here, and the command says so: the instances' volumes, Lambda,
//! S3's buckets, logs, keys, secrets, requests; nor what is free of charge anyway (transfer inside a
//! region, gateway endpoints). No free tier but the monthly gigabytes of transfer out that every account has.

mod lifecycle;
mod prices;
mod usage;

pub use lifecycle::{Saving, saving};
pub use prices::{Price, Prices, as_of};

use super::{AccountId, Cloud, Region};

/// What is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    StorageStandard,
    StorageArchive,
    TransferInternet,
    TransferRegion,
    NatHours,
    NatData,
    EndpointHours,
    EndpointData,
    FargateCpu,
    FargateMemory,
    InstanceHours,
    EksHours,
    PublicAddresses,
}

impl Item {
    /// The key of its name in the texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::StorageStandard => "costs-storage-standard",
            Self::StorageArchive => "costs-storage-archive",
            Self::TransferInternet => "costs-transfer-internet",
            Self::TransferRegion => "costs-transfer-region",
            Self::NatHours => "costs-nat-hours",
            Self::NatData => "costs-nat-data",
            Self::EndpointHours => "costs-endpoint-hours",
            Self::EndpointData => "costs-endpoint-data",
            Self::FargateCpu => "costs-fargate-cpu",
            Self::FargateMemory => "costs-fargate-memory",
            Self::InstanceHours => "costs-instance-hours",
            Self::EksHours => "costs-eks-hours",
            Self::PublicAddresses => "costs-public-addresses",
        }
    }

    /// What it is counted in.
    pub fn unit(self) -> Unit {
        match self {
            Self::StorageStandard | Self::StorageArchive => Unit::GigabyteMonths,
            Self::TransferInternet | Self::TransferRegion | Self::NatData | Self::EndpointData => Unit::Gigabytes,
            Self::NatHours | Self::EndpointHours | Self::InstanceHours | Self::EksHours | Self::PublicAddresses => {
                Unit::Hours
            }
            Self::FargateCpu => Unit::CpuHours,
            Self::FargateMemory => Unit::GigabyteHours,
        }
    }
}

/// What quantities are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    GigabyteMonths,
    Gigabytes,
    Hours,
    CpuHours,
    GigabyteHours,
}

impl Unit {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GigabyteMonths => "GB-month",
            Self::Gigabytes => "GB",
            Self::Hours => "h",
            Self::CpuHours => "vCPU-h",
            Self::GigabyteHours => "GB-h",
        }
    }
}

/// So much of something at a price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    pub item: Item,
    pub quantity: f64,
    /// Of one.
    pub price: Price,
}

impl Line {
    /// In US dollars.
    pub fn cost(&self) -> f64 {
        self.quantity * self.price.usd
    }
}

/// A month of an account in a region.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimate {
    /// What there is any of, in the order of [`Item`].
    pub lines: Vec<Line>,
    /// The region whose prices stand for those of the region itself, where those are not known.
    pub stand_in: Option<&'static str>,
}

impl Estimate {
    /// In US dollars.
    pub fn total(&self) -> f64 {
        self.lines.iter().map(Line::cost).sum()
    }
}

/// A gigabyte, as AWS bills it.
const GIGABYTE: f64 = 1_073_741_824.0;

fn gigabytes(bytes: u64) -> f64 {
    bytes as f64 / GIGABYTE
}

/// What a month costs an account in a region, as things are now.
pub fn estimate(cloud: &Cloud, account: &AccountId, region: &Region) -> Estimate {
    let (prices, stand_in) = prices::of(region);
    let usage = usage::of(cloud, account, region);
    let hours = prices::hours_per_month();
    let billed = (gigabytes(usage.internet) - prices::free_transfer()).max(0.0);
    let lines = [
        (Item::StorageStandard, gigabytes(usage.standard), prices.ecr_standard_gb),
        (Item::StorageArchive, gigabytes(usage.archive), prices.archive(gigabytes(usage.archive))),
        (Item::TransferInternet, billed, prices.transfer_internet_gb),
        (Item::TransferRegion, gigabytes(usage.other_region), prices.transfer_region_gb),
        (Item::NatHours, usage.nat_gateways as f64 * hours, prices.nat_hour + prices.public_ipv4_hour),
        (Item::NatData, gigabytes(usage.through_nat), prices.nat_gb),
        (Item::EndpointHours, usage.endpoint_interfaces as f64 * hours, prices.endpoint_hour),
        (Item::EndpointData, gigabytes(usage.through_endpoint), prices.endpoint_gb),
        (Item::FargateCpu, usage.fargate_cpu * hours, prices.fargate_vcpu_hour),
        (Item::FargateMemory, usage.fargate_memory * hours, prices.fargate_gb_hour),
        (Item::FargateCpu, usage.fargate_arm_cpu * hours, prices.fargate_arm_vcpu_hour),
        (Item::FargateMemory, usage.fargate_arm_memory * hours, prices.fargate_arm_gb_hour),
        (Item::EksHours, usage.eks_clusters as f64 * hours, prices::eks_cluster_hour()),
        (Item::PublicAddresses, usage.public_addresses as f64 * hours, prices.public_ipv4_hour),
    ];
    let instances = usage
        .instances
        .iter()
        .map(|(kind, count)| (Item::InstanceHours, *count as f64 * hours, prices::instance_hour(region, kind)));
    let line = |(item, quantity, price)| Line { item, quantity, price };
    let mut lines: Vec<Line> =
        lines.into_iter().chain(instances).map(line).filter(|line| line.quantity > 0.0).collect();
    lines.sort_by_key(|line| line.item);
    Estimate { lines, stand_in }
}
