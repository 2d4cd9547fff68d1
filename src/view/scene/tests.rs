//! The layout's promises, over hand-made facts from nothing to far too much.

use egui::{Rect, vec2};

use super::facts::{
    Cluster, Compute, ComputeKind, Deployment, Endpoint, Function, Image, InternetGateway, Layer, NatGateway, Network,
    NodeState, Object, Out, Passage, Pod, Repository, Standing, Subnet, Task,
};
use super::*;
use crate::cloud::ecs::TaskStatus;
use crate::cloud::eks::Key;
use crate::text::{Lang, Words};

fn digest(n: usize) -> Digest {
    Digest::of(&n.to_be_bytes())
}

fn layers(from: usize, count: usize) -> Vec<Layer> {
    (from..from + count).map(|n| Layer { digest: digest(n), bytes: 1_000_000 * (n as u64 + 1) }).collect()
}

fn task(n: usize, status: TaskStatus, reason: Option<&str>) -> Task {
    let id = format!("{n:032x}");
    let step = Task::step(status);
    Task {
        arn: crate::cloud::Arn::new("ecs", "ap-northeast-2", "111122223333", &format!("task/prod/{id}")),
        id,
        family: "a-rather-long-task-definition-family".to_owned(),
        status,
        been: std::array::from_fn(|at| at <= step),
        reason: reason.map(str::to_owned),
        failed: reason.is_some(),
    }
}

/// Pods of a cluster, `n` of them from the given number on, in all their states.
fn pods(cluster: usize, from: usize, n: usize) -> Vec<Pod> {
    use Standing::{Failed, Idle, Waiting, Works};
    let states = [
        ("Running", Works),
        ("ImagePullBackOff", Failed),
        ("ContainerCreating", Waiting),
        ("CreateContainerConfigError", Failed),
        ("Completed", Idle),
    ];
    (from..from + n)
        .map(|at| Pod {
            cluster: format!("cluster-{cluster}"),
            key: Key::new("default", &format!("a-rather-long-deployment-{at:010x}-x7k2p")),
            word: states[at % 5].0.to_owned(),
            standing: states[at % 5].1,
            image: "team/application-with-a-long-name:v1.0".to_owned(),
            message: (at % 5 == 1).then(|| "Back-off pulling image".to_owned()),
        })
        .collect()
}

/// `n` clusters with something of everything in each.
fn clusters(n: usize) -> Vec<Cluster> {
    let standings = [Standing::Works, Standing::Waiting, Standing::Failed];
    (0..n)
        .map(|at| Cluster {
            name: format!("cluster-{at}"),
            version: "1.34".to_owned(),
            status: "ACTIVE".to_owned(),
            deployments: (0..at)
                .map(|d| Deployment {
                    key: Key::new("default", &format!("a-deployment-with-a-long-name-{d}")),
                    ready: d as u32,
                    wanted: 100,
                    updated: if d % 2 == 0 { 100 } else { 7 },
                    standing: standings[d % 3],
                })
                .collect(),
            waiting: pods(at, 10_000, at / 2),
            refused: at % 2 == 1,
        })
        .collect()
}

/// A network with up to three subnets and `n` things to run containers in, which lie in them in turn.
fn network(n: usize) -> Network {
    const NAMES: [&str; 3] = ["public-a", "private-a", "private-with-a-long-name-c"];
    use TaskStatus::{Deprovisioning, Pending, Provisioning, Running, Stopped};
    let statuses = [Running, Stopped, Provisioning, Deprovisioning, Pending];
    let compute = |i: usize| Compute {
        kind: match i % 5 {
            0 | 2 => ComputeKind::Instance(format!("i-{i:017x}")),
            4 => ComputeKind::Node {
                instance: format!("i-{i:017x}"),
                cluster: "cluster-0".to_owned(),
                state: [NodeState::NotReady, NodeState::Ready, NodeState::Joining][i % 3],
            },
            1 => ComputeKind::PodFargate(format!("cluster-{i}")),
            _ => ComputeKind::Fargate(format!("cluster-{i}")),
        },
        subnet: NAMES[i % 3].to_owned(),
        role: (i % 3 != 2).then(|| "ecsTaskExecutionRoleWithAVeryLongName".to_owned()),
        tasks: (0..n)
            .map(|t| {
                let reason = (t % 5 == 1).then_some("CannotPullContainerError: pull image manifest has been retried");
                task(i * 100 + t, statuses[t % 5], reason)
            })
            .filter(|_| !matches!(i % 5, 1 | 4))
            .collect(),
        pods: if matches!(i % 5, 1 | 4) { pods(0, i * 100, n) } else { Vec::new() },
        failing: i.is_multiple_of(2),
    };
    let endpoint = |i: usize| Endpoint {
        id: format!("vpce-{i}"),
        service: ["ecr.api", "ecr.dkr", "s3", "logs", "secretsmanager"][i % 5].to_owned(),
        gateway: i % 5 == 2,
        used: i % 4 != 3,
        available: i % 7 != 6,
    };
    let endpoints: Vec<_> = (0..n.min(9)).map(endpoint).collect();
    let subnets = NAMES.iter().take(n).enumerate().map(|(at, name)| Subnet {
        id: (*name).to_owned(),
        name: (*name).to_owned(),
        cidr: format!("10.0.{at}.0/24"),
        table: (format!("rtb-{at}"), (*name).to_owned()),
        out: match at {
            0 => Some(Out::InternetGateway("igw-1".to_owned())),
            1 => Some(Out::NatGateway("nat-1".to_owned())),
            _ => None,
        },
        gateways: endpoints.iter().filter(|found| found.gateway && at > 0).map(|found| found.id.clone()).collect(),
        acl: (at % 2 == 1).then(|| format!("acl-{at}")),
        nats: (0..usize::from(at == 0))
            .map(|_| NatGateway {
                id: "nat-1".to_owned(),
                name: "main".to_owned(),
                public_ip: "198.51.100.20".to_owned(),
                state: crate::cloud::net::NatState::Available,
            })
            .collect(),
        computes: (0..n).map(compute).filter(|found| found.subnet == *name).collect(),
    });
    Network {
        name: "main".to_owned(),
        cidr: "10.0.0.0/16".to_owned(),
        subnets: subnets.collect(),
        internet_gateways: vec![InternetGateway { id: "igw-1".to_owned(), name: "main".to_owned() }],
        endpoints,
        roads: Vec::new(),
        elsewhere: (0..n / 8)
            .map(compute)
            .map(|found| Compute {
                subnet: "elsewhere".to_owned(),
                kind: ComputeKind::Fargate("other".to_owned()),
                ..found
            })
            .collect(),
    }
}

fn functions(n: usize) -> Vec<Function> {
    let standings = [Standing::Works, Standing::Failed, Standing::Waiting, Standing::Idle];
    (0..n)
        .map(|i| Function {
            name: format!("a-function-with-a-rather-long-name-{i}"),
            state: ["Active", "Update failed", "Pending", "Inactive"][i % 4].to_owned(),
            standing: standings[i % 4],
            repository: "web".to_owned(),
            tag: (i % 3 != 2).then(|| "v1.0-with-much-behind-it".to_owned()),
            digest: digest(i),
            moved: i % 3 == 1,
            reason: (i % 4 == 1).then(|| "Lambda does not have permission to access the ECR image.".to_owned()),
        })
        .collect()
}

/// Facts with `n` of everything.
pub(super) fn plenty(n: usize) -> Facts {
    Facts {
        images: (0..n)
            .map(|i| Image {
                id: digest(1000 + i),
                names: (0..i % 4)
                    .map(|n| format!("111122223333.dkr.ecr.ap-northeast-2.amazonaws.com/web-{n}:v{i}"))
                    .collect(),
                layers: layers(i, 1 + i % 9),
            })
            .collect(),
        registry: "111122223333.dkr.ecr.ap-northeast-2".to_owned(),
        repositories: (0..n)
            .map(|i| Repository {
                name: format!("team/application-with-a-long-name-{i}"),
                tags: (0..i % 7).map(|t| (format!("v{t}.0-{}", "x".repeat(t * 5)), digest(t))).collect(),
                images: i % 5,
                untagged: 0,
                layers: layers(i, i % 9),
                immutable: i % 2 == 0,
            })
            .collect(),
        objects: (0..n * 3)
            .map(|i| Object { digest: digest(i), bytes: 999 << (i % 30), uses: i % 3, config: i % 5 == 4 })
            .collect(),
        laptop_gate: Some(Passage { action: "ecr:BatchCheckLayerAvailability".to_owned(), allowed: true }),
        compute_gate: Some(Passage { action: "ecr:GetAuthorizationToken".to_owned(), allowed: false }),
        network: (n > 0).then(|| network(n)),
        functions: functions(n / 2),
        clusters: clusters(n / 2),
    }
}

fn each(mut check: impl FnMut(&Scene, &str)) {
    for lang in Lang::ALL {
        let words = Words::new(lang);
        for n in [0, 1, 2, 3, 5, 8, 40] {
            for arrangement in [Arrangement::Wide, Arrangement::Narrow] {
                check(&Scene::arranged(&plenty(n), &words, arrangement), &format!("{n} {arrangement:?} {lang}"));
            }
        }
    }
}

/// The nearest box that a node's words must stay in: itself, or for bare words the one around them.
fn boxed(node: &Node) -> bool {
    !matches!(node.surface, Surface::Gate | Surface::Bare)
}

#[test]
fn words_stay_inside_their_boxes() {
    each(|scene, case| {
        for node in scene.nodes.iter().filter(|node| boxed(node)) {
            for label in &node.labels {
                let inside = node.rect.shrink(2.0).contains_rect(label.rect());
                assert!(inside, "{case}: `{}` {:?} in {:?} {:?}", label.text, label.rect(), node.id, node.rect);
            }
        }
    });
}

#[test]
fn words_do_not_lie_over_each_other() {
    each(|scene, case| {
        let labels: Vec<_> = scene.nodes.iter().flat_map(|node| &node.labels).collect();
        for (i, a) in labels.iter().enumerate() {
            for b in labels.iter().skip(i + 1) {
                let clash = a.rect().shrink(1.5).intersects(b.rect().shrink(1.5));
                assert!(!clash, "{case}: `{}` and `{}`", a.text, b.text);
            }
        }
    });
}

#[test]
fn cards_gates_and_frames_keep_apart() {
    each(|scene, case| {
        let boxes: Vec<_> = scene
            .nodes
            .iter()
            .filter(|node| matches!(node.surface, Surface::Card | Surface::Gate) || node.id == NodeId::Gallery)
            .collect();
        for (i, a) in boxes.iter().enumerate() {
            for b in boxes.iter().skip(i + 1) {
                assert!(!a.rect.expand(4.0).intersects(b.rect), "{case}: {:?} and {:?}", a.id, b.id);
            }
        }
    });
}

#[test]
fn a_gates_words_do_not_reach_the_cards() {
    each(|scene, case| {
        let gates = scene.nodes.iter().filter(|node| node.surface == Surface::Gate);
        for label in gates.flat_map(|gate| &gate.labels) {
            for card in scene.nodes.iter().filter(|node| matches!(node.surface, Surface::Card | Surface::Frame)) {
                assert!(!card.rect.intersects(label.rect()), "{case}: `{}` over {:?}", label.text, card.id);
            }
        }
    });
}

#[test]
fn ways_lie_on_no_words_and_meet_what_they_join() {
    each(|scene, case| {
        let words: Vec<_> = scene.nodes.iter().filter(|node| node.surface == Surface::Gate).collect();
        for link in &scene.links {
            for (a, b) in link.points.iter().zip(link.points.iter().skip(1)) {
                assert!(a.x == b.x || a.y == b.y, "{case}: {link:?} is neither level nor upright");
                let line = Rect::from_two_pos(*a, *b).expand(3.0);
                for label in words.iter().flat_map(|gate| &gate.labels).filter(|label| label.weight != Weight::Icon) {
                    assert!(!line.intersects(label.rect()), "{case}: {link:?} crosses `{}`", label.text);
                }
            }
            let ends = [link.points.first().unwrap(), link.points.last().unwrap()];
            for end in ends {
                let met = scene.nodes.iter().any(|node| node.rect.expand(1.0).contains(*end));
                assert!(met, "{case}: {link:?} ends in nothing");
            }
        }
    });
}

#[test]
fn ids_are_unique_and_stay_when_others_come() {
    each(|scene, case| {
        let mut ids: Vec<_> = scene.nodes.iter().filter(|n| !matches!(n.id, NodeId::More(_))).map(|n| &n.id).collect();
        ids.sort();
        for pair in ids.windows(2) {
            assert_ne!(pair[0], pair[1], "{case}");
        }
    });
    let words = Words::new(Lang::En);
    let few = Scene::arranged(&plenty(2), &words, Arrangement::Wide);
    let more = Scene::arranged(&plenty(3), &words, Arrangement::Wide);
    for node in &few.nodes {
        assert!(more.node(&node.id).is_some(), "{:?}", node.id);
    }
}

#[test]
fn what_is_not_there_is_not_drawn() {
    let words = Words::new(Lang::En);
    let empty = Scene::arranged(&Facts::default(), &words, Arrangement::Wide);
    assert!(empty.node(&NodeId::Vpc).is_none());
    assert!(empty.node(&NodeId::Gate(Side::Compute)).is_none());
    assert!(empty.node(&NodeId::Registry).is_some());
}

#[test]
fn too_much_is_counted_and_everything_still_has_a_place() {
    let words = Words::new(Lang::En);
    let facts = plenty(40);
    let scene = Scene::arranged(&facts, &words, Arrangement::Wide);
    assert!(scene.bounds.height() < 2600.0 && scene.bounds.width() < 1500.0, "{:?}", scene.bounds);
    let words_of = |id: &NodeId| scene.node(id).map(|node| node.labels[0].text.clone());
    assert_eq!(words_of(&NodeId::More(Box::new(NodeId::Registry))).as_deref(), Some("+31 more"));
    for repository in &facts.repositories {
        assert!(scene.place(&NodeId::Repository(repository.name.clone())).is_some());
    }
    assert_eq!(scene.place(&NodeId::Object(digest(9999))), scene.place(&NodeId::Store));
    assert_eq!(scene.place(&NodeId::Task("gone".to_owned())), scene.place(&NodeId::Vpc));
    let gone = NodeId::Pod("cluster-1".to_owned(), Key::new("default", "gone"));
    assert_eq!(scene.place(&gone), scene.place(&NodeId::Cluster("cluster-1".to_owned())));
    for cluster in &facts.clusters {
        for pod in &cluster.waiting {
            assert!(scene.place(&NodeId::Pod(pod.cluster.clone(), pod.key.clone())).is_some(), "{pod:?}");
        }
    }
}

#[test]
fn a_shared_layer_says_how_many_images_use_it() {
    let words = Words::new(Lang::En);
    let object = Object { digest: digest(7), bytes: 29_000_000, uses: 2, config: false };
    let facts = Facts { objects: vec![object], ..Facts::default() };
    let scene = Scene::arranged(&facts, &words, Arrangement::Wide);
    let tile = scene.node(&NodeId::Object(digest(7))).unwrap();
    assert!(tile.labels[0].text.ends_with("×2"), "{}", tile.labels[0].text);
    assert_eq!(tile.labels[1].text, "29.0 MB");
    assert_eq!(scene.hit(tile.rect.center()).map(|node| &node.id), Some(&tile.id));
}

#[test]
fn a_small_view_gets_the_narrow_arrangement() {
    let words = Words::new(Lang::Ko);
    let facts = Facts { clusters: Vec::new(), ..plenty(2) };
    let wide = Scene::of(&facts, &words, vec2(1600.0, 1000.0));
    let narrow = Scene::of(&facts, &words, vec2(560.0, 460.0));
    assert!(wide.node(&NodeId::Gate(Side::Compute)).is_some());
    assert!(narrow.node(&NodeId::Gate(Side::Compute)).is_none());
    assert_eq!(narrow.place(&NodeId::Gate(Side::Compute)), narrow.place(&NodeId::Gate(Side::Laptop)));
    // One gate for both shows the denial.
    assert_eq!(narrow.node(&NodeId::Gate(Side::Laptop)).unwrap().tone, Tone::Denied);
}

#[test]
fn kubectl_has_a_way_to_each_cluster_and_each_cluster_one_to_its_nodes() {
    let words = Words::new(Lang::En);
    for arrangement in [Arrangement::Wide, Arrangement::Narrow] {
        let scene = Scene::arranged(&plenty(4), &words, arrangement);
        for name in ["cluster-0", "cluster-1"] {
            let cluster = NodeId::Cluster(name.to_owned());
            let way = scene.way(&NodeId::Laptop, &cluster).unwrap();
            assert!(way.len() > 3, "{arrangement:?} {name}: {way:?} cuts across");
            let to_nodes = |link: &&Link| link.joins == (cluster.clone(), NodeId::Vpc);
            assert!(scene.links.iter().any(|link| to_nodes(&link)), "{arrangement:?} {name}");
        }
        let refused =
            scene.links.iter().filter(|link| link.joins.0 == NodeId::Laptop && link.traffic == Traffic::Denied);
        assert_eq!(refused.count(), 1, "{arrangement:?}");
    }
}

#[test]
fn a_pod_says_its_status_its_image_and_how_its_name_ends() {
    let words = Words::new(Lang::En);
    let scene = Scene::arranged(&plenty(5), &words, Arrangement::Wide);
    let pod = scene.nodes.iter().find(|node| matches!(&node.id, NodeId::Pod(..)) && node.tone == Tone::Denied).unwrap();
    let says: Vec<_> = pod.labels.iter().map(|label| label.text.as_str()).collect();
    assert!(says[0].ends_with("-x7k2p") && says[0].contains('…'), "{says:?}");
    assert_eq!(says[2], "ImagePullBackOff");
    assert_eq!(pod.surface, Surface::Empty, "not by colour alone");
    assert!(pod.hover.contains("Back-off pulling image"), "{}", pod.hover);
}

#[test]
fn every_word_of_the_scene_is_there_in_both_languages() {
    each(|scene, case| {
        for node in &scene.nodes {
            assert!(!node.hover.contains('‹') && !node.hover.contains("{$"), "{case}: {}", node.hover);
            for label in &node.labels {
                assert!(!label.text.contains('‹') && !label.text.contains("{$"), "{case}: {}", label.text);
            }
        }
    });
}

#[test]
fn painting_is_as_much_as_there_is_and_finite() {
    each(|scene, case| {
        let quads = paint::scene(scene, &crate::view::theme::DARK);
        assert!(quads.len() >= scene.nodes.len() / 2, "{case}");
        for quad in quads {
            assert!(
                quad.center.is_finite() && quad.half.is_finite() && quad.half.min_elem() >= 0.0,
                "{case}: {quad:?}"
            );
        }
        assert!(scene.bounds.is_finite() && scene.bounds != Rect::NOTHING);
    });
}
