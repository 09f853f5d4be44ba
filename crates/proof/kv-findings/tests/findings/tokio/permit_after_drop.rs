//! A message that is sent into a channel without a receiver is kept, and not dropped.

// ANCHOR: program
use tokio::sync::{mpsc, oneshot};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = mpsc::channel(1);
    let permit = sender.reserve().await.expect("there is room");
    drop(receiver);

    let (reply, mut answer) = oneshot::channel::<()>();
    permit.send(reply);

    // The channel holds `reply`, although no receiver can ever take it out: a caller that awaits `answer` waits.
    assert_eq!(answer.try_recv(), Err(oneshot::error::TryRecvError::Empty));
    drop(sender);
    assert_eq!(answer.try_recv(), Err(oneshot::error::TryRecvError::Closed));
}
// ANCHOR_END: program

#[test]
fn permit_after_drop() {
    crate::shows(main, "crates/backends/kv-tokio/src/shards/actor.rs");
}
