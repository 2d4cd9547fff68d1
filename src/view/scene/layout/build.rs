//! What all parts of the picture are made of: cards with two lines of heading, boxes that are empty, "so many more".

use std::collections::BTreeMap;

use egui::{Pos2, Rect, pos2, vec2};

use egui_phosphor::regular as icons;

use super::super::measure::fit;
use super::super::{Align, Label, Node, NodeId, Surface, Tone, Weight};
use crate::text::{Arg, Words};

/// Distances inside cards, in units of the world.
pub(super) const PAD: f32 = 18.0;
pub(super) const GAP: f32 = 8.0;
/// From a card's top to what follows its two lines of heading.
pub(super) const HEAD: f32 = 60.0;

/// Collects nodes while the layout walks down.
pub(super) struct Builder<'a> {
    pub(super) words: &'a Words,
    pub(super) nodes: Vec<Node>,
    /// What is not drawn, and what stands for it.
    pub(super) hidden: BTreeMap<NodeId, NodeId>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(words: &'a Words) -> Self {
        Self { words, nodes: Vec::new(), hidden: BTreeMap::new() }
    }

    pub(super) fn say(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.words.with(key, args)
    }

    pub(super) fn push(
        &mut self,
        id: NodeId,
        rect: Rect,
        surface: Surface,
        tone: Tone,
        hover: String,
    ) -> &mut Vec<Label> {
        &mut self.nodes.push_mut(Node { id, rect, surface, tone, labels: Vec::new(), hover }).labels
    }

    /// A card with its two lines of heading.
    pub(super) fn card(&mut self, id: NodeId, rect: Rect, tone: Tone, title: &str, sub: &str, hover: String) {
        self.card_padded(PAD, id, rect, tone, title, sub, hover);
    }

    /// A card whose words keep `pad` from its sides.
    #[expect(clippy::too_many_arguments, reason = "a card has that many parts")]
    pub(super) fn card_padded(
        &mut self,
        pad: f32,
        id: NodeId,
        rect: Rect,
        tone: Tone,
        title: &str,
        sub: &str,
        hover: String,
    ) {
        let room = rect.width() - 2.0 * pad;
        let icon = match &id {
            NodeId::Laptop => icons::LAPTOP,
            NodeId::Registry => icons::PACKAGE,
            NodeId::Store => icons::DATABASE,
            NodeId::Instance(_) => icons::HARD_DRIVES,
            NodeId::Lambda => icons::FUNCTION,
            NodeId::Cluster(_) => icons::STEERING_WHEEL,
            _ => icons::LIGHTNING,
        };
        let icon_tone = if tone == Tone::Line { Tone::Mute } else { tone.clone() };
        let labels = self.push(id, rect, Surface::Card, tone, hover);
        labels.push(sign(icon, pos2(rect.right() - pad - 7.0, rect.top() + 24.0), 17.0, icon_tone));
        labels.push(label(title, rect.min + vec2(pad, 29.0), 14.5, Weight::Bold, Tone::Ink, room - 24.0));
        labels.push(label(sub, rect.min + vec2(pad, 47.0), 11.5, Weight::Regular, Tone::Mute, room));
    }

    /// A dashed box that says what is not there yet.
    pub(super) fn empty(&mut self, of: &NodeId, rect: Rect, key: &str) {
        let text = self.say(key, &[]);
        let labels = self.push(NodeId::More(Box::new(of.clone())), rect, Surface::Empty, Tone::Line, String::new());
        let mut line =
            label(&text, rect.center() + vec2(0.0, 4.0), 11.5, Weight::Regular, Tone::Mute, rect.width() - 16.0);
        line.align = Align::Center;
        labels.push(line);
    }

    pub(super) fn more(&mut self, of: &NodeId, rect: Rect, count: usize, hidden: String) {
        let text = self.say("scene-more", &[("count", count.into())]);
        let labels = self.push(NodeId::More(Box::new(of.clone())), rect, Surface::Bare, Tone::Mute, hidden);
        let mut line = label(&text, rect.center() + vec2(0.0, 4.0), 12.0, Weight::SemiBold, Tone::Mute, rect.width());
        line.align = Align::Center;
        labels.push(line);
    }
}

/// How many of `count` rows are shown when at most `most` fit, and whether the last row says how many more there are.
pub(super) fn capped(count: usize, most: usize) -> (usize, bool) {
    if count > most { (most.saturating_sub(1), true) } else { (count, false) }
}

pub(super) fn stack(rows: f32, row: f32) -> f32 {
    rows * row + (rows - 1.0) * GAP
}

pub(super) fn label(text: &str, at: Pos2, size: f32, weight: Weight, tone: Tone, room: f32) -> Label {
    Label { text: fit(text, size, weight, room), at, size, weight, tone, align: Align::Left }
}

pub(super) fn sign(icon: &str, at: Pos2, size: f32, tone: Tone) -> Label {
    Label { text: icon.to_owned(), at, size, weight: Weight::Icon, tone, align: Align::Center }
}
