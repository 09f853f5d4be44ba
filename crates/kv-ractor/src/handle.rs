//! What callers send through.

use std::time::Duration;

use kv_core::{Address, Bound, Command, KvError, Mailbox, Permit, Reply};
use ractor::ActorRef;
use ractor::rpc::CallResult;
use tokio::time::timeout;

use crate::actor::Message;

/// The address of one shard.
#[derive(Debug)]
pub struct ShardHandle {
    actor: ActorRef<Message>,
    bound: Bound,
    ask_timeout: Option<Duration>,
}

impl ShardHandle {
    pub(crate) fn new(actor: ActorRef<Message>, mailbox: Mailbox, ask_timeout: Option<Duration>) -> Self {
        Self { actor, bound: Bound::new(mailbox), ask_timeout }
    }

    /// Refuses new messages from now on and has the actor end after those it has accepted. An actor that is gone
    /// already is as good as drained.
    pub(crate) fn drain(&self) {
        self.bound.close();
        let _ = self.actor.drain();
    }

    /// Ends the actor at its next await.
    pub(crate) fn kill(&self) {
        self.bound.close();
        self.actor.kill();
    }

    /// Waits for a place in the mailbox, an ask only for so long.
    async fn room(&self, limit: Option<Duration>) -> Result<Permit, KvError> {
        match limit {
            None => self.bound.acquire().await,
            // Nothing is sent before there is room, so this is no "unknown".
            Some(limit) => timeout(limit, self.bound.acquire()).await.unwrap_or(Err(KvError::Overloaded)),
        }
    }
}

// ANCHOR: address
impl Address for ShardHandle {
    #[inline]
    async fn ask(&self, command: Command) -> Result<Reply, KvError> {
        let permit = match self.bound.try_acquire() {
            Err(KvError::Overloaded) => Box::pin(self.room(self.ask_timeout)).await?,
            taken => taken?,
        };
        match self.actor.call(|reply| Message::Ask(command, reply, permit), self.ask_timeout).await {
            Ok(CallResult::Success(answer)) => Ok(answer?),
            // The actor dropped the reply port, with the message or in the middle of handling it.
            Ok(CallResult::SenderError) => Err(KvError::ReplyLost),
            Ok(CallResult::Timeout) => Err(KvError::TimedOut),
            Err(_) => Err(KvError::Stopped),
        }
    }

    #[inline]
    async fn tell(&self, command: Command) -> Result<(), KvError> {
        let permit = match self.bound.try_acquire() {
            Err(KvError::Overloaded) => Box::pin(self.room(None)).await?,
            taken => taken?,
        };
        self.actor.cast(Message::Tell(command, permit)).map_err(|_| KvError::Stopped)
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        let permit = self.bound.try_acquire()?;
        self.actor.cast(Message::Tell(command, permit)).map_err(|_| KvError::Stopped)
    }
}
// ANCHOR_END: address
