//! Sessions: goals that follow the world, undo, hints, time travel, "Show me", and replays that give the same world.

use std::sync::Arc;

use ecr_quest::quest::{Catalogue, Entry, Quest, Session, Shared, prove};
use ecr_quest::text::authored::Source;
use ecr_quest::text::{Lang, Words};

/// A small quest: a repository for the pipeline, and a user who can push there and nowhere else.
pub const SMALL: &str = include_str!("fixtures/small.ron");

fn words() -> Words {
    Words::new(Lang::En)
}

pub fn quest(text: &str) -> Arc<Quest> {
    let catalogue = Catalogue::read(Shared::embedded(), &[Source::new("small.ron", text)]);
    let said: Vec<_> = catalogue.problems().iter().map(|problem| problem.say(&words())).collect();
    assert_eq!(said, Vec::<String>::new());
    Arc::clone(catalogue.quest("small").unwrap())
}

fn begin() -> Session {
    Session::start(&quest(SMALL), &words()).unwrap()
}

fn met(session: &Session) -> Vec<&str> {
    session.goals().iter().filter(|goal| goal.progress.met).map(|goal| goal.id.as_str()).collect()
}

fn missing(session: &Session, goal: &str) -> Vec<String> {
    let goal = session.goals().iter().find(|found| found.id == goal).unwrap();
    goal.progress.missing.iter().map(|message| message.say(&words())).collect()
}

const CREATE: &str = "aws ecr create-repository --repository-name web";
const ALLOW: &str = "aws iam put-user-policy --user-name ci --policy-name push --policy-document '{\"Version\":\"2012-10-17\",\
                     \"Statement\":{\"Effect\":\"Allow\",\"Action\":[\"ecr:PutImage\",\"ecr:UploadLayerPart\"],\
                     \"Resource\":\"arn:aws:ecr:*:*:repository/web\"}}'";
const ALLOW_ALL: &str = "aws iam put-user-policy --user-name ci --policy-name push --policy-document '{\"Version\":\"2012-10-17\",\
                         \"Statement\":{\"Effect\":\"Allow\",\"Action\":\"ecr:*\",\"Resource\":\"*\"}}'";

#[test]
fn the_small_quest_is_proved() {
    let failures: Vec<_> = prove(&quest(SMALL), &words()).iter().map(|failure| failure.what.say(&words())).collect();
    assert_eq!(failures, Vec::<String>::new());
}

#[test]
fn an_unmet_goal_says_precisely_what_is_missing() {
    let mut session = begin();
    assert_eq!(missing(&session, "repository"), ["there is no repository `web` yet"]);
    assert_eq!(
        missing(&session, "push"),
        [
            "`ci` cannot yet `ecr:PutImage` on `web`: no policy allows it",
            "`ci` cannot yet `ecr:UploadLayerPart` on `web`: no policy allows it",
        ]
    );
    session.run(ALLOW_ALL, &words());
    assert_eq!(missing(&session, "push"), Vec::<String>::new());
    assert_eq!(missing(&session, "least"), ["`ci` can still `ecr:DeleteRepository` on `web`: `push` allows it"]);
}

#[test]
fn goals_follow_the_world_both_ways() {
    let mut session = begin();
    assert_eq!(met(&session), ["least"]);
    session.run(CREATE, &words());
    assert_eq!(met(&session), ["repository", "least"]);
    session.run("aws ecr delete-repository --repository-name web", &words());
    assert_eq!(met(&session), ["least"]);
    assert!(!session.is_won());
}

#[test]
fn any_line_with_the_effect_wins() {
    let mut session = begin();
    session.run(&format!("{CREATE} --output text --query 'repository.repositoryUri'; {ALLOW}"), &words());
    assert!(session.is_won());
    let score = session.score().unwrap();
    assert_eq!((score.stars, score.commands, score.xp), (3, 1, 100 + 20));
}

#[test]
fn undo_takes_the_world_the_goals_and_the_count_back() {
    let mut session = begin();
    session.run(CREATE, &words());
    session.run("aws ecr describe-repositories", &words());
    assert_eq!(session.commands(), 1, "looking is free");
    assert!(session.undo() && session.undo());
    assert_eq!((met(&session), session.commands()), (vec!["least"], 0));
    assert!(!session.undo(), "nothing is left to undo");
    session.run(CREATE, &words());
    session.run(ALLOW, &words());
    session.reset();
    assert_eq!((met(&session), session.steps().len()), (vec!["least"], 0));
}

#[test]
fn a_hint_for_a_mistake_comes_first_and_hints_lead_on() {
    let mut session = begin();
    let quest = quest(SMALL);
    let level = |index: Option<usize>| quest.hints[index.unwrap()].level;
    use ecr_quest::quest::HintLevel::{Answer, Direct, Observe};
    assert_eq!(level(session.open_hint("push")), Observe);
    session.run(ALLOW_ALL.replace("ecr:*\",\"Resource", "ecr:GetAuthorizationToken\",\"Resource").as_str(), &words());
    let index = session.open_hint("push").unwrap();
    assert_eq!(quest.hints[index].level, Direct);
    assert!(quest.hints[index].when.is_some(), "the hint for the mistake comes before the other of its level");
    assert_eq!(level(session.open_hint("push")), Direct);
    assert_eq!(level(session.open_hint("push")), Answer);
    assert_eq!(session.open_hint("push"), None);
    session.reset();
    assert_eq!(session.hints().count(), 4, "what was read stays read");
}

#[test]
fn hints_cost_xp_and_the_third_star() {
    let mut session = begin();
    session.open_hint("repository");
    session.run(CREATE, &words());
    session.run(ALLOW, &words());
    let observed = session.score().unwrap();
    assert_eq!((observed.stars, observed.xp), (3, 95 + 20), "a look costs a little and no star");
    session.open_hint("push");
    session.open_hint("push");
    let helped = session.score().unwrap();
    assert_eq!((helped.stars, helped.hints, helped.xp), (2, 3, 80 + 20));
}

#[test]
fn more_commands_than_par_cost_a_star() {
    let mut session = begin();
    session.run("aws ecr create-repository --repository-name wed", &words());
    session.run(CREATE, &words());
    session.run(ALLOW, &words());
    assert_eq!(session.score().unwrap().stars, 2);
}

#[test]
fn time_travel_shows_the_past_and_a_command_returns_to_the_present() {
    let mut session = begin();
    session.run(CREATE, &words());
    session.run(ALLOW, &words());
    session.look_at(Some(0));
    assert_eq!(met(&session), ["least"]);
    assert_eq!(session.shown_steps().len(), 0);
    session.look_at(Some(1));
    assert_eq!(met(&session), ["repository", "least"]);
    assert!(session.is_won(), "the present is what counts");
    session.run("pwd", &words());
    assert_eq!((session.looking_at(), session.steps().len()), (None, 3));
    session.look_at(Some(99));
    assert_eq!(session.looking_at(), None);
}

#[test]
fn the_same_journal_gives_the_same_world_byte_for_byte() {
    let mut session = begin();
    for line in [CREATE, "aws iam create-role --role-name r --assume-role-policy-document '{}'", ALLOW, "aws ecr x"] {
        session.run(line, &words());
    }
    session.undo();
    session.open_hint("push");
    let journal = serde_json::to_string(session.journal()).unwrap();
    let entries: Vec<Entry> = serde_json::from_str(&journal).unwrap();
    let mut again = begin();
    again.replay(&entries, &words());
    assert_eq!(format!("{:?}", again.present()), format!("{:?}", session.present()));
    assert_eq!(again.steps().len(), session.steps().len());
    for (one, other) in again.steps().iter().zip(session.steps()) {
        assert_eq!(one.output, other.output, "{}", one.line);
    }
    assert_eq!(again.hints().collect::<Vec<_>>(), session.hints().collect::<Vec<_>>());
    assert_eq!(again.journal(), session.journal());
}

#[test]
fn the_world_does_not_depend_on_the_language() {
    let play = |lang| {
        let words = Words::new(lang);
        let mut session = Session::start(&quest(SMALL), &words).unwrap();
        for line in [CREATE, ALLOW, "nosuch", "why", "help"] {
            session.run(line, &words);
        }
        format!("{:?}", session.present())
    };
    assert_eq!(play(Lang::En), play(Lang::Ko));
}

#[test]
fn show_me_plays_the_solution_and_gives_the_learner_their_world_back() {
    let mut session = begin();
    session.run("aws ecr create-repository --repository-name mine", &words());
    session.show_me();
    assert!(session.is_showing());
    assert_eq!(session.steps().len(), 0, "the solution begins at the start");
    let mut lines = 0;
    while session.next_step(&words()).is_some() {
        lines += 1;
    }
    assert_eq!(lines, quest(SMALL).solutions[0].lines.len());
    assert_eq!(met(&session), ["repository", "push", "least"]);
    assert!(!session.is_won(), "what was shown is not won");
    session.end_show();
    assert_eq!((met(&session), session.steps().len()), (vec!["least"], 1));

    session.run(CREATE, &words());
    session.run(ALLOW, &words());
    let score = session.score().unwrap();
    assert!(session.is_won() && score.shown);
    assert_eq!((score.stars, score.xp), (1, 50 + 20), "half the XP, and no star for going without help");
}

#[test]
fn clearing_hides_what_was_before() {
    let mut session = begin();
    session.run("pwd", &words());
    session.run("clear", &words());
    session.run("ls", &words());
    assert_eq!(session.shown_steps().len(), 1);
    assert_eq!(session.steps().len(), 3);
}
