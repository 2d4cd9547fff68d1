//! Grounds and small marks: cards, pills, badges, bars, stars, swatches.

use egui::{
    Color32, CornerRadius, Frame, InnerResponse, Margin, Pos2, Rect, Response, Sense, Shape, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, WidgetType,
};

use super::super::theme::{Look, Type, radius, space};
use super::rich::Rich;

/// A card as wide as there is place.
pub fn card<R>(ui: &mut Ui, add: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let look = Look::of(ui.ctx());
    Frame::new()
        .fill(look.palette.panel)
        .stroke(look.rule())
        .corner_radius(radius::CARD)
        .inner_margin(Margin::same(20))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add(ui)
        })
}

/// A coloured box for what matters now: a verdict, a warning.
pub fn notice<R>(ui: &mut Ui, color: Color32, add: impl FnOnce(&mut Ui) -> R) -> InnerResponse<R> {
    let look = Look::of(ui.ctx());
    Frame::new()
        .fill(look.tint(color))
        .stroke(Stroke::new(1.0, super::super::theme::mix(look.palette.panel, color, 0.5)))
        .corner_radius(radius::BOX)
        .inner_margin(Margin::symmetric(13, 11))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            add(ui)
        })
}

/// The small coloured line above a title.
pub fn kicker(ui: &mut Ui, text: &str, color: Color32) -> Response {
    let upper = text.to_uppercase();
    ui.add(Rich::new(&upper).kind(Type::Kicker).color(color).verbatim())
}

/// A rule across.
pub fn rule(ui: &mut Ui) {
    let look = Look::of(ui.ctx());
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, look.rule());
}

/// A rounded note: a quiet name and what it is, as `region ap-northeast-2`.
pub fn pill(ui: &mut Ui, icon: &str, name: &str, value: &str) -> Response {
    pill_sensing(ui, icon, name, value, Sense::hover(), WidgetType::Label)
}

/// A pill that can be pressed.
pub fn pill_button(ui: &mut Ui, icon: &str, name: &str, value: &str) -> Response {
    pill_sensing(ui, icon, name, value, Sense::click(), WidgetType::Button)
        .on_hover_cursor(egui::CursorIcon::PointingHand)
}

fn pill_sensing(ui: &mut Ui, icon: &str, name: &str, value: &str, sense: Sense, kind: WidgetType) -> Response {
    let look = Look::of(ui.ctx());
    let p = &look.palette;
    let parts = [
        ui.painter().layout_no_wrap(icon.to_owned(), look.icon(14.5), p.mute),
        ui.painter().layout_no_wrap(name.to_owned(), look.font(Type::Small), p.mute),
        ui.painter().layout_no_wrap(value.to_owned(), look.font(Type::SmallStrong), p.ink),
    ];
    let filled: Vec<_> = parts.into_iter().filter(|part| part.size().x > 0.0).collect();
    let gaps = filled.len().saturating_sub(1) as f32 * 5.0;
    let width = filled.iter().map(|part| part.size().x).sum::<f32>() + gaps + 24.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, look.scaled(28.0)), sense);
    let enabled = ui.is_enabled();
    let label = [name, value].join(" ");
    response.widget_info(|| WidgetInfo::labeled(kind, enabled, label.trim()));
    if ui.is_rect_visible(rect) {
        let lit = sense.senses_click() && (response.hovered() || response.has_focus());
        let fill = if lit { p.hover } else { p.raised };
        let edge = if response.has_focus() { Stroke::new(2.0, p.blue) } else { look.rule() };
        ui.painter().rect(rect, CornerRadius::same(255), fill, edge, StrokeKind::Inside);
        let mut x = rect.left() + 12.0;
        for part in filled {
            let size = part.size();
            ui.painter().galley(Pos2::new(x, rect.center().y - size.y / 2.0), part, p.ink);
            x += size.x + 5.0;
        }
    }
    response
}

/// A small square with a number, a letter or an icon.
pub fn badge(ui: &mut Ui, text: &str, color: Color32) -> Response {
    let look = Look::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(look.scaled(22.0)), Sense::hover());
    ui.painter().rect_filled(rect, CornerRadius::same(radius::BADGE), look.tint(color));
    let words = ui.painter().layout_no_wrap(text.to_owned(), look.font(Type::SmallStrong), color);
    ui.painter().galley(rect.center() - words.size() / 2.0, words, color);
    response
}

/// How far: a thin bar, `share` from 0 to 1. `name` says what it measures.
pub fn bar(ui: &mut Ui, width: f32, share: f32, color: Color32, name: &str) -> Response {
    let look = Look::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, look.scaled(7.0)), Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(WidgetType::ProgressIndicator, true, name);
        info.value = Some(f64::from(share));
        info
    });
    let corner = CornerRadius::same(255);
    ui.painter().rect_filled(rect, corner, look.palette.line);
    let mut done = rect;
    done.set_width((rect.width() * share.clamp(0.0, 1.0)).max(if share > 0.0 { rect.height() } else { 0.0 }));
    ui.painter().rect_filled(done, corner, color);
    response
}

/// A star's outline around `center`.
fn star(center: Pos2, size: f32) -> Vec<Pos2> {
    (0..10)
        .map(|n| {
            let turn = std::f32::consts::TAU * (n as f32 / 10.0 - 0.25);
            let reach = if n % 2 == 0 { size } else { size * 0.42 };
            center + reach * Vec2::angled(turn)
        })
        .collect()
}

/// Earned stars of a number of stars, painted from `left`, in the middle of its height. Returns the width.
pub fn stars(ui: &mut Ui, earned: u32, of: u32, size: f32, name: &str) -> Response {
    let look = Look::of(ui.ctx());
    let step = size * 2.3;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(step * of as f32, size * 2.2), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, name));
    for n in 0..of {
        let center = Pos2::new(rect.left() + step * (n as f32 + 0.5), rect.center().y);
        let points = star(center, size);
        // A star is not convex: ten triangles around its centre.
        let color = if n < earned { look.palette.amber } else { look.palette.line };
        let mut mesh = egui::Mesh::default();
        mesh.colored_vertex(center, color);
        for point in &points {
            mesh.colored_vertex(*point, color);
        }
        for n in 0..10u32 {
            mesh.add_triangle(0, 1 + n, 1 + (n + 1) % 10);
        }
        ui.painter().add(Shape::mesh(mesh));
        ui.painter().add(Shape::closed_line(points, Stroke::new(0.8, color)));
    }
    response
}

/// A layer's colour with its short name.
pub fn swatch(ui: &mut Ui, color: Color32, text: &str, width: f32) -> Response {
    let look = Look::of(ui.ctx());
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, look.scaled(22.0)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, text));
    ui.painter().rect_filled(rect, CornerRadius::same(radius::CODE), color);
    let ink = super::super::theme::ON_LAYER;
    let words = ui.painter().layout_no_wrap(text.to_owned(), look.font(Type::MonoSmall), ink);
    if words.size().x + 8.0 <= width {
        ui.painter().galley(rect.left_center() + Vec2::new(7.0, -words.size().y / 2.0), words, ink);
    }
    response
}

/// A name on the left and its value on the right, with a rule above, as in the side card of the map.
pub fn field(ui: &mut Ui, name: &str, value: &str, color: Option<Color32>) -> Response {
    let look = Look::of(ui.ctx());
    rule(ui);
    ui.scope(|ui| {
        // As high as its text: a control's height would be more below it than above.
        ui.spacing_mut().interact_size.y = 0.0;
        let width = ui.available_width();
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            let before = ui.available_width();
            ui.scope(|ui| {
                ui.set_max_width(width * 0.4);
                ui.add(Rich::small(name));
            });
            let used = before - ui.available_width();
            let rich = Rich::new(value).kind(Type::Small).color(color.unwrap_or(look.palette.ink));
            let room = (width - used - space::MEDIUM).max(40.0);
            let (galley, _) = rich.galley(ui, room);
            ui.add_space(space::MEDIUM + (room - galley.size().x).max(0.0));
            ui.vertical(|ui| ui.add(rich)).inner
        })
        .inner
    })
    .inner
}

/// A place with nothing in it yet, and what would fill it.
pub fn empty(ui: &mut Ui, icon: &str, title: &str, hint: &str) {
    let look = Look::of(ui.ctx());
    ui.vertical_centered(|ui| {
        ui.add_space(space::PAGE);
        ui.label(egui::RichText::new(icon).font(look.icon(34.0)).color(look.palette.faint));
        ui.add(Rich::new(title).kind(Type::Strong).color(look.palette.soft).centered());
        ui.add(Rich::small(hint).centered());
        ui.add_space(space::PAGE);
    });
}

/// The dotted ground of the map and the world, as far as the clip reaches.
pub fn dots(ui: &Ui, rect: Rect) {
    let look = Look::of(ui.ctx());
    let color = super::super::theme::mix(look.palette.abyss, look.palette.line, 0.9);
    let step = 32.0;
    let mut mesh = egui::Mesh::default();
    let (columns, rows) = ((rect.width() / step) as u32, (rect.height() / step) as u32);
    for row in 0..=rows {
        for column in 0..=columns {
            let at = rect.min + Vec2::new(column as f32 * step + 1.0, row as f32 * step + 1.0);
            mesh.add_colored_rect(Rect::from_center_size(at, Vec2::splat(1.6)), color);
        }
    }
    ui.painter().add(Shape::mesh(mesh));
}
