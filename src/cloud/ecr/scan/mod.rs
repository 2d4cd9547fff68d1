//! Scanning: the packages in an image's layers against a list of known vulnerabilities.
//!
//! [`packages`](self::packages) reads the package databases that Alpine and Debian keep inside an image, [`languages`] what
//! npm, pip, Maven and Go leave there; [`version`] orders their versions, [`vulnerability`] holds the list, [`cvss`] says how
//! bad each is. Nothing is invented: an image without a known package in an old version has no findings, and one that does
//! not say what is installed can't be scanned.

mod cvss;
mod languages;
mod packages;
mod version;
mod vulnerability;

pub use languages::{Language, Manager};
pub use packages::{Distribution, Inventory, Origin, Package, System};
pub use version::compare_releases;
pub use vulnerability::{Cvss, Finding, Severity, Vulnerability, find, source_updated_at};

use std::collections::BTreeMap;
use std::sync::Arc;

use super::image::Image;
use super::place::Place;
use super::state::Due;
use crate::cloud::oci;
use crate::cloud::s3::LayerStore;
use crate::cloud::{Arn, Cloud, Digest, Duration, EventKind, Timestamp, events};

/// How long a scan takes. Ours: AWS says no more than "within minutes".
pub const SCAN_TIME: Duration = Duration::seconds(12);

/// An image can be scanned once in so long. Source: Amazon ECR service model, StartImageScan.
pub const SCAN_EVERY: Duration = Duration::hours(24);

/// A scan of an image.
#[derive(Clone, Debug)]
pub struct Scan {
    pub started_at: Timestamp,
    /// Whether it is Amazon Inspector's; else basic.
    pub enhanced: bool,
    pub outcome: Outcome,
}

/// How a scan stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    InProgress,
    /// The most severe first.
    Complete {
        at: Timestamp,
        findings: Vec<Finding>,
        /// None where only packages of languages say what is installed.
        system: Option<System>,
    },
    /// Nothing in the image says what is installed.
    Unsupported,
}

impl Scan {
    /// Whether it has ended well.
    pub fn is_complete(&self) -> bool {
        matches!(self.outcome, Outcome::Complete { .. })
    }

    /// The findings, once it is complete.
    pub fn findings(&self) -> &[Finding] {
        match &self.outcome {
            Outcome::Complete { findings, .. } => findings,
            _ => &[],
        }
    }
}

/// An image arrived: starts a scan where the repository or the registry wants one.
pub(super) fn on_push(cloud: &mut Cloud, place: &Place, image: &Digest) {
    let Some(state) = place.state(cloud) else { return };
    let Ok(repository) = place.repository(cloud) else { return };
    let rule = state.scanning.rule_for(&place.name);
    let enhanced = state.scanning.enhanced;
    // The repository's own setting counts with basic scanning only.
    let wanted = match rule {
        Some(rule) if enhanced || rule.scan_frequency == "SCAN_ON_PUSH" => true,
        _ => !enhanced && repository.scan_on_push,
    };
    let is_image = repository.image(image).is_some_and(|image| !image.is_index());
    if is_image && wanted {
        start(cloud, place, image, enhanced);
    }
}

/// Starts a scan of an image that is there.
pub(super) fn start(cloud: &mut Cloud, place: &Place, digest: &Digest, enhanced: bool) {
    let started_at = cloud.now();
    let Ok(repository) = place.repository_mut(cloud) else { return };
    let Some(image) = repository.images.get_mut(digest) else { return };
    Arc::make_mut(image).scan = Some(Arc::new(Scan { started_at, enhanced, outcome: Outcome::InProgress }));
    let due = (started_at + SCAN_TIME, Due::Scan(place.name.clone(), digest.clone()));
    place.state_mut(cloud).agenda.insert(due);
}

/// A scan ends.
pub(super) fn finish(cloud: &mut Cloud, place: &Place, digest: &Digest) {
    let at = cloud.now();
    let Ok((repository, store)) = place.open(cloud) else { return };
    let Some(image) = repository.images.get_mut(digest) else { return };
    let Some(scan) = image.scan.as_ref().filter(|scan| scan.outcome == Outcome::InProgress) else { return };
    let (started_at, enhanced) = (scan.started_at, scan.enhanced);
    let outcome = match inventory(store, image, &place.name, enhanced) {
        Some(inventory) => Outcome::Complete { at, findings: find(&inventory), system: inventory.system },
        None => Outcome::Unsupported,
    };
    Arc::make_mut(image).scan = Some(Arc::new(Scan { started_at, enhanced, outcome }));
    let arn = repository.arn.clone();
    tell(cloud, place, &arn, digest);
    cloud.record(EventKind::Scan { repository: arn, image: digest.clone() });
}

/// Tells the bus how a scan ended.
fn tell(cloud: &mut Cloud, place: &Place, arn: &Arn, digest: &Digest) {
    let Ok(repository) = place.repository(cloud) else { return };
    let Some(scan) = repository.image(digest).and_then(|image| image.scan.as_ref()) else { return };
    let mut counts = BTreeMap::new();
    let status = match &scan.outcome {
        Outcome::Complete { findings, .. } => {
            for finding in findings {
                *counts.entry(finding.vulnerability.severity().as_str().to_owned()).or_insert(0) += 1;
            }
            "COMPLETE"
        }
        Outcome::InProgress | Outcome::Unsupported => "FAILED",
    };
    let tags: Vec<String> = repository.tags_of(digest).into_iter().map(str::to_owned).collect();
    match (scan.enhanced, status) {
        (true, "COMPLETE") => events::ecr::enhanced_scan(cloud, arn, digest, &counts, &tags),
        (true, _) => {}
        (false, _) => events::ecr::scan(cloud, arn, digest, status, &counts, &tags),
    }
}

/// What is installed in an image, read from its layers. A basic scan knows packages of distributions alone.
/// Source: Amazon ECR User Guide, "Scan images for software vulnerabilities".
fn inventory(store: &LayerStore, image: &Image, repository: &str, enhanced: bool) -> Option<Inventory> {
    let mut layers = Vec::new();
    for (layer, _) in image.layers() {
        layers.push((layer, oci::unpack(store.get_for(layer, repository)?.as_bytes()).ok()?));
    }
    let mut inventory = Inventory::read(layers)?;
    if !enhanced {
        inventory.system.as_ref()?;
        inventory.packages.retain(|package| matches!(package.origin, Origin::System(_)));
    }
    Some(inventory)
}
