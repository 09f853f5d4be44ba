//! What callers send through.

use std::time::Duration;

use kv_core::{Address, Command, KvError, Reply};
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::mailbox::{Message, Sender};

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

    /// Asks the actor to finish what it has accepted and to end. It queues up like any other message, so that
    /// "accepted before" means what it says. An actor that is gone already is as good as stopped.
    pub(crate) async fn stop(&self) {
        if let Ok(permit) = self.mailbox.reserve().await {
            let _ = permit.send(Message::Stop);
        }
    }

    /// An ask that does not wait for ever, neither for room nor for the reply.
    async fn ask_in_time(&self, command: Command, limit: Duration) -> Result<Reply, KvError> {
        // Without a place nothing was sent, so this is no "unknown".
        let permit = timeout(limit, self.mailbox.reserve()).await.unwrap_or(Err(KvError::Overloaded))?;
        let (reply, answer) = oneshot::channel();
        permit.send(Message::Ask { command, reply })?;
        let answer = timeout(limit, answer).await.map_err(|_| KvError::TimedOut)?;
        Ok(answer.map_err(|_| KvError::ReplyLost)??)
    }
}

// ANCHOR: address
impl Address for ShardHandle {
    #[inline]
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        if let Some(limit) = self.ask_timeout {
            return Box::pin(self.ask_in_time(command, limit)).await;
        }
        let permit = self.mailbox.reserve().await?;
        let (reply, answer) = oneshot::channel();
        permit.send(Message::Ask { command, reply })?;
        // No answer: the actor dropped the sender, with the message or in the middle of handling it.
        Ok(answer.await.map_err(|_| KvError::ReplyLost)??)
    }

    #[inline]
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.mailbox.reserve().await?.send(Message::Tell { command })
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.mailbox.try_send(Message::Tell { command })
    }
}
// ANCHOR_END: address
