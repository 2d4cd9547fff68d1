//! Any words as arguments of `aws`, one in a line: it ends with an answer.
#![no_main]

use std::sync::LazyLock;

use ecr_quest::shell;
use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;

static START: LazyLock<World> = LazyLock::new(|| World::new(1));

libfuzzer_sys::fuzz_target!(|text: &str| {
    let quoted: Vec<String> = text.lines().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect();
    shell::run(&mut START.clone(), &Words::new(Lang::En), &format!("aws {}", quoted.join(" ")));
});
