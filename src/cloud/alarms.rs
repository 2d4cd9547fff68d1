//! The alarm clock of a service: who wants to be woken when. Each sleeper has at most one alarm.

use std::collections::BTreeMap;

use crate::cloud::Timestamp;

/// Alarms in the order of time, then of setting: an index, so that finding the next one costs the same however many
/// sleepers there are.
#[derive(Clone, Debug)]
pub(super) struct Alarms<S> {
    by_time: BTreeMap<(Timestamp, u64), S>,
    by_sleeper: BTreeMap<S, (Timestamp, u64)>,
    set: u64,
}

impl<S> Default for Alarms<S> {
    fn default() -> Self {
        Self { by_time: BTreeMap::new(), by_sleeper: BTreeMap::new(), set: 0 }
    }
}

impl<S: Clone + Ord> Alarms<S> {
    /// Wakes `sleeper` at `at`, instead of when it was to be woken before.
    pub(super) fn set(&mut self, at: Timestamp, sleeper: S) {
        self.cancel(&sleeper);
        self.set += 1;
        self.by_time.insert((at, self.set), sleeper.clone());
        self.by_sleeper.insert(sleeper, (at, self.set));
    }

    /// Wakes `sleeper` at `at`, unless it is to be woken before that anyhow.
    pub(super) fn set_by(&mut self, at: Timestamp, sleeper: S) {
        if self.by_sleeper.get(&sleeper).is_none_or(|(earlier, _)| at < *earlier) {
            self.set(at, sleeper);
        }
    }

    /// Lets `sleeper` sleep.
    pub(super) fn cancel(&mut self, sleeper: &S) {
        if let Some(key) = self.by_sleeper.remove(sleeper) {
            self.by_time.remove(&key);
        }
    }

    /// Lets all sleep that are `gone`.
    pub(super) fn forget(&mut self, gone: impl Fn(&S) -> bool) {
        self.by_sleeper.retain(|sleeper, _| !gone(sleeper));
        self.by_time.retain(|_, sleeper| !gone(sleeper));
    }

    /// When the next alarm rings.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.by_time.first_key_value().map(|((at, _), _)| *at)
    }

    /// Takes the next sleeper to wake at or before `now`.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<S> {
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

    #[test]
    fn sleepers_wake_in_the_order_of_time_then_of_setting() {
        let t = |seconds| Timestamp::START + Duration::seconds(seconds);
        let mut alarms = Alarms::default();
        alarms.set(t(5), "late");
        alarms.set(t(2), "second");
        alarms.set(t(1), "first");
        alarms.set(t(2), "third");
        assert_eq!(alarms.next(), Some(t(1)));
        let woken: Vec<_> = std::iter::from_fn(|| alarms.take_due(t(2))).collect();
        assert_eq!(woken, ["first", "second", "third"]);
        assert_eq!(alarms.next(), Some(t(5)));
    }

    #[test]
    fn a_sleeper_has_one_alarm() {
        let t = |seconds| Timestamp::START + Duration::seconds(seconds);
        let mut alarms = Alarms::default();
        alarms.set(t(1), "a");
        alarms.set(t(9), "a");
        assert_eq!(alarms.next(), Some(t(9)));
        alarms.set_by(t(10), "a");
        assert_eq!(alarms.next(), Some(t(9)));
        alarms.set_by(t(8), "a");
        assert_eq!(alarms.next(), Some(t(8)));
        alarms.cancel(&"a");
        assert_eq!((alarms.next(), alarms.take_due(t(99))), (None, None));
    }
}
