//! The store: a pure, synchronous state machine.

mod apply;
mod scan;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use crate::{Command, CommandError, Config, Key, Reply, Timestamp, Value};

/// How many expired keys one [`Store::sweep`] removes at most, so that a mass expiry does not hold up the
/// mailbox: about a tenth of a millisecond's work.
const SWEEP_LIMIT: usize = 1024;

/// One shard's keys: the state that every actor wraps, and the only place that knows what a command means.
///
/// ```
/// use kv_core::{Command, Config, Reply, Set, Store, Timestamp};
///
/// let now = Timestamp::from_millis(1);
/// let mut store = Store::new(&Config::default());
/// store.apply(Command::Set(Set::new("foo", "bar")), now)?;
/// let reply = store.apply(Command::Get { key: "foo".into() }, now)?;
/// assert_eq!(reply, Reply::Value(Some("bar".into())));
/// # Ok::<(), kv_core::CommandError>(())
/// ```
#[derive(Debug)]
pub struct Store {
    /// An index map, not a hash map, because a scan needs an order that survives removals (see `scan`). The
    /// hasher has a fixed seed, so that equal stores behave and cost the same in every run.
    entries: IndexMap<Key, Entry, FixedState>,
    /// The keys that have a deadline, the earliest first: a sweep touches only what is due.
    deadlines: BTreeSet<(Timestamp, Key)>,
    max_value_bytes: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    value: Value,
    deadline: Option<Timestamp>,
}

impl Entry {
    fn is_over(&self, now: Timestamp) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }
}

impl Store {
    /// An empty store with the configuration's limits.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            entries: IndexMap::with_hasher(FixedState::default()),
            deadlines: BTreeSet::new(),
            max_value_bytes: config.max_value_bytes,
        }
    }

    /// An empty store that will hold one key: for an actor per key, whose memory counts.
    #[must_use]
    pub fn of_one(config: &Config) -> Self {
        Self { entries: IndexMap::with_capacity_and_hasher(1, FixedState::default()), ..Self::new(config) }
    }

    /// Applies one command at the time `now`. Whoever owns the store calls it for every command and does
    /// nothing else to the store, but to sweep.
    ///
    /// # Errors
    /// [`CommandError`] when the command is refused; nothing is changed then.
    ///
    /// # Panics
    /// For [`Debug::Panic`](crate::Debug::Panic), which asks for it.
    #[inline]
    pub fn apply(&mut self, command: Command, now: Timestamp) -> Result<Reply, CommandError> {
        apply::apply(self, command, now)
    }

    /// Frees the memory of keys that have expired, a bounded number at a time; returns how many. For the
    /// actor's timer. No command's reply depends on whether it ran.
    pub fn sweep(&mut self, now: Timestamp) -> usize {
        self.remove_due(now, SWEEP_LIMIT)
    }

    /// Whether nothing lies in it, expired keys that nobody swept yet included.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// When the first of its keys ends, if any does.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// The entry of a key that has not expired. An expired one is removed on the way.
    fn live(&mut self, key: &Key, now: Timestamp) -> Option<&mut Entry> {
        // Looked up by index because a borrow returned from a branch would also be held in the other one.
        let index = self.entries.get_index_of(key)?;
        if self.entries[index].is_over(now) {
            self.remove(key);
            return None;
        }
        Some(&mut self.entries[index])
    }

    /// Writes an entry, whatever was there before.
    fn put(&mut self, key: Key, value: Value, deadline: Option<Timestamp>) {
        let old = self.entries.get(&key).and_then(|entry| entry.deadline);
        self.move_deadline(&key, old, deadline);
        self.entries.insert(key, Entry { value, deadline });
    }

    fn remove(&mut self, key: &Key) -> Option<Entry> {
        let entry = self.entries.swap_remove(key)?;
        self.move_deadline(key, entry.deadline, None);
        Some(entry)
    }

    fn set_deadline(&mut self, key: &Key, deadline: Option<Timestamp>) {
        if let Some(entry) = self.entries.get_mut(key) {
            let old = std::mem::replace(&mut entry.deadline, deadline);
            self.move_deadline(key, old, deadline);
        }
    }

    fn move_deadline(&mut self, key: &Key, old: Option<Timestamp>, new: Option<Timestamp>) {
        if old == new {
            return;
        }
        if let Some(old) = old {
            self.deadlines.remove(&(old, key.clone()));
        }
        if let Some(new) = new {
            self.deadlines.insert((new, key.clone()));
        }
    }

    fn remove_due(&mut self, now: Timestamp, limit: usize) -> usize {
        let mut removed = 0;
        while removed < limit {
            match self.deadlines.first() {
                Some((deadline, _)) if *deadline <= now => {}
                _ => break,
            }
            if let Some((_, key)) = self.deadlines.pop_first() {
                self.entries.swap_remove(&key);
                removed += 1;
            }
        }
        removed
    }

    /// A digest of what the store holds, independent of the order of keys and of how they are spread over
    /// shards: the digests of shards add up to that of the whole.
    fn digest(&self) -> u64 {
        let state = FixedState::with_seed(0x0064_6967_6573_7421);
        let digests = self.entries.iter().map(|(key, entry)| {
            state.hash_one((key, &entry.value, entry.deadline.map(Timestamp::as_millis)))
        });
        digests.fold(0, u64::wrapping_add)
    }
}
