//! What a private registry holds, and how others look at it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(super) use super::image::Image;
use super::lifecycle;
use crate::cloud::iam::Policy;
use crate::cloud::{AccountId, Arn, Blob, Cloud, Digest, Principal, Region, Timestamp};

/// An account's registry in one region.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub(in crate::cloud) repositories: BTreeMap<String, Arc<Repository>>,
    /// Layers on their way, by upload id.
    pub(super) uploads: BTreeMap<String, Arc<Upload>>,
    /// Tokens given out, by the digest of their password.
    pub(in crate::cloud) tokens: BTreeMap<Digest, Arc<Token>>,
    /// The registry policy.
    pub(super) policy: Option<Arc<Policy>>,
    pub(super) scanning: Arc<Scanning>,
    pub(super) replication: Arc<Vec<super::replication::ReplicationRule>>,
    /// Pull-through cache rules, by prefix.
    pub(super) pull_through: BTreeMap<String, Arc<super::pull_through::Rule>>,
    /// Repository creation templates, by prefix.
    pub(super) templates: BTreeMap<String, Arc<super::templates::Template>>,
    /// The rules of managed signing, once there is a configuration.
    pub(super) signing: Option<Arc<Vec<super::signing::SigningRule>>>,
    /// Whose pulls leave no trace, by ARN, and since when.
    pub(super) pull_time_exclusions: BTreeMap<String, Timestamp>,
    /// Whether a push may take a layer from another repository of the registry.
    pub(super) blob_mounting: bool,
    pub(super) quotas: Quotas,
    /// What will happen by itself, by when.
    pub(super) agenda: BTreeSet<(Timestamp, Due)>,
}

/// How the registry scans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scanning {
    /// Enhanced scanning is Amazon Inspector's; else basic.
    pub(super) enhanced: bool,
    pub(super) rules: Vec<super::ops::ScanningRule>,
}

/// How much a registry may hold. Source: Amazon ECR User Guide, "Amazon ECR service quotas".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    pub repositories: usize,
    /// Active ones: the archive does not count.
    pub images_per_repository: usize,
    pub tags_per_image: usize,
}

impl Default for Quotas {
    fn default() -> Self {
        Self { repositories: 100_000, images_per_repository: 100_000, tags_per_image: 1000 }
    }
}

/// What happens by itself, in this order when at the same moment. An entry whose cause is gone does nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// An image is back from the archive.
    Activation(String, Digest),
    /// An image's signatures are made.
    Signing(String, Digest),
    /// A scan ends: of which image in which repository.
    Scan(String, Digest),
    /// An image arrives in another registry.
    Replication(super::replication::Copy),
    /// A repository's preview ends.
    Preview(String),
    /// A repository's policy runs.
    Lifecycle(String),
    /// What referred to an image that is gone goes too.
    Referrers(String, Digest),
}

impl Due {
    /// The repository that it is about.
    pub(super) fn repository(&self) -> &str {
        match self {
            Self::Activation(name, _)
            | Self::Signing(name, _)
            | Self::Scan(name, _)
            | Self::Preview(name)
            | Self::Lifecycle(name)
            | Self::Referrers(name, _) => name,
            Self::Replication(copy) => &copy.repository,
        }
    }
}

/// A repository.
#[derive(Clone, Debug)]
pub struct Repository {
    pub name: String,
    pub arn: Arn,
    /// `{account}.dkr.ecr.{region}.amazonaws.com/{name}`.
    pub uri: String,
    pub created_at: Timestamp,
    pub mutability: Mutability,
    /// Set with the two `…_WITH_EXCLUSION` values, else empty.
    pub exclusion_filters: Vec<ExclusionFilter>,
    pub scan_on_push: bool,
    pub encryption: Encryption,
    /// Resource tags.
    pub resource_tags: BTreeMap<String, String>,
    /// Images by the digest of their manifest. Put in by [`Repository::insert`], taken out by [`Repository::remove`].
    pub images: BTreeMap<Digest, Arc<Image>>,
    /// How many images need each layer or config.
    pub(super) blob_uses: BTreeMap<Digest, u32>,
    /// How many images are in the archive.
    pub(super) archived: usize,
    /// Which image each image tag names.
    pub tags: BTreeMap<String, Digest>,
    /// The repository policy.
    pub policy: Option<Arc<Policy>>,
    pub lifecycle: Option<Arc<lifecycle::Attached>>,
    pub preview: Option<Arc<lifecycle::Preview>>,
    /// When a pull-through cache last looked for a tag or a digest at the upstream.
    pub(in crate::cloud) upstream_checks: BTreeMap<String, Timestamp>,
}

/// Whether tags can be moved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mutability {
    #[default]
    Mutable,
    Immutable,
    /// Immutable, but for tags that fit a filter.
    ImmutableWithExclusion,
    /// Mutable, but for tags that fit a filter.
    MutableWithExclusion,
}

impl Mutability {
    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mutable => "MUTABLE",
            Self::Immutable => "IMMUTABLE",
            Self::ImmutableWithExclusion => "IMMUTABLE_WITH_EXCLUSION",
            Self::MutableWithExclusion => "MUTABLE_WITH_EXCLUSION",
        }
    }

    pub(super) fn has_exclusions(self) -> bool {
        matches!(self, Self::ImmutableWithExclusion | Self::MutableWithExclusion)
    }
}

/// Tags that are treated the other way round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExclusionFilter {
    /// Always `WILDCARD`.
    pub filter_type: String,
    /// `*` stands for any number of characters.
    pub filter: String,
}

/// How layers are encrypted at rest. Fixed when the repository is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Encryption {
    /// `AES256`, `KMS` or `KMS_DSSE`.
    pub encryption_type: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
}

impl Default for Encryption {
    fn default() -> Self {
        Self { encryption_type: "AES256".to_owned(), kms_key: None }
    }
}

/// A layer on its way.
#[derive(Clone, Debug)]
pub(super) struct Upload {
    pub(super) repository: String,
    pub(super) parts: Vec<Blob>,
    /// Bytes received so far.
    pub(super) received: u64,
}

/// A token that was given out: whose it is, and until when.
#[derive(Clone, Debug)]
pub struct Token {
    pub principal: Principal,
    pub expires_at: Timestamp,
}

impl State {
    /// The repositories by name, to change them.
    pub(in crate::cloud) fn repositories_mut(&mut self) -> impl Iterator<Item = (&String, &mut Repository)> {
        self.repositories.iter_mut().map(|(name, repository)| (name, Arc::make_mut(repository)))
    }

    /// The repositories, by name.
    pub fn repositories(&self) -> impl ExactSizeIterator<Item = &Repository> {
        self.repositories.values().map(Arc::as_ref)
    }

    /// The repository of that name.
    pub fn repository(&self, name: &str) -> Option<&Repository> {
        self.repositories.get(name).map(Arc::as_ref)
    }

    /// The registry's own policy.
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_deref()
    }

    /// When something is due next.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.agenda.first().map(|(due, _)| *due)
    }
}

impl Repository {
    /// Whether it holds no image.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// The image that a tag names.
    pub fn image_by_tag(&self, tag: &str) -> Option<&Image> {
        self.image(self.tags.get(tag)?)
    }

    /// The image of that digest.
    pub fn image(&self, digest: &Digest) -> Option<&Image> {
        self.images.get(digest).map(Arc::as_ref)
    }

    /// The tags of an image, sorted. Looks through all tags: for many images take [`Repository::tags_by_image`].
    pub fn tags_of(&self, digest: &Digest) -> Vec<&str> {
        self.tags.iter().filter(|(_, of)| *of == digest).map(|(tag, _)| tag.as_str()).collect()
    }

    /// The tags of each tagged image, sorted.
    pub fn tags_by_image(&self) -> BTreeMap<&Digest, Vec<&str>> {
        let mut by_image: BTreeMap<&Digest, Vec<&str>> = BTreeMap::new();
        for (tag, digest) in &self.tags {
            by_image.entry(digest).or_default().push(tag);
        }
        by_image
    }

    /// Whether `tag`, once given, stays where it is.
    pub fn is_immutable(&self, tag: &str) -> bool {
        let excluded = || self.exclusion_filters.iter().any(|filter| matches_wildcard(&filter.filter, tag));
        match self.mutability {
            Mutability::Mutable => false,
            Mutability::Immutable => true,
            Mutability::ImmutableWithExclusion => !excluded(),
            Mutability::MutableWithExclusion => excluded(),
        }
    }

    /// Whether an image needs the layer or config.
    pub fn references(&self, blob: &Digest) -> bool {
        self.blob_uses.contains_key(blob)
    }

    /// Whether only images in the archive need the layer or config.
    pub(super) fn is_archived(&self, blob: &Digest) -> bool {
        let needs = |image: &&Arc<Image>| image.blobs().any(|needed| needed == blob);
        self.archived > 0
            && self.references(blob)
            && self.images.values().filter(needs).all(|image| image.archived_at.is_some())
    }

    /// Puts an image in, unless it is there.
    pub(super) fn insert(&mut self, image: Image) {
        if self.images.contains_key(&image.digest) {
            return;
        }
        for blob in image.blobs() {
            *self.blob_uses.entry(blob.clone()).or_insert(0) += 1;
        }
        self.archived += usize::from(image.archived_at.is_some());
        self.images.insert(image.digest.clone(), Arc::new(image));
    }

    /// Takes an image out. Its tags stay.
    pub(super) fn remove(&mut self, digest: &Digest) -> Option<Arc<Image>> {
        let image = self.images.remove(digest)?;
        for blob in image.blobs() {
            let uses = self.blob_uses.get_mut(blob).map(|uses| {
                *uses = uses.saturating_sub(1);
                *uses
            });
            if uses == Some(0) {
                self.blob_uses.remove(blob);
            }
        }
        self.archived = self.archived.saturating_sub(usize::from(image.archived_at.is_some()));
        Some(image)
    }

    /// Moves an image to the archive, unless it is there.
    pub(super) fn archive(&mut self, digest: &Digest, now: Timestamp) {
        if let Some(image) = self.images.get_mut(digest).filter(|image| image.archived_at.is_none()) {
            Arc::make_mut(image).archive(now);
            self.archived += 1;
        }
    }

    /// Brings an image back from the archive, unless it is back.
    pub(super) fn activate(&mut self, digest: &Digest, now: Timestamp) {
        if let Some(image) = self.images.get_mut(digest).filter(|image| image.archived_at.is_some()) {
            Arc::make_mut(image).activate(now);
            self.archived = self.archived.saturating_sub(1);
        }
    }

    /// The indexes that name the image.
    pub fn indexes_of<'a>(&'a self, digest: &'a Digest) -> impl Iterator<Item = &'a Image> {
        self.images.values().filter(move |image| image.children().any(|child| child == digest)).map(Arc::as_ref)
    }
}

/// Whether the whole `text` fits `pattern`, in which `*` stands for any number of characters.
pub(super) fn matches_wildcard(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|head| text.strip_prefix(head)) else { return false };
    let Some(tail) = pattern.rsplit_once('*').map(|(_, tail)| tail) else { return rest.is_empty() };
    let middle = pattern.matches('*').count() - 1;
    for part in parts.take(middle) {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(tail)
}

/// A repository anywhere.
pub fn repository<'a>(cloud: &'a Cloud, account: &AccountId, region: &Region, name: &str) -> Option<&'a Repository> {
    cloud.regional(account, region)?.ecr.repository(name)
}

/// A repository by its ARN.
pub fn repository_by_arn<'a>(cloud: &'a Cloud, arn: &Arn) -> Option<&'a Repository> {
    if arn.service() != "ecr" {
        return None;
    }
    let account = arn.account().parse().ok()?;
    repository(cloud, &account, &Region::new(arn.region()), arn.resource().strip_prefix("repository/")?)
}

/// The policy of the registry that a repository's ARN leads to, and the registry's host, which names it.
/// It speaks of all of ECR's actions. Source: Amazon ECR User Guide, "Private registry permissions", policy scope V2.
pub(in crate::cloud) fn registry_policy(cloud: &Cloud, resource: &Arn) -> Option<(Arc<str>, Arc<Policy>)> {
    if resource.service() != "ecr" {
        return None;
    }
    let account: AccountId = resource.account().parse().ok()?;
    let region = Region::new(resource.region());
    let policy = cloud.regional(&account, &region)?.ecr.policy.clone()?;
    Some((super::registry::Registry { account, region }.host().into(), policy))
}

/// Sets what a registry may hold, in place of the quotas that AWS begins with.
pub fn set_quotas(cloud: &mut Cloud, account: &AccountId, region: &Region, quotas: Quotas) {
    cloud.regional_mut(account, region).ecr.quotas = quotas;
}

/// The repository policy of the repository that `resource` names, if it has one. IAM asks this for every request on it.
pub(in crate::cloud) fn resource_policy(cloud: &Cloud, resource: &Arn) -> Option<Arc<Policy>> {
    repository_by_arn(cloud, resource)?.policy.clone()
}

#[cfg(test)]
mod tests {
    use super::matches_wildcard;

    #[test]
    fn a_star_stands_for_any_number_of_characters() {
        for (pattern, text, expect) in [
            ("latest", "latest", true),
            ("latest", "latest1", false),
            ("dev-*", "dev-", true),
            ("dev-*", "dev-1", true),
            ("dev-*", "adev-1", false),
            ("*-rc", "1-rc", true),
            ("*-rc", "1-rc2", false),
            ("v*.*", "v1.2", true),
            ("v*.*", "v12", false),
            ("a*a", "a", false),
            ("a*b*a", "aba", true),
            ("*", "", true),
            ("**", "x", true),
            ("a*bc*c", "abc", false),
        ] {
            assert_eq!(matches_wildcard(pattern, text), expect, "{pattern} {text}");
        }
    }
}
