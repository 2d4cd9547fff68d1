//! A registry that the laptop pushes to, and who it is there.

use super::login;
use crate::cloud::ecr::registry::{
    self, ImageParts, PushFailure, PushReport, Registry, RegistryError, RegistryErrorCode,
};
use crate::cloud::oci::Reference;
use crate::cloud::{Blob, Caller, Cloud, Digest, ecr_public};
use crate::shell::Io;

/// The registry, and the caller whose token the laptop holds.
pub(super) struct Remote {
    caller: Caller,
    seat: Seat,
}

enum Seat {
    Private { registry: Registry, path: String },
    Public { alias: String, name: String },
}

/// Why there is no way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoRemote {
    /// No login is kept for the host.
    NoCredentials,
    /// What docker says.
    Refused(String),
}

impl Remote {
    /// The registry that a reference is in, with the login that is kept for it.
    pub(super) fn of(io: &mut Io<'_>, reference: &Reference) -> Result<Self, NoRemote> {
        let host = &reference.host;
        // `public.ecr.aws/{alias}/{repository}`
        let public = reference.path.split_once('/').filter(|_| host == ecr_public::HOST);
        let seat = match (Registry::from_host(host), public) {
            (Some(registry), _) => Seat::Private { registry, path: reference.path.clone() },
            (None, Some((alias, name))) => Seat::Public { alias: alias.to_owned(), name: name.to_owned() },
            (None, None) => {
                return Err(NoRemote::Refused(match host.as_str() {
                    "docker.io" | ecr_public::HOST => "denied: requested access to the resource is denied".to_owned(),
                    host => format!("Get \"https://{host}/v2/\": dial tcp: lookup {host}: no such host"),
                }));
            }
        };
        let login = login::read(io).login(host).ok_or(NoRemote::NoCredentials)?;
        let refused = |error: RegistryError| NoRemote::Refused(error.to_string());
        let caller = login::authenticate(&io.world.cloud, host, &login).map_err(refused)?;
        Ok(Self { caller, seat })
    }

    /// Pushes an image, under a tag or by its digest alone.
    pub(super) fn push(
        &self,
        cloud: &mut Cloud,
        image: &ImageParts,
        tag: Option<&str>,
    ) -> Result<PushReport, PushFailure> {
        match &self.seat {
            Seat::Private { registry, path } => registry::push(cloud, &self.caller, registry, path, image, tag),
            Seat::Public { alias, name } => registry::push_public(cloud, &self.caller, alias, name, image, tag),
        }
    }

    /// Puts a manifest over images that are there.
    pub(super) fn put(
        &self,
        cloud: &mut Cloud,
        manifest: &Blob,
        media_type: &str,
        tag: &str,
    ) -> Result<Digest, RegistryError> {
        let tag = Some(tag);
        match &self.seat {
            Seat::Private { registry, path } => {
                registry::put_manifest(cloud, &self.caller, registry, path, manifest, media_type, tag)
            }
            Seat::Public { alias, name } => {
                registry::put_public_manifest(cloud, &self.caller, alias, name, manifest, media_type, tag)
            }
        }
    }
}

/// Whether docker tries a layer again that was refused so: not where the registry was clear about it.
/// Source: moby, distribution/errors.go, `retryOnError`.
pub(super) fn is_worth_retrying(code: RegistryErrorCode) -> bool {
    use RegistryErrorCode as Code;
    !matches!(code, Code::Denied | Code::TooManyRequests | Code::NameUnknown | Code::BadRequest | Code::UpstreamRefused)
}
