//! The effects of a restart by elfo, where the contract leaves them open.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use kv_conformance::{Setting, within};
use kv_core::{
    Backend, Change, Command, Config, Debug, Events, Handle, Key, KvError, Lifecycle, Mailbox, Notice,
    OnPanic, Reply, RestartLimit, StopReason, TestGate,
};
use kv_elfo::Elfo;

const KEY: Key = Key::from_static(b"n");

async fn start(mailbox: Mailbox) -> (Elfo, Events) {
    let lifecycle = Lifecycle::default();
    let events = lifecycle.subscribe();
    let restart_limit = RestartLimit { restarts: usize::MAX, ..RestartLimit::default() };
    let on_panic = OnPanic::Restart;
    let config = Config { mailbox, on_panic, restart_limit, lifecycle, ..Config::default() };
    (Setting::SINGLE.start(config).await, events)
}

fn increment() -> Command {
    Command::IncrementBy { key: KEY, delta: 1 }
}

fn panic() -> Command {
    Command::Debug(Debug::Panic { key: KEY })
}

async fn next(events: &mut Events) -> Change {
    match within("an event", events.next()).await {
        Some(Notice::Event(event)) => event.change,
        other => panic!("{other:?}"),
    }
}

/// A restart makes a new actor with a new mailbox. The calls that waited in the old mailbox, or for room in it, are
/// refused.
#[tokio::test]
async fn a_restart_loses_the_mailbox() {
    let (backend, mut events) = start(Mailbox::Bounded(3)).await;
    let handle = backend.handle();
    let gate = TestGate::new();
    let stall = Command::Debug(Debug::Stall { key: KEY, gate: gate.clone() });
    handle.tell(stall).await.expect("it runs");
    within("the actor reaches the gate", gate.entered(1)).await;
    handle.tell(panic()).await.expect("room");
    handle.tell(increment()).await.expect("room");
    let (mut queued, mut waiting) = (pin!(handle.ask(increment())), pin!(handle.tell(increment())));
    let both_wait = poll_fn(|context| {
        Poll::Ready(queued.as_mut().poll(context).is_pending() && waiting.as_mut().poll(context).is_pending())
    });
    assert!(both_wait.await, "the actor stands at the gate");
    gate.open();
    assert_eq!(within("the ask in the mailbox", queued).await, Err(KvError::Stopped));
    assert_eq!(within("the tell that waits for room", waiting).await, Err(KvError::Stopped));
    for change in [Change::Started, Change::Panicked, Change::Restarted] {
        assert_eq!(next(&mut events).await, change);
    }
    assert_eq!(handle.ask(increment()).await, Ok(Reply::Integer(1)), "no other command came before");
    within("shutdown", backend.shutdown()).await;
}

/// A restart is announced only when the group knows of the new actor, because elfo spawns the actor before that.
///
/// The caller is a task on the workers, like the actor: then it is not always the same thread that goes on with both,
/// and without the wait for its place the new actor is announced too early in some of these rounds.
#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn who_hears_of_a_restart_is_not_refused() {
    let caller = tokio::spawn(async {
        let (backend, mut events) = start(Mailbox::Bounded(64)).await;
        assert_eq!(next(&mut events).await, Change::Started);
        let handle = backend.client().await.expect("it runs");
        for round in 0..2000 {
            for n in 0..round % 4 {
                assert_eq!(handle.ask(increment()).await, Ok(Reply::Integer(n + 1)), "round {round}");
            }
            assert_eq!(handle.ask(panic()).await, Err(KvError::ReplyLost));
            assert_eq!(next(&mut events).await, Change::Panicked);
            assert_eq!(next(&mut events).await, Change::Restarted);
        }
        assert_eq!(handle.ask(increment()).await, Ok(Reply::Integer(1)));
        within("shutdown", backend.shutdown()).await;
    });
    caller.await.expect("no refusal");
}

/// An end between two lives is known and announced, whether the order to end reaches the dead actor, the new one, or
/// none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_end_between_two_lives_is_an_end() {
    for round in 0..200 {
        let (backend, mut events) = start(Mailbox::Bounded(4)).await;
        let handle = backend.client().await.expect("it runs");
        assert_eq!(handle.ask(panic()).await, Err(KvError::ReplyLost));
        if round % 2 == 0 {
            within("shutdown", backend.shutdown()).await;
        } else {
            within("kill", backend.kill()).await;
        }
        assert_eq!(within("an ask", handle.ask(increment())).await, Err(KvError::Stopped));
        let mut changes = Vec::new();
        while let Some(notice) = events.try_next() {
            let Notice::Event(event) = notice else { panic!("{notice:?}") };
            changes.push(event.change);
        }
        let stopped = Change::Stopped(StopReason::Asked);
        assert_eq!(changes, [Change::Started, Change::Panicked, Change::Restarted, stopped], "round {round}");
    }
}
