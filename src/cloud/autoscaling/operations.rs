//! The operations, in AWS's shapes. Source: Amazon EC2 Auto Scaling API Reference; the texts: observed answers, those
//! marked "Inferred" follow them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::group::{Activity, Group, Home, adjust};
use crate::cloud::ecs::{self, InstanceSpec};
use crate::cloud::{ApiError, Arn, Authorization, Caller, Cloud, Operation, Service, Timestamp};

fn wrong(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationError", message)
}

fn unknown(name: &str) -> ApiError {
    wrong(format!("AutoScalingGroup name not found - AutoScalingGroup '{name}' not found"))
}

fn not_found() -> ApiError {
    wrong("AutoScalingGroup name not found - null")
}

fn group<'a>(cloud: &'a Cloud, caller: &Caller, name: &str) -> Result<&'a Group, ApiError> {
    let found = cloud.regional(caller.principal.account(), &caller.region);
    found.and_then(|region| region.autoscaling.group(name)).ok_or_else(not_found)
}

/// What IAM is asked about a group: its ARN, or what it would begin with where there is none.
fn ask(cloud: &Cloud, caller: &Caller, name: &str, action: &'static str) -> Vec<Authorization> {
    let known = group(cloud, caller, name).map(|group| group.arn.clone());
    let arn = known.unwrap_or_else(|_| arn(caller, "*", name));
    vec![Authorization::on(action, arn)]
}

fn arn(caller: &Caller, id: &str, name: &str) -> Arn {
    let resource = format!("autoScalingGroup:{id}:autoScalingGroupName/{name}");
    Arn::new("autoscaling", caller.region.as_str(), caller.principal.account().as_str(), &resource)
}

/// Nothing comes back.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Nothing {}

/// A size, if it is none below zero.
fn size(value: i64, what: &str) -> Result<u32, ApiError> {
    // Inferred: the wording.
    u32::try_from(value).map_err(|_| wrong(format!("{what} must be greater than or equal to 0")))
}

/// Whether sizes go together.
fn check(min: u32, desired: u32, max: u32) -> Result<(), ApiError> {
    if min > max {
        return Err(wrong(format!("Max bound, {max}, must be greater than or equal to min bound, {min}")));
    }
    if !(min..=max).contains(&desired) {
        return Err(wrong(format!(
            "Desired capacity:{desired} must be between the specified min size:{min} and max size:{max}"
        )));
    }
    Ok(())
}

/// Makes a group after an instance: what it launches is like that one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CreateAutoScalingGroup {
    auto_scaling_group_name: String,
    instance_id: Option<String>,
    launch_configuration_name: Option<String>,
    launch_template: Option<Value>,
    mixed_instances_policy: Option<Value>,
    min_size: i64,
    max_size: i64,
    desired_capacity: Option<i64>,
    /// Subnets, with commas between.
    #[serde(rename = "VPCZoneIdentifier")]
    vpc_zone_identifier: Option<String>,
    new_instances_protected_from_scale_in: bool,
}

impl Operation for CreateAutoScalingGroup {
    const SERVICE: Service = Service::AutoScaling;
    const NAME: &'static str = "CreateAutoScalingGroup";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.auto_scaling_group_name, "autoscaling:CreateAutoScalingGroup")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let home = Home::of(caller);
        let name = self.auto_scaling_group_name;
        if home.group(cloud, &name).is_some() {
            return Err(ApiError::new(
                "AlreadyExists",
                "AutoScalingGroup by this name already exists - A group with the name already exists",
            ));
        }
        let (min_size, max_size) = (size(self.min_size, "Min size")?, size(self.max_size, "Max size")?);
        let desired_capacity = self.desired_capacity.map_or(Ok(min_size), |value| size(value, "Desired capacity"))?;
        check(min_size, desired_capacity, max_size)?;
        let others = self.launch_template.is_some() || self.mixed_instances_policy.is_some();
        if others || self.launch_configuration_name.is_some() {
            // Ours: AWS has them, the simulation does not.
            return Err(wrong(
                "launch templates and configurations exist at AWS but are not simulated: name an instance like those that \
                 the group is to launch (`InstanceId`)",
            ));
        }
        let id = self.instance_id.ok_or_else(|| {
            wrong(
                "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, InstanceId or \
                   MixedInstancesPolicy parameter.",
            )
        })?;
        let template = ecs::spec_of(cloud, &home.account, &home.region, &id)
            .ok_or_else(|| wrong(format!("The instance ID '{id}' does not exist")))?;
        let subnets: Vec<String> = match self.vpc_zone_identifier.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => text.split(',').map(|id| id.trim().to_owned()).collect(),
            None => vec![template.subnet.clone()],
        };
        let network = cloud.regional(&home.account, &home.region);
        let missing = subnets.iter().find(|id| network.is_none_or(|region| region.net.subnet(id).is_none()));
        if let Some(missing) = missing {
            return Err(wrong(format!("The subnet ID '{missing}' does not exist")));
        }
        let group = Group {
            arn: arn(caller, &cloud.random_uuid(), &name),
            name: name.clone(),
            min_size,
            max_size,
            desired_capacity,
            template: InstanceSpec { auto_scaling_group: Some(name.clone()), ..template },
            subnets,
            protects_new: self.new_instances_protected_from_scale_in,
            protected: BTreeSet::new(),
            leaving: BTreeSet::new(),
            created_at: cloud.now(),
            activities: VecDeque::new(),
        };
        home.state_mut(cloud).groups.insert(name.clone(), Arc::new(group));
        let why = format!(
            "At {} a user request created an AutoScalingGroup changing the desired capacity from 0 to {desired_capacity}.",
            cloud.now()
        );
        adjust(cloud, &home, &name, &why);
        Ok(Nothing {})
    }
}

/// Changes the sizes of a group, and whether what it launches is protected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct UpdateAutoScalingGroup {
    auto_scaling_group_name: String,
    min_size: Option<i64>,
    max_size: Option<i64>,
    desired_capacity: Option<i64>,
    new_instances_protected_from_scale_in: Option<bool>,
}

impl Operation for UpdateAutoScalingGroup {
    const SERVICE: Service = Service::AutoScaling;
    const NAME: &'static str = "UpdateAutoScalingGroup";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.auto_scaling_group_name, "autoscaling:UpdateAutoScalingGroup")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let name = self.auto_scaling_group_name;
        let known = group(cloud, caller, &name)?;
        let old = known.desired_capacity;
        let min = self.min_size.map_or(Ok(known.min_size), |value| size(value, "Min size"))?;
        let max = self.max_size.map_or(Ok(known.max_size), |value| size(value, "Max size"))?;
        // Without a word on it, the desired capacity is moved to where the new bounds are.
        let desired = match self.desired_capacity {
            Some(value) => size(value, "Desired capacity")?,
            None => old.max(min).min(max.max(min)),
        };
        check(min, desired, max)?;
        if let Some(group) = Home::of(caller).group_mut(cloud, &name) {
            group.min_size = min;
            group.max_size = max;
            group.desired_capacity = desired;
            group.protects_new = self.new_instances_protected_from_scale_in.unwrap_or(group.protects_new);
        }
        ecs::groups_changed(cloud, &Home::of(caller).account, &Home::of(caller).region);
        let why = format!(
            "At {} a user request update of AutoScalingGroup constraints to min: {min}, max: {max}, desired: {desired} \
             changing the desired capacity from {old} to {desired}.",
            cloud.now()
        );
        adjust(cloud, &Home::of(caller), &name, &why);
        Ok(Nothing {})
    }
}

/// Sets how many instances a group is to have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SetDesiredCapacity {
    auto_scaling_group_name: String,
    desired_capacity: i64,
}

impl Operation for SetDesiredCapacity {
    const SERVICE: Service = Service::AutoScaling;
    const NAME: &'static str = "SetDesiredCapacity";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.auto_scaling_group_name, "autoscaling:SetDesiredCapacity")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let name = self.auto_scaling_group_name;
        let known = group(cloud, caller, &name)?;
        let (old, desired) = (known.desired_capacity, size(self.desired_capacity, "Desired capacity")?);
        if desired > known.max_size {
            let most = known.max_size;
            return Err(wrong(format!(
                "New SetDesiredCapacity value {desired} is above max value {most} for the AutoScalingGroup."
            )));
        }
        if desired < known.min_size {
            let least = known.min_size;
            return Err(wrong(format!(
                "New SetDesiredCapacity value {desired} is below min value {least} for the AutoScalingGroup."
            )));
        }
        if let Some(group) = Home::of(caller).group_mut(cloud, &name) {
            group.desired_capacity = desired;
        }
        ecs::groups_changed(cloud, &Home::of(caller).account, &Home::of(caller).region);
        let why = format!(
            "At {} a user request explicitly set group desired capacity changing the desired capacity from {old} to \
             {desired}.",
            cloud.now()
        );
        adjust(cloud, &Home::of(caller), &name, &why);
        Ok(Nothing {})
    }
}

/// Protects instances from scale-in, or no longer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SetInstanceProtection {
    auto_scaling_group_name: String,
    instance_ids: Vec<String>,
    protected_from_scale_in: bool,
}

impl Operation for SetInstanceProtection {
    const SERVICE: Service = Service::AutoScaling;
    const NAME: &'static str = "SetInstanceProtection";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.auto_scaling_group_name, "autoscaling:SetInstanceProtection")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let name = self.auto_scaling_group_name;
        group(cloud, caller, &name).map_err(|_| unknown(&name))?;
        let members = Home::of(caller).members(cloud, &name);
        if let Some(id) = self.instance_ids.iter().find(|id| !members.contains(id)) {
            return Err(wrong(format!("The instance {id} is not part of Auto Scaling group {name}.")));
        }
        if let Some(group) = Home::of(caller).group_mut(cloud, &name) {
            for id in self.instance_ids {
                if self.protected_from_scale_in {
                    group.protected.insert(id);
                } else {
                    group.protected.remove(&id);
                }
            }
        }
        // What was too many may go now.
        let why = format!("At {} instance protection was changed.", cloud.now());
        adjust(cloud, &Home::of(caller), &name, &why);
        Ok(Nothing {})
    }
}

/// Deletes a group that has no instances; with `ForceDelete` its instances end with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeleteAutoScalingGroup {
    auto_scaling_group_name: String,
    force_delete: bool,
}

impl Operation for DeleteAutoScalingGroup {
    const SERVICE: Service = Service::AutoScaling;
    const NAME: &'static str = "DeleteAutoScalingGroup";
    type Output = Nothing;

    fn authorizations(&self, cloud: &Cloud, caller: &Caller) -> Vec<Authorization> {
        ask(cloud, caller, &self.auto_scaling_group_name, "autoscaling:DeleteAutoScalingGroup")
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<Nothing, ApiError> {
        let (home, name) = (Home::of(caller), self.auto_scaling_group_name);
        let leaving = group(cloud, caller, &name)?.leaving.clone();
        let members: Vec<String> = home.members(cloud, &name).into_iter().chain(leaving).collect();
        if !members.is_empty() && !self.force_delete {
            return Err(ApiError::new(
                "ResourceInUse",
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still \
                 in the group.",
            ));
        }
        home.state_mut(cloud).groups.remove(&name);
        for id in members {
            ecs::end_instance(cloud, &home.account, &home.region, &id);
        }
        Ok(Nothing {})
    }
}

/// Describes groups: all, where it names none. One that is not there is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeAutoScalingGroups {
    auto_scaling_group_names: Vec<String>,
}

/// The groups.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeAutoScalingGroupsOutput {
    auto_scaling_groups: Vec<Shape>,
}

/// A group, as described. Source: Amazon EC2 Auto Scaling service model, `AutoScalingGroup`, in the model's order.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Shape {
    auto_scaling_group_name: String,
    #[serde(rename = "AutoScalingGroupARN")]
    arn: Arn,
    min_size: u32,
    max_size: u32,
    desired_capacity: u32,
    default_cooldown: u32,
    availability_zones: BTreeSet<String>,
    health_check_type: &'static str,
    health_check_grace_period: u32,
    instances: Vec<Member>,
    created_time: Timestamp,
    #[serde(rename = "VPCZoneIdentifier")]
    vpc_zone_identifier: String,
    termination_policies: [&'static str; 1],
    new_instances_protected_from_scale_in: bool,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Member {
    instance_id: String,
    instance_type: String,
    availability_zone: String,
    lifecycle_state: &'static str,
    health_status: &'static str,
    protected_from_scale_in: bool,
}

impl Shape {
    fn of(cloud: &Cloud, caller: &Caller, group: &Group) -> Self {
        let network = cloud.regional(caller.principal.account(), &caller.region);
        let zone = |subnet: &str| {
            let letter = network.and_then(|region| region.net.subnet(subnet)).map_or('a', |subnet| subnet.zone);
            format!("{}{letter}", caller.region)
        };
        let own = network.into_iter().flat_map(|region| region.net.instances());
        let own = own.filter(|one| one.auto_scaling_group.as_deref() == Some(group.name.as_str()));
        let instances = own.map(|one| Member {
            instance_id: one.id.clone(),
            instance_type: one.instance_type.name.to_owned(),
            availability_zone: zone(&one.subnet),
            // Source: Amazon EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance lifecycle".
            lifecycle_state: if group.leaving.contains(&one.id) { "Terminating:Wait" } else { "InService" },
            health_status: "Healthy",
            protected_from_scale_in: group.protected.contains(&one.id),
        });
        Self {
            auto_scaling_group_name: group.name.clone(),
            arn: group.arn.clone(),
            min_size: group.min_size,
            max_size: group.max_size,
            desired_capacity: group.desired_capacity,
            default_cooldown: 300,
            availability_zones: group.subnets.iter().map(|subnet| zone(subnet)).collect(),
            health_check_type: "EC2",
            health_check_grace_period: 0,
            instances: instances.collect(),
            created_time: group.created_at,
            vpc_zone_identifier: group.subnets.join(","),
            termination_policies: ["Default"],
            new_instances_protected_from_scale_in: group.protects_new,
        }
    }
}

impl Operation for DescribeAutoScalingGroups {
    const SERVICE: Service = Service::AutoScaling;
    const NAME: &'static str = "DescribeAutoScalingGroups";
    type Output = DescribeAutoScalingGroupsOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("autoscaling:DescribeAutoScalingGroups")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeAutoScalingGroupsOutput, ApiError> {
        let names = &self.auto_scaling_group_names;
        let found = cloud.regional(caller.principal.account(), &caller.region);
        let groups = found.into_iter().flat_map(|region| region.autoscaling.groups());
        let wanted = groups.filter(|group| names.is_empty() || names.contains(&group.name));
        Ok(DescribeAutoScalingGroupsOutput {
            auto_scaling_groups: wanted.map(|group| Shape::of(cloud, caller, group)).collect(),
        })
    }
}

/// Tells what a group did, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DescribeScalingActivities {
    auto_scaling_group_name: Option<String>,
}

/// What groups did.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeScalingActivitiesOutput {
    activities: Vec<ActivityShape>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ActivityShape {
    activity_id: String,
    auto_scaling_group_name: String,
    description: String,
    cause: String,
    start_time: Timestamp,
    end_time: Timestamp,
    status_code: &'static str,
    progress: u32,
}

impl ActivityShape {
    fn of(group: &Group, activity: &Activity) -> Self {
        let what = if activity.launched { "Launching a new" } else { "Terminating" };
        Self {
            activity_id: activity.id.clone(),
            auto_scaling_group_name: group.name.clone(),
            description: format!("{what} EC2 instance: {}", activity.instance),
            cause: activity.cause.clone(),
            start_time: activity.at,
            end_time: activity.at,
            status_code: "Successful",
            progress: 100,
        }
    }
}

impl Operation for DescribeScalingActivities {
    const SERVICE: Service = Service::AutoScaling;
    const NAME: &'static str = "DescribeScalingActivities";
    type Output = DescribeScalingActivitiesOutput;

    fn authorizations(&self, _: &Cloud, _: &Caller) -> Vec<Authorization> {
        vec![Authorization::anywhere("autoscaling:DescribeScalingActivities")]
    }

    fn run(self, cloud: &mut Cloud, caller: &Caller) -> Result<DescribeScalingActivitiesOutput, ApiError> {
        let name = self.auto_scaling_group_name.as_deref();
        if let Some(name) = name {
            group(cloud, caller, name)?;
        }
        let found = cloud.regional(caller.principal.account(), &caller.region);
        let groups = found.into_iter().flat_map(|region| region.autoscaling.groups());
        let wanted = groups.filter(|group| name.is_none_or(|name| group.name == name));
        let told = wanted.flat_map(|group| group.activities.iter().map(move |one| ActivityShape::of(group, one)));
        Ok(DescribeScalingActivitiesOutput { activities: told.collect() })
    }
}
