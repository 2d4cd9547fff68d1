//! The store behind the registry: blobs by content, each kept once.
//!
//! AWS owns the bucket (`prod-{region}-starport-layer-bucket`); an account sees it only through ECR. What is in it is true:
//! an object's key is the SHA-256 of its bytes, its size is their number.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cloud::iam::Policy;
use crate::cloud::{Blob, Digest, Region};

/// The layer bucket of one account and region.
#[derive(Clone, Debug, Default)]
pub struct LayerStore {
    objects: BTreeMap<Digest, Arc<Object>>,
    /// What all objects weigh together, in bytes.
    bytes: u64,
}

/// A blob in the store: a layer or an image config.
#[derive(Clone, Debug)]
pub struct Object {
    /// The bytes.
    pub blob: Blob,
    /// The repositories that hold it, by name. Never empty: the last one to let go removes the object. Most blobs have one
    /// holder, which a list keeps in far less memory than a set.
    pub repositories: Vec<String>,
}

impl Object {
    /// Where a repository is among the holders; else where it would be.
    fn holder(&self, repository: &str) -> Result<usize, usize> {
        self.repositories.binary_search_by(|holder| holder.as_str().cmp(repository))
    }
}

impl LayerStore {
    /// Who signs the addresses that layers are read from.
    pub const SIGNER: &'static str = "ecr.amazonaws.com";

    /// What the bucket itself allows: ECR reads it. Inferred: AWS does not show the policy.
    pub(in crate::cloud) fn bucket_policy(region: &Region) -> Option<Policy> {
        let (signer, bucket) = (Self::SIGNER, Self::bucket(region));
        Policy::parse_resource_policy(&format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{signer}"}},"Action":"s3:GetObject","Resource":"arn:aws:s3:::{bucket}/*"}}]}}"#
        ))
        .ok()
    }

    /// The bucket's name. Source: Amazon ECR User Guide, "Amazon ECR interface VPC endpoints".
    pub fn bucket(region: &Region) -> String {
        format!("prod-{region}-starport-layer-bucket")
    }

    /// Keeps `blob` for `repository`, once however many repositories hold it. `digest` is the blob's own.
    pub(crate) fn put(&mut self, digest: Digest, blob: Blob, repository: &str) {
        let bytes = &mut self.bytes;
        let object = self.objects.entry(digest).or_insert_with(|| {
            *bytes += blob.len() as u64;
            Arc::new(Object { blob, repositories: Vec::new() })
        });
        if let Err(at) = object.holder(repository) {
            let holders = &mut Arc::make_mut(object).repositories;
            holders.reserve_exact(1);
            holders.insert(at, repository.to_owned());
        }
    }

    /// `repository` no longer holds the blob; without holder it is gone.
    pub(crate) fn release(&mut self, digest: &Digest, repository: &str) {
        let Some(object) = self.objects.get_mut(digest) else { return };
        let Ok(at) = object.holder(repository) else { return };
        if object.repositories.len() == 1 {
            self.bytes = self.bytes.saturating_sub(object.blob.len() as u64);
            self.objects.remove(digest);
        } else {
            Arc::make_mut(object).repositories.remove(at);
        }
    }

    /// `repository` no longer holds anything.
    pub(crate) fn release_all(&mut self, repository: &str) {
        let held = |object: &Object| object.holder(repository).is_ok();
        let digests: Vec<Digest> =
            self.objects().filter(|(_, object)| held(object)).map(|(digest, _)| digest.clone()).collect();
        for digest in &digests {
            self.release(digest, repository);
        }
    }

    /// The object of that digest.
    pub fn get(&self, digest: &Digest) -> Option<&Object> {
        self.objects.get(digest).map(Arc::as_ref)
    }

    /// The blob, if `repository` holds it.
    pub fn get_for(&self, digest: &Digest, repository: &str) -> Option<&Blob> {
        self.get(digest).filter(|object| object.holder(repository).is_ok()).map(|object| &object.blob)
    }

    /// All objects, by digest.
    pub fn objects(&self) -> impl ExactSizeIterator<Item = (&Digest, &Object)> {
        self.objects.iter().map(|(digest, object)| (digest, object.as_ref()))
    }

    /// How many objects there are.
    pub fn object_count(&self) -> usize {
        self.objects.len()
    }

    /// What they weigh together, in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_is_kept_once_and_goes_with_its_last_repository() {
        let mut store = LayerStore::default();
        let blob = Blob::from(*b"base");
        for repository in ["api", "web", "api"] {
            store.put(blob.digest(), blob.clone(), repository);
        }
        assert_eq!((store.object_count(), store.bytes()), (1, 4));
        assert_eq!(store.get(&blob.digest()).unwrap().repositories.len(), 2);
        store.release(&blob.digest(), "api");
        store.release(&blob.digest(), "api");
        assert!(store.get_for(&blob.digest(), "api").is_none());
        assert!(store.get_for(&blob.digest(), "web").is_some());
        store.release(&blob.digest(), "web");
        assert_eq!((store.object_count(), store.bytes()), (0, 0));
    }
}
