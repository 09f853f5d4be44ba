//! The count of reads that found a key: Redis's `keyspace_hits` and `keyspace_misses`.

use kv_core::{ExpireTime, Reply, TimeToLive};

use super::Render;

/// How many keys were looked for and found, and how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many keys were found.
    pub hits: u64,
    /// How many keys were not found.
    pub misses: u64,
}

impl Tally {
    fn of(found: bool) -> Self {
        Self { hits: found.into(), misses: (!found).into() }
    }
}

impl Render {
    /// What one reply says of the keys that its command read. A write whose reply does not tell of the value counts
    /// neither as a hit nor as a miss, as in Redis. The length of an empty value looks like that of a missing one, and
    /// counts as a miss.
    pub fn tally(&self, reply: &Reply) -> Tally {
        match (self, reply) {
            (Self::Value | Self::ValueOrEmpty | Self::Values | Self::Lcs(_), Reply::Value(value)) => {
                Tally::of(value.is_some())
            }
            (Self::MissingOr(_), Reply::Value(value)) => Tally::of(value.is_some()),
            (Self::SetOld, Reply::Set(outcome)) => Tally::of(outcome.old.is_some()),
            (Self::Length, Reply::Length(length)) => Tally::of(*length > 0),
            (Self::Found { asked }, Reply::Count(found)) => {
                Tally { hits: *found, misses: asked.saturating_sub(*found) }
            }
            (Self::Kind, Reply::Count(found)) => Tally::of(*found > 0),
            (_, Reply::TimeToLive(time)) => Tally::of(*time != TimeToLive::Missing),
            (_, Reply::ExpireTime(time)) => Tally::of(*time != ExpireTime::Missing),
            (_, Reply::Inspected(found)) => Tally::of(found.is_some()),
            _ => Tally::default(),
        }
    }
}
