//! What runs containers: a card with its tasks.

use egui::{Rect, pos2, vec2};

use super::super::facts::{Compute, ComputeKind, Task};
use super::super::measure::{fit, width};
use super::super::{Align, NodeId, Surface, Tone, Weight};
use super::build::{Builder, GAP, HEAD, PAD, capped, label, rows, stack};

const TASK_ROW: f32 = 34.0;
/// Tasks of a card that are drawn before "and so many more".
const TASKS: usize = 4;

pub(super) fn height(compute: &Compute) -> f32 {
    HEAD + stack(rows(compute.tasks.len(), TASKS), TASK_ROW) + 16.0
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

/// A task's colour; its status stands beside it as a word.
fn task_tone(task: &Task) -> Tone {
    match task.status.as_str() {
        "RUNNING" => Tone::Allowed,
        _ if task.failed => Tone::Denied,
        "STOPPED" => Tone::Mute,
        _ => Tone::Ecs,
    }
}
