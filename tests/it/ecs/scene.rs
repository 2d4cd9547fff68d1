//! A small cloud to try ECS in.

use ecr_quest::cloud::ecr::registry::{self, ImageParts, Registry};
use ecr_quest::cloud::ecs::{Cluster, InstanceSpec, PullFailureKind, StopCause, Task, launch_instance};
use ecr_quest::cloud::net::PullBehavior;
use ecr_quest::cloud::oci::{ContainerConfig, Descriptor, ImageConfig, Manifest, RootFs, media_type};
use ecr_quest::cloud::{
    AccountId, Blob, Caller, Cloud, Duration, EventKind, Origin, Principal, Region, Service, iam, net,
};
use serde_json::{Value, json};

pub const ECS_AGENT: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecs:*","Resource":"*"}]}"#;
pub const PULL: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},
    {"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"*"}]}"#;
pub const TOKEN: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}]}"#;
pub const PUBLIC: &str = "awsvpcConfiguration";

/// A cloud with an administrator, a repository `app` and a cluster `prod`.
pub struct Scene {
    pub cloud: Cloud,
    pub admin: Caller,
}

impl Scene {
    pub fn new(seed: u64) -> Self {
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

    pub fn call(&mut self, service: Service, operation: &str, input: Value) -> Result<Value, String> {
        let caller = self.admin.clone();
        let answer = self.cloud.call_wire(&caller, service, operation, input);
        answer.unwrap().map_err(|error| format!("{}: {}", error.code, error.message))
    }

    #[track_caller]
    pub fn ok(&mut self, service: Service, operation: &str, input: Value) -> Value {
        self.call(service, operation, input).unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    #[track_caller]
    pub fn ecs(&mut self, operation: &str, input: Value) -> Value {
        self.ok(Service::Ecs, operation, input)
    }

    #[track_caller]
    pub fn refused(&mut self, operation: &str, input: Value, expect: &str) {
        assert_eq!(self.call(Service::Ecs, operation, input).unwrap_err(), expect);
    }

    /// A role that `service` may assume.
    #[track_caller]
    pub fn role(&mut self, name: &str, service: &str) -> String {
        let trust = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]});
        let input = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
        let made = self.ok(Service::Iam, "CreateRole", input);
        made["Role"]["Arn"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn policy(&mut self, role: &str, name: &str, document: &str) {
        let input = json!({"RoleName": role, "PolicyName": name, "PolicyDocument": document});
        self.ok(Service::Iam, "PutRolePolicy", input);
    }

    /// An EC2 instance in `prod` with a role that may do all an agent does, but pull.
    pub fn instance(&mut self) -> String {
        self.instance_with(PullBehavior::Default)
    }

    /// The same, with an agent that is set to pull like this.
    pub fn instance_with(&mut self, pull_behavior: PullBehavior) -> String {
        self.role("ecsInstanceRole", "ec2.amazonaws.com");
        self.policy("ecsInstanceRole", "agent", ECS_AGENT);
        self.ok(Service::Iam, "CreateInstanceProfile", json!({"InstanceProfileName": "ecsInstanceRole"}));
        let input = json!({"InstanceProfileName": "ecsInstanceRole", "RoleName": "ecsInstanceRole"});
        self.ok(Service::Iam, "AddRoleToInstanceProfile", input);
        let spec = InstanceSpec {
            cluster: "prod".to_owned(),
            instance_profile: Some("ecsInstanceRole".to_owned()),
            pull_behavior,
            ..InstanceSpec::default()
        };
        launch_instance(&mut self.cloud, &AccountId::home(), &Region::home(), &spec).unwrap()
    }

    /// Pushes an image that runs `cmd`.
    pub fn push(&mut self, tag: &str, architecture: &str, cmd: &[&str]) {
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

    pub fn image(&self, tag: &str) -> String {
        format!("{}.dkr.ecr.{}.amazonaws.com/app:{tag}", AccountId::home(), Region::home())
    }

    pub fn ec2_definition(&mut self, image: &str) {
        let container = json!({"name": "web", "image": image, "memory": 128});
        self.ecs("RegisterTaskDefinition", json!({"family": "web", "containerDefinitions": [container]}));
    }

    pub fn fargate_definition(&mut self, image: &str, execution_role: &str) {
        let input = json!({
            "family": "web", "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256",
            "memory": "512", "executionRoleArn": execution_role,
            "containerDefinitions": [{"name": "web", "image": image}],
        });
        self.ecs("RegisterTaskDefinition", input);
    }

    /// Runs one task and gives its id.
    #[track_caller]
    pub fn run(&mut self, mut input: Value) -> String {
        input["cluster"] = json!("prod");
        input["taskDefinition"] = json!("web");
        let output = self.ecs("RunTask", input);
        let arn = output["tasks"][0]["taskArn"].as_str().unwrap_or_else(|| panic!("{output}"));
        arn.rsplit('/').next().unwrap().to_owned()
    }

    #[track_caller]
    pub fn run_fargate(&mut self) -> String {
        self.run(json!({"launchType": "FARGATE", "networkConfiguration": public_network()}))
    }

    pub fn service(&mut self, desired: u32) {
        let input = json!({"cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": desired});
        self.ecs("CreateService", input);
    }

    pub fn wait(&mut self, seconds: i64) {
        self.cloud.advance(Duration::seconds(seconds));
    }

    pub fn cluster(&self) -> &Cluster {
        let region = self.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap();
        region.ecs.cluster("prod").unwrap()
    }

    #[track_caller]
    pub fn task(&self, id: &str) -> &Task {
        self.cluster().task(id).unwrap()
    }

    pub fn running(&self) -> usize {
        self.cluster().running_count()
    }

    /// What the trail says of a task's states.
    pub fn states(&self, id: &str) -> Vec<String> {
        let of_task = |kind: &EventKind| match kind {
            EventKind::Task { task, status, .. } if task.as_str().ends_with(id) => Some(status.clone()),
            _ => None,
        };
        self.cloud.trail().events().iter().filter_map(|event| of_task(&event.kind)).collect()
    }

    /// What the service said, oldest first.
    pub fn said(&self) -> Vec<String> {
        let service = self.cluster().service("web").unwrap();
        service.events.iter().rev().map(|event| event.message.clone()).collect()
    }
}

pub fn public_network() -> Value {
    json!({PUBLIC: {"subnets": [net::PUBLIC_SUBNET_A], "assignPublicIp": "ENABLED"}})
}

/// The stopped reason of a task, with ids taken out of it.
#[track_caller]
pub fn reason(scene: &Scene, id: &str) -> String {
    let task = scene.task(id);
    let reason = task.stopped_reason.clone().unwrap_or_else(|| panic!("{id} did not stop: {:?}", task.status));
    reason.replace(id, "TASK")
}

#[track_caller]
pub fn kind(scene: &Scene, id: &str) -> PullFailureKind {
    match &scene.task(id).cause {
        Some(StopCause::Pull(failure)) => failure.kind,
        other => panic!("{other:?}"),
    }
}
