//! The bar at the top: the screens, and in play where and when the learner is.

use egui::{Align, Color32, Frame, Layout, Margin, Panel, Rect, Ui, Vec2};
use egui_phosphor::regular as icon;

use super::cx::grouped;
use super::theme::{Look, Type, radius};
use super::widgets::{icon_button, pill, pill_button};
use super::{Cx, ViewState};
use crate::app::{Intent, Screen};
use crate::cloud::{AccountId, Duration, Region};
use crate::quest::Scene;

/// Its height at text scale 1, in points.
const HEIGHT: f32 = 52.0;

/// The screens with a place of their own in the bar, and their keys.
const NAV: [(Screen, &str); 5] = [
    (Screen::Map, "view-nav-quests"),
    (Screen::Sandbox, "view-nav-sandbox"),
    (Screen::Exam, "view-nav-exam"),
    (Screen::Codex, "view-nav-codex"),
    (Screen::Profile, "view-nav-profile"),
];

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut ViewState) {
    let look = cx.look;
    let frame = Frame::new().fill(look.palette.deck).inner_margin(Margin::symmetric(16, 0));
    Panel::top("bar").exact_size(look.scaled(HEIGHT)).frame(frame).show(ui, |ui| {
        ui.set_height(ui.available_height());
        ui.horizontal_centered(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            brand(ui, cx);
            let telling = state.toasts.is_telling(ui.input(|input| input.time));
            if in_play(cx, state) {
                back(ui, cx, state);
                // News takes the place of what stays the same.
                if !telling {
                    place(ui, cx);
                }
            } else {
                nav(ui, cx);
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                language(ui, cx);
                if icon_button(ui, icon::GEAR, &cx.t("view-nav-settings")).clicked() {
                    cx.want(Intent::Open(Screen::Settings));
                }
                level(ui, cx);
                if in_play(cx, state) {
                    clock(ui, cx);
                }
                if telling {
                    state.toasts.tell(ui);
                }
            });
        });
    });
}

fn in_play(cx: &Cx<'_>, state: &ViewState) -> bool {
    match cx.app.screen() {
        Screen::Play => true,
        Screen::Sandbox => cx.app.session().is_some() && !state.choosing_sandbox,
        _ => false,
    }
}

fn brand(ui: &mut Ui, cx: &mut Cx<'_>) {
    let look = cx.look;
    let text = "ECR Quest";
    let words = ui.painter().layout_no_wrap(text.to_owned(), look.font(Type::Heading), look.palette.ink);
    let indent = look.scaled(24.0);
    let size = Vec2::new(words.size().x + indent, look.scaled(34.0));
    let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
    let name = cx.t("view-nav-home");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &name));
    // A crate: a square in a square.
    let side = look.scaled(14.0);
    let outer = Rect::from_center_size(rect.left_center() + Vec2::new(side / 2.0 + 1.0, 0.0), Vec2::splat(side));
    let stroke = egui::Stroke::new(2.0, look.palette.amber);
    ui.painter().rect_stroke(outer, 3.0, stroke, egui::StrokeKind::Inside);
    ui.painter().rect_filled(outer.shrink(side * 0.3), 1.0, look.palette.amber);
    let at = rect.left_center() + Vec2::new(indent, -words.size().y / 2.0);
    ui.painter().galley(at, words, look.palette.ink);
    if response.has_focus() {
        ui.painter().rect_stroke(
            rect,
            radius::BADGE,
            egui::Stroke::new(2.0, look.palette.blue),
            egui::StrokeKind::Outside,
        );
    }
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        cx.want(Intent::Open(Screen::Map));
    }
}

fn nav(ui: &mut Ui, cx: &mut Cx<'_>) {
    let look = cx.look;
    ui.spacing_mut().item_spacing.x = 4.0;
    for (screen, key) in NAV {
        let on = cx.app.screen() == screen || (screen == Screen::Map && cx.app.screen() == Screen::Debrief);
        let text = cx.t(key);
        let ink = if on { look.palette.ink } else { look.palette.mute };
        let words = ui.painter().layout_no_wrap(text.clone(), look.font(Type::Strong), ink);
        let size = Vec2::new(words.size().x + 26.0, look.scaled(34.0));
        let (rect, response) = ui.allocate_exact_size(size, egui::Sense::click());
        response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::SelectableLabel, true, on, &text));
        let fill = match (on, response.hovered()) {
            (true, _) => look.palette.hover,
            (false, true) => look.palette.raised,
            (false, false) => Color32::TRANSPARENT,
        };
        ui.painter().rect_filled(rect, radius::BUTTON, fill);
        if response.has_focus() {
            let stroke = egui::Stroke::new(2.0, look.palette.blue);
            ui.painter().rect_stroke(rect, radius::BUTTON, stroke, egui::StrokeKind::Outside);
        }
        ui.painter().galley(rect.center() - words.size() / 2.0, words, ink);
        if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
            cx.want(Intent::Open(screen));
        }
    }
}

/// In play: the way back.
fn back(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut ViewState) {
    let sandbox = cx.app.screen() == Screen::Sandbox;
    let back = cx.t(if sandbox { "view-back-sandboxes" } else { "view-back-map" });
    if icon_button(ui, icon::ARROW_LEFT, &back).clicked() {
        if sandbox {
            state.choosing_sandbox = true;
        } else {
            cx.want(Intent::Open(Screen::Map));
        }
    }
}

/// In play: what is played, and where.
fn place(ui: &mut Ui, cx: &Cx<'_>) {
    let width = ui.ctx().content_rect().width();
    let wide = width >= cx.look.scaled(1500.0);
    match cx.app.session().map(|session| session.scene()) {
        Some(Scene::Quest(quest)) => {
            let chapter = cx.app.catalogue().chapter(quest.chapter).map_or("", |chapter| cx.say(&chapter.name));
            let name = cx.tw("view-chapter", &[("n", quest.chapter.into())]);
            pill(ui, "", &format!("{name} ·"), chapter);
        }
        Some(Scene::Sandbox(sandbox)) => {
            pill(ui, "", &format!("{} ·", cx.t("view-nav-sandbox")), cx.say(&sandbox.name));
        }
        None => {}
    }
    let account = AccountId::home();
    let id = account.as_str();
    let dashed = [id.get(..4), id.get(4..8), id.get(8..)].into_iter().flatten().collect::<Vec<_>>().join("-");
    if wide {
        pill(ui, "", &cx.t("view-account"), &dashed);
        pill(ui, "", &cx.t("view-region"), Region::home().as_str());
    } else if width >= cx.look.scaled(1180.0) {
        pill(ui, "", "", Region::home().as_str()).on_hover_text(format!("{} {dashed}", cx.t("view-account")));
    }
}

/// The simulated time, and ways to let it pass. Laid from right to left.
fn clock(ui: &mut Ui, cx: &mut Cx<'_>) {
    let Some(session) = cx.app.session() else { return };
    let now = session.world().cloud.now();
    ui.spacing_mut().item_spacing.x = 2.0;
    let steps = [
        (icon::FAST_FORWARD, "view-clock-day-later", Duration::days(1)),
        (icon::SKIP_FORWARD, "view-clock-hour-later", Duration::hours(1)),
        (icon::PLAY, "view-clock-minute-later", Duration::minutes(1)),
    ];
    for (sign, key, by) in steps {
        if icon_button(ui, sign, &cx.t(key)).clicked() {
            cx.want(Intent::AdvanceClock(by));
        }
    }
    let text = cx.day_and_time(now);
    pill(ui, icon::CLOCK, "", &text).on_hover_text(cx.t("view-clock-hint"));
    ui.add_space(6.0);
}

/// Level and XP, from right to left.
fn level(ui: &mut Ui, cx: &mut Cx<'_>) {
    let look: Look = cx.look;
    let profile = cx.app.profile();
    let level = profile.level();
    let name = cx.tw("view-level", &[("n", level.number.into())]);
    let xp = cx.tw("view-xp", &[("n", grouped(profile.xp).into())]);
    let hint = cx.tw("view-level-hint", &[("n", grouped(level.next.saturating_sub(profile.xp)).into())]);
    let p = &look.palette;
    let font = look.font(Type::SmallStrong);
    let words = ui.painter().layout_no_wrap(name.clone(), font.clone(), p.ink);
    let points = ui.painter().layout_no_wrap(xp.clone(), font, p.amber);
    let (gap, bar) = (9.0, look.scaled(70.0));
    let width = 24.0 + words.size().x + gap + bar + gap + points.size().x;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, look.scaled(28.0)), egui::Sense::hover());
    let spoken = format!("{name}, {xp}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Label, true, &spoken));
    ui.painter().rect(rect, 255, p.raised, look.rule(), egui::StrokeKind::Inside);
    let y = rect.center().y;
    let mut x = rect.left() + 12.0;
    let height = words.size().y;
    ui.painter().galley(egui::pos2(x, y - height / 2.0), words.clone(), p.ink);
    x += words.size().x + gap;
    let track = Rect::from_min_size(egui::pos2(x, y - 3.5), Vec2::new(bar, 7.0));
    ui.painter().rect_filled(track, 255, p.line);
    let share = level.progress(profile.xp);
    if share > 0.0 {
        let done = Rect::from_min_size(track.min, Vec2::new((bar * share).max(7.0), 7.0));
        ui.painter().rect_filled(done, 255, p.amber);
    }
    x += bar + gap;
    ui.painter().galley(egui::pos2(x, y - height / 2.0), points, p.amber);
    response.on_hover_text(hint);
}

fn language(ui: &mut Ui, cx: &mut Cx<'_>) {
    let lang = cx.app.lang();
    let name = cx.t("view-language-switch");
    // The other language's own name: what pressing it gives.
    if pill_button(ui, icon::TRANSLATE, "", lang.other().name()).on_hover_text(name).clicked() {
        cx.want(Intent::SetLanguage(lang.other()));
    }
}
