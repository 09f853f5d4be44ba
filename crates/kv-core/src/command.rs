//! What a caller can ask of the store.

use std::time::Duration;

use bytes::Bytes;

use crate::{Gate, Key, Timestamp, Value};

/// One request to the store, in Redis's terms.
///
/// The enum grows with need. A backend never matches on it: it asks a command for its
/// [`route`](Command::route), whether it is a [read](Command::is_read) and whether the actor has to
/// [pause](Command::pause) before it applies it; everything else is [`Store::apply`](crate::Store::apply)'s.
#[derive(Clone, Debug)]
pub enum Command {
    /// The value of a key. Replies [`Reply::Value`](crate::Reply::Value).
    Get {
        /// The key.
        key: Key,
    },
    /// Sets a key. Replies [`Reply::Set`](crate::Reply::Set).
    Set(Set),
    /// Deletes keys. Replies [`Reply::Count`](crate::Reply::Count): how many there were.
    Delete {
        /// The keys; one named twice counts once, for it is gone the second time.
        keys: Vec<Key>,
    },
    /// Counts the keys that exist. Replies [`Reply::Count`](crate::Reply::Count).
    Exists {
        /// The keys; one named twice counts twice, as in Redis.
        keys: Vec<Key>,
    },
    /// Adds to an integer; a missing key counts as 0. Replies [`Reply::Integer`](crate::Reply::Integer).
    IncrementBy {
        /// The key.
        key: Key,
        /// What to add; negative to subtract.
        delta: i64,
    },
    /// Appends to a value; a missing key counts as empty. Replies [`Reply::Length`](crate::Reply::Length).
    Append {
        /// The key.
        key: Key,
        /// The bytes to append.
        value: Value,
    },
    /// The length of a value in bytes, 0 for a missing key. Replies [`Reply::Length`](crate::Reply::Length).
    Length {
        /// The key.
        key: Key,
    },
    /// Gives an existing key a deadline. Replies [`Reply::Flag`](crate::Reply::Flag): whether it existed.
    Expire {
        /// The key.
        key: Key,
        /// When it ends; one in the past deletes the key, as in Redis.
        deadline: Deadline,
    },
    /// Takes a key's deadline away. Replies [`Reply::Flag`](crate::Reply::Flag): whether it had one.
    Persist {
        /// The key.
        key: Key,
    },
    /// How long a key has left. Replies [`Reply::TimeToLive`](crate::Reply::TimeToLive).
    TimeToLive {
        /// The key.
        key: Key,
    },
    /// How many keys there are. Replies [`Reply::Count`](crate::Reply::Count).
    Count,
    /// A page of keys. Replies [`Reply::Page`](crate::Reply::Page). A key that is there during the whole
    /// scan is returned at least once; one that comes or goes meanwhile may or may not be.
    Scan {
        /// 0 to begin, then the cursor of the page before.
        cursor: u64,
        /// A Redis glob that keys must match; see [`glob_matches`](crate::glob_matches).
        pattern: Option<Bytes>,
        /// About how many keys to look at; at least one is.
        count: usize,
    },
    /// Deletes every key. Replies [`Reply::Done`](crate::Reply::Done).
    Clear,
    /// A fault or an inspection, as in Redis's `DEBUG`.
    Debug(Debug),
}

/// The arguments of [`Command::Set`].
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
    /// In any case.
    #[default]
    Always,
    /// Only if the key does not exist (`NX`).
    IfAbsent,
    /// Only if the key exists (`XX`).
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
    /// This long after the store applies the command; rounded up to a whole millisecond.
    After(Duration),
    /// At this instant.
    At(Timestamp),
}

/// Faults and inspections, reached through the same contract as everything else.
#[derive(Clone, Debug)]
pub enum Debug {
    /// The handler panics in the actor that owns `key`.
    Panic {
        /// Whose owner panics.
        key: Key,
    },
    /// The actor that owns `key` awaits the gate, as a handler awaits a slow peer.
    Stall {
        /// Whose owner waits.
        key: Key,
        /// What it waits for.
        gate: Gate,
    },
    /// The actor that owns `key` blocks its thread, as a handler that computes does (`DEBUG SLEEP`).
    Sleep {
        /// Whose owner blocks.
        key: Key,
        /// For how long.
        duration: Duration,
    },
    /// The actor that owns `key` computes for so many rounds of [`work`](crate::work) and then answers as it answers
    /// [`Command::Get`]: a handler that has something to do.
    Work {
        /// Whose owner computes, and which key is read.
        key: Key,
        /// For how many rounds.
        rounds: u32,
    },
    /// A digest of all keys, values and deadlines, whatever the number of shards (`DEBUG DIGEST`). Replies
    /// [`Reply::Digest`](crate::Reply::Digest).
    Digest,
    /// How many keys lie in memory, expired ones that nobody swept yet included. Replies
    /// [`Reply::Count`](crate::Reply::Count).
    Resident,
}

impl Debug {
    /// How the message of a wanted panic begins, for hooks that keep wanted panics out of the output.
    pub const PANIC_MESSAGE: &str = "asked to panic by a debug command";
}

/// What an actor awaits before it applies a command; see [`Command::pause`].
#[derive(Clone, Debug)]
pub struct Pause(Gate);

impl Pause {
    /// Waits until the gate opens.
    pub async fn wait(self) {
        self.0.pass().await;
    }
}

impl Command {
    /// Whether the command leaves the store as it was.
    #[must_use]
    pub const fn is_read(&self) -> bool {
        match self {
            Self::Get { .. }
            | Self::Exists { .. }
            | Self::Length { .. }
            | Self::TimeToLive { .. }
            | Self::Count
            | Self::Scan { .. }
            | Self::Debug(_) => true,
            Self::Set(_)
            | Self::Delete { .. }
            | Self::IncrementBy { .. }
            | Self::Append { .. }
            | Self::Expire { .. }
            | Self::Persist { .. }
            | Self::Clear => false,
        }
    }

    /// Whether the command may need an actor where there is none: it can create its key, or is a fault that somebody
    /// has to suffer.
    #[must_use]
    pub const fn creates(&self) -> bool {
        matches!(
            self,
            Self::Set(_)
                | Self::IncrementBy { .. }
                | Self::Append { .. }
                | Self::Debug(
                    Debug::Panic { .. } | Debug::Stall { .. } | Debug::Sleep { .. } | Debug::Work { .. }
                )
        )
    }

    /// What the actor must await before [`Store::apply`](crate::Store::apply), which cannot wait: a pure state
    /// machine has nothing to wait for. `None` for everything but [`Debug::Stall`].
    #[must_use]
    #[inline]
    pub fn pause(&self) -> Option<Pause> {
        match self {
            Self::Debug(Debug::Stall { gate, .. }) => Some(Pause(gate.clone())),
            _ => None,
        }
    }
}
