//! What the operations share: the way to a bucket, what IAM is asked, and the errors.
//!
//! Source of the texts: Amazon S3 API reference, "Error responses", and observed answers.

use serde::Serialize;

use super::Bucket;
use crate::cloud::{AccountId, ApiError, Arn, Authorization, Caller, Cloud};

/// Nothing: the answer of operations that only do.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Nothing {}

pub(super) fn bucket_arn(bucket: &str) -> Arn {
    Arn::new("s3", "", "", bucket)
}

pub(super) fn object_arn(bucket: &str, key: &str) -> Arn {
    Arn::new("s3", "", "", &format!("{bucket}/{key}"))
}

/// Whether there is such a bucket, be it AWS's own.
pub(super) fn exists(cloud: &Cloud, bucket: &str) -> bool {
    super::layer_bucket_region(bucket).is_some() || super::find(cloud, bucket).is_some()
}

/// What IAM is asked about a bucket. Nothing about one that is not there: S3 says so to everyone.
pub(super) fn ask(cloud: &Cloud, action: &'static str, bucket: &str) -> Vec<Authorization> {
    if exists(cloud, bucket) { vec![Authorization::on(action, bucket_arn(bucket))] } else { Vec::new() }
}

/// What IAM is asked about an object.
pub(super) fn ask_object(cloud: &Cloud, action: &'static str, bucket: &str, key: &str) -> Vec<Authorization> {
    if exists(cloud, bucket) { vec![Authorization::on(action, object_arn(bucket, key))] } else { Vec::new() }
}

/// What IAM is asked before an object is read. Whoever may not list a bucket does not get to know that a key is missing.
/// Source: Amazon S3 API reference, `GetObject`, permissions.
pub(super) fn ask_read(cloud: &Cloud, bucket: &str, key: &str, version: Option<&str>) -> Vec<Authorization> {
    let action = if version.is_some() { "s3:GetObjectVersion" } else { "s3:GetObject" };
    let mut questions = ask_object(cloud, action, bucket, key);
    let is_there = super::find(cloud, bucket).is_some_and(|(_, found)| found.current(key).is_some());
    if !is_there && version.is_none() {
        questions.extend(ask(cloud, "s3:ListBucket", bucket));
    }
    questions
}

pub(super) fn no_bucket() -> ApiError {
    ApiError::new("NoSuchBucket", "The specified bucket does not exist")
}

pub(super) fn no_key() -> ApiError {
    ApiError::new("NoSuchKey", "The specified key does not exist.")
}

/// A bucket that somebody owns.
///
/// # Errors
/// `NoSuchBucket`.
pub(super) fn bucket<'a>(cloud: &'a Cloud, name: &str) -> Result<&'a Bucket, ApiError> {
    super::find(cloud, name).map(|(_, bucket)| bucket).ok_or_else(no_bucket)
}

/// As [`bucket`], to change it.
pub(super) fn bucket_mut<'a>(cloud: &'a mut Cloud, name: &str) -> Result<&'a mut Bucket, ApiError> {
    let owner = owner_of(cloud, name)?;
    cloud.account_mut(&owner).s3.bucket_mut(name).ok_or_else(no_bucket)
}

/// Whose bucket it is.
///
/// # Errors
/// `NoSuchBucket`.
pub(super) fn owner_of(cloud: &Cloud, name: &str) -> Result<AccountId, ApiError> {
    super::find(cloud, name).map(|(account, _)| account.clone()).ok_or_else(no_bucket)
}

/// The error for what IAM denied.
///
/// Inside an account or an organization S3 says why, and puts the resource in quotes; to others it says no more than that.
/// A HEAD request has no body to say anything in.
/// Source: Amazon S3 User Guide, "Troubleshoot access denied (403 Forbidden) errors in Amazon S3".
pub(in crate::cloud) fn denied(
    cloud: &Cloud,
    caller: &Caller,
    operation: &str,
    question: &Authorization,
    message: &str,
) -> ApiError {
    if operation.starts_with("Head") {
        return ApiError::new("403", "Forbidden");
    }
    let own = caller.principal.account();
    let of_others = question.resource.as_ref().filter(|_| question.action != "s3:CreateBucket");
    let owner = of_others.and_then(|resource| super::owner(cloud, resource));
    let is_near = owner.is_none_or(|owner| {
        let organization = cloud.organization_of(own.as_str());
        owner == *own || (organization.is_some() && organization == cloud.organization_of(owner.as_str()))
    });
    let message = match (&question.resource, is_near) {
        (_, false) => "Access Denied".to_owned(),
        (Some(resource), true) => {
            message.replace(&format!(" on resource: {resource} "), &format!(" on resource: \"{resource}\" "))
        }
        (None, true) => message.replace(" on resource: * ", " "),
    };
    ApiError::new("AccessDenied", message)
}
