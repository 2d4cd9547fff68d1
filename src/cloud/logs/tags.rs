//! Tags of log groups.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Nothing;
use super::ask::{add_request_tags, add_tags, group_mut, invalid, named, no_group, state};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// What IAM is asked: about the group's ARN without anything behind it.
/// Source: Amazon CloudWatch Logs User Guide, "CloudWatch Logs resources and operations".
fn ask(cloud: &Cloud, caller: &Caller, action: &'static str, arn: &str) -> Authorization {
    let Ok(arn) = arn.parse::<Arn>() else { return Authorization::anywhere(action) };
    let group = state(cloud, caller).and_then(|state| state.group(named(arn.as_str())));
    let mut question = Authorization::on(action, arn);
    if let Some(group) = group {
        add_tags(&mut question, "aws:ResourceTag", &group.tags);
    }
    question
}

/// The name of the group that an ARN of the caller's account and region means.
fn group_of(caller: &Caller, arn: &str) -> Result<String, ApiError> {
    let parsed: Arn = arn.parse().map_err(|_| invalid("The ARN is not valid."))?;
    let here = parsed.account() == caller.principal.account().as_str() && parsed.region() == caller.region.as_str();
    if here && parsed.service() == "logs" { Ok(named(arn).to_owned()) } else { Err(no_group()) }
}

/// Sets tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TagResource {
    pub resource_arn: String,
    pub tags: BTreeMap<String, String>,
}

impl Operation for TagResource {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "TagResource";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut question = ask(cloud, caller, "logs:TagResource", &self.resource_arn);
        add_request_tags(&mut question, &self.tags);
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let group = group_mut(cloud, caller, &group_of(caller, &self.resource_arn)?)?;
        let mut tags = group.tags.clone();
        tags.extend(self.tags);
        if tags.len() > 50 {
            // Inferred: the wording.
            return Err(ApiError::new("TooManyTagsException", "The resource has more than 50 tags."));
        }
        group.tags = tags;
        Ok(Nothing {})
    }
}

/// Removes tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UntagResource {
    pub resource_arn: String,
    pub tag_keys: Vec<String>,
}

impl Operation for UntagResource {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "UntagResource";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut question = ask(cloud, caller, "logs:UntagResource", &self.resource_arn);
        question.context.push(("aws:TagKeys".to_owned(), self.tag_keys.clone()));
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let group = group_mut(cloud, caller, &group_of(caller, &self.resource_arn)?)?;
        group.tags.retain(|key, _| !self.tag_keys.contains(key));
        Ok(Nothing {})
    }
}

/// Gives the tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTagsForResource {
    pub resource_arn: String,
}

/// The tags, by key.
#[derive(Clone, Debug, Serialize)]
pub struct ListTagsForResourceOutput {
    pub tags: BTreeMap<String, String>,
}

impl Operation for ListTagsForResource {
    const SERVICE: Service = Service::Logs;
    const NAME: &'static str = "ListTagsForResource";
    type Output = ListTagsForResourceOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask(cloud, caller, "logs:ListTagsForResource", &self.resource_arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTagsForResourceOutput, ApiError> {
        let name = group_of(caller, &self.resource_arn)?;
        let group = super::ask::group(cloud, caller, &name)?;
        Ok(ListTagsForResourceOutput { tags: group.tags.clone() })
    }
}
