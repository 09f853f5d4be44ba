//! The store: a pure, synchronous state machine.

mod apply;
mod decimal;
mod entry;
mod prefetch;
mod scan;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

use foldhash::fast::FixedState;

use self::entry::Entry;
use crate::key_events::Announcer;
use crate::{
    Command, CommandError, Config, Key, KeyEventKind, KeyTable, Origin, Reply, Timestamp, Value, Version,
};

/// How many expired keys one [`Store::sweep`] removes at most, so that a mass expiry does not hold up the
/// mailbox: about a tenth of a millisecond's work.
const SWEEP_LIMIT: usize = 1024;

/// One shard's keys: the state that every actor wraps, and the only place that defines what a command means.
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
    /// The entries of all keys. Rejected: a hash map, because a scan needs an order that survives removals.
    entries: KeyTable<Entry>,
    /// The keys that have a deadline, the earliest first: a sweep touches only what is due.
    deadlines: BTreeSet<(Timestamp, Key)>,
    max_value_bytes: usize,
    /// The number of this store, which no other store in this process has.
    number: u64,
    /// How many writes there have been. See [`Version`].
    writes: u64,
    announcer: Announcer,
}

/// The message of a panic where an index that was just found has no entry.
const FOUND: &str = "an index that was just found";

/// How many stores there have been in this process.
static STORES: AtomicU64 = AtomicU64::new(0);

impl Store {
    /// An empty store with the configuration's limits.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        // Numbers begin with 1: 0 stands for the absence of a key.
        let number = STORES.fetch_add(1, Ordering::Relaxed) + 1;
        Self {
            entries: KeyTable::default(),
            deadlines: BTreeSet::new(),
            max_value_bytes: config.max_value_bytes,
            number,
            writes: 0,
            announcer: Announcer::new(&config.key_events, number),
        }
    }

    /// An empty store that will hold one key: for an actor per key, where memory counts.
    #[must_use]
    pub fn of_one(config: &Config) -> Self {
        Self { entries: KeyTable::with_capacity(1), ..Self::new(config) }
    }

    /// Applies one command at the time `now`. The owner of the store calls it for every command and does nothing else
    /// to the store, but to sweep.
    ///
    /// # Errors
    /// [`CommandError`] when the command is refused; nothing is changed then.
    ///
    /// # Panics
    /// When the command is [`Debug::Panic`](crate::Debug::Panic).
    #[inline]
    pub fn apply(&mut self, command: Command, now: Timestamp) -> Result<Reply, CommandError> {
        apply::apply(self, command, now)
    }

    /// Frees the memory of keys that have expired, a bounded number at a time; returns how many. The actor's timer
    /// calls it. No command's reply depends on whether it ran.
    pub fn sweep(&mut self, now: Timestamp) -> usize {
        self.remove_due(now, SWEEP_LIMIT)
    }

    /// Whether the store holds no key, not even an expired one that no sweep has freed yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// When the first of its keys ends, if any does.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.deadlines.first().map(|(deadline, _)| *deadline)
    }

    /// Where the entry of a key is, if the key has not expired. An expired one is removed on the way.
    #[inline]
    fn find(&mut self, key: &Key, now: Timestamp) -> Option<usize> {
        let index = self.entries.place_of(key)?;
        if self.at(index).is_over(now) {
            self.remove_expired(index);
            return None;
        }
        Some(index)
    }

    /// The entry of a key that has not expired, for a command that is no use of the key.
    fn peek(&mut self, key: &Key, now: Timestamp) -> Option<&Entry> {
        self.find(key, now).map(|index| self.at(index))
    }

    /// The entry of a key that has not expired; the key counts as used now.
    #[inline]
    fn read(&mut self, key: &Key, now: Timestamp) -> Option<&Entry> {
        self.find(key, now).map(|index| &*self.use_at(index, now))
    }

    #[inline]
    fn at(&self, index: usize) -> &Entry {
        self.entries.at(index).expect(FOUND).1
    }

    /// The entry at an index, which counts as used now.
    // This is one write to memory. There is no check whether the value is new: a branch would cost more.
    #[inline]
    fn use_at(&mut self, index: usize, now: Timestamp) -> &mut Entry {
        let entry = self.entries.at_mut(index).expect(FOUND).1;
        entry.used = now.as_millis();
        entry
    }

    /// The entry at an index, about to be written: it counts as used now, and has a new version.
    #[inline]
    fn write(&mut self, index: usize, now: Timestamp) -> &mut Entry {
        self.writes += 1;
        let write = self.writes;
        let entry = self.use_at(index, now);
        entry.set_write(write);
        entry
    }

    /// Adds a key that is not there.
    fn insert(
        &mut self,
        key: Key,
        value: Value,
        origin: Origin,
        deadline: Option<Timestamp>,
        now: Timestamp,
    ) {
        self.announcer.created(&key);
        self.move_deadline(&key, None, deadline);
        self.writes += 1;
        self.entries.insert(key, Entry::new(value, origin, deadline, self.writes, now));
    }

    /// Puts a value at a key, with or without a value before. A key that was there keeps its place, or a scan that goes
    /// on could miss it.
    fn put(&mut self, key: Key, value: Value, origin: Origin, deadline: Option<Timestamp>, now: Timestamp) {
        match self.find(&key, now) {
            None => self.insert(key, value, origin, deadline, now),
            Some(index) => {
                self.write(index, now).put(value, origin);
                self.set_deadline(index, deadline);
            }
        }
    }

    fn remove(&mut self, index: usize) -> Option<(Key, Entry)> {
        let (key, entry) = self.entries.remove_at(index)?;
        self.move_deadline(&key, entry.deadline(), None);
        Some((key, entry))
    }

    fn remove_expired(&mut self, index: usize) {
        if let Some((key, _)) = self.remove(index) {
            self.announcer.expired(&key);
        }
    }

    /// The key at an index, as the store has it.
    fn key_at(&self, index: usize) -> &Key {
        self.entries.at(index).expect(FOUND).0
    }

    /// Gives the key at an index a deadline or takes it away, as a part of a [`Store::write`].
    fn set_deadline(&mut self, index: usize, deadline: Option<Timestamp>) {
        let (key, entry) = self.entries.at_mut(index).expect(FOUND);
        let before = entry.set_deadline(deadline);
        if before != deadline {
            let key = key.clone();
            self.move_deadline(&key, before, deadline);
        }
    }

    /// Counts a change of the key at an index, and announces it.
    #[inline]
    fn changed(&self, kind: KeyEventKind, index: usize) {
        self.announcer.changed(kind, self.key_at(index));
    }

    fn version(&mut self, key: &Key, now: Timestamp) -> Version {
        let number = self.number;
        match self.peek(key, now) {
            Some(entry) => Version::new(number, entry.write()),
            None => self.announcer.absence(key),
        }
    }

    /// Whether a key was not written since it had this version.
    fn is_still(&mut self, key: &Key, version: Version, now: Timestamp) -> bool {
        let number = self.number;
        match self.peek(key, now) {
            Some(entry) => version == Version::new(number, entry.write()),
            None => self.announcer.is_still_absent(key, version),
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
                if let Some(index) = self.entries.place_of(&key) {
                    self.entries.remove_at(index);
                }
                self.announcer.expired(&key);
                removed += 1;
            }
        }
        removed
    }

    /// Removes all keys.
    fn clear(&mut self, now: Timestamp) {
        // Expired keys were no longer there to be cleared: they are removed first, and announced as expired.
        self.remove_due(now, usize::MAX);
        self.announcer.cleared(self.entries.len());
        self.entries.clear();
        self.deadlines.clear();
    }

    /// A digest of what the store holds, independent of the order of keys and of how they are spread over
    /// shards: the digests of shards add up to that of the whole.
    fn digest(&self) -> u64 {
        let state = FixedState::with_seed(0x0064_6967_6573_7421);
        let digests = self.entries.iter().map(|(key, entry)| {
            state.hash_one((key, &entry.value, entry.deadline().map(Timestamp::as_millis)))
        });
        digests.fold(0, u64::wrapping_add)
    }
}
