//! Stopping is idempotent, whichever task, thread or runtime asks for it.

use std::sync::Arc;

use kv_core::{Command, Handle, Key, KvError, MailboxKind, Placement, Reply};
use tokio::runtime::Builder;
use tokio::task::{JoinSet, LocalSet, spawn_blocking};

use crate::setting::assert_stopped;
use crate::{Trial, within};

pub async fn twice_and_from_many(trial: Trial) {
    let backend = Arc::new(trial.start(trial.config()).await);
    backend.handle().ask(Command::Count).await.expect("the backend runs");
    let mut callers = JoinSet::new();
    for _ in 0..8 {
        let backend = Arc::clone(&backend);
        callers.spawn(async move {
            backend.shutdown().await;
            // When one caller's shutdown is confirmed, the backend has ended, whichever caller asked first.
            assert_stopped(&backend.handle()).await;
        });
    }
    while let Some(caller) = within("one of many shutdowns", callers.join_next()).await {
        caller.expect("no caller panics");
    }
    within("another shutdown", backend.shutdown()).await;
}

pub async fn kill_after_shutdown_and_the_reverse(trial: Trial) {
    for kill_first in [false, true] {
        let backend = trial.start(trial.config()).await;
        for kill in [kill_first, !kill_first, kill_first] {
            if kill {
                within("kill", backend.kill()).await;
            } else {
                within("shutdown", backend.shutdown()).await;
            }
            assert_stopped(&backend.handle()).await;
        }
    }
}

/// Handles may outlive the runtime of their backend.
pub async fn a_handle_that_outlives_the_runtime_is_answered(trial: Trial) {
    let increment = || Command::IncrementBy { key: Key::from("n"), delta: 1 };
    let elsewhere = spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        // Declared after the runtime, and so dropped before it.
        let local = LocalSet::new();
        local.block_on(&runtime, async {
            let backend = trial.start(trial.config()).await;
            let handle = backend.client().await.expect("the backend runs");
            assert_eq!(handle.ask(increment()).await, Ok(Reply::Integer(1)));
            (backend, handle)
        })
    });
    let (backend, handle) = within("a backend on a runtime of its own", elsewhere).await.expect("no panic");
    let answer = within("an ask after its runtime", handle.ask(increment())).await;
    if trial.subject.placement == Placement::OwnThreads || trial.subject.mailbox == MailboxKind::None {
        assert_eq!(answer, Ok(Reply::Integer(2)), "nothing of it was on that runtime");
    } else {
        assert!(matches!(answer, Err(KvError::Stopped | KvError::ReplyLost)), "{answer:?}");
        let told = within("a tell after its runtime", handle.tell(increment())).await;
        assert_eq!(told, Err(KvError::Stopped));
    }
    within("shutdown", backend.shutdown()).await;
    assert_stopped(&handle).await;
}
