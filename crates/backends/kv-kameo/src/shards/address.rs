//! The address through which callers send to a shard.

use std::sync::Arc;
use std::time::Duration;

use kameo::actor::ActorRef;
use kv_core::{Command, KvError, Reply, ShardAddress};

use crate::first::{Ask, Tell, failure};
use crate::shards::actor::Shard;
use crate::shards::supervisor::{Life, Supervisor};

/// The address of one shard.
#[derive(Debug)]
pub struct ShardHandle {
    /// A reference to the shard's first actor. A message that is sent through it reaches a restarted actor as well:
    /// the mailbox is the same.
    actor: ActorRef<Shard>,
    ask_timeout: Option<Duration>,
    life: Arc<Life>,
    /// The reference that keeps the supervisor alive. When the last one is dropped, the shards end.
    _supervisor: ActorRef<Supervisor>,
}

impl ShardHandle {
    pub(crate) fn new(actor: ActorRef<Shard>, life: Arc<Life>, supervisor: ActorRef<Supervisor>) -> Self {
        let ask_timeout = life.config.ask_timeout;
        Self { actor, ask_timeout, life, _supervisor: supervisor }
    }

    /// Refuses new messages from now on and asks the actor to end after those that it has accepted. An actor that has
    /// already ended counts as stopped.
    pub(crate) async fn stop(&self) {
        let _ = self.actor.stop_gracefully().await;
    }

    /// Ends the actor at its next await.
    pub(crate) fn kill(&self) {
        self.life.kill();
    }

    /// Asks with a time limit for each of two waits: for room in the mailbox, and for the reply. Its caller boxes the
    /// future, so that the timers do not enlarge the future of an ask without a limit.
    // ANCHOR: in_time
    async fn ask_in_time(&self, command: Command, limit: Duration) -> Result<Reply, KvError> {
        let ask = self.actor.ask(Ask(command)).mailbox_timeout(limit).reply_timeout(limit);
        ask.send().await.map_err(|error| failure(error, KvError::Command))
    }
    // ANCHOR_END: in_time
}

// The methods are async blocks. An `async fn` would copy its arguments once more, from where the future gets them to
// where it keeps them; an async block uses them where they are. With a command of a hundred bytes the difference can
// be measured.
#[expect(clippy::manual_async_fn, reason = "an async block copies the command once less")]
// ANCHOR: address
impl ShardAddress for ShardHandle {
    #[inline]
    fn ask(&self, command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send {
        async move {
            if let Some(limit) = self.ask_timeout {
                return Box::pin(self.ask_in_time(command, limit)).await;
            }
            // The request is sent by `send`, here and in `tell`: awaiting the request itself boxes one more future
            // per call.
            self.actor.ask(Ask(command)).send().await.map_err(|error| failure(error, KvError::Command))
        }
    }

    #[inline]
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send {
        async move {
            let told = self.actor.tell(Tell(command)).send().await;
            told.map_err(|error| failure(error, |never| match never {}))
        }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        self.actor.tell(Tell(command)).try_send().map_err(|error| failure(error, |never| match never {}))
    }

    fn queued(&self) -> Option<usize> {
        let mailbox = self.actor.mailbox_sender();
        Some(mailbox.max_capacity()? - mailbox.capacity()?)
    }
}
// ANCHOR_END: address
