//! Commands that are applied as one, if nothing has changed meanwhile.

use std::time::Duration;

use kv_core::{
    Command, CommandError, Condition, Config, Deadline, Debug, Expiry, Handle, Key, Kv, KvError, OnPanic,
    Reply, Set, SetOutcome, Timestamp, Topology, Transaction, Version,
};
use tokio::task::JoinSet;

use super::keyspace::stranger;
use crate::setting::{get, increment};
use crate::{Trial, eventually, key_on, within};

fn transaction(watched: Vec<(Key, Version)>, commands: Vec<Command>) -> Transaction {
    Transaction::new(watched, commands).expect("neither faults nor batches")
}

pub async fn a_transaction_is_done_as_one_or_not_at_all(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    let key = Key::from("n");
    let seen = kv.version(key.clone()).await.expect("the backend runs");
    assert!(seen.is_absent());
    let overflow = Command::IncrementBy { key: key.clone(), delta: i64::MAX };
    let commands = vec![increment(&key), overflow, get(&key)];
    let replies = kv.transaction(transaction(vec![(key.clone(), seen)], commands.clone())).await;
    let expected =
        vec![Ok(Reply::Integer(1)), Err(CommandError::Overflow), Ok(Reply::Value(Some("1".into())))];
    assert_eq!(replies, Ok(Some(expected)), "what is refused undoes nothing");
    // The key exists now, so a watch of its absence fails.
    assert_eq!(kv.transaction(transaction(vec![(key.clone(), seen)], commands.clone())).await, Ok(None));
    let seen = kv.version(key.clone()).await.expect("the backend runs");
    kv.set(key.clone(), "1").await.expect("the backend runs");
    assert_eq!(kv.transaction(transaction(vec![(key.clone(), seen)], commands)).await, Ok(None));
    assert_eq!(kv.get(key).await, Ok(Some("1".into())), "the same value is a write all the same");
    assert_eq!(kv.transaction(transaction(vec![], vec![])).await, Ok(Some(vec![])));
    within("shutdown", backend.shutdown()).await;
    let end = within("an empty one after the end", kv.transaction(transaction(vec![], vec![]))).await;
    assert_eq!(end, Err(KvError::Stopped));
}

pub async fn a_key_that_came_and_went_is_not_as_absent_as_before(trial: Trial) {
    let (config, clock) = trial.with_manual_clock();
    let backend = trial.start(config).await;
    let kv = Kv::new(backend.handle());
    let (key, other) = (Key::from("n"), Key::from("other"));
    let done = |seen| {
        let (kv, key) = (kv.clone(), key.clone());
        async move {
            let read = vec![get(&key)];
            let replies = kv.transaction(transaction(vec![(key, seen)], read)).await;
            replies.expect("the backend runs").is_some()
        }
    };
    let look = || async { kv.version(key.clone()).await.expect("the backend runs") };
    let once = || Set {
        expiry: Expiry::Until(Deadline::After(Duration::from_millis(5))),
        ..Set::new(key.clone(), "1")
    };

    let seen = look().await;
    kv.set(other.clone(), "1").await.expect("the backend runs");
    kv.delete([other, key.clone()]).await.expect("the backend runs");
    kv.set_with(Set { condition: Condition::IfPresent, ..Set::new(key.clone(), "1") })
        .await
        .expect("it runs");
    assert!(done(seen).await, "nothing has happened to this key");
    assert!(done(seen).await, "a transaction that only reads ends no absence");

    let (one, two) = (look().await, look().await);
    kv.set(key.clone(), "1").await.expect("the backend runs");
    kv.delete([key.clone()]).await.expect("the backend runs");
    assert!(!done(one).await && !done(two).await, "it was set and deleted");

    let seen = look().await;
    let both = vec![increment(&key), Command::GetDelete { key: key.clone() }];
    kv.transaction(transaction(vec![], both)).await.expect("the backend runs");
    assert!(!done(seen).await, "it came and went within one transaction");

    let seen = look().await;
    kv.set_with(once()).await.expect("the backend runs");
    clock.advance(Duration::from_millis(5));
    assert!(!done(seen).await, "it was set, and expired");

    let seen = look().await;
    kv.set_with(Set { expiry: Expiry::Until(Deadline::At(Timestamp::from_millis(1))), ..once() })
        .await
        .expect("it runs");
    assert!(!done(seen).await, "it was set with a deadline that was over");

    let seen = look().await;
    kv.set(key.clone(), "1").await.expect("the backend runs");
    kv.clear().await.expect("the backend runs");
    assert!(!done(seen).await, "it was set and cleared");
    assert!(done(look().await).await);
    backend.shutdown().await;
}

pub async fn optimistic_increments_lose_none(trial: Trial) {
    const CLIENTS: usize = 8;
    const ROUNDS: usize = 20;
    let backend = trial.start(trial.config()).await;
    let key = Key::from("n");
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (kv, key) = (Kv::new(backend.client().await.expect("the backend runs")), key.clone());
        clients.spawn(async move {
            let mut done = 0;
            while done < ROUNDS {
                let version = kv.version(key.clone()).await.expect("the backend runs");
                let old = kv.get(key.clone()).await.expect("the backend runs").unwrap_or_else(|| "0".into());
                let old: u64 = std::str::from_utf8(&old).expect("text").parse().expect("a number");
                let set = Command::Set(Set::new(key.clone(), (old + 1).to_string()));
                let transaction = transaction(vec![(key.clone(), version)], vec![set]);
                match kv.transaction(transaction).await.expect("the backend runs") {
                    Some(replies) => {
                        assert_eq!(replies, [Ok(Reply::Set(SetOutcome { written: true, old: None }))]);
                        done += 1;
                    }
                    // Another client was faster.
                    None => tokio::task::yield_now().await,
                }
            }
        });
    }
    while let Some(client) = within("a client", clients.join_next()).await {
        client.expect("no client panics");
    }
    let sum = Kv::new(backend.handle()).get(key).await;
    assert_eq!(sum, Ok(Some((CLIENTS * ROUNDS).to_string().into())));
    backend.shutdown().await;
}

pub async fn keys_that_are_set_if_all_are_absent_are_set_by_one(trial: Trial) {
    const CLIENTS: usize = 8;
    let backend = trial.start(trial.config()).await;
    for round in 0..20 {
        let first = Key::from(format!("round:{round}"));
        let keys = match trial.topology {
            Topology::PerKey => vec![first],
            topology => vec![first.clone(), key_on(topology, &first, round), key_on(topology, &first, 99)],
        };
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let (kv, keys) = (Kv::new(backend.client().await.expect("the backend runs")), keys.clone());
            clients.spawn(async move {
                let watched = keys.iter().map(|key| (key.clone(), Version::ABSENT)).collect();
                let set = |key| Command::Set(Set::new(key, client.to_string()));
                let replies = kv.transaction(transaction(watched, keys.into_iter().map(set).collect())).await;
                replies.expect("the backend runs").map(|_| client)
            });
        }
        let won: Vec<usize> = within("the clients", clients.join_all()).await.into_iter().flatten().collect();
        let [winner] = won[..] else { panic!("round {round} was won by {won:?}") };
        let kv = Kv::new(backend.handle());
        for key in &keys {
            assert_eq!(kv.get(key.clone()).await, Ok(Some(winner.to_string().into())), "round {round}");
        }
        // The last key would keep all keys of the next round from being set, so it is deleted.
        kv.delete(keys).await.expect("the backend runs");
    }
    backend.shutdown().await;
}

pub async fn a_transaction_over_several_actors_is_refused(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    let key = Key::from("n");
    let watched = |key: &Key| vec![(key.clone(), Version::ABSENT)];
    let everywhere = transaction(watched(&key), vec![increment(&key), Command::Count]);
    if let Some(other) = stranger(trial, &key) {
        for refused in [
            transaction(watched(&other), vec![increment(&key)]),
            transaction(vec![], vec![increment(&key), increment(&other)]),
            transaction(vec![], vec![increment(&key), Command::Clear]),
            everywhere,
        ] {
            let across = KvError::Command(CommandError::AcrossActors);
            assert_eq!(kv.transaction(refused.clone()).await, Err(across));
            let told = Command::Transaction(Box::new(refused));
            assert_eq!(kv.handle().try_tell(told.clone()), Err(across));
            assert_eq!(kv.handle().tell(told).await, Err(across));
        }
        assert_eq!(kv.count().await, Ok(0));
    } else {
        let replies = kv.transaction(everywhere).await;
        assert_eq!(replies, Ok(Some(vec![Ok(Reply::Integer(1)), Ok(Reply::Count(1))])));
    }
    backend.shutdown().await;
}

pub async fn a_version_does_not_come_again(trial: Trial) {
    // The clock stands still, so that time cannot tell one write from another.
    let (config, _clock) = trial.with_manual_clock();
    let backend = trial.start(Config { on_panic: OnPanic::Restart, ..config }).await;
    let handle = backend.client().await.expect("the backend runs");
    let kv = Kv::new(handle.clone());
    let key = Key::from("n");
    let mut seen = vec![Version::ABSENT];
    for round in 0..4 {
        kv.set(key.clone(), "1").await.expect("the backend runs");
        let version = kv.version(key.clone()).await.expect("the backend runs");
        assert!(!seen.contains(&version), "round {round}");
        seen.push(version);
        if round % 2 == 0 {
            // With an actor per key, the key's actor ends with the key.
            kv.delete([key.clone()]).await.expect("the backend runs");
        } else {
            let panic = Command::Debug(Debug::Panic { key: key.clone() });
            assert_eq!(handle.ask(panic).await, Err(KvError::ReplyLost));
            let restarted = || async { handle.ask(get(&key)).await == Ok(Reply::Value(None)) };
            eventually("the actor is back, and empty", restarted).await;
        }
    }
    within("shutdown", backend.shutdown()).await;
}
