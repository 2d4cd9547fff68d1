//! From facts to places: columns, cards, rows, and what is left out when there is too much.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use egui_phosphor::regular as icons;

use super::facts::{Compute, ComputeKind, Image, Passage, Repository, Task};
use super::measure::{break_action, fit, width};
use super::{Align, Arrangement, Facts, Label, Link, Node, NodeId, Scene, Side, Surface, Tone, Weight};
use crate::text::{Arg, Words};

/// Distances inside cards, in units of the world.
const PAD: f32 = 18.0;
const GAP: f32 = 8.0;
/// From a card's top to what follows its two lines of heading.
const HEAD: f32 = 60.0;

const LAPTOP_WIDTH: f32 = 168.0;
const REGISTRY_WIDTH: f32 = 236.0;
const STORE_WIDTH: f32 = 292.0;
const VPC_WIDTH: f32 = 252.0;
const GALLERY: Vec2 = vec2(236.0, 56.0);
/// Between columns, where the gate stands: room for half an action's name.
const AISLE: f32 = 104.0;
const GATE_RADIUS: f32 = 27.0;

const IMAGE_ROW: f32 = 46.0;
const REPOSITORY_ROW: f32 = 58.0;
const TASK_ROW: f32 = 34.0;
const TILE: Vec2 = vec2(58.0, 44.0);

/// What is drawn before "and so many more".
const IMAGES: usize = 4;
const REPOSITORIES_IN_ONE_COLUMN: usize = 4;
const REPOSITORIES: usize = 10;
const LAYERS: usize = 6;
const TILES_IN_ROW: usize = 4;
const TILES: usize = 12;
const COMPUTES: usize = 3;
const TASKS: usize = 4;

/// Collects nodes while the layout walks down.
struct Builder<'a> {
    words: &'a Words,
    nodes: Vec<Node>,
}

pub(super) fn layout(facts: &Facts, words: &Words, arrangement: Arrangement) -> Scene {
    let mut to = Builder { words, nodes: Vec::new() };
    let columns = if facts.repositories.len() > REPOSITORIES_IN_ONE_COLUMN { 2 } else { 1 };
    let registry_width = REGISTRY_WIDTH + (columns as f32 - 1.0) * (REGISTRY_WIDTH - 2.0 * PAD + GAP);
    let has_vpc = !facts.computes.is_empty();
    let left_width = match arrangement {
        Arrangement::Narrow if has_vpc => VPC_WIDTH,
        _ => LAPTOP_WIDTH,
    };
    let registry_x = left_width + AISLE;

    // The registry's column gives the heights that the others are centred on.
    let registry_height = registry_height(facts, columns);
    let registry = Rect::from_min_size(pos2(registry_x, 0.0), vec2(registry_width, registry_height));
    let laptop_size = vec2(left_width, laptop_height(facts));
    let vpc_height = vpc_height(facts);

    let (laptop, vpc) = match arrangement {
        _ if !has_vpc => (centred_on(registry, 0.0, laptop_size), None),
        Arrangement::Wide => {
            let x = registry.right() + AISLE;
            let size = vec2(VPC_WIDTH, vpc_height);
            // A tall VPC hangs down rather than over the gallery's line.
            let top = (registry.center().y - vpc_height / 2.0).max(-GALLERY.y - 28.0);
            (centred_on(registry, 0.0, laptop_size), Some(Rect::from_min_size(pos2(x, top), size)))
        }
        Arrangement::Narrow => {
            let laptop = Rect::from_min_size(pos2(0.0, -GALLERY.y - 28.0), laptop_size);
            let top = laptop.bottom() + 30.0;
            (laptop, Some(Rect::from_min_size(pos2(0.0, top), vec2(VPC_WIDTH, vpc_height))))
        }
    };
    // Beside the laptop, so that its way is straight.
    let gate_y = match arrangement {
        Arrangement::Narrow if has_vpc => {
            (registry.center().y - 12.0).min(laptop.bottom() - 26.0).max(registry.top() + 30.0)
        }
        _ => registry.center().y - 12.0,
    };
    let gate = Rect::from_center_size(pos2(registry.left() - AISLE / 2.0, gate_y), Vec2::splat(2.0 * GATE_RADIUS));
    let store_size = vec2(STORE_WIDTH, store_height(facts));
    let store =
        Rect::from_min_size(pos2(registry.center().x - STORE_WIDTH / 2.0, registry.bottom() + 56.0), store_size);
    let gallery = Rect::from_min_size(pos2(registry.center().x - GALLERY.x / 2.0, -GALLERY.y - 28.0), GALLERY);

    let denied = |passage: &Option<Passage>| passage.as_ref().is_some_and(|passage| !passage.allowed);
    let edge = |x: f32| pos2(x, gate_y);
    let refused = denied(&facts.laptop_gate);
    let mut links = vec![
        Link {
            joins: (NodeId::Registry, NodeId::Store),
            points: vec![pos2(registry.center().x, registry.bottom()), pos2(registry.center().x, store.top())],
            denied: false,
        },
        Link {
            joins: (NodeId::Laptop, NodeId::Gate(Side::Laptop)),
            points: vec![edge(laptop.right()), gate.center()],
            denied: refused,
        },
        Link {
            joins: (NodeId::Gate(Side::Laptop), NodeId::Registry),
            points: vec![gate.center(), edge(registry.left())],
            denied: refused,
        },
    ];
    let mut compute_gate = None;
    let refused = denied(&facts.compute_gate);
    match (arrangement, vpc) {
        (Arrangement::Wide, Some(vpc)) => {
            let right = Rect::from_center_size(edge(registry.right() + AISLE / 2.0), Vec2::splat(2.0 * GATE_RADIUS));
            links.push(Link {
                joins: (NodeId::Vpc, NodeId::Gate(Side::Compute)),
                points: vec![edge(vpc.left()), right.center()],
                denied: refused,
            });
            links.push(Link {
                joins: (NodeId::Gate(Side::Compute), NodeId::Registry),
                points: vec![right.center(), edge(registry.right())],
                denied: refused,
            });
            compute_gate = Some(right);
        }
        (Arrangement::Narrow, Some(vpc)) => {
            let turn = pos2(gate.center().x, (vpc.top() + 40.0).max(gate.bottom() + 60.0));
            links.push(Link {
                joins: (NodeId::Vpc, NodeId::Gate(Side::Laptop)),
                points: vec![pos2(vpc.right(), turn.y), turn, gate.center()],
                denied: refused,
            });
        }
        _ => {}
    }

    to.gallery(gallery);
    to.laptop(laptop, facts);
    to.registry(registry, facts, columns);
    to.store(store, facts);
    if let Some(vpc) = vpc {
        to.vpc(vpc, facts);
    }
    // In the narrow arrangement the VPC's way comes from below, so the gate's words stand above it.
    let above = arrangement == Arrangement::Narrow && has_vpc;
    match compute_gate {
        Some(right) => {
            to.gate(Side::Laptop, gate, facts.laptop_gate.as_ref(), false);
            to.gate(Side::Compute, right, facts.compute_gate.as_ref(), false);
        }
        None => {
            // One gate for both: what was refused is what there is to see.
            let refused = [&facts.compute_gate, &facts.laptop_gate].into_iter().find(|passage| denied(passage));
            let shown = refused.unwrap_or(&facts.laptop_gate);
            to.gate(Side::Laptop, gate, shown.as_ref(), above);
        }
    }

    let mut bounds = Rect::NOTHING;
    for node in &to.nodes {
        bounds |= node.rect;
        for label in &node.labels {
            bounds |= label.rect();
        }
    }
    Scene { nodes: to.nodes, links, bounds }
}

fn centred_on(registry: Rect, x: f32, size: Vec2) -> Rect {
    Rect::from_min_size(pos2(x, registry.center().y - 12.0 - size.y / 2.0), size)
}

/// How many of `count` rows are shown when at most `most` fit, and whether the last row says how many more there are.
fn capped(count: usize, most: usize) -> (usize, bool) {
    if count > most { (most.saturating_sub(1), true) } else { (count, false) }
}

fn rows(count: usize, most: usize) -> f32 {
    count.clamp(1, most) as f32
}

fn stack(rows: f32, row: f32) -> f32 {
    rows * row + (rows - 1.0) * GAP
}

fn laptop_height(facts: &Facts) -> f32 {
    HEAD + stack(rows(facts.images.len(), IMAGES), IMAGE_ROW) + PAD
}

fn registry_height(facts: &Facts, columns: usize) -> f32 {
    let shown = facts.repositories.len().clamp(1, REPOSITORIES);
    HEAD + stack(shown.div_ceil(columns) as f32, REPOSITORY_ROW) + PAD
}

fn store_height(facts: &Facts) -> f32 {
    let rows = facts.objects.len().clamp(1, TILES).div_ceil(TILES_IN_ROW) as f32;
    HEAD + stack(rows, TILE.y) + PAD
}

fn compute_height(compute: &Compute) -> f32 {
    HEAD + stack(rows(compute.tasks.len(), TASKS), TASK_ROW) + 16.0
}

fn vpc_height(facts: &Facts) -> f32 {
    let (shown, more) = capped(facts.computes.len(), COMPUTES);
    let cards: f32 = facts.computes.iter().take(shown).map(|compute| compute_height(compute) + 14.0).sum();
    40.0 + cards + if more { 26.0 } else { 4.0 }
}

/// Bytes as people say them.
pub fn size_of(bytes: u64) -> String {
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
    fn say(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.words.with(key, args)
    }

    fn push(&mut self, id: NodeId, rect: Rect, surface: Surface, tone: Tone, hover: String) -> &mut Vec<Label> {
        &mut self.nodes.push_mut(Node { id, rect, surface, tone, labels: Vec::new(), hover }).labels
    }

    /// A card with its two lines of heading.
    fn card(&mut self, id: NodeId, rect: Rect, tone: Tone, title: &str, sub: &str, hover: String) {
        let room = rect.width() - 2.0 * PAD;
        let icon = match &id {
            NodeId::Laptop => icons::LAPTOP,
            NodeId::Registry => icons::PACKAGE,
            NodeId::Store => icons::DATABASE,
            NodeId::Instance(_) => icons::HARD_DRIVES,
            _ => icons::LIGHTNING,
        };
        let icon_tone = if tone == Tone::Line { Tone::Mute } else { tone.clone() };
        let labels = self.push(id, rect, Surface::Card, tone, hover);
        labels.push(sign(icon, pos2(rect.right() - PAD - 7.0, rect.top() + 24.0), 17.0, icon_tone));
        labels.push(label(title, rect.min + vec2(PAD, 29.0), 14.5, Weight::Bold, Tone::Ink, room - 24.0));
        labels.push(label(sub, rect.min + vec2(PAD, 47.0), 11.5, Weight::Regular, Tone::Mute, room));
    }

    /// A dashed box that says what is not there yet.
    fn empty(&mut self, of: &NodeId, rect: Rect, key: &str) {
        let text = self.say(key, &[]);
        let labels = self.push(NodeId::More(Box::new(of.clone())), rect, Surface::Empty, Tone::Line, String::new());
        let mut line =
            label(&text, rect.center() + vec2(0.0, 4.0), 11.5, Weight::Regular, Tone::Mute, rect.width() - 16.0);
        line.align = Align::Center;
        labels.push(line);
    }

    fn more(&mut self, of: &NodeId, rect: Rect, count: usize, hidden: String) {
        let text = self.say("scene-more", &[("count", count.into())]);
        let labels = self.push(NodeId::More(Box::new(of.clone())), rect, Surface::Bare, Tone::Mute, hidden);
        let mut line = label(&text, rect.center() + vec2(0.0, 4.0), 12.0, Weight::SemiBold, Tone::Mute, rect.width());
        line.align = Align::Center;
        labels.push(line);
    }

    fn gallery(&mut self, rect: Rect) {
        let title = self.say("scene-gallery", &[]);
        let sub = self.say("scene-gallery-sub", &[]);
        let hover = self.say("scene-gallery-hover", &[]);
        let room = rect.width() - 32.0;
        let labels = self.push(NodeId::Gallery, rect, Surface::Inset, Tone::Line, hover);
        labels.push(label(&title, rect.min + vec2(16.0, 24.0), 12.5, Weight::Bold, Tone::Ink, room));
        labels.push(label(&sub, rect.min + vec2(16.0, 42.0), 11.5, Weight::Regular, Tone::Mute, room));
    }

    fn laptop(&mut self, rect: Rect, facts: &Facts) {
        let title = self.say("scene-laptop", &[]);
        let sub = self.say("scene-laptop-sub", &[]);
        let hover = self.say("scene-laptop-hover", &[("images", facts.images.len().into())]);
        self.card(NodeId::Laptop, rect, Tone::Line, &title, &sub, hover);
        let row = |index: usize| {
            let top = rect.top() + HEAD + index as f32 * (IMAGE_ROW + GAP);
            Rect::from_min_size(pos2(rect.left() + PAD, top), vec2(rect.width() - 2.0 * PAD, IMAGE_ROW))
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

    fn layer_hover(&self, digest: &str, bytes: u64, facts: &Facts) -> String {
        let uses = facts.objects.iter().find(|object| object.digest.short() == digest).map_or(0, |object| object.uses);
        let args = [("digest", digest.into()), ("size", size_of(bytes).into()), ("uses", uses.into())];
        self.say(if uses > 0 { "scene-layer-hover" } else { "scene-layer-local-hover" }, &args)
    }

    fn registry(&mut self, rect: Rect, facts: &Facts, columns: usize) {
        let title = self.say("scene-registry", &[]);
        let count = facts.repositories.len();
        let hover = self.say("scene-registry-hover", &[("count", count.into()), ("host", (&facts.registry).into())]);
        self.card(NodeId::Registry, rect, Tone::Ecr, &title, &facts.registry, hover);
        let wide = (rect.width() - 2.0 * PAD - (columns as f32 - 1.0) * GAP) / columns as f32;
        let cell = |index: usize| {
            let at = vec2(
                PAD + (index % columns) as f32 * (wide + GAP),
                HEAD + (index / columns) as f32 * (REPOSITORY_ROW + GAP),
            );
            Rect::from_min_size(rect.min + at, vec2(wide, REPOSITORY_ROW))
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

    fn store(&mut self, rect: Rect, facts: &Facts) {
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

    fn gate(&mut self, side: Side, rect: Rect, passage: Option<&Passage>, above: bool) {
        let (tone, key) = match passage {
            None => (Tone::Iam, "scene-gate-idle"),
            Some(passage) if passage.allowed => (Tone::Allowed, "scene-gate-allowed"),
            Some(_) => (Tone::Denied, "scene-gate-denied"),
        };
        let title = self.say(key, &[]);
        let action = passage.map(|passage| passage.action.clone()).unwrap_or_default();
        let hover = match passage {
            None => self.say("scene-gate-hover", &[]),
            Some(passage) => format!("{title}\n{}", passage.action),
        };
        let centre = rect.center().x;
        let room = AISLE - 10.0;
        let labels = self.push(NodeId::Gate(side), rect, Surface::Gate, tone.clone(), hover);
        let icon = match &tone {
            Tone::Allowed => icons::SHIELD_CHECK,
            Tone::Denied => icons::SHIELD_SLASH,
            _ => icons::SHIELD,
        };
        labels.push(sign(icon, rect.center(), 27.0, tone.clone()));
        let parts = break_action(&action, 10.5, Weight::Regular, room);
        let mut at = match above {
            true => pos2(centre, rect.top() - 11.0 - 15.0 * parts.len() as f32),
            false => pos2(centre, rect.bottom() + 18.0),
        };
        let mut line = label(&title, at, 12.0, Weight::Bold, tone, room);
        line.align = Align::Center;
        labels.push(line);
        for part in parts {
            at.y += 15.0;
            let mut line = label(&part, at, 10.5, Weight::Regular, Tone::Mute, room);
            line.align = Align::Center;
            labels.push(line);
        }
    }

    fn vpc(&mut self, rect: Rect, facts: &Facts) {
        let title = self.say("scene-vpc", &[]);
        let hover = self.say("scene-vpc-hover", &[]);
        let labels = self.push(NodeId::Vpc, rect, Surface::Frame, Tone::Ecs, hover);
        labels.push(label(&title, rect.min + vec2(PAD, 26.0), 12.0, Weight::Bold, Tone::Ecs, rect.width() - 2.0 * PAD));
        let (shown, more) = capped(facts.computes.len(), COMPUTES);
        let mut top = rect.top() + 40.0;
        for compute in facts.computes.iter().take(shown) {
            let size = vec2(rect.width() - 28.0, compute_height(compute));
            self.compute(Rect::from_min_size(pos2(rect.left() + 14.0, top), size), compute);
            top += size.y + 14.0;
        }
        if more {
            let place = Rect::from_min_size(pos2(rect.left() + 14.0, top), vec2(rect.width() - 28.0, 16.0));
            self.more(&NodeId::Vpc, place, facts.computes.len() - shown, String::new());
        }
    }

    fn compute(&mut self, rect: Rect, compute: &Compute) {
        let role = match &compute.role {
            Some(role) => self.say(
                match compute.kind {
                    ComputeKind::Instance(_) => "scene-instance-role",
                    ComputeKind::Fargate(_) => "scene-fargate-role",
                },
                &[("role", role.into())],
            ),
            None => self.say("scene-no-role", &[]),
        };
        let (id, title, hover) = match &compute.kind {
            ComputeKind::Instance(instance) => (
                NodeId::Instance(instance.clone()),
                self.say("scene-instance", &[]),
                self.say("scene-instance-hover", &[("id", instance.into())]),
            ),
            ComputeKind::Fargate(cluster) => (
                NodeId::Fargate(cluster.clone()),
                self.say("scene-fargate", &[]),
                self.say("scene-fargate-hover", &[("cluster", cluster.into())]),
            ),
        };
        let tone = if compute.failing { Tone::Denied } else { Tone::Line };
        let hover = format!("{hover}\n{role}");
        self.card(id.clone(), rect, tone, &title, &role, hover);
        let row = |index: usize| {
            let top = rect.top() + HEAD + index as f32 * (TASK_ROW + GAP);
            Rect::from_min_size(pos2(rect.left() + PAD, top), vec2(rect.width() - 2.0 * PAD, TASK_ROW))
        };
        if compute.tasks.is_empty() {
            self.empty(&id, row(0), "scene-no-task");
            return;
        }
        let (shown, more) = capped(compute.tasks.len(), TASKS);
        for (index, task) in compute.tasks.iter().take(shown).enumerate() {
            self.task(row(index), task);
        }
        if more {
            self.more(&id, row(shown), compute.tasks.len() - shown, String::new());
        }
    }

    fn task(&mut self, rect: Rect, task: &Task) {
        let args = [("id", (&task.id).into()), ("family", (&task.family).into()), ("status", (&task.status).into())];
        let mut hover = self.say("scene-task-hover", &args);
        if let Some(reason) = &task.reason {
            hover = format!("{hover}\n{reason}");
        }
        let tone = task_tone(task);
        let surface = if tone == Tone::Denied { Surface::Empty } else { Surface::Inset };
        let status = fit(&task.status, 10.5, Weight::SemiBold, 96.0);
        let room = rect.width() - 30.0 - width(&status, 10.5, Weight::SemiBold);
        let labels = self.push(NodeId::Task(task.id.clone()), rect, surface, tone.clone(), hover);
        let base = rect.center().y + 4.0;
        labels.push(label(&task.family, pos2(rect.left() + 10.0, base), 12.0, Weight::SemiBold, Tone::Ink, room));
        let mut line = label(&status, pos2(rect.right() - 10.0, base), 10.5, Weight::SemiBold, tone, f32::MAX);
        line.align = Align::Right;
        labels.push(line);
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

/// A task's colour; its status stands beside it as a word.
fn task_tone(task: &Task) -> Tone {
    match task.status.as_str() {
        "RUNNING" => Tone::Allowed,
        _ if task.failed => Tone::Denied,
        "STOPPED" => Tone::Mute,
        _ => Tone::Ecs,
    }
}

fn label(text: &str, at: Pos2, size: f32, weight: Weight, tone: Tone, room: f32) -> Label {
    Label { text: fit(text, size, weight, room), at, size, weight, tone, align: Align::Left }
}

fn sign(icon: &str, at: Pos2, size: f32, tone: Tone) -> Label {
    Label { text: icon.to_owned(), at, size, weight: Weight::Icon, tone, align: Align::Center }
}
