//! `aws s3 mb` and `aws s3 rb`.

use serde_json::json;

use super::{Bucket, transfer, uri};
use crate::shell::Io;
use crate::shell::aws::error::Failure;

fn check(path: &str) -> Result<(), Failure> {
    if uri::is_s3(path) { Ok(()) } else { Err(Failure::Params("<S3Uri>\nError: Invalid argument type".to_owned())) }
}

/// Makes a bucket in the region of the client.
///
/// # Errors
/// For what is no S3 address; a refusal is printed.
pub(super) fn make(io: &mut Io<'_>, s3: &Bucket, path: &str) -> Result<i32, Failure> {
    check(path)?;
    let (bucket, _) = uri::split(path);
    let mut request = json!({"Bucket": bucket});
    let region = s3.client.region();
    if region != "us-east-1"
        && let Some(members) = request.as_object_mut()
    {
        members.insert("CreateBucketConfiguration".to_owned(), json!({"LocationConstraint": region}));
    }
    match s3.call(io.world, "CreateBucket", request) {
        Ok(_) => {
            io.print(format!("make_bucket: {bucket}\n"));
            Ok(0)
        }
        Err(failure) => {
            io.eprint(format!("make_bucket failed: {path} {}\n", failure.said()));
            Ok(1)
        }
    }
}

/// Deletes a bucket, and with `force` first what is in it.
///
/// # Errors
/// For what is no bucket's address, and when not all in it could be deleted; another refusal is printed.
pub(super) fn remove(io: &mut Io<'_>, s3: &Bucket, path: &str, force: bool) -> Result<i32, Failure> {
    check(path)?;
    let (bucket, key) = uri::split(path);
    if !key.is_empty() {
        return Err(Failure::Params(format!("Please specify a valid bucket name only. E.g. s3://{bucket}")));
    }
    if force && transfer::remove_all(io, s3, bucket)? != 0 {
        return Err(Failure::Other(
            "remove_bucket failed: Unable to delete all objects in the bucket, bucket will not be deleted.".to_owned(),
        ));
    }
    match s3.call(io.world, "DeleteBucket", json!({"Bucket": bucket})) {
        Ok(_) => {
            io.print(format!("remove_bucket: {bucket}\n"));
            Ok(0)
        }
        Err(failure) => {
            io.eprint(format!("remove_bucket failed: {path} {}\n", failure.said()));
            Ok(1)
        }
    }
}
