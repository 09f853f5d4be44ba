//! Values as numbers.

use super::Result;
use crate::store::Store;
use crate::store::decimal::Decimal;
use crate::{CommandError, Key, KeyEventKind, Origin, Reply, Timestamp, Value};

pub(super) fn increment_by(store: &mut Store, key: Key, delta: i64, now: Timestamp) -> Result<Reply> {
    let found = store.find(&key, now);
    let old = match found {
        Some(index) => parse_integer(&store.at(index).value).ok_or(CommandError::NotAnInteger)?,
        None => 0,
    };
    let new = old.checked_add(delta).ok_or(CommandError::Overflow)?;
    put(store, found, key, (Value::from(new.to_string()), Origin::Written), KeyEventKind::IncrementBy, now);
    Ok(Reply::Integer(new))
}

pub(super) fn increment_by_float(store: &mut Store, key: Key, delta: &[u8], now: Timestamp) -> Result<Reply> {
    let found = store.find(&key, now);
    let old = match found {
        Some(index) => Decimal::parse(&store.at(index).value)?,
        None => Decimal::zero(),
    };
    let new = Value::from(old.plus(Decimal::parse(delta)?)?);
    store.fitting(new.len())?;
    put(store, found, key, (new.clone(), Origin::Sum), KeyEventKind::IncrementByFloat, now);
    Ok(Reply::Value(Some(new)))
}

/// Writes a number where one was found, or else adds it. The deadline stays what it was.
fn put(
    store: &mut Store,
    found: Option<usize>,
    key: Key,
    (value, origin): (Value, Origin),
    kind: KeyEventKind,
    now: Timestamp,
) {
    match found {
        Some(index) => {
            store.changed(kind, index);
            store.write(index, now).put(value, origin);
        }
        None => {
            store.announcer.also(KeyEventKind::New, &key);
            store.announcer.changed(kind, &key);
            store.insert(key, value, origin, None, now);
        }
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
