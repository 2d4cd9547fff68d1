//! UpdateImageStorageClass: into the archive and back.

use serde::{Deserialize, Serialize};

use super::image_list::find;
use super::shapes::ImageIdentifier;
use crate::cloud::ecr::place::{Place, ask};
use crate::cloud::ecr::{errors, storage};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Moves an image to a storage class.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UpdateImageStorageClass {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_id: ImageIdentifier,
    /// `ARCHIVE`, or `STANDARD` to bring it back.
    pub target_storage_class: String,
}

/// How the image stands now.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateImageStorageClassOutput {
    pub registry_id: String,
    pub repository_name: String,
    pub image_id: ImageIdentifier,
    /// `ACTIVE`, `ARCHIVED` or `ACTIVATING`.
    pub image_status: &'static str,
}

impl Operation for UpdateImageStorageClass {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "UpdateImageStorageClass";
    type Output = UpdateImageStorageClassOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, "ecr:UpdateImageStorageClass")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<UpdateImageStorageClassOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let to_archive = match self.target_storage_class.as_str() {
            "ARCHIVE" => true,
            "STANDARD" => false,
            _ => return Err(errors::not_in_enum("targetStorageClass", &["STANDARD", "ARCHIVE"])),
        };
        let now = cloud.now();
        let repository = place.repository(cloud)?;
        let image = find(repository, &place, &self.image_id)?;
        let digest = image.digest.clone();
        let was_archived = image.archived_at.is_some();
        // Source: Amazon ECR User Guide: what a live index names can't leave it.
        let is_child = || repository.indexes_of(&digest).any(|index| index.archived_at.is_none());
        if to_archive && (image.activating || (!was_archived && is_child())) {
            return Err(ApiError::new(
                "ImageStorageClassUpdateNotSupportedException",
                "The requested image storage class update is not supported.",
            ));
        }
        match (to_archive, was_archived) {
            (true, false) => {
                place.repository_mut(cloud)?.archive(&digest, now);
                storage::tell(cloud, &place, &digest);
            }
            (false, true) => storage::restore(cloud, &place, &digest),
            _ => {}
        }
        Ok(UpdateImageStorageClassOutput {
            registry_id: place.account.to_string(),
            image_status: place.repository(cloud)?.image(&digest).map_or("ACTIVE", |image| image.status()),
            repository_name: place.name,
            image_id: ImageIdentifier::both(&digest, self.image_id.image_tag.as_deref()),
        })
    }
}
