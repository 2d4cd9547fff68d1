//! Tags on clusters and what is made in them.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::eks::cluster::Tags;
use crate::cloud::eks::home::Home;
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service};

/// Sets tags of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TagResource {
    pub resource_arn: String,
    pub tags: Tags,
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

fn ask(action: &'static str, arn: &str) -> Vec<Authorization> {
    vec![arn.parse().map_or_else(|_| Authorization::anywhere(action), |arn| Authorization::on(action, arn))]
}

/// The tags of what an ARN names. Inferred: the wordings.
fn tags<'a>(cloud: &'a mut Cloud, home: &Home, arn: &str) -> Result<&'a mut Tags, ApiError> {
    let missing = || ApiError::new("NotFoundException", format!("Resource not found: {arn}"));
    let parsed: Arn = arn.parse().map_err(|_| {
        ApiError::new("BadRequestException", "Invalid resource ARN format: it must be an ARN of Amazon EKS")
    })?;
    if parsed.service() != "eks" || parsed.account() != home.account.as_str() || parsed.region() != home.region.as_str()
    {
        return Err(missing());
    }
    let resource = parsed.resource().to_owned();
    let parts: Vec<&str> = resource.split('/').collect();
    let Some(cluster) = parts.get(1).and_then(|name| home.cluster_mut(cloud, name)) else { return Err(missing()) };
    match *parts.as_slice() {
        ["cluster", _] => Ok(&mut cluster.tags),
        ["nodegroup", _, name, _] => {
            cluster.nodegroups.get_mut(name).map(|group| &mut Arc::make_mut(group).tags).ok_or_else(missing)
        }
        ["fargateprofile", _, name, _] => {
            cluster.fargate_profiles.get_mut(name).map(|profile| &mut Arc::make_mut(profile).tags).ok_or_else(missing)
        }
        ["addon", _, name, _] => {
            cluster.addons.get_mut(name).map(|addon| &mut Arc::make_mut(addon).tags).ok_or_else(missing)
        }
        ["podidentityassociation", _, id] => {
            cluster.associations.get_mut(id).map(|known| &mut Arc::make_mut(known).tags).ok_or_else(missing)
        }
        ["access-entry", ..] => {
            let own = cluster.access_entries.values_mut().find(|entry| entry.arn == parsed);
            own.map(|entry| &mut Arc::make_mut(entry).tags).ok_or_else(missing)
        }
        _ => Err(missing()),
    }
}

impl Operation for TagResource {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "TagResource";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask("eks:TagResource", &self.resource_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        tags(cloud, &Home::of(caller), &self.resource_arn)?.extend(self.tags);
        Ok(json!({}))
    }
}

impl Operation for UntagResource {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "UntagResource";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask("eks:UntagResource", &self.resource_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        tags(cloud, &Home::of(caller), &self.resource_arn)?.retain(|key, _| !self.tag_keys.contains(key));
        Ok(json!({}))
    }
}

impl Operation for ListTagsForResource {
    const SERVICE: Service = Service::Eks;
    const NAME: &'static str = "ListTagsForResource";
    type Output = Value;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        ask("eks:ListTagsForResource", &self.resource_arn)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Value, ApiError> {
        Ok(json!({"tags": *tags(cloud, &Home::of(caller), &self.resource_arn)?}))
    }
}
