//! Resource tags on public repositories.

use serde::Deserialize;

use super::state;
use crate::cloud::ecr::place::Place;
use crate::cloud::ecr::{ListTagsForResourceOutput, Nothing, Tag, errors, list_tags, remove_tags};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

pub(super) use crate::cloud::ecr::{add_request_tags, add_tags as add};

fn ask(action: &'static str, arn: &str) -> Authorization {
    match arn.parse::<Arn>() {
        Ok(arn) => Authorization::on(action, arn),
        // The operation itself will refuse the ARN; IAM is asked about what can't be named.
        Err(_) => Authorization::anywhere(action),
    }
}

fn find(cloud: &Cloud, caller: &Caller, arn: &str) -> Result<Place, ApiError> {
    let invalid = || errors::invalid("resourceArn", "Invalid ARN");
    let arn: Arn = arn.parse().map_err(|_| invalid())?;
    let is_public = arn.service() == "ecr-public";
    let name = arn.resource().strip_prefix("repository/").filter(|_| is_public).ok_or_else(invalid)?;
    state::place(cloud, caller, Some(arn.account()), name)
}

/// Sets tags on a repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TagResource {
    pub resource_arn: String,
    pub tags: Vec<Tag>,
}

impl Operation for TagResource {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "TagResource";
    type Output = Nothing;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        let mut question = ask("ecr-public:TagResource", &self.resource_arn);
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
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "UntagResource";
    type Output = Nothing;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        let mut question = ask("ecr-public:UntagResource", &self.resource_arn);
        question.context.push(("aws:TagKeys".to_owned(), self.tag_keys.clone()));
        vec![question]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let place = find(cloud, caller, &self.resource_arn)?;
        remove_tags(cloud, &place, &self.tag_keys)
    }
}

/// The tags of a repository.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTagsForResource {
    pub resource_arn: String,
}

impl Operation for ListTagsForResource {
    const SERVICE: Service = Service::EcrPublic;
    const NAME: &'static str = "ListTagsForResource";
    type Output = ListTagsForResourceOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![ask("ecr-public:ListTagsForResource", &self.resource_arn)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<ListTagsForResourceOutput, ApiError> {
        let place = find(cloud, caller, &self.resource_arn)?;
        list_tags(cloud, &place)
    }
}
