//! The scene's words as `Text2d`: drawn at the size that the zoom asks for, on whole pixels, so that they stay sharp.

use bevy::prelude::*;
use bevy::sprite::Anchor;
use bevy::text::{FontSize, LineHeight, TextLayoutInfo};

use super::shapes::linear;
use super::{Layer, Stage};
use crate::view::scene::paint::color;
use crate::view::scene::{Align, Label, Weight, measure};

/// The faces, by weight.
#[derive(Resource)]
pub(super) struct Faces {
    regular: Handle<Font>,
    semibold: Handle<Font>,
    bold: Handle<Font>,
    icons: Handle<Font>,
}

impl Faces {
    fn of(&self, weight: Weight) -> &Handle<Font> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::SemiBold => &self.semibold,
            Weight::Bold => &self.bold,
            Weight::Icon => &self.icons,
        }
    }
}

/// The entities that show labels; they are kept and filled anew as long as there are labels for them.
///
/// Not hidden and shown again: while a camera sees no sprite, bevy passes over changed texts and forgets that they
/// changed (bevy_sprite 0.19, `update_text2d_layout`), so the next world would wear the labels of the last one.
#[derive(Resource, Default)]
pub(super) struct Pool(Vec<Entity>);

pub(super) fn load(mut commands: Commands, mut fonts: ResMut<Assets<Font>>) {
    let mut face = |bytes: &[u8]| fonts.add(Font::from_bytes(bytes.to_vec()));
    commands.insert_resource(Faces {
        regular: face(include_bytes!("../../../assets/fonts/Pretendard-Regular.otf")),
        semibold: face(include_bytes!("../../../assets/fonts/Pretendard-SemiBold.otf")),
        bold: face(include_bytes!("../../../assets/fonts/Pretendard-Bold.otf")),
        icons: face(egui_phosphor::Variant::Regular.font_bytes()),
    });
}

/// Moves glyphs to whole pixels of their fine drawing: each pixel on the screen is then the mean of whole ones. A pixel
/// of the empty space around each comes along, or those that stand between two pixels would lose their edge.
pub(super) fn align_glyphs(mut texts: Query<&mut TextLayoutInfo, Changed<TextLayoutInfo>>) {
    for mut layout in &mut texts {
        for glyph in &mut layout.bypass_change_detection().glyphs {
            let half = glyph.atlas_info.rect.size() / 2.0;
            glyph.position = (glyph.position - half).round() + half;
            glyph.atlas_info.rect = glyph.atlas_info.rect.inflate(1.0);
        }
    }
}

/// What an entity shows, besides where.
type Shown<'a> = (&'a mut Text2d, &'a mut TextFont, &'a mut TextColor, &'a mut Anchor, &'a mut Transform);

/// Makes the entities show the scene's labels, as the camera sees them.
pub(super) fn draw(
    mut commands: Commands,
    mut stage: ResMut<Stage>,
    faces: Res<Faces>,
    mut pool: ResMut<Pool>,
    mut shown: Query<Shown<'_>>,
) {
    if !stage.is_dirty() {
        return;
    }
    let labels: Vec<&Label> = match stage.view() {
        Some(_) => stage.scene().nodes.iter().flat_map(|node| &node.labels).collect(),
        None => Vec::new(),
    };
    let mut spawned = false;
    for (index, label) in labels.iter().enumerate() {
        let font = TextFont {
            font: faces.of(label.weight).clone().into(),
            font_size: FontSize::Px(label.size * stage.zoom() * stage.enlarged() * FINER),
            ..default()
        };
        let [r, g, b, a] = linear(color(&label.tone, stage.palette()));
        let ink = TextColor(LinearRgba::new(r, g, b, a).into());
        let (anchor, transform) = place(label, &stage);
        match pool.0.get(index).and_then(|entity| shown.get_mut(*entity).ok()) {
            Some((mut text, mut old_font, mut old_ink, mut old_anchor, mut old_transform)) => {
                text.set_if_neq_text(&label.text);
                old_font.set_if_neq(font);
                old_ink.set_if_neq(ink);
                old_anchor.set_if_neq(anchor);
                old_transform.set_if_neq(transform);
            }
            None => {
                let line = LineHeight::RelativeToFont(measure::LINE_HEIGHT);
                let entity = commands
                    .spawn((Text2d::new(label.text.clone()), TextLayout::no_wrap(), line, font, ink, anchor, transform))
                    .id();
                pool.0.push(entity);
                spawned = true;
            }
        }
    }
    let surplus = labels.len().min(pool.0.len());
    for entity in pool.0.drain(surplus..) {
        commands.entity(entity).despawn();
    }
    if spawned {
        stage.expect_frame();
    }
}

/// Setting a text marks it for a new layout, so only a different one is set.
trait SetText {
    fn set_if_neq_text(&mut self, text: &str);
}

impl SetText for Mut<'_, Text2d> {
    fn set_if_neq_text(&mut self, text: &str) {
        if self.0 != text {
            text.clone_into(&mut self.0);
        }
    }
}

/// Glyphs are drawn at this many times their size and shown smaller: bevy places them between pixels without drawing
/// them anew, which at their own size would smear their stems.
const FINER: f32 = 2.0;

/// Where bevy must put a label, and by which corner.
fn place(label: &Label, stage: &Stage) -> (Anchor, Transform) {
    let z = Layer::Words.z();
    let scale = Vec3::new(1.0 / FINER, 1.0 / FINER, 1.0);
    if label.weight == Weight::Icon {
        let at = stage.to_bevy(stage.snap(stage.to_screen(label.at)));
        return (Anchor::CENTER, Transform::from_translation(at.extend(z)).with_scale(scale));
    }
    let size = label.size * stage.zoom();
    let width = measure::width(&label.text, size, label.weight);
    let mut at = stage.to_screen(label.at);
    at.x -= match label.align {
        Align::Left => 0.0,
        Align::Center => width / 2.0,
        Align::Right => width,
    };
    let mut at = stage.snap(at);
    // The baseline is on a whole pixel, so that words side by side stand on one line.
    let fine = FINER * stage.pixels_per_point();
    at.y -= measure::baseline(size * fine) / fine;
    (Anchor::TOP_LEFT, Transform::from_translation(stage.to_bevy(at).extend(z)).with_scale(scale))
}
