//! The address through which callers send to a shard.

use std::time::Duration;

use kv_core::{Command, KvError, Reply, ShardAddress};
use ractor::{ActorStatus, MessagingErr};
use tokio::time::timeout;

use crate::first::{Message, answered, stopped};
use crate::shards::incarnation::{Incarnation, Slot, place_with_successor};

/// The address of one shard.
#[derive(Debug)]
pub struct ShardHandle {
    /// The shard's first actor. As long as it lives, which is for ever if no command panics, all calls go to it.
    pub(crate) first: Incarnation,
    /// The slot with the actor that serves the shard now. It is read only when the first actor is gone.
    pub(crate) slot: Slot,
    pub(crate) ask_timeout: Option<Duration>,
}

impl ShardHandle {
    /// Takes a place in the mailbox of the shard's first actor, and returns `None`; or in the mailbox of the actor that
    /// serves the shard after it, and returns that one.
    #[inline]
    async fn place(&self, limit: Option<Duration>) -> Result<Option<Incarnation>, KvError> {
        let mut place = self.first.bound.try_acquire();
        if place == Err(KvError::Overloaded) {
            place = Box::pin(in_time(limit, self.first.bound.acquire())).await;
        }
        match place {
            Ok(()) => Ok(None),
            Err(KvError::Stopped) => Box::pin(self.successor(&self.first, limit)).await.map(Some),
            Err(error) => Err(error),
        }
    }

    /// Takes a place in the mailbox of the successor of an actor that is gone. Its callers box the future, so that it
    /// does not enlarge the calls before a restart, which may be all calls there are.
    async fn successor(&self, gone: &Incarnation, limit: Option<Duration>) -> Result<Incarnation, KvError> {
        in_time(limit, place_with_successor(self.slot.clone(), gone.clone())).await
    }
}

// ANCHOR: in_time
/// Waits for a place in a mailbox; an ask waits no longer than its time limit.
pub(crate) async fn in_time<T>(
    limit: Option<Duration>,
    place: impl Future<Output = Result<T, KvError>>,
) -> Result<T, KvError> {
    match limit {
        None => place.await,
        // The command is sent only after there is room, so it was certainly not done.
        Some(limit) => timeout(limit, place).await.unwrap_or(Err(KvError::Overloaded)),
    }
}
// ANCHOR_END: in_time

/// Takes the command that was not sent out of ractor's error.
#[cold]
fn not_sent(error: MessagingErr<Message>) -> Result<Command, KvError> {
    match error {
        MessagingErr::SendErr(Message::Ask(command, _) | Message::Tell(command)) => Ok(command),
        _ => Err(KvError::Stopped),
    }
}

// The methods are async blocks. An `async fn` would copy its arguments once more, from where the future gets them to
// where it keeps them; an async block uses them where they are. With a command of a hundred bytes the difference can
// be measured.
#[expect(clippy::manual_async_fn, reason = "an async block copies the command once less")]
// ANCHOR: address
impl ShardAddress for ShardHandle {
    #[inline]
    fn ask(&self, mut command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send {
        async move {
            let mut later = self.place(self.ask_timeout).await?;
            loop {
                let now = later.as_ref().unwrap_or(&self.first);
                match now.call(command, self.ask_timeout).await {
                    Ok(result) => return answered(result),
                    Err(error) => command = not_sent(error)?,
                }
                later = Some(Box::pin(self.successor(now, self.ask_timeout)).await?);
            }
        }
    }

    #[inline]
    fn tell(&self, mut command: Command) -> impl Future<Output = Result<(), KvError>> + Send {
        async move {
            let mut later = self.place(None).await?;
            loop {
                let now = later.as_ref().unwrap_or(&self.first);
                match now.actor.cast(Message::Tell(command)) {
                    Ok(()) => return Ok(()),
                    Err(error) => command = not_sent(error)?,
                }
                later = Some(Box::pin(self.successor(now, None)).await?);
            }
        }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        let slot;
        let now = if self.first.actor.get_status() >= ActorStatus::Draining {
            slot = self.slot.borrow();
            slot.as_ref().ok_or(KvError::Stopped)?
        } else {
            &self.first
        };
        // Between two lives the command is refused: no actor can take it.
        now.bound.try_acquire()?;
        now.actor.cast(Message::Tell(command)).map_err(stopped)
    }

    fn queued(&self) -> Option<usize> {
        // Without an actor there is no mailbox, so no message is queued.
        self.slot.borrow().as_ref().map_or(Some(0), |now| now.bound.taken())
    }
}
// ANCHOR_END: address
