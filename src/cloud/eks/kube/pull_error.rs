//! What containerd says of a pull that failed, as it stands in events and in the states of containers.
//!
//! Source: containerd 2, `core/remotes/docker` and its resolver's errors; kubelet's events as observed on EKS: an error
//! that has a gRPC code keeps it before the text.

use crate::cloud::Digest;
use crate::cloud::ecr::registry::RegistryErrorCode;
use crate::cloud::net::Journey;
use crate::cloud::oci::Reference;
use crate::cloud::upstream::refusal::{self, api_host};

/// What there is to say about a failed pull.
pub(super) struct Context<'a> {
    pub(super) reference: &'a Reference,
}

impl Context<'_> {
    fn full(&self) -> String {
        self.reference.to_string()
    }

    /// The tag or the digest.
    fn version(&self) -> String {
        match (&self.reference.digest, &self.reference.tag) {
            (Some(digest), _) => digest.to_string(),
            (None, tag) => tag.clone().unwrap_or_else(|| "latest".to_owned()),
        }
    }

    /// The address of the manifest.
    fn manifest(&self) -> String {
        let host = api_host(&self.reference.host);
        format!("https://{host}/v2/{}/manifests/{}", self.reference.path, self.version())
    }

    fn unpack(&self, rest: &str) -> String {
        format!("failed to pull and unpack image \"{}\": {rest}", self.full())
    }

    fn resolve(&self, rest: &str) -> String {
        self.unpack(&format!("failed to resolve reference \"{}\": {rest}", self.full()))
    }

    /// The registry answered with a status.
    pub(super) fn refused(&self, code: RegistryErrorCode) -> String {
        let status = match code.status() {
            403 => "403 Forbidden",
            429 => "429 Too Many Requests",
            500 => "500 Internal Server Error",
            _ => "400 Bad Request",
        };
        self.resolve(&format!("unexpected status from HEAD request to {}: {status}", self.manifest()))
    }

    /// There were no credentials to show.
    pub(super) fn no_credentials(&self) -> String {
        self.resolve(
            "pull access denied, repository does not exist or may require authorization: authorization failed: no basic \
             auth credentials",
        )
    }

    /// A registry outside does not take the credentials.
    pub(super) fn unauthorized(&self) -> String {
        self.resolve(&refusal::by_containerd(&self.reference.host))
    }

    /// A public registry has no such repository for everyone.
    pub(super) fn no_repository(&self) -> String {
        self.resolve(
            "pull access denied, repository does not exist or may require authorization: server message: \
             insufficient_scope: authorization failed",
        )
    }

    /// No such repository, or no such tag: containerd can't tell these apart.
    pub(super) fn not_found(&self) -> String {
        format!("rpc error: code = NotFound desc = {}", self.resolve(&format!("{}: not found", self.full())))
    }

    /// An index without an image for the node's processor.
    pub(super) fn no_platform(&self) -> String {
        format!("rpc error: code = NotFound desc = {}", self.unpack("no match for platform in manifest: not found"))
    }

    /// The layers may not be had. Inferred: of the form that other refused blobs have.
    pub(super) fn layer_denied(&self) -> String {
        let host = api_host(&self.reference.host);
        let blob = Digest::of(self.reference.name().as_bytes());
        self.unpack(&format!(
            "failed to copy: httpReadSeeker: failed open: unexpected status from GET request to https://{host}/v2/{}/blobs/\
             {blob}: 403 Forbidden",
            self.reference.path
        ))
    }

    /// The registry was not reached.
    pub(super) fn no_road(&self, journey: Option<&Journey>) -> String {
        let address = journey.map_or_else(|| "0.0.0.0".to_owned(), |journey| journey.address.to_string());
        self.resolve(&format!(
            "failed to do request: Head \"{}\": dial tcp {address}:443: i/o timeout",
            self.manifest()
        ))
    }

    /// The store behind the registry was not reached, or did not let the node in.
    pub(super) fn no_store(&self, journey: Option<&Journey>, forbidden: bool) -> String {
        let key = Digest::of(self.reference.name().as_bytes());
        let (host, address) =
            journey.map_or_else(Default::default, |journey| (journey.host.clone(), journey.address.to_string()));
        let url = format!("https://{host}/{}", key.hex());
        let said = if forbidden {
            format!("unexpected status from GET request to {url}: 403 Forbidden")
        } else {
            format!("failed to do request: Get \"{url}\": dial tcp {address}:443: i/o timeout")
        };
        self.unpack(&format!("failed to copy: httpReadSeeker: failed open: {said}"))
    }

    /// There is no such registry.
    pub(super) fn no_such_host(&self) -> String {
        let host = api_host(&self.reference.host);
        self.resolve(&format!(
            "failed to do request: Head \"{}\": dial tcp: lookup {host} on 10.0.0.2:53: no such host",
            self.manifest()
        ))
    }

    /// Docker Hub has had enough. Source: Docker Hub documentation, "Usage and limits", error message.
    pub(super) fn rate_limit(&self, digest: &Digest) -> String {
        self.unpack(&format!(
            "failed to copy: httpReadSeeker: failed open: unexpected status code https://{}/v2/{}/manifests/{digest}: 429 \
             Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit. \
             https://www.docker.com/increase-rate-limit",
            api_host(&self.reference.host),
            self.reference.path
        ))
    }
}
