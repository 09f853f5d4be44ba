//! The behaviour of actix's mailbox where the contract leaves it open, and the parts of a message that must not get
//! lost.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use kv_actix::{Actix, ActixLocal};
use kv_conformance::{Setting, eventually, within};
use kv_core::{Backend, Command, Config, Debug, Handle, Key, KvError, Mailbox, OnPanic, Reply, TestGate};
use tokio::task::{JoinSet, LocalSet};

fn config(mailbox: Mailbox) -> Config {
    Config { mailbox, ..Config::default() }
}

fn increment() -> Command {
    Command::IncrementBy { key: Key::from_static(b"n"), delta: 1 }
}

async fn stall<B: Backend>(backend: &B) -> TestGate {
    let gate = TestGate::new();
    let stall = Command::Debug(Debug::Stall { key: Key::from_static(b"n"), gate: gate.clone() });
    backend.handle().tell(stall).await.expect("it runs");
    within("the actor reaches the gate", gate.entered(1)).await;
    gate
}

/// The mailbox outlives a panic: the commands behind it are applied, in their order, by the restarted actor with an
/// empty store.
async fn a_restart_loses_no_message<B: Backend>() {
    let config = Config { on_panic: OnPanic::Restart, ..config(Mailbox::Bounded(64)) };
    let backend = Setting::SINGLE.start::<B>(config).await;
    backend.handle().ask(increment()).await.expect("it runs");
    let gate = stall(&backend).await;
    backend.handle().tell(Command::Debug(Debug::Panic { key: "n".into() })).await.expect("room");
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        let handle = backend.handle();
        callers.spawn(async move { handle.ask(increment()).await });
    }
    gate.open();
    let replies = within("the replies", callers.join_all()).await;
    let mut counts: Vec<_> = replies.into_iter().map(|reply| reply.expect("none is lost")).collect();
    counts.sort_by_key(|reply| if let Reply::Integer(count) = reply { *count } else { 0 });
    assert_eq!(counts, (1..=8).map(Reply::Integer).collect::<Vec<_>>());
    within("shutdown", backend.shutdown()).await;
}

/// A caller that gives up while its command is queued keeps no place for ever, whichever way it gives up.
async fn an_abandoned_ask_keeps_no_place<B: Backend>() {
    const CAPACITY: usize = 2;
    for ask_timeout in [None, Some(Duration::from_millis(1))] {
        let config = Config { ask_timeout, ..config(Mailbox::Bounded(CAPACITY)) };
        let backend = Setting::SINGLE.start::<B>(config).await;
        let handle = backend.handle();
        let gate = stall(&backend).await;
        for _ in 0..CAPACITY {
            let mut ask = pin!(handle.ask(increment()));
            if ask_timeout.is_some() {
                assert_eq!(ask.await, Err(KvError::TimedOut));
            } else {
                let waits = poll_fn(|context| Poll::Ready(ask.as_mut().poll(context).is_pending())).await;
                assert!(waits, "the actor stands at the gate");
            }
        }
        assert_eq!(handle.try_tell(increment()), Err(KvError::Overloaded));
        gate.open();
        let room = || async { handle.try_tell(increment()).is_ok() };
        eventually("there is room again", room).await;
        let gate = stall(&backend).await;
        for _ in 0..CAPACITY {
            assert_eq!(handle.try_tell(increment()), Ok(()));
        }
        assert_eq!(handle.try_tell(increment()), Err(KvError::Overloaded));
        gate.open();
        within("shutdown", backend.shutdown()).await;
    }
}

/// An ask that is dropped is still applied. By itself actix would skip it: see the probe `ask_dropped`.
async fn an_abandoned_ask_is_still_done<B: Backend>() {
    let backend = Setting::SINGLE.start::<B>(config(Mailbox::Bounded(8))).await;
    let handle = backend.handle();
    let gate = stall(&backend).await;
    {
        let mut ask = pin!(handle.ask(increment()));
        assert!(poll_fn(|context| Poll::Ready(ask.as_mut().poll(context).is_pending())).await);
    }
    gate.open();
    assert_eq!(within("an ask", handle.ask(increment())).await, Ok(Reply::Integer(2)));
    within("shutdown", backend.shutdown()).await;
}

#[tokio::test]
async fn on_arbiters() {
    an_abandoned_ask_is_still_done::<Actix>().await;
    a_restart_loses_no_message::<Actix>().await;
    an_abandoned_ask_keeps_no_place::<Actix>().await;
}

#[tokio::test]
async fn on_a_local_set() {
    LocalSet::new().run_until(an_abandoned_ask_is_still_done::<ActixLocal>()).await;
    LocalSet::new().run_until(a_restart_loses_no_message::<ActixLocal>()).await;
    LocalSet::new().run_until(an_abandoned_ask_keeps_no_place::<ActixLocal>()).await;
}
