//! What the store answers.

use std::time::Duration;

use crate::{Key, Value};

/// The answer to a [`Command`](crate::Command); each command says which of these it gets.
// Its tag takes a whole word. In a byte, the seven beside it would be copied as two overlapping halves at each of a
// reply's many moves, and a processor waits where a load overlaps two stores: 5 % of an ask, at the same count of
// instructions (measured by kv-overhead).
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Reply {
    /// It is done; there is nothing to say.
    Done,
    /// A value, or that there is none.
    Value(Option<Value>),
    /// What a set did.
    Set(SetOutcome),
    /// How many.
    Count(u64),
    /// An integer value.
    Integer(i64),
    /// A length in bytes.
    Length(u64),
    /// Yes or no.
    Flag(bool),
    /// How long a key has left.
    TimeToLive(TimeToLive),
    /// A page of a scan.
    Page(Page),
    /// A digest of a whole store.
    Digest(u64),
}

/// What [`Command::Set`](crate::Command::Set) did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetOutcome {
    /// Whether the condition held and the value was written.
    pub written: bool,
    /// The value before, where it was asked for and there was one.
    pub old: Option<Value>,
}

/// How long a key has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeToLive {
    /// There is no such key.
    Missing,
    /// The key has no deadline.
    Unlimited,
    /// The key ends in this time.
    Left(Duration),
}

/// A page of a scan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where the next page begins; 0 when this was the last one.
    pub cursor: u64,
    /// The keys of this page, in no order.
    pub keys: Vec<Key>,
}

impl Reply {
    /// Joins the replies of two shards to one command: counts and digests add up, "done" stays "done".
    ///
    /// Commutative and associative, so the order in which shards answer does not show.
    #[must_use]
    pub(crate) fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::Count(a), Self::Count(b)) => Self::Count(a + b),
            (Self::Digest(a), Self::Digest(b)) => Self::Digest(a.wrapping_add(b)),
            (first, _) => first,
        }
    }
}
