//! The arguments of a set, and deadlines.

use std::time::Duration;

use crate::{Key, Timestamp, Value};

/// The arguments of [`Command::Set`](crate::Command::Set).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// The key.
    pub key: Key,
    /// The new value.
    pub value: Value,
    /// When to write.
    pub condition: Condition,
    /// What becomes of the key's deadline.
    pub expiry: Expiry,
    /// Whether to reply with the value before.
    pub return_old: bool,
}

impl Set {
    /// An unconditional set that clears the deadline and returns nothing, as Redis's plain `SET`.
    #[must_use]
    pub fn new(key: impl Into<Key>, value: impl Into<Value>) -> Self {
        Self {
            key: key.into(),
            value: value.into(),
            condition: Condition::Always,
            expiry: Expiry::Clear,
            return_old: false,
        }
    }
}

/// When a [`Set`] writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// The value is written in any case.
    #[default]
    Always,
    /// The value is written only if the key does not exist (`NX`).
    IfAbsent,
    /// The value is written only if the key exists (`XX`).
    IfPresent,
}

/// What a [`Set`] does to the key's deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expiry {
    /// The key has no deadline afterwards.
    #[default]
    Clear,
    /// The key keeps the deadline that it has (`KEEPTTL`).
    Keep,
    /// The key gets this deadline.
    Until(Deadline),
}

impl Expiry {
    /// The key lives for `duration` from now on.
    #[must_use]
    pub const fn after(duration: Duration) -> Self {
        Self::Until(Deadline::After(duration))
    }

    /// The key lives until `timestamp`.
    #[must_use]
    pub const fn at(timestamp: Timestamp) -> Self {
        Self::Until(Deadline::At(timestamp))
    }
}

/// When a key ends. From that millisecond on it is never seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// The key ends this long after the store applies the command; rounded up to a whole millisecond.
    After(Duration),
    /// The key ends at this instant.
    At(Timestamp),
}
