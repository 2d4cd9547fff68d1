//! The sandboxes to choose from.

use egui::{CentralPanel, Frame, ScrollArea, Ui};
use egui_phosphor::regular as icon;

use super::theme::{Type, space};
use super::widgets::{Kind, Rich, button, card, empty, kicker};
use super::{Cx, ViewState};
use crate::app::Intent;
use crate::quest::Scene;

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut ViewState) {
    let look = cx.look;
    CentralPanel::default().frame(Frame::new().fill(look.palette.abyss)).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            let width = look.scaled(760.0).min(ui.available_width() - space::PAGE * 2.0);
            ui.add_space(space::PAGE);
            ui.horizontal_top(|ui| {
                ui.add_space(((ui.available_width() - width) / 2.0).max(space::PAGE));
                ui.vertical(|ui| {
                    ui.set_width(width);
                    ui.spacing_mut().item_spacing.y = space::MEDIUM;
                    ui.add(Rich::new(&cx.t("view-nav-sandbox")).kind(Type::Hero));
                    ui.add(Rich::new(&cx.t("view-sandbox-intro")));
                    list(ui, cx, state);
                });
            });
            ui.add_space(space::PAGE);
        });
    });
}

fn list(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut ViewState) {
    let app = cx.app;
    if app.catalogue().sandboxes().is_empty() {
        let (title, hint) = (cx.t("view-sandbox-empty"), cx.t("view-sandbox-empty-hint"));
        return empty(ui, icon::CUBE, &title, &hint);
    }
    let playing = app.sandbox_session().and_then(|session| match session.scene() {
        Scene::Sandbox(sandbox) => Some(sandbox.id.clone()),
        Scene::Quest(_) => None,
    });
    for sandbox in app.catalogue().sandboxes() {
        let here = playing.as_ref() == Some(&sandbox.id);
        card(ui, |ui| {
            ui.horizontal(|ui| {
                let room = ui.available_width();
                ui.vertical(|ui| {
                    ui.set_width(room - cx.look.scaled(170.0));
                    if here {
                        kicker(ui, &cx.t("view-sandbox-open"), cx.look.palette.teal);
                    }
                    ui.add(Rich::new(cx.say(&sandbox.name)).kind(Type::Heading));
                    ui.add(Rich::new(cx.say(&sandbox.summary)));
                });
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let key = if here { "view-map-continue" } else { "view-sandbox-enter" };
                    let kind = if here || playing.is_none() { Kind::Primary } else { Kind::Plain };
                    let response = button(ui, kind, icon::PLAY, &cx.t(key));
                    let spoken = format!("{}: {}", cx.t(key), cx.say(&sandbox.name));
                    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &spoken));
                    if response.clicked() {
                        state.choosing_sandbox = false;
                        cx.want(Intent::StartSandbox(sandbox.id.clone()));
                    }
                });
            });
        });
    }
}
