//! The window of `restart_limit` begins anew with each restart.

// ANCHOR: program
use std::time::Duration;

use kameo::error::Infallible;
use kameo::prelude::*;
use tokio::time::sleep;

#[derive(Actor)]
struct Supervisor;

struct Worker;

impl Actor for Worker {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

struct Panic;

impl Message<Panic> for Worker {
    type Reply = ();

    async fn handle(&mut self, _: Panic, _: &mut Context<Self, ()>) {
        panic!("a life ends");
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
    let limited = Worker::supervise(&supervisor, ()).restart_limit(2, Duration::from_secs(3));
    let worker = limited.spawn().await;
    worker.wait_for_startup().await;

    // No three seconds have more than two panics in them.
    let mut restarted = Vec::new();
    for _ in 0..3 {
        worker.tell(Panic).await.expect("it runs");
        restarted.push(worker.ask(Ping).await.is_ok());
        sleep(Duration::from_millis(1600)).await;
    }
    assert_eq!(restarted, [true, true, false]);
}
// ANCHOR_END: program

#[test]
fn restart_window() {
    crate::shows(main, "crates/backends/kv-kameo/src/shards/supervisor.rs");
}
