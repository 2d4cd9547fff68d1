//! What a motion looks like at a moment.

use egui::{Pos2, Rect, Vec2, vec2};

use super::super::{Scene, Tone};
use super::way::{Cargo, Motion};

/// Seconds that a request takes from one place to the next, and a layer.
const LEG: f32 = 0.42;
pub(super) const LAYER_LEG: f32 = 0.55;
/// Seconds that a gate, or a place at the end of a way, glows.
const GLOW: f32 = 0.55;
/// Seconds that a denied request stays at the gate.
const STOPPED: f32 = 0.9;
/// However many places it comes by, it takes no longer than this to where it ends.
const WAY: f32 = 2.2;

/// Something to draw over the scene now.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    pub at: Pos2,
    pub shape: Shape,
    pub tone: Tone,
    /// From 0, not seen, to 1.
    pub alpha: f32,
}

/// An effect's form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shape {
    Dot { radius: f32 },
    Block { size: Vec2 },
    Ring { size: Vec2, radius: f32 },
}

impl Motion {
    /// Seconds from one place to the next.
    pub(super) fn leg(&self) -> f32 {
        let leg = if matches!(self.cargo, Cargo::Layer(_)) { LAYER_LEG } else { LEG };
        leg.min(WAY / self.stops.len().saturating_sub(1).max(1) as f32)
    }

    /// Where it was stopped: by the gate that said no, or by the network.
    fn stopped(&self) -> Option<usize> {
        match self.gate {
            Some((gate, false)) => Some(gate),
            _ if self.blocked => self.stops.len().checked_sub(1),
            _ => None,
        }
    }

    /// The stop where the way ends.
    fn end(&self) -> usize {
        self.stopped().unwrap_or(self.stops.len().saturating_sub(1))
    }

    /// Seconds from its start until nothing of it is seen.
    pub(super) fn length(&self) -> f32 {
        self.end() as f32 * self.leg() + if self.stopped().is_some() { STOPPED } else { GLOW }
    }

    pub(super) fn effects(&self, age: f32, scene: &Scene, effects: &mut Vec<Effect>) {
        let leg = self.leg();
        let end = self.end();
        let arrival = end as f32 * leg;
        let place = |stop: usize| self.stops.get(stop).and_then(|id| scene.place(id));

        let stopped = self.stopped();
        // The gate glows from the moment that the cargo is there.
        if let Some((gate, true)) = self.gate
            && let Some(rect) = place(gate)
        {
            let since = age - gate as f32 * leg;
            if (0.0..GLOW).contains(&since) {
                effects.push(ring(rect, since / GLOW, Tone::Allowed, rect.width() / 2.0));
            }
        }
        // What stops it shakes.
        if let Some(rect) = stopped.and_then(place) {
            let since = age - arrival;
            if since >= 0.0 {
                let fade = 1.0 - (since / STOPPED).clamp(0.0, 1.0);
                let shake = (since * 46.0).sin() * 5.0 * fade * fade;
                let at = rect.center() + vec2(shake, 0.0);
                let round = if self.blocked { 9.0 } else { rect.width() / 2.0 };
                let shape = Shape::Ring { size: rect.size() + Vec2::splat(6.0), radius: round + 3.0 };
                effects.push(Effect { at, shape, tone: Tone::Denied, alpha: fade });
            }
        }
        // So does the end of the way.
        let reached = age - arrival;
        if reached >= 0.0 && stopped.is_none() && self.gate.is_none_or(|(gate, _)| gate != end) {
            let tone = match &self.cargo {
                _ if self.failed => Tone::Denied,
                Cargo::Request => Tone::Allowed,
                Cargo::Layer(digest) => Tone::Layer(digest.clone()),
                Cargo::Nothing => match self.stops.get(end).and_then(|id| scene.node(id)) {
                    Some(node) if node.tone != Tone::Line => node.tone.clone(),
                    _ => Tone::Mute,
                },
            };
            if let Some(rect) = place(end) {
                effects.push(ring(rect, (reached / GLOW).min(1.0), tone, 9.0));
            }
        }
        // The cargo itself.
        let layer = match &self.cargo {
            Cargo::Nothing => return,
            Cargo::Request => None,
            Cargo::Layer(digest) => Some(digest),
        };
        let denied = stopped.is_some();
        let alpha = match reached {
            _ if reached < 0.0 => 1.0,
            _ if denied => 1.0 - (reached / STOPPED).powi(2),
            _ => 1.0 - reached / (GLOW * 0.4),
        };
        if alpha <= 0.0 || age < 0.0 {
            return;
        }
        let leg_index = ((age / leg) as usize).min(end.saturating_sub(1));
        let (Some(from), Some(to)) = (self.stops.get(leg_index), self.stops.get((leg_index + 1).min(end))) else {
            return;
        };
        let Some(way) = scene.way(from, to) else { return };
        let mut share = ease(((age - leg_index as f32 * leg) / leg).clamp(0.0, 1.0));
        if denied && leg_index + 1 == end {
            // It stops at the edge of what stops it, not in its middle.
            let edge = scene.place(to).map_or(0.0, |rect| rect.width() / 2.0 + 9.0);
            share *= 1.0 - (edge / length(&way).max(1.0)).min(1.0);
        }
        let at = along(&way, share);
        let passed = match (self.gate, stopped) {
            (Some((gate, _)), _) => age >= gate as f32 * leg,
            (None, Some(end)) => age >= end as f32 * leg,
            (None, None) => false,
        };
        effects.push(match layer {
            Some(digest) => {
                Effect { at, shape: Shape::Block { size: vec2(30.0, 15.0) }, tone: Tone::Layer(digest.clone()), alpha }
            }
            None => Effect {
                at,
                shape: Shape::Dot { radius: 5.0 },
                tone: match (denied, passed) {
                    (true, true) => Tone::Denied,
                    (false, true) => Tone::Allowed,
                    (_, false) => Tone::Ink,
                },
                alpha,
            },
        });
    }
}

/// A ring that widens around `rect` and fades, `share` of its time gone.
fn ring(rect: Rect, share: f32, tone: Tone, radius: f32) -> Effect {
    let grown = 2.0 + 9.0 * share;
    Effect {
        at: rect.center(),
        shape: Shape::Ring { size: rect.size() + Vec2::splat(2.0 * grown), radius: radius + grown },
        tone,
        alpha: 1.0 - share,
    }
}

fn length(way: &[Pos2]) -> f32 {
    way.iter().zip(way.iter().skip(1)).map(|(a, b)| a.distance(*b)).sum()
}

/// The point after `share` of the way's length.
fn along(way: &[Pos2], share: f32) -> Pos2 {
    let mut left = length(way) * share;
    for (a, b) in way.iter().zip(way.iter().skip(1)) {
        let step = a.distance(*b);
        if left <= step && step > 0.0 {
            return *a + (*b - *a) * (left / step);
        }
        left -= step;
    }
    way.last().copied().unwrap_or_default()
}

fn ease(share: f32) -> f32 {
    share * share * (3.0 - 2.0 * share)
}
