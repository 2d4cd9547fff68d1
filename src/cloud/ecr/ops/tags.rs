//! Resource tags on repositories.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Nothing;
use super::shapes::Tag;
use crate::cloud::ecr::errors;
use crate::cloud::ecr::place::{Place, ask_arn};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Adds tags to those that are there.
///
/// # Errors
/// When a key or value is too long, or there would be more than 50. Source: Amazon ECR service model; texts inferred.
pub(in crate::cloud) fn add(to: &mut BTreeMap<String, String>, tags: Vec<Tag>) -> Result<(), ApiError> {
    let mut all = to.clone();
    for Tag { key, value } in tags {
        if key.is_empty() || key.chars().count() > 128 || key.starts_with("aws:") {
            return Err(ApiError::new("InvalidTagParameterException", format!("The tag key '{key}' is not valid")));
        }
        if value.chars().count() > 256 {
            return Err(ApiError::new(
                "InvalidTagParameterException",
                format!("The value of the tag with key '{key}' is longer than 256 characters"),
            ));
        }
        all.insert(key, value);
    }
    if all.len() > 50 {
        return Err(ApiError::new(
            "TooManyTagsException",
            "The list of tags on the repository is over the limit of 50 tags",
        ));
    }
    *to = all;
    Ok(())
}

/// Removes tags; keys that are not there do not matter.
pub(in crate::cloud) fn remove(cloud: &mut Cloud, place: &Place, keys: &[String]) -> Result<Nothing, ApiError> {
    place.repository_mut(cloud)?.resource_tags.retain(|key, _| !keys.contains(key));
    Ok(Nothing {})
}

/// The tags of a repository, by key.
pub(in crate::cloud) fn list(cloud: &Cloud, place: &Place) -> Result<ListTagsForResourceOutput, ApiError> {
    let tags = &place.repository(cloud)?.resource_tags;
    let tags = tags.iter().map(|(key, value)| Tag { key: key.clone(), value: value.clone() }).collect();
    Ok(ListTagsForResourceOutput { tags })
}

/// The condition keys of tags in a request: `aws:RequestTag/…` and `aws:TagKeys`.
pub(in crate::cloud) fn add_request_tags(question: &mut Authorization, tags: &[Tag]) {
    for tag in tags {
        question.context.push((format!("aws:RequestTag/{}", tag.key), vec![tag.value.clone()]));
    }
    if !tags.is_empty() {
        question.context.push(("aws:TagKeys".to_owned(), tags.iter().map(|tag| tag.key.clone()).collect()));
    }
}

fn ask(cloud: &Cloud, action: &'static str, arn: &str) -> Authorization {
    match arn.parse::<Arn>() {
        Ok(arn) => ask_arn(cloud, action, arn),
        // The operation itself will refuse the ARN; IAM is asked about what can't be named.
        Err(_) => Authorization::anywhere(action),
    }
}

fn find(cloud: &Cloud, caller: &Caller, arn: &str) -> Result<Place, ApiError> {
    let invalid = || errors::invalid("resourceArn", "Invalid ARN");
    let arn: Arn = arn.parse().map_err(|_| invalid())?;
    let name = arn.resource().strip_prefix("repository/").filter(|_| arn.service() == "ecr").ok_or_else(invalid)?;
    if arn.region() != caller.region.as_str() {
        return Err(invalid());
    }
    Place::of(cloud, caller, Some(arn.account()), name)
}

/// Sets tags on a repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TagResource {
    pub resource_arn: String,
    pub tags: Vec<Tag>,
}

impl Operation for TagResource {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "TagResource";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        let mut question = ask(cloud, "ecr:TagResource", &self.resource_arn);
        add_request_tags(&mut question, &self.tags);
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let place = find(cloud, caller, &self.resource_arn)?;
        add(&mut place.repository_mut(cloud)?.resource_tags, self.tags)?;
        Ok(Nothing {})
    }
}

/// Removes tags from a repository; keys that are not there do not matter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UntagResource {
    pub resource_arn: String,
    pub tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "UntagResource";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        let mut question = ask(cloud, "ecr:UntagResource", &self.resource_arn);
        question.context.push(("aws:TagKeys".to_owned(), self.tag_keys.clone()));
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let place = find(cloud, caller, &self.resource_arn)?;
        remove(cloud, &place, &self.tag_keys)
    }
}

/// The tags of a repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTagsForResource {
    pub resource_arn: String,
}

/// The tags, by key.
#[derive(Clone, Debug, Serialize)]
pub struct ListTagsForResourceOutput {
    pub tags: Vec<Tag>,
}

impl Operation for ListTagsForResource {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "ListTagsForResource";
    type Output = ListTagsForResourceOutput;

    fn authorizations(&self, cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, "ecr:ListTagsForResource", &self.resource_arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTagsForResourceOutput, ApiError> {
        let place = find(cloud, caller, &self.resource_arn)?;
        list(cloud, &place)
    }
}
