//! The play screen: the quest on the left, the world in the middle, the laptop below it, the inspector on the right.
//!
//! The world itself is drawn behind egui; this screen leaves a hole for it and reports where it is.

mod command;
mod editor;
mod files;
mod inspector;
mod keys;
mod lines;
mod policies;
mod quest_panel;
mod terminal;
mod trail;

use egui::{CentralPanel, Frame, Margin, Panel, Ui};
use egui_phosphor::regular as icon;

use super::theme::space;
use super::widgets::{icon_button, tab};
use super::{Cx, ViewState};
use crate::app::Intent;

/// What is open below the world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Terminal,
    Trail,
    Policies,
    Files,
}

impl Tab {
    /// All, in order, with the keys of their names.
    const ALL: [(Self, &'static str); 4] = [
        (Self::Terminal, "view-tab-terminal"),
        (Self::Trail, "view-tab-trail"),
        (Self::Policies, "view-tab-policies"),
        (Self::Files, "view-tab-files"),
    ];
}

/// What the play screen keeps between passes.
#[derive(Default)]
pub(super) struct PlayState {
    pub(super) tab: Tab,
    terminal: terminal::TerminalState,
    trail: trail::TrailState,
    policies: policies::PoliciesState,
    files: files::FilesState,
    inspector: inspector::InspectorState,
    editor: editor::EditorState,
    quest: quest_panel::QuestPanelState,
}

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut ViewState) {
    let look = cx.look;
    let all = ui.available_rect_before_wrap();
    // The middle keeps at least 400 points, whatever the sides were dragged to.
    let most = ((all.width() - 400.0) / 2.0).max(200.0);
    let tight = all.width() < look.scaled(1440.0);
    let low = all.height() < look.scaled(760.0);
    // A window of another kind has panels of its own, which remember what they were dragged to.
    let id = |name: &'static str, small: bool| egui::Id::new((name, small));
    let panel = |margin: i8| Frame::new().fill(look.palette.panel).inner_margin(Margin::same(margin));
    let left = look.scaled(if tight { 296.0 } else { 332.0 }).min(most);
    Panel::left(id("quest", tight))
        .default_size(left)
        .min_size(look.scaled(240.0).min(most))
        .max_size(most)
        .frame(panel(space::PANEL as i8))
        .show(ui, |ui| quest_panel::show(ui, cx, &mut state.play.quest));
    let right = look.scaled(if tight { 324.0 } else { 372.0 }).min(most);
    Panel::right(id("inspector", tight))
        .default_size(right)
        .min_size(look.scaled(260.0).min(most))
        .max_size(most)
        .frame(panel(18))
        .show(ui, |ui| inspector::show(ui, cx, &mut state.play.inspector, &mut state.codex));
    let height = (all.height() * 0.36).clamp(220.0, 420.0);
    Panel::bottom(id("laptop", low))
        .resizable(true)
        .default_size(height)
        .min_size(140.0)
        .max_size((all.height() - 160.0).max(160.0))
        .frame(Frame::new().fill(look.palette.terminal))
        .show(ui, |ui| laptop(ui, cx, &mut state.play));
    CentralPanel::default().frame(Frame::NONE).show(ui, |ui| {
        state.world_rect = Some(ui.max_rect());
        past_notice(ui, cx);
    });
    editor::show(ui, cx, &mut state.play.editor);
}

/// The tabs and what is open under them.
fn laptop(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut PlayState) {
    let look = cx.look;
    // The panel stays as high as it was made, however little is in it.
    ui.expand_to_include_rect(ui.max_rect());
    ui.spacing_mut().item_spacing.y = 0.0;
    let denied = cx.app.session().map_or(0, |session| state.trail.refresh(session));
    Frame::new().fill(look.palette.deck).show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for (which, key) in Tab::ALL {
                let count = if which == Tab::Trail { denied } else { 0 };
                if tab(ui, state.tab == which, &cx.t(key), count).clicked() {
                    state.tab = which;
                }
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                // Undo goes back too, where the tabs take all of the row.
                if ui.available_width() > look.scaled(72.0) {
                    ui.add_space(6.0);
                    travel(ui, cx);
                }
            });
        });
    });
    super::widgets::rule(ui);
    ui.spacing_mut().item_spacing.y = space::SMALL;
    match state.tab {
        Tab::Terminal => terminal::show(ui, cx, &mut state.terminal),
        Tab::Trail => trail::show(ui, cx, &mut state.trail),
        Tab::Policies => policies::show(ui, cx, &mut state.policies),
        Tab::Files => files::show(ui, cx, &mut state.files),
    }
}

/// Looking back and forward over the commands, from right to left.
fn travel(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(session) = cx.app.session() else { return };
    let steps = session.steps().len();
    let at = session.looking_at().unwrap_or(steps);
    ui.spacing_mut().item_spacing.x = 0.0;
    ui.add_enabled_ui(at < steps, |ui| {
        if icon_button(ui, icon::CARET_RIGHT, &cx.t("view-travel-forward")).clicked() {
            cx.want(Intent::LookAt(Some(at + 1).filter(|next| *next < steps)));
        }
    });
    ui.add_enabled_ui(at > 0, |ui| {
        if icon_button(ui, icon::CARET_LEFT, &cx.t("view-travel-back")).clicked() {
            cx.want(Intent::LookAt(Some(at - 1)));
        }
    });
}

/// Over the world, while the learner looks at the past.
fn past_notice(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(session) = cx.app.session() else { return };
    let Some(at) = session.looking_at() else { return };
    let look = cx.look;
    let text = cx.tw("view-travel-past", &[("n", at.into()), ("of", session.steps().len().into())]);
    ui.vertical_centered(|ui| {
        ui.add_space(space::MEDIUM);
        if super::widgets::pill_button(ui, icon::CLOCK_COUNTER_CLOCKWISE, &text, &cx.t("view-travel-present")).clicked()
        {
            cx.want(Intent::LookAt(None));
        }
    });
    let rect = ui.max_rect().shrink(2.0);
    let stroke = egui::Stroke::new(2.0, look.palette.amber);
    ui.painter().rect_stroke(rect, 4.0, stroke, egui::StrokeKind::Inside);
}
