//! Things to press. Each has an accessible name, can be focused, and is pressed by a click, Enter or Space.

use egui::{Color32, CornerRadius, Pos2, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType};

use super::super::theme::{Look, Type, mix, radius};

/// The size of an icon on a button, in points.
const ICON: f32 = 16.5;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The one thing to do here.
    Primary,
    /// Any other.
    Plain,
    /// Takes something away.
    Danger,
    /// Without a ground, for bars.
    Quiet,
}

struct Colors {
    fill: Color32,
    edge: Color32,
    ink: Color32,
}

fn colors(look: &Look, kind: Kind, response: &Response, enabled: bool) -> Colors {
    let p = &look.palette;
    let lit = response.hovered() || response.has_focus();
    let (fill, edge, ink) = match kind {
        Kind::Primary => (if lit { mix(p.primary, p.ink, 0.14) } else { p.primary }, p.primary, p.on_accent),
        Kind::Plain => (if lit { p.hover } else { p.raised }, p.line, p.ink),
        Kind::Danger => (if lit { mix(p.raised, p.denied, 0.2) } else { p.raised }, p.denied, p.denied),
        Kind::Quiet => (if lit { p.hover } else { Color32::TRANSPARENT }, Color32::TRANSPARENT, p.mute),
    };
    if enabled {
        Colors { fill, edge, ink }
    } else {
        Colors { fill: mix(p.panel, p.raised, 0.5), edge: p.line, ink: p.faint }
    }
}

fn focus_ring(ui: &Ui, look: &Look, rect: Rect, corner: u8) {
    let stroke = Stroke::new(2.0, look.palette.blue);
    ui.painter().rect_stroke(rect.expand(2.0), CornerRadius::same(corner + 2), stroke, StrokeKind::Outside);
}

/// An icon and words side by side in one place, both in the middle.
fn paint_face(ui: &Ui, look: &Look, rect: Rect, icon: &str, text: &str, kind: Type, ink: Color32) {
    let painter = ui.painter();
    let words = painter.layout_no_wrap(text.to_owned(), look.font(kind), ink);
    let icon = painter.layout_no_wrap(icon.to_owned(), look.icon(ICON), ink);
    let gap = if icon.size().x > 0.0 && words.size().x > 0.0 { 6.0 } else { 0.0 };
    let width = icon.size().x + gap + words.size().x;
    let left = rect.center().x - width / 2.0;
    painter.galley(Pos2::new(left, rect.center().y - icon.size().y / 2.0), icon.clone(), ink);
    painter.galley(Pos2::new(left + icon.size().x + gap, rect.center().y - words.size().y / 2.0), words, ink);
}

fn face_width(ui: &Ui, look: &Look, icon: &str, text: &str, kind: Type) -> f32 {
    let words = ui.painter().layout_no_wrap(text.to_owned(), look.font(kind), Color32::WHITE).size().x;
    let icon = ui.painter().layout_no_wrap(icon.to_owned(), look.icon(ICON), Color32::WHITE).size().x;
    words + icon + if icon > 0.0 && words > 0.0 { 6.0 } else { 0.0 }
}

/// A button as wide as its words. `icon` may be empty.
pub fn button(ui: &mut Ui, kind: Kind, icon: &str, text: &str) -> Response {
    let look = Look::of(ui.ctx());
    let width = face_width(ui, &look, icon, text, Type::Strong) + 32.0;
    sized(ui, kind, icon, text, Vec2::new(width, look.scaled(38.0)), Type::Strong)
}

/// A button of a given width, in points.
pub fn button_wide(ui: &mut Ui, kind: Kind, icon: &str, text: &str, width: f32) -> Response {
    let look = Look::of(ui.ctx());
    let fits = face_width(ui, &look, icon, text, Type::Strong) + 12.0 <= width;
    let size = if fits { Type::Strong } else { Type::SmallStrong };
    let icon = if face_width(ui, &look, icon, text, size) + 8.0 <= width { icon } else { "" };
    sized(ui, kind, icon, text, Vec2::new(width, look.scaled(38.0)), size)
}

fn sized(ui: &mut Ui, kind: Kind, icon: &str, text: &str, size: Vec2, step: Type) -> Response {
    let look = Look::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, enabled, text));
    if ui.is_rect_visible(rect) {
        let colors = colors(&look, kind, &response, enabled);
        let rect = if response.is_pointer_button_down_on() { rect.translate(Vec2::new(0.0, 1.0)) } else { rect };
        let corner = CornerRadius::same(radius::BUTTON);
        ui.painter().rect(rect, corner, colors.fill, Stroke::new(1.0, colors.edge), StrokeKind::Inside);
        paint_face(ui, &look, rect, icon, text, step, colors.ink);
        if response.has_focus() {
            focus_ring(ui, &look, rect, radius::BUTTON);
        }
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A square with an icon. `name` is what it does: the accessible name and the tooltip.
pub fn icon_button(ui: &mut Ui, icon: &str, name: &str) -> Response {
    let look = Look::of(ui.ctx());
    let side = look.scaled(30.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(side), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, enabled, name));
    if ui.is_rect_visible(rect) {
        let mut colors = colors(&look, Kind::Quiet, &response, enabled);
        if response.hovered() {
            colors.ink = look.palette.ink;
        }
        if !enabled {
            colors.fill = Color32::TRANSPARENT;
            colors.ink = mix(look.palette.panel, look.palette.faint, 0.5);
        }
        ui.painter().rect_filled(rect, CornerRadius::same(radius::BUTTON), colors.fill);
        paint_face(ui, &look, rect, icon, "", Type::Strong, colors.ink);
        if response.has_focus() {
            focus_ring(ui, &look, rect, radius::BUTTON);
        }
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand).on_hover_text(name)
}

/// Words that can be pressed, as a link.
pub fn link(ui: &mut Ui, text: &str) -> Response {
    let look = Look::of(ui.ctx());
    let galley = ui.painter().layout_no_wrap(text.to_owned(), look.font(Type::Small), look.palette.blue);
    let (rect, response) = ui.allocate_exact_size(galley.size() + Vec2::new(0.0, 4.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Link, enabled, text));
    if ui.is_rect_visible(rect) {
        let at = rect.left_center() - Vec2::new(0.0, galley.size().y / 2.0);
        if response.hovered() || response.has_focus() {
            let y = rect.center().y + galley.size().y / 2.0;
            ui.painter().hline(rect.x_range(), y, Stroke::new(1.0, look.palette.blue));
        }
        if response.has_focus() {
            focus_ring(ui, &look, rect.expand2(Vec2::new(3.0, 0.0)), radius::CODE);
        }
        ui.painter().galley(at, galley, look.palette.blue);
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// A tab of a row of tabs, with a line under the chosen one. `count` stands after the name when it is not zero.
pub fn tab(ui: &mut Ui, chosen: bool, text: &str, count: usize) -> Response {
    let look = Look::of(ui.ctx());
    let p = &look.palette;
    let step = if chosen { Type::SmallStrong } else { Type::Small };
    let widest = ui.painter().layout_no_wrap(text.to_owned(), look.font(Type::SmallStrong), p.ink).size().x;
    let number = if count > 0 { count.to_string() } else { String::new() };
    let number = ui.painter().layout_no_wrap(number, look.font(Type::SmallStrong), p.denied);
    let gap = if count > 0 { 6.0 } else { 0.0 };
    let size = Vec2::new(widest + gap + number.size().x + 32.0, look.scaled(36.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, enabled, chosen, text));
    if ui.is_rect_visible(rect) {
        let ink = if chosen || response.hovered() || response.has_focus() { p.ink } else { p.mute };
        let words = ui.painter().layout_no_wrap(text.to_owned(), look.font(step), ink);
        let at = Pos2::new(rect.left() + 16.0, rect.center().y - words.size().y / 2.0);
        ui.painter().galley(at, words, ink);
        let at = Pos2::new(rect.left() + 16.0 + widest + gap, rect.center().y - number.size().y / 2.0);
        ui.painter().galley(at, number, p.denied);
        if chosen {
            let line = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - 2.0), rect.right_bottom());
            ui.painter().rect_filled(line, CornerRadius::ZERO, p.amber);
        }
        if response.has_focus() {
            focus_ring(ui, &look, rect.shrink(4.0), radius::CODE);
        }
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// One of a few choices side by side; returns the chosen one when it changes.
pub fn segmented<T: Copy + PartialEq>(ui: &mut Ui, chosen: T, choices: &[(T, &str)]) -> Option<T> {
    let look = Look::of(ui.ctx());
    let p = look.palette;
    let mut picked = None;
    let mut choices = choices.to_vec();
    if ui.layout().prefer_right_to_left() {
        choices.reverse();
    }
    egui::Frame::new()
        .fill(p.well)
        .stroke(look.rule())
        .corner_radius(radius::BUTTON)
        .inner_margin(egui::Margin::same(3))
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                for (value, text) in choices {
                    let on = value == chosen;
                    let ink = if on { p.ink } else { p.mute };
                    let words = ui.painter().layout_no_wrap(text.to_owned(), look.font(Type::SmallStrong), ink);
                    let size = Vec2::new(words.size().x + 28.0, look.scaled(30.0));
                    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
                    let enabled = ui.is_enabled();
                    response.widget_info(|| WidgetInfo::selected(WidgetType::RadioButton, enabled, on, text));
                    let fill = match (on, response.hovered()) {
                        (true, _) => p.hover,
                        (false, true) => p.raised,
                        (false, false) => Color32::TRANSPARENT,
                    };
                    let edge = if on { look.rule() } else { Stroke::NONE };
                    ui.painter().rect(rect, CornerRadius::same(radius::BADGE), fill, edge, StrokeKind::Inside);
                    ui.painter().galley(rect.center() - words.size() / 2.0, words, ink);
                    if response.has_focus() {
                        focus_ring(ui, &look, rect, radius::BADGE);
                    }
                    if response.on_hover_cursor(egui::CursorIcon::PointingHand).clicked() && !on {
                        picked = Some(value);
                    }
                }
            });
        });
    picked
}

/// A line of a list that can be chosen, as wide as there is place. `spoken` is its accessible name.
pub fn list_item(ui: &mut Ui, on: bool, icon: &str, text: &str, ink: Color32, spoken: &str) -> Response {
    let look = Look::of(ui.ctx());
    let p = &look.palette;
    let size = Vec2::new(ui.available_width(), look.scaled(30.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(WidgetType::SelectableLabel, enabled, on, spoken));
    if ui.is_rect_visible(rect) {
        let fill = match (on, response.hovered() || response.has_focus()) {
            (true, _) => p.hover,
            (false, true) => p.raised,
            (false, false) => Color32::TRANSPARENT,
        };
        ui.painter().rect_filled(rect, CornerRadius::same(radius::BADGE), fill);
        if on {
            let bar = Rect::from_min_size(rect.min + Vec2::new(0.0, 6.0), Vec2::new(3.0, rect.height() - 12.0));
            ui.painter().rect_filled(bar, CornerRadius::same(2), p.amber);
        }
        let ink = if on { p.ink } else { ink };
        let mut job = look.with_icon(icon, text, Type::Body, ink);
        job.wrap = egui::text::TextWrapping::truncate_at_width(rect.width() - 18.0);
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        ui.painter().galley(rect.left_center() + Vec2::new(11.0, -galley.size().y / 2.0), galley, ink);
        if response.has_focus() {
            focus_ring(ui, &look, rect.shrink(2.0), radius::CODE);
        }
    }
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}

/// One line to type into, of a width in points. `name` is its accessible name.
pub fn text_field(ui: &mut Ui, text: &mut String, name: &str, hint: &str, width: f32) -> Response {
    let look = Look::of(ui.ctx());
    let field = egui::TextEdit::singleline(text)
        .hint_text(egui::RichText::new(hint).color(look.palette.mute))
        .margin(egui::Margin::symmetric(10, 7))
        .char_limit(400)
        .desired_width(width);
    let response = ui.add(field);
    let typed = text.clone();
    response.widget_info(|| {
        let mut info = WidgetInfo::text_edit(true, &typed, &typed, "");
        info.label = Some(name.to_owned());
        info
    });
    response
}

/// Something that is on or off.
pub fn check(ui: &mut Ui, on: &mut bool, text: &str) -> Response {
    let look = Look::of(ui.ctx());
    ui.scope(|ui| {
        let widgets = &mut ui.visuals_mut().widgets;
        for state in [&mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
            state.corner_radius = CornerRadius::same(4);
            state.bg_stroke = Stroke::new(1.0, look.palette.faint);
        }
        ui.spacing_mut().icon_width = 18.0;
        ui.checkbox(on, text)
    })
    .inner
}
