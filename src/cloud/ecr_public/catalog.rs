//! Catalogue data: what the gallery shows of a registry and its repositories.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::operations::arn;
use super::state::{self, state_mut};
use crate::cloud::ecr::errors;
use crate::cloud::{ApiError, Authorization, Blob, Caller, Cloud, Digest, Operation, Service};

/// What the gallery shows of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryCatalogData {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub architectures: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub operating_systems: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about_text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage_text: Option<String>,
}

/// The same, as it is sent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RepositoryCatalogDataInput {
    pub description: Option<String>,
    pub architectures: Option<Vec<String>>,
    pub operating_systems: Option<Vec<String>>,
    pub logo_image_blob: Option<Blob>,
    pub about_text: Option<String>,
    pub usage_text: Option<String>,
}

impl RepositoryCatalogDataInput {
    /// Checks it and lays it over what was there. Architectures and systems that the gallery has no badge for are left out.
    /// Source of limits and values: Amazon ECR Public service model and API reference.
    pub(super) fn read(self, before: Option<&RepositoryCatalogData>) -> Result<RepositoryCatalogData, ApiError> {
        const ARCHITECTURES: [&str; 4] = ["ARM", "ARM 64", "x86", "x86-64"];
        const SYSTEMS: [&str; 2] = ["Linux", "Windows"];
        let mut data = before.cloned().unwrap_or_default();
        for (name, text, most, to) in [
            ("description", self.description, 1024, &mut data.description),
            ("aboutText", self.about_text, 25_600, &mut data.about_text),
            ("usageText", self.usage_text, 25_600, &mut data.usage_text),
        ] {
            if text.as_ref().is_some_and(|text| text.chars().count() > most) {
                return Err(errors::too_many(&format!("catalogData.{name}"), most));
            }
            *to = text.or(to.take());
        }
        for (name, list, known, to) in [
            ("architectures", self.architectures, ARCHITECTURES.as_slice(), &mut data.architectures),
            ("operatingSystems", self.operating_systems, SYSTEMS.as_slice(), &mut data.operating_systems),
        ] {
            let Some(list) = list else { continue };
            if list.len() > 50 {
                return Err(errors::too_many(&format!("catalogData.{name}"), 50));
            }
            *to = list.into_iter().filter(|one| known.contains(&one.as_str())).collect();
        }
        if let Some(logo) = self.logo_image_blob {
            if logo.len() > 512_000 {
                return Err(errors::too_many("catalogData.logoImageBlob", 512_000));
            }
            // An address of the real one's form; nothing answers there.
            let hex = Digest::of(logo.as_bytes()).hex();
            data.logo_url = Some(format!("https://d3g9o9u8re44ak.cloudfront.net/logo/{hex}.png"));
        }
        Ok(data)
    }
}

/// What the gallery shows of a repository, as answered.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RepositoryCatalogDataOutput {
    pub catalog_data: RepositoryCatalogData,
}

/// Reads what the gallery shows of a repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GetRepositoryCatalogData {
    pub registry_id: Option<String>,
    pub repository_name: String,
}

impl Operation for GetRepositoryCatalogData {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "GetRepositoryCatalogData";
    type Output = RepositoryCatalogDataOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let resource = arn(cloud, caller, self.registry_id.as_deref(), &self.repository_name);
        vec![Authorization::on("ecr-public:GetRepositoryCatalogData", resource)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryCatalogDataOutput, ApiError> {
        let place = state::place(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let data = cloud.account(&place.account).and_then(|account| account.public.catalog.get(&place.name));
        let data = data.ok_or_else(|| {
            // Inferred: worded as its siblings.
            let text = format!(
                "Repository catalog data does not exist for the repository with name '{}' in the registry with id '{}'",
                place.name, place.account
            );
            ApiError::new("RepositoryCatalogDataNotFoundException", text)
        })?;
        Ok(RepositoryCatalogDataOutput { catalog_data: data.as_ref().clone() })
    }
}

/// Sets what the gallery shows of a repository. What is not said stays.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutRepositoryCatalogData {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub catalog_data: RepositoryCatalogDataInput,
}

impl Operation for PutRepositoryCatalogData {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "PutRepositoryCatalogData";
    type Output = RepositoryCatalogDataOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let resource = arn(cloud, caller, self.registry_id.as_deref(), &self.repository_name);
        vec![Authorization::on("ecr-public:PutRepositoryCatalogData", resource)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RepositoryCatalogDataOutput, ApiError> {
        let place = state::place(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let catalog = &mut state_mut(cloud, &place.account).catalog;
        let data = self.catalog_data.read(catalog.get(&place.name).map(Arc::as_ref))?;
        catalog.insert(place.name, Arc::new(data.clone()));
        Ok(RepositoryCatalogDataOutput { catalog_data: data })
    }
}

/// What the gallery shows of a registry.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryCatalogDataOutput {
    pub registry_catalog_data: RegistryCatalogData,
}

/// What the gallery shows of a registry.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryCatalogData {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
}

/// Reads what the gallery shows of the caller's registry.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct GetRegistryCatalogData {}

impl Operation for GetRegistryCatalogData {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "GetRegistryCatalogData";
    type Output = RegistryCatalogDataOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr-public:GetRegistryCatalogData")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RegistryCatalogDataOutput, ApiError> {
        state::check_region(caller)?;
        let display_name = cloud.account(caller.principal.account()).and_then(|of| of.public.display_name.clone());
        Ok(RegistryCatalogDataOutput { registry_catalog_data: RegistryCatalogData { display_name } })
    }
}

/// Sets the name that the gallery shows for the caller's registry.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutRegistryCatalogData {
    pub display_name: Option<String>,
}

impl Operation for PutRegistryCatalogData {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "PutRegistryCatalogData";
    type Output = RegistryCatalogDataOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr-public:PutRegistryCatalogData")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<RegistryCatalogDataOutput, ApiError> {
        state::check_region(caller)?;
        if self.display_name.as_ref().is_some_and(|name| name.chars().count() > 100) {
            return Err(errors::too_many("displayName", 100));
        }
        let account = caller.principal.account().clone();
        let state = state_mut(cloud, &account);
        state.display_name = self.display_name;
        let display_name = state.display_name.clone();
        Ok(RegistryCatalogDataOutput { registry_catalog_data: RegistryCatalogData { display_name } })
    }
}
