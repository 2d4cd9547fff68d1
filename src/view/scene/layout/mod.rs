//! From facts to places: columns, cards, rows, and what is left out when there is too much.

mod build;
mod compute;
mod doors;
mod gate;
mod item;
mod kubernetes;
mod lambda;
mod laptop;
mod pod;
mod registry;
mod row;
mod store;
mod subnet;
mod task;
mod vpc;

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::facts::Passage;
use super::{Arrangement, Facts, Link, LinkKind, NodeId, Scene, Side, Traffic};
use crate::text::Words;
use build::{Builder, GAP, PAD};
use kubernetes::Wire;
use vpc::{Facing, Plan, Site};

const LAPTOP_WIDTH: f32 = 168.0;
const REGISTRY_WIDTH: f32 = 236.0;
const STORE_WIDTH: f32 = 292.0;
const GALLERY: Vec2 = vec2(236.0, 56.0);
/// What stands highest begins here: the gallery, over the registry.
const TOP: f32 = -GALLERY.y - 28.0;
/// Between columns, where the gate stands: room for half an action's name.
const AISLE: f32 = 104.0;
const GATE_RADIUS: f32 = 27.0;

/// More repositories than this stand in two columns.
const REPOSITORIES_IN_ONE_COLUMN: usize = 4;

/// Lays out all of the picture.
pub(super) fn layout(facts: &Facts, words: &Words, arrangement: Arrangement) -> Scene {
    let mut to = Builder::new(words);
    let columns = if facts.repositories.len() > REPOSITORIES_IN_ONE_COLUMN { 2 } else { 1 };
    let registry_width = REGISTRY_WIDTH + (columns as f32 - 1.0) * (REGISTRY_WIDTH - 2.0 * PAD + GAP);
    let wide = arrangement == Arrangement::Wide;
    let plan = facts.network.as_ref().map(|network| Plan::of(network, if wide { Facing::Left } else { Facing::Right }));
    let functions = (!facts.functions.is_empty()).then(|| vec2(lambda::WIDTH, lambda::height(&facts.functions)));
    let has_compute = plan.is_some() || functions.is_some();
    let is_stacked = has_compute || !facts.clusters.is_empty();
    let left_width = match wide {
        true => LAPTOP_WIDTH,
        false => [plan.as_ref().map(Plan::width), is_stacked.then_some(lambda::WIDTH), Some(LAPTOP_WIDTH)]
            .into_iter()
            .flatten()
            .fold(0.0, f32::max),
    };

    // The registry's column gives the heights that the others are centred on.
    let corner = pos2(left_width + AISLE, 0.0);
    let registry = Rect::from_min_size(corner, vec2(registry_width, registry::height(facts, columns)));
    let laptop_size = vec2(left_width, laptop::height(facts, left_width));
    let beside = registry.center().y - 12.0;
    let laptop = match is_stacked {
        true if !wide => Rect::from_min_size(pos2(0.0, TOP), laptop_size),
        _ => Rect::from_min_size(pos2(0.0, beside - laptop_size.y / 2.0), laptop_size),
    };
    // Beside the laptop, so that its way is straight.
    let gate_y = match is_stacked {
        true if !wide => beside.min(laptop.bottom() - 26.0).max(registry.top() + 30.0),
        _ => beside,
    };
    let gate_at = |x: f32| Rect::from_center_size(pos2(x, gate_y), Vec2::splat(2.0 * GATE_RADIUS));
    let gate = gate_at(registry.left() - AISLE / 2.0);
    let store = Rect::from_min_size(
        pos2(registry.center().x - STORE_WIDTH / 2.0, registry.bottom() + 56.0),
        vec2(STORE_WIDTH, store::height(facts)),
    );
    let gallery = Rect::from_min_size(pos2(registry.center().x - GALLERY.x / 2.0, TOP), GALLERY);

    let denied = |passage: &Option<Passage>| passage.as_ref().is_some_and(|passage| !passage.allowed);
    let edge = |x: f32| pos2(x, gate_y);
    let refused = denied(&facts.laptop_gate);
    let mut links = vec![
        pipe(
            (NodeId::Registry, NodeId::Store),
            vec![pos2(registry.center().x, registry.bottom()), pos2(registry.center().x, store.top())],
            false,
        ),
        pipe((NodeId::Laptop, NodeId::Gate(Side::Laptop)), vec![edge(laptop.right()), gate.center()], refused),
        pipe((NodeId::Gate(Side::Laptop), NodeId::Registry), vec![gate.center(), edge(registry.left())], refused),
    ];

    to.gallery(gallery);
    to.laptop(laptop, facts);
    to.registry(registry, facts, columns);
    to.store(store, facts);

    let refused = denied(&facts.compute_gate);
    let right = gate_at(registry.right() + AISLE / 2.0);
    let compute_gate = (wide && has_compute).then_some(right);
    if compute_gate.is_some() {
        let joins = (NodeId::Gate(Side::Compute), NodeId::Registry);
        links.push(pipe(joins, vec![right.center(), edge(registry.right())], refused));
    }
    let corner = if wide { pos2(registry.right() + AISLE, gate_y) } else { pos2(0.0, laptop.bottom()) };
    let mut column = Column { corner, up: wide, edge: None };
    let clusters = (!facts.clusters.is_empty()).then(|| kubernetes::height(&facts.clusters));
    let wire = match wide {
        true => Wire::Over { from: laptop.center_top(), height: TOP - 14.0 },
        false => Wire::Beside { from: pos2(laptop.left(), laptop.bottom() - 26.0) },
    };
    if let Some(height) = clusters.filter(|_| !wide) {
        let corner = column.next(height);
        let nodes = plan.as_ref().map(|_| column.following());
        to.clusters(corner, &facts.clusters, wire, nodes, &mut links);
    }
    if let Some(plan) = &plan {
        let site = if wide {
            // A tall VPC hangs down rather than over the gallery's line; a low one still has its door beside the gate.
            let top = (registry.center().y - plan.height() / 2.0).max(TOP).min(gate_y - vpc::FIRST_DOOR);
            let corner = pos2(registry.right() + AISLE, top);
            Site { corner, exit: gate_y, gate: right.center(), side: Side::Compute, store }
        } else {
            let top = column.following();
            let exit = (top + vpc::FIRST_DOOR).max(gate.bottom() + 40.0);
            Site { corner: pos2(0.0, top), exit, gate: gate.center(), side: Side::Laptop, store }
        };
        let frame = to.vpc(plan, &site, refused, &mut links);
        column.edge = Some(if wide { frame.top() } else { frame.bottom() });
    }
    let nodes = column.edge.filter(|_| plan.is_some());
    // Above the VPC; but Lambda has a way through the gate, and stands beside that where it can.
    if let Some(height) = clusters.filter(|_| wide && plan.is_some()) {
        let corner = column.next(height);
        to.clusters(corner, &facts.clusters, wire, nodes, &mut links);
    }
    if let Some(size) = functions {
        let is_beside = wide && column.edge.is_none();
        let mut at = column.next(size.y);
        if !wide {
            at.y = at.y.max(gate.bottom() + 10.0);
        }
        let rect = Rect::from_min_size(at, vec2(if wide { size.x } else { left_width }, size.y));
        let (from, gate) = match wide {
            true => (rect.left_center(), right.center()),
            false => (pos2(rect.right(), rect.top() + 30.0), gate.center()),
        };
        let way = if is_beside { vec![from, gate] } else { vec![from, pos2(gate.x, from.y), gate] };
        let side = if wide { Side::Compute } else { Side::Laptop };
        links.push(pipe((NodeId::Lambda, NodeId::Gate(side)), way, refused));
        to.lambda(rect, &facts.functions);
    }
    if let Some(height) = clusters.filter(|_| wide && plan.is_none()) {
        let corner = column.next(height);
        to.clusters(corner, &facts.clusters, wire, None, &mut links);
    }
    match compute_gate {
        Some(right) => {
            to.gate(Side::Laptop, gate, facts.laptop_gate.as_ref(), false);
            to.gate(Side::Compute, right, facts.compute_gate.as_ref(), false);
        }
        None => {
            // One gate for both: what was refused is what there is to see. The VPC's way comes from below, so the gate's
            // words stand above it.
            let refused = [&facts.compute_gate, &facts.laptop_gate].into_iter().find(|passage| denied(passage));
            let shown = refused.unwrap_or(&facts.laptop_gate);
            to.gate(Side::Laptop, gate, shown.as_ref(), has_compute);
        }
    }

    let mut bounds = Rect::NOTHING;
    for node in &to.nodes {
        bounds |= node.rect;
        for label in &node.labels {
            bounds |= label.rect();
        }
    }
    for point in links.iter().flat_map(|link| &link.points) {
        bounds.extend_with(*point);
    }
    Scene { nodes: to.nodes, links, hidden: to.hidden, bounds }
}

/// What pulls, one thing after the other: from the gate upwards, or from the laptop down.
struct Column {
    /// Its left side, and the height that it begins at.
    corner: Pos2,
    up: bool,
    /// How far it has come.
    edge: Option<f32>,
}

impl Column {
    /// Where a thing of this height comes. The first of those that go up stands in the middle of the beginning.
    fn next(&mut self, height: f32) -> Pos2 {
        let top = match (self.up, self.edge) {
            (true, None) => self.corner.y - height / 2.0,
            (true, Some(edge)) => edge - 26.0 - height,
            (false, _) => self.following(),
        };
        self.edge = Some(if self.up { top } else { top + height });
        pos2(self.corner.x, top)
    }

    /// The top of what comes below the last.
    fn following(&self) -> f32 {
        self.edge.unwrap_or(self.corner.y) + 30.0
    }
}

fn pipe(joins: (NodeId, NodeId), points: Vec<Pos2>, denied: bool) -> Link {
    let traffic = if denied { Traffic::Denied } else { Traffic::Quiet };
    Link { joins, points, kind: LinkKind::Pipe, traffic }
}
