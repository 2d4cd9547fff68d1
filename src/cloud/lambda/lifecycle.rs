//! The life of a function: pending while its image is pulled, active, idle after weeks, pending again when it is woken.
//!
//! Source: AWS Lambda Developer Guide, "Lambda function states" and "Function lifecycle" of container images. Every change
//! is on the trail.

use std::sync::Arc;

use super::function::{Configuration, FunctionState, Reason, UpdateStatus};
use super::home::{Home, LATEST};
use super::image::{self, Snapshot};
use super::{Function, Sleeper};
use crate::cloud::{Cloud, Duration, EventKind};

/// Pulling an image and making it ready. Inferred: "a few seconds".
pub(super) const PREPARATION: Duration = Duration::seconds(6);
/// Changing settings. Inferred.
pub(super) const CHANGE: Duration = Duration::seconds(2);
/// After so long without an invocation Lambda gives an image up. Inferred: "multiple weeks".
const IDLE: Duration = Duration::days(21);

/// Puts a change of a version on the trail.
pub(super) fn note(cloud: &mut Cloud, home: &Home, function: &str, version: &str) {
    let Some(configuration) = home.function(cloud, function).and_then(|function| function.version(version)) else {
        return;
    };
    let failed = configuration.update == UpdateStatus::Failed && configuration.state == FunctionState::Active;
    let (state, reason) = if failed {
        ("UpdateFailed", &configuration.update_reason)
    } else {
        (configuration.state.as_str(), &configuration.reason)
    };
    let qualifier = Some(version).filter(|version| *version != LATEST);
    let event = EventKind::Function {
        function: home.function_arn(function, qualifier),
        state: state.to_owned(),
        reason: reason.as_ref().map(|reason| reason.text.clone()),
    };
    cloud.record(event);
}

/// Lets a version's image be ready later.
pub(super) fn prepare(cloud: &mut Cloud, home: &Home, function: &str, version: &str, after: Duration) {
    let at = cloud.now() + after;
    let sleeper = Sleeper::Image { function: function.to_owned(), version: version.to_owned() };
    home.state_mut(cloud).alarms.set(at, sleeper);
}

/// A version is used: it falls idle only long after this.
pub(super) fn used(cloud: &mut Cloud, home: &Home, function: &str, version: &str) {
    let at = cloud.now() + IDLE;
    let sleeper = Sleeper::Idle { function: function.to_owned(), version: version.to_owned() };
    home.state_mut(cloud).alarms.set(at, sleeper);
}

/// A version whose image had been given up is pulled again.
pub(super) fn wake(cloud: &mut Cloud, home: &Home, function: &str, version: &str) {
    if let Some(configuration) = home.version_mut(cloud, function, version) {
        configuration.state = FunctionState::Pending;
        configuration.reason = Some(Reason::restoring());
        prepare(cloud, home, function, version, PREPARATION);
        note(cloud, home, function, version);
    }
}

/// A version's image is ready, or it turns out that it can't be.
pub(super) fn finish(cloud: &mut Cloud, home: &Home, function: &str, version: &str) {
    let Some(known) = home.function(cloud, function) else { return };
    let Some(configuration) = known.version(version) else { return };
    let is_pending = configuration.state == FunctionState::Pending;
    if !is_pending && configuration.update != UpdateStatus::InProgress {
        return;
    }
    let code = configuration.code.clone();
    let snapshot = match code.snapshot.clone().or_else(|| held(known, configuration)) {
        Some(snapshot) => Ok(snapshot),
        None => image::pull(cloud, home, function, &code).map(Arc::new),
    };
    let Some(known) = home.function_mut(cloud, function) else { return };
    match (snapshot, is_pending) {
        (Ok(snapshot), _) => {
            if version == LATEST {
                known.before = None;
            }
            if let Some(configuration) = known.version_mut(version) {
                configuration.code.snapshot = Some(snapshot);
                configuration.state = FunctionState::Active;
                configuration.reason = None;
                configuration.update = UpdateStatus::Successful;
                configuration.update_reason = None;
            }
            used(cloud, home, function, version);
        }
        (Err(reason), true) => {
            if let Some(configuration) = known.version_mut(version) {
                fail(configuration, reason);
            }
        }
        // What was there before stays.
        (Err(reason), false) => {
            if let Some(mut before) = known.before.take() {
                let configuration = Arc::make_mut(&mut before);
                configuration.update = UpdateStatus::Failed;
                configuration.update_reason = Some(reason);
                known.latest = before;
            }
        }
    }
    note(cloud, home, function, version);
}

/// An image can't be had: a new function has failed, one that was to be woken stays inactive.
fn fail(configuration: &mut Configuration, reason: Reason) {
    let is_new = configuration.reason.as_ref().is_some_and(|reason| reason.code == Reason::creating().code);
    if is_new {
        configuration.state = FunctionState::Failed;
        configuration.update = UpdateStatus::Failed;
        configuration.update_reason = Some(reason.clone());
    } else {
        configuration.state = FunctionState::Inactive;
    }
    configuration.reason = Some(reason);
}

/// What another version of the function has of the same image: Lambda pulls it once.
fn held(function: &Function, wanted: &Configuration) -> Option<Arc<Snapshot>> {
    let all = function.versions().chain([function.latest()]).chain(function.before.as_deref());
    let same = |held: &&Configuration| {
        held.state == FunctionState::Active && held.code.resolved_uri() == wanted.code.resolved_uri()
    };
    all.filter(same).find_map(|held| held.code.snapshot.clone())
}

/// A version was not invoked for long: Lambda gives its image up.
pub(super) fn fall_idle(cloud: &mut Cloud, home: &Home, function: &str, version: &str) {
    let Some(configuration) = home.version_mut(cloud, function, version) else { return };
    if configuration.state != FunctionState::Active || configuration.update == UpdateStatus::InProgress {
        return;
    }
    configuration.state = FunctionState::Inactive;
    configuration.reason = Some(Reason::idle());
    configuration.code.snapshot = None;
    configuration.sandbox = None;
    note(cloud, home, function, version);
}
