//! What runs containers: a card with its tasks and pods.

use egui::{Rect, vec2};

use super::super::facts::{Compute, ComputeKind, NodeState};
use super::super::{NodeId, Tone};
use super::build::Builder;
use super::item::{self, Item};

/// From a card's side to its words and tasks.
const SIDE: f32 = 12.0;
/// From a card's top to its tasks.
const HEAD: f32 = 58.0;

fn items(compute: &Compute) -> Vec<Item<'_>> {
    compute.tasks.iter().map(Item::Task).chain(compute.pods.iter().map(Item::Pod)).collect()
}

pub(super) fn height(compute: &Compute) -> f32 {
    HEAD + item::height(&items(compute)) + SIDE
}

/// A compute's id in the picture.
pub(super) fn id(compute: &Compute) -> NodeId {
    match &compute.kind {
        ComputeKind::Instance(instance) | ComputeKind::Node { instance, .. } => NodeId::Instance(instance.clone()),
        ComputeKind::Fargate(cluster) => NodeId::Fargate(cluster.clone(), compute.subnet.clone()),
        ComputeKind::PodFargate(cluster) => NodeId::PodFargate(cluster.clone(), compute.subnet.clone()),
    }
}

impl Builder<'_> {
    pub(super) fn compute(&mut self, rect: Rect, compute: &Compute) {
        let role = match &compute.role {
            Some(role) => self.say(
                match compute.kind {
                    ComputeKind::Instance(_) => "scene-instance-role",
                    ComputeKind::Node { .. } => "scene-node-role",
                    ComputeKind::Fargate(_) => "scene-fargate-role",
                    ComputeKind::PodFargate(_) => "scene-pod-fargate-role",
                },
                &[("role", role.into())],
            ),
            None => self.say("scene-no-role", &[]),
        };
        let (title, hover) = match &compute.kind {
            ComputeKind::Instance(instance) => {
                (self.say("scene-instance", &[]), self.say("scene-instance-hover", &[("id", instance.into())]))
            }
            ComputeKind::Node { instance, cluster, state } => {
                let title = match state {
                    NodeState::Ready => "scene-node",
                    NodeState::NotReady => "scene-node-not-ready",
                    NodeState::Joining => "scene-node-joining",
                };
                let args = [("id", instance.into()), ("cluster", cluster.into())];
                (self.say(title, &[]), self.say("scene-node-hover", &args))
            }
            ComputeKind::Fargate(cluster) => {
                (self.say("scene-fargate", &[]), self.say("scene-fargate-hover", &[("cluster", cluster.into())]))
            }
            ComputeKind::PodFargate(cluster) => {
                let hover = self.say("scene-pod-fargate-hover", &[("cluster", cluster.into())]);
                (self.say("scene-pod-fargate", &[]), hover)
            }
        };
        let id = id(compute);
        let tone = if compute.failing { Tone::Denied } else { Tone::Line };
        self.card_padded(SIDE, id.clone(), rect, tone, &title, &role, format!("{hover}\n{role}"));
        let none = match compute.kind {
            ComputeKind::Instance(_) | ComputeKind::Fargate(_) => "scene-no-task",
            ComputeKind::Node { .. } | ComputeKind::PodFargate(_) => "scene-no-pod",
        };
        let room = Rect::from_min_max(rect.min + vec2(SIDE, HEAD), rect.max - vec2(SIDE, SIDE));
        self.items(&id, room, &items(compute), none);
    }

    /// Something that is not drawn, with all that is on it.
    pub(super) fn hide(&mut self, compute: &Compute, stand_in: &NodeId) {
        self.hidden.insert(id(compute), stand_in.clone());
        self.hide_items(&items(compute), stand_in);
    }
}
