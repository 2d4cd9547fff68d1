//! Every quest is proved, each by its name: it starts unsolved, its solutions win, its wrong turns fail.

use std::collections::BTreeSet;
use std::sync::Arc;

use ecr_quest::quest::{Catalogue, Session, prove};
use ecr_quest::text::{Lang, Words};

/// Proves the quest whose file has this name.
#[track_caller]
fn check(id: &str) {
    let catalogue = Catalogue::embedded();
    let words = Words::new(Lang::En);
    let problems: Vec<_> = catalogue.problems().iter().map(|problem| problem.say(&words)).collect();
    assert_eq!(problems, Vec::<String>::new());
    let quest = catalogue.quest(id).unwrap_or_else(|| panic!("there is no quest `{id}`"));
    let failures: Vec<_> = prove(quest, &words).into_iter().map(|failure| failure.what.say(&words)).collect();
    assert!(failures.is_empty(), "{id} is not proved:\n{}", failures.join("\n"));
}

macro_rules! proved {
    ($($test:ident: $id:literal),* $(,)?) => {
        const IDS: &[&str] = &[$($id),*];
        $(#[test]
        fn $test() {
            check($id);
        })*
    };
}

proved! {
    first_push_is_proved: "first-push",
    tags_move_is_proved: "tags-move",
    same_layer_once_is_proved: "same-layer-once",
    the_denied_pull_is_proved: "denied-pull",
    run_it_on_ecs_is_proved: "run-it-on-ecs",
    the_cluster_next_door_is_proved: "the-cluster-next-door",
    two_roles_is_proved: "two-roles",
    the_wrong_platform_is_proved: "wrong-platform",
    rolling_deploy_is_proved: "rolling-deploy",
    no_way_out_of_the_subnet_is_proved: "no-way-out",
    lambda_from_an_image_is_proved: "lambda-from-an-image",
    keep_the_yard_clean_is_proved: "keep-the-yard-clean",
}

#[test]
fn every_quest_file_is_proved_by_its_name() {
    let files: BTreeSet<String> = Catalogue::embedded_files()
        .into_iter()
        .map(|(file, _)| file.trim_start_matches("quests/").trim_end_matches(".ron").to_owned())
        .collect();
    assert_eq!(files, IDS.iter().map(|id| (*id).to_owned()).collect());
}

#[test]
fn every_quest_can_be_reached_and_is_named_after_its_file() {
    let catalogue = Catalogue::embedded();
    let mut won: BTreeSet<&str> = BTreeSet::new();
    loop {
        let open: Vec<_> = catalogue
            .quests()
            .iter()
            .filter(|quest| !won.contains(quest.id.as_str()))
            .filter(|quest| catalogue.is_open(quest, |id| won.contains(id)))
            .collect();
        if open.is_empty() {
            break;
        }
        won.extend(open.iter().map(|quest| quest.id.as_str()));
    }
    let all: BTreeSet<&str> = catalogue.quests().iter().map(|quest| quest.id.as_str()).collect();
    assert_eq!(won, all);
    let numbers: BTreeSet<u32> = catalogue.quests().iter().map(|quest| quest.number).collect();
    assert_eq!(numbers.len(), all.len(), "each has a number of its own");
}

#[test]
fn every_sandbox_begins() {
    let words = Words::new(Lang::Ko);
    let catalogue = Catalogue::embedded();
    assert_eq!(catalogue.sandboxes().len(), 3);
    for sandbox in catalogue.sandboxes() {
        let session = Session::sandbox(sandbox, &words);
        let session = session.unwrap_or_else(|error| panic!("{}: {}", sandbox.id, error.message().say(&words)));
        assert!(session.goals().is_empty() && session.score().is_none() && !session.is_won());
    }
}

#[test]
fn the_story_and_the_goals_read_the_same_in_both_languages() {
    let catalogue = Catalogue::embedded();
    for quest in catalogue.quests() {
        let code = |text: &str| {
            let mut code: Vec<String> = text.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            code.sort();
            code.dedup();
            code
        };
        let goals = quest.objectives.iter().map(|objective| &objective.text);
        for text in goals.chain(quest.bonus.iter().map(|bonus| &bonus.text)) {
            assert_eq!(code(&text.en.title), code(&text.ko.title), "{}: {}", quest.id, text.en.title);
            assert_eq!(code(&text.en.detail), code(&text.ko.detail), "{}: {}", quest.id, text.en.detail);
        }
        for hint in &quest.hints {
            assert_eq!(code(&hint.text.en), code(&hint.text.ko), "{}: {}", quest.id, hint.text.en);
        }
        let hangul = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
        assert!(hangul(&quest.text.ko.story) && !hangul(&quest.text.en.story), "{}", quest.id);
    }
}

/// What a solution leaves is the same wherever it runs: nothing hangs on the language or on the run.
#[test]
fn a_solution_leaves_the_same_world_in_both_languages() {
    for quest in Catalogue::embedded().quests() {
        let play = |lang| {
            let words = Words::new(lang);
            let mut session = Session::start(&Arc::clone(quest), &words).unwrap();
            quest.solutions[0].lines.iter().for_each(|line| drop(session.run(&line.run, &words)));
            format!("{:?}", session.present())
        };
        assert!(play(Lang::En) == play(Lang::Ko), "{}", quest.id);
    }
}
