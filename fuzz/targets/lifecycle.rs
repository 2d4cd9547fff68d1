//! Any text as a lifecycle policy: it is read or refused.
#![no_main]

use ecr_quest::cloud::ecr::lifecycle::Policy;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = Policy::parse(text);
});
