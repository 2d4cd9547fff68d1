//! The profile: level, items, the best of each quest, the exams taken.

use egui::{CentralPanel, Frame, ScrollArea, Ui};
use egui_phosphor::regular as icon;

use super::Cx;
use super::cx::grouped;
use super::debrief::{Part, columns};
use super::theme::{Type, space};
use super::widgets::{Rich, bar, card, empty, kicker, rule, stars};

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>) {
    let look = cx.look;
    CentralPanel::default().frame(Frame::new().fill(look.palette.abyss)).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            columns(ui, look.scaled(700.0), look.scaled(340.0), |ui, part| match part {
                Part::Main => main(ui, cx),
                Part::Side => side(ui, cx),
            });
        });
    });
}

fn main(ui: &mut Ui, cx: &mut Cx<'_>) {
    let app = cx.app;
    let look = cx.look;
    let p = look.palette;
    let profile = app.profile();
    let level = profile.level();
    let name = if profile.name.is_empty() { cx.t("view-profile-you") } else { profile.name.clone() };
    ui.add(Rich::new(&name).kind(Type::Hero).verbatim());
    card(ui, |ui| {
        ui.horizontal(|ui| {
            let text = cx.tw("view-level", &[("n", level.number.into())]);
            ui.add(Rich::new(&text).kind(Type::Title));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let xp = cx.tw("view-xp", &[("n", grouped(profile.xp).into())]);
                ui.add(Rich::new(&xp).kind(Type::Heading).color(p.amber));
            });
        });
        let text = cx.tw("view-level-hint", &[("n", grouped(level.next.saturating_sub(profile.xp)).into())]);
        bar(ui, ui.available_width(), level.progress(profile.xp), p.amber, &text);
        ui.add(Rich::small(&text));
    });
    ui.add(Rich::new(&cx.t("view-profile-quests")).kind(Type::Heading));
    let quests = app.catalogue().quests();
    let won: Vec<_> = quests.iter().filter(|quest| profile.has_won(&quest.id)).collect();
    let args = [("n", won.len().into()), ("of", quests.len().into())];
    ui.add(Rich::small(&cx.tw("view-profile-won", &args)));
    card(ui, |ui| {
        if won.is_empty() {
            let (title, hint) = (cx.t("view-profile-none"), cx.t("view-profile-none-hint"));
            return empty(ui, icon::FLAG, &title, &hint);
        }
        ui.spacing_mut().item_spacing.y = 6.0;
        for (n, quest) in won.iter().enumerate() {
            let Some(best) = profile.quests.get(&quest.id) else { continue };
            if n > 0 {
                rule(ui);
            }
            ui.horizontal(|ui| {
                let width = ui.available_width();
                let name = egui::vec2(width * 0.42, cx.look.scaled(28.0));
                ui.allocate_ui_with_layout(name, egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    ui.set_min_width(name.x);
                    ui.add(Rich::new(&quest.text.get(app.lang()).title).kind(Type::Strong));
                });
                let label = cx.tw("view-stars", &[("n", u32::from(best.stars).into())]);
                stars(ui, u32::from(best.stars), 3, 6.5, &label);
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let xp = cx.tw("view-xp", &[("n", grouped(best.xp).into())]);
                    ui.add(Rich::new(&xp).kind(Type::SmallStrong).color(p.amber));
                    ui.add_space(space::SMALL);
                    ui.add(Rich::small(&cx.tw("view-commands", &[("n", best.commands.into())])));
                });
            });
        }
    });
}

fn side(ui: &mut Ui, cx: &mut Cx<'_>) {
    let app = cx.app;
    let p = cx.look.palette;
    let profile = app.profile();
    card(ui, |ui| {
        kicker(ui, &cx.t("view-profile-items"), p.amber);
        if profile.items.is_empty() {
            ui.add(Rich::small(&cx.t("view-profile-no-items")));
        }
        for item in profile.items.iter().filter_map(|id| app.catalogue().item(id)) {
            ui.horizontal_top(|ui| {
                ui.label(egui::RichText::new(icon::KEY).font(cx.look.icon(22.0)).color(p.amber));
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    ui.add(Rich::new(cx.say(&item.name)).kind(Type::Strong));
                    ui.add(Rich::small(cx.say(&item.text)));
                });
            });
        }
    });
    card(ui, |ui| {
        kicker(ui, &cx.t("view-profile-exams"), p.violet);
        if profile.exams.is_empty() {
            ui.add(Rich::small(&cx.t("view-profile-no-exams")));
        }
        for (n, exam) in profile.exams.iter().rev().take(8).enumerate() {
            if n > 0 {
                rule(ui);
            }
            ui.horizontal(|ui| {
                ui.add(Rich::new(&exam.exam).kind(Type::SmallStrong));
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let key = if exam.passed() { "view-mock-passed" } else { "view-mock-failed" };
                    let color = if exam.passed() { p.allowed } else { p.denied };
                    let text = format!("{} · {}", exam.score, cx.t(key));
                    ui.add(Rich::new(&text).kind(Type::SmallStrong).color(color));
                });
            });
        }
    });
    card(ui, |ui| {
        kicker(ui, &cx.t("view-profile-practice"), p.teal);
        let right: u32 = profile.answers.values().map(|tally| tally.right).sum();
        let wrong: u32 = profile.answers.values().map(|tally| tally.wrong).sum();
        let args = [("right", right.into()), ("of", (right + wrong).into())];
        ui.add(Rich::small(&cx.tw("view-profile-answers", &args)));
    });
}
