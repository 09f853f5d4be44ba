//! The server's statistics: calls and their times per command, errors, connections, bytes.
//!
//! A call costs a few additions to atomic numbers: no lock, no allocation, and seldom a cache line that another core
//! writes to, because each number exists several times, in stripes, and connections are spread over them.

mod errors;
mod latency;
mod rate;
mod snapshot;
mod stripe;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use tokio::time::Instant;

use self::errors::Errors;
pub(crate) use self::latency::{BUCKETS, Latencies, upper_bound_micros};
pub(crate) use self::rate::Rate;
use self::rate::Rates;
pub(crate) use self::snapshot::{CommandSnapshot, Snapshot};
use self::stripe::Stripe;

/// The most stripes that are made: each has room for all commands.
const MOST_STRIPES: usize = 8;

/// The server's counters, shared by all of its actors and connections.
#[derive(Debug)]
pub(crate) struct Statistics {
    /// The commands' names, as in `get` or `config|set`, each at its index.
    names: Vec<String>,
    stripes: Vec<Stripe>,
    connections: AtomicU64,
    rejected_connections: AtomicU64,
    errors: Errors,
    rates: Rates,
    /// How many keys had expired at the last reset. The stores never reset their counters, so this is subtracted.
    expired_before: AtomicU64,
}

impl Statistics {
    /// The counters for commands of these names. A command's place among them is the index that [`Recorder`] takes.
    pub(crate) fn new(names: Vec<String>) -> Self {
        let stripes = thread::available_parallelism().map_or(1, usize::from).min(MOST_STRIPES);
        Self {
            stripes: (0..stripes).map(|_| Stripe::new(names.len())).collect(),
            names,
            connections: AtomicU64::new(0),
            rejected_connections: AtomicU64::new(0),
            errors: Errors::default(),
            rates: Rates::new(Instant::now()),
            expired_before: AtomicU64::new(0),
        }
    }

    /// The recorder through which a connection counts.
    pub(crate) fn recorder(self: &Arc<Self>, client: u64) -> Recorder {
        let stripes = self.stripes.len() as u64;
        Recorder { statistics: Arc::clone(self), stripe: (client % stripes) as usize }
    }

    /// Counts a connection that the system accepted, also if the server then refuses it.
    pub(crate) fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a connection that was refused because there were too many.
    pub(crate) fn refused(&self) {
        self.rejected_connections.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an answered error whose line begins with this code.
    pub(crate) fn error(&self, code: &str) {
        self.errors.count(code);
    }

    /// Takes a sample for the rates. To be called about once a second.
    pub(crate) fn sample(&self, now: Instant) {
        let snapshot = self.snapshot();
        self.rates.sample(now, [snapshot.calls(), snapshot.read_bytes, snapshot.written_bytes]);
    }

    /// Sets the counters to zero, for `CONFIG RESETSTAT`. `expired` is how many keys have expired so far.
    pub(crate) fn reset(&self, expired: u64) {
        self.stripes.iter().for_each(Stripe::reset);
        self.connections.store(0, Ordering::Relaxed);
        self.rejected_connections.store(0, Ordering::Relaxed);
        self.errors.reset();
        self.rates.reset(Instant::now());
        self.expired_before.store(expired, Ordering::Relaxed);
    }
}

/// The recorder of one connection: the way in which it counts.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    statistics: Arc<Statistics>,
    stripe: usize,
}

impl Recorder {
    /// Counts a command that was carried out in that time, and whether it failed.
    #[inline]
    pub(crate) fn executed(&self, command: usize, took: Duration, failed: bool) {
        self.stripe().command(command).executed(took, failed);
    }

    /// Counts a command that was refused before it was carried out: for its number of arguments, or a missing password.
    pub(crate) fn rejected(&self, command: usize) {
        self.stripe().command(command).rejected();
    }

    /// Counts an answered error whose line begins with this code.
    pub(crate) fn error(&self, code: &str) {
        self.statistics.error(code);
    }

    /// Counts received bytes.
    #[inline]
    pub(crate) fn read(&self, bytes: usize) {
        self.stripe().read.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Counts sent bytes.
    #[inline]
    pub(crate) fn wrote(&self, bytes: usize) {
        self.stripe().written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Counts the keys that were looked up: those that were there, and those that were not.
    #[inline]
    pub(crate) fn looked_up(&self, hits: u64, misses: u64) {
        // Most replies have only hits or only misses, and a write has neither.
        if hits > 0 {
            self.stripe().hits.fetch_add(hits, Ordering::Relaxed);
        }
        if misses > 0 {
            self.stripe().misses.fetch_add(misses, Ordering::Relaxed);
        }
    }

    #[inline]
    fn stripe(&self) -> &Stripe {
        &self.statistics.stripes[self.stripe]
    }
}
