//! Managed signing: signatures that AWS Signer makes of what is pushed, kept beside it as referrers.
//!
//! Source: Amazon ECR User Guide, "Managed signing"; Notary Project specification for the signature manifest. The envelopes
//! are of the real form with the true descriptor as payload; their signatures only look like ones: nothing checks them.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64_URL;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::image::Image;
use super::parcel::Parcel;
use super::place::Place;
use super::state::{Due, matches_wildcard};
use crate::cloud::oci::{Descriptor, Manifest, ParsedManifest, media_type};
use crate::cloud::{Arn, Authorization, Blob, Caller, Cloud, Digest, Duration, iam};

/// How long a signing job takes. Ours.
pub const SIGNING_TIME: Duration = Duration::seconds(8);

/// What a signature is, as an artifact. Source: Notary Project specification.
pub const ARTIFACT_TYPE: &str = "application/vnd.cncf.notary.signature";
const EMPTY: &str = "application/vnd.oci.empty.v1+json";
const ENVELOPE: &str = "application/jose+json";

/// Which repositories' images are signed, and with which profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningRule {
    pub signing_profile_arn: String,
    /// None: all repositories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub repository_filters: Vec<SigningRepositoryFilter>,
}

/// A filter on repositories' names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningRepositoryFilter {
    /// `*` stands for any number of characters.
    pub filter: String,
    /// Always `WILDCARD_MATCH`.
    pub filter_type: String,
}

/// The signatures of an image, by the ARN of the signing profile.
pub type Signatures = BTreeMap<String, SigningStatus>;

/// How a signature stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SigningStatus {
    InProgress,
    Complete,
    Failed { code: String, reason: String },
}

impl SigningRule {
    fn takes(&self, repository: &str) -> bool {
        self.repository_filters.is_empty()
            || self.repository_filters.iter().any(|filter| matches_wildcard(&filter.filter, repository))
    }
}

/// An image was pushed: starts a job for each profile that the registry's rules name for it. Whoever pushes must be allowed
/// to sign. Source: Amazon ECR API reference, PutSigningConfiguration.
pub(super) fn on_push(cloud: &mut Cloud, caller: &Caller, place: &Place, digest: &Digest) {
    let Some(rules) = place.state(cloud).and_then(|state| state.signing.clone()) else { return };
    // A signature is not signed.
    let is_artifact = |image: &Image| image.subject().is_some();
    if place.repository(cloud).ok().and_then(|of| of.image(digest)).is_none_or(is_artifact) {
        return;
    }
    let mut signatures = Signatures::new();
    for rule in rules.iter().filter(|rule| rule.takes(&place.name)) {
        let Ok(profile) = rule.signing_profile_arn.parse::<Arn>() else { continue };
        let decision = iam::decide(cloud, caller, &Authorization::on("signer:SignPayload", profile));
        let status = match decision.is_allowed() {
            true => SigningStatus::InProgress,
            false => SigningStatus::Failed { code: "AccessDeniedException".to_owned(), reason: decision.message() },
        };
        signatures.insert(rule.signing_profile_arn.clone(), status);
    }
    if signatures.is_empty() {
        return;
    }
    let due = (cloud.now() + SIGNING_TIME, Due::Signing(place.name.clone(), digest.clone()));
    if let Ok(repository) = place.repository_mut(cloud)
        && let Some(image) = repository.images.get_mut(digest)
    {
        Arc::make_mut(image).signatures = Some(Arc::new(signatures));
    }
    place.state_mut(cloud).agenda.insert(due);
}

/// The signatures of an image arrive.
pub(super) fn finish(cloud: &mut Cloud, place: &Place, digest: &Digest) {
    let now = cloud.now();
    let Ok(repository) = place.repository_mut(cloud) else { return };
    let Some(image) = repository.images.get_mut(digest) else { return };
    let subject = Descriptor::new(&image.media_type, digest.clone(), image.manifest().len() as u64);
    let Some(signatures) = Arc::make_mut(image).signatures.as_mut().map(Arc::make_mut) else { return };
    let mut parcel = Parcel::default();
    for (profile, status) in signatures.iter_mut().filter(|(_, status)| **status == SigningStatus::InProgress) {
        *status = SigningStatus::Complete;
        let created = now.civil().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let envelope = envelope(&subject, profile, &created);
        let config = Blob::from(*b"{}");
        let mut manifest = Manifest::new(
            media_type::OCI_MANIFEST,
            Descriptor::of(EMPTY, &config),
            vec![Descriptor::of(ENVELOPE, &envelope)],
        );
        manifest.artifact_type = Some(ARTIFACT_TYPE.to_owned());
        manifest.subject = Some(subject.clone());
        manifest.annotations = BTreeMap::from([("org.opencontainers.image.created".to_owned(), created)]);
        let size = (config.len() + envelope.len()) as u64;
        parcel.add_blob(config);
        parcel.add_blob(envelope);
        let content = ParsedManifest::Image(manifest.clone());
        parcel.add(Image::new(manifest.to_blob(), media_type::OCI_MANIFEST.to_owned(), &content, size, now));
    }
    // The repository is there: it was just looked at.
    let _ = parcel.unpack(cloud, place);
}

/// A signature's envelope: JSON Web Signature over the descriptor of what is signed.
fn envelope(subject: &Descriptor, profile: &str, created: &str) -> Blob {
    let encode = |value: serde_json::Value| BASE64_URL.encode(value.to_string());
    let payload = encode(json!({
        "targetArtifact": {
            "mediaType": subject.media_type, "digest": subject.digest.to_string(), "size": subject.size,
        },
    }));
    let protected = encode(json!({
        "alg": "ES384",
        "crit": ["io.cncf.notary.signingScheme"],
        "cty": "application/vnd.cncf.notary.payload.v1+json",
        "io.cncf.notary.signingScheme": "notary.x509.signingAuthority",
        "io.cncf.notary.authenticSigningTime": created,
    }));
    let signature = BASE64_URL.encode(Digest::of(format!("{profile}.{protected}.{payload}").as_bytes()).bytes());
    let envelope = json!({
        "payload": payload,
        "protected": protected,
        "header": { "io.cncf.notary.signingAgent": "AWSSigner/1.0.0" },
        "signature": signature,
    });
    Blob::from(envelope.to_string().into_bytes())
}
