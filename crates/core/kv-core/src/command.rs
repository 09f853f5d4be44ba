//! The commands that a caller can send to the store.

mod batch;
mod debug;
mod expire;
mod set;
mod transaction;

use bytes::Bytes;

use crate::{Key, TestGate, Value};

pub use batch::Batch;
pub use debug::Debug;
pub use expire::{ExpireCondition, Order, Presence};
pub use set::{Condition, Deadline, Expiry, Set};
pub use transaction::{Transaction, Version};

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
    /// Counts the keys that exist, and makes them used just now. Replies [`Reply::Count`](crate::Reply::Count).
    Touch {
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
    /// Adds to a decimal number; a missing key counts as 0. Replies [`Reply::Value`](crate::Reply::Value): the sum as it
    /// is stored, without an exponent and with 17 digits after the point at the most.
    ///
    /// The sum is exact before it is cut to that, where Redis adds binary numbers and shows how they were rounded;
    /// but a number below 1e-30 counts as nothing. Numbers are what C reads as a `long double`, hexadecimal ones included.
    IncrementByFloat {
        /// The key.
        key: Key,
        /// What to add, as text.
        delta: Value,
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
    /// A part of a value. Replies [`Reply::Value`](crate::Reply::Value) with a slice of the value, which is not copied;
    /// an empty one where the range holds nothing.
    Range {
        /// The key.
        key: Key,
        /// The first byte; -1 is the last one. A position before the value counts as its first byte.
        start: i64,
        /// The last byte, which is part of the range; counted as `start` is. A position behind the value counts as its
        /// last byte.
        end: i64,
    },
    /// Overwrites a part of a value, which grows if it is too short, by zeros if there is a gap; a missing key counts as
    /// empty. Replies [`Reply::Length`](crate::Reply::Length). Nothing is written, nor created, for an empty `value`.
    SetRange {
        /// The key.
        key: Key,
        /// Where `value` begins, in bytes.
        offset: u64,
        /// The new bytes.
        value: Value,
    },
    /// The value of a key, which is deleted. Replies [`Reply::Value`](crate::Reply::Value).
    GetDelete {
        /// The key.
        key: Key,
    },
    /// The value of a key, whose deadline may change. Replies [`Reply::Value`](crate::Reply::Value).
    GetExpire {
        /// The key.
        key: Key,
        /// The change of the deadline; a deadline in the past deletes the key.
        expiry: Expiry,
    },
    /// Gives an existing key a deadline. Replies [`Reply::Flag`](crate::Reply::Flag): whether it existed and the
    /// condition held.
    Expire {
        /// The key.
        key: Key,
        /// When it ends; one in the past deletes the key, as in Redis.
        deadline: Deadline,
        /// When to do it.
        condition: ExpireCondition,
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
    /// When a key ends. Replies [`Reply::ExpireTime`](crate::Reply::ExpireTime).
    ExpireTime {
        /// The key.
        key: Key,
    },
    /// Moves a value and its deadline to another key. Replies [`Reply::Flag`](crate::Reply::Flag): whether it was done.
    /// Where both keys are the same, it changes nothing and replies `true` unless `if_absent`. It is refused if `from`
    /// does not exist.
    Rename {
        /// Where the value is.
        from: Key,
        /// Where the value will be; a value that was there is gone.
        to: Key,
        /// Whether to do it only if there is nothing at `to`.
        if_absent: bool,
    },
    /// Copies a value and its deadline to another key. Replies [`Reply::Flag`](crate::Reply::Flag): whether it was done.
    Copy {
        /// Where the value is.
        from: Key,
        /// Where the copy will be. Where both keys are the same, nothing changes, and the reply is `replace` if the key
        /// exists.
        to: Key,
        /// Whether to do it even if there is something at `to`.
        replace: bool,
    },
    /// What is known of a key, without using it. Replies [`Reply::Inspected`](crate::Reply::Inspected).
    Inspect {
        /// The key.
        key: Key,
    },
    /// Which write a key has seen last. Replies [`Reply::Version`](crate::Reply::Version).
    Version {
        /// The key.
        key: Key,
    },
    /// How many keys there are. Replies [`Reply::Count`](crate::Reply::Count).
    Count,
    /// How many keys have a deadline. Replies [`Reply::Count`](crate::Reply::Count).
    CountVolatile,
    /// All keys that match a pattern. Replies [`Reply::Keys`](crate::Reply::Keys), in no order. Unlike a scan, it keeps
    /// an actor from everything else until all its keys are looked at.
    Keys {
        /// A Redis glob that keys must match; see [`glob_matches`](crate::glob_matches).
        pattern: Bytes,
    },
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
    /// A key, drawn by lot. Replies [`Reply::Random`](crate::Reply::Random).
    RandomKey {
        /// The lot: a random number. Each key is as likely as any other.
        choice: u64,
    },
    /// Deletes every key. Replies [`Reply::Done`](crate::Reply::Done).
    Clear,
    /// Many commands in one message. Replies [`Reply::Batch`](crate::Reply::Batch). An ask of it fails as a whole where
    /// one actor owns all keys; where there are more, each command that fails has an error of its own.
    Batch(Box<Batch>),
    /// Commands that are applied as one. Replies [`Reply::Transaction`](crate::Reply::Transaction).
    Transaction(Box<Transaction>),
    /// A fault or an inspection, as in Redis's `DEBUG`.
    Debug(Debug),
}

/// The pause that an actor awaits before it applies a command; see [`Command::pause`].
#[derive(Clone, Debug)]
pub struct Pause(TestGate);

impl Pause {
    /// Waits until the gate opens.
    pub async fn wait(self) {
        self.0.pass().await;
    }
}

impl Command {
    /// Whether the command leaves the store as it was.
    #[must_use]
    pub fn is_read(&self) -> bool {
        match self {
            Self::Get { .. }
            | Self::Exists { .. }
            | Self::Touch { .. }
            | Self::Length { .. }
            | Self::Range { .. }
            | Self::GetExpire { expiry: Expiry::Keep, .. }
            | Self::TimeToLive { .. }
            | Self::ExpireTime { .. }
            | Self::Inspect { .. }
            | Self::Version { .. }
            | Self::Count
            | Self::CountVolatile
            | Self::Keys { .. }
            | Self::Scan { .. }
            | Self::RandomKey { .. }
            | Self::Debug(_) => true,
            Self::Set(_)
            | Self::Delete { .. }
            | Self::IncrementBy { .. }
            | Self::IncrementByFloat { .. }
            | Self::Append { .. }
            | Self::SetRange { .. }
            | Self::GetDelete { .. }
            | Self::GetExpire { .. }
            | Self::Expire { .. }
            | Self::Persist { .. }
            | Self::Rename { .. }
            | Self::Copy { .. }
            | Self::Clear => false,
            Self::Batch(batch) => batch.commands().iter().all(Self::is_read),
            Self::Transaction(transaction) => transaction.commands().iter().all(Self::is_read),
        }
    }

    /// Whether the command needs an actor where its key has none: it can create the key, or is a fault of an actor. Any
    /// other command gets the answer of an empty store. A rename and a copy move nothing where there is no actor.
    #[must_use]
    pub fn needs_actor(&self) -> bool {
        match self {
            Self::Set(_)
            | Self::IncrementBy { .. }
            | Self::IncrementByFloat { .. }
            | Self::Append { .. }
            | Self::SetRange { .. }
            | Self::Debug(
                Debug::Panic { .. } | Debug::Stall { .. } | Debug::Sleep { .. } | Debug::Work { .. },
            ) => true,
            Self::Get { .. }
            | Self::Exists { .. }
            | Self::Touch { .. }
            | Self::Length { .. }
            | Self::Range { .. }
            | Self::TimeToLive { .. }
            | Self::ExpireTime { .. }
            | Self::Inspect { .. }
            | Self::Version { .. }
            | Self::Count
            | Self::CountVolatile
            | Self::Keys { .. }
            | Self::Scan { .. }
            | Self::RandomKey { .. }
            | Self::Debug(_)
            | Self::Delete { .. }
            | Self::GetDelete { .. }
            | Self::GetExpire { .. }
            | Self::Expire { .. }
            | Self::Persist { .. }
            | Self::Rename { .. }
            | Self::Copy { .. }
            | Self::Clear => false,
            Self::Batch(batch) => batch.commands().iter().any(Self::needs_actor),
            Self::Transaction(transaction) => transaction.commands().iter().any(Self::needs_actor),
        }
    }

    /// Whether a version is part of the reply.
    pub(crate) fn asks_versions(&self) -> bool {
        match self {
            Self::Version { .. } => true,
            Self::Batch(batch) => batch.commands().iter().any(Self::asks_versions),
            Self::Transaction(transaction) => transaction.commands().iter().any(Self::asks_versions),
            _ => false,
        }
    }

    /// The pause that the actor must await before [`Store::apply`](crate::Store::apply), which is a pure state machine
    /// and cannot wait. It is `None` for everything but [`Debug::Stall`], which neither a [`Batch`] nor a
    /// [`Transaction`] can hold.
    #[must_use]
    #[inline]
    pub fn pause(&self) -> Option<Pause> {
        match self {
            Self::Debug(Debug::Stall { gate, .. }) => Some(Pause(gate.clone())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reply;

    /// Commands and replies are moved many times on every call. A part that is rare and larger than the common ones is
    /// boxed.
    #[test]
    fn neither_a_command_nor_a_reply_has_grown() {
        assert_eq!((size_of::<Command>(), size_of::<Set>(), size_of::<Reply>()), (88, 88, 48));
    }
}
