//! Pulls from `public.ecr.aws`: no IAM, no account needed, but not too often.
//!
//! The public API has no operation for this: docker asks the registry itself. So such a pull is no request at the door; what
//! the trail shows of it are the layers that travel to someone who has signed in.

use super::state::{HOST, find, place_of};
use crate::cloud::ecr::registry::{Pulled, PulledLayer, RegistryError, RegistryErrorCode};
use crate::cloud::oci::{Descriptor, ParsedManifest, Platform, Reference};
use crate::cloud::{Blob, Caller, Cloud, Digest, EventKind, Origin, Region, Timestamp};

/// Pulls that come back one by one. Source of the rates: Amazon ECR Public service quotas. Inferred: how many may come at
/// once; AWS says only that it is a token bucket.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    left: i64,
    since: Timestamp,
}

impl Default for Bucket {
    fn default() -> Self {
        Self { left: i64::MAX, since: Timestamp::START }
    }
}

impl Bucket {
    /// Takes one pull, if there is one left: `rate` come back each second, up to ten seconds' worth.
    fn take(&mut self, rate: i64, now: Timestamp) -> bool {
        let most = rate * 10 * 1000;
        let back = (now - self.since).as_millis().saturating_mul(rate);
        // In thousandths of a pull, so that no fraction of a second is lost.
        self.left = self.left.saturating_add(back).min(most);
        self.since = now;
        if self.left < 1000 {
            return false;
        }
        self.left -= 1000;
        true
    }
}

/// Who stands behind a user name and password at `public.ecr.aws`.
///
/// # Errors
/// When the token has expired, or is none.
pub fn authenticate(cloud: &Cloud, username: &str, password: &str, origin: Origin) -> Result<Caller, RegistryError> {
    let key = Digest::of(password.as_bytes());
    let tokens = cloud.accounts().filter_map(|account| account.public.registry.tokens.get(&key));
    let token = tokens.into_iter().next().filter(|_| username == "AWS").ok_or_else(RegistryError::bad_request)?;
    if cloud.now() >= token.expires_at {
        return Err(RegistryError::expired());
    }
    Ok(Caller { principal: token.principal.clone(), region: Region::new("us-east-1"), origin })
}

/// Pulls an image from an account's public registry, as someone who has signed in, or as nobody in particular; none for an
/// alias that no account has: the stand-ins of other public images are elsewhere.
///
/// # Errors
/// The registry's refusal.
pub fn pull(
    cloud: &mut Cloud,
    caller: Option<&Caller>,
    reference: &Reference,
    have: &dyn Fn(&Digest) -> bool,
    platform: &Platform,
) -> Option<Result<Pulled, RegistryError>> {
    let place = place_of(cloud, reference)?;
    Some(fetch(cloud, caller, reference, &place, have, platform))
}

/// A manifest of an account's public registry as it is: its digest, its bytes and its media type; none for an alias that no
/// account has.
///
/// # Errors
/// There is no such image.
pub fn get_manifest(cloud: &Cloud, reference: &Reference) -> Option<Result<(Digest, Blob, String), RegistryError>> {
    let place = place_of(cloud, reference)?;
    let image = find(cloud, reference).and_then(|(_, digest)| place.repository(cloud).ok()?.image(&digest));
    let unknown = || RegistryError::manifest_unknown("Requested image not found");
    Some(image.map(|image| (image.digest.clone(), image.manifest(), image.media_type.to_string())).ok_or_else(unknown))
}

fn fetch(
    cloud: &mut Cloud,
    caller: Option<&Caller>,
    reference: &Reference,
    place: &crate::cloud::ecr::place::Place,
    have: &dyn Fn(&Digest) -> bool,
    platform: &Platform,
) -> Result<Pulled, RegistryError> {
    let now = cloud.now();
    let account = super::state::state_mut(cloud, &place.account);
    // Source: Amazon ECR Public service quotas: one pull a second without signing in, ten with.
    let allowed = match caller {
        Some(_) => account.signed_pulls.take(10, now),
        None => account.anonymous_pulls.take(1, now),
    };
    if !allowed {
        return Err(RegistryError::new(RegistryErrorCode::TooManyRequests, "Rate exceeded"));
    }
    let repository = place.repository(cloud)?;
    let (_, digest) =
        find(cloud, reference).ok_or_else(|| RegistryError::manifest_unknown("Requested image not found"))?;
    let unknown = || RegistryError::manifest_unknown("Requested image not found");
    let mut image = repository.image(&digest).ok_or_else(unknown)?;
    if let Some(ParsedManifest::Index(index)) = image.read() {
        let child = index.select(platform).ok_or_else(|| RegistryError::no_match(platform))?;
        image = repository.image(&child.digest).ok_or_else(unknown)?;
    }
    let Some(ParsedManifest::Image(manifest)) = image.read() else {
        return Err(RegistryError::no_match(platform));
    };
    let store = place.layers(cloud);
    let missing = |descriptor: &Descriptor| -> Result<Option<Blob>, RegistryError> {
        if have(&descriptor.digest) {
            return Ok(None);
        }
        let held = store.and_then(|store| store.get_for(&descriptor.digest, &place.name)).cloned();
        held.map(Some).ok_or_else(|| RegistryError::blob_unknown(&descriptor.digest))
    };
    let config = missing(&manifest.config)?;
    let mut layers = Vec::with_capacity(manifest.layers.len());
    for descriptor in &manifest.layers {
        layers.push(PulledLayer { blob: missing(descriptor)?, descriptor: descriptor.clone() });
    }
    let pulled = Pulled {
        digest,
        image: image.digest.clone(),
        manifest_blob: image.manifest(),
        media_type: image.media_type.to_string(),
        manifest,
        config,
        layers,
    };
    if let Some(caller) = caller {
        for layer in pulled.layers.iter().filter(|layer| layer.blob.is_some()) {
            cloud.record(EventKind::Layer {
                caller: caller.clone(),
                repository: format!("{HOST}/{}", reference.path),
                digest: layer.descriptor.digest.clone(),
                bytes: layer.descriptor.size,
                upload: false,
            });
        }
    }
    Ok(pulled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Duration;

    #[test]
    fn pulls_come_back_with_time() {
        let mut bucket = Bucket::default();
        let mut now = Timestamp::START;
        assert_eq!((0..20).filter(|_| bucket.take(1, now)).count(), 10);
        now = now + Duration::millis(2500);
        assert_eq!((0..20).filter(|_| bucket.take(1, now)).count(), 2);
        now = now + Duration::millis(500);
        assert_eq!((0..20).filter(|_| bucket.take(1, now)).count(), 1);
    }
}
