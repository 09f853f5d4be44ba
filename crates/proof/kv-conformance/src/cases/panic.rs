//! A handler that panics ends its own actor, and no other.

use kv_core::{Command, Debug, Handle, Key, Kv, KvError, Mailbox, Reply, Topology};
use tokio::task::JoinSet;

use crate::setting::{get, increment, stall};
use crate::{Trial, eventually, within};

fn panic_at(key: &Key) -> Command {
    Command::Debug(Debug::Panic { key: key.clone() })
}

/// Waits until the owner of the key has ended for good: it refuses, or, with an actor per key, the key is forgotten
/// and could be written anew.
pub(crate) async fn lost<H: Handle>(trial: Trial, handle: &H, key: &Key) {
    let gone = match trial.topology {
        Topology::PerKey => Ok(Reply::Value(None)),
        Topology::Single | Topology::Sharded(_) => Err(KvError::Stopped),
    };
    eventually("the dead actor is gone", || async { within("an ask", handle.ask(get(key))).await == gone })
        .await;
}

pub async fn a_panic_answers_its_caller(trial: Trial) {
    let key = Key::from("n");
    let backend = trial.start(trial.config()).await;
    let handle = backend.handle();
    handle.ask(increment(&key)).await.expect("the backend runs");
    assert_eq!(within("the crashing ask", handle.ask(panic_at(&key))).await, Err(KvError::ReplyLost));
    // `OnPanic::Stop`: all commands are refused once the framework has noticed the panic. Until then a tell may still
    // be accepted, and lost with the mailbox.
    lost(trial, &handle, &key).await;
    if trial.topology != Topology::PerKey {
        let stopped =
            || async { within("a tell", handle.tell(increment(&key))).await == Err(KvError::Stopped) };
        eventually("the dead actor refuses a tell", stopped).await;
        let stopped = || async { handle.try_tell(increment(&key)) == Err(KvError::Stopped) };
        eventually("the dead actor refuses", stopped).await;
    }
    within("shutdown after a crash", backend.shutdown()).await;
}

pub async fn a_panic_disturbs_no_other_shard(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let handle = backend.handle();
    let keys: Vec<Key> = (0..30).map(|n| Key::from(format!("key:{n}"))).collect();
    for key in &keys {
        handle.ask(increment(key)).await.expect("the backend runs");
    }
    let dead = trial.owner(&keys[0]);
    // The panic comes by a tell, so no caller waits for it. No other actor may break either.
    handle.tell(panic_at(&keys[0])).await.expect("accepted");
    for key in &keys {
        let value = within("an ask", Kv::new(handle.clone()).get(key.clone())).await;
        if trial.owner(key) == dead {
            assert!(!matches!(value, Ok(Some(_))), "the dead actor answered {value:?}");
        } else {
            assert_eq!(value, Ok(Some("1".into())), "a living shard keeps its keys");
        }
    }
    within("kill after a crash", backend.kill()).await;
}

pub async fn a_panic_answers_those_who_wait_for_room(trial: Trial) {
    const CAPACITY: usize = 2;
    let key = Key::from("n");
    if trial.declares_no_mailbox("no caller waits for room, and a panic answers its caller") {
        return a_panic_answers_its_caller(trial).await;
    }
    let backend = trial.start(trial.with_mailbox(Mailbox::Bounded(CAPACITY))).await;
    let handle = backend.client().await.expect("the backend runs");
    let gate = stall(&handle, &key).await;
    handle.tell(panic_at(&key)).await.expect("room for the panic");
    // Behind the panic there are one more ask in the mailbox, and asks that wait for room.
    let mut callers = JoinSet::new();
    for n in 0..4 * CAPACITY {
        let client = backend.client().await.expect("the backend runs");
        let key = key.clone();
        callers.spawn(async move {
            match n % 2 {
                0 => client.ask(increment(&key)).await.map(drop),
                _ => client.tell(increment(&key)).await,
            }
        });
    }
    let full = || async { handle.try_tell(increment(&key)) == Err(KvError::Overloaded) };
    eventually("the mailbox is full", full).await;
    gate.open();
    while let Some(caller) = within("a caller is answered", callers.join_next()).await {
        let result = caller.expect("no caller panics");
        assert!(matches!(result, Ok(()) | Err(KvError::Stopped | KvError::ReplyLost)), "{result:?}");
    }
    if trial.topology != Topology::PerKey {
        lost(trial, &handle, &key).await;
    }
    within("shutdown after a crash", backend.shutdown()).await;
}
