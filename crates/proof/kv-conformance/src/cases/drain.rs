//! A graceful shutdown handles the commands that were accepted, and refuses all others.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kv_core::{Command, Effect, Handle, Key, KvError, Mailbox, MailboxKind, Reply, TestGate};
use tokio::task::JoinSet;

use crate::setting::{assert_stopped, increment, integer, is_pending, mark, stall};
use crate::{Trial, eventually, within};

pub async fn accepted_work_is_done(trial: Trial) {
    const TELLS: usize = 50;
    let key = Key::from("n");
    if trial.declares_no_mailbox("what was told is done when the tell returns") {
        let backend = trial.start(trial.config()).await;
        for n in 1..=TELLS {
            backend.handle().tell(increment(&key)).await.expect("accepted");
            assert_eq!(integer(&backend.handle(), &key).await, n as i64);
        }
        return within("shutdown", backend.shutdown()).await;
    }
    let backend = trial.start(trial.config()).await;
    let handle = backend.client().await.expect("the backend runs");
    let stalled = stall(&handle, &key).await;
    for _ in 0..TELLS {
        handle.tell(increment(&key)).await.expect("accepted");
    }
    let asked = tokio::spawn({
        let (handle, ask) = (handle.clone(), increment(&key));
        async move { handle.ask(ask).await }
    });
    let marks = TestGate::new();
    marks.open();
    for _ in 0..TELLS {
        handle.tell(mark(&key, &marks)).await.expect("accepted");
    }
    // Polled here and not by a task, so that it has begun before the gate opens.
    let mut shutdown = pin!(backend.shutdown());
    for _ in 0..100 {
        assert!(is_pending(shutdown.as_mut()).await, "confirmed while an actor is still at work");
        tokio::task::yield_now().await;
    }
    stalled.open();
    within("shutdown", shutdown).await;
    assert_eq!(marks.entrants(), TELLS, "every accepted tell is done before shutdown confirms");
    let answer = within("the queued ask", asked).await.expect("no panic");
    // The ask was sent beside the tells. So either it was accepted and saw the tells before it, or it came too late.
    match answer {
        Ok(Reply::Integer(sum)) => assert_eq!(sum, TELLS as i64 + 1),
        other => assert_eq!(other, Err(KvError::Stopped)),
    }
}

/// Producers send until they are refused. Each tell that was answered `Ok` must have been applied.
pub async fn tells_that_race_with_shutdown_are_done_or_refused(trial: Trial) {
    for (round, mailbox) in
        [Mailbox::Bounded(2), Mailbox::Bounded(1024), Mailbox::Unbounded].repeat(5).iter().enumerate()
    {
        let backend = trial.start(trial.with_mailbox(*mailbox)).await;
        let marks = TestGate::new();
        marks.open();
        let accepted = Arc::new(AtomicUsize::new(0));
        let mut producers = JoinSet::new();
        for producer in 0..4 {
            let handle = backend.client().await.expect("the backend runs");
            let (marks, accepted) = (marks.clone(), Arc::clone(&accepted));
            producers.spawn(async move {
                for n in 0.. {
                    let tell = mark(&Key::from(format!("{producer}:{n}")), &marks);
                    // One producer never waits: it may be overloaded, and tries again.
                    let told = if producer == 0 { handle.try_tell(tell) } else { handle.tell(tell).await };
                    match told {
                        Ok(()) => drop(accepted.fetch_add(1, Ordering::SeqCst)),
                        Err(KvError::Overloaded) => {}
                        Err(error) => return assert_eq!(error, KvError::Stopped),
                    }
                    tokio::task::yield_now().await;
                }
            });
        }
        // Some rounds stop a busy backend, and some stop a backend that has hardly begun.
        let busy = round % 3 * 50;
        eventually("the producers are at work", || async { accepted.load(Ordering::SeqCst) >= busy }).await;
        within("shutdown", backend.shutdown()).await;
        while let Some(producer) = within("a producer ends", producers.join_next()).await {
            producer.expect("no producer panics");
        }
        assert_done(trial, &marks, &accepted);
    }
}

/// As many commands were done as were accepted.
fn assert_done(trial: Trial, marks: &TestGate, accepted: &AtomicUsize) {
    let (done, accepted) = (marks.entrants(), accepted.load(Ordering::SeqCst));
    if trial.subject.mailbox == MailboxKind::None {
        // Without a mailbox, the caller's task leaves the mark before it takes the lock, and may be refused after
        // that.
        assert!(done >= accepted, "{done} done, {accepted} accepted");
    } else {
        assert_eq!(done, accepted, "as many are done as were accepted");
    }
}

/// Asks race with the shutdown as well. An answered ask was counted, a refused ask was not, and no ask hangs.
pub async fn asks_that_race_with_shutdown_are_answered(trial: Trial) {
    for mailbox in [Mailbox::Bounded(2), Mailbox::Unbounded].repeat(3) {
        let backend = trial.start(trial.with_mailbox(mailbox)).await;
        let marks = TestGate::new();
        marks.open();
        let answered = Arc::new(AtomicUsize::new(0));
        let unknown = Arc::new(AtomicUsize::new(0));
        let mut callers = JoinSet::new();
        for caller in 0..4 {
            let handle = backend.client().await.expect("the backend runs");
            let (marks, answered, unknown) = (marks.clone(), Arc::clone(&answered), Arc::clone(&unknown));
            callers.spawn(async move {
                for n in 0.. {
                    match within("an ask", handle.ask(mark(&Key::from(format!("{caller}:{n}")), &marks)))
                        .await
                    {
                        Ok(_) => drop(answered.fetch_add(1, Ordering::SeqCst)),
                        Err(error) if error.effect() == Effect::NotApplied => break,
                        Err(_) => {
                            unknown.fetch_add(1, Ordering::SeqCst);
                            break;
                        }
                    }
                }
            });
        }
        eventually("the callers are at work", || async { answered.load(Ordering::SeqCst) >= 20 }).await;
        within("shutdown", backend.shutdown()).await;
        while let Some(caller) = within("a caller ends", callers.join_next()).await {
            caller.expect("no caller panics");
        }
        assert_eq!(unknown.load(Ordering::SeqCst), 0, "a graceful shutdown leaves no ask in doubt");
        assert_done(trial, &marks, &answered);
    }
}

pub async fn after_shutdown_all_is_refused(trial: Trial) {
    let backend = trial.start(trial.config()).await;
    let (handle, client) = (backend.handle(), backend.client().await.expect("the backend runs"));
    let early = handle.clone();
    handle.ask(Command::Count).await.expect("the backend runs");
    within("shutdown", backend.shutdown()).await;
    for handle in [handle, client, early, backend.handle()] {
        assert_stopped(&handle).await;
    }
    match within("a client after the end", backend.client()).await {
        Ok(late) => assert_stopped(&late).await,
        Err(error) => assert_eq!(error, KvError::Stopped),
    }
    let handle = backend.handle();
    drop(backend);
    assert_stopped(&handle).await;
}
