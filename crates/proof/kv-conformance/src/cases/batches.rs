//! Many commands in one message.

use futures_util::future::{join, join_all};
use kv_core::{
    Batch, Command, CommandError, Debug, Handle, Key, Kv, KvError, Reply, Set, SetOutcome, Topology,
};
use tokio::task::JoinSet;

use super::panic::lost;
use crate::setting::{get, increment, is_pending, stall};
use crate::{Trial, key_on, within};

fn batch(commands: Vec<Command>) -> Batch {
    Batch::new(commands).expect("commands for one key each")
}

fn keys(count: usize) -> Vec<Key> {
    (0..count).map(|n| Key::from(format!("key:{n}"))).collect()
}

fn append(key: &Key, tail: &'static str) -> Command {
    Command::Append { key: key.clone(), value: tail.into() }
}

pub async fn a_batch_answers_each_command_in_its_place(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.handle());
    let keys = keys(30);
    let sets = keys.iter().map(|key| Command::Set(Set::new(key.clone(), key.clone())));
    let written = Ok(Reply::Set(SetOutcome { written: true, old: None }));
    assert_eq!(kv.batch(batch(sets.collect())).await, Ok(vec![written; keys.len()]));
    // The keys backwards, with commands that are refused and keys that are absent in between, and each key once more
    // at the end.
    let mut commands = Vec::new();
    let mut expected = Vec::new();
    for key in keys.iter().rev() {
        commands.extend([get(key), increment(key), get(&Key::from("absent")), append(key, "!")]);
        expected.push(Ok(Reply::Value(Some(key.clone()))));
        expected.push(Err(KvError::Command(CommandError::NotAnInteger)));
        expected.push(Ok(Reply::Value(None)));
        expected.push(Ok(Reply::Length(key.len() as u64 + 1)));
    }
    for key in &keys {
        commands.push(Command::Delete { keys: vec![key.clone()] });
        expected.push(Ok(Reply::Count(1)));
    }
    assert_eq!(kv.batch(batch(commands)).await, Ok(expected));
    assert_eq!(kv.count().await, Ok(0));
    assert_eq!(kv.batch(batch(Vec::new())).await, Ok(Vec::new()));
    backend.shutdown().await;
}

pub async fn a_batch_keeps_its_place_among_other_calls(trial: Trial) {
    const ROUNDS: usize = 50;
    let backend = trial.start(trial.config()).await;
    let handle = backend.client().await.expect("the backend runs");
    let keys = keys(5);
    for round in 0..ROUNDS {
        for key in &keys {
            handle.tell(append(key, "a")).await.expect("accepted");
        }
        let twice = keys.iter().map(|key| append(key, "b")).chain(keys.iter().map(|key| append(key, "c")));
        let command = Command::Batch(Box::new(batch(twice.collect())));
        let tells = async {
            for key in &keys {
                handle.tell(append(key, "d")).await.expect("accepted");
            }
        };
        if round % 2 == 0 {
            handle.tell(command).await.expect("accepted");
            tells.await;
        } else {
            // An ask that was polled comes before a command that is sent while the ask is under way. The wave runs
            // without tokio's cooperative budget, as pipelined asks do: see `Handle`.
            let (reply, ()) = tokio::task::unconstrained(join(handle.ask(command), tells)).await;
            reply.expect("the backend runs");
        }
    }
    for key in &keys {
        let value = Kv::new(handle.clone()).get(key.clone()).await;
        assert_eq!(value, Ok(Some("abcd".repeat(ROUNDS).into())));
    }
    backend.shutdown().await;
}

pub async fn nobody_comes_between_what_one_actor_does_of_a_batch(trial: Trial) {
    const CLIENTS: usize = 6;
    const ROUNDS: usize = 40;
    let backend = trial.start(trial.config()).await;
    let counter = Key::from("counter");
    // Two keys that are always written together, and have one owner where there can be one for two keys.
    let pair = match trial.topology {
        Topology::PerKey => None,
        topology => Some([Key::from("left"), key_on(topology, &Key::from("left"), 0)]),
    };
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let kv = Kv::new(backend.client().await.expect("the backend runs"));
        let (counter, pair) = (counter.clone(), pair.clone());
        clients.spawn(async move {
            for round in 0..ROUNDS {
                let counts = kv.batch(batch(vec![increment(&counter); 3])).await.expect("the backend runs");
                let [Ok(Reply::Integer(first)), rest @ ..] = &counts[..] else { panic!("{counts:?}") };
                let next = [Ok(Reply::Integer(first + 1)), Ok(Reply::Integer(first + 2))];
                assert_eq!(rest, next, "client {client}, round {round}");
                let Some(pair) = &pair else { continue };
                let value = format!("{client}:{round}");
                let sets = pair.iter().map(|key| Command::Set(Set::new(key.clone(), value.clone())));
                kv.batch(batch(sets.collect())).await.expect("the backend runs");
                let seen = kv.batch(batch(pair.iter().map(get).collect())).await.expect("the backend runs");
                assert_eq!(seen[0], seen[1], "client {client}, round {round}");
            }
        });
    }
    while let Some(client) = within("a client", clients.join_next()).await {
        client.expect("every reply is right");
    }
    let sum = Kv::new(backend.handle()).get(counter).await;
    assert_eq!(sum, Ok(Some((CLIENTS * ROUNDS * 3).to_string().into())));
    backend.shutdown().await;
}

/// A batch over keys of several owners, of which one is dead or dies: every command has an answer, and the commands
/// for living owners have their own reply.
fn assert_answered(
    trial: Trial,
    dead: &Key,
    keys: &[Key],
    replies: Result<Vec<Result<Reply, KvError>>, KvError>,
) {
    let gone = |error: &KvError| matches!(error, KvError::Stopped | KvError::ReplyLost);
    if trial.topology == Topology::Single {
        let error = replies.expect_err("one actor owned them all");
        return assert!(gone(&error), "{error:?}");
    }
    let replies = replies.expect("some live");
    assert_eq!(replies.len(), keys.len());
    for (key, reply) in keys.iter().zip(&replies) {
        match reply {
            Ok(Reply::Value(Some(value))) => assert_eq!(value, key),
            // With an actor per key, the dead actor is forgotten.
            Ok(Reply::Value(None)) => assert_eq!(key, dead),
            Err(error) => assert!(gone(error) && trial.owner(key) == trial.owner(dead), "{reply:?}"),
            other => panic!("a get answered {other:?}"),
        }
    }
}

pub async fn a_dead_actor_fails_only_its_part_of_a_batch(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let handle = backend.client().await.expect("the backend runs");
    let kv = Kv::new(handle.clone());
    let keys = keys(20);
    let sets = keys.iter().map(|key| Command::Set(Set::new(key.clone(), key.clone())));
    kv.batch(batch(sets.collect())).await.expect("the backend runs");
    let gets = || batch(keys.iter().map(get).collect());
    let panic = Command::Debug(Debug::Panic { key: keys[0].clone() });
    if trial.declares_no_mailbox("a batch meets an actor that is dead already, and none that dies") {
        assert_eq!(handle.ask(panic).await, Err(KvError::ReplyLost));
    } else {
        // The actor dies with the batch in its mailbox.
        let gate = stall(&handle, &keys[0]).await;
        handle.tell(panic).await.expect("room for one");
        let mut ask = Box::pin(kv.batch(gets()));
        assert!(is_pending(ask.as_mut()).await);
        gate.open();
        assert_answered(trial, &keys[0], &keys, within("a batch", ask).await);
    }
    lost(trial, &handle, &keys[0]).await;
    assert_answered(trial, &keys[0], &keys, within("a batch", kv.batch(gets())).await);
    within("shutdown after a crash", backend.shutdown()).await;
}

pub async fn batches_that_race_with_kill_are_answered(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let keys = keys(20);
    let mut clients = JoinSet::new();
    for _ in 0..8 {
        let kv = Kv::new(backend.client().await.expect("the backend runs"));
        let keys = keys.clone();
        clients.spawn(async move {
            loop {
                let wave = (0..4).map(|_| kv.batch(batch(keys.iter().map(increment).collect())));
                for replies in join_all(wave).await {
                    let Ok(replies) = replies else { return };
                    assert_eq!(replies.len(), keys.len(), "each has an answer");
                    if replies.iter().any(Result::is_err) {
                        return;
                    }
                }
                // In a backend that never waits, no other task would get the thread without this yield.
                tokio::task::yield_now().await;
            }
        });
    }
    tokio::task::yield_now().await;
    within("a kill", backend.kill()).await;
    while let Some(client) = within("a client is answered", clients.join_next()).await {
        client.expect("no client panics");
    }
}
