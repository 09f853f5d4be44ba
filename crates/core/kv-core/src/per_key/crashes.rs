//! The recent restarts of the actors of keys.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::key_table::room_to_keep;
use crate::{ActorId, Config, Key, KeyTable, Supervision, Verdict};

/// The recent restarts of the actors of keys, which outlive the actors: a key that is written anew and crashes again,
/// over and over, runs into its limit like any other.
///
/// A restart is remembered for no longer than the limit's window, and is looked at twice: when it happens, and when it
/// leaves the window. Rejected: a look at all that is remembered, at each panic, under the table's lock.
#[derive(Debug, Default)]
pub(super) struct Crashes {
    restarted: KeyTable<Supervision>,
    /// The restarts that still counted at the last panic, the oldest first.
    restarts: VecDeque<(Instant, Key)>,
}

impl Crashes {
    /// Announces a panic and decides what comes of it.
    pub(super) fn panicked(&mut self, key: &Key, config: &Config, now: Instant) -> Verdict {
        self.forget(config.restart_limit.within, now);
        let new = || Supervision::new(config, ActorId::Key(key.clone()));
        let mut supervision = self.restarted.remove(key).unwrap_or_else(new);
        let verdict = supervision.panicked(now);
        if verdict == Verdict::Restart {
            self.restarts.push_back((now, key.clone()));
        }
        if !supervision.is_over(now) {
            self.restarted.insert(key.clone(), supervision);
        }
        verdict
    }

    /// Forgets the restarts that have left the window.
    fn forget(&mut self, window: Duration, now: Instant) {
        let old = self.restarts.partition_point(|(then, _)| now.duration_since(*then) >= window);
        for (_, key) in self.restarts.drain(..old) {
            if self.restarted.get(&key).is_some_and(|supervision| supervision.is_over(now)) {
                self.restarted.remove(&key);
            }
        }
        if let Some(room) = room_to_keep(self.restarts.len(), self.restarts.capacity()) {
            self.restarts.shrink_to(room);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::{OnPanic, RestartLimit, StopReason};

    const WINDOW: Duration = Duration::from_millis(100);

    fn config(on_panic: OnPanic) -> Config {
        Config { on_panic, restart_limit: RestartLimit { restarts: 2, within: WINDOW }, ..Config::default() }
    }

    fn key(n: usize) -> Key {
        Key::from(format!("key:{n}"))
    }

    #[test]
    fn keys_are_counted_apart() {
        let (mut crashes, config, now) = (Crashes::default(), config(OnPanic::Restart), Instant::now());
        for n in [0, 1, 0, 1] {
            assert_eq!(crashes.panicked(&key(n), &config, now), Verdict::Restart);
        }
        for n in [0, 1] {
            let verdict = crashes.panicked(&key(n), &config, now);
            assert_eq!(verdict, Verdict::Stop(StopReason::TooManyRestarts));
        }
    }

    #[test]
    fn a_storm_leaves_nothing() {
        let (mut crashes, config, start) = (Crashes::default(), config(OnPanic::Restart), Instant::now());
        for n in 0..10_000 {
            assert_eq!(crashes.panicked(&key(n), &config, start), Verdict::Restart);
        }
        assert_eq!(crashes.restarted.len(), 10_000);
        assert_eq!(crashes.panicked(&key(0), &config, start + WINDOW), Verdict::Restart);
        assert_eq!((crashes.restarted.len(), crashes.restarts.len()), (1, 1));
        assert!(crashes.restarts.capacity() <= 1024);
    }

    #[test]
    fn what_is_not_restarted_is_not_remembered() {
        for on_panic in [OnPanic::Stop, OnPanic::Resume] {
            let (mut crashes, config) = (Crashes::default(), config(on_panic));
            let _ = crashes.panicked(&key(0), &config, Instant::now());
            assert_eq!((crashes.restarted.len(), crashes.restarts.len()), (0, 0));
        }
    }

    proptest! {
        /// The verdicts are those of supervisions that are never forgotten, and a supervision that is over takes no
        /// memory.
        #[test]
        fn forgetting_changes_no_verdict(panics in prop::collection::vec((0..4_usize, 0..60_u64), 0..100)) {
            let (mut crashes, config) = (Crashes::default(), config(OnPanic::Restart));
            let mut all: HashMap<Key, Supervision> = HashMap::new();
            let mut now = Instant::now();
            for (n, later) in panics {
                now += Duration::from_millis(later);
                let new = || Supervision::new(&config, ActorId::Key(key(n)));
                let expected = all.entry(key(n)).or_insert_with(new).panicked(now);
                prop_assert_eq!(crashes.panicked(&key(n), &config, now), expected);
                let counting = all.values().filter(|supervision| !supervision.is_over(now)).count();
                prop_assert_eq!(crashes.restarted.len(), counting);
            }
        }
    }
}
