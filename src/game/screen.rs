//! The panels: egui's pass, in which the views are shown and intents collected.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass, egui};

use super::Game;
use super::world::Stage;
use crate::view::{self, scene};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(EguiPrimaryContextPass, show);
}

/// Shows the screen. Changes nothing but what views remember, and the list of intents: egui may run a pass twice.
fn show(
    mut contexts: EguiContexts,
    mut game: ResMut<Game>,
    mut stage: ResMut<Stage>,
    mut fonts_set: Local<bool>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    // What egui is told counts from its next pass on.
    let zoom = view::zoom(ctx.viewport_rect().size() * ctx.zoom_factor());
    ctx.set_zoom_factor(zoom);
    if !*fonts_set {
        // Not in `Startup`: the context is there from its first pass on only. Fonts count from the next pass.
        view::setup(ctx);
        *fonts_set = true;
        ctx.request_discard("fonts");
        return Ok(());
    }
    let window = ctx.viewport_rect();
    let builder = egui::UiBuilder::new().layer_id(egui::LayerId::background()).max_rect(window);
    let mut ui = egui::Ui::new(ctx.clone(), "root".into(), builder);
    let Game { app, view, intents, .. } = &mut *game;
    view::show(&mut ui, app, view, intents);
    stage.set_view(view.world_rect, window.size(), ctx.zoom_factor(), ctx.pixels_per_point());
    if let Some(rect) = view.world_rect {
        let (scene, eye) = stage.scene_and_eye();
        if let Some(chosen) = scene::ui::scene_ui(&mut ui, rect, scene, eye, app.words()) {
            let world = app.session().map(|session| session.world());
            intents.extend(world.and_then(|world| scene::select::intent(&chosen, world)));
        }
    }
    Ok(())
}
