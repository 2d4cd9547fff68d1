//! The game with a picture: bevy's app and its plugins over [`crate::app::App`].
//!
//! One folder or file per domain, each with a `plugin`; [`Step`] is the one place that orders them. Nothing here knows
//! rules of the cloud or of quests: it shows what [`crate::app`] holds and hands intents to it.

mod capture;
mod icon;
mod power;
mod screen;
mod window;
mod world;

use bevy::prelude::*;

use crate::app::{self, Intent};
use crate::view::theme::Palette;
use crate::view::{self, ViewState};
use crate::world::World as Simulation;

pub use capture::{CaptureError, CaptureOptions, capture, picture};
pub use power::FramesDrawn;
pub use window::{Error, Options, run};

/// What happens in `Update`, in this order.
#[derive(SystemSet, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Step {
    /// Intents of the last frame reach the application.
    Apply,
    /// The scene follows the state, and motion moves on.
    World,
    /// Entities are made to look like the scene.
    Draw,
    /// Whether another frame is needed is decided.
    Rest,
}

/// The application, what the views remember, and what people want.
#[derive(Resource)]
pub struct Game {
    /// The application.
    pub app: app::App,
    /// What is being typed, scrolled and folded.
    pub view: ViewState,
    /// Wanted since the last frame. egui may run a frame twice, so views only append here.
    intents: Vec<Intent>,
    /// Counts every change of the application.
    revision: u64,
}

impl Game {
    /// A game over an application.
    pub fn new(app: app::App) -> Self {
        Self { app, view: ViewState::default(), intents: Vec::new(), revision: 1 }
    }

    /// Asks for something; it happens at the beginning of the next frame.
    pub fn want(&mut self, intent: Intent) {
        self.intents.push(intent);
    }

    /// The world on the screen, if the screen shows one.
    fn world(&self) -> Option<&Simulation> {
        match self.app.screen() {
            app::Screen::Play | app::Screen::Sandbox => self.app.session().map(|session| session.world()),
            _ => None,
        }
    }

    fn has_intents(&self) -> bool {
        !self.intents.is_empty()
    }

    /// Grows with every change of the application.
    fn revision(&self) -> u64 {
        self.revision
    }

    fn palette(&self) -> Palette {
        view::look(&self.app).palette
    }

    /// Whether things may move for show.
    fn may_move(&self) -> bool {
        view::look(&self.app).motion
    }
}

/// The logic: everything that needs neither a window nor a GPU. The tests run this alone.
pub fn logic_plugin(app: &mut App) {
    app.configure_sets(Update, (Step::Apply, Step::World, Step::Draw, Step::Rest).chain());
    app.add_message::<bevy::window::RequestRedraw>();
    app.add_systems(Update, apply_intents.in_set(Step::Apply));
    app.add_plugins((world::plugin, power::plugin));
}

/// The picture: panels and world scene. Needs bevy's renderer and `EguiPlugin`.
fn picture_plugin(app: &mut App) {
    app.add_plugins((world::picture_plugin, screen::plugin));
}

/// Hands what people want to the application, in the order they wanted it.
fn apply_intents(mut game: ResMut<Game>, mut exit: MessageWriter<AppExit>) {
    let intents = std::mem::take(&mut game.bypass_change_detection().intents);
    if intents.is_empty() {
        return;
    }
    for intent in intents {
        game.app.apply(intent);
    }
    game.revision += 1;
    if game.app.wants_quit() {
        exit.write(AppExit::Success);
    }
}

/// Says where the world is shown, as the panels do: for tests, which have none.
pub fn show_world_at(world: &mut World, size: (f32, f32)) {
    let size = bevy_egui::egui::vec2(size.0, size.1);
    let view = bevy_egui::egui::Rect::from_min_size(bevy_egui::egui::Pos2::ZERO, size);
    world.resource_mut::<world::Stage>().set_view(Some(view), size, 1.0, 1.0);
}

/// How many motions run or wait.
pub fn motions(world: &World) -> usize {
    world.resource::<world::Stage>().player.len()
}

/// Whether the picture shows a repository.
pub fn shows_repository(world: &World, name: &str) -> bool {
    let id = view::scene::NodeId::Repository(name.to_owned());
    world.resource::<world::Stage>().scene().node(&id).is_some()
}
