//! What a public registry holds, and how others find it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::alias::{AliasStatus, CustomAlias};
use super::catalog::RepositoryCatalogData;
use super::pull::Bucket;
use crate::cloud::ecr;
use crate::cloud::ecr::place::{Place, Seat};
use crate::cloud::iam::Policy;
use crate::cloud::oci::Reference;
use crate::cloud::s3::LayerStore;
use crate::cloud::{AccountId, ApiError, Arn, Caller, Cloud, Digest, Timestamp};

/// Where public images are pulled from.
pub const HOST: &str = "public.ecr.aws";

/// The one region that the API does its work in.
const REGION: &str = "us-east-1";

/// An account's public registry.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub(in crate::cloud) registry: ecr::State,
    pub(in crate::cloud) layers: LayerStore,
    /// Given with the first repository.
    pub(super) alias: Option<String>,
    /// The one that was asked for.
    pub(super) custom: Option<CustomAlias>,
    pub(super) display_name: Option<String>,
    /// By repository.
    pub(super) catalog: BTreeMap<String, Arc<RepositoryCatalogData>>,
    /// When a tag was put last, by repository and tag.
    pub(super) tagged_at: BTreeMap<(String, String), Timestamp>,
    /// Pulls by people who have not signed in.
    pub(super) anonymous_pulls: Bucket,
    /// Pulls by people who have.
    pub(super) signed_pulls: Bucket,
}

impl State {
    /// The registry's primary alias, once it has one: the custom one, if it is active.
    pub fn alias(&self) -> Option<&str> {
        self.custom_alias().or(self.alias.as_deref())
    }

    /// The custom alias, if it is active.
    fn custom_alias(&self) -> Option<&str> {
        self.custom.as_ref().filter(|custom| custom.status == AliasStatus::Active).map(|custom| custom.name.as_str())
    }

    /// Whether it is known by that name.
    fn is_called(&self, alias: &str) -> bool {
        [self.alias.as_deref(), self.custom_alias()].contains(&Some(alias))
    }

    /// The repositories, by name.
    pub fn repositories(&self) -> impl ExactSizeIterator<Item = &ecr::StoredRepository> {
        self.registry.repositories()
    }

    /// The repository of that name.
    pub fn repository(&self, name: &str) -> Option<&ecr::StoredRepository> {
        self.registry.repository(name)
    }
}

/// `arn:aws:ecr-public::{account}:repository/{name}`. Source: Amazon ECR Public User Guide: there is no region in it.
pub fn repository_arn(account: &AccountId, name: &str) -> Arn {
    Arn::new("ecr-public", "", account.as_str(), &format!("repository/{name}"))
}

/// `public.ecr.aws/{alias}`.
pub fn registry_uri(cloud: &Cloud, account: &AccountId) -> String {
    let alias = cloud.account(account).and_then(|account| account.public.alias()).unwrap_or_default();
    format!("{HOST}/{alias}")
}

/// The account behind an alias.
pub fn find_account<'a>(cloud: &'a Cloud, alias: &str) -> Option<&'a AccountId> {
    cloud.accounts().find(|account| account.public.is_called(alias)).map(|account| account.id())
}

/// The repository in a public registry that an image's name means, whether it is there or not; none for an alias of nobody.
pub(super) fn place_of(cloud: &Cloud, reference: &Reference) -> Option<Place> {
    let (alias, name) = reference.path.split_once('/').filter(|_| reference.host == HOST)?;
    let account = find_account(cloud, alias)?.clone();
    Some(Place { account, seat: Seat::Public, name: name.to_owned() })
}

/// The image that a name means in one of the accounts' public registries.
pub(in crate::cloud) fn find(cloud: &Cloud, reference: &Reference) -> Option<(Place, Digest)> {
    let place = place_of(cloud, reference)?;
    let repository = place.state(cloud)?.repository(&place.name)?;
    let image = match (&reference.digest, &reference.tag) {
        (Some(digest), _) => repository.image(digest),
        (None, tag) => repository.image_by_tag(tag.as_deref().unwrap_or("latest")),
    };
    let digest = image?.digest.clone();
    Some((place, digest))
}

/// The policy of a public repository.
pub(in crate::cloud) fn resource_policy(cloud: &Cloud, resource: &Arn) -> Option<Arc<Policy>> {
    let account: AccountId = resource.account().parse().ok()?;
    let name = resource.resource().strip_prefix("repository/")?;
    cloud.account(&account)?.public.repository(name)?.policy.clone()
}

/// Only one region does the work. Source: Amazon ECR Public API reference, `UnsupportedCommandException`.
pub(super) fn check_region(caller: &Caller) -> Result<(), ApiError> {
    if caller.region.as_str() == REGION {
        return Ok(());
    }
    Err(ApiError::new("UnsupportedCommandException", "The action isn't supported in this Region."))
}

/// The account whose registry a request means: the one of that id, else the caller's own.
pub(super) fn account(caller: &Caller, registry: Option<&str>) -> Result<AccountId, ApiError> {
    ecr::place::account(caller, registry)
}

/// As [`account`], for requests that know a registry by its alias too.
pub(super) fn account_or_alias(cloud: &Cloud, caller: &Caller, registry: Option<&str>) -> Result<AccountId, ApiError> {
    match registry.map(|registry| (registry, find_account(cloud, registry))) {
        Some((_, Some(account))) => Ok(account.clone()),
        Some((registry, None)) if registry.parse::<AccountId>().is_err() => {
            // Inferred: worded as its siblings.
            let text = format!("The registry with id '{registry}' does not exist");
            Err(ApiError::new("RegistryNotFoundException", text))
        }
        _ => account(caller, registry),
    }
}

/// The repository that a request names, which must be there.
pub(super) fn place(cloud: &Cloud, caller: &Caller, registry: Option<&str>, name: &str) -> Result<Place, ApiError> {
    check_region(caller)?;
    find_place(cloud, account(caller, registry)?, name)
}

/// A repository of that account, which must be there.
pub(super) fn find_place(cloud: &Cloud, account: AccountId, name: &str) -> Result<Place, ApiError> {
    let place = Place { account, seat: Seat::Public, name: name.to_owned() };
    place.repository(cloud)?;
    Ok(place)
}

/// The registry of an account, to change it.
pub(super) fn state_mut<'a>(cloud: &'a mut Cloud, account: &AccountId) -> &'a mut State {
    Arc::make_mut(&mut cloud.account_mut(account).public)
}
