//! Finding what a request names: the registry, the repository, and what IAM is asked about them.

use std::sync::Arc;

use super::errors::{self, In};
use super::state::{Repository, State};
use crate::cloud::s3::LayerStore;
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Region};

/// The ARN of a repository, whether it exists or not.
pub fn repository_arn(registry: &str, region: &Region, name: &str) -> Arn {
    Arn::new("ecr", region.as_str(), registry, &format!("repository/{name}"))
}

/// The registry that a request means: the one it names, else the caller's own.
pub(super) fn registry_id<'a>(caller: &'a Caller, registry_id: Option<&'a str>) -> &'a str {
    registry_id.unwrap_or_else(|| caller.principal.account().as_str())
}

/// A repository that a request names.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) name: String,
}

impl Place {
    /// The repository, which must exist.
    pub(super) fn of(cloud: &Cloud, caller: &Caller, registry: Option<&str>, name: &str) -> Result<Self, ApiError> {
        check_name(name)?;
        let place = Self { account: account(caller, registry)?, region: caller.region.clone(), name: name.to_owned() };
        place.repository(cloud)?;
        Ok(place)
    }

    pub(super) fn in_(&self) -> In<'_> {
        In { repository: &self.name, registry: &self.account }
    }

    pub(super) fn repository<'a>(&self, cloud: &'a Cloud) -> Result<&'a Repository, ApiError> {
        super::state::repository(cloud, &self.account, &self.region, &self.name)
            .ok_or_else(|| errors::repository_not_found(&self.name, self.account.as_str()))
    }

    /// The repository, to change it. Only for one that was found before, so that nothing is made by looking.
    pub(super) fn repository_mut<'a>(&self, cloud: &'a mut Cloud) -> Result<&'a mut Repository, ApiError> {
        Ok(self.open(cloud)?.0)
    }

    /// The repository and the layer store behind it, to change both.
    pub(super) fn open<'a>(&self, cloud: &'a mut Cloud) -> Result<(&'a mut Repository, &'a mut LayerStore), ApiError> {
        let regional = cloud.account_mut(&self.account).region_mut(&self.region);
        match regional.ecr.repositories.get_mut(&self.name) {
            Some(repository) => Ok((Arc::make_mut(repository), &mut regional.layers)),
            None => Err(errors::repository_not_found(&self.name, self.account.as_str())),
        }
    }

    pub(super) fn state_mut<'a>(&self, cloud: &'a mut Cloud) -> &'a mut State {
        &mut cloud.account_mut(&self.account).region_mut(&self.region).ecr
    }

    pub(super) fn layers<'a>(&self, cloud: &'a Cloud) -> Option<&'a LayerStore> {
        Some(&cloud.account(&self.account)?.region(&self.region)?.layers)
    }
}

/// The account whose registry a request means.
pub(super) fn account(caller: &Caller, registry: Option<&str>) -> Result<AccountId, ApiError> {
    match registry {
        None => Ok(caller.principal.account().clone()),
        Some(id) => {
            id.parse().map_err(|_| errors::invalid("registryId", "must satisfy regular expression '[0-9]{12}'"))
        }
    }
}

/// Checks a repository's name.
///
/// The service accepts what the current model's pattern accepts (so also `a__b` and `a--b`); its message still quotes the
/// older pattern. Source: Amazon ECR service model; message observed.
pub(super) fn check_name(name: &str) -> Result<(), ApiError> {
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
pub(super) fn ask(
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
pub(super) fn ask_arn(cloud: &Cloud, action: &'static str, arn: Arn) -> Authorization {
    let tags = super::state::repository_by_arn(cloud, &arn).map(|repository| &repository.resource_tags);
    let mut question = Authorization::on(action, arn);
    for prefix in ["aws:ResourceTag", "ecr:ResourceTag"] {
        for (key, value) in tags.into_iter().flatten() {
            question.context.push((format!("{prefix}/{key}"), vec![value.clone()]));
        }
    }
    question
}
