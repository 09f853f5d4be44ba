//! An ask with a timeout ends in time, and its error does not claim what the backend cannot know.

use std::time::Duration;

use kv_core::{Config, Effect, Handle, Key, KvError, Mailbox, Reply};

use crate::setting::{get, increment, mark, stall};
use crate::subject::Running;
use crate::{Trial, within};

/// Long enough that a healthy backend on a busy machine always answers within it.
const TIMEOUT: Duration = Duration::from_millis(400);

async fn with_timeout(trial: Trial, capacity: usize) -> Running {
    let mailbox = Mailbox::Bounded(capacity);
    trial.start(Config { ask_timeout: Some(TIMEOUT), mailbox, ..trial.config() }).await
}

pub async fn a_stalled_actor_times_out(trial: Trial) {
    let key = Key::from("n");
    let backend = with_timeout(trial, 16).await;
    let handle = backend.handle();
    let gate = if trial.declares_no_mailbox("a caller that stalls itself times out") {
        kv_core::TestGate::new()
    } else {
        let gate = stall(&handle, &key).await;
        assert_eq!(within("an ask", handle.ask(increment(&key))).await, Err(KvError::TimedOut));
        gate
    };
    // A caller that asks for a stall waits for it as well.
    assert_eq!(within("an ask", handle.ask(mark(&key, &gate))).await, Err(KvError::TimedOut));
    gate.open();
    // The command of the ask that timed out may or may not be applied later. The actor has to go on.
    let answer = loop {
        match within("the actor goes on", handle.ask(get(&key))).await {
            Ok(answer) => break answer,
            Err(error) => assert_eq!(error, KvError::TimedOut),
        }
    };
    assert!(matches!(&answer, Reply::Value(None)) || answer == Reply::Value(Some("1".into())), "{answer:?}");
    backend.shutdown().await;
}

pub async fn a_full_mailbox_times_out(trial: Trial) {
    let key = Key::from("n");
    let backend = with_timeout(trial, 1).await;
    let handle = backend.handle();
    if trial.declares_no_mailbox("with no mailbox to be full, an ask is answered") {
        assert_eq!(handle.ask(increment(&key)).await, Ok(Reply::Integer(1)));
        return backend.shutdown().await;
    }
    let gate = stall(&handle, &key).await;
    handle.try_tell(increment(&key)).expect("room for one");
    let error = within("an ask", handle.ask(increment(&key))).await.expect_err("no room");
    // `Overloaded` says more than `TimedOut`. A framework whose request is one step cannot tell the two apart, so
    // `TimedOut` is allowed.
    assert!(matches!(error, KvError::Overloaded | KvError::TimedOut), "{error:?}");
    gate.open();
    let sum = crate::setting::integer(&handle, &key).await;
    match error.effect() {
        Effect::NotApplied => assert_eq!(sum, 1, "overloaded means not applied"),
        Effect::Unknown => assert!((1..=2).contains(&sum), "{sum}"),
    }
    backend.shutdown().await;
}
