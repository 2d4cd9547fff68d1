//! After a win: what it brought, what there is to take along, and three questions.

use egui::{CentralPanel, Frame, ScrollArea, Ui};
use egui_phosphor::regular as icon;

use super::theme::{Type, space};
use super::widgets::{Kind, Rich, button, card, empty, field, kicker, markdown, stars};
use super::{Cx, ViewState, question};
use crate::app::{DebriefState, Intent, Screen};

/// The width of the reading column at text scale 1, in points.
const COLUMN: f32 = 760.0;
/// The width of the side column.
const SIDE: f32 = 300.0;

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut ViewState) {
    let look = cx.look;
    CentralPanel::default().frame(Frame::new().fill(look.palette.abyss)).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            let Some(debrief) = cx.app.debrief() else {
                let (title, hint) = (cx.t("view-debrief-none"), cx.t("view-debrief-none-hint"));
                return empty(ui, icon::FLAG_CHECKERED, &title, &hint);
            };
            columns(ui, look.scaled(COLUMN), look.scaled(SIDE), |ui, part| match part {
                Part::Main => main(ui, cx, debrief),
                Part::Side => side(ui, cx, debrief, state),
            });
        });
    });
}

/// Which of two columns is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Main,
    Side,
}

/// A reading column and one beside it, in the middle of the page; one under the other where there is no room.
pub(super) fn columns(ui: &mut Ui, main: f32, side: f32, mut draw: impl FnMut(&mut Ui, Part)) {
    let room = ui.available_width();
    let gap = space::PAGE;
    let wide = room >= main * 0.72 + side + gap * 3.0;
    let main = if wide { main.min(room - side - gap * 3.0) } else { main.min(room - gap * 2.0) };
    let total = if wide { main + gap + side } else { main };
    ui.add_space(space::PAGE);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        ui.add_space(((room - total) / 2.0).max(gap));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing = egui::vec2(space::SMALL, space::MEDIUM);
            ui.set_width(main);
            draw(ui, Part::Main);
            if !wide {
                draw(ui, Part::Side);
            }
        });
        if wide {
            ui.add_space(gap);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing = egui::vec2(space::SMALL, space::MEDIUM);
                ui.set_width(side);
                draw(ui, Part::Side);
            });
        }
    });
    ui.add_space(space::PAGE);
}

fn main(ui: &mut Ui, cx: &mut Cx<'_>, debrief: &DebriefState) {
    let look = cx.look;
    let text = debrief.quest.text.get(cx.app.lang());
    kicker(ui, &cx.t("view-debrief-kicker"), look.palette.allowed);
    ui.add(Rich::new(&text.title).kind(Type::Hero));
    let parts = [
        ("view-debrief-model", &text.debrief.model, look.palette.amber),
        ("view-debrief-exam", &text.debrief.exam, look.palette.violet),
        ("view-debrief-prevent", &text.debrief.prevent, look.palette.teal),
    ];
    for (key, source, color) in parts {
        card(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            kicker(ui, &cx.t(key), color);
            markdown(ui, source);
        });
    }
    questions(ui, cx, debrief);
}

fn questions(ui: &mut Ui, cx: &mut Cx<'_>, debrief: &DebriefState) {
    let Some(practice) = &debrief.practice else { return };
    let look = cx.look;
    ui.add_space(space::SMALL);
    ui.add(Rich::new(&cx.t("view-debrief-questions")).kind(Type::Heading));
    match practice.current() {
        Some(sitting) => {
            let args = [("n", practice.number().into()), ("of", practice.len().into())];
            ui.add(Rich::small(&cx.tw("view-exam-number", &args)));
            question::show(ui, cx, sitting, true);
            check_or_next(ui, cx, sitting.checked, sitting.is_complete());
        }
        None => {
            let args = [("right", practice.right().into()), ("of", practice.len().into())];
            ui.add(Rich::new(&cx.tw("view-practice-result", &args)).color(look.palette.ink));
        }
    }
}

/// The buttons under a practice question; Enter presses the one that is there.
pub(super) fn check_or_next(ui: &mut Ui, cx: &mut Cx<'_>, checked: bool, complete: bool) {
    let free = !ui.ctx().egui_wants_keyboard_input() && ui.memory(|memory| memory.focused().is_none());
    let enter = free && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let seen = ui.id().with("checked");
    let before = ui.data_mut(|data| {
        let before: bool = data.get_temp(seen).unwrap_or_default();
        data.insert_temp(seen, checked);
        before
    });
    ui.add_space(space::TINY);
    if checked {
        let next = button(ui, Kind::Primary, icon::ARROW_RIGHT, &cx.t("view-exam-next"));
        if !before {
            // The explanations pushed it down.
            next.scroll_to_me(None);
        }
        if next.clicked() || enter {
            cx.want(Intent::NextQuestion);
        }
    } else {
        ui.add_enabled_ui(complete, |ui| {
            if button(ui, Kind::Primary, icon::CHECK, &cx.t("view-exam-check")).clicked() || (enter && complete) {
                cx.want(Intent::Check);
            }
        });
    }
}

fn side(ui: &mut Ui, cx: &mut Cx<'_>, debrief: &DebriefState, state: &mut ViewState) {
    let look = cx.look;
    let p = &look.palette;
    let score = &debrief.score;
    card(ui, |ui| {
        let label = cx.tw("view-stars", &[("n", u32::from(score.stars).into())]);
        ui.vertical_centered(|ui| stars(ui, u32::from(score.stars), 3, 15.0, &label));
        let xp = cx.tw("view-gained-xp", &[("n", debrief.gain.xp.into())]);
        ui.add(Rich::new(&xp).kind(Type::Title).color(p.amber).centered());
        if let Some(level) = debrief.gain.level {
            ui.add(Rich::new(&cx.tw("view-gained-level", &[("n", level.into())])).kind(Type::Strong).centered());
        }
        let args = [("n", score.commands.into()), ("par", debrief.quest.par.into())];
        field(ui, &cx.t("view-debrief-commands"), &cx.tw("view-debrief-commands-of", &args), None);
        field(ui, &cx.t("view-debrief-hints"), &score.hints.to_string(), None);
        if !debrief.quest.bonus.is_empty() {
            let args = [("n", score.bonus.len().into()), ("of", debrief.quest.bonus.len().into())];
            field(ui, &cx.t("view-debrief-bonus"), &cx.tw("view-debrief-bonus-of", &args), None);
        }
    });
    let item = debrief.gain.item.as_deref().or(debrief.quest.reward.as_deref());
    if let Some(item) = item.and_then(|id| cx.app.catalogue().item(id)) {
        card(ui, |ui| {
            kicker(ui, &cx.t("view-debrief-item"), p.amber);
            ui.horizontal_top(|ui| {
                ui.label(egui::RichText::new(icon::KEY).font(look.icon(26.0)).color(p.amber));
                ui.vertical(|ui| {
                    ui.add(Rich::new(cx.say(&item.name)).kind(Type::Strong));
                    ui.add(Rich::small(cx.say(&item.text)));
                });
            });
        });
    }
    card(ui, |ui| {
        kicker(ui, &cx.t("view-debrief-learned"), p.violet);
        for id in &debrief.quest.teaches {
            if super::widgets::link(ui, &cx.concept(id)).clicked() {
                state.codex.open(id);
                cx.want(Intent::Open(Screen::Codex));
            }
        }
    });
    let width = ui.available_width();
    if let Some(next) = cx.app.next_quest().map(|quest| quest.id.clone()) {
        let text = cx.t("view-debrief-next");
        if super::widgets::button_wide(ui, Kind::Primary, icon::PLAY, &text, width).clicked() {
            cx.want(Intent::StartQuest(next));
        }
    }
    if super::widgets::button_wide(ui, Kind::Plain, icon::MAP_TRIFOLD, &cx.t("view-back-map"), width).clicked() {
        cx.want(Intent::Open(Screen::Map));
    }
    if super::widgets::button_wide(ui, Kind::Plain, icon::ARROW_LEFT, &cx.t("view-debrief-back"), width).clicked() {
        cx.want(Intent::Open(Screen::Play));
    }
}
