//! Attributes that someone gives container instances, for placement constraints to ask for.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::tasks::in_cluster;
use crate::cloud::ecs::home::{Home, cluster_name, invalid_parameter, short_name};
use crate::cloud::ecs::{daemon, scheduler};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// An attribute and whose it is. Source: Amazon ECS service model, `Attribute`, in the model's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attribute {
    pub name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_type: Option<String>,
    /// The ARN of a container instance, or, with the target's type, its id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_id: Option<String>,
}

/// Gives attributes to container instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PutAttributes {
    pub cluster: Option<String>,
    pub attributes: Vec<Attribute>,
}

/// Takes attributes from container instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DeleteAttributes {
    pub cluster: Option<String>,
    pub attributes: Vec<Attribute>,
}

/// Attributes.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AttributesOutput {
    attributes: Vec<Attribute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// The most that one request may change, and that one instance may have.
const MOST: usize = 10;

fn questions(action: &'static str, caller: &Caller, cluster: Option<&str>, of: &[Attribute]) -> Vec<Authorization> {
    let home = Home::of(caller);
    let cluster = cluster_name(cluster);
    let mut targets: Vec<&str> = of.iter().filter_map(|attribute| attribute.target_id.as_deref()).collect();
    targets.sort_unstable();
    targets.dedup();
    let ask =
        |id: &str| in_cluster(Authorization::on(action, home.instance_arn(cluster, short_name(id))), &home, cluster);
    targets.into_iter().map(ask).collect()
}

/// The ids of the instances that attributes are for, if all is right with them.
///
/// # Errors
/// `TargetNotFoundException`, `InvalidParameterException`. Source: Amazon ECS API Reference, PutAttributes. Inferred: the
/// wording.
fn targets(cloud: &Cloud, home: &Home, cluster: &str, attributes: &[Attribute]) -> Result<Vec<String>, ApiError> {
    let cluster = home.cluster(cloud, cluster)?;
    if attributes.is_empty() || attributes.len() > MOST {
        return Err(invalid_parameter("Number of attributes must be between 1 and 10."));
    }
    let word = |text: &str| {
        (1..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./\\: ".contains(&b))
    };
    attributes
        .iter()
        .map(|attribute| {
            if !word(&attribute.name) || !attribute.value.as_deref().is_none_or(|value| value.is_empty() || word(value))
            {
                return Err(invalid_parameter("Attribute name or value contains invalid characters."));
            }
            if attribute.name.starts_with("ecs.") || attribute.name.starts_with("com.amazonaws.") {
                return Err(invalid_parameter(format!(
                    "The attribute name '{}' is reserved and cannot be changed.",
                    attribute.name
                )));
            }
            let id = short_name(attribute.target_id.as_deref().unwrap_or_default());
            match cluster.instance(id) {
                Some(instance) => Ok(instance.id.clone()),
                None => Err(ApiError::new(
                    "TargetNotFoundException",
                    "The specified target was not found. You can view your available container instances with \
                     ListContainerInstances. Amazon ECS container instances are cluster-specific and region-specific.",
                )),
            }
        })
        .collect()
}

impl Operation for PutAttributes {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "PutAttributes";
    type Output = AttributesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        questions("ecs:PutAttributes", caller, self.cluster.as_deref(), &self.attributes)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AttributesOutput, ApiError> {
        let home = Home::of(caller);
        let name = cluster_name(self.cluster.as_deref());
        let targets = targets(cloud, &home, name, &self.attributes)?;
        if let Some(cluster) = home.cluster_mut(cloud, name) {
            for (attribute, target) in self.attributes.iter().zip(&targets) {
                let Some(instance) = cluster.instances.get_mut(target).map(Arc::make_mut) else { continue };
                instance.attributes.insert(attribute.name.clone(), attribute.value.clone());
            }
        }
        // An instance that now fits may take what waited for one.
        scheduler::room_appeared(cloud, &home, name);
        daemon::instances_changed(cloud, &home, name);
        Ok(AttributesOutput { attributes: self.attributes, next_token: None })
    }
}

impl Operation for DeleteAttributes {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "DeleteAttributes";
    type Output = AttributesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        questions("ecs:DeleteAttributes", caller, self.cluster.as_deref(), &self.attributes)
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AttributesOutput, ApiError> {
        let home = Home::of(caller);
        let name = cluster_name(self.cluster.as_deref());
        let targets = targets(cloud, &home, name, &self.attributes)?;
        let mut gone = Vec::new();
        if let Some(cluster) = home.cluster_mut(cloud, name) {
            for (attribute, target) in self.attributes.into_iter().zip(&targets) {
                let Some(instance) = cluster.instances.get_mut(target).map(Arc::make_mut) else { continue };
                let same = |value: &Option<String>| attribute.value.is_none() || attribute.value == *value;
                if instance.attributes.get(&attribute.name).is_some_and(same) {
                    instance.attributes.remove(&attribute.name);
                    gone.push(attribute);
                }
            }
        }
        daemon::instances_changed(cloud, &home, name);
        Ok(AttributesOutput { attributes: gone, next_token: None })
    }
}

/// Lists the attributes of a cluster's container instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ListAttributes {
    pub cluster: Option<String>,
    pub target_type: String,
    pub attribute_name: Option<String>,
    pub attribute_value: Option<String>,
    pub next_token: Option<String>,
    pub max_results: Option<i64>,
}

impl Operation for ListAttributes {
    const SERVICE: Service = Service::Ecs;
    const NAME: &'static str = "ListAttributes";
    type Output = AttributesOutput;

    fn authorizations(&self, _: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let cluster = cluster_name(self.cluster.as_deref());
        vec![in_cluster(Authorization::on("ecs:ListAttributes", home.cluster_arn(cluster)), &home, cluster)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<AttributesOutput, ApiError> {
        let home = Home::of(caller);
        let cluster = home.cluster(cloud, cluster_name(self.cluster.as_deref()))?;
        let mut found = Vec::new();
        for instance in cluster.instances().filter(|instance| instance.agent_connected) {
            for (name, value) in instance.attributes() {
                let wanted = self.attribute_name.as_deref().is_none_or(|wanted| wanted == name)
                    && self.attribute_value.as_deref().is_none_or(|wanted| Some(wanted) == value);
                if wanted {
                    found.push(Attribute {
                        name: name.to_owned(),
                        value: value.map(str::to_owned),
                        target_type: None,
                        target_id: Some(instance.arn.to_string()),
                    });
                }
            }
        }
        let (attributes, next_token) = super::page(found, self.max_results, self.next_token.as_deref(), 100)?;
        Ok(AttributesOutput { attributes, next_token })
    }
}
