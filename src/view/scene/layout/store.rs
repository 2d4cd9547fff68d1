//! S3 behind the registry: a tile for each blob.

use egui::{Rect, Vec2, vec2};

use super::super::facts::Facts;
use super::super::{NodeId, Surface, Tone, Weight};
use super::build::{Builder, GAP, HEAD, PAD, capped, label, stack};

const TILE: Vec2 = vec2(58.0, 44.0);
const TILES_IN_ROW: usize = 4;
/// Tiles that are drawn before "and so many more".
const TILES: usize = 12;

pub(super) fn height(facts: &Facts) -> f32 {
    let rows = facts.objects.len().clamp(1, TILES).div_ceil(TILES_IN_ROW) as f32;
    HEAD + stack(rows, TILE.y) + PAD
}

/// Bytes as people say them.
pub(super) fn size_of(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "kB", "MB", "GB"];
    let mut size = bytes as f64;
    let mut unit = "B";
    for next in UNITS {
        unit = next;
        if size < 1000.0 || next == "GB" {
            break;
        }
        size /= 1000.0;
    }
    if unit == "B" || size >= 100.0 { format!("{size:.0} {unit}") } else { format!("{size:.1} {unit}") }
}

impl Builder<'_> {
    pub(super) fn store(&mut self, rect: Rect, facts: &Facts) {
        let title = self.say("scene-store", &[]);
        let bytes: u64 = facts.objects.iter().map(|object| object.bytes).sum();
        let args = [("count", facts.objects.len().into()), ("size", size_of(bytes).into())];
        let sub = self.say("scene-store-sub", &args);
        let hover = self.say("scene-store-hover", &[]);
        self.card(NodeId::Store, rect, Tone::S3, &title, &sub, hover);
        let wide = (rect.width() - 2.0 * PAD - (TILES_IN_ROW as f32 - 1.0) * GAP) / TILES_IN_ROW as f32;
        let tile = |index: usize| {
            let at = vec2(
                PAD + (index % TILES_IN_ROW) as f32 * (wide + GAP),
                HEAD + (index / TILES_IN_ROW) as f32 * (TILE.y + GAP),
            );
            Rect::from_min_size(rect.min + at, vec2(wide, TILE.y))
        };
        if facts.objects.is_empty() {
            let whole = tile(0) | tile(TILES_IN_ROW - 1);
            self.empty(&NodeId::Store, whole, "scene-store-empty");
            return;
        }
        let (shown, more) = capped(facts.objects.len(), TILES);
        for (index, object) in facts.objects.iter().take(shown).enumerate() {
            let place = tile(index);
            let (surface, tone, ink) = match object.config {
                true => (Surface::Inset, Tone::Line, Tone::Mute),
                false => (Surface::Block, Tone::Layer(object.digest.clone()), Tone::OnLayer),
            };
            let hover = match object.config {
                true => {
                    let args = [("digest", object.digest.short().into()), ("size", size_of(object.bytes).into())];
                    self.say("scene-config-hover", &args)
                }
                false => self.layer_hover(&object.digest.short(), object.bytes, facts),
            };
            let second = if object.config { self.say("scene-config", &[]) } else { size_of(object.bytes) };
            let labels = self.push(NodeId::Object(object.digest.clone()), place, surface, tone, hover);
            let mut name = object.digest.short();
            name.truncate(4);
            let shared = object.uses > 1;
            let text = if shared { format!("{name} ×{}", object.uses) } else { name };
            let room = place.width() - 12.0;
            labels.push(label(&text, place.min + vec2(8.0, 19.0), 10.5, Weight::Bold, ink.clone(), room));
            labels.push(label(&second, place.min + vec2(8.0, 34.0), 10.0, Weight::Regular, ink, room));
        }
        if more {
            let count = facts.objects.len() - shown;
            self.more(&NodeId::Store, tile(shown), count, String::new());
        }
    }
}
