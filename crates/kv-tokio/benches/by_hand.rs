//! The same job by hand: a task, a channel, a oneshot, and none of our traits.

#![expect(clippy::unused_async, reason = "the same signatures for every framework")]

use kv_core::{Clock, Command, CommandError, Config, Reply, Store};
use tokio::sync::{mpsc, oneshot};

enum Message {
    Ask(Command, oneshot::Sender<Result<Reply, CommandError>>),
    Tell(Command),
}

pub(crate) struct ByHand(mpsc::Sender<Message>);

impl ByHand {
    pub(crate) async fn start() -> Self {
        let (sender, mut mailbox) = mpsc::channel(1024);
        tokio::spawn(async move {
            let (mut store, clock) = (Store::new(&Config::default()), Clock::System);
            while let Some(message) = mailbox.recv().await {
                match message {
                    Message::Ask(command, reply) => {
                        let _ = reply.send(store.apply(command, clock.now()));
                    }
                    Message::Tell(command) => {
                        let _ = store.apply(command, clock.now());
                    }
                }
            }
        });
        Self(sender)
    }

    pub(crate) async fn ask(&self, command: Command) -> Result<Reply, CommandError> {
        let (reply, answer) = oneshot::channel();
        assert!(self.0.send(Message::Ask(command, reply)).await.is_ok(), "the actor runs");
        answer.await.expect("the actor answers")
    }

    pub(crate) async fn tell(&self, command: Command) {
        assert!(self.0.send(Message::Tell(command)).await.is_ok(), "the actor runs");
    }
}
