//! What callers send through.

use std::time::Duration;

use kv_core::{Address, Bound, Command, KvError, Reply};
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
    pub(crate) const fn new(actor: ActorRef<Message>, bound: Bound, ask_timeout: Option<Duration>) -> Self {
        Self { actor, bound, ask_timeout }
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
    async fn room(&self, limit: Option<Duration>) -> Result<(), KvError> {
        match limit {
            None => self.bound.take().await,
            // Nothing is sent before there is room, so this is no "unknown".
            Some(limit) => timeout(limit, self.bound.take()).await.unwrap_or(Err(KvError::Overloaded)),
        }
    }
}

// An `async fn` would copy its arguments once more, from where the future gets them to where it keeps them; an
// async block uses them where they are. With a command of a hundred bytes that can be measured.
#[expect(clippy::manual_async_fn, reason = "an async block copies the command once less")]
// ANCHOR: address
impl Address for ShardHandle {
    #[inline]
    fn ask(&self, command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send {
        async move {
            match self.bound.try_take() {
                Err(KvError::Overloaded) => Box::pin(self.room(self.ask_timeout)).await?,
                taken => taken?,
            }
            match self.actor.call(|reply| Message::Ask(command, reply), self.ask_timeout).await {
                Ok(CallResult::Success(answer)) => Ok(answer?),
                // The actor dropped the reply port, with the message or in the middle of handling it.
                Ok(CallResult::SenderError) => Err(KvError::ReplyLost),
                Ok(CallResult::Timeout) => Err(KvError::TimedOut),
                Err(_) => Err(KvError::Stopped),
            }
        }
    }

    #[inline]
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send {
        async move {
            match self.bound.try_take() {
                Err(KvError::Overloaded) => Box::pin(self.room(None)).await?,
                taken => taken?,
            }
            self.actor.cast(Message::Tell(command)).map_err(|_| KvError::Stopped)
        }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.bound.try_take()?;
        self.actor.cast(Message::Tell(command)).map_err(|_| KvError::Stopped)
    }
}
// ANCHOR_END: address
