//! Whether a bucket keeps what is written over and deleted.

use serde::{Deserialize, Serialize};

use super::Versioning;
use super::ask::{Nothing, ask, bucket, bucket_mut};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// The setting.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct VersioningConfiguration {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Versioning>,
}

/// Turns versions on, or suspends them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutBucketVersioning {
    pub bucket: String,
    pub versioning_configuration: VersioningConfiguration,
}

impl Operation for PutBucketVersioning {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "PutBucketVersioning";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:PutBucketVersioning", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        let status = self.versioning_configuration.status.ok_or_else(|| {
            let text = "The Versioning element must be specified";
            ApiError::new("IllegalVersioningConfigurationException", text)
        })?;
        bucket_mut(cloud, &self.bucket)?.versioning = Some(status);
        Ok(Nothing {})
    }
}

/// Asks whether there are versions. Nothing is answered where they were never turned on.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetBucketVersioning {
    pub bucket: String,
}

impl Operation for GetBucketVersioning {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "GetBucketVersioning";
    type Output = VersioningConfiguration;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:GetBucketVersioning", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<VersioningConfiguration, ApiError> {
        Ok(VersioningConfiguration { status: bucket(cloud, &self.bucket)?.versioning })
    }
}
