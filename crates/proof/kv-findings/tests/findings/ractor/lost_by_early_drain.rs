//! A drain before the start loses what was accepted.

// ANCHOR: program
use std::sync::atomic::{AtomicUsize, Ordering};

use ractor::{Actor, ActorProcessingErr, ActorRef, ActorRuntime, SpawnErr};

struct Counter;

static HANDLED: AtomicUsize = AtomicUsize::new(0);

impl Actor for Counter {
    type Msg = ();
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle(&self, _: ActorRef<()>, (): (), (): &mut ()) -> Result<(), ActorProcessingErr> {
        HANDLED.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (counter, started) = ActorRuntime::spawn_instant(None, Counter, ()).expect("it has no name");
    counter.cast(()).expect("it is accepted");
    counter.drain().expect("it is accepted");

    // The actor never starts, although the drain was to let it handle what it had accepted.
    assert!(matches!(started.await.expect("no panic"), Err(SpawnErr::ActorAlreadyStarted)));
    assert_eq!(HANDLED.load(Ordering::SeqCst), 0);
}
// ANCHOR_END: program

#[test]
fn lost_by_early_drain() {
    crate::shows(main, "crates/backends/kv-ractor/src/per_key/actor.rs");
}
