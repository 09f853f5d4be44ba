//! An actor that forwards a message to an actor that is gone panics.

// ANCHOR: program
use kameo::prelude::*;

#[derive(Actor)]
struct Worker;

struct Add(u64);

impl Message<Add> for Worker {
    type Reply = u64;

    async fn handle(&mut self, Add(amount): Add, _: &mut Context<Self, u64>) -> u64 {
        amount
    }
}

/// Hands each message on to the worker.
#[derive(Actor)]
struct Proxy(ActorRef<Worker>);

impl Message<Add> for Proxy {
    type Reply = ForwardedReply<Add, u64>;

    async fn handle(&mut self, add: Add, ctx: &mut Context<Self, Self::Reply>) -> Self::Reply {
        ctx.forward(&self.0, add).await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let worker = Worker::spawn(Worker);
    let proxy = Proxy::spawn(Proxy(worker.clone()));
    assert_eq!(proxy.ask(Add(1)).await.ok(), Some(1));
    worker.stop_gracefully().await.expect("it runs");
    worker.wait_for_shutdown().await;

    // The worker is gone, and the proxy panics for it: `Option::unwrap` of a `None` in kameo's `error.rs`.
    assert!(matches!(proxy.ask(Add(1)).await, Err(SendError::ActorStopped)));
    proxy
        .wait_for_shutdown_with_result(|reason| assert!(matches!(reason, Ok(ActorStopReason::Panicked(_)))))
        .await;
}
// ANCHOR_END: program

#[test]
fn forward_panics() {
    crate::shows(main, "crates/backends/kv-kameo (no use of forward)");
}
