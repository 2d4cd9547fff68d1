//! Tags on clusters, task definitions, tasks, services and container instances.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cloud::ecs::definition::Tag;
use crate::cloud::ecs::home::{Home, invalid_parameter};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Sets tags of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TagResource {
    pub resource_arn: String,
    pub tags: Vec<Tag>,
}

/// Takes tags off a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UntagResource {
    pub resource_arn: String,
    pub tag_keys: Vec<String>,
}

/// Lists the tags of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListTagsForResource {
    pub resource_arn: String,
}

/// Nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EmptyOutput {}

/// The tags of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TagsOutput {
    pub tags: Vec<Tag>,
}

fn ask(action: &'static str, arn: &str) -> Vec<Authorization> {
    vec![arn.parse().map_or_else(|_| Authorization::anywhere(action), |arn| Authorization::on(action, arn))]
}

/// The tags of what an ARN names.
fn tags<'a>(cloud: &'a mut Cloud, home: &Home, arn: &str) -> Result<&'a mut Vec<Tag>, ApiError> {
    // Inferred: the wording for what is not there, from the clusters'.
    let missing = || invalid_parameter("The specified resource was not found. Specify a valid ARN and try again.");
    let arn: Arn = arn.parse().map_err(|_| invalid_parameter("Invalid ARN. Specify a valid ARN and try again."))?;
    if arn.service() != "ecs" || arn.account() != home.account.as_str() || arn.region() != home.region.as_str() {
        return Err(missing());
    }
    let parts: Vec<&str> = arn.resource().split('/').collect();
    match *parts.as_slice() {
        ["cluster", name] => {
            let cluster = home.cluster_mut(cloud, name).ok_or_else(missing)?;
            if !cluster.is_active() {
                return Err(invalid_parameter(
                    "The specified cluster is inactive. Specify an active cluster and try again.",
                ));
            }
            Ok(&mut cluster.tags)
        }
        ["task-definition", name] => {
            let (family, revision) = name.split_once(':').ok_or_else(missing)?;
            let key = (family.to_owned(), revision.parse().map_err(|_| missing())?);
            let definition = home.state_mut(cloud).definitions.get_mut(&key).ok_or_else(missing)?;
            Ok(&mut Arc::make_mut(definition).tags)
        }
        ["task", cluster, id] => home.task_mut(cloud, cluster, id).map(|task| &mut task.tags).ok_or_else(missing),
        ["service", cluster, name] => {
            home.service_mut(cloud, cluster, name).map(|service| &mut service.tags).ok_or_else(missing)
        }
        ["container-instance", cluster, id] => {
            let instances = home.cluster_mut(cloud, cluster).map(|cluster| &mut cluster.instances);
            let instance = instances.and_then(|instances| instances.get_mut(id)).ok_or_else(missing)?;
            Ok(&mut Arc::make_mut(instance).tags)
        }
        _ => Err(missing()),
    }
}

impl Operation for TagResource {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "TagResource";
    type Output = EmptyOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask("ecs:TagResource", &self.resource_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<EmptyOutput, ApiError> {
        let tags = tags(cloud, &Home::of(caller), &self.resource_arn)?;
        for tag in self.tags {
            match tags.iter_mut().find(|known| known.key == tag.key) {
                Some(known) => known.value = tag.value,
                None => tags.push(tag),
            }
        }
        Ok(EmptyOutput {})
    }
}

impl Operation for UntagResource {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "UntagResource";
    type Output = EmptyOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask("ecs:UntagResource", &self.resource_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<EmptyOutput, ApiError> {
        tags(cloud, &Home::of(caller), &self.resource_arn)?.retain(|tag| !self.tag_keys.contains(&tag.key));
        Ok(EmptyOutput {})
    }
}

impl Operation for ListTagsForResource {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "ListTagsForResource";
    type Output = TagsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask("ecs:ListTagsForResource", &self.resource_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<TagsOutput, ApiError> {
        Ok(TagsOutput { tags: tags(cloud, &Home::of(caller), &self.resource_arn)?.clone() })
    }
}
