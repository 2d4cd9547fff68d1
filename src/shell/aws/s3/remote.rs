//! What is in a bucket, page by page.

use serde_json::{Value, json};

use super::Bucket;
use crate::cloud::Timestamp;
use crate::shell::aws::error::Failure;
use crate::world::World;

/// An object in a list.
pub(super) struct Found {
    pub(super) key: String,
    pub(super) size: u64,
    pub(super) modified: Timestamp,
}

/// A time of an answer.
pub(super) fn time(value: &Value, name: &str) -> Timestamp {
    let text = value.get(name).and_then(Value::as_str).unwrap_or_default();
    let seconds = crate::shell::aws::time::parse(text, &jiff::tz::TimeZone::UTC).unwrap_or_default();
    Timestamp::from_millis((seconds * 1000.0).round() as i64)
}

/// All pages of what begins with `prefix`.
///
/// # Errors
/// As the service's.
pub(super) fn pages(
    world: &mut World,
    s3: &Bucket,
    bucket: &str,
    prefix: &str,
    delimiter: Option<&str>,
) -> Result<Vec<Value>, Failure> {
    let mut request = json!({"Bucket": bucket, "Prefix": prefix});
    let set = |name: &str, value: &str, request: &mut Value| {
        if let Some(members) = request.as_object_mut() {
            members.insert(name.to_owned(), value.into());
        }
    };
    if let Some(delimiter) = delimiter {
        set("Delimiter", delimiter, &mut request);
    }
    let mut pages = Vec::new();
    loop {
        let page = s3.call(world, "ListObjectsV2", request.clone())?;
        let token = page.get("NextContinuationToken").and_then(Value::as_str).map(str::to_owned);
        pages.push(page);
        match token {
            Some(token) => set("ContinuationToken", &token, &mut request),
            None => return Ok(pages),
        }
    }
}

/// The objects on a page.
pub(super) fn items(page: &Value) -> Vec<Found> {
    let contents = page.get("Contents").and_then(Value::as_array).into_iter().flatten();
    contents
        .map(|found| Found {
            key: found.get("Key").and_then(Value::as_str).unwrap_or_default().to_owned(),
            size: found.get("Size").and_then(Value::as_u64).unwrap_or_default(),
            modified: time(found, "LastModified"),
        })
        .collect()
}
