//! From facts to places: columns, cards, rows, and what is left out when there is too much.

mod build;
mod compute;
mod gate;
mod laptop;
mod registry;
mod store;
mod vpc;

use egui::{Rect, Vec2, pos2, vec2};

use super::facts::Passage;
use super::{Arrangement, Facts, Link, NodeId, Scene, Side};
use crate::text::Words;
use build::{Builder, GAP, PAD};

const LAPTOP_WIDTH: f32 = 168.0;
const REGISTRY_WIDTH: f32 = 236.0;
const STORE_WIDTH: f32 = 292.0;
const VPC_WIDTH: f32 = 252.0;
const GALLERY: Vec2 = vec2(236.0, 56.0);
/// Between columns, where the gate stands: room for half an action's name.
const AISLE: f32 = 104.0;
const GATE_RADIUS: f32 = 27.0;

/// More repositories than this stand in two columns.
const REPOSITORIES_IN_ONE_COLUMN: usize = 4;

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
    let registry_height = registry::height(facts, columns);
    let registry = Rect::from_min_size(pos2(registry_x, 0.0), vec2(registry_width, registry_height));
    let laptop_size = vec2(left_width, laptop::height(facts));
    let vpc_height = vpc::height(facts);

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
    let store_size = vec2(STORE_WIDTH, store::height(facts));
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
