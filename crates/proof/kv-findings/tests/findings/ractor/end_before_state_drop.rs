//! `wait` returns before the actor's state is dropped.

// ANCHOR: program
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use ractor::{Actor, ActorProcessingErr, ActorRef};

struct Keeper;

/// A state that takes long to free: until it is allowed to, or for a second.
struct Large {
    _memory: Arc<()>,
    allowed: Receiver<()>,
}

impl Drop for Large {
    fn drop(&mut self) {
        let _ = self.allowed.recv_timeout(Duration::from_secs(1));
    }
}

impl Actor for Keeper {
    type Msg = ();
    type State = Large;
    type Arguments = Large;

    async fn pre_start(&self, _: ActorRef<()>, state: Large) -> Result<Large, ActorProcessingErr> {
        Ok(state)
    }
}

#[tokio::main(worker_threads = 1)]
async fn main() {
    let (memory, (allow, allowed)) = (Arc::new(()), channel());
    let state = Large { _memory: Arc::clone(&memory), allowed };
    let (keeper, ended) = Keeper::spawn(None, Keeper, state).await.expect("it has no name");
    keeper.kill();
    keeper.wait(None).await.expect("it has no time limit");

    // The actor has ended, as far as `wait` and its supervisor know, and its state is still there.
    assert_eq!(Arc::strong_count(&memory), 2);
    allow.send(()).expect("the state is there");
    ended.await.expect("no panic");
    assert_eq!(Arc::strong_count(&memory), 1);
}
// ANCHOR_END: program

#[test]
fn end_before_state_drop() {
    crate::shows(main, "crates/backends/kv-ractor/src/shards/supervisor.rs");
}
