//! Every screen, walked.

use ecr_quest::app::{App, Intent, Screen, Selection};
use ecr_quest::exam::Hall;
use ecr_quest::learner::Theme;
use ecr_quest::text::Lang;
use ecr_quest::view::Tab;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::desk::{self, Desk, Sight};
use super::legible;

/// A way to come to a screen, and what is open on it.
struct Place {
    name: &'static str,
    go: fn(Sight) -> App,
    tab: Tab,
    concept: Option<&'static str>,
}

fn place(name: &'static str, go: fn(Sight) -> App) -> Place {
    Place { name, go, tab: Tab::Terminal, concept: None }
}

fn opened(sight: Sight, screen: Screen) -> App {
    let mut app = desk::app(sight);
    app.apply(Intent::Open(screen));
    app
}

/// A world with something of everything in it.
fn busy(sight: Sight) -> App {
    let mut app = desk::app(sight);
    let sandbox = app.catalogue().sandboxes().first().expect("there is a sandbox").id.clone();
    app.apply(Intent::StartSandbox(sandbox));
    for line in [
        "aws ecr create-repository --repository-name web",
        "aws ecr create-repository --repository-name team/a-service-with-quite-a-long-name",
        "aws ecr describe-repositories",
        "aws ecr describe-images --repository-name nowhere",
        "echo '{\"Version\": \"2012-10-17\", \"Statement\": []}' > policy.json",
        "aws iam create-role --role-name web-instance --assume-role-policy-document '{\"Version\":\"2012-10-17\",\
         \"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}'",
        "한글 명령",
        "ls -la",
    ] {
        app.apply(Intent::Run(line.to_owned()));
    }
    app
}

fn inspecting(sight: Sight, selection: Selection) -> App {
    let mut app = busy(sight);
    app.apply(Intent::Inspect(Some(selection)));
    app
}

fn places() -> Vec<Place> {
    vec![
        place("map", desk::app),
        place("map after a win", |sight| {
            let mut app = desk::won(sight);
            app.apply(Intent::Open(Screen::Map));
            app
        }),
        place("play", desk::playing),
        place("play with a hint", |sight| {
            let mut app = desk::playing(sight);
            let goal = app.quest_session().and_then(|session| session.current_goal()).expect("a goal").id.clone();
            app.apply(Intent::Hint(goal));
            app
        }),
        place("play, showing the solution", |sight| {
            let mut app = desk::playing(sight);
            app.apply(Intent::ShowMe);
            app
        }),
        place("play, won", desk::won),
        place("debrief", |sight| {
            let mut app = desk::won(sight);
            app.apply(Intent::OpenDebrief);
            app
        }),
        place("sandboxes", |sight| opened(sight, Screen::Sandbox)),
        place("sandbox in play", busy),
        Place { tab: Tab::Trail, ..place("trail", busy) },
        Place { tab: Tab::Policies, ..place("policies", busy) },
        Place { tab: Tab::Files, ..place("files", busy) },
        place("editor", |sight| {
            let mut app = busy(sight);
            app.apply(Intent::Edit("policy.json".to_owned()));
            app
        }),
        place("registry", |sight| inspecting(sight, Selection::Registry)),
        place("repository", |sight| inspecting(sight, Selection::Repository("web".to_owned()))),
        place("store", |sight| inspecting(sight, Selection::Store)),
        place("gate", |sight| inspecting(sight, Selection::Gate)),
        place("laptop", |sight| inspecting(sight, Selection::Laptop)),
        place("role", |sight| inspecting(sight, Selection::Role("web-instance".to_owned()))),
        place("something gone", |sight| inspecting(sight, Selection::Role("nobody".to_owned()))),
        place("a request", |sight| inspecting(sight, Selection::Event(1))),
        place("exam hall", |sight| opened(sight, Screen::Exam)),
        place("practice", |sight| {
            let mut app = desk::app(sight);
            app.apply(Intent::StartPractice(None));
            app.apply(Intent::Choose(0));
            app.apply(Intent::Choose(1));
            app.apply(Intent::Check);
            app
        }),
        place("mock", |sight| {
            let mut app = desk::app(sight);
            let exam = app.bank().mocks().next().expect("an exam").code.clone();
            app.apply(Intent::StartMock(exam));
            app.apply(Intent::Flag);
            app
        }),
        place("result of a mock", |sight| {
            let mut app = desk::app(sight);
            let exam = app.bank().mocks().next().expect("an exam").code.clone();
            app.apply(Intent::StartMock(exam));
            app.apply(Intent::FinishMock);
            app
        }),
        place("codex", |sight| opened(sight, Screen::Codex)),
        Place { concept: Some("pull-actions"), ..place("an article", |sight| opened(sight, Screen::Codex)) },
        Place { concept: Some("eks"), ..place("another article", |sight| opened(sight, Screen::Codex)) },
        place("profile", |sight| opened(sight, Screen::Profile)),
        place("profile after a win", |sight| {
            let mut app = desk::won(sight);
            app.apply(Intent::Open(Screen::Profile));
            app
        }),
        place("settings", |sight| opened(sight, Screen::Settings)),
    ]
}

/// What cannot be read or told apart on the screen, in words; empty when all is well.
pub fn faults(harness: &Harness<'_, Desk>) -> Vec<String> {
    let mut faults = legible::faults(harness);
    let missing = harness.query_all_by(|node| node.label().is_some_and(|label| label.contains('‹')));
    faults.extend(missing.map(|node| format!("a text is missing: {:?}", node.accesskit_node().label())));
    // Whatever can be pressed has a name.
    for role in [Role::Button, Role::TextInput, Role::MultilineTextInput, Role::RadioButton, Role::CheckBox] {
        for node in harness.query_all_by_role(role) {
            if node.accesskit_node().label().is_none_or(|label| label.trim().is_empty()) {
                faults.push(format!("a {role:?} without a name at {:?}", node.rect()));
            }
        }
    }
    faults
}

#[track_caller]
fn check(sight: Sight) {
    let mut faults = Vec::new();
    for place in places() {
        let mut harness = desk::sit((place.go)(sight), sight);
        harness.state_mut().view.open_tab(place.tab);
        if let Some(concept) = place.concept {
            harness.state_mut().view.open_concept(concept);
        }
        harness.run_steps(4);
        faults.extend(self::faults(&harness).into_iter().map(|fault| format!("{}: {fault}", place.name)));
    }
    assert!(faults.is_empty(), "{sight:?}\n{}", faults.join("\n"));
}

#[test]
fn every_screen_can_be_read_at_1280x720_in_english() {
    check(Sight { size: [1280.0, 720.0], ..Sight::default() });
}

#[test]
fn every_screen_can_be_read_at_1280x720_in_korean() {
    check(Sight { size: [1280.0, 720.0], lang: Lang::Ko, ..Sight::default() });
}

#[test]
fn every_screen_can_be_read_at_1600x900_in_the_light_theme() {
    check(Sight { theme: Theme::Light, ..Sight::default() });
    check(Sight { theme: Theme::Light, lang: Lang::Ko, ..Sight::default() });
}

#[test]
fn every_screen_can_be_read_at_2560x1440() {
    check(Sight { size: [2560.0, 1440.0], ..Sight::default() });
    check(Sight { size: [2560.0, 1440.0], lang: Lang::Ko, ..Sight::default() });
}

#[test]
fn every_screen_can_be_read_with_larger_text() {
    check(Sight { text_scale: 130, ..Sight::default() });
    check(Sight { text_scale: 130, lang: Lang::Ko, ..Sight::default() });
}

#[test]
fn every_screen_can_be_read_with_the_largest_text() {
    check(Sight { text_scale: 150, ..Sight::default() });
    check(Sight { text_scale: 150, size: [1280.0, 720.0], ..Sight::default() });
}

#[test]
fn the_bar_leads_to_every_screen_and_its_controls_are_on_the_screen() {
    let sight = Sight { size: [1280.0, 720.0], ..Sight::default() };
    let mut harness = desk::at(Screen::Map, sight);
    for (name, screen) in [
        ("Sandbox", Screen::Sandbox),
        ("Exam hall", Screen::Exam),
        ("Codex", Screen::Codex),
        ("Profile", Screen::Profile),
        ("Settings", Screen::Settings),
        ("Quests", Screen::Map),
    ] {
        let bar = |node: &egui_kittest::Node<'_>| node.rect().bottom() < 60.0;
        let tab = harness.query_all_by_label(name).find(bar).expect(name);
        assert!(harness.ctx.content_rect().contains_rect(tab.rect()), "{name} at {:?}", tab.rect());
        tab.click();
        harness.run_steps(3);
        assert_eq!(harness.state().app.screen(), screen, "after a click on {name}");
    }
}

#[test]
fn a_quest_is_chosen_on_the_map_and_started_from_its_card() {
    let mut harness = desk::at(Screen::Map, Sight::default());
    let quest = harness.state().app.catalogue().quests()[0].clone();
    harness.get_by_label("Start quest").click();
    harness.run_steps(3);
    assert_eq!(harness.state().wanted, [Intent::StartQuest(quest.id.clone())]);
    assert_eq!(harness.state().app.screen(), Screen::Play);
    assert!(harness.state().view.world_rect.is_some_and(|rect| rect.width() >= 399.0 && rect.height() > 150.0));
}

#[test]
fn a_win_is_told_in_one_line_of_the_bar_where_it_covers_nothing() {
    for lang in Lang::ALL {
        let sight = Sight { size: [1280.0, 720.0], lang, ..Sight::default() };
        let harness = desk::sit(desk::won(sight), sight);
        let won = harness.state().app.words().get("toast-won");
        let line = format!("{won} · ");
        let told = harness.query_all_by_label_contains(&line);
        let places: Vec<_> = told.map(|node| node.rect()).collect();
        let world = harness.state().view.world_rect.expect("a world");
        assert!(places.len() == 1 && places[0].bottom() <= world.top(), "{lang:?}: {places:?}");
    }
}

#[test]
fn trouble_stands_in_a_strip_until_it_is_put_away() {
    let mut app = desk::app(Sight::default());
    app.apply(Intent::StartQuest("no-such-quest".to_owned()));
    let mut harness = desk::sit(app, Sight::default());
    let strip = harness.get_by_label_contains("there is no quest").rect();
    let card = harness.get_by_label("Start quest").rect();
    assert!(strip.top() > 50.0 && strip.bottom() < card.top());
    harness.get_by_label("Close this notice").click();
    harness.run_steps(3);
    assert!(harness.query_by_label_contains("there is no quest").is_none());
}

#[test]
fn a_quest_can_be_watched_and_practised_from_its_card() {
    for (name, unaided) in [("Watch the demo", false), ("Practise without hints", true)] {
        let mut harness = desk::at(Screen::Map, Sight::default());
        harness.get_by_label(name).click();
        harness.run_steps(3);
        let session = harness.state().app.session().expect("a quest is played");
        assert_eq!((session.is_showing(), session.is_unaided()), (!unaided, unaided), "{name}");
        assert!(harness.query_by_label("Show me").is_none(), "{name}: neither needs the button");
    }
}

#[test]
fn only_quests_that_exist_are_on_the_map() {
    let harness = desk::at(Screen::Map, Sight { size: [2560.0, 1440.0], ..Sight::default() });
    for quest in harness.state().app.catalogue().quests() {
        let title = quest.text.en.title.clone();
        assert!(harness.query_all_by_label_contains(&title).next().is_some(), "{title}");
    }
    assert!(harness.query_by_label_contains("Far harbours").is_none(), "a chapter without quests");
}

#[test]
fn every_quest_of_the_map_is_seen_without_scrolling_sideways() {
    for (size, lang) in [([1280.0, 720.0], Lang::Ko), ([1280.0, 720.0], Lang::En), ([1600.0, 900.0], Lang::En)] {
        let harness = desk::at(Screen::Map, Sight { size, lang, ..Sight::default() });
        let start = harness.state().app.words().get("view-map-start");
        let edge = harness.get_by_label(&start).rect().left();
        let quests = harness.state().app.catalogue().quests();
        let places: Vec<_> = quests
            .iter()
            .map(|quest| {
                let title = format!("{}, ", quest.text.get(lang).title);
                harness.query_all_by_label_contains(&title).next().expect("on the map").rect()
            })
            .collect();
        for (n, place) in places.iter().enumerate() {
            assert!(place.left() > 0.0 && place.right() < edge, "{n}: {place:?} at {size:?}");
            assert!(places.iter().skip(n + 1).all(|other| !place.intersects(*other)), "{n} at {size:?}");
        }
    }
}

#[test]
fn the_language_is_switched_while_playing_and_nothing_is_lost() {
    let sight = Sight::default();
    let mut harness = desk::sit(desk::playing(sight), sight);
    harness.state_mut().app.apply(Intent::Run("echo here".to_owned()));
    harness.get_by_label("한국어").click();
    harness.run_steps(3);
    assert_eq!(harness.state().app.lang(), Lang::Ko);
    assert_eq!(harness.state().app.screen(), Screen::Play);
    assert!(harness.query_by_label("터미널").is_some());
    assert!(harness.query_all_by_label_contains("echo here").next().is_some());
}

#[test]
fn a_question_is_answered_with_the_keyboard_alone_and_every_option_is_explained() {
    let mut harness = desk::at(Screen::Exam, Sight::default());
    harness.state_mut().app.apply(Intent::StartPractice(None));
    harness.run_steps(2);
    let count = match harness.state().app.hall() {
        Hall::Practice(practice) => practice.current().expect("a question").question().kind.count(),
        other => panic!("{other:?}"),
    };
    for key in [egui::Key::A, egui::Key::B, egui::Key::C].into_iter().take(count) {
        harness.key_press(key);
        harness.run_steps(2);
    }
    harness.key_press(egui::Key::Enter);
    harness.run_steps(2);
    let Hall::Practice(practice) = harness.state().app.hall() else { panic!("no practice") };
    let sitting = practice.current().expect("a question");
    assert!(sitting.checked);
    for (option, _) in sitting.options() {
        let why = option.why.en.trim().replace(['`', '*'], "");
        let start: String = why.chars().take(24).collect();
        assert!(harness.query_all_by_label_contains(&start).next().is_some(), "`{start}` is not shown");
    }
    harness.key_press(egui::Key::Enter);
    harness.run_steps(2);
    let Hall::Practice(practice) = harness.state().app.hall() else { panic!("no practice") };
    assert_eq!(practice.number(), 2);
}

#[test]
fn the_codex_finds_an_article_in_either_language() {
    for (lang, search, name) in [
        (Lang::En, "레이어", "Layer"),
        (Lang::Ko, "lifecycle", "수명 주기 정책"),
        (Lang::Ko, "12시간", "로그인과 인증 토큰"),
    ] {
        let sight = Sight { lang, ..Sight::default() };
        let mut harness = desk::at(Screen::Codex, sight);
        harness.get_by_role(Role::TextInput).focus();
        harness.run_steps(1);
        harness.get_by_role(Role::TextInput).type_text(search);
        harness.run_steps(2);
        let found = harness.query_all_by_label_contains(name).next();
        assert!(found.is_some(), "`{search}` does not find `{name}`");
        found.expect("found").click();
        harness.run_steps(2);
        assert!(harness.query_all_by_label_contains(name).count() >= 2, "the article of `{name}` is open");
    }
}

#[test]
fn settings_change_the_look_at_once() {
    let mut harness = desk::at(Screen::Settings, Sight::default());
    for (name, want) in [
        ("Light", Intent::SetTheme(Theme::Light)),
        ("130%", Intent::SetTextScale(130)),
        ("Reduced", Intent::SetReducedMotion(true)),
    ] {
        harness.get_by_label(name).click();
        harness.run_steps(2);
        assert_eq!(harness.state().wanted.last(), Some(&want));
    }
    let look = ecr_quest::view::look(&harness.state().app);
    assert!(!look.palette.dark && look.text_scale > 1.2 && !look.motion);
}

#[test]
fn starting_anew_is_asked_twice_and_keeps_the_settings() {
    let sight = Sight { theme: Theme::Light, ..Sight::default() };
    let mut app = desk::won(sight);
    app.apply(Intent::Open(Screen::Settings));
    let mut harness = desk::sit(app, sight);
    assert!(harness.state().app.profile().xp > 0);
    harness.query_all_by_label("Start everything anew").last().expect("the button").click();
    harness.run_steps(2);
    assert!(harness.state().app.profile().xp > 0, "not after one click");
    harness.get_by_label("Delete it").click();
    harness.run_steps(2);
    let profile = harness.state().app.profile();
    assert_eq!((profile.xp, profile.quests.len()), (0, 0));
    assert_eq!(profile.settings.theme, Theme::Light);
}
