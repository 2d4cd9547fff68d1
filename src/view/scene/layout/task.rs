//! A task of ECS: its family, its status, how far it is in its life, and why it ended.

use egui::{Rect, Vec2, pos2};

use egui_phosphor::regular as icons;

use super::super::facts::{STEPS, Task};
use super::super::{NodeId, Surface, Tone};
use super::build::Builder;
use super::row::Row;
use crate::cloud::ecs::TaskStatus;

const ROW: f32 = 40.0;
/// A line more, for why it stopped.
const REASON: f32 = 14.0;

pub(super) fn height(task: &Task) -> f32 {
    if says_why(task) { ROW + REASON } else { ROW }
}

/// Whether a task's row says why it stopped: where nobody wanted it to.
fn says_why(task: &Task) -> bool {
    task.failed && task.reason.is_some()
}

impl Builder<'_> {
    /// Its family, its status as a sign and a word, its life as four steps, and why it ended where nobody wanted it to.
    pub(super) fn task(&mut self, rect: Rect, task: &Task) {
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
