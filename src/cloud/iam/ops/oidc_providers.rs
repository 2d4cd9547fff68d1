//! OpenID Connect providers: whose web identity tokens the account believes.
//!
//! Source: IAM API Reference; IAM User Guide, "Create an OpenID Connect (OIDC) identity provider in IAM".

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha1::{Digest as _, Sha1};

use super::{Validation, creating, on_oidc_provider, validate, wire};
use crate::cloud::iam::{OidcProvider, State, Tag};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// Source: IAM User Guide, "IAM and AWS STS quotas".
const PROVIDERS_MAX: usize = 100;
const CLIENT_IDS_MAX: usize = 100;
const THUMBPRINTS_MAX: usize = 5;

fn missing(arn: &str) -> ApiError {
    super::no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"))
}

/// The provider of this ARN.
pub(super) fn known<'a>(state: &'a State, arn: &str) -> Result<&'a Arc<OidcProvider>, ApiError> {
    state.oidc_provider_by_arn(arn).ok_or_else(|| missing(arn))
}

/// The provider of this ARN, to be changed.
pub(super) fn known_mut<'a>(state: &'a mut State, arn: &str) -> Result<&'a mut OidcProvider, ApiError> {
    let url = Arc::clone(&known(state, arn)?.url);
    state.oidc_providers.get_mut(&url).map(Arc::make_mut).ok_or_else(|| missing(arn))
}

/// The address of a provider as IAM keeps it: without `https://`, and without what tells nothing at its end.
fn address(url: &str) -> Result<&str, ApiError> {
    Validation::default().length("url", Some(url), 1, 255).done()?;
    let address = url.strip_prefix("https://").map(|address| address.trim_end_matches('/'));
    let is_plain = |address: &&str| !address.is_empty() && !address.contains(['?', '#', ' ', '@', ':']);
    address.filter(is_plain).ok_or_else(|| super::validation("Invalid Open ID Connect Provider URL"))
}

fn check_thumbprints(thumbprints: &[String]) -> Result<(), ApiError> {
    let each = |checks: Validation, print: &String| checks.length("thumbprintList", Some(print), 40, 40);
    thumbprints.iter().fold(Validation::default(), each).done()?;
    if thumbprints.len() > THUMBPRINTS_MAX {
        let message = format!("Thumbprint list must contain fewer than {THUMBPRINTS_MAX} entries.");
        return Err(ApiError::new("InvalidInput", message));
    }
    Ok(())
}

fn check_client_ids<'a>(ids: impl IntoIterator<Item = &'a String>) -> Result<(), ApiError> {
    let each = |checks: Validation, id: &'a String| checks.length("clientID", Some(id), 1, 255);
    ids.into_iter().fold(Validation::default(), each).done()
}

fn too_many_client_ids() -> ApiError {
    super::limit_exceeded(format!("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {CLIENT_IDS_MAX}"))
}

/// Makes the account believe a provider.
#[derive(Clone, Debug, Deserialize)]
pub struct CreateOpenIDConnectProvider {
    #[serde(rename = "Url")]
    pub url: String,
    #[serde(rename = "ClientIDList", default)]
    pub client_ids: Vec<String>,
    #[serde(rename = "ThumbprintList", default)]
    pub thumbprints: Vec<String>,
    #[serde(rename = "Tags", default)]
    pub tags: Vec<Tag>,
}

/// The output of `CreateOpenIDConnectProvider`.
#[derive(Clone, Debug, Serialize)]
pub struct CreateOpenIDConnectProviderOutput {
    #[serde(rename = "OpenIDConnectProviderArn")]
    pub arn: Arn,
    #[serde(rename = "Tags", skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Operation for CreateOpenIDConnectProvider {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "CreateOpenIDConnectProvider";
    type Output = CreateOpenIDConnectProviderOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let actions = ["iam:CreateOpenIDConnectProvider", "iam:TagOpenIDConnectProvider"];
        let address = address(&self.url).unwrap_or(&self.url);
        creating(actions, caller, "oidc-provider", None, address, &self.tags)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<CreateOpenIDConnectProviderOutput, ApiError> {
        let url = address(&self.url)?;
        check_client_ids(&self.client_ids)?;
        check_thumbprints(&self.thumbprints)?;
        validate::tags(&self.tags)?;
        let created = super::now(cloud);
        let state = super::state_mut(cloud, caller);
        if state.oidc_provider(url).is_some() {
            return Err(super::already_exists(format!("Provider with url {} already exists.", self.url)));
        }
        if state.oidc_providers.len() >= PROVIDERS_MAX {
            let message = format!("Cannot exceed quota for OpenIdConnectProvidersPerAccount: {PROVIDERS_MAX}");
            return Err(super::limit_exceeded(message));
        }
        if self.client_ids.len() > CLIENT_IDS_MAX {
            return Err(too_many_client_ids());
        }
        // Inferred: which one IAM finds by itself. Certificates of providers are not simulated.
        let found = || {
            let host = url.split('/').next().unwrap_or(url);
            vec![Sha1::digest(host).iter().map(|byte| format!("{byte:02x}")).collect()]
        };
        let thumbprints = if self.thumbprints.is_empty() { found() } else { self.thumbprints };
        let arn = Arn::new("iam", "", caller.principal.account().as_str(), &format!("oidc-provider/{url}"));
        let provider = OidcProvider {
            url: url.into(),
            arn: arn.clone(),
            created,
            client_ids: self.client_ids,
            thumbprints,
            tags: self.tags.clone(),
        };
        state.oidc_providers.insert(Arc::clone(&provider.url), Arc::new(provider));
        Ok(CreateOpenIDConnectProviderOutput { arn, tags: self.tags })
    }
}

/// Tells about a provider.
#[derive(Clone, Debug, Deserialize)]
pub struct GetOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    pub arn: String,
}

/// The output of `GetOpenIDConnectProvider`.
#[derive(Clone, Debug, Serialize)]
pub struct GetOpenIDConnectProviderOutput {
    /// Without `https://`.
    #[serde(rename = "Url")]
    pub url: Arc<str>,
    #[serde(rename = "ClientIDList")]
    pub client_ids: Vec<String>,
    #[serde(rename = "ThumbprintList")]
    pub thumbprints: Vec<String>,
    #[serde(rename = "CreateDate")]
    pub created: Timestamp,
    #[serde(rename = "Tags")]
    pub tags: Vec<Tag>,
}

impl Operation for GetOpenIDConnectProvider {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "GetOpenIDConnectProvider";
    type Output = GetOpenIDConnectProviderOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_oidc_provider("iam:GetOpenIDConnectProvider", cloud, caller, &self.arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<GetOpenIDConnectProviderOutput, ApiError> {
        let provider = known(super::read(cloud, caller)?, &self.arn)?;
        Ok(GetOpenIDConnectProviderOutput {
            url: Arc::clone(&provider.url),
            client_ids: provider.client_ids.clone(),
            thumbprints: provider.thumbprints.clone(),
            created: provider.created,
            tags: provider.tags.clone(),
        })
    }
}

/// Lists the providers, all at once.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct ListOpenIDConnectProviders {}

/// A provider in a list.
#[derive(Clone, Debug, Serialize)]
pub struct OpenIDConnectProviderEntry {
    #[serde(rename = "Arn")]
    pub arn: Arn,
}

/// The output of `ListOpenIDConnectProviders`.
#[derive(Clone, Debug, Serialize)]
pub struct ListOpenIDConnectProvidersOutput {
    #[serde(rename = "OpenIDConnectProviderList")]
    pub providers: Vec<OpenIDConnectProviderEntry>,
}

impl Operation for ListOpenIDConnectProviders {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "ListOpenIDConnectProviders";
    type Output = ListOpenIDConnectProvidersOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("iam:ListOpenIDConnectProviders")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListOpenIDConnectProvidersOutput, ApiError> {
        let providers = super::read(cloud, caller)?.oidc_providers();
        let providers = providers.map(|provider| OpenIDConnectProviderEntry { arn: provider.arn.clone() }).collect();
        Ok(ListOpenIDConnectProvidersOutput { providers })
    }
}

/// Makes the account believe a provider no more. One that is not there is as good as deleted.
#[derive(Clone, Debug, Deserialize)]
pub struct DeleteOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    pub arn: String,
}

impl Operation for DeleteOpenIDConnectProvider {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "DeleteOpenIDConnectProvider";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_oidc_provider("iam:DeleteOpenIDConnectProvider", cloud, caller, &self.arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        let state = super::state_mut(cloud, caller);
        if let Some(url) = state.oidc_provider_by_arn(&self.arn).map(|provider| Arc::clone(&provider.url)) {
            state.oidc_providers.remove(&url);
        }
        Ok(wire::Empty {})
    }
}

/// Lets tokens of a provider be for one more application.
#[derive(Clone, Debug, Deserialize)]
pub struct AddClientIDToOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    pub arn: String,
    #[serde(rename = "ClientID")]
    pub client_id: String,
}

impl Operation for AddClientIDToOpenIDConnectProvider {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "AddClientIDToOpenIDConnectProvider";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_oidc_provider("iam:AddClientIDToOpenIDConnectProvider", cloud, caller, &self.arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        check_client_ids([&self.client_id])?;
        let provider = known_mut(super::state_mut(cloud, caller), &self.arn)?;
        if provider.client_ids.contains(&self.client_id) {
            return Ok(wire::Empty {});
        }
        if provider.client_ids.len() >= CLIENT_IDS_MAX {
            return Err(too_many_client_ids());
        }
        provider.client_ids.push(self.client_id);
        Ok(wire::Empty {})
    }
}

/// Lets tokens of a provider be for one application less.
#[derive(Clone, Debug, Deserialize)]
pub struct RemoveClientIDFromOpenIDConnectProvider {
    #[serde(rename = "OpenIDConnectProviderArn")]
    pub arn: String,
    #[serde(rename = "ClientID")]
    pub client_id: String,
}

impl Operation for RemoveClientIDFromOpenIDConnectProvider {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "RemoveClientIDFromOpenIDConnectProvider";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_oidc_provider("iam:RemoveClientIDFromOpenIDConnectProvider", cloud, caller, &self.arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        check_client_ids([&self.client_id])?;
        let provider = known_mut(super::state_mut(cloud, caller), &self.arn)?;
        provider.client_ids.retain(|id| *id != self.client_id);
        Ok(wire::Empty {})
    }
}

/// Replaces the thumbprints of a provider's certificates.
#[derive(Clone, Debug, Deserialize)]
pub struct UpdateOpenIDConnectProviderThumbprint {
    #[serde(rename = "OpenIDConnectProviderArn")]
    pub arn: String,
    #[serde(rename = "ThumbprintList")]
    pub thumbprints: Vec<String>,
}

impl Operation for UpdateOpenIDConnectProviderThumbprint {
    const SERVICE: Service = Service::Iam;
    const NAME: &'static str = "UpdateOpenIDConnectProviderThumbprint";
    type Output = wire::Empty;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        on_oidc_provider("iam:UpdateOpenIDConnectProviderThumbprint", cloud, caller, &self.arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<wire::Empty, ApiError> {
        check_thumbprints(&self.thumbprints)?;
        known_mut(super::state_mut(cloud, caller), &self.arn)?.thumbprints = self.thumbprints;
        Ok(wire::Empty {})
    }
}
