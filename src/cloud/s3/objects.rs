//! Objects: written and read.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ask::{ask_object, ask_read, bucket, bucket_mut, no_key};
use super::buckets::shown_version;
use super::{Bucket, Encryption, Object, Version, tagging};
use crate::cloud::{ApiError, Authorization, Blob, Caller, Cloud, Operation, Service, Timestamp};

/// The longest key, in bytes. Source: Amazon S3 User Guide, "Naming Amazon S3 objects".
const MAX_KEY: usize = 1024;

/// What is said of an object when it is written; [`PutObject`] and [`super::CopyObject`] have it in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Described {
    pub(super) content_type: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) storage_class: Option<String>,
    pub(super) encryption: Option<String>,
    pub(super) kms_key_id: Option<String>,
    /// As in the header: `a=1&b=2`.
    pub(super) tagging: Option<String>,
}

impl Described {
    /// What the bucket or the request says of encryption.
    pub(super) fn encryption_in(&self, bucket: &Bucket) -> Encryption {
        match &self.encryption {
            Some(algorithm) => Encryption {
                algorithm: algorithm.clone(),
                kms_key_id: self.kms_key_id.clone(),
                bucket_key: bucket.encryption.bucket_key,
            },
            None => bucket.encryption.clone(),
        }
    }

    /// Condition keys of a request that writes. Source: Service Authorization Reference, Amazon S3, `PutObject`.
    pub(super) fn ask(&self, cloud: &Cloud, bucket: &str, key: &str) -> Vec<Authorization> {
        let mut questions = ask_object(cloud, "s3:PutObject", bucket, key);
        let keys = [
            ("s3:x-amz-server-side-encryption", &self.encryption),
            ("s3:x-amz-server-side-encryption-aws-kms-key-id", &self.kms_key_id),
            ("s3:x-amz-storage-class", &self.storage_class),
        ];
        for question in &mut questions {
            let given = keys.iter().filter_map(|(key, value)| Some(((*key).to_owned(), vec![(*value).clone()?])));
            question.context.extend(given);
        }
        if let Some(tags) = &self.tagging {
            let mut tagging = ask_object(cloud, "s3:PutObjectTagging", bucket, key);
            for question in &mut tagging {
                tagging::add_request_tags(question, &tagging::read_header(tags));
            }
            questions.extend(tagging);
        }
        questions
    }
}

/// Whether a key may be one.
///
/// # Errors
/// `KeyTooLongError`.
pub(super) fn check_key(key: &str) -> Result<(), ApiError> {
    if key.len() > MAX_KEY {
        return Err(ApiError::new("KeyTooLongError", "Your key is too long"));
    }
    Ok(())
}

/// Writes an object.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutObject {
    pub bucket: String,
    pub key: String,
    #[serde(default = "empty")]
    pub body: Blob,
    #[serde(default)]
    pub content_type: Option<String>,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    #[serde(default)]
    pub storage_class: Option<String>,
    #[serde(default)]
    pub server_side_encryption: Option<String>,
    #[serde(default, rename = "SSEKMSKeyId")]
    pub kms_key_id: Option<String>,
    #[serde(default)]
    pub tagging: Option<String>,
    #[serde(default, rename = "ACL")]
    pub acl: Option<String>,
    /// `*`: only where nothing is there yet.
    #[serde(default)]
    pub if_none_match: Option<String>,
    #[serde(default)]
    pub if_match: Option<String>,
}

fn empty() -> Blob {
    Blob::from(Vec::new())
}

impl PutObject {
    fn described(&self) -> Described {
        Described {
            content_type: self.content_type.clone(),
            metadata: self.metadata.clone(),
            storage_class: self.storage_class.clone(),
            encryption: self.server_side_encryption.clone(),
            kms_key_id: self.kms_key_id.clone(),
            tagging: self.tagging.clone(),
        }
    }
}

/// What was written.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutObjectOutput {
    #[serde(rename = "ETag")]
    pub etag: String,
    #[serde(rename = "ChecksumCRC64NVME")]
    pub checksum: String,
    pub checksum_type: &'static str,
    #[serde(flatten)]
    pub encryption: EncryptionOutput,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
}

/// How an object is encrypted.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EncryptionOutput {
    pub server_side_encryption: String,
    #[serde(rename = "SSEKMSKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket_key_enabled: Option<bool>,
}

impl From<&Encryption> for EncryptionOutput {
    fn from(of: &Encryption) -> Self {
        Self {
            server_side_encryption: of.algorithm.clone(),
            kms_key_id: of.kms_key_id.clone(),
            bucket_key_enabled: (of.algorithm != "AES256" && of.bucket_key).then_some(true),
        }
    }
}

impl Operation for PutObject {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "PutObject";
    type Output = PutObjectOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        self.described().ask(cloud, &self.bucket, &self.key)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<PutObjectOutput, ApiError> {
        check_key(&self.key)?;
        check_acl(self.acl.as_deref())?;
        let (now, described) = (cloud.now(), self.described());
        let found = bucket(cloud, &self.bucket)?;
        let present = found.current(&self.key).map(|(_, object)| object.etag.clone());
        let unmet = (self.if_none_match.as_deref() == Some("*") && present.is_some())
            || self.if_match.as_ref().is_some_and(|wanted| present.as_ref() != Some(wanted));
        if unmet {
            return Err(precondition());
        }
        let mut object = Object::new(self.body, described.encryption_in(found));
        object.content_type = described.content_type.unwrap_or(object.content_type);
        object.metadata = described.metadata;
        object.storage_class = described.storage_class.unwrap_or(object.storage_class);
        object.tags = tagging::read_header(&described.tagging.unwrap_or_default());
        let (etag, checksum) = (object.etag.clone(), object.crc64nvme.clone());
        let encryption = EncryptionOutput::from(&object.encryption);
        let version_id = bucket_mut(cloud, &self.bucket)?.put(&self.key, object, now);
        Ok(PutObjectOutput { etag, checksum, checksum_type: "FULL_OBJECT", encryption, version_id })
    }
}

/// Buckets made since 2023 have no access control lists.
/// Source: Amazon S3 User Guide, "Controlling ownership of objects and disabling ACLs for your bucket".
///
/// # Errors
/// `AccessControlListNotSupported` for any but the one that changes nothing.
pub(super) fn check_acl(acl: Option<&str>) -> Result<(), ApiError> {
    match acl {
        None | Some("bucket-owner-full-control") => Ok(()),
        Some(_) => Err(ApiError::new("AccessControlListNotSupported", "The bucket does not allow ACLs")),
    }
}

fn precondition() -> ApiError {
    ApiError::new("PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
}

/// What an object is said to be: of `GetObject` and `HeadObject`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ObjectOutput {
    pub accept_ranges: &'static str,
    pub last_modified: Timestamp,
    pub content_length: usize,
    #[serde(rename = "ETag")]
    pub etag: String,
    #[serde(rename = "ChecksumCRC64NVME", skip_serializing_if = "Option::is_none")]
    pub checksum: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_range: Option<String>,
    pub content_type: String,
    #[serde(flatten)]
    pub encryption: EncryptionOutput,
    pub metadata: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag_count: Option<usize>,
}

/// Which bytes of an object.
type Range = Option<(usize, usize)>;

impl ObjectOutput {
    fn new(bucket: &Bucket, version: &Version, object: &Object, range: Range, with_checksum: bool) -> Self {
        let len = object.blob.len();
        Self {
            accept_ranges: "bytes",
            last_modified: version.modified.whole_second(),
            content_length: range.map_or(len, |(first, last)| last + 1 - first),
            etag: object.etag.clone(),
            checksum: (with_checksum && range.is_none()).then(|| object.crc64nvme.clone()),
            checksum_type: (with_checksum && range.is_none()).then_some("FULL_OBJECT"),
            version_id: shown_version(bucket, &version.id),
            content_range: range.map(|(first, last)| format!("bytes {first}-{last}/{len}")),
            content_type: object.content_type.clone(),
            encryption: EncryptionOutput::from(&object.encryption),
            metadata: object.metadata.clone(),
            storage_class: Some(object.storage_class.clone()).filter(|class| class != "STANDARD"),
            tag_count: Some(object.tags.len()).filter(|count| *count > 0),
        }
    }
}

/// `bytes=0-9`, `bytes=10-`, `bytes=-5`: the first and the last byte.
///
/// # Errors
/// `InvalidRange` for one beyond the end. What can't be read is no range, as for any HTTP server.
fn range(text: Option<&str>, len: usize) -> Result<Range, ApiError> {
    let Some((first, last)) = text.and_then(|text| text.strip_prefix("bytes=")?.split_once('-')) else {
        return Ok(None);
    };
    let end = len.saturating_sub(1);
    let (first, last) = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => (first, last.min(end)),
        (Ok(first), Err(_)) if last.is_empty() => (first, end),
        (Err(_), Ok(count)) if first.is_empty() && count > 0 => (len.saturating_sub(count), end),
        _ => return Ok(None),
    };
    if first >= len {
        return Err(ApiError::new("InvalidRange", "The requested range is not satisfiable"));
    }
    Ok(Some((first, last)))
}

/// The version that a request means.
///
/// # Errors
/// `NoSuchBucket`, `NoSuchKey`, `NoSuchVersion`, or `MethodNotAllowed` for a delete marker by its id.
pub(super) fn find<'a>(
    cloud: &'a Cloud,
    bucket_name: &str,
    key: &str,
    id: Option<&str>,
) -> Result<(&'a Bucket, &'a Version, &'a Arc<Object>), ApiError> {
    let found = bucket(cloud, bucket_name)?;
    let Some(id) = id else {
        let (version, object) = found.current(key).ok_or_else(no_key)?;
        return Ok((found, version, object));
    };
    let version = found
        .version(key, id)
        .ok_or_else(|| ApiError::new("NoSuchVersion", "The specified version does not exist."))?;
    let object = version.object.as_ref().ok_or_else(|| {
        ApiError::new("MethodNotAllowed", "The specified method is not allowed against this resource.")
    })?;
    Ok((found, version, object))
}

/// Reads an object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetObject {
    pub bucket: String,
    pub key: String,
    pub version_id: Option<String>,
    pub range: Option<String>,
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
    pub checksum_mode: Option<String>,
}

/// An object with its bytes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetObjectOutput {
    pub body: Blob,
    #[serde(flatten)]
    pub object: ObjectOutput,
}

/// What a caller expects of an object's ETag.
fn check_etag(object: &Object, if_match: Option<&str>, if_none_match: Option<&str>) -> Result<(), ApiError> {
    let is = |wanted: &str| wanted == "*" || wanted.trim_matches('"') == object.etag.trim_matches('"');
    if if_match.is_some_and(|wanted| !is(wanted)) {
        return Err(precondition());
    }
    if if_none_match.is_some_and(is) {
        return Err(ApiError::new("304", "Not Modified"));
    }
    Ok(())
}

impl Operation for GetObject {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "GetObject";
    type Output = GetObjectOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask_read(cloud, &self.bucket, &self.key, self.version_id.as_deref())
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<GetObjectOutput, ApiError> {
        let (bucket, version, object) = find(cloud, &self.bucket, &self.key, self.version_id.as_deref())?;
        check_etag(object, self.if_match.as_deref(), self.if_none_match.as_deref())?;
        let range = range(self.range.as_deref(), object.blob.len())?;
        let body = match range {
            None => object.blob.clone(),
            Some((first, last)) => Blob::from(object.blob.as_bytes().get(first..=last).unwrap_or_default().to_vec()),
        };
        // The AWS CLI asks for checksums of all that it reads.
        Ok(GetObjectOutput { body, object: ObjectOutput::new(bucket, version, object, range, true) })
    }
}

/// Asks what an object is, without its bytes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HeadObject {
    pub bucket: String,
    pub key: String,
    pub version_id: Option<String>,
    pub range: Option<String>,
    pub if_match: Option<String>,
    pub if_none_match: Option<String>,
    pub checksum_mode: Option<String>,
}

impl Operation for HeadObject {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "HeadObject";
    type Output = ObjectOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask_read(cloud, &self.bucket, &self.key, self.version_id.as_deref())
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<ObjectOutput, ApiError> {
        let head = |error: ApiError| match error.code.as_ref() {
            // A HEAD request's error has nothing but its status.
            "NoSuchBucket" | "NoSuchKey" | "NoSuchVersion" => ApiError::new("404", "Not Found"),
            "MethodNotAllowed" => ApiError::new("405", "Method Not Allowed"),
            "PreconditionFailed" => ApiError::new("412", "Precondition Failed"),
            "InvalidRange" => ApiError::new("416", "Requested Range Not Satisfiable"),
            _ => error,
        };
        let found = find(cloud, &self.bucket, &self.key, self.version_id.as_deref()).map_err(head)?;
        let (bucket, version, object) = found;
        check_etag(object, self.if_match.as_deref(), self.if_none_match.as_deref()).map_err(head)?;
        let range = range(self.range.as_deref(), object.blob.len()).map_err(head)?;
        let with_checksum = self.checksum_mode.as_deref() == Some("ENABLED");
        Ok(ObjectOutput::new(bucket, version, object, range, with_checksum))
    }
}
