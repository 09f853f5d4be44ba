//! The address of a shard, through which callers send.

use std::time::Duration;

use actix::dev::channel::AddressSender;
use kv_core::{Command, KvError, MailboxBound, Reply, ShardAddress};
use tokio::time::timeout;

use crate::sender::Sender;
use crate::shards::actor::Shard;

/// The address of one shard.
#[derive(Debug)]
pub struct ShardHandle {
    shard: Sender<Shard>,
    ask_timeout: Option<Duration>,
}

impl ShardHandle {
    pub(crate) const fn new(
        actor: AddressSender<Shard>,
        bound: MailboxBound,
        ask_timeout: Option<Duration>,
    ) -> Self {
        Self { shard: Sender::new(actor, bound), ask_timeout }
    }

    pub(crate) fn stop(&self) {
        self.shard.stop();
    }

    /// An ask with a time limit for the wait for room, and the same limit again for the wait for the reply.
    async fn ask_in_time(&self, command: Command, limit: Duration) -> Result<Reply, KvError> {
        // Without a place no message was sent, so the effect is known: the command was not applied.
        timeout(limit, self.shard.bound().acquire()).await.unwrap_or(Err(KvError::Overloaded))?;
        let answer = self.shard.send(command)?;
        let answer = timeout(limit, answer).await.map_err(|_| KvError::TimedOut)?;
        Ok(answer.map_err(|_| KvError::ReplyLost)??)
    }
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
            match self.shard.bound().try_acquire() {
                Err(KvError::Overloaded) => Box::pin(self.shard.bound().acquire()).await?,
                taken => taken?,
            }
            let answer = self.shard.send(command)?;
            // The receiver fails when the actor has dropped the sender, with the message or while it handled it.
            Ok(answer.await.map_err(|_| KvError::ReplyLost)??)
        }
    }

    #[inline]
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send {
        async move {
            match self.shard.bound().try_acquire() {
                Err(KvError::Overloaded) => Box::pin(self.shard.bound().acquire()).await?,
                taken => taken?,
            }
            self.shard.post(command)
        }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.shard.bound().try_acquire()?;
        self.shard.post(command)
    }

    fn queued(&self) -> Option<usize> {
        self.shard.bound().taken()
    }
}
// ANCHOR_END: address
