//! The agents: who pulls a task's images, and the pull itself, through the door.
//!
//! On EC2 the ECS agent pulls as the instance's role, on Fargate the platform pulls as the task's execution role.
//! Source: Amazon ECS Developer Guide, "container instance IAM role" and "task execution IAM role".

use super::cluster::CachedImage;
use super::home::Home;
use super::program::Program;
use super::public_images;
use super::pull_failure::{self, Context};
use super::task::{LaunchType, PullFailure, PullFailureKind, Task};
use crate::cloud::ecr::GetAuthorizationToken;
use crate::cloud::ecr::registry::{self, Registry, RegistryErrorCode};
use crate::cloud::net::Architecture;
use crate::cloud::oci::{ImageConfig, Platform, Reference};
use crate::cloud::{ApiError, Arn, Blob, Caller, Cloud, Digest, Duration, Origin, Principal, ecr_public, iam};

/// The service that hands instances their role's credentials.
const EC2: &str = "ec2.amazonaws.com";
/// The service that hands tasks their roles' credentials.
pub(super) const ECS_TASKS: &str = "ecs-tasks.amazonaws.com";
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

/// The registry in an image's name, if it is a private one of ECR.
fn private_registry(image: &str) -> Option<Registry> {
    Registry::from_host(image.split_once('/')?.0)
}

/// Whether an image is in a private registry of ECR.
pub(super) fn is_private_ecr(image: &str) -> bool {
    private_registry(image).is_some()
}

/// The ARN of a role that is given by its name or its ARN.
pub(super) fn role_arn(home: &Home, role: &str) -> Arn {
    role.parse().unwrap_or_else(|_| Arn::new("iam", "", home.account.as_str(), &format!("role/{role}")))
}

/// Whether `service` may act as a role: the role exists, and its trust policy says so.
pub(super) fn may_be_assumed(cloud: &Cloud, home: &Home, role: &str, service: &str) -> bool {
    iam::can_assume(cloud, service, &role_arn(home, role)).is_allowed()
}

/// Who an instance's agent is: the role of its instance profile; none without one that EC2 may assume.
pub(super) fn instance_caller(cloud: &Cloud, home: &Home, instance: &str) -> Option<Caller> {
    let profile = home.net(cloud)?.instance(instance)?.instance_profile.as_deref()?;
    let iam = &cloud.account(&home.account)?.iam;
    let role = iam.role(iam.instance_profile(profile)?.role.as_deref()?)?;
    if !iam::can_assume(cloud, EC2, &role.arn).is_allowed() {
        return None;
    }
    let principal =
        Principal::Session { account: home.account.clone(), role: role.name.to_string(), session: instance.to_owned() };
    Some(Caller { principal, region: home.region.clone(), origin: Origin::Instance(instance.to_owned()) })
}

/// Who pulls a task's images.
pub(super) fn puller(cloud: &Cloud, home: &Home, task: &Task) -> Option<Caller> {
    if task.launch_type != LaunchType::Fargate {
        return instance_caller(cloud, home, &ec2_instance(cloud, home, task)?);
    }
    let role = task.execution_role()?;
    if !may_be_assumed(cloud, home, role, ECS_TASKS) {
        return None;
    }
    let arn = role_arn(home, role);
    let role = arn.resource().rsplit('/').next()?.to_owned();
    let account = arn.account().parse().unwrap_or_else(|_| home.account.clone());
    let principal = Principal::Session { account, role, session: task.id.clone() };
    Some(Caller { principal, region: home.region.clone(), origin: Origin::Fargate(task.id.clone()) })
}

/// The id of the EC2 instance that a task is on.
fn ec2_instance(cloud: &Cloud, home: &Home, task: &Task) -> Option<String> {
    let cluster = home.state(cloud)?.cluster(&task.cluster)?;
    let instance = cluster.instance(task.container_instance.as_deref()?)?;
    Some(instance.ec2_instance_id.clone())
}

/// Whether whoever pulls for a task reaches registries: the instance, or the task's own interface on Fargate.
fn reaches_registries(cloud: &Cloud, home: &Home, task: &Task) -> bool {
    let Some(net) = home.net(cloud) else { return false };
    match (task.launch_type, &task.interface) {
        (LaunchType::Fargate, Some(interface)) => net.reaches_internet(&interface.subnet, interface.public_ip),
        (LaunchType::Fargate, None) => false,
        _ => ec2_instance(cloud, home, task)
            .and_then(|id| net.instance(&id))
            .is_some_and(|instance| net.reaches_internet(&instance.subnet, instance.public_ip)),
    }
}

/// The processor that a task runs on: of its instance, or what it asked Fargate for.
fn architecture(cloud: &Cloud, home: &Home, task: &Task) -> Architecture {
    let instance = ec2_instance(cloud, home, task);
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

/// Pulls the images of a task, one after the other.
pub(super) fn pull(cloud: &mut Cloud, home: &Home, task: &Task) -> Pulled {
    let architecture = architecture(cloud, home, task);
    let mut digests = vec![None; task.containers.len()];
    let mut programs = Vec::with_capacity(task.containers.len());
    let mut bytes = 0;
    for (index, slot) in digests.iter_mut().enumerate() {
        let Some(container) = task.containers.get(index) else { continue };
        let image = resolved_image(cloud, home, task, &container.name, &container.image);
        let pull = Pull { home, task, container: &container.name, image: &image, architecture };
        match pull.run(cloud) {
            Ok(ready) => {
                bytes += ready.bytes;
                if let Some(digest) = &ready.digest {
                    resolve(cloud, home, task, &container.name, digest);
                }
                programs.push(program(task, &container.name, &ready, architecture));
                *slot = ready.digest;
            }
            Err(failure) => {
                let duration = if failure.kind == PullFailureKind::NoRoute { TIMEOUT } else { REFUSED };
                return Pulled { result: Err(failure), digests, duration };
            }
        }
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
    if ready.architecture.as_deref().is_some_and(|made_for| made_for != architecture.as_str()) {
        return Some(Program::WRONG_PROCESSOR);
    }
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
    Program::of(&[entrypoint, command].concat())
}

/// The pull of one container's image.
struct Pull<'a> {
    home: &'a Home,
    task: &'a Task,
    container: &'a str,
    /// As the task definition names it, or with the deployment's digest.
    image: &'a str,
    architecture: Architecture,
}

impl Pull<'_> {
    fn run(&self, cloud: &mut Cloud) -> Result<Ready, Box<PullFailure>> {
        let Ok(reference) = self.image.parse::<Reference>() else {
            return Err(self.failure(cloud, PullFailureKind::InvalidReference, None, None, None));
        };
        let reference = reference.or_latest();
        match self.fetch(cloud, &reference) {
            Ok(ready) => Ok(ready),
            // Source: Amazon ECS container agent, `ECS_IMAGE_PULL_BEHAVIOR=default`: what can't be pulled is taken from
            // the cache, if it is there.
            Err(failure) => self.cached(cloud, &reference).ok_or(failure),
        }
    }

    fn fetch(&self, cloud: &mut Cloud, reference: &Reference) -> Result<Ready, Box<PullFailure>> {
        let registry = Registry::from_host(&reference.host);
        if !reaches_registries(cloud, self.home, self.task) {
            return Err(self.failure(cloud, PullFailureKind::NoRoute, Some(reference), None, None));
        }
        match registry {
            Some(registry) => self.fetch_private(cloud, reference, &registry),
            None if reference.host == ecr_public::HOST && public_images::find(reference).is_none() => {
                self.fetch_public(cloud, reference)
            }
            None => match public_images::find(reference) {
                Some(argv) => {
                    let cmd = argv.iter().map(|word| (*word).to_owned()).collect();
                    Ok(Ready { digest: None, entrypoint: Vec::new(), cmd, architecture: None, bytes: 0 })
                }
                None => Err(self.failure(cloud, PullFailureKind::ImageNotFound, Some(reference), None, None)),
            },
        }
    }

    /// From an account's public registry, as nobody in particular.
    fn fetch_public(&self, cloud: &mut Cloud, reference: &Reference) -> Result<Ready, Box<PullFailure>> {
        let platform = Platform { architecture: self.architecture.as_str().to_owned(), ..Platform::linux_amd64() };
        let not_found = PullFailureKind::ImageNotFound;
        match ecr_public::pull(cloud, None, reference, &|_| false, &platform) {
            Some(Ok(pulled)) => {
                let travelled = pulled.layers.iter().filter_map(|layer| layer.blob.as_ref());
                let bytes = travelled.map(|blob| blob.len() as u64).sum();
                Ok(ready(pulled.digest, &pulled.config.unwrap_or_else(empty), bytes))
            }
            Some(Err(error)) => {
                let kind = match error.code {
                    RegistryErrorCode::NoMatchingPlatform => PullFailureKind::WrongPlatform,
                    RegistryErrorCode::ManifestUnknown | RegistryErrorCode::NameUnknown => not_found,
                    _ => PullFailureKind::Refused,
                };
                let said = error.cause.unwrap_or_else(|| ApiError::new(error.code.as_str(), error.message));
                Err(self.failure(cloud, kind, Some(reference), Some(said), None))
            }
            None => Err(self.failure(cloud, not_found, Some(reference), None, None)),
        }
    }

    fn fetch_private(
        &self,
        cloud: &mut Cloud,
        reference: &Reference,
        registry: &Registry,
    ) -> Result<Ready, Box<PullFailure>> {
        let Some(caller) = puller(cloud, self.home, self.task) else {
            return Err(self.failure(cloud, PullFailureKind::NoCredentials, Some(reference), None, None));
        };
        let caller = Caller { region: registry.region.clone(), ..caller };
        // A real agent keeps its token for hours. Here it asks before each pull, so that what it may do shows at once.
        let login = GetAuthorizationToken { registry_ids: Some(vec![registry.account.to_string()]) };
        if let Err(error) = cloud.call(&caller, login) {
            let kind = if error.is_access_denied() { PullFailureKind::TokenDenied } else { PullFailureKind::Refused };
            return Err(self.failure(cloud, kind, Some(reference), Some(error), Some(&caller)));
        }
        let platform = Platform { architecture: self.architecture.as_str().to_owned(), ..Platform::linux_amd64() };
        let held = self.cache(cloud).cloned().unwrap_or_default();
        let have = |digest: &Digest| held.layers.contains(digest) || held.configs.contains_key(digest);
        let pulled = registry::pull(cloud, &caller, registry, reference, &have, &platform);
        let pulled = match pulled {
            Ok(pulled) => pulled,
            Err(error) => {
                let action = last_denied(cloud, error.code).map(|(_, decision)| decision.action.clone());
                let kind = match (error.code, action.as_deref()) {
                    (RegistryErrorCode::Denied, Some("ecr:GetDownloadUrlForLayer")) => PullFailureKind::LayerDenied,
                    (RegistryErrorCode::Denied, _) => PullFailureKind::ManifestDenied,
                    (RegistryErrorCode::NameUnknown, _) => PullFailureKind::RepositoryNotFound,
                    (RegistryErrorCode::NoMatchingPlatform, _) => PullFailureKind::WrongPlatform,
                    (RegistryErrorCode::ManifestUnknown, _) => PullFailureKind::ImageNotFound,
                    _ => PullFailureKind::Refused,
                };
                let said = error.cause.unwrap_or_else(|| ApiError::new(error.code.as_str(), error.message));
                return Err(self.failure(cloud, kind, Some(reference), Some(said), Some(&caller)));
            }
        };
        let bytes = pulled.layers.iter().filter_map(|layer| layer.blob.as_ref()).map(|blob| blob.len() as u64).sum();
        let config_digest = pulled.manifest.config.digest.clone();
        let config = pulled.config.or_else(|| held.configs.get(&config_digest).cloned()).unwrap_or_else(empty);
        let layers = pulled.layers.into_iter().map(|layer| layer.descriptor.digest);
        self.keep(cloud, reference, &pulled.digest, (config_digest, config.clone()), layers);
        Ok(ready(pulled.digest, &config, bytes))
    }

    /// The cache of the instance; Fargate has none.
    fn cache<'a>(&self, cloud: &'a Cloud) -> Option<&'a super::ImageCache> {
        let cluster = self.home.state(cloud)?.cluster(&self.task.cluster)?;
        Some(&cluster.instance(self.task.container_instance.as_deref()?)?.cache)
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
        let Some(instance) = self.task.container_instance.as_deref() else { return };
        let Some(cluster) = self.home.cluster_mut(cloud, &self.task.cluster) else { return };
        let Some(instance) = cluster.instances.get_mut(instance) else { return };
        let cache = &mut std::sync::Arc::make_mut(instance).cache;
        let image = CachedImage { digest: digest.clone(), config: config.0.clone() };
        cache.images.insert(format!("{}@{digest}", reference.name()), image.clone());
        cache.images.insert(reference.to_string(), image);
        cache.configs.insert(config.0, config.1);
        cache.layers.extend(layers);
    }

    fn failure(
        &self,
        cloud: &mut Cloud,
        kind: PullFailureKind,
        reference: Option<&Reference>,
        error: Option<ApiError>,
        caller: Option<&Caller>,
    ) -> Box<PullFailure> {
        let denied = error.as_ref().is_some_and(ApiError::is_access_denied);
        let denial = if denied { last_denied(cloud, RegistryErrorCode::Denied) } else { None };
        let request_id = super::launch::uuid(cloud);
        let context = Context {
            fargate: self.task.launch_type == LaunchType::Fargate,
            image: self.image,
            reference,
            message: error.as_ref().map(|error| error.message.as_str()).unwrap_or_default(),
            error: error.as_ref(),
            architecture: self.architecture,
            request_id: &request_id,
        };
        Box::new(PullFailure {
            kind,
            container: self.container.to_owned(),
            image: self.image.to_owned(),
            principal: caller.map(|caller| caller.principal.arn()),
            denial,
            reason: pull_failure::reason(kind, &context),
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
