//! Lambda: functions made from container images.
//!
//! A function's image is named by a tag or a digest, found once and pinned. Lambda pulls it through the door, as its own
//! service principal, when the function is made, when its code changes and when it wakes after weeks of idleness
//! ([`image`], [`lifecycle`]). An invocation runs what the image runs ([`runtime`]), as the execution role.
//!
//! Not here: functions from archives, layers, event source mappings, function URLs, VPC access, SnapStart, provisioned
//! concurrency, dead-letter queues.

mod api;
mod errors;
mod expression;
mod function;
mod handler;
mod home;
mod image;
mod invocation;
mod lifecycle;
mod logs;
mod policy;
mod runtime;

pub use api::*;
pub use function::{
    Alias, Answered, Cause, Code, Configuration, Function, FunctionState, ImageSettings, Reason, UpdateStatus,
};
pub use image::may_pull;
pub(super) use policy::resource_policy;

use std::collections::BTreeMap;
use std::sync::Arc;

use home::Home;
use invocation::Event;

use super::alarms::Alarms;
use super::{Cloud, Timestamp};

/// The service principal that pulls images and assumes execution roles.
pub(super) const PRINCIPAL: &str = "lambda.amazonaws.com";

/// What can be due.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sleeper {
    /// A version's image is ready, or is found not to be.
    Image { function: String, version: String },
    /// A version was not invoked for long.
    Idle { function: String, version: String },
    /// An event waits to be delivered.
    Event(Event),
}

impl Sleeper {
    /// The name of the function that it is about.
    fn function(&self) -> &str {
        match self {
            Self::Image { function, .. } | Self::Idle { function, .. } => function,
            Self::Event(event) => &event.function,
        }
    }
}

/// An account's functions in a region.
#[derive(Clone, Debug, Default)]
pub struct State {
    functions: BTreeMap<String, Arc<Function>>,
    alarms: Alarms<Sleeper>,
}

impl State {
    /// The functions, by name.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.functions.values().map(Arc::as_ref)
    }

    /// A function by name.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.get(name).map(Arc::as_ref)
    }
}

/// Lets what is due at [`Cloud::now`] happen: images are ready, functions fall idle, events are delivered again.
pub(super) fn tick(cloud: &mut Cloud) {
    let homes: Vec<Home> = Home::all(cloud).collect();
    for home in homes {
        let now = cloud.now();
        // One more look before writing: a write unshares the account from the snapshots that undo keeps.
        while home.state(cloud).and_then(|state| state.alarms.next()).is_some_and(|at| at <= now) {
            match home.state_mut(cloud).alarms.take_due(now) {
                Some(Sleeper::Image { function, version }) => lifecycle::finish(cloud, &home, &function, &version),
                Some(Sleeper::Idle { function, version }) => lifecycle::fall_idle(cloud, &home, &function, &version),
                Some(Sleeper::Event(event)) => invocation::deliver(cloud, &home, event),
                None => break,
            }
        }
    }
}

/// When something is due next.
pub(super) fn next_due(cloud: &Cloud) -> Option<Timestamp> {
    let all = cloud.accounts().flat_map(|account| account.regions());
    all.filter_map(|(_, regional)| regional.lambda.alarms.next()).min()
}
