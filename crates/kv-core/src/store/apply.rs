//! What each command means.

use bytes::BytesMut;

use super::{Entry, Store};
use crate::{
    Command, CommandError, Condition, Deadline, Debug, Expiry, Key, Reply, Set, SetOutcome, TimeToLive,
    Timestamp, Value, work,
};

type Result<T> = std::result::Result<T, CommandError>;

pub(super) fn apply(store: &mut Store, command: Command, now: Timestamp) -> Result<Reply> {
    match command {
        Command::Get { key } => Ok(Reply::Value(store.live(&key, now).map(|entry| entry.value.clone()))),
        Command::Set(set) => apply_set(store, set, now),
        Command::Delete { keys } => {
            let mut deleted = 0;
            for key in &keys {
                if store.live(key, now).is_some() {
                    store.remove(key);
                    deleted += 1;
                }
            }
            Ok(Reply::Count(deleted))
        }
        Command::Exists { keys } => {
            let existing = keys.iter().filter(|key| store.live(key, now).is_some()).count();
            Ok(Reply::Count(existing as u64))
        }
        Command::IncrementBy { key, delta } => increment_by(store, key, delta, now),
        Command::Append { key, value } => append(store, key, &value, now),
        Command::Length { key } => {
            Ok(Reply::Length(store.live(&key, now).map_or(0, |entry| entry.value.len() as u64)))
        }
        Command::Expire { key, deadline } => expire(store, &key, deadline, now),
        Command::Persist { key } => {
            let had_deadline = store.live(&key, now).is_some_and(|entry| entry.deadline.is_some());
            store.set_deadline(&key, None);
            Ok(Reply::Flag(had_deadline))
        }
        Command::TimeToLive { key } => Ok(Reply::TimeToLive(match store.live(&key, now) {
            None => TimeToLive::Missing,
            Some(Entry { deadline: None, .. }) => TimeToLive::Unlimited,
            Some(Entry { deadline: Some(deadline), .. }) => TimeToLive::Left(deadline.since(now)),
        })),
        Command::Count => {
            store.remove_due(now, usize::MAX);
            Ok(Reply::Count(store.entries.len() as u64))
        }
        Command::Scan { cursor, pattern, count } => {
            store.remove_due(now, usize::MAX);
            Ok(Reply::Page(store.scan(cursor, pattern.as_deref(), count)))
        }
        Command::Clear => {
            store.entries.clear();
            store.deadlines.clear();
            Ok(Reply::Done)
        }
        Command::Debug(debug) => Ok(apply_debug(store, debug, now)),
    }
}

fn apply_set(store: &mut Store, set: Set, now: Timestamp) -> Result<Reply> {
    let Set { key, value, condition, expiry, return_old } = set;
    if value.len() > store.max_value_bytes {
        return Err(CommandError::TooLarge);
    }
    let before = store.live(&key, now).map(|entry| (entry.value.clone(), entry.deadline));
    let (old, old_deadline) = before.map_or((None, None), |(value, deadline)| (Some(value), deadline));
    let deadline = match expiry {
        Expiry::Clear => None,
        Expiry::Keep => old_deadline,
        Expiry::Until(deadline) => Some(resolve(deadline, now, "set")?),
    };
    let written = match condition {
        Condition::Always => true,
        Condition::IfAbsent => old.is_none(),
        Condition::IfPresent => old.is_some(),
    };
    if written {
        if deadline.is_some_and(|deadline| deadline <= now) {
            store.remove(&key);
        } else {
            store.put(key, value, deadline);
        }
    }
    Ok(Reply::Set(SetOutcome { written, old: old.filter(|_| return_old) }))
}

fn increment_by(store: &mut Store, key: Key, delta: i64, now: Timestamp) -> Result<Reply> {
    let Some(entry) = store.live(&key, now) else {
        store.put(key, Value::from(delta.to_string()), None);
        return Ok(Reply::Integer(delta));
    };
    let old = parse_integer(&entry.value).ok_or(CommandError::NotAnInteger)?;
    let new = old.checked_add(delta).ok_or(CommandError::Overflow)?;
    entry.value = Value::from(new.to_string());
    Ok(Reply::Integer(new))
}

fn append(store: &mut Store, key: Key, tail: &Value, now: Timestamp) -> Result<Reply> {
    let limit = store.max_value_bytes;
    let fits = |length: usize| if length > limit { Err(CommandError::TooLarge) } else { Ok(length) };
    let Some(entry) = store.live(&key, now) else {
        let length = fits(tail.len())?;
        store.put(key, tail.clone(), None);
        return Ok(Reply::Length(length as u64));
    };
    let length = fits(entry.value.len().saturating_add(tail.len()))?;
    // In place where nobody else holds the value, so that many appends cost their own bytes only.
    let mut value = std::mem::take(&mut entry.value).try_into_mut().unwrap_or_else(|shared| {
        let mut copy = BytesMut::with_capacity(length);
        copy.extend_from_slice(&shared);
        copy
    });
    value.extend_from_slice(tail);
    entry.value = value.freeze();
    Ok(Reply::Length(length as u64))
}

fn expire(store: &mut Store, key: &Key, deadline: Deadline, now: Timestamp) -> Result<Reply> {
    // Unlike for a set, zero is fine here: it deletes, as in Redis.
    let deadline = match deadline {
        Deadline::After(duration) if duration.is_zero() => now,
        deadline => resolve(deadline, now, "expire")?,
    };
    if store.live(key, now).is_none() {
        return Ok(Reply::Flag(false));
    }
    if deadline <= now {
        store.remove(key);
    } else {
        store.set_deadline(key, Some(deadline));
    }
    Ok(Reply::Flag(true))
}

fn apply_debug(store: &mut Store, debug: Debug, now: Timestamp) -> Reply {
    match debug {
        Debug::Panic { key } => panic!("{} for key {key:?}", Debug::PANIC_MESSAGE),
        // The actor has awaited the gate already: see `Command::pause`.
        Debug::Stall { .. } => Reply::Done,
        Debug::Sleep { duration, .. } => {
            std::thread::sleep(duration);
            Reply::Done
        }
        Debug::Work { key, rounds } => {
            work(rounds);
            Reply::Value(store.live(&key, now).map(|entry| entry.value.clone()))
        }
        Debug::Digest => {
            store.remove_due(now, usize::MAX);
            Reply::Digest(store.digest())
        }
        Debug::Resident => Reply::Count(store.entries.len() as u64),
    }
}

fn resolve(deadline: Deadline, now: Timestamp, command: &'static str) -> Result<Timestamp> {
    match deadline {
        Deadline::At(at) => Ok(at),
        Deadline::After(duration) if duration.is_zero() => Err(CommandError::InvalidExpiry { command }),
        Deadline::After(duration) => now.checked_add(duration).ok_or(CommandError::InvalidExpiry { command }),
    }
}

/// Reads an integer as Redis does: one spelling per number, so no plus, no blanks and no leading zeros.
fn parse_integer(value: &[u8]) -> Option<i64> {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    if digits.len() > 1 && digits[0] == b'0' || value == b"-0" || value.first() == Some(&b'+') {
        return None;
    }
    std::str::from_utf8(value).ok()?.parse().ok()
}
