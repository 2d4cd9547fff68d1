//! What a lifecycle policy would save in a month.

use std::collections::BTreeSet;

use super::{gigabytes, prices, usage};
use crate::cloud::ecr::StoredRepository;
use crate::cloud::ecr::lifecycle::{candidates, evaluate};
use crate::cloud::{Digest, Region, Timestamp};

/// A repository's storage before and after a policy, in bytes, and what that is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Saving {
    pub expired: usize,
    pub archived: usize,
    pub before: u64,
    pub after: u64,
    /// Of what is left, what is in the archive.
    pub after_archive: u64,
    /// US dollars a month.
    pub cost_before: f64,
    pub cost_after: f64,
}

impl Saving {
    /// US dollars a month.
    pub fn saved(&self) -> f64 {
        self.cost_before - self.cost_after
    }
}

/// What the policy that was previewed last would save, or else the one in force; none without any.
pub fn saving(repository: &StoredRepository, region: &Region, now: Timestamp) -> Option<Saving> {
    let previewed = repository.preview.as_ref().and_then(|preview| preview.result.as_ref());
    let evaluation = match (previewed, &repository.lifecycle) {
        (Some(result), _) => result.evaluation.clone(),
        (None, Some(attached)) => evaluate(&attached.policy, &candidates(repository), now),
        (None, None) => return None,
    };
    // What has left since the preview is not saved again.
    let there = |digest: &&Digest| repository.images.contains_key(*digest);
    let expired: BTreeSet<&Digest> = evaluation.expiring().filter(there).collect();
    let archived: BTreeSet<&Digest> = evaluation.archiving().filter(there).collect();
    let none = BTreeSet::new();
    let (standard_before, archive_before) = usage::stored(repository, &none, &none);
    let (standard_after, archive_after) = usage::stored(repository, &expired, &archived);
    let (prices, _) = prices::of(region);
    let cost = |standard: u64, archive: u64| {
        let archive = gigabytes(archive);
        gigabytes(standard) * prices.ecr_standard_gb.usd + archive * prices.archive(archive).usd
    };
    Some(Saving {
        expired: expired.len(),
        archived: archived.len(),
        before: standard_before + archive_before,
        after: standard_after + archive_after,
        after_archive: archive_after,
        cost_before: cost(standard_before, archive_before),
        cost_after: cost(standard_after, archive_after),
    })
}
