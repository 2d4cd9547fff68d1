//! A pod: its name, its status in `kubectl`'s words, and the image that it is of.

use egui::{Rect, pos2, vec2};

use egui_phosphor::regular as icons;

use super::super::facts::{Pod, Standing};
use super::super::measure::{fit, fit_ends, width};
use super::super::{Align, NodeId, Surface, Tone, Weight};
use super::build::{Builder, label, sign};
use super::row;

pub(super) const HEIGHT: f32 = 40.0;
/// From the row's sides to its words.
const SIDE: f32 = 10.0;

impl Builder<'_> {
    pub(super) fn pod(&mut self, rect: Rect, pod: &Pod) {
        let args = [
            ("name", (&pod.key.name).into()),
            ("namespace", (&pod.key.namespace).into()),
            ("status", (&pod.word).into()),
            ("image", (&pod.image).into()),
        ];
        let mut hover = self.say("scene-pod-hover", &args);
        if let Some(message) = &pod.message {
            hover = format!("{hover}\n{message}");
        }
        let (tone, _) = row::look(pod.standing);
        // What failed has another outline, not only another colour.
        let surface = if pod.standing == Standing::Failed { Surface::Empty } else { Surface::Inset };
        let id = NodeId::Pod(pod.cluster.clone(), pod.key.clone());
        let labels = self.push(id, rect, surface, tone.clone(), hover);
        let room = rect.width() - 2.0 * SIDE;
        let (left, right) = (rect.left() + SIDE, rect.right() - SIDE);
        // Pods of one deployment differ only in how their names end.
        let name = fit_ends(&pod.key.name, 11.0, Weight::SemiBold, room - 18.0);
        labels.push(label(&name, pos2(left, rect.top() + 16.5), 11.0, Weight::SemiBold, Tone::Ink, f32::MAX));
        labels.push(sign(icon(pod), rect.right_top() + vec2(-SIDE - 5.0, 12.5), 12.0, tone.clone()));
        let base = rect.top() + 31.5;
        let word = fit(&pod.word, 10.5, Weight::SemiBold, room);
        let rest = room - width(&word, 10.5, Weight::SemiBold) - 8.0;
        labels.push(label(&word, pos2(left, base), 10.5, Weight::SemiBold, tone, f32::MAX));
        if rest > 24.0 {
            let mut image = label(&pod.image, pos2(right, base), 10.0, Weight::Regular, Tone::Mute, rest);
            image.align = Align::Right;
            labels.push(image);
        }
    }
}

/// A sign for a status that needs no colour.
fn icon(pod: &Pod) -> &'static str {
    match pod.word.as_str() {
        "Pending" => icons::CIRCLE_DASHED,
        "ContainerCreating" => icons::ARROW_CIRCLE_DOWN,
        "Running" if pod.standing == Standing::Works => icons::PLAY_CIRCLE,
        "Running" => icons::CIRCLE_HALF,
        "Completed" => icons::CHECK_CIRCLE,
        "Terminating" => icons::MINUS_CIRCLE,
        "CrashLoopBackOff" => icons::ARROW_COUNTER_CLOCKWISE,
        _ => icons::X_CIRCLE,
    }
}
