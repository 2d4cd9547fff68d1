//! Whatever is done: states go forward, services come to rest, the same seed gives the same history.

use std::collections::BTreeMap;

use ecr_quest::cloud::ecs::{DesiredStatus, TaskStatus};
use ecr_quest::cloud::{Duration, EventKind};
use proptest::prelude::*;
use serde_json::json;

use super::scene::{PULL, Scene, TOKEN};

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
            let image = scene.image(tag);
            scene.ec2_definition(&image);
            scene.ecs("UpdateService", json!({"cluster": "prod", "service": "web", "taskDefinition": "web"}));
        }
        Act::Allow(true) => scene.policy("ecsInstanceRole", "pull", PULL),
        Act::Allow(false) => scene.policy("ecsInstanceRole", "pull", TOKEN),
        Act::Wait(millis) => scene.cloud.advance(Duration::millis(*millis)),
    }
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
        maximum in prop_oneof![Just(100usize), Just(150), Just(200)],
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
