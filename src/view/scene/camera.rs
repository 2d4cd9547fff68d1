//! Where the eye is: pan, zoom and fit, as plain numbers.

use egui::{Pos2, Rect, Vec2};

/// The zoom from which the smallest text of the scene can be read.
pub const READABLE: f32 = 0.86;
/// Zoom steps are this apart, so that text is drawn sharp in a known set of sizes.
const STEP: f32 = 1.06;
/// Lowest and highest step: 0.31 to 3.2.
const STEPS: std::ops::RangeInclusive<i32> = -20..=20;
/// Fitting does not go beyond this step: 1.26.
const FIT_MOST: i32 = 4;
/// Free space around the scene when it is fitted, in logical pixels.
const MARGIN: f32 = 22.0;
/// On the right there is more of it: the buttons stand there.
const BUTTONS: f32 = 34.0;

/// What part of the world is seen, and how large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The world's point in the middle of the view.
    pub center: Pos2,
    step: i32,
    /// Whether the view follows the scene's bounds as they grow. Panning and zooming end it, fitting begins it.
    pub fitted: bool,
}

impl Default for Camera {
    fn default() -> Self {
        Self { center: Pos2::ZERO, step: 0, fitted: true }
    }
}

/// The zoom at which `bounds` fit into `room`.
pub fn fit_zoom(bounds: Rect, room: Vec2) -> f32 {
    zoom_of(fit_step(bounds, room))
}

fn zoom_of(step: i32) -> f32 {
    STEP.powi(step)
}

fn fit_step(bounds: Rect, room: Vec2) -> i32 {
    let free = (room - Vec2::splat(2.0 * MARGIN) - Vec2::new(BUTTONS, 0.0)).max(Vec2::splat(1.0));
    let exact = (free.x / bounds.width().max(1.0)).min(free.y / bounds.height().max(1.0));
    let step = (exact.ln() / STEP.ln()).floor();
    // Not a number only for infinite bounds, which no layout makes; the cast then gives 0.
    (step as i32).clamp(*STEPS.start(), FIT_MOST)
}

impl Camera {
    /// Logical pixels per unit of the world.
    pub fn zoom(&self) -> f32 {
        zoom_of(self.step)
    }

    /// Shows all of `bounds` in a view of `room`.
    pub fn fit(&mut self, bounds: Rect, room: Vec2) {
        self.step = fit_step(bounds, room);
        self.center = bounds.center() + Vec2::new(BUTTONS / 2.0 / self.zoom(), 0.0);
        self.fitted = true;
    }

    /// Moves the picture by `delta` logical pixels.
    pub fn pan(&mut self, delta: Vec2) {
        self.center -= delta / self.zoom();
        self.fitted = false;
    }

    /// Zooms by `steps`, keeping the world's point under `anchor` (in the view's coordinates) where it is.
    pub fn zoom_by(&mut self, steps: i32, anchor: Pos2, view: Rect) {
        let before = self.to_world(anchor, view);
        self.step = (self.step + steps).clamp(*STEPS.start(), *STEPS.end());
        let after = self.to_world(anchor, view);
        self.center += before - after;
        self.fitted = false;
    }

    /// From the world to the screen, where `view` is the part of the screen that shows the world.
    pub fn to_screen(&self, at: Pos2, view: Rect) -> Pos2 {
        view.center() + (at - self.center) * self.zoom()
    }

    /// From the screen to the world.
    pub fn to_world(&self, at: Pos2, view: Rect) -> Pos2 {
        self.center + (at - view.center()) / self.zoom()
    }

    /// A rectangle of the world on the screen.
    pub fn rect_to_screen(&self, rect: Rect, view: Rect) -> Rect {
        Rect::from_min_max(self.to_screen(rect.min, view), self.to_screen(rect.max, view))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{pos2, vec2};

    fn view() -> Rect {
        Rect::from_min_size(pos2(300.0, 50.0), vec2(900.0, 600.0))
    }

    #[test]
    fn fitting_shows_all_of_the_scene() {
        let mut camera = Camera::default();
        for size in [vec2(300.0, 200.0), vec2(2000.0, 500.0), vec2(500.0, 1700.0)] {
            let bounds = Rect::from_min_size(pos2(-40.0, 12.0), size);
            camera.fit(bounds, view().size());
            assert!(view().contains_rect(camera.rect_to_screen(bounds, view())), "{size:?}");
        }
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let mut camera = Camera::default();
        let anchor = pos2(420.0, 130.0);
        let before = camera.to_world(anchor, view());
        camera.zoom_by(5, anchor, view());
        assert!((camera.to_world(anchor, view()) - before).length() < 0.01);
        assert!(!camera.fitted && camera.zoom() > 1.2);
    }

    #[test]
    fn zoom_has_ends_and_panning_moves_by_screen_pixels() {
        let mut camera = Camera::default();
        camera.zoom_by(1000, view().center(), view());
        assert!(camera.zoom() < 4.0);
        camera.zoom_by(-1000, view().center(), view());
        assert!(camera.zoom() > 0.2);
        let before = camera.to_screen(Pos2::ZERO, view());
        camera.pan(vec2(30.0, -8.0));
        assert!((camera.to_screen(Pos2::ZERO, view()) - before - vec2(30.0, -8.0)).length() < 0.01);
    }
}
