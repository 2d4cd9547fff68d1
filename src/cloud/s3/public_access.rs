//! Blocking public access to a bucket.

use serde::{Deserialize, Serialize};

use super::PublicAccessBlock;
use super::ask::{Nothing, ask, bucket, bucket_mut};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Sets what is blocked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutPublicAccessBlock {
    pub bucket: String,
    pub public_access_block_configuration: PublicAccessBlock,
}

impl Operation for PutPublicAccessBlock {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "PutPublicAccessBlock";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:PutBucketPublicAccessBlock", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        bucket_mut(cloud, &self.bucket)?.public_access = Some(self.public_access_block_configuration);
        Ok(Nothing {})
    }
}

/// Takes the setting away: nothing is blocked then.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeletePublicAccessBlock {
    pub bucket: String,
}

impl Operation for DeletePublicAccessBlock {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "DeletePublicAccessBlock";
    type Output = Nothing;

    // Source: Amazon S3 API reference: deleting it needs the permission to put it.
    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:PutBucketPublicAccessBlock", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        bucket_mut(cloud, &self.bucket)?.public_access = None;
        Ok(Nothing {})
    }
}

/// Asks what is blocked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetPublicAccessBlock {
    pub bucket: String,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetPublicAccessBlockOutput {
    pub public_access_block_configuration: PublicAccessBlock,
}

impl Operation for GetPublicAccessBlock {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "GetPublicAccessBlock";
    type Output = GetPublicAccessBlockOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:GetBucketPublicAccessBlock", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<GetPublicAccessBlockOutput, ApiError> {
        let found = bucket(cloud, &self.bucket)?.public_access.ok_or_else(|| {
            let text = "The public access block configuration was not found";
            ApiError::new("NoSuchPublicAccessBlockConfiguration", text)
        })?;
        Ok(GetPublicAccessBlockOutput { public_access_block_configuration: found })
    }
}
