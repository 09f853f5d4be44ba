//! A naive model of the store, to compare everything else with.

use std::time::Duration;

use kv_core::{
    Command, CommandError, Condition, Deadline, Debug, Expiry, Key, Reply, Set, SetOutcome, TimeToLive,
    Timestamp, Value,
};

mod generate;
pub use generate::commands;

/// The store as one would write it on a napkin: a list of entries, searched from the front, with everything
/// that has expired thrown out before each command. Nothing clever, so nothing that could be wrong in the same
/// way as the store.
#[derive(Clone, Debug)]
pub struct Model {
    entries: Vec<(Key, Value, Option<u64>)>,
    max_value_bytes: usize,
}

type Result<T> = std::result::Result<T, CommandError>;

impl Model {
    /// An empty model with this limit of a value's length.
    #[must_use]
    pub const fn new(max_value_bytes: usize) -> Self {
        Self { entries: Vec::new(), max_value_bytes }
    }

    /// The keys that are there, in no order.
    #[must_use]
    pub fn keys(&self, now: Timestamp) -> Vec<Key> {
        let mut fresh = self.clone();
        fresh.forget_expired(now);
        fresh.entries.into_iter().map(|(key, ..)| key).collect()
    }

    /// What the store must answer.
    ///
    /// # Errors
    /// What the store must refuse.
    ///
    /// # Panics
    /// For a scan or a digest, whose replies depend on the store's inner order; and for faults.
    pub fn apply(&mut self, command: &Command, now: Timestamp) -> Result<Reply> {
        self.forget_expired(now);
        Ok(match command {
            Command::Get { key } => Reply::Value(self.value(key)),
            Command::Set(set) => Reply::Set(self.set(set, now)?),
            Command::Delete { keys } => {
                Reply::Count(keys.iter().filter(|key| self.delete(key)).count() as u64)
            }
            Command::Exists { keys } => {
                Reply::Count(keys.iter().filter(|key| self.value(key).is_some()).count() as u64)
            }
            Command::IncrementBy { key, delta } => Reply::Integer(self.increment(key, *delta)?),
            Command::Append { key, value } => {
                let old = self.value(key).unwrap_or_default();
                let new = [&old[..], &value[..]].concat();
                let length = self.fitting(&new)?;
                let deadline = self.deadline(key);
                self.write(key, new.into(), deadline);
                Reply::Length(length)
            }
            Command::Length { key } => Reply::Length(self.value(key).map_or(0, |value| value.len() as u64)),
            Command::Expire { key, deadline } => {
                let deadline = resolve(*deadline, now, "expire", true)?;
                Reply::Flag(self.value(key).is_some_and(|value| {
                    self.write(key, value, Some(deadline));
                    true
                }))
            }
            Command::Persist { key } => Reply::Flag(match (self.value(key), self.deadline(key)) {
                (Some(value), Some(_)) => {
                    self.write(key, value, None);
                    true
                }
                _ => false,
            }),
            Command::TimeToLive { key } => Reply::TimeToLive(match (self.value(key), self.deadline(key)) {
                (None, _) => TimeToLive::Missing,
                (Some(_), None) => TimeToLive::Unlimited,
                (Some(_), Some(at)) => TimeToLive::Left(Duration::from_millis(at - now.as_millis())),
            }),
            Command::Count => Reply::Count(self.entries.len() as u64),
            Command::Clear => {
                self.entries.clear();
                Reply::Done
            }
            Command::Debug(Debug::Sleep { .. } | Debug::Stall { .. }) => Reply::Done,
            Command::Debug(Debug::Work { key, .. }) => Reply::Value(self.value(key)),
            Command::Scan { .. } | Command::Debug(_) => panic!("the model has no answer to {command:?}"),
        })
    }

    fn forget_expired(&mut self, now: Timestamp) {
        self.entries.retain(|(_, _, deadline)| deadline.is_none_or(|at| at > now.as_millis()));
    }

    fn value(&self, key: &Key) -> Option<Value> {
        self.entries.iter().find(|(other, ..)| other == key).map(|(_, value, _)| value.clone())
    }

    fn deadline(&self, key: &Key) -> Option<u64> {
        self.entries.iter().find(|(other, ..)| other == key).and_then(|(_, _, deadline)| *deadline)
    }

    fn delete(&mut self, key: &Key) -> bool {
        let before = self.entries.len();
        self.entries.retain(|(other, ..)| other != key);
        self.entries.len() < before
    }

    /// A deadline that is over already is thrown out before the next command like any other.
    fn write(&mut self, key: &Key, value: Value, deadline: Option<u64>) {
        self.delete(key);
        self.entries.push((key.clone(), value, deadline));
    }

    fn set(&mut self, set: &Set, now: Timestamp) -> Result<SetOutcome> {
        self.fitting(&set.value)?;
        let old = self.value(&set.key);
        let deadline = match set.expiry {
            Expiry::Clear => None,
            Expiry::Keep => self.deadline(&set.key),
            Expiry::Until(deadline) => Some(resolve(deadline, now, "set", false)?),
        };
        let written = match set.condition {
            Condition::Always => true,
            Condition::IfAbsent => old.is_none(),
            Condition::IfPresent => old.is_some(),
        };
        if written {
            self.write(&set.key, set.value.clone(), deadline);
        }
        Ok(SetOutcome { written, old: if set.return_old { old } else { None } })
    }

    fn increment(&mut self, key: &Key, delta: i64) -> Result<i64> {
        let text = self.value(key).unwrap_or_else(|| "0".into());
        let integer = std::str::from_utf8(&text).ok().and_then(|text| {
            let integer: i64 = text.parse().ok()?;
            // One spelling per number: what does not print back to itself is none.
            (integer.to_string() == text).then_some(integer)
        });
        let sum =
            integer.ok_or(CommandError::NotAnInteger)?.checked_add(delta).ok_or(CommandError::Overflow)?;
        let deadline = self.deadline(key);
        self.write(key, sum.to_string().into(), deadline);
        Ok(sum)
    }

    fn fitting(&self, value: &[u8]) -> Result<u64> {
        if value.len() > self.max_value_bytes { Err(CommandError::TooLarge) } else { Ok(value.len() as u64) }
    }
}

fn resolve(deadline: Deadline, now: Timestamp, command: &'static str, zero_is_fine: bool) -> Result<u64> {
    let invalid = CommandError::InvalidExpiry { command };
    match deadline {
        Deadline::At(at) => Ok(at.as_millis()),
        Deadline::After(Duration::ZERO) if !zero_is_fine => Err(invalid),
        Deadline::After(duration) => {
            let millis = duration.as_nanos().div_ceil(1_000_000);
            u64::try_from(u128::from(now.as_millis()) + millis).map_err(|_| invalid)
        }
    }
}
