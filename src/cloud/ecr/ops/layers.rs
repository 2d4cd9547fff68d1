//! Layers on their way in and out.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::OnRepository;
use super::shapes::{DIGEST_REGEX, is_layer_digest};
use crate::cloud::ecr::encryption::{self, Use};
use crate::cloud::ecr::errors;
use crate::cloud::ecr::place::{Place, ask};
use crate::cloud::ecr::state::Upload;
use crate::cloud::id::as_uuid;
use crate::cloud::s3::LayerStore;
use crate::cloud::{ApiError, Authorization, Blob, Caller, Cloud, Digest, Operation, Partition, Region, Service};

/// What a client should send at once, in bytes: the quota's largest part. Source: Amazon ECR service quotas.
pub const PART_SIZE: u64 = 10 * 1024 * 1024;
/// What the API takes at once, in bytes. Source: Amazon ECR service model, `LayerPartBlob`.
const MAX_PART_BYTES: usize = 20 * 1024 * 1024;
/// No part but the last may be smaller, in bytes. Source: Amazon ECR service quotas.
const MIN_PART_BYTES: usize = 5 * 1024 * 1024;
/// Source: Amazon ECR service quotas.
const MAX_PARTS: usize = 4200;

/// Which of these layers does the repository hold?
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BatchCheckLayerAvailability {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub layer_digests: Vec<String>,
}

/// One entry per digest, in `layers` or in `failures`.
#[derive(Clone, Debug, Serialize)]
pub struct BatchCheckLayerAvailabilityOutput {
    pub layers: Vec<LayerStatus>,
    pub failures: Vec<LayerFailure>,
}

/// Whether a layer is there.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerStatus {
    pub layer_digest: String,
    /// `AVAILABLE`, `UNAVAILABLE`, or `ARCHIVED` where only images in the archive need it.
    pub layer_availability: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer_size: Option<u64>,
}

/// A digest that is none.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerFailure {
    pub layer_digest: String,
    pub failure_code: &'static str,
    pub failure_reason: String,
}

impl Operation for BatchCheckLayerAvailability {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "BatchCheckLayerAvailability";
    type Output = BatchCheckLayerAvailabilityOutput;

    fn parameters(&self) -> Option<Value> {
        Some(json!({
            "registryId": self.registry_id, "repositoryName": self.repository_name, "layerDigests": self.layer_digests,
        }))
    }

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:BatchCheckLayerAvailability")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<BatchCheckLayerAvailabilityOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        self.at(cloud, caller, place)
    }
}

impl OnRepository for BatchCheckLayerAvailability {
    const PUBLIC_ACTION: &'static str = "ecr-public:BatchCheckLayerAvailability";
    const IS_PART_OF_PUSH: bool = true;

    fn names(&self) -> (Option<&str>, &str) {
        (self.registry_id.as_deref(), &self.repository_name)
    }

    fn at(
        self,
        cloud: &mut Cloud,
        _caller: &Caller,
        place: Place,
    ) -> Result<BatchCheckLayerAvailabilityOutput, ApiError> {
        check_count("layerDigests", self.layer_digests.len())?;
        let store = place.layers(cloud);
        let repository = place.repository(cloud)?;
        let mut output = BatchCheckLayerAvailabilityOutput { layers: Vec::new(), failures: Vec::new() };
        for layer_digest in self.layer_digests {
            if !is_layer_digest(&layer_digest) {
                output.failures.push(LayerFailure {
                    layer_digest,
                    failure_code: "InvalidLayerDigest",
                    // Inferred: worded as its sibling for images.
                    failure_reason: format!(
                        "Invalid request parameters: layer digest should satisfy the regex '{DIGEST_REGEX}'"
                    ),
                });
                continue;
            }
            let digest: Option<Digest> = layer_digest.parse().ok();
            let blob = digest.as_ref().and_then(|digest| store?.get_for(digest, &place.name));
            output.layers.push(LayerStatus {
                layer_availability: match digest.filter(|_| blob.is_some()) {
                    Some(digest) if repository.is_archived(&digest) => "ARCHIVED",
                    Some(_) => "AVAILABLE",
                    None => "UNAVAILABLE",
                },
                layer_size: blob.map(|blob| blob.len() as u64),
                layer_digest,
            });
        }
        Ok(output)
    }
}

/// Lists of ids take 1 to 100. Source: Amazon ECR service model.
pub(super) fn check_count(parameter: &str, count: usize) -> Result<(), ApiError> {
    match count {
        0 => Err(errors::invalid(parameter, "Member must have length greater than or equal to 1")),
        1..=100 => Ok(()),
        _ => Err(errors::invalid(parameter, "Member must have length less than or equal to 100")),
    }
}

/// Announces a layer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct InitiateLayerUpload {
    pub registry_id: Option<String>,
    pub repository_name: String,
}

/// The upload's id, and how much to send at once.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitiateLayerUploadOutput {
    pub upload_id: String,
    /// In bytes.
    pub part_size: u64,
}

impl Operation for InitiateLayerUpload {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "InitiateLayerUpload";
    type Output = InitiateLayerUploadOutput;

    fn parameters(&self) -> Option<Value> {
        Some(json!({"registryId": self.registry_id, "repositoryName": self.repository_name}))
    }

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:InitiateLayerUpload")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<InitiateLayerUploadOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        self.at(cloud, caller, place)
    }
}

impl OnRepository for InitiateLayerUpload {
    const PUBLIC_ACTION: &'static str = "ecr-public:InitiateLayerUpload";
    const IS_PART_OF_PUSH: bool = true;

    fn names(&self) -> (Option<&str>, &str) {
        (self.registry_id.as_deref(), &self.repository_name)
    }

    fn at(self, cloud: &mut Cloud, _caller: &Caller, place: Place) -> Result<InitiateLayerUploadOutput, ApiError> {
        encryption::check(cloud, &place, Use::GenerateDataKey)?;
        let upload_id = as_uuid(&cloud.random_hex(32));
        let upload = Upload { repository: place.name.clone(), parts: Vec::new(), received: 0 };
        place.state_mut(cloud).uploads.insert(upload_id.clone(), Arc::new(upload));
        Ok(InitiateLayerUploadOutput { upload_id, part_size: PART_SIZE })
    }
}

/// Sends the next bytes of a layer.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadLayerPart {
    #[serde(default)]
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub upload_id: String,
    pub part_first_byte: u64,
    /// Inclusive.
    pub part_last_byte: u64,
    pub layer_part_blob: Blob,
}

/// How far the upload has come.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UploadLayerPartOutput {
    pub registry_id: String,
    pub repository_name: String,
    pub upload_id: String,
    pub last_byte_received: u64,
}

impl Operation for UploadLayerPart {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "UploadLayerPart";
    type Output = UploadLayerPartOutput;

    fn parameters(&self) -> Option<Value> {
        Some(json!({
            "registryId": self.registry_id, "repositoryName": self.repository_name, "uploadId": self.upload_id,
            "partFirstByte": self.part_first_byte, "partLastByte": self.part_last_byte,
        }))
    }

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:UploadLayerPart")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<UploadLayerPartOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        self.at(cloud, caller, place)
    }
}

impl OnRepository for UploadLayerPart {
    const PUBLIC_ACTION: &'static str = "ecr-public:UploadLayerPart";
    const IS_PART_OF_PUSH: bool = true;

    fn names(&self) -> (Option<&str>, &str) {
        (self.registry_id.as_deref(), &self.repository_name)
    }

    fn at(self, cloud: &mut Cloud, _caller: &Caller, place: Place) -> Result<UploadLayerPartOutput, ApiError> {
        let name = place.name.clone();
        let not_found = place.in_().upload_not_found(&self.upload_id);
        let upload = place.state_mut(cloud).uploads.get_mut(&self.upload_id);
        let upload = upload.filter(|upload| upload.repository == name).ok_or(not_found)?;
        let size = self.layer_part_blob.len();
        let follows = self.part_first_byte == upload.received;
        let fits = self.part_last_byte.checked_add(1) == self.part_first_byte.checked_add(size as u64);
        if !follows || !fits || size == 0 || size > MAX_PART_BYTES {
            // Inferred: the model says when it is raised, not its text.
            return Err(ApiError::new(
                "InvalidLayerPartException",
                format!(
                    "The layer part of the upload with id '{}' is not valid: expected a part of 1 to {MAX_PART_BYTES} bytes \
                     that starts at byte {}",
                    self.upload_id, upload.received
                ),
            ));
        }
        if upload.parts.len() >= MAX_PARTS {
            return Err(ApiError::new(
                "LimitExceededException",
                format!("The upload with id '{}' has reached the limit of {MAX_PARTS} layer parts", self.upload_id),
            ));
        }
        let upload = Arc::make_mut(upload);
        upload.parts.push(self.layer_part_blob);
        upload.received += size as u64;
        let last_byte_received = upload.received.saturating_sub(1);
        Ok(UploadLayerPartOutput {
            registry_id: place.account.to_string(),
            repository_name: name,
            upload_id: self.upload_id,
            last_byte_received,
        })
    }
}

/// Ends an upload: the bytes become a layer if their digest is the one that is said.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CompleteLayerUpload {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub upload_id: String,
    pub layer_digests: Vec<String>,
}

/// The layer's digest, as computed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CompleteLayerUploadOutput {
    pub registry_id: String,
    pub repository_name: String,
    pub upload_id: String,
    pub layer_digest: Digest,
}

impl Operation for CompleteLayerUpload {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "CompleteLayerUpload";
    type Output = CompleteLayerUploadOutput;

    fn parameters(&self) -> Option<Value> {
        Some(json!({
            "registryId": self.registry_id, "repositoryName": self.repository_name, "uploadId": self.upload_id,
            "layerDigests": self.layer_digests,
        }))
    }

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:CompleteLayerUpload")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CompleteLayerUploadOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        self.at(cloud, caller, place)
    }
}

impl OnRepository for CompleteLayerUpload {
    const PUBLIC_ACTION: &'static str = "ecr-public:CompleteLayerUpload";
    const IS_PART_OF_PUSH: bool = true;

    fn names(&self) -> (Option<&str>, &str) {
        (self.registry_id.as_deref(), &self.repository_name)
    }

    fn at(self, cloud: &mut Cloud, _caller: &Caller, place: Place) -> Result<CompleteLayerUploadOutput, ApiError> {
        check_count("layerDigests", self.layer_digests.len())?;
        let upload = place.state_mut(cloud).uploads.get(&self.upload_id).filter(|of| of.repository == place.name);
        let upload = Arc::clone(upload.ok_or_else(|| place.in_().upload_not_found(&self.upload_id))?);
        let blob = assemble(&upload, &self.upload_id)?;
        let digest = blob.digest();
        if !self.layer_digests.iter().any(|said| said.parse().as_ref() == Ok(&digest)) {
            // Inferred: the model says what it means, not its text.
            return Err(ApiError::new(
                "InvalidLayerException",
                format!(
                    "The layer's digest '{digest}' does not match the provided digests '[{}]'",
                    self.layer_digests.join(", ")
                ),
            ));
        }
        if place.layers(cloud).is_some_and(|store| store.get_for(&digest, &place.name).is_some()) {
            return Err(place.in_().layer_already_exists(&digest));
        }
        encryption::check(cloud, &place, Use::GenerateDataKey)?;
        let (state, layers) = place.registry_mut(cloud);
        state.uploads.remove(&self.upload_id);
        layers.put(digest.clone(), blob, &place.name);
        Ok(CompleteLayerUploadOutput {
            registry_id: place.account.to_string(),
            repository_name: place.name,
            upload_id: self.upload_id,
            layer_digest: digest,
        })
    }
}

/// The bytes of all parts. A single part is taken as it is, without copying.
fn assemble(upload: &Upload, id: &str) -> Result<Blob, ApiError> {
    let Some((last, others)) = upload.parts.split_last() else {
        // Inferred: the model says what it means, not its text.
        return Err(ApiError::new("EmptyUploadException", format!("The upload with id '{id}' has no layer parts")));
    };
    if others.iter().any(|part| part.len() < MIN_PART_BYTES) {
        return Err(ApiError::new(
            "LayerPartTooSmallException",
            format!("Layer parts must be at least {MIN_PART_BYTES} bytes, except the last"),
        ));
    }
    if others.is_empty() {
        return Ok(last.clone());
    }
    Ok(Blob::from(upload.parts.iter().flat_map(|part| part.as_bytes().iter().copied()).collect::<Vec<u8>>()))
}

/// Asks for the address of a layer's bytes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetDownloadUrlForLayer {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub layer_digest: String,
}

/// A pre-signed S3 address, good for an hour.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GetDownloadUrlForLayerOutput {
    pub download_url: String,
    pub layer_digest: String,
}

impl Operation for GetDownloadUrlForLayer {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "GetDownloadUrlForLayer";
    type Output = GetDownloadUrlForLayerOutput;

    fn parameters(&self) -> Option<Value> {
        Some(json!({
            "registryId": self.registry_id, "repositoryName": self.repository_name, "layerDigest": self.layer_digest,
        }))
    }

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:GetDownloadUrlForLayer")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetDownloadUrlForLayerOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let digest = self.layer_digest.parse::<Digest>().ok();
        let digest = digest
            .filter(|digest| place.layers(cloud).is_some_and(|store| store.get_for(digest, &place.name).is_some()));
        let digest = digest.ok_or_else(|| place.in_().layer_not_found(&self.layer_digest))?;
        // Source: Amazon ECR service model, `LayerInaccessibleException`: a layer that no image refers to.
        let repository = place.repository(cloud)?;
        if !repository.references(&digest) || repository.is_archived(&digest) {
            return Err(place.in_().layer_inaccessible(&self.layer_digest));
        }
        Ok(GetDownloadUrlForLayerOutput {
            download_url: presigned_url(cloud, &place, &caller.region, &digest),
            layer_digest: self.layer_digest,
        })
    }
}

/// An address of the real one's form. The signature only looks like one: nothing in the simulation checks it.
fn presigned_url(cloud: &Cloud, place: &Place, region: &Region, digest: &Digest) -> String {
    let bucket = LayerStore::bucket(region);
    let suffix = Partition::of(region.as_str()).dns_suffix();
    let date = cloud.now().civil().strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = date.get(..8).unwrap_or_default();
    let signature = Digest::of(format!("{bucket}/{digest}/{date}").as_bytes()).hex();
    format!(
        "https://{bucket}.s3.{region}.{suffix}/{}/{}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date={date}\
         &X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Credential={day}%2F{region}%2Fs3%2Faws4_request\
         &X-Amz-Signature={signature}",
        place.account,
        digest.hex(),
    )
}
