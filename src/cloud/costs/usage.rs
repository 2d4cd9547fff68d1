//! What is used: by the state as it is, and by the trail of the last 30 days.

use std::collections::{BTreeMap, BTreeSet};

use crate::cloud::ecr::StoredRepository;
use crate::cloud::ecs::{LaunchType, TaskStatus};
use crate::cloud::net::{Destination, Endpoint, EndpointKind, Place, Road};
use crate::cloud::{AccountId, Cloud, Digest, Duration, EventKind, Origin, Region};

/// How far back transfer is counted.
const MONTH: Duration = Duration::days(30);

/// Quantities for a month; data in bytes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Usage {
    pub(super) standard: u64,
    pub(super) archive: u64,
    pub(super) internet: u64,
    pub(super) other_region: u64,
    pub(super) through_nat: u64,
    pub(super) through_endpoint: u64,
    pub(super) nat_gateways: usize,
    pub(super) endpoint_interfaces: usize,
    /// vCPUs and gigabytes that run now.
    pub(super) fargate_cpu: f64,
    pub(super) fargate_memory: f64,
    pub(super) fargate_arm_cpu: f64,
    pub(super) fargate_arm_memory: f64,
    /// EC2 instances, those of ECS and EKS among them, by type.
    pub(super) instances: BTreeMap<&'static str, usize>,
    pub(super) eks_clusters: usize,
    /// Beside those of NAT gateways: of instances and tasks, and held for nobody.
    pub(super) public_addresses: usize,
}

/// What a repository stores: each blob once, in the standard class if any active image needs it. `gone` images are left
/// out, `archived` ones count as archived.
///
/// Source: Amazon ECR pricing: billed is what is stored; a layer that images of a repository share is stored once.
pub(super) fn stored(
    repository: &StoredRepository,
    gone: &BTreeSet<&Digest>,
    archived: &BTreeSet<&Digest>,
) -> (u64, u64) {
    let (mut standard, mut archive) = (Vec::new(), Vec::new());
    for (digest, image) in &repository.images {
        if gone.contains(digest) {
            continue;
        }
        let in_archive = image.archived_at.is_some() || archived.contains(digest);
        let blobs = if in_archive { &mut archive } else { &mut standard };
        blobs.push((image.digest.clone(), image.manifest().len() as u64));
        let layers: Vec<(Digest, u64)> = image.layers().map(|(digest, size)| (digest.clone(), size)).collect();
        let config = image.size.saturating_sub(layers.iter().map(|(_, size)| size).sum());
        blobs.extend(image.config().map(|digest| (digest.clone(), config)));
        blobs.extend(layers);
    }
    let mut seen = BTreeSet::new();
    let mut weigh = |blobs: Vec<(Digest, u64)>| {
        let new = blobs.into_iter().filter(|(digest, _)| seen.insert(digest.clone()));
        new.map(|(_, size)| size).sum()
    };
    let standard = weigh(standard);
    (standard, weigh(archive))
}

/// What an account uses in a region.
pub(super) fn of(cloud: &Cloud, account: &AccountId, region: &Region) -> Usage {
    let mut usage = Usage::default();
    let Some(regional) = cloud.regional(account, region) else { return usage };
    for repository in regional.ecr.repositories() {
        let (standard, archive) = stored(repository, &BTreeSet::new(), &BTreeSet::new());
        usage.standard += standard;
        usage.archive += archive;
    }
    let now = cloud.now();
    usage.nat_gateways =
        regional.net.nat_gateways().filter(|gateway| gateway.deleted.is_none() && gateway.failure.is_none()).count();
    let interfaces = |endpoint: &Endpoint| match &endpoint.kind {
        EndpointKind::Interface { interfaces, .. } => interfaces.len(),
        EndpointKind::Gateway { .. } => 0,
    };
    usage.endpoint_interfaces = regional.net.endpoints().map(interfaces).sum();
    for instance in regional.net.instances() {
        *usage.instances.entry(instance.instance_type.name).or_default() += 1;
        usage.public_addresses += usize::from(instance.public_ip);
    }
    usage.public_addresses +=
        regional.net.elastic_ips().filter(|address| regional.net.user_of(&address.allocation).is_none()).count();
    usage.eks_clusters = regional.eks.clusters().count();
    for task in regional.ecs.clusters().flat_map(|cluster| cluster.tasks()) {
        if task.launch_type != LaunchType::Fargate || task.status != TaskStatus::Running {
            continue;
        }
        usage.public_addresses += usize::from(task.interface.as_ref().is_some_and(|interface| interface.public_ip));
        let (cpu, memory) = (f64::from(task.cpu_units()) / 1024.0, f64::from(task.memory_mib()) / 1024.0);
        let is_arm = task.definition.architecture() == crate::cloud::net::Architecture::Arm64;
        let (cpus, memories) = if is_arm {
            (&mut usage.fargate_arm_cpu, &mut usage.fargate_arm_memory)
        } else {
            (&mut usage.fargate_cpu, &mut usage.fargate_memory)
        };
        *cpus += cpu;
        *memories += memory;
    }
    for event in cloud.trail().events().iter().rev().take_while(|event| event.time >= now - MONTH) {
        let EventKind::Layer { caller, repository, bytes, upload: false, .. } = &event.kind else { continue };
        if regional.ecr.repository(repository).is_none() || caller.region != *region {
            continue;
        }
        match home_of(cloud, &caller.origin) {
            // From the laptop, or from whoever is gone: only the first is known to be outside.
            None if caller.origin == Origin::Laptop => usage.internet += bytes,
            None => {}
            Some((at, _)) if at != *region => usage.other_region += bytes,
            Some((at, place)) => match place.and_then(|place| road(cloud, account, &at, &place)) {
                Some(Gate::Nat) => usage.through_nat += bytes,
                Some(Gate::Endpoint) => usage.through_endpoint += bytes,
                None => {}
            },
        }
    }
    usage
}

/// What takes a share of what goes through it.
#[derive(Clone, Copy)]
enum Gate {
    Nat,
    Endpoint,
}

/// By which road layers come now to where they are pulled.
fn road(cloud: &Cloud, account: &AccountId, region: &Region, place: &Place) -> Option<Gate> {
    let net = &cloud.regional(account, region)?.net;
    let journey = net.journey_home(place, Destination::S3, region, cloud.now());
    match journey.road()? {
        Road::NatGateway(_) => Some(Gate::Nat),
        Road::InterfaceEndpoint(_) => Some(Gate::Endpoint),
        Road::InternetGateway(_) | Road::GatewayEndpoint(_) => None,
    }
}

/// Where whoever pulled is: the region, and the place in the network if it is still there.
fn home_of(cloud: &Cloud, origin: &Origin) -> Option<(Region, Option<Place>)> {
    let everywhere = || cloud.accounts().flat_map(|account| account.regions());
    match origin {
        Origin::Laptop | Origin::Via(_) | Origin::Service => None,
        Origin::Instance(id) => {
            everywhere().find_map(|(region, regional)| Some((region.clone(), Some(regional.net.instance(id)?.place()))))
        }
        Origin::Fargate(id) => everywhere().find_map(|(region, regional)| {
            let task = regional.ecs.clusters().find_map(|cluster| cluster.task(id))?;
            Some((region.clone(), crate::cloud::ecs::place_of(task)))
        }),
        Origin::Function(_) => None,
    }
}
