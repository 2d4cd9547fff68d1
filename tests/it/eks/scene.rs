//! A small cluster to try Kubernetes in, made with the lines that a person would type.

use std::sync::OnceLock;

use ecr_quest::cloud::eks::{Cluster, Pod};
use ecr_quest::cloud::{AccountId, Duration, Region};
use ecr_quest::shell::{self, Output};
use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;

pub const HOST: &str = "111122223333.dkr.ecr.ap-northeast-2.amazonaws.com";
pub const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"SERVICE"},"Action":"sts:AssumeRole"}]}"#;

/// A terminal on a world.
#[derive(Clone)]
pub struct Scene {
    pub world: World,
}

impl Scene {
    /// A world with roles and an image `app:1.0`, and no cluster yet.
    pub fn bare() -> Self {
        static BARE: OnceLock<World> = OnceLock::new();
        let world = BARE.get_or_init(|| {
            let mut scene = Self { world: World::new(7) };
            for (role, service) in [
                ("cluster", "eks.amazonaws.com"),
                ("node", "ec2.amazonaws.com"),
                ("pods", "eks-fargate-pods.amazonaws.com"),
            ] {
                scene.role(role, service);
            }
            scene.attach("cluster", "AmazonEKSClusterPolicy");
            for policy in ["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy", "AmazonEC2ContainerRegistryPullOnly"] {
                scene.attach("node", policy);
            }
            scene.attach("pods", "AmazonEKSFargatePodExecutionRolePolicy");
            scene.ok("aws ecr create-repository --repository-name app");
            scene.login();
            scene.ok(&format!("docker build -q -t {HOST}/app:1.0 web && docker push -q {HOST}/app:1.0"));
            scene.world
        });
        Self { world: world.clone() }
    }

    /// The same with a cluster `prod` that `kubectl` knows, and two nodes.
    pub fn new() -> Self {
        static READY: OnceLock<World> = OnceLock::new();
        let world = READY.get_or_init(|| {
            let mut scene = Self::bare();
            scene.cluster("--access-config authenticationMode=API");
            scene.nodegroup("");
            scene.ok("aws eks wait nodegroup-active --cluster-name prod --nodegroup-name main");
            scene.world
        });
        Self { world: world.clone() }
    }

    pub fn cluster(&mut self, more: &str) {
        self.ok(&format!(
            "aws eks create-cluster --name prod --role-arn arn:aws:iam::111122223333:role/cluster \
             --resources-vpc-config subnetIds=subnet-0a1b2c3d4e5f60a01,subnet-0a1b2c3d4e5f60c01 {more}"
        ));
        self.ok("aws eks wait cluster-active --name prod");
        self.ok("aws eks update-kubeconfig --name prod");
    }

    pub fn nodegroup(&mut self, more: &str) {
        self.ok(&format!(
            "aws eks create-nodegroup --cluster-name prod --nodegroup-name main --node-role \
             arn:aws:iam::111122223333:role/node --subnets subnet-0a1b2c3d4e5f60a01 subnet-0a1b2c3d4e5f60c01 {more}"
        ));
    }

    pub fn role(&mut self, name: &str, service: &str) {
        let trust = TRUST.replace("SERVICE", service);
        self.ok(&format!("aws iam create-role --role-name {name} --assume-role-policy-document '{trust}'"));
    }

    pub fn attach(&mut self, role: &str, policy: &str) {
        self.ok(&format!(
            "aws iam attach-role-policy --role-name {role} --policy-arn arn:aws:iam::aws:policy/{policy}"
        ));
    }

    pub fn detach(&mut self, role: &str, policy: &str) {
        self.ok(&format!(
            "aws iam detach-role-policy --role-name {role} --policy-arn arn:aws:iam::aws:policy/{policy}"
        ));
    }

    pub fn login(&mut self) {
        self.ok(&format!("aws ecr get-login-password | docker login --username AWS --password-stdin {HOST}"));
    }

    pub fn run(&mut self, line: &str) -> Output {
        shell::run(&mut self.world, &Words::new(Lang::En), line)
    }

    #[track_caller]
    pub fn ok(&mut self, line: &str) -> String {
        let output = self.run(line);
        assert_eq!(output.code, 0, "`{line}` failed: {}", output.text());
        output.text()
    }

    /// A line that must fail, and what it says.
    #[track_caller]
    pub fn fails(&mut self, line: &str) -> String {
        let output = self.run(line);
        assert_ne!(output.code, 0, "`{line}` did not fail: {}", output.text());
        output.stderr()
    }

    pub fn wait(&mut self, seconds: i64) {
        self.world.cloud.advance(Duration::seconds(seconds));
    }

    pub fn prod(&self) -> &Cluster {
        let region = self.world.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap();
        region.eks.cluster("prod").unwrap()
    }

    /// The pods of the namespace `default`, by name.
    pub fn pods(&self) -> Vec<&Pod> {
        self.prod().kube.pods().filter(|pod| pod.metadata.namespace == "default").collect()
    }

    /// How the pods are, as `kubectl get pods` says.
    pub fn reasons(&self) -> Vec<String> {
        self.pods().into_iter().map(Pod::reason).collect()
    }
}
