//! The window's icon: the crate of the top bar, drawn here in numbers.

use bevy::ecs::system::NonSendMarker;
use bevy::prelude::*;
use bevy::window::PrimaryWindow;
use bevy::winit::WINIT_WINDOWS;
use bevy_egui::egui::Color32;
use winit::window::Icon;

use crate::view::theme::DARK;

/// Width and height, in pixels. Systems make smaller ones of it.
const SIDE: u16 = 64;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, set);
}

/// Gives the window its icon as soon as there is a window. Only the main thread may.
fn set(_main: NonSendMarker, mut done: Local<bool>, windows: Query<Entity, With<PrimaryWindow>>) {
    if *done {
        return;
    }
    WINIT_WINDOWS.with_borrow(|opened| {
        for window in windows.iter().filter_map(|entity| opened.get_window(entity)) {
            // The pixels are as many as the sides say: it cannot fail.
            window.set_window_icon(Icon::from_rgba(pixels(), u32::from(SIDE), u32::from(SIDE)).ok());
            *done = true;
        }
    });
}

/// A box around the middle: half its side, the radius of its corners, and, for a frame, how thick that is.
struct Shape {
    half: f32,
    radius: f32,
    frame: Option<f32>,
    color: Color32,
}

/// From the outside in: the ground, the crate, what is in it.
const SHAPES: [Shape; 3] = [
    Shape { half: 31.5, radius: 14.0, frame: None, color: DARK.deck },
    Shape { half: 19.0, radius: 6.0, frame: Some(6.0), color: DARK.amber },
    Shape { half: 6.5, radius: 1.5, frame: None, color: DARK.amber },
];

impl Shape {
    /// How much of the pixel at a distance from the middle is covered.
    fn cover(&self, x: f32, y: f32) -> f32 {
        let inner = self.half - self.radius;
        let (dx, dy) = (x.abs() - inner, y.abs() - inner);
        let outside = dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - self.radius;
        let within = self.frame.map_or(f32::MAX, |thick| outside + thick);
        (0.5 - outside).clamp(0.0, 1.0).min((within + 0.5).clamp(0.0, 1.0))
    }
}

/// RGBA, row by row, not premultiplied.
fn pixels() -> Vec<u8> {
    let middle = f32::from(SIDE) / 2.0 - 0.5;
    let mut out = Vec::with_capacity(usize::from(SIDE) * usize::from(SIDE) * 4);
    for y in 0..SIDE {
        for x in 0..SIDE {
            let (x, y) = (f32::from(x) - middle, f32::from(y) - middle);
            let mut color = DARK.deck;
            let mut alpha: f32 = 0.0;
            for shape in &SHAPES {
                let cover = shape.cover(x, y);
                color = color.lerp_to_gamma(shape.color, cover);
                alpha = alpha.max(cover);
            }
            out.extend([color.r(), color.g(), color.b(), (alpha * 255.0).round() as u8]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_has_clear_corners_a_dark_ground_and_an_amber_crate() {
        let pixels = pixels();
        let side = usize::from(SIDE);
        assert_eq!(pixels.len(), side * side * 4);
        let at = |x: usize, y: usize| {
            let from = (y * side + x) * 4;
            [pixels[from], pixels[from + 1], pixels[from + 2], pixels[from + 3]]
        };
        let solid = |color: Color32| [color.r(), color.g(), color.b(), 255];
        assert_eq!(at(0, 0)[3], 0);
        assert_eq!(at(32, 4), solid(DARK.deck));
        assert_eq!(at(15, 32), solid(DARK.amber));
        assert_eq!(at(22, 32), solid(DARK.deck));
        assert_eq!(at(32, 32), solid(DARK.amber));
    }
}
