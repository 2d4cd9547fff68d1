//! SAML providers: whose assertions the account believes.
//!
//! Limitation: signatures are not simulated, and neither are encrypted assertions with their private keys.
//!
//! Source: IAM API Reference; IAM User Guide, "Create a SAML identity provider in IAM".

use std::sync::Arc;

use roxmltree::Document;
use serde::{Deserialize, Serialize};

use super::{Validation, creating, on_saml_provider, validate, wire};
use crate::cloud::iam::{SamlProvider, State, Tag};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Duration, Operation, Service, Timestamp};

/// Source: IAM User Guide, "IAM and AWS STS quotas".
const PROVIDERS_MAX: usize = 100;

/// How long metadata holds that does not say it. Observed.
const FOREVER: Duration = Duration::days(36_525);

fn missing(arn: &str) -> ApiError {
    super::no_such_entity(format!("Manifest not found for arn {arn}"))
}

/// The provider of this ARN.
pub(super) fn known<'a>(state: &'a State, arn: &str) -> Result<&'a Arc<SamlProvider>, ApiError> {
    state.saml_provider(arn).ok_or_else(|| missing(arn))
}

/// The provider of this ARN, to be changed.
pub(super) fn known_mut<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut SamlProvider, ApiError> {
    let name = Arc::clone(&known(state, arn)?.name);
    state.saml_providers.get_mut(&name).ok_or_else(|| missing(arn))
}

/// What a metadata document says.
struct Metadata {
    entity_id: String,
    valid_until: Option<Timestamp>,
}

impl Metadata {
    fn read(text: &str) -> Result<Self, ApiError> {
        Validation::default().length("sAMLMetadataDocument", Some(text), 1000, 10_000_000).done()?;
        // Source: IAM User Guide, "Troubleshoot SAML federation". Inferred: the code.
        let unreadable = || ApiError::new("InvalidInput", "Could not parse metadata.");
        let document = Document::parse(text).map_err(|_| unreadable())?;
        let entity =
            document.descendants().find(|node| node.has_tag_name("EntityDescriptor")).ok_or_else(unreadable)?;
        let entity_id = entity.attribute("entityID").filter(|id| !id.is_empty()).ok_or_else(unreadable)?;
        entity.children().find(|node| node.has_tag_name("IDPSSODescriptor")).ok_or_else(unreadable)?;
        let valid_until = entity.attribute("validUntil").and_then(|time| time.parse::<jiff::Timestamp>().ok());
        let valid_until = valid_until.map(|time| Timestamp::from_millis(time.as_millisecond()));
        Ok(Self { entity_id: entity_id.to_owned(), valid_until })
    }
}

fn check_name(name: &str) -> Result<(), ApiError> {
    Validation::default().length("name", Some(name), 1, 128).done()?;
    if name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        return Ok(());
    }
    Err(super::validation(format!(
        "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: [\\w._-]+"
    )))
}

/// Makes the account believe a provider.
#[derive(Clone, Debug, Deserialize)]
pub struct CreateSAMLProvider {
    #[serde(rename = "SAMLMetadataDocument")]
    pub metadata: String,
    #[serde(rename = "Name")]
    pub name: String,
    #[serde(rename = "Tags", default)]
    pub tags: Vec<Tag>,
}

/// The output of `CreateSAMLProvider`.
#[derive(Clone, Debug, Serialize)]
pub struct CreateSAMLProviderOutput {
    #[serde(rename = "SAMLProviderArn")]
    pub arn: Arn,
    #[serde(rename = "Tags", skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Operation for CreateSAMLProvider {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreateSAMLProvider";
    type Output = CreateSAMLProviderOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let actions = ["iam:CreateSAMLProvider", "iam:TagSAMLProvider"];
        creating(actions, caller, "saml-provider", None, &self.name, &self.tags)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CreateSAMLProviderOutput, ApiError> {
        check_name(&self.name)?;
        validate::tags(&self.tags)?;
        let metadata = Metadata::read(&self.metadata)?;
        let created = super::now(cloud);
        let state = super::state_mut(cloud, caller);
        let arn = Arn::new("iam", "", caller.principal.account().as_str(), &format!("saml-provider/{}", self.name));
        if state.saml_providers.get(&self.name).is_some() {
            // Inferred: the wording.
            return Err(super::already_exists(format!("Provider with arn {arn} already exists.")));
        }
        if state.saml_providers.len() >= PROVIDERS_MAX {
            let message = format!("Cannot exceed quota for SAMLProvidersPerAccount: {PROVIDERS_MAX}");
            return Err(super::limit_exceeded(message));
        }
        let provider = SamlProvider {
            name: self.name.as_str().into(),
            arn: arn.clone(),
            created,
            valid_until: metadata.valid_until.unwrap_or(created + FOREVER),
            metadata: self.metadata.into(),
            entity_id: metadata.entity_id.into(),
            tags: self.tags.clone(),
        };
        state.saml_providers.insert(&self.name, provider);
        Ok(CreateSAMLProviderOutput { arn, tags: self.tags })
    }
}

/// Tells about a provider.
#[derive(Clone, Debug, Deserialize)]
pub struct GetSAMLProvider {
    #[serde(rename = "SAMLProviderArn")]
    pub arn: String,
}

/// The output of `GetSAMLProvider`.
#[derive(Clone, Debug, Serialize)]
pub struct GetSAMLProviderOutput {
    #[serde(rename = "SAMLMetadataDocument")]
    pub metadata: Arc<str>,
    #[serde(rename = "CreateDate")]
    pub created: Timestamp,
    #[serde(rename = "ValidUntil")]
    pub valid_until: Timestamp,
    #[serde(rename = "Tags", skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Operation for GetSAMLProvider {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetSAMLProvider";
    type Output = GetSAMLProviderOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_saml_provider("iam:GetSAMLProvider", cloud, caller, &self.arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetSAMLProviderOutput, ApiError> {
        let provider = known(super::read(cloud, caller)?, &self.arn)?;
        Ok(GetSAMLProviderOutput {
            metadata: Arc::clone(&provider.metadata),
            created: provider.created,
            valid_until: provider.valid_until,
            tags: provider.tags.clone(),
        })
    }
}

/// Lists the providers, all at once.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct ListSAMLProviders {}

/// A provider in a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SAMLProviderEntry {
    pub arn: Arn,
    pub valid_until: Timestamp,
    pub create_date: Timestamp,
}

/// The output of `ListSAMLProviders`.
#[derive(Clone, Debug, Serialize)]
pub struct ListSAMLProvidersOutput {
    #[serde(rename = "SAMLProviderList")]
    pub providers: Vec<SAMLProviderEntry>,
}

impl Operation for ListSAMLProviders {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListSAMLProviders";
    type Output = ListSAMLProvidersOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:ListSAMLProviders")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListSAMLProvidersOutput, ApiError> {
        let providers = super::read(cloud, caller)?.saml_providers().map(|provider| SAMLProviderEntry {
            arn: provider.arn.clone(),
            valid_until: provider.valid_until,
            create_date: provider.created,
        });
        Ok(ListSAMLProvidersOutput { providers: providers.collect() })
    }
}

/// Replaces the metadata of a provider.
#[derive(Clone, Debug, Deserialize)]
pub struct UpdateSAMLProvider {
    #[serde(rename = "SAMLProviderArn")]
    pub arn: String,
    #[serde(rename = "SAMLMetadataDocument")]
    pub metadata: Option<String>,
}

/// The output of `UpdateSAMLProvider`.
#[derive(Clone, Debug, Serialize)]
pub struct UpdateSAMLProviderOutput {
    #[serde(rename = "SAMLProviderArn")]
    pub arn: Arn,
}

impl Operation for UpdateSAMLProvider {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "UpdateSAMLProvider";
    type Output = UpdateSAMLProviderOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_saml_provider("iam:UpdateSAMLProvider", cloud, caller, &self.arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<UpdateSAMLProviderOutput, ApiError> {
        let now = super::now(cloud);
        let provider = known_mut(super::state_mut(cloud, caller), &self.arn)?;
        if let Some(text) = self.metadata {
            let metadata = Metadata::read(&text)?;
            provider.valid_until = metadata.valid_until.unwrap_or(now + FOREVER);
            provider.entity_id = metadata.entity_id.into();
            provider.metadata = text.into();
        }
        Ok(UpdateSAMLProviderOutput { arn: provider.arn.clone() })
    }
}

/// Makes the account believe a provider no more.
#[derive(Clone, Debug, Deserialize)]
pub struct DeleteSAMLProvider {
    #[serde(rename = "SAMLProviderArn")]
    pub arn: String,
}

impl Operation for DeleteSAMLProvider {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeleteSAMLProvider";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_saml_provider("iam:DeleteSAMLProvider", cloud, caller, &self.arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let state = super::state_mut(cloud, caller);
        let name = Arc::clone(&known(state, &self.arn)?.name);
        state.saml_providers.remove(&name);
        Ok(wire::Empty {})
    }
}
