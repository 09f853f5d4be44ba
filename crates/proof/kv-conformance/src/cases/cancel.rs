//! A caller may drop a call at any moment. Its command is applied whole or not at all, and the store goes on.

use std::future::poll_fn;
use std::task::Poll;

use kv_core::{Command, Handle, Key, Kv, Mailbox, Set, Value};

use crate::setting::{increment, integer, is_pending, stall};
use crate::{Trial, within};

/// Polls a future until it is done or was polled `polls` times, then drops it. Returns whether it was done.
async fn cancel_after<F: Future>(polls: usize, future: F) -> bool {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            // The future is polled again only after it was woken, as a runtime would poll it.
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// More polls than any call of any backend needs.
const MANY: usize = 64;

pub async fn a_cancelled_write_is_whole_or_not_at_all(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let kv = Kv::new(backend.client().await.expect("the backend runs"));
    let (old, new) = (Value::from(vec![b'o'; 4096]), Value::from(vec![b'n'; 4096]));
    for round in 0..20 {
        for polls in 0..MANY {
            let key = Key::from(format!("{round}:{polls}"));
            kv.set(key.clone(), old.clone()).await.expect("the backend runs");
            let write = kv.handle().ask(Command::Set(Set::new(key.clone(), new.clone())));
            let done = within("a call", cancel_after(polls, write)).await;
            let value = kv.get(key).await.expect("the backend runs").expect("it was set");
            assert!(value == new || !done && value == old, "neither old nor new after {polls} polls");
            if done {
                break;
            }
            assert!(polls + 1 < MANY, "never done");
        }
    }
    backend.shutdown().await;
}

pub async fn a_cancelled_increment_counts_once_or_not_at_all(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let handle = backend.client().await.expect("the backend runs");
    let key = Key::from("n");
    let mut before = 0;
    for round in 0..100 {
        for tell in [true, false] {
            let done = if tell {
                within("a tell", cancel_after(round % 4, handle.tell(increment(&key)))).await
            } else {
                within("an ask", cancel_after(round % 4, handle.ask(increment(&key)))).await
            };
            let after = integer(&handle, &key).await;
            assert!((before..=before + 1).contains(&after), "from {before} to {after} by one increment");
            assert!(!done || after == before + 1, "done, but not applied");
            before = after;
        }
    }
    backend.shutdown().await;
}

pub async fn abandoned_asks_keep_no_place(trial: Trial) {
    const CAPACITY: usize = 2;
    let key = Key::from("n");
    let backend = trial.start(trial.with_mailbox(Mailbox::Bounded(CAPACITY))).await;
    let handle = backend.client().await.expect("the backend runs");
    if trial.declares_no_mailbox("an ask is done when it is first polled, and cannot be abandoned later") {
        assert!(!is_pending(Box::pin(handle.ask(increment(&key))).as_mut()).await);
        return backend.shutdown().await;
    }
    for round in 0..3 {
        let gate = stall(&handle, &key).await;
        // As many asks as there are places, and one ask that waits for a place; then all their callers drop them.
        let mut asks: Vec<_> = (0..=CAPACITY).map(|_| Box::pin(handle.ask(increment(&key)))).collect();
        for ask in &mut asks {
            assert!(is_pending(ask.as_mut()).await, "the actor stands at the gate");
        }
        drop(asks);
        gate.open();
        // The mailbox has as many places as before.
        let gate = stall(&handle, &key).await;
        let taken = (0..=CAPACITY).take_while(|_| handle.try_tell(increment(&key)).is_ok()).count();
        assert_eq!(taken, CAPACITY, "round {round}");
        gate.open();
    }
    within("shutdown", backend.shutdown()).await;
}
