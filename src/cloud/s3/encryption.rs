//! How a bucket encrypts what says nothing of it.

use serde::{Deserialize, Serialize};

use super::Encryption;
use super::ask::{Nothing, ask, bucket, bucket_mut};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// The algorithm and the key.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct ByDefault {
    #[serde(rename = "SSEAlgorithm")]
    pub algorithm: String,
    #[serde(rename = "KMSMasterKeyID", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
}

/// A rule; there is one.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EncryptionRule {
    pub apply_server_side_encryption_by_default: ByDefault,
    pub bucket_key_enabled: bool,
}

/// The setting.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct EncryptionConfiguration {
    pub rules: Vec<EncryptionRule>,
}

/// Sets how objects are encrypted by default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutBucketEncryption {
    pub bucket: String,
    pub server_side_encryption_configuration: EncryptionConfiguration,
}

impl Operation for PutBucketEncryption {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "PutBucketEncryption";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:PutEncryptionConfiguration", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        let malformed = || {
            let text = "The XML you provided was not well-formed or did not validate against our published schema";
            ApiError::new("MalformedXML", text)
        };
        let rule = self.server_side_encryption_configuration.rules.into_iter().next().ok_or_else(malformed)?;
        let EncryptionRule { apply_server_side_encryption_by_default: ByDefault { algorithm, kms_key_id }, .. } = rule;
        if !matches!(algorithm.as_str(), "AES256" | "aws:kms" | "aws:kms:dsse") {
            return Err(malformed());
        }
        if algorithm == "AES256" && kms_key_id.is_some() {
            return Err(ApiError::new(
                "InvalidArgument",
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
            ));
        }
        let encryption = Encryption { algorithm, kms_key_id, bucket_key: rule.bucket_key_enabled };
        bucket_mut(cloud, &self.bucket)?.encryption = encryption;
        Ok(Nothing {})
    }
}

/// Asks how objects are encrypted by default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetBucketEncryption {
    pub bucket: String,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GetBucketEncryptionOutput {
    pub server_side_encryption_configuration: EncryptionConfiguration,
}

impl Operation for GetBucketEncryption {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "GetBucketEncryption";
    type Output = GetBucketEncryptionOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:GetEncryptionConfiguration", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<GetBucketEncryptionOutput, ApiError> {
        let Encryption { algorithm, kms_key_id, bucket_key } = bucket(cloud, &self.bucket)?.encryption.clone();
        let by_default = ByDefault { algorithm, kms_key_id };
        let rule =
            EncryptionRule { apply_server_side_encryption_by_default: by_default, bucket_key_enabled: bucket_key };
        let server_side_encryption_configuration = EncryptionConfiguration { rules: vec![rule] };
        Ok(GetBucketEncryptionOutput { server_side_encryption_configuration })
    }
}
