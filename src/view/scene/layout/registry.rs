//! The registry: its repositories, each with its tags and layers; and ECR Public above it.

use egui::{Pos2, Rect, pos2, vec2};

use super::super::facts::{Facts, Repository};
use super::super::measure::{fit, width};
use super::super::{NodeId, Surface, Tone, Weight};
use super::build::{Builder, GAP, HEAD, PAD, capped, label, stack};
use super::store::size_of;

const ROW: f32 = 58.0;
/// Repositories that are drawn before "and so many more".
const REPOSITORIES: usize = 10;
/// Layers of a repository that are drawn.
pub(super) const LAYERS: usize = 6;

pub(super) fn height(facts: &Facts, columns: usize) -> f32 {
    let shown = facts.repositories.len().clamp(1, REPOSITORIES);
    HEAD + stack(shown.div_ceil(columns) as f32, ROW) + PAD
}

impl Builder<'_> {
    pub(super) fn gallery(&mut self, rect: Rect) {
        let title = self.say("scene-gallery", &[]);
        let sub = self.say("scene-gallery-sub", &[]);
        let hover = self.say("scene-gallery-hover", &[]);
        let room = rect.width() - 32.0;
        let labels = self.push(NodeId::Gallery, rect, Surface::Inset, Tone::Line, hover);
        labels.push(label(&title, rect.min + vec2(16.0, 24.0), 12.5, Weight::Bold, Tone::Ink, room));
        labels.push(label(&sub, rect.min + vec2(16.0, 42.0), 11.5, Weight::Regular, Tone::Mute, room));
    }

    pub(super) fn registry(&mut self, rect: Rect, facts: &Facts, columns: usize) {
        let title = self.say("scene-registry", &[]);
        let count = facts.repositories.len();
        let hover = self.say("scene-registry-hover", &[("count", count.into()), ("host", (&facts.registry).into())]);
        self.card(NodeId::Registry, rect, Tone::Ecr, &title, &facts.registry, hover);
        let wide = (rect.width() - 2.0 * PAD - (columns as f32 - 1.0) * GAP) / columns as f32;
        let cell = |index: usize| {
            let at = vec2(PAD + (index % columns) as f32 * (wide + GAP), HEAD + (index / columns) as f32 * (ROW + GAP));
            Rect::from_min_size(rect.min + at, vec2(wide, ROW))
        };
        if count == 0 {
            self.empty(&NodeId::Registry, cell(0), "scene-registry-empty");
            return;
        }
        let (shown, more) = capped(count, REPOSITORIES);
        for (index, repository) in facts.repositories.iter().take(shown).enumerate() {
            self.repository(cell(index), repository, facts);
        }
        if more {
            let names: Vec<_> = facts.repositories.iter().skip(shown).map(|found| found.name.clone()).collect();
            self.more(&NodeId::Registry, cell(shown), count - shown, names.join("\n"));
        }
    }

    fn repository(&mut self, rect: Rect, repository: &Repository, facts: &Facts) {
        let name = &repository.name;
        let args =
            [("name", name.into()), ("images", repository.images.into()), ("untagged", repository.untagged.into())];
        let mut hover = self.say("scene-repository-hover", &args);
        if repository.immutable {
            hover = format!("{hover}\n{}", self.say("scene-repository-immutable", &[]));
        }
        let bars = 42.0;
        let room = rect.width() - 20.0 - if repository.layers.is_empty() { 0.0 } else { bars + 10.0 };
        let labels = self.push(NodeId::Repository(name.clone()), rect, Surface::Inset, Tone::Line, hover);
        labels.push(label(name, rect.min + vec2(10.0, 21.0), 12.5, Weight::Bold, Tone::Ink, room));
        self.tags(rect.min + vec2(10.0, 30.0), room, repository);

        let layers: Vec<_> = repository.layers.iter().take(LAYERS).collect();
        let count = layers.len() as f32;
        let each = ((rect.height() - 22.0 - (count - 1.0) * 3.0) / count.max(1.0)).min(8.0);
        let left = rect.right() - 10.0 - bars;
        for (index, layer) in layers.into_iter().enumerate() {
            let at = pos2(left, rect.top() + 11.0 + index as f32 * (each + 3.0));
            let hover = self.layer_hover(&layer.digest.short(), layer.bytes, facts);
            let id = NodeId::RepositoryLayer(name.clone(), layer.digest.clone());
            let bar = Rect::from_min_size(at, vec2(bars, each));
            self.push(id, bar, Surface::Block, Tone::Layer(layer.digest.clone()), hover);
        }
    }

    /// As many tags as fit into one line, then how many more.
    fn tags(&mut self, at: Pos2, room: f32, repository: &Repository) {
        const SIZE: f32 = 11.0;
        let owner = NodeId::Repository(repository.name.clone());
        if repository.tags.is_empty() {
            let (key, count) = match repository.images {
                0 => ("scene-repository-empty", 0),
                images => ("scene-repository-untagged", images),
            };
            let text = self.say(key, &[("count", count.into())]);
            let rect = Rect::from_min_size(at, vec2(room, 18.0));
            let labels = self.push(NodeId::More(Box::new(owner)), rect, Surface::Bare, Tone::Mute, String::new());
            labels.push(label(&text, at + vec2(0.0, 13.0), SIZE, Weight::Regular, Tone::Mute, room));
            return;
        }
        let mut left = at.x;
        let end = at.x + room;
        for (index, (tag, image)) in repository.tags.iter().enumerate() {
            let rest = repository.tags.len() - index;
            let more = format!("+{}", rest - 1);
            let reserve = if rest > 1 { width(&more, SIZE, Weight::SemiBold) + GAP } else { 0.0 };
            let widest = end - left - reserve;
            let text = if index == 0 { fit(tag, SIZE, Weight::Regular, widest - 16.0) } else { tag.clone() };
            let wide = width(&text, SIZE, Weight::Regular) + 16.0;
            if wide > widest {
                let text = format!("+{rest}");
                let rect = Rect::from_min_size(pos2(left, at.y), vec2(end - left, 18.0));
                let hidden: Vec<_> = repository.tags.iter().skip(index).map(|(tag, _)| tag.clone()).collect();
                let labels =
                    self.push(NodeId::More(Box::new(owner)), rect, Surface::Bare, Tone::Mute, hidden.join("\n"));
                labels.push(label(&text, rect.min + vec2(2.0, 13.0), SIZE, Weight::SemiBold, Tone::Mute, f32::MAX));
                return;
            }
            let rect = Rect::from_min_size(pos2(left, at.y), vec2(wide, 18.0));
            let hover = self.say("scene-tag-hover", &[("tag", tag.into()), ("digest", image.short().into())]);
            let labels =
                self.push(NodeId::Tag(repository.name.clone(), tag.clone()), rect, Surface::Chip, Tone::Ecr, hover);
            labels.push(label(&text, rect.min + vec2(8.0, 13.0), SIZE, Weight::Regular, Tone::Ecr, f32::MAX));
            left += wide + 5.0;
        }
    }

    pub(super) fn layer_hover(&self, digest: &str, bytes: u64, facts: &Facts) -> String {
        let uses = facts.objects.iter().find(|object| object.digest.short() == digest).map_or(0, |object| object.uses);
        let args = [("digest", digest.into()), ("size", size_of(bytes).into()), ("uses", uses.into())];
        self.say(if uses > 0 { "scene-layer-hover" } else { "scene-layer-local-hover" }, &args)
    }
}
