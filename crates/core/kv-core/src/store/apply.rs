//! The meaning of each command.

mod debug;
mod expiry;
mod keys;
mod numbers;
mod strings;
mod transactions;

use super::Store;
use crate::{Command, CommandError, ExpireTime, Inspection, Reply, TimeToLive, Timestamp};

type Result<T> = std::result::Result<T, CommandError>;

pub(super) fn apply(store: &mut Store, command: Command, now: Timestamp) -> Result<Reply> {
    match command {
        Command::Get { key } => Ok(Reply::Value(store.read(&key, now).map(|entry| entry.value.clone()))),
        Command::Set(set) => strings::set(store, set, now),
        Command::GetDelete { key } => Ok(strings::get_delete(store, &key, now)),
        Command::GetExpire { key, expiry } => strings::get_expire(store, &key, expiry, now),
        Command::Append { key, value } => strings::append(store, key, &value, now),
        Command::Length { key } => {
            Ok(Reply::Length(store.read(&key, now).map_or(0, |entry| entry.value.len() as u64)))
        }
        Command::Range { key, start, end } => Ok(strings::range(store, &key, start, end, now)),
        Command::SetRange { key, offset, value } => strings::set_range(store, key, offset, &value, now),
        Command::IncrementBy { key, delta } => numbers::increment_by(store, key, delta, now),
        Command::IncrementByFloat { key, delta } => numbers::increment_by_float(store, key, &delta, now),
        Command::Expire { key, deadline, condition } => expiry::expire(store, &key, deadline, condition, now),
        Command::Persist { key } => Ok(expiry::persist(store, &key, now)),
        Command::TimeToLive { key } => {
            Ok(Reply::TimeToLive(match store.peek(&key, now).map(super::Entry::deadline) {
                None => TimeToLive::Missing,
                Some(None) => TimeToLive::Unlimited,
                Some(Some(deadline)) => TimeToLive::Left(deadline.since(now)),
            }))
        }
        Command::ExpireTime { key } => {
            Ok(Reply::ExpireTime(match store.peek(&key, now).map(super::Entry::deadline) {
                None => ExpireTime::Missing,
                Some(None) => ExpireTime::Unlimited,
                Some(Some(deadline)) => ExpireTime::At(deadline),
            }))
        }
        Command::Inspect { key } => Ok(Reply::Inspected(store.peek(&key, now).map(|entry| {
            let idle = now.since(Timestamp::from_millis(entry.used));
            Box::new(Inspection { value: entry.value.clone(), origin: entry.origin(), idle })
        }))),
        Command::Version { key } => Ok(Reply::Version(store.version(&key, now))),
        Command::Delete { keys } => Ok(keys::delete(store, &keys, now)),
        Command::Exists { keys } => {
            let existing = keys.iter().filter(|key| store.peek(key, now).is_some()).count();
            Ok(Reply::Count(existing as u64))
        }
        Command::Touch { keys } => {
            let existing = keys.iter().filter(|key| store.read(key, now).is_some()).count();
            Ok(Reply::Count(existing as u64))
        }
        Command::Rename { from, to, if_absent } => keys::rename(store, &from, to, if_absent, now),
        Command::Copy { from, to, replace } => Ok(keys::copy(store, &from, to, replace, now)),
        Command::Count => {
            store.remove_due(now, usize::MAX);
            Ok(Reply::Count(store.entries.len() as u64))
        }
        Command::CountVolatile => {
            store.remove_due(now, usize::MAX);
            Ok(Reply::Count(store.deadlines.len() as u64))
        }
        Command::Scan { cursor, pattern, count } => {
            store.remove_due(now, usize::MAX);
            Ok(Reply::Page(store.scan(cursor, pattern.as_deref(), count)))
        }
        Command::Keys { pattern } => {
            store.remove_due(now, usize::MAX);
            Ok(Reply::Keys(store.scan(0, Some(&pattern), usize::MAX).keys))
        }
        Command::RandomKey { choice } => Ok(keys::random(store, choice, now)),
        Command::Clear => {
            store.clear(now);
            Ok(Reply::Done)
        }
        Command::Batch(batch) => Ok(transactions::batch(store, *batch, now)),
        Command::Transaction(transaction) => Ok(transactions::transaction(store, *transaction, now)),
        Command::Debug(debug) => Ok(debug::debug(store, debug, now)),
    }
}
