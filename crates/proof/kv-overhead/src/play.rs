//! The playing of a load on one of the two subjects.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kv_core::{Command, Key, Reply, Set, Value};
use tokio::sync::Barrier;

use crate::{Load, Place, Subject};

const KEYS: usize = 16;

fn key(n: usize) -> Key {
    Key::from(format!("key:{:04}", n % KEYS))
}

fn value() -> Value {
    Value::from_static(&[b'v'; 32])
}

fn get(n: usize) -> Command {
    Command::Get { key: key(n) }
}

fn set(n: usize) -> Command {
    Command::Set(Set::new(key(n), value()))
}

/// Starts one of the two subjects and sets its keys.
pub(crate) fn prepare<S: Subject>(place: &Place, start: impl AsyncFnOnce() -> S) -> Arc<S> {
    place.stage.run(async {
        let subject = start().await;
        for n in 0..KEYS {
            assert!(subject.ask(set(n)).await.is_some(), "a set must be answered");
        }
        Arc::new(subject)
    })
}

/// Plays about `calls` calls and returns the time that they took, from the first client's start to the last one's end.
pub(crate) fn play<S: Subject>(place: &Place, subject: &Arc<S>, load: Load, calls: usize) -> Duration {
    let clients = if load == Load::AskOfEight { 8 } else { 1 };
    let barrier = Arc::new(Barrier::new(clients));
    place.stage.run(async {
        let tasks: Vec<_> = (0..clients)
            .map(|_| {
                let (subject, barrier) = (Arc::clone(subject), Arc::clone(&barrier));
                let commands = commands(load, calls / clients);
                // The client is spawned: inside `block_on` it would measure the parking of its thread.
                place.spawn(async move {
                    barrier.wait().await;
                    let start = Instant::now();
                    let right = match load {
                        Load::Tell => tell_all(&*subject, commands).await,
                        _ => ask_all(&*subject, commands).await,
                    };
                    assert!(right, "every call must succeed, with the value that was set");
                    (start, Instant::now())
                })
            })
            .collect();
        let mut times = Vec::new();
        for task in tasks {
            times.push(task.await.expect("a client's call must not fail"));
        }
        let start = times.iter().map(|(start, _)| *start).min().expect("there is a client");
        let end = times.iter().map(|(_, end)| *end).max().expect("there is a client");
        end - start
    })
}

/// The commands that a client sends. They are built beforehand, so that the time does not contain their making.
pub(crate) fn commands(load: Load, calls: usize) -> Vec<Command> {
    match load {
        Load::Tell => (0..calls).map(set).collect(),
        Load::Ask | Load::AskOfEight => (0..calls).map(get).collect(),
    }
}

async fn ask_all<S: Subject>(subject: &S, commands: Vec<Command>) -> bool {
    let expected = Some(Reply::Value(Some(value())));
    for command in commands {
        if subject.ask(command).await != expected {
            return false;
        }
    }
    true
}

async fn tell_all<S: Subject>(subject: &S, commands: Vec<Command>) -> bool {
    for command in commands {
        if !subject.tell(command).await {
            return false;
        }
    }
    subject.ask(get(0)).await == Some(Reply::Value(Some(value())))
}
