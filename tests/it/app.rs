//! The application without a picture: intents in, state out; and everything found again after a restart.

use std::sync::{Arc, Mutex};

use ecr_quest::app::{App, Intent, Screen, ToastKind};
use ecr_quest::exam::{Bank, Hall};
use ecr_quest::learner::store::Loaded;
use ecr_quest::learner::{MemoryStore, Profile, SavedSession, Slot, Store, Theme};
use ecr_quest::quest::{Catalogue, Entry, Shared};
use ecr_quest::text::authored::Source;
use ecr_quest::text::{Lang, Message};

use crate::session::SMALL;

/// A store that two apps, one after the other, can share.
#[derive(Clone, Default)]
struct Shelf(Arc<Mutex<MemoryStore>>);

impl Store for Shelf {
    fn load_profile(&mut self) -> Loaded<Profile> {
        self.0.lock().unwrap().load_profile()
    }
    fn save_profile(&mut self, profile: &Profile) -> Vec<Message> {
        self.0.lock().unwrap().save_profile(profile)
    }
    fn has_session(&self, slot: &Slot) -> bool {
        self.0.lock().unwrap().has_session(slot)
    }
    fn load_session(&mut self, slot: &Slot) -> Loaded<Option<SavedSession>> {
        self.0.lock().unwrap().load_session(slot)
    }
    fn append(&mut self, slot: &Slot, seed: u64, entries: &[Entry]) -> Result<(), Message> {
        self.0.lock().unwrap().append(slot, seed, entries)
    }
    fn forget(&mut self, slot: &Slot) -> Result<(), Message> {
        self.0.lock().unwrap().forget(slot)
    }
}

/// An app over the small quest and one that needs it.
fn app(shelf: &Shelf) -> App {
    let next = SMALL
        .replace("id: \"small\"", "id: \"next\"")
        .replace("number: 1", "number: 2")
        .replace("teaches: [\"repository\", \"policy\"]", "teaches: [\"layer\"],\n    requires: [\"policy\"]")
        .replace("xp: 100", "xp: 140")
        .replace("seed: 5,", "seed: 5,\n    reward: \"ecr-key\",");
    let catalogue =
        Catalogue::read(Shared::embedded(), &[Source::new("small.ron", SMALL), Source::new("next.ron", &next)]);
    assert!(catalogue.problems().is_empty());
    let bank = Bank::embedded(&Catalogue::embedded());
    App::new(Box::new(shelf.clone()), Arc::new(catalogue), Arc::new(bank), Lang::En)
}

const CREATE: &str = "aws ecr create-repository --repository-name web";
const ALLOW: &str = "aws iam put-user-policy --user-name ci --policy-name push --policy-document '{\"Version\":\"2012-10-17\",\
                     \"Statement\":{\"Effect\":\"Allow\",\"Action\":[\"ecr:PutImage\",\"ecr:UploadLayerPart\"],\
                     \"Resource\":\"*\"}}'";

fn run(app: &mut App, lines: &[&str]) {
    for line in lines {
        app.apply(Intent::Run((*line).to_owned()));
    }
}

fn start(app: &mut App, id: &str) {
    app.apply(Intent::StartQuest(id.to_owned()));
}

fn kinds(app: &App) -> Vec<ToastKind> {
    app.toasts().iter().map(|toast| toast.kind).collect()
}

#[test]
fn practising_gives_no_help_also_after_a_restart_and_playing_again_gives_it_back() {
    let shelf = Shelf::default();
    let mut first = app(&shelf);
    start(&mut first, "small");
    run(&mut first, &[CREATE]);
    first.apply(Intent::PractiseQuest("small".to_owned()));
    assert!(first.session().unwrap().steps().is_empty(), "practice begins at the beginning");
    run(&mut first, &[CREATE]);
    let mut second = app(&shelf);
    start(&mut second, "small");
    let session = second.session().unwrap();
    assert_eq!((session.is_unaided(), session.steps().len()), (true, 1));
    let goal = session.current_goal().unwrap().id.clone();
    assert_eq!(session.next_hint(&goal), None);
    second.apply(Intent::ShowMe);
    assert!(!second.session().unwrap().is_showing());
    second.apply(Intent::RestartQuest("small".to_owned()));
    assert!(second.session().unwrap().next_hint(&goal).is_some());
}

#[test]
fn a_demo_can_be_watched_from_the_map_while_the_learners_own_steps_wait() {
    let mut app = app(&Shelf::default());
    start(&mut app, "small");
    run(&mut app, &[CREATE]);
    app.apply(Intent::Open(Screen::Map));
    app.apply(Intent::WatchQuest("small".to_owned()));
    assert_eq!(app.screen(), Screen::Play);
    let session = app.session().unwrap();
    assert!(session.is_showing() && session.steps().is_empty());
    app.apply(Intent::EndShow);
    assert_eq!(app.session().unwrap().steps().len(), 1);
}

#[test]
fn a_quest_is_won_and_opens_the_next() {
    let mut app = app(&Shelf::default());
    assert_eq!(app.selected_quest().unwrap().id, "small");
    start(&mut app, "next");
    assert_eq!(app.screen(), Screen::Map, "it needs what the other teaches");
    assert_eq!(kinds(&app), [ToastKind::Notice]);
    start(&mut app, "small");
    assert_eq!(app.screen(), Screen::Play);
    run(&mut app, &[CREATE]);
    assert_eq!(kinds(&app), [ToastKind::Notice, ToastKind::Objective]);
    assert!(app.debrief().is_none());
    run(&mut app, &[ALLOW]);
    let debrief = app.debrief().unwrap();
    assert_eq!((debrief.score.stars, debrief.gain.xp, debrief.gain.first), (3, 120, true));
    assert_eq!(app.profile().xp, 120);
    app.apply(Intent::OpenDebrief);
    assert_eq!(app.screen(), Screen::Debrief);
    start(&mut app, "next");
    assert_eq!(app.screen(), Screen::Play);
    run(&mut app, &[CREATE, ALLOW]);
    assert_eq!(app.profile().items, ["ecr-key"]);
    assert_eq!(app.profile().level().number, 2);
}

#[test]
fn xp_cannot_be_farmed() {
    let mut app = app(&Shelf::default());
    start(&mut app, "small");
    app.apply(Intent::Hint("push".to_owned()));
    run(&mut app, &[CREATE, ALLOW]);
    assert_eq!(app.profile().xp, 115);
    app.apply(Intent::Undo);
    run(&mut app, &[ALLOW]);
    app.apply(Intent::Reset);
    run(&mut app, &[CREATE, ALLOW]);
    assert_eq!(app.profile().xp, 115);
    app.apply(Intent::RestartQuest("small".to_owned()));
    run(&mut app, &[CREATE, ALLOW]);
    assert_eq!(app.profile().xp, 120, "a better win gives the difference");
    assert_eq!(app.profile().quests["small"].hints, 0);
}

#[test]
fn what_was_shown_is_not_won() {
    let mut app = app(&Shelf::default());
    start(&mut app, "small");
    app.apply(Intent::ShowMe);
    for _ in 0..5 {
        app.apply(Intent::NextStep);
    }
    assert_eq!((app.profile().xp, app.debrief().is_some()), (0, false));
    app.apply(Intent::EndShow);
    assert_eq!(app.session().unwrap().steps().len(), 0);
}

#[test]
fn everything_is_found_again_at_the_next_start() {
    let shelf = Shelf::default();
    let mut first = app(&shelf);
    first.apply(Intent::SetLanguage(Lang::Ko));
    first.apply(Intent::SetTheme(Theme::Light));
    first.apply(Intent::SetTextScale(500));
    first.apply(Intent::SetReducedMotion(true));
    first.apply(Intent::SetName("  민지 ".to_owned()));
    start(&mut first, "small");
    run(&mut first, &[CREATE, "nosuch", ALLOW]);
    first.apply(Intent::Undo);
    first.apply(Intent::Hint("push".to_owned()));
    first.apply(Intent::StartSandbox("empty".to_owned()));
    run(&mut first, &["mkdir here"]);
    let world = format!("{:?}", first.quest_session().unwrap().present());
    drop(first);

    let mut second = app(&shelf);
    assert_eq!((second.lang(), second.profile().name.as_str()), (Lang::Ko, "민지"));
    let settings = &second.profile().settings;
    assert_eq!((settings.theme, settings.text_scale, settings.reduced_motion), (Theme::Light, 200, true));
    assert!(second.is_begun("small") && !second.is_begun("next"), "the map says that it goes on");
    start(&mut second, "small");
    let session = second.session().unwrap();
    assert_eq!((session.steps().len(), session.hints().count()), (2, 1));
    assert_eq!(format!("{:?}", session.present()), world);
    second.apply(Intent::StartSandbox("empty".to_owned()));
    assert_eq!(second.session().unwrap().steps().len(), 1);
    run(&mut second, &["ls"]);
    assert!(second.session().unwrap().steps()[1].output.stdout().contains("here"));
    run(&mut second, &["rmdir here"]);
    drop(second);

    let mut third = app(&shelf);
    third.apply(Intent::StartSandbox("empty".to_owned()));
    assert_eq!(third.session().unwrap().steps().len(), 3, "each start goes on with the same journal");
}

#[test]
fn a_won_quest_is_still_won_after_a_restart_and_gives_nothing_more() {
    let shelf = Shelf::default();
    let mut first = app(&shelf);
    start(&mut first, "small");
    run(&mut first, &[CREATE, ALLOW]);
    let mut second = app(&shelf);
    start(&mut second, "small");
    assert!(second.session().unwrap().is_won());
    run(&mut second, &["pwd"]);
    assert_eq!(second.profile().xp, 120);
    second.apply(Intent::OpenDebrief);
    assert_eq!(second.screen(), Screen::Debrief);
    assert_eq!(second.debrief().unwrap().gain.xp, 0);
}

#[test]
fn the_clock_moves_by_a_line_that_can_be_undone() {
    let mut app = app(&Shelf::default());
    start(&mut app, "small");
    let before = app.session().unwrap().present().cloud.now();
    app.apply(Intent::AdvanceClock(ecr_quest::cloud::Duration::hours(3)));
    let session = app.session().unwrap();
    assert!(session.present().cloud.now() >= before + ecr_quest::cloud::Duration::hours(3));
    assert_eq!(session.steps()[0].line, "clock advance 10800s");
    app.apply(Intent::Undo);
    assert_eq!(app.session().unwrap().present().cloud.now(), before);
}

#[test]
fn a_file_is_edited_and_saved_by_a_line() {
    let mut app = app(&Shelf::default());
    start(&mut app, "small");
    run(&mut app, &["edit notes/todo.txt"]);
    let editor = app.editor().unwrap().clone();
    assert_eq!((editor.path.as_str(), editor.text.as_str()), ("/home/learner/notes/todo.txt", "push\n"));
    let content = "한글도 됩니다\nEOF\n$HOME `pwd`\n".to_owned();
    app.apply(Intent::SaveFile { path: editor.path, content: content.clone() });
    assert!(app.editor().is_none());
    run(&mut app, &["cat notes/todo.txt"]);
    assert_eq!(app.session().unwrap().steps().last().unwrap().output.stdout(), content);
    app.apply(Intent::Edit("new.txt".to_owned()));
    assert_eq!(app.editor().unwrap().text, "");
    app.apply(Intent::CloseEditor);
    assert!(app.editor().is_none());
}

#[test]
fn leaving_the_shell_opens_the_map_and_the_world_stays() {
    let mut app = app(&Shelf::default());
    start(&mut app, "small");
    run(&mut app, &["exit"]);
    assert_eq!(app.screen(), Screen::Map);
    start(&mut app, "small");
    assert_eq!(app.session().unwrap().steps().len(), 1);
}

#[test]
fn a_screen_with_nothing_to_show_opens_where_it_is_chosen() {
    let mut app = app(&Shelf::default());
    for screen in [Screen::Play, Screen::Debrief] {
        app.apply(Intent::Open(screen));
        assert_eq!(app.screen(), Screen::Map);
    }
    // Whatever is wanted of a session that is not there does nothing.
    for intent in [Intent::Run("ls".to_owned()), Intent::Undo, Intent::Reset, Intent::ShowMe, Intent::NextStep] {
        app.apply(intent);
    }
    app.apply(Intent::Hint("x".to_owned()));
    assert!(app.session().is_none());
}

#[test]
fn a_mock_is_kept_in_the_profile_and_ends_when_its_time_is_over() {
    let shelf = Shelf::default();
    let mut app = app(&shelf);
    app.set_now(1_000_000);
    app.apply(Intent::StartMock("ECR".to_owned()));
    assert!(matches!(app.hall(), Hall::Mock(_)));
    app.apply(Intent::Choose(0));
    app.apply(Intent::Flag);
    app.apply(Intent::NextQuestion);
    app.set_now(1_000_000 + 1_199_000);
    assert!(matches!(app.hall(), Hall::Mock(_)));
    app.set_now(1_000_000 + 1_200_000);
    let Hall::Review(review) = app.hall() else { panic!("the mock goes on") };
    assert!(review.sittings[0].flagged);
    assert_eq!(shelf.0.lock().unwrap().profile.exams.len(), 1);
    assert_eq!(shelf.0.lock().unwrap().profile.answers.len(), 10);
    app.apply(Intent::GoToQuestion(3));
    app.apply(Intent::LeaveExam);
    assert!(matches!(app.hall(), Hall::Lobby));
}

#[test]
fn answers_in_practice_are_kept() {
    let shelf = Shelf::default();
    let mut app = app(&shelf);
    app.apply(Intent::StartPractice(Some("lifecycle".to_owned())));
    assert_eq!(app.screen(), Screen::Exam);
    app.apply(Intent::Choose(0));
    app.apply(Intent::Choose(1));
    app.apply(Intent::Check);
    let kept = shelf.0.lock().unwrap().profile.answers.len();
    let Hall::Practice(practice) = app.hall() else { panic!("no practice") };
    assert_eq!(kept, usize::from(practice.current().unwrap().checked));
    app.apply(Intent::StartPractice(Some("nothing".to_owned())));
    assert_eq!(kinds(&app), [ToastKind::Notice]);
}
