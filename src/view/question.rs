//! An exam question: its options, and once checked, why each is right or wrong. Used by the hall and the debrief.

use egui::{Color32, Frame, Key, Margin, Sense, Stroke, Ui, Vec2};

use super::Cx;
use super::theme::{Type, mix, radius, space};
use super::widgets::{Rich, kicker};
use crate::app::Intent;
use crate::exam::{Kind, Sitting};

/// The letters of options.
const LETTERS: [&str; 8] = ["A", "B", "C", "D", "E", "F", "G", "H"];

/// Draws the question. `keys`: whether the digits and letters choose.
pub(super) fn show(ui: &mut Ui, cx: &mut Cx<'_>, sitting: &Sitting, keys: bool) {
    let look = cx.look;
    let question = sitting.question();
    let exams: Vec<_> = question.exam.iter().map(ToString::to_string).collect();
    let head = format!("{} · {}", cx.concept(&question.topic), exams.join(" · "));
    kicker(ui, &head, look.palette.violet);
    ui.add_space(2.0);
    ui.add(Rich::new(cx.say(&question.text).trim()).kind(Type::Heading));
    if let Kind::Multiple(count) = question.kind {
        ui.add(Rich::small(&cx.tw("view-question-choose", &[("n", count.into())])));
    }
    ui.add_space(space::SMALL);
    for (place, (option, chosen)) in sitting.options().enumerate() {
        let letter = LETTERS.get(place).copied().unwrap_or("");
        let why = sitting.checked.then(|| cx.say(&option.why));
        let state = match (sitting.checked, option.correct, chosen) {
            (true, true, _) => State::Right,
            (true, false, true) => State::Wrong,
            (true, false, false) => State::Plain,
            (false, _, true) => State::Chosen,
            (false, _, false) => State::Plain,
        };
        let clicked = option_ui(ui, cx, letter, cx.say(&option.text), why, state, chosen, sitting.checked);
        let pressed = keys && !sitting.checked && key(ui, place);
        if (clicked || pressed) && !sitting.checked {
            cx.want(Intent::Choose(place));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    Chosen,
    Right,
    Wrong,
}

fn key(ui: &Ui, place: usize) -> bool {
    const KEYS: [(Key, Key); 6] = [
        (Key::A, Key::Num1),
        (Key::B, Key::Num2),
        (Key::C, Key::Num3),
        (Key::D, Key::Num4),
        (Key::E, Key::Num5),
        (Key::F, Key::Num6),
    ];
    let free = !ui.ctx().egui_wants_keyboard_input();
    free && KEYS.get(place).is_some_and(|(letter, digit)| {
        ui.input(|input| {
            let plain = input.modifiers.is_none();
            plain && (input.key_pressed(*letter) || input.key_pressed(*digit))
        })
    })
}

#[expect(clippy::too_many_arguments, reason = "one option, as it is drawn")]
fn option_ui(
    ui: &mut Ui,
    cx: &Cx<'_>,
    letter: &str,
    text: &str,
    why: Option<&str>,
    state: State,
    chosen: bool,
    checked: bool,
) -> bool {
    let look = cx.look;
    let p = &look.palette;
    let (edge, fill): (Color32, Color32) = match state {
        State::Plain => (p.line, p.panel),
        State::Chosen => (p.blue, look.tint(p.blue)),
        State::Right => (p.allowed, look.tint(p.allowed)),
        State::Wrong => (p.denied, look.tint(p.denied)),
    };
    let id = ui.id().with(("option", letter));
    let before = ui.ctx().read_response(id);
    let lit = !checked && before.as_ref().is_some_and(|r| r.hovered() || r.has_focus());
    let inner = Frame::new()
        .fill(if lit && state == State::Plain { mix(p.panel, p.hover, 0.6) } else { fill })
        .stroke(Stroke::new(1.5, edge))
        .corner_radius(radius::CARD)
        .inner_margin(Margin::symmetric(16, 13))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing = Vec2::new(14.0, 3.0);
                letter_ui(ui, cx, letter, state);
                ui.vertical(|ui| {
                    ui.add(Rich::new(text.trim()).color(p.ink).fixed());
                    if let Some(why) = why {
                        let said = match (state, chosen) {
                            (State::Right, true) => cx.t("view-question-right-chosen"),
                            (State::Right, false) => cx.t("view-question-right"),
                            (State::Wrong, _) => cx.t("view-question-wrong"),
                            _ => String::new(),
                        };
                        if !said.is_empty() {
                            let color = if state == State::Wrong { p.denied } else { p.allowed };
                            ui.add(Rich::new(&said).kind(Type::SmallStrong).color(color).fixed());
                        }
                        ui.add(Rich::small(why.trim()).fixed());
                    }
                });
            });
        })
        .response;
    let response = ui.interact(inner.rect, id, if checked { Sense::hover() } else { Sense::click() });
    let name = format!("{letter}. {}", text.trim());
    response.widget_info(|| egui::WidgetInfo::selected(egui::WidgetType::RadioButton, !checked, chosen, &name));
    if response.has_focus() {
        let ring = Stroke::new(2.0, p.blue);
        ui.painter().rect_stroke(inner.rect.expand(2.0), radius::CARD, ring, egui::StrokeKind::Outside);
    }
    if !checked {
        return response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked();
    }
    false
}

fn letter_ui(ui: &mut Ui, cx: &Cx<'_>, letter: &str, state: State) {
    let look = cx.look;
    let p = &look.palette;
    let side = look.scaled(26.0);
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    let (fill, edge, ink) = match state {
        State::Plain => (Color32::TRANSPARENT, p.line, p.mute),
        State::Chosen => (p.blue, p.blue, p.on_accent),
        State::Right => (p.allowed, p.allowed, p.on_accent),
        State::Wrong => (p.denied, p.denied, p.on_accent),
    };
    ui.painter().rect(rect, 7.0, fill, Stroke::new(1.5, edge), egui::StrokeKind::Inside);
    let words = ui.painter().layout_no_wrap(letter.to_owned(), look.font(Type::SmallStrong), ink);
    ui.painter().galley(rect.center() - words.size() / 2.0, words, ink);
}
