//! Any text as a line of the shell: it ends with an answer.
#![no_main]

use std::sync::LazyLock;

use ecr_quest::shell;
use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;

static START: LazyLock<World> = LazyLock::new(|| World::new(1));

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = shell::is_complete(text);
    shell::run(&mut START.clone(), &Words::new(Lang::En), text);
    let _ = shell::complete(&START, text, text.len());
});
