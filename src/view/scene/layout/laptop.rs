//! The laptop: its images, each with its layers.

use egui::{Rect, pos2, vec2};

use super::super::facts::{Facts, Image};
use super::super::measure::width;
use super::super::{Align, Label, NodeId, Surface, Tone, Weight};
use super::build::{Builder, GAP, HEAD, PAD, capped, label, stack};
use super::registry::LAYERS;
use super::store::size_of;

const ROW: f32 = 46.0;
/// Images that are drawn before "and so many more".
const IMAGES: usize = 4;

/// A laptop that is this wide has its images in two columns.
const WIDE: f32 = 300.0;

fn columns(width: f32) -> usize {
    if width >= WIDE { 2 } else { 1 }
}

pub(super) fn height(facts: &Facts, width: f32) -> f32 {
    let shown = facts.images.len().clamp(1, IMAGES);
    HEAD + stack(shown.div_ceil(columns(width)) as f32, ROW) + PAD
}

impl Builder<'_> {
    pub(super) fn laptop(&mut self, rect: Rect, facts: &Facts) {
        let title = self.say("scene-laptop", &[]);
        let sub = self.say("scene-laptop-sub", &[]);
        let hover = self.say("scene-laptop-hover", &[("images", facts.images.len().into())]);
        self.card(NodeId::Laptop, rect, Tone::Line, &title, &sub, hover);
        let columns = columns(rect.width());
        let wide = (rect.width() - 2.0 * PAD - (columns as f32 - 1.0) * GAP) / columns as f32;
        let row = |index: usize| {
            let at = vec2(PAD + (index % columns) as f32 * (wide + GAP), HEAD + (index / columns) as f32 * (ROW + GAP));
            Rect::from_min_size(rect.min + at, vec2(wide, ROW))
        };
        if facts.images.is_empty() {
            self.empty(&NodeId::Laptop, row(0), "scene-laptop-empty");
            return;
        }
        let (shown, more) = capped(facts.images.len(), IMAGES);
        for (index, image) in facts.images.iter().take(shown).enumerate() {
            let place = row(index);
            let bytes = image.layers.iter().map(|layer| layer.bytes).sum();
            let args = [
                ("names", image_names(image).into()),
                ("layers", image.layers.len().into()),
                ("size", size_of(bytes).into()),
            ];
            let hover = self.say("scene-image-hover", &args);
            let id = NodeId::Image(image.id.clone());
            let more = image.names.len().saturating_sub(1);
            let labels = self.push(id, place, Surface::Inset, Tone::Line, hover);
            let mut room = place.width() - 20.0;
            let base = place.min + vec2(10.0, 19.0);
            if more > 0 {
                let text = format!("+{more}");
                room -= width(&text, 11.0, Weight::SemiBold) + GAP;
                let at = pos2(place.right() - 10.0, base.y);
                let line = label(&text, at, 11.0, Weight::SemiBold, Tone::Mute, f32::MAX);
                labels.push(Label { align: Align::Right, ..line });
            }
            let (name, tone) = match image.names.first() {
                Some(name) => (local_name(name), Tone::Ink),
                None => (image.id.short(), Tone::Mute),
            };
            labels.push(label(&name, base, 12.0, Weight::SemiBold, tone, room));
            let count = image.layers.len().clamp(1, LAYERS * 2);
            let whole = place.width() - 20.0;
            let each = (whole - (count as f32 - 1.0) * 3.0) / count as f32;
            for (layer_index, layer) in image.layers.iter().take(count).enumerate() {
                let left = place.left() + 10.0 + layer_index as f32 * (each + 3.0);
                let bar = Rect::from_min_size(pos2(left, place.top() + 28.0), vec2(each, 9.0));
                let hover = self.layer_hover(&layer.digest.short(), layer.bytes, facts);
                let id = NodeId::ImageLayer(image.id.clone(), layer_index);
                self.push(id, bar, Surface::Block, Tone::Layer(layer.digest.clone()), hover);
            }
        }
        if more {
            let names: Vec<_> = facts.images.iter().skip(shown).map(image_names).collect();
            self.more(&NodeId::Laptop, row(shown), facts.images.len() - shown, names.join("\n"));
        }
    }
}

/// All names of an image, or its short id.
fn image_names(image: &Image) -> String {
    if image.names.is_empty() { image.id.short() } else { image.names.join("\n") }
}

/// A name without its registry's long host: `…/web:v1.0`.
fn local_name(name: &str) -> String {
    match name.split_once('/') {
        Some((host, rest)) if host.contains('.') => format!("…/{rest}"),
        _ => name.to_owned(),
    }
}
