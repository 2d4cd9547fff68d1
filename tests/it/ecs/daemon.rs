//! Daemons: a task on each instance.

use std::collections::BTreeSet;

use ecr_quest::cloud::ecs::{InstanceSpec, TaskStatus, launch_instance};
use ecr_quest::cloud::{AccountId, Region};
use serde_json::{Value, json};

use super::scene::Scene;

fn another(scene: &mut Scene) -> String {
    let spec = InstanceSpec {
        cluster: "prod".to_owned(),
        instance_profile: Some("ecsInstanceRole".to_owned()),
        ..InstanceSpec::default()
    };
    launch_instance(&mut scene.cloud, &AccountId::home(), &Region::home(), &spec).unwrap()
}

fn service() -> Value {
    json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "schedulingStrategy": "DAEMON"})
}

fn daemon(seed: u64) -> Scene {
    let mut scene = Scene::new(seed);
    scene.instance();
    another(&mut scene);
    scene.ec2_definition("nginx");
    scene.ecs("CreateService", service());
    scene.wait(30);
    scene
}

/// The instances of the tasks that run; none is there twice.
fn places(scene: &Scene) -> BTreeSet<String> {
    let running = scene.cluster().tasks_of("web").filter(|task| task.status == TaskStatus::Running);
    let places: Vec<String> = running.filter_map(|task| task.container_instance.clone()).collect();
    let set: BTreeSet<String> = places.iter().cloned().collect();
    assert_eq!(set.len(), places.len(), "two on an instance");
    set
}

fn described(scene: &mut Scene) -> Value {
    scene.ecs("DescribeServices", json!({"cluster": "prod", "services": ["web"]}))["services"][0].clone()
}

#[test]
fn each_instance_has_one() {
    let mut scene = daemon(81);
    assert_eq!(places(&scene).len(), 2);
    let told = described(&mut scene);
    assert_eq!(
        (&told["schedulingStrategy"], &told["desiredCount"], &told["runningCount"]),
        (&json!("DAEMON"), &json!(2), &json!(2))
    );
    assert_eq!(told["deploymentConfiguration"]["maximumPercent"], 100);
    assert_eq!(told["deploymentConfiguration"]["minimumHealthyPercent"], 0);
    assert_eq!(told["deployments"][0]["rolloutState"], "COMPLETED");
    // One that comes gets one.
    let third = another(&mut scene);
    scene.wait(30);
    assert_eq!(places(&scene).len(), 3);
    // One that is drained loses it, one that goes takes it along.
    let drained = scene.cluster().instances().find(|one| one.ec2_instance_id == third).unwrap().arn.clone();
    let drain = json!({"cluster": "prod", "containerInstances": [drained], "status": "DRAINING"});
    scene.ecs("UpdateContainerInstancesState", drain);
    scene.wait(30);
    assert_eq!((places(&scene).len(), described(&mut scene)["desiredCount"].as_u64()), (2, Some(2)));
    let other = scene.cluster().instances().find(|one| one.ec2_instance_id != third).unwrap().ec2_instance_id.clone();
    scene.ok(ecr_quest::cloud::Service::Ec2, "TerminateInstances", json!({"InstanceIds": [other]}));
    scene.wait(30);
    assert_eq!((places(&scene).len(), described(&mut scene)["desiredCount"].as_u64()), (1, Some(1)));
}

#[test]
fn only_instances_that_fit_its_constraints_have_one() {
    let mut scene = Scene::new(82);
    scene.instance();
    another(&mut scene);
    scene.ec2_definition("nginx");
    let mut input = service();
    input["placementConstraints"] = json!([{"type": "memberOf", "expression": "attribute:disk == ssd"}]);
    scene.ecs("CreateService", input);
    scene.wait(30);
    assert_eq!(places(&scene).len(), 0);
    let arn = scene.cluster().instances().next().unwrap().arn.to_string();
    let attribute = json!({"name": "disk", "value": "ssd", "targetType": "container-instance", "targetId": arn});
    scene.ecs("PutAttributes", json!({"cluster": "prod", "attributes": [attribute]}));
    scene.wait(30);
    assert_eq!(places(&scene).len(), 1);
}

#[test]
fn a_deployment_ends_the_old_task_before_the_new_one_starts() {
    let mut scene = daemon(83);
    scene.ec2_definition("httpd");
    scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
    for _ in 0..60 {
        scene.wait(1);
        for instance in scene.cluster().instances() {
            let on = scene.cluster().tasks_on(&instance.id).filter(|task| task.service.is_some()).count();
            assert!(on <= 1, "{on} on {}", instance.id);
        }
    }
    assert_eq!(places(&scene).len(), 2);
    let images: Vec<&str> = scene.cluster().tasks_of("web").map(|task| task.containers[0].image.as_str()).collect();
    assert_eq!(images, ["httpd", "httpd"]);
    assert_eq!(described(&mut scene)["deployments"].as_array().unwrap().len(), 1);
}

#[test]
fn half_stay_where_half_must() {
    let mut scene = daemon(84);
    scene.ec2_definition("httpd");
    let half = json!({"minimumHealthyPercent": 50});
    scene.ecs(
        "UpdateService",
        json!({"cluster": "prod", "service": "web", "taskDefinition": "web", "deploymentConfiguration": half}),
    );
    for _ in 0..90 {
        scene.wait(1);
        assert!(!places(&scene).is_empty());
    }
    assert!(scene.cluster().tasks_of("web").all(|task| task.containers[0].image == "httpd"));
}

#[test]
fn what_a_daemon_can_not_have_is_refused() {
    let mut scene = daemon(85);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    for (member, value, says) in [
        ("desiredCount", json!(3), "does not support a desired count"),
        ("placementStrategy", json!([{"type": "random"}]), "does not support placement strategies"),
        ("placementConstraints", json!([{"type": "distinctInstance"}]), "distinctInstance"),
        ("deploymentConfiguration", json!({"maximumPercent": 200}), "maximumPercent"),
        ("deploymentConfiguration", json!({"minimumHealthyPercent": 100}), "will block deployments"),
    ] {
        let mut input = service();
        input["serviceName"] = json!("other");
        input[member] = value;
        let said = scene.call(ecr_quest::cloud::Service::Ecs, "CreateService", input).unwrap_err();
        assert!(said.starts_with("InvalidParameterException: ") && said.contains(says), "{said}");
    }
    scene.fargate_definition("nginx", &role);
    let mut input = service();
    input["serviceName"] = json!("other");
    input["launchType"] = json!("FARGATE");
    input["networkConfiguration"] = super::scene::public_network();
    let said = scene.call(ecr_quest::cloud::Service::Ecs, "CreateService", input).unwrap_err();
    assert!(said.contains("does not support the FARGATE launch type"), "{said}");
    // Its count is nobody's to set, so nothing need be scaled down before it is deleted.
    scene.ecs("DeleteService", json!({"cluster": "prod", "service": "web"}));
    scene.wait(30);
    assert_eq!(scene.running(), 0);
}
