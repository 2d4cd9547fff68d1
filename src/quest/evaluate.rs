//! Evaluating predicates over a world and over the trail since the quest began.

mod access;
mod containers;
mod functions;
mod kubernetes;
mod lifecycle;
mod machine;
mod network;
mod registry;
mod requests;

use super::{Predicate, Progress};
use crate::cloud::{Account, AccountId, Region, Regional};
use crate::text::Message;
use crate::world::World;

/// A world, and since when its trail counts.
#[derive(Clone, Copy)]
struct Scope<'a> {
    world: &'a World,
    /// The trail's length when the quest began.
    since: u64,
}

impl<'a> Scope<'a> {
    fn account_id(&self) -> AccountId {
        AccountId::home()
    }

    fn region_name(&self) -> Region {
        Region::home()
    }

    fn account(&self) -> Option<&'a Account> {
        self.world.cloud.account(&self.account_id())
    }

    fn region(&self) -> Option<&'a Regional> {
        self.account()?.region(&self.region_name())
    }
}

impl Predicate {
    /// How far it is in `world`; of the trail, what came after its first `since` entries counts.
    pub fn evaluate(&self, world: &World, since: u64) -> Progress {
        Scope { world, since }.evaluate(self)
    }
}

impl Scope<'_> {
    fn evaluate(self, predicate: &Predicate) -> Progress {
        match predicate {
            Predicate::All(all) => sum(all.iter().map(|one| self.evaluate(one))),
            Predicate::Any(any) => self.any(any),
            Predicate::Not(one) => {
                let met = !self.evaluate(one).met;
                Progress::of(met, || unwanted(one))
            }

            Predicate::RepositoryExists { .. }
            | Predicate::ImageExists { .. }
            | Predicate::SameImage { .. }
            | Predicate::DifferentImages { .. }
            | Predicate::Untagged { .. }
            | Predicate::Images { .. }
            | Predicate::LayersShared { .. }
            | Predicate::TagsImmutable { .. }
            | Predicate::ScansOnPush { .. }
            | Predicate::Scanned { .. } => self.registry(predicate),

            Predicate::LifecycleExpires { .. } | Predicate::LifecycleKeeps { .. } | Predicate::PreviewSeen { .. } => {
                self.lifecycle(predicate)
            }

            Predicate::Can { .. }
            | Predicate::Cannot { .. }
            | Predicate::CanAll { .. }
            | Predicate::CannotAny { .. } => self.access(predicate),

            Predicate::TasksRunning { .. }
            | Predicate::TaskStopped { .. }
            | Predicate::ServiceSteady { .. }
            | Predicate::RollsBack { .. }
            | Predicate::ServiceRuns { .. }
            | Predicate::ServicePrivate { .. } => self.containers(predicate),

            Predicate::FunctionActive { .. }
            | Predicate::FunctionAnswered { .. }
            | Predicate::FunctionMayPull { .. } => self.functions(predicate),
            Predicate::PodsRunning { .. }
            | Predicate::NoPullSecret { .. }
            | Predicate::NoSecret { .. }
            | Predicate::KubernetesShown { .. } => self.kubernetes(predicate),

            Predicate::ReachesPrivately { .. } | Predicate::NoInternet { .. } | Predicate::EndpointLets { .. } => {
                self.network(predicate)
            }

            Predicate::Requested { .. } => self.requested(predicate),

            Predicate::LocalImage { .. } | Predicate::LoggedIn | Predicate::File { .. } => self.machine(predicate),
        }
    }

    /// Met when one is; else what the nearest ones still need: each of them, where several are equally near.
    fn any(self, any: &[Predicate]) -> Progress {
        let mut best: Vec<(&Predicate, Progress)> = Vec::new();
        for one in any {
            let progress = self.evaluate(one);
            if progress.met {
                return progress;
            }
            let left = |progress: &Progress| progress.of - progress.done;
            let nearest = best.first().map_or(u32::MAX, |(_, best)| left(best));
            if left(&progress) < nearest {
                best.clear();
            }
            if left(&progress) <= nearest {
                best.push((one, progress));
            }
        }
        if let Some(missing) = requests::none_of(best.iter().map(|(one, _)| *one)) {
            return Progress::unmet(missing);
        }
        let mut best = best.into_iter().map(|(_, progress)| progress);
        let Some(first) = best.next() else { return Progress::unmet(Message::new("goal-nothing-listed")) };
        best.fold(first, |whole, other| match (whole.missing.as_slice(), other.missing.as_slice()) {
            ([this], [that]) => {
                let either = Message::new("goal-either").with("this", this.clone()).with("that", that.clone());
                Progress { missing: vec![either], ..whole }
            }
            // More than a line each would not be read as one or the other.
            _ => whole,
        })
    }
}

/// Parts together: met when all are.
fn sum(parts: impl Iterator<Item = Progress>) -> Progress {
    let mut whole = Progress { met: true, done: 0, of: 0, missing: Vec::new() };
    for part in parts {
        whole.met &= part.met;
        whole.done += part.done;
        whole.of += part.of;
        whole.missing.extend(part.missing);
    }
    if whole.of == 0 { Progress::met() } else { whole }
}

/// Words of the user, side by side.
fn listed(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// What to say of a predicate that holds and must not.
fn unwanted(predicate: &Predicate) -> Message {
    match predicate {
        Predicate::RepositoryExists { repository } => Message::new("goal-gone-repository").with("name", repository),
        Predicate::ImageExists { image } => Message::new("goal-gone-image").with("image", image.to_string()),
        Predicate::LocalImage { name } => Message::new("goal-gone-local-image").with("image", name),
        Predicate::File { path, .. } => Message::new("goal-gone-file").with("path", path),
        Predicate::FunctionMayPull { function, repository } => {
            Message::new("goal-gone-function-pull").with("function", function).with("repository", repository)
        }
        Predicate::Requested { operation, .. } => Message::new("goal-gone-request").with("operation", operation),
        Predicate::EndpointLets { service, action, on } => {
            Message::new("goal-gone-endpoint").with("service", service).with("action", action).with("on", on)
        }
        Predicate::ReachesPrivately { subnet, services } => {
            Message::new("goal-gone-road").with("subnet", subnet).with("services", listed(services))
        }
        Predicate::NoInternet { subnet } => Message::new("goal-no-internet").with("subnet", subnet),
        _ => Message::new("goal-gone"),
    }
}
