//! Clusters of EKS: a card for each control plane with what it keeps running and the pods that have no node; the way
//! that `kubectl` comes to it, and the way to its nodes, which stand in the VPC.

use egui::{Pos2, Rect, pos2, vec2};

use super::super::facts::{Cluster, Deployment, Standing};
use super::super::{Link, LinkKind, NodeId, Tone, Traffic};
use super::build::{Builder, GAP};
use super::item::{self, Item};
use super::row::{self, Row};

const WIDTH: f32 = 236.0;
/// A deployment's row, and what is added where it has a second line.
const ROW: f32 = 32.0;
const SECOND: f32 = 12.0;
/// From a card's right side to the line to its nodes.
const SPINE: f32 = 14.0;
/// Between cards.
const BETWEEN: f32 = 16.0;
/// Clusters that are drawn before "and so many more".
const CLUSTERS: usize = 2;
const MORE: f32 = 16.0;
const SIDE: f32 = 14.0;
const HEAD: f32 = 58.0;
/// From a card's top or bottom to where the way of `kubectl` may meet it.
const CORNER: f32 = 24.0;

/// Whether a deployment is on its way to a newer template: its row says how far.
fn is_rolling(deployment: &Deployment) -> bool {
    deployment.updated < deployment.wanted
}

pub(super) fn row_height(deployment: &Deployment) -> f32 {
    if is_rolling(deployment) { ROW + SECOND } else { ROW }
}

fn items(cluster: &Cluster) -> Vec<Item<'_>> {
    let deployments = cluster.deployments.iter().map(|deployment| Item::Deployment(&cluster.name, deployment));
    deployments.chain(cluster.waiting.iter().map(Item::Pod)).collect()
}

fn card_height(cluster: &Cluster) -> f32 {
    HEAD + item::height(&items(cluster)) + SIDE
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
                self.hide_items(&items(cluster), &stand_in);
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
        let room = Rect::from_min_max(rect.min + vec2(SIDE, HEAD), rect.max - vec2(SIDE, SIDE));
        self.items(&id, room, &items(cluster), "scene-eks-empty");
    }

    pub(super) fn deployment(&mut self, rect: Rect, cluster: &str, deployment: &Deployment) {
        let Deployment { key, ready, wanted, updated, standing } = deployment;
        let args = [
            ("name", (&key.name).into()),
            ("namespace", (&key.namespace).into()),
            ("ready", (*ready).into()),
            ("wanted", (*wanted).into()),
        ];
        let hover = self.say("scene-deployment-hover", &args);
        let (tone, icon) = row::look(*standing);
        let id = NodeId::Deployment(cluster.to_owned(), key.clone());
        let (name, word) = (deployment.name(), format!("{ready}/{wanted}"));
        let rolling =
            self.say("scene-deployment-rolling", &[("updated", (*updated).into()), ("wanted", (*wanted).into())]);
        let note = is_rolling(deployment).then_some((rolling.as_str(), Tone::Mute, 35.0));
        self.row(rect, Row { id, name: &name, word: &word, icon, tone, hover, note });
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
