//! Scans of images and what they found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::enhanced::{About, EnhancedImageScanFinding};
use super::image_list::find;
use super::shapes::ImageIdentifier;
use crate::cloud::ecr::place::{Place, ask};
use crate::cloud::ecr::scan::{self, Finding, Outcome, SCAN_EVERY, Scan};
use crate::cloud::ecr::{errors, paging, state};
use crate::cloud::oci::ImageConfig;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Duration, Operation, Service, Timestamp};

/// How a scan stands.
#[derive(Clone, Debug, Serialize)]
pub struct ImageScanStatus {
    /// Such as `COMPLETE`.
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'static str>,
}

/// How long after its last push or pull an image is scanned again. Source: Amazon ECR User Guide, "Enhanced scanning".
const ELIGIBLE: Duration = Duration::days(30);

impl ImageScanStatus {
    fn new(status: &'static str, description: Option<&'static str>) -> Self {
        Self { status, description }
    }

    /// Source of the descriptions: observed; those of the expired and the archived image are inferred.
    fn of(image: &state::Image, scan: &Scan, continuous: bool, now: Timestamp) -> Self {
        if image.archived_at.is_some() {
            return Self::new("IMAGE_ARCHIVED", Some("The image is archived and is not scanned."));
        }
        let seen = image.activated_at.max(image.last_pulled_at).unwrap_or(image.pushed_at).max(image.pushed_at);
        match &scan.outcome {
            Outcome::InProgress if scan.enhanced => Self::new("PENDING", None),
            Outcome::InProgress => Self::new("IN_PROGRESS", None),
            Outcome::Complete { .. } if scan.enhanced && continuous && now - seen > ELIGIBLE => {
                Self::new("SCAN_ELIGIBILITY_EXPIRED", Some("The image is no longer eligible for continuous scans."))
            }
            Outcome::Complete { .. } if scan.enhanced && continuous => {
                Self::new("ACTIVE", Some("Continuous scan is selected for image."))
            }
            Outcome::Complete { .. } => Self::new("COMPLETE", Some("The scan was completed successfully.")),
            Outcome::Unsupported if scan.enhanced => Self::new("UNSUPPORTED_IMAGE", None),
            Outcome::Unsupported => Self::new(
                "FAILED",
                Some("UnsupportedImageError: The operating system and/or package manager are not supported."),
            ),
        }
    }
}

/// Starts a scan.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StartImageScan {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_id: ImageIdentifier,
}

/// The scan has begun.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StartImageScanOutput {
    pub registry_id: String,
    pub repository_name: String,
    pub image_id: ImageIdentifier,
    pub image_scan_status: ImageScanStatus,
}

impl Operation for StartImageScan {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "StartImageScan";
    type Output = StartImageScanOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:StartImageScan")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<StartImageScanOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let now = cloud.now();
        let image = find(place.repository(cloud)?, &place, &self.image_id)?;
        // Source: observed. Enhanced scanning knows no scan by hand.
        if place.state(cloud).is_some_and(|state| state.scanning.enhanced) {
            return Err(errors::validation("This feature is disabled"));
        }
        if image.archived_at.is_some() {
            return Err(ApiError::new(
                "ImageArchivedException",
                "The specified image is archived and cannot be scanned.",
            ));
        }
        if image.is_index() {
            // Inferred: the model says what it means, not its text.
            return Err(ApiError::new(
                "UnsupportedImageTypeException",
                format!("The image with media type '{}' cannot be scanned", image.media_type),
            ));
        }
        if image.scan.as_ref().is_some_and(|scan| now - scan.started_at < SCAN_EVERY) {
            return Err(ApiError::new(
                "LimitExceededException",
                "The scan quota per image has been exceeded. Wait and try again.",
            ));
        }
        let digest = image.digest.clone();
        scan::start(cloud, &place, &digest, false);
        Ok(StartImageScanOutput {
            registry_id: place.account.to_string(),
            repository_name: place.name,
            image_id: ImageIdentifier::both(&digest, self.image_id.image_tag.as_deref()),
            image_scan_status: ImageScanStatus::new("IN_PROGRESS", None),
        })
    }
}

/// Reads what a scan found.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeImageScanFindings {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_id: ImageIdentifier,
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
}

/// A scan and a page of its findings.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeImageScanFindingsOutput {
    pub registry_id: String,
    pub repository_name: String,
    pub image_id: ImageIdentifier,
    pub image_scan_status: ImageScanStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_scan_findings: Option<ImageScanFindings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// What was found.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageScanFindings {
    pub image_scan_completed_at: Timestamp,
    pub vulnerability_source_updated_at: Timestamp,
    /// Only severities that occur.
    pub finding_severity_counts: BTreeMap<&'static str, u32>,
    /// Of a basic scan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<Vec<ImageScanFinding>>,
    /// Of an enhanced scan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced_findings: Option<Vec<EnhancedImageScanFinding>>,
}

impl ImageScanFindings {
    fn empty(at: Timestamp) -> Self {
        Self {
            image_scan_completed_at: at,
            vulnerability_source_updated_at: scan::source_updated_at(),
            finding_severity_counts: BTreeMap::new(),
            findings: None,
            enhanced_findings: None,
        }
    }

    fn count(&mut self, severities: impl Iterator<Item = &'static str>) {
        for severity in severities {
            *self.finding_severity_counts.entry(severity).or_insert(0) += 1;
        }
    }
}

/// An image's config, which says what it is made for and by whom.
fn config(cloud: &Cloud, place: &Place, image: &state::Image) -> Option<ImageConfig> {
    let blob = place.layers(cloud)?.get_for(image.config()?, &place.name)?;
    ImageConfig::parse(blob.as_bytes()).ok()
}

/// A vulnerability in a package.
#[derive(Clone, Debug, Serialize)]
pub struct ImageScanFinding {
    pub name: String,
    pub description: String,
    pub uri: String,
    pub severity: &'static str,
    pub attributes: Vec<Attribute>,
}

/// A detail of a finding.
#[derive(Clone, Debug, Serialize)]
pub struct Attribute {
    /// `package_name` or `package_version`.
    pub key: &'static str,
    pub value: String,
}

impl From<&Finding> for ImageScanFinding {
    fn from(finding: &Finding) -> Self {
        Self {
            name: finding.vulnerability.name.clone(),
            description: finding.vulnerability.description.clone(),
            uri: finding.uri(),
            severity: finding.vulnerability.severity().as_str(),
            attributes: vec![
                Attribute { key: "package_version", value: finding.package.version.clone() },
                Attribute { key: "package_name", value: finding.package.name.clone() },
            ],
        }
    }
}

impl Operation for DescribeImageScanFindings {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DescribeImageScanFindings";
    type Output = DescribeImageScanFindingsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:DescribeImageScanFindings")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeImageScanFindingsOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let id = &self.image_id;
        let image: &state::Image = find(place.repository(cloud)?, &place, id)?;
        let scan = image
            .scan
            .as_ref()
            .ok_or_else(|| place.in_().scan_not_found(id.image_digest.as_deref(), id.image_tag.as_deref()))?;
        let state = place.state(cloud);
        let rule = state.and_then(|state| state.scanning.rule_for(&place.name));
        let continuous = rule.is_some_and(|rule| rule.scan_frequency == "CONTINUOUS_SCAN");
        let image_scan_status = ImageScanStatus::of(image, scan, continuous, cloud.now());
        let (mut next_token, mut image_scan_findings) = (None, None);
        if let Outcome::Complete { at, findings, system } = &scan.outcome {
            let mut shown = ImageScanFindings::empty(*at);
            if scan.enhanced {
                let about = About {
                    place: &place,
                    image,
                    tags: place.repository(cloud)?.tags_of(&image.digest),
                    config: config(cloud, &place, image),
                    system: system.as_ref(),
                    at: *at,
                };
                let all = EnhancedImageScanFinding::all(&about, findings);
                shown.count(all.iter().map(|finding| finding.severity));
                let (page, next) = paging::page(all.into_iter(), self.max_results, 1000, self.next_token.as_deref())?;
                (shown.enhanced_findings, next_token) = (Some(page), next);
            } else {
                shown.count(findings.iter().map(|finding| finding.vulnerability.severity().as_str()));
                let all = findings.iter().map(ImageScanFinding::from);
                let (page, next) = paging::page(all, self.max_results, 1000, self.next_token.as_deref())?;
                (shown.findings, next_token) = (Some(page), next);
            }
            image_scan_findings = Some(shown);
        }
        Ok(DescribeImageScanFindingsOutput {
            registry_id: place.account.to_string(),
            repository_name: place.name.clone(),
            image_id: ImageIdentifier::both(&image.digest, id.image_tag.as_deref()),
            image_scan_status,
            image_scan_findings,
            next_token,
        })
    }
}
