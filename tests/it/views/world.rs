//! The picture of the world through every quest: all that is there has its place, nothing lies over anything else, and
//! each leg of a connection is drawn.

use std::sync::Arc;

use ecr_quest::app::{App, Intent};
use ecr_quest::cloud::{AccountId, Region};
use ecr_quest::text::Lang;
use ecr_quest::view::scene::facts::ComputeKind;
use ecr_quest::view::scene::{Facts, LinkKind, NodeId, Scene, Side, Surface, Traffic, Weight, paint, select};
use ecr_quest::view::theme::{DARK, LIGHT};
use ecr_quest::world::World;
use egui::{Rect, Vec2, vec2};

use super::desk::{self, Sight};

/// The room that the play screen leaves for the world at 1280×720, 1600×900 and 2560×1440.
const ROOMS: [Vec2; 3] = [vec2(660.0, 427.0), vec2(896.0, 542.0), vec2(1856.0, 980.0)];

/// Shows `check` the world of every quest after each line of its first solution.
fn through_every_quest(mut check: impl FnMut(&App, &World, &str)) {
    let mut app = desk::app(Sight::default());
    let quests: Vec<_> = app.catalogue().quests().iter().map(Arc::clone).collect();
    for quest in quests {
        app.let_in(&quest.id);
        app.apply(Intent::StartQuest(quest.id.clone()));
        let lines = quest.solutions.first().map(|solution| solution.lines.as_slice()).unwrap_or_default();
        for at in 0..=lines.len() {
            let world = app.session().expect("a session").world();
            check(&app, world, &format!("{} after {at}", quest.id));
            if let Some(line) = lines.get(at) {
                app.apply(Intent::Run(line.run.clone()));
            }
        }
    }
}

/// Checks the scene of a world in every room and both languages.
fn in_every_room(facts: &Facts, case: &str, check: impl Fn(&Scene, &str)) {
    for lang in Lang::ALL {
        let words = ecr_quest::text::Words::new(lang);
        for room in ROOMS {
            check(&Scene::of(facts, &words, room), &format!("{case} {lang} {room:?}"));
        }
    }
}

#[test]
fn nothing_lies_over_anything_else() {
    through_every_quest(|_, world, case| {
        in_every_room(&Facts::of(world), case, |scene, case| {
            let labels: Vec<_> = scene.nodes.iter().flat_map(|node| &node.labels).collect();
            for (i, a) in labels.iter().enumerate() {
                for b in labels.iter().skip(i + 1) {
                    let clash = a.rect().shrink(1.5).intersects(b.rect().shrink(1.5));
                    assert!(!clash, "{case}: `{}` and `{}`", a.text, b.text);
                }
            }
            let cards = |surface| matches!(surface, Surface::Card | Surface::Gate | Surface::Inset | Surface::Empty);
            let boxes: Vec<_> = scene.nodes.iter().filter(|node| cards(node.surface)).collect();
            for (i, a) in boxes.iter().enumerate() {
                for b in boxes.iter().skip(i + 1) {
                    let (one, other) = (a.rect.shrink(0.5), b.rect.shrink(0.5));
                    let apart = !one.intersects(other) || one.contains_rect(other) || other.contains_rect(one);
                    assert!(apart, "{case}: {:?} and {:?}", a.id, b.id);
                }
            }
        });
    });
}

#[test]
fn words_stay_in_their_boxes_and_no_way_runs_over_them() {
    through_every_quest(|_, world, case| {
        in_every_room(&Facts::of(world), case, |scene, case| {
            for node in &scene.nodes {
                let boxed = !matches!(node.surface, Surface::Gate | Surface::Bare | Surface::Sign);
                for label in node.labels.iter().filter(|label| label.weight != Weight::Icon) {
                    let inside = !boxed || node.rect.shrink(2.0).contains_rect(label.rect());
                    assert!(inside, "{case}: `{}` in {:?}", label.text, node.id);
                    for link in &scene.links {
                        for (a, b) in link.points.iter().zip(link.points.iter().skip(1)) {
                            let line = Rect::from_two_pos(*a, *b).expand(1.0);
                            // Pipes end in the middle of the gate, under its sign.
                            let clash = line.intersects(label.rect());
                            assert!(!clash, "{case}: {:?} over `{}`", link.joins, label.text);
                        }
                    }
                }
            }
        });
    });
}

/// Everything of the home region that the picture is of.
fn all_there_is(world: &World) -> Vec<NodeId> {
    let account = world.cloud.account(&AccountId::home());
    let Some(region) = account.and_then(|account| account.region(&Region::home())) else { return Vec::new() };
    let mut all: Vec<NodeId> = Vec::new();
    all.extend(region.ecr.repositories().map(|found| NodeId::Repository(found.name.clone())));
    all.extend(region.layers.objects().map(|(digest, _)| NodeId::Object(digest.clone())));
    all.extend(region.net.instances().map(|found| NodeId::Instance(found.id.clone())));
    all.extend(region.net.endpoints().map(|found| NodeId::Endpoint(found.id.clone())));
    all.extend(region.lambda.functions().map(|found| NodeId::Function(found.name.clone())));
    for cluster in region.ecs.clusters() {
        all.extend(cluster.tasks().map(|task| NodeId::Task(task.id.clone())));
    }
    for cluster in region.eks.clusters() {
        all.push(NodeId::Cluster(cluster.name.clone()));
        let deployments = cluster.kube.deployments().map(|found| found.metadata.key());
        all.extend(deployments.map(|key| NodeId::Deployment(cluster.name.clone(), key)));
        all.extend(cluster.kube.pods().map(|pod| NodeId::Pod(cluster.name.clone(), pod.metadata.key())));
    }
    all
}

#[test]
fn each_thing_in_the_state_has_its_place_in_the_picture() {
    through_every_quest(|_, world, case| {
        let facts = Facts::of(world);
        in_every_room(&facts, case, |scene, case| {
            for id in all_there_is(world) {
                let place = scene.place(&id).unwrap_or_else(|| panic!("{case}: {id:?} has no place"));
                assert!(scene.bounds.expand(0.5).contains_rect(place), "{case}: {id:?} at {place:?}");
            }
            let Some(network) = &facts.network else { return };
            for subnet in &network.subnets {
                let zone = scene.node(&NodeId::Subnet(subnet.id.clone())).expect(case);
                assert!(scene.node(&NodeId::Routes(subnet.id.clone())).is_some(), "{case}");
                for compute in &subnet.computes {
                    let id = match &compute.kind {
                        ComputeKind::Instance(id) => NodeId::Instance(id.clone()),
                        ComputeKind::Node { instance, .. } => NodeId::Instance(instance.clone()),
                        ComputeKind::Fargate(cluster) => NodeId::Fargate(cluster.clone(), subnet.id.clone()),
                        ComputeKind::PodFargate(cluster) => NodeId::PodFargate(cluster.clone(), subnet.id.clone()),
                    };
                    let place = scene.place(&id).expect(case);
                    assert!(zone.rect.contains_rect(place), "{case}: {id:?} is not in its subnet");
                    for pod in &compute.pods {
                        let pod = scene.place(&NodeId::Pod(pod.cluster.clone(), pod.key.clone())).expect(case);
                        assert!(place.contains_rect(pod), "{case}: a pod is not on its node");
                    }
                }
            }
        });
    });
}

#[test]
fn each_leg_of_a_connection_is_drawn_and_ends_where_it_was_stopped() {
    let mut seen = [0; 2];
    through_every_quest(|_, world, case| {
        let facts = Facts::of(world);
        let Some(network) = &facts.network else { return };
        for road in &network.roads {
            seen[usize::from(road.arrives())] += 1;
        }
        in_every_room(&facts, case, |scene, case| {
            for road in &network.roads {
                for (at, to) in road.stops.iter().enumerate().skip(1) {
                    let from = &road.stops[at - 1];
                    let is_from = |id: &NodeId| {
                        id == from || (at == 1 && matches!(id, NodeId::Fargate(..) | NodeId::PodFargate(..)))
                    };
                    let traffic = if road.arrives() { Traffic::Passed } else { Traffic::Denied };
                    let drawn = scene
                        .links
                        .iter()
                        .any(|link| is_from(&link.joins.0) && link.joins.1 == *to && link.traffic >= traffic);
                    assert!(drawn, "{case}: from {from:?} to {to:?}");
                }
                match road.obstacle() {
                    Some(obstacle) => {
                        let sign = scene.node(&NodeId::Stop(Box::new(obstacle.clone()))).expect(case);
                        assert!(!sign.hover.is_empty(), "{case}");
                        let meets = scene.place(obstacle).expect(case).expand(6.0).contains(sign.rect.center());
                        assert!(meets, "{case}: the sign of {obstacle:?} is elsewhere");
                    }
                    None => {
                        let door = road.stops.last().expect(case);
                        let out = scene.links.iter().find(|link| {
                            link.joins.0 == *door
                                && matches!(link.joins.1, NodeId::Gate(_) | NodeId::Store)
                                && link.kind != LinkKind::Pipe
                        });
                        assert_ne!(out.expect(case).traffic, Traffic::Quiet, "{case}");
                    }
                }
            }
        });
    });
    assert!(seen.iter().all(|count| *count > 3), "stopped and arrived: {seen:?}");
}

#[test]
fn a_world_that_runs_nothing_has_no_network() {
    let mut app = desk::playing(Sight::default());
    app.apply(Intent::Run("aws ecr create-repository --repository-name web".to_owned()));
    let facts = Facts::of(app.session().expect("a session").world());
    assert!(facts.network.is_none());
    for room in ROOMS {
        let scene = Scene::of(&facts, app.words(), room);
        let network = |node: &&ecr_quest::view::scene::Node| {
            matches!(node.id, NodeId::Vpc | NodeId::Subnet(_) | NodeId::Routes(_) | NodeId::Gate(Side::Compute))
        };
        assert_eq!(scene.nodes.iter().find(network), None);
    }
}

#[test]
fn what_can_be_pointed_at_in_a_network_opens_its_page_and_has_a_name() {
    through_every_quest(|app, world, case| {
        let facts = Facts::of(world);
        for room in ROOMS {
            let scene = Scene::of(&facts, app.words(), room);
            for node in scene.nodes.iter().filter(|node| !node.hover.is_empty()) {
                let opens = select::intent(&node.id, world).is_some();
                let none = matches!(node.id, NodeId::Gallery) || matches!(&node.id, NodeId::More(_));
                assert!(opens || none, "{case}: {:?}", node.id);
            }
        }
    });
}

#[test]
fn on_eks_the_pod_that_can_not_pull_is_red_on_its_node_until_the_node_role_may_pull() {
    let mut app = desk::app(Sight::default());
    app.let_in("the-cluster-next-door");
    app.apply(Intent::StartQuest("the-cluster-next-door".to_owned()));
    let facts = |app: &App| Facts::of(app.session().expect("a session").world());
    let words = |facts: &Facts| {
        let subnets = facts.network.iter().flat_map(|network| &network.subnets);
        let pods = subnets.flat_map(|subnet| &subnet.computes).flat_map(|node| &node.pods);
        let mut words: Vec<_> = pods.map(|pod| (pod.word.clone(), pod.image.clone())).collect();
        words.sort();
        words
    };
    let row = |word: &str, image: &str| (word.to_owned(), image.to_owned());
    let broken = facts(&app);
    let old = row("Running", "web:v1.0");
    assert_eq!(words(&broken), [row("ImagePullBackOff", "web:v2.0"), old.clone(), old]);
    let scene = Scene::of(&broken, app.words(), ROOMS[2]);
    let failing: Vec<_> = scene
        .nodes
        .iter()
        .filter(|node| matches!(&node.id, NodeId::Pod(..)) && node.hover.contains("ImagePullBackOff"))
        .collect();
    assert_eq!(failing.len(), 1);
    assert!(failing[0].hover.contains("403 Forbidden") || failing[0].hover.contains("no basic auth"), "{failing:?}");
    assert!(select::intent(&failing[0].id, app.session().expect("a session").world()).is_some());
    let quest = app.quest_session().and_then(|session| session.quest()).expect("a quest").clone();
    for line in &quest.solutions[0].lines {
        app.apply(Intent::Run(line.run.clone()));
    }
    let new = row("Running", "web:v2.0");
    let running = words(&facts(&app)).into_iter().filter(|word| *word == new).count();
    assert_eq!(running, 2);
}

#[test]
fn a_picture_in_light_and_dark_has_the_same_shapes() {
    through_every_quest(|app, world, case| {
        let scene = Scene::of(&Facts::of(world), app.words(), ROOMS[1]);
        let (dark, light) = (paint::scene(&scene, &DARK), paint::scene(&scene, &LIGHT));
        assert_eq!(dark.len(), light.len(), "{case}");
    });
}
