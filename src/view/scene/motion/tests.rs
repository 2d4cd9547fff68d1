//! What is seen of events, and for how long.

use std::sync::Arc;

use super::effect::{LAYER_LEG, Shape};
use super::way::Motion;
use super::{LONGEST, Player};
use crate::cloud::eks::Key;
use crate::cloud::{AccountId, Caller, Cloud, Digest, Event, EventKind, Origin, Principal, Region, Timestamp};
use crate::text::{Lang, Words};
use crate::view::scene::{Arrangement, NodeId, Scene, Side, tests};

fn event(number: u64, kind: EventKind) -> Arc<Event> {
    Arc::new(Event { number, time: Timestamp::START, kind })
}

fn caller(origin: Origin) -> Caller {
    let principal = Principal::User { account: AccountId::home(), name: "learner".to_owned() };
    Caller { principal, region: Region::home(), origin }
}

fn cloud() -> Cloud {
    Cloud::new(1)
}

fn layer(upload: bool, origin: Origin) -> EventKind {
    let digest = Digest::of(b"layer");
    EventKind::Layer { caller: caller(origin), repository: "web".to_owned(), digest, bytes: 1, upload }
}

fn scene() -> Scene {
    Scene::arranged(&tests::plenty(2), &Words::new(Lang::En), Arrangement::Wide)
}

#[test]
fn an_uploaded_layer_goes_from_the_laptop_through_the_gate_and_the_registry_down_to_s3() {
    let motion = Motion::of(&event(1, layer(true, Origin::Laptop)), &cloud()).unwrap();
    let object = NodeId::Object(Digest::of(b"layer"));
    let repository = NodeId::Repository("web".to_owned());
    assert_eq!(motion.stops, [NodeId::Laptop, NodeId::Gate(Side::Laptop), repository.clone(), object.clone()]);
    let motion = Motion::of(&event(1, layer(false, Origin::Instance("i-1".to_owned()))), &cloud()).unwrap();
    let instance = NodeId::Instance("i-1".to_owned());
    assert_eq!(motion.stops, [object, repository, NodeId::Gate(Side::Compute), instance]);
}

#[test]
fn a_service_in_its_own_name_is_not_in_the_picture() {
    assert_eq!(Motion::of(&event(1, layer(true, Origin::Service)), &cloud()), None);
}

#[test]
fn kubectl_goes_to_the_cluster_and_a_pod_that_changes_glows() {
    let cluster = crate::cloud::Arn::new("eks", "ap-northeast-2", "111122223333", "cluster/cluster-0");
    let told = |error: Option<&str>| EventKind::Kubernetes {
        caller: caller(Origin::Laptop),
        cluster: cluster.clone(),
        verb: "list",
        object: "pods".to_owned(),
        error: error.map(str::to_owned),
        shown: Arc::default(),
    };
    let motion = Motion::of(&event(1, told(None)), &cloud()).unwrap();
    assert_eq!(motion.stops, [NodeId::Laptop, NodeId::Cluster("cluster-0".to_owned())]);
    assert!(!motion.failed && Motion::of(&event(2, told(Some("Forbidden: no"))), &cloud()).unwrap().failed);
    let pod = EventKind::Pod {
        cluster,
        namespace: "default".to_owned(),
        pod: "web".to_owned(),
        status: "ErrImagePull".to_owned(),
        message: None,
    };
    let motion = Motion::of(&event(3, pod), &cloud()).unwrap();
    assert_eq!(motion.stops, [NodeId::Pod("cluster-0".to_owned(), Key::new("default", "web"))]);
    let mut effects = Vec::new();
    motion.effects(0.1, &scene(), &mut effects);
    assert_eq!(effects.len(), 1, "a pod that is gone by now glows where its cluster is");
}

#[test]
fn cargo_begins_where_it_comes_from_and_ends_where_it_goes() {
    let scene = scene();
    let motion = Motion::of(&event(1, layer(true, Origin::Laptop)), &cloud()).unwrap();
    let block = |age: f32| {
        let mut effects = Vec::new();
        motion.effects(age, &scene, &mut effects);
        effects.into_iter().find(|effect| matches!(effect.shape, Shape::Block { .. })).map(|effect| effect.at)
    };
    let start = scene.place(&NodeId::Laptop).unwrap().center();
    assert!(block(0.0).unwrap().distance(start) < 1.0);
    let gate = scene.place(&NodeId::Gate(Side::Laptop)).unwrap().center();
    assert!(block(LAYER_LEG).unwrap().distance(gate) < 1.0);
    let store = scene.place(&NodeId::Store).unwrap();
    assert!(store.contains(block(3.0 * LAYER_LEG).unwrap()));
    assert_eq!(block(motion.length()), None);
}

#[test]
fn however_much_waits_all_of_it_has_started_within_seconds() {
    let scene = scene();
    for count in [1, 10, 500] {
        let mut player = Player::default();
        player.queue((0..count).filter_map(|n| Motion::of(&event(n, layer(true, Origin::Laptop)), &cloud())));
        let mut seconds = 0.0;
        while player.is_moving() {
            player.advance(1.0 / 60.0);
            assert!(player.effects(&scene).len() <= 3 * player.len());
            seconds += 1.0 / 60.0;
            assert!(seconds < LONGEST + 3.0, "{count}");
        }
    }
}
