//! Costs: what a month would cost, and what a lifecycle policy saves.

use ecr_quest::cloud::costs::{self, Item};
use ecr_quest::cloud::{AccountId, Region, Service};
use ecr_quest::text::{Lang, Words};
use serde_json::json;

use crate::ecs::scene::{PUBLIC, Scene};
use crate::support::Terminal;

const GIGABYTE: f64 = 1_073_741_824.0;

fn cost(scene: &Scene, item: Item) -> f64 {
    let estimate = costs::estimate(&scene.cloud, &AccountId::home(), &Region::home());
    estimate.lines.iter().filter(|line| line.item == item).map(costs::Line::cost).sum()
}

/// What `app` stores, each blob once, by what the registry itself says.
fn stored(scene: &Scene) -> f64 {
    let account = scene.cloud.account(&AccountId::home()).unwrap();
    let regional = account.region(&Region::home()).unwrap();
    let manifests: usize =
        regional.ecr.repository("app").unwrap().images.values().map(|image| image.manifest().len()).sum();
    (regional.layers.bytes() + manifests as u64) as f64
}

#[test]
fn storage_costs_what_is_stored_once_for_each_layer() {
    let mut scene = Scene::new(80);
    assert_eq!(cost(&scene, Item::StorageStandard), 0.0);
    scene.push("1.0", "amd64", &["app"]);
    scene.push("2.0", "amd64", &["app", "--two"]);
    scene.push("again", "amd64", &["app"]);
    let expect = stored(&scene) / GIGABYTE * 0.10;
    assert!(expect > 0.0 && (cost(&scene, Item::StorageStandard) - expect).abs() < 1e-15);
}

#[test]
fn the_saving_of_a_policy_is_what_it_saves_when_it_runs() {
    let mut scene = Scene::new(81);
    for number in 0..5 {
        scene.push(&format!("v{number}"), "amd64", &["app", &number.to_string()]);
        scene.wait(60);
    }
    let rule = json!({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 2}, "action": {"type": "expire"}}]});
    scene.ok(
        Service::Ecr,
        "PutLifecyclePolicy",
        json!({"repositoryName": "app", "lifecyclePolicyText": rule.to_string()}),
    );
    let before = cost(&scene, Item::StorageStandard);
    let repository = |scene: &Scene| {
        scene
            .cloud
            .account(&AccountId::home())
            .unwrap()
            .region(&Region::home())
            .unwrap()
            .ecr
            .repository("app")
            .unwrap()
            .clone()
    };
    let saving = costs::saving(&repository(&scene), &Region::home(), scene.cloud.now()).unwrap();
    assert_eq!((saving.expired, saving.archived), (3, 0));
    assert!((saving.cost_before - before).abs() < 1e-15 && saving.saved() > 0.0);
    scene.wait(3 * 86_400);
    let after = cost(&scene, Item::StorageStandard);
    assert!((before - after - saving.saved()).abs() < 1e-15, "{before} {after} {saving:?}");
}

#[test]
fn the_archive_saves_nothing_below_its_first_tier() {
    let mut scene = Scene::new(82);
    scene.push("1.0", "amd64", &["app"]);
    let rule = json!({"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 1}, "action": {"type": "transition", "targetStorageClass": "archive"}}]});
    scene.ok(
        Service::Ecr,
        "PutLifecyclePolicy",
        json!({"repositoryName": "app", "lifecyclePolicyText": rule.to_string()}),
    );
    let standard = cost(&scene, Item::StorageStandard);
    scene.wait(4 * 86_400);
    assert_eq!(cost(&scene, Item::StorageStandard), 0.0);
    assert!((cost(&scene, Item::StorageArchive) - standard).abs() < 1e-15);
    // What the archive costs here is an estimate.
    let lines = costs::estimate(&scene.cloud, &AccountId::home(), &Region::home()).lines;
    let unsure: Vec<Item> = lines.iter().filter(|line| !line.price.confirmed).map(|line| line.item).collect();
    assert_eq!(unsure, [Item::StorageArchive]);
}

#[test]
fn the_network_and_fargate_cost_by_the_hour() {
    let mut scene = Scene::new(83);
    // The gateway that every region starts with, and its address.
    assert!((cost(&scene, Item::NatHours) - 730.0 * (0.059 + 0.005)).abs() < 1e-9);
    let create = json!({"VpcId": ecr_quest::cloud::net::VPC_ID, "ServiceName": "com.amazonaws.ap-northeast-2.ecr.api", "VpcEndpointType": "Interface",
        "SubnetIds": [ecr_quest::cloud::net::PRIVATE_SUBNET_A]});
    scene.ok(Service::Ec2, "CreateVpcEndpoint", create);
    assert!((cost(&scene, Item::EndpointHours) - 730.0 * 0.013).abs() < 1e-9);
    let role = scene.role("ecsTaskExecutionRole", "ecs-tasks.amazonaws.com");
    scene.policy("ecsTaskExecutionRole", "pull", crate::ecs::scene::PULL);
    scene.push("1.0", "amd64", &["app"]);
    let image = scene.image("1.0");
    scene.fargate_definition(&image, &role);
    assert_eq!(cost(&scene, Item::FargateCpu), 0.0);
    let subnets = json!([ecr_quest::cloud::net::PRIVATE_SUBNET_A]);
    scene.run(json!({"launchType": "FARGATE", "networkConfiguration": {PUBLIC: {"subnets": subnets}}}));
    scene.wait(120);
    assert!((cost(&scene, Item::FargateCpu) - 0.25 * 730.0 * 0.04656).abs() < 1e-9);
    assert!((cost(&scene, Item::FargateMemory) - 0.5 * 730.0 * 0.00511).abs() < 1e-9);
    // The layers came through the NAT gateway: S3 has no endpoint here.
    assert!(cost(&scene, Item::NatData) > 0.0);
}

#[test]
fn instances_clusters_and_public_addresses_cost_by_the_hour() {
    let mut terminal = Terminal::new();
    let item = |terminal: &Terminal, item: Item| -> f64 {
        let estimate = costs::estimate(&terminal.world.cloud, &AccountId::home(), &Region::home());
        estimate.lines.iter().filter(|line| line.item == item).map(costs::Line::cost).sum()
    };
    terminal.ok("aws ec2 allocate-address");
    assert!((item(&terminal, Item::PublicAddresses) - 730.0 * 0.005).abs() < 1e-9, "held for nobody");
    let image = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id";
    let subnet = ecr_quest::cloud::net::PUBLIC_SUBNET_A;
    terminal.ok(&format!(
        "aws ec2 run-instances --image-id {image} --instance-type t3.small --count 2 --subnet-id {subnet}"
    ));
    assert!((item(&terminal, Item::InstanceHours) - 2.0 * 730.0 * 0.026).abs() < 1e-9);
    assert!((item(&terminal, Item::PublicAddresses) - 3.0 * 730.0 * 0.005).abs() < 1e-9);
    // Each has an address of its own.
    let addresses =
        terminal.ok("aws ec2 describe-instances --query 'Reservations[].Instances[].PublicIpAddress' --output text");
    let distinct: std::collections::BTreeSet<_> = addresses.split_whitespace().collect();
    assert_eq!(distinct.len(), 2, "{addresses}");
    let ids = terminal.ok("aws ec2 describe-instances --query 'Reservations[].Instances[].InstanceId' --output text");
    assert!(ids.split_whitespace().all(|id| id.starts_with("i-0") && id.len() == 19), "{ids}");
    assert!(terminal.ok("costs").contains("Not counted: volumes of instances"));
}

#[test]
fn the_command_says_it_in_both_languages() {
    let mut terminal = Terminal::new();
    terminal.ok("aws ecr create-repository --repository-name web");
    let shown = terminal.ok("costs");
    assert!(shown.contains("$46.72") && shown.contains("2026-03"), "{shown}");
    let korean = ecr_quest::shell::run(&mut terminal.world, &Words::new(Lang::Ko), "costs");
    assert!(korean.stdout().contains("$46.72") && korean.stdout() != shown);
    assert!(terminal.ok("costs lifecycle web").contains("no lifecycle policy"));
    let rule = r#"{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":1},"action":{"type":"expire"}}]}"#;
    terminal.ok(&format!("aws ecr put-lifecycle-policy --repository-name web --lifecycle-policy-text '{rule}'"));
    assert!(terminal.ok("costs lifecycle web").contains("$0.00"));
    assert_eq!(terminal.run("costs nonsense").code, 2);
}
