//! Any bytes as an image manifest, through the whole command: `aws ecr put-image --image-manifest file://m`.
#![no_main]

use std::sync::LazyLock;

use ecr_quest::cloud::Timestamp;
use ecr_quest::shell;
use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;

static START: LazyLock<World> = LazyLock::new(|| {
    let mut world = World::new(1);
    shell::run(&mut world, &Words::new(Lang::En), "aws ecr create-repository --repository-name app");
    world
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut world = START.clone();
    if world.laptop.files.write("/home/learner/m", bytes.to_vec(), Timestamp::START).is_ok() {
        let line = "aws ecr put-image --repository-name app --image-tag v1 --image-manifest file://m; docker pull app";
        shell::run(&mut world, &Words::new(Lang::En), line);
    }
});
