//! `kill` through a reference from before a restart does nothing.

// ANCHOR: program
use std::sync::atomic::{AtomicUsize, Ordering};

use kameo::error::Infallible;
use kameo::prelude::*;

#[derive(Actor)]
struct Supervisor;

struct Worker;

static STARTS: AtomicUsize = AtomicUsize::new(0);

impl Actor for Worker {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        STARTS.fetch_add(1, Ordering::SeqCst);
        Ok(Self)
    }
}

struct Starts;

impl Message<Starts> for Worker {
    type Reply = usize;

    async fn handle(&mut self, _: Starts, _: &mut Context<Self, usize>) -> usize {
        STARTS.load(Ordering::SeqCst)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let supervisor = Supervisor::spawn(Supervisor);
    let worker = Worker::supervise(&supervisor, ()).spawn().await;
    worker.wait_for_startup().await;

    // A kill comes before what is queued, and the policy `Permanent` restarts the worker: its second life answers.
    worker.kill();
    assert_eq!(worker.ask(Starts).await.ok(), Some(2));
    // This kill is lost: the second life answers again, where it should have been the third.
    worker.kill();
    assert_eq!(worker.ask(Starts).await.ok(), Some(2));
}
// ANCHOR_END: program

#[test]
fn stale_kill() {
    crate::shows(main, "crates/backends/kv-kameo/src/shards/supervisor.rs");
}
