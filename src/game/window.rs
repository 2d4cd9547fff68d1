//! The window: opens it, closes it, and says when there can be none.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use bevy::prelude::*;
use bevy::window::{PresentMode, WindowResolution};
use bevy_egui::EguiPlugin;

use super::{Game, Step, icon, logic_plugin, picture_plugin, power};
use crate::app;

/// How the window opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Width and height in logical pixels.
    pub size: (u32, u32),
}

impl Default for Options {
    fn default() -> Self {
        Self { size: (1600, 900) }
    }
}

/// The smallest window in which nothing overlaps.
const SMALLEST: (f32, f32) = (1280.0, 720.0);

/// Why there is no window. The caller plays without one, and says this in a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Neither `WAYLAND_DISPLAY` nor `DISPLAY` is set.
    #[error("no display")]
    NoDisplay,
    /// There is one, and the window or the graphics on it cannot be opened.
    #[error("the window could not be opened: {0}")]
    NotOpened(String),
}

/// Set once a frame was drawn: what fails later is a fault, and no reason to play without a window.
#[derive(Resource, Clone, Default)]
struct Opened(Arc<AtomicBool>);

/// Plays in a window until the learner leaves.
///
/// # Errors
/// When there is no display, or a window cannot be opened on it.
pub fn run(app: app::App, options: Options) -> Result<(), Error> {
    if cfg!(target_os = "linux") && !has_display() {
        return Err(Error::NoDisplay);
    }
    let opened = Opened::default();
    let flag = Arc::clone(&opened.0);
    // bevy has no other way to say that there is no window system or no graphics than a panic while it starts. Until
    // the first frame its message is kept for the caller; afterwards panics are reported as ever.
    let report = std::panic::take_hook();
    let quiet = Arc::clone(&flag);
    std::panic::set_hook(Box::new(move |info| {
        if quiet.load(Ordering::Relaxed) {
            report(info);
        }
    }));
    let played = catch_unwind(AssertUnwindSafe(|| open(app, options, opened).run()));
    match played {
        Ok(AppExit::Success) => Ok(()),
        Ok(AppExit::Error(_)) if flag.load(Ordering::Relaxed) => Ok(()),
        Ok(AppExit::Error(code)) => Err(Error::NotOpened(format!("it ended with code {code}"))),
        Err(panic) if flag.load(Ordering::Relaxed) => resume_unwind(panic),
        Err(panic) => Err(Error::NotOpened(said(panic.as_ref()))),
    }
}

/// The first line of what a panic said.
pub(super) fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown cause");
    text.lines().next().unwrap_or_default().to_owned()
}

fn has_display() -> bool {
    ["WAYLAND_DISPLAY", "WAYLAND_SOCKET", "DISPLAY"]
        .into_iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn open(app: app::App, options: Options, opened: Opened) -> App {
    let window = Window {
        title: "ECR Quest".to_owned(),
        name: Some("ecr-quest".to_owned()),
        resolution: WindowResolution::new(options.size.0, options.size.1),
        resize_constraints: WindowResizeConstraints { min_width: SMALLEST.0, min_height: SMALLEST.1, ..default() },
        present_mode: PresentMode::AutoVsync,
        ..default()
    };
    let mut bevy = App::new();
    bevy.add_plugins(
        DefaultPlugins
            .set(WindowPlugin { primary_window: Some(window), ..default() })
            .set(bevy::log::LogPlugin { filter: "error".to_owned(), ..default() }),
    );
    bevy.add_plugins(EguiPlugin::default());
    bevy.insert_resource(Game::new(app)).insert_resource(opened);
    bevy.add_plugins((logic_plugin, picture_plugin, icon::plugin, power::window_plugin));
    bevy.add_systems(Startup, |mut commands: Commands| {
        commands.spawn((Camera2d, Msaa::Off));
    });
    bevy.add_systems(Update, tell_time.before(Step::Apply));
    bevy.add_systems(Last, (note_opened, save_on_exit));
    bevy
}

/// The application has no clock of its own.
fn tell_time(mut game: ResMut<Game>) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    game.bypass_change_detection().app.set_now(i64::try_from(now).unwrap_or(i64::MAX));
}

fn note_opened(opened: Res<Opened>, frames: Res<power::FramesDrawn>) {
    if frames.0 >= 2 {
        opened.0.store(true, Ordering::Relaxed);
    }
}

/// The journal is written command by command; the profile is written once more when the window closes.
fn save_on_exit(mut exits: MessageReader<AppExit>, mut game: ResMut<Game>) {
    if exits.read().next().is_some() {
        game.app.apply(app::Intent::Quit);
    }
}
