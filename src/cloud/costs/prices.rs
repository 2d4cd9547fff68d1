//! Prices, as data: `assets/prices.json`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::cloud::Region;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceList {
    as_of: String,
    source: String,
    hours_per_month: f64,
    free_transfer_gb: f64,
    /// How much of the archive costs as much as other storage.
    archive_first_tier_gb: f64,
    regions: BTreeMap<String, Prices>,
}

/// A region's prices, in US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    pub ecr_standard_gb: f64,
    pub ecr_archive_gb: f64,
    /// Beyond the first 150 TB.
    pub ecr_archive_later_gb: f64,
    pub ecr_restore_gb: f64,
    pub transfer_internet_gb: f64,
    pub transfer_region_gb: f64,
    pub nat_hour: f64,
    pub nat_gb: f64,
    /// A NAT gateway's own address.
    pub public_ipv4_hour: f64,
    /// For each subnet that an interface endpoint is in.
    pub endpoint_hour: f64,
    pub endpoint_gb: f64,
    pub fargate_vcpu_hour: f64,
    pub fargate_gb_hour: f64,
    pub fargate_arm_vcpu_hour: f64,
    pub fargate_arm_gb_hour: f64,
}

impl Prices {
    /// The price of a gigabyte in the archive, when there are so many: no less than elsewhere for the first 150 TB.
    pub fn archive(&self, gigabytes: f64) -> f64 {
        let first = gigabytes.min(LIST.archive_first_tier_gb);
        if gigabytes <= 0.0 {
            return self.ecr_archive_gb;
        }
        (first * self.ecr_archive_gb + (gigabytes - first) * self.ecr_archive_later_gb) / gigabytes
    }
}

/// Where prices are known at least.
const STAND_IN: &str = "us-east-1";

// INVARIANT: constant data, read once; never written after.
static LIST: LazyLock<PriceList> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../assets/prices.json")).unwrap_or_else(|_| PriceList {
        as_of: String::new(),
        source: String::new(),
        hours_per_month: 0.0,
        free_transfer_gb: 0.0,
        archive_first_tier_gb: 0.0,
        regions: BTreeMap::new(),
    })
});

/// The prices of a region, and the region that they are of if they stand in.
pub fn of(region: &Region) -> (Prices, Option<&'static str>) {
    match LIST.regions.get(region.as_str()) {
        Some(prices) => (*prices, None),
        None => (LIST.regions.get(STAND_IN).copied().unwrap_or_default(), Some(STAND_IN)),
    }
}

/// Of when the prices are: `2026-03`.
pub fn as_of() -> &'static str {
    &LIST.as_of
}

/// Whence the prices are.
pub fn source() -> &'static str {
    &LIST.source
}

pub(super) fn hours_per_month() -> f64 {
    LIST.hours_per_month
}

pub(super) fn free_transfer() -> f64 {
    LIST.free_transfer_gb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_list_can_be_read_and_is_whole() {
        assert!(LIST.regions.len() >= 2 && LIST.regions.contains_key(STAND_IN) && !LIST.source.is_empty());
        assert_eq!((LIST.hours_per_month, as_of().len()), (730.0, 7));
        assert_eq!(of(&Region::new("eu-west-3")), (of(&Region::new(STAND_IN)).0, Some(STAND_IN)));
    }

    #[test]
    fn the_archive_is_cheaper_only_beyond_its_first_tier() {
        let (prices, _) = of(&Region::home());
        assert_eq!(prices.archive(1.0), prices.ecr_standard_gb);
        let twice = prices.archive(2.0 * LIST.archive_first_tier_gb);
        assert!((twice - f64::midpoint(prices.ecr_archive_gb, prices.ecr_archive_later_gb)).abs() < 1e-12);
    }
}
