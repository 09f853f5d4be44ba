//! Keys as such.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use super::Result;
use crate::store::Store;
use crate::{CommandError, Key, KeyEventKind, RandomKey, Reply, Timestamp};

pub(super) fn delete(store: &mut Store, keys: &[Key], now: Timestamp) -> Reply {
    let mut deleted = 0;
    for key in keys {
        if let Some(index) = store.find(key, now) {
            store.changed(KeyEventKind::Delete, index);
            store.remove(index);
            deleted += 1;
        }
    }
    Reply::Count(deleted)
}

pub(super) fn rename(
    store: &mut Store,
    from: &Key,
    to: Key,
    if_absent: bool,
    now: Timestamp,
) -> Result<Reply> {
    store.read(from, now).ok_or(CommandError::NoSuchKey)?;
    if *from == to {
        return Ok(Reply::Flag(!if_absent));
    }
    if if_absent && store.peek(&to, now).is_some() {
        return Ok(Reply::Flag(false));
    }
    let (from, entry) =
        store.find(from, now).and_then(|index| store.remove(index)).ok_or(CommandError::NoSuchKey)?;
    store.announcer.also(KeyEventKind::New, &to);
    store.announcer.changed(KeyEventKind::RenameFrom, &from);
    store.announcer.also(KeyEventKind::RenameTo, &to);
    let (origin, deadline) = (entry.origin(), entry.deadline());
    store.put(to, entry.value, origin, deadline, now);
    Ok(Reply::Flag(true))
}

pub(super) fn copy(store: &mut Store, from: &Key, to: Key, replace: bool, now: Timestamp) -> Reply {
    let Some(entry) = store.read(from, now) else { return Reply::Flag(false) };
    if *from == to {
        return Reply::Flag(replace);
    }
    let (value, origin, deadline) = (entry.value.clone(), entry.origin(), entry.deadline());
    if !replace && store.peek(&to, now).is_some() {
        return Reply::Flag(false);
    }
    // The key counts as new even where it had a value: the value is gone without an event, as in Redis.
    store.announcer.also(KeyEventKind::New, &to);
    store.announcer.changed(KeyEventKind::CopyTo, &to);
    store.put(to, value, origin, deadline, now);
    Reply::Flag(true)
}

/// The seed of the lots of one store, which are hashes of the choice and a number, or of the choice and the drawn key:
/// other lots in each store.
const LOT_SEED: u64 = 0x0072_616e_646f_6d21;

pub(super) fn random(store: &mut Store, choice: u64, now: Timestamp) -> Reply {
    store.remove_due(now, usize::MAX);
    let state = FixedState::with_seed(LOT_SEED);
    let another = |attempt| if attempt == 0 { choice } else { state.hash_one((choice, attempt)) };
    let drawn = store.entries.draw(another);
    Reply::Random(drawn.map(|(key, _)| {
        let lot = state.hash_one((choice, key));
        RandomKey::new(key.clone(), store.entries.len(), lot)
    }))
}
