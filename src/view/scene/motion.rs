//! What is on its way: events of the trail, seen after a cursor, as things that travel over the scene.
//!
//! Motion follows the truth and never gates it: the scene already shows the end. An undo, another quest or a world
//! that was loaded moves nothing: the cursor notices that its last event is gone.

use std::collections::VecDeque;
use std::sync::Arc;

use egui::{Pos2, Rect, Vec2, vec2};

use super::{NodeId, Scene, Side, Tone};
use crate::cloud::{Arn, Caller, Digest, Event, EventKind, Origin, RequestEvent, Service, Trail};

/// Seconds between the starts of two motions when few wait.
const GAP: f32 = 0.26;
/// All that waits starts within these seconds, however much it is.
const LONGEST: f32 = 6.0;
/// More than this is not shown one by one: the oldest are left out.
const MOST: usize = 80;
/// Seconds that a request takes from one place to the next, and a layer.
const LEG: f32 = 0.42;
const LAYER_LEG: f32 = 0.55;
/// Seconds that a gate, or a place at the end of a way, glows.
const GLOW: f32 = 0.55;
/// Seconds that a denied request stays at the gate.
const STOPPED: f32 = 0.9;

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

/// One event's way.
#[derive(Clone, Debug, PartialEq)]
pub struct Motion {
    /// From where to where.
    pub stops: Vec<NodeId>,
    pub cargo: Cargo,
    /// Which stop is IAM's gate, and its answer.
    pub gate: Option<(usize, bool)>,
    /// The request passed IAM, and its service answered with an error.
    pub failed: bool,
}

/// What travels.
#[derive(Clone, Debug, PartialEq)]
pub enum Cargo {
    Request,
    Layer(Digest),
    /// Nothing: the place itself glows, in its own tone.
    Nothing,
}

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

impl Player {
    /// Looks at the trail: what is new after the cursor is queued. With `motion` off nothing ever moves.
    pub fn follow(&mut self, trail: &Trail, motion: bool) {
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
                self.queue(fresh.iter().filter_map(|event| Motion::of(event)));
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

impl Motion {
    /// What an event looks like; none for those that nothing in the picture tells.
    pub fn of(event: &Event) -> Option<Self> {
        match &event.kind {
            EventKind::Request(request) => Self::of_request(request),
            EventKind::Layer { caller, repository, digest, upload, .. } => {
                let (place, gate) = origin(caller)?;
                let repository = NodeId::Repository(repository.clone());
                let store = NodeId::Object(digest.clone());
                let (stops, gate) = if *upload {
                    (vec![place, gate, repository, store], 1)
                } else {
                    (vec![store, repository, gate, place], 2)
                };
                Some(Self { stops, cargo: Cargo::Layer(digest.clone()), gate: Some((gate, true)), failed: false })
            }
            EventKind::Task { task, .. } => Some(Self::glow(NodeId::Task(last_part(task).to_owned()))),
            EventKind::Lifecycle { repository, .. } | EventKind::Scan { repository, .. } => {
                Some(Self::glow(repository_of(repository)?))
            }
            EventKind::Unreached { origin, .. } => match origin {
                Origin::Instance(id) => Some(Self::glow(NodeId::Instance(id.clone()))),
                Origin::Fargate(id) => Some(Self::glow(NodeId::Task(id.clone()))),
                Origin::Laptop | Origin::Function(_) | Origin::Service => None,
            },
            EventKind::Function { .. } | EventKind::ServiceMessage { .. } => None,
        }
    }

    fn of_request(request: &RequestEvent) -> Option<Self> {
        let (place, gate) = origin(&request.caller)?;
        let denied = request.denial().is_some();
        let mut stops = vec![place, gate];
        if request.service == Service::Ecr {
            stops.push(request.resource.as_ref().and_then(repository_of).unwrap_or(NodeId::Registry));
        }
        let failed = !denied && request.error.is_some();
        Some(Self { stops, cargo: Cargo::Request, gate: Some((1, !denied)), failed })
    }

    fn glow(place: NodeId) -> Self {
        Self { stops: vec![place], cargo: Cargo::Nothing, gate: None, failed: false }
    }

    fn leg(&self) -> f32 {
        if matches!(self.cargo, Cargo::Layer(_)) { LAYER_LEG } else { LEG }
    }

    /// The stop where the way ends: the gate, where that said no.
    fn end(&self) -> usize {
        match self.gate {
            Some((gate, false)) => gate,
            _ => self.stops.len().saturating_sub(1),
        }
    }

    /// Seconds from its start until nothing of it is seen.
    fn length(&self) -> f32 {
        let denied = matches!(self.gate, Some((_, false)));
        self.end() as f32 * self.leg() + if denied { STOPPED } else { GLOW }
    }

    fn effects(&self, age: f32, scene: &Scene, effects: &mut Vec<Effect>) {
        let leg = self.leg();
        let end = self.end();
        let arrival = end as f32 * leg;
        let place = |stop: usize| self.stops.get(stop).and_then(|id| scene.place(id));

        // The gate glows from the moment that the cargo is there.
        if let Some((gate, allowed)) = self.gate
            && let Some(rect) = place(gate)
        {
            let since = age - gate as f32 * leg;
            if allowed && (0.0..GLOW).contains(&since) {
                effects.push(ring(rect, since / GLOW, Tone::Allowed, rect.width() / 2.0));
            } else if !allowed && since >= 0.0 {
                let fade = 1.0 - (since / STOPPED).clamp(0.0, 1.0);
                let shake = (since * 46.0).sin() * 5.0 * fade * fade;
                let at = rect.center() + vec2(shake, 0.0);
                let shape = Shape::Ring { size: rect.size() + Vec2::splat(6.0), radius: rect.width() / 2.0 + 3.0 };
                effects.push(Effect { at, shape, tone: Tone::Denied, alpha: fade });
            }
        }
        // So does the end of the way.
        let reached = age - arrival;
        if reached >= 0.0 && !matches!(self.gate, Some((_, false))) && self.gate.is_none_or(|(gate, _)| gate != end) {
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
        let denied = matches!(self.gate, Some((_, false)));
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
            // It stops at the gate's edge, not in its middle.
            let edge = scene.place(to).map_or(0.0, |rect| rect.width() / 2.0 + 9.0);
            share *= 1.0 - (edge / length(&way).max(1.0)).min(1.0);
        }
        let at = along(&way, share);
        let passed = self.gate.is_some_and(|(gate, _)| age >= gate as f32 * leg);
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

/// Where a caller stands, and the gate in its way. A service in its own name is not in the picture.
fn origin(caller: &Caller) -> Option<(NodeId, NodeId)> {
    match &caller.origin {
        Origin::Laptop => Some((NodeId::Laptop, NodeId::Gate(Side::Laptop))),
        Origin::Instance(id) => Some((NodeId::Instance(id.clone()), NodeId::Gate(Side::Compute))),
        Origin::Fargate(id) => Some((NodeId::Task(id.clone()), NodeId::Gate(Side::Compute))),
        Origin::Function(_) | Origin::Service => None,
    }
}

fn repository_of(arn: &Arn) -> Option<NodeId> {
    arn.resource().strip_prefix("repository/").map(|name| NodeId::Repository(name.to_owned()))
}

fn last_part(arn: &Arn) -> &str {
    arn.resource().rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{AccountId, Principal, Region, Timestamp};
    use crate::text::{Lang, Words};
    use crate::view::scene::{Arrangement, tests};

    fn event(number: u64, kind: EventKind) -> Arc<Event> {
        Arc::new(Event { number, time: Timestamp::START, kind })
    }

    fn caller(origin: Origin) -> Caller {
        let principal = Principal::User { account: AccountId::home(), name: "learner".to_owned() };
        Caller { principal, region: Region::home(), origin }
    }

    fn layer(upload: bool, origin: Origin) -> EventKind {
        let digest = Digest::of(b"layer");
        EventKind::Layer { caller: caller(origin), repository: "web".to_owned(), digest, bytes: 1, upload }
    }

    fn scene() -> Scene {
        Scene::arranged(&tests::plenty(2), &Words::new(Lang::En), Arrangement::Wide)
    }

    #[test]
    fn an_uploaded_layer_goes_from_the_laptop_through_the_gate_and_the_registry_down_to_s3() {
        let motion = Motion::of(&event(1, layer(true, Origin::Laptop))).unwrap();
        let object = NodeId::Object(Digest::of(b"layer"));
        let repository = NodeId::Repository("web".to_owned());
        assert_eq!(motion.stops, [NodeId::Laptop, NodeId::Gate(Side::Laptop), repository.clone(), object.clone()]);
        let motion = Motion::of(&event(1, layer(false, Origin::Instance("i-1".to_owned())))).unwrap();
        let instance = NodeId::Instance("i-1".to_owned());
        assert_eq!(motion.stops, [object, repository, NodeId::Gate(Side::Compute), instance]);
    }

    #[test]
    fn a_service_in_its_own_name_is_not_in_the_picture() {
        assert_eq!(Motion::of(&event(1, layer(true, Origin::Service))), None);
    }

    #[test]
    fn cargo_begins_where_it_comes_from_and_ends_where_it_goes() {
        let scene = scene();
        let motion = Motion::of(&event(1, layer(true, Origin::Laptop))).unwrap();
        let block = |age: f32| {
            let mut effects = Vec::new();
            motion.effects(age, &scene, &mut effects);
            effects.into_iter().find(|effect| matches!(effect.shape, Shape::Block { .. })).map(|effect| effect.at)
        };
        let start = scene.place(&NodeId::Laptop).unwrap().center();
        assert!(block(0.0).unwrap().distance(start) < 1.0);
        let gate = scene.place(&NodeId::Gate(Side::Laptop)).unwrap().center();
        assert!(block(LAYER_LEG).unwrap().distance(gate) < 1.0);
        let store = scene.place(&NodeId::Store).unwrap();
        assert!(store.contains(block(3.0 * LAYER_LEG).unwrap()));
        assert_eq!(block(motion.length()), None);
    }

    #[test]
    fn however_much_waits_all_of_it_has_started_within_seconds() {
        let scene = scene();
        for count in [1, 10, 500] {
            let mut player = Player::default();
            player.queue((0..count).filter_map(|n| Motion::of(&event(n, layer(true, Origin::Laptop)))));
            let mut seconds = 0.0;
            while player.is_moving() {
                player.advance(1.0 / 60.0);
                assert!(player.effects(&scene).len() <= 3 * player.len());
                seconds += 1.0 / 60.0;
                assert!(seconds < LONGEST + 3.0, "{count}");
            }
        }
    }
}
