//! The world scene on the screen: lays it out when something changed, moves what moves, draws it under the panels.
//!
//! The scene is what the state says it is; motion is only laid over it, so no animation ever holds up the truth.

mod labels;
mod shapes;

use bevy::camera::visibility::NoFrustumCulling;
use bevy::prelude::*;
use bevy_egui::egui;

use super::{Game, Step};
use crate::view::scene::camera::Camera as Eye;
use crate::view::scene::motion::Player;
use crate::view::scene::{Facts, Scene, paint};
use crate::view::theme::{DARK, Palette};
use shapes::QuadMaterial;

/// The order in which things lie over each other.
#[derive(Clone, Copy)]
enum Layer {
    Ground,
    Shapes,
    Words,
    Motion,
}

impl Layer {
    fn z(self) -> f32 {
        match self {
            Self::Ground => 0.0,
            Self::Shapes => 1.0,
            Self::Words => 2.0,
            Self::Motion => 3.0,
        }
    }
}

/// What the world scene knows from frame to frame.
#[derive(Resource)]
pub(super) struct Stage {
    facts: Facts,
    scene: Scene,
    /// The camera, moved by [`crate::view::scene::ui`].
    pub(super) eye: Eye,
    /// What is on its way.
    pub(super) player: Player,
    /// The part of the window that shows the world, in points; none on screens without one.
    view: Option<egui::Rect>,
    /// The window, in the views' points; how many of bevy's logical pixels, and how many physical ones, make a point.
    window: egui::Vec2,
    enlarged: f32,
    pixels_per_point: f32,
    palette: Palette,
    /// What the scene was laid out for.
    laid_out: Option<LaidOut>,
    /// The camera as it was last drawn.
    drawn_eye: Option<Eye>,
    dirty: bool,
    had_effects: bool,
    /// Whether something new is seen in the next frame only.
    owes_frame: bool,
}

/// When any of this changes, the scene is laid out anew.
#[derive(Clone, PartialEq)]
struct LaidOut {
    revision: u64,
    lang: crate::text::Lang,
    room: egui::Vec2,
    dark: bool,
}

impl Default for Stage {
    fn default() -> Self {
        Self {
            facts: Facts::default(),
            scene: Scene::default(),
            eye: Eye::default(),
            player: Player::default(),
            view: None,
            window: egui::vec2(1600.0, 900.0),
            enlarged: 1.0,
            pixels_per_point: 1.0,
            palette: DARK,
            laid_out: None,
            drawn_eye: None,
            dirty: true,
            had_effects: false,
            owes_frame: false,
        }
    }
}

impl Stage {
    /// The scene as last laid out.
    pub(super) fn scene(&self) -> &Scene {
        &self.scene
    }

    /// The scene to look at, and the camera to move.
    pub(super) fn scene_and_eye(&mut self) -> (&Scene, &mut Eye) {
        (&self.scene, &mut self.eye)
    }

    /// The part of the window that shows the world.
    pub(super) fn view(&self) -> Option<egui::Rect> {
        self.view
    }

    /// Says where the world is to be shown, in points, and how large a point is.
    pub(super) fn set_view(
        &mut self,
        view: Option<egui::Rect>,
        window: egui::Vec2,
        enlarged: f32,
        pixels_per_point: f32,
    ) {
        let before = (self.view, self.window, self.enlarged, self.pixels_per_point);
        if before != (view, window, enlarged, pixels_per_point) {
            self.view = view;
            self.window = window;
            self.enlarged = enlarged;
            self.pixels_per_point = pixels_per_point;
            self.dirty = true;
        }
    }

    /// Whether another picture is needed although nobody did anything: something moves, or has just been laid out.
    pub(super) fn wants_frame(&self) -> bool {
        let moves = self.view.is_some() && self.player.is_moving();
        self.dirty || self.owes_frame || self.drawn_eye != Some(self.eye) || moves
    }

    /// Says that what was made now is seen one frame later: bevy lays a text out only once a camera has seen it.
    fn expect_frame(&mut self) {
        self.owes_frame = true;
    }

    fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Points per unit of the world.
    fn zoom(&self) -> f32 {
        self.eye.zoom()
    }

    /// Bevy's logical pixels per point.
    fn enlarged(&self) -> f32 {
        self.enlarged
    }

    fn pixels_per_point(&self) -> f32 {
        self.pixels_per_point
    }

    fn palette(&self) -> &Palette {
        &self.palette
    }

    fn view_or_window(&self) -> egui::Rect {
        self.view.unwrap_or(egui::Rect::from_min_size(egui::Pos2::ZERO, self.window))
    }

    fn to_screen(&self, at: egui::Pos2) -> egui::Pos2 {
        self.eye.to_screen(at, self.view_or_window())
    }

    /// The nearest whole physical pixel.
    fn snap(&self, at: egui::Pos2) -> egui::Pos2 {
        let scale = self.pixels_per_point;
        (at * scale).round() / scale
    }

    /// From points, y down, to bevy's world, where the window's middle is the origin and y points up.
    fn to_bevy(&self, at: egui::Pos2) -> Vec2 {
        Vec2::new(at.x - self.window.x / 2.0, self.window.y / 2.0 - at.y) * self.enlarged
    }
}

/// Marks the meshes.
#[derive(Component)]
struct Ground;
#[derive(Component)]
struct Still;
#[derive(Component)]
struct Moving;

/// The logic, which needs no GPU.
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<Stage>();
    app.add_systems(Update, ((lay_out, move_on).chain().in_set(Step::World), settle.in_set(Step::Rest)));
}

/// The drawing.
pub(super) fn picture_plugin(app: &mut App) {
    app.add_plugins(shapes::plugin).init_resource::<labels::Pool>();
    app.add_systems(Startup, (labels::load, spawn));
    app.add_systems(Last, labels::align_glyphs);
    app.add_systems(Update, (draw_ground, draw_still, draw_moving, labels::draw).chain().in_set(Step::Draw));
}

fn lay_out(game: Res<Game>, mut stage: ResMut<Stage>) {
    stage.owes_frame = false;
    let palette = game.palette();
    if stage.palette != palette {
        stage.palette = palette;
        stage.dirty = true;
    }
    let Some(world) = game.world() else {
        stage.player.stop();
        return;
    };
    let Some(view) = stage.view else { return };
    let wanted = LaidOut { revision: game.revision(), lang: game.app.lang(), room: view.size(), dark: palette.dark };
    if stage.laid_out.as_ref() == Some(&wanted) {
        return;
    }
    let room_changed = stage.laid_out.as_ref().is_none_or(|before| before.room != wanted.room);
    stage.player.follow(&world.cloud, game.may_move());
    let facts = Facts::of(world);
    let scene = Scene::of(&facts, game.app.words(), view.size());
    if scene != stage.scene || room_changed {
        stage.scene = scene;
        if stage.eye.fitted {
            let bounds = stage.scene.bounds;
            stage.eye.fit(bounds, view.size());
        }
        stage.dirty = true;
    }
    stage.facts = facts;
    stage.laid_out = Some(wanted);
}

fn move_on(time: Res<Time>, mut stage: ResMut<Stage>) {
    if stage.player.is_moving() && stage.view.is_some() {
        stage.player.advance(time.delta_secs());
    }
    if stage.drawn_eye != Some(stage.eye) {
        stage.dirty = true;
    }
}

fn spawn(mut commands: Commands, mut meshes: ResMut<Assets<Mesh>>, mut materials: ResMut<Assets<QuadMaterial>>) {
    let material = materials.add(QuadMaterial::default());
    let mut quads = |layer: Layer| {
        let mesh = Mesh2d(meshes.add(shapes::mesh(&[])));
        (mesh, MeshMaterial2d(material.clone()), Transform::from_xyz(0.0, 0.0, layer.z()), NoFrustumCulling)
    };
    commands.spawn((Ground, quads(Layer::Ground)));
    commands.spawn((Still, quads(Layer::Shapes)));
    commands.spawn((Moving, quads(Layer::Motion)));
}

/// The transform that shows the scene as the camera sees it.
fn seen(stage: &Stage, layer: Layer) -> Transform {
    let origin = stage.to_bevy(stage.snap(stage.to_screen(egui::Pos2::ZERO)));
    let scale = stage.zoom() * stage.enlarged();
    Transform::from_translation(origin.extend(layer.z())).with_scale(Vec3::new(scale, scale, 1.0))
}

fn draw_ground(
    stage: Res<Stage>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut clear: ResMut<ClearColor>,
    ground: Single<(&Mesh2d, &mut Transform), With<Ground>>,
) {
    if !stage.is_dirty() {
        return;
    }
    let [r, g, b, a] = shapes::linear(stage.palette().abyss);
    clear.0 = LinearRgba::new(r, g, b, a).into();
    let (mesh, mut transform) = ground.into_inner();
    // Ids of living handles: the insertion cannot fail.
    let _ = meshes.insert(&mesh.0, shapes::ground(stage.scene().bounds.center(), stage.palette()));
    *transform = seen(&stage, Layer::Ground);
}

fn draw_still(
    stage: Res<Stage>,
    mut meshes: ResMut<Assets<Mesh>>,
    still: Single<(&Mesh2d, &mut Transform), With<Still>>,
) {
    if !stage.is_dirty() {
        return;
    }
    let (mesh, mut transform) = still.into_inner();
    let quads = if stage.view().is_some() { paint::scene(stage.scene(), stage.palette()) } else { Vec::new() };
    let _ = meshes.insert(&mesh.0, shapes::mesh(&quads));
    *transform = seen(&stage, Layer::Shapes);
}

fn draw_moving(
    mut stage: ResMut<Stage>,
    mut meshes: ResMut<Assets<Mesh>>,
    moving: Single<(&Mesh2d, &mut Transform), With<Moving>>,
) {
    let effects = if stage.view().is_some() { stage.player.effects(&stage.scene) } else { Vec::new() };
    let (mesh, mut transform) = moving.into_inner();
    if !effects.is_empty() || stage.had_effects {
        let _ = meshes.insert(&mesh.0, shapes::mesh(&paint::effects(&effects, stage.palette())));
        stage.had_effects = !effects.is_empty();
    }
    if stage.is_dirty() {
        *transform = seen(&stage, Layer::Motion);
    }
}

/// All of the stage is drawn now.
fn settle(mut stage: ResMut<Stage>) {
    if stage.is_dirty() {
        stage.dirty = false;
        stage.drawn_eye = Some(stage.eye);
    }
}
