//! One actor per key: the decisions that elfo's router leaves to the table beside it.

use std::thread;

use kv_conformance::{Setting, within};
use kv_core::{
    AnyHandle, Backend, Change, Command, Config, Debug, Events, Handle, Key, KeyAddress, KeyRegistry,
    Lifecycle, Notice, OnPanic, Reply, StopReason, TestGate,
};
use kv_elfo::{Elfo, Keys};

const KEY: Key = Key::from_static(b"n");
const ENDED: Change = Change::Stopped(StopReason::Asked);

async fn start(config: Config) -> (Elfo, Events) {
    let lifecycle = Lifecycle::default();
    let events = lifecycle.subscribe();
    (Setting::PER_KEY.start(Config { lifecycle, ..config }).await, events)
}

fn config() -> Config {
    Setting::PER_KEY.config()
}

fn increment() -> Command {
    Command::IncrementBy { key: KEY, delta: 1 }
}

fn delete() -> Command {
    Command::Delete { keys: vec![KEY] }
}

fn registry(backend: &Elfo) -> Keys {
    match backend.handle() {
        AnyHandle::Keys(keys) => keys.registry().clone(),
        AnyHandle::Shards(_) => panic!("started with an actor per key"),
    }
}

async fn next(events: &mut Events) -> Change {
    match within("an event", events.next()).await {
        Some(Notice::Event(event)) => event.change,
        other => panic!("{other:?}"),
    }
}

/// A successor has a name of its own. By the key alone, the router would lead to the dead actor for a moment, and
/// `try_tell`, which does not wait, would be refused in some of these rounds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_successor_does_not_wait_for_the_dead_one_to_be_buried() {
    let (backend, mut events) = start(config()).await;
    let handle = backend.client().await.expect("it runs");
    let caller = thread::spawn(move || {
        let mut expect = |change| {
            // The thread polls without sleep, so that it goes on at once. A hang is noticed by the outer wait.
            let event = loop {
                match events.try_next() {
                    Some(Notice::Event(event)) => break event,
                    Some(Notice::Missed(missed)) => panic!("{missed} events were missed"),
                    None => thread::yield_now(),
                }
            };
            assert_eq!(event.change, change);
        };
        for round in 0..2000 {
            assert_eq!(handle.try_tell(increment()), Ok(()), "round {round}");
            expect(Change::Started);
            assert_eq!(handle.try_tell(delete()), Ok(()), "round {round}");
            expect(ENDED);
        }
    });
    let caller = tokio::task::spawn_blocking(|| caller.join());
    within("the caller", caller).await.expect("no panic").expect("no refusal");
    within("shutdown", backend.shutdown()).await;
}

/// A caller that has an address is about to send, and the actor does not end before that.
#[tokio::test]
async fn an_actor_does_not_end_while_somebody_has_its_address() {
    let (backend, mut events) = start(config()).await;
    let (handle, keys) = (backend.handle(), registry(&backend));
    assert_eq!(handle.ask(increment()).await, Ok(Reply::Integer(1)));
    let (used, unused) = (keys.find(&KEY), keys.find(&KEY));
    assert_eq!(handle.ask(delete()).await, Ok(Reply::Count(1)));
    let used = used.expect("it runs").expect("the key is there");
    assert_eq!(used.ask(increment()).await, Ok(Reply::Integer(1)), "the same actor");
    assert_eq!(handle.ask(delete()).await, Ok(Reply::Count(1)));
    assert_eq!(events.try_next().map(|_| events.try_next()), Some(None), "it has started, and nothing else");
    drop(unused);
    assert_eq!(next(&mut events).await, ENDED);
    within("shutdown", backend.shutdown()).await;
}

/// The table forgets an unused name. elfo starts an actor with the first message, so a name without a message has no
/// actor.
#[tokio::test]
async fn an_address_that_nobody_uses_leaves_nothing() {
    let (backend, mut events) = start(config()).await;
    let keys = registry(&backend);
    let addresses = [keys.find_or_spawn(&KEY), keys.find_or_spawn(&KEY)];
    assert!(matches!(keys.find(&KEY), Ok(Some(_))));
    drop(addresses);
    assert!(matches!(keys.find(&KEY), Ok(None)));
    within("shutdown", backend.shutdown()).await;
    assert_eq!(events.try_next(), None);
}

/// Actors are spawned on the backend's runtime. elfo spawns on the current one, and the first caller that writes may
/// have another runtime, or none.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn actors_live_on_the_runtime_of_the_backend() {
    let (backend, _events) = start(config()).await;
    let (asking, telling) = (backend.handle(), backend.handle());
    let elsewhere = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(asking.ask(increment()))
    };
    let elsewhere = tokio::task::spawn_blocking(elsewhere);
    assert_eq!(elsewhere.await.expect("no panic"), Ok(Reply::Integer(1)));
    let other = Key::from("other");
    let nowhere = {
        let key = other.clone();
        thread::spawn(move || telling.try_tell(Command::IncrementBy { key, delta: 1 }))
    };
    assert_eq!(nowhere.join().expect("no panic"), Ok(()));
    // Both runtimes that were there for the first write are gone.
    let handle = backend.handle();
    assert_eq!(handle.ask(increment()).await, Ok(Reply::Integer(2)));
    assert_eq!(handle.ask(Command::IncrementBy { key: other, delta: 1 }).await, Ok(Reply::Integer(2)));
    within("shutdown", backend.shutdown()).await;
}

/// The mailbox is lost with a restart, as it is with shards. But the caller of an ask to a key's actor still has the
/// command, and sends it again.
#[tokio::test]
async fn a_queued_ask_survives_a_restart_and_a_tell_does_not() {
    let (backend, mut events) = start(Config { on_panic: OnPanic::Restart, ..config() }).await;
    let handle = backend.handle();
    let gate = TestGate::new();
    let stall = Command::Debug(Debug::Stall { key: KEY, gate: gate.clone() });
    handle.tell(stall).await.expect("it runs");
    within("the actor reaches the gate", gate.entered(1)).await;
    handle.tell(Command::Debug(Debug::Panic { key: KEY })).await.expect("room");
    handle.tell(increment()).await.expect("room");
    let queued = tokio::spawn({
        let handle = handle.clone();
        async move { handle.ask(increment()).await }
    });
    tokio::task::yield_now().await;
    gate.open();
    assert_eq!(within("the queued ask", queued).await.expect("no panic"), Ok(Reply::Integer(1)));
    for change in [Change::Started, Change::Panicked, Change::Restarted] {
        assert_eq!(next(&mut events).await, change);
    }
    within("shutdown", backend.shutdown()).await;
}
