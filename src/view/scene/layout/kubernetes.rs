//! Clusters of EKS: a card for each control plane with what it keeps running and the pods that have no node; the way
//! that `kubectl` comes to it, and the way to its nodes, which stand in the VPC.

use egui::{Pos2, Rect, pos2, vec2};

use super::super::facts::{Cluster, Deployment, Pod, Standing};
use super::super::{Link, LinkKind, NodeId, Tone, Traffic};
use super::build::{Builder, GAP, capped};
use super::pod;
use super::row::{self, Row};

pub(super) const WIDTH: f32 = 236.0;
/// From a card's right side to the line to its nodes.
pub(super) const SPINE: f32 = 14.0;
/// Between cards.
pub(super) const BETWEEN: f32 = 16.0;
/// Clusters that are drawn before "and so many more".
const CLUSTERS: usize = 2;
const MORE: f32 = 16.0;
const SIDE: f32 = 14.0;
const HEAD: f32 = 58.0;
const ROW: f32 = 32.0;
/// Rows of a card that are drawn before "and so many more".
const ROWS: usize = 4;
/// From a card's top or bottom to where the way of `kubectl` may meet it.
const CORNER: f32 = 24.0;

/// What a card holds.
#[derive(Clone, Copy)]
enum Item<'a> {
    Deployment(&'a Deployment),
    Pod(&'a Pod),
}

impl Item<'_> {
    fn height(self) -> f32 {
        match self {
            Self::Deployment(_) => ROW,
            Self::Pod(_) => pod::HEIGHT,
        }
    }

    fn key(self) -> String {
        match self {
            Self::Deployment(deployment) => deployment.key.to_string(),
            Self::Pod(pod) => pod.key.to_string(),
        }
    }
}

fn items(cluster: &Cluster) -> Vec<Item<'_>> {
    cluster.deployments.iter().map(Item::Deployment).chain(cluster.waiting.iter().map(Item::Pod)).collect()
}

fn card_height(cluster: &Cluster) -> f32 {
    let items = items(cluster);
    let (shown, more) = capped(items.len(), ROWS);
    let drawn: f32 = items.iter().take(shown).map(|item| item.height() + GAP).sum();
    let rest = if more || shown == 0 { ROW + GAP } else { 0.0 };
    HEAD + drawn + rest - GAP + SIDE
}

/// How high all the cards are together, one below the other.
pub(super) fn height(clusters: &[Cluster]) -> f32 {
    let cards: f32 = clusters.iter().take(CLUSTERS).map(|cluster| card_height(cluster) + BETWEEN).sum();
    cards - BETWEEN + if clusters.len() > CLUSTERS { MORE + GAP } else { 0.0 }
}

/// How `kubectl` comes to the clusters.
#[derive(Clone, Copy)]
pub(super) enum Wire {
    /// From the top of the laptop, over everything, at this height or above it.
    Over { from: Pos2, height: f32 },
    /// From the left side of the laptop, down beside the cards.
    Beside { from: Pos2 },
}

impl Builder<'_> {
    /// Draws the cards from `corner` down, with their ways: `nodes` is the top of the VPC where that is below them.
    pub(super) fn clusters(
        &mut self,
        corner: Pos2,
        clusters: &[Cluster],
        wire: Wire,
        nodes: Option<f32>,
        links: &mut Vec<Link>,
    ) -> Rect {
        let mut rect = Rect::from_min_size(corner, vec2(WIDTH, 0.0));
        for (index, cluster) in clusters.iter().take(CLUSTERS).enumerate() {
            let top = if index == 0 { corner.y } else { rect.bottom() + BETWEEN };
            let card = Rect::from_min_size(pos2(corner.x, top), vec2(WIDTH, card_height(cluster)));
            self.cluster(card, cluster);
            links.push(kubectl(cluster, card, wire));
            if let Some(bottom) = nodes {
                let spine = card.right() + SPINE;
                let y = card.center().y;
                links.push(Link {
                    joins: (NodeId::Cluster(cluster.name.clone()), NodeId::Vpc),
                    points: vec![pos2(card.right(), y), pos2(spine, y), pos2(spine, bottom)],
                    kind: LinkKind::Road(Tone::Ecs),
                    traffic: Traffic::Quiet,
                });
            }
            rect |= card;
        }
        let hidden = clusters.get(CLUSTERS..).unwrap_or_default();
        if !hidden.is_empty() {
            let place = Rect::from_min_size(pos2(corner.x, rect.bottom() + GAP), vec2(WIDTH, MORE));
            let names: Vec<_> = hidden.iter().map(|cluster| cluster.name.as_str()).collect();
            self.more(&NodeId::Clusters, place, hidden.len(), names.join("\n"));
            for cluster in hidden {
                let stand_in = NodeId::More(Box::new(NodeId::Clusters));
                self.hidden.insert(NodeId::Cluster(cluster.name.clone()), stand_in.clone());
                self.hide_items(cluster, &items(cluster), &stand_in);
            }
            rect |= place;
        }
        rect
    }

    fn cluster(&mut self, rect: Rect, cluster: &Cluster) {
        let title = self.say("scene-eks", &[("name", (&cluster.name).into())]);
        let args = [("version", (&cluster.version).into()), ("status", (&cluster.status).into())];
        let sub = self.say("scene-eks-sub", &args);
        let hover = format!("{}\n{sub}", self.say("scene-eks-hover", &[("name", (&cluster.name).into())]));
        let failing = cluster.deployments.iter().any(|deployment| deployment.standing == Standing::Failed);
        let tone = if failing { Tone::Denied } else { Tone::Line };
        let id = NodeId::Cluster(cluster.name.clone());
        self.card_padded(SIDE, id.clone(), rect, tone, &title, &sub, hover);
        let place = |top: f32, height: f32| {
            Rect::from_min_size(pos2(rect.left() + SIDE, top), vec2(rect.width() - 2.0 * SIDE, height))
        };
        let mut top = rect.top() + HEAD;
        let items = items(cluster);
        if items.is_empty() {
            self.empty(&id, place(top, ROW), "scene-eks-empty");
            return;
        }
        let (shown, more) = capped(items.len(), ROWS);
        for item in items.iter().take(shown) {
            let at = place(top, item.height());
            match item {
                Item::Deployment(deployment) => self.deployment(at, &cluster.name, deployment),
                Item::Pod(pod) => self.pod(at, pod),
            }
            top += item.height() + GAP;
        }
        let rest = items.get(shown..).unwrap_or_default();
        self.hide_items(cluster, rest, &NodeId::More(Box::new(id.clone())));
        if more {
            let list: Vec<_> = rest.iter().map(|item| item.key()).collect();
            self.more(&id, place(top, ROW), rest.len(), list.join("\n"));
        }
    }

    fn hide_items(&mut self, cluster: &Cluster, items: &[Item<'_>], stand_in: &NodeId) {
        for item in items {
            let id = match item {
                Item::Deployment(deployment) => NodeId::Deployment(cluster.name.clone(), deployment.key.clone()),
                Item::Pod(pod) => NodeId::Pod(cluster.name.clone(), pod.key.clone()),
            };
            self.hidden.insert(id, stand_in.clone());
        }
    }

    fn deployment(&mut self, rect: Rect, cluster: &str, deployment: &Deployment) {
        let Deployment { key, ready, wanted, standing } = deployment;
        let args = [
            ("name", (&key.name).into()),
            ("namespace", (&key.namespace).into()),
            ("ready", (*ready).into()),
            ("wanted", (*wanted).into()),
        ];
        let hover = self.say("scene-deployment-hover", &args);
        let (tone, icon) = row::look(*standing);
        let id = NodeId::Deployment(cluster.to_owned(), key.clone());
        let word = format!("{ready}/{wanted}");
        self.row(rect, Row { id, name: &key.name, word: &word, icon, tone, hover, note: None });
    }
}

/// The way of `kubectl` to a cluster's API server.
fn kubectl(cluster: &Cluster, card: Rect, wire: Wire) -> Link {
    let (from, mut points, at) = match wire {
        Wire::Over { from, height } => {
            let at = height.clamp(card.top() + CORNER, card.bottom() - CORNER);
            let over = height.min(at);
            let turn = card.left() - 16.0;
            (from, vec![pos2(from.x, over), pos2(turn, over), pos2(turn, at)], at)
        }
        Wire::Beside { from } => {
            let at = card.top() + CORNER;
            let turn = card.left() - 16.0;
            (from, vec![pos2(turn, from.y), pos2(turn, at)], at)
        }
    };
    points.insert(0, from);
    points.push(pos2(card.left(), at));
    points.dedup();
    Link {
        joins: (NodeId::Laptop, NodeId::Cluster(cluster.name.clone())),
        points,
        kind: LinkKind::Road(Tone::Ecs),
        traffic: if cluster.refused { Traffic::Denied } else { Traffic::Quiet },
    }
}
