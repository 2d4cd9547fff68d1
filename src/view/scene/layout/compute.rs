//! What runs containers: a card with its tasks, each with how far it is in its life.

use egui::{Rect, Vec2, pos2, vec2};

use egui_phosphor::regular as icons;

use super::super::facts::{Compute, ComputeKind, STEPS, Task};
use super::super::{NodeId, Surface, Tone};
use super::build::{Builder, GAP, capped};
use super::row::Row;
use crate::cloud::ecs::TaskStatus;

/// From a card's side to its words and tasks.
const SIDE: f32 = 12.0;
/// From a card's top to its tasks.
const HEAD: f32 = 58.0;
const TASK_ROW: f32 = 40.0;
/// A line more, for why it stopped.
const REASON: f32 = 14.0;
/// Tasks of a card that are drawn before "and so many more".
const TASKS: usize = 4;

fn task_height(task: &Task) -> f32 {
    if says_why(task) { TASK_ROW + REASON } else { TASK_ROW }
}

/// Whether a task's row says why it stopped: where nobody wanted it to.
fn says_why(task: &Task) -> bool {
    task.failed && task.reason.is_some()
}

pub(super) fn height(compute: &Compute) -> f32 {
    let (shown, more) = capped(compute.tasks.len(), TASKS);
    let tasks: f32 = compute.tasks.iter().take(shown).map(|task| task_height(task) + GAP).sum();
    let rest = if more || shown == 0 { 34.0 + GAP } else { 0.0 };
    HEAD + tasks + rest - GAP + SIDE
}

/// A compute's id in the picture.
pub(super) fn id(compute: &Compute) -> NodeId {
    match &compute.kind {
        ComputeKind::Instance(instance) => NodeId::Instance(instance.clone()),
        ComputeKind::Fargate(cluster) => NodeId::Fargate(cluster.clone(), compute.subnet.clone()),
    }
}

impl Builder<'_> {
    pub(super) fn compute(&mut self, rect: Rect, compute: &Compute) {
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
        let (title, hover) = match &compute.kind {
            ComputeKind::Instance(instance) => {
                (self.say("scene-instance", &[]), self.say("scene-instance-hover", &[("id", instance.into())]))
            }
            ComputeKind::Fargate(cluster) => {
                (self.say("scene-fargate", &[]), self.say("scene-fargate-hover", &[("cluster", cluster.into())]))
            }
        };
        let id = id(compute);
        let tone = if compute.failing { Tone::Denied } else { Tone::Line };
        self.card_padded(SIDE, id.clone(), rect, tone, &title, &role, format!("{hover}\n{role}"));
        let row = |top: f32, height: f32| {
            Rect::from_min_size(pos2(rect.left() + SIDE, top), vec2(rect.width() - 2.0 * SIDE, height))
        };
        let mut top = rect.top() + HEAD;
        if compute.tasks.is_empty() {
            self.empty(&id, row(top, 34.0), "scene-no-task");
            return;
        }
        let (shown, more) = capped(compute.tasks.len(), TASKS);
        for task in compute.tasks.iter().take(shown) {
            let height = task_height(task);
            self.task(row(top, height), task);
            top += height + GAP;
        }
        for task in compute.tasks.iter().skip(shown) {
            self.hidden.insert(NodeId::Task(task.id.clone()), NodeId::More(Box::new(id.clone())));
        }
        if more {
            let list = compute.tasks.iter().skip(shown).map(|task| format!("{} {}", task.family, task.status.as_str()));
            let list: Vec<_> = list.collect();
            self.more(&id, row(top, 34.0), compute.tasks.len() - shown, list.join("\n"));
        }
    }

    /// Something that is not drawn, with all that is on it.
    pub(super) fn hide(&mut self, compute: &Compute, stand_in: &NodeId) {
        self.hidden.insert(id(compute), stand_in.clone());
        for task in &compute.tasks {
            self.hidden.insert(NodeId::Task(task.id.clone()), stand_in.clone());
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
