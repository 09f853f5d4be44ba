//! A restarted child starts while its previous life is in `on_stop`.

// ANCHOR: program
use std::future::pending;

use kameo::error::Infallible;
use kameo::prelude::*;

#[derive(Actor)]
struct Supervisor;

struct Worker;

impl Actor for Worker {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self)
    }

    /// Never ends, so the first life never ends either.
    async fn on_stop(&mut self, _: WeakActorRef<Self>, _: ActorStopReason) -> Result<(), Infallible> {
        pending().await
    }
}

struct Ping;

impl Message<Ping> for Worker {
    type Reply = ();

    async fn handle(&mut self, _: Ping, _: &mut Context<Self, ()>) {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let supervisor = Supervisor::spawn(Supervisor);
    let worker = Worker::supervise(&supervisor, ()).spawn().await;
    worker.wait_for_startup().await;
    worker.kill();

    // The second life answers beside the first one.
    worker.ask(Ping).await.expect("it runs");
}
// ANCHOR_END: program

#[test]
fn lives_overlap() {
    crate::shows(main, "crates/backends/kv-kameo/README.md (\"Supervision\")");
}
