//! The alarm clock of ECS: who wants to be woken when. Each sleeper has at most one alarm.

use std::collections::BTreeMap;

use crate::cloud::Timestamp;

/// Who can be woken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sleeper {
    /// An EC2 instance's agent that is not registered yet: cluster and instance id.
    Agent { cluster: String, instance: String },
    /// A task: cluster and task id.
    Task { cluster: String, task: String },
    /// A service: cluster and service name.
    Service { cluster: String, service: String },
}

/// Alarms in the order of time, then of setting: an index, so that finding the next one costs the same however many
/// tasks there are.
#[derive(Clone, Debug, Default)]
pub(super) struct Alarms {
    by_time: BTreeMap<(Timestamp, u64), Sleeper>,
    by_sleeper: BTreeMap<Sleeper, (Timestamp, u64)>,
    set: u64,
}

impl Alarms {
    /// Wakes `sleeper` at `at`, instead of when it was to be woken before.
    pub(super) fn set(&mut self, at: Timestamp, sleeper: Sleeper) {
        self.cancel(&sleeper);
        self.set += 1;
        self.by_time.insert((at, self.set), sleeper.clone());
        self.by_sleeper.insert(sleeper, (at, self.set));
    }

    /// Wakes `sleeper` at `at`, unless it is to be woken before that anyhow.
    pub(super) fn set_by(&mut self, at: Timestamp, sleeper: Sleeper) {
        if self.by_sleeper.get(&sleeper).is_none_or(|(earlier, _)| at < *earlier) {
            self.set(at, sleeper);
        }
    }

    /// Lets `sleeper` sleep.
    pub(super) fn cancel(&mut self, sleeper: &Sleeper) {
        if let Some(key) = self.by_sleeper.remove(sleeper) {
            self.by_time.remove(&key);
        }
    }

    /// When the next alarm rings.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.by_time.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next sleeper to wake at or before `now`.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<Sleeper> {
        let entry = self.by_time.first_entry().filter(|entry| entry.key().0 <= now)?;
        let sleeper = entry.remove();
        self.by_sleeper.remove(&sleeper);
        Some(sleeper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::Duration;

    fn task(name: &str) -> Sleeper {
        Sleeper::Task { cluster: "prod".into(), task: name.into() }
    }

    #[test]
    fn sleepers_wake_in_the_order_of_time_then_of_setting() {
        let t = |seconds| Timestamp::START + Duration::seconds(seconds);
        let mut alarms = Alarms::default();
        alarms.set(t(5), task("late"));
        alarms.set(t(2), task("second"));
        alarms.set(t(1), task("first"));
        alarms.set(t(2), task("third"));
        assert_eq!(alarms.next(), Some(t(1)));
        let woken: Vec<_> = std::iter::from_fn(|| alarms.take_due(t(2))).collect();
        assert_eq!(woken, [task("first"), task("second"), task("third")]);
        assert_eq!(alarms.next(), Some(t(5)));
    }

    #[test]
    fn a_sleeper_has_one_alarm() {
        let t = |seconds| Timestamp::START + Duration::seconds(seconds);
        let mut alarms = Alarms::default();
        alarms.set(t(1), task("a"));
        alarms.set(t(9), task("a"));
        assert_eq!(alarms.next(), Some(t(9)));
        alarms.set_by(t(10), task("a"));
        assert_eq!(alarms.next(), Some(t(9)));
        alarms.set_by(t(8), task("a"));
        assert_eq!(alarms.next(), Some(t(8)));
        alarms.cancel(&task("a"));
        assert_eq!((alarms.next(), alarms.take_due(t(99))), (None, None));
    }
}
