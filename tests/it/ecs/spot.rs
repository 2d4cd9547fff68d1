//! Spot capacity that AWS takes back.

use ecr_quest::cloud::ecs::{InstanceSpec, StopCode, TaskStatus, launch_instance, reclaim};
use ecr_quest::cloud::net::Spot;
use ecr_quest::cloud::{AccountId, Region};
use serde_json::json;

use super::scene::{Scene, public_network};

fn take(scene: &mut Scene, id: &str) -> bool {
    reclaim(&mut scene.cloud, &AccountId::home(), &Region::home(), id)
}

fn spot_instance(scene: &mut Scene, drains: bool) -> String {
    let spec = InstanceSpec {
        cluster: "prod".to_owned(),
        instance_profile: Some("ecsInstanceRole".to_owned()),
        spot: Some(Spot { drains }),
        ..InstanceSpec::default()
    };
    launch_instance(&mut scene.cloud, &AccountId::home(), &Region::home(), &spec).unwrap()
}

#[test]
fn a_task_on_fargate_spot_is_interrupted_and_its_service_starts_another() {
    let mut scene = Scene::new(91);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    scene.fargate_definition("nginx", &role);
    let strategy = json!([{"capacityProvider": "FARGATE_SPOT", "weight": 1}]);
    scene.ecs(
        "PutClusterCapacityProviders",
        json!({"cluster": "prod", "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "defaultCapacityProviderStrategy": strategy}),
    );
    scene.ecs(
        "CreateService",
        json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": 2,
            "networkConfiguration": public_network()}),
    );
    scene.wait(60);
    let id = scene.cluster().tasks_of("web").next().unwrap().id.clone();
    assert!(take(&mut scene, &id) && !take(&mut scene, &id), "once is enough");
    scene.wait(60);
    let task = scene.task(&id);
    assert_eq!(task.stop_code, Some(StopCode::SpotInterruption));
    assert_eq!(task.stopped_reason.as_deref(), Some("Your Spot Task was interrupted."));
    assert_eq!((task.status, scene.running()), (TaskStatus::Stopped, 2));
    // What is not Spot is not taken.
    let plain = scene.run(json!({"launchType": "FARGATE", "networkConfiguration": public_network()}));
    assert!(!take(&mut scene, &plain) && !take(&mut scene, "none"));
}

#[test]
fn a_spot_instance_that_drains_hands_its_tasks_over_before_it_ends() {
    let mut scene = Scene::new(92);
    let plain = scene.instance();
    let spot = spot_instance(&mut scene, true);
    scene.ec2_definition("nginx");
    let spread = json!([{"type": "spread", "field": "instanceId"}]);
    scene.ecs(
        "CreateService",
        json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": 2,
            "placementStrategy": spread}),
    );
    scene.wait(30);
    let on_spot = scene.cluster().instances().find(|one| one.ec2_instance_id == spot).unwrap().id.clone();
    assert_eq!(scene.cluster().tasks_on(&on_spot).count(), 1);
    assert!(!take(&mut scene, &plain), "it is not Spot");
    assert!(take(&mut scene, &spot));
    assert_eq!(format!("{:?}", scene.cluster().instance(&on_spot).unwrap().status), "Draining");
    for _ in 0..119 {
        scene.wait(1);
        assert_eq!(scene.running(), 2, "the new one runs before the old one stops");
        if scene.cluster().tasks_on(&on_spot).count() == 0 {
            break;
        }
    }
    assert_eq!(scene.cluster().tasks_on(&on_spot).count(), 0);
    scene.wait(121);
    assert_eq!(format!("{:?}", scene.cluster().instance(&on_spot).unwrap().status), "Inactive");
    assert_eq!(scene.running(), 2);
}

#[test]
fn a_spot_instance_that_does_not_drain_takes_its_tasks_along() {
    let mut scene = Scene::new(93);
    scene.instance();
    let spot = spot_instance(&mut scene, false);
    scene.ec2_definition("nginx");
    let place = json!([{"type": "memberOf", "expression": format!("ec2InstanceId == {spot}")}]);
    let id = scene.run(json!({"placementConstraints": place}));
    scene.wait(30);
    assert!(take(&mut scene, &spot));
    scene.wait(119);
    assert_eq!(scene.task(&id).status, TaskStatus::Running);
    scene.wait(10);
    let task = scene.task(&id);
    assert_eq!(task.stop_code, Some(StopCode::TerminationNotice));
    assert_eq!(task.stopped_reason, Some(format!("Host EC2 (instance {spot}) terminated.")));
}

#[test]
fn an_agent_that_may_not_drain_does_not() {
    let mut scene = Scene::new(94);
    scene.instance();
    let spot = spot_instance(&mut scene, true);
    let register = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:RegisterContainerInstance","Resource":"*"}]}"#;
    scene.policy("ecsInstanceRole", "agent", register);
    assert!(take(&mut scene, &spot));
    let instance = scene.cluster().instances().find(|one| one.ec2_instance_id == spot).unwrap();
    assert_eq!(format!("{:?}", instance.status), "Active");
    let (_, denied) = scene.cloud.trail().last_denial().unwrap();
    assert_eq!(denied.operation, "UpdateContainerInstancesState");
}
