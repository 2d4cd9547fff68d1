//! The pull: a task's images, and what else it needs, through the door and by the road that the network has.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::agent;
use super::home::Home;
use super::image_cache::CachedImage;
use super::initialization::{self, Need};
use super::program::Program;
use super::public_images;
use super::pull_failure::{self, Context};
use super::task::{LaunchType, PullFailure, PullFailureKind, Task};
use crate::cloud::ecr::GetAuthorizationToken;
use crate::cloud::ecr::registry::{self, Client, Registry, RegistryError, RegistryErrorCode};
use crate::cloud::net::{Architecture, Destination, Journey, Leg, PullBehavior, Question};
use crate::cloud::oci::{ImageConfig, Platform, Reference};
use crate::cloud::upstream::hub::{self, Puller};
use crate::cloud::upstream::{self, Credentials, Flaw, Lookup};
use crate::cloud::{ApiError, Blob, Caller, Cloud, Digest, Duration, EventKind, Region, ecr_public, iam};

/// What a pull takes beside the bytes: asking, unpacking.
const OVERHEAD: Duration = Duration::seconds(1);
/// How long an agent tries before it gives up a refused pull.
const REFUSED: Duration = Duration::seconds(1);
/// Until a connection times out. Source: observed, `i/o timeout` after three tries.
const TIMEOUT: Duration = Duration::seconds(30);
/// How fast layers travel inside a region.
const BYTES_PER_SECOND: u64 = 25_000_000;

/// What came of pulling a task's images.
pub(super) struct Pulled {
    /// What each container will do, if all images are there; none where there is nothing to run.
    pub(super) result: Result<Vec<Option<Program>>, Box<PullFailure>>,
    /// What each container's image meant.
    pub(super) digests: Vec<Option<Digest>>,
    /// How long it takes.
    pub(super) duration: Duration,
}

/// The processor that a task runs on: of its instance, or what it asked Fargate for.
fn architecture(cloud: &Cloud, home: &Home, task: &Task) -> Architecture {
    let instance = agent::ec2_instance(cloud, home, task);
    let instance = instance.and_then(|id| Some(home.net(cloud)?.instance(&id)?.architecture));
    instance.unwrap_or_else(|| task.definition.architecture())
}

/// An image that is there: what it is, and its config.
struct Ready {
    /// None for a public image: there are no bytes behind those.
    digest: Option<Digest>,
    entrypoint: Vec<String>,
    cmd: Vec<String>,
    architecture: Option<String>,
    /// How many bytes travelled.
    bytes: u64,
}

/// Fetches all that a task needs: its secrets, its images, streams for its logs; one after the other.
pub(super) fn pull(cloud: &mut Cloud, home: &Home, task: &Task) -> Pulled {
    let architecture = architecture(cloud, home, task);
    let mut digests = vec![None; task.containers.len()];
    let mut programs = Vec::with_capacity(task.containers.len());
    let mut bytes = 0;
    let needs: Vec<(&str, Need)> = task
        .definition
        .container_definitions
        .iter()
        .flat_map(|container| Need::of(home, task, container).into_iter().map(|need| (container.name.as_str(), need)))
        .collect();
    let mut logins: BTreeMap<&str, Login> = BTreeMap::new();
    let fetch = |cloud: &mut Cloud, logins: &mut BTreeMap<_, _>, logs: bool| {
        let mut wanted = needs.iter().filter(|(_, need)| need.is_log() == logs);
        wanted.try_for_each(|(container, need)| {
            let pull = Pull { home, task, container, image: "", architecture, login: None };
            logins.extend(pull.provide(cloud, need)?.map(|login| (*container, login)));
            Ok(())
        })
    };
    let failed = |failure: Box<PullFailure>, digests| {
        let duration = if failure.kind == PullFailureKind::NoRoute { TIMEOUT } else { REFUSED };
        Pulled { result: Err(failure), digests, duration }
    };
    if let Err(failure) = fetch(cloud, &mut logins, false) {
        return failed(failure, digests);
    }
    for (index, slot) in digests.iter_mut().enumerate() {
        let Some(container) = task.containers.get(index) else { continue };
        let image = resolved_image(cloud, home, task, &container.name, &container.image);
        let login = logins.get(container.name.as_str());
        let pull = Pull { home, task, container: &container.name, image: &image, architecture, login };
        match pull.run(cloud) {
            Ok(ready) => {
                bytes += ready.bytes;
                if let Some(digest) = &ready.digest {
                    resolve(cloud, home, task, &container.name, digest);
                }
                programs.push(program(task, &container.name, &ready, architecture));
                *slot = ready.digest;
            }
            Err(failure) => return failed(failure, digests),
        }
    }
    if let Err(failure) = fetch(cloud, &mut logins, true) {
        return failed(failure, digests);
    }
    let travel = Duration::millis(i64::try_from(bytes.saturating_mul(1000) / BYTES_PER_SECOND).unwrap_or(i64::MAX / 4));
    let duration = Duration::millis(OVERHEAD.as_millis().saturating_add(travel.as_millis()));
    Pulled { result: Ok(programs), digests, duration }
}

/// The image to pull: with the digest that the deployment's first task found, where there is one.
/// Source: Amazon ECS Developer Guide, "Container image resolution".
fn resolved_image(cloud: &Cloud, home: &Home, task: &Task, container: &str, image: &str) -> String {
    let digest = || {
        let service = home.service(cloud, &task.cluster, task.service.as_deref()?)?;
        let own = |known: &&super::Deployment| Some(known.id.as_str()) == task.started_by.as_deref();
        service.deployments.iter().find(own)?.resolved.get(container)
    };
    match (image.parse::<Reference>(), digest()) {
        (Ok(reference), Some(digest)) if reference.digest.is_none() => format!("{}@{digest}", reference.name()),
        _ => image.to_owned(),
    }
}

/// Keeps what a container's tag meant for the later tasks of the deployment.
fn resolve(cloud: &mut Cloud, home: &Home, task: &Task, container: &str, digest: &Digest) {
    let definition = task.definition.container_definitions.iter().find(|known| known.name == container);
    let disabled = definition.and_then(|known| known.version_consistency.as_deref()) == Some("disabled");
    let Some(service) = task.service.as_deref().filter(|_| !disabled) else { return };
    let Some(service) = home.service_mut(cloud, &task.cluster, service) else { return };
    let own = |known: &&mut super::Deployment| Some(known.id.as_str()) == task.started_by.as_deref();
    if let Some(deployment) = service.deployments.iter_mut().find(own) {
        deployment.resolved.entry(container.to_owned()).or_insert_with(|| digest.clone());
    }
}

/// What a container will do: the task definition's and the overrides' words come before the image's, as in Docker.
fn program(task: &Task, container: &str, ready: &Ready, architecture: Architecture) -> Option<Program> {
    let definition = task.definition.container_definitions.iter().find(|known| known.name == container)?;
    let overridden = task.overrides.container_overrides.iter().find(|known| known.name.as_deref() == Some(container));
    let command = match overridden.filter(|known| !known.command.is_empty()) {
        Some(overridden) => overridden.command.as_slice(),
        None => definition.command.as_slice(),
    };
    let (entrypoint, image_cmd) = match definition.entry_point.as_slice() {
        [] => (ready.entrypoint.as_slice(), ready.cmd.as_slice()),
        own => (own, [].as_slice()),
    };
    let command = if command.is_empty() { image_cmd } else { command };
    let argv = [entrypoint, command].concat();
    if ready.architecture.as_deref().is_some_and(|made_for| made_for != architecture.as_str()) {
        return Some(Program::wrong_processor(&argv));
    }
    Program::of(&argv)
}

/// The pull of one container's image.
struct Pull<'a> {
    home: &'a Home,
    task: &'a Task,
    container: &'a str,
    /// As the task definition names it, or with the deployment's digest.
    image: &'a str,
    architecture: Architecture,
    /// What to log in with at the image's registry, where the container says so.
    login: Option<&'a Login>,
}

/// What to log in with at a registry outside.
struct Login {
    /// Where it comes from, by ARN or name.
    secret: String,
    with: Credentials,
}

/// What went wrong, as far as it is known where it does.
struct Trouble<'a> {
    kind: PullFailureKind,
    reference: Option<&'a Reference>,
    /// What was to be fetched, where it was no image.
    need: Option<&'a Need>,
    error: Option<ApiError>,
    caller: Option<&'a Caller>,
    journey: Option<Arc<Journey>>,
}

impl<'a> Trouble<'a> {
    fn of(kind: PullFailureKind) -> Self {
        Self { kind, reference: None, need: None, error: None, caller: None, journey: None }
    }

    fn with(kind: PullFailureKind, reference: &'a Reference) -> Self {
        Self { reference: Some(reference), ..Self::of(kind) }
    }
}

impl Pull<'_> {
    fn run(&self, cloud: &mut Cloud) -> Result<Ready, Box<PullFailure>> {
        let Ok(reference) = self.image.parse::<Reference>() else {
            return Err(self.failure(cloud, Trouble::of(PullFailureKind::InvalidReference)));
        };
        let reference = reference.or_latest();
        // Source: Amazon ECS container agent, `ECS_IMAGE_PULL_BEHAVIOR`.
        let behavior = self.instance(cloud).map(|instance| instance.pull_behavior).unwrap_or_default();
        match behavior {
            PullBehavior::Default => {
                self.fetch(cloud, &reference).or_else(|failure| self.cached(cloud, &reference).ok_or(failure))
            }
            PullBehavior::Always => self.fetch(cloud, &reference),
            // They differ in whether the cache is cleaned up.
            PullBehavior::Once | PullBehavior::PreferCached => match self.cached(cloud, &reference) {
                Some(ready) => Ok(ready),
                None => self.fetch(cloud, &reference),
            },
        }
    }

    /// The way from whoever pulls to a host.
    fn journey(&self, cloud: &Cloud, to: Destination, host: &str, there: &Region) -> Option<Journey> {
        let from = agent::pulls_from(cloud, self.home, self.task)?;
        let network = self.home.net(cloud)?;
        let here = &self.home.region;
        Some(network.journey(&Question { from: &from, to, host, here, there, now: cloud.now() }))
    }

    /// Takes a connection to a host.
    ///
    /// # Errors
    /// Where it does not arrive; the trail knows how far it got.
    fn reach(
        &self,
        cloud: &mut Cloud,
        to: Destination,
        host: &str,
        there: &Region,
        trouble: Trouble<'_>,
    ) -> Result<(), Box<PullFailure>> {
        let journey = self.journey(cloud, to, host, there);
        if journey.as_ref().is_some_and(Journey::arrives) {
            return Ok(());
        }
        Err(self.stranded(cloud, journey, trouble))
    }

    /// Notes a connection that did not arrive.
    fn stranded(&self, cloud: &mut Cloud, journey: Option<Journey>, trouble: Trouble<'_>) -> Box<PullFailure> {
        let journey = journey.map(Arc::new);
        if let Some(journey) = &journey {
            let task = Some(self.task.arn.clone());
            let origin = agent::origin(cloud, self.home, self.task);
            cloud.record(EventKind::Unreached { origin, task, journey: Arc::clone(journey) });
        }
        self.failure(cloud, Trouble { journey, ..trouble })
    }

    /// Fetches something that is no image; what to log in with at a registry, if it is that.
    fn provide(&self, cloud: &mut Cloud, need: &Need) -> Result<Option<Login>, Box<PullFailure>> {
        let trouble = |kind| Trouble { need: Some(need), ..Trouble::of(kind) };
        // On an instance Docker writes the logs, as the instance's role.
        let logs = need.is_log();
        let caller = if logs {
            agent::puller(cloud, self.home, self.task)
        } else {
            agent::execution_caller(cloud, self.home, self.task)
        };
        let Some(caller) = caller else {
            return Err(self.failure(cloud, trouble(PullFailureKind::NoCredentials)));
        };
        let (to, there) = (need.destination(), need.region(self.home));
        self.reach(cloud, to, &to.private_name(&there), &there, trouble(PullFailureKind::NoRoute))?;
        let caller = Caller { region: there, ..caller };
        let failed = |cloud: &mut Cloud, need: &Need, error: ApiError| {
            let kind = match (error.is_access_denied(), logs) {
                (false, true) if error.code == "ResourceNotFoundException" => PullFailureKind::LogGroupNotFound,
                (false, _) => PullFailureKind::Refused,
                (true, true) => PullFailureKind::LogsDenied,
                (true, false) => PullFailureKind::SecretDenied,
            };
            let trouble = Trouble { need: Some(need), ..Trouble::of(kind) };
            self.failure(cloud, Trouble { error: Some(error), caller: Some(&caller), ..trouble })
        };
        match (need.fetch(cloud, self.home, &caller), need) {
            (Ok(value), Need::RegistryAuth(secret)) => match initialization::registry_auth(&value) {
                Ok(with) => Ok(Some(Login { secret: secret.clone(), with })),
                Err(text) => {
                    self.note(cloud, secret, Flaw::Malformed(initialization::MEMBERS));
                    let error = Some(ApiError::new("", text));
                    let trouble = trouble(PullFailureKind::CredentialsMalformed);
                    Err(self.failure(cloud, Trouble { error, caller: Some(&caller), ..trouble }))
                }
            },
            (Ok(_), _) => Ok(None),
            (Err(error), need) => {
                let Some(group) = need.missing_group(&error) else {
                    if let (Need::RegistryAuth(secret), false) = (need, error.is_access_denied()) {
                        self.note(cloud, secret, Flaw::NoSecret);
                    }
                    return Err(failed(cloud, need, error));
                };
                group.fetch(cloud, self.home, &caller).map_err(|error| failed(cloud, &group, error))?;
                need.fetch(cloud, self.home, &caller).map_err(|error| failed(cloud, need, error))?;
                Ok(None)
            }
        }
    }

    /// Notes on the trail that a secret for the registry of the container's image is of no use.
    fn note(&self, cloud: &mut Cloud, secret: &str, flaw: Flaw) {
        let own = self.task.containers.iter().find(|known| known.name == self.container);
        let reference = own.and_then(|own| own.image.parse::<Reference>().ok());
        upstream::note(cloud, &reference.map(|reference| reference.host).unwrap_or_default(), Some(secret), None, flaw);
    }

    fn fetch(&self, cloud: &mut Cloud, reference: &Reference) -> Result<Ready, Box<PullFailure>> {
        if let Some(registry) = Registry::from_host(&reference.host) {
            return self.fetch_private(cloud, reference, &registry);
        }
        let no_route = Trouble::with(PullFailureKind::NoRoute, reference);
        let host = upstream::refusal::api_host(&reference.host);
        self.reach(cloud, Destination::Internet, host, &self.home.region, no_route)?;
        let user = self.enter(cloud, reference)?;
        if reference.host == ecr_public::HOST && public_images::find(reference).is_none() {
            return self.fetch_public(cloud, reference);
        }
        if reference.host == hub::HOST && !self.may_pull_from_docker_hub(cloud, user.clone()) {
            return Err(self.failure(cloud, Trouble::with(PullFailureKind::RateLimited, reference)));
        }
        if let Some(argv) = public_images::find(reference) {
            let cmd = argv.iter().map(|word| (*word).to_owned()).collect();
            return Ok(Ready { digest: None, entrypoint: Vec::new(), cmd, architecture: None, bytes: 0 });
        }
        let platform = Platform { architecture: self.architecture.as_str().to_owned(), ..Platform::linux_amd64() };
        match upstream::find(reference, &platform, user.as_deref()) {
            Lookup::Found(found) => {
                let (config, image) = (found.image.config.to_blob(), &found.image);
                let bytes = image.layers.iter().map(|layer| layer.blob.len() as u64).sum();
                let layers: Vec<Digest> = image.layers.iter().map(|layer| layer.digest.clone()).collect();
                self.keep(cloud, reference, &found.digest, (config.digest(), config.clone()), layers.into_iter());
                Ok(ready(found.digest, &config, bytes))
            }
            Lookup::NoPlatform => Err(self.failure(cloud, Trouble::with(PullFailureKind::WrongPlatform, reference))),
            Lookup::NoTag | Lookup::NoRepository | Lookup::UnknownHost => {
                Err(self.failure(cloud, Trouble::with(PullFailureKind::ImageNotFound, reference)))
            }
        }
    }

    /// Signs in at a registry outside, where the container has credentials: as which user.
    fn enter(&self, cloud: &mut Cloud, reference: &Reference) -> Result<Option<String>, Box<PullFailure>> {
        let Some(login) = self.login.filter(|_| upstream::has_accounts(&reference.host)) else { return Ok(None) };
        match upstream::enter(cloud, &reference.host, &login.with, Some(&login.secret), None) {
            Ok(user) => Ok(Some(user)),
            Err(_) => Err(self.failure(cloud, Trouble::with(PullFailureKind::CredentialsRefused, reference))),
        }
    }

    /// Whether Docker Hub answers whoever pulls now, and counts it: by the user who logged in, else by the public address
    /// that the connection comes from.
    fn may_pull_from_docker_hub(&self, cloud: &mut Cloud, user: Option<String>) -> bool {
        let who = user.map(Puller::Account).or_else(|| {
            let host = upstream::refusal::api_host(hub::HOST);
            let journey = self.journey(cloud, Destination::Internet, host, &self.home.region)?;
            Puller::on(&journey, &self.home.account, &self.home.region)
        });
        let now = cloud.now();
        who.is_some_and(|who| cloud.outside_mut().hub.pull(who, now))
    }

    /// From an account's public registry, as nobody in particular.
    fn fetch_public(&self, cloud: &mut Cloud, reference: &Reference) -> Result<Ready, Box<PullFailure>> {
        let platform = Platform { architecture: self.architecture.as_str().to_owned(), ..Platform::linux_amd64() };
        let trouble = |kind| Trouble::with(kind, reference);
        match ecr_public::pull(cloud, None, reference, &|_| false, &platform) {
            Some(Ok(pulled)) => {
                let travelled = pulled.layers.iter().filter_map(|layer| layer.blob.as_ref());
                let bytes = travelled.map(|blob| blob.len() as u64).sum();
                Ok(ready(pulled.digest, &pulled.config.unwrap_or_else(empty), bytes))
            }
            Some(Err(error)) => {
                let kind = match error.code {
                    RegistryErrorCode::NoMatchingPlatform => PullFailureKind::WrongPlatform,
                    RegistryErrorCode::TooManyRequests => PullFailureKind::RateLimited,
                    RegistryErrorCode::ManifestUnknown | RegistryErrorCode::NameUnknown => {
                        PullFailureKind::ImageNotFound
                    }
                    _ => PullFailureKind::Refused,
                };
                let said = error.cause.unwrap_or_else(|| ApiError::new(error.code.as_str(), error.message));
                Err(self.failure(cloud, Trouble { error: Some(said), ..trouble(kind) }))
            }
            None => Err(self.failure(cloud, trouble(PullFailureKind::ImageNotFound))),
        }
    }

    fn fetch_private(
        &self,
        cloud: &mut Cloud,
        reference: &Reference,
        registry: &Registry,
    ) -> Result<Ready, Box<PullFailure>> {
        let trouble = |kind| Trouble::with(kind, reference);
        let there = &registry.region;
        let Some(caller) = agent::puller(cloud, self.home, self.task) else {
            return Err(self.failure(cloud, trouble(PullFailureKind::NoCredentials)));
        };
        let caller = Caller { region: there.clone(), ..caller };
        let api = Destination::EcrApi.private_name(there);
        self.reach(cloud, Destination::EcrApi, &api, there, trouble(PullFailureKind::NoRoute))?;
        // A real agent keeps its token for hours. Here it asks before each pull, so that what it may do shows at once.
        let login = GetAuthorizationToken { registry_ids: Some(vec![registry.account.to_string()]) };
        if let Err(error) = cloud.call(&caller, login) {
            let kind = if error.is_access_denied() { PullFailureKind::TokenDenied } else { PullFailureKind::Refused };
            return Err(self.failure(cloud, Trouble { error: Some(error), caller: Some(&caller), ..trouble(kind) }));
        }
        self.reach(cloud, Destination::EcrDkr, &registry.host(), there, trouble(PullFailureKind::NoRoute))?;
        let platform = Platform { architecture: self.architecture.as_str().to_owned(), ..Platform::linux_amd64() };
        let held = self.cache(cloud).cloned().unwrap_or_default();
        let have = |digest: &Digest| held.layers.contains(digest) || held.configs.contains_key(digest);
        let store = self.way_to_store(cloud, registry, reference);
        let reaches_store = store.as_ref().is_some_and(Journey::arrives);
        let client = Client { have: &have, platform: &platform, reaches_store };
        let pulled = match registry::pull_by(cloud, &caller, registry, reference, &client) {
            Ok(pulled) => pulled,
            Err(error) if error.code == RegistryErrorCode::StoreUnreached => {
                let forbids = |journey: &Journey| matches!(journey.obstacle(), Some(Leg::Policy { .. }));
                let kind = if store.as_ref().is_some_and(forbids) {
                    PullFailureKind::StoreDenied
                } else {
                    PullFailureKind::NoRoute
                };
                return Err(self.stranded(cloud, store, Trouble { caller: Some(&caller), ..trouble(kind) }));
            }
            Err(error) => return Err(self.refused(cloud, error, trouble, &caller)),
        };
        let bytes = pulled.layers.iter().filter_map(|layer| layer.blob.as_ref()).map(|blob| blob.len() as u64).sum();
        let config_digest = pulled.manifest.config.digest.clone();
        let config = pulled.config.or_else(|| held.configs.get(&config_digest).cloned()).unwrap_or_else(empty);
        let layers = pulled.layers.into_iter().map(|layer| layer.descriptor.digest);
        self.keep(cloud, reference, &pulled.digest, (config_digest, config.clone()), layers);
        Ok(ready(pulled.digest, &config, bytes))
    }

    /// What the registry said no to.
    fn refused<'t>(
        &self,
        cloud: &mut Cloud,
        error: RegistryError,
        trouble: impl Fn(PullFailureKind) -> Trouble<'t>,
        caller: &'t Caller,
    ) -> Box<PullFailure> {
        let action = last_denied(cloud, error.code).map(|(_, decision)| decision.action.clone());
        let code = error.cause.as_ref().map(|cause| cause.code.as_ref());
        let kind = match (error.code, action.as_deref()) {
            (RegistryErrorCode::Denied, _) if code == Some("UnableToGetUpstreamImageException") => {
                PullFailureKind::UpstreamCredentials
            }
            (RegistryErrorCode::UpstreamRefused, _) => PullFailureKind::UpstreamDenied,
            (RegistryErrorCode::TooManyRequests, _) => PullFailureKind::RateLimited,
            (RegistryErrorCode::Denied, Some("ecr:GetDownloadUrlForLayer")) => PullFailureKind::LayerDenied,
            (RegistryErrorCode::Denied, _) => PullFailureKind::ManifestDenied,
            (RegistryErrorCode::NameUnknown, _) => PullFailureKind::RepositoryNotFound,
            (RegistryErrorCode::NoMatchingPlatform, _) => PullFailureKind::WrongPlatform,
            (RegistryErrorCode::ManifestUnknown, _) => PullFailureKind::ImageNotFound,
            _ => PullFailureKind::Refused,
        };
        let said = error.cause.unwrap_or_else(|| ApiError::new(error.code.as_str(), error.message));
        self.failure(cloud, Trouble { error: Some(said), caller: Some(caller), ..trouble(kind) })
    }

    /// The way to the layer bucket.
    fn way_to_store(&self, cloud: &Cloud, registry: &Registry, reference: &Reference) -> Option<Journey> {
        let from = agent::pulls_from(cloud, self.home, self.task)?;
        registry::way_to_store(cloud, self.home.net(cloud)?, &from, &self.home.region, registry, reference)
    }

    /// The container instance that the task is on.
    fn instance<'a>(&self, cloud: &'a Cloud) -> Option<&'a super::ContainerInstance> {
        let cluster = self.home.state(cloud)?.cluster(&self.task.cluster)?;
        cluster.instance(self.task.container_instance.as_deref()?)
    }

    /// The cache of the instance; Fargate has none.
    fn cache<'a>(&self, cloud: &'a Cloud) -> Option<&'a super::ImageCache> {
        Some(&self.instance(cloud)?.cache)
    }

    fn cached(&self, cloud: &Cloud, reference: &Reference) -> Option<Ready> {
        let cache = self.cache(cloud)?;
        let image = cache.images.get(&reference.to_string())?;
        Some(ready(image.digest.clone(), cache.configs.get(&image.config)?, 0))
    }

    /// Keeps a pulled image on its instance.
    fn keep(
        &self,
        cloud: &mut Cloud,
        reference: &Reference,
        digest: &Digest,
        config: (Digest, Blob),
        layers: impl Iterator<Item = Digest>,
    ) {
        let now = cloud.now();
        let Some(instance) = self.task.container_instance.as_deref() else { return };
        super::instance::will_clean_up(cloud, self.home, &self.task.cluster, instance);
        let Some(cluster) = self.home.cluster_mut(cloud, &self.task.cluster) else { return };
        let Some(instance) = cluster.instances.get_mut(instance) else { return };
        let cache = &mut std::sync::Arc::make_mut(instance).cache;
        let layers: Vec<Digest> = layers.collect();
        let image = CachedImage {
            digest: digest.clone(),
            config: config.0.clone(),
            layers: layers.clone(),
            pulled_at: now,
            used_at: now,
        };
        cache.images.insert(format!("{}@{digest}", reference.name()), image.clone());
        cache.images.insert(reference.to_string(), image);
        cache.configs.insert(config.0, config.1);
        cache.layers.extend(layers);
    }

    fn failure(&self, cloud: &mut Cloud, trouble: Trouble<'_>) -> Box<PullFailure> {
        let Trouble { kind, reference, need, error, caller, journey } = trouble;
        let denied = error.as_ref().is_some_and(ApiError::is_access_denied);
        let denial = if denied { last_denied(cloud, RegistryErrorCode::Denied) } else { None };
        let request_id = cloud.random_uuid();
        let context = Context {
            fargate: self.task.launch_type == LaunchType::Fargate,
            image: self.image,
            reference,
            need,
            journey: journey.as_deref(),
            message: error.as_ref().map(|error| error.message.as_str()).unwrap_or_default(),
            error: error.as_ref(),
            architecture: self.architecture,
            home: self.home,
            request_id: &request_id,
        };
        Box::new(PullFailure {
            kind,
            container: self.container.to_owned(),
            image: self.image.to_owned(),
            principal: caller.map(|caller| caller.principal.arn()),
            denial,
            reason: pull_failure::reason(kind, &context),
            journey,
            error,
        })
    }
}

/// The denied request at the end of the trail, and IAM's decision over it.
fn last_denied(cloud: &Cloud, code: RegistryErrorCode) -> Option<(u64, std::sync::Arc<iam::Decision>)> {
    let (event, request) = cloud.trail().requests().next_back().filter(|_| code == RegistryErrorCode::Denied)?;
    Some((event.number, std::sync::Arc::clone(request.denial()?)))
}

fn empty() -> Blob {
    Blob::from(Vec::new())
}

/// What a config says about running the image. One that can't be read says nothing.
fn ready(digest: Digest, config: &Blob, bytes: u64) -> Ready {
    let config = ImageConfig::parse(config.as_bytes()).ok();
    let architecture = config.as_ref().map(|config| config.architecture.clone()).filter(|name| !name.is_empty());
    let (entrypoint, cmd) = match config {
        Some(config) => (config.config.entrypoint.unwrap_or_default(), config.config.cmd.unwrap_or_default()),
        None => (Vec::new(), Vec::new()),
    };
    Ready { digest: Some(digest), entrypoint, cmd, architecture, bytes }
}
