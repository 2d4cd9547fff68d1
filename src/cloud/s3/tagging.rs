//! Tags of buckets and objects.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ask::{Nothing, ask, ask_object, ask_read, bucket, bucket_mut, no_key};
use super::objects::find;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tag {
    pub key: String,
    pub value: String,
}

/// The tags, as S3 wraps them.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TagSet {
    pub tag_set: Vec<Tag>,
}

impl From<&BTreeMap<String, String>> for TagSet {
    fn from(tags: &BTreeMap<String, String>) -> Self {
        let tag = |(key, value): (&String, &String)| Tag { key: key.clone(), value: value.clone() };
        Self { tag_set: tags.iter().map(tag).collect() }
    }
}

/// Reads tags by key.
///
/// # Errors
/// `InvalidTag` for a key that comes twice or is none.
pub(super) fn read(tags: Vec<Tag>) -> Result<BTreeMap<String, String>, ApiError> {
    let mut read = BTreeMap::new();
    for Tag { key, value } in tags {
        if key.is_empty() || key.chars().count() > 128 || key.starts_with("aws:") {
            return Err(ApiError::new("InvalidTag", "The TagKey you have provided is invalid"));
        }
        if value.chars().count() > 256 {
            return Err(ApiError::new("InvalidTag", "The TagValue you have provided is invalid"));
        }
        if read.insert(key, value).is_some() {
            return Err(ApiError::new("InvalidTag", "Cannot provide multiple Tags with the same key"));
        }
    }
    Ok(read)
}

/// Tags as a header has them: `a=1&b=2`.
pub(super) fn read_header(text: &str) -> BTreeMap<String, String> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

/// Condition keys of the tags in a request. Source: Service Authorization Reference, Amazon S3, condition keys.
pub(super) fn add_request_tags(question: &mut Authorization, tags: &BTreeMap<String, String>) {
    let each = tags.iter().map(|(key, value)| (format!("s3:RequestObjectTag/{key}"), vec![value.clone()]));
    question.context.extend(each);
    question.context.push(("s3:RequestObjectTagKeys".to_owned(), tags.keys().cloned().collect()));
}

/// Sets a bucket's tags, all of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutBucketTagging {
    pub bucket: String,
    pub tagging: TagSet,
}

impl Operation for PutBucketTagging {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "PutBucketTagging";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:PutBucketTagging", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        let tags = read(self.tagging.tag_set)?;
        bucket_mut(cloud, &self.bucket)?.tags = tags;
        Ok(Nothing {})
    }
}

/// Takes a bucket's tags away.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteBucketTagging {
    pub bucket: String,
}

impl Operation for DeleteBucketTagging {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "DeleteBucketTagging";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:PutBucketTagging", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        bucket_mut(cloud, &self.bucket)?.tags.clear();
        Ok(Nothing {})
    }
}

/// Gives a bucket's tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetBucketTagging {
    pub bucket: String,
}

impl Operation for GetBucketTagging {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "GetBucketTagging";
    type Output = TagSet;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask(cloud, "s3:GetBucketTagging", &self.bucket)
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<TagSet, ApiError> {
        let tags = &bucket(cloud, &self.bucket)?.tags;
        if tags.is_empty() {
            return Err(ApiError::new("NoSuchTagSet", "The TagSet does not exist"));
        }
        Ok(TagSet::from(tags))
    }
}

/// Sets an object's tags, all of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct PutObjectTagging {
    pub bucket: String,
    pub key: String,
    pub version_id: Option<String>,
    pub tagging: TagSet,
}

impl Operation for PutObjectTagging {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "PutObjectTagging";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        let action = if self.version_id.is_some() { "s3:PutObjectVersionTagging" } else { "s3:PutObjectTagging" };
        let mut questions = ask_object(cloud, action, &self.bucket, &self.key);
        let tags = self.tagging.tag_set.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect();
        for question in &mut questions {
            add_request_tags(question, &tags);
        }
        questions
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<Nothing, ApiError> {
        let tags = read(self.tagging.tag_set)?;
        if tags.len() > 10 {
            return Err(ApiError::new("BadRequest", "Object tags cannot be greater than 10"));
        }
        find(cloud, &self.bucket, &self.key, self.version_id.as_deref())?;
        let bucket = bucket_mut(cloud, &self.bucket)?;
        bucket.object_mut(&self.key, self.version_id.as_deref()).ok_or_else(no_key)?.tags = tags;
        Ok(Nothing {})
    }
}

/// Gives an object's tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct GetObjectTagging {
    pub bucket: String,
    pub key: String,
    pub version_id: Option<String>,
}

impl Operation for GetObjectTagging {
    const SERVICE: Service = Service::S3;
    const NAME: &'static str = "GetObjectTagging";
    type Output = TagSet;

    fn authorizations(&self, cloud: &Cloud, _: &Caller) -> Vec<Authorization> {
        let mut questions = ask_read(cloud, &self.bucket, &self.key, self.version_id.as_deref());
        if let Some(first) = questions.first_mut() {
            first.action = if self.version_id.is_some() { "s3:GetObjectVersionTagging" } else { "s3:GetObjectTagging" };
        }
        questions
    }

    fn run(self, cloud: &mut Cloud, _: &Caller) -> Result<TagSet, ApiError> {
        let (_, _, object) = find(cloud, &self.bucket, &self.key, self.version_id.as_deref())?;
        Ok(TagSet::from(&object.tags))
    }
}
