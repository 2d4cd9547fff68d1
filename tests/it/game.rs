//! The game's logic without a window, and its pictures where there are graphics to draw with.

use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use bevy::time::TimeUpdateStrategy;
use bevy::window::RequestRedraw;
use ecr_quest::app::{self, Intent, Screen};
use ecr_quest::exam::Bank;
use ecr_quest::game::{self, CaptureError, CaptureOptions, FramesDrawn, Game};
use ecr_quest::learner::{MemoryStore, Theme};
use ecr_quest::quest::Catalogue;
use ecr_quest::text::Lang;

fn application() -> app::App {
    let catalogue = Arc::new(Catalogue::embedded());
    let bank = Arc::new(Bank::embedded(&catalogue));
    app::App::new(Box::<MemoryStore>::default(), catalogue, bank, Lang::En)
}

/// The game's logic over a sandbox, its world shown in a view, each frame a sixtieth of a second.
fn logic() -> App {
    let mut bevy = App::new();
    bevy.add_plugins(MinimalPlugins);
    bevy.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::from_micros(16_667)));
    bevy.insert_resource(Game::new(application()));
    bevy.add_plugins(game::logic_plugin);
    bevy.finish();
    want(&mut bevy, Intent::StartSandbox("empty".to_owned()));
    game::show_world_at(bevy.world_mut(), (900.0, 600.0));
    rest(&mut bevy);
    bevy
}

fn want(bevy: &mut App, intent: Intent) {
    bevy.world_mut().resource_mut::<Game>().want(intent);
    bevy.update();
}

fn run(bevy: &mut App, line: &str) {
    want(bevy, Intent::Run(line.to_owned()));
}

/// Frames until nothing asks for another; fails when that never comes.
fn rest(bevy: &mut App) -> usize {
    for frame in 0..3000 {
        bevy.world_mut().resource_mut::<Messages<RequestRedraw>>().clear();
        bevy.update();
        if bevy.world().resource::<Messages<RequestRedraw>>().is_empty() {
            return frame;
        }
    }
    panic!("it never rests");
}

fn motions(bevy: &App) -> usize {
    game::motions(bevy.world())
}

#[test]
fn an_intent_reaches_the_application_once() {
    let mut bevy = logic();
    run(&mut bevy, "echo one");
    bevy.update();
    let game = bevy.world().resource::<Game>();
    assert_eq!(game.app.screen(), Screen::Sandbox);
    assert_eq!(game.app.session().unwrap().steps().len(), 1);
}

#[test]
fn a_request_sets_something_in_motion_that_comes_to_rest() {
    let mut bevy = logic();
    run(&mut bevy, "aws ecr create-repository --repository-name web");
    assert_eq!(motions(&bevy), 1);
    assert!(!bevy.world().resource::<Messages<RequestRedraw>>().is_empty(), "motion asks for frames");
    let frames = rest(&mut bevy);
    assert!((20..400).contains(&frames), "{frames}");
    assert_eq!(motions(&bevy), 0);
}

#[test]
fn a_command_that_asks_the_cloud_nothing_moves_nothing() {
    let mut bevy = logic();
    run(&mut bevy, "echo hello");
    assert_eq!(motions(&bevy), 0);
}

#[test]
fn taking_a_command_back_stops_what_it_set_in_motion() {
    let mut bevy = logic();
    run(&mut bevy, "aws ecr create-repository --repository-name web");
    want(&mut bevy, Intent::Undo);
    assert_eq!(motions(&bevy), 0);
    run(&mut bevy, "aws ecr create-repository --repository-name web");
    assert_eq!(motions(&bevy), 1);
}

#[test]
fn with_reduced_motion_nothing_moves_and_the_world_is_still_true() {
    let mut bevy = logic();
    want(&mut bevy, Intent::SetReducedMotion(true));
    run(&mut bevy, "aws ecr create-repository --repository-name web");
    assert_eq!(motions(&bevy), 0);
    assert!(game::shows_repository(bevy.world(), "web"));
}

#[test]
fn the_picture_is_true_before_the_motion_ends() {
    let mut bevy = logic();
    run(&mut bevy, "aws ecr create-repository --repository-name web");
    assert!(motions(&bevy) > 0 && game::shows_repository(bevy.world(), "web"));
}

#[test]
fn an_idle_game_asks_for_no_frame() {
    let mut bevy = logic();
    let before = bevy.world().resource::<FramesDrawn>().0;
    bevy.world_mut().resource_mut::<Messages<RequestRedraw>>().clear();
    for _ in 0..10 {
        bevy.update();
        assert!(bevy.world().resource::<Messages<RequestRedraw>>().is_empty());
    }
    assert_eq!(bevy.world().resource::<FramesDrawn>().0, before + 10);
}

/// The picture, or none and a line that says why, where there are no graphics.
fn picture(options: &CaptureOptions) -> Option<Image> {
    match game::picture(options) {
        Ok(image) => Some(image),
        Err(error @ CaptureError::NoGraphics(_)) => {
            eprintln!("skipped: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn the_same_state_gives_the_same_picture_and_another_theme_another() {
    let options = CaptureOptions {
        screen: Screen::Sandbox,
        lines: vec!["aws ecr create-repository --repository-name web".to_owned()],
        size: (640, 360),
        ..CaptureOptions::default()
    };
    let Some(first) = picture(&options) else { return };
    let second = picture(&options).unwrap();
    assert!(first.data == second.data, "two pictures of one state differ");
    let light = picture(&CaptureOptions { theme: Theme::Light, ..options.clone() }).unwrap();
    assert!(first.data != light.data);
    let moving = picture(&CaptureOptions { moment: Some(0.6), ..options }).unwrap();
    assert!(first.data != moving.data, "nothing moved");
}
