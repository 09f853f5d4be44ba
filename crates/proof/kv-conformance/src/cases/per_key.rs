//! Actors that come and go with their keys.

use std::time::Duration;

use futures_util::future::join_all;
use kv_core::{
    ActorId, Batch, Change, Command, Config, Deadline, Events, ExpireCondition, ExpireTime, Expiry, Handle,
    Key, Kv, KvError, Lifecycle, Notice, Reply, Set, StopReason, Transaction,
};
use tokio::task::JoinSet;

use super::supervision::changes_of;
use crate::run::live_bytes;
use crate::setting::{get, increment, stall};
use crate::{Trial, eventually, within};

fn watched(config: Config) -> (Config, Events) {
    let lifecycle = Lifecycle::default();
    let events = lifecycle.subscribe();
    (Config { lifecycle, ..config }, events)
}

fn delete(key: &Key) -> Command {
    Command::Delete { keys: vec![key.clone()] }
}

/// Waits until the actor of a key is gone, and returns what happened to it since the last look.
async fn gone(key: &Key, events: &mut Events) -> Vec<Change> {
    let (actor, mut changes) = (ActorId::Key(key.clone()), Vec::new());
    while !matches!(changes.last(), Some(Change::Stopped(_))) {
        match within("an actor whose key is gone stops", events.next()).await {
            Some(Notice::Event(event)) if event.actor == actor => changes.push(event.change),
            Some(Notice::Event(_)) => {}
            other => panic!("the stream of events broke off: {other:?}"),
        }
    }
    changes
}

pub async fn a_key_has_one_actor_however_many_ask_for_it(trial: Trial) {
    const CLIENTS: i64 = 300;
    let (config, mut events) = watched(trial.config());
    let backend = trial.start(config).await;
    for round in 0..5 {
        let key = Key::from(format!("round:{round}"));
        let mut clients = JoinSet::new();
        for _ in 0..CLIENTS {
            let (client, key) = (backend.client().await.expect("the backend runs"), key.clone());
            clients.spawn(async move { client.ask(increment(&key)).await });
        }
        while let Some(reply) = within("an increment", clients.join_next()).await {
            assert!(matches!(reply.expect("no panic"), Ok(Reply::Integer(_))));
        }
        let value = Kv::new(backend.handle()).get(key.clone()).await;
        assert_eq!(value, Ok(Some(Key::from(CLIENTS.to_string()))));
        assert_eq!(changes_of(&ActorId::Key(key), &mut events), [Change::Started]);
    }
    within("shutdown", backend.shutdown()).await;
}

pub async fn what_creates_no_key_spawns_no_actor(trial: Trial) {
    let (config, mut events) = watched(trial.config());
    let backend = trial.start(config).await;
    let (handle, key) = (backend.handle(), Key::from("missing"));
    let deadline = Deadline::After(Duration::from_secs(1));
    for (command, expected) in [
        (get(&key), Reply::Value(None)),
        (Command::Exists { keys: vec![key.clone(), Key::from("other")] }, Reply::Count(0)),
        (Command::Length { key: key.clone() }, Reply::Length(0)),
        (Command::TimeToLive { key: key.clone() }, Reply::TimeToLive(kv_core::TimeToLive::Missing)),
        (delete(&key), Reply::Count(0)),
        (Command::Persist { key: key.clone() }, Reply::Flag(false)),
        (
            Command::Expire { key: key.clone(), deadline, condition: ExpireCondition::default() },
            Reply::Flag(false),
        ),
        (Command::GetDelete { key: key.clone() }, Reply::Value(None)),
        (Command::GetExpire { key: key.clone(), expiry: Expiry::Clear }, Reply::Value(None)),
        (Command::Range { key: key.clone(), start: 0, end: -1 }, Reply::Value(None)),
        (Command::ExpireTime { key: key.clone() }, Reply::ExpireTime(ExpireTime::Missing)),
        (Command::Touch { keys: vec![key.clone()] }, Reply::Count(0)),
        (Command::Inspect { key: key.clone() }, Reply::Inspected(None)),
        (Command::Copy { from: key.clone(), to: key.clone(), replace: true }, Reply::Flag(false)),
        (Command::RandomKey { choice: 1 }, Reply::Random(None)),
        (Command::Keys { pattern: "*".into() }, Reply::Keys(vec![])),
        (
            Command::Batch(Box::new(Batch::new(vec![get(&key), delete(&key)]).expect("one key each"))),
            Reply::Batch(vec![Ok(Reply::Value(None)), Ok(Reply::Count(0))]),
        ),
        (
            Command::Transaction(Box::new(Transaction::new(vec![], vec![get(&key)]).expect("a get"))),
            Reply::Transaction(Some(vec![Ok(Reply::Value(None))])),
        ),
        (Command::Count, Reply::Count(0)),
        (Command::Clear, Reply::Done),
    ] {
        assert_eq!(within("an ask", handle.ask(command.clone())).await, Ok(expected), "{command:?}");
    }
    assert!(Kv::new(handle.clone()).version(key.clone()).await.expect("the backend runs").is_absent());
    handle.tell(delete(&key)).await.expect("the backend runs");
    handle.try_tell(delete(&key)).expect("the backend runs");
    within("shutdown", backend.shutdown()).await;
    assert_eq!(events.try_next(), None);
}

pub async fn an_actor_ends_with_its_key(trial: Trial) {
    let (mut config, clock) = trial.with_manual_clock();
    config.sweep_interval = Some(Duration::from_millis(2));
    let (config, mut events) = watched(config);
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    // Deleted.
    let key = Key::from("deleted");
    kv.set(key.clone(), "v").await.expect("the backend runs");
    assert_eq!(kv.delete([key.clone()]).await, Ok(1));
    assert_eq!(gone(&key, &mut events).await.first(), Some(&Change::Started));
    // Cleared.
    let key = Key::from("cleared");
    kv.set(key.clone(), "v").await.expect("the backend runs");
    kv.clear().await.expect("the backend runs");
    gone(&key, &mut events).await;
    // Expired, although no command asks for the key.
    let key = Key::from("expired");
    let set = Set { expiry: Expiry::after(Duration::from_secs(1)), ..Set::new(key.clone(), "v") };
    kv.set_with(set).await.expect("the backend runs");
    clock.advance(Duration::from_secs(2));
    gone(&key, &mut events).await;
    assert_eq!(kv.count().await, Ok(0));
    // All keys can be written anew.
    for key in ["deleted", "cleared", "expired"] {
        assert_eq!(kv.increment_by(key, 1).await, Ok(1));
    }
    within("shutdown", backend.shutdown()).await;
}

pub async fn an_idle_key_is_dropped_with_its_actor(trial: Trial) {
    let idle_timeout = Some(Duration::from_millis(20));
    let (config, mut events) = watched(Config { idle_timeout, ..trial.config() });
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    let key = Key::from("idle");
    kv.set(key.clone(), "v").await.expect("the backend runs");
    gone(&key, &mut events).await;
    assert_eq!(kv.get(key).await, Ok(None));
    within("shutdown", backend.shutdown()).await;
}

pub async fn a_key_that_can_expire_can_fall_idle(trial: Trial) {
    let sweep = trial.config().sweep_interval.expect("the default sweeps");
    // Of two reasons to look at a key, the earlier one counts, and neither puts off the other.
    for idle_timeout in [sweep / 5, sweep * 2] {
        let (config, mut events) = watched(Config { idle_timeout: Some(idle_timeout), ..trial.config() });
        let backend = trial.start(config).await;
        let kv = Kv::new(backend.handle());
        let key = Key::from("idle");
        let set = Set { expiry: Expiry::after(Duration::from_secs(3600)), ..Set::new(key.clone(), "v") };
        kv.set_with(set).await.expect("the backend runs");
        gone(&key, &mut events).await;
        assert_eq!(kv.get(key).await, Ok(None), "idle for {idle_timeout:?}");
        within("shutdown", backend.shutdown()).await;
    }
}

pub async fn a_limit_beyond_all_time_is_none(trial: Trial) {
    let (idle_timeout, sweep_interval) = (Some(Duration::MAX), Some(Duration::MAX));
    let config = Config { idle_timeout, sweep_interval, ..trial.config() };
    let (config, mut events) = watched(config);
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    let key = Key::from("kept");
    // With a time to live: a key without one is not swept, whatever the interval.
    let set = Set { expiry: Expiry::after(Duration::from_secs(3600)), ..Set::new(key.clone(), "1") };
    kv.set_with(set).await.expect("the backend runs");
    assert_eq!(kv.increment_by(key.clone(), 1).await, Ok(2));
    assert_eq!(kv.delete([key.clone()]).await, Ok(1));
    assert_eq!(gone(&key, &mut events).await, [Change::Started, Change::Stopped(StopReason::Asked)]);
    within("shutdown", backend.shutdown()).await;
}

pub async fn a_write_that_races_with_the_end_is_kept(trial: Trial) {
    const CLIENTS: usize = 8;
    const ROUNDS: usize = 200;
    let backend = trial.start(trial.config()).await;
    let mut clients = JoinSet::new();
    for n in 0..CLIENTS {
        let client = backend.client().await.expect("the backend runs");
        // Each client has a key of its own, so that each reply is known, and a key that all create and delete.
        let (own, shared) = (Key::from(format!("own:{n}")), Key::from("shared"));
        clients.spawn(async move {
            let mut added = 0;
            for round in 0..ROUNDS {
                let value = Key::from(round.to_string());
                let set = Command::Set(Set::new(own.clone(), value.clone()));
                if round % 2 == 0 {
                    client.ask(set).await.expect("a set is done");
                } else {
                    client.tell(set).await.expect("a set is accepted");
                }
                assert_eq!(client.ask(get(&own)).await, Ok(Reply::Value(Some(value))), "round {round}");
                assert_eq!(client.ask(delete(&own)).await, Ok(Reply::Count(1)), "round {round}");
                assert_eq!(client.ask(get(&own)).await, Ok(Reply::Value(None)), "round {round}");
                // All clients append to the common key and take it away: no byte may be lost or come twice.
                client
                    .tell(Command::Append { key: shared.clone(), value: "x".into() })
                    .await
                    .expect("accepted");
                added += 1;
                let take = Set {
                    return_old: true,
                    expiry: Expiry::at(kv_core::Timestamp::from_millis(1)),
                    ..Set::new(shared.clone(), "")
                };
                match client.ask(Command::Set(take)).await {
                    Ok(Reply::Set(outcome)) => {
                        added -= i64::try_from(outcome.old.map_or(0, |old| old.len())).expect("a few");
                    }
                    other => panic!("the taking in round {round} got {other:?}"),
                }
            }
            added
        });
    }
    let mut left = 0;
    while let Some(added) = within("a client", clients.join_next()).await {
        left += added.expect("every reply is right");
    }
    let rest = within("an ask", Kv::new(backend.handle()).length("shared")).await;
    assert_eq!(rest, Ok(u64::try_from(left).expect("no byte came twice")));
    within("shutdown", backend.shutdown()).await;
}

pub async fn a_kill_shows_no_key_missing(trial: Trial) {
    const KEYS: usize = 100;
    const READERS: usize = 4;
    const ROUNDS: usize = 20;
    for round in 0..ROUNDS {
        let backend = trial.start(trial.config()).await;
        let keys: Vec<Key> = (0..KEYS).map(|n| Key::from(format!("key:{n}"))).collect();
        let kv = Kv::new(backend.handle());
        for key in &keys {
            kv.set(key.clone(), "v").await.expect("the backend runs");
        }
        let mut readers = JoinSet::new();
        for _ in 0..READERS {
            let (client, keys) = (backend.client().await.expect("the backend runs"), keys.clone());
            readers.spawn(async move {
                // Each client writes until it is refused. A kill may take a reply away; a reply that says that the
                // key was never written is wrong.
                for key in keys.iter().cycle() {
                    match client.ask(get(key)).await {
                        Ok(reply) => assert_eq!(reply, Reply::Value(Some("v".into())), "round {round}"),
                        Err(KvError::ReplyLost) => {}
                        Err(error) => return assert_eq!(error, KvError::Stopped, "round {round}"),
                    }
                    // The yield lets the kill come in between on one thread.
                    tokio::task::yield_now().await;
                }
            });
        }
        tokio::task::yield_now().await;
        within("kill", backend.kill()).await;
        while let Some(reader) = within("a reader", readers.join_next()).await {
            reader.expect("every reply is right");
        }
    }
}

pub async fn a_stalled_key_holds_up_no_other(trial: Trial) {
    let backend = trial.start(trial.with_mailbox(kv_core::Mailbox::Bounded(2))).await;
    let handle = backend.client().await.expect("the backend runs");
    let stalled = Key::from("stalled");
    let gate = stall(&handle, &stalled).await;
    while handle.try_tell(increment(&stalled)).is_ok() {}
    assert_eq!(handle.try_tell(increment(&stalled)), Err(KvError::Overloaded));
    for n in 0..100 {
        let key = Key::from(format!("other:{n}"));
        assert_eq!(within("another key", handle.ask(increment(&key))).await, Ok(Reply::Integer(1)));
    }
    gate.open();
    within("shutdown", backend.shutdown()).await;
}

pub async fn a_hundred_thousand_actors_leave_nothing(trial: Trial) {
    const WAVE: usize = 1000;
    const WAVES: usize = 100;
    let backend = trial.start(trial.config()).await;
    let handle = backend.client().await.expect("the backend runs");
    let empty = || async { handle.ask(Command::Count).await == Ok(Reply::Count(0)) };
    let (mut tasks, mut bytes) = (0, 0);
    let idle = alive_tasks();
    for wave in 0..=WAVES {
        let keys: Vec<Key> = (0..WAVE).map(|n| Key::from(format!("{wave}:{n}"))).collect();
        let written = join_all(keys.iter().map(|key| handle.ask(increment(key)))).await;
        assert!(written.iter().all(Result::is_ok), "wave {wave}");
        let deleted = join_all(keys.iter().map(|key| handle.ask(delete(key)))).await;
        assert!(deleted.iter().all(|reply| *reply == Ok(Reply::Count(1))), "wave {wave}");
        eventually("all keys are gone", empty).await;
        // Waits until the actors are freed as well, or the next wave adds to them, and the frameworks' tables grow
        // with the number of actors that live at once.
        eventually("their tasks are gone", || async { alive_tasks() <= idle + WAVE / 10 }).await;
        // The first waves are not counted: tables and pools keep the size that they have grown to, and some free in
        // batches.
        if wave <= WAVES / 10 {
            tasks = tasks.max(alive_tasks());
            bytes = bytes.max(live_bytes());
        }
    }
    eventually("no task is left", || async { alive_tasks() <= tasks.max(WAVE / 10) }).await;
    // A leak of ten bytes per actor would show. Each look comes with one more wave, for memory that is freed only by
    // the next event.
    let allowed = bytes + (WAVES * WAVE * 9 / 10 * 10) as u64;
    let key = Key::from("one more");
    eventually("no memory is left", || async {
        let _ = (handle.ask(increment(&key)).await, handle.ask(delete(&key)).await);
        live_bytes() < allowed
    })
    .await;
    drop(handle);
    within("shutdown", backend.shutdown()).await;
}

fn alive_tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}
