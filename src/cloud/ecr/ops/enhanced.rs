//! Findings of enhanced scans: Amazon Inspector's shape.
//!
//! Inspector's own API also gives an EPSS score; ECR's answer has no member for it.

use serde::Serialize;

use crate::cloud::ecr::place::Place;
use crate::cloud::ecr::scan::{Cvss, Finding, Origin, Severity, System, Vulnerability};
use crate::cloud::ecr::state;
use crate::cloud::oci::ImageConfig;
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
    /// Amazon Inspector's: of an image, the base score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score_details: Option<ScoreDetails>,
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
    /// `YES` or `NO`. Inferred: Inspector has lists of its own; here it is CISA's catalogue of known exploited vulnerabilities.
    pub exploit_available: &'static str,
}

/// How Inspector came to its score.
#[derive(Clone, Debug, Serialize)]
pub struct ScoreDetails {
    pub cvss: CvssScoreDetails,
}

/// A score and what it was adjusted by.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CvssScoreDetails {
    pub adjustments: Vec<CvssScoreAdjustment>,
    pub score: f64,
    pub score_source: String,
    pub scoring_vector: String,
    pub version: &'static str,
}

/// A reason to adjust a score; an image has none.
#[derive(Clone, Copy, Debug, Serialize)]
pub enum CvssScoreAdjustment {}

/// A score as somebody gives it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CvssScore {
    pub base_score: f64,
    pub scoring_vector: String,
    pub source: String,
    pub version: &'static str,
}

/// The vulnerability.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageVulnerabilityDetails {
    pub cvss: Vec<CvssScore>,
    pub reference_urls: Vec<String>,
    pub related_vulnerabilities: Vec<String>,
    /// Whose page it is on.
    pub source: &'static str,
    pub source_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_created_at: Option<Timestamp>,
    pub vendor_severity: String,
    pub vulnerability_id: String,
    pub vulnerable_packages: Vec<VulnerablePackage>,
}

/// The package.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VulnerablePackage {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arch: Option<&'static str>,
    pub epoch: u32,
    /// Of a language's package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
    pub name: String,
    /// `OS`, or the kind of file that a language's package was found in.
    pub package_manager: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    pub source_layer_hash: Digest,
    pub version: String,
    pub fixed_in_version: String,
}

/// What to do.
#[derive(Clone, Debug, Serialize)]
pub struct Remediation {
    pub recommendation: Recommendation,
}

/// Inspector says no more than this for packages.
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
    pub architecture: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    pub image_hash: Digest,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    pub pushed_at: Timestamp,
    pub registry: String,
    pub repository_name: String,
}

/// The image that findings are about.
pub(super) struct About<'a> {
    pub(super) place: &'a Place,
    pub(super) image: &'a state::Image,
    pub(super) tags: Vec<&'a str>,
    pub(super) config: Option<ImageConfig>,
    pub(super) system: Option<&'a System>,
    /// When the scan ended.
    pub(super) at: Timestamp,
}

impl EnhancedImageScanFinding {
    /// One finding for each vulnerability, with all packages that have it. A package of the system and one of a language
    /// are told apart: others describe them.
    pub(super) fn all(about: &About<'_>, findings: &[Finding]) -> Vec<Self> {
        let mut groups: Vec<(&Finding, Vec<&Finding>)> = Vec::new();
        for finding in findings {
            let same =
                |of: &Finding| of.vulnerability.name == finding.vulnerability.name && of.source() == finding.source();
            match groups.iter_mut().find(|(first, _)| same(first)) {
                Some((_, group)) => group.push(finding),
                None => groups.push((finding, vec![finding])),
            }
        }
        groups.into_iter().map(|(first, group)| Self::new(about, first, &group)).collect()
    }

    fn new(about: &About<'_>, of: &Finding, group: &[&Finding]) -> Self {
        let place = about.place;
        let region = place.region().map_or("", |region| region.as_str());
        let account = place.account.as_str();
        let Vulnerability { name, description, cvss, advisory, exploited, .. } = of.vulnerability;
        let about_what = format!("{} {} {name} {}", place.arn(), about.image.digest, of.source());
        let id = Digest::of(about_what.as_bytes()).hex();
        let finding = format!("finding/{}", id.get(..32).unwrap_or_default());
        let mut packages: Vec<&str> = group.iter().map(|one| one.package.name.as_str()).collect();
        packages.dedup();
        let score = of.vulnerability.score();
        let severity = match of.vulnerability.severity() {
            Severity::Undefined => "UNTRIAGED",
            severity => severity.as_str(),
        };
        Self {
            aws_account_id: account.to_owned(),
            description: description.clone(),
            finding_arn: Arn::new("inspector2", region, account, &finding).to_string(),
            first_observed_at: about.at,
            last_observed_at: about.at,
            package_vulnerability_details: PackageVulnerabilityDetails {
                cvss: cvss.as_ref().zip(score).map(|(cvss, score)| CvssScore::new(cvss, score)).into_iter().collect(),
                reference_urls: vec![of.uri()],
                related_vulnerabilities: advisory.iter().cloned().collect(),
                source: of.source(),
                source_url: of.uri(),
                vendor_created_at: of.vulnerability.published_at(),
                vendor_severity: severity.to_ascii_lowercase(),
                vulnerability_id: name.clone(),
                vulnerable_packages: group
                    .iter()
                    .map(|one| VulnerablePackage::new(one, about.architecture()))
                    .collect(),
            },
            remediation: Remediation { recommendation: Recommendation { text: "None Provided" } },
            resources: vec![Resource::new(about)],
            score,
            score_details: cvss.as_ref().zip(score).map(|(cvss, score)| ScoreDetails::new(cvss, score)),
            severity,
            status: "ACTIVE",
            title: format!("{name} - {}", packages.join(", ")),
            kind: "PACKAGE_VULNERABILITY",
            updated_at: about.at,
            fix_available: "YES",
            exploit_available: if *exploited { "YES" } else { "NO" },
        }
    }
}

impl About<'_> {
    /// As the image's config says it, such as `amd64`.
    fn architecture(&self) -> &str {
        self.config.as_ref().map_or("amd64", |config| &config.architecture)
    }
}

impl CvssScore {
    fn new(of: &Cvss, base_score: f64) -> Self {
        Self { base_score, scoring_vector: of.vector.clone(), source: of.source.clone(), version: "3.1" }
    }
}

impl ScoreDetails {
    /// For an image Inspector knows no reason to adjust the score: that takes a network.
    /// Source: Amazon Inspector User Guide, "Amazon Inspector score".
    fn new(of: &Cvss, score: f64) -> Self {
        let (score_source, scoring_vector) = (of.source.clone(), of.vector.clone());
        Self { cvss: CvssScoreDetails { adjustments: Vec::new(), score, score_source, scoring_vector, version: "3.1" } }
    }
}

impl VulnerablePackage {
    fn new(of: &Finding, architecture: &str) -> Self {
        let package = &of.package;
        let common = Self {
            arch: None,
            epoch: 0,
            file_path: None,
            name: package.name.clone(),
            package_manager: "OS",
            release: None,
            source_layer_hash: package.layer.clone(),
            version: package.version.clone(),
            fixed_in_version: of.fixed.to_owned(),
        };
        match &package.origin {
            Origin::Language { manager, path } => {
                Self { file_path: Some(path.clone()), package_manager: manager.as_str(), ..common }
            }
            Origin::System(_) => {
                let (epoch, version, release) = split_version(&package.version);
                let (fixed_epoch, fixed, fixed_release) = split_version(of.fixed);
                let fixed = fixed_release.map_or(fixed.clone(), |release| format!("{fixed}-{release}"));
                Self {
                    arch: Some(if architecture == "arm64" { "ARM64" } else { "X86_64" }),
                    epoch,
                    version,
                    release,
                    // Source: Amazon Inspector User Guide, example of a finding's event: the epoch is always said.
                    fixed_in_version: format!("{fixed_epoch}:{fixed}"),
                    ..common
                }
            }
        }
    }
}

impl Resource {
    fn new(about: &About<'_>) -> Self {
        let (place, image) = (about.place, about.image);
        let details = AwsEcrContainerImageDetails {
            architecture: about.architecture().to_owned(),
            author: about.config.as_ref().and_then(|config| config.author.clone()),
            image_hash: image.digest.clone(),
            image_tags: about.tags.iter().map(|tag| (*tag).to_owned()).collect(),
            platform: about.system.map(|system| system.distribution.platform(&system.release)),
            pushed_at: image.pushed_at,
            registry: place.account.to_string(),
            repository_name: place.name.clone(),
        };
        Self {
            details: ResourceDetails { aws_ecr_container_image: details },
            id: format!("{}/{}", place.arn(), image.digest),
            kind: "AWS_ECR_CONTAINER_IMAGE",
        }
    }
}

/// `1:1.2.11.dfsg-2` is epoch 1, version `1.2.11.dfsg`, release `2`.
fn split_version(version: &str) -> (u32, String, Option<String>) {
    let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
    let (version, release) = rest.rsplit_once('-').map_or((rest, None), |(version, release)| (version, Some(release)));
    (epoch.parse().unwrap_or(0), version.to_owned(), release.map(str::to_owned))
}
