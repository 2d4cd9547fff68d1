//! Launching and terminating instances: ECS-optimized ones, whose agents register them in a cluster.

use base64::Engine as _;
use serde::{Deserialize, Serialize};

use super::instances::Reservation;
use super::security_groups::Group;
use super::subnets::Subnet;
use super::{Home, TagSpecification, change, known, missing_parameter, selection, tags_for};
use crate::cloud::ecs::{self, InstanceSpec};
use crate::cloud::net::{InstanceType, PullBehavior, Spot};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, iam};

/// Launches instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RunInstances {
    image_id: Option<String>,
    instance_type: Option<String>,
    min_count: i64,
    max_count: i64,
    subnet_id: Option<String>,
    security_group_ids: Vec<String>,
    /// In base64.
    user_data: Option<String>,
    iam_instance_profile: Option<Profile>,
    instance_market_options: Option<MarketOptions>,
    tag_specifications: Vec<TagSpecification>,
    dry_run: bool,
}

/// On which market instances are bought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct MarketOptions {
    market_type: Option<String>,
}

/// An instance profile, by one or the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Profile {
    arn: Option<String>,
    name: Option<String>,
}

impl Profile {
    fn name(&self) -> Option<&str> {
        self.name.as_deref().or(self.arn.as_deref().and_then(|arn| arn.rsplit('/').next()))
    }
}

/// The settings of an ECS agent that instances write to `/etc/ecs/ecs.config` when they start.
/// Source: Amazon ECS Developer Guide, "Bootstrapping Amazon ECS Linux container instances to pass data".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct AgentSettings {
    cluster: Option<String>,
    pull_behavior: PullBehavior,
    spot_draining: bool,
}

impl AgentSettings {
    /// Of a script: whatever it writes of the agent's variables, in `echo` lines or here-documents.
    fn read(script: &str) -> Self {
        let value = |name: &str| {
            let from = script.rfind(&format!("{name}="))? + name.len() + 1;
            let rest = script.get(from..)?;
            let end =
                rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';' | '>')).unwrap_or(rest.len());
            rest.get(..end).filter(|value| !value.is_empty())
        };
        Self {
            cluster: value("ECS_CLUSTER").map(str::to_owned),
            pull_behavior: value("ECS_IMAGE_PULL_BEHAVIOR").and_then(PullBehavior::by_name).unwrap_or_default(),
            spot_draining: value("ECS_ENABLE_SPOT_INSTANCE_DRAINING") == Some("true"),
        }
    }
}

impl Operation for RunInstances {
    const SERVICE: Service = Service::Ec2;
    const NAME: &'static str = "RunInstances";
    type Output = Reservation;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        let home = Home::of(caller);
        let subnet = format!("subnet/{}", self.subnet_id.as_deref().unwrap_or("*"));
        let groups = self.security_group_ids.iter().map(|id| format!("security-group/{id}"));
        let asked = ["instance/*".to_owned(), "network-interface/*".to_owned(), "volume/*".to_owned(), subnet]
            .into_iter()
            .chain(groups);
        let image = self.image_id.as_deref().unwrap_or("*");
        let image = Arn::new("ec2", home.region.as_str(), "", &format!("image/{image}"));
        let mut questions: Vec<Authorization> = asked.map(|resource| home.ask("ec2:RunInstances", &resource)).collect();
        questions.push(Authorization::on("ec2:RunInstances", image));
        // Whoever hands a role to an instance must be allowed to pass it.
        let profile = self.iam_instance_profile.as_ref().and_then(Profile::name);
        let role = profile.and_then(|name| {
            let iam = &cloud.account(home.account)?.iam;
            Some(iam.role(iam.instance_profile(name)?.role.as_deref()?)?.arn.clone())
        });
        questions.extend(role.map(|role| iam::pass_role(role, "ec2.amazonaws.com")));
        questions
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Reservation, ApiError> {
        super::dry_run(self.dry_run)?;
        let home = Home::of(caller);
        let network = home.regional(cloud).net;
        let image = self.image_id.as_deref().ok_or_else(|| missing_parameter("ImageId"))?;
        if !image.starts_with("ami-") && !image.starts_with("resolve:ssm:") {
            let message = format!("Invalid id: \"{image}\" (expecting \"ami-...\")");
            return Err(ApiError::new("InvalidAMIID.Malformed", message));
        }
        let instance_type = self.instance_type.as_deref().unwrap_or("t3.small");
        if InstanceType::by_name(instance_type).is_none() {
            let message = format!("Invalid value '{instance_type}' for InstanceType.");
            return Err(ApiError::new("InvalidParameterValue", message));
        }
        // There is no default VPC, so there is no default subnet either.
        let subnet_id = self.subnet_id.as_deref().ok_or_else(|| {
            ApiError::new("MissingInput", "No subnets found for the default VPC. Please specify a subnet.")
        })?;
        let subnet = network.subnet(subnet_id);
        known::<Subnet>(subnet_id, subnet.is_some())?;
        let (vpc, public_ip) = subnet.map(|subnet| (subnet.vpc.clone(), subnet.maps_public_ip)).unwrap_or_default();
        for id in &self.security_group_ids {
            let group = network.security_group(id);
            known::<Group>(id, group.is_some())?;
            if group.is_some_and(|group| group.vpc != vpc) {
                let message = format!("Security group {id} and subnet {subnet_id} belong to different networks.");
                return Err(ApiError::new("InvalidParameter", message));
            }
        }
        let profile = self.iam_instance_profile.as_ref().and_then(Profile::name);
        let iam = cloud.account(home.account).map(|account| &account.iam);
        if let Some(name) = profile.filter(|name| iam.and_then(|iam| iam.instance_profile(name)).is_none()) {
            let message = format!(
                "Value ({name}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name"
            );
            return Err(ApiError::new("InvalidParameterValue", message));
        }
        if self.min_count < 1 || self.max_count < self.min_count || self.max_count > 20 {
            // Inferred: the wording.
            return Err(ApiError::new("InvalidParameterValue", "MinCount and MaxCount must be between 1 and 20."));
        }
        let free = subnet.map_or(0, crate::cloud::net::Subnet::free_addresses);
        let count = usize::try_from(self.max_count).unwrap_or(1).min(free);
        if i64::try_from(count).unwrap_or(0) < self.min_count {
            let message = format!("Not enough free addresses in subnet {subnet_id}.");
            return Err(ApiError::new("InsufficientFreeAddressesInSubnet", message));
        }
        let script = self.user_data.as_deref().map(|data| {
            let decoded = base64::engine::general_purpose::STANDARD.decode(data.trim()).ok();
            decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_else(|| data.to_owned())
        });
        let settings = script.as_deref().map(AgentSettings::read).unwrap_or_default();
        let tags = tags_for("instance", self.tag_specifications)?;
        let market = self.instance_market_options.as_ref().and_then(|options| options.market_type.as_deref());
        let spot = match market {
            None => false,
            Some("spot") => true,
            Some(other) => {
                let message = format!("Value ({other}) for parameter MarketType is invalid.");
                return Err(ApiError::new("InvalidParameterValue", message));
            }
        };
        let spec = InstanceSpec {
            cluster: settings.cluster.unwrap_or_else(|| "default".to_owned()),
            instance_profile: profile.map(str::to_owned),
            instance_type: instance_type.to_owned(),
            subnet: subnet_id.to_owned(),
            public_ip,
            pull_behavior: settings.pull_behavior,
            security_groups: self.security_group_ids,
            auto_scaling_group: None,
            spot: spot.then_some(Spot { drains: settings.spot_draining }),
        };
        let mut launched = Vec::new();
        for _ in 0..count {
            let id = ecs::launch_instance(cloud, home.account, home.region, &spec)
                .map_err(|error| ApiError::new("InsufficientInstanceCapacity", error.to_string()))?;
            if let Some(own) = home.network(cloud).tags_mut(&id) {
                own.clone_from(&tags);
            }
            launched.push(id);
        }
        let network = home.regional(cloud).net;
        let iam = cloud.account(home.account).map(|account| &account.iam);
        let instances: Vec<_> = launched.iter().filter_map(|id| network.instance(id)).collect();
        Ok(Reservation::launched(&home, &network, iam, &instances))
    }
}

/// Ends instances for good.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct TerminateInstances {
    instance_ids: Vec<String>,
    dry_run: bool,
}

/// What became of them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TerminateInstancesOutput {
    terminating_instances: Vec<Change>,
}

/// The state of an instance, and the one before.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Change {
    instance_id: String,
    current_state: State,
    previous_state: State,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct State {
    code: u32,
    name: &'static str,
}

change!(TerminateInstances -> TerminateInstancesOutput, on |request| request.instance_ids.iter().map(|id| format!("instance/{id}")).collect(), |this, cloud, home| {
    let network = home.regional(cloud).net;
    if let Some(id) = this.instance_ids.iter().find(|id| network.instance(id).is_none()) {
        selection::check_form::<Reservation>(id)?;
        return Err(selection::not_found::<Reservation>(id));
    }
    let mut terminating_instances = Vec::new();
    for instance_id in this.instance_ids {
        ecs::end_instance(cloud, home.account, home.region, &instance_id);
        terminating_instances.push(Change {
            instance_id,
            current_state: State { code: 32, name: "shutting-down" },
            previous_state: State { code: 16, name: "running" },
        });
    }
    Ok(TerminateInstancesOutput { terminating_instances })
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agents_settings_are_read_from_the_script() {
        let read = AgentSettings::read("#!/bin/bash\necho ECS_CLUSTER=prod >> /etc/ecs/ecs.config\n");
        assert_eq!((read.cluster.as_deref(), read.pull_behavior), (Some("prod"), PullBehavior::Default));
        let read = AgentSettings::read(
            "cat <<'EOF' >> /etc/ecs/ecs.config\nECS_CLUSTER=a-b\nECS_IMAGE_PULL_BEHAVIOR=prefer-cached\nEOF\n",
        );
        assert_eq!((read.cluster.as_deref(), read.pull_behavior), (Some("a-b"), PullBehavior::PreferCached));
        assert_eq!(AgentSettings::read("echo hello; echo \"ECS_CLUSTER=\""), AgentSettings::default());
    }
}
