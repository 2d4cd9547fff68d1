//! Sessions of the real command replay in the simulation, but for ids, times, digests and the differences they list.
//!
//! The captured account is the simulation's second one and the other way round, so the two numbers change places.

use ecr_quest::shell;
use ecr_quest::text::{Lang, Words};
use ecr_quest::world::World;

use super::masks::Masks;
use super::transcript::{Step, read};

/// The account of the captured sessions, and the learner's.
const ACCOUNTS: [&str; 2] = ["123456789012", "111122223333"];

/// `text` with the two accounts in each other's place.
fn swapped(text: &str) -> String {
    let [captured, own] = ACCOUNTS;
    text.replace(captured, "\u{0}").replace(own, captured).replace('\u{0}', own)
}

/// Runs sessions one after the other in one world.
#[track_caller]
fn replay(sessions: &[(&str, &str)]) {
    let mut world = World::new(1);
    let words = Words::new(Lang::En);
    let mut wrong = String::new();
    for (name, text) in sessions {
        let (mut expected_masks, mut found_masks) = (Masks::default(), Masks::default());
        for step in read(text) {
            let line = match &step {
                Step::Prepare(line) => line,
                Step::Command(command) => &command.line,
            };
            let output = shell::run(&mut world, &words, &swapped(line));
            let Step::Command(expected) = step else {
                assert_eq!(output.code, 0, "{name}: `{line}` failed: {}", output.text());
                continue;
            };
            let shown = |masks: &mut Masks, stdout: &str, stderr: &str, code: i32| {
                format!("{}--- stderr\n{}--- exit code: {code}\n", masks.apply(stdout), masks.apply(stderr))
            };
            let expect = shown(&mut expected_masks, &expected.stdout, &expected.stderr, expected.code);
            let found = shown(&mut found_masks, &swapped(&output.stdout()), &swapped(&output.stderr()), output.code);
            if expect != found {
                wrong += &format!("{name}: $ {}\nexpected:\n{expect}found:\n{found}\n", expected.line);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn ecr_and_the_errors_of_the_client_replay() {
    replay(&[
        ("repositories", include_str!("captures/repositories.txt")),
        ("images", include_str!("captures/images.txt")),
        ("policies", include_str!("captures/policies.txt")),
        ("usage", include_str!("captures/usage.txt")),
        ("environment", include_str!("captures/environment.txt")),
    ]);
}

#[test]
fn iam_sts_and_ecs_replay() {
    replay(&[("iam", include_str!("captures/iam.txt")), ("ecs", include_str!("captures/ecs.txt"))]);
}

#[test]
fn queries_skeletons_and_waiters_replay() {
    replay(&[("extra", include_str!("captures/extra.txt"))]);
}

#[test]
fn times_as_services_send_them_replay() {
    replay(&[("wire", include_str!("captures/wire.txt"))]);
}
