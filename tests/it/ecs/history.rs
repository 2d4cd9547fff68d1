//! Whatever is done: states go forward, services come to rest, the same seed gives the same history.

use std::collections::{BTreeMap, BTreeSet};

use ecr_quest::cloud::ecs::{DesiredStatus, InstanceSpec, TaskStatus, launch_instance};
use ecr_quest::cloud::{AccountId, Duration, EventKind, Region};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::scene::{PULL, Scene, TOKEN};

/// One thing that can be done to a small cluster.
#[derive(Clone, Debug)]
enum Act {
    Run,
    Stop(usize),
    Scale(u32),
    Deploy(&'static str),
    Allow(bool),
    /// Whether the second instance is to be empty.
    Drain(bool),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        Just(Act::Run),
        (0..8usize).prop_map(Act::Stop),
        (0..4u32).prop_map(Act::Scale),
        prop_oneof![Just("1.0"), Just("ends"), Just("ill"), Just("nope")].prop_map(Act::Deploy),
        any::<bool>().prop_map(Act::Allow),
        any::<bool>().prop_map(Act::Drain),
        (100..40_000i64).prop_map(Act::Wait),
    ]
}

fn play(acts: &[Act], seed: u64) -> Scene {
    let mut scene = Scene::new(seed);
    scene.instance();
    let second = InstanceSpec {
        cluster: "prod".to_owned(),
        instance_profile: Some("ecsInstanceRole".to_owned()),
        ..InstanceSpec::default()
    };
    launch_instance(&mut scene.cloud, &AccountId::home(), &Region::home(), &second).unwrap();
    scene.policy("ecsInstanceRole", "pull", PULL);
    scene.push("1.0", "amd64", &["app"]);
    scene.push("ends", "amd64", &["sleep", "5"]);
    let image = scene.image("1.0");
    scene.ec2_definition(&image);
    scene.service(2);
    acts.iter().for_each(|act| perform(&mut scene, act));
    scene
}

fn perform(scene: &mut Scene, act: &Act) {
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
            register(scene, tag);
            scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
        }
        Act::Allow(true) => scene.policy("ecsInstanceRole", "pull", PULL),
        Act::Allow(false) => scene.policy("ecsInstanceRole", "pull", TOKEN),
        Act::Drain(drain) => {
            let instance = scene.cluster().instances().last().unwrap().arn.to_string();
            let status = if *drain { "DRAINING" } else { "ACTIVE" };
            let input = json!({"cluster": "prod", "containerInstances": [instance], "status": status});
            scene.ecs("UpdateContainerInstancesState", input);
        }
        Act::Wait(millis) => scene.cloud.advance(Duration::millis(*millis)),
    }
}

/// A revision with a tag; `ill` is an image whose health check fails.
fn register(scene: &mut Scene, tag: &str) {
    let ill = tag == "ill";
    let mut container = json!({"name": "web", "image": scene.image(if ill { "1.0" } else { tag }), "memory": 128});
    if ill {
        container["healthCheck"] = json!({"command": ["CMD", "false"], "interval": 5, "retries": 1});
    }
    scene.ecs("RegisterTaskDefinition", json!({"family": "web", "containerDefinitions": [container]}));
}

fn history(scene: &Scene) -> String {
    scene.cloud.trail().events().iter().map(|event| format!("{event:?}\n")).collect()
}

/// What keeps a service from its count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Obstacle {
    Permission,
    Image,
    Instances,
    Memory,
    Port,
    Constraint,
    Health,
}

impl Obstacle {
    /// Puts it up, or takes away what does not go with the next deployment.
    fn raise(self, scene: &mut Scene, up: bool) {
        let update = |scene: &mut Scene, mut input: Value| {
            input["cluster"] = json!("prod");
            input["service"] = json!("web");
            scene.ecs("UpdateService", input);
        };
        match self {
            Self::Permission => perform(scene, &Act::Allow(!up)),
            Self::Image if up => perform(scene, &Act::Deploy("nope")),
            Self::Health if up => perform(scene, &Act::Deploy("ill")),
            Self::Instances => {
                let all: Vec<String> = scene.cluster().instances().map(|instance| instance.arn.to_string()).collect();
                let status = if up { "DRAINING" } else { "ACTIVE" };
                let input = json!({"cluster": "prod", "containerInstances": all, "status": status});
                scene.ecs("UpdateContainerInstancesState", input);
            }
            Self::Memory | Self::Port if up => {
                let mut container = json!({"name": "web", "image": scene.image("1.0"), "memory": 128});
                match self {
                    Self::Memory => container["memory"] = json!(1800),
                    _ => container["portMappings"] = json!([{"containerPort": 80, "hostPort": 80}]),
                }
                let definition = json!({"family": "web", "containerDefinitions": [container]});
                scene.ecs("RegisterTaskDefinition", definition);
                update(
                    scene,
                    json!({"taskDefinition": "web", "deploymentConfiguration": {"minimumHealthyPercent": 0}}),
                );
            }
            Self::Constraint => {
                let impossible = json!([{"type": "memberOf", "expression": "attribute:gpu exists"}]);
                let constraints = if up { impossible } else { json!([]) };
                update(scene, json!({"placementConstraints": constraints, "forceNewDeployment": true}));
            }
            Self::Image | Self::Health | Self::Memory | Self::Port => {}
        }
    }

    /// A part of what is said about it.
    fn reason(self) -> &'static str {
        match self {
            Self::Permission => "is not authorized to perform: ecr:BatchGetImage",
            Self::Image => "manifest unknown: Requested image not found",
            Self::Instances => "No Container Instances were found in your cluster.",
            Self::Memory => "has insufficient memory available",
            Self::Port => "is already using a port required by your task",
            Self::Constraint => "encountered error \"MemberOf placement constraint unsatisfied.\"",
            Self::Health => "failed container health checks",
        }
    }
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
        perform(&mut scene, &Act::Drain(false));
        scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
        scene.wait(60 * 60);
        let service = scene.cluster().service("web").unwrap();
        let running = scene.cluster().tasks_of("web").filter(|task| task.status == TaskStatus::Running).count();
        prop_assert_eq!(running, service.desired_count as usize, "{:#?}", scene.said());
        prop_assert_eq!(service.deployments.len(), 1);

        let mut tasks: BTreeMap<String, Vec<usize>> = BTreeMap::new();
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
    fn a_stopped_task_never_runs_again(acts in prop::collection::vec(act(), 1..14)) {
        let mut scene = play(&[], 9);
        let mut stopped = BTreeSet::new();
        for act in &acts {
            perform(&mut scene, act);
            for _ in 0..6 {
                scene.cloud.advance(Duration::millis(700));
                for task in scene.cluster().tasks() {
                    let told = task.desired_status == DesiredStatus::Stopped;
                    prop_assert!(told || !stopped.contains(&task.id), "{} is meant to run again", task.id);
                    prop_assert!(task.status != TaskStatus::Running || !told, "{} runs on", task.id);
                    if told {
                        stopped.insert(task.id.clone());
                    }
                }
            }
        }
    }

    #[test]
    fn counts_converge_when_nothing_prevents_it_and_say_why_when_something_does(
        obstacle in prop_oneof![
            Just(Obstacle::Permission), Just(Obstacle::Image), Just(Obstacle::Instances), Just(Obstacle::Memory),
            Just(Obstacle::Port), Just(Obstacle::Constraint), Just(Obstacle::Health),
        ],
        desired in 3..5u32,
    ) {
        let mut scene = play(&[], 11);
        obstacle.raise(&mut scene, true);
        perform(&mut scene, &Act::Scale(desired));
        scene.wait(20 * 60);
        prop_assert!(scene.running() < desired as usize || obstacle == Obstacle::Health, "{:?} prevents nothing", obstacle);
        let said = scene.said().join("\n");
        let reasons = scene.cloud.trail().events().iter().filter_map(|event| match &event.kind {
            EventKind::Task { reason, .. } => reason.clone(),
            _ => None,
        });
        let told = reasons.fold(said, |told, reason| told + "\n" + &reason);
        prop_assert!(told.contains(obstacle.reason()), "no `{}` in: {told}", obstacle.reason());
        obstacle.raise(&mut scene, false);
        perform(&mut scene, &Act::Deploy("1.0"));
        scene.wait(60 * 60);
        let service = scene.cluster().service("web").unwrap();
        let running = scene.cluster().tasks_of("web").filter(|task| task.status == TaskStatus::Running).count();
        prop_assert_eq!(running, desired as usize, "{:?}: {:#?}", obstacle, scene.said());
        prop_assert_eq!(service.deployments.len(), 1);
        prop_assert!(scene.said().last().is_some_and(|last| last.ends_with("has reached a steady state.")));
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

    #[test]
    fn a_service_never_exceeds_its_maximum_nor_gives_up_its_minimum_by_itself(
        acts in prop::collection::vec(prop_oneof![
            prop_oneof![Just("1.0"), Just("other"), Just("nope")].prop_map(Act::Deploy),
            any::<bool>().prop_map(Act::Allow),
            (500..30_000i64).prop_map(Act::Wait),
        ], 1..8),
        desired in 1..5usize,
        minimum in prop_oneof![Just(0usize), Just(50), Just(100)],
        maximum in prop_oneof![Just(101usize), Just(150), Just(200)],
    ) {
        let mut scene = Scene::new(3);
        scene.instance();
        scene.policy("ecsInstanceRole", "pull", PULL);
        scene.push("1.0", "amd64", &["app"]);
        scene.push("other", "amd64", &["app", "--other"]);
        let image = scene.image("1.0");
        scene.ec2_definition(&image);
        scene.ecs("CreateService", json!({
            "cluster": "prod", "serviceName": "web", "taskDefinition": "web", "desiredCount": desired,
            "deploymentConfiguration": {"minimumHealthyPercent": minimum, "maximumPercent": maximum},
        }));
        scene.wait(60);
        let (most, least) = (desired * maximum / 100, (desired * minimum).div_ceil(100));
        prop_assert_eq!(scene.running(), desired);
        for act in &acts {
            let steps = match act {
                Act::Wait(millis) => millis / 500,
                act => {
                    perform(&mut scene, act);
                    4
                }
            };
            for _ in 0..steps {
                scene.cloud.advance(Duration::millis(500));
                let meant = scene.cluster().tasks_of("web").filter(|task| task.desired_status == DesiredStatus::Running);
                prop_assert!(meant.count() <= most, "more than {}: {:#?}", most, scene.said());
                prop_assert!(scene.running() >= least, "fewer than {}: {:#?}", least, scene.said());
            }
        }
    }
}
