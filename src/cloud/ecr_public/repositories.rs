//! Repositories of a public registry, and the registry itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alias::AliasStatus;
use super::catalog::{RepositoryCatalogData, RepositoryCatalogDataInput};
use super::operations::arn;
use super::state::{self, registry_uri, state_mut};
use super::tags;
use crate::cloud::ecr::place::{Place, Seat};
use crate::cloud::ecr::{self, Tag, errors, paging};
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// A repository, as described.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Repository {
    pub repository_arn: Arn,
    pub registry_id: String,
    pub repository_name: String,
    /// `public.ecr.aws/{alias}/{name}`.
    pub repository_uri: String,
    pub created_at: Timestamp,
}

impl From<&ecr::StoredRepository> for Repository {
    fn from(of: &ecr::StoredRepository) -> Self {
        Self {
            repository_arn: of.arn.clone(),
            registry_id: of.arn.account().to_owned(),
            repository_name: of.name.clone(),
            repository_uri: of.uri.clone(),
            created_at: of.created_at,
        }
    }
}

/// Makes an empty repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateRepository {
    pub repository_name: String,
    pub catalog_data: Option<RepositoryCatalogDataInput>,
    pub tags: Vec<Tag>,
}

/// The repository, and what the gallery says about it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRepositoryOutput {
    pub repository: Repository,
    pub catalog_data: RepositoryCatalogData,
}

/// Checks a name. Source: Amazon ECR Public service model; doubled separators, which private registries take, are refused.
fn check_name(name: &str) -> Result<(), ApiError> {
    const PATTERN: &str = "(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*";
    if name.len() < 2 {
        return Err(errors::invalid("repositoryName", "Member must have length greater than or equal to 2"));
    }
    if name.len() > 205 {
        return Err(errors::too_many("repositoryName", 205));
    }
    if !crate::cloud::oci::is_path(name) || name.contains("__") || name.contains("--") {
        return Err(errors::invalid("repositoryName", format_args!("must satisfy regular expression '{PATTERN}'")));
    }
    Ok(())
}

impl Operation for CreateRepository {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "CreateRepository";
    type Output = CreateRepositoryOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let resource = arn(cloud, caller, None, &self.repository_name);
        let mut question = Authorization::on("ecr-public:CreateRepository", resource.clone());
        tags::add_request_tags(&mut question, &self.tags);
        let mut questions = vec![question];
        if !self.tags.is_empty() {
            let mut question = Authorization::on("ecr-public:TagResource", resource);
            tags::add_request_tags(&mut question, &self.tags);
            questions.push(question);
        }
        questions
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CreateRepositoryOutput, ApiError> {
        state::check_region(caller)?;
        check_name(&self.repository_name)?;
        let catalog = self.catalog_data.unwrap_or_default().read(None)?;
        let mut resource_tags = BTreeMap::new();
        tags::add(&mut resource_tags, self.tags)?;
        let account = caller.principal.account().clone();
        let place = Place { account: account.clone(), seat: Seat::Public, name: self.repository_name };
        if place.repository(cloud).is_ok() {
            return Err(place.in_().already_exists());
        }
        give_alias(cloud, &account);
        let mut repository = ecr::new_repository(cloud, &place)?;
        repository.resource_tags = resource_tags;
        let output =
            CreateRepositoryOutput { repository: Repository::from(&repository), catalog_data: catalog.clone() };
        let state = state_mut(cloud, &account);
        state.catalog.insert(place.name.clone(), Arc::new(catalog));
        place.state_mut(cloud).repositories.insert(place.name.clone(), Arc::new(repository));
        Ok(output)
    }
}

/// The first repository brings a random default alias. Source: Amazon ECR Public User Guide, "Public registry concepts".
fn give_alias(cloud: &mut Cloud, account: &AccountId) {
    if cloud.account(account).is_some_and(|account| account.public.alias.is_some()) {
        return;
    }
    // A letter first, by the pattern of aliases.
    let alias = loop {
        let alias = format!(
            "{}{}",
            char::from(b'a' + cloud.random_bytes(1).first().map_or(0, |b| b % 26)),
            cloud.random_id(7).to_ascii_lowercase()
        );
        if state::find_account(cloud, &alias).is_none() {
            break alias;
        }
    };
    state_mut(cloud, account).alias = Some(alias);
}

/// Removes a repository; with `force`, its images too.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeleteRepository {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub force: bool,
}

/// The repository as it was.
#[derive(Clone, Debug, Serialize)]
pub struct RepositoryOutput {
    pub repository: Repository,
}

impl Operation for DeleteRepository {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "DeleteRepository";
    type Output = RepositoryOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let resource = arn(cloud, caller, self.registry_id.as_deref(), &self.repository_name);
        vec![Authorization::on("ecr-public:DeleteRepository", resource)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryOutput, ApiError> {
        let place = state::place(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let repository = place.repository(cloud)?;
        if !self.force && !repository.is_empty() {
            return Err(place.in_().not_empty());
        }
        let output = RepositoryOutput { repository: Repository::from(repository) };
        ecr::remove_repository(cloud, &place);
        let state = state_mut(cloud, &place.account);
        state.catalog.remove(&place.name);
        state.tagged_at.retain(|(repository, _), _| *repository != place.name);
        Ok(output)
    }
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
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "DescribeRepositories";
    type Output = DescribeRepositoriesOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let any = ["*".to_owned()];
        let names = self.repository_names.as_deref().unwrap_or(&any);
        let ask = |name: &String| {
            let resource = arn(cloud, caller, self.registry_id.as_deref(), name);
            Authorization::on("ecr-public:DescribeRepositories", resource)
        };
        names.iter().map(ask).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeRepositoriesOutput, ApiError> {
        state::check_region(caller)?;
        let registry = self.registry_id.as_deref();
        if let Some(names) = &self.repository_names {
            ecr::no_paging_with("repositoryNames", self.next_token.as_deref(), self.max_results)?;
            let found = |name: &String| {
                let place = state::place(cloud, caller, registry, name)?;
                Ok(Repository::from(place.repository(cloud)?))
            };
            let repositories = names.iter().map(found).collect::<Result<_, ApiError>>()?;
            return Ok(DescribeRepositoriesOutput { repositories, next_token: None });
        }
        let account = state::account(caller, registry)?;
        let all = cloud.account(&account).into_iter().flat_map(|account| account.public.repositories());
        let (page, next_token) = paging::page(all, self.max_results, 1000, self.next_token.as_deref())?;
        Ok(DescribeRepositoriesOutput { repositories: page.into_iter().map(Repository::from).collect(), next_token })
    }
}

/// Describes the caller's public registry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeRegistries {
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
}

/// The registry: an account has one.
#[derive(Clone, Debug, Serialize)]
pub struct DescribeRegistriesOutput {
    pub registries: [Registry; 1],
}

/// A public registry.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Registry {
    pub registry_id: String,
    pub registry_arn: Arn,
    /// Empty before the first repository.
    pub registry_uri: String,
    pub verified: bool,
    pub aliases: Vec<RegistryAlias>,
}

/// A name of a public registry.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryAlias {
    pub name: String,
    /// `ACTIVE`, `PENDING` or `REJECTED`.
    pub status: &'static str,
    pub primary_registry_alias: bool,
    pub default_registry_alias: bool,
}

fn registry_arn(account: &AccountId) -> Arn {
    Arn::new("ecr-public", "", account.as_str(), &format!("registry/{account}"))
}

impl Operation for DescribeRegistries {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "DescribeRegistries";
    type Output = DescribeRegistriesOutput;

    fn authorizations(&self, _cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::on("ecr-public:DescribeRegistries", registry_arn(caller.principal.account()))]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeRegistriesOutput, ApiError> {
        state::check_region(caller)?;
        let account = caller.principal.account();
        let public = cloud.account(account).map(|account| &account.public);
        let primary = public.and_then(|public| public.alias());
        let named = |name: &str, status: AliasStatus, is_default: bool| RegistryAlias {
            name: name.to_owned(),
            status: status.as_str(),
            primary_registry_alias: primary == Some(name),
            default_registry_alias: is_default,
        };
        let own = public.and_then(|public| public.alias.as_deref()).map(|name| named(name, AliasStatus::Active, true));
        let custom = public.and_then(|public| public.custom.as_ref());
        let custom = custom.map(|custom| named(&custom.name, custom.status, false));
        let registry = Registry {
            registry_id: account.to_string(),
            registry_arn: registry_arn(account),
            registry_uri: primary.map(|_| registry_uri(cloud, account)).unwrap_or_default(),
            verified: false,
            aliases: own.into_iter().chain(custom).collect(),
        };
        Ok(DescribeRegistriesOutput { registries: [registry] })
    }
}
