//! Faults that show only when several callers call at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kv_core::{Command, Condition, Handle, Key, KvError, Reply, Set, SetOutcome, Value};
use tokio::task::yield_now;

use super::harness::{Broken, Fault, Honest};

pub(crate) type ReadsFromACache = Broken<Cached>;
pub(crate) type ChecksThenSets = Broken<Split>;
pub(crate) type LosesUpdates = Broken<Racing>;
pub(crate) type AcknowledgesEarly = Broken<Hasty>;

/// Reads through a cache, and takes a key out of it *before* it writes the key: a read in between puts the old value
/// back, to stay.
pub(crate) struct Cached;
impl Fault for Cached {
    const NAME: &'static str = "reads-from-a-cache";
    type Memory = Mutex<HashMap<Key, Option<Value>>>;
    async fn ask(
        inner: &Honest,
        command: Command,
        _n: usize,
        cache: &Self::Memory,
    ) -> Result<Reply, KvError> {
        let cache = || cache.lock().unwrap_or_else(PoisonError::into_inner);
        let Command::Get { key } = &command else {
            cache().clear();
            return inner.ask(command).await;
        };
        let (key, cached) = (key.clone(), cache().get(key).cloned());
        if let Some(value) = cached {
            return Ok(Reply::Value(value));
        }
        let reply = inner.ask(command).await;
        if let Ok(Reply::Value(value)) = &reply {
            cache().insert(key, value.clone());
        }
        reply
    }
    async fn tell(inner: &Honest, command: Command, _n: usize, cache: &Self::Memory) -> Result<(), KvError> {
        cache.lock().unwrap_or_else(PoisonError::into_inner).clear();
        inner.tell(command).await
    }
}

/// Looks whether a set's condition holds, and then sets. One caller alone gets the right answer every time.
pub(crate) struct Split;
impl Fault for Split {
    const NAME: &'static str = "checks-then-sets";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, _n: usize, (): &()) -> Result<Reply, KvError> {
        match command {
            Command::Set(set) if set.condition != Condition::Always => {
                // It does not look by a get, which uses the key: one caller alone could see that in the key's idle
                // time.
                let Reply::Inspected(found) = inner.ask(Command::Inspect { key: set.key.clone() }).await?
                else {
                    unreachable!("an inspection answers what is known");
                };
                let found = found.map(|found| found.value);
                yield_now().await;
                if found.is_none() != (set.condition == Condition::IfAbsent) {
                    return inner.ask(Command::Set(set)).await;
                }
                let old = if set.return_old { found } else { None };
                inner.ask(Command::Set(Set { condition: Condition::Always, ..set })).await?;
                Ok(Reply::Set(SetOutcome { written: true, old }))
            }
            other => inner.ask(other).await,
        }
    }
}

/// Increments by reading, adding and writing.
pub(crate) struct Racing;
impl Fault for Racing {
    const NAME: &'static str = "loses-updates";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, _n: usize, (): &()) -> Result<Reply, KvError> {
        match command {
            Command::IncrementBy { key, delta } => {
                let before = inner.ask(Command::IncrementBy { key: key.clone(), delta: 0 }).await?;
                let Reply::Integer(before) = before else { return Ok(before) };
                yield_now().await;
                inner.ask(Command::Set(Set::new(key, (before + delta).to_string()))).await?;
                Ok(Reply::Integer(before + delta))
            }
            other => inner.ask(other).await,
        }
    }
}

/// Says that a set is done, and then does it.
pub(crate) struct Hasty;
impl Fault for Hasty {
    const NAME: &'static str = "acknowledges-early";
    type Memory = ();
    async fn ask(inner: &Honest, command: Command, _n: usize, (): &()) -> Result<Reply, KvError> {
        match command {
            Command::Set(set) if set.condition == Condition::Always && !set.return_old => {
                let inner = inner.clone();
                tokio::spawn(async move { inner.ask(Command::Set(set)).await });
                Ok(Reply::Set(SetOutcome { written: true, old: None }))
            }
            other => inner.ask(other).await,
        }
    }
}
