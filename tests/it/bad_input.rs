//! Broken data: each mistake is named with file, line and column, and the rest still loads.

use ecr_quest::quest::{Catalogue, Quest, Shared, prove};
use ecr_quest::text::authored::Source;
use ecr_quest::text::{Lang, Words};

use crate::session::SMALL;

/// The problems of a catalogue of these files, in English.
fn problems(files: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let sources: Vec<_> = files.iter().map(|(file, text)| Source::new(file, text)).collect();
    let catalogue = Catalogue::read(Shared::embedded(), &sources);
    let said = catalogue.problems().iter().map(|problem| problem.say(&Words::new(Lang::En))).collect();
    (said, catalogue.quests().iter().map(|quest| quest.id.clone()).collect())
}

/// Changes the small quest and compares what is said; a good quest beside it still loads.
#[track_caller]
fn check(from: &str, to: &str, expected: &str) {
    assert!(SMALL.contains(from), "the small quest has no `{from}`");
    let broken = SMALL.replacen(from, to, 1);
    let good = SMALL.replace("id: \"small\"", "id: \"good\"");
    let (said, quests) = problems(&[("small.ron", &broken), ("good.ron", &good)]);
    assert_eq!(said, [expected]);
    assert_eq!(quests, ["good"]);
}

#[test]
fn broken_ron_is_named_with_its_place() {
    check("xp: 100,", "xp: 100", "small.ron:19:5: expected comma");
    check("xp: 100,", "xp: \"many\",", "small.ron:18:8: expected integer");
}

#[test]
fn a_byte_order_mark_is_named() {
    let marked = format!("\u{feff}{SMALL}");
    assert_eq!(
        problems(&[("marked.ron", &marked)]).0,
        ["marked.ron:1:1: the file starts with a byte-order mark: save it as UTF-8 without one"]
    );
}

#[test]
fn an_unknown_field_is_named_with_what_was_meant() {
    check(
        "minutes: 1,",
        "minuets: 1,",
        "small.ron:19:5: unknown field `minuets`, did you mean `minutes`? known here: `id`, `chapter`, `number`, `text`, \
         `teaches`, `requires`, `exam`, `xp`, `reward`, `minutes`, `par`, `seed`, `start`, `objectives`, `bonus`, `hints`, \
         `solutions`, `must_fail`",
    );
}

#[test]
fn a_missing_language_is_named() {
    check(
        "(title: \"Push\", detail: \"d\"), ko: (title: \"푸시\", detail: \"설\")",
        "(title: \"Push\", detail: \"d\")",
        "small.ron:36:52: `ko` is missing: every text is needed in both languages",
    );
    check("title: \"푸시\"", "title: \" \"", "small.ron:36:66: a text is blank");
}

#[test]
fn unknown_names_are_pointed_at() {
    check(
        "teaches: [\"repository\", \"policy\"]",
        "teaches: [\"repository\", \"polly\"]",
        "small.ron:16:29: there is no concept `polly` in the codex",
    );
    check("seed: 5,", "seed: 5,\n    reward: \"crown\",", "small.ron:22:13: there is no item `crown`");
    check("because: [\"least\"]", "because: [\"lest\"]", "small.ron:75:23: no objective or bonus has the id `lest`");
    check("chapter: 2", "chapter: 12", "small.ron:4:5: there is no chapter 12");
}

#[test]
fn ids_are_unique() {
    let twice = SMALL.replacen("id: \"push\"", "id: \"repository\"", 1);
    assert_eq!(problems(&[("small.ron", &twice)]).0[0], "small.ron:30:17: the id `repository` is used twice");
    let (said, quests) = problems(&[("a/small.ron", SMALL), ("b/small.ron", SMALL)]);
    assert_eq!(said, ["b/small.ron:3:9: the id `small` is used twice"]);
    assert_eq!(quests, ["small"]);
}

#[test]
fn an_objective_without_a_hint_is_named() {
    check(
        "(objective: \"repository\", level: Observe, text: (en: \"h\", ko: \"힌\")),",
        "",
        "small.ron:30:17: the objective `repository` has no hint that is always given",
    );
}

#[test]
fn a_loop_of_requirements_is_named_and_the_others_load() {
    let make = |id: &str, teaches: &str, requires: &str| {
        SMALL.replace("id: \"small\"", &format!("id: \"{id}\"")).replace(
            "teaches: [\"repository\", \"policy\"]",
            &format!("teaches: [\"{teaches}\"],\n    requires: [\"{requires}\"]"),
        )
    };
    let first = make("first", "layer", "digest");
    let second = make("second", "digest", "layer");
    let lonely = make("lonely", "storage", "cluster");
    let (said, quests) =
        problems(&[("first.ron", &first), ("small.ron", SMALL), ("lonely.ron", &lonely), ("second.ron", &second)]);
    assert_eq!(
        said,
        [
            "lonely.ron:17:16: `cluster` is required, and no quest teaches it",
            "first.ron:17:16: `digest` is required, and only `second` teaches it, which cannot be reached before",
        ]
    );
    assert_eq!(quests, ["second", "small"], "one of the two is to be changed");
}

/// What the proof of a changed small quest finds.
#[track_caller]
fn proof(from: &str, to: &str, expected: &[&str]) {
    assert!(SMALL.contains(from), "the small quest has no `{from}`");
    let words = Words::new(Lang::En);
    let text = SMALL.replacen(from, to, 1);
    let quest: Quest = Source::new("small.ron", &text).read().unwrap();
    let failures: Vec<_> =
        prove(&std::sync::Arc::new(quest), &words).into_iter().map(|failure| failure.what.say(&words)).collect();
    assert_eq!(failures, expected);
}

#[test]
fn a_quest_that_starts_solved_is_not_proved() {
    proof(
        "Run(\"aws iam create-user --user-name ci\"),\n        RunFails(\"aws ecr describe-images --repository-name web\"),",
        "Run(\"aws iam create-user --user-name ci\"),\n        Run(\"aws ecr create-repository --repository-name web\"),",
        &[
            "the objective `repository` is already met at the start",
            "a line of the solution `Plain` fails with code 254: `aws ecr create-repository --repository-name web`: aws: [ERROR]: An \
             error occurred (RepositoryAlreadyExistsException) when calling the CreateRepository operation: The repository with \
             name 'web' already exists in the registry with id '111122223333'",
            "after the wrong turn `Another repository`, `repository` is met",
        ],
    );
}

#[test]
fn a_solution_that_does_not_win_is_not_proved() {
    proof(
        "(run: \"aws ecr create-repository --repository-name web\", say",
        "(run: \"aws ecr create-repository --repository-name wed\", say",
        &["the solution `Plain` leaves the objective `repository` unmet: there is no repository `web` yet"],
    );
}

#[test]
fn a_par_below_every_solution_is_not_proved() {
    proof("par: 2", "par: 1", &["par is 1, and the shortest solution takes 2 commands"]);
}

#[test]
fn a_wrong_turn_that_wins_is_not_proved() {
    proof(
        "lines: [\"aws ecr create-repository --repository-name wed\"]",
        "lines: [\"aws ecr create-repository --repository-name web\"]",
        &["after the wrong turn `Another repository`, `repository` is met"],
    );
}

#[test]
fn a_start_that_fails_names_its_step() {
    proof(
        "Run(\"aws iam create-user --user-name ci\")",
        "Run(\"aws iam create-usr --user-name ci\")",
        &["step 1 of the start, `aws iam create-usr --user-name ci`: it failed with code 252: aws: [ERROR]: An error \
           occurred (ParamValidation): argument operation: Found invalid choice 'create-usr'"],
    );
    proof(
        "Clock(\"1h\")",
        "Clock(\"soon\")",
        &["step 4 of the start, `soon`: no span of time, expected such as `30m`, `12h` or `3d`"],
    );
    proof(
        "RunFails(\"aws ecr describe-images --repository-name web\")",
        "RunFails(\"aws ecr describe-repositories\")",
        &["step 2 of the start, `aws ecr describe-repositories`: it was to fail, and succeeded"],
    );
}

#[test]
fn any_text_is_read_without_a_panic() {
    for text in ["", "(", "[", "()", "\u{0}", "(id: \"", "((((((((((", "(id: 5)", "#![enable(x)]", "// only a comment"]
    {
        assert_eq!(problems(&[("odd.ron", text)]).0.len(), 1, "{text:?}");
    }
    let deep = "(".repeat(10_000);
    assert_eq!(problems(&[("deep.ron", &deep)]).0.len(), 1);
    for end in (0..SMALL.len()).filter(|end| SMALL.is_char_boundary(*end)).step_by(97) {
        assert!(!problems(&[("cut.ron", &SMALL[..end])]).0.is_empty(), "cut at {end}");
    }
}
