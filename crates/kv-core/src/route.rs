//! Which shard a command is for.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use crate::{Command, Debug, Key};

/// Whom a command concerns.
#[derive(Debug, PartialEq, Eq)]
pub enum Route<'a> {
    /// The owner of one key.
    Key(&'a Key),
    /// The owners of several keys: the command can be split by key.
    Keys(&'a [Key]),
    /// Every shard; their replies add up.
    All,
    /// The shard that the cursor of a scan is at.
    Cursor(u64),
}

impl Command {
    /// Whom the command concerns.
    #[must_use]
    #[inline]
    pub fn route(&self) -> Route<'_> {
        match self {
            Self::Get { key }
            | Self::IncrementBy { key, .. }
            | Self::Append { key, .. }
            | Self::Length { key }
            | Self::Expire { key, .. }
            | Self::Persist { key }
            | Self::TimeToLive { key }
            | Self::Debug(
                Debug::Panic { key }
                | Debug::Stall { key, .. }
                | Debug::Sleep { key, .. }
                | Debug::Work { key, .. },
            ) => Route::Key(key),
            Self::Set(set) => Route::Key(&set.key),
            Self::Delete { keys } | Self::Exists { keys } => Route::Keys(keys),
            Self::Count | Self::Clear | Self::Debug(Debug::Digest | Debug::Resident) => Route::All,
            Self::Scan { cursor, .. } => Route::Cursor(*cursor),
        }
    }

    /// The same command for some of its keys.
    pub(crate) fn with_keys(&self, keys: Vec<Key>) -> Self {
        match self {
            Self::Delete { .. } => Self::Delete { keys },
            Self::Exists { .. } => Self::Exists { keys },
            _ => unreachable!("only commands routed by keys are split"),
        }
    }
}

/// The placement's own seed: with the seed of the store's hash table, all keys of a shard would share bits of
/// their hash there.
const PLACEMENT_SEED: u64 = 0x0041_7564_6974_696f;

/// Which of `shards` shards owns a key: one function, so that every backend places alike.
///
/// Stable within one build of Audition; not a format to store.
///
/// # Panics
/// When `shards` is 0.
#[must_use]
#[inline]
pub fn place(key: &[u8], shards: usize) -> usize {
    let hash = FixedState::with_seed(PLACEMENT_SEED).hash_one(key);
    usize::try_from(hash % shards as u64).expect("less than `shards`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placement_is_even() {
        let shards = 8;
        let mut owned = vec![0_usize; shards];
        for n in 0..80_000_u32 {
            owned[place(format!("key:{n}").as_bytes(), shards)] += 1;
        }
        assert!(owned.iter().all(|n| (9_500..10_500).contains(n)), "{owned:?}");
    }

    #[test]
    fn placement_is_a_function_of_the_key() {
        assert_eq!(place(b"foo", 16), place(&Key::from_static(b"foo"), 16));
        assert_eq!(place(b"anything", 1), 0);
    }
}
