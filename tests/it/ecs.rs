//! ECS: tasks that pull through the door, and services that keep their count.

use ecr_quest::cloud::ecr::registry::{self, ImageParts, Registry};
use ecr_quest::cloud::ecs::{
    Cluster, DesiredStatus, InstanceSpec, PullFailureKind, RolloutState, ServiceStatus, StopCause, StopCode, Task,
    TaskStatus, launch_instance, puller,
};
use ecr_quest::cloud::oci::{ContainerConfig, Descriptor, ImageConfig, Manifest, RootFs, media_type};
use ecr_quest::cloud::{
    AccountId, Blob, Caller, Cloud, Duration, EventKind, Origin, Principal, Region, Service, iam, net,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const ECS_AGENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"}]}"#;
const PULL: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},
    {"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"*"}]}"#;
const TOKEN: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}]}"#;
const PUBLIC: &str = "awsvpcConfiguration";

/// A cloud with an administrator, a repository `app` and a cluster `prod`.
struct Scene {
    cloud: Cloud,
    admin: Caller,
}

impl Scene {
    fn new(seed: u64) -> Self {
        let mut cloud = Cloud::new(seed);
        let account = AccountId::home();
        let _key = iam::create_administrator(&mut cloud, &account, "dev");
        let principal = Principal::User { account, name: "dev".to_owned() };
        let admin = Caller { principal, region: Region::home(), origin: Origin::Laptop };
        let mut scene = Self { cloud, admin };
        scene.ok(Service::Ecr, "CreateRepository", json!({"repositoryName": "app"}));
        scene.ok(Service::Ecs, "CreateCluster", json!({"clusterName": "prod"}));
        scene
    }

    fn call(&mut self, service: Service, operation: &str, input: Value) -> Result<Value, String> {
        let caller = self.admin.clone();
        let answer = self.cloud.call_wire(&caller, service, operation, input);
        answer.unwrap().map_err(|error| format!("{}: {}", error.code, error.message))
    }

    #[track_caller]
    fn ok(&mut self, service: Service, operation: &str, input: Value) -> Value {
        self.call(service, operation, input).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    #[track_caller]
    fn ecs(&mut self, operation: &str, input: Value) -> Value {
        self.ok(Service::Ecs, operation, input)
    }

    #[track_caller]
    fn refused(&mut self, operation: &str, input: Value, expect: &str) {
        assert_eq!(self.call(Service::Ecs, operation, input).unwrap_err(), expect);
    }

    /// A role that `service` may assume.
    #[track_caller]
    fn role(&mut self, name: &str, service: &str) -> String {
        let trust = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]});
        let input = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
        let made = self.ok(Service::Iam, "CreateRole", input);
        made["Role"]["Arn"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    fn policy(&mut self, role: &str, name: &str, document: &str) {
        let input = json!({"RoleName": role, "PolicyName": name, "PolicyDocument": document});
        self.ok(Service::Iam, "PutRolePolicy", input);
    }

    /// An EC2 instance in `prod` with a role that may do all an agent does, but pull.
    fn instance(&mut self) -> String {
        self.role("ecsInstanceRole", "ec2.amazonaws.com");
        self.policy("ecsInstanceRole", "agent", ECS_AGENT);
        self.ok(Service::Iam, "CreateInstanceProfile", json!({"InstanceProfileName": "ecsInstanceRole"}));
        let input = json!({"InstanceProfileName": "ecsInstanceRole", "RoleName": "ecsInstanceRole"});
        self.ok(Service::Iam, "AddRoleToInstanceProfile", input);
        let spec = InstanceSpec {
            cluster: "prod".to_owned(),
            instance_profile: Some("ecsInstanceRole".to_owned()),
            ..InstanceSpec::default()
        };
        launch_instance(&mut self.cloud, &AccountId::home(), &Region::home(), &spec).unwrap()
    }

    /// Pushes an image that runs `cmd`.
    fn push(&mut self, tag: &str, architecture: &str, cmd: &[&str]) {
        let layers: Vec<_> = ["base", "app"]
            .map(|name| Blob::from(format!("{name} {}", cmd.join(" ")).into_bytes()))
            .map(|blob| (blob.digest(), blob))
            .into();
        let config = ImageConfig {
            created: None,
            author: None,
            architecture: architecture.to_owned(),
            os: "linux".to_owned(),
            config: ContainerConfig {
                cmd: Some(cmd.iter().map(|word| (*word).to_owned()).collect()),
                ..ContainerConfig::default()
            },
            rootfs: RootFs::of(layers.iter().map(|(digest, _)| digest.clone()).collect()),
            history: Vec::new(),
        };
        let config = config.to_blob();
        let described = layers.iter().map(|(_, blob)| Descriptor::of(media_type::OCI_LAYER, blob)).collect();
        let config_descriptor = Descriptor::of(media_type::OCI_CONFIG, &config);
        let manifest = Manifest::new(media_type::OCI_MANIFEST, config_descriptor, described).to_blob();
        let image = ImageParts {
            manifest,
            media_type: media_type::OCI_MANIFEST.to_owned(),
            config: (config.digest(), config),
            layers,
        };
        let registry = Registry { account: AccountId::home(), region: Region::home() };
        let caller = self.admin.clone();
        registry::push(&mut self.cloud, &caller, &registry, "app", &image, Some(tag)).unwrap();
    }

    fn image(&self, tag: &str) -> String {
        format!("{}.dkr.ecr.{}.amazonaws.com/app:{tag}", AccountId::home(), Region::home())
    }

    fn ec2_definition(&mut self, image: &str) {
        let container = json!({"name": "web", "image": image, "memory": 128});
        self.ecs("RegisterTaskDefinition", json!({"family": "web", "containerDefinitions": [container]}));
    }

    fn fargate_definition(&mut self, image: &str, execution_role: &str) {
        let input = json!({
            "family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256",
            "memory": "512", "executionRoleArn": execution_role,
            "containerDefinitions": [{"name": "web", "image": image}],
        });
        self.ecs("RegisterTaskDefinition", input);
    }

    /// Runs one task and gives its id.
    #[track_caller]
    fn run(&mut self, mut input: Value) -> String {
        input["cluster"] = json!("prod");
        input["taskDefinition"] = json!("web");
        let output = self.ecs("RunTask", input);
        let arn = output["tasks"][0]["taskArn"].as_str().unwrap_or_else(|| panic!("{output}"));
        arn.rsplit('/').next().unwrap().to_owned()
    }

    #[track_caller]
    fn run_fargate(&mut self) -> String {
        self.run(json!({"launchType": "FARGATE", "networkConfiguration": public_network()}))
    }

    fn service(&mut self, desired: u32) {
        let input = json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": desired});
        self.ecs("CreateService", input);
    }

    fn wait(&mut self, seconds: i64) {
        self.cloud.advance(Duration::seconds(seconds));
    }

    fn cluster(&self) -> &Cluster {
        let region = self.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap();
        region.ecs.cluster("prod").unwrap()
    }

    #[track_caller]
    fn task(&self, id: &str) -> &Task {
        self.cluster().task(id).unwrap()
    }

    fn running(&self) -> usize {
        self.cluster().running_count()
    }

    /// What the trail says of a task's states.
    fn states(&self, id: &str) -> Vec<String> {
        let of_task = |kind: &EventKind| match kind {
            EventKind::Task { task, status, .. } if task.as_str().ends_with(id) => Some(status.clone()),
            _ => None,
        };
        self.cloud.trail().events().iter().filter_map(|event| of_task(&event.kind)).collect()
    }

    /// What the service said, oldest first.
    fn said(&self) -> Vec<String> {
        let service = self.cluster().service("web").unwrap();
        service.events.iter().rev().map(|event| event.message.clone()).collect()
    }
}

fn public_network() -> Value {
    json!({PUBLIC: {"subnets": [net::PUBLIC_SUBNET_A], "assignPublicIp": "ENABLED"}})
}

/// The stopped reason of a task, with ids taken out of it.
#[track_caller]
fn reason(scene: &Scene, id: &str) -> String {
    let task = scene.task(id);
    let reason = task.stopped_reason.clone().unwrap_or_else(|| panic!("{id} did not stop: {:?}", task.status));
    reason.replace(id, "TASK")
}

#[track_caller]
fn kind(scene: &Scene, id: &str) -> PullFailureKind {
    match &scene.task(id).cause {
        Some(StopCause::Pull(failure)) => failure.kind,
        other => panic!("{other:?}"),
    }
}

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
fn fargate_needs_an_execution_role_for_an_ecr_image_and_tasks_must_be_able_to_assume_it() {
    let mut scene = Scene::new(7);
    let image = scene.image("1.0");
    let mut input = json!({
        "family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "containerDefinitions": [{"name": "web", "image": image}],
    });
    let no_role = "ClientException: Fargate requires task definition to have execution role ARN to support ECR images.";
    scene.refused("RegisterTaskDefinition", input.clone(), no_role);
    let wrong = scene.role("forInstances", "ec2.amazonaws.com");
    input["executionRoleArn"] = json!(wrong);
    scene.ecs("RegisterTaskDefinition", input);
    let run = json!({"cluster": "prod", "taskDefinition": "web", "launchType": "FARGATE",
        "networkConfiguration": public_network()});
    let expect = format!(
        "ClientException: ECS was unable to assume the role '{wrong}' that was provided for this task. Please verify that \
         the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to \
         pass this role."
    );
    scene.refused("RunTask", run, &expect);
    assert_eq!(scene.cluster().tasks().count(), 0);
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
    let configuration = json!({"minimumHealthyPercent": 100, "maximumPercent": 100});
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
fn whoever_hands_a_role_to_ecs_must_be_allowed_to_pass_it() {
    let mut scene = Scene::new(22);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    scene.ok(Service::Iam, "CreateUser", json!({"UserName": "intern"}));
    let input = json!({"UserName": "intern", "PolicyName": "ecs", "PolicyDocument": ECS_AGENT});
    scene.ok(Service::Iam, "PutUserPolicy", input);
    let account = AccountId::home();
    scene.admin.principal = Principal::User { account: account.clone(), name: "intern".to_owned() };
    let input = json!({"family": "web", "executionRoleArn": role, "containerDefinitions": [
        {"name": "web", "image": "nginx", "memory": 128}]});
    let expect = format!(
        "AccessDeniedException: User: arn:aws:iam::{account}:user/intern is not authorized to perform: iam:PassRole on \
         resource: {role} because no identity-based policy allows the iam:PassRole action"
    );
    scene.refused("RegisterTaskDefinition", input, &expect);
}

#[test]
fn a_task_definition_must_hold_to_the_rules() {
    let mut scene = Scene::new(23);
    let container = |extra: Value| {
        let mut container = json!({"name": "web", "image": "nginx", "memory": 128});
        container.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({"family": "web", "containerDefinitions": [container]})
    };
    let fargate = |extra: Value| {
        let mut input = json!({"family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
            "cpu": "256", "memory": "512", "containerDefinitions": [{"name": "web", "image": "nginx"}]});
        input.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        input
    };
    for (input, expect) in [
        (json!({"family": "web", "containerDefinitions": []}), "Container list cannot be empty."),
        (container(json!({"name": ""})), "Container.name should not be null or empty."),
        (container(json!({"image": ""})), "Container.image should not be null or empty."),
        (
            container(json!({"memory": null})),
            "Invalid setting for container 'web'. At least one of 'memory' or 'memoryReservation' must be specified.",
        ),
        (
            container(json!({"secrets": [{"name": "A", "valueFrom": "b"}]})),
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
        ),
        (fargate(json!({"networkMode": "bridge"})), "Fargate only supports network mode ‘awsvpc’."),
        (fargate(json!({"cpu": null})), "Fargate requires that 'cpu' be defined at the task level."),
        (fargate(json!({"memory": null})), "Fargate requires that 'memory' be defined at the task level."),
        (
            fargate(json!({"cpu": "4096", "memory": "4096"})),
            "No Fargate configuration exists for given values: 4096 CPU, 4096 memory",
        ),
        (fargate(json!({"executionRoleArn": "arn:aws:iam::1:role/x"})), "Role is not valid"),
    ] {
        scene.refused("RegisterTaskDefinition", input, &format!("ClientException: {expect}"));
    }
    let first = scene.ecs("RegisterTaskDefinition", fargate(json!({"cpu": ".25 vCPU", "memory": "1 GB"})));
    assert_eq!(first["taskDefinition"]["compatibilities"], json!(["EC2", "FARGATE"]));
    assert_eq!((&first["taskDefinition"]["cpu"], &first["taskDefinition"]["memory"]), (&json!("256"), &json!("1024")));
    let second = scene.ecs("RegisterTaskDefinition", container(json!({})));
    assert_eq!(second["taskDefinition"]["revision"], 2);
    scene.refused(
        "DeregisterTaskDefinition",
        json!({"taskDefinition": "web"}),
        "ClientException: Revision is missing.",
    );
    scene.ecs("DeregisterTaskDefinition", json!({"taskDefinition": "web:2"}));
    let latest = scene.ecs("DescribeTaskDefinition", json!({"taskDefinition": "web"}));
    assert_eq!(latest["taskDefinition"]["revision"], 1);
    let third = scene.ecs("RegisterTaskDefinition", container(json!({})));
    assert_eq!(third["taskDefinition"]["revision"], 3, "a revision is never used again");
}

#[test]
fn wrong_requests_get_the_words_of_aws() {
    let mut scene = Scene::new(24);
    scene.fargate_definition("nginx", "ecsTaskExecutionRole");
    let run = |cluster: &str, network: Value| json!({"cluster": cluster, "taskDefinition": "web", "launchType": "FARGATE", "networkConfiguration": network});
    scene.refused("RunTask", run("nosuch", json!(null)), "ClusterNotFoundException: Cluster not found.");
    scene.refused(
        "RunTask",
        run("prod", json!(null)),
        "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
    scene.refused(
        "RunTask",
        run("prod", json!({PUBLIC: {"subnets": ["subnet-1"]}})),
        "InvalidParameterException: Error retrieving subnet information for [subnet-1]: The subnet ID 'subnet-1' does not \
         exist (ErrorCode: InvalidSubnetID.NotFound)",
    );
    scene.refused(
        "UpdateService",
        json!({"cluster": "prod", "service": "nosuch"}),
        "ServiceNotFoundException: Service not found.",
    );
    scene.refused(
        "DescribeTaskDefinition",
        json!({"taskDefinition": "nosuch"}),
        "ClientException: Unable to describe task definition.",
    );
    scene.refused(
        "StopTask",
        json!({"cluster": "prod", "task": "nosuch"}),
        "InvalidParameterException: The referenced task was not found.",
    );
    let described = scene.ecs("DescribeClusters", json!({"clusters": ["nosuch"]}));
    let arn = format!("arn:aws:ecs:{}:{}:cluster/nosuch", Region::home(), AccountId::home());
    assert_eq!(described, json!({"clusters": [], "failures": [{"arn": arn, "reason": "MISSING"}]}));
    scene.instance();
    let full = "ClusterContainsContainerInstancesException: The Cluster cannot be deleted while Container Instances are \
                active or draining.";
    scene.refused("DeleteCluster", json!({"cluster": "prod"}), full);
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

#[test]
fn a_leap_of_a_month_over_a_failing_service_is_affordable() {
    let mut scene = Scene::new(26);
    scene.instance();
    let image = scene.image("nope");
    scene.ec2_definition(&image);
    scene.service(1);
    scene.cloud.advance(Duration::days(30));
    let attempts = scene.cluster().service("web").unwrap().deployments[0].failed_tasks;
    assert!((1500..2000).contains(&attempts), "{attempts}");
    assert!(scene.cluster().tasks().count() < 10);
}

/// One thing that can be done to a small cluster.
#[derive(Clone, Debug)]
enum Act {
    Run,
    Stop(usize),
    Scale(u32),
    Deploy(&'static str),
    Allow(bool),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Run),
        (0..8usize).prop_map(Act::Stop),
        (0..4u32).prop_map(Act::Scale),
        prop_oneof![Just("1.0"), Just("ends"), Just("nope")].prop_map(Act::Deploy),
        any::<bool>().prop_map(Act::Allow),
        (100..40_000i64).prop_map(Act::Wait),
    ]
}

fn play(acts: &[Act], seed: u64) -> Scene {
    let mut scene = Scene::new(seed);
    scene.instance();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["app"]);
    scene.push("ends", "amd64", &["sleep", "5"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    scene.service(2);
    for act in acts {
        match act {
            Act::Run => drop(scene.ecs("RunTask", json!({"cluster": "prod", "taskDefinition": "web"}))),
            Act::Stop(index) => {
                let id = scene.cluster().tasks_by_age().get(*index).map(|task| task.id.clone());
                if let Some(id) = id {
                    scene.ecs("StopTask", json!({"cluster": "prod", "task": id}));
                }
            }
            Act::Scale(count) => {
                scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "desiredCount": count}));
            }
            Act::Deploy(tag) => {
                let image = scene.image(tag);
                scene.ec2_definition(&image);
                scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
            }
            Act::Allow(true) => scene.policy("ecsInstanceRole", "pull", PULL),
            Act::Allow(false) => scene.policy("ecsInstanceRole", "pull", TOKEN),
            Act::Wait(millis) => scene.cloud.advance(Duration::millis(*millis)),
        }
    }
    scene
}

fn history(scene: &Scene) -> String {
    scene.cloud.trail().events().iter().map(|event| format!("{event:?}\n")).collect()
}

/// The order of a task's states.
const ORDER: [&str; 8] =
    ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING", "DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_happens_tasks_only_go_forward_and_the_service_comes_to_rest(acts in prop::collection::vec(act(), 1..14)) {
        let mut scene = play(&acts, 1);
        // Mended, it comes to rest at its count.
        let image = scene.image("1.0");
        scene.ec2_definition(&image);
        scene.policy("ecsInstanceRole", "pull", PULL);
        scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
        scene.wait(60 * 60);
        let service = scene.cluster().service("web").unwrap();
        let running = scene.cluster().tasks_of("web").filter(|task| task.status == TaskStatus::Running).count();
        prop_assert_eq!(running, service.desired_count as usize, "{:#?}", scene.said());
        prop_assert_eq!(service.deployments.len(), 1);

        let mut tasks: std::collections::BTreeMap<String, Vec<usize>> = Default::default();
        for event in scene.cloud.trail().events() {
            if let EventKind::Task { task, status, .. } = &event.kind {
                let place = ORDER.iter().position(|known| known == status).unwrap();
                tasks.entry(task.to_string()).or_default().push(place);
            }
        }
        for (task, states) in tasks {
            prop_assert!(states.is_sorted_by(|a, b| a < b), "{} went {:?}", task, states);
        }
    }

    #[test]
    fn the_same_seed_and_the_same_acts_give_the_same_history(acts in prop::collection::vec(act(), 1..10)) {
        prop_assert_eq!(history(&play(&acts, 5)), history(&play(&acts, 5)));
    }

    #[test]
    fn one_leap_and_many_steps_end_alike(steps in prop::collection::vec(1..20_000i64, 1..20)) {
        let total = steps.iter().sum();
        let mut leap = play(&[Act::Deploy("ends"), Act::Run], 7);
        let mut walk = play(&[Act::Deploy("ends"), Act::Run], 7);
        leap.cloud.advance(Duration::millis(total));
        for step in steps {
            walk.cloud.advance(Duration::millis(step));
        }
        prop_assert_eq!(history(&leap), history(&walk));
    }
}
