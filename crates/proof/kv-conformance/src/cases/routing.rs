//! Commands over several keys, and over all of them, whatever the number of shards.

use std::collections::BTreeSet;

use kv_core::{Command, Debug, Handle, Key, Kv, Reply, Set};

use crate::Trial;
use crate::subject::{BoxedHandle, Running};

const KEYS: usize = 60;

fn keys() -> impl Iterator<Item = Key> {
    (0..KEYS).map(|n| Key::from(format!("key:{n}")))
}

async fn filled(trial: Trial) -> (Running, Kv<BoxedHandle>) {
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    for key in keys() {
        kv.handle().tell(Command::Set(Set::new(key, "v"))).await.expect("accepted");
    }
    (backend, kv)
}

pub async fn commands_over_many_keys(trial: Trial) {
    let (backend, kv) = filled(trial).await;
    let with_strangers = || keys().chain(["a", "b", "c"].map(Key::from));
    assert_eq!(kv.exists(with_strangers()).await, Ok(KEYS as u64));
    assert_eq!(kv.exists(keys().chain(keys())).await, Ok(2 * KEYS as u64));
    assert_eq!(kv.delete(with_strangers().chain(keys())).await, Ok(KEYS as u64));
    assert_eq!(kv.exists(keys()).await, Ok(0));
    assert_eq!(kv.exists(Vec::<Key>::new()).await, Ok(0));
    assert_eq!(kv.delete(Vec::<Key>::new()).await, Ok(0));
    backend.shutdown().await;
}

pub async fn commands_over_the_whole_store(trial: Trial) {
    let (backend, kv) = filled(trial).await;
    assert_eq!(kv.count().await, Ok(KEYS as u64));
    let digest = kv.handle().ask(Command::Debug(Debug::Digest)).await;
    // Whichever shard has a key, the digest of all shards is that of one store that holds all keys.
    let mut alone = kv_core::Store::new(&trial.config());
    let now = kv_core::Timestamp::default();
    for key in keys() {
        alone.apply(Command::Set(Set::new(key, "v")), now).expect("a plain set");
    }
    assert_eq!(digest, Ok(alone.apply(Command::Debug(Debug::Digest), now).expect("a digest")));
    // A clear by `tell` reaches every shard, too.
    kv.handle().tell(Command::Clear).await.expect("accepted");
    assert_eq!(kv.count().await, Ok(0));
    kv.set("again", "v").await.expect("works on");
    kv.handle().try_tell(Command::Clear).expect("accepted");
    assert_eq!(kv.handle().ask(Command::Debug(Debug::Resident)).await, Ok(Reply::Count(0)));
    backend.shutdown().await;
}

pub async fn a_scan_finds_every_key(trial: Trial) {
    let (backend, kv) = filled(trial).await;
    for (pattern, count) in [(None, 1), (None, 7), (None, 1000), (Some("key:1*"), 7)] {
        let (mut found, mut cursor) = (BTreeSet::new(), 0);
        loop {
            let page = kv.scan(cursor, pattern.map(Into::into), count).await.expect("a page");
            found.extend(page.keys);
            cursor = page.cursor;
            if cursor == 0 {
                break;
            }
        }
        let expected: BTreeSet<Key> =
            keys().filter(|key| pattern.is_none() || key.starts_with(b"key:1")).collect();
        assert_eq!(found, expected, "pattern {pattern:?}, pages of {count}");
    }
    backend.shutdown().await;
}
