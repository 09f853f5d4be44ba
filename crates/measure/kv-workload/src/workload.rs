//! A workload, as data.

use kv_core::Topology;
use serde::Serialize;

use crate::{MIN_VALUE_BYTES, WorkloadError, keys};

/// A workload: all that a run needs to know but the backend, the lane and the seed.
///
/// ```
/// use kv_workload::{Distribution, Mix, Workload, workload};
///
/// // A variation on a theme: the catalogue's entries are plain constants.
/// let mine = Workload { id: "mine", clients: 2, mix: Mix::get_set(50, 50), ..*workload("rtt").unwrap() };
/// assert!(mine.check().is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Workload {
    /// The workload's name on command lines and in results.
    pub id: &'static str,
    /// The workload's title in a table's head.
    pub title: &'static str,
    /// The kind of work that is repeated.
    pub kind: Kind,
    /// The real load that the workload models, with the source of its numbers.
    pub models: &'static str,
    /// The reason for the workload: what it shows that no other one does, and what it does not show.
    pub why: &'static str,
    /// The reading of its tables: what they show, and why, by the frameworks' own source. It has no figures, which are
    /// in the tables.
    pub analysis: &'static str,
    /// The number of clients, each a task of its own.
    pub clients: usize,
    /// The number of asks of one client that are on their way at once. 1 is the closed loop; above it, a client sends
    /// that many in a wave, waits for all in order, and sends the next wave.
    pub depth: usize,
    /// The number of keys that hold values; a mix with increments has as many counters beside them.
    pub keys: usize,
    /// The length of every key: enough for the decimal index, which is padded to it.
    pub key_bytes: usize,
    /// The length of every value; at least [`MIN_VALUE_BYTES`], so that it can describe itself. Counters are decimal
    /// integers of their natural length.
    pub value_bytes: usize,
    /// The mix of commands.
    pub mix: Mix,
    /// How long the handler of a get computes before it reads the key, in nanoseconds. `None` for workloads that are
    /// not about this; `Some(0)` for the workload with which those with work are compared.
    pub work_ns: Option<u32>,
    /// The distribution by which keys are drawn.
    pub distribution: Distribution,
    /// Whether commands are asked or told.
    pub verb: Verb,
    /// The number of actors that own the keys.
    pub shards: usize,
    /// The profile in which the workload runs.
    pub profile: Profile,
    /// Whether the workload also runs with unbounded mailboxes; it does if it is about the mailbox.
    pub unbounded: bool,
}

/// The kind of work that a workload repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Kind {
    /// Commands to actors that run already: played by a [`Session`](crate::Session).
    Traffic,
    /// A set of a key that has no actor yet, with an actor per key: it shows the time from no actor to the first reply.
    /// Played by a [`LifeSession`](crate::LifeSession).
    Spawn,
    /// A panic, and then asks until one is answered by the restarted actor. Played by a
    /// [`LifeSession`](crate::LifeSession).
    Restart,
}

/// The mix of commands: weights, of which only the ratios count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Mix {
    /// The weight of `Get`.
    pub get: u32,
    /// The weight of `Set`.
    pub set: u32,
    /// The weight of `Delete` with one key.
    pub delete: u32,
    /// The weight of `IncrementBy` 1: a read-modify-write as one command, which is how an actor does it. A store that
    /// can only read and write needs two round trips and a way to notice writes in between.
    pub increment: u32,
    /// The weight of `Append` with 16 bytes; every ninth to a key is a `Set`, so that values do not grow for ever.
    pub append: u32,
}

impl Mix {
    /// A mix of gets and sets only.
    #[must_use]
    pub const fn get_set(get: u32, set: u32) -> Self {
        Self { get, set, delete: 0, increment: 0, append: 0 }
    }

    /// A mix of gets and increments only.
    #[must_use]
    pub const fn get_increment(get: u32, increment: u32) -> Self {
        Self { get, set: 0, delete: 0, increment, append: 0 }
    }

    /// The sum of the writes' weights.
    #[must_use]
    pub const fn writes(self) -> u32 {
        self.set + self.delete + self.increment + self.append
    }

    /// The sum of all weights.
    #[must_use]
    pub const fn total(self) -> u32 {
        self.get + self.writes()
    }
}

/// The distribution by which keys are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub enum Distribution {
    /// The same probability for all keys.
    Uniform,
    /// The key of rank r with a probability in proportion to r to the power of minus alpha. Ranks are
    /// scattered over the key indices by a fixed permutation, so hot keys are not neighbours.
    Zipf(f64),
}

/// The verb by which commands are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Verb {
    /// Every command is asked.
    Ask,
    /// Every command is told. Then one ask, of the key that the client wrote last, is the fence: its reply is
    /// checked, and it is inside the time, so that the tells are handled and not just queued when it ends.
    Tell,
}

/// The profiles in which workloads run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Profile {
    /// The default profile: minutes.
    Quick,
    /// The profile with all workloads.
    Full,
}

/// The longest work: with longer work a slice would have too few commands to share its fixed cost.
const MOST_WORK_NS: u32 = 100_000;

impl Workload {
    /// The topology: [`Topology::Single`] for one shard, [`Topology::PerKey`] for workloads that spawn actors.
    #[must_use]
    pub const fn topology(&self) -> Topology {
        match (self.kind, self.shards) {
            (Kind::Spawn, _) => Topology::PerKey,
            (_, 1) => Topology::Single,
            (_, shards) => Topology::Sharded(shards),
        }
    }

    /// How many counters there are beside the value keys.
    #[must_use]
    pub const fn counters(&self) -> usize {
        if self.mix.increment > 0 { self.keys } else { 0 }
    }

    /// Refuses a workload that cannot be played or cannot be checked.
    ///
    /// # Errors
    /// [`WorkloadError`] says which field is wrong and what it should be.
    pub fn check(&self) -> Result<(), WorkloadError> {
        let refuse = |what: String| Err(WorkloadError { workload: self.id.to_owned(), what });
        if self.clients == 0 || self.depth == 0 || self.shards == 0 {
            return refuse("clients, depth and shards must be at least 1".into());
        }
        if self.keys < self.clients {
            return refuse(format!("{} clients need a key each, {} is too few", self.clients, self.keys));
        }
        if self.keys > keys::MAX_KEYS {
            return refuse(format!("at most {} keys", keys::MAX_KEYS));
        }
        let least = keys::least_bytes(self.keys + self.counters());
        if self.key_bytes < least {
            return refuse(format!("{} keys need at least {least} bytes each", self.keys + self.counters()));
        }
        if self.value_bytes < MIN_VALUE_BYTES {
            return refuse(format!("a value needs {MIN_VALUE_BYTES} bytes to describe itself"));
        }
        if self.mix.total() == 0 {
            return refuse("the mix is empty".into());
        }
        if let Distribution::Zipf(alpha) = self.distribution
            && !(alpha.is_finite() && alpha > 0.0)
        {
            return refuse("zipf needs a positive alpha; use Uniform for 0".into());
        }
        if self.verb == Verb::Tell && (self.mix.get > 0 || self.mix.increment > 0) {
            return refuse("a told get is lost and a told increment unchecked; tell only own writes".into());
        }
        if self.work_ns.is_some_and(|work| work > MOST_WORK_NS) {
            return refuse(format!("a slice takes milliseconds: at most {MOST_WORK_NS} ns of work"));
        }
        if self.verb == Verb::Tell && (self.shards > 1 || self.depth > 1) {
            return refuse(
                "one ask fences one shard only, and a tell waits for nothing: 1 shard, depth 1".into(),
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload;

    fn refusal(change: impl FnOnce(&mut Workload)) -> String {
        let mut wrong = *workload("ycsb-f").expect("in the catalogue");
        change(&mut wrong);
        wrong.check().expect_err("must be refused").to_string()
    }

    #[test]
    fn a_refusal_says_what_is_wrong() {
        assert!(refusal(|w| w.clients = 0).contains("at least 1"));
        assert!(refusal(|w| w.clients = w.keys + 1).contains("a key each"));
        assert!(refusal(|w| w.keys = keys::MAX_KEYS + 1).contains("at most"));
        assert_eq!(refusal(|w| w.key_bytes = 3), "workload ycsb-f: 2000 keys need at least 4 bytes each");
        assert!(refusal(|w| w.value_bytes = 15).contains("16 bytes"));
        assert!(refusal(|w| w.mix = Mix::get_set(0, 0)).contains("empty"));
        assert!(refusal(|w| w.distribution = Distribution::Zipf(0.0)).contains("Uniform"));
        assert!(refusal(|w| w.verb = Verb::Tell).contains("own writes"));
        assert!(refusal(|w| w.work_ns = Some(1_000_000)).contains("at most 100000 ns"));
    }
}
