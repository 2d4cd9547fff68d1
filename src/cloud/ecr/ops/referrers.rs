//! ListImageReferrers: the signatures, SBOMs and other artifacts that are about an image.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::shapes::{DIGEST_REGEX, is_layer_digest};
use crate::cloud::ecr::place::{Place, ask};
use crate::cloud::ecr::{errors, paging, state, storage};
use crate::cloud::oci::ParsedManifest;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Digest, Operation, Service};

/// Lists what refers to an image. The image itself need not be there: a registry takes an artifact before its subject.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListImageReferrers {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub subject_id: SubjectIdentifier,
    pub filter: Option<ListImageReferrersFilter>,
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
}

/// The image that is referred to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubjectIdentifier {
    pub image_digest: String,
}

/// Which artifacts are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListImageReferrersFilter {
    pub artifact_types: Vec<String>,
    /// `ACTIVE` (unless said), `ARCHIVED`, `ACTIVATING` or `ANY`.
    pub artifact_status: Option<String>,
}

/// A page of artifacts.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListImageReferrersOutput {
    pub referrers: Vec<ImageReferrer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

/// An artifact that refers to an image.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageReferrer {
    pub digest: Digest,
    pub media_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artifact_type: Option<String>,
    /// The manifest's, in bytes. Source: OCI distribution-spec 1.1, "Listing referrers".
    pub size: u64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    pub artifact_status: &'static str,
}

impl From<&state::Image> for ImageReferrer {
    fn from(image: &state::Image) -> Self {
        Self {
            digest: image.digest.clone(),
            media_type: image.media_type.to_string(),
            artifact_type: artifact_type(image),
            size: image.manifest().len() as u64,
            annotations: match image.read() {
                Some(ParsedManifest::Image(manifest)) => manifest.annotations,
                Some(ParsedManifest::Index(index)) => index.annotations,
                None => BTreeMap::new(),
            },
            artifact_status: image.status(),
        }
    }
}

/// The manifest's own artifact type, else its config's media type. Source: OCI distribution-spec 1.1.
pub(in crate::cloud) fn artifact_type(image: &state::Image) -> Option<String> {
    match image.read()? {
        ParsedManifest::Image(manifest) => Some(manifest.artifact_type.unwrap_or(manifest.config.media_type)),
        ParsedManifest::Index(index) => index.artifact_type,
    }
}

impl Operation for ListImageReferrers {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "ListImageReferrers";
    type Output = ListImageReferrersOutput;

    /// Source: Amazon ECR API reference, ListImageReferrers: it needs this permission, and has none of its own.
    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:BatchGetImage")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListImageReferrersOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        if !is_layer_digest(&self.subject_id.image_digest) {
            let constraint = format_args!("must satisfy regular expression '{DIGEST_REGEX}'");
            return Err(errors::invalid("subjectId.imageDigest", constraint));
        }
        let filter = self.filter.unwrap_or_default();
        let status = filter.artifact_status.as_deref().unwrap_or("ACTIVE");
        if !["ACTIVE", "ARCHIVED", "ACTIVATING", "ANY"].contains(&status) {
            let values = ["ACTIVE", "ARCHIVED", "ACTIVATING", "ANY"];
            return Err(errors::not_in_enum("filter.artifactStatus", &values));
        }
        let subject: Option<Digest> = self.subject_id.image_digest.parse().ok();
        let repository = place.repository(cloud)?;
        let all = subject.iter().flat_map(|subject| storage::referrers(repository, subject)).filter(|image| {
            let of_type = filter.artifact_types.is_empty()
                || artifact_type(image).is_some_and(|of| filter.artifact_types.contains(&of));
            of_type && (status == "ANY" || image.status() == status)
        });
        // Source: Amazon ECR API reference: 20 unless said, 50 at most.
        let size = Some(self.max_results.unwrap_or(20));
        let (page, next_token) = paging::page(all, size, 50, self.next_token.as_deref())?;
        Ok(ListImageReferrersOutput { referrers: page.into_iter().map(ImageReferrer::from).collect(), next_token })
    }
}
