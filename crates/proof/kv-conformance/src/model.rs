//! A naive model of the store, to compare everything else with.

mod apply;
mod decimal;
mod generate;

use std::collections::HashMap;

use kv_core::{Command, CommandError, Deadline, Key, Origin, Reply, Timestamp, Value};

pub use generate::commands;
pub(crate) use generate::{few_keys, for_one_key};

/// The store as a list of entries, searched from the front. All expired entries are removed before each command. The
/// model shares no data structure and no code with the store, so the two are unlikely to be wrong in the same way.
#[derive(Clone, Debug)]
pub struct Model {
    entries: Vec<Entry>,
    max_value_bytes: usize,
    writes: u64,
    /// The number of each key's last write, also of a key that is gone.
    last_writes: HashMap<Key, u64>,
}

#[derive(Clone, Debug)]
struct Entry {
    key: Key,
    value: Value,
    origin: Origin,
    deadline: Option<u64>,
    used: u64,
}

type Result<T> = std::result::Result<T, CommandError>;

impl Model {
    /// An empty model with this limit of a value's length.
    #[must_use]
    pub fn new(max_value_bytes: usize) -> Self {
        Self { entries: Vec::new(), max_value_bytes, writes: 0, last_writes: HashMap::new() }
    }

    /// The keys that are there, in no order.
    #[must_use]
    pub fn keys(&self, now: Timestamp) -> Vec<Key> {
        let mut fresh = self.clone();
        fresh.forget_expired(now);
        fresh.entries.into_iter().map(|entry| entry.key).collect()
    }

    /// The model's form of a key's version: whether it is there, and the number of its last write. A key that came
    /// and went is absent, and has been written.
    #[must_use]
    pub fn version(&self, key: &Key, now: Timestamp) -> (bool, Option<u64>) {
        let mut fresh = self.clone();
        fresh.forget_expired(now);
        (fresh.find(key).is_some(), fresh.last_writes.get(key).copied())
    }

    /// Applies a command to the model, and returns the reply that the store must give.
    ///
    /// # Errors
    /// The error that the store must give.
    ///
    /// # Panics
    /// For a scan, a random key, a version or a digest, whose replies depend on the store's inner order or numbers; for
    /// a transaction that watches such a version; and for faults.
    pub fn apply(&mut self, command: &Command, now: Timestamp) -> Result<Reply> {
        self.forget_expired(now);
        let used = self.uses(command);
        let reply = self.answer(command, now)?;
        // The keys that a transaction or a batch uses were marked as used when its commands were answered.
        for entry in &mut self.entries {
            if used.contains(&entry.key) {
                entry.used = now.as_millis();
            }
        }
        Ok(reply)
    }

    fn forget_expired(&mut self, now: Timestamp) {
        self.entries.retain(|entry| entry.deadline.is_none_or(|at| at > now.as_millis()));
    }

    fn find(&self, key: &Key) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == *key)
    }

    fn value(&self, key: &Key) -> Option<Value> {
        self.find(key).map(|entry| entry.value.clone())
    }

    fn deadline(&self, key: &Key) -> Option<u64> {
        self.find(key).and_then(|entry| entry.deadline)
    }

    fn delete(&mut self, key: &Key) -> bool {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.key != *key);
        self.entries.len() < before
    }

    /// A deadline that is over already is thrown out before the next command like any other.
    fn write(&mut self, key: &Key, value: Value, deadline: Option<u64>, now: Timestamp) {
        let origin = self.origin(key);
        self.delete(key);
        self.writes += 1;
        self.last_writes.insert(key.clone(), self.writes);
        self.entries.push(Entry { key: key.clone(), value, origin, deadline, used: now.as_millis() });
    }

    /// How the value came about; a key that is absent counts as written.
    fn origin(&self, key: &Key) -> Origin {
        self.find(key).map_or(Origin::Written, |entry| entry.origin)
    }

    fn mark(&mut self, key: &Key, origin: Origin) {
        for entry in self.entries.iter_mut().filter(|entry| entry.key == *key) {
            entry.origin = origin;
        }
    }

    fn fitting(&self, value: &[u8]) -> Result<u64> {
        if value.len() > self.max_value_bytes { Err(CommandError::TooLarge) } else { Ok(value.len() as u64) }
    }
}

fn resolve(deadline: Deadline, now: Timestamp, command: &'static str, zero_is_fine: bool) -> Result<u64> {
    let invalid = CommandError::InvalidExpiry { command };
    match deadline {
        Deadline::At(at) => Ok(at.as_millis()),
        Deadline::After(std::time::Duration::ZERO) if !zero_is_fine => Err(invalid),
        Deadline::After(duration) => {
            let millis = duration.as_nanos().div_ceil(1_000_000);
            u64::try_from(u128::from(now.as_millis()) + millis).map_err(|_| invalid)
        }
    }
}
