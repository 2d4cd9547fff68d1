//! The registry's replication rules, and how an image's copies stand.

use serde::{Deserialize, Serialize};

use super::image_list::find;
use super::shapes::ImageIdentifier;
use crate::cloud::ecr::place::{self, Place, ask};
use crate::cloud::ecr::replication::{self, Replica, ReplicationRule};
use crate::cloud::{ApiError, Authorization, Caller, Cloud, Operation, Service};

/// The rules; without any, nothing is replicated.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ReplicationConfiguration {
    #[serde(default)]
    pub rules: Vec<ReplicationRule>,
}

/// Sets the rules. What is in the registry already stays where it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PutReplicationConfiguration {
    pub replication_configuration: ReplicationConfiguration,
}

/// The rules that are set now.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutReplicationConfigurationOutput {
    pub replication_configuration: ReplicationConfiguration,
}

impl Operation for PutReplicationConfiguration {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "PutReplicationConfiguration";
    type Output = PutReplicationConfigurationOutput;

    /// The first time, a service-linked role is made as well. Source: Amazon ECR API reference.
    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let account = caller.principal.account();
        let role = (!replication::ROLE.exists(cloud, account)).then(|| replication::ROLE.creation(account));
        [Authorization::anywhere("ecr:PutReplicationConfiguration")].into_iter().chain(role).collect()
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<PutReplicationConfigurationOutput, ApiError> {
        let account = caller.principal.account().clone();
        let rules = self.replication_configuration.rules;
        replication::check(&rules, (&account, &caller.region))?;
        replication::ROLE.ensure(cloud, &account);
        place::registry_mut(cloud, caller, &account).replication = rules.clone().into();
        Ok(PutReplicationConfigurationOutput { replication_configuration: ReplicationConfiguration { rules } })
    }
}

/// Describes the registry.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct DescribeRegistry {}

/// The registry and its replication rules.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeRegistryOutput {
    pub registry_id: String,
    pub replication_configuration: ReplicationConfiguration,
}

impl Operation for DescribeRegistry {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DescribeRegistry";
    type Output = DescribeRegistryOutput;

    fn authorizations(&self, _cloud: &Cloud, _caller: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("ecr:DescribeRegistry")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeRegistryOutput, ApiError> {
        let account = caller.principal.account();
        let rules = place::registry(cloud, caller, account).map(|of| of.replication.as_ref().clone());
        Ok(DescribeRegistryOutput {
            registry_id: account.to_string(),
            replication_configuration: ReplicationConfiguration { rules: rules.unwrap_or_default() },
        })
    }
}

/// Asks how the copies of an image stand.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DescribeImageReplicationStatus {
    pub registry_id: Option<String>,
    pub repository_name: String,
    pub image_id: ImageIdentifier,
}

/// The copies, by region and account.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DescribeImageReplicationStatusOutput {
    pub repository_name: String,
    pub image_id: ImageIdentifier,
    pub replication_statuses: Vec<ImageReplicationStatus>,
}

/// How a copy stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageReplicationStatus {
    pub region: String,
    pub registry_id: String,
    /// `IN_PROGRESS`, `COMPLETE` or `FAILED`.
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_code: Option<String>,
}

impl Operation for DescribeImageReplicationStatus {
    const SERVICE: Service = Service::Ecr;
    const NAME: &'static str = "DescribeImageReplicationStatus";
    type Output = DescribeImageReplicationStatusOutput;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        const ACTION: &str = "ecr:DescribeImageReplicationStatus";
        vec![ask(cloud, caller, self.registry_id.as_deref(), &self.repository_name, ACTION)]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeImageReplicationStatusOutput, ApiError> {
        let place = Place::of(cloud, caller, self.registry_id.as_deref(), &self.repository_name)?;
        let image = find(place.repository(cloud)?, &place, &self.image_id)?;
        let replicas = image.replicas.iter().flat_map(|replicas| replicas.iter());
        let replication_statuses = replicas
            .map(|((region, account), replica)| {
                let (status, failure_code) = match replica {
                    Replica::InProgress => ("IN_PROGRESS", None),
                    Replica::Complete => ("COMPLETE", None),
                    Replica::Failed(code) => ("FAILED", Some(code.clone())),
                };
                ImageReplicationStatus {
                    region: region.to_string(),
                    registry_id: account.to_string(),
                    status,
                    failure_code,
                }
            })
            .collect();
        Ok(DescribeImageReplicationStatusOutput {
            image_id: ImageIdentifier::both(&image.digest, self.image_id.image_tag.as_deref()),
            repository_name: place.name,
            replication_statuses,
        })
    }
}
