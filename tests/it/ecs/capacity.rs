//! Capacity providers, attributes and placement, as a learner asks for them.

use std::collections::BTreeMap;

use ecr_quest::cloud::ecs::{InstanceSpec, launch_instance};
use ecr_quest::cloud::{AccountId, Region, net};
use serde_json::{Value, json};

use super::scene::{Scene, public_network};

/// How many of the cluster's tasks each value has.
fn count(scene: &Scene, value: impl Fn(&ecr_quest::cloud::ecs::Task) -> Option<String>) -> BTreeMap<String, usize> {
    let mut count = BTreeMap::new();
    for task in scene.cluster().tasks() {
        *count.entry(value(task).unwrap_or_default()).or_default() += 1;
    }
    count
}

#[test]
fn a_strategy_shares_tasks_out_by_base_and_weights() {
    let mut scene = Scene::new(51);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    scene.fargate_definition("nginx", &role);
    let strategy = json!([{"capacityProvider": "FARGATE", "base": 2, "weight": 1},
        {"capacityProvider": "FARGATE_SPOT", "weight": 3}]);
    let run =
        json!({"cluster": "prod", "taskDefinition": "web", "count": 10, "networkConfiguration": public_network()});
    scene.ecs(
        "PutClusterCapacityProviders",
        json!({"cluster": "prod", "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": strategy}),
    );
    let answer = scene.ecs("RunTask", run.clone());
    assert_eq!(answer["tasks"][0]["capacityProviderName"], "FARGATE");
    assert_eq!(answer["tasks"][0].get("launchType"), None);
    let shares = count(&scene, |task| task.capacity_provider.clone());
    assert_eq!(shares, BTreeMap::from([("FARGATE".to_owned(), 4), ("FARGATE_SPOT".to_owned(), 6)]));
    scene.ecs(
        "CreateService",
        json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": 1,
            "networkConfiguration": public_network()}),
    );
    let services = scene.ecs("DescribeServices", json!({"cluster": "prod", "services": ["web"]}));
    assert_eq!(services["services"][0]["capacityProviderStrategy"][0]["base"], 2);
    scene.refused(
        "PutClusterCapacityProviders",
        json!({"cluster": "prod", "capacityProviders": [], "defaultCapacityProviderStrategy": []}),
        "ResourceInUseException: The specified capacity provider is in use and cannot be removed.",
    );
    scene.refused(
        "CreateCapacityProvider",
        json!({"name": "fargate-mine", "autoScalingGroupProvider": {"autoScalingGroupArn": "arn:x"}}),
        "ClientException: The capacity provider name is invalid. Up to 255 letters, numbers, underscores and hyphens are \
         allowed. The name cannot be prefixed with \"aws\", \"ecs\", or \"fargate\".",
    );
}

/// Launches another instance in a subnet.
fn launch(scene: &mut Scene, subnet: &str, group: Option<&str>) {
    let spec = InstanceSpec {
        cluster: "prod".to_owned(),
        instance_profile: Some("ecsInstanceRole".to_owned()),
        subnet: subnet.to_owned(),
        auto_scaling_group: group.map(str::to_owned),
        ..InstanceSpec::default()
    };
    launch_instance(&mut scene.cloud, &AccountId::home(), &Region::home(), &spec).unwrap();
}

#[test]
fn a_capacity_provider_of_a_group_only_uses_the_groups_instances() {
    let mut scene = Scene::new(52);
    scene.instance();
    launch(&mut scene, net::PUBLIC_SUBNET_C, Some("blue"));
    let group = "arn:aws:autoscaling:ap-northeast-2:111122223333:autoScalingGroup:0a1b:autoScalingGroupName/blue";
    let made = scene.ecs(
        "CreateCapacityProvider",
        json!({"name": "blue", "autoScalingGroupProvider": {"autoScalingGroupArn": group}}),
    );
    let provider = &made["capacityProvider"];
    assert_eq!(provider["autoScalingGroupProvider"]["managedScaling"]["targetCapacity"], 100, "{provider}");
    scene.ecs(
        "PutClusterCapacityProviders",
        json!({"cluster": "prod", "capacityProviders": ["blue"], "defaultCapacityProviderStrategy": []}),
    );
    scene.ec2_definition("nginx");
    let strategy = json!([{"capacityProvider": "blue", "weight": 1}]);
    for _ in 0..3 {
        scene.run(json!({"capacityProviderStrategy": strategy}));
    }
    let blue = scene.cluster().instances().find(|one| one.capacity_provider.as_deref() == Some("blue")).unwrap();
    assert_eq!(count(&scene, |task| task.container_instance.clone()), BTreeMap::from([(blue.id.clone(), 3)]));
    scene.refused(
        "DeleteCapacityProvider",
        json!({"capacityProvider": "blue"}),
        "ClientException: The capacity provider cannot be deleted because it is associated with cluster(s). Remove the \
         capacity provider from the cluster and try again.",
    );
    let all = scene.ecs("DescribeCapacityProviders", json!({}));
    let names: Vec<&Value> = all["capacityProviders"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["FARGATE", "FARGATE_SPOT", "blue"]);
}

#[test]
fn strategies_choose_among_the_instances_that_fit() {
    let mut scene = Scene::new(53);
    scene.instance();
    launch(&mut scene, net::PUBLIC_SUBNET_A, None);
    launch(&mut scene, net::PUBLIC_SUBNET_C, None);
    scene.ec2_definition("nginx");
    let zone = |scene: &Scene| {
        count(scene, |task| {
            let instance = scene.cluster().instance(task.container_instance.as_deref()?)?;
            Some(instance.availability_zone.clone())
        })
    };
    let spread = json!([{"type": "spread", "field": "attribute:ecs.availability-zone"}]);
    scene.ecs("RunTask", json!({"cluster": "prod", "taskDefinition": "web", "count": 6, "placementStrategy": spread}));
    let two = BTreeMap::from([("ap-northeast-2a".to_owned(), 3), ("ap-northeast-2c".to_owned(), 3)]);
    assert_eq!(zone(&scene), two);
    let binpack = json!([{"type": "binpack", "field": "memory"}]);
    let packed = scene
        .ecs("RunTask", json!({"cluster": "prod", "taskDefinition": "web", "count": 5, "placementStrategy": binpack}));
    let instances: std::collections::BTreeSet<&str> =
        packed["tasks"].as_array().unwrap().iter().map(|task| task["containerInstanceArn"].as_str().unwrap()).collect();
    assert_eq!(instances.len(), 1, "all on the fullest");
}

#[test]
fn attributes_are_given_listed_and_taken() {
    let mut scene = Scene::new(54);
    scene.instance();
    let arn = scene.cluster().instances().next().unwrap().arn.to_string();
    let color = json!({"name": "color", "value": "red", "targetId": arn});
    scene.ecs("PutAttributes", json!({"cluster": "prod", "attributes": [color]}));
    let list = json!({"cluster": "prod", "targetType": "container-instance", "attributeName": "color"});
    let found = scene.ecs("ListAttributes", list.clone());
    assert_eq!(found["attributes"], json!([{"name": "color", "value": "red", "targetId": arn}]));
    let described = scene.ecs("DescribeContainerInstances", json!({"cluster": "prod", "containerInstances": [arn]}));
    let own = described["containerInstances"][0]["attributes"].as_array().unwrap();
    assert!(own.contains(&json!({"name": "color", "value": "red"})));
    scene.ecs("DeleteAttributes", json!({"cluster": "prod", "attributes": [{"name": "color", "targetId": arn}]}));
    assert_eq!(scene.ecs("ListAttributes", list)["attributes"], json!([]));
    let reserved = json!({"cluster": "prod", "attributes": [{"name": "ecs.os-type", "value": "x", "targetId": arn}]});
    scene.refused(
        "PutAttributes",
        reserved,
        "InvalidParameterException: The attribute name 'ecs.os-type' is reserved and cannot be changed.",
    );
}

#[test]
fn a_task_is_started_on_the_instance_that_is_named() {
    let mut scene = Scene::new(55);
    scene.instance();
    launch(&mut scene, net::PUBLIC_SUBNET_C, None);
    scene.ec2_definition("nginx");
    let arn = scene.cluster().instances().last().unwrap().arn.to_string();
    let input = json!({"cluster": "prod", "taskDefinition": "web", "containerInstances": [arn, "0123"]});
    let answer = scene.ecs("StartTask", input);
    assert_eq!(
        (&answer["tasks"][0]["containerInstanceArn"], &answer["failures"][0]["reason"]),
        (&json!(arn), &json!("MISSING"))
    );
}
