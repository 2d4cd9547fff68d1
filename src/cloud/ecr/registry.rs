//! The registry's docker side: what `docker push`, `docker pull` and the ECS agent ask for at `/v2/`.
//!
//! Each step is a request through the one door, so it is authorized and on the trail. The registry turns ECR's errors into
//! the OCI ones that docker prints (`denied: …`, `name unknown: …`).

mod error;
mod mount;
mod pull;
mod push;
mod store;

pub use error::{RegistryError, RegistryErrorCode};
pub use pull::{Client, Pulled, PulledLayer, get_manifest, pull, pull_by};
pub use push::{
    ImageParts, LayerProgress, LayerPushed, PushFailure, PushReport, push, push_public, put_manifest,
    put_public_manifest,
};
pub(in crate::cloud) use store::way_to_store;

use std::fmt;

use crate::cloud::{AccountId, Caller, Cloud, Digest, Origin, Partition, Region, is_region};

/// A private registry: an account's, in a region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Registry {
    pub account: AccountId,
    pub region: Region,
}

impl Registry {
    /// `{account}.dkr.ecr.{region}.amazonaws.com`.
    pub fn host(&self) -> String {
        self.to_string()
    }

    /// The registry of that host name, if it is one of ECR's: the usual name, the FIPS one or the dual-stack one.
    /// Source: Amazon ECR User Guide, "Amazon ECR endpoints".
    pub fn from_host(host: &str) -> Option<Self> {
        let host = host.strip_prefix("https://").unwrap_or(host).trim_end_matches('/');
        let (account, rest) = host.split_once('.')?;
        let region = if let Some(rest) = rest.strip_prefix("dkr.ecr.") {
            let (region, suffix) = rest.split_once('.')?;
            Some(region).filter(|region| Partition::of(region).dns_suffix() == suffix)
        } else if let Some(rest) = rest.strip_prefix("dkr.ecr-fips.") {
            rest.strip_suffix(".amazonaws.com").filter(|region| region.starts_with("us-"))
        } else {
            let region = rest.strip_prefix("dkr-ecr.")?.strip_suffix(".on.aws")?;
            Some(region).filter(|region| Partition::of(region) != Partition::China)
        }?;
        is_region(region).then_some(())?;
        Some(Self { account: account.parse().ok()?, region: Region::new(region) })
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = Partition::of(self.region.as_str()).dns_suffix();
        write!(f, "{}.dkr.ecr.{}.{suffix}", self.account, self.region)
    }
}

/// Who stands behind a user name and password at a registry's host. `origin` is where the client is.
///
/// The token says who; whether he may do what he asks for is decided at each request, not here.
///
/// # Errors
/// When the token has expired, or is none (`400 Bad Request`, as observed at ECR for garbled passwords).
pub fn authenticate(
    cloud: &Cloud,
    host: &str,
    username: &str,
    password: &str,
    origin: Origin,
) -> Result<Caller, RegistryError> {
    let registry = Registry::from_host(host).ok_or_else(RegistryError::bad_request)?;
    let key = Digest::of(password.as_bytes());
    let token = cloud
        .accounts()
        .filter_map(|account| account.region(&registry.region)?.ecr.tokens.get(&key))
        .next()
        .filter(|_| username == "AWS")
        .ok_or_else(RegistryError::bad_request)?;
    if cloud.now() >= token.expires_at {
        return Err(RegistryError::expired());
    }
    Ok(Caller { principal: token.principal.clone(), region: registry.region, origin })
}

/// The caller as the registry's own endpoint sees it.
fn at(registry: &Registry, caller: &Caller) -> Caller {
    Caller { region: registry.region.clone(), ..caller.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_is_known_by_its_host() {
        let registry = Registry::from_host("111122223333.dkr.ecr.ap-northeast-2.amazonaws.com").unwrap();
        assert_eq!((registry.account.as_str(), registry.region.as_str()), ("111122223333", "ap-northeast-2"));
        assert_eq!(Registry::from_host(&format!("https://{}", registry.host())), Some(registry));
        for host in [
            "docker.io",
            "1.dkr.ecr.us-east-1.amazonaws.com",
            "111122223333.dkr.ecr..amazonaws.com",
            "111122223333.dkr.ecr.us-east-9.amazonaws.com",
            "111122223333.dkr.ecr.cn-north-1.amazonaws.com",
            "111122223333.dkr.ecr-fips.eu-west-1.amazonaws.com",
            "",
        ] {
            assert_eq!(Registry::from_host(host), None, "{host}");
        }
        for (host, own) in [
            ("111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn", "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn"),
            ("111122223333.dkr.ecr-fips.us-east-1.amazonaws.com", "111122223333.dkr.ecr.us-east-1.amazonaws.com"),
            ("111122223333.dkr-ecr.eu-west-1.on.aws", "111122223333.dkr.ecr.eu-west-1.amazonaws.com"),
        ] {
            assert_eq!(Registry::from_host(host).map(|registry| registry.host()).as_deref(), Some(own), "{host}");
        }
    }
}
