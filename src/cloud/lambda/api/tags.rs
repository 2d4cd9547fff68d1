//! Tags of functions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Nothing, ask};
use crate::cloud::lambda::errors;
use crate::cloud::lambda::home::Named;
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// How many tags a function may have. Source: AWS Lambda Developer Guide, "Using tags on Lambda functions".
const MAX_TAGS: usize = 50;

/// Adds the tags of a request as condition keys.
pub(super) fn add_request_tags(question: &mut Authorization, tags: &BTreeMap<String, String>) {
    if tags.is_empty() {
        return;
    }
    question.context.push(("aws:TagKeys".to_owned(), tags.keys().cloned().collect()));
    for (key, value) in tags {
        question.context.push((format!("aws:RequestTag/{key}"), vec![value.clone()]));
    }
}

/// # Errors
/// For tags that a function can't have.
pub(super) fn check(tags: &BTreeMap<String, String>) -> Result<(), ApiError> {
    if tags.len() > MAX_TAGS {
        return Err(errors::invalid("Number of tags exceeds resource tag limit."));
    }
    if let Some(key) = tags.keys().find(|key| key.to_ascii_lowercase().starts_with("aws:")) {
        // Inferred: the text.
        return Err(errors::invalid(format!("Tag key '{key}' starts with the reserved prefix aws:")));
    }
    Ok(())
}

/// A function by its ARN, as the tag operations take it.
fn named(caller: &Caller, resource: &str) -> Result<Named, ApiError> {
    let named = Named::read(caller, resource, None).ok().filter(|_| resource.starts_with("arn:"));
    let named =
        named.ok_or_else(|| errors::validation("resource", resource, "Member must be the ARN of a function"))?;
    // Source: AWS Lambda Developer Guide: tags apply to functions, not to versions or aliases. Inferred: the text.
    match named.qualifier {
        Some(_) => Err(errors::invalid(
            "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        )),
        None => Ok(named),
    }
}

/// Adds tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TagResource {
    pub resource: String,
    pub tags: BTreeMap<String, String>,
}

impl Operation for TagResource {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "TagResource";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut question = ask(cloud, caller, "lambda:TagResource", &self.resource, None);
        add_request_tags(&mut question, &self.tags);
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let named = named(caller, &self.resource)?;
        let mut tags = named.function(cloud)?.tags.clone();
        tags.extend(self.tags);
        check(&tags)?;
        named.function_mut(cloud)?.tags = tags;
        Ok(Nothing {})
    }
}

/// Removes tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UntagResource {
    pub resource: String,
    pub tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "UntagResource";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut question = ask(cloud, caller, "lambda:UntagResource", &self.resource, None);
        question.context.push(("aws:TagKeys".to_owned(), self.tag_keys.clone()));
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let function = named(caller, &self.resource)?;
        function.function_mut(cloud)?.tags.retain(|key, _| !self.tag_keys.contains(key));
        Ok(Nothing {})
    }
}

/// Shows tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ListTags {
    pub resource: String,
}

/// Tags.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTagsOutput {
    tags: BTreeMap<String, String>,
}

impl Operation for ListTags {
    const SERVICE: Service = Service::Lambda;
    const NAME: &'static str = "ListTags";
    type Output = ListTagsOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "lambda:ListTags", &self.resource, None)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTagsOutput, ApiError> {
        Ok(ListTagsOutput { tags: named(caller, &self.resource)?.function(cloud)?.tags.clone() })
    }
}
