//! What there is to draw, read from a world once per change.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::ecr::{self, Mutability};
use crate::cloud::ecs::{self, LaunchType, StopCode};
use crate::cloud::{Account, AccountId, Arn, Digest, Origin, Region, Regional, Trail};
use crate::laptop::docker;
use crate::world::World;

/// All that the picture shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// Images on the laptop, the newest first.
    pub images: Vec<Image>,
    /// The registry's host without its common end, such as `111122223333.dkr.ecr.ap-northeast-2`.
    pub registry: String,
    /// Repositories, by name.
    pub repositories: Vec<Repository>,
    /// Blobs behind the registry, by digest.
    pub objects: Vec<Object>,
    /// How the newest request from the laptop ended at IAM.
    pub laptop_gate: Option<Passage>,
    /// How the newest request from an instance or a Fargate task ended at IAM.
    pub compute_gate: Option<Passage>,
    /// What runs containers.
    pub computes: Vec<Compute>,
}

/// An image on the laptop.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    pub id: Digest,
    /// As docker shows them, the shortest first: `web:v1.0`. None when a build took its names over.
    pub names: Vec<String>,
    /// From the base up.
    pub layers: Vec<Layer>,
}

/// A layer: its digest and its size.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub digest: Digest,
    /// Compressed bytes.
    pub bytes: u64,
}

/// A repository in the registry.
#[derive(Clone, Debug, PartialEq)]
pub struct Repository {
    pub name: String,
    /// Tags with the digest of the image each names, by tag.
    pub tags: Vec<(String, Digest)>,
    /// How many images there are, tagged or not.
    pub images: usize,
    /// How many of them no tag names.
    pub untagged: usize,
    /// Distinct layers of its images, from the base up.
    pub layers: Vec<Layer>,
    /// Whether tags cannot be moved.
    pub immutable: bool,
}

/// A blob in the layer store.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    pub digest: Digest,
    pub bytes: u64,
    /// How many images use it.
    pub uses: usize,
    /// Whether it is an image's configuration and no layer.
    pub config: bool,
}

/// A request at the gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Such as `ecr:BatchGetImage`.
    pub action: String,
    pub allowed: bool,
}

/// Where tasks run.
#[derive(Clone, Debug, PartialEq)]
pub struct Compute {
    pub kind: ComputeKind,
    /// The role that pulls: the instance's, or the tasks' execution role.
    pub role: Option<String>,
    /// Those that are not stopped, then the newest stopped ones; each group the newest first.
    pub tasks: Vec<Task>,
    /// Whether the newest task failed.
    pub failing: bool,
}

/// Which kind of compute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ComputeKind {
    /// An EC2 instance, by id.
    Instance(String),
    /// Fargate, for a cluster.
    Fargate(String),
}

/// A task.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The last part of its ARN.
    pub id: String,
    pub arn: Arn,
    /// Its task definition's family.
    pub family: String,
    /// Such as `RUNNING`.
    pub status: String,
    /// Why it stopped, in AWS's words.
    pub reason: Option<String>,
    /// Whether it stopped because something went wrong.
    pub failed: bool,
}

impl Facts {
    /// What is in `world` to be drawn: the learner's account in the game's region.
    pub fn of(world: &World) -> Self {
        let region = Region::home();
        let account = AccountId::home();
        let regional = world.cloud.account(&account).and_then(|account| account.region(&region));
        let trail = world.cloud.trail();
        Self {
            images: images(&world.laptop.docker),
            registry: format!("{account}.dkr.ecr.{region}"),
            repositories: regional.map(repositories).unwrap_or_default(),
            objects: regional.map(objects).unwrap_or_default(),
            laptop_gate: passage(trail, |origin| *origin == Origin::Laptop),
            compute_gate: passage(trail, |origin| matches!(origin, Origin::Instance(_) | Origin::Fargate(_))),
            computes: world
                .cloud
                .account(&account)
                .zip(regional)
                .map(|(account, regional)| computes(account, regional))
                .unwrap_or_default(),
        }
    }
}

/// The newest first.
fn images(engine: &docker::Engine) -> Vec<Image> {
    let mut images: Vec<_> = engine.images().collect();
    images.sort_by(|a, b| b.created.cmp(&a.created).then_with(|| a.id.cmp(&b.id)));
    let layer =
        |layer: &crate::cloud::oci::Layer| Layer { digest: layer.digest.clone(), bytes: layer.blob.len() as u64 };
    images
        .into_iter()
        .map(|image| {
            let mut names = engine.names(&image.id);
            names.sort_by_key(String::len);
            Image { id: image.id.clone(), names, layers: image.layers.iter().map(layer).collect() }
        })
        .collect()
}

/// Stopped tasks that are shown beside those that are not.
const STOPPED_SHOWN: usize = 2;

fn computes(account: &Account, regional: &Regional) -> Vec<Compute> {
    let mut computes = Vec::new();
    for instance in regional.net.instances() {
        let profile = instance.instance_profile.as_deref().and_then(|name| account.iam.instance_profile(name));
        let role = profile.and_then(|profile| profile.role.as_deref()).map(str::to_owned);
        let tasks = regional.ecs.clusters().flat_map(|cluster| {
            let here = |id: &str| cluster.instance(id).is_some_and(|found| found.ec2_instance_id == instance.id);
            cluster.tasks().filter(move |task| task.container_instance.as_deref().is_some_and(here))
        });
        computes.push(compute(ComputeKind::Instance(instance.id.clone()), role, tasks.collect()));
    }
    for cluster in regional.ecs.clusters() {
        let tasks: Vec<_> = cluster.tasks().filter(|task| task.launch_type == LaunchType::Fargate).collect();
        if tasks.is_empty() {
            continue;
        }
        let role = tasks
            .iter()
            .max_by_key(|task| task.created_at)
            .and_then(|task| task.execution_role())
            .and_then(|arn| arn.rsplit('/').next())
            .map(str::to_owned);
        computes.push(compute(ComputeKind::Fargate(cluster.name.clone()), role, tasks));
    }
    computes
}

fn compute(kind: ComputeKind, role: Option<String>, mut tasks: Vec<&ecs::Task>) -> Compute {
    tasks.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.id.cmp(&b.id)));
    let failing = tasks.first().is_some_and(|task| failed(task));
    let (stopped, alive): (Vec<_>, Vec<_>) = tasks.into_iter().partition(|task| task.is_stopped());
    let tasks = alive.into_iter().chain(stopped.into_iter().take(STOPPED_SHOWN)).map(|found| Task {
        id: found.id.clone(),
        arn: found.arn.clone(),
        family: found.definition.family.clone(),
        status: found.status.as_str().to_owned(),
        reason: found.stopped_reason.clone(),
        failed: failed(found),
    });
    Compute { kind, role, tasks: tasks.collect(), failing }
}

fn failed(task: &ecs::Task) -> bool {
    matches!(task.stop_code, Some(StopCode::TaskFailedToStart | StopCode::EssentialContainerExited))
}

fn repositories(regional: &Regional) -> Vec<Repository> {
    regional.ecr.repositories().map(repository).collect()
}

fn repository(found: &ecr::StoredRepository) -> Repository {
    let mut images: Vec<_> = found.images.values().collect();
    images.sort_by(|a, b| b.pushed_at.cmp(&a.pushed_at).then_with(|| a.digest.cmp(&b.digest)));
    let mut seen = BTreeSet::new();
    let layers = images
        .iter()
        .flat_map(|image| image.layers())
        .filter(|(digest, _)| seen.insert(*digest))
        .map(|(digest, bytes)| Layer { digest: digest.clone(), bytes })
        .collect();
    let tagged: BTreeSet<_> = found.tags.values().collect();
    Repository {
        name: found.name.clone(),
        tags: found.tags.iter().map(|(tag, digest)| (tag.clone(), digest.clone())).collect(),
        images: found.images.len(),
        untagged: found.images.keys().filter(|digest| !tagged.contains(digest)).count(),
        layers,
        immutable: found.mutability == Mutability::Immutable,
    }
}

/// Layers first, each group by digest.
fn objects(regional: &Regional) -> Vec<Object> {
    let mut uses: BTreeMap<&Digest, usize> = BTreeMap::new();
    let mut layers = BTreeSet::new();
    // An image that is in two repositories is one image.
    let images: BTreeMap<_, _> = regional.ecr.repositories().flat_map(|repository| &repository.images).collect();
    for image in images.values() {
        for blob in image.blobs().collect::<BTreeSet<_>>() {
            *uses.entry(blob).or_default() += 1;
        }
        layers.extend(image.layers().map(|(digest, _)| digest));
    }
    let mut objects: Vec<_> = regional
        .layers
        .objects()
        .map(|(digest, object)| {
            let uses = uses.get(digest).copied().unwrap_or_default();
            Object {
                digest: digest.clone(),
                bytes: object.blob.len() as u64,
                uses,
                config: uses > 0 && !layers.contains(digest),
            }
        })
        .collect();
    objects.sort_by_key(|object| object.config);
    objects
}

/// How the newest request from such an origin that asked IAM anything ended there.
fn passage(trail: &Trail, from: impl Fn(&Origin) -> bool) -> Option<Passage> {
    let (_, request) =
        trail.requests().rev().find(|(_, request)| from(&request.caller.origin) && !request.decisions.is_empty())?;
    let decision = request.denial().or_else(|| request.decisions.first())?;
    Some(Passage { action: decision.action.clone(), allowed: decision.is_allowed() })
}
