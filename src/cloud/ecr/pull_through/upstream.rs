//! The other end of a pull-through cache rule: which registries there are, and getting images from them.

use serde_json::Value;

use super::{Failure, ROLE, Rule};
use crate::cloud::ecr::image::Image;
use crate::cloud::ecr::ops::{BatchGetImage, GetDownloadUrlForLayer, ImageIdentifier};
use crate::cloud::ecr::parcel::Parcel;
use crate::cloud::ecr::place::Place;
use crate::cloud::ecr::registry::Registry;
use crate::cloud::oci::{ParsedManifest, Platform, Reference, media_type};
use crate::cloud::upstream::{self, Lookup, PublicImage};
use crate::cloud::{
    ApiError, Arn, Blob, Caller, Cloud, Digest, Origin, Principal, Region, Timestamp, ecr_public, iam, secretsmanager,
};

/// A registry that rules can lead to. Source: Amazon ECR service model, `UpstreamRegistry`, and Amazon ECR User Guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Upstream {
    Ecr,
    EcrPublic,
    Quay,
    Kubernetes,
    DockerHub,
    GitHub,
    Azure,
    GitLab,
    Chainguard,
}

impl Upstream {
    const ALL: [Self; 9] = [
        Self::Ecr,
        Self::EcrPublic,
        Self::Quay,
        Self::Kubernetes,
        Self::DockerHub,
        Self::GitHub,
        Self::Azure,
        Self::GitLab,
        Self::Chainguard,
    ];

    /// As the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ecr => "ecr",
            Self::EcrPublic => "ecr-public",
            Self::Quay => "quay",
            Self::Kubernetes => "k8s",
            Self::DockerHub => "docker-hub",
            Self::GitHub => "github-container-registry",
            Self::Azure => "azure-container-registry",
            Self::GitLab => "gitlab-container-registry",
            Self::Chainguard => "chainguard",
        }
    }

    /// All, as the API writes them.
    pub(in crate::cloud::ecr) fn names() -> Vec<&'static str> {
        Self::ALL.map(Self::as_str).to_vec()
    }

    /// The registry at that address.
    pub(in crate::cloud::ecr) fn at(url: &str) -> Option<Self> {
        Some(match url {
            "public.ecr.aws" => Self::EcrPublic,
            "quay.io" => Self::Quay,
            "registry.k8s.io" => Self::Kubernetes,
            "registry-1.docker.io" => Self::DockerHub,
            "ghcr.io" => Self::GitHub,
            "registry.gitlab.com" => Self::GitLab,
            "cgr.dev" => Self::Chainguard,
            url if Registry::from_host(url).is_some() => Self::Ecr,
            url if url.strip_suffix(".azurecr.io").is_some_and(|name| !name.is_empty() && !name.contains('.')) => {
                Self::Azure
            }
            _ => return None,
        })
    }

    /// Whether a rule must name a secret; else it may not.
    pub(super) fn needs_secret(self) -> bool {
        matches!(self, Self::DockerHub | Self::GitHub | Self::Azure | Self::GitLab | Self::Chainguard)
    }
}

/// Whether the rule's secret is there and holds what it must: `username` and `accessToken`.
///
/// # Errors
/// Source of the texts: Amazon ECR service model. The upstream itself takes any user name and token.
pub(in crate::cloud::ecr) fn credentials(cloud: &Cloud, rule: &Rule) -> Result<(), ApiError> {
    let Some(arn) = &rule.credential_arn else { return Ok(()) };
    let not_found = || {
        ApiError::new(
            "SecretNotFoundException",
            "The ARN of the secret specified in the pull through cache rule was not found. Update the pull through cache \
             rule with a valid secret ARN and try again.",
        )
    };
    let text = secretsmanager::current_value(cloud, arn).ok_or_else(not_found)?;
    let value: Option<Value> = serde_json::from_str(text).ok();
    let has = |key: &str| {
        let text = value.as_ref().and_then(|value| value.get(key)).and_then(Value::as_str);
        text.is_some_and(|text| !text.is_empty())
    };
    if has("username") && has("accessToken") {
        return Ok(());
    }
    Err(ApiError::new(
        "UnableToAccessSecretException",
        "The secret is unable to be accessed. Verify the resource permissions for the secret and try again.",
    ))
}

/// Gets an image from the rule's upstream, and its digest.
pub(super) fn fetch(
    cloud: &mut Cloud,
    place: &Place,
    rule: &Rule,
    path: &str,
    id: &ImageIdentifier,
) -> Result<(Parcel, Digest), Failure> {
    credentials(cloud, rule).map_err(|error| Failure::Credentials(error.message))?;
    if rule.upstream == Upstream::Ecr {
        return fetch_private(cloud, place, rule, path, id);
    }
    let host = match rule.upstream {
        Upstream::DockerHub => "docker.io",
        _ => &rule.url,
    };
    let digest = id.image_digest.as_deref().and_then(|digest| digest.parse().ok());
    let reference =
        Reference { host: host.to_owned(), path: path.to_owned(), tag: id.image_tag.clone(), digest: digest.clone() };
    if rule.upstream == Upstream::EcrPublic
        && let Some((source, image)) = ecr_public::find(cloud, &reference)
    {
        let mut parcel = Parcel::default();
        parcel.pack(cloud, &source, &image).map_err(|_| Failure::NotFound)?;
        return Ok((parcel, image));
    }
    // An index is brought in with all its images, so that each machine finds its own.
    if let Some(published) = upstream::published(&reference) {
        let mut parcel = Parcel::default();
        let sizes = published.images.into_iter().map(|image| pack(&mut parcel, image, cloud.now()).1);
        let size = sizes.max().unwrap_or_default();
        let blob = published.index.to_blob();
        let digest = blob.digest();
        let content = ParsedManifest::Index(published.index);
        parcel.add(Image::new(blob, media_type::DOCKER_LIST.to_owned(), &content, size, cloud.now()));
        return Ok((parcel, digest));
    }
    match upstream::find(&reference, &Platform::linux_amd64()) {
        Lookup::Found(found) => {
            let mut parcel = Parcel::default();
            let (digest, _) = pack(&mut parcel, found.image, cloud.now());
            Ok((parcel, digest))
        }
        Lookup::NoTag | Lookup::NoPlatform => Err(Failure::NotFound),
        // What an upstream does not show to this user it refuses, as Docker Hub does for a path without `library/`.
        // Source: observed.
        Lookup::NoRepository | Lookup::UnknownHost => {
            let name = id.image_tag.as_deref().or(id.image_digest.as_deref()).unwrap_or_default();
            let reason = format!(
                "pulling from host {} failed with status code [manifests {name}]: 403 Forbidden",
                place.region().map_or_else(String::new, |region| {
                    Registry { account: place.account.clone(), region: region.clone() }.host()
                })
            );
            Err(Failure::Refused("UpstreamAccessDenied", reason))
        }
    }
}

/// Adds an image of a public registry to a parcel: its digest, and its size in bytes.
fn pack(parcel: &mut Parcel, image: PublicImage, now: Timestamp) -> (Digest, u64) {
    let config = image.config.to_blob();
    let manifest = image.manifest();
    let blob = manifest.to_blob();
    let size = image.layers.iter().map(|layer| layer.blob.len() as u64).sum::<u64>() + config.len() as u64;
    parcel.add_blob(config);
    image.layers.into_iter().for_each(|layer| parcel.add_blob(layer.blob));
    let digest = blob.digest();
    let content = ParsedManifest::Image(manifest);
    parcel.add(Image::new(blob, media_type::DOCKER_MANIFEST.to_owned(), &content, size, now));
    (digest, size)
}

/// Gets an image from another private registry, as the rule's role.
fn fetch_private(
    cloud: &mut Cloud,
    place: &Place,
    rule: &Rule,
    path: &str,
    id: &ImageIdentifier,
) -> Result<(Parcel, Digest), Failure> {
    let registry = Registry::from_host(&rule.url).ok_or(Failure::NotFound)?;
    let caller = role_caller(cloud, place, rule, &registry.region)?;
    let mut courier = Courier { cloud, caller, registry, path, parcel: Parcel::default() };
    let (digest, _) = courier.image(id.clone())?;
    Ok((courier.parcel, digest))
}

/// The session that pulls: of the rule's role, or of the service-linked one where the upstream is the account's own.
fn role_caller(cloud: &Cloud, place: &Place, rule: &Rule, region: &Region) -> Result<Caller, Failure> {
    let denied = |reason: String| Failure::Refused("UpstreamAccessDenied", reason);
    let role = match &rule.custom_role_arn {
        None => ROLE.name.to_owned(),
        Some(arn) => {
            let arn: Arn = arn.parse().map_err(denied)?;
            if !iam::can_assume(cloud, ROLE.service, &arn).is_allowed() {
                // Inferred.
                return Err(denied(format!("Amazon ECR is not able to assume the role '{arn}'")));
            }
            arn.resource().rsplit('/').next().unwrap_or_default().to_owned()
        }
    };
    let session = "ecr-pull-through-cache".to_owned();
    let principal = Principal::Session { account: place.account.clone(), role, session };
    Ok(Caller { principal, region: region.clone(), origin: Origin::Service })
}

/// Carries images out of a private registry, request by request.
struct Courier<'a> {
    cloud: &'a mut Cloud,
    caller: Caller,
    registry: Registry,
    path: &'a str,
    parcel: Parcel,
}

impl Courier<'_> {
    /// An image with all that it names: its digest, and its size in bytes.
    fn image(&mut self, id: ImageIdentifier) -> Result<(Digest, u64), Failure> {
        let refused = |error: ApiError| match error.is_access_denied() {
            true => Failure::Refused("UpstreamAccessDenied", error.message),
            false => Failure::NotFound,
        };
        let request = BatchGetImage {
            registry_id: Some(self.registry.account.to_string()),
            repository_name: self.path.to_owned(),
            image_ids: vec![id],
            accepted_media_types: None,
        };
        let answer = self.cloud.call(&self.caller, request).map_err(refused)?;
        let image = answer.images.into_iter().next().ok_or(Failure::NotFound)?;
        let blob = Blob::from(image.image_manifest.into_bytes());
        let (content, media_type) = ParsedManifest::parse(blob.as_bytes(), Some(&image.image_manifest_media_type))
            .map_err(|_| Failure::NotFound)?;
        let mut size = 0;
        match &content {
            ParsedManifest::Image(manifest) => {
                for blob in manifest.blobs() {
                    let request = GetDownloadUrlForLayer {
                        registry_id: Some(self.registry.account.to_string()),
                        repository_name: self.path.to_owned(),
                        layer_digest: blob.digest.to_string(),
                    };
                    self.cloud.call(&self.caller, request).map_err(refused)?;
                    let source = Place::private(self.registry.account.clone(), self.registry.region.clone(), self.path);
                    let held = source.layers(self.cloud).and_then(|store| store.get_for(&blob.digest, self.path));
                    let held = held.cloned().ok_or(Failure::NotFound)?;
                    size += held.len() as u64;
                    self.parcel.add_blob(held);
                }
            }
            ParsedManifest::Index(index) => {
                for child in &index.manifests {
                    size = self.image(ImageIdentifier::digest(&child.digest))?.1.max(size);
                }
            }
        }
        let image = Image::new(blob, media_type, &content, size, self.cloud.now());
        let digest = image.digest.clone();
        self.parcel.add(image);
        Ok((digest, size))
    }
}
