//! Listing the objects of a bucket, in both versions of the operation.

use serde::{Deserialize, Serialize};

use super::ask::{ask, bucket};
use super::buckets::Owner;
use super::{Bucket, Object, Version};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service, Timestamp};

/// The most that a page has.
const MOST: usize = 1000;

/// What IAM is asked, with the condition keys of lists.
/// Source: Service Authorization Reference, Amazon S3, `ListBucket`.
fn questions(
    cloud: &Cloud,
    bucket: &str,
    prefix: Option<&str>,
    delimiter: Option<&str>,
    max_keys: Option<usize>,
) -> Vec<Authorization> {
    let mut questions = ask(cloud, "s3:ListBucket", bucket);
    let max_keys = max_keys.map(|keys| keys.to_string());
    let keys = [("s3:prefix", prefix), ("s3:delimiter", delimiter), ("s3:max-keys", max_keys.as_deref())];
    for question in &mut questions {
        let given = keys.iter().filter_map(|(key, value)| Some(((*key).to_owned(), vec![(*value)?.to_owned()])));
        question.context.extend(given);
    }
    questions
}

/// An object in a list.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListedObject {
    pub key: String,
    pub last_modified: Timestamp,
    #[serde(rename = "ETag")]
    pub etag: String,
    pub checksum_algorithm: [&'static str; 1],
    pub checksum_type: &'static str,
    pub size: usize,
    pub storage_class: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
}

impl ListedObject {
    fn of(key: &str, version: &Version, object: &Object, owner: Option<Owner>) -> Self {
        Self {
            key: key.to_owned(),
            last_modified: version.modified.whole_second(),
            etag: object.etag.clone(),
            checksum_algorithm: ["CRC64NVME"],
            checksum_type: "FULL_OBJECT",
            size: object.blob.len(),
            storage_class: object.storage_class.clone(),
            owner,
        }
    }
}

/// What all keys begin with that a delimiter rolls up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CommonPrefix {
    pub prefix: String,
}

/// What both versions answer.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Listing {
    pub is_truncated: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<ListedObject>,
    pub name: String,
    pub prefix: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    pub max_keys: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub common_prefixes: Vec<CommonPrefix>,
}

/// What is listed.
struct Wanted<'a> {
    name: String,
    prefix: Option<String>,
    delimiter: Option<String>,
    max_keys: Option<usize>,
    /// What the page begins behind.
    after: &'a str,
    owner: Option<Owner>,
}

impl Wanted<'_> {
    /// The page, and the key or prefix that it ends with if more follows.
    fn of(self, found: &Bucket) -> (Listing, Option<String>) {
        let prefix = self.prefix.unwrap_or_default();
        let max_keys = self.max_keys.unwrap_or(MOST).min(MOST);
        let delimiter = self.delimiter.as_deref().unwrap_or_default();
        let page = page(found, &prefix, delimiter, self.after, max_keys, self.owner.as_ref());
        let listing = Listing {
            is_truncated: page.more_after.is_some(),
            contents: page.contents,
            name: self.name,
            prefix,
            delimiter: self.delimiter,
            max_keys,
            common_prefixes: page.common_prefixes,
        };
        (listing, page.more_after)
    }
}

/// A page, and the key or prefix that it ends with if more follows.
struct Page {
    contents: Vec<ListedObject>,
    common_prefixes: Vec<CommonPrefix>,
    more_after: Option<String>,
}

fn page(found: &Bucket, prefix: &str, delimiter: &str, after: &str, max_keys: usize, owner: Option<&Owner>) -> Page {
    let mut page = Page { contents: Vec::new(), common_prefixes: Vec::new(), more_after: None };
    let mut last = String::new();
    for (key, version, object) in found.objects().filter(|(key, ..)| key.starts_with(prefix)) {
        let rest = key.get(prefix.len()..).unwrap_or_default();
        let rolled = Some(delimiter).filter(|delimiter| !delimiter.is_empty()).and_then(|delimiter| {
            let end = rest.find(delimiter)? + delimiter.len();
            key.get(..prefix.len() + end)
        });
        let entry = rolled.unwrap_or(key);
        // What a page before has shown, be it rolled up.
        if entry <= after && !(rolled.is_none() && key > after) {
            continue;
        }
        if rolled.is_some() && page.common_prefixes.last().is_some_and(|known| known.prefix == entry) {
            continue;
        }
        if page.contents.len() + page.common_prefixes.len() >= max_keys {
            page.more_after = Some(last).filter(|_| max_keys > 0);
            return page;
        }
        entry.clone_into(&mut last);
        match rolled {
            Some(rolled) => page.common_prefixes.push(CommonPrefix { prefix: rolled.to_owned() }),
            None => page.contents.push(ListedObject::of(key, version, object, owner.cloned())),
        }
    }
    page
}

/// Lists objects, the newer way.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListObjectsV2 {
    pub bucket: String,
    pub prefix: Option<String>,
    pub delimiter: Option<String>,
    pub max_keys: Option<usize>,
    pub continuation_token: Option<String>,
    pub start_after: Option<String>,
    pub fetch_owner: bool,
}

/// A page of objects.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListObjectsV2Output {
    #[serde(flatten)]
    pub listing: Listing,
    pub key_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub continuation_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_continuation_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_after: Option<String>,
}

/// A token is what the next page follows, made opaque.
fn token(after: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(format!("1/{after}"))
}

fn read_token(token: &str) -> Result<String, ApiError> {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.and_then(|text| text.strip_prefix("1/").map(str::to_owned))
        .ok_or_else(|| ApiError::new("InvalidArgument", "The continuation token provided is incorrect"))
}

impl Operation for ListObjectsV2 {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "ListObjectsV2";
    type Output = ListObjectsV2Output;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        questions(cloud, &self.bucket, self.prefix.as_deref(), self.delimiter.as_deref(), self.max_keys)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<ListObjectsV2Output, ApiError> {
        let found = bucket(cloud, &self.bucket)?;
        let owner = if self.fetch_owner { Some(Owner::of(&super::ask::owner_of(cloud, &self.bucket)?)) } else { None };
        let after = match &self.continuation_token {
            Some(token) => read_token(token)?,
            None => self.start_after.clone().unwrap_or_default(),
        };
        let Self { bucket: name, prefix, delimiter, max_keys, continuation_token, start_after, .. } = self;
        let (listing, more) = Wanted { name, prefix, delimiter, max_keys, after: &after, owner }.of(found);
        Ok(ListObjectsV2Output {
            key_count: listing.contents.len() + listing.common_prefixes.len(),
            listing,
            continuation_token,
            next_continuation_token: more.as_deref().map(token),
            start_after,
        })
    }
}

/// Lists objects, the older way.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListObjects {
    pub bucket: String,
    pub prefix: Option<String>,
    pub delimiter: Option<String>,
    pub max_keys: Option<usize>,
    pub marker: Option<String>,
}

/// A page of objects.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListObjectsOutput {
    #[serde(flatten)]
    pub listing: Listing,
    pub marker: String,
    /// Only with a delimiter. Source: Amazon S3 API reference, `ListObjects`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<String>,
}

impl Operation for ListObjects {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "ListObjects";
    type Output = ListObjectsOutput;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        questions(cloud, &self.bucket, self.prefix.as_deref(), self.delimiter.as_deref(), self.max_keys)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<ListObjectsOutput, ApiError> {
        let found = bucket(cloud, &self.bucket)?;
        let owner = Some(Owner::of(&super::ask::owner_of(cloud, &self.bucket)?));
        let Self { bucket: name, prefix, delimiter, max_keys, marker } = self;
        let marker = marker.unwrap_or_default();
        let is_rolled = delimiter.is_some();
        let (listing, more) = Wanted { name, prefix, delimiter, max_keys, after: &marker, owner }.of(found);
        Ok(ListObjectsOutput { listing, marker, next_marker: more.filter(|_| is_rolled) })
    }
}
