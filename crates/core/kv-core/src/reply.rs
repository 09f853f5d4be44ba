//! The replies of the store.

use std::time::Duration;

use crate::{CommandError, Key, KvError, Timestamp, Value, Version};

/// The answer to a [`Command`](crate::Command); each command says which of these it gets.
// The tag takes a whole word. In a byte, the seven beside it would be copied as two overlapping halves at each of a
// reply's many moves, and a processor waits where a load overlaps two stores: 5 % of an ask, at the same count of
// instructions (measured by kv-overhead).
#[derive(Clone, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Reply {
    /// The command is done, and has no other answer.
    Done,
    /// A value, or `None` if there is none.
    Value(Option<Value>),
    /// What a set did.
    Set(SetOutcome),
    /// A number of keys.
    Count(u64),
    /// An integer value.
    Integer(i64),
    /// A length in bytes.
    Length(u64),
    /// Whether the command did what it was asked to do.
    Flag(bool),
    /// How long a key has left.
    TimeToLive(TimeToLive),
    /// When a key ends.
    ExpireTime(ExpireTime),
    /// Which write a key has seen last; [`Version::is_absent`] if there is no such key.
    Version(Version),
    /// What is known of a key, if there is one.
    // Boxed, because it is rare and larger than the rest.
    Inspected(Option<Box<Inspection>>),
    /// Keys, in no order.
    Keys(Vec<Key>),
    /// A page of a scan.
    Page(Page),
    /// A key drawn by lot, if there is one.
    Random(Option<RandomKey>),
    /// The answers to a batch's commands, in their order.
    Batch(Vec<Result<Reply, KvError>>),
    /// The answers to a transaction's commands, in their order; `None` if a watched key has changed, and nothing was
    /// done.
    Transaction(Option<Vec<Result<Reply, CommandError>>>),
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

/// When a key ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpireTime {
    /// There is no such key.
    Missing,
    /// The key has no deadline.
    Unlimited,
    /// The key ends at this instant.
    At(Timestamp),
}

/// What is known of a key, without using it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// The value.
    pub value: Value,
    /// How the value came about.
    pub origin: Origin,
    /// How long ago the key was last used.
    pub idle: Duration,
}

/// How a value came about. The store keeps all values alike; Redis does not, and `OBJECT ENCODING` asks which way it would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The value was written as a whole, or is the sum of integers.
    Written,
    /// A part of the value was changed or appended since.
    Edited,
    /// The value is the sum of decimal numbers.
    Sum,
}

/// A key drawn by lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RandomKey {
    /// The key.
    pub key: Key,
    /// The rank of the draw: of several draws, the one of the lowest rank wins.
    rank: u64,
}

impl RandomKey {
    /// A key drawn out of `keys` of them; `lot` is a random number, and another one in each shard.
    ///
    /// The rank is distributed exponentially with `keys` for its rate. Each of several such numbers is the lowest with
    /// a probability in proportion to its rate. So the shards' draws can be compared two by two, in any order, and
    /// every key of the whole store is as likely as any other, however unevenly the keys are spread.
    pub(crate) fn new(key: Key, keys: usize, lot: u64) -> Self {
        // The fraction has 53 bits, as many as a float holds, and is never 0, whose logarithm is infinite.
        let fraction = ((lot >> 11) + 1) as f64 / (1_u64 << 53) as f64;
        let rank = -fraction.ln() / keys as f64;
        // Numbers that are not negative are in the order of their bits.
        Self { key, rank: rank.abs().to_bits() }
    }
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
    /// Joins the replies of two shards to one command: counts and digests add up, keys come together, one draw wins,
    /// "done" stays "done".
    ///
    /// The join is commutative and associative, so the order in which shards answer shows only in the order of keys,
    /// which have none.
    #[must_use]
    pub(crate) fn merge(self, other: Self) -> Self {
        match (self, other) {
            (Self::Count(a), Self::Count(b)) => Self::Count(a + b),
            (Self::Digest(a), Self::Digest(b)) => Self::Digest(a.wrapping_add(b)),
            (Self::Keys(mut keys), Self::Keys(more)) => {
                keys.extend(more);
                Self::Keys(keys)
            }
            (Self::Random(a), Self::Random(b)) => Self::Random(match (a, b) {
                (Some(a), Some(b)) => Some(if b.rank < a.rank { b } else { a }),
                (a, b) => a.or(b),
            }),
            (first, _) => first,
        }
    }
}
