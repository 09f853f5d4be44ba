//! A kill is abrupt, and every caller that waits gets an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kv_core::{Handle, Key, KvError, Mailbox, TestGate};
use tokio::task::JoinSet;

use crate::setting::{assert_stopped, get, increment, mark, stall};
use crate::{Trial, eventually, within};

const INSTEAD: &str = "the caller that stalls is answered, for no other can wait";

/// In a backend without a mailbox, the only caller that can wait is the one at the gate.
async fn the_caller_is_answered(trial: Trial, key: &Key) {
    let backend = trial.start(trial.config()).await;
    let (handle, gate) = (backend.handle(), TestGate::new());
    let stalled = tokio::spawn({
        let (handle, stall) = (handle.clone(), mark(key, &gate));
        async move { handle.ask(stall).await }
    });
    within("the caller reaches the gate", gate.entered(1)).await;
    within("kill", backend.kill()).await;
    within("the stalled caller", stalled).await.expect("no panic").expect_err("killed");
    assert_stopped(&handle).await;
}

pub async fn waiting_callers_are_answered(trial: Trial) {
    const CAPACITY: usize = 8;
    let key = Key::from("n");
    if trial.declares_no_mailbox(INSTEAD) {
        return the_caller_is_answered(trial, &key).await;
    }
    let backend = trial.start(trial.with_mailbox(Mailbox::Bounded(CAPACITY))).await;
    let handle = backend.client().await.expect("the backend runs");
    let _closed = stall(&handle, &key).await;
    // Three times the capacity: some callers wait for their reply, the others still for room.
    let mut callers = JoinSet::new();
    for n in 0..3 * CAPACITY {
        let client = backend.client().await.expect("the backend runs");
        let key = key.clone();
        callers.spawn(async move {
            match n % 3 {
                0 => client.ask(get(&key)).await.map(drop),
                1 => client.ask(increment(&key)).await.map(drop),
                _ => client.tell(increment(&key)).await,
            }
        });
    }
    let full = || async { handle.try_tell(increment(&key)) == Err(KvError::Overloaded) };
    eventually("the mailbox is full", full).await;
    within("kill", backend.kill()).await;
    while let Some(caller) = within("a caller is answered", callers.join_next()).await {
        // A tell may have been accepted in time; an ask cannot have been answered.
        let result = caller.expect("no caller panics");
        assert!(
            matches!(result, Ok(()) | Err(KvError::Stopped | KvError::ReplyLost)),
            "a killed backend answered {result:?}"
        );
    }
    assert_stopped(&handle).await;
}

pub async fn a_kill_overtakes_a_stalled_shutdown(trial: Trial) {
    let key = Key::from("n");
    if trial.declares_no_mailbox(INSTEAD) {
        return the_caller_is_answered(trial, &key).await;
    }
    let backend = Arc::new(trial.start(trial.with_mailbox(Mailbox::Bounded(2))).await);
    let handle = backend.handle();
    let _closed = stall(&handle, &key).await;
    for _ in 0..2 {
        handle.tell(increment(&key)).await.expect("accepted");
    }
    let closing = Arc::clone(&backend);
    let shutdown = tokio::spawn(async move { closing.shutdown().await });
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(!shutdown.is_finished(), "confirmed while an actor is stalled");
    within("kill", backend.kill()).await;
    within("the shutdown that was overtaken", shutdown).await.expect("no panic");
    assert_stopped(&handle).await;
}

pub async fn calls_that_race_with_kill_are_answered(trial: Trial) {
    for mailbox in [Mailbox::Bounded(2), Mailbox::Unbounded].repeat(3) {
        let backend = trial.start(trial.with_mailbox(mailbox)).await;
        let started = Arc::new(AtomicBool::new(false));
        let mut callers = JoinSet::new();
        for caller in 0..4 {
            let handle = backend.client().await.expect("the backend runs");
            let started = Arc::clone(&started);
            callers.spawn(async move {
                let key = Key::from(format!("{caller}"));
                loop {
                    let told = within("a tell", handle.tell(increment(&key))).await;
                    let asked = within("an ask", handle.ask(increment(&key))).await;
                    started.store(true, Ordering::SeqCst);
                    if told.is_err() || asked.is_err() {
                        return;
                    }
                    tokio::task::yield_now().await;
                }
            });
        }
        eventually("the callers are at work", || async { started.load(Ordering::SeqCst) }).await;
        within("kill", backend.kill()).await;
        while let Some(caller) = within("a caller ends", callers.join_next()).await {
            caller.expect("no caller panics");
        }
    }
}
