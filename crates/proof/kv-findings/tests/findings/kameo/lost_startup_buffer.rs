//! A panic loses the messages that were queued before the start.

// ANCHOR: program
use std::ops::ControlFlow;

use kameo::error::Infallible;
use kameo::prelude::*;

struct Worker {
    done: usize,
}

impl Actor for Worker {
    type Args = ();
    type Error = Infallible;

    async fn on_start((): (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self { done: 0 })
    }

    /// A panic loses one message: the actor goes on with the next one.
    async fn on_panic(
        &mut self,
        _: WeakActorRef<Self>,
        _: PanicError,
    ) -> Result<ControlFlow<ActorStopReason>, Infallible> {
        Ok(ControlFlow::Continue(()))
    }
}

enum Work {
    Panic,
    Count,
}

impl Message<Work> for Worker {
    type Reply = usize;

    async fn handle(&mut self, work: Work, _: &mut Context<Self, usize>) -> usize {
        match work {
            Work::Panic => panic!("one message fails"),
            Work::Count => self.done += 1,
        }
        self.done
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let prepared = Worker::prepare();
    let worker = prepared.actor_ref().clone();
    for work in [Work::Panic, Work::Count, Work::Count] {
        worker.tell(work).await.expect("it is accepted");
    }
    prepared.spawn(());
    worker.wait_for_startup().await;

    // Three have been counted if only the first message is lost; but all that were queued are.
    assert_eq!(worker.ask(Work::Count).await.ok(), Some(1));
}
// ANCHOR_END: program

#[test]
fn lost_startup_buffer() {
    crate::shows(main, "crates/backends/kv-kameo/src/shards/actor.rs");
}
