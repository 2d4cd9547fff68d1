//! Finding what a request names: the registry, the repository, and what IAM is asked about them.

use std::sync::Arc;

use super::errors::{self, In};
use super::registry::Registry;
use super::state::{Repository, State};
use crate::cloud::s3::LayerStore;
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Region, ecr_public};

/// The ARN of a repository, whether it exists or not.
pub fn repository_arn(registry: &str, region: &Region, name: &str) -> Arn {
    Arn::new("ecr", region.as_str(), registry, &format!("repository/{name}"))
}

/// The registry that a request means: the one it names, else the caller's own.
pub(in crate::cloud) fn registry_id<'a>(caller: &'a Caller, registry_id: Option<&'a str>) -> &'a str {
    registry_id.unwrap_or_else(|| caller.principal.account().as_str())
}

/// Which of an account's registries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cloud) enum Seat {
    /// The private one of a region.
    Private(Region),
    /// The public one: an account has no more than one.
    Public,
}

/// A repository that a request names.
#[derive(Clone, Debug)]
pub(in crate::cloud) struct Place {
    pub(in crate::cloud) account: AccountId,
    pub(in crate::cloud) seat: Seat,
    pub(in crate::cloud) name: String,
}

impl Place {
    /// The repository, which must exist.
    pub(in crate::cloud) fn of(
        cloud: &Cloud,
        caller: &Caller,
        registry: Option<&str>,
        name: &str,
    ) -> Result<Self, ApiError> {
        check_name(name)?;
        let place = Self::private(account(caller, registry)?, caller.region.clone(), name);
        place.repository(cloud)?;
        Ok(place)
    }

    /// A repository of a private registry, whether it is there or not.
    pub(in crate::cloud) fn private(account: AccountId, region: Region, name: &str) -> Self {
        Self { account, seat: Seat::Private(region), name: name.to_owned() }
    }

    /// The registry's region; none for the public one.
    pub(in crate::cloud) fn region(&self) -> Option<&Region> {
        match &self.seat {
            Seat::Private(region) => Some(region),
            Seat::Public => None,
        }
    }

    /// Its ARN, whether it is there or not.
    pub(in crate::cloud) fn arn(&self) -> Arn {
        match &self.seat {
            Seat::Private(region) => repository_arn(self.account.as_str(), region, &self.name),
            Seat::Public => ecr_public::repository_arn(&self.account, &self.name),
        }
    }

    /// Its name for docker.
    pub(in crate::cloud) fn uri(&self, cloud: &Cloud) -> String {
        let registry = match &self.seat {
            Seat::Private(region) => Registry { account: self.account.clone(), region: region.clone() }.host(),
            Seat::Public => ecr_public::registry_uri(cloud, &self.account),
        };
        format!("{registry}/{}", self.name)
    }

    pub(in crate::cloud) fn in_(&self) -> In<'_> {
        In { repository: &self.name, registry: &self.account }
    }

    pub(in crate::cloud) fn repository<'a>(&self, cloud: &'a Cloud) -> Result<&'a Repository, ApiError> {
        self.state(cloud)
            .and_then(|state| state.repository(&self.name))
            .ok_or_else(|| errors::repository_not_found(&self.name, self.account.as_str()))
    }

    /// The repository, to change it. Only for one that was found before, so that nothing is made by looking.
    pub(in crate::cloud) fn repository_mut<'a>(&self, cloud: &'a mut Cloud) -> Result<&'a mut Repository, ApiError> {
        Ok(self.open(cloud)?.0)
    }

    /// The repository and the layer store behind it, to change both.
    pub(in crate::cloud) fn open<'a>(
        &self,
        cloud: &'a mut Cloud,
    ) -> Result<(&'a mut Repository, &'a mut LayerStore), ApiError> {
        let (state, layers) = self.registry_mut(cloud);
        match state.repositories.get_mut(&self.name) {
            Some(repository) => Ok((Arc::make_mut(repository), layers)),
            None => Err(errors::repository_not_found(&self.name, self.account.as_str())),
        }
    }

    /// The registry, to change it, and the layer store behind it.
    pub(in crate::cloud) fn registry_mut<'a>(&self, cloud: &'a mut Cloud) -> (&'a mut State, &'a mut LayerStore) {
        let account = cloud.account_mut(&self.account);
        match &self.seat {
            Seat::Private(region) => {
                let regional = account.region_mut(region);
                (&mut regional.ecr, &mut regional.layers)
            }
            Seat::Public => {
                let public = Arc::make_mut(&mut account.public);
                (&mut public.registry, &mut public.layers)
            }
        }
    }

    pub(in crate::cloud) fn state<'a>(&self, cloud: &'a Cloud) -> Option<&'a State> {
        let account = cloud.account(&self.account)?;
        match &self.seat {
            Seat::Private(region) => Some(&account.region(region)?.ecr),
            Seat::Public => Some(&account.public.registry),
        }
    }

    pub(in crate::cloud) fn state_mut<'a>(&self, cloud: &'a mut Cloud) -> &'a mut State {
        self.registry_mut(cloud).0
    }

    pub(in crate::cloud) fn layers<'a>(&self, cloud: &'a Cloud) -> Option<&'a LayerStore> {
        let account = cloud.account(&self.account)?;
        match &self.seat {
            Seat::Private(region) => Some(&account.region(region)?.layers),
            Seat::Public => Some(&account.public.layers),
        }
    }
}

/// The account whose registry a request means.
pub(in crate::cloud) fn account(caller: &Caller, registry: Option<&str>) -> Result<AccountId, ApiError> {
    match registry {
        None => Ok(caller.principal.account().clone()),
        Some(id) => {
            id.parse().map_err(|_| errors::invalid("registryId", "must satisfy regular expression '[0-9]{12}'"))
        }
    }
}

/// The registry of an account at the endpoint that the caller calls, if anything was ever made there.
pub(in crate::cloud) fn registry<'a>(cloud: &'a Cloud, caller: &Caller, account: &AccountId) -> Option<&'a State> {
    Some(&cloud.regional(account, &caller.region)?.ecr)
}

/// The same, to change it.
pub(in crate::cloud) fn registry_mut<'a>(cloud: &'a mut Cloud, caller: &Caller, account: &AccountId) -> &'a mut State {
    &mut cloud.regional_mut(account, &caller.region).ecr
}

/// Checks a repository's name.
///
/// The service accepts what the current model's pattern accepts (so also `a__b` and `a--b`); its message still quotes the
/// older pattern. Source: Amazon ECR service model; message observed.
pub(in crate::cloud) fn check_name(name: &str) -> Result<(), ApiError> {
    const QUOTED: &str = "(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*";
    if name.len() < 2 {
        return Err(errors::invalid("repositoryName", "Member must have length greater than or equal to 2"));
    }
    if name.len() > 256 {
        return Err(errors::invalid("repositoryName", "Member must have length less than or equal to 256"));
    }
    if !crate::cloud::oci::is_path(name) {
        return Err(errors::invalid("repositoryName", format_args!("must satisfy regular expression '{QUOTED}'")));
    }
    Ok(())
}

/// What IAM is asked about one action on one repository. Carries the repository's tags as condition keys.
/// Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon ECR".
pub(in crate::cloud) fn ask(
    cloud: &Cloud,
    caller: &Caller,
    registry: Option<&str>,
    name: &str,
    action: &'static str,
) -> Authorization {
    let arn = repository_arn(registry_id(caller, registry), &caller.region, name);
    ask_arn(cloud, action, arn)
}

/// As [`ask`], for a repository's ARN.
pub(in crate::cloud) fn ask_arn(cloud: &Cloud, action: &'static str, arn: Arn) -> Authorization {
    let tags = super::state::repository_by_arn(cloud, &arn).map(|repository| &repository.resource_tags);
    let mut question = Authorization::on(action, arn);
    for prefix in ["aws:ResourceTag", "ecr:ResourceTag"] {
        for (key, value) in tags.into_iter().flatten() {
            question.context.push((format!("{prefix}/{key}"), vec![value.clone()]));
        }
    }
    question
}
