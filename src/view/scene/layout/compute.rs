//! What runs containers: a card with its tasks, each with how far it is in its life, and its pods.

use egui::{Rect, Vec2, pos2, vec2};

use egui_phosphor::regular as icons;

use super::super::facts::{Compute, ComputeKind, NodeState, Pod, STEPS, Task};
use super::super::{NodeId, Surface, Tone};
use super::build::{Builder, GAP, capped};
use super::pod;
use super::row::Row;
use crate::cloud::ecs::TaskStatus;

/// From a card's side to its words and tasks.
const SIDE: f32 = 12.0;
/// From a card's top to its tasks.
const HEAD: f32 = 58.0;
const TASK_ROW: f32 = 40.0;
/// A line more, for why it stopped.
const REASON: f32 = 14.0;
/// Tasks and pods of a card that are drawn before "and so many more".
const ITEMS: usize = 4;

/// What a card holds.
#[derive(Clone, Copy)]
enum Item<'a> {
    Task(&'a Task),
    Pod(&'a Pod),
}

impl Item<'_> {
    fn id(self) -> NodeId {
        match self {
            Self::Task(task) => NodeId::Task(task.id.clone()),
            Self::Pod(pod) => NodeId::Pod(pod.cluster.clone(), pod.key.clone()),
        }
    }

    fn height(self) -> f32 {
        match self {
            Self::Task(task) if says_why(task) => TASK_ROW + REASON,
            Self::Task(_) => TASK_ROW,
            Self::Pod(_) => pod::HEIGHT,
        }
    }

    /// What "and so many more" says of it.
    fn told(self) -> String {
        match self {
            Self::Task(task) => format!("{} {}", task.family, task.status.as_str()),
            Self::Pod(pod) => format!("{} {}", pod.key.name, pod.word),
        }
    }
}

fn items(compute: &Compute) -> Vec<Item<'_>> {
    compute.tasks.iter().map(Item::Task).chain(compute.pods.iter().map(Item::Pod)).collect()
}

/// Whether a task's row says why it stopped: where nobody wanted it to.
fn says_why(task: &Task) -> bool {
    task.failed && task.reason.is_some()
}

pub(super) fn height(compute: &Compute) -> f32 {
    let items = items(compute);
    let (shown, more) = capped(items.len(), ITEMS);
    let drawn: f32 = items.iter().take(shown).map(|item| item.height() + GAP).sum();
    let rest = if more || shown == 0 { 34.0 + GAP } else { 0.0 };
    HEAD + drawn + rest - GAP + SIDE
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
                    ComputeKind::Fargate(_) | ComputeKind::PodFargate(_) => "scene-fargate-role",
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
        let row = |top: f32, height: f32| {
            Rect::from_min_size(pos2(rect.left() + SIDE, top), vec2(rect.width() - 2.0 * SIDE, height))
        };
        let mut top = rect.top() + HEAD;
        let items = items(compute);
        if items.is_empty() {
            let key = match compute.kind {
                ComputeKind::Instance(_) | ComputeKind::Fargate(_) => "scene-no-task",
                ComputeKind::Node { .. } | ComputeKind::PodFargate(_) => "scene-no-pod",
            };
            self.empty(&id, row(top, 34.0), key);
            return;
        }
        let (shown, more) = capped(items.len(), ITEMS);
        for item in items.iter().take(shown) {
            let place = row(top, item.height());
            match item {
                Item::Task(task) => self.task(place, task),
                Item::Pod(pod) => self.pod(place, pod),
            }
            top += item.height() + GAP;
        }
        for item in items.iter().skip(shown) {
            self.hidden.insert(item.id(), NodeId::More(Box::new(id.clone())));
        }
        if more {
            let list: Vec<_> = items.iter().skip(shown).map(|item| item.told()).collect();
            self.more(&id, row(top, 34.0), items.len() - shown, list.join("\n"));
        }
    }

    /// Something that is not drawn, with all that is on it.
    pub(super) fn hide(&mut self, compute: &Compute, stand_in: &NodeId) {
        self.hidden.insert(id(compute), stand_in.clone());
        for item in items(compute) {
            self.hidden.insert(item.id(), stand_in.clone());
        }
    }

    /// Its family, its status as a sign and a word, its life as four steps, and why it ended where nobody wanted it to.
    fn task(&mut self, rect: Rect, task: &Task) {
        let status = task.status.as_str();
        let args = [("id", (&task.id).into()), ("family", (&task.family).into()), ("status", status.into())];
        let mut hover = self.say("scene-task-hover", &args);
        if let Some(reason) = &task.reason {
            hover = format!("{hover}\n{reason}");
        }
        let tone = tone(task);
        let note = task.reason.as_deref().filter(|_| says_why(task)).map(|reason| (short(reason), tone.clone(), 44.0));
        let id = NodeId::Task(task.id.clone());
        let row = Row { id, name: &task.family, word: status, icon: icon(task), tone: tone.clone(), hover, note };
        self.row(rect, row);
        self.life(rect, task, &tone);
    }

    /// The steps that it went through; the one that it is at stands out.
    fn life(&mut self, rect: Rect, task: &Task, tone: &Tone) {
        let here = Task::step(task.status);
        let gap = 3.0;
        let each = (rect.width() - 20.0 - gap * (STEPS.len() as f32 - 1.0)) / STEPS.len() as f32;
        for (step, been) in task.been.iter().enumerate() {
            let (height, tone) = match step == here {
                true => (6.0, tone.clone()),
                false if *been => (3.0, Tone::Ecs),
                false => (3.0, Tone::Line),
            };
            let left = rect.left() + 10.0 + step as f32 * (each + gap);
            let middle = pos2(left + each / 2.0, rect.top() + 29.5);
            let bar = Rect::from_center_size(middle, Vec2::new(each, height));
            self.push(NodeId::Step(task.id.clone(), step), bar, Surface::Block, tone, String::new());
        }
    }
}

/// A reason's name: what AWS writes before the first colon.
fn short(reason: &str) -> &str {
    reason.split(':').next().unwrap_or(reason)
}

/// A task's colour; its status stands beside it as a word.
fn tone(task: &Task) -> Tone {
    match task.status {
        TaskStatus::Running => Tone::Allowed,
        _ if task.failed => Tone::Denied,
        TaskStatus::Stopped => Tone::Mute,
        _ => Tone::Ecs,
    }
}

/// A sign for a status that needs no colour.
fn icon(task: &Task) -> &'static str {
    match task.status {
        _ if task.failed => icons::X_CIRCLE,
        TaskStatus::Provisioning => icons::CIRCLE_DASHED,
        TaskStatus::Pending => icons::ARROW_CIRCLE_DOWN,
        TaskStatus::Activating => icons::CIRCLE_HALF,
        TaskStatus::Running => icons::PLAY_CIRCLE,
        TaskStatus::Deactivating | TaskStatus::Stopping | TaskStatus::Deprovisioning => icons::MINUS_CIRCLE,
        TaskStatus::Stopped => icons::STOP_CIRCLE,
    }
}
