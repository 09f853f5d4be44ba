//! The smallest program with one ractor actor. The costs table compiles it, and a test runs it.

use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort, call};

struct Counter;

enum Message {
    Add(u64, RpcReplyPort<u64>),
}

impl Actor for Counter {
    type Msg = Message;
    type State = u64;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Message>, (): ()) -> Result<u64, ActorProcessingErr> {
        Ok(0)
    }

    async fn handle(
        &self,
        _: ActorRef<Message>,
        Message::Add(amount, reply): Message,
        sum: &mut u64,
    ) -> Result<(), ActorProcessingErr> {
        *sum += amount;
        reply.send(*sum)?;
        Ok(())
    }
}

#[tokio::main]
async fn main() {
    let (counter, _) = Actor::spawn(None, Counter, ()).await.expect("it starts");
    assert_eq!(call!(counter, Message::Add, 42).expect("the actor runs"), 42);
}
