//! Repository creation templates.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::repositories::{read_encryption, read_filters, read_mutability};
use super::shapes::Tag;
use super::{policies, tags};
use crate::cloud::ecr::lifecycle;
use crate::cloud::ecr::state::{Encryption, ExclusionFilter, Mutability};
use crate::cloud::ecr::templates::{Scenario, Template, check_prefix};
use crate::cloud::ecr::{errors, paging, place};
use crate::cloud::iam::Policy;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// A template, as described.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryCreationTemplate {
    pub prefix: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_configuration: Option<Encryption>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resource_tags: Vec<Tag>,
    pub image_tag_mutability: Mutability,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub image_tag_mutability_exclusion_filters: Vec<ExclusionFilter>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle_policy: Option<String>,
    pub applied_for: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_role_arn: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<&Template> for RepositoryCreationTemplate {
    fn from(of: &Template) -> Self {
        let tag = |(key, value): (&String, &String)| Tag { key: key.clone(), value: value.clone() };
        Self {
            prefix: of.prefix.clone(),
            description: of.description.clone(),
            encryption_configuration: of.encryption.clone(),
            resource_tags: of.resource_tags.iter().map(tag).collect(),
            image_tag_mutability: of.mutability,
            image_tag_mutability_exclusion_filters: of.exclusion_filters.clone(),
            repository_policy: of.policy.as_ref().map(|policy| policy.text().to_owned()),
            lifecycle_policy: of.lifecycle.as_ref().map(|(text, _)| text.clone()),
            applied_for: of.applied_for.iter().map(|scenario| scenario.as_str()).collect(),
            custom_role_arn: of.custom_role_arn.clone(),
            created_at: of.created_at,
            updated_at: of.updated_at,
        }
    }
}

/// A template and whose it is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryCreationTemplateOutput {
    pub registry_id: String,
    pub repository_creation_template: RepositoryCreationTemplate,
}

impl RepositoryCreationTemplateOutput {
    fn new(caller: &Caller, template: &Template) -> Self {
        Self { registry_id: caller.principal.account().to_string(), repository_creation_template: template.into() }
    }
}

/// What a template says; in an update, what is not said stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TemplateSettings {
    pub description: Option<String>,
    pub encryption_configuration: Option<Encryption>,
    pub resource_tags: Option<Vec<Tag>>,
    pub image_tag_mutability: Option<String>,
    pub image_tag_mutability_exclusion_filters: Option<Vec<ExclusionFilter>>,
    pub repository_policy: Option<String>,
    pub lifecycle_policy: Option<String>,
    pub applied_for: Option<Vec<String>>,
    pub custom_role_arn: Option<String>,
}

impl TemplateSettings {
    fn apply(self, cloud: &Cloud, template: &mut Template) -> Result<(), ApiError> {
        if let Some(description) = self.description {
            if description.chars().count() > 256 {
                return Err(errors::too_many("description", 256));
            }
            template.description = Some(description);
        }
        if let Some(encryption) = self.encryption_configuration {
            template.encryption = Some(read_encryption(encryption)?);
        }
        if let Some(list) = self.resource_tags {
            let mut all = BTreeMap::new();
            tags::add(&mut all, list)?;
            template.resource_tags = all;
        }
        if self.image_tag_mutability.is_some() {
            template.mutability = read_mutability(self.image_tag_mutability.as_deref())?;
            template.exclusion_filters =
                read_filters(template.mutability, self.image_tag_mutability_exclusion_filters)?;
        } else if let Some(filters) = self.image_tag_mutability_exclusion_filters {
            template.exclusion_filters = read_filters(template.mutability, Some(filters))?;
        }
        if let Some(text) = self.repository_policy {
            let read = |text: &str| policies::read(cloud, text, "Invalid repository policy provided");
            let policy: Option<Policy> = (!text.is_empty()).then(|| read(&text)).transpose()?;
            template.policy = policy.map(Arc::new);
        }
        if let Some(text) = self.lifecycle_policy {
            let read = |text: String| lifecycle::Policy::parse(&text).map(|policy| (text, Arc::new(policy)));
            template.lifecycle = (!text.is_empty()).then(|| read(text)).transpose()?;
        }
        if let Some(scenarios) = self.applied_for {
            template.applied_for = read_scenarios(&scenarios)?;
        }
        if let Some(role) = self.custom_role_arn {
            template.custom_role_arn = Some(role);
        }
        // Source: Amazon ECR User Guide, "Creating an IAM role for repository creation templates". Inferred: the text.
        let by_role = template.encryption.as_ref().is_some_and(|of| of.encryption_type != "AES256");
        if (by_role || !template.resource_tags.is_empty()) && template.custom_role_arn.is_none() {
            return Err(errors::validation(
                "A custom role ARN is required when using KMS encryption or resource tags in a repository creation template",
            ));
        }
        Ok(())
    }
}

fn read_scenarios(texts: &[String]) -> Result<Vec<Scenario>, ApiError> {
    let wrong = || errors::not_in_enum("appliedFor", &Scenario::ALL.map(Scenario::as_str));
    let known = |text: &String| Scenario::ALL.into_iter().find(|scenario| scenario.as_str() == text);
    let mut read: Vec<Scenario> = Vec::new();
    for text in texts {
        let scenario = known(text).ok_or_else(wrong)?;
        if !read.contains(&scenario) {
            read.push(scenario);
        }
    }
    if read.is_empty() { Err(wrong()) } else { Ok(read) }
}

fn not_found(prefix: &str, caller: &Caller) -> ApiError {
    // Inferred: the model says what it means, not its text.
    ApiError::new(
        "TemplateNotFoundException",
        format!(
            "The repository creation template with prefix '{prefix}' does not exist in the registry with id '{}'",
            caller.principal.account()
        ),
    )
}

/// Makes a template.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreateRepositoryCreationTemplate {
    pub prefix: String,
    #[serde(flatten)]
    pub settings: TemplateSettings,
}

impl Operation for CreateRepositoryCreationTemplate {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "CreateRepositoryCreationTemplate";
    type Output = RepositoryCreationTemplateOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:CreateRepositoryCreationTemplate")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryCreationTemplateOutput, ApiError> {
        check_prefix("prefix", &self.prefix, 1..=256)?;
        let prefix = self.prefix.trim_end_matches('/').to_owned();
        let account = caller.principal.account().clone();
        if place::registry(cloud, caller, &account).is_some_and(|of| of.templates.contains_key(&prefix)) {
            // Inferred: the model says what it means, not its text.
            return Err(ApiError::new(
                "TemplateAlreadyExistsException",
                format!(
                    "The repository creation template with prefix '{prefix}' already exists in the registry with id \
                     '{account}'"
                ),
            ));
        }
        let now = cloud.now();
        let mut template = Template {
            prefix: prefix.clone(),
            description: None,
            encryption: None,
            resource_tags: BTreeMap::new(),
            mutability: Mutability::Mutable,
            exclusion_filters: Vec::new(),
            policy: None,
            lifecycle: None,
            applied_for: Vec::new(),
            custom_role_arn: None,
            created_at: now,
            updated_at: now,
        };
        // It is for something, always.
        let settings =
            TemplateSettings { applied_for: Some(self.settings.applied_for.unwrap_or_default()), ..self.settings };
        settings.apply(cloud, &mut template)?;
        let output = RepositoryCreationTemplateOutput::new(caller, &template);
        place::registry_mut(cloud, caller, &account).templates.insert(prefix, Arc::new(template));
        Ok(output)
    }
}

/// Changes a template. Repositories that were made by it stay as they are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateRepositoryCreationTemplate {
    pub prefix: String,
    #[serde(flatten)]
    pub settings: TemplateSettings,
}

impl Operation for UpdateRepositoryCreationTemplate {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "UpdateRepositoryCreationTemplate";
    type Output = RepositoryCreationTemplateOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:UpdateRepositoryCreationTemplate")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryCreationTemplateOutput, ApiError> {
        let prefix = self.prefix.trim_end_matches('/');
        let account = caller.principal.account().clone();
        let before = place::registry(cloud, caller, &account).and_then(|of| of.templates.get(prefix));
        let mut template = before.ok_or_else(|| not_found(prefix, caller))?.as_ref().clone();
        self.settings.apply(cloud, &mut template)?;
        template.updated_at = cloud.now();
        let output = RepositoryCreationTemplateOutput::new(caller, &template);
        place::registry_mut(cloud, caller, &account).templates.insert(prefix.to_owned(), Arc::new(template));
        Ok(output)
    }
}

/// Removes a template.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DeleteRepositoryCreationTemplate {
    pub prefix: String,
}

impl Operation for DeleteRepositoryCreationTemplate {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DeleteRepositoryCreationTemplate";
    type Output = RepositoryCreationTemplateOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:DeleteRepositoryCreationTemplate")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryCreationTemplateOutput, ApiError> {
        let prefix = self.prefix.trim_end_matches('/');
        let account = caller.principal.account().clone();
        let template = place::registry_mut(cloud, caller, &account).templates.remove(prefix);
        let template = template.ok_or_else(|| not_found(prefix, caller))?;
        Ok(RepositoryCreationTemplateOutput::new(caller, &template))
    }
}

/// Lists templates, all or by prefix.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeRepositoryCreationTemplates {
    pub prefixes: Option<Vec<String>>,
    pub next_token: Option<String>,
    pub max_results: Option<u32>,
}

/// A page of templates, by prefix.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeRepositoryCreationTemplatesOutput {
    pub registry_id: String,
    pub repository_creation_templates: Vec<RepositoryCreationTemplate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Operation for DescribeRepositoryCreationTemplates {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DescribeRepositoryCreationTemplates";
    type Output = DescribeRepositoryCreationTemplatesOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:DescribeRepositoryCreationTemplates")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeRepositoryCreationTemplatesOutput, ApiError> {
        let account = caller.principal.account();
        let wanted = |template: &&Arc<Template>| {
            self.prefixes.as_ref().is_none_or(|all| all.iter().any(|one| one.trim_end_matches('/') == template.prefix))
        };
        let all = place::registry(cloud, caller, account).into_iter().flat_map(|of| of.templates.values());
        let (page, next_token) = paging::page(all.filter(wanted), self.max_results, 1000, self.next_token.as_deref())?;
        Ok(DescribeRepositoryCreationTemplatesOutput {
            registry_id: account.to_string(),
            repository_creation_templates: page.into_iter().map(|template| template.as_ref().into()).collect(),
            next_token,
        })
    }
}
