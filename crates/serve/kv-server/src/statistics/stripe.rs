//! A stripe: one copy of the counters.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::latency::{BUCKETS, bucket};

/// The counters to which some of the connections write. A stripe is aligned to two cache lines, which the processor
/// fetches together, so that it shares none with the next one.
#[derive(Debug)]
#[repr(align(128))]
pub(super) struct Stripe {
    commands: Box<[Counters]>,
    pub(super) read: AtomicU64,
    pub(super) written: AtomicU64,
    pub(super) hits: AtomicU64,
    pub(super) misses: AtomicU64,
}

/// The counters of one command. All accesses are `Relaxed`: each counter is a number by itself.
#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) nanos: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) rejected: AtomicU64,
    /// The calls by their time; added up, they are all calls.
    pub(super) buckets: [AtomicU64; BUCKETS],
}

impl Stripe {
    pub(super) fn new(commands: usize) -> Self {
        Self {
            commands: (0..commands).map(|_| Counters::default()).collect(),
            read: AtomicU64::new(0),
            written: AtomicU64::new(0),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
        }
    }

    #[inline]
    pub(super) fn command(&self, index: usize) -> &Counters {
        &self.commands[index]
    }

    pub(super) fn reset(&self) {
        for counter in [&self.read, &self.written, &self.hits, &self.misses] {
            counter.store(0, Ordering::Relaxed);
        }
        for counters in &self.commands {
            let numbers = [&counters.nanos, &counters.failed, &counters.rejected];
            for counter in numbers.into_iter().chain(&counters.buckets) {
                counter.store(0, Ordering::Relaxed);
            }
        }
    }
}

impl Counters {
    #[inline]
    pub(super) fn executed(&self, took: Duration, failed: bool) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(nanos)].fetch_add(1, Ordering::Relaxed);
        self.nanos.fetch_add(nanos, Ordering::Relaxed);
        if failed {
            self.failed.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(super) fn rejected(&self) {
        self.rejected.fetch_add(1, Ordering::Relaxed);
    }
}
