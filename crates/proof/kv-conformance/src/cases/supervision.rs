//! Supervision: an actor whose handler panics stops, restarts or resumes, by the policy.

use std::iter;
use std::time::Duration;

use kv_core::{
    ActorId, Change, Command, Config, Debug, Events, Expiry, Handle, Key, Kv, KvError, Lifecycle, Mailbox,
    MailboxKind, Notice, OnPanic, Promise, Reply, RestartLimit, Set, Topology,
};
use tokio::task::JoinSet;

use crate::cases::panic::lost;
use crate::setting::{assert_stopped, get, increment, integer, stall};
use crate::subject::Running;
use crate::{Trial, eventually, within};

fn panic_at(key: &Key) -> Command {
    Command::Debug(Debug::Panic { key: key.clone() })
}

/// More restarts than any case here needs.
const PLENTY: RestartLimit = RestartLimit { restarts: 1000, within: Duration::from_secs(1) };

/// The policies under which an actor goes on after a panic: a restart, and a resume where the backend promises it.
fn policies(trial: Trial) -> Vec<OnPanic> {
    let resumes = trial.subject.promises.contains(&Promise::Resumes);
    [OnPanic::Restart].into_iter().chain(resumes.then_some(OnPanic::Resume)).collect()
}

/// A configuration with a policy, and the events that it leads to.
pub(super) fn config(trial: Trial, on_panic: OnPanic) -> (Config, Events) {
    let lifecycle = Lifecycle::default();
    let events = lifecycle.subscribe();
    (Config { on_panic, restart_limit: PLENTY, lifecycle, ..trial.config() }, events)
}

/// The events of an actor so far; they are all of its events if the backend has ended.
pub(crate) fn changes_of(actor: &ActorId, events: &mut Events) -> Vec<Change> {
    let events = iter::from_fn(|| events.try_next()).map(|notice| match notice {
        Notice::Event(event) => event,
        Notice::Missed(missed) => panic!("{missed} events were missed"),
    });
    events.filter(|event| event.actor == *actor).map(|event| event.change).collect()
}

/// Crashes the owner of a key and asserts that the caller gets `ReplyLost`.
pub(super) async fn crash<H: Handle>(handle: &H, key: &Key) {
    assert_eq!(within("the crashing ask", handle.ask(panic_at(key))).await, Err(KvError::ReplyLost));
}

/// Waits until the owner of the key answers again.
pub(super) async fn recovered<H: Handle>(handle: &H, key: &Key) {
    eventually("the actor answers again", || async { within("an ask", handle.ask(get(key))).await.is_ok() })
        .await;
}

pub async fn a_restart_empties_the_store(trial: Trial) {
    let key = Key::from("n");
    let (config, _events) = config(trial, OnPanic::Restart);
    let backend = trial.start(config).await;
    let (handle, client) = (backend.handle(), backend.client().await.expect("the backend runs"));
    for round in 0..3 {
        assert_eq!(handle.ask(increment(&key)).await, Ok(Reply::Integer(1)), "round {round}");
        crash(&client, &key).await;
        // The handles from before the restart work without further action.
        recovered(&handle, &key).await;
        recovered(&client, &key).await;
    }
    within("shutdown after restarts", backend.shutdown()).await;
    assert_stopped(&handle).await;
}

pub async fn a_resume_keeps_the_store(trial: Trial) {
    let key = Key::from("n");
    let (config, _events) = config(trial, OnPanic::Resume);
    let backend = trial.start(config).await;
    let handle = backend.handle();
    for round in 0..10 {
        assert_eq!(handle.ask(increment(&key)).await, Ok(Reply::Integer(round + 1)));
        crash(&handle, &key).await;
    }
    assert_eq!(integer(&handle, &key).await, 10);
    within("kill after panics", backend.kill()).await;
    assert_stopped(&handle).await;
}

/// Queues a panic and then calls behind a stalled actor; returns how many of the calls were done and how many not.
async fn crash_with_a_queue(trial: Trial, backend: &Running, key: &Key) -> (usize, usize) {
    const CALLS: usize = 8;
    let handle = backend.client().await.expect("the backend runs");
    let gate = match trial.subject.mailbox {
        MailboxKind::None => None,
        _ => Some(stall(&handle, key).await),
    };
    handle.tell(panic_at(key)).await.expect("room for the panic");
    let mut callers = JoinSet::new();
    for _ in 0..CALLS {
        let (client, key) = (backend.client().await.expect("the backend runs"), key.clone());
        callers.spawn(async move { client.ask(increment(&key)).await });
    }
    if let Some(gate) = gate {
        gate.open();
    }
    let mut done = 0;
    while let Some(caller) = within("a queued caller is answered", callers.join_next()).await {
        match caller.expect("no caller panics") {
            Ok(Reply::Integer(_)) => done += 1,
            Err(KvError::Stopped | KvError::ReplyLost) => {}
            other => panic!("a queued increment answered {other:?}"),
        }
    }
    (done, CALLS - done)
}

pub async fn a_restart_answers_queued_callers(trial: Trial) {
    let key = Key::from("n");
    for mailbox in [Mailbox::Bounded(2), Mailbox::Bounded(64), Mailbox::Unbounded] {
        let (config, _events) = config(trial, OnPanic::Restart);
        let backend = trial.start(Config { mailbox, ..config }).await;
        for _ in 0..3 {
            crash_with_a_queue(trial, &backend, &key).await;
            recovered(&backend.handle(), &key).await;
        }
        within("shutdown after restarts", backend.shutdown()).await;
    }
}

pub async fn a_resume_does_what_is_queued(trial: Trial) {
    let key = Key::from("n");
    let (config, _events) = config(trial, OnPanic::Resume);
    let backend = trial.start(Config { mailbox: Mailbox::Bounded(4), ..config }).await;
    let (done, lost) = crash_with_a_queue(trial, &backend, &key).await;
    assert_eq!(lost, 0, "no queued call is lost when the actor just goes on");
    assert_eq!(integer(&backend.handle(), &key).await, i64::try_from(done).expect("a few"));
    within("shutdown after a panic", backend.shutdown()).await;
}

pub async fn a_restart_disturbs_no_other_shard(trial: Trial) {
    for on_panic in policies(trial) {
        let (config, _events) = config(trial, on_panic);
        let backend = trial.start(config).await;
        let handle = backend.handle();
        let keys: Vec<Key> = (0..30).map(|n| Key::from(format!("key:{n}"))).collect();
        for key in &keys {
            handle.ask(increment(key)).await.expect("the backend runs");
        }
        crash(&handle, &keys[0]).await;
        for key in keys.iter().filter(|key| trial.owner(key) != trial.owner(&keys[0])) {
            let value = within("an ask", Kv::new(handle.clone()).get(key.clone())).await;
            assert_eq!(value, Ok(Some("1".into())), "a living shard keeps its keys");
        }
        recovered(&handle, &keys[0]).await;
        within("shutdown after a panic", backend.shutdown()).await;
    }
}

pub async fn too_many_restarts_end_in_stopped(trial: Trial) {
    let key = Key::from("n");
    let (config, _events) = config(trial, OnPanic::Restart);
    let limit = RestartLimit { restarts: 2, within: Duration::from_secs(3600) };
    let backend = trial.start(Config { restart_limit: limit, ..config }).await;
    let handle = backend.handle();
    for _ in 0..=limit.restarts {
        recovered(&handle, &key).await;
        crash(&handle, &key).await;
    }
    lost(trial, &handle, &key).await;
    if trial.topology != Topology::PerKey {
        let stopped = || async { handle.try_tell(increment(&key)) == Err(KvError::Stopped) };
        eventually("the actor that gave up refuses a tell", stopped).await;
    }
    within("shutdown after giving up", backend.shutdown()).await;
}

pub async fn after_a_restart_the_bound_is_the_same(trial: Trial) {
    const CAPACITY: usize = 3;
    let key = Key::from("n");
    if trial.declares_no_mailbox("there is nothing to be bounded, and a restart loses no room") {
        return a_restart_empties_the_store(trial).await;
    }
    for on_panic in policies(trial) {
        let (config, _events) = config(trial, on_panic);
        let backend = trial.start(Config { mailbox: Mailbox::Bounded(CAPACITY), ..config }).await;
        for _ in 0..5 {
            crash_with_a_queue(trial, &backend, &key).await;
            recovered(&backend.handle(), &key).await;
        }
        let handle = backend.client().await.expect("the backend runs");
        let gate = stall(&handle, &key).await;
        let mut taken = 0;
        while handle.try_tell(increment(&key)).is_ok() {
            taken += 1;
            assert!(taken <= CAPACITY, "the bound grew over restarts");
        }
        assert_eq!(taken, CAPACITY, "the bound shrank over restarts");
        gate.open();
        within("shutdown after restarts", backend.shutdown()).await;
    }
}

pub async fn a_restarted_actor_drains_and_dies_like_any(trial: Trial) {
    let key = Key::from("n");
    for on_panic in policies(trial) {
        // The actor is drained: its accepted commands are handled, although it was restarted before.
        let (drained, _events) = config(trial, on_panic);
        let backend = trial.start(drained).await;
        let handle = backend.client().await.expect("the backend runs");
        crash(&handle, &key).await;
        recovered(&handle, &key).await;
        for _ in 0..10 {
            within("a tell", handle.tell(increment(&key))).await.expect("the actor runs again");
        }
        let last = handle.ask(increment(&key));
        let (last, ()) =
            within("shutdown after a restart", async { tokio::join!(last, backend.shutdown()) }).await;
        assert_eq!(last, Ok(Reply::Integer(11)), "what was accepted before the end is done");
        assert_stopped(&handle).await;
        // The actor is killed while it is stuck, and although it was restarted before.
        let (killed, _events) = config(trial, on_panic);
        let backend = trial.start(killed).await;
        let handle = backend.client().await.expect("the backend runs");
        crash(&handle, &key).await;
        recovered(&handle, &key).await;
        if trial.subject.mailbox != MailboxKind::None {
            // The gate is never opened.
            let _gate = stall(&handle, &key).await;
        }
        within("kill of a restarted actor", backend.kill()).await;
        assert_stopped(&handle).await;
    }
}

pub async fn panics_that_race_with_the_end_leave_nobody_waiting(trial: Trial) {
    let key = Key::from("n");
    for round in 0..20 {
        let policies = [&policies(trial)[..], &[OnPanic::Stop]].concat();
        let on_panic = policies[round % policies.len()];
        let (config, _events) = config(trial, on_panic);
        let backend = trial.start(Config { mailbox: Mailbox::Bounded(2), ..config }).await;
        let mut callers = JoinSet::new();
        for n in 0..6 {
            let (client, key) = (backend.client().await.expect("the backend runs"), key.clone());
            callers.spawn(async move {
                for _ in 0..5 {
                    let command = if n % 3 == 0 { panic_at(&key) } else { increment(&key) };
                    let _ = client.ask(command).await;
                }
            });
        }
        tokio::task::yield_now().await;
        if round % 2 == 0 {
            within("shutdown among panics", backend.shutdown()).await;
        } else {
            within("kill among panics", backend.kill()).await;
        }
        while let Some(caller) = within("a caller is answered", callers.join_next()).await {
            caller.expect("no caller panics");
        }
        assert_stopped(&backend.handle()).await;
    }
}

pub async fn a_restarted_actor_still_sweeps(trial: Trial) {
    let key = Key::from("n");
    for on_panic in policies(trial) {
        let (mut config, clock) = trial.with_manual_clock();
        config.sweep_interval = Some(Duration::from_millis(2));
        let backend = trial.start(Config { on_panic, restart_limit: PLENTY, ..config }).await;
        let handle = backend.handle();
        crash(&handle, &key).await;
        recovered(&handle, &key).await;
        let kv = Kv::new(handle.clone());
        let set = Set { expiry: Expiry::after(Duration::from_secs(1)), ..Set::new(key.clone(), "v") };
        kv.set_with(set).await.expect("the backend runs");
        clock.advance(Duration::from_secs(2));
        let swept = || async { handle.ask(Command::Debug(Debug::Resident)).await == Ok(Reply::Count(0)) };
        eventually("the timer of a restarted actor frees what is over", swept).await;
        within("shutdown after a restart", backend.shutdown()).await;
    }
}
