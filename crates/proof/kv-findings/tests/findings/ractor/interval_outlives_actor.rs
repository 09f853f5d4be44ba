//! The task of `send_interval` outlives its actor.

// ANCHOR: program
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::task::yield_now;

struct Idle;

impl Actor for Idle {
    type Msg = ();
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<()>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }
}

/// Lets all tasks run that are ready.
async fn settle() {
    for _ in 0..1000 {
        yield_now().await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (idle, ended) = Idle::spawn(None, Idle, ()).await.expect("it has no name");
    let interval = idle.send_interval(Duration::from_secs(24 * 60 * 60), || ());
    settle().await;
    idle.stop(None);
    ended.await.expect("no panic");
    settle().await;

    // The task looks for the actor only at its next tick, tomorrow, and keeps the actor's channels until then.
    assert!(!interval.is_finished());
}
// ANCHOR_END: program

#[test]
fn interval_outlives_actor() {
    crate::shows(main, "crates/backends/kv-ractor/src/shards/supervisor.rs");
}
