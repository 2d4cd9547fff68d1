//! The kubelet's pull: which credentials it has, by which road it goes, and what the registry says.
//!
//! Source: Kubernetes, "Images" and "Configure a kubelet image credential provider"; kubelet `EnsureImageExists`: the
//! credentials of pull secrets are tried first, then those of the provider, here ECR's, which asks for a token as the
//! node's role. Inferred: that what AWS allows is looked at anew with each pull: the real provider keeps a token for hours,
//! but what the role may do is decided at each request anyhow.

use std::sync::Arc;

use super::plain::{Machine, Node};
use super::pod::{PullError, Ready};
use super::pull_error::Context;
use crate::cloud::ecr::GetAuthorizationToken;
use crate::cloud::ecr::registry::{self, Client, Registry, RegistryError, RegistryErrorCode};
use crate::cloud::ecs::CachedImage;
use crate::cloud::eks::home::Home;
use crate::cloud::net::{Destination, Journey, Leg, Place, Question};
use crate::cloud::oci::{ImageConfig, Manifest, Platform, Reference};
use crate::cloud::upstream::hub::{self, Puller};
use crate::cloud::upstream::{self, Credentials, Lookup};
use crate::cloud::{Arn, Blob, Caller, Cloud, Digest, Duration, EventKind, Origin, Principal, Region, ecr_public, iam};

/// Until a connection times out. Source: containerd's dialer, observed as `i/o timeout`.
const TIMEOUT: Duration = Duration::seconds(30);
/// What a pull takes beside the bytes.
const OVERHEAD: Duration = Duration::millis(800);
/// How long it takes to be refused.
const REFUSED: Duration = Duration::millis(400);
/// How fast layers travel inside a region.
const BYTES_PER_SECOND: u64 = 25_000_000;
/// The account that EKS keeps the images of its add-ons in, in most regions.
/// Source: Amazon EKS User Guide, "View Amazon container image registries for Amazon EKS add-ons".
pub(in crate::cloud::eks) const EKS_IMAGES: &str = "602401143452";

/// A name and a password of a pull secret, for a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Login {
    pub host: String,
    pub username: String,
    pub password: String,
}

/// Pulls an image to a node. What comes of it is settled now, and takes effect after the time it takes.
pub(super) fn pull(
    cloud: &mut Cloud,
    home: &Home,
    cluster: &str,
    node: &Node,
    logins: &[Login],
    image: &str,
) -> (Result<Ready, PullError>, Duration) {
    let Ok(reference) = image.parse::<Reference>() else {
        let message = "invalid reference format".to_owned();
        return (Err(PullError { message, cause: None }), REFUSED);
    };
    let pull = Pull { home, cluster, node, reference: reference.or_latest(), region: home.region.clone() };
    let before = cloud.trail().len();
    let result = match Registry::from_host(&pull.reference.host) {
        Some(registry) => pull.private(cloud, &registry, logins),
        None => pull.outside(cloud, logins),
    };
    match result {
        Ok(mut ready) => {
            let travelled = ready.took.unwrap_or_default();
            let took = Duration::millis(OVERHEAD.as_millis().saturating_add(travelled.as_millis()));
            ready.took = Some(took);
            (Ok(ready), took)
        }
        Err(trouble) => {
            let took = if trouble.timed_out { TIMEOUT } else { REFUSED };
            // What the trail has last is what stopped it.
            let cause = Some(cloud.trail().len()).filter(|after| *after > before).map(|number| number as u64);
            (Err(PullError { message: trouble.message, cause }), took)
        }
    }
}

/// What is on a node's disk under a reference.
pub(super) fn cached(node: &Node, reference: &Reference) -> Option<Ready> {
    let cache = &node.cache.0;
    let image = cache.images.get(&reference.clone().or_latest().to_string())?;
    Some(ready(&image.digest, reference, cache.configs.get(&image.config)?, 0, None))
}

fn ready(digest: &Digest, reference: &Reference, config: &Blob, size: u64, took: Option<Duration>) -> Ready {
    let config = ImageConfig::parse(config.as_bytes()).ok();
    let architecture = config.as_ref().map(|config| config.architecture.clone()).unwrap_or_default();
    let run = config.map(|config| config.config).unwrap_or_default();
    Ready {
        digest: digest.clone(),
        name: reference.name(),
        entrypoint: run.entrypoint.unwrap_or_default(),
        cmd: run.cmd.unwrap_or_default(),
        architecture,
        size,
        took,
    }
}

/// A pull that failed, as containerd tells it.
struct Trouble {
    message: String,
    timed_out: bool,
}

impl Trouble {
    fn refused(message: String) -> Self {
        Self { message, timed_out: false }
    }
}

struct Pull<'a> {
    home: &'a Home,
    cluster: &'a str,
    node: &'a Node,
    reference: Reference,
    region: Region,
}

impl Pull<'_> {
    fn context(&self) -> Context<'_> {
        Context { reference: &self.reference }
    }

    fn origin(&self) -> Origin {
        match &self.node.machine {
            Machine::Instance { id, .. } => Origin::Instance(id.clone()),
            Machine::Fargate { id, .. } => Origin::Fargate(id.clone()),
        }
    }

    fn place(&self, cloud: &Cloud) -> Option<Place> {
        match &self.node.machine {
            Machine::Instance { id, .. } => Some(self.home.net(cloud)?.instance(id)?.place()),
            Machine::Fargate { place, .. } => Some(place.clone()),
        }
    }

    /// Who the credential provider asks as: the role of the node, where it may be had.
    fn provider(&self, cloud: &Cloud) -> Option<Caller> {
        let (service, session) = match &self.node.machine {
            Machine::Instance { id, .. } => ("ec2.amazonaws.com", id.clone()),
            Machine::Fargate { id, .. } => ("eks-fargate-pods.amazonaws.com", id.clone()),
        };
        let role = self.node.machine.role();
        if !iam::can_assume(cloud, service, role).is_allowed() {
            return None;
        }
        let name = role.resource().rsplit('/').next()?.to_owned();
        let account = role.account().parse().ok()?;
        let principal = Principal::Session { account, role: name, session };
        Some(Caller { principal, region: self.region.clone(), origin: self.origin() })
    }

    fn journey(&self, cloud: &Cloud, to: Destination, host: &str, there: &Region) -> Option<Journey> {
        let from = self.place(cloud)?;
        let network = self.home.net(cloud)?;
        Some(network.journey(&Question { from: &from, to, host, here: &self.region, there, now: cloud.now() }))
    }

    /// Takes a connection to a host.
    ///
    /// # Errors
    /// With the journey that did not arrive; the trail knows it.
    fn reach(
        &self,
        cloud: &mut Cloud,
        to: Destination,
        host: &str,
        there: &Region,
    ) -> Result<(), Option<Arc<Journey>>> {
        let journey = self.journey(cloud, to, host, there);
        match journey {
            Some(journey) if journey.arrives() => Ok(()),
            journey => Err(self.strand(cloud, journey)),
        }
    }

    fn strand(&self, cloud: &mut Cloud, journey: Option<Journey>) -> Option<Arc<Journey>> {
        let journey = Arc::new(journey?);
        let (origin, task) = (self.origin(), Some(self.home.cluster_arn(self.cluster)));
        cloud.record(EventKind::Unreached { origin, task, journey: Arc::clone(&journey) });
        Some(journey)
    }

    fn private(&self, cloud: &mut Cloud, registry: &Registry, logins: &[Login]) -> Result<Ready, Trouble> {
        let mut errors: Vec<Trouble> = Vec::new();
        // Pull secrets for this registry come first.
        for login in logins.iter().filter(|login| login.host == self.reference.host) {
            let origin = self.origin();
            let who = registry::authenticate(cloud, &login.host, &login.username, &login.password, origin);
            match who {
                Ok(caller) => match self.fetch(cloud, registry, &caller) {
                    Ok(ready) => return Ok(ready),
                    Err(trouble) => errors.push(trouble),
                },
                // A password that is no good is found out at the registry, so there must be a way to it.
                Err(error) => errors.push(match self.reach_registry(cloud, registry) {
                    Ok(()) => Trouble::refused(self.context().refused(error.code)),
                    Err(trouble) => trouble,
                }),
            }
        }
        if EKS_IMAGES == registry.account.as_str() {
            return self.system(cloud);
        }
        match self.token(cloud, registry) {
            Some(caller) => match self.fetch(cloud, registry, &caller) {
                Ok(ready) => return Ok(ready),
                Err(trouble) => errors.push(trouble),
            },
            None if errors.is_empty() => errors.push(match self.reach_registry(cloud, registry) {
                Ok(()) => Trouble::refused(self.context().no_credentials()),
                Err(trouble) => trouble,
            }),
            None => {}
        }
        let timed_out = errors.iter().any(|trouble| trouble.timed_out);
        // Source: kubelet, `PullImage`: one error stands alone, more are an aggregate.
        let message = match errors.as_slice() {
            [only] => only.message.clone(),
            many => {
                let all: Vec<&str> = many.iter().map(|trouble| trouble.message.as_str()).collect();
                format!("[{}]", all.join(", "))
            }
        };
        Err(Trouble { message, timed_out })
    }

    /// A token of the credential provider; none where it gets none.
    fn token(&self, cloud: &mut Cloud, registry: &Registry) -> Option<Caller> {
        let caller = self.provider(cloud)?;
        let there = &registry.region;
        let api = Destination::EcrApi.private_name(there);
        self.reach(cloud, Destination::EcrApi, &api, there).ok()?;
        let caller = Caller { region: there.clone(), ..caller };
        cloud.call(&caller, GetAuthorizationToken::default()).ok()?;
        Some(caller)
    }

    fn reach_registry(&self, cloud: &mut Cloud, registry: &Registry) -> Result<(), Trouble> {
        let reached = self.reach(cloud, Destination::EcrDkr, &self.reference.host, &registry.region);
        reached.map_err(|journey| Trouble { message: self.context().no_road(journey.as_deref()), timed_out: true })
    }

    /// From a private registry, with credentials.
    fn fetch(&self, cloud: &mut Cloud, registry: &Registry, caller: &Caller) -> Result<Ready, Trouble> {
        self.reach_registry(cloud, registry)?;
        let place = self.place(cloud);
        let store = place.zip(self.home.net(cloud)).and_then(|(from, network)| {
            registry::way_to_store(cloud, network, &from, &self.region, registry, &self.reference)
        });
        let held = self.held(cloud);
        let have = |digest: &Digest| held.layers.contains(digest) || held.configs.contains_key(digest);
        let platform = self.platform();
        let reaches_store = store.as_ref().is_some_and(Journey::arrives);
        let client = Client { have: &have, platform: &platform, reaches_store };
        match registry::pull_by(cloud, caller, registry, &self.reference, &client) {
            Ok(pulled) => {
                let travelled = pulled.layers.iter().filter_map(|layer| layer.blob.as_ref());
                let bytes: u64 = travelled.map(|blob| blob.len() as u64).sum();
                let config = pulled.config.or_else(|| held.configs.get(&pulled.manifest.config.digest).cloned());
                let config = config.unwrap_or_else(|| Blob::from(Vec::new()));
                Ok(self.keep(cloud, &pulled.digest, &pulled.manifest, &config, bytes))
            }
            Err(error) if error.code == RegistryErrorCode::StoreUnreached => {
                let forbids = |journey: &Journey| matches!(journey.obstacle(), Some(Leg::Policy { .. }));
                let forbidden = store.as_ref().is_some_and(forbids);
                let journey = self.strand(cloud, store);
                let message = self.context().no_store(journey.as_deref(), forbidden);
                Err(Trouble { message, timed_out: !forbidden })
            }
            Err(error) => Err(Trouble::refused(self.said(cloud, &error))),
        }
    }

    fn said(&self, cloud: &Cloud, error: &RegistryError) -> String {
        let last = cloud.trail().requests().next_back();
        let denied = last.and_then(|(_, request)| request.denial());
        let at_layer = denied.is_some_and(|decision| decision.action == "ecr:GetDownloadUrlForLayer");
        match error.code {
            RegistryErrorCode::NameUnknown | RegistryErrorCode::ManifestUnknown => self.context().not_found(),
            RegistryErrorCode::NoMatchingPlatform => self.context().no_platform(),
            RegistryErrorCode::Denied if at_layer => self.context().layer_denied(),
            code => self.context().refused(code),
        }
    }

    fn platform(&self) -> Platform {
        Platform { architecture: self.node.machine.architecture().as_str().to_owned(), ..Platform::linux_amd64() }
    }

    fn held(&self, cloud: &Cloud) -> crate::cloud::ecs::ImageCache {
        let node = self.home.kube(cloud, self.cluster).and_then(|store| store.node(&self.node.metadata.name));
        node.map(|node| node.cache.0.clone()).unwrap_or_default()
    }

    /// Keeps a pulled image on the node's disk.
    fn keep(&self, cloud: &mut Cloud, digest: &Digest, manifest: &Manifest, config: &Blob, bytes: u64) -> Ready {
        let (key, now) = (self.node.metadata.key(), cloud.now());
        let node = self.home.kube_mut(cloud, self.cluster).and_then(|store| store.nodes.get_mut(&key));
        if let Some(node) = node {
            let cache = &mut Arc::make_mut(node).cache.0;
            let layers = manifest.layers.iter().map(|layer| layer.digest.clone()).collect();
            let own = manifest.config.digest.clone();
            let image = CachedImage { digest: digest.clone(), config: own, layers, pulled_at: now, used_at: now };
            cache.images.insert(format!("{}@{digest}", self.reference.name()), image.clone());
            cache.images.insert(self.reference.to_string(), image);
            cache.configs.insert(manifest.config.digest.clone(), config.clone());
            cache.layers.extend(manifest.layers.iter().map(|layer| layer.digest.clone()));
        }
        let size = manifest.layers.iter().map(|layer| layer.size).sum::<u64>() + manifest.config.size;
        let millis = i64::try_from(bytes.saturating_mul(1000) / BYTES_PER_SECOND).unwrap_or(i64::MAX / 4);
        ready(digest, &self.reference, config, size, Some(Duration::millis(millis)))
    }

    /// An image of EKS's own account, whose registry is not simulated: it is there for whoever may pull at all.
    fn system(&self, cloud: &mut Cloud) -> Result<Ready, Trouble> {
        let registry = Registry::from_host(&self.reference.host);
        if let Some(registry) = &registry {
            if self.token(cloud, registry).is_none() {
                self.reach_registry(cloud, registry)?;
                return Err(Trouble::refused(self.context().no_credentials()));
            }
            self.reach_registry(cloud, registry)?;
        }
        if !may_pull_system_images(cloud, self.node.machine.role(), &self.region) {
            return Err(Trouble::refused(self.context().refused(RegistryErrorCode::Denied)));
        }
        let digest = Digest::of(self.reference.to_string().as_bytes());
        Ok(Ready {
            digest,
            name: self.reference.name(),
            entrypoint: vec!["/app/entrypoint".to_owned()],
            cmd: Vec::new(),
            architecture: self.node.machine.architecture().as_str().to_owned(),
            size: 0,
            took: None,
        })
    }

    /// From a registry outside: with the pull secrets for it, one after the other, or as nobody in particular where there
    /// are none. Source: kubelet, `EnsureImageExists`.
    fn outside(&self, cloud: &mut Cloud, logins: &[Login]) -> Result<Ready, Trouble> {
        let host = self.reference.host.as_str();
        if !upstream::is_registry(host) {
            return Err(Trouble::refused(self.context().no_such_host()));
        }
        let reached = self.reach(cloud, Destination::Internet, upstream::refusal::api_host(host), &self.region);
        reached.map_err(|journey| Trouble { message: self.context().no_road(journey.as_deref()), timed_out: true })?;
        // What `docker login` keeps for Docker Hub has its older name.
        let is_for = |login: &&Login| login.host == host || (host == "docker.io" && login.host == "index.docker.io");
        let mut messages = Vec::new();
        for login in logins.iter().filter(is_for).filter(|_| upstream::has_accounts(host)) {
            let with = Credentials { username: login.username.clone(), password: login.password.clone() };
            let fetched = match upstream::enter(cloud, host, &with, None, None) {
                Ok(user) => self.fetch_outside(cloud, Some(user)),
                Err(_) => Err(Trouble::refused(self.context().unauthorized())),
            };
            match fetched {
                Ok(ready) => return Ok(ready),
                Err(trouble) => messages.push(trouble.message),
            }
        }
        match messages.as_slice() {
            [] => self.fetch_outside(cloud, None),
            [only] => Err(Trouble::refused(only.clone())),
            many => Err(Trouble::refused(format!("[{}]", many.join(", ")))),
        }
    }

    /// From a registry outside that can be reached, as a user of it or as nobody in particular.
    fn fetch_outside(&self, cloud: &mut Cloud, user: Option<String>) -> Result<Ready, Trouble> {
        if self.reference.host == ecr_public::HOST {
            let held = self.held(cloud);
            let have = |digest: &Digest| held.layers.contains(digest) || held.configs.contains_key(digest);
            match ecr_public::pull(cloud, None, &self.reference, &have, &self.platform()) {
                Some(Ok(pulled)) => {
                    let config = pulled.config.or_else(|| held.configs.get(&pulled.manifest.config.digest).cloned());
                    let config = config.unwrap_or_else(|| Blob::from(Vec::new()));
                    let travelled = pulled.layers.iter().filter_map(|layer| layer.blob.as_ref());
                    let bytes = travelled.map(|blob| blob.len() as u64).sum();
                    return Ok(self.keep(cloud, &pulled.digest, &pulled.manifest, &config, bytes));
                }
                Some(Err(error)) => return Err(Trouble::refused(self.said(cloud, &error))),
                None => {}
            }
        }
        let found = upstream::find(&self.reference, &self.platform(), user.as_deref());
        match found {
            Lookup::Found(found) => {
                let (image, digest) = (&found.image, &found.digest);
                let manifest = image.manifest();
                if self.reference.host == hub::HOST && !self.take_hub_pull(cloud, user) {
                    return Err(Trouble::refused(self.context().rate_limit(digest)));
                }
                let config = image.config.to_blob();
                let held = self.held(cloud);
                let missing = image.layers.iter().filter(|layer| !held.layers.contains(&layer.blob.digest()));
                let bytes = missing.map(|layer| layer.blob.len() as u64).sum();
                Ok(self.keep(cloud, digest, &manifest, &config, bytes))
            }
            Lookup::NoPlatform => Err(Trouble::refused(self.context().no_platform())),
            Lookup::NoTag => Err(Trouble::refused(self.context().not_found())),
            Lookup::NoRepository | Lookup::UnknownHost => Err(Trouble::refused(self.context().no_repository())),
        }
    }

    /// Counts a pull from Docker Hub, for the user or for the address that the connection comes from; whether there is one
    /// left.
    fn take_hub_pull(&self, cloud: &mut Cloud, user: Option<String>) -> bool {
        let who = user.map(Puller::Account).or_else(|| {
            let host = upstream::refusal::api_host(hub::HOST);
            let journey = self.journey(cloud, Destination::Internet, host, &self.region)?;
            Puller::on(&journey, &self.home.account, &self.region)
        });
        let now = cloud.now();
        who.is_some_and(|who| cloud.outside_mut().hub.pull(who, now))
    }
}

/// Whether a role may pull the images that EKS keeps in an account of its own. That side lets everyone in, so what counts
/// is what the role's own policies say: they are asked as for a repository of its own account.
pub(in crate::cloud::eks) fn may_pull_system_images(cloud: &Cloud, role: &Arn, region: &Region) -> bool {
    let image = Arn::new("ecr", region.as_str(), role.account(), "repository/eks/amazon-k8s-cni");
    iam::decide_as(cloud, role, "ecr:GetAuthorizationToken", None).is_allowed()
        && ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
            .into_iter()
            .all(|action| iam::decide_as(cloud, role, action, Some(&image)).is_allowed())
}
