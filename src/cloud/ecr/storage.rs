//! Images in the archive and on their way back, and artifacts that outlive what they refer to.

use std::sync::Arc;

use super::image::Image;
use super::ops::{release_blobs, remove_images};
use super::place::Place;
use super::state::{Due, Repository};
use super::{replication, scan};
use crate::cloud::{Cloud, Digest, Duration, Timestamp, events};

/// How long a restore takes. Source: Amazon ECR User Guide, "Image storage classes": up to 20 minutes.
pub(super) const RESTORE_TIME: Duration = Duration::minutes(20);

/// How long what refers to an image stays when that is gone. Source: Amazon ECR User Guide: within 24 hours.
const REFERRERS_STAY: Duration = Duration::hours(24);

/// An image in the archive begins to come back, unless it has begun.
pub(super) fn restore(cloud: &mut Cloud, place: &Place, digest: &Digest) {
    let Ok(repository) = place.repository_mut(cloud) else { return };
    let Some(image) = repository.images.get_mut(digest).filter(|image| !image.activating) else { return };
    Arc::make_mut(image).activating = true;
    let due = (cloud.now() + RESTORE_TIME, Due::Activation(place.name.clone(), digest.clone()));
    place.state_mut(cloud).agenda.insert(due);
}

/// An image is back, and is treated as one that was just pushed.
pub(super) fn finish_activation(cloud: &mut Cloud, place: &Place, digest: &Digest) {
    let now = cloud.now();
    let Ok(repository) = place.repository_mut(cloud) else { return };
    // One that was pushed again in the meantime is back already.
    if !repository.image(digest).is_some_and(|image| image.activating) {
        return;
    }
    repository.activate(digest, now);
    tell(cloud, place, digest);
    let Ok(repository) = place.repository(cloud) else { return };
    let tags: Vec<String> = repository.tags_of(digest).into_iter().map(str::to_owned).collect();
    scan::on_push(cloud, place, digest);
    if tags.is_empty() {
        replication::on_push(cloud, place, digest, None);
    }
    for tag in &tags {
        replication::on_push(cloud, place, digest, Some(tag));
    }
}

/// Tells the bus in which storage class an image is now.
pub(super) fn tell(cloud: &mut Cloud, place: &Place, digest: &Digest) {
    let Ok(repository) = place.repository(cloud) else { return };
    let (arn, image) = (repository.arn.clone(), repository.images.get(digest).cloned());
    if let (Some(image), Some(_)) = (image, place.region()) {
        events::ecr::moved(cloud, &arn, &image);
    }
}

/// Images are gone: notes when the artifacts that referred to them go.
pub(super) fn on_removed(cloud: &mut Cloud, place: &Place, gone: &[Arc<Image>]) {
    let Ok(repository) = place.repository(cloud) else { return };
    let orphaned = |image: &&Arc<Image>| referrers(repository, &image.digest).next().is_some();
    let subjects: Vec<Digest> = gone.iter().filter(orphaned).map(|image| image.digest.clone()).collect();
    let due: Timestamp = cloud.now() + REFERRERS_STAY;
    let agenda = &mut place.state_mut(cloud).agenda;
    agenda.extend(subjects.into_iter().map(|subject| (due, Due::Referrers(place.name.clone(), subject))));
}

/// What referred to an image that is gone goes too, with what refers to that.
pub(super) fn remove_referrers(cloud: &mut Cloud, place: &Place, subject: &Digest) {
    let Ok((repository, store)) = place.open(cloud) else { return };
    if repository.image(subject).is_some() {
        return;
    }
    let orphans: Vec<Digest> = referrers(repository, subject).map(|image| image.digest.clone()).collect();
    let gone = remove_images(repository, &orphans);
    release_blobs(repository, store, &gone);
    on_removed(cloud, place, &gone);
}

/// The artifacts that refer to an image, by digest.
pub(super) fn referrers<'a>(repository: &'a Repository, subject: &'a Digest) -> impl Iterator<Item = &'a Image> {
    let refers = move |image: &&Image| image.subject() == Some(subject);
    repository.images.values().map(Arc::as_ref).filter(refers)
}
