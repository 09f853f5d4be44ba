//! A snapshot of the counters, added up over the stripes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::stripe::{Counters, Stripe};
use super::{Latencies, Rate, Statistics};

/// All counters. They were read one by one while connections counted on, so they may differ by the calls of that
/// moment.
#[derive(Clone, Debug)]
pub(crate) struct Snapshot<'a> {
    /// The commands that have been called or refused.
    pub(crate) commands: Vec<CommandSnapshot<'a>>,
    /// How often each error code was answered.
    pub(crate) errors: BTreeMap<String, u64>,
    /// Connections accepted by the system.
    pub(crate) connections: u64,
    /// The accepted connections that were then refused because there were too many.
    pub(crate) rejected_connections: u64,
    /// Bytes received.
    pub(crate) read_bytes: u64,
    /// Bytes sent.
    pub(crate) written_bytes: u64,
    /// Lookups that found a key.
    pub(crate) hits: u64,
    /// Lookups that found none.
    pub(crate) misses: u64,
    /// The present rates.
    pub(crate) rate: Rate,
    /// How many keys had expired when counting began; they are to be subtracted.
    pub(crate) expired_before: u64,
}

/// The counters of one command.
#[derive(Clone, Debug)]
pub(crate) struct CommandSnapshot<'a> {
    /// The command's name, as in `get` or `config|set`.
    pub(crate) name: &'a str,
    /// The time spent on the command in nanoseconds.
    pub(crate) nanos: u64,
    /// Calls that failed.
    pub(crate) failed: u64,
    /// Calls that were refused, and are not among the others.
    pub(crate) rejected: u64,
    /// The calls by their times.
    pub(crate) latencies: Latencies,
}

impl CommandSnapshot<'_> {
    /// How often the command was carried out.
    pub(crate) fn calls(&self) -> u64 {
        self.latencies.count()
    }
}

impl Snapshot<'_> {
    /// How many commands were carried out.
    pub(crate) fn calls(&self) -> u64 {
        self.commands.iter().map(CommandSnapshot::calls).sum()
    }
}

impl Statistics {
    /// Reads all counters.
    pub(crate) fn snapshot(&self) -> Snapshot<'_> {
        let commands = self.names.iter().enumerate().map(|(index, name)| self.command(index, name));
        Snapshot {
            commands: commands.filter(|command| command.calls() + command.rejected > 0).collect(),
            errors: self.errors.all(),
            connections: self.connections.load(Ordering::Relaxed),
            rejected_connections: self.rejected_connections.load(Ordering::Relaxed),
            read_bytes: self.sum(|stripe| &stripe.read),
            written_bytes: self.sum(|stripe| &stripe.written),
            hits: self.sum(|stripe| &stripe.hits),
            misses: self.sum(|stripe| &stripe.misses),
            rate: self.rates.rate(),
            expired_before: self.expired_before.load(Ordering::Relaxed),
        }
    }

    fn command<'a>(&self, index: usize, name: &'a str) -> CommandSnapshot<'a> {
        let sum = |counter: fn(&Counters) -> &AtomicU64| self.sum(|stripe| counter(stripe.command(index)));
        let bucket = |bucket: usize| self.sum(|stripe| &stripe.command(index).buckets[bucket]);
        CommandSnapshot {
            name,
            nanos: sum(|counters| &counters.nanos),
            failed: sum(|counters| &counters.failed),
            rejected: sum(|counters| &counters.rejected),
            latencies: Latencies(std::array::from_fn(bucket)),
        }
    }

    fn sum(&self, counter: impl Fn(&Stripe) -> &AtomicU64) -> u64 {
        self.stripes.iter().map(|stripe| counter(stripe).load(Ordering::Relaxed)).sum()
    }
}
