//! The messages that kameo's restarts keep. The contract asks for less.

use std::future::ready;
use std::time::Duration;

use futures_util::future::join_all;
use kv_core::{
    Backend, Change, Command, Config, Debug, Events, Handle, Key, KvError, Lifecycle, Mailbox, Notice,
    OnPanic, Reply, RestartLimit, StopReason, TestGate,
};
use kv_kameo::Kameo;
use tokio::time::timeout;

const KEY: Key = Key::from_static(b"n");
const INCREMENT: Command = Command::IncrementBy { key: KEY, delta: 1 };
const PANIC: Command = Command::Debug(Debug::Panic { key: KEY });

fn config(mailbox: Mailbox) -> (Config, Events) {
    let lifecycle = Lifecycle::default();
    let events = lifecycle.subscribe();
    let restart_limit = RestartLimit { restarts: 2, within: Duration::from_secs(3600) };
    (Config { on_panic: OnPanic::Restart, mailbox, restart_limit, lifecycle, ..Config::default() }, events)
}

async fn within<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(20), future).await.expect("must not hang")
}

/// Asks the commands in their order while the actor stands at a gate, begins `then`, and opens the gate. All of it
/// runs on one thread, so that by then all asks are queued or wait for room.
async fn ask_behind_a_gate(
    backend: &Kameo,
    commands: Vec<Command>,
    then: impl Future<Output = ()>,
) -> Vec<Result<Reply, KvError>> {
    let handle = backend.handle();
    let gate = TestGate::new();
    let stall = Command::Debug(Debug::Stall { key: KEY, gate: gate.clone() });
    handle.tell(stall).await.expect("the actor runs");
    within(gate.entered(1)).await;
    let asks = join_all(commands.into_iter().map(|command| handle.ask(command)));
    within(async { tokio::join!(biased; asks, then, async { gate.open() }).0 }).await
}

async fn changes(mut events: Events) -> Vec<Change> {
    let mut changes = Vec::new();
    while !matches!(changes.last(), Some(Change::Stopped(_))) {
        match within(events.next()).await {
            Some(Notice::Event(event)) => changes.push(event.change),
            other => panic!("the stream of events broke off: {other:?}"),
        }
    }
    changes
}

const MAILBOXES: [Mailbox; 4] =
    [Mailbox::Bounded(2), Mailbox::Bounded(6), Mailbox::Bounded(64), Mailbox::Unbounded];

/// Commands with two panics among them, and the answers to them: only the state is lost.
fn two_panics() -> (Vec<Command>, Vec<Result<Reply, KvError>>) {
    let commands = vec![INCREMENT, PANIC, INCREMENT, INCREMENT, PANIC, INCREMENT];
    let number = |n| Ok(Reply::Integer(n));
    let lost = || Err(KvError::ReplyLost);
    (commands, vec![number(1), lost(), number(1), number(2), lost(), number(1)])
}

#[tokio::test]
async fn what_is_queued_is_done_after_a_restart() {
    for mailbox in MAILBOXES {
        let backend = Kameo::start(config(mailbox).0).await.expect("a good configuration");
        let (commands, answers) = two_panics();
        assert_eq!(ask_behind_a_gate(&backend, commands, ready(())).await, answers, "{mailbox:?}");
        within(backend.shutdown()).await;
    }
}

#[tokio::test]
async fn a_shutdown_drains_through_restarts() {
    for mailbox in MAILBOXES {
        let (config, events) = config(mailbox);
        let backend = Kameo::start(config).await.expect("a good configuration");
        let (commands, answers) = two_panics();
        let done = ask_behind_a_gate(&backend, commands, backend.shutdown()).await;
        assert_eq!(done, answers, "{mailbox:?}");
        let twice = [Change::Panicked, Change::Restarted].repeat(2);
        let stopped = Change::Stopped(StopReason::Asked);
        assert_eq!(changes(events).await, [&[Change::Started], &twice[..], &[stopped]].concat());
    }
}

#[tokio::test]
async fn behind_one_panic_too_many_nothing_is_done() {
    for mailbox in MAILBOXES {
        let (config, events) = config(mailbox);
        let backend = Kameo::start(config).await.expect("a good configuration");
        let answers = ask_behind_a_gate(&backend, vec![PANIC, PANIC, PANIC, INCREMENT], ready(())).await;
        let lost = Err(KvError::ReplyLost);
        // kameo gave the queued ask its message back, so it was certainly not done.
        assert_eq!(answers, [lost.clone(), lost.clone(), lost, Err(KvError::Stopped)], "{mailbox:?}");
        assert_eq!(changes(events).await.last(), Some(&Change::Stopped(StopReason::TooManyRestarts)));
        within(backend.shutdown()).await;
    }
}

#[tokio::test]
async fn actors_live_as_long_as_a_handle_and_no_longer() {
    let (config, events) = config(Mailbox::Bounded(2));
    let backend = Kameo::start(config).await.expect("a good configuration");
    let handle = backend.handle();
    drop(backend);
    assert_eq!(within(handle.ask(PANIC)).await, Err(KvError::ReplyLost));
    assert_eq!(within(handle.ask(INCREMENT)).await, Ok(Reply::Integer(1)), "restarted all the same");
    drop(handle);
    assert_eq!(
        changes(events).await,
        [Change::Started, Change::Panicked, Change::Restarted, Change::Stopped(StopReason::Asked)]
    );
}
