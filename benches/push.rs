//! A push of ten layers and a pull of them: every request through the door, with its decisions and its entries on the trail.
//!
//! The goal for the push: under 1 ms beside the hashing. `requests` pushes small layers, so that hashing is next to nothing; `hashing` is
//! what the digests of the same blobs cost alone.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ecr_quest::cloud::ecr::CreateRepository;
use ecr_quest::cloud::ecr::registry::{ImageParts, Registry, pull, push};
use ecr_quest::cloud::oci::{
    ContainerConfig, Descriptor, ImageConfig, Manifest, Platform, Reference, RootFs, media_type,
};
use ecr_quest::cloud::{AccountId, Blob, Caller, Cloud, Origin, Principal, Region, iam};

fn image() -> ImageParts {
    let blobs: Vec<Blob> = (0..10_u8).map(|i| Blob::from(vec![i; 1024])).collect();
    let config = ImageConfig {
        created: None,
        author: None,
        architecture: "amd64".to_owned(),
        os: "linux".to_owned(),
        config: ContainerConfig::default(),
        rootfs: RootFs::of(blobs.iter().map(Blob::digest).collect()),
        history: Vec::new(),
    }
    .to_blob();
    let layers = blobs.iter().map(|blob| Descriptor::of(media_type::OCI_LAYER, blob)).collect();
    let manifest = Manifest::new(media_type::OCI_MANIFEST, Descriptor::of(media_type::OCI_CONFIG, &config), layers);
    ImageParts {
        manifest: manifest.to_blob(),
        media_type: media_type::OCI_MANIFEST.to_owned(),
        config: (config.digest(), config),
        layers: blobs.into_iter().map(|blob| (blob.digest(), blob)).collect(),
    }
}

fn bench(criterion: &mut Criterion) {
    let registry = Registry { account: AccountId::home(), region: Region::home() };
    let caller = Caller {
        principal: Principal::User { account: AccountId::home(), name: "admin".to_owned() },
        region: Region::home(),
        origin: Origin::Laptop,
    };
    let mut cloud = Cloud::new(1);
    iam::create_administrator(&mut cloud, &AccountId::home(), "admin");
    let made = cloud.call(&caller, CreateRepository { repository_name: "app".to_owned(), ..Default::default() });
    assert!(made.is_ok(), "{made:?}");
    let image = image();

    let mut group = criterion.benchmark_group("push of ten layers");
    // One check, three requests for each of eleven blobs, the manifest.
    group.throughput(Throughput::Elements(1 + 3 * 11 + 1));
    group.bench_function("requests", |bencher| {
        bencher.iter_batched_ref(
            || cloud.clone(),
            |cloud| push(cloud, &caller, &registry, "app", &image, Some("v1")).map_err(|failure| failure.error),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("hashing", |bencher| {
        let blobs: Vec<&Blob> =
            image.layers.iter().map(|(_, blob)| blob).chain([&image.config.1, &image.manifest]).collect();
        bencher.iter(|| blobs.iter().map(|blob| blob.digest()).collect::<Vec<_>>());
    });
    group.finish();

    let pushed = push(&mut cloud, &caller, &registry, "app", &image, Some("v1")).map_err(|failure| failure.error);
    assert!(pushed.is_ok(), "{pushed:?}");
    let reference =
        Reference { host: registry.host(), path: "app".to_owned(), tag: Some("v1".to_owned()), digest: None };
    let mut group = criterion.benchmark_group("pull of ten layers");
    // The manifest, and an address for each of eleven blobs.
    group.throughput(Throughput::Elements(1 + 11));
    group.bench_function("requests", |bencher| {
        bencher.iter_batched_ref(
            || cloud.clone(),
            |cloud| pull(cloud, &caller, &registry, &reference, &|_| false, &Platform::linux_amd64()),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
