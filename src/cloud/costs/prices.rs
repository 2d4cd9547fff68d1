//! Prices, as data: `assets/prices.json`.

use std::collections::BTreeMap;
use std::ops::Add;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::cloud::Region;

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceList {
    /// For who reads the file.
    #[serde(rename = "about")]
    _about: IgnoredAny,
    /// The oldest month in which a price was checked.
    as_of: String,
    /// For who reads the file: whence prices are.
    #[serde(rename = "sources")]
    _sources: IgnoredAny,
    hours_per_month: f64,
    free_transfer_gb: f64,
    /// How much of the archive costs as much as other storage.
    archive_first_tier_gb: f64,
    /// A cluster's control plane, the same everywhere while its version has standard support.
    eks_cluster_hour: Price,
    /// By region and type.
    instance_hours: BTreeMap<String, BTreeMap<String, Price>>,
    regions: BTreeMap<String, Prices>,
}

/// A price as the file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Quote {
    usd: f64,
    /// Where it was found, if anywhere.
    source: Option<String>,
    /// When it was found there last.
    checked: Option<String>,
}

/// What one of something costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(from = "Quote")]
pub struct Price {
    pub usd: f64,
    /// Whether it is known to be AWS's, and no estimate.
    pub confirmed: bool,
}

impl From<Quote> for Price {
    fn from(quote: Quote) -> Self {
        Self { usd: quote.usd, confirmed: quote.source.is_some() && quote.checked.is_some() }
    }
}

impl Add for Price {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { usd: self.usd + other.usd, confirmed: self.confirmed && other.confirmed }
    }
}

/// A region's prices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    pub ecr_standard_gb: Price,
    pub ecr_archive_gb: Price,
    /// Beyond the first 150 TB.
    pub ecr_archive_later_gb: Price,
    pub ecr_restore_gb: Price,
    pub transfer_internet_gb: Price,
    pub transfer_region_gb: Price,
    pub nat_hour: Price,
    pub nat_gb: Price,
    /// Each public address, used or not.
    pub public_ipv4_hour: Price,
    /// For each subnet that an interface endpoint is in.
    pub endpoint_hour: Price,
    pub endpoint_gb: Price,
    pub fargate_vcpu_hour: Price,
    pub fargate_gb_hour: Price,
    pub fargate_arm_vcpu_hour: Price,
    pub fargate_arm_gb_hour: Price,
}

impl Prices {
    /// The price of a gigabyte in the archive, when there are so many: no less than elsewhere for the first 150 TB.
    pub fn archive(&self, gigabytes: f64) -> Price {
        let later = gigabytes - LIST.archive_first_tier_gb;
        if later <= 0.0 {
            return self.ecr_archive_gb;
        }
        let (first, rest) = (self.ecr_archive_gb, self.ecr_archive_later_gb);
        let usd = (LIST.archive_first_tier_gb * first.usd + later * rest.usd) / gigabytes;
        Price { usd, confirmed: first.confirmed && rest.confirmed }
    }
}

/// Where prices are known at least.
const STAND_IN: &str = "us-east-1";

const FILE: &str = include_str!("../../../assets/prices.json");

// INVARIANT: constant data, read once; never written after.
static LIST: LazyLock<PriceList> = LazyLock::new(|| {
    serde_json::from_str(FILE).unwrap_or_else(|_| PriceList {
        _about: IgnoredAny,
        as_of: String::new(),
        _sources: IgnoredAny,
        hours_per_month: 0.0,
        free_transfer_gb: 0.0,
        archive_first_tier_gb: 0.0,
        eks_cluster_hour: Price::default(),
        instance_hours: BTreeMap::new(),
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

/// Since when the prices are at least: `2026-03`.
pub fn as_of() -> &'static str {
    &LIST.as_of
}

pub(super) fn hours_per_month() -> f64 {
    LIST.hours_per_month
}

pub(super) fn eks_cluster_hour() -> Price {
    LIST.eks_cluster_hour
}

/// What an hour of an instance of this type costs in a region; where its prices are not known, what it does where they are.
pub(super) fn instance_hour(region: &Region, instance_type: &str) -> Price {
    let prices = LIST.instance_hours.get(region.as_str()).or_else(|| LIST.instance_hours.get(STAND_IN));
    prices.and_then(|prices| prices.get(instance_type)).copied().unwrap_or_default()
}

pub(super) fn free_transfer() -> f64 {
    LIST.free_transfer_gb
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_price_list_can_be_read_and_is_whole() {
        assert!(LIST.regions.len() >= 2 && LIST.regions.contains_key(STAND_IN));
        assert_eq!((LIST.hours_per_month, as_of().len()), (730.0, 7));
        assert_eq!(of(&Region::new("eu-west-3")), (of(&Region::new(STAND_IN)).0, Some(STAND_IN)));
    }

    #[test]
    fn every_price_says_whence_and_of_when_it_is_or_neither() {
        let list: Value = serde_json::from_str(FILE).unwrap();
        let regions = list["regions"].as_object().unwrap().values();
        let quotes: Vec<&Value> = regions.flat_map(|prices| prices.as_object().unwrap().values()).collect();
        for quote in &quotes {
            match (quote["source"].as_str(), quote["checked"].as_str()) {
                (Some(source), Some(month)) => {
                    assert!(list["sources"][source].is_string() && month.len() == 7, "{quote}")
                }
                said => assert_eq!(said, (None, None), "{quote}"),
            }
        }
        assert_eq!(quotes.iter().filter_map(|quote| quote["checked"].as_str()).min(), Some(as_of()));
        assert!(!(of(&Region::home()).0.ecr_archive_gb.confirmed), "no list of Seoul's archive was to be had");
    }

    #[test]
    fn every_instance_type_has_a_price_wherever_others_have() {
        let known: Vec<_> = LIST.regions.keys().collect();
        assert_eq!(LIST.instance_hours.keys().collect::<Vec<_>>(), known);
        for region in known {
            for kind in crate::cloud::net::INSTANCE_TYPES {
                assert!(instance_hour(&Region::new(region), kind.name).usd > 0.0, "{} in {region}", kind.name);
            }
        }
    }

    #[test]
    fn the_archive_is_cheaper_only_beyond_its_first_tier() {
        let (prices, _) = of(&Region::home());
        assert_eq!(prices.archive(1.0).usd, prices.ecr_standard_gb.usd);
        let twice = prices.archive(2.0 * LIST.archive_first_tier_gb).usd;
        assert!((twice - f64::midpoint(prices.ecr_archive_gb.usd, prices.ecr_archive_later_gb.usd)).abs() < 1e-12);
    }
}
