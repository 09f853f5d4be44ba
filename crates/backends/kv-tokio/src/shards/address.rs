//! The address of a shard, through which callers send.

use std::time::Duration;

use kv_core::{Command, KvError, Reply, ShardAddress};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::first::Message;
use crate::shards::mailbox::{Mail, Sender};

/// The address of one shard.
#[derive(Debug)]
pub struct ShardHandle {
    mailbox: Sender,
    ask_timeout: Option<Duration>,
}

impl ShardHandle {
    pub(crate) const fn new(mailbox: Sender, ask_timeout: Option<Duration>) -> Self {
        Self { mailbox, ask_timeout }
    }

    /// Sends the stop message, which asks the actor to finish what it has accepted and to end. The message queues like
    /// any other, so every command that was accepted before it is applied. An actor that has ended already counts as
    /// stopped.
    pub(crate) async fn stop(&self) {
        if let Ok(permit) = self.mailbox.reserve().await {
            let _ = permit.send(Mail::Stop);
        }
    }

    /// Wakes an actor that waits for a message. An actor whose mailbox is full has messages and does not wait, so it
    /// needs none.
    pub(crate) fn wake(&self) {
        let _ = self.mailbox.try_send(Mail::Stop);
    }

    /// An ask with a time limit for the wait for room, and the same limit again for the wait for the reply.
    // ANCHOR: in_time
    async fn ask_in_time(&self, command: Command, limit: Duration) -> Result<Reply, KvError> {
        // Without a place no message was sent, so the effect is known: the command was not applied.
        let permit = timeout(limit, self.mailbox.reserve()).await.unwrap_or(Err(KvError::Overloaded))?;
        let (reply, answer) = oneshot::channel();
        permit.send(Mail::Message(Message::Ask(command, reply)))?;
        let answer = timeout(limit, answer).await.map_err(|_| KvError::TimedOut)?;
        Ok(answer.map_err(|_| KvError::ReplyLost)??)
    }
    // ANCHOR_END: in_time
}

// An `async fn` would copy its arguments once more, from where the future gets them to where it keeps them; an
// async block uses them where they are. With a command of a hundred bytes that can be measured.
#[expect(clippy::manual_async_fn, reason = "an async block copies the command once less")]
// ANCHOR: address
impl ShardAddress for ShardHandle {
    #[inline]
    fn ask(&self, command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send {
        async move {
            if let Some(limit) = self.ask_timeout {
                return Box::pin(self.ask_in_time(command, limit)).await;
            }
            let permit = self.mailbox.reserve().await?;
            let (reply, answer) = oneshot::channel();
            permit.send(Mail::Message(Message::Ask(command, reply)))?;
            // The receiver fails when the actor has dropped the sender, with the message or while it handled it.
            Ok(answer.await.map_err(|_| KvError::ReplyLost)??)
        }
    }

    #[inline]
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send {
        async move { self.mailbox.reserve().await?.send(Mail::Message(Message::Tell(command))) }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.mailbox.try_send(Mail::Message(Message::Tell(command)))
    }

    fn queued(&self) -> Option<usize> {
        self.mailbox.queued()
    }
}
// ANCHOR_END: address
