//! A test or more per command. `tests/model.rs` compares random runs of them with a naive model.

mod debug;
mod events;
mod expiry;
mod keys;
mod numbers;
mod strings;
mod transactions;

use std::collections::HashSet;
use std::time::Duration;

use super::*;
use crate::{
    Batch, Condition, Deadline, Debug, ExpireCondition, ExpireTime, Expiry, KvError, Order, Origin, Presence,
    Set, SetOutcome, TimeToLive, Transaction,
};

const NOW: Timestamp = Timestamp::from_millis(1_000);

fn store() -> Store {
    Store::new(&Config { max_value_bytes: 20, ..Config::default() })
}

fn with(pairs: &[(&'static str, &'static str)]) -> Store {
    let mut store = store();
    for (key, value) in pairs {
        store.apply(Command::Set(Set::new(*key, *value)), NOW).expect("a plain set");
    }
    store
}

fn get(store: &mut Store, key: &'static str) -> Option<Value> {
    get_at(store, key, NOW)
}

fn get_at(store: &mut Store, key: &'static str, now: Timestamp) -> Option<Value> {
    match store.apply(Command::Get { key: key.into() }, now) {
        Ok(Reply::Value(value)) => value,
        other => panic!("a get answered {other:?}"),
    }
}

fn set(store: &mut Store, set: Set) -> SetOutcome {
    match store.apply(Command::Set(set), NOW) {
        Ok(Reply::Set(outcome)) => outcome,
        other => panic!("a set answered {other:?}"),
    }
}

fn keys(keys: &[&'static str]) -> Vec<Key> {
    keys.iter().map(|key| Key::from(*key)).collect()
}

fn later(millis: u64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() + millis)
}

fn ttl_at(store: &mut Store, key: &'static str, now: Timestamp) -> TimeToLive {
    match store.apply(Command::TimeToLive { key: key.into() }, now) {
        Ok(Reply::TimeToLive(ttl)) => ttl,
        other => panic!("a time to live answered {other:?}"),
    }
}
