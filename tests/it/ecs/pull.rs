//! Pulls: who pulls, what is asked, and what a task says when it may not.

use ecr_quest::cloud::ecs::{DesiredStatus, PullFailureKind, StopCause, StopCode, TaskStatus, puller};
use ecr_quest::cloud::{AccountId, EventKind, Origin, Region, Service, net};
use serde_json::json;

use super::scene::{PUBLIC, PULL, Scene, TOKEN, kind, reason};

#[test]
fn a_task_on_an_instance_runs_when_the_instance_role_may_pull() {
    let mut scene = Scene::new(1);
    let instance = scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["python", "app.py"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    let id = scene.run(json!({}));
    scene.wait(30);
    let task = scene.task(&id);
    assert_eq!((task.status, task.desired_status), (TaskStatus::Running, DesiredStatus::Running));
    assert_eq!(scene.states(&id), ["PENDING", "ACTIVATING", "RUNNING"]);
    assert!(task.containers[0].image_digest.is_some());
    let who = puller(&scene.cloud, &AccountId::home(), &Region::home(), task).unwrap();
    let expect = format!("arn:aws:sts::{}:assumed-role/ecsInstanceRole/{instance}", AccountId::home());
    assert_eq!(who.arn().as_str(), expect);
    // Each request of the pull came from the instance, as its role.
    let asked: Vec<&str> = scene
        .cloud
        .trail()
        .requests()
        .filter(|(_, request)| request.caller.origin == Origin::Instance(instance.clone()))
        .map(|(_, request)| request.operation)
        .collect();
    assert_eq!(
        asked,
        [
            "RegisterContainerInstance",
            "GetAuthorizationToken",
            "BatchGetImage",
            "GetDownloadUrlForLayer",
            "GetDownloadUrlForLayer",
            "GetDownloadUrlForLayer",
        ]
    );
}

#[test]
fn an_instance_role_without_the_token_action_stops_the_task_with_the_ecr_error() {
    let mut scene = Scene::new(2);
    let instance = scene.instance();
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    let id = scene.run(json!({}));
    scene.wait(30);
    assert_eq!(
        reason(&scene, &id),
        format!(
            "CannotPullECRContainerError: AccessDeniedException: User: arn:aws:sts::{}:assumed-role/ecsInstanceRole/{instance} \
             is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows \
             the ecr:GetAuthorizationToken action",
            AccountId::home()
        )
    );
    let task = scene.task(&id);
    assert_eq!((task.status, task.stop_code), (TaskStatus::Stopped, Some(StopCode::TaskFailedToStart)));
    assert_eq!(task.containers[0].reason, task.stopped_reason);
    assert_eq!(task.containers[0].exit_code, None);
    let Some(StopCause::Pull(failure)) = &task.cause else { panic!("{:?}", task.cause) };
    assert_eq!(failure.kind, PullFailureKind::TokenDenied);
    let (number, decision) = failure.denial.as_ref().unwrap();
    assert_eq!(decision.action, "ecr:GetAuthorizationToken");
    assert_eq!(scene.cloud.trail().last_denial().unwrap().0.number, *number);
}

#[test]
fn an_instance_role_without_the_manifest_action_is_told_so_with_a_hint() {
    let mut scene = Scene::new(3);
    let instance = scene.instance();
    scene.policy("ecsInstanceRole", "token", TOKEN);
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    let id = scene.run(json!({}));
    scene.wait(30);
    let (account, region) = (AccountId::home(), Region::home());
    assert_eq!(
        reason(&scene, &id),
        format!(
            "CannotPullContainerError: The task can’t pull the image. Check that the role has the permissions to pull images \
             from the registry. Error response from daemon: pull access denied for \
             {account}.dkr.ecr.{region}.amazonaws.com/app, repository does not exist or may require 'docker login': denied: \
             User: arn:aws:sts::{account}:assumed-role/ecsInstanceRole/{instance} is not authorized to perform: \
             ecr:BatchGetImage on resource: arn:aws:ecr:{region}:{account}:repository/app because no identity-based policy \
             allows the ecr:BatchGetImage action"
        )
    );
    assert_eq!(kind(&scene, &id), PullFailureKind::ManifestDenied);
}

#[test]
fn an_instance_role_without_the_layer_action_fails_at_the_first_blob() {
    let mut scene = Scene::new(4);
    scene.instance();
    scene.policy("ecsInstanceRole", "most", &PULL.replace(r#","ecr:GetDownloadUrlForLayer""#, ""));
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    let id = scene.run(json!({}));
    scene.wait(30);
    assert_eq!(kind(&scene, &id), PullFailureKind::LayerDenied);
    assert!(reason(&scene, &id).contains("denied: User: arn:aws:sts::"), "{}", reason(&scene, &id));
}

#[test]
fn what_is_not_there_is_named_as_each_platform_names_it() {
    let mut scene = Scene::new(5);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    scene.policy("ecsTaskExecutionRole", "pull", PULL);
    let uri = scene.image("2.0");
    let repository = uri.strip_suffix(":2.0").unwrap().to_owned();
    let host = repository.strip_suffix("/app").unwrap().to_owned();

    scene.ec2_definition(&uri);
    let tag_on_ec2 = scene.run(json!({}));
    scene.ec2_definition(&format!("{host}/nope:1.0"));
    let repository_on_ec2 = scene.run(json!({}));
    scene.fargate_definition(&uri, &role);
    let tag_on_fargate = scene.run_fargate();
    scene.wait(30);
    assert_eq!(
        reason(&scene, &tag_on_ec2),
        format!(
            "CannotPullContainerError: Error response from daemon: manifest for {uri} not found: manifest unknown: \
             Requested image not found"
        )
    );
    assert_eq!(
        reason(&scene, &repository_on_ec2),
        format!(
            "CannotPullContainerError: Error response from daemon: repository {host}/nope not found: name unknown: The \
             repository with name 'nope' does not exist in the registry with id '{}'",
            AccountId::home()
        )
    );
    assert_eq!(
        reason(&scene, &tag_on_fargate),
        format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {uri}: {uri}: \
             not found"
        )
    );
    let kinds = [&tag_on_ec2, &repository_on_ec2, &tag_on_fargate].map(|id| kind(&scene, id));
    use PullFailureKind::{ImageNotFound, RepositoryNotFound};
    assert_eq!(kinds, [ImageNotFound, RepositoryNotFound, ImageNotFound]);
}

#[test]
fn fargate_pulls_as_the_execution_role_and_not_as_the_instance_role() {
    let mut scene = Scene::new(6);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.fargate_definition(&image, &role);

    let denied = scene.run_fargate();
    scene.wait(30);
    let said = reason(&scene, &denied);
    let account = AccountId::home();
    assert!(
        said.starts_with(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: \
             unable to retrieve ecr registry auth: service call has been retried 1 time(s): operation error ECR: \
             GetAuthorizationToken, https response error StatusCode: 400, RequestID: "
        ),
        "{said}"
    );
    assert!(
        said.ends_with(&format!(
            "api error AccessDeniedException: User: arn:aws:sts::{account}:assumed-role/ecsTaskExecutionRole/TASK is not \
             authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the \
             ecr:GetAuthorizationToken action"
        )),
        "{said}"
    );
    assert_eq!(scene.states(&denied), ["PROVISIONING", "PENDING", "DEPROVISIONING", "STOPPED"]);

    scene.policy("ecsTaskExecutionRole", "token", TOKEN);
    let forbidden = scene.run_fargate();
    scene.wait(30);
    assert_eq!(kind(&scene, &forbidden), PullFailureKind::ManifestDenied);
    assert!(reason(&scene, &forbidden).ends_with("failed with status code [manifests 1.0]: 403 Forbidden"));

    scene.policy("ecsTaskExecutionRole", "pull", PULL);
    let id = scene.run_fargate();
    scene.wait(30);
    assert_eq!(scene.task(&id).status, TaskStatus::Running);
    let stop = json!({"cluster": "prod", "task": id, "reason": "maintenance"});
    assert_eq!(scene.ecs("StopTask", stop)["task"]["desiredStatus"], "STOPPED");
    scene.wait(30);
    assert_eq!(
        scene.states(&id),
        ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"]
    );
    let task = scene.task(&id);
    assert_eq!(task.stop_code, Some(StopCode::UserInitiated));
    assert_eq!((reason(&scene, &id).as_str(), task.containers[0].exit_code), ("maintenance", Some(143)));
}

#[test]
fn fargate_in_a_public_subnet_without_a_public_address_does_not_reach_the_registry() {
    let mut scene = Scene::new(8);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    scene.policy("ecsTaskExecutionRole", "pull", PULL);
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.fargate_definition(&image, &role);
    let network = |subnet: &str| json!({PUBLIC: {"subnets": [subnet]}});
    let cut_off = scene.run(json!({"launchType": "FARGATE", "networkConfiguration": network(net::PUBLIC_SUBNET_A)}));
    let through_nat =
        scene.run(json!({"launchType": "FARGATE", "networkConfiguration": network(net::PRIVATE_SUBNET_A)}));
    scene.wait(60);
    assert_eq!(kind(&scene, &cut_off), PullFailureKind::NoRoute);
    assert!(
        reason(&scene, &cut_off).starts_with("ResourceInitializationError: unable to pull secrets or registry auth")
    );
    assert_eq!(scene.task(&through_nat).status, TaskStatus::Running);
}

#[test]
fn an_instance_does_not_download_a_layer_twice() {
    let mut scene = Scene::new(15);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    let downloads = |scene: &Scene| {
        let of_layer = |kind: &EventKind| matches!(kind, EventKind::Layer { upload: false, .. });
        scene.cloud.trail().events().iter().filter(|event| of_layer(&event.kind)).count()
    };
    scene.run(json!({}));
    scene.wait(30);
    let first = downloads(&scene);
    scene.run(json!({}));
    scene.wait(30);
    assert_eq!((first, downloads(&scene)), (3, 3));
    assert_eq!(scene.running(), 2);
}

#[test]
fn a_broken_pull_is_hidden_while_the_instance_has_the_image() {
    let mut scene = Scene::new(16);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    scene.run(json!({}));
    scene.wait(30);
    scene.ok(Service::Iam, "DeleteRolePolicy", json!({"RoleName": "ecsInstanceRole", "PolicyName": "pull"}));
    scene.run(json!({}));
    scene.wait(30);
    assert_eq!(scene.running(), 2);
}

#[test]
fn a_public_image_needs_no_role() {
    let mut scene = Scene::new(18);
    scene.instance();
    scene.ec2_definition("public.ecr.aws/docker/library/nginx:alpine");
    let nginx = scene.run(json!({}));
    scene.ec2_definition("ngimx");
    let typo = scene.run(json!({}));
    scene.wait(30);
    assert_eq!(scene.task(&nginx).status, TaskStatus::Running);
    assert_eq!(
        reason(&scene, &typo),
        "CannotPullContainerError: The task can’t pull the image. Check whether the image exists. Error response from \
         daemon: pull access denied for ngimx, repository does not exist or may require 'docker login': denied: requested \
         access to the resource is denied"
    );
}

#[test]
fn a_task_fills_a_pull_through_cache_when_its_puller_may() {
    let mut scene = Scene::new(31);
    scene.instance();
    let rule = json!({ "ecrRepositoryPrefix": "pub", "upstreamRegistryUrl": "public.ecr.aws" });
    scene.ok(Service::Ecr, "CreatePullThroughCacheRule", rule);
    let host = format!("{}.dkr.ecr.{}.amazonaws.com", AccountId::home(), Region::home());
    scene.ec2_definition(&format!("{host}/pub/docker/library/nginx:1.27"));
    scene.policy("ecsInstanceRole", "pull", PULL);
    let refused = scene.run(json!({}));
    scene.wait(30);
    assert!(reason(&scene, &refused).contains("does not exist in the registry"), "{}", reason(&scene, &refused));
    let import = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*",
        "Action":["ecr:CreateRepository","ecr:BatchImportUpstreamImage"]}]}"#;
    scene.policy("ecsInstanceRole", "import", import);
    let id = scene.run(json!({}));
    scene.wait(30);
    assert_eq!(scene.task(&id).status, TaskStatus::Running, "{:?}", scene.task(&id).stopped_reason);
    let repository = ecr_quest::cloud::ecr::repository(
        &scene.cloud,
        &AccountId::home(),
        &Region::home(),
        "pub/docker/library/nginx",
    );
    assert!(repository.unwrap().image_by_tag("1.27").is_some());
}
