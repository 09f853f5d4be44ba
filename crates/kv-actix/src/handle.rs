//! What callers send through.

use std::time::Duration;

use actix::dev::channel::AddressSender;
use kv_core::{Address, Bound, Command, Door, KvError, Reply};
use tokio::sync::oneshot::Receiver;
use tokio::time::timeout;

use crate::actor::{Apply, Outcome, Shard, Stop};

/// The address of one shard.
///
/// It holds the [`AddressSender`] that an [`Addr`](actix::Addr) wraps. An `Addr` keeps to itself what this
/// contract has to tell: its `do_send` does not say that the actor is gone, and its `send` answers the same when
/// a message was not accepted and when it was, but the reply never came. It is shared, never cloned: a clone
/// costs two allocations.
#[derive(Debug)]
pub struct ShardHandle {
    actor: AddressSender<Shard>,
    bound: Bound,
    door: Door,
    ask_timeout: Option<Duration>,
}

impl ShardHandle {
    pub(crate) fn new(actor: AddressSender<Shard>, bound: Bound, ask_timeout: Option<Duration>) -> Self {
        Self { actor, bound, door: Door::new(), ask_timeout }
    }

    // ANCHOR: stop
    /// Refuses whatever comes from now on, and has the actor end after what came before.
    ///
    /// An actor that stops drops what is still in its mailbox, whose senders have been told "accepted". So the
    /// door comes first: behind it, nobody is left who could send after the stop message.
    pub(crate) fn stop(&self) {
        self.bound.close();
        self.door.close();
        // Fails only if the actor is gone, which is as good as stopped.
        let _ = self.actor.do_send(Stop);
    }
    // ANCHOR_END: stop

    /// Sends, with a oneshot for the reply.
    #[inline]
    fn send(&self, command: Command) -> Result<Receiver<Outcome>, KvError> {
        let _inside = self.door.enter().ok_or(KvError::Stopped)?;
        self.actor.send(Apply(command)).map_err(|_| KvError::Stopped)
    }

    /// Sends without one.
    #[inline]
    fn post(&self, command: Command) -> Result<(), KvError> {
        let _inside = self.door.enter().ok_or(KvError::Stopped)?;
        self.actor.do_send(Apply(command)).map_err(|_| KvError::Stopped)
    }

    /// An ask that does not wait for ever, neither for room nor for the reply.
    async fn ask_in_time(&self, command: Command, limit: Duration) -> Result<Reply, KvError> {
        // Without a place nothing was sent, so this is no "unknown".
        timeout(limit, self.bound.take()).await.unwrap_or(Err(KvError::Overloaded))?;
        let answer = self.send(command)?;
        let answer = timeout(limit, answer).await.map_err(|_| KvError::TimedOut)?;
        Ok(answer.map_err(|_| KvError::ReplyLost)??)
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
            if let Some(limit) = self.ask_timeout {
                return Box::pin(self.ask_in_time(command, limit)).await;
            }
            match self.bound.try_take() {
                Err(KvError::Overloaded) => Box::pin(self.bound.take()).await?,
                taken => taken?,
            }
            let answer = self.send(command)?;
            // No answer: the actor dropped the sender, with the message or in the middle of handling it.
            Ok(answer.await.map_err(|_| KvError::ReplyLost)??)
        }
    }

    #[inline]
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send {
        async move {
            match self.bound.try_take() {
                Err(KvError::Overloaded) => Box::pin(self.bound.take()).await?,
                taken => taken?,
            }
            self.post(command)
        }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.bound.try_take()?;
        self.post(command)
    }
}
// ANCHOR_END: address
