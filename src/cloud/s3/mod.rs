//! S3: the buckets that accounts own and the objects in them, and the store behind the registry.
//!
//! Bucket names are one space for all accounts; objects have versions, ETags and checksums that are true. A bucket is
//! reached from every region, as the real clients follow its redirects. Not here: access control lists (buckets made since
//! 2023 have none), lifecycle rules, replication, multipart uploads, websites, and KMS, which is named but not asked.

mod ask;
mod bucket;
mod buckets;
mod checksum;
mod copy;
mod encryption;
mod layers;
mod listing;
mod objects;
mod policies;
mod public_access;
mod removal;
mod tagging;
mod versioning;

pub use bucket::{Bucket, Encryption, Object, PublicAccessBlock, Version, Versioning};
pub use buckets::{CreateBucket, DeleteBucket, GetBucketLocation, HeadBucket, ListBuckets};
pub use copy::CopyObject;
pub use encryption::{GetBucketEncryption, PutBucketEncryption};
pub use layers::{LayerStore, Object as LayerObject};
pub use listing::{ListObjects, ListObjectsV2};
pub use objects::{GetObject, HeadObject, PutObject};
pub use policies::{DeleteBucketPolicy, GetBucketPolicy, GetBucketPolicyStatus, PutBucketPolicy};
pub use public_access::{DeletePublicAccessBlock, GetPublicAccessBlock, PutPublicAccessBlock};
pub use removal::{DeleteObject, DeleteObjects};
pub use tagging::{DeleteBucketTagging, GetBucketTagging, GetObjectTagging, PutBucketTagging, PutObjectTagging};
pub use versioning::{GetBucketVersioning, PutBucketVersioning};

pub(in crate::cloud) use ask::denied;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::iam::Policy;
use super::{AccountId, Arn, Cloud, Principal, Region};

/// An account's buckets, by name.
#[derive(Clone, Debug, Default)]
pub struct State {
    buckets: BTreeMap<String, Arc<Bucket>>,
}

impl State {
    /// The bucket of that name.
    pub fn bucket(&self, name: &str) -> Option<&Bucket> {
        self.buckets.get(name).map(Arc::as_ref)
    }

    /// All buckets, by name.
    pub fn buckets(&self) -> impl Iterator<Item = &Bucket> {
        self.buckets.values().map(Arc::as_ref)
    }

    fn bucket_mut(&mut self, name: &str) -> Option<&mut Bucket> {
        self.buckets.get_mut(name).map(Arc::make_mut)
    }
}

/// A bucket of whoever's account, with that account.
pub fn find<'a>(cloud: &'a Cloud, name: &str) -> Option<(&'a AccountId, &'a Bucket)> {
    cloud.accounts().find_map(|account| Some((account.id(), account.s3.bucket(name)?)))
}

/// The account that the layer buckets belong to: AWS's own, which nobody here is in.
const AWS: &str = "210987654321";

/// The region whose layer bucket has that name.
fn layer_bucket_region(name: &str) -> Option<Region> {
    let region = name.strip_prefix("prod-")?.strip_suffix("-starport-layer-bucket")?;
    super::is_region(region).then(|| Region::new(region))
}

/// The bucket that an ARN of S3 names, or that the object which it names is in.
fn bucket_of(resource: &Arn) -> &str {
    let name = resource.resource();
    name.split_once('/').map_or(name, |(bucket, _)| bucket)
}

/// The account that a bucket or an object belongs to; its ARN does not say it.
pub(in crate::cloud) fn owner(cloud: &Cloud, resource: &Arn) -> Option<AccountId> {
    let name = bucket_of(resource);
    match layer_bucket_region(name) {
        Some(_) => AWS.parse().ok(),
        None => find(cloud, name).map(|(account, _)| account.clone()),
    }
}

/// The policy that speaks of a bucket or an object, as far as it counts for `principal`.
pub(in crate::cloud) fn resource_policy(cloud: &Cloud, resource: &Arn, principal: &Principal) -> Option<Arc<Policy>> {
    let name = bucket_of(resource);
    if let Some(region) = layer_bucket_region(name) {
        return LayerStore::bucket_policy(&region).map(Arc::new);
    }
    let (owner, bucket) = find(cloud, name)?;
    let policy = bucket.policy.as_ref()?;
    // Source: Amazon S3 User Guide, "Blocking public access": with RestrictPublicBuckets a public policy lets in only
    // services and whoever is of the owner's account.
    let is_own = principal.account() == owner || matches!(principal, Principal::Service { .. });
    let is_restricted = bucket.public_access.is_some_and(|block| block.restrict_public_buckets);
    (is_own || !is_restricted || !policies::is_public(policy)).then(|| Arc::clone(policy))
}

super::operations!(
    CopyObject,
    CreateBucket,
    DeleteBucket,
    DeleteBucketPolicy,
    DeleteBucketTagging,
    DeleteObject,
    DeleteObjects,
    DeletePublicAccessBlock,
    GetBucketEncryption,
    GetBucketLocation,
    GetBucketPolicy,
    GetBucketPolicyStatus,
    GetBucketTagging,
    GetBucketVersioning,
    GetObject,
    GetObjectTagging,
    GetPublicAccessBlock,
    HeadBucket,
    HeadObject,
    ListBuckets,
    ListObjects,
    ListObjectsV2,
    PutBucketEncryption,
    PutBucketPolicy,
    PutBucketTagging,
    PutBucketVersioning,
    PutObject,
    PutObjectTagging,
    PutPublicAccessBlock,
);
