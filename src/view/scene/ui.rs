//! Pointing at the scene: hover, click, keyboard focus, pan and zoom, over the part of the window that shows it.
//!
//! Draws only what must lie above the picture: the focus ring and the three small buttons.

use egui::{Event, Key, MouseWheelUnit, Rect, Response, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, WidgetType};
use egui_phosphor::regular as icons;

use super::camera::Camera;
use super::{NodeId, Scene, Surface};
use crate::text::Words;
use crate::view::fonts;
use crate::view::theme::Look;

/// Points of a trackpad's scrolling that make one step of zoom.
const POINTS_PER_STEP: f32 = 24.0;

/// Lets people point at `scene` within `view`. Moves the camera; returns what was clicked or chosen by key.
pub fn scene_ui(ui: &mut Ui, view: Rect, scene: &Scene, camera: &mut Camera, words: &Words) -> Option<NodeId> {
    let ground = ui.interact(view, ui.id().with("world"), Sense::click_and_drag());
    let name = words.get("scene-name");
    ground.widget_info(|| WidgetInfo::labeled(WidgetType::Other, true, &name));
    let mut chosen = None;
    let mut dragged = ground.drag_delta();
    let mut hovered = ground.contains_pointer();
    let mut focused = ground.has_focus();
    for node in scene.nodes.iter().filter(|node| !node.hover.is_empty()) {
        let rect = camera.rect_to_screen(node.rect, view);
        if !rect.intersects(view) {
            continue;
        }
        let response = node_ui(ui, view, rect, node);
        dragged += response.drag_delta();
        hovered |= response.contains_pointer();
        focused |= response.has_focus();
        if response.clicked() {
            chosen = Some(node.id.clone());
        }
    }
    if dragged != Vec2::ZERO {
        camera.pan(dragged);
    }
    if hovered {
        wheel(ui, view, camera);
    }
    if focused || ui.memory(|memory| memory.focused().is_none()) {
        keys(ui, view, scene, camera);
    }
    buttons(ui, view, scene, camera, words);
    chosen
}

fn node_ui(ui: &mut Ui, view: Rect, rect: Rect, node: &super::Node) -> Response {
    // Cards and rows are reached by Tab; bars and chips only by pointing, or Tab would take for ever.
    let reached = matches!(
        node.surface,
        Surface::Card | Surface::Gate | Surface::Inset | Surface::Frame | Surface::Zone | Surface::Sign
    ) || matches!(node.id, NodeId::Task(_) | NodeId::Endpoint(_));
    let sense = if reached { Sense::click_and_drag() } else { Sense::CLICK | Sense::DRAG };
    let response = ui.interact(rect.intersect(view), ui.id().with(("world", &node.id)), sense);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &node.hover));
    if response.has_focus() {
        let look = Look::of(ui.ctx());
        let painter = ui.painter().with_clip_rect(view);
        let stroke = Stroke::new(2.0, look.palette.amber);
        painter.rect_stroke(rect.expand(4.0), 12, stroke, StrokeKind::Outside);
    }
    if response.hovered() && response.dragged() {
        return response;
    }
    response.on_hover_text_at_pointer(&node.hover)
}

fn wheel(ui: &Ui, view: Rect, camera: &mut Camera) {
    let Some(anchor) = ui.input(|input| input.pointer.hover_pos()).filter(|at| view.contains(*at)) else { return };
    let id = ui.id().with("wheel");
    let mut rest: f32 = ui.data(|data| data.get_temp(id)).unwrap_or_default();
    ui.input(|input| {
        for event in &input.events {
            if let Event::MouseWheel { unit, delta, .. } = event {
                rest += match unit {
                    MouseWheelUnit::Point => delta.y / POINTS_PER_STEP,
                    MouseWheelUnit::Line | MouseWheelUnit::Page => delta.y.clamp(-3.0, 3.0) * 2.0,
                };
            }
        }
    });
    let steps = rest.trunc();
    ui.data_mut(|data| data.insert_temp(id, rest - steps));
    if steps != 0.0 {
        camera.zoom_by(steps as i32, anchor, view);
    }
}

fn keys(ui: &Ui, view: Rect, scene: &Scene, camera: &mut Camera) {
    let pressed = |key| ui.input(|input| input.modifiers.is_none() && input.key_pressed(key));
    if pressed(Key::Plus) || pressed(Key::Equals) {
        camera.zoom_by(2, view.center(), view);
    }
    if pressed(Key::Minus) {
        camera.zoom_by(-2, view.center(), view);
    }
    if pressed(Key::Num0) {
        camera.fit(scene.bounds, view.size());
    }
}

fn buttons(ui: &mut Ui, view: Rect, scene: &Scene, camera: &mut Camera, words: &Words) {
    const SIDE: f32 = 34.0;
    let all = [(icons::PLUS, "scene-zoom-in"), (icons::MINUS, "scene-zoom-out"), (icons::CORNERS_OUT, "scene-fit")];
    let top = view.bottom() - 12.0 - all.len() as f32 * (SIDE + 6.0) + 6.0;
    for (index, (icon, key)) in all.into_iter().enumerate() {
        let at = egui::pos2(view.right() - 12.0 - SIDE, top + index as f32 * (SIDE + 6.0));
        let rect = Rect::from_min_size(at, Vec2::splat(SIDE));
        let name = words.get(key);
        let sign = egui::RichText::new(icon).font(egui::FontId::new(15.0, fonts::icons()));
        let response = ui.put(rect, egui::Button::new(sign).min_size(rect.size()));
        response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, &name));
        if response.on_hover_text(&name).clicked() {
            match index {
                0 => camera.zoom_by(2, view.center(), view),
                1 => camera.zoom_by(-2, view.center(), view),
                _ => camera.fit(scene.bounds, view.size()),
            }
        }
    }
}
