//! The least program with one actor in plain tokio: what the costs table compiles, and a test runs.

use tokio::sync::{mpsc, oneshot};

struct Add(u64, oneshot::Sender<u64>);

async fn counter(mut inbox: mpsc::Receiver<Add>) {
    let mut sum = 0;
    while let Some(Add(amount, reply)) = inbox.recv().await {
        sum += amount;
        let _ = reply.send(sum);
    }
}

#[tokio::main]
async fn main() {
    let (counter_tx, inbox) = mpsc::channel(16);
    tokio::spawn(counter(inbox));
    let (reply, answer) = oneshot::channel();
    counter_tx.send(Add(42, reply)).await.expect("the actor runs");
    assert_eq!(answer.await, Ok(42));
}
