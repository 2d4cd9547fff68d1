//! The exam hall: what to practise, a question at a time, the timed mock, and its result.

use egui::{CentralPanel, Color32, Frame, Key, ScrollArea, Sense, Stroke, Ui, Vec2};
use egui_phosphor::regular as icon;

use super::debrief::{Part, check_or_next, columns};
use super::theme::{Type, radius, space};
use super::widgets::{Kind, Rich, bar, button, button_wide, card, empty, field, kicker, link, notice};
use super::{Cx, ViewState, question};
use crate::app::{Intent, Screen};
use crate::exam::{Hall, MOCK_QUESTIONS, MOCK_SECONDS, Mock, Practice, Review, Sitting};

pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, state: &mut ViewState) {
    let look = cx.look;
    CentralPanel::default().frame(Frame::new().fill(look.palette.abyss)).show(ui, |ui| {
        ScrollArea::vertical().auto_shrink([false, false]).show(ui, |ui| {
            let (main, side) = (look.scaled(760.0), look.scaled(320.0));
            let app = cx.app;
            columns(ui, main, side, |ui, part| match (app.hall(), part) {
                (Hall::Lobby, Part::Main) => topics(ui, cx),
                (Hall::Lobby, Part::Side) => mocks(ui, cx),
                (Hall::Practice(practice), Part::Main) => practise(ui, cx, practice),
                (Hall::Practice(practice), Part::Side) => practice_side(ui, cx, practice, state),
                (Hall::Mock(mock), Part::Main) => sit(ui, cx, mock),
                (Hall::Mock(mock), Part::Side) => mock_side(ui, cx, mock),
                (Hall::Review(review), Part::Main) => result(ui, cx, review),
                (Hall::Review(review), Part::Side) => review_side(ui, cx, review),
            });
        });
    });
}

fn topics(ui: &mut Ui, cx: &mut Cx<'_>) {
    let app = cx.app;
    let look = cx.look;
    ui.add(Rich::new(&cx.t("view-nav-exam")).kind(Type::Hero));
    ui.add(Rich::new(&cx.t("view-exam-intro")));
    let topics = app.bank().topics();
    if topics.is_empty() {
        let (title, hint) = (cx.t("view-exam-empty"), cx.t("view-exam-empty-hint"));
        return empty(ui, icon::EXAM, &title, &hint);
    }
    ui.horizontal(|ui| {
        if button(ui, Kind::Primary, icon::SHUFFLE, &cx.t("view-exam-mixed")).clicked() {
            cx.want(Intent::StartPractice(None));
        }
        let args = [("n", app.bank().questions().len().into())];
        ui.add(Rich::small(&cx.tw("view-count-questions", &args)));
    });
    ui.add(Rich::new(&cx.t("view-exam-by-topic")).kind(Type::Heading));
    let ordered: Vec<_> =
        app.catalogue().concepts().iter().filter(|concept| topics.contains_key(&*concept.id)).collect();
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = space::SMALL;
        for concept in ordered {
            let asked: Vec<_> = app.bank().questions().iter().filter(|question| question.topic == concept.id).collect();
            let tallies = asked.iter().filter_map(|question| app.profile().answers.get(&question.id));
            let right = tallies.filter(|tally| tally.last_right).count();
            let name = cx.say(&concept.name).to_owned();
            let args = [("right", right.into()), ("of", asked.len().into())];
            let known = cx.tw("view-exam-known", &args);
            topic_row(
                ui,
                cx,
                &concept.id,
                &name,
                &known,
                right as f32 / asked.len().max(1) as f32,
                look.palette.violet,
            );
        }
    });
}

fn topic_row(ui: &mut Ui, cx: &mut Cx<'_>, id: &str, name: &str, known: &str, share: f32, color: Color32) {
    let look = cx.look;
    let p = &look.palette;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), look.scaled(46.0)), Sense::click());
    let spoken = format!("{name}, {known}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Button, true, &spoken));
    let lit = response.hovered() || response.has_focus();
    let edge = if response.has_focus() { Stroke::new(2.0, p.blue) } else { look.rule() };
    ui.painter().rect(rect, radius::BOX, if lit { p.hover } else { p.panel }, edge, egui::StrokeKind::Inside);
    let inside = rect.shrink2(Vec2::new(16.0, 0.0));
    ui.scope_builder(
        egui::UiBuilder::new().max_rect(inside).layout(egui::Layout::left_to_right(egui::Align::Center)),
        |ui| {
            ui.add(Rich::new(name).kind(Type::Strong).fixed());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                // Of one width, so that the bars stand under each other.
                let place = Vec2::new(look.scaled(88.0), look.row_height(Type::Small));
                ui.allocate_ui_with_layout(place, egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    ui.set_min_width(place.x);
                    ui.add(Rich::small(known).fixed());
                });
                bar(ui, look.scaled(90.0), share, color, name);
            });
        },
    );
    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
        cx.want(Intent::StartPractice(Some(id.to_owned())));
    }
}

fn mocks(ui: &mut Ui, cx: &mut Cx<'_>) {
    let app = cx.app;
    let p = cx.look.palette;
    card(ui, |ui| {
        kicker(ui, &cx.t("view-mock-kicker"), p.amber);
        ui.add(Rich::new(&cx.t("view-mock-title")).kind(Type::Heading));
        let args = [("n", MOCK_QUESTIONS.into()), ("minutes", (MOCK_SECONDS / 60).into())];
        ui.add(Rich::small(&cx.tw("view-mock-text", &args)));
        ui.add_space(space::TINY);
        let mut any = false;
        for blueprint in app.bank().mocks() {
            any = true;
            ui.add(Rich::new(cx.say(&blueprint.name)).kind(Type::Strong));
            let width = ui.available_width();
            let text = cx.tw("view-mock-start", &[("exam", blueprint.code.as_str().into())]);
            if button_wide(ui, Kind::Plain, icon::TIMER, &text, width).clicked() {
                cx.want(Intent::StartMock(blueprint.code.clone()));
            }
        }
        if !any {
            ui.add(Rich::small(&cx.t("view-mock-none")));
        }
    });
    if let Some(last) = app.profile().exams.last() {
        card(ui, |ui| {
            kicker(ui, &cx.t("view-mock-last"), p.violet);
            field(ui, &cx.t("view-mock-exam"), &last.exam, None);
            let color = if last.passed() { p.allowed } else { p.denied };
            let key = if last.passed() { "view-mock-passed" } else { "view-mock-failed" };
            field(ui, &cx.t("view-mock-score"), &format!("{} · {}", last.score, cx.t(key)), Some(color));
        });
    }
}

fn practise(ui: &mut Ui, cx: &mut Cx<'_>, practice: &Practice) {
    match practice.current() {
        Some(sitting) => {
            question::show(ui, cx, sitting, true);
            check_or_next(ui, cx, sitting.checked, sitting.is_complete());
        }
        None => {
            ui.add(Rich::new(&cx.t("view-practice-over")).kind(Type::Hero));
            let args = [("right", practice.right().into()), ("of", practice.len().into())];
            ui.add(Rich::new(&cx.tw("view-practice-result", &args)));
            ui.horizontal(|ui| {
                if button(ui, Kind::Primary, icon::ARROW_CLOCKWISE, &cx.t("view-practice-again")).clicked() {
                    cx.want(Intent::StartPractice(practice.topic.clone()));
                }
                if button(ui, Kind::Plain, "", &cx.t("view-exam-leave")).clicked() {
                    cx.want(Intent::LeaveExam);
                }
            });
        }
    }
}

fn practice_side(ui: &mut Ui, cx: &mut Cx<'_>, practice: &Practice, state: &mut ViewState) {
    let p = cx.look.palette;
    card(ui, |ui| {
        let title = practice.topic.as_ref().map_or_else(|| cx.t("view-exam-mixed"), |topic| cx.concept(topic));
        kicker(ui, &cx.t("view-practice-kicker"), p.violet);
        ui.add(Rich::new(&title).kind(Type::Heading));
        let at = practice.number().min(practice.len());
        let args = [("n", at.into()), ("of", practice.len().into())];
        let name = cx.tw("view-exam-number", &args);
        ui.add(Rich::small(&name));
        let done = if practice.is_over() { practice.len() } else { practice.number() - 1 };
        bar(ui, ui.available_width(), done as f32 / practice.len().max(1) as f32, p.violet, &name);
        let args = [("right", practice.right().into()), ("of", practice.len().into())];
        ui.add(Rich::small(&cx.tw("view-exam-known", &args)));
    });
    if let Some(sitting) = practice.current().filter(|sitting| sitting.checked) {
        let topic = sitting.question().topic.clone();
        let quests: Vec<_> = sitting.question().after.iter().filter_map(|id| cx.app.catalogue().quest(id)).collect();
        card(ui, |ui| {
            kicker(ui, &cx.t("view-practice-more"), p.teal);
            if link(ui, &cx.concept(&topic)).clicked() {
                state.codex.open(&topic);
                cx.want(Intent::Open(Screen::Codex));
            }
            for quest in quests {
                let title = &quest.text.get(cx.app.lang()).title;
                if link(ui, &cx.tw("view-practice-quest", &[("title", title.into())])).clicked() {
                    cx.want(Intent::SelectQuest(quest.id.clone()));
                    cx.want(Intent::Open(Screen::Map));
                }
            }
        });
    }
    let width = ui.available_width();
    if button_wide(ui, Kind::Plain, icon::SIGN_OUT, &cx.t("view-exam-leave"), width).clicked() {
        cx.want(Intent::LeaveExam);
    }
}

fn sit(ui: &mut Ui, cx: &mut Cx<'_>, mock: &Mock) {
    let Some(sitting) = mock.current() else { return };
    question::show(ui, cx, sitting, true);
    ui.add_space(space::TINY);
    let last = mock.at() + 1 >= mock.sittings().len();
    let free = !ui.ctx().egui_wants_keyboard_input() && ui.memory(|memory| memory.focused().is_none());
    let enter = free && ui.input(|input| input.key_pressed(Key::Enter));
    ui.horizontal(|ui| {
        ui.add_enabled_ui(mock.at() > 0, |ui| {
            if button(ui, Kind::Plain, icon::ARROW_LEFT, &cx.t("view-exam-before")).clicked() {
                cx.want(Intent::GoToQuestion(mock.at().saturating_sub(1)));
            }
        });
        ui.add_enabled_ui(!last, |ui| {
            if button(ui, Kind::Primary, icon::ARROW_RIGHT, &cx.t("view-exam-next")).clicked() || (enter && !last) {
                cx.want(Intent::NextQuestion);
            }
        });
        let key = if sitting.flagged { "view-mock-unflag" } else { "view-mock-flag" };
        if button(ui, Kind::Plain, icon::FLAG, &cx.t(key)).clicked() {
            cx.want(Intent::Flag);
        }
    });
}

fn mock_side(ui: &mut Ui, cx: &mut Cx<'_>, mock: &Mock) {
    let p = cx.look.palette;
    let left = mock.seconds_left(cx.app.now());
    ui.ctx().request_repaint_after_secs(1.0);
    card(ui, |ui| {
        kicker(ui, &mock.blueprint().code, p.amber);
        let color = if left < 120 { p.denied } else { p.ink };
        let time = format!("{}:{:02}", left / 60, left % 60);
        ui.add(Rich::new(&time).kind(Type::Hero).color(color));
        ui.add(Rich::small(&cx.t("view-mock-left")));
        bar(ui, ui.available_width(), left as f32 / MOCK_SECONDS as f32, p.amber, &cx.t("view-mock-left"));
        ui.add_space(space::SMALL);
        numbers(ui, cx, mock.sittings(), Some(mock.at()));
        let answered = mock.sittings().iter().filter(|sitting| sitting.is_complete()).count();
        let args = [("n", answered.into()), ("of", mock.sittings().len().into())];
        ui.add(Rich::small(&cx.tw("view-mock-answered", &args)));
    });
    let width = ui.available_width();
    // Until all are answered, going on is the thing to do.
    let all = mock.sittings().iter().all(Sitting::is_complete);
    let kind = if all { Kind::Primary } else { Kind::Plain };
    if button_wide(ui, kind, icon::CHECK_CIRCLE, &cx.t("view-mock-finish"), width).clicked() {
        cx.want(Intent::FinishMock);
    }
    if button_wide(ui, Kind::Plain, icon::SIGN_OUT, &cx.t("view-mock-abandon"), width).clicked() {
        cx.want(Intent::LeaveExam);
    }
}

/// The questions by number: answered, flagged, right or wrong.
fn numbers(ui: &mut Ui, cx: &mut Cx<'_>, sittings: &[Sitting], at: Option<usize>) {
    let look = cx.look;
    let p = &look.palette;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(6.0);
        for (n, sitting) in sittings.iter().enumerate() {
            let here = at == Some(n);
            let (fill, edge, key) = if sitting.checked {
                let right = sitting.is_right();
                let color = if right { p.allowed } else { p.denied };
                (look.tint(color), color, if right { "view-number-right" } else { "view-number-wrong" })
            } else if sitting.flagged {
                (look.tint(p.amber), p.amber, "view-number-flagged")
            } else if sitting.is_complete() {
                (look.tint(p.blue), p.blue, "view-number-answered")
            } else {
                (p.well, p.line, "view-number-open")
            };
            let (rect, response) = ui.allocate_exact_size(Vec2::splat(look.scaled(34.0)), Sense::click());
            let number = (n + 1).to_string();
            let spoken = format!("{number}, {}", cx.t(key));
            response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::Button, true, here, &spoken));
            let width = if here { 2.5 } else { 1.0 };
            let edge = if response.has_focus() {
                p.blue
            } else if here {
                p.ink
            } else {
                edge
            };
            ui.painter().rect(rect, radius::BADGE, fill, Stroke::new(width, edge), egui::StrokeKind::Inside);
            let words = ui.painter().layout_no_wrap(number, look.font(Type::SmallStrong), p.ink);
            ui.painter().galley(rect.center() - words.size() / 2.0, words, p.ink);
            if sitting.flagged {
                // A flag beside the colour.
                let font = look.icon(11.0);
                ui.painter().text(
                    rect.right_top() + Vec2::new(-3.0, 2.0),
                    egui::Align2::RIGHT_TOP,
                    icon::FLAG,
                    font,
                    p.amber,
                );
            }
            if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() {
                cx.want(Intent::GoToQuestion(n));
            }
        }
    });
}

fn result(ui: &mut Ui, cx: &mut Cx<'_>, review: &Review) {
    if let Some(sitting) = review.at.and_then(|at| review.sittings.get(at)) {
        question::show(ui, cx, sitting, false);
        if button(ui, Kind::Primary, icon::ARROW_RIGHT, &cx.t("view-exam-next")).clicked() {
            cx.want(Intent::NextQuestion);
        }
        return;
    }
    let p = cx.look.palette;
    let passed = review.result.passed();
    let color = if passed { p.allowed } else { p.denied };
    ui.add(Rich::new(&cx.t("view-mock-result")).kind(Type::Hero));
    ui.add(Rich::new(cx.say(&review.blueprint.name)));
    notice(ui, color, |ui| {
        let key = if passed { "view-mock-passed" } else { "view-mock-failed" };
        ui.add(Rich::new(&format!("{} · {}", review.result.score, cx.t(key))).kind(Type::Title).color(color));
        let args = [("mark", review.result.pass_mark.into())];
        ui.add(Rich::small(&cx.tw("view-mock-mark", &args)).color(p.soft));
    });
    ui.add(Rich::new(&cx.t("view-mock-domains")).kind(Type::Heading));
    for domain in &review.result.domains {
        let name = review.blueprint.domain(domain.domain).map_or("", |domain| cx.say(&domain.name));
        ui.horizontal(|ui| {
            let args = [("right", domain.right.into()), ("of", domain.of.into())];
            let width = ui.available_width();
            let place = Vec2::new(width * 0.5, cx.look.scaled(28.0));
            ui.allocate_ui_with_layout(place, egui::Layout::left_to_right(egui::Align::Center), |ui| {
                ui.set_min_width(place.x);
                ui.add(Rich::new(&format!("{}. {name}", domain.domain)).kind(Type::Strong));
            });
            let share = domain.right as f32 / domain.of.max(1) as f32;
            bar(ui, width * 0.3, share, if share >= 0.7 { p.allowed } else { p.amber }, name);
            ui.add(Rich::small(&cx.tw("view-exam-known", &args)));
        });
    }
    ui.add(Rich::small(&cx.t("view-mock-note")));
}

fn review_side(ui: &mut Ui, cx: &mut Cx<'_>, review: &Review) {
    let p = cx.look.palette;
    card(ui, |ui| {
        kicker(ui, &cx.t("view-mock-review"), p.violet);
        ui.add(Rich::small(&cx.t("view-mock-review-text")));
        numbers(ui, cx, &review.sittings, review.at);
    });
    let width = ui.available_width();
    let code = review.blueprint.code.clone();
    if button_wide(ui, Kind::Plain, icon::ARROW_CLOCKWISE, &cx.t("view-mock-again"), width).clicked() {
        cx.want(Intent::StartMock(code));
    }
    if button_wide(ui, Kind::Primary, icon::SIGN_OUT, &cx.t("view-exam-leave"), width).clicked() {
        cx.want(Intent::LeaveExam);
    }
}
