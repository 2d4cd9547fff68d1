//! The true picture, world and panels, drawn without a window and written as PNG.
//!
//! Time is told, not measured, and the pipelines are compiled before the first frame, so the same state gives the same
//! bytes on the same graphics.

mod prepare;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bevy::app::PluginsState;
use bevy::asset::RenderAssetUsages;
use bevy::camera::RenderTarget;
use bevy::prelude::*;
use bevy::render::RenderPlugin;
use bevy::render::pipelined_rendering::PipelinedRenderingPlugin;
use bevy::render::render_resource::{Extent3d, TextureDimension, TextureFormat, TextureUsages};
use bevy::render::view::screenshot::{Screenshot, ScreenshotCaptured};
use bevy::time::TimeUpdateStrategy;
use bevy::window::ExitCondition;
use bevy::winit::WinitPlugin;
use bevy_egui::EguiPlugin;

use super::world::Stage;
use super::{Game, logic_plugin, picture_plugin};
use crate::app::{self, Intent, Screen, Selection};
use crate::learner::Theme;
use crate::text::Lang;
use prepare::Prepared;

/// What to draw.
#[derive(Clone, Debug)]
pub struct CaptureOptions {
    pub screen: Screen,
    /// The quest to play, by its id; without one, the first.
    pub quest: Option<String>,
    /// How many lines of the quest's first solution are run. On the sandbox, lines of [`CaptureOptions::lines`].
    pub after: usize,
    /// Lines to run in place of the solution's.
    pub lines: Vec<String>,
    /// Seconds into the motion that the last line caused; none shows its end.
    pub moment: Option<f32>,
    pub lang: Lang,
    pub theme: Theme,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// What the inspector shows, if not what the screen opens with.
    pub inspect: Option<Selection>,
}

impl Default for CaptureOptions {
    fn default() -> Self {
        Self {
            screen: Screen::Map,
            quest: None,
            after: 0,
            lines: Vec::new(),
            moment: None,
            lang: Lang::default(),
            theme: Theme::default(),
            size: (1600, 900),
            inspect: None,
        }
    }
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// There is no such quest.
    #[error("there is no quest `{0}`")]
    NoQuest(String),
    /// No Vulkan driver, not even one in software.
    #[error("there are no graphics to draw with (`mesa-vulkan-drivers` draws in software): {0}")]
    NoGraphics(String),
    /// The frames were drawn and no picture came back.
    #[error("no picture came back from the graphics")]
    NoPicture,
    /// The picture could not be written.
    #[error("`{path}` could not be written: {cause}")]
    NotWritten { path: PathBuf, cause: String },
}

/// One frame of told time.
const FRAME: Duration = Duration::from_micros(16_667);
/// Frames in which egui's own fades and measurements come to rest, and how long each is.
const SETTLE: usize = 10;
const LONG_FRAME: Duration = Duration::from_millis(100);
/// Frames that a picture may take to come back.
const PATIENCE: usize = 240;

/// Draws a screen and writes it to `out` as PNG.
///
/// # Errors
/// Without graphics, without the quest, or when the file cannot be written.
pub fn capture(options: &CaptureOptions, out: &Path) -> Result<(), CaptureError> {
    let image = picture(options)?;
    let not_written = |cause: String| CaptureError::NotWritten { path: out.to_owned(), cause };
    let image = image.try_into_dynamic().map_err(|error| not_written(error.to_string()))?;
    image.to_rgb8().save(out).map_err(|error| not_written(error.to_string()))
}

/// Draws a screen.
///
/// # Errors
/// Without graphics, or without the quest.
pub fn picture(options: &CaptureOptions) -> Result<Image, CaptureError> {
    let Prepared { app, steps, then } = prepare::prepare(options)?;
    let (mut bevy, target) = headless(app, options.size)?;
    run_frames(&mut bevy, SETTLE, LONG_FRAME);
    let (last, before) = match steps.split_last() {
        Some((last, before)) => (Some(last), before),
        None => (None, Default::default()),
    };
    for step in before {
        want(&mut bevy, step);
    }
    // What they told is told; the picture tells what the last one did.
    run_frames(&mut bevy, 2 * SETTLE, LONG_FRAME);
    bevy.world_mut().resource_mut::<Stage>().player.stop();
    if let Some(last) = last {
        want(&mut bevy, last);
    }
    for intent in &then {
        want(&mut bevy, intent);
    }
    match options.moment {
        Some(seconds) => {
            let frames = (f64::from(seconds.clamp(0.0, 60.0)) / FRAME.as_secs_f64()) as usize;
            run_frames(&mut bevy, frames, FRAME);
            // Time stands still while the picture is fetched.
            bevy.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO));
        }
        None => {
            bevy.world_mut().resource_mut::<Stage>().player.stop();
            run_frames(&mut bevy, SETTLE, LONG_FRAME);
        }
    }
    take(&mut bevy, &target).ok_or(CaptureError::NoPicture)
}

fn run_frames(bevy: &mut App, frames: usize, each: Duration) {
    bevy.insert_resource(TimeUpdateStrategy::ManualDuration(each));
    for _ in 0..frames {
        bevy.update();
    }
}

fn want(bevy: &mut App, intent: &Intent) {
    bevy.insert_resource(TimeUpdateStrategy::ManualDuration(Duration::ZERO));
    bevy.world_mut().resource_mut::<Game>().want(intent.clone());
    bevy.update();
}

fn take(bevy: &mut App, target: &Handle<Image>) -> Option<Image> {
    let slot = Arc::new(Mutex::new(None));
    let sent = Arc::clone(&slot);
    bevy.world_mut().spawn(Screenshot::image(target.clone())).observe(move |captured: On<ScreenshotCaptured>| {
        *sent.lock().unwrap_or_else(PoisonError::into_inner) = Some(captured.image.clone());
    });
    for _ in 0..PATIENCE {
        bevy.update();
        if let Some(image) = slot.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Some(image);
        }
    }
    None
}

/// The game without a window, drawing into an image.
fn headless(app: app::App, size: (u32, u32)) -> Result<(App, Handle<Image>), CaptureError> {
    // Without a graphics driver bevy panics while its renderer starts; its words are the cause that is told.
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let started = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| start(app, size)));
    std::panic::set_hook(report);
    started.map_err(|panic| CaptureError::NoGraphics(super::window::said(panic.as_ref())))
}

fn start(app: app::App, size: (u32, u32)) -> (App, Handle<Image>) {
    let mut bevy = App::new();
    bevy.add_plugins(
        DefaultPlugins
            .set(WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() })
            .set(RenderPlugin { synchronous_pipeline_compilation: true, ..default() })
            .disable::<WinitPlugin>()
            .disable::<bevy::log::LogPlugin>()
            .disable::<PipelinedRenderingPlugin>(),
    );
    bevy.add_plugins(EguiPlugin::default());
    bevy.insert_resource(Game::new(app));
    bevy.add_plugins((logic_plugin, picture_plugin));
    bevy.insert_resource(TimeUpdateStrategy::ManualDuration(FRAME));
    let extent = Extent3d { width: size.0.max(1), height: size.1.max(1), depth_or_array_layers: 1 };
    let mut image = Image::new_fill(
        extent,
        TextureDimension::D2,
        &[0, 0, 0, 255],
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::default(),
    );
    image.texture_descriptor.usage |=
        TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC | TextureUsages::TEXTURE_BINDING;
    let target = bevy.world_mut().resource_mut::<Assets<Image>>().add(image);
    bevy.world_mut().spawn((Camera2d, Msaa::Off, RenderTarget::Image(target.clone().into())));
    while bevy.plugins_state() == PluginsState::Adding {
        bevy::tasks::tick_global_task_pools_on_main_thread();
    }
    bevy.finish();
    bevy.cleanup();
    (bevy, target)
}
