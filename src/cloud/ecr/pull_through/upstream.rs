//! The other end of a pull-through cache rule: which registries there are, and getting images from them.

use super::{Failure, ROLE, Rule};
use crate::cloud::ecr::image::Image;
use crate::cloud::ecr::ops::{BatchGetImage, GetDownloadUrlForLayer, ImageIdentifier};
use crate::cloud::ecr::parcel::Parcel;
use crate::cloud::ecr::place::Place;
use crate::cloud::ecr::registry::Registry;
use crate::cloud::oci::{ParsedManifest, Platform, Reference, media_type};
use crate::cloud::secretsmanager::{self, GetSecretValue};
use crate::cloud::upstream::hub::Puller;
use crate::cloud::upstream::{self, Credentials, Flaw, Lookup, PublicImage, enter};
use crate::cloud::{
    AccountId, ApiError, Arn, Blob, Caller, Cloud, Digest, Origin, Principal, Region, Timestamp, ecr_public, iam,
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

/// The members of a secret's value. Source: Amazon ECR User Guide, "Storing your upstream repository credentials in an AWS
/// Secrets Manager secret".
const MEMBERS: [&str; 2] = ["username", "accessToken"];

/// Why a rule's credentials are of no use: ECR's error, and the same for programs where it is no matter of permissions.
pub(super) type NoUse = (ApiError, Option<Flaw>);

/// As whom ECR reads a rule's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cloud::ecr) enum Reader {
    /// As whoever makes the rule: only whether it is there and can be read.
    Maker,
    /// As the service-linked role, by a request.
    Role,
}

/// What the rule's secret holds, where it has one.
///
/// # Errors
/// Source of the texts: Amazon ECR service model. Inferred: that a value without its members can't be accessed, and that one
/// marked for deletion is not found.
pub(super) fn credentials(
    cloud: &mut Cloud,
    place: (&AccountId, &Region),
    rule: &Rule,
    reader: Reader,
) -> Result<Option<Credentials>, NoUse> {
    let Some(arn) = &rule.credential_arn else { return Ok(None) };
    let (account, region) = place;
    let caller = role_session(account, region, ROLE.name.to_owned());
    // Its key must be AWS's own. Source: Amazon ECR User Guide, as above: customer managed keys are not supported.
    let key = secretsmanager::key_of(cloud, account, region, arn).map(str::to_owned);
    let value = match reader {
        Reader::Maker => secretsmanager::current_value(cloud, account, region, arn).map(str::to_owned),
        Reader::Role => match cloud.call(&caller, GetSecretValue { secret_id: arn.clone() }) {
            Ok(answer) => Some(answer.secret_string),
            Err(error) if error.is_access_denied() => return Err((inaccessible(), None)),
            Err(_) => None,
        },
    };
    let Some(value) = value else { return Err((not_found(), Some(Flaw::NoSecret))) };
    if key.is_some_and(|key| key != "alias/aws/secretsmanager") {
        let text =
            "The secret is accessible but is unable to be decrypted. Verify the resource permisisons and try again.";
        return Err((ApiError::new("UnableToDecryptSecretValueException", text), Some(Flaw::NotDecryptable)));
    }
    match Credentials::read(&value, MEMBERS) {
        Some(read) => Ok(Some(read)),
        None => Err((inaccessible(), Some(Flaw::Malformed(MEMBERS)))),
    }
}

fn not_found() -> ApiError {
    ApiError::new(
        "SecretNotFoundException",
        "The ARN of the secret specified in the pull through cache rule was not found. Update the pull through cache rule \
         with a valid secret ARN and try again.",
    )
}

fn inaccessible() -> ApiError {
    ApiError::new(
        "UnableToAccessSecretException",
        "The secret is unable to be accessed. Verify the resource permissions for the secret and try again.",
    )
}

/// Whether a rule can be made, or changed, with the secret that it names.
///
/// # Errors
/// As [`credentials`]. What the upstream says of them is found out when something is pulled.
pub(in crate::cloud::ecr) fn check_secret(
    cloud: &mut Cloud,
    account: &AccountId,
    region: &Region,
    rule: &Rule,
) -> Result<(), ApiError> {
    credentials(cloud, (account, region), rule, Reader::Maker).map(drop).map_err(|(error, _)| error)
}

/// Signs in at the rule's upstream: as which user; none where it takes everyone.
///
/// # Errors
/// In AWS's words, where the secret or what it holds is of no use; the trail knows why.
pub(in crate::cloud::ecr) fn sign_in(
    cloud: &mut Cloud,
    account: &AccountId,
    region: &Region,
    rule: &Rule,
) -> Result<Option<String>, String> {
    let host = rule.image_host().to_owned();
    let prefix = Some(rule.prefix.as_str());
    let secret = rule.credential_arn.as_deref();
    match credentials(cloud, (account, region), rule, Reader::Role) {
        Ok(None) if rule.upstream == Upstream::Ecr => match role_caller(cloud, account, rule, region) {
            Err(Failure::Refused(_, reason)) => Err(reason),
            _ => Ok(None),
        },
        Ok(None) => Ok(None),
        // Source: observed, when a pull was refused.
        Ok(Some(with)) => enter(cloud, &host, &with, secret, prefix).map(Some).map_err(|_| {
            "The authentication to the upstream registry failed. Verify that the credentials provided in the pull through \
             cache rule are correct, and try again."
                .to_owned()
        }),
        Err((error, flaw)) => {
            if let Some(flaw) = flaw {
                upstream::note(cloud, &host, secret, prefix, flaw);
            }
            Err(error.message)
        }
    }
}

/// Gets an image from the rule's upstream, and its digest.
pub(super) fn fetch(
    cloud: &mut Cloud,
    place: &Place,
    rule: &Rule,
    path: &str,
    id: &ImageIdentifier,
) -> Result<(Parcel, Digest), Failure> {
    let Some(region) = place.region().cloned() else { return Err(Failure::NotFound) };
    if rule.upstream == Upstream::Ecr {
        return fetch_private(cloud, place, rule, path, id);
    }
    let user = sign_in(cloud, &place.account, &region, rule).map_err(Failure::Credentials)?;
    let host = rule.image_host();
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
    if let Some(user) = user.as_ref().filter(|_| rule.upstream == Upstream::DockerHub) {
        let now = cloud.now();
        if !cloud.outside_mut().hub.pull(Puller::Account(user.clone()), now) {
            // Inferred: how ECR hands the upstream's words on.
            let reason = "You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: \
                          https://www.docker.com/increase-rate-limit";
            return Err(Failure::Refused("UpstreamTooManyRequests", reason.to_owned()));
        }
    }
    // An index is brought in with all its images, so that each machine finds its own.
    if let Some(published) = upstream::published(&reference, user.as_deref()) {
        let mut parcel = Parcel::default();
        let sizes = published.images.into_iter().map(|image| pack(&mut parcel, image, cloud.now()).1);
        let size = sizes.max().unwrap_or_default();
        let blob = published.index.to_blob();
        let digest = blob.digest();
        let content = ParsedManifest::Index(published.index);
        parcel.add(Image::new(blob, media_type::DOCKER_LIST.to_owned(), &content, size, cloud.now()));
        return Ok((parcel, digest));
    }
    match upstream::find(&reference, &Platform::linux_amd64(), user.as_deref()) {
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
            let host = Registry { account: place.account.clone(), region }.host();
            let reason = format!("pulling from host {host} failed with status code [manifests {name}]: 403 Forbidden");
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
    let caller = role_caller(cloud, &place.account, rule, &registry.region)?;
    let mut courier = Courier { cloud, caller, registry, path, parcel: Parcel::default() };
    let (digest, _) = courier.image(id.clone())?;
    Ok((courier.parcel, digest))
}

/// The session that pulls: of the rule's role, or of the service-linked one where the upstream is the account's own.
fn role_caller(cloud: &Cloud, account: &AccountId, rule: &Rule, region: &Region) -> Result<Caller, Failure> {
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
    Ok(role_session(account, region, role))
}

/// ECR, in a session of a role.
fn role_session(account: &AccountId, region: &Region, role: String) -> Caller {
    let session = "ecr-pull-through-cache".to_owned();
    let principal = Principal::Session { account: account.clone(), role, session };
    Caller { principal, region: region.clone(), origin: Origin::Service }
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
