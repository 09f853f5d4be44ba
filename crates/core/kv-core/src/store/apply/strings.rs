//! Values as bytes.

use bytes::BytesMut;

use super::Result;
use super::expiry::{give, resolve, take};
use crate::store::Store;
use crate::store::entry::Entry;
use crate::{
    CommandError, Condition, Expiry, Key, KeyEventKind, Origin, Reply, Set, SetOutcome, Timestamp, Value,
};

pub(super) fn set(store: &mut Store, set: Set, now: Timestamp) -> Result<Reply> {
    let Set { key, value, condition, expiry, return_old } = set;
    store.fitting(value.len())?;
    let found = store.find(&key, now);
    let deadline = match expiry {
        Expiry::Clear => None,
        Expiry::Keep => found.and_then(|index| store.at(index).deadline()),
        Expiry::Until(deadline) => Some(resolve(deadline, now, "set")?),
    };
    let written = match condition {
        Condition::Always => true,
        Condition::IfAbsent => found.is_none(),
        Condition::IfPresent => found.is_some(),
    };
    let old = match found {
        Some(index) if return_old => Some(store.at(index).value.clone()),
        _ => None,
    };
    if !written {
        if let Some(index) = found {
            store.use_at(index, now);
        }
        return Ok(Reply::Set(SetOutcome { written, old }));
    }
    if found.is_none() {
        store.announcer.also(KeyEventKind::New, &key);
    }
    store.announcer.changed(KeyEventKind::Set, &key);
    if matches!(expiry, Expiry::Until(_)) {
        store.announcer.also(KeyEventKind::Expire, &key);
    }
    match (found, deadline) {
        // The deadline is over, so no command will see the key, and it is removed before any command looks.
        (_, Some(deadline)) if deadline <= now => {
            store.announcer.expired(&key);
            match found {
                Some(index) => drop(store.remove(index)),
                // The key was there for a moment, and a transaction that watches it is not done.
                None => store.announcer.created(&key),
            }
        }
        (Some(index), deadline) => {
            store.write(index, now).put(value, Origin::Written);
            store.set_deadline(index, deadline);
        }
        (None, deadline) => store.insert(key, value, Origin::Written, deadline, now),
    }
    Ok(Reply::Set(SetOutcome { written, old }))
}

pub(super) fn get_delete(store: &mut Store, key: &Key, now: Timestamp) -> Reply {
    let Some(index) = store.find(key, now) else { return Reply::Value(None) };
    store.changed(KeyEventKind::Delete, index);
    Reply::Value(store.remove(index).map(|(_, entry)| entry.value))
}

pub(super) fn get_expire(store: &mut Store, key: &Key, expiry: Expiry, now: Timestamp) -> Result<Reply> {
    // This comes before the deadline is looked at, as in Redis: for a missing key, any deadline is as good as another.
    let Some(index) = store.find(key, now) else { return Ok(Reply::Value(None)) };
    let value = store.at(index).value.clone();
    match expiry {
        Expiry::Keep => {
            store.use_at(index, now);
        }
        Expiry::Clear => drop(take(store, index, now)),
        Expiry::Until(deadline) => give(store, index, resolve(deadline, now, "getex")?, now),
    }
    Ok(Reply::Value(Some(value)))
}

pub(super) fn append(store: &mut Store, key: Key, tail: &Value, now: Timestamp) -> Result<Reply> {
    let Some(index) = store.find(&key, now) else {
        let length = store.fitting(tail.len())?;
        store.announcer.also(KeyEventKind::New, &key);
        store.announcer.changed(KeyEventKind::Append, &key);
        store.insert(key, tail.clone(), Origin::Written, None, now);
        return Ok(Reply::Length(length));
    };
    let length = store.fitting(store.at(index).value.len().saturating_add(tail.len()))?;
    store.changed(KeyEventKind::Append, index);
    edit_entry(store.write(index, now), length, |bytes| bytes.extend_from_slice(tail));
    Ok(Reply::Length(length))
}

pub(super) fn range(store: &mut Store, key: &Key, start: i64, end: i64, now: Timestamp) -> Reply {
    Reply::Value(store.read(key, now).map(|entry| slice(&entry.value, start, end)))
}

pub(super) fn set_range(
    store: &mut Store,
    key: Key,
    offset: u64,
    patch: &Value,
    now: Timestamp,
) -> Result<Reply> {
    let found = store.find(&key, now);
    let old_length = found.map_or(0, |index| store.at(index).value.len());
    if patch.is_empty() {
        if let Some(index) = found {
            store.use_at(index, now);
        }
        return Ok(Reply::Length(old_length as u64));
    }
    let offset = usize::try_from(offset).map_err(|_| CommandError::TooLarge)?;
    let end = offset.checked_add(patch.len()).ok_or(CommandError::TooLarge)?;
    let length = store.fitting(end.max(old_length))?;
    let write = |bytes: &mut BytesMut| {
        // Zeros fill only the places where the patch does not come, or the end of a long value would be written twice.
        bytes.resize(offset.max(bytes.len()), 0);
        let (over, beyond) = patch.split_at(patch.len().min(bytes.len() - offset));
        bytes[offset..offset + over.len()].copy_from_slice(over);
        bytes.extend_from_slice(beyond);
    };
    match found {
        Some(index) => {
            store.changed(KeyEventKind::SetRange, index);
            edit_entry(store.write(index, now), length, write);
        }
        None => {
            let mut value = Value::new();
            edit(&mut value, length, write);
            store.announcer.also(KeyEventKind::New, &key);
            store.announcer.changed(KeyEventKind::SetRange, &key);
            store.insert(key, value, Origin::Edited, None, now);
        }
    }
    Ok(Reply::Length(length))
}

impl Store {
    /// The length of a value, if it may be that long.
    pub(super) fn fitting(&self, length: usize) -> Result<u64> {
        if length > self.max_value_bytes { Err(CommandError::TooLarge) } else { Ok(length as u64) }
    }
}

fn edit_entry(entry: &mut Entry, length: u64, change: impl FnOnce(&mut BytesMut)) {
    entry.set_origin(Origin::Edited);
    edit(&mut entry.value, length, change);
}

/// Edits a value that will have this length in the end. It is edited in place where nothing else holds it, so that many
/// small edits cost their own bytes only.
fn edit(value: &mut Value, length: u64, edit: impl FnOnce(&mut BytesMut)) {
    let mut bytes = std::mem::take(value).try_into_mut().unwrap_or_else(|shared| {
        let mut copy = BytesMut::with_capacity(usize::try_from(length).unwrap_or(0));
        copy.extend_from_slice(&shared);
        copy
    });
    edit(&mut bytes);
    *value = bytes.freeze();
}

/// The part of a value that Redis's `GETRANGE` means. It has no end before the first byte: one that is too negative is
/// the first byte itself, unless both ends are and in the wrong order.
fn slice(value: &Value, start: i64, end: i64) -> Value {
    let length = value.len() as i64;
    if length == 0 || (start < 0 && end < 0 && start > end) {
        return Value::new();
    }
    let from_the_front = |index: i64| if index < 0 { (length + index).max(0) } else { index };
    let (start, end) = (from_the_front(start), from_the_front(end).min(length - 1));
    if start > end { Value::new() } else { value.slice(start as usize..=end as usize) }
}
