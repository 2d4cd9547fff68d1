//! Objects and versions deleted, one by one or many at once.

use serde::{Deserialize, Serialize};

use super::ask::{ask_object, bucket, bucket_mut};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// Deletes an object, or a version of one. One that is not there is deleted too.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteObject {
    pub bucket: String,
    pub key: String,
    pub version_id: Option<String>,
}

/// What became of it where the bucket has versions.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteObjectOutput {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_marker: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
}

impl Operation for DeleteObject {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "DeleteObject";
    type Output = DeleteObjectOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        let action = if self.version_id.is_some() { "s3:DeleteObjectVersion" } else { "s3:DeleteObject" };
        ask_object(cloud, action, &self.bucket, &self.key)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<DeleteObjectOutput, ApiError> {
        let now = cloud.now();
        bucket(cloud, &self.bucket)?;
        let found = bucket_mut(cloud, &self.bucket)?;
        if let Some(id) = self.version_id {
            let was_marker = found.delete_version(&self.key, &id).unwrap_or_default();
            return Ok(DeleteObjectOutput { delete_marker: was_marker.then_some(true), version_id: Some(id) });
        }
        let marker = found.delete(&self.key, now);
        Ok(DeleteObjectOutput { delete_marker: marker.is_some().then_some(true), version_id: marker })
    }
}

/// A key to delete.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ObjectIdentifier {
    pub key: String,
    pub version_id: Option<String>,
}

/// Which to delete.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Delete {
    pub objects: Vec<ObjectIdentifier>,
    pub quiet: bool,
}

/// Deletes many objects at once. Each is a question to IAM of its own, and may fail by itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteObjects {
    pub bucket: String,
    pub delete: Delete,
}

/// One that is deleted.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeletedObject {
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_marker: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete_marker_version_id: Option<String>,
}

/// One that is not.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteError {
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    pub code: String,
    pub message: String,
}

/// The answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteObjectsOutput {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<DeletedObject>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<DeleteError>,
}

impl Operation for DeleteObjects {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "DeleteObjects";
    type Output = DeleteObjectsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        Vec::new()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DeleteObjectsOutput, ApiError> {
        if !super::ask::exists(cloud, &self.bucket) {
            return Err(super::ask::no_bucket());
        }
        if self.delete.objects.is_empty() || self.delete.objects.len() > 1000 {
            return Err(ApiError::new(
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema",
            ));
        }
        let mut output = DeleteObjectsOutput { deleted: Vec::new(), errors: Vec::new() };
        for ObjectIdentifier { key, version_id } in self.delete.objects {
            let one = DeleteObject { bucket: self.bucket.clone(), key: key.clone(), version_id: version_id.clone() };
            match cloud.call(caller, one) {
                Ok(_) if self.delete.quiet => {}
                Ok(done) => {
                    output.deleted.push(DeletedObject {
                        key,
                        delete_marker: done.delete_marker,
                        delete_marker_version_id: done.version_id.filter(|_| done.delete_marker.is_some()),
                        version_id,
                    });
                }
                Err(error) => output.errors.push(DeleteError {
                    key,
                    version_id,
                    code: error.code.into_owned(),
                    message: error.message,
                }),
            }
        }
        Ok(output)
    }
}
