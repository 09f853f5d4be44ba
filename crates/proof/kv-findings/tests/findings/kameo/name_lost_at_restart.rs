//! A restart takes the actor's name out of the registry.

// ANCHOR: program
use kameo::error::Infallible;
use kameo::prelude::*;
use tokio::task::yield_now;

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

struct Ping;

impl Message<Ping> for Worker {
    type Reply = ();

    async fn handle(&mut self, _: Ping, _: &mut Context<Self, ()>) {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let supervisor = Supervisor::spawn(Supervisor);
    let worker = Worker::supervise(&supervisor, ()).spawn().await;
    worker.register("worker").expect("the name is free");
    worker.kill();
    worker.ask(Ping).await.expect("the second life answers");

    while ActorRef::<Worker>::lookup("worker").expect("one type has this name").is_some() {
        yield_now().await;
    }
    worker.ask(Ping).await.expect("the actor lives, with the same id and mailbox");
}
// ANCHOR_END: program

#[test]
fn name_lost_at_restart() {
    crate::shows(main, "crates/backends/kv-kameo (no use of the registry)");
}
