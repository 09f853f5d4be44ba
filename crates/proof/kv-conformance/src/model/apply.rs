//! The meaning of each command, written as plainly as possible.

use std::time::Duration;

use kv_core::{
    Command, CommandError, Condition, Debug, ExpireTime, Expiry, Inspection, Key, KvError, Order, Origin,
    Presence, Reply, Set, SetOutcome, TimeToLive, Timestamp, Transaction, Value, Version,
};

use super::{Model, Result, decimal, resolve};

impl Model {
    /// The keys that a command uses by itself, whether it changes them or not.
    pub(super) fn uses(&self, command: &Command) -> Vec<Key> {
        match command {
            Command::Get { key }
            | Command::GetExpire { key, .. }
            | Command::Append { key, .. }
            | Command::Length { key }
            | Command::Range { key, .. }
            | Command::SetRange { key, .. }
            | Command::IncrementBy { key, .. }
            | Command::IncrementByFloat { key, .. }
            | Command::Expire { key, .. }
            | Command::Persist { key }
            | Command::Rename { from: key, .. }
            | Command::Copy { from: key, .. }
            | Command::Debug(Debug::Work { key, .. }) => vec![key.clone()],
            Command::Set(set) => vec![set.key.clone()],
            Command::Touch { keys } => keys.clone(),
            _ => Vec::new(),
        }
    }

    pub(super) fn answer(&mut self, command: &Command, now: Timestamp) -> Result<Reply> {
        Ok(match command {
            Command::Get { key } => Reply::Value(self.value(key)),
            Command::Set(set) => Reply::Set(self.set(set, now)?),
            Command::Delete { keys } => {
                Reply::Count(keys.iter().filter(|key| self.delete(key)).count() as u64)
            }
            Command::Exists { keys } | Command::Touch { keys } => {
                Reply::Count(keys.iter().filter(|key| self.value(key).is_some()).count() as u64)
            }
            Command::IncrementBy { key, delta } => Reply::Integer(self.increment(key, *delta, now)?),
            Command::IncrementByFloat { key, delta } => {
                let old = self.value(key).unwrap_or_else(|| "0".into());
                let sum = Value::from(decimal::sum(&old, delta)?);
                self.fitting(&sum)?;
                self.edit(key, sum.clone(), now);
                self.mark(key, Origin::Sum);
                Reply::Value(Some(sum))
            }
            Command::Append { key, value } => {
                let old = self.value(key);
                let new = [&old.clone().unwrap_or_default()[..], &value[..]].concat();
                let length = self.fitting(&new)?;
                self.edit(key, new.into(), now);
                if old.is_some() {
                    self.mark(key, Origin::Edited);
                }
                Reply::Length(length)
            }
            Command::Length { key } => Reply::Length(self.value(key).map_or(0, |value| value.len() as u64)),
            Command::Range { key, start, end } => {
                Reply::Value(self.value(key).map(|value| range(&value, *start, *end)))
            }
            Command::SetRange { key, offset, value } => {
                Reply::Length(self.set_range(key, *offset, value, now)?)
            }
            Command::GetDelete { key } => {
                let value = self.value(key);
                self.delete(key);
                Reply::Value(value)
            }
            Command::GetExpire { key, expiry } => Reply::Value(match self.value(key) {
                None => None,
                Some(value) => {
                    match expiry {
                        Expiry::Keep => {}
                        Expiry::Clear => drop(self.persist(key, now)),
                        Expiry::Until(deadline) => {
                            let deadline = resolve(*deadline, now, "getex", false)?;
                            self.write(key, value.clone(), Some(deadline), now);
                        }
                    }
                    Some(value)
                }
            }),
            Command::Expire { key, deadline, condition } => {
                let new = resolve(*deadline, now, "expire", true)?;
                let old = self.deadline(key);
                let holds = match condition.deadline {
                    None => true,
                    Some(presence) => old.is_some() == (presence == Presence::Present),
                } && match condition.order {
                    None => true,
                    // A key without a deadline counts as one whose deadline is later than any.
                    Some(Order::Later) => i128::from(new) > old.map_or(i128::MAX, i128::from),
                    Some(Order::Earlier) => i128::from(new) < old.map_or(i128::MAX, i128::from),
                };
                Reply::Flag(
                    holds
                        && self.value(key).is_some_and(|value| {
                            self.write(key, value, Some(new), now);
                            true
                        }),
                )
            }
            Command::Persist { key } => Reply::Flag(self.persist(key, now)),
            Command::TimeToLive { key } => Reply::TimeToLive(match (self.value(key), self.deadline(key)) {
                (None, _) => TimeToLive::Missing,
                (Some(_), None) => TimeToLive::Unlimited,
                (Some(_), Some(at)) => TimeToLive::Left(Duration::from_millis(at - now.as_millis())),
            }),
            Command::ExpireTime { key } => Reply::ExpireTime(match (self.value(key), self.deadline(key)) {
                (None, _) => ExpireTime::Missing,
                (Some(_), None) => ExpireTime::Unlimited,
                (Some(_), Some(at)) => ExpireTime::At(Timestamp::from_millis(at)),
            }),
            Command::Rename { from, to, if_absent } => {
                let value = self.value(from).ok_or(CommandError::NoSuchKey)?;
                let (origin, deadline) = (self.origin(from), self.deadline(from));
                let done = !if_absent || self.value(to).is_none();
                if done && from != to {
                    self.delete(from);
                    self.write(to, value, deadline, now);
                    self.mark(to, origin);
                }
                Reply::Flag(done)
            }
            Command::Copy { from, to, replace } => {
                let done = self.value(from).is_some() && (*replace || self.value(to).is_none());
                if let Some(value) = self.value(from)
                    && done
                    && from != to
                {
                    self.write(to, value, self.deadline(from), now);
                    self.mark(to, self.origin(from));
                }
                Reply::Flag(done)
            }
            Command::Inspect { key } => Reply::Inspected(self.find(key).map(|entry| {
                let idle = Duration::from_millis(now.as_millis() - entry.used);
                Box::new(Inspection { value: entry.value.clone(), origin: entry.origin, idle })
            })),
            Command::Count => Reply::Count(self.entries.len() as u64),
            Command::CountVolatile => {
                let volatile = self.entries.iter().filter(|entry| entry.deadline.is_some());
                Reply::Count(volatile.count() as u64)
            }
            Command::Clear => {
                self.entries.clear();
                Reply::Done
            }
            Command::Batch(batch) => {
                let replies = batch.commands().iter();
                Reply::Batch(replies.map(|one| self.apply(one, now).map_err(KvError::Command)).collect())
            }
            Command::Transaction(transaction) => Reply::Transaction(self.transaction(transaction, now)),
            Command::Debug(Debug::Sleep { .. } | Debug::Stall { .. }) => Reply::Done,
            Command::Debug(Debug::Work { key, .. }) => Reply::Value(self.value(key)),
            Command::Scan { .. }
            | Command::Keys { .. }
            | Command::RandomKey { .. }
            | Command::Version { .. }
            | Command::Debug(_) => panic!("the model has no answer to {command:?}"),
        })
    }

    /// Applies each of these commands, as a transaction does whose watches hold.
    pub fn all(&mut self, commands: &[Command], now: Timestamp) -> Vec<Result<Reply>> {
        commands.iter().map(|command| self.apply(command, now)).collect()
    }

    fn transaction(&mut self, transaction: &Transaction, now: Timestamp) -> Option<Vec<Result<Reply>>> {
        let unchanged = transaction.watched().iter().all(|(key, version)| {
            assert_eq!(*version, Version::ABSENT, "the model knows no other version");
            self.value(key).is_none()
        });
        unchanged.then(|| self.all(transaction.commands(), now))
    }

    /// Writes a value and leaves the deadline as it is.
    fn edit(&mut self, key: &Key, value: Value, now: Timestamp) {
        let deadline = self.deadline(key);
        self.write(key, value, deadline, now);
    }

    fn set(&mut self, set: &Set, now: Timestamp) -> Result<SetOutcome> {
        self.fitting(&set.value)?;
        let old = self.value(&set.key);
        let deadline = match set.expiry {
            Expiry::Clear => None,
            Expiry::Keep => self.deadline(&set.key),
            Expiry::Until(deadline) => Some(resolve(deadline, now, "set", false)?),
        };
        let written = match set.condition {
            Condition::Always => true,
            Condition::IfAbsent => old.is_none(),
            Condition::IfPresent => old.is_some(),
        };
        if written {
            self.write(&set.key, set.value.clone(), deadline, now);
            self.mark(&set.key, Origin::Written);
        }
        Ok(SetOutcome { written, old: if set.return_old { old } else { None } })
    }

    fn increment(&mut self, key: &Key, delta: i64, now: Timestamp) -> Result<i64> {
        let text = self.value(key).unwrap_or_else(|| "0".into());
        let integer = std::str::from_utf8(&text).ok().and_then(|text| {
            let integer: i64 = text.parse().ok()?;
            // A number has one spelling: a text that does not print back to itself is no number.
            (integer.to_string() == text).then_some(integer)
        });
        let sum =
            integer.ok_or(CommandError::NotAnInteger)?.checked_add(delta).ok_or(CommandError::Overflow)?;
        self.edit(key, sum.to_string().into(), now);
        self.mark(key, Origin::Written);
        Ok(sum)
    }

    fn set_range(&mut self, key: &Key, offset: u64, patch: &[u8], now: Timestamp) -> Result<u64> {
        let mut bytes = self.value(key).unwrap_or_default().to_vec();
        if patch.is_empty() {
            return Ok(bytes.len() as u64);
        }
        for (n, byte) in patch.iter().enumerate() {
            let position = u128::from(offset) + n as u128;
            if position >= self.max_value_bytes as u128 {
                return Err(CommandError::TooLarge);
            }
            while bytes.len() as u128 <= position {
                bytes.push(0);
            }
            bytes[position as usize] = *byte;
        }
        let length = self.fitting(&bytes)?;
        self.edit(key, bytes.into(), now);
        self.mark(key, Origin::Edited);
        Ok(length)
    }

    fn persist(&mut self, key: &Key, now: Timestamp) -> bool {
        match (self.value(key), self.deadline(key)) {
            (Some(value), Some(_)) => {
                self.write(key, value, None, now);
                true
            }
            _ => false,
        }
    }
}

/// Byte by byte: those whose index lies between the ends.
fn range(value: &[u8], start: i64, end: i64) -> Value {
    let length = value.len() as i128;
    let from_the_front = |index: i64| match i128::from(index) {
        index if index < 0 => (index + length).max(0),
        index => index,
    };
    if start < 0 && end < 0 && start > end {
        return Value::new();
    }
    let wanted = from_the_front(start)..=from_the_front(end);
    let bytes = (0..).zip(value).filter(|(index, _)| wanted.contains(index)).map(|(_, byte)| *byte);
    Value::from(bytes.collect::<Vec<u8>>())
}
