//! Deadlines.

use super::Result;
use crate::store::Store;
use crate::{CommandError, Deadline, ExpireCondition, Key, KeyEventKind, Order, Presence, Reply, Timestamp};

pub(super) fn expire(
    store: &mut Store,
    key: &Key,
    deadline: Deadline,
    condition: ExpireCondition,
    now: Timestamp,
) -> Result<Reply> {
    // Unlike for a set, zero is fine here: it deletes, as in Redis.
    let deadline = match deadline {
        Deadline::After(duration) if duration.is_zero() => now,
        deadline => resolve(deadline, now, "expire")?,
    };
    let Some(index) = store.find(key, now) else { return Ok(Reply::Flag(false)) };
    let done = holds(condition, store.at(index).deadline(), deadline);
    if done {
        give(store, index, deadline, now);
    } else {
        // A key whose deadline is looked at was used all the same.
        store.use_at(index, now);
    }
    Ok(Reply::Flag(done))
}

/// Gives the key at an index a deadline, or deletes it if that is over already.
pub(super) fn give(store: &mut Store, index: usize, deadline: Timestamp, now: Timestamp) {
    if deadline <= now {
        store.changed(KeyEventKind::Delete, index);
        store.remove(index);
    } else {
        store.changed(KeyEventKind::Expire, index);
        store.write(index, now);
        store.set_deadline(index, Some(deadline));
    }
}

pub(super) fn persist(store: &mut Store, key: &Key, now: Timestamp) -> Reply {
    Reply::Flag(store.find(key, now).is_some_and(|index| take(store, index, now)))
}

/// Takes the deadline of the key at an index away; returns whether it had one. The key was used either way.
pub(super) fn take(store: &mut Store, index: usize, now: Timestamp) -> bool {
    let has_deadline = store.at(index).deadline().is_some();
    if has_deadline {
        store.changed(KeyEventKind::Persist, index);
        store.write(index, now);
        store.set_deadline(index, None);
    } else {
        store.use_at(index, now);
    }
    has_deadline
}

/// The instant of a deadline, for a command that refuses one of no time.
pub(super) fn resolve(deadline: Deadline, now: Timestamp, command: &'static str) -> Result<Timestamp> {
    match deadline {
        Deadline::At(at) => Ok(at),
        Deadline::After(duration) if duration.is_zero() => Err(CommandError::InvalidExpiry { command }),
        Deadline::After(duration) => now.checked_add(duration).ok_or(CommandError::InvalidExpiry { command }),
    }
}

fn holds(condition: ExpireCondition, old: Option<Timestamp>, new: Timestamp) -> bool {
    let deadline = match condition.deadline {
        None => true,
        Some(Presence::Absent) => old.is_none(),
        Some(Presence::Present) => old.is_some(),
    };
    let order = match condition.order {
        None => true,
        Some(Order::Later) => old.is_some_and(|old| new > old),
        Some(Order::Earlier) => old.is_none_or(|old| new < old),
    };
    deadline && order
}
