//! What there is to draw, read from a world once per change.

mod compute;
mod functions;
mod kubernetes;
mod network;
mod registry;

use crate::cloud::{AccountId, Digest, Origin, Region, Trail};
use crate::laptop::docker;
use crate::world::World;

pub use compute::{Compute, ComputeKind, STEPS, Task};
pub use functions::{Function, Standing};
pub use kubernetes::{Cluster, Deployment, NodeState, Pod};
pub(in crate::view) use kubernetes::{eks_node, pod_on_fargate, state_name};
pub use network::{Endpoint, InternetGateway, NatGateway, Network, Out, Subnet};
pub(in crate::view) use network::{named, service_of, shown_vpc};
pub use registry::{Object, Repository};

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
    /// How the newest request from an instance, a Fargate task or a function ended at IAM.
    pub compute_gate: Option<Passage>,
    /// The network, where it is part of the world: something runs in it, or an endpoint was made.
    pub network: Option<Network>,
    /// Lambda's functions, by name.
    pub functions: Vec<Function>,
    /// EKS's clusters, by name.
    pub clusters: Vec<Cluster>,
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

/// A request at the gate.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Such as `ecr:BatchGetImage`.
    pub action: String,
    pub allowed: bool,
}

impl Facts {
    /// What is in `world` to be drawn: the learner's account in the game's region.
    pub fn of(world: &World) -> Self {
        let region = Region::home();
        let account = AccountId::home();
        let regional = world.cloud.regional(&account, &region);
        let trail = world.cloud.trail();
        Self {
            images: images(&world.laptop.docker),
            registry: format!("{account}.dkr.ecr.{region}"),
            repositories: regional.map(registry::repositories).unwrap_or_default(),
            objects: regional.map(registry::objects).unwrap_or_default(),
            laptop_gate: passage(trail, |origin| *origin == Origin::Laptop),
            compute_gate: passage(trail, |origin| {
                matches!(origin, Origin::Instance(_) | Origin::Fargate(_) | Origin::Function(_))
            }),
            network: world
                .cloud
                .account(&account)
                .zip(regional)
                .and_then(|(account, regional)| Network::of(&world.cloud, account, regional)),
            functions: regional
                .map(|regional| regional.lambda.functions().map(|found| Function::of(regional, found)).collect())
                .unwrap_or_default(),
            clusters: regional.map(|regional| kubernetes::clusters(regional, trail)).unwrap_or_default(),
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

/// How the newest request from such an origin that asked IAM anything ended there.
fn passage(trail: &Trail, from: impl Fn(&Origin) -> bool) -> Option<Passage> {
    let (_, request) =
        trail.requests().rev().find(|(_, request)| from(&request.caller.origin) && !request.decisions.is_empty())?;
    let decision = request.denial().or_else(|| request.decisions.first())?;
    Some(Passage { action: decision.action.clone(), allowed: decision.is_allowed() })
}
