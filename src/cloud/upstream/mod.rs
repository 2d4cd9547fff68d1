//! The public registries outside of the accounts: what Docker Hub and others hold (`assets/docker/images.json`).
//!
//! The images are stand-ins: real archives with true digests, but small, and not the bytes of the real images. What counts
//! for the simulation is true: their package databases, layers, environment and commands.
//!
//! Some repositories are private: only their owner sees them, who signs in with a token of that registry ([`accounts`]).

mod accounts;
mod database;
pub(in crate::cloud) mod hub;
pub(crate) mod refusal;

pub(in crate::cloud) use accounts::note;
pub use accounts::{AccessToken, Credentials, Flaw, Outside, Refusal, Useless, enter, issue};
pub use database::{Distribution, entry, is_arm};

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Digest;
use super::oci::{
    self, ContainerConfig, Descriptor, Entry, History, ImageConfig, Index, Layer, Manifest, Platform, Reference,
    RootFs, Tree, media_type, pack,
};

/// An image of a public registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicImage {
    pub config: ImageConfig,
    /// The lowest first.
    pub layers: Vec<Layer>,
}

impl PublicImage {
    /// Its manifest: docker schema 2.
    pub fn manifest(&self) -> Manifest {
        let layers = self.layers.iter().map(|layer| Descriptor::of(media_type::DOCKER_LAYER, &layer.blob)).collect();
        let config = Descriptor::of(media_type::DOCKER_CONFIG, &self.config.to_blob());
        Manifest::new(media_type::DOCKER_MANIFEST, config, layers)
    }
}

/// An image with all the platforms that it is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// A docker manifest list.
    pub index: Index,
    /// As the index lists them.
    pub images: Vec<PublicImage>,
}

impl Published {
    /// The image of that digest.
    fn lone(self, digest: &Digest) -> Option<PublicImage> {
        self.images.into_iter().find(|image| image.manifest().to_blob().digest() == *digest)
    }
}

/// An image, and the digest that its name led to: that of the index, unless the image's own was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub image: PublicImage,
    pub digest: Digest,
}

/// How a public registry answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// The image.
    Found(Box<Found>),
    /// The repository has no such tag or digest.
    NoTag,
    /// There is no such repository, or it is not for whoever asks.
    NoRepository,
    /// There is nothing for the platform.
    NoPlatform,
    /// The host is none of the registries outside.
    UnknownHost,
}

/// What each image is made for.
const ARCHITECTURES: [&str; 2] = ["amd64", "arm64"];

fn platform(architecture: &str) -> Platform {
    Platform { architecture: architecture.to_owned(), ..Platform::linux_amd64() }
}

/// How the hosts of Azure's registries end; each customer has one.
const AZURE: &str = ".azurecr.io";

/// The hosts of public registries.
const HOSTS: [&str; 7] =
    ["docker.io", "public.ecr.aws", "quay.io", "registry.k8s.io", "ghcr.io", "registry.gitlab.com", "cgr.dev"];

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    name: String,
    /// Where it is: full names without tag. None said: Docker Hub's official images and their mirror in ECR Public.
    #[serde(default)]
    at: Vec<String>,
    /// Who alone sees it; everyone, where nothing is said.
    #[serde(default)]
    owner: Option<String>,
    tags: Vec<String>,
    created: String,
    /// `PRETTY_NAME` of `os-release`.
    os: String,
    /// Empty where there is no package database.
    distribution: String,
    release: String,
    env: Vec<String>,
    entrypoint: Option<Vec<String>>,
    cmd: Vec<String>,
    expose: Vec<String>,
    working_dir: String,
    stop_signal: String,
    layers: Vec<LayerDefinition>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LayerDefinition {
    created_by: String,
    /// How many bytes that cannot be compressed stand for the layer's programs.
    bytes: usize,
    /// Name, source, version.
    packages: Vec<(String, String, String)>,
    /// Text by path; an empty one is a program.
    files: BTreeMap<String, String>,
}

fn definitions() -> Vec<Definition> {
    serde_json::from_str(include_str!("../../../assets/docker/images.json")).unwrap_or_default()
}

impl Definition {
    fn is_at(&self, name: &str) -> bool {
        let official = |place: &str| name.strip_prefix(place) == Some(&self.name);
        match self.at.as_slice() {
            [] => official("docker.io/library/") || official("public.ecr.aws/docker/library/"),
            at => at.iter().any(|at| at == name),
        }
    }

    /// Makes it for each platform.
    fn publish(&self) -> Published {
        let images: Vec<PublicImage> =
            ARCHITECTURES.into_iter().filter_map(|architecture| make(self, architecture)).collect();
        let manifests = images.iter().map(|image| {
            let of = Descriptor::of(media_type::DOCKER_MANIFEST, &image.manifest().to_blob());
            Descriptor { platform: Some(platform(&image.config.architecture)), ..of }
        });
        Published { index: Index::new(media_type::DOCKER_LIST, manifests.collect()), images }
    }

    fn has_tag(&self, reference: &Reference) -> bool {
        let tag = reference.tag.as_deref().unwrap_or("latest");
        self.tags.iter().any(|known| known == tag)
    }
}

/// Whether there is a registry of that name outside.
pub fn is_registry(host: &str) -> bool {
    let is_azure = |name: &str| !name.is_empty() && !name.contains('.');
    HOSTS.contains(&host) || host.strip_suffix(AZURE).is_some_and(is_azure)
}

/// Whether people have accounts at a registry: whether it takes credentials at all.
pub fn has_accounts(host: &str) -> bool {
    is_registry(host) && !matches!(host, "public.ecr.aws" | "registry.k8s.io")
}

/// Asks the registries outside for an image, as the user that somebody signed in as, or as nobody in particular. Of a
/// reference without tag and digest, `latest` is meant.
pub fn find(reference: &Reference, platform: &Platform, user: Option<&str>) -> Lookup {
    if !is_registry(&reference.host) {
        return Lookup::UnknownHost;
    }
    let found = named(reference, user);
    if found.is_empty() {
        return Lookup::NoRepository;
    }
    let lone = |digest: &Digest| found.iter().find_map(|definition| definition.publish().lone(digest));
    let Some(published) = published(reference, user) else {
        return match reference.digest.as_ref().and_then(lone) {
            Some(image) => {
                let digest = image.manifest().to_blob().digest();
                Lookup::Found(Box::new(Found { image, digest }))
            }
            None => Lookup::NoTag,
        };
    };
    let digest = published.index.to_blob().digest();
    match published.images.into_iter().find(|image| image.config.architecture == platform.architecture) {
        Some(image) if platform.os == image.config.os && platform.variant.is_none() => {
            Lookup::Found(Box::new(Found { image, digest }))
        }
        _ => Lookup::NoPlatform,
    }
}

/// An image with all its platforms, by its tag or by the digest of its index; none if there is no such for that user.
pub fn published(reference: &Reference, user: Option<&str>) -> Option<Published> {
    let mut found = named(reference, user).into_iter();
    match &reference.digest {
        None => found.find(|definition| definition.has_tag(reference)).map(|definition| definition.publish()),
        Some(digest) => {
            found.map(|definition| definition.publish()).find(|published| published.index.to_blob().digest() == *digest)
        }
    }
}

/// What is under a repository's name, as far as that user sees it.
fn named(reference: &Reference, user: Option<&str>) -> Vec<Definition> {
    let name = reference.name();
    let seen = |definition: &Definition| definition.owner.as_deref().is_none_or(|owner| user == Some(owner));
    definitions().into_iter().filter(|definition| definition.is_at(&name) && seen(definition)).collect()
}

/// Makes the image; none only if a definition has an impossible path, which a test rules out.
fn make(definition: &Definition, architecture: &str) -> Option<PublicImage> {
    let arm = architecture == "arm64";
    // What was done is the same for each processor but for its name; the programs are not.
    let created_by = |layer: &LayerDefinition| match arm {
        true => layer.created_by.replace("x86_64", "aarch64").replace("amd64", "arm64"),
        false => layer.created_by.clone(),
    };
    let distribution = match definition.distribution.as_str() {
        "alpine" => Some(Distribution::Alpine),
        "debian" => Some(Distribution::Debian),
        _ => None,
    };
    let mut layers: Vec<Layer> = Vec::new();
    let mut installed: Vec<&(String, String, String)> = Vec::new();
    for (at, layer) in definition.layers.iter().enumerate() {
        let mut tree = Tree::new();
        if at == 0 {
            root(definition, distribution, &mut tree);
        }
        if let Some(distribution) = distribution.filter(|_| !layer.packages.is_empty()) {
            installed.extend(&layer.packages);
            installed.sort();
            let text: String = installed
                .iter()
                .map(|(name, source, version)| entry(distribution, arm, name, source, version))
                .collect();
            put(&mut tree, distribution.database(), Entry::file(text.into_bytes()));
        }
        for (path, text) in &layer.files {
            put(&mut tree, path, Entry::executable(text.as_bytes()));
        }
        // The same layer in two images has the same bytes.
        let programs = if arm { format!("{} arm64", layer.created_by) } else { layer.created_by.clone() };
        put(&mut tree, &format!("usr/lib/{}", Digest::of(programs.as_bytes()).short()), {
            Entry::file(noise(&programs, layer.bytes))
        });
        layers.push(pack(&tree).ok()?);
    }
    let history = definition.layers.iter().map(|layer| History {
        created: Some(definition.created.clone()),
        created_by: Some(created_by(layer)),
        comment: Some("buildkit.dockerfile.v0".to_owned()),
        empty_layer: false,
    });
    let command = History {
        created: Some(definition.created.clone()),
        created_by: Some(format!("CMD {}", serde_json::to_string(&definition.cmd).unwrap_or_default())),
        comment: Some("buildkit.dockerfile.v0".to_owned()),
        empty_layer: true,
    };
    let config = ImageConfig {
        created: Some(definition.created.clone()),
        author: None,
        architecture: architecture.to_owned(),
        os: "linux".to_owned(),
        config: ContainerConfig {
            env: definition.env.clone(),
            entrypoint: definition.entrypoint.clone(),
            cmd: Some(definition.cmd.clone()),
            exposed_ports: definition.expose.iter().map(|port| (port.clone(), oci::Empty {})).collect(),
            working_dir: definition.working_dir.clone(),
            stop_signal: Some(definition.stop_signal.clone()).filter(|signal| !signal.is_empty()),
            ..ContainerConfig::default()
        },
        rootfs: RootFs::of(layers.iter().map(|layer| layer.diff_id.clone()).collect()),
        history: history.chain([command]).collect(),
    };
    Some(PublicImage { config, layers })
}

/// What every Linux has.
fn root(definition: &Definition, distribution: Option<Distribution>, tree: &mut Tree) {
    if definition.os.is_empty() {
        return;
    }
    for folder in
        ["bin", "etc", "home", "lib", "opt", "root", "sbin", "srv", "tmp", "usr", "usr/local", "usr/local/bin", "var"]
    {
        tree.insert(folder.to_owned(), Entry::directory());
    }
    let id = match distribution {
        Some(Distribution::Alpine) => "alpine",
        Some(Distribution::Debian) if definition.name == "ubuntu" => "ubuntu",
        Some(Distribution::Debian) => "debian",
        None => "busybox",
    };
    if distribution.is_some() {
        let release = format!("PRETTY_NAME=\"{}\"\nID={id}\nVERSION_ID=\"{}\"\n", definition.os, definition.release);
        put(tree, "etc/os-release", Entry::file(release.into_bytes()));
    }
    put(tree, "etc/passwd", Entry::file(*b"root:x:0:0:root:/root:/bin/sh\n"));
    put(tree, "bin/sh", Entry::executable(Vec::new()));
}

/// Puts a file and the folders above it.
fn put(tree: &mut Tree, path: &str, entry: Entry) {
    for (at, _) in path.match_indices('/') {
        if let Some(folder) = path.get(..at) {
            tree.entry(folder.to_owned()).or_insert_with(Entry::directory);
        }
    }
    tree.insert(path.to_owned(), entry);
}

/// Bytes that look like a program to a compressor: always the same for the same name.
fn noise(name: &str, len: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(len + 32);
    let mut block = Digest::of(name.as_bytes());
    while bytes.len() < len {
        bytes.extend_from_slice(block.bytes());
        block = Digest::of(block.bytes());
    }
    bytes.truncate(len);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_public_image_can_be_made() {
        let all: Vec<Definition> = serde_json::from_str(include_str!("../../../assets/docker/images.json")).unwrap();
        for definition in &all {
            assert_eq!(make(definition, "arm64").unwrap().layers.len(), definition.layers.len(), "{}", definition.name);
        }
    }

    #[test]
    fn an_image_is_found_by_its_full_name() {
        let amd64 = Platform::linux_amd64();
        let image = |text: &str| match find(&text.parse().unwrap(), &amd64, None) {
            Lookup::Found(found) => found.image,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(image("nginx:alpine").layers[0], image("alpine").layers[0]);
        assert_eq!(image("public.ecr.aws/docker/library/alpine:3.20"), image("alpine:3.20"));
        assert_eq!(image("quay.io/libpod/alpine"), image("alpine"));
        assert_eq!(find(&"alpine:9".parse().unwrap(), &amd64, None), Lookup::NoTag);
        assert_eq!(find(&"team/app".parse().unwrap(), &amd64, None), Lookup::NoRepository);
        assert_eq!(find(&"ghcr.io/app".parse().unwrap(), &amd64, None), Lookup::NoRepository);
        assert_eq!(find(&"registry.example.com/app".parse().unwrap(), &amd64, None), Lookup::UnknownHost);
    }

    #[test]
    fn a_private_image_is_there_for_its_owner_alone() {
        let amd64 = Platform::linux_amd64();
        for host in ["docker.io", "ghcr.io", "registry.gitlab.com", "cgr.dev"] {
            let reference: Reference = format!("{host}/learner/base:1.0").parse().unwrap();
            assert!(matches!(find(&reference, &amd64, Some("learner")), Lookup::Found(_)), "{host}");
            for other in [None, Some("kim")] {
                assert_eq!(find(&reference, &amd64, other), Lookup::NoRepository, "{host}");
            }
        }
        let azure = "learner.azurecr.io/base:1.0".parse().unwrap();
        assert!(matches!(find(&azure, &amd64, Some("learner")), Lookup::Found(_)));
        assert_eq!(find(&"a.b.azurecr.io/base".parse().unwrap(), &amd64, Some("learner")), Lookup::UnknownHost);
    }

    #[test]
    fn each_platform_has_an_image_of_its_own() {
        let reference: Reference = "alpine:3.20".parse().unwrap();
        let of = |text: &str| match find(&reference, &text.parse().unwrap(), None) {
            Lookup::Found(found) => found.image,
            other => panic!("{text}: {other:?}"),
        };
        let (amd64, arm64) = (of("linux/amd64"), of("linux/arm64/v8"));
        assert_eq!((amd64.config.architecture.as_str(), arm64.config.architecture.as_str()), ("amd64", "arm64"));
        assert_ne!(amd64.layers[0].digest, arm64.layers[0].digest);
        assert_eq!(find(&reference, &"linux/s390x".parse().unwrap(), None), Lookup::NoPlatform);
        let index = published(&reference, None).unwrap().index;
        let digests: Vec<Digest> = index.manifests.iter().map(|of| of.digest.clone()).collect();
        assert_eq!(digests, [amd64.manifest().to_blob().digest(), arm64.manifest().to_blob().digest()]);
        // By the digest of the index the platform's own is found, by an image's digest that image.
        let by = |digest: &Digest| Reference { digest: Some(digest.clone()), ..reference.clone() };
        for digest in [&index.to_blob().digest(), &digests[1]] {
            match find(&by(digest), &"linux/arm64".parse().unwrap(), None) {
                Lookup::Found(found) => assert_eq!((&found.image, &found.digest), (&arm64, digest)),
                other => panic!("{other:?}"),
            }
        }
    }
}
