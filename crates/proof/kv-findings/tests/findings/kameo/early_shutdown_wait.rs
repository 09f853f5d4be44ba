//! `wait_for_shutdown` returns while `on_stop` is running.

// ANCHOR: program
use std::future::pending;
use std::time::Duration;

use kameo::error::Infallible;
use kameo::prelude::*;
use tokio::time::timeout;

struct Slow;

impl Actor for Slow {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self)
    }

    /// Never ends, so no wait for the end may end either.
    async fn on_stop(&mut self, _: WeakActorRef<Self>, _: ActorStopReason) -> Result<(), Infallible> {
        pending().await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let slow = Slow::spawn(());
    slow.stop_gracefully().await.expect("it runs");

    assert!(timeout(Duration::from_secs(1), slow.wait_for_shutdown()).await.is_ok());
}
// ANCHOR_END: program

#[test]
fn early_shutdown_wait() {
    crate::shows(main, "crates/backends/kv-kameo/src/shards.rs");
}
