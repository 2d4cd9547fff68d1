//! Findings of enhanced scans: Amazon Inspector's shape.
//!
//! What the list of vulnerabilities does not hold (scores, exploits) is left out rather than made up.

use serde::Serialize;

use crate::cloud::ecr::place::Place;
use crate::cloud::ecr::scan::Finding;
use crate::cloud::ecr::state;
use crate::cloud::{Arn, Digest, Timestamp};

/// A vulnerability in a package of an image.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnhancedImageScanFinding {
    pub aws_account_id: String,
    pub description: String,
    pub finding_arn: String,
    pub first_observed_at: Timestamp,
    pub last_observed_at: Timestamp,
    pub package_vulnerability_details: PackageVulnerabilityDetails,
    pub remediation: Remediation,
    pub resources: Vec<Resource>,
    pub severity: &'static str,
    /// `ACTIVE`.
    pub status: &'static str,
    pub title: String,
    /// `PACKAGE_VULNERABILITY`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub updated_at: Timestamp,
    /// `YES`: the list knows no vulnerability without a fix.
    pub fix_available: &'static str,
}

/// The vulnerability.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageVulnerabilityDetails {
    pub reference_urls: Vec<String>,
    pub related_vulnerabilities: Vec<String>,
    /// Whose page it is on.
    pub source: &'static str,
    pub source_url: String,
    pub vendor_severity: String,
    pub vulnerability_id: String,
    pub vulnerable_packages: Vec<VulnerablePackage>,
}

/// The package.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VulnerablePackage {
    pub arch: &'static str,
    pub epoch: u32,
    pub name: String,
    /// `OS`.
    pub package_manager: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    pub version: String,
    pub fixed_in_version: String,
}

/// What to do.
#[derive(Clone, Debug, Serialize)]
pub struct Remediation {
    pub recommendation: Recommendation,
}

/// Inspector says no more than this for packages of an operating system.
#[derive(Clone, Debug, Serialize)]
pub struct Recommendation {
    pub text: &'static str,
}

/// What is affected.
#[derive(Clone, Debug, Serialize)]
pub struct Resource {
    pub details: ResourceDetails,
    pub id: String,
    /// `AWS_ECR_CONTAINER_IMAGE`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Details by the kind of resource.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceDetails {
    pub aws_ecr_container_image: AwsEcrContainerImageDetails,
}

/// The image.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AwsEcrContainerImageDetails {
    pub architecture: &'static str,
    pub image_hash: Digest,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_tags: Vec<String>,
    pub platform: String,
    pub pushed_at: Timestamp,
    pub registry: String,
    pub repository_name: String,
}

impl EnhancedImageScanFinding {
    pub(super) fn new(place: &Place, image: &state::Image, tags: &[&str], of: &Finding, at: Timestamp) -> Self {
        let region = place.region().map_or("", |region| region.as_str());
        let account = place.account.as_str();
        let id = Digest::of(format!("{} {} {} {}", place.arn(), image.digest, of.name, of.package).as_bytes()).hex();
        let finding = format!("finding/{}", id.get(..32).unwrap_or_default());
        let (epoch, version, release) = split_version(&of.version);
        Self {
            aws_account_id: account.to_owned(),
            description: of.description.clone(),
            finding_arn: Arn::new("inspector2", region, account, &finding).to_string(),
            first_observed_at: at,
            last_observed_at: at,
            package_vulnerability_details: PackageVulnerabilityDetails {
                reference_urls: vec![of.uri.clone()],
                related_vulnerabilities: Vec::new(),
                source: of.distribution.vulnerability_source(),
                source_url: of.uri.clone(),
                vendor_severity: of.severity.as_str().to_ascii_lowercase(),
                vulnerability_id: of.name.clone(),
                vulnerable_packages: vec![VulnerablePackage {
                    arch: "X86_64",
                    epoch,
                    name: of.package.clone(),
                    package_manager: "OS",
                    release,
                    version,
                    fixed_in_version: of.fixed.clone(),
                }],
            },
            remediation: Remediation { recommendation: Recommendation { text: "None Provided" } },
            resources: vec![Resource {
                details: ResourceDetails {
                    aws_ecr_container_image: AwsEcrContainerImageDetails {
                        architecture: "amd64",
                        image_hash: image.digest.clone(),
                        image_tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                        platform: of.distribution.platform(&of.release),
                        pushed_at: image.pushed_at,
                        registry: account.to_owned(),
                        repository_name: place.name.clone(),
                    },
                },
                id: format!("{}/{}", place.arn(), image.digest),
                kind: "AWS_ECR_CONTAINER_IMAGE",
            }],
            severity: of.severity.as_str(),
            status: "ACTIVE",
            title: format!("{} - {}", of.name, of.package),
            kind: "PACKAGE_VULNERABILITY",
            updated_at: at,
            fix_available: "YES",
        }
    }
}

/// `1:1.2.11.dfsg-2` is epoch 1, version `1.2.11.dfsg`, release `2`.
fn split_version(version: &str) -> (u32, String, Option<String>) {
    let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
    match rest.rsplit_once('-') {
        Some((version, release)) => (epoch.parse().unwrap_or(0), version.to_owned(), Some(release.to_owned())),
        None => (epoch.parse().unwrap_or(0), rest.to_owned(), None),
    }
}
