//! Copying an object, inside a bucket or from one to another.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Object;
use super::ask::{ask_read, bucket, bucket_mut};
use super::buckets::shown_version;
use super::objects::{Described, EncryptionOutput, check_acl, check_key, find};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, Timestamp, percent};

/// Copies an object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CopyObject {
    pub bucket: String,
    pub key: String,
    /// `bucket/key`, percent-encoded, or the same as an object in the CLI's JSON; `?versionId=` may follow.
    pub copy_source: String,
    /// `COPY`, which it is by default, or `REPLACE`.
    pub metadata_directive: Option<String>,
    pub tagging_directive: Option<String>,
    pub content_type: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub storage_class: Option<String>,
    pub server_side_encryption: Option<String>,
    #[serde(rename = "SSEKMSKeyId")]
    pub kms_key_id: Option<String>,
    pub tagging: Option<String>,
    #[serde(rename = "ACL")]
    pub acl: Option<String>,
}

/// Where a copy comes from.
struct Source {
    bucket: String,
    key: String,
    version: Option<String>,
}

impl CopyObject {
    fn source(&self) -> Option<Source> {
        let text = self.copy_source.strip_prefix('/').unwrap_or(&self.copy_source);
        let (path, version) = match text.split_once("?versionId=") {
            Some((path, version)) => (path, Some(version.to_owned())),
            None => (text, None),
        };
        let (bucket, key) = path.split_once('/')?;
        Some(Source { bucket: bucket.to_owned(), key: percent::decoded(key), version })
    }

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

    fn replaces(&self) -> bool {
        self.metadata_directive.as_deref() == Some("REPLACE")
    }
}

/// What was made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CopyObjectResult {
    #[serde(rename = "ETag")]
    pub etag: String,
    pub last_modified: Timestamp,
    #[serde(rename = "ChecksumCRC64NVME")]
    pub checksum: String,
    pub checksum_type: &'static str,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CopyObjectOutput {
    pub copy_object_result: CopyObjectResult,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub copy_source_version_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    #[serde(flatten)]
    pub encryption: EncryptionOutput,
}

impl Operation for CopyObject {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "CopyObject";
    type Output = CopyObjectOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        let source = self.source();
        let read = source.map(|from| ask_read(cloud, &from.bucket, &from.key, from.version.as_deref()));
        read.into_iter().flatten().chain(self.described().ask(cloud, &self.bucket, &self.key)).collect()
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<CopyObjectOutput, ApiError> {
        check_key(&self.key)?;
        check_acl(self.acl.as_deref())?;
        let source = self.source().ok_or_else(|| ApiError::new("InvalidArgument", "Invalid copy source object key"))?;
        let (from, version, old) = find(cloud, &source.bucket, &source.key, source.version.as_deref())?;
        let described = self.described();
        let is_itself = source.bucket == self.bucket && source.key == self.key && source.version.is_none();
        let changes = self.replaces() || described.storage_class.is_some() || described.encryption.is_some();
        if is_itself && !changes {
            return Err(ApiError::new(
                "InvalidRequest",
                "This copy request is illegal because it is trying to copy an object to itself without changing the \
                 object's metadata, storage class, website redirect location or encryption attributes.",
            ));
        }
        let mut object = Object::clone(old);
        let copy_source_version_id = shown_version(from, &version.id);
        object.encryption = described.encryption_in(bucket(cloud, &self.bucket)?);
        if self.replaces() {
            object.metadata = described.metadata;
            object.content_type = described.content_type.unwrap_or_else(|| "binary/octet-stream".to_owned());
        }
        if self.tagging_directive.as_deref() == Some("REPLACE") {
            object.tags = super::tagging::read_header(&described.tagging.unwrap_or_default());
        }
        object.storage_class = described.storage_class.unwrap_or_else(|| "STANDARD".to_owned());
        let now = cloud.now();
        let copy_object_result = CopyObjectResult {
            etag: object.etag.clone(),
            last_modified: now.whole_second(),
            checksum: object.crc64nvme.clone(),
            checksum_type: "FULL_OBJECT",
        };
        let encryption = EncryptionOutput::from(&object.encryption);
        let version_id = bucket_mut(cloud, &self.bucket)?.put(&self.key, object, now);
        Ok(CopyObjectOutput { copy_object_result, copy_source_version_id, version_id, encryption })
    }
}
