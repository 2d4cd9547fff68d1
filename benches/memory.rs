//! What an image takes of memory: manifest, config, tag and all that the registry keeps of it; its layers are shared.
//!
//! The goal: under 2 KiB. It is counted by the allocator, not timed: the run fails if there is more.

use std::process::ExitCode;

use ecr_quest::cloud::ecr::registry::{ImageParts, Registry, push};
use ecr_quest::cloud::ecr::{self, CreateRepository};
use ecr_quest::cloud::oci::{ContainerConfig, Descriptor, ImageConfig, Manifest, RootFs, media_type};
use ecr_quest::cloud::{AccountId, Blob, Caller, Cloud, Origin, Principal, Region, iam};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const IMAGES: usize = 5_000;
const GOAL: usize = 2048;

/// An image of five layers that all have, and a config of its own.
fn image(layers: &[Blob], number: usize) -> ImageParts {
    let config = ImageConfig {
        created: None,
        author: Some(format!("build {number}")),
        architecture: "amd64".to_owned(),
        os: "linux".to_owned(),
        config: ContainerConfig::default(),
        rootfs: RootFs::of(layers.iter().map(Blob::digest).collect()),
        history: Vec::new(),
    }
    .to_blob();
    let described = layers.iter().map(|blob| Descriptor::of(media_type::OCI_LAYER, blob)).collect();
    let manifest = Manifest::new(media_type::OCI_MANIFEST, Descriptor::of(media_type::OCI_CONFIG, &config), described);
    ImageParts {
        manifest: manifest.to_blob(),
        media_type: media_type::OCI_MANIFEST.to_owned(),
        config: (config.digest(), config),
        layers: layers.iter().map(|blob| (blob.digest(), blob.clone())).collect(),
    }
}

fn main() -> ExitCode {
    let (account, region) = (AccountId::home(), Region::home());
    let registry = Registry { account: account.clone(), region: region.clone() };
    let principal = Principal::User { account: account.clone(), name: "admin".to_owned() };
    let caller = Caller { principal, region: region.clone(), origin: Origin::Laptop };
    let layers: Vec<Blob> = (0..5_u8).map(|i| Blob::from(vec![i; 1024])).collect();

    let mut cloud = Cloud::new(1);
    iam::create_administrator(&mut cloud, &account, "admin");
    let made = cloud.call(&caller, CreateRepository { repository_name: "app".to_owned(), ..Default::default() });
    assert!(made.is_ok(), "{made:?}");
    for number in 0..IMAGES {
        let pushed =
            push(&mut cloud, &caller, &registry, "app", &image(&layers, number), Some(&format!("build-{number}")));
        assert!(pushed.is_ok(), "{pushed:?}");
    }
    // What is left when the trail is gone: the repository and the layers behind it.
    let kept = (
        ecr::repository(&cloud, &account, &region, "app").cloned(),
        cloud.account(&account).and_then(|account| account.region(&region)).map(|region| region.layers.clone()),
    );
    drop(cloud);
    let with = ALLOCATOR.current_usage();
    let count = kept.0.as_ref().map_or(0, |repository| repository.images.len());
    assert_eq!(count, IMAGES);
    drop(kept);
    let each = with.saturating_sub(ALLOCATOR.current_usage()) / IMAGES;
    println!("memory per image with shared layers: {each} bytes; the goal is less than {GOAL}");
    if each < GOAL { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
