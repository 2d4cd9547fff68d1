//! Partitions and the regions in them: what the third part of an ARN and the end of a host name follow from.
//!
//! Source: AWS General Reference, "AWS Regions" and "Amazon ECR endpoints", 2026. The isolated partitions are left out.

/// A group of regions with accounts, names and endpoints of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Partition {
    /// The commercial regions.
    Aws,
    /// The regions in China.
    China,
    /// The GovCloud regions in the US.
    GovCloud,
}

/// The commercial regions.
pub const REGIONS: [&str; 34] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

const CHINA: [&str; 2] = ["cn-north-1", "cn-northwest-1"];
const GOV_CLOUD: [&str; 2] = ["us-gov-east-1", "us-gov-west-1"];

impl Partition {
    /// The partition of a region by the form of its name; what has no other's form, and no region at all, is commercial.
    pub fn of(region: &str) -> Self {
        if region.starts_with("cn-") {
            Self::China
        } else if region.starts_with("us-gov-") {
            Self::GovCloud
        } else {
            Self::Aws
        }
    }

    /// As an ARN writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// What the host names of its services end in.
    pub fn dns_suffix(self) -> &'static str {
        match self {
            Self::Aws | Self::GovCloud => "amazonaws.com",
            Self::China => "amazonaws.com.cn",
        }
    }

    /// Its regions, by name.
    pub fn regions(self) -> &'static [&'static str] {
        match self {
            Self::Aws => &REGIONS,
            Self::China => &CHINA,
            Self::GovCloud => &GOV_CLOUD,
        }
    }
}

/// Whether AWS has the region.
pub fn is_region(name: &str) -> bool {
    Partition::of(name).regions().contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_tells_its_partition() {
        for (region, partition, there) in [
            ("ap-northeast-2", Partition::Aws, true),
            ("cn-north-1", Partition::China, true),
            ("us-gov-west-1", Partition::GovCloud, true),
            ("us-east-9", Partition::Aws, false),
            ("", Partition::Aws, false),
        ] {
            assert_eq!((Partition::of(region), is_region(region)), (partition, there), "{region}");
        }
        assert!(REGIONS.is_sorted());
    }
}
