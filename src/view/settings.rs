//! Settings: language, theme, text size, motion, name, and starting over.

use egui::{CentralPanel, Frame, ScrollArea, Ui};
use egui_phosphor::regular as icon;

use super::Cx;
use super::theme::{Type, space};
use super::widgets::{Kind, Rich, button, card, segmented, text_field};
use crate::app::Intent;
use crate::learner::Theme;
use crate::text::Lang;

/// What the settings keep between passes.
#[derive(Default)]
pub(super) struct SettingsState {
    /// The name being typed; none until it is touched.
    name: Option<String>,
    asking_reset: bool,
}

/// The sizes of text to choose from, in percent.
const SIZES: [(u16, &str); 5] = [(90, "90%"), (100, "100%"), (115, "115%"), (130, "130%"), (150, "150%")];

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut SettingsState) {
    let look = cx.look;
    CentralPanel::default().frame(Frame::new().fill(look.palette.abyss)).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            let room = ui.available_width();
            let width = look.scaled(680.0).min(room - space::PAGE * 2.0);
            ui.add_space(space::PAGE);
            ui.horizontal_top(|ui| {
                ui.add_space(((room - width) / 2.0).max(space::PAGE));
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.spacing_mut().item_spacing.y = space::MEDIUM;
                    ui.add(Rich::new(&cx.t("view-nav-settings")).kind(Type::Hero));
                    card(ui, |ui| choices(ui, cx, state));
                    card(ui, |ui| progress(ui, cx, state));
                    ui.add(Rich::small(&cx.t("view-settings-about")));
                });
            });
            ui.add_space(space::PAGE);
        });
    });
}

/// One setting: the key of its name and of what it does, and how wide its choice may be at text scale 1, in points.
type Setting = (&'static str, &'static str, f32);

const LANGUAGE: Setting = ("view-settings-language", "view-settings-language-hint", 220.0);
const THEME: Setting = ("view-settings-theme", "view-settings-theme-hint", 220.0);
const SIZE: Setting = ("view-settings-size", "view-settings-size-hint", 340.0);
const MOTION: Setting = ("view-settings-motion", "view-settings-motion-hint", 220.0);
const NAME: Setting = ("view-settings-name", "view-settings-name-hint", 250.0);

/// A setting with its name and what it does on the left, the choice on the right or below.
fn row(ui: &mut Ui, cx: &Cx<'_>, (name, hint, choice): Setting, add: impl FnOnce(&mut Ui)) {
    if name != LANGUAGE.0 {
        super::widgets::rule(ui);
    }
    let width = ui.available_width();
    let wide = width > cx.look.scaled(560.0);
    let label = |ui: &mut Ui, width: f32| {
        ui.vertical(|ui| {
            ui.set_width(width);
            ui.spacing_mut().item_spacing.y = 1.0;
            ui.add(Rich::new(&cx.t(name)).kind(Type::Strong));
            ui.add(Rich::small(&cx.t(hint)));
        });
    };
    if wide {
        ui.horizontal(|ui| {
            label(ui, width - cx.look.scaled(choice));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), add);
        });
    } else {
        label(ui, width);
        add(ui);
    }
}

fn choices(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut SettingsState) {
    let settings = cx.app.profile().settings.clone();
    let lang = cx.app.lang();
    let mut wants = Vec::new();
    row(ui, cx, LANGUAGE, |ui| {
        let names = Lang::ALL.map(|lang| (lang, lang.name()));
        wants.extend(segmented(ui, lang, &names).map(Intent::SetLanguage));
    });
    row(ui, cx, THEME, |ui| {
        let (dark, light) = (cx.t("view-settings-dark"), cx.t("view-settings-light"));
        let names = [(Theme::Dark, dark.as_str()), (Theme::Light, light.as_str())];
        wants.extend(segmented(ui, settings.theme, &names).map(Intent::SetTheme));
    });
    row(ui, cx, SIZE, |ui| {
        wants.extend(segmented(ui, settings.text_scale, &SIZES).map(Intent::SetTextScale));
    });
    row(ui, cx, MOTION, |ui| {
        let (full, less) = (cx.t("view-settings-motion-full"), cx.t("view-settings-motion-less"));
        let names = [(false, full.as_str()), (true, less.as_str())];
        wants.extend(segmented(ui, settings.reduced_motion, &names).map(Intent::SetReducedMotion));
    });
    row(ui, cx, NAME, |ui| {
        let name = state.name.get_or_insert_with(|| cx.app.profile().name.clone());
        let label = cx.t("view-settings-name");
        let response = text_field(ui, name, &label, "", cx.look.scaled(220.0));
        if response.lost_focus() && *name != cx.app.profile().name {
            wants.push(Intent::SetName(name.clone()));
        }
    });
    for intent in wants {
        cx.want(intent);
    }
}

fn progress(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut SettingsState) {
    ui.add(Rich::new(&cx.t("view-settings-reset")).kind(Type::Strong));
    if state.asking_reset {
        ui.add(Rich::new(&cx.t("view-settings-reset-sure")).color(cx.look.palette.denied));
        ui.horizontal(|ui| {
            if button(ui, Kind::Danger, icon::TRASH, &cx.t("view-settings-reset-yes")).clicked() {
                state.asking_reset = false;
                state.name = None;
                cx.want(Intent::ResetProgress);
            }
            if button(ui, Kind::Plain, "", &cx.t("view-cancel")).clicked() {
                state.asking_reset = false;
            }
        });
    } else {
        ui.add(Rich::small(&cx.t("view-settings-reset-hint")));
        if button(ui, Kind::Plain, icon::TRASH, &cx.t("view-settings-reset")).clicked() {
            state.asking_reset = true;
        }
    }
}
