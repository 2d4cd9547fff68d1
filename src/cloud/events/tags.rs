//! Tags of rules.

use serde::{Deserialize, Serialize};

use super::bus::ask_rule;
use super::rules::{Nothing, no_rule, rule, rule_mut};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// A tag.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Tag {
    pub key: String,
    pub value: String,
}

/// Condition keys of the tags in a request.
pub(super) fn add_request_tags(question: &mut Authorization, tags: &[Tag]) {
    let each = tags.iter().map(|tag| (format!("aws:RequestTag/{}", tag.key), vec![tag.value.clone()]));
    question.context.extend(each);
    if !tags.is_empty() {
        question.context.push(("aws:TagKeys".to_owned(), tags.iter().map(|tag| tag.key.clone()).collect()));
    }
}

/// The rule that an ARN names.
fn named<'a>(arn: &'a Arn, caller: &Caller) -> Result<&'a str, ApiError> {
    let here = arn.service() == "events"
        && arn.account() == caller.principal.account().as_str()
        && arn.region() == caller.region.as_str();
    let name = arn.resource().strip_prefix("rule/").unwrap_or_default();
    if here { Ok(name.strip_prefix("default/").unwrap_or(name)) } else { Err(no_rule(name)) }
}

fn read(arn: &str) -> Result<Arn, ApiError> {
    arn.parse().map_err(|_| {
        super::rules::validation(format!(
            "Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
        ))
    })
}

fn name_in(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or_default()
}

/// Sets tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TagResource {
    #[serde(rename = "ResourceARN")]
    pub arn: String,
    #[serde(rename = "Tags")]
    pub tags: Vec<Tag>,
}

impl Operation for TagResource {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "TagResource";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let mut question = ask_rule(cloud, caller, "events:TagResource", name_in(&self.arn));
        add_request_tags(&mut question, &self.tags);
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let arn = read(&self.arn)?;
        let rule = rule_mut(cloud, caller, named(&arn, caller)?)?;
        rule.tags.extend(self.tags.into_iter().map(|tag| (tag.key, tag.value)));
        Ok(Nothing {})
    }
}

/// Removes tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct UntagResource {
    #[serde(rename = "ResourceARN")]
    pub arn: String,
    #[serde(rename = "TagKeys")]
    pub keys: Vec<String>,
}

impl Operation for UntagResource {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "UntagResource";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask_rule(cloud, caller, "events:UntagResource", name_in(&self.arn))]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let arn = read(&self.arn)?;
        rule_mut(cloud, caller, named(&arn, caller)?)?.tags.retain(|key, _| !self.keys.contains(key));
        Ok(Nothing {})
    }
}

/// Gives the tags.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListTagsForResource {
    #[serde(rename = "ResourceARN")]
    pub arn: String,
}

/// The tags, by key.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListTagsForResourceOutput {
    pub tags: Vec<Tag>,
}

impl Operation for ListTagsForResource {
    const SERVICE: Service = Service::Events;
    const NAME: &'static str = "ListTagsForResource";
    type Output = ListTagsForResourceOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        vec![ask_rule(cloud, caller, "events:ListTagsForResource", name_in(&self.arn))]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTagsForResourceOutput, ApiError> {
        let arn = read(&self.arn)?;
        let tags = &rule(cloud, caller, named(&arn, caller)?)?.tags;
        let tag = |(key, value): (&String, &String)| Tag { key: key.clone(), value: value.clone() };
        Ok(ListTagsForResourceOutput { tags: tags.iter().map(tag).collect() })
    }
}
