//! What the server counts: calls and their times per command, errors, connections, bytes.
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

/// No more stripes than this: each has room for all commands.
const MOST_STRIPES: usize = 8;

/// The server's counters, shared by everybody.
#[derive(Debug)]
pub(crate) struct Statistics {
    /// The commands' names, as in `get` or `config|set`, each at its index.
    names: Vec<String>,
    stripes: Vec<Stripe>,
    connections: AtomicU64,
    rejected_connections: AtomicU64,
    errors: Errors,
    rates: Rates,
    /// How many keys had expired at the last reset: the stores count on.
    expired_before: AtomicU64,
}

impl Statistics {
    /// Counters for commands of these names. A command's place among them is the index that [`Recorder`] takes.
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

    /// What a connection counts with.
    pub(crate) fn recorder(self: &Arc<Self>, client: u64) -> Recorder {
        let stripes = self.stripes.len() as u64;
        Recorder { statistics: Arc::clone(self), stripe: (client % stripes) as usize }
    }

    /// A connection was accepted by the system, whatever becomes of it.
    pub(crate) fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// It was one too many.
    pub(crate) fn refused(&self) {
        self.rejected_connections.fetch_add(1, Ordering::Relaxed);
    }

    /// An error was answered whose line begins with this code.
    pub(crate) fn error(&self, code: &str) {
        self.errors.count(code);
    }

    /// Takes a sample for the rates. To be called about once a second.
    pub(crate) fn sample(&self, now: Instant) {
        let snapshot = self.snapshot();
        self.rates.sample(now, [snapshot.calls(), snapshot.read_bytes, snapshot.written_bytes]);
    }

    /// Begins from zero: `CONFIG RESETSTAT`. `expired` is how many keys have expired so far.
    pub(crate) fn reset(&self, expired: u64) {
        self.stripes.iter().for_each(Stripe::reset);
        self.connections.store(0, Ordering::Relaxed);
        self.rejected_connections.store(0, Ordering::Relaxed);
        self.errors.reset();
        self.rates.reset(Instant::now());
        self.expired_before.store(expired, Ordering::Relaxed);
    }
}

/// One connection's way to count.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    statistics: Arc<Statistics>,
    stripe: usize,
}

impl Recorder {
    /// A command was carried out, in that time, and failed or not.
    #[inline]
    pub(crate) fn executed(&self, command: usize, took: Duration, failed: bool) {
        self.stripe().command(command).executed(took, failed);
    }

    /// A command was refused before it was carried out: its number of arguments, a missing password.
    pub(crate) fn rejected(&self, command: usize) {
        self.stripe().command(command).rejected();
    }

    /// An error was answered whose line begins with this code.
    pub(crate) fn error(&self, code: &str) {
        self.statistics.error(code);
    }

    /// So many bytes came in.
    #[inline]
    pub(crate) fn read(&self, bytes: usize) {
        self.stripe().read.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// So many bytes went out.
    #[inline]
    pub(crate) fn wrote(&self, bytes: usize) {
        self.stripe().written.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// So many keys were looked up and were there, and so many were not.
    #[inline]
    pub(crate) fn looked_up(&self, hits: u64, misses: u64) {
        // Most replies say only one of them, and a write says neither.
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
