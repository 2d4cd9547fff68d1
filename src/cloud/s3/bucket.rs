//! A bucket, its settings, and the versions of the objects in it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::checksum;
use crate::cloud::iam::Policy;
use crate::cloud::{Blob, Region, Timestamp};

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    pub name: String,
    pub region: Region,
    pub created_at: Timestamp,
    pub policy: Option<Arc<Policy>>,
    /// None: never set.
    pub versioning: Option<Versioning>,
    pub public_access: Option<PublicAccessBlock>,
    pub encryption: Encryption,
    pub tags: BTreeMap<String, String>,
    /// By key, oldest version first, never empty.
    objects: BTreeMap<String, Arc<Vec<Version>>>,
    /// How many versions it ever gave an id to.
    versions: u64,
}

/// Whether a bucket keeps what is written over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    Enabled,
    Suspended,
}

/// What of public access a bucket blocks: all of it, from the beginning.
/// Source: Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PublicAccessBlock {
    pub block_public_acls: bool,
    pub ignore_public_acls: bool,
    pub block_public_policy: bool,
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// How objects are encrypted that say nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encryption {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub algorithm: String,
    pub kms_key_id: Option<String>,
    pub bucket_key: bool,
}

impl Default for Encryption {
    /// Source: Amazon S3 User Guide, "Setting default server-side encryption behavior": SSE-S3 unless set otherwise.
    fn default() -> Self {
        Self { algorithm: "AES256".to_owned(), kms_key_id: None, bucket_key: false }
    }
}

/// A version of an object.
#[derive(Clone, Debug)]
pub struct Version {
    /// `null` where the bucket had no versioning.
    pub id: String,
    pub modified: Timestamp,
    /// None: a delete marker.
    pub object: Option<Arc<Object>>,
}

/// What is kept under a key.
#[derive(Clone, Debug)]
pub struct Object {
    pub blob: Blob,
    /// The MD5 of the bytes, in quotes.
    pub etag: String,
    /// The CRC-64/NVME of the bytes, in base64.
    pub crc64nvme: String,
    pub content_type: String,
    pub metadata: BTreeMap<String, String>,
    pub storage_class: String,
    pub encryption: Encryption,
    pub tags: BTreeMap<String, String>,
}

impl Object {
    /// An object of these bytes.
    pub(super) fn new(blob: Blob, encryption: Encryption) -> Self {
        Self {
            etag: format!("\"{}\"", checksum::md5_hex(blob.as_bytes())),
            crc64nvme: checksum::crc64nvme_base64(blob.as_bytes()),
            blob,
            content_type: "binary/octet-stream".to_owned(),
            metadata: BTreeMap::new(),
            storage_class: "STANDARD".to_owned(),
            encryption,
            tags: BTreeMap::new(),
        }
    }
}

/// The id of a version that was written without versioning.
const NULL: &str = "null";

impl Bucket {
    pub(super) fn new(name: String, region: Region, now: Timestamp) -> Self {
        Self {
            name,
            region,
            created_at: now,
            policy: None,
            versioning: None,
            public_access: Some(PublicAccessBlock::ALL),
            encryption: Encryption::default(),
            tags: BTreeMap::new(),
            objects: BTreeMap::new(),
            versions: 0,
        }
    }

    /// The newest version of a key, unless that is a delete marker.
    pub fn current(&self, key: &str) -> Option<(&Version, &Arc<Object>)> {
        let version = self.objects.get(key)?.last()?;
        Some((version, version.object.as_ref()?))
    }

    /// A version by its id.
    pub fn version(&self, key: &str, id: &str) -> Option<&Version> {
        self.objects.get(key)?.iter().find(|version| version.id == id)
    }

    /// The newest version, be it a delete marker.
    pub fn newest(&self, key: &str) -> Option<&Version> {
        self.objects.get(key)?.last()
    }

    /// The objects that a list shows, by key.
    pub fn objects(&self) -> impl Iterator<Item = (&str, &Version, &Arc<Object>)> {
        self.objects.iter().filter_map(|(key, versions)| {
            let version = versions.last()?;
            Some((key.as_str(), version, version.object.as_ref()?))
        })
    }

    /// Whether nothing is in it, not even a delete marker.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// What all versions weigh together.
    pub fn bytes(&self) -> u64 {
        let versions = self.objects.values().flat_map(|versions| versions.iter());
        versions.filter_map(|version| version.object.as_ref()).map(|object| object.blob.len() as u64).sum()
    }

    /// An id for a new version: 32 characters, as S3's are.
    fn next_id(&mut self) -> String {
        if self.versioning != Some(Versioning::Enabled) {
            return NULL.to_owned();
        }
        self.versions += 1;
        let seed = format!("{}#{}", self.name, self.versions);
        let digest = crate::cloud::Digest::of(seed.as_bytes());
        digest.hex().chars().take(32).collect()
    }

    /// Writes a version: on top of the others, or in the place of the one that has no id of its own.
    fn add(&mut self, key: &str, object: Option<Arc<Object>>, now: Timestamp) -> String {
        let id = self.next_id();
        let versions = Arc::make_mut(self.objects.entry(key.to_owned()).or_default());
        versions.retain(|version| version.id != id);
        versions.push(Version { id: id.clone(), modified: now, object });
        id
    }

    /// Writes an object; the version's id where the bucket has versions.
    pub(super) fn put(&mut self, key: &str, object: Object, now: Timestamp) -> Option<String> {
        let id = self.add(key, Some(Arc::new(object)), now);
        (self.versioning == Some(Versioning::Enabled)).then_some(id)
    }

    /// Deletes a key: for good without versioning, else under a marker. The marker's id, if there is one.
    pub(super) fn delete(&mut self, key: &str, now: Timestamp) -> Option<String> {
        match self.versioning {
            None => {
                self.objects.remove(key);
                None
            }
            Some(_) => Some(self.add(key, None, now)),
        }
    }

    /// Deletes a version for good, and answers whether it was a marker.
    pub(super) fn delete_version(&mut self, key: &str, id: &str) -> Option<bool> {
        let versions = Arc::make_mut(self.objects.get_mut(key)?);
        let at = versions.iter().position(|version| version.id == id)?;
        let was_marker = versions.remove(at).object.is_none();
        if versions.is_empty() {
            self.objects.remove(key);
        }
        Some(was_marker)
    }

    /// Changes an object in place: its tags.
    pub(super) fn object_mut(&mut self, key: &str, id: Option<&str>) -> Option<&mut Object> {
        let versions = Arc::make_mut(self.objects.get_mut(key)?);
        let version = match id {
            Some(id) => versions.iter_mut().find(|version| version.id == id),
            None => versions.last_mut(),
        };
        version?.object.as_mut().map(Arc::make_mut)
    }
}
