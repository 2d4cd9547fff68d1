//! Any text as a policy document, of every kind: it is read or refused.
#![no_main]

use ecr_quest::cloud::iam::Policy;

libfuzzer_sys::fuzz_target!(|text: &str| {
    for read in [Policy::managed, Policy::identity, Policy::trust, Policy::parse_resource_policy, Policy::service_control] {
        if let Ok(policy) = read(text) {
            // What was read can be shown.
            let _ = (policy.document(), policy.size(), policy.condition_keys().count());
        }
    }
});
