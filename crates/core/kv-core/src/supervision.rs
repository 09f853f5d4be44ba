//! The decision what to do after a panic, which is the same for every framework that leaves it to the backend.

use std::collections::VecDeque;
use std::time::Instant;

use crate::{ActorId, Change, Config, Lifecycle, OnPanic, RestartLimit, StopReason};

/// The supervision of one actor: it decides after each panic, counts restarts, and announces changes.
///
/// It does not carry its decisions out: a backend does, by its framework's own means.
#[derive(Debug)]
pub struct Supervision {
    actor: ActorId,
    lifecycle: Lifecycle,
    on_panic: OnPanic,
    limit: RestartLimit,
    /// The times of its recent restarts.
    restarts: VecDeque<Instant>,
}

/// The decision that a backend has to carry out after a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Leave the actor stopped.
    Stop(StopReason),
    /// Start it again, with an empty store.
    Restart,
    /// Go on with the next command and the same store.
    Resume,
}

impl Supervision {
    /// The supervision of one actor.
    #[must_use]
    pub fn new(config: &Config, actor: ActorId) -> Self {
        Self {
            actor,
            lifecycle: config.lifecycle.clone(),
            on_panic: config.on_panic,
            limit: config.restart_limit,
            restarts: VecDeque::new(),
        }
    }

    /// Whether every restart has left the limit's window. The restarts are all that the table of keys has to remember
    /// of an actor that has ended.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        self.restarts.iter().all(|&then| now.duration_since(then) >= self.limit.within)
    }

    /// Announces a change.
    pub fn announce(&self, change: Change) {
        self.lifecycle.announce(&self.actor, change);
    }

    /// Announces the panic and decides what comes of it. It announces nothing else: a restart and a stop are announced
    /// when they have happened.
    pub fn panicked(&mut self, now: Instant) -> Verdict {
        self.announce(Change::Panicked);
        match self.on_panic {
            OnPanic::Stop => Verdict::Stop(StopReason::Panicked),
            OnPanic::Resume => Verdict::Resume,
            OnPanic::Restart => {
                let limit = self.limit;
                self.restarts.retain(|&then| now.duration_since(then) < limit.within);
                if self.restarts.len() >= limit.restarts {
                    return Verdict::Stop(StopReason::TooManyRestarts);
                }
                self.restarts.push_back(now);
                Verdict::Restart
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn restarts_are_limited_within_a_window() {
        let window = Duration::from_secs(1);
        let config = Config {
            on_panic: OnPanic::Restart,
            restart_limit: RestartLimit { restarts: 2, within: window },
            ..Config::default()
        };
        let mut supervision = Supervision::new(&config, ActorId::Shard(0));
        let start = Instant::now();
        assert_eq!(supervision.panicked(start), Verdict::Restart);
        assert_eq!(supervision.panicked(start + window / 2), Verdict::Restart);
        // The first is out of the window by now, the second is not.
        assert_eq!(supervision.panicked(start + window), Verdict::Restart);
        assert_eq!(supervision.panicked(start + window), Verdict::Stop(StopReason::TooManyRestarts));
    }

    #[test]
    fn the_other_policies_do_not_count() {
        for (on_panic, verdict) in
            [(OnPanic::Stop, Verdict::Stop(StopReason::Panicked)), (OnPanic::Resume, Verdict::Resume)]
        {
            let config = Config { on_panic, ..Config::default() };
            let mut supervision = Supervision::new(&config, ActorId::Shard(0));
            assert!((0..100).all(|_| supervision.panicked(Instant::now()) == verdict));
        }
    }
}
