//! The screens, as functions: they read the game, draw it with egui, and say what the learner wants. No bevy here.
//!
//! [`setup`] is called once per egui context, [`show`] in every pass. A view changes nothing but its own [`ViewState`]:
//! what is typed but not sent, what is scrolled and folded.

mod codex;
mod cx;
mod debrief;
mod exam;
pub mod fonts;
mod map;
mod play;
mod profile;
mod question;
mod sandbox;
pub mod scene;
mod settings;
pub mod theme;
mod topbar;
pub mod widgets;

use egui::{Rect, Ui};

use crate::app::{App, Intent, Screen, ToastKind as AppToast};
use crate::learner::Theme;
use crate::text::markup;
use cx::Cx;
use theme::{DARK, LIGHT, Look};
use widgets::{ToastKind, Toasts};

/// What the screens keep between passes: never part of the game, never saved.
#[derive(Default)]
pub struct ViewState {
    /// Where the world may be drawn behind the panels, in points; none when no world is on the screen.
    pub world_rect: Option<Rect>,
    play: play::PlayState,
    codex: codex::CodexState,
    settings: settings::SettingsState,
    /// Whether the sandboxes are shown although one is in play.
    choosing_sandbox: bool,
    toasts: Toasts,
    /// The newest notice of the application that was shown.
    last_toast: u64,
    /// The screen of the last pass.
    screen: Screen,
}

impl ViewState {
    /// Opens the codex at a concept, by its id.
    pub fn open_concept(&mut self, id: &str) {
        self.codex.open(id);
    }

    /// Chooses the tab below the world.
    pub fn open_tab(&mut self, tab: Tab) {
        self.play.tab = tab;
    }
}

pub use play::Tab;

/// Gives a context the game's fonts. Not before its first pass, as egui demands.
pub fn setup(ctx: &egui::Context) {
    ctx.set_fonts(fonts::definitions());
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}

/// The look that the learner's settings ask for.
pub fn look(app: &App) -> Look {
    let settings = &app.profile().settings;
    Look {
        palette: match settings.theme {
            Theme::Dark => DARK,
            Theme::Light => LIGHT,
        },
        text_scale: f32::from(settings.text_scale) / 100.0,
        motion: !settings.reduced_motion,
    }
}

/// How much everything is enlarged in a window of this size, in the system's logical pixels: the screens are drawn for
/// 1600×900, and would be lost in the corner of a window twice as large.
pub fn zoom(window: egui::Vec2) -> f32 {
    let room = (window.x / 1600.0).min(window.y / 900.0);
    // In quarters, so that lines stay sharp and dragging a corner does not let everything swim.
    ((room * 4.0).floor() / 4.0).clamp(1.0, 2.5)
}

/// Draws the screen that is open and adds what the learner wants to `out`. Safe to run twice in a frame.
pub fn show(ui: &mut Ui, app: &App, state: &mut ViewState, out: &mut Vec<Intent>) {
    let look = look(app);
    theme::apply(ui.ctx(), look);
    state.world_rect = None;
    if state.screen != app.screen() {
        // What was reached there has been seen, or stands on the new screen.
        state.screen = app.screen();
        state.toasts.forget_good();
    }
    let mut cx = Cx { app, look, out };
    take_notices(ui, &mut cx, state);
    topbar::show(ui, &mut cx, state);
    state.toasts.strip(ui, &cx.t("view-notice-close"));
    match app.screen() {
        Screen::Map => map::show(ui, &mut cx),
        Screen::Play => play::show(ui, &mut cx, state),
        Screen::Debrief => debrief::show(ui, &mut cx, state),
        Screen::Sandbox if app.session().is_some() && !state.choosing_sandbox => play::show(ui, &mut cx, state),
        Screen::Sandbox => sandbox::show(ui, &mut cx, state),
        Screen::Exam => exam::show(ui, &mut cx, state),
        Screen::Codex => codex::show(ui, &mut cx, &mut state.codex),
        Screen::Profile => profile::show(ui, &mut cx),
        Screen::Settings => settings::show(ui, &mut cx, &mut state.settings),
    }
    if app.screen() != Screen::Sandbox {
        state.choosing_sandbox = false;
    }
}

/// Takes the application's new notices over: from here on they leave by themselves.
fn take_notices(ui: &Ui, cx: &mut Cx<'_>, state: &mut ViewState) {
    let now = ui.input(|input| input.time);
    // A win tells enough: the objective that brought it is ticked in its panel.
    let rewarded = cx.app.toasts().iter().any(|toast| toast.kind == AppToast::Reward);
    for toast in cx.app.toasts() {
        if toast.number > state.last_toast {
            state.last_toast = toast.number;
            let kind = match toast.kind {
                AppToast::Objective | AppToast::Bonus | AppToast::Reward => ToastKind::Good,
                AppToast::Notice => ToastKind::Note,
                AppToast::Trouble => ToastKind::Bad,
            };
            // What was reached in play is told there; every other screen shows it by itself.
            let in_play = matches!(cx.app.screen(), Screen::Play | Screen::Sandbox);
            let told_by_reward = rewarded && toast.kind == AppToast::Objective;
            if kind != ToastKind::Good || in_play && !told_by_reward {
                let said = toast.message.say(cx.app.words());
                // The bar has one manner of text; the strip shows code as code.
                let text = if kind == ToastKind::Bad { said } else { markup::plain(&said) };
                state.toasts.push(kind, &text, now);
            }
        }
        cx.out.push(Intent::DismissToast(toast.number));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::vec2;

    #[test]
    fn large_windows_are_enlarged_by_quarters_and_small_ones_are_not_reduced() {
        assert_eq!(zoom(vec2(1280.0, 720.0)), 1.0);
        assert_eq!(zoom(vec2(1920.0, 1080.0)), 1.0);
        assert_eq!(zoom(vec2(2560.0, 1440.0)), 1.5);
        assert_eq!(zoom(vec2(3840.0, 1200.0)), 1.25);
        assert_eq!(zoom(vec2(3840.0, 2160.0)), 2.25);
    }
}
