//! The play screen, by hand: the terminal, the inspector's forms, help.

use ecr_quest::app::{App, Intent, Selection};
use ecr_quest::view::Tab;
use egui::accesskit::Role;
use egui::{Event, ImeEvent, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::desk::{self, Desk, Sight};

fn terminal() -> Harness<'static, Desk> {
    desk::sit(desk::playing(Sight::default()), Sight::default())
}

fn typed(harness: &Harness<'_, Desk>) -> String {
    harness.get_by_label("Command line").value().unwrap_or_default()
}

fn write(harness: &mut Harness<'_, Desk>, text: &str) {
    harness.event(Event::Text(text.to_owned()));
    harness.run_steps(2);
}

fn press(harness: &mut Harness<'_, Desk>, key: Key) {
    harness.key_press(key);
    harness.run_steps(2);
}

fn runs(harness: &Harness<'_, Desk>) -> Vec<String> {
    let lines = harness.state().wanted.iter().filter_map(|intent| match intent {
        Intent::Run(line) => Some(line.clone()),
        _ => None,
    });
    lines.collect()
}

#[test]
fn the_terminal_has_the_focus_and_a_line_runs_once() {
    let mut harness = terminal();
    write(&mut harness, "echo hello");
    assert_eq!(typed(&harness), "echo hello");
    press(&mut harness, Key::Enter);
    assert_eq!(runs(&harness), ["echo hello"]);
    assert_eq!(typed(&harness), "");
    write(&mut harness, "pwd");
    assert_eq!(typed(&harness), "pwd", "the focus stays");
    assert!(harness.query_all_by_label_contains("hello").next().is_some(), "the output shows");
}

#[test]
fn lines_typed_within_one_frame_run_one_after_the_other() {
    let mut harness = terminal();
    let press = |key| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE };
    let text = |text: &str| Event::Text(text.to_owned());
    let all = [text("echo one"), press(Key::Enter), text("pwd"), press(Key::Enter), text("rest")];
    harness.input_mut().events.extend(all);
    harness.run_steps(12);
    assert_eq!(runs(&harness), ["echo one", "pwd"]);
    assert_eq!(typed(&harness), "rest");
}

#[test]
fn the_history_comes_back_by_the_arrows_and_the_draft_too() {
    let mut harness = terminal();
    for line in ["echo one", "echo two", "echo two"] {
        write(&mut harness, line);
        press(&mut harness, Key::Enter);
    }
    write(&mut harness, "dra");
    press(&mut harness, Key::ArrowUp);
    assert_eq!(typed(&harness), "echo two");
    press(&mut harness, Key::ArrowUp);
    assert_eq!(typed(&harness), "echo one", "a repetition counts once");
    press(&mut harness, Key::ArrowUp);
    assert_eq!(typed(&harness), "echo one", "nothing is older");
    press(&mut harness, Key::ArrowDown);
    press(&mut harness, Key::ArrowDown);
    assert_eq!(typed(&harness), "dra");
}

#[test]
fn tab_completes_and_offers_where_there_are_several_ways() {
    let mut harness = terminal();
    write(&mut harness, "aws ecr create-repo");
    press(&mut harness, Key::Tab);
    let line = typed(&harness);
    assert!(line.starts_with("aws ecr create-repository"), "{line}");
    harness.key_press_modifiers(Modifiers::CTRL, Key::U);
    harness.run_steps(2);
    assert_eq!(typed(&harness), "", "ctrl+u takes the line away");
    write(&mut harness, "aws ecr describe-");
    press(&mut harness, Key::Tab);
    assert!(harness.query_all_by_label_contains("describe-images").next().is_some(), "the ways are shown");
    press(&mut harness, Key::Escape);
    assert_eq!(typed(&harness), "aws ecr describe-");
}

#[test]
fn an_open_quote_asks_for_more_and_all_of_it_runs_as_one() {
    let mut harness = terminal();
    write(&mut harness, "echo 'one");
    press(&mut harness, Key::Enter);
    assert!(runs(&harness).is_empty());
    write(&mut harness, "two'");
    press(&mut harness, Key::Enter);
    assert_eq!(runs(&harness), ["echo 'one\ntwo'"]);
}

#[test]
fn several_lines_are_pasted_whole() {
    let mut harness = terminal();
    harness.event(Event::Paste("cat > a.txt <<'E'\nfirst\nE".to_owned()));
    harness.run_steps(2);
    press(&mut harness, Key::Enter);
    assert_eq!(runs(&harness), ["cat > a.txt <<'E'\nfirst\nE"]);
}

#[test]
fn ctrl_c_takes_the_line_away_and_ctrl_l_clears_the_screen() {
    let mut harness = terminal();
    write(&mut harness, "docker push nonsense");
    harness.event(Event::Copy);
    harness.run_steps(2);
    assert_eq!(typed(&harness), "");
    assert!(runs(&harness).is_empty());
    harness.key_press_modifiers(Modifiers::CTRL, Key::L);
    harness.run_steps(2);
    assert_eq!(runs(&harness), ["clear"]);
}

#[test]
fn korean_is_composed_in_place_and_its_enter_does_not_run_the_line() {
    let mut harness = terminal();
    write(&mut harness, "echo ");
    let compose = |text: &str| Event::Ime(ImeEvent::Preedit { text: text.to_owned(), active_range_chars: None });
    harness.event(compose("하"));
    harness.run_steps(1);
    assert!(typed(&harness).contains('하'), "what is composed shows: {}", typed(&harness));
    harness.event(compose("한"));
    harness.key_press(Key::Enter);
    harness.run_steps(1);
    assert!(runs(&harness).is_empty());
    harness.event(Event::Ime(ImeEvent::Commit("한".to_owned())));
    harness.run_steps(1);
    assert_eq!(typed(&harness), "echo 한");
    press(&mut harness, Key::Enter);
    assert_eq!(runs(&harness), ["echo 한"]);
}

#[test]
fn a_long_scrollback_costs_only_what_is_seen() {
    let mut app = desk::playing(Sight::default());
    for _ in 0..40 {
        app.apply(Intent::Run("help; help; help".to_owned()));
    }
    app.apply(Intent::Run("echo the-end".to_owned()));
    let harness = desk::sit(app, Sight::default());
    let rows = harness.query_all_by_role(Role::Label).count();
    assert!(rows < 400, "{rows} labels are laid out");
    assert!(harness.query_all_by_label_contains("the-end").next().is_some(), "the newest is seen");
}

fn sandbox(lines: &[&str]) -> App {
    let mut app = desk::app(Sight::default());
    let id = app.catalogue().sandboxes()[0].id.clone();
    app.apply(Intent::StartSandbox(id));
    for line in lines {
        app.apply(Intent::Run((*line).to_owned()));
    }
    app
}

#[test]
fn a_form_writes_the_command_and_runs_it() {
    let mut app = sandbox(&[]);
    app.apply(Intent::Inspect(Some(Selection::Registry)));
    let mut harness = desk::sit(app, Sight::default());
    harness.get_by_label("Repository name").focus();
    harness.run_steps(1);
    harness.get_by_label("Repository name").type_text("web");
    harness.run_steps(1);
    harness.get_by_label("Tags cannot be moved").click();
    harness.run_steps(1);
    harness.get_by_role_and_label(Role::Button, "Create repository").click();
    harness.run_steps(3);
    assert_eq!(runs(&harness), ["aws ecr create-repository --repository-name web --image-tag-mutability IMMUTABLE"]);
    assert!(harness.query_all_by_label_contains("web, ").next().is_some(), "the new repository is listed");
}

#[test]
fn a_policy_is_edited_in_its_tab_and_saved_by_a_command() {
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let create = format!("aws iam create-role --role-name web-instance --assume-role-policy-document '{trust}'");
    let app = sandbox(&[&create]);
    let mut harness = desk::sit(app, Sight::default());
    harness.state_mut().view.open_tab(Tab::Policies);
    harness.run_steps(2);
    harness.get_by_label("trust policy, web-instance").click();
    harness.run_steps(2);
    harness.query_all_by_label("Save").next().expect("a button to save").click();
    harness.run_steps(2);
    let lines = runs(&harness);
    assert!(
        lines[0].starts_with("aws iam update-assume-role-policy --role-name web-instance --policy-document '{"),
        "{lines:?}"
    );
}

#[test]
fn a_click_in_the_trail_opens_the_request() {
    let app = sandbox(&["aws ecr describe-repositories"]);
    let mut harness = desk::sit(app, Sight::default());
    harness.state_mut().view.open_tab(Tab::Trail);
    harness.run_steps(2);
    harness.query_all_by_label_contains("ecr:DescribeRepositories").next().expect("the request").click();
    harness.run_steps(2);
    let chosen = harness.state().app.selection().cloned();
    assert!(matches!(chosen, Some(Selection::Event(_))), "{chosen:?}");
}

#[test]
fn a_file_is_edited_and_written_by_a_here_document() {
    let mut app = sandbox(&[]);
    app.apply(Intent::Edit("notes.txt".to_owned()));
    let mut harness = desk::sit(app, Sight::default());
    write(&mut harness, "안녕");
    harness.query_all_by_label("Save").last().expect("a button to save").click();
    harness.run_steps(3);
    let world = harness.state().app.session().expect("a session").world();
    let text = world.laptop.files.read_text("/home/learner/notes.txt").expect("the file is there");
    assert_eq!(text, "안녕\n");
    assert!(harness.state().app.editor().is_none());
}

#[test]
fn hints_and_undo_are_asked_for_and_starting_over_is_confirmed() {
    let mut harness = terminal();
    write(&mut harness, "mkdir x");
    press(&mut harness, Key::Enter);
    harness.query_all_by_label_contains("Hint −").next().expect("a hint").click();
    harness.run_steps(2);
    assert!(harness.state().wanted.iter().any(|intent| matches!(intent, Intent::Hint(_))));
    harness.get_by_label("Take the last command back").click();
    harness.run_steps(2);
    assert!(harness.state().wanted.contains(&Intent::Undo));
    write(&mut harness, "mkdir y");
    press(&mut harness, Key::Enter);
    harness.get_by_label("Start over").click();
    // The panel grows around the question.
    harness.run_steps(4);
    assert!(!harness.state().wanted.contains(&Intent::Reset));
    harness.get_by_role_and_label(Role::Button, "Start over").click();
    harness.run_steps(2);
    assert!(harness.state().wanted.contains(&Intent::Reset), "{:?}", harness.state().wanted);
}

#[test]
fn show_me_goes_on_by_itself_with_pauses_until_it_is_stopped() {
    let mut harness = terminal();
    harness.get_by_label("Show me").click();
    harness.run_steps(2);
    let steps = |harness: &Harness<'_, Desk>| {
        harness.state().wanted.iter().filter(|intent| matches!(intent, Intent::NextStep)).count()
    };
    assert_eq!(steps(&harness), 0, "the first line waits");
    // A step of the harness is a quarter of a second.
    harness.run_steps(14);
    assert_eq!(steps(&harness), 1);
    harness.get_by_label("Pause").click();
    harness.run_steps(20);
    assert_eq!(steps(&harness), 1);
    harness.get_by_label("Back to my world").click();
    harness.run_steps(2);
    assert!(!harness.state().app.quest_session().expect("a session").is_showing());
}
