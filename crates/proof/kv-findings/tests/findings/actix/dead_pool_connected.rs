//! A `SyncArbiter` whose threads have all died is connected.

// ANCHOR: program
use actix::prelude::*;

struct Worker;

impl Actor for Worker {
    type Context = SyncContext<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Panic;

impl Handler<Panic> for Worker {
    type Result = ();

    fn handle(&mut self, _: Panic, _: &mut SyncContext<Self>) {
        panic!("a thread of the pool ends");
    }
}

#[actix::main]
async fn main() {
    let pool = SyncArbiter::start(2, || Worker);
    assert_eq!(pool.send(Panic).await, Err(MailboxError::Closed));
    assert_eq!(pool.send(Panic).await, Err(MailboxError::Closed));

    // No thread is left to handle a message, and none will be.
    assert!(pool.connected());
    assert_eq!(pool.send(Panic).await, Err(MailboxError::Closed));
}
// ANCHOR_END: program

#[test]
fn dead_pool_connected() {
    crate::shows(main, "crates/backends/kv-actix (no use of SyncArbiter)");
}
