//! `stop_gracefully` makes a permanent child refuse all messages in all its later lives.

// ANCHOR: program
use kameo::error::Infallible;
use kameo::prelude::*;
use tokio::sync::Semaphore;

#[derive(Actor)]
struct Supervisor;

struct Worker;

static STARTS: Semaphore = Semaphore::const_new(0);

impl Actor for Worker {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        STARTS.add_permits(1);
        Ok(Self)
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
    // The default policy is `Permanent`, which restarts a child after every end.
    let worker = Worker::supervise(&supervisor, ()).spawn().await;
    worker.ask(Ping).await.expect("it runs");
    worker.stop_gracefully().await.expect("it runs");
    let _restarted = STARTS.acquire_many(2).await.expect("never closed");

    // The second life runs, with its mailbox open, and takes no message.
    assert!(!worker.mailbox_sender().is_closed());
    assert!(matches!(worker.ask(Ping).await, Err(SendError::ActorNotRunning(Ping))));
}
// ANCHOR_END: program

#[test]
fn deaf_after_restart() {
    crate::shows(main, "crates/backends/kv-kameo/src/shards/supervisor.rs (the policy Transient)");
}
