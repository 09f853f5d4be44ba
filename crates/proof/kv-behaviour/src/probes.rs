//! The probes: a module per group of questions, a function per question.
//!
//! Each probe makes its own actors, observes them, and returns the answer. No probe reads the declarations.

#![expect(clippy::missing_panics_doc, reason = "every probe panics when it sees what it has no answer for")]
#![expect(clippy::must_use_candidate, reason = "they are called by macros, which use the answer")]

use std::sync::atomic::{AtomicUsize, Ordering};

use kv_core::TestGate;
use tokio::task::{JoinHandle, spawn_local};

use crate::stage::{settle, within};
use crate::{Entry, Job, Journal, NativeActor, Plan, Said, Sees, Spawns};

pub mod asking;
pub mod killing;
pub mod living;
pub mod mailbox;
pub mod panicking;
pub mod restarting;
pub mod stopping;

/// The number that an actor writes when it leaves the gate it was held at.
const HELD: u64 = 1000;

/// Spawns an actor; panics if the framework refuses.
async fn spawn<S: Spawns>(plan: Plan) -> S::Actor {
    match S::spawn(plan).await {
        Ok(actor) => actor,
        Err(Said(error)) => panic!("{} does not spawn an actor: {error}", S::NAME),
    }
}

/// An actor that is held at a gate, so that what is sent to it stays in its mailbox.
async fn held<S: Spawns>(plan: Plan) -> (S::Actor, TestGate) {
    let actor = spawn::<S>(plan).await;
    let gate = hold(&actor).await;
    (actor, gate)
}

async fn hold<A: NativeActor>(actor: &A) -> TestGate {
    let gate = TestGate::new();
    send(actor, Job::Hold(gate.clone(), HELD)).await;
    within("the actor comes to the gate", gate.entered(1)).await;
    gate
}

/// A tell that must be accepted.
async fn send<A: NativeActor>(actor: &A, job: Job) {
    within("a tell", actor.tell(job)).await.expect("the actor runs, and there is room");
}

/// An ask that has gone as far as it can by itself. If its actor is held at a gate, its message is in the mailbox.
async fn asking<A: NativeActor>(actor: &A, job: Job) -> JoinHandle<Result<u64, Said>> {
    let actor = actor.clone();
    let ask = spawn_local(async move { actor.ask(job).await });
    settle().await;
    ask
}

/// The result of an ask, as the asker sees it.
async fn outcome(ask: JoinHandle<Result<u64, Said>>) -> &'static str {
    match within("an ask", ask).await.expect("an ask does not panic") {
        Ok(_) => Sees::ANSWER,
        Err(Said(error)) => error,
    }
}

/// Waits until the actor has done what it was sent before, or cannot: by an ask, since an actor may live on a thread
/// that [`settle`] does not run.
async fn fence<A: NativeActor>(actor: &A) {
    settle().await;
    let _ = within("an ask", actor.ask(Job::Call(Box::new(|| ())))).await;
    settle().await;
}

/// A name that no other probe uses: the frameworks' registries are as wide as the process.
fn unique_name() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("probe {}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A journal, and an actor that writes to it and is told these numbers while it is held.
async fn held_with<S: Spawns>(numbers: &[u64]) -> (Journal, S::Actor, TestGate) {
    let journal = Journal::default();
    let (actor, gate) = held::<S>(Plan::new(&journal)).await;
    for number in numbers {
        send(&actor, Job::Note(*number)).await;
    }
    (journal, actor, gate)
}

/// Whether the actor has ended, once everything has run that can.
async fn has_ended(journal: &Journal) -> bool {
    settle().await;
    journal.count(Entry::Ended) > 0
}
