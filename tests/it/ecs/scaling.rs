//! Managed scaling: groups that grow for tasks that wait, and shrink when nothing needs them.

use ecr_quest::cloud::ecs::TaskStatus;
use ecr_quest::cloud::{AccountId, Region, Service};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::scene::Scene;

/// A scene with one instance, a group after it that may have `most` instances, and a capacity provider that scales it. An
/// instance of the group takes one task of `web`.
fn scaled(seed: u64, most: u32, provider: Value) -> Scene {
    let mut scene = Scene::new(seed);
    let first = scene.instance();
    let protects = provider["managedTerminationProtection"] == "ENABLED";
    let group = json!({"AutoScalingGroupName": "workers", "InstanceId": first, "MinSize": 0, "MaxSize": most,
        "NewInstancesProtectedFromScaleIn": protects});
    scene.ok(Service::AutoScaling, "CreateAutoScalingGroup", group);
    let mut provider = provider;
    provider["autoScalingGroupArn"] = describe(&mut scene)["AutoScalingGroupARN"].clone();
    scene.ecs("CreateCapacityProvider", json!({"name": "workers", "autoScalingGroupProvider": provider}));
    let strategy = json!([{"capacityProvider": "workers", "weight": 1}]);
    scene.ecs(
        "PutClusterCapacityProviders",
        json!({"cluster": "prod", "capacityProviders": ["workers"], "defaultCapacityProviderStrategy": strategy}),
    );
    let container = json!({"name": "web", "image": "nginx", "memory": 1000});
    scene.ecs("RegisterTaskDefinition", json!({"family": "web", "containerDefinitions": [container]}));
    scene
}

fn enabled() -> Value {
    json!({"managedScaling": {"status": "ENABLED"}})
}

fn protected() -> Value {
    json!({"managedScaling": {"status": "ENABLED"}, "managedTerminationProtection": "ENABLED"})
}

fn describe(scene: &mut Scene) -> Value {
    let groups = scene.ok(Service::AutoScaling, "DescribeAutoScalingGroups", json!({}));
    groups["AutoScalingGroups"][0].clone()
}

/// How many instances the group has, and how many it wants.
fn size(scene: &mut Scene) -> (usize, u64) {
    let group = describe(scene);
    (group["Instances"].as_array().unwrap().len(), group["DesiredCapacity"].as_u64().unwrap())
}

fn run(scene: &mut Scene, count: u32) -> Vec<String> {
    let answer = scene.ecs("RunTask", json!({"cluster": "prod", "taskDefinition": "web", "count": count}));
    assert_eq!(answer["failures"], json!([]));
    let tasks = answer["tasks"].as_array().unwrap().iter();
    tasks.map(|task| task["taskArn"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()).collect()
}

fn in_state(scene: &Scene, status: TaskStatus) -> usize {
    scene.cluster().tasks().filter(|task| task.status == status).count()
}

#[test]
fn a_group_grows_for_tasks_that_wait() {
    let mut scene = scaled(61, 10, enabled());
    let tasks = run(&mut scene, 3);
    assert_eq!(in_state(&scene, TaskStatus::Provisioning), 3, "nothing of the provider is there yet");
    assert_eq!(size(&mut scene), (0, 0));
    scene.wait(61);
    assert_eq!(size(&mut scene), (3, 3));
    scene.wait(90);
    assert_eq!(scene.running(), 3);
    assert_eq!(scene.states(&tasks[0]), ["PROVISIONING", "PENDING", "ACTIVATING", "RUNNING"]);
    let answer =
        scene.ok(Service::AutoScaling, "DescribeScalingActivities", json!({"AutoScalingGroupName": "workers"}));
    let first = &answer["Activities"][0];
    assert!(first["Description"].as_str().unwrap().starts_with("Launching a new EC2 instance: i-"), "{first}");
    assert!(first["Cause"].as_str().unwrap().contains("changing the desired capacity from 0 to 3"), "{first}");
}

#[test]
fn tasks_of_a_provider_that_is_not_scaled_do_not_wait() {
    let mut scene = scaled(62, 10, json!({}));
    scene.refused(
        "RunTask",
        json!({"cluster": "prod", "taskDefinition": "web"}),
        "InvalidParameterException: No Container Instances were found in your cluster.",
    );
}

#[test]
fn a_group_that_is_as_large_as_it_may_be_leaves_the_rest_waiting() {
    let mut scene = scaled(63, 2, enabled());
    let tasks = run(&mut scene, 4);
    scene.wait(3600);
    assert_eq!((scene.running(), in_state(&scene, TaskStatus::Provisioning)), (2, 2));
    // One that waits takes the room that another leaves.
    let first = tasks.iter().find(|id| scene.task(id).status == TaskStatus::Running).unwrap().clone();
    scene.ecs("StopTask", json!({"cluster": "prod", "task": first}));
    scene.wait(30);
    assert_eq!((scene.running(), in_state(&scene, TaskStatus::Provisioning)), (2, 1));
    // One that waits can be stopped, too.
    let last = tasks.iter().find(|id| scene.task(id).status == TaskStatus::Provisioning).unwrap().clone();
    scene.ecs("StopTask", json!({"cluster": "prod", "task": last}));
    assert_eq!(scene.task(&last).status, TaskStatus::Stopped);
    // More room by hand is used as soon as it is there.
    let more = run(&mut scene, 1);
    scene.ok(Service::AutoScaling, "UpdateAutoScalingGroup", json!({"AutoScalingGroupName": "workers", "MaxSize": 3}));
    scene.ok(
        Service::AutoScaling,
        "SetDesiredCapacity",
        json!({"AutoScalingGroupName": "workers", "DesiredCapacity": 3}),
    );
    scene.wait(120);
    assert_eq!(scene.task(&more[0]).status, TaskStatus::Running);
}

#[test]
fn a_group_shrinks_after_a_quarter_of_an_hour_by_half_at_most() {
    let mut scene = scaled(64, 10, protected());
    let tasks = run(&mut scene, 4);
    scene.wait(600);
    assert_eq!((scene.running(), size(&mut scene)), (4, (4, 4)));
    for id in &tasks[1..] {
        scene.ecs("StopTask", json!({"cluster": "prod", "task": id}));
    }
    scene.wait(13 * 60);
    assert_eq!(size(&mut scene), (4, 4));
    scene.wait(5 * 60);
    assert_eq!(size(&mut scene), (2, 2));
    scene.wait(20 * 60);
    assert_eq!(size(&mut scene), (1, 1));
    scene.wait(24 * 3600);
    assert_eq!((scene.running(), size(&mut scene)), (1, (1, 1)), "what a task needs stays");
}

#[test]
fn a_target_below_100_keeps_instances_to_spare() {
    let mut scene = scaled(65, 10, json!({"managedScaling": {"status": "ENABLED", "targetCapacity": 50}}));
    run(&mut scene, 2);
    scene.wait(900);
    assert_eq!((scene.running(), size(&mut scene).0), (2, 4));
    scene.wait(24 * 3600);
    assert_eq!(size(&mut scene).0, 4);
}

#[test]
fn a_group_grows_by_the_steps_that_are_set() {
    let steps =
        json!({"managedScaling": {"status": "ENABLED", "minimumScalingStepSize": 2, "maximumScalingStepSize": 3}});
    let mut scene = scaled(66, 20, steps);
    run(&mut scene, 1);
    scene.wait(61);
    assert_eq!(size(&mut scene).0, 2);
    run(&mut scene, 10);
    scene.wait(61);
    assert_eq!(size(&mut scene).0, 5);
    scene.wait(61);
    assert!(size(&mut scene).0 > 5);
    scene.wait(600);
    assert_eq!(scene.running(), 11);
}

#[test]
fn protected_instances_with_tasks_stay_whichever_are_older() {
    let mut scene = scaled(67, 10, protected());
    let tasks = run(&mut scene, 2);
    scene.wait(600);
    // The task on the older instance ends, or on the younger: the other one's goes on.
    scene.ecs("StopTask", json!({"cluster": "prod", "task": tasks[1]}));
    let kept = scene.task(&tasks[0]).container_instance.clone().unwrap();
    let kept = scene.cluster().instance(&kept).unwrap().ec2_instance_id.clone();
    scene.wait(3600);
    assert_eq!(scene.task(&tasks[0]).status, TaskStatus::Running);
    let group = describe(&mut scene);
    assert_eq!(group["Instances"].as_array().unwrap().len(), 1);
    assert_eq!(
        (group["Instances"][0]["InstanceId"].as_str(), &group["Instances"][0]["ProtectedFromScaleIn"]),
        (Some(kept.as_str()), &json!(true))
    );
}

#[test]
fn without_protection_the_oldest_goes_when_its_tasks_had_their_time() {
    let mut scene = scaled(73, 10, enabled());
    let tasks = run(&mut scene, 2);
    scene.wait(600);
    let age = |scene: &Scene, id: &str| {
        let on = scene.task(id).container_instance.clone().unwrap();
        let ec2 = scene.cluster().instance(&on).unwrap().ec2_instance_id.clone();
        let region = scene.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap();
        let launched = region.net.instance(&ec2).unwrap().launched;
        (launched, ec2)
    };
    let (old, young) = match age(&scene, &tasks[0]) < age(&scene, &tasks[1]) {
        true => (tasks[0].clone(), tasks[1].clone()),
        false => (tasks[1].clone(), tasks[0].clone()),
    };
    scene.ecs("StopTask", json!({"cluster": "prod", "task": young}));
    scene.wait(24 * 3600);
    assert_eq!(scene.task(&old).status, TaskStatus::Running, "managed draining waits for it");
    scene.wait(25 * 3600);
    assert!(scene.running() == 0, "but not for ever");
    assert_eq!(size(&mut scene), (0, 0));
}

#[test]
fn protection_needs_a_group_that_protects_what_it_launches() {
    let mut scene = scaled(68, 2, enabled());
    let arn = describe(&mut scene)["AutoScalingGroupARN"].clone();
    scene.refused(
        "CreateCapacityProvider",
        json!({"name": "other", "autoScalingGroupProvider": {"autoScalingGroupArn": arn,
            "managedScaling": {"status": "ENABLED"}, "managedTerminationProtection": "ENABLED"}}),
        "ClientException: The managed termination protection setting for the capacity provider is invalid. To enable managed \
         termination protection for a capacity provider, the Auto Scaling group must have instance protection from scale in \
         enabled.",
    );
}

#[test]
fn a_group_that_is_made_smaller_by_hand_moves_a_services_tasks_first() {
    let mut scene = scaled(69, 4, json!({"managedScaling": {"status": "DISABLED"}}));
    let resize = |scene: &mut Scene, to: u32| {
        let input = json!({"AutoScalingGroupName": "workers", "DesiredCapacity": to});
        scene.ok(Service::AutoScaling, "SetDesiredCapacity", input);
    };
    resize(&mut scene, 3);
    scene.wait(90);
    scene.service(2);
    scene.wait(60);
    assert_eq!(scene.running(), 2);
    let members: Vec<String> = describe(&mut scene)["Instances"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["InstanceId"].as_str().unwrap().to_owned())
        .collect();
    // Those that are protected can't go.
    let mut protect = json!({"AutoScalingGroupName": "workers", "InstanceIds": members, "ProtectedFromScaleIn": true});
    scene.ok(Service::AutoScaling, "SetInstanceProtection", protect.clone());
    resize(&mut scene, 2);
    assert_eq!(size(&mut scene), (3, 2));
    protect["ProtectedFromScaleIn"] = json!(false);
    scene.ok(Service::AutoScaling, "SetInstanceProtection", protect);
    resize(&mut scene, 2);
    let mut least = 2;
    for _ in 0..120 {
        scene.wait(1);
        least = least.min(scene.running());
    }
    assert_eq!((least, scene.running(), size(&mut scene)), (2, 2, (2, 2)));
    // An instance that somebody ends is replaced.
    let gone = describe(&mut scene)["Instances"][0]["InstanceId"].clone();
    scene.ok(Service::Ec2, "TerminateInstances", json!({"InstanceIds": [gone]}));
    scene.wait(180);
    assert_eq!((scene.running(), size(&mut scene)), (2, (2, 2)));
}

#[test]
fn not_more_than_500_tasks_wait() {
    let mut scene = scaled(70, 0, enabled());
    for _ in 0..50 {
        run(&mut scene, 10);
    }
    let answer = scene.ecs("RunTask", json!({"cluster": "prod", "taskDefinition": "web"}));
    assert_eq!((answer["tasks"].as_array().unwrap().len(), &answer["failures"][0]["reason"]), (0, &json!("CAPACITY")));
    scene.service(1);
    scene.wait(10);
    assert!(
        scene.said().iter().any(|said| said.ends_with("because the tasks provisioning capacity limit was exceeded."))
    );
}

#[test]
fn groups_refuse_what_makes_no_sense() {
    let mut scene = scaled(71, 2, enabled());
    for (operation, input, says) in [
        (
            "CreateAutoScalingGroup",
            json!({"AutoScalingGroupName": "workers", "MinSize": 0, "MaxSize": 1}),
            "AlreadyExists",
        ),
        (
            "CreateAutoScalingGroup",
            json!({"AutoScalingGroupName": "x", "MinSize": 2, "MaxSize": 1}),
            "Max bound, 1, must be greater",
        ),
        (
            "CreateAutoScalingGroup",
            json!({"AutoScalingGroupName": "x", "MinSize": 0, "MaxSize": 1}),
            "Valid requests must contain",
        ),
        (
            "CreateAutoScalingGroup",
            json!({"AutoScalingGroupName": "x", "MinSize": 0, "MaxSize": 1, "InstanceId": "i-0"}),
            "does not exist",
        ),
        (
            "SetDesiredCapacity",
            json!({"AutoScalingGroupName": "workers", "DesiredCapacity": 3}),
            "is above max value 2",
        ),
        (
            "SetDesiredCapacity",
            json!({"AutoScalingGroupName": "none", "DesiredCapacity": 1}),
            "AutoScalingGroup name not found",
        ),
        (
            "SetInstanceProtection",
            json!({"AutoScalingGroupName": "workers", "InstanceIds": ["i-0"]}),
            "is not part of Auto Scaling group",
        ),
    ] {
        let said = scene.call(Service::AutoScaling, operation, input).unwrap_err();
        assert!(said.contains(says), "{operation}: {said}");
    }
    run(&mut scene, 1);
    scene.wait(120);
    let delete = json!({"AutoScalingGroupName": "workers"});
    assert!(
        scene.call(Service::AutoScaling, "DeleteAutoScalingGroup", delete).unwrap_err().starts_with("ResourceInUse")
    );
    scene.ok(
        Service::AutoScaling,
        "DeleteAutoScalingGroup",
        json!({"AutoScalingGroupName": "workers", "ForceDelete": true}),
    );
    assert_eq!(scene.running(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Whatever is run and stopped: the group stays in its bounds, and in the end it is as large as its tasks need it.
    #[test]
    fn a_group_stays_in_its_bounds_and_ends_as_large_as_it_must_be(
        steps in prop::collection::vec((0_u8..3, 1_u32..4, 10_i64..1200), 1..8),
        most in 1_u32..6,
    ) {
        let mut scene = scaled(72, most, protected());
        let mut alive: Vec<String> = Vec::new();
        for (what, count, wait) in steps {
            match what {
                0 | 1 => alive.extend(run(&mut scene, count)),
                _ => {
                    for id in alive.drain(..alive.len().min(count as usize)) {
                        scene.ecs("StopTask", json!({"cluster": "prod", "task": id}));
                    }
                }
            }
            scene.wait(wait);
            prop_assert!(size(&mut scene).0 <= most as usize);
        }
        scene.wait(4 * 3600);
        let waiting = in_state(&scene, TaskStatus::Provisioning);
        let running = scene.running();
        prop_assert!(waiting == 0 || running == most as usize, "{running} run, {waiting} wait, {most} may be there");
        prop_assert_eq!(size(&mut scene).0, running);
        let region = scene.cloud.account(&AccountId::home()).unwrap().region(&Region::home()).unwrap();
        prop_assert_eq!(region.net.instances().count(), running + 1);
    }
}

#[test]
fn a_group_is_seen_and_set_in_the_terminal() {
    let mut terminal = crate::support::Terminal::new();
    terminal.ok("aws iam create-role --role-name node --assume-role-policy-document \
        '{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}'");
    terminal.ok("aws iam attach-role-policy --role-name node --policy-arn \
        arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role");
    terminal.ok("aws iam create-instance-profile --instance-profile-name node; \
        aws iam add-role-to-instance-profile --instance-profile-name node --role-name node; \
        aws ecs create-cluster --cluster-name prod; echo 'echo ECS_CLUSTER=prod >> /etc/ecs/ecs.config' > data");
    let first = terminal.ok(&format!(
        "aws ec2 run-instances --image-id ami-0123456789abcdef0 --instance-type t3.small --subnet-id {} \
         --iam-instance-profile Name=node --user-data file://data --instance-market-options MarketType=spot \
         --query 'Instances[0].[InstanceId,InstanceLifecycle]' --output text",
        ecr_quest::cloud::net::PUBLIC_SUBNET_A
    ));
    let (first, lifecycle) = first.trim().split_once('\t').unwrap();
    assert_eq!(lifecycle, "spot");
    terminal.ok(&format!(
        "aws autoscaling create-auto-scaling-group --auto-scaling-group-name workers --instance-id {first} --min-size 0 \
         --max-size 3 --new-instances-protected-from-scale-in"
    ));
    terminal.ok(
        "aws autoscaling set-desired-capacity --auto-scaling-group-name workers --desired-capacity 2; clock advance 2m",
    );
    let seen = "aws autoscaling describe-auto-scaling-groups --query \
        'AutoScalingGroups[].[AutoScalingGroupName,MinSize,MaxSize,DesiredCapacity,length(Instances),Instances[0].LifecycleState]' --output text";
    assert_eq!(terminal.ok(seen), "workers\t0\t3\t2\t2\tInService\n");
    let count = "aws ecs describe-clusters --clusters prod --query 'clusters[0].registeredContainerInstancesCount'";
    assert_eq!(terminal.ok(count), "3\n");
    let above =
        terminal.run("aws autoscaling set-desired-capacity --auto-scaling-group-name workers --desired-capacity 4");
    assert!(
        above.stderr().contains(
            "An error occurred (ValidationError) when calling the SetDesiredCapacity operation: New \
            SetDesiredCapacity value 4 is above max value 3 for the AutoScalingGroup."
        ),
        "{}",
        above.stderr()
    );
    terminal.ok(&format!("reclaim {first}; clock advance 3m"));
    assert_eq!(terminal.ok(count), "2\n");
}
