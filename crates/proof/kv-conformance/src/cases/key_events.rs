//! Changes of keys are counted and announced, in order, and a slow listener delays no command.

use std::time::Duration;

use kv_core::{
    Batch, Command, Config, Deadline, Expiry, Handle, Key, KeyEvent, KeyEventKind as Kind, KeyEventStream,
    KeyEvents, Kv, Set, Transaction, Version,
};

use crate::{Trial, eventually, within};

async fn next(stream: &mut KeyEventStream) -> KeyEvent {
    within("an event", stream.next()).await.expect("the backend runs")
}

async fn expect(stream: &mut KeyEventStream, key: &Key, kinds: &[Kind]) {
    for kind in kinds {
        assert_eq!(next(stream).await, KeyEvent { kind: *kind, key: key.clone() });
    }
}

pub async fn what_happens_to_a_key_is_announced_in_order(trial: Trial) {
    let (config, clock) = trial.with_manual_clock();
    let key_events = KeyEvents::default();
    let mut stream = key_events.subscribe(1000);
    let backend = trial.start(Config { key_events: key_events.clone(), ..config }).await;
    let kv = Kv::new(backend.handle());
    let second = Deadline::After(Duration::from_secs(1));
    for key in ["a", "b", "c", "d"].map(Key::from) {
        kv.set(key.clone(), "1").await.expect("the backend runs");
        expect(&mut stream, &key, &[Kind::New, Kind::Set]).await;
        kv.increment_by(key.clone(), 1).await.expect("an integer");
        kv.increment_by_float(key.clone(), "0.5").await.expect("a number");
        kv.append(key.clone(), "0").await.expect("short enough");
        kv.set_range(key.clone(), 0, "3").await.expect("short enough");
        expect(&mut stream, &key, &[Kind::IncrementBy, Kind::IncrementByFloat]).await;
        expect(&mut stream, &key, &[Kind::Append, Kind::SetRange]).await;
        kv.expire(key.clone(), second).await.expect("the backend runs");
        kv.persist(key.clone()).await.expect("the backend runs");
        kv.get_expire(key.clone(), Expiry::Until(second)).await.expect("the backend runs");
        expect(&mut stream, &key, &[Kind::Expire, Kind::Persist, Kind::Expire]).await;
        kv.delete([key.clone()]).await.expect("the backend runs");
        expect(&mut stream, &key, &[Kind::Delete]).await;
        // A message with several commands announces each change.
        let short = Set { expiry: Expiry::Until(second), ..Set::new(key.clone(), "x") };
        let batch = Batch::new(vec![Command::Set(short), Command::Get { key: key.clone() }]);
        kv.batch(batch.expect("one key")).await.expect("the backend runs");
        expect(&mut stream, &key, &[Kind::New, Kind::Set, Kind::Expire]).await;
        clock.advance(Duration::from_secs(2));
        assert_eq!(kv.get(key.clone()).await, Ok(None));
        expect(&mut stream, &key, &[Kind::Expired]).await;
        let set = Command::Set(Set::new(key.clone(), "x"));
        let transaction = Transaction::new(vec![(key.clone(), Version::ABSENT)], vec![set]);
        kv.transaction(transaction.expect("a set")).await.expect("one key");
        expect(&mut stream, &key, &[Kind::New, Kind::Set]).await;
    }
    assert_eq!((stream.missed(), stream.try_next()), (0, None));
    assert_eq!((key_events.changes(), key_events.expired()), (4 * 11, 4));
    kv.clear().await.expect("the backend runs");
    assert_eq!((key_events.changes(), stream.try_next()), (4 * 12, None));
    backend.shutdown().await;
}

pub async fn the_sweep_announces_what_it_frees(trial: Trial) {
    const KEYS: u64 = 20;
    let (mut config, clock) = trial.with_manual_clock();
    config.sweep_interval = Some(Duration::from_millis(2));
    config.key_events = KeyEvents::counting();
    let key_events = config.key_events.clone();
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    for n in 0..KEYS {
        let second = Expiry::after(Duration::from_secs(1));
        kv.set_with(Set { expiry: second, ..Set::new(n.to_string(), "x") }).await.expect("the backend runs");
    }
    assert_eq!((key_events.changes(), key_events.expired()), (KEYS, 0));
    let mut stream = key_events.subscribe(KEYS as usize);
    clock.advance(Duration::from_secs(2));
    let mut expired = std::collections::BTreeSet::new();
    for _ in 0..KEYS {
        let event = next(&mut stream).await;
        assert_eq!(event.kind, Kind::Expired);
        assert!(expired.insert(event.key.clone()), "{event:?} comes once");
    }
    eventually("all are counted", || async { key_events.expired() == KEYS }).await;
    assert_eq!(key_events.changes(), KEYS, "no command has changed them");
    backend.shutdown().await;
}

pub async fn who_does_not_listen_misses_and_holds_nobody_up(trial: Trial) {
    const WRITES: u64 = 500;
    let config = Config { key_events: KeyEvents::default(), ..trial.config() };
    let key_events = config.key_events.clone();
    let (mut idle, mut busy) = (key_events.subscribe(3), key_events.subscribe(2 * WRITES as usize));
    let backend = trial.start(config).await;
    let handle = backend.client().await.expect("the backend runs");
    for n in 0..WRITES {
        let set = Command::Set(Set::new((n % 10).to_string(), n.to_string()));
        within("a write", handle.ask(set)).await.expect("the backend runs");
    }
    assert_eq!(idle.missed(), WRITES + 10 - 3);
    assert!((0..3).all(|_| idle.try_next().is_some()) && idle.try_next().is_none());
    assert_eq!(busy.missed(), 0);
    assert_eq!(std::iter::from_fn(|| busy.try_next()).count() as u64, WRITES + 10);
    within("shutdown", backend.shutdown()).await;
}
