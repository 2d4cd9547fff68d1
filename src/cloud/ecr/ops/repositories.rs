//! Creating, describing and deleting repositories, and the settings that can change.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::shapes::{ImageScanningConfiguration, Repository, Tag};
use super::{scanning, tags};
use crate::cloud::ecr::errors::{self, In};
use crate::cloud::ecr::place::{self, Place, ask};
use crate::cloud::ecr::state::{self, Encryption, ExclusionFilter, Mutability};
use crate::cloud::ecr::{encryption, paging};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Makes an empty repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateRepository {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub tags: Vec<Tag>,
    pub image_tag_mutability: Option<String>,
    pub image_tag_mutability_exclusion_filters: Option<Vec<ExclusionFilter>>,
    pub image_scanning_configuration: Option<ImageScanningConfiguration>,
    pub encryption_configuration: Option<Encryption>,
}

/// A repository, after what was done to it.
#[derive(Clone, Debug, Serialize)]
pub struct RepositoryOutput {
    pub repository: Repository,
}

impl Operation for CreateRepository {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "CreateRepository";
    type Output = RepositoryOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let registry = self.registry_id.as_deref();
        let mut question = ask(cloud, caller, registry, &self.repository_name, "ecr:CreateRepository");
        tags::add_request_tags(&mut question, &self.tags);
        let mut questions = vec![question];
        // Source: Amazon ECR User Guide, "Tagging a private repository": tags on create need this as well.
        if !self.tags.is_empty() {
            let mut question = ask(cloud, caller, registry, &self.repository_name, "ecr:TagResource");
            tags::add_request_tags(&mut question, &self.tags);
            questions.push(question);
        }
        questions
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryOutput, ApiError> {
        place::check_name(&self.repository_name)?;
        let account = place::account(caller, self.registry_id.as_deref())?;
        let mutability = read_mutability(self.image_tag_mutability.as_deref())?;
        let exclusion_filters = read_filters(mutability, self.image_tag_mutability_exclusion_filters)?;
        let mut resource_tags = BTreeMap::new();
        tags::add(&mut resource_tags, self.tags)?;
        let encryption = read_encryption(self.encryption_configuration.unwrap_or_default())?;
        let place = Place::private(account, caller.region.clone(), &self.repository_name);
        if place.repository(cloud).is_ok() {
            return Err(In { repository: &place.name, registry: &place.account }.already_exists());
        }
        let empty = new_repository(cloud, &place)?;
        // Last, so that a refusal leaves no grants behind.
        let encryption = encryption::settle(cloud, caller, &place, encryption)?;
        let repository = state::Repository {
            mutability,
            exclusion_filters,
            scan_on_push: self.image_scanning_configuration.unwrap_or_default().scan_on_push,
            encryption,
            resource_tags,
            ..empty
        };
        let output = RepositoryOutput { repository: Repository::from(&repository) };
        place.state_mut(cloud).repositories.insert(place.name.clone(), Arc::new(repository));
        scanning::tell_new(cloud, &place);
        Ok(output)
    }
}

/// An empty repository as it is without any setting, not yet in its registry.
///
/// # Errors
/// When the registry is full.
pub(in crate::cloud) fn new_repository(cloud: &Cloud, place: &Place) -> Result<state::Repository, ApiError> {
    let quota = place.state(cloud).map_or_else(Default::default, |state| state.quotas).repositories;
    if place.state(cloud).is_some_and(|state| state.repositories.len() >= quota) {
        // Inferred: the quota is documented, its text is not.
        return Err(errors::limit_exceeded(format!(
            "The registry with id '{}' has reached the limit of {quota} repositories",
            place.account
        )));
    }
    Ok(state::Repository {
        arn: place.arn(),
        uri: place.uri(cloud),
        name: place.name.clone(),
        created_at: cloud.now(),
        mutability: Mutability::Mutable,
        exclusion_filters: Vec::new(),
        scan_on_push: false,
        encryption: Encryption::default(),
        resource_tags: BTreeMap::new(),
        images: BTreeMap::new(),
        blob_uses: BTreeMap::new(),
        archived: 0,
        tags: BTreeMap::new(),
        policy: None,
        lifecycle: None,
        preview: None,
        upstream_checks: BTreeMap::new(),
    })
}

pub(super) fn read_encryption(mut encryption: Encryption) -> Result<Encryption, ApiError> {
    match encryption.encryption_type.as_str() {
        "AES256" => encryption.kms_key = None,
        "KMS" | "KMS_DSSE" => {}
        _ => {
            let values = ["AES256", "KMS", "KMS_DSSE"];
            return Err(errors::not_in_enum("encryptionConfiguration.encryptionType", &values));
        }
    }
    Ok(encryption)
}

pub(super) fn read_mutability(text: Option<&str>) -> Result<Mutability, ApiError> {
    match text {
        None | Some("MUTABLE") => Ok(Mutability::Mutable),
        Some("IMMUTABLE") => Ok(Mutability::Immutable),
        Some("IMMUTABLE_WITH_EXCLUSION") => Ok(Mutability::ImmutableWithExclusion),
        Some("MUTABLE_WITH_EXCLUSION") => Ok(Mutability::MutableWithExclusion),
        Some(_) => Err(errors::invalid(
            "imageTagMutability",
            "Member must satisfy enum value set: [IMMUTABLE, MUTABLE, MUTABLE_WITH_EXCLUSION, IMMUTABLE_WITH_EXCLUSION]",
        )),
    }
}

/// Filters must be there with a `…_WITH_EXCLUSION` value and must not without; the message is the same for both.
/// Source: Amazon ECR service model and observed messages.
pub(super) fn read_filters(
    mutability: Mutability,
    filters: Option<Vec<ExclusionFilter>>,
) -> Result<Vec<ExclusionFilter>, ApiError> {
    const PARAMETER: &str = "imageTagMutabilityExclusionFilters";
    let filters = filters.unwrap_or_default();
    if filters.is_empty() == mutability.has_exclusions() {
        return Err(errors::invalid(
            PARAMETER,
            format_args!(
                "ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as {}",
                mutability.as_str()
            ),
        ));
    }
    if filters.len() > 5 {
        return Err(errors::invalid(PARAMETER, "Member must have length less than or equal to 5"));
    }
    for filter in &filters {
        if filter.filter_type != "WILDCARD" {
            return Err(errors::invalid(PARAMETER, "Member must satisfy enum value set: [WILDCARD]"));
        }
        let fits = (1..=128).contains(&filter.filter.len())
            && filter.filter.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'*' | b'-'));
        if !fits {
            return Err(errors::invalid(PARAMETER, "must satisfy regular expression '^[0-9a-zA-Z._*-]{1,128}$'"));
        }
    }
    Ok(filters)
}

/// Lists repositories, all or by name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeRepositories {
    pub registry_id: Option<String>,
    pub repository_names: Option<Vec<String>>,
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
}

/// A page of repositories.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeRepositoriesOutput {
    pub repositories: Vec<Repository>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Operation for DescribeRepositories {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DescribeRepositories";
    type Output = DescribeRepositoriesOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        const ACTION: &str = "ecr:DescribeRepositories";
        let registry = self.registry_id.as_deref();
        match &self.repository_names {
            Some(names) => names.iter().map(|name| ask(cloud, caller, registry, name, ACTION)).collect(),
            None => vec![ask(cloud, caller, registry, "*", ACTION)],
        }
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeRepositoriesOutput, ApiError> {
        let registry = self.registry_id.as_deref();
        if let Some(names) = &self.repository_names {
            no_paging_with("repositoryNames", self.next_token.as_deref(), self.max_results)?;
            let repositories = names
                .iter()
                .map(|name| Ok(Repository::from(Place::of(cloud, caller, registry, name)?.repository(cloud)?)))
                .collect::<Result<_, ApiError>>()?;
            return Ok(DescribeRepositoriesOutput { repositories, next_token: None });
        }
        let account = place::account(caller, registry)?;
        let state = cloud.regional(&account, &caller.region).map(|region| &region.ecr);
        let all = state.into_iter().flat_map(|state| state.repositories());
        let (page, next_token) = paging::page(all, self.max_results, 1000, self.next_token.as_deref())?;
        Ok(DescribeRepositoriesOutput { repositories: page.into_iter().map(Repository::from).collect(), next_token })
    }
}

/// Pages and an explicit list exclude each other. Source: Amazon ECR API reference, `nextToken` and `maxResults`.
pub(in crate::cloud) fn no_paging_with(
    list: &str,
    next_token: Option<&str>,
    max_results: Option<u32>,
) -> Result<(), ApiError> {
    let parameter = match (next_token, max_results) {
        (Some(_), _) => "nextToken",
        (None, Some(_)) => "maxResults",
        (None, None) => return Ok(()),
    };
    // Inferred: the rule is documented, its text is not.
    Err(errors::invalid(parameter, format_args!("{parameter} cannot be used with {list}")))
}

/// Removes a repository; with `force`, its images too.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteRepository {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub force: bool,
}

impl Operation for DeleteRepository {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DeleteRepository";
    type Output = RepositoryOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:DeleteRepository")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let repository = place.repository(cloud)?;
        if !self.force && !repository.is_empty() {
            return Err(place.in_().not_empty());
        }
        let output = RepositoryOutput { repository: Repository::from(repository) };
        encryption::retire(cloud, caller, &place)?;
        remove_repository(cloud, &place);
        Ok(output)
    }
}

/// Takes a repository out of its registry, with its layers, its uploads and all that was due.
pub(in crate::cloud) fn remove_repository(cloud: &mut Cloud, place: &Place) {
    let (state, layers) = place.registry_mut(cloud);
    state.repositories.remove(&place.name);
    state.uploads.retain(|_, upload| upload.repository != place.name);
    state.agenda.retain(|(_, due)| due.repository() != place.name);
    layers.release_all(&place.name);
}

/// Sets whether tags can be moved.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutImageTagMutability {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_tag_mutability: String,
    pub image_tag_mutability_exclusion_filters: Option<Vec<ExclusionFilter>>,
}

/// What is set now.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutImageTagMutabilityOutput {
    pub registry_id: String,
    pub repository_name: String,
    pub image_tag_mutability: Mutability,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_tag_mutability_exclusion_filters: Vec<ExclusionFilter>,
}

impl Operation for PutImageTagMutability {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutImageTagMutability";
    type Output = PutImageTagMutabilityOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:PutImageTagMutability")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutImageTagMutabilityOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let mutability = read_mutability(Some(&self.image_tag_mutability))?;
        let filters = read_filters(mutability, self.image_tag_mutability_exclusion_filters)?;
        let repository = place.repository_mut(cloud)?;
        repository.mutability = mutability;
        repository.exclusion_filters.clone_from(&filters);
        Ok(PutImageTagMutabilityOutput {
            registry_id: place.account.to_string(),
            repository_name: place.name,
            image_tag_mutability: mutability,
            image_tag_mutability_exclusion_filters: filters,
        })
    }
}

/// Sets whether images are scanned when they arrive.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutImageScanningConfiguration {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_scanning_configuration: ImageScanningConfiguration,
}

/// What is set now.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutImageScanningConfigurationOutput {
    pub registry_id: String,
    pub repository_name: String,
    pub image_scanning_configuration: ImageScanningConfiguration,
}

impl Operation for PutImageScanningConfiguration {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutImageScanningConfiguration";
    type Output = PutImageScanningConfigurationOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let registry = self.registry_id.as_deref();
        vec![ask(cloud, caller, registry, &self.repository_name, "ecr:PutImageScanningConfiguration")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutImageScanningConfigurationOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        place.repository_mut(cloud)?.scan_on_push = self.image_scanning_configuration.scan_on_push;
        Ok(PutImageScanningConfigurationOutput {
            registry_id: place.account.to_string(),
            repository_name: place.name,
            image_scanning_configuration: self.image_scanning_configuration,
        })
    }
}
