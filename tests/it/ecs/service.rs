//! Services: counts, deployments, recovery.

use ecr_quest::cloud::ecs::{DesiredStatus, RolloutState, ServiceStatus, StopCode, TaskStatus};
use ecr_quest::cloud::{Duration, EventKind, net};
use serde_json::json;

use super::scene::{PUBLIC, PULL, Scene};

#[test]
fn a_service_whose_pull_is_denied_recovers_by_itself_when_the_role_is_mended() {
    let mut scene = Scene::new(9);
    scene.instance();
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    scene.service(2);
    scene.wait(120);
    assert_eq!(scene.running(), 0);
    let service = scene.cluster().service("web").unwrap();
    assert!(service.deployments[0].failed_tasks >= 4, "{:?}", service.deployments[0]);
    let failing = "(service web) is unable to consistently start tasks successfully. For more information, see the \
                   Troubleshooting section of the Amazon ECS Developer Guide.";
    assert!(scene.said().iter().any(|message| message == failing), "{:#?}", scene.said());

    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.wait(30 * 60);
    assert_eq!(scene.running(), 2);
    let service = scene.cluster().service("web").unwrap();
    assert_eq!(service.deployments[0].rollout_state, RolloutState::Completed);
    assert_eq!(scene.said().last().unwrap(), "(service web) has reached a steady state.");
}

#[test]
fn a_service_keeps_its_count() {
    let mut scene = Scene::new(10);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    scene.service(3);
    scene.wait(60);
    assert_eq!(scene.running(), 3);
    let victim = scene.cluster().tasks_of("web").next().unwrap().id.clone();
    scene.ecs("StopTask", json!({"cluster": "prod", "task": victim}));
    scene.wait(60);
    assert_eq!((scene.running(), scene.task(&victim).status), (3, TaskStatus::Stopped));
    scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "desiredCount": 1}));
    scene.wait(60);
    assert_eq!(scene.running(), 1);
    let scaled_in = scene.cluster().tasks().find(|task| task.stop_code == Some(StopCode::ServiceSchedulerInitiated));
    let deployment = &scene.cluster().service("web").unwrap().deployments[0].id;
    let expect = format!("Scaling activity initiated by (deployment {deployment})");
    assert_eq!(scaled_in.unwrap().stopped_reason.as_deref(), Some(expect.as_str()));

    let above = "InvalidParameterException: The service cannot be stopped while it is scaled above 0.";
    scene.refused("DeleteService", json!({"cluster": "prod", "service": "web"}), above);
    scene.ecs("DeleteService", json!({"cluster": "prod", "service": "web", "force": true}));
    scene.wait(60);
    assert_eq!(scene.running(), 0);
    assert_eq!(scene.cluster().service("web").unwrap().status, ServiceStatus::Inactive);
    let again = "ServiceNotFoundException: Service not found.";
    scene.refused("DeleteService", json!({"cluster": "prod", "service": "web"}), again);
}

#[test]
fn a_deployment_rolls_without_going_below_its_healthy_count() {
    let mut scene = Scene::new(11);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    scene.service(3);
    scene.wait(60);
    scene.ec2_definition(&image);
    scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web:2"}));
    let mut rolled = false;
    for _ in 0..240 {
        scene.cloud.advance(Duration::millis(250));
        let live = scene.cluster().tasks_of("web").filter(|task| task.desired_status == DesiredStatus::Running).count();
        assert!(scene.running() >= 3, "{:#?}", scene.said());
        assert!(live <= 6, "{live} tasks");
        let deployments = &scene.cluster().service("web").unwrap().deployments;
        rolled = rolled || deployments.len() == 2;
    }
    assert!(rolled);
    let service = scene.cluster().service("web").unwrap();
    assert_eq!((service.deployments.len(), service.deployments[0].definition.revision), (1, 2));
    assert!(scene.cluster().tasks_of("web").all(|task| task.definition.revision == 2));
}

#[test]
fn a_deployment_that_may_neither_start_nor_stop_says_so() {
    let mut scene = Scene::new(12);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    let configuration = json!({"minimumHealthyPercent": 100, "maximumPercent": 101});
    scene.ecs(
        "CreateService",
        json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web",
        "desiredCount": 2, "deploymentConfiguration": configuration}),
    );
    scene.wait(60);
    scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "forceNewDeployment": true}));
    scene.wait(600);
    let stuck = scene.said().iter().filter(|message| message.contains("was unable to stop or start tasks")).count();
    assert_eq!((scene.running(), stuck), (2, 1), "{:#?}", scene.said());
    let configuration = json!({"minimumHealthyPercent": 50});
    let input = json!({"cluster": "prod", "service": "web", "deploymentConfiguration": configuration});
    scene.ecs("UpdateService", input);
    scene.wait(60);
    assert_eq!(scene.cluster().service("web").unwrap().deployments.len(), 1);
}

#[test]
fn a_circuit_breaker_gives_up_and_rolls_back() {
    let mut scene = Scene::new(13);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["app"]);
    let (good, bad) = (scene.image("1.0"), scene.image("nope"));
    scene.ec2_definition(&good);
    let configuration = json!({"deploymentCircuitBreaker": {"enable": true, "rollback": true}});
    scene.ecs(
        "CreateService",
        json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web",
        "desiredCount": 2, "deploymentConfiguration": configuration}),
    );
    scene.wait(60);
    let first = scene.cluster().service("web").unwrap().deployments[0].id.clone();
    scene.ec2_definition(&bad);
    scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
    scene.wait(300);
    assert_eq!(scene.running(), 2);
    let service = scene.cluster().service("web").unwrap();
    assert_eq!((service.deployments.len(), &service.deployments[0].id), (1, &first));
    assert!(
        scene.said().contains(&format!("(service web) rolling back to deployment {first}.")),
        "{:#?}",
        scene.said()
    );
}

#[test]
fn a_deployment_keeps_the_digest_that_its_first_task_found() {
    let mut scene = Scene::new(14);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("latest", "amd64", &["old"]);
    let image = scene.image("latest");
    scene.ec2_definition(&image);
    scene.service(1);
    scene.wait(60);
    let digests = |scene: &Scene| -> Vec<_> {
        scene.cluster().tasks_of("web").map(|task| task.containers[0].image_digest.clone().unwrap()).collect()
    };
    let old = digests(&scene)[0].clone();
    scene.push("latest", "amd64", &["new"]);
    scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "desiredCount": 2}));
    scene.wait(60);
    assert_eq!(digests(&scene), [old.clone(), old.clone()]);
    let force = json!({"cluster": "prod", "service": "web", "forceNewDeployment": true});
    scene.ecs("UpdateService", force);
    scene.wait(120);
    assert_eq!(digests(&scene).len(), 2);
    assert!(digests(&scene).iter().all(|digest| *digest != old));
}

#[test]
fn a_service_without_room_starts_by_itself_when_an_instance_appears() {
    let mut scene = Scene::new(20);
    scene.ec2_definition("nginx");
    scene.service(1);
    scene.wait(3600);
    let expect = "(service web) was unable to place a task because no container instance met all of its requirements. \
                  Reason: No Container Instances were found in your cluster.";
    assert_eq!(scene.said(), [expect]);
    scene.instance();
    scene.wait(30);
    assert_eq!(scene.running(), 1);
}

#[test]
fn a_leap_of_a_month_over_a_failing_service_is_affordable() {
    let network = json!({PUBLIC: {"subnets": [net::PUBLIC_SUBNET_A], "assignPublicIp": "ENABLED"}});
    for (launch_type, network) in [("EC2", json!(null)), ("FARGATE", network)] {
        let mut scene = Scene::new(26);
        scene.instance();
        let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
        let image = scene.image("nope");
        match launch_type {
            "EC2" => scene.ec2_definition(&image),
            _ => scene.fargate_definition(&image, &role),
        }
        let input = json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": 1,
            "launchType": launch_type, "networkConfiguration": network});
        scene.ecs("CreateService", input);
        scene.cloud.advance(Duration::days(30));
        // One each 27 minutes, but for the first few.
        let attempts = scene.cluster().service("web").unwrap().deployments[0].failed_tasks;
        assert!((1500..1700).contains(&attempts), "{launch_type}: {attempts}");
        assert!(scene.cluster().tasks().count() < 10);
    }
}

#[test]
fn a_service_whose_command_ends_at_once_is_restarted_for_ever_and_never_called_inconsistent() {
    let mut scene = Scene::new(27);
    scene.instance();
    scene.ec2_definition("busybox");
    scene.service(1);
    scene.cloud.advance(Duration::days(3));
    let ended = scene.cloud.trail().events().iter().filter(|event| match &event.kind {
        EventKind::Task { status, .. } => status == "STOPPED",
        _ => false,
    });
    // At most one in five minutes, but for the first few.
    let ended = ended.count();
    assert!((800..900).contains(&ended), "{ended}");
    assert_eq!(scene.cluster().service("web").unwrap().deployments[0].failed_tasks, 0);
    assert!(!scene.said().iter().any(|message| message.contains("unable to consistently start")));
}
