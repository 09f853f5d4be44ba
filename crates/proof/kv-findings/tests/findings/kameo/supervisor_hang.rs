//! A supervisor that ends waits for ever for a child that has just died with a full mailbox.

// ANCHOR: program
use std::future::pending;
use std::time::Duration;

use kameo::error::Infallible;
use kameo::prelude::*;
use tokio::task::yield_now;
use tokio::time::timeout;

struct Busy;

impl Actor for Busy {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

struct Hold;

impl Message<Hold> for Busy {
    type Reply = ();

    async fn handle(&mut self, _: Hold, _: &mut Context<Self, ()>) {
        pending::<()>().await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let prepared = Busy::prepare();
    let supervisor = prepared.actor_ref().clone();
    let mut ended = prepared.spawn(());
    let supervised = Busy::supervise(&supervisor, ());
    let child = supervised.spawn_with_mailbox(mailbox::bounded(1)).await;
    child.wait_for_startup().await;

    // Both hold. The child's mailbox is full: the second message is accepted when the first one has been taken out.
    supervisor.tell(Hold).await.expect("it runs");
    child.tell(Hold).await.expect("it runs");
    child.tell(Hold).await.expect("it runs");
    // The child dies. The notice of it, with the child's mailbox inside, comes into the supervisor's mailbox.
    let room = || supervisor.mailbox_sender().capacity();
    while room() != Some(64) {
        yield_now().await;
    }
    child.kill();
    while room() == Some(64) {
        yield_now().await;
    }
    supervisor.kill();

    // The supervisor waits for room in the child's mailbox, which lies in its own, and it no longer reads that.
    assert!(timeout(Duration::from_millis(500), &mut ended).await.is_err());
    assert_eq!(child.mailbox_sender().capacity(), Some(0));
    assert!(!child.mailbox_sender().is_closed());
}
// ANCHOR_END: program

#[test]
fn supervisor_hang() {
    crate::shows(main, "crates/backends/kv-kameo/src/shards/supervisor.rs");
}
