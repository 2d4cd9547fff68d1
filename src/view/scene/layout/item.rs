//! What lies on a card that runs something: tasks, pods, deployments, one below the other, and "so many more".

use egui::{Rect, pos2, vec2};

use super::super::NodeId;
use super::super::facts::{Deployment, Pod, Task};
use super::build::{Builder, GAP, capped};
use super::{kubernetes, pod, task};

/// Items of a card that are drawn before "and so many more".
const ITEMS: usize = 4;
/// The row that says how many more there are, or that there is nothing.
const NOTE: f32 = 34.0;

/// A row of a card.
#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    Task(&'a Task),
    Pod(&'a Pod),
    /// With the name of its cluster.
    Deployment(&'a str, &'a Deployment),
}

impl Item<'_> {
    fn id(self) -> NodeId {
        match self {
            Self::Task(task) => NodeId::Task(task.id.clone()),
            Self::Pod(pod) => NodeId::Pod(pod.cluster.clone(), pod.key.clone()),
            Self::Deployment(cluster, deployment) => NodeId::Deployment(cluster.to_owned(), deployment.key.clone()),
        }
    }

    fn height(self) -> f32 {
        match self {
            Self::Task(task) => task::height(task),
            Self::Pod(_) => pod::HEIGHT,
            Self::Deployment(_, deployment) => kubernetes::row_height(deployment),
        }
    }

    /// What "and so many more" says of it.
    fn told(self) -> String {
        match self {
            Self::Task(task) => format!("{} {}", task.family, task.status.as_str()),
            Self::Pod(pod) => format!("{} {}", pod.key.name, pod.word),
            Self::Deployment(_, deployment) => {
                format!("{} {}/{}", deployment.name(), deployment.ready, deployment.wanted)
            }
        }
    }
}

/// How high items are together.
pub(super) fn height(items: &[Item<'_>]) -> f32 {
    let (shown, more) = capped(items.len(), ITEMS);
    let drawn: f32 = items.iter().take(shown).map(|item| item.height() + GAP).sum();
    let rest = if more || shown == 0 { NOTE + GAP } else { 0.0 };
    drawn + rest - GAP
}

impl Builder<'_> {
    /// Draws the items of `owner` within `rect` from its top down, or that there are none, by the key of a text.
    pub(super) fn items(&mut self, owner: &NodeId, rect: Rect, items: &[Item<'_>], none: &str) {
        let row = |top: f32, height: f32| Rect::from_min_size(pos2(rect.left(), top), vec2(rect.width(), height));
        let mut top = rect.top();
        if items.is_empty() {
            self.empty(owner, row(top, NOTE), none);
            return;
        }
        let (shown, more) = capped(items.len(), ITEMS);
        for item in items.iter().take(shown) {
            let place = row(top, item.height());
            match item {
                Item::Task(task) => self.task(place, task),
                Item::Pod(pod) => self.pod(place, pod),
                Item::Deployment(cluster, deployment) => self.deployment(place, cluster, deployment),
            }
            top += item.height() + GAP;
        }
        let rest = items.get(shown..).unwrap_or_default();
        self.hide_items(rest, &NodeId::More(Box::new(owner.clone())));
        if more {
            let list: Vec<_> = rest.iter().map(|item| item.told()).collect();
            self.more(owner, row(top, NOTE), rest.len(), list.join("\n"));
        }
    }

    /// Notes what stands for items that are not drawn.
    pub(super) fn hide_items(&mut self, items: &[Item<'_>], stand_in: &NodeId) {
        self.hidden.extend(items.iter().map(|item| (item.id(), stand_in.clone())));
    }
}
