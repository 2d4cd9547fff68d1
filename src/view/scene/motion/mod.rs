//! What is on its way: events of the trail, seen after a cursor, as things that travel over the scene.
//!
//! Motion follows the truth and never gates it: the scene already shows the end. An undo, another quest or a world
//! that was loaded moves nothing: the cursor notices that its last event is gone.

mod effect;
mod way;

use std::collections::VecDeque;
use std::sync::Arc;

use super::Scene;
use crate::cloud::{Cloud, Event};

pub use effect::{Effect, Shape};
pub use way::{Cargo, Motion};

/// Seconds between the starts of two motions when few wait.
const GAP: f32 = 0.26;
/// All that waits starts within these seconds, however much it is.
const LONGEST: f32 = 6.0;
/// More than this is not shown one by one: the oldest are left out.
const MOST: usize = 80;
/// Plays the events of one world's trail.
#[derive(Clone, Debug, Default)]
pub struct Player {
    /// The newest event that was seen, with its number. None before the first look.
    cursor: Option<Option<(u64, Arc<Event>)>>,
    waiting: VecDeque<Motion>,
    moving: Vec<Running>,
    /// Seconds until the next one starts, and from then on to the one after it.
    until_next: f32,
    gap: f32,
}

#[derive(Clone, Debug)]
struct Running {
    motion: Motion,
    age: f32,
}

impl Player {
    /// Looks at the trail: what is new after the cursor is queued. With `motion` off nothing ever moves.
    pub fn follow(&mut self, cloud: &Cloud, motion: bool) {
        let trail = cloud.trail();
        let last = trail.events().last().map(|event| (event.number, Arc::clone(event)));
        let fresh = match &self.cursor {
            _ if !motion => None,
            None => None,
            Some(None) => Some(trail.events()),
            Some(Some((number, seen))) => {
                let same = (*number as usize)
                    .checked_sub(1)
                    .and_then(|slot| trail.events().get(slot))
                    .is_some_and(|event| Arc::ptr_eq(event, seen));
                same.then(|| trail.since(*number))
            }
        };
        match fresh {
            Some(fresh) => {
                self.queue(fresh.iter().filter_map(|event| Motion::of(event, cloud)));
            }
            None => self.stop(),
        }
        self.cursor = Some(last);
    }

    /// Adds to what waits. The more waits, the closer it starts one after the other.
    fn queue(&mut self, motions: impl Iterator<Item = Motion>) {
        self.waiting.extend(motions);
        let surplus = self.waiting.len().saturating_sub(MOST);
        self.waiting.drain(..surplus);
        self.gap = GAP.min(LONGEST / (self.waiting.len() as f32 + 1.0));
    }

    /// Ends all motion at once.
    pub fn stop(&mut self) {
        self.waiting.clear();
        self.moving.clear();
        self.until_next = 0.0;
    }

    /// Lets `seconds` pass.
    pub fn advance(&mut self, seconds: f32) {
        for running in &mut self.moving {
            running.age += seconds;
        }
        self.moving.retain(|running| running.age < running.motion.length());
        self.until_next -= seconds;
        while self.until_next <= 0.0 {
            let Some(motion) = self.waiting.pop_front() else {
                self.until_next = 0.0;
                break;
            };
            self.moving.push(Running { motion, age: -self.until_next });
            self.until_next += self.gap;
        }
        self.moving.retain(|running| running.age < running.motion.length());
    }

    /// Whether anything moves or waits to: only then a picture per frame is needed.
    pub fn is_moving(&self) -> bool {
        !self.moving.is_empty() || !self.waiting.is_empty()
    }

    /// How many motions run and wait.
    pub fn len(&self) -> usize {
        self.moving.len() + self.waiting.len()
    }

    /// Whether nothing runs or waits.
    pub fn is_empty(&self) -> bool {
        !self.is_moving()
    }

    /// What to draw now over `scene`.
    pub fn effects(&self, scene: &Scene) -> Vec<Effect> {
        let mut effects = Vec::new();
        for running in &self.moving {
            running.motion.effects(running.age, scene, &mut effects);
        }
        effects
    }
}

#[cfg(test)]
mod tests;
