//! IAM, in the way of every request.

use egui::{Rect, pos2};

use egui_phosphor::regular as icons;

use super::super::facts::Passage;
use super::super::measure::break_action;
use super::super::{Align, NodeId, Side, Surface, Tone, Weight};
use super::AISLE;
use super::build::{Builder, label, sign};

impl Builder<'_> {
    pub(super) fn gate(&mut self, side: Side, rect: Rect, passage: Option<&Passage>, above: bool) {
        let (tone, key) = match passage {
            None => (Tone::Iam, "scene-gate-idle"),
            Some(passage) if passage.allowed => (Tone::Allowed, "scene-gate-allowed"),
            Some(_) => (Tone::Denied, "scene-gate-denied"),
        };
        let title = self.say(key, &[]);
        let action = passage.map(|passage| passage.action.clone()).unwrap_or_default();
        let hover = match passage {
            None => self.say("scene-gate-hover", &[]),
            Some(passage) => format!("{title}\n{}", passage.action),
        };
        let centre = rect.center().x;
        let room = AISLE - 10.0;
        let labels = self.push(NodeId::Gate(side), rect, Surface::Gate, tone.clone(), hover);
        let icon = match &tone {
            Tone::Allowed => icons::SHIELD_CHECK,
            Tone::Denied => icons::SHIELD_SLASH,
            _ => icons::SHIELD,
        };
        labels.push(sign(icon, rect.center(), 27.0, tone.clone()));
        let parts = break_action(&action, 10.5, Weight::Regular, room);
        let mut at = match above {
            true => pos2(centre, rect.top() - 11.0 - 15.0 * parts.len() as f32),
            false => pos2(centre, rect.bottom() + 18.0),
        };
        let mut line = label(&title, at, 12.0, Weight::Bold, tone, room);
        line.align = Align::Center;
        labels.push(line);
        for part in parts {
            at.y += 15.0;
            let mut line = label(&part, at, 10.5, Weight::Regular, Tone::Mute, room);
            line.align = Align::Center;
            labels.push(line);
        }
    }
}
