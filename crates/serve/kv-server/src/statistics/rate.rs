//! The rates at which some of the counters grow.

use parking_lot::Mutex;
use tokio::time::Instant;

/// The rates between the last two samples, per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rate {
    /// Commands carried out per second.
    pub(crate) calls: f64,
    /// Bytes received per second.
    pub(crate) read: f64,
    /// Bytes sent per second.
    pub(crate) written: f64,
}

#[derive(Debug)]
pub(super) struct Rates(Mutex<State>);

#[derive(Debug)]
struct State {
    at: Instant,
    counters: [u64; 3],
    rate: Rate,
}

impl Rates {
    pub(super) fn new(now: Instant) -> Self {
        Self(Mutex::new(State { at: now, counters: [0; 3], rate: Rate::default() }))
    }

    /// Takes a sample of the counters: calls, bytes received, bytes sent.
    pub(super) fn sample(&self, now: Instant, counters: [u64; 3]) {
        let mut state = self.0.lock();
        let seconds = now.saturating_duration_since(state.at).as_secs_f64();
        if seconds > 0.0 {
            let [calls, read, written] =
                [0, 1, 2].map(|i| counters[i].saturating_sub(state.counters[i]) as f64 / seconds);
            *state = State { at: now, counters, rate: Rate { calls, read, written } };
        }
    }

    pub(super) fn rate(&self) -> Rate {
        self.0.lock().rate
    }

    pub(super) fn reset(&self, now: Instant) {
        *self.0.lock() = State { at: now, counters: [0; 3], rate: Rate::default() };
    }
}
