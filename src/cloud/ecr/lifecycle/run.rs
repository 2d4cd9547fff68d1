//! Policies and previews as time moves.

use std::sync::Arc;

use super::evaluate::{candidates, evaluate};
use super::{Preview, PreviewResult, PreviewedImage, StorageClass};
use crate::cloud::ecr::ops::{release_blobs, remove_images};
use crate::cloud::ecr::place::Place;
use crate::cloud::ecr::state::{Due, Repository};
use crate::cloud::ecr::storage;
use crate::cloud::{Cloud, Digest, Duration, EventKind, Timestamp, events};

/// A policy runs once in so long. Source: Amazon ECR User Guide: "within 24 hours".
const EVERY: Duration = Duration::hours(24);

/// When a policy that is set now runs first: some time within 24 hours, always the same for the same repository's name.
pub(in crate::cloud::ecr) fn first_run(name: &str, now: Timestamp) -> Timestamp {
    let [a, b, ..] = *Digest::of(name.as_bytes()).bytes();
    // From one hour to 23.
    now + Duration::hours(1) + Duration::minutes(i64::from(u16::from_be_bytes([a, b])) % (22 * 60))
}

/// The policy of a repository runs: images expire, or move to the archive.
pub(in crate::cloud::ecr) fn run_policy(cloud: &mut Cloud, place: &Place, due: Timestamp) {
    let now = cloud.now();
    let Ok((repository, store)) = place.open(cloud) else { return };
    // A policy that was removed, or set anew, left its old date behind.
    let Some(attached) = repository.lifecycle.as_mut().filter(|attached| attached.next_run == due) else { return };
    let attached = Arc::make_mut(attached);
    attached.last_evaluated_at = Some(now);
    attached.next_run = due + EVERY;
    let next_run = attached.next_run;
    let policy = Arc::clone(&attached.policy);

    let evaluation = evaluate(&policy, &candidates(repository), now);
    let expired: Vec<Digest> = evaluation.expiring().cloned().collect();
    let archived: Vec<Digest> = evaluation.archiving().cloned().collect();
    let gone = remove_images(repository, &expired);
    release_blobs(repository, store, &gone);
    for digest in &archived {
        repository.archive(digest, now);
    }
    let arn = repository.arn.clone();
    storage::on_removed(cloud, place, &gone);
    place.state_mut(cloud).agenda.insert((next_run, Due::Lifecycle(place.name.clone())));
    for image in &gone {
        events::ecr::image(cloud, &arn, events::ecr::Action::Delete, &image.digest, None);
    }
    for digest in &archived {
        storage::tell(cloud, place, digest);
    }
    if !(expired.is_empty() && archived.is_empty()) {
        cloud.record(EventKind::Lifecycle { repository: arn, expired, archived });
    }
}

/// A preview ends.
pub(in crate::cloud::ecr) fn finish_preview(cloud: &mut Cloud, place: &Place, due: Timestamp) {
    let now = cloud.now();
    let Ok(repository) = place.repository_mut(cloud) else { return };
    let Some(preview) = repository.preview.clone().filter(|preview| preview.ready_at == due) else { return };
    let result = preview_result(repository, &preview, now);
    repository.preview = Some(Arc::new(Preview { result: Some(result), ..preview.as_ref().clone() }));
}

fn preview_result(repository: &Repository, preview: &Preview, now: Timestamp) -> PreviewResult {
    let evaluation = evaluate(&preview.policy, &candidates(repository), now);
    let tags = repository.tags_by_image();
    let mut images: Vec<PreviewedImage> = evaluation
        .acted()
        .into_iter()
        .filter_map(|(digest, acted)| {
            let image = repository.image(digest)?;
            let tags = tags.get(digest).map(Vec::as_slice).unwrap_or_default();
            Some(PreviewedImage {
                digest: digest.clone(),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                pushed_at: image.pushed_at,
                acted,
                storage_class: if image.archived_at.is_some() { StorageClass::Archive } else { StorageClass::Standard },
            })
        })
        .collect();
    images.sort_by(|a, b| (a.acted.priority, a.pushed_at, &a.digest).cmp(&(b.acted.priority, b.pushed_at, &b.digest)));
    PreviewResult { evaluation, images }
}
