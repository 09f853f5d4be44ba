//! `enqueue` panics when the actor is gone.

// ANCHOR: program
use kameo::prelude::*;

#[derive(Actor)]
struct Counter;

struct Add(u64);

impl Message<Add> for Counter {
    type Reply = u64;

    async fn handle(&mut self, Add(amount): Add, _: &mut Context<Self, u64>) -> u64 {
        amount
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let counter = Counter::spawn(Counter);
    counter.stop_gracefully().await.expect("it runs");
    counter.wait_for_shutdown().await;

    // `send` returns an error with the message in it.
    assert!(matches!(counter.ask(Add(1)).send().await, Err(SendError::ActorNotRunning(Add(1)))));
    // `enqueue` panics: `Option::unwrap` of a `None` in kameo's `error.rs`.
    let enqueue = tokio::spawn(async move { counter.ask(Add(1)).enqueue().await.is_ok() });
    assert!(enqueue.await.is_err_and(|error| error.is_panic()));
}
// ANCHOR_END: program

#[test]
fn enqueue_panics() {
    crate::shows(main, "crates/backends/kv-kameo/src/shards/address.rs");
}
