//! The bound of a mailbox limits memory.

use futures_util::future::join_all;
use kv_core::{Command, Handle, Key, Mailbox, Set, TestGate};

use crate::Trial;
use crate::run::{live_bytes, live_bytes_slack};
use crate::setting::{is_pending, stall};
use crate::subject::Running;

const CAPACITY: usize = 64;
const PUSHES: usize = 20_000;
const VALUE_BYTES: usize = 1024;

/// The limit of growth: twice what may lie in the mailbox and with the producers that wait, which is a sixteenth of
/// what was pushed.
const ALLOWED: u64 = 2 * (CAPACITY * VALUE_BYTES) as u64 + 512 * 1024;

pub async fn a_stalled_actor_holds_no_more_than_its_bound(trial: Trial) {
    if trial.declares_no_mailbox("what is told is applied at once, nothing waits in memory") {
        let backend = trial.start(trial.with_mailbox(Mailbox::Bounded(CAPACITY))).await;
        let grown = push(&backend, None).await;
        assert!(grown < ALLOWED + live_bytes_slack(), "grew by {grown} bytes");
        return backend.shutdown().await;
    }
    let grown = grown_by(trial, Mailbox::Bounded(CAPACITY)).await;
    assert!(
        grown < ALLOWED + live_bytes_slack(),
        "a bounded mailbox grew by {grown} bytes, more than {ALLOWED}"
    );
    // The same push into an unbounded mailbox shows that this measurement can see growth.
    let grown = grown_by(trial, Mailbox::Unbounded).await;
    let pushed = (PUSHES * VALUE_BYTES) as u64;
    assert!(grown > pushed, "an unbounded mailbox grew by {grown} bytes only, {pushed} were pushed");
}

async fn grown_by(trial: Trial, mailbox: Mailbox) -> u64 {
    let backend = trial.start(trial.with_mailbox(mailbox)).await;
    let gate = stall(&backend.handle(), &Key::from_static(b"k")).await;
    let grown = push(&backend, Some(gate)).await;
    backend.shutdown().await;
    grown
}

/// Pushes by `try_tell` until all is pushed, and has a few producers wait in `tell` beside that; returns by how
/// many bytes memory has grown at the end, and then lets the actor go on.
async fn push(backend: &Running, gate: Option<TestGate>) -> u64 {
    let handle = backend.handle();
    let before = live_bytes();
    let value = || vec![b'x'; VALUE_BYTES];
    let set = || Command::Set(Set::new("k", value()));
    for _ in 0..PUSHES {
        // Another case proves whether the tell is accepted.
        let _ = handle.try_tell(set());
    }
    let mut producers = Box::pin(join_all((0..8).map(|_| handle.tell(set()))));
    // Each future is polled once: a producer that has to wait waits now.
    let _ = is_pending(producers.as_mut()).await;
    let grown = live_bytes().saturating_sub(before);
    if let Some(gate) = gate {
        gate.open();
    }
    let told = crate::within("the waiting producers", producers).await;
    assert!(told.iter().all(Result::is_ok), "{told:?}");
    grown
}
