//! The left panel: the story, what must become true, help, and the way out.

use egui::{Align, Color32, Frame, Layout, Margin, Panel, ScrollArea, Sense, Stroke, Ui, Vec2};
use egui_phosphor::regular as icon;

use super::super::Cx;
use super::super::theme::{Look, Type, mix, radius, space};
use super::super::widgets::{Kind, Rich, button, button_wide, icon_button, kicker, markdown, notice};
use crate::app::Intent;
use crate::quest::{GoalStatus, Quest, Scene, Session};

/// What the panel keeps between passes.
#[derive(Default)]
pub(super) struct QuestPanelState {
    /// Whether "Show me" plays by itself.
    paused: bool,
    /// When its last line ran, in egui's time.
    last_line: Option<f64>,
    /// The goal that was worked on last, to bring the next one into view.
    goal: Option<String>,
    /// Whether the learner was asked if all commands should go.
    asking_reset: bool,
}

/// Between two lines of "Show me", in seconds.
const PAUSE: f64 = 3.0;

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut QuestPanelState) {
    let Some(session) = cx.app.session() else { return };
    Panel::bottom("help").resizable(false).show_separator_line(false).frame(Frame::NONE).show(ui, |ui| {
        ui.add_space(space::SMALL);
        if session.is_showing() { showing(ui, cx, session, state) } else { help(ui, cx, session, state) }
    });
    ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| match session.scene() {
        Scene::Quest(quest) => story(ui, cx, session, quest, state),
        Scene::Sandbox(sandbox) => {
            kicker(ui, &cx.t("view-nav-sandbox"), cx.look.palette.teal);
            ui.add(Rich::new(cx.say(&sandbox.name)).kind(Type::Title));
            ui.add(Rich::new(cx.say(&sandbox.summary)));
            ui.add_space(space::SMALL);
            ui.add(Rich::small(&cx.t("view-sandbox-free")));
        }
    });
}

fn story(ui: &mut Ui, cx: &mut Cx<'_>, session: &Session, quest: &Quest, state: &mut QuestPanelState) {
    let look = cx.look;
    let text = quest.text.get(cx.app.lang());
    let args = [("quest", quest.number.into()), ("xp", quest.xp.into())];
    kicker(ui, &cx.tw("view-play-kicker", &args), look.palette.amber);
    ui.add(Rich::new(&text.title).kind(Type::Title));
    markdown(ui, &text.story);
    ui.add_space(space::TINY);
    let now = session.current_goal().map(|goal| goal.id.clone());
    let moved_on = state.goal.is_some() && now.is_some() && state.goal != now;
    state.goal.clone_from(&now);
    for goal in session.goals() {
        let words = quest
            .objectives
            .iter()
            .find(|objective| objective.id == goal.id)
            .map(|objective| &objective.text)
            .or_else(|| quest.bonus.iter().find(|bonus| bonus.id == goal.id).map(|bonus| &bonus.text));
        if let Some(words) = words {
            let words = words.get(cx.app.lang());
            let current = now.as_ref() == Some(&goal.id);
            let response = objective(ui, cx, goal, &words.title, &words.detail, current);
            if current && moved_on {
                response.scroll_to_me(None);
            }
            hints(ui, cx, session, quest, &goal.id);
        }
    }
    let args = [("par", quest.par.into()), ("used", session.commands().into())];
    ui.add_space(space::TINY);
    ui.add(Rich::small(&cx.tw("view-play-par", &args)));
}

fn objective(ui: &mut Ui, cx: &Cx<'_>, goal: &GoalStatus, title: &str, detail: &str, current: bool) -> egui::Response {
    let look = cx.look;
    let p = &look.palette;
    let met = goal.progress.met;
    let edge = if current { Stroke::new(1.5, p.amber) } else { look.rule() };
    let fill = if met { mix(p.panel, p.raised, 0.45) } else { p.raised };
    let response = Frame::new()
        .fill(fill)
        .stroke(edge)
        .corner_radius(radius::BOX)
        .inner_margin(Margin::symmetric(12, 10))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing = Vec2::new(10.0, 1.0);
                mark(ui, &look, goal, current);
                ui.vertical(|ui| {
                    let ink = if met { p.mute } else { p.ink };
                    ui.add(Rich::new(title).kind(Type::Strong).color(ink));
                    if goal.bonus {
                        ui.add(Rich::new(&cx.t("view-play-bonus")).kind(Type::SmallStrong).color(p.violet));
                    }
                    if !detail.is_empty() && (current || goal.bonus || !met) {
                        ui.add(Rich::small(detail));
                    }
                    if !met && goal.progress.of > 1 {
                        let args = [("done", goal.progress.done.into()), ("of", goal.progress.of.into())];
                        ui.add(Rich::new(&cx.tw("view-play-progress", &args)).kind(Type::SmallStrong).color(p.amber));
                    }
                    if current {
                        // Several conditions may miss the same thing; it is said once.
                        let mut said: Vec<String> = Vec::new();
                        for missing in goal.progress.missing.iter().map(|missing| missing.say(cx.app.words())) {
                            if said.len() < 3 && !said.contains(&missing) {
                                ui.add(Rich::small(&missing).color(p.soft));
                                said.push(missing);
                            }
                        }
                    }
                });
            });
        })
        .response;
    let key = match (met, current) {
        (true, _) => "view-play-met",
        (false, true) => "view-play-now",
        (false, false) => "view-play-later",
    };
    let name = format!("{title}, {}", cx.t(key));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Other, true, &name));
    response
}

/// A tick, a ring or a star: never colour alone.
fn mark(ui: &mut Ui, look: &Look, goal: &GoalStatus, current: bool) {
    let p = &look.palette;
    let side = look.scaled(19.0);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(side, look.row_height(Type::Strong)), Sense::hover());
    let at = rect.center();
    let reach = side / 2.0 - 1.0;
    if goal.progress.met {
        ui.painter().circle_filled(at, reach, p.allowed);
        let points = [at + Vec2::new(-3.8, 0.2), at + Vec2::new(-1.0, 3.2), at + Vec2::new(4.2, -3.0)];
        let ink = if p.dark { p.abyss } else { p.panel };
        ui.painter().add(egui::Shape::line(points.to_vec(), Stroke::new(2.2, ink)));
    } else if goal.bonus {
        ui.painter().text(at, egui::Align2::CENTER_CENTER, icon::STAR, look.icon(19.0), p.violet);
    } else {
        let color: Color32 = if current { p.amber } else { p.line };
        ui.painter().circle_stroke(at, reach, Stroke::new(2.0, color));
    }
}

/// The opened hints of a goal.
fn hints(ui: &mut Ui, cx: &Cx<'_>, session: &Session, quest: &Quest, goal: &str) {
    let opened: Vec<_> = session.hints().filter_map(|index| quest.hints.get(index)).collect();
    for hint in opened.iter().filter(|hint| hint.objective == goal) {
        notice(ui, cx.look.palette.violet, |ui| {
            ui.spacing_mut().item_spacing.y = 3.0;
            kicker(ui, &cx.t("view-play-hint"), cx.look.palette.violet);
            markdown(ui, cx.say(&hint.text));
        });
    }
}

fn help(ui: &mut Ui, cx: &mut Cx<'_>, session: &Session, state: &mut QuestPanelState) {
    let width = ui.available_width();
    // The next show begins by itself, and with a pause.
    state.last_line = None;
    state.paused = false;
    if state.asking_reset {
        ui.add(Rich::small(&cx.t("view-play-reset-sure")));
        ui.horizontal(|ui| {
            let half = (width - space::SMALL) / 2.0;
            if button_wide(ui, Kind::Danger, "", &cx.t("view-play-reset-yes"), half).clicked() {
                state.asking_reset = false;
                cx.want(Intent::Reset);
            }
            if button_wide(ui, Kind::Plain, "", &cx.t("view-cancel"), half).clicked() {
                state.asking_reset = false;
            }
        });
        return;
    }
    let debrief = session.quest().is_some_and(|q| cx.app.debrief().is_some_and(|d| d.quest.id == q.id));
    if session.is_won() && debrief {
        notice(ui, cx.look.palette.allowed, |ui| {
            ui.add(Rich::new(&cx.t("view-play-won")).kind(Type::Strong));
        });
        if button_wide(ui, Kind::Primary, icon::FLAG_CHECKERED, &cx.t("view-play-debrief"), width).clicked() {
            cx.want(Intent::OpenDebrief);
        }
    }
    let quest = session.quest();
    let icons = cx.look.scaled(30.0) * 2.0 + 2.0 * 4.0;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let steps = !session.steps().is_empty();
        if session.is_unaided() {
            let place = Vec2::new(width - icons - 4.0, cx.look.scaled(38.0));
            ui.allocate_ui_with_layout(place, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_size(place);
                ui.add(Rich::new(&cx.t("view-play-unaided")).kind(Type::SmallStrong).color(cx.look.palette.violet));
            });
        } else if let Some(quest) = quest {
            let half = (width - icons - 4.0) / 2.0;
            hint_button(ui, cx, session, quest, half);
            let won = session.is_won();
            let kind = if won { Kind::Plain } else { Kind::Primary };
            let hint = if won || session.was_shown() {
                cx.t("view-play-show-me-hint")
            } else {
                cx.tw("view-play-show-me-cost", &[("n", session.show_cost().into())])
            };
            if button_wide(ui, kind, "", &cx.t("view-play-show-me"), half).on_hover_text(hint).clicked() {
                cx.want(Intent::ShowMe);
            }
        }
        if quest.is_none() {
            let half = (width - 4.0) / 2.0;
            ui.add_enabled_ui(steps, |ui| {
                if button_wide(ui, Kind::Plain, icon::ARROW_U_UP_LEFT, &cx.t("view-play-undo-short"), half).clicked() {
                    cx.want(Intent::Undo);
                }
                if button_wide(ui, Kind::Plain, icon::ARROW_COUNTER_CLOCKWISE, &cx.t("view-play-reset"), half).clicked()
                {
                    state.asking_reset = true;
                }
            });
            return;
        }
        ui.add_enabled_ui(steps, |ui| {
            if icon_button(ui, icon::ARROW_U_UP_LEFT, &cx.t("view-play-undo")).clicked() {
                cx.want(Intent::Undo);
            }
            if icon_button(ui, icon::ARROW_COUNTER_CLOCKWISE, &cx.t("view-play-reset")).clicked() {
                state.asking_reset = true;
            }
        });
    });
}

/// Opens the next hint for the objective to work on, and says what it costs.
fn hint_button(ui: &mut Ui, cx: &mut Cx<'_>, session: &Session, quest: &Quest, width: f32) {
    let goal = session.current_goal().map(|goal| goal.id.clone());
    let next = goal.as_ref().and_then(|goal| quest.hints.get(session.next_hint(goal)?));
    let text = match next {
        Some(hint) => cx.tw("view-play-hint-cost", &[("n", session.hint_cost(hint.level).into())]),
        None => cx.t("view-play-hint"),
    };
    ui.add_enabled_ui(next.is_some(), |ui| {
        if button_wide(ui, Kind::Plain, icon::LIGHTBULB, &text, width).clicked()
            && let Some(goal) = goal
        {
            cx.want(Intent::Hint(goal));
        }
    });
}

/// "Show me" under way: what comes next, and its controls. A line runs by itself after a pause.
fn showing(ui: &mut Ui, cx: &mut Cx<'_>, session: &Session, state: &mut QuestPanelState) {
    let look = cx.look;
    let next = session.next_line();
    notice(ui, look.palette.blue, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        kicker(ui, &cx.t("view-show-kicker"), look.palette.blue);
        match next {
            Some(line) => {
                if let Some(say) = &line.say {
                    ui.add(Rich::new(cx.say(say)));
                }
                ui.add(Rich::new(&line.run).kind(Type::MonoSmall).color(look.palette.ink).rows(4).verbatim());
            }
            None => {
                ui.add(Rich::new(&cx.t("view-show-over")));
            }
        }
    });
    let now = ui.input(|input| input.time);
    let since = now - *state.last_line.get_or_insert(now);
    if next.is_some() && !state.paused {
        if since >= PAUSE {
            state.last_line = Some(now);
            cx.want(Intent::NextStep);
        } else {
            ui.ctx().request_repaint_after_secs((PAUSE - since) as f32);
        }
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.add_enabled_ui(next.is_some(), |ui| {
            let (sign, key) =
                if state.paused { (icon::PLAY, "view-show-play") } else { (icon::PAUSE, "view-show-pause") };
            if icon_button(ui, sign, &cx.t(key)).clicked() {
                state.paused = !state.paused;
                state.last_line = Some(now);
            }
            if icon_button(ui, icon::SKIP_FORWARD, &cx.t("view-show-next")).clicked() {
                state.last_line = Some(now);
                cx.want(Intent::NextStep);
            }
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if button(ui, Kind::Primary, "", &cx.t("view-show-end")).clicked() {
                cx.want(Intent::EndShow);
            }
        });
    });
}
