//! Whether `stopped` is called after a panic depends on whether an address is left.

// ANCHOR: program
use std::sync::atomic::{AtomicBool, Ordering};

use actix::prelude::*;
use tokio::sync::Semaphore;

struct Fragile;

static HOOK: AtomicBool = AtomicBool::new(false);
static DROPPED: Semaphore = Semaphore::const_new(0);

impl Actor for Fragile {
    type Context = Context<Self>;

    fn stopped(&mut self, _: &mut Context<Self>) {
        HOOK.store(true, Ordering::SeqCst);
    }
}

impl Drop for Fragile {
    fn drop(&mut self) {
        DROPPED.add_permits(1);
    }
}

#[derive(Message)]
#[rtype(result = "()")]
struct Panic;

impl Handler<Panic> for Fragile {
    type Result = ();

    fn handle(&mut self, _: Panic, _: &mut Context<Self>) {
        panic!("the actor's fields may be half changed");
    }
}

/// Has an actor panic, and returns whether `stopped` was called on it.
async fn stopped_is_called(keep_the_address: bool) -> bool {
    let address = Fragile.start();
    address.do_send(Panic);
    let _kept = keep_the_address.then_some(address);
    DROPPED.acquire().await.expect("never closed").forget();
    HOOK.swap(false, Ordering::SeqCst)
}

#[actix::main]
async fn main() {
    assert!(stopped_is_called(true).await);
    assert!(!stopped_is_called(false).await);
}
// ANCHOR_END: program

#[test]
fn hooks_after_panic() {
    crate::shows(main, "crates/backends/kv-actix/src/shards/actor.rs (no hook counts on being called)");
}
