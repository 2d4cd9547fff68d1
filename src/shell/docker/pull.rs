//! `docker pull`, and the pull that `run` and `build` do by themselves.

use std::sync::Arc;

use super::flags::Parsed;
use super::{daemon_error, login, not_simulated};
use crate::cloud::ecr::registry::{self, Pulled, Registry, RegistryError, RegistryErrorCode};
use crate::cloud::oci::{ImageConfig, Layer, Platform, Reference, media_type, untar};
use crate::cloud::{Blob, Digest, ecr_public, upstream};
use crate::laptop::docker::{Credentials, Hub, Image, base_image};
use crate::shell::Io;
use crate::world::World;

pub(super) fn run(io: &mut Io<'_>, parsed: &Parsed) -> i32 {
    let given = match parsed.arg(0).parse::<Reference>() {
        Ok(reference) => reference,
        Err(error) => {
            io.eprint(format!("{}\n", with_library(&error.to_string())));
            return 1;
        }
    };
    if parsed.has("all-tags") {
        return not_simulated(io, "docker pull --all-tags");
    }
    let platform = match parsed.value("platform").map(str::parse::<Platform>).transpose() {
        Ok(platform) => platform,
        Err(why) => return daemon_error(io, why),
    };
    let quiet = parsed.has("quiet");
    if given.tag.is_none() && given.digest.is_none() && !quiet {
        io.print("Using default tag: latest\n");
    }
    let reference = given.or_latest();
    match pull(io, &reference, platform.as_ref(), quiet) {
        Ok(_) => {
            // The last line is the full name.
            io.print(format!("{reference}\n"));
            0
        }
        Err(message) => daemon_error(io, message),
    }
}

/// Source: observed: `docker pull App` names `library/App`.
fn with_library(message: &str) -> String {
    match message.split_once("repository name (") {
        Some((head, name)) if !name.contains('/') => format!("{head}repository name (library/{name}"),
        _ => message.to_owned(),
    }
}

/// Pulls an image, keeps it under its name, and tells how it went, layer by layer.
///
/// # Errors
/// What stands after `Error response from daemon: `.
pub(super) fn pull(
    io: &mut Io<'_>,
    reference: &Reference,
    platform: Option<&Platform>,
    quiet: bool,
) -> Result<Arc<Image>, String> {
    let known: Vec<Digest> = {
        let engine = &io.world.laptop.docker;
        engine.images().flat_map(|image| image.layers.iter().map(|layer| layer.digest.clone())).collect()
    };
    let before = io.world.laptop.docker.get(reference).map(|image| image.id.clone());
    let fetched = fetch(io.world, reference, platform)?;
    let tag = reference.digest.as_ref().map(ToString::to_string).or_else(|| reference.tag.clone()).unwrap_or_default();
    let path = &reference.path;
    let mut text = format!("{tag}: Pulling from {path}\n");
    let ids: Vec<(String, bool)> =
        fetched.image.layers.iter().map(|layer| (layer.digest.short(), known.contains(&layer.digest))).collect();
    for (id, exists) in &ids {
        text += &format!("{id}: {}\n", if *exists { "Already exists" } else { "Pulling fs layer" });
    }
    for (id, _) in ids.iter().filter(|(_, exists)| !exists) {
        text += &format!("{id}: Verifying Checksum\n{id}: Download complete\n");
    }
    for (id, _) in ids.iter().filter(|(_, exists)| !exists) {
        text += &format!("{id}: Pull complete\n");
    }
    let shown = reference.familiar();
    let is_new = before.as_ref() != Some(&fetched.image.id);
    // An image that is there is said in three lines.
    if !is_new {
        text = format!("{tag}: Pulling from {path}\n");
    }
    text += &format!("Digest: {}\n", fetched.digest);
    text += &match is_new {
        true => format!("Status: Downloaded newer image for {shown}\n"),
        false => format!("Status: Image is up to date for {shown}\n"),
    };
    if !quiet {
        io.print(text);
    }
    let engine = &mut io.world.laptop.docker;
    engine.add(Arc::clone(&fetched.image));
    if reference.digest.is_none() {
        engine.tag(reference, &fetched.image.id);
    }
    engine.know_digest(reference, &fetched.digest, &fetched.image.id);
    Ok(fetched.image)
}

/// An image as it came, and the digest that its name led to.
pub(super) struct Fetched {
    pub(super) image: Arc<Image>,
    pub(super) digest: Digest,
}

/// Gets an image from the registry that its name leads to. Keeps nothing. Without platform the laptop's own is taken from
/// an index, and whatever there is where there is no index.
///
/// # Errors
/// What stands after `Error response from daemon: `.
pub(super) fn fetch(world: &mut World, reference: &Reference, platform: Option<&Platform>) -> Result<Fetched, String> {
    let own = Platform::linux_amd64();
    let fetched = fetch_any(world, reference, platform.unwrap_or(&own))?;
    let is = fetched.image.platform();
    match platform.filter(|platform| **platform != is) {
        None => Ok(fetched),
        // Source: moby, "image was found but its platform does not match".
        Some(wanted) => Err(format!(
            "image with reference {} was found but its platform ({is}) does not match the specified platform ({wanted})",
            reference.familiar()
        )),
    }
}

fn fetch_any(world: &mut World, reference: &Reference, platform: &Platform) -> Result<Fetched, String> {
    let Some(registry) = Registry::from_host(&reference.host) else { return public(world, reference, platform) };
    let target =
        reference.digest.as_ref().map(ToString::to_string).or_else(|| reference.tag.clone()).unwrap_or_default();
    let no_login = || {
        format!(
            "Head \"https://{}/v2/{}/manifests/{target}\": no basic auth credentials",
            reference.host, reference.path
        )
    };
    let credentials = Credentials::read(&world.laptop.files).unwrap_or_default();
    let login = credentials.login(&reference.host).ok_or_else(no_login)?;
    let refused = |error: RegistryError| explain(reference, platform, &error);
    let caller = login::authenticate(&world.cloud, &reference.host, &login).map_err(refused)?;
    let engine = world.laptop.docker.clone();
    let have = |digest: &Digest| engine.has_blob(digest);
    let pulled = registry::pull(&mut world.cloud, &caller, &registry, reference, &have, platform).map_err(refused)?;
    let digest = pulled.digest.clone();
    let image =
        assemble(&engine, pulled).ok_or_else(|| format!("filesystem layer verification failed for digest {digest}"))?;
    Ok(Fetched { image: Arc::new(image), digest })
}

/// Puts what came and what was there together.
fn assemble(engine: &crate::laptop::docker::Engine, pulled: Pulled) -> Option<Image> {
    let local = |digest: &Digest| {
        engine.images().flat_map(|image| &image.layers).find(|layer| layer.digest == *digest).cloned()
    };
    let config_blob = match pulled.config {
        Some(blob) => blob,
        None => engine.image(&pulled.manifest.config.digest)?.config_blob.clone(),
    };
    let config = ImageConfig::parse(config_blob.as_bytes()).ok()?;
    let mut layers = Vec::new();
    for (at, layer) in pulled.layers.into_iter().enumerate() {
        let digest = layer.descriptor.digest;
        let diff_id = config.rootfs.diff_ids.get(at)?.clone();
        layers.push(match layer.blob {
            Some(blob) => received(blob, digest, diff_id)?,
            None => local(&digest)?,
        });
    }
    Some(Image::from_blob(config_blob, config, layers))
}

/// A layer that came, if its bytes are what its digest says.
fn received(blob: Blob, digest: Digest, diff_id: Digest) -> Option<Layer> {
    if blob.digest() != digest {
        return None;
    }
    let tree = crate::cloud::oci::unpack(blob.as_bytes()).or_else(|_| untar(blob.as_bytes())).ok()?;
    let tar_bytes = crate::cloud::oci::pack(&tree).map_or(blob.len() as u64, |layer| layer.tar_bytes);
    Some(Layer { blob, digest, diff_id, tar_bytes })
}

/// Signs in at a registry outside with the login that is kept for it: as which user, if there is one.
fn sign_in(world: &mut World, reference: &Reference) -> Result<Option<String>, String> {
    let host = reference.host.as_str();
    let kept = Credentials::read(&world.laptop.files).unwrap_or_default().login(login::key(host));
    let Some(kept) = kept.filter(|_| upstream::has_accounts(host)) else { return Ok(None) };
    let with = upstream::Credentials { username: kept.username, password: kept.password };
    let entered = upstream::enter(&mut world.cloud, host, &with, None, None);
    entered.map(Some).map_err(|_| upstream::refusal::by_docker(reference))
}

/// An image of a registry that asks nobody who he is. But a login that is kept for it is sent, and if that has expired, the
/// pull is denied. Source: observed at ECR Public.
fn public(world: &mut World, reference: &Reference, platform: &Platform) -> Result<Fetched, String> {
    let name = reference.familiar_name();
    if reference.host == ecr_public::HOST {
        let refused = |error: RegistryError| explain(reference, platform, &error);
        let login = Credentials::read(&world.laptop.files).unwrap_or_default().login(ecr_public::HOST);
        let caller = login.map(|login| login::authenticate(&world.cloud, ecr_public::HOST, &login)).transpose();
        let caller = caller.map_err(refused)?;
        let engine = world.laptop.docker.clone();
        let have = |digest: &Digest| engine.has_blob(digest);
        if let Some(pulled) = ecr_public::pull(&mut world.cloud, caller.as_ref(), reference, &have, platform) {
            let pulled = pulled.map_err(refused)?;
            let digest = pulled.digest.clone();
            let image = assemble(&engine, pulled)
                .ok_or_else(|| format!("filesystem layer verification failed for digest {digest}"))?;
            return Ok(Fetched { image: Arc::new(image), digest });
        }
    }
    let user = sign_in(world, reference)?;
    match base_image(reference, platform, user.as_deref()) {
        Hub::Found(image, digest) => Ok(Fetched { image: Arc::new(*image), digest }),
        Hub::NoTag => {
            Err(format!("manifest for {} not found: manifest unknown: manifest unknown", reference.familiar()))
        }
        Hub::NoRepository => Err(format!(
            "pull access denied for {name}, repository does not exist or may require 'docker login': denied: requested \
             access to the resource is denied"
        )),
        Hub::NoPlatform => Err(no_match(platform)),
        Hub::UnknownHost => {
            let host = &reference.host;
            Err(format!("Get \"https://{host}/v2/\": dial tcp: lookup {host}: no such host"))
        }
    }
}

/// An index has nothing for the platform. Source: moby, distribution/pull_v2.go.
fn no_match(platform: &Platform) -> String {
    // Docker knows 64-bit ARM by its variant.
    let variant = if platform.architecture == "arm64" { "/v8" } else { "" };
    format!("no matching manifest for {platform}{variant} in the manifest list entries")
}

/// A registry's refusal as the engine words it.
/// Source: moby, distribution/errors.go.
fn explain(reference: &Reference, platform: &Platform, error: &RegistryError) -> String {
    let name = reference.familiar_name();
    match error.code {
        RegistryErrorCode::Denied => {
            format!("pull access denied for {name}, repository does not exist or may require 'docker login': {error}")
        }
        RegistryErrorCode::UpstreamRefused => {
            format!("failed to resolve reference \"{}\": {error}", reference.familiar())
        }
        RegistryErrorCode::NameUnknown => format!("repository {name} not found: {error}"),
        RegistryErrorCode::ManifestUnknown => format!("manifest for {} not found: {error}", reference.familiar()),
        RegistryErrorCode::NoMatchingPlatform => no_match(platform),
        RegistryErrorCode::BadRequest => {
            format!(
                "Head \"https://{}/v2/{}/manifests/{}\": unknown: {error}",
                reference.host,
                reference.path,
                reference.tag.as_deref().unwrap_or("latest")
            )
        }
        _ => error.to_string(),
    }
}

/// A manifest as it is at its registry: its digest, its bytes and its media type.
///
/// # Errors
/// As [`fetch`].
pub(super) fn manifest(world: &mut World, reference: &Reference) -> Result<(Digest, Blob, String), String> {
    let platform = Platform::linux_amd64();
    let refused = |error: RegistryError| explain(reference, &platform, &error);
    if let Some(registry) = Registry::from_host(&reference.host) {
        let credentials = Credentials::read(&world.laptop.files).unwrap_or_default();
        let login = credentials.login(&reference.host).ok_or("no basic auth credentials")?;
        let caller = login::authenticate(&world.cloud, &reference.host, &login).map_err(refused)?;
        return registry::get_manifest(&mut world.cloud, &caller, &registry, reference).map_err(refused);
    }
    if reference.host == ecr_public::HOST
        && let Some(found) = ecr_public::get_manifest(&world.cloud, reference)
    {
        return found.map_err(refused);
    }
    let user = sign_in(world, reference)?;
    if let Some(published) = upstream::published(reference, user.as_deref()) {
        let blob = published.index.to_blob();
        return Ok((blob.digest(), blob, media_type::DOCKER_LIST.to_owned()));
    }
    let blob = fetch_any(world, reference, &platform)?.image.manifest().to_blob();
    Ok((blob.digest(), blob, media_type::DOCKER_MANIFEST.to_owned()))
}
