//! Bounded mailboxes: a full mailbox makes `tell` wait and `try_tell` fail, and the bound is exact.

use std::pin::pin;

use futures_util::FutureExt;
use kv_core::{Handle, Key, KvError, Mailbox};

use crate::setting::{increment, integer, is_pending, stall};
use crate::subject::{BoxedHandle, Running};
use crate::{Trial, eventually, within};

const CAPACITY: usize = 4;
const INSTEAD: &str = "a tell never waits, and a stalled caller stalls no other";

/// A stalled actor with a full mailbox: `CAPACITY` increments of `key` wait in it.
async fn full(trial: Trial, key: &Key) -> (Running, BoxedHandle, kv_core::TestGate) {
    let backend = trial.start(trial.with_mailbox(Mailbox::Bounded(CAPACITY))).await;
    let handle = backend.client().await.expect("the backend runs");
    let gate = stall(&handle, key).await;
    for n in 0..CAPACITY {
        assert_eq!(handle.try_tell(increment(key)), Ok(()), "there is room for command {n}");
    }
    (backend, handle, gate)
}

/// The proof for a backend without a mailbox: other callers go on while one caller stands at the gate.
async fn nobody_waits(trial: Trial, key: &Key) {
    let backend = trial.start(trial.with_mailbox(Mailbox::Bounded(CAPACITY))).await;
    let handle = backend.handle();
    let (gate, staller) = (kv_core::TestGate::new(), handle.clone());
    let at_the_gate = crate::setting::mark(key, &gate);
    let stalled = tokio::spawn(async move { staller.ask(at_the_gate).await });
    within("the caller reaches the gate", gate.entered(1)).await;
    for _ in 0..10 * CAPACITY {
        assert_eq!(handle.try_tell(increment(key)), Ok(()));
        assert_eq!(handle.tell(increment(key)).now_or_never(), Some(Ok(())));
    }
    assert_eq!(integer(&handle, key).await, 20 * CAPACITY as i64);
    gate.open();
    within("the stalled caller", stalled).await.expect("no panic").expect("a stall answers");
    backend.shutdown().await;
}

pub async fn a_full_mailbox_overloads_try_tell(trial: Trial) {
    let key = Key::from("n");
    if trial.declares_no_mailbox(INSTEAD) {
        return nobody_waits(trial, &key).await;
    }
    let (backend, handle, gate) = full(trial, &key).await;
    for _ in 0..10 {
        assert_eq!(handle.try_tell(increment(&key)), Err(KvError::Overloaded));
        // A fresh clone of the handle does not get around the bound.
        assert_eq!(handle.clone().try_tell(increment(&key)), Err(KvError::Overloaded));
        assert_eq!(backend.handle().try_tell(increment(&key)), Err(KvError::Overloaded));
    }
    gate.open();
    assert_eq!(integer(&handle, &key).await, CAPACITY as i64, "the refused ones are never applied");
    assert_eq!(handle.try_tell(increment(&key)), Ok(()), "there is room again");
    backend.shutdown().await;
}

pub async fn a_full_mailbox_makes_tell_wait(trial: Trial) {
    let key = Key::from("n");
    if trial.declares_no_mailbox(INSTEAD) {
        return nobody_waits(trial, &key).await;
    }
    let (backend, handle, gate) = full(trial, &key).await;
    let mut waiting = pin!(handle.tell(increment(&key)));
    for _ in 0..10 {
        assert!(is_pending(waiting.as_mut()).await, "a tell waits for room");
        tokio::task::yield_now().await;
    }
    gate.open();
    assert_eq!(within("the waiting tell", waiting).await, Ok(()));
    assert_eq!(integer(&handle, &key).await, CAPACITY as i64 + 1);
    backend.shutdown().await;
}

pub async fn a_dropped_waiting_tell_is_never_applied(trial: Trial) {
    let key = Key::from("n");
    if trial.declares_no_mailbox(INSTEAD) {
        return nobody_waits(trial, &key).await;
    }
    let (backend, handle, gate) = full(trial, &key).await;
    for _ in 0..10 {
        let mut waiting = Box::pin(handle.tell(increment(&key)));
        assert!(is_pending(waiting.as_mut()).await, "a tell waits for room");
    }
    gate.open();
    assert_eq!(integer(&handle, &key).await, CAPACITY as i64);
    // No dropped tell holds a place: the mailbox takes a full load again.
    let gate = stall(&handle, &key).await;
    for _ in 0..CAPACITY {
        assert_eq!(handle.try_tell(increment(&key)), Ok(()));
    }
    gate.open();
    assert_eq!(integer(&handle, &key).await, 2 * CAPACITY as i64);
    backend.shutdown().await;
}

pub async fn an_unbounded_mailbox_takes_everything(trial: Trial) {
    const MANY: usize = 5_000;
    let key = Key::from("n");
    if trial.declares_no_mailbox(INSTEAD) {
        return nobody_waits(trial, &key).await;
    }
    let backend = trial.start(trial.with_mailbox(Mailbox::Unbounded)).await;
    let handle = backend.client().await.expect("the backend runs");
    let gate = stall(&handle, &key).await;
    for n in 0..MANY {
        assert_eq!(handle.try_tell(increment(&key)), Ok(()), "command {n}");
        assert_eq!(within("a tell", handle.tell(increment(&key))).await, Ok(()), "command {n}");
    }
    gate.open();
    assert_eq!(integer(&handle, &key).await, 2 * MANY as i64);
    backend.shutdown().await;
}

pub async fn what_waits_is_told_if_anything_is(trial: Trial) {
    let key = Key::from("n");
    if trial.declares_no_mailbox(INSTEAD) {
        return nobody_waits(trial, &key).await;
    }
    let (backend, handle, gate) = full(trial, &key).await;
    // A backend that does not tell the number now never tells it.
    let told = handle.queued().is_some();
    let waiting = |expected: usize| {
        let queued = handle.queued();
        async move { queued == told.then_some(expected) }
    };
    eventually("all that wait are told", || waiting(CAPACITY)).await;
    gate.open();
    assert_eq!(integer(&handle, &key).await, CAPACITY as i64);
    eventually("nothing waits any more", || waiting(0)).await;
    backend.shutdown().await;
}
