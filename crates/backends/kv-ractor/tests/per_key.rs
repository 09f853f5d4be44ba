//! One actor per key: the cases that the common suite leaves open, and the facts about ractor that the backend is
//! built on.

use std::pin::pin;
use std::time::Duration;

use kv_core::{
    ActorId, Backend, Change, Command, Config, Debug, Events, Handle, Key, KvError, Lifecycle, Mailbox,
    Notice, OnPanic, Reply, StopReason, TestGate, Topology,
};
use kv_ractor::Ractor;
use ractor::{Actor, ActorProcessingErr, ActorRef, ActorRuntime};
use tokio::join;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

fn increment(key: &Key) -> Command {
    Command::IncrementBy { key: key.clone(), delta: 1 }
}

fn stall(key: &Key, gate: &TestGate) -> Command {
    Command::Debug(Debug::Stall { key: key.clone(), gate: gate.clone() })
}

async fn start(config: Config) -> (Ractor, Events) {
    let lifecycle = Lifecycle::default();
    let events = lifecycle.subscribe();
    let config = Config { topology: Topology::PerKey, lifecycle, ..config };
    (Ractor::start(config).await.expect("nothing here is refused"), events)
}

async fn within<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(20), future).await.expect("hangs")
}

/// Collects the changes of a key's actor, until it stops.
async fn life_of(key: &Key, events: &mut Events) -> Vec<Change> {
    let mut changes = Vec::new();
    while !matches!(changes.last(), Some(Change::Stopped(_))) {
        match within(events.next()).await {
            Some(Notice::Event(event)) if event.actor == ActorId::Key(key.clone()) => {
                changes.push(event.change);
            }
            other => panic!("{other:?}"),
        }
    }
    changes
}

#[tokio::test]
async fn what_is_accepted_before_the_actor_starts_is_done() {
    let (key, (backend, _)) = (Key::from("n"), start(Config::default()).await);
    let handle = backend.handle();
    handle.try_tell(increment(&key)).expect("there is room");
    // The test has one thread, so the actor has not run yet.
    let (answer, ()) = join!(biased; handle.ask(increment(&key)), backend.shutdown());
    assert_eq!(answer, Ok(Reply::Integer(2)));
}

#[tokio::test]
async fn an_actor_that_has_not_started_can_be_killed() {
    let (key, (backend, mut events)) = (Key::from("n"), start(Config::default()).await);
    let handle = backend.handle();
    let (answer, ()) = within(async { join!(biased; handle.ask(increment(&key)), backend.kill()) }).await;
    assert_eq!(answer, Err(KvError::ReplyLost));
    assert_eq!(life_of(&key, &mut events).await, [Change::Started, Change::Stopped(StopReason::Asked)]);
}

#[tokio::test]
async fn a_restarted_actor_that_nobody_sends_to_ends() {
    let config = Config { on_panic: OnPanic::Restart, ..Config::default() };
    let (key, (backend, mut events)) = (Key::from("n"), start(config).await);
    let panic = Command::Debug(Debug::Panic { key: key.clone() });
    assert_eq!(backend.handle().ask(panic).await, Err(KvError::ReplyLost));
    let expected = [Change::Started, Change::Panicked, Change::Restarted, Change::Stopped(StopReason::Asked)];
    assert_eq!(life_of(&key, &mut events).await, expected);
    backend.shutdown().await;
}

#[tokio::test]
async fn who_gives_up_waiting_for_room_lets_the_actor_end() {
    let config = Config { mailbox: Mailbox::Bounded(1), ..Config::default() };
    let (key, (backend, mut events)) = (Key::from("n"), start(config).await);
    let (handle, gate, read) = (backend.handle(), TestGate::new(), Command::Length { key: Key::from("n") });
    handle.tell(stall(&key, &gate)).await.expect("the backend runs");
    gate.entered(1).await;
    let mut inside = pin!(handle.ask(read));
    assert!(timeout(Duration::ZERO, &mut inside).await.is_err(), "the actor is stalled");
    {
        let mut waiting = pin!(handle.tell(increment(&key)));
        assert!(timeout(Duration::ZERO, &mut waiting).await.is_err(), "there is room for one only");
        gate.open();
        // From now on only the caller that waits for room keeps the actor alive.
        assert_eq!(within(inside).await, Ok(Reply::Length(0)));
        assert_eq!(events.try_next().map(|notice| matches!(notice, Notice::Event(_))), Some(true));
        assert_eq!(events.try_next(), None, "it has not ended");
    }
    assert_eq!(life_of(&key, &mut events).await, [Change::Stopped(StopReason::Asked)]);
    backend.shutdown().await;
}

#[test]
fn a_backend_whose_runtime_has_ended_refuses() {
    let runtime = || Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (ended, other): (Runtime, Runtime) = (runtime(), runtime());
    let (key, (backend, _)) = (Key::from("n"), ended.block_on(start(Config::default())));
    let handle = backend.handle();
    ended.block_on(handle.tell(increment(&key))).expect("the backend runs");
    drop(ended);
    other.block_on(async {
        for key in [key, Key::from("new")] {
            assert_eq!(within(handle.ask(increment(&key))).await, Err(KvError::Stopped));
            assert_eq!(handle.try_tell(increment(&key)), Err(KvError::Stopped));
        }
        within(backend.shutdown()).await;
        within(backend.kill()).await;
    });
}

/// An actor that answers each message.
struct Echo;

impl Actor for Echo {
    type Msg = ractor::RpcReplyPort<()>;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Self::Msg>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(
        &self,
        _: ActorRef<Self::Msg>,
        reply: Self::Msg,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        Ok(reply.send(())?)
    }
}

#[tokio::test]
async fn ractor_loses_what_was_accepted_by_an_actor_that_is_drained_before_it_starts() {
    let (actor, _) = ActorRuntime::spawn_instant(None, Echo, ()).expect("no name, no refusal");
    let (port, answer) = ractor::concurrency::oneshot();
    actor.cast(port.into()).expect("accepted");
    actor.drain().expect("accepted");
    assert!(within(answer).await.is_err());
}

#[tokio::test]
async fn ractor_frees_a_name_when_the_actor_has_ended_and_not_before() {
    let name = || Some("ractor_frees_a_name".to_owned());
    let (first, task) = Actor::spawn(name(), Echo, ()).await.expect("the name is free");
    first.stop(None);
    assert!(ActorRuntime::spawn_instant(name(), Echo, ()).is_err(), "the first has not run since");
    task.await.expect("no panic");
    let (second, task) = Actor::spawn(name(), Echo, ()).await.expect("the name is free");
    second.stop(None);
    task.await.expect("no panic");
}
