//! A row of a card for something that has a state: its name, the state as a sign and a word, and a line below.

use egui::{Rect, pos2};

use super::super::facts::Standing;
use super::super::measure::{fit, width};
use super::super::{Align, NodeId, Surface, Tone, Weight};
use super::build::{Builder, label, sign};

/// What a row says.
pub(super) struct Row<'a> {
    pub(super) id: NodeId,
    pub(super) name: &'a str,
    /// The state's name.
    pub(super) word: &'a str,
    pub(super) icon: &'static str,
    pub(super) tone: Tone,
    pub(super) hover: String,
    /// A line below, its tone, and how far its baseline is from the top.
    pub(super) note: Option<(&'a str, Tone, f32)>,
}

/// The widest that a state's name may be.
const WORD: f32 = 96.0;

impl Builder<'_> {
    pub(super) fn row(&mut self, rect: Rect, row: Row<'_>) {
        // What failed has another outline, not only another colour.
        let surface = if row.tone == Tone::Denied { Surface::Empty } else { Surface::Inset };
        let word = fit(row.word, 10.5, Weight::SemiBold, WORD);
        let wide = width(&word, 10.5, Weight::SemiBold);
        let room = rect.width() - 44.0 - wide;
        let labels = self.push(row.id, rect, surface, row.tone.clone(), row.hover);
        let base = rect.top() + 19.0;
        labels.push(label(row.name, pos2(rect.left() + 10.0, base), 12.0, Weight::SemiBold, Tone::Ink, room));
        let mut line =
            label(&word, pos2(rect.right() - 10.0, base), 10.5, Weight::SemiBold, row.tone.clone(), f32::MAX);
        line.align = Align::Right;
        labels.push(line);
        labels.push(sign(row.icon, pos2(rect.right() - 19.0 - wide, base - 4.0), 12.0, row.tone));
        if let Some((text, tone, down)) = row.note {
            let at = pos2(rect.left() + 10.0, rect.top() + down);
            labels.push(label(text, at, 10.0, Weight::Regular, tone, rect.width() - 20.0));
        }
    }
}

/// The colour and the sign of how something stands.
pub(super) fn look(standing: Standing) -> (Tone, &'static str) {
    use egui_phosphor::regular as icons;
    match standing {
        Standing::Works => (Tone::Allowed, icons::CHECK_CIRCLE),
        Standing::Waiting => (Tone::Ecs, icons::ARROW_CIRCLE_DOWN),
        Standing::Idle => (Tone::Mute, icons::MINUS_CIRCLE),
        Standing::Failed => (Tone::Denied, icons::X_CIRCLE),
    }
}
