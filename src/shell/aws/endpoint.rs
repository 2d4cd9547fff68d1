//! Regions and the addresses of services in them.

use super::error::Failure;
use crate::cloud::{Partition, is_region};

/// The region that global services live in.
const GLOBAL: &str = "us-east-1";

/// Whether a service has one endpoint for all regions, or S3's old one, and needs none to be configured.
fn is_global(service: &str) -> bool {
    matches!(service, "iam" | "s3api" | "sts")
}

/// The region to call a service in.
///
/// # Errors
/// Without a region, or with one that cannot be part of a host name.
pub(super) fn region(service: &str, configured: Option<String>) -> Result<String, Failure> {
    let Some(region) = configured else {
        if is_global(service) {
            return Ok(GLOBAL.to_owned());
        }
        return Err(Failure::Configuration {
            code: "NoRegion",
            message: "You must specify a region. You can also configure your region by running \"aws configure\"."
                .into(),
        });
    };
    let is_label = (1..=63).contains(&region.len())
        && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !region.starts_with('-')
        && !region.ends_with('-')
        && !region.bytes().all(|b| b.is_ascii_digit());
    if is_label {
        Ok(region)
    } else {
        Err(Failure::Other(format!("Provided region_name '{region}' doesn't match a supported format.")))
    }
}

/// Connects: fails where no such host is.
///
/// # Errors
/// `Could not connect to the endpoint URL`.
pub(super) fn connect(service: &str, region: &str, endpoint_url: Option<&str>) -> Result<(), Failure> {
    let suffix = Partition::of(region).dns_suffix();
    let own = match service {
        "ecr" | "ecr-public" => format!("https://api.{service}.{region}.{suffix}/"),
        "iam" => "https://iam.amazonaws.com/".to_owned(),
        "s3api" => format!("https://s3.{region}.{suffix}/"),
        _ => format!("https://{service}.{region}.{suffix}/"),
    };
    let host_exists = match service {
        "iam" => true,
        // Source: Amazon ECR Public User Guide: its API is in these regions only.
        "ecr-public" => matches!(region, "us-east-1" | "us-west-2"),
        _ => is_region(region),
    };
    let wanted = endpoint_url.map(|url| format!("{}/", url.trim_end_matches('/')));
    match wanted {
        None if host_exists => Ok(()),
        Some(url) if url == own && host_exists => Ok(()),
        wanted => Err(Failure::Other(format!("Could not connect to the endpoint URL: \"{}\"", wanted.unwrap_or(own)))),
    }
}
