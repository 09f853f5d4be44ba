//! Which shard a command is for.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use crate::{Batch, Command, CommandError, Debug, Key, Transaction};

/// The owners that a command concerns.
#[derive(Clone, Copy, Debug)]
pub enum Route<'a> {
    /// The owner of one key.
    Key(&'a Key),
    /// The owners of several keys: the command can be split by key.
    Keys(&'a [Key]),
    /// Every shard; their replies add up.
    All,
    /// The shard that the cursor of a scan is at.
    Cursor(u64),
    /// The one owner of all these keys: the command cannot be split.
    SameOwner(SameOwner<'a>),
    /// The owners of the commands' keys: the batch can be split by command.
    Batch(&'a Batch),
}

/// A command whose keys have to have one owner.
#[derive(Clone, Copy, Debug)]
pub enum SameOwner<'a> {
    /// Two keys.
    Pair(&'a Key, &'a Key),
    /// The keys of a transaction: the watched ones and those of its commands.
    Transaction(&'a Transaction),
}

impl SameOwner<'_> {
    /// The owner of all keys, where `owner_of` gives the owner of one; `None` if there are no keys.
    pub(crate) fn owner<O: PartialEq>(self, owner_of: impl Fn(&Key) -> O) -> Result<Option<O>, CommandError> {
        let mut owner = None;
        self.visit(&mut |key| {
            let next = owner_of(key);
            match &owner {
                Some(owner) if *owner != next => Err(CommandError::AcrossActors),
                _ => {
                    owner = Some(next);
                    Ok(())
                }
            }
        })?;
        Ok(owner)
    }

    fn visit(self, visit: &mut impl FnMut(&Key) -> Result<(), CommandError>) -> Result<(), CommandError> {
        match self {
            Self::Pair(a, b) => visit(a).and_then(|()| visit(b)),
            Self::Transaction(transaction) => {
                transaction.watched().iter().try_for_each(|(key, _)| visit(key))?;
                transaction.commands().iter().try_for_each(|command| match command.route() {
                    Route::Key(key) => visit(key),
                    Route::Keys(keys) => keys.iter().try_for_each(&mut *visit),
                    Route::SameOwner(SameOwner::Pair(a, b)) => visit(a).and_then(|()| visit(b)),
                    Route::SameOwner(inner @ SameOwner::Transaction(_)) => inner.visit(visit),
                    // A batch does not occur here: a transaction holds none.
                    Route::All | Route::Cursor(_) | Route::Batch(_) => Err(CommandError::AcrossActors),
                })
            }
        }
    }
}

impl Command {
    /// The owners that the command concerns.
    #[must_use]
    #[inline]
    pub fn route(&self) -> Route<'_> {
        match self {
            Self::Get { key }
            | Self::IncrementBy { key, .. }
            | Self::IncrementByFloat { key, .. }
            | Self::Append { key, .. }
            | Self::Length { key }
            | Self::Range { key, .. }
            | Self::SetRange { key, .. }
            | Self::GetDelete { key }
            | Self::GetExpire { key, .. }
            | Self::Expire { key, .. }
            | Self::Persist { key }
            | Self::TimeToLive { key }
            | Self::ExpireTime { key }
            | Self::Inspect { key }
            | Self::Version { key }
            | Self::Debug(
                Debug::Panic { key }
                | Debug::Stall { key, .. }
                | Debug::Sleep { key, .. }
                | Debug::Work { key, .. },
            ) => Route::Key(key),
            Self::Set(set) => Route::Key(&set.key),
            Self::Delete { keys } | Self::Exists { keys } | Self::Touch { keys } => Route::Keys(keys),
            Self::Count
            | Self::CountVolatile
            | Self::Keys { .. }
            | Self::RandomKey { .. }
            | Self::Clear
            | Self::Debug(Debug::Digest | Debug::Resident) => Route::All,
            Self::Scan { cursor, .. } => Route::Cursor(*cursor),
            Self::Rename { from, to, .. } | Self::Copy { from, to, .. } => {
                Route::SameOwner(SameOwner::Pair(from, to))
            }
            Self::Transaction(transaction) => Route::SameOwner(SameOwner::Transaction(transaction)),
            Self::Batch(batch) => Route::Batch(batch),
        }
    }

    /// This command for some of its keys only.
    pub(crate) fn with_keys(&self, keys: Vec<Key>) -> Self {
        match self {
            Self::Delete { .. } => Self::Delete { keys },
            Self::Exists { .. } => Self::Exists { keys },
            Self::Touch { .. } => Self::Touch { keys },
            _ => unreachable!("only commands routed by keys are split"),
        }
    }
}

/// The placement's own seed: with the seed of the store's hash table, all keys of a shard would share bits of
/// their hash there.
const PLACEMENT_SEED: u64 = 0x0041_7564_6974_696f;

/// Which of `shards` shards owns a key: one function, so that every backend places alike.
///
/// Keys with the same hash tag have the same owner, as in Redis Cluster: where a key has non-empty parts in braces, the
/// first such part alone decides. So `{user:1}:name` and `{user:1}:mail` can be renamed into each other, and written in
/// one transaction.
///
/// The result is stable within one build of Audition; it is no format to store.
///
/// # Panics
/// When `shards` is 0.
#[must_use]
#[inline]
pub fn place(key: &[u8], shards: usize) -> usize {
    let hash = FixedState::with_seed(PLACEMENT_SEED).hash_one(hash_tag(key));
    usize::try_from(hash % shards as u64).expect("less than `shards`")
}

/// The part of a key that decides where it is placed: what stands between the first `{` and the first `}` behind it, or the
/// whole key if there is no such part or nothing in it.
#[inline]
fn hash_tag(key: &[u8]) -> &[u8] {
    let Some(open) = key.iter().position(|&byte| byte == b'{') else { return key };
    let behind = &key[open + 1..];
    match behind.iter().position(|&byte| byte == b'}') {
        None | Some(0) => key,
        Some(close) => &behind[..close],
    }
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
    fn a_hash_tag_is_what_redis_cluster_takes_for_one() {
        let tags: [(&str, &str); 9] = [
            ("{user1000}.following", "user1000"),
            ("foo{bar}{zap}", "bar"),
            ("foo{{bar}}zap", "{bar"),
            ("foo{}{bar}", "foo{}{bar}"),
            ("foo{bar", "foo{bar"),
            ("foo}bar{", "foo}bar{"),
            ("}{a}", "a"),
            ("{}", "{}"),
            ("", ""),
        ];
        for (key, tag) in tags {
            assert_eq!(hash_tag(key.as_bytes()), tag.as_bytes(), "{key}");
        }
        assert_eq!(place(b"{a}1", 64), place(b"{a}2", 64));
        assert_eq!(place(b"x{a}1", 64), place(b"a", 64));
    }

    #[test]
    fn placement_is_a_function_of_the_key() {
        assert_eq!(place(b"foo", 16), place(&Key::from_static(b"foo"), 16));
        assert_eq!(place(b"anything", 1), 0);
    }
}
