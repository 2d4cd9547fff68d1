//! The VPC with what runs in it.

use egui::{Rect, pos2, vec2};

use super::super::facts::Facts;
use super::super::{NodeId, Surface, Tone, Weight};
use super::build::{Builder, PAD, capped, label};
use super::compute;

const COMPUTES: usize = 3;

pub(super) fn height(facts: &Facts) -> f32 {
    let (shown, more) = capped(facts.computes.len(), COMPUTES);
    let cards: f32 = facts.computes.iter().take(shown).map(|compute| compute::height(compute) + 14.0).sum();
    40.0 + cards + if more { 26.0 } else { 4.0 }
}

impl Builder<'_> {
    pub(super) fn vpc(&mut self, rect: Rect, facts: &Facts) {
        let title = self.say("scene-vpc", &[]);
        let hover = self.say("scene-vpc-hover", &[]);
        let labels = self.push(NodeId::Vpc, rect, Surface::Frame, Tone::Ecs, hover);
        labels.push(label(&title, rect.min + vec2(PAD, 26.0), 12.0, Weight::Bold, Tone::Ecs, rect.width() - 2.0 * PAD));
        let (shown, more) = capped(facts.computes.len(), COMPUTES);
        let mut top = rect.top() + 40.0;
        for compute in facts.computes.iter().take(shown) {
            let size = vec2(rect.width() - 28.0, compute::height(compute));
            self.compute(Rect::from_min_size(pos2(rect.left() + 14.0, top), size), compute);
            top += size.y + 14.0;
        }
        if more {
            let place = Rect::from_min_size(pos2(rect.left() + 14.0, top), vec2(rect.width() - 28.0, 16.0));
            self.more(&NodeId::Vpc, place, facts.computes.len() - shown, String::new());
        }
    }
}
