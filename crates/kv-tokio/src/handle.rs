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
        let _ = self.mailbox.send(Message::Stop).await;
    }

    /// The wait for room of an ask with a timeout.
    async fn send_in_time(&self, message: Message, limit: Duration) -> Result<(), KvError> {
        // A send that is dropped before there is room has sent nothing, so this is no "unknown".
        timeout(limit, self.mailbox.send(message)).await.unwrap_or(Err(KvError::Overloaded))
    }
}

// ANCHOR: address
impl Address for ShardHandle {
    #[inline]
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        let (reply, answer) = oneshot::channel();
        let message = Message::Ask { command, reply };
        let answer = match self.ask_timeout {
            None => {
                self.mailbox.send(message).await?;
                answer.await
            }
            Some(limit) => {
                self.send_in_time(message, limit).await?;
                timeout(limit, answer).await.map_err(|_| KvError::TimedOut)?
            }
        };
        // No answer: the actor dropped the sender, with the message or in the middle of handling it.
        Ok(answer.map_err(|_| KvError::ReplyLost)??)
    }

    #[inline]
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        self.mailbox.send(Message::Tell { command }).await
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.mailbox.try_send(Message::Tell { command })
    }
}
// ANCHOR_END: address
