//! Tasks and instances: room, ends, being forgotten.

use ecr_quest::cloud::ecs::{InstanceSpec, StopCode, TaskStatus, launch_instance};
use ecr_quest::cloud::{AccountId, Region, Service};
use serde_json::json;

use super::scene::{ECS_AGENT, PULL, Scene, reason};

#[test]
fn an_essential_container_that_ends_stops_its_task() {
    let mut scene = Scene::new(17);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["sh", "-c", "exit 3"]);
    scene.push("arm", "arm64", &["app"]);
    let (image, arm) = (scene.image("1.0"), scene.image("arm"));
    scene.ec2_definition(&image);
    let id = scene.run(json!({}));
    let longer = json!({"containerOverrides": [{"name": "web", "command": ["sleep", "600"]}]});
    let overridden = scene.run(json!({"overrides": longer}));
    scene.ec2_definition(&arm);
    let wrong_processor = scene.run(json!({}));
    scene.wait(60);
    let task = scene.task(&id);
    assert_eq!(task.stop_code, Some(StopCode::EssentialContainerExited));
    assert_eq!(
        (reason(&scene, &id).as_str(), task.containers[0].exit_code),
        ("Essential container in task exited", Some(3))
    );
    assert_eq!(scene.task(&overridden).status, TaskStatus::Running);
    assert_eq!(scene.task(&wrong_processor).containers[0].exit_code, Some(255));
    scene.wait(600);
    assert_eq!(scene.task(&overridden).containers[0].exit_code, Some(0));
}

#[test]
fn tasks_take_room_until_they_stop() {
    let mut scene = Scene::new(19);
    let run = json!({"cluster": "prod", "taskDefinition": "web"});
    scene.ec2_definition("nginx");
    let empty = "InvalidParameterException: No Container Instances were found in your cluster.";
    scene.refused("RunTask", run.clone(), empty);
    scene.instance();
    let big = json!({"name": "web", "image": "nginx", "memory": 1000});
    scene.ecs("RegisterTaskDefinition", json!({"family": "web", "containerDefinitions": [big]}));
    let id = scene.run(json!({}));
    let full = scene.ecs("RunTask", run.clone());
    let instance = scene.cluster().instances().next().unwrap().arn.to_string();
    assert_eq!(full, json!({"tasks": [], "failures": [{"arn": instance, "reason": "RESOURCE:MEMORY"}]}));
    scene.ecs("StopTask", json!({"cluster": "prod", "task": id}));
    scene.wait(30);
    assert_eq!(scene.ecs("RunTask", run)["failures"], json!([]));
}

#[test]
fn an_instance_appears_when_its_role_is_mended() {
    let mut scene = Scene::new(21);
    let spec = InstanceSpec {
        cluster: "prod".to_owned(),
        instance_profile: Some("late".to_owned()),
        ..InstanceSpec::default()
    };
    launch_instance(&mut scene.cloud, &AccountId::home(), &Region::home(), &spec).unwrap();
    scene.wait(120);
    assert_eq!(scene.cluster().instances().count(), 0);
    scene.role("late", "ec2.amazonaws.com");
    scene.ok(Service::Iam, "CreateInstanceProfile", json!({"InstanceProfileName": "late"}));
    let input = json!({"InstanceProfileName": "late", "RoleName": "late"});
    scene.ok(Service::Iam, "AddRoleToInstanceProfile", input);
    scene.wait(120);
    assert_eq!(scene.cluster().instances().count(), 0, "its role may not register it");
    scene.policy("late", "agent", ECS_AGENT);
    scene.wait(60 * 60);
    assert_eq!(scene.cluster().instances().count(), 1);
}

#[test]
fn a_stopped_task_is_forgotten_after_an_hour() {
    let mut scene = Scene::new(25);
    scene.instance();
    scene.ec2_definition("nginx");
    let id = scene.run(json!({}));
    scene.wait(30);
    scene.ecs("StopTask", json!({"cluster": "prod", "task": id}));
    scene.wait(59 * 60);
    assert!(scene.cluster().task(&id).is_some());
    scene.wait(2 * 60);
    assert!(scene.cluster().task(&id).is_none());
}
