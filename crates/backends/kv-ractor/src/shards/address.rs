//! The address through which callers send to a shard.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use kv_core::{Command, CommandError, KvError, Reply, ShardAddress};
use ractor::rpc::CallResult;
use ractor::{ActorRef, ActorStatus, MessagingErr};
use tokio::select;
use tokio::time::timeout;

use crate::shards::actor::Message;
use crate::shards::incarnation::{Incarnation, Slot, place_with_successor, successor};

/// The address of one shard.
#[derive(Debug)]
pub struct ShardHandle {
    /// The shard's first actor. As long as it lives, which is for ever if no command panics, all calls go to it.
    first: Incarnation,
    /// The slot with the actor that serves the shard now. It is read only when the first actor is gone.
    slot: Slot,
    ask_timeout: Option<Duration>,
}

impl ShardHandle {
    pub(crate) const fn new(first: Incarnation, slot: Slot, ask_timeout: Option<Duration>) -> Self {
        Self { first, slot, ask_timeout }
    }

    /// Asks the shard after its first actor has ended. The future is boxed, and the box is made out of line, so that
    /// it does not enlarge the calls before a restart, which may be all calls there are.
    #[cold]
    fn ask_successor(
        &self,
        mut command: Command,
    ) -> Pin<Box<impl Future<Output = Result<Reply, KvError>> + Send>> {
        Box::pin(async move {
            let mut gone = self.first.clone();
            loop {
                let now = in_time(self.ask_timeout, place_with_successor(&self.slot, gone)).await?;
                let called = {
                    let call = pin!(now.actor.call(|reply| Message::Ask(command, reply), self.ask_timeout));
                    to_the_end(&now.actor, call).await
                };
                match called {
                    Ok(result) => return answered(result),
                    Err(error) => command = not_sent(error)?,
                }
                gone = now;
            }
        })
    }

    /// Tells the shard a command after its first actor has ended.
    #[cold]
    fn tell_successor(
        &self,
        mut command: Command,
    ) -> Pin<Box<impl Future<Output = Result<(), KvError>> + Send>> {
        Box::pin(async move {
            let mut gone = self.first.clone();
            loop {
                let now = place_with_successor(&self.slot, gone).await?;
                match now.actor.cast(Message::Tell(command)) {
                    Ok(()) => return Ok(()),
                    Err(error) => command = not_sent(error)?,
                }
                gone = now;
            }
        })
    }

    /// Tells the shard a command after its first actor has ended, without waiting. Between two lives it is refused:
    /// no actor can take the command.
    #[cold]
    fn try_tell_successor(&self, command: Command) -> Result<(), KvError> {
        let now = successor(&self.slot, &self.first)?.ok_or(KvError::Stopped)?;
        now.bound.try_acquire()?;
        now.actor.cast(Message::Tell(command)).map_err(|_| KvError::Stopped)
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

/// The result of ractor's `call`.
type Called = Result<CallResult<Result<Reply, CommandError>>, MessagingErr<Message>>;

// ANCHOR: to_the_end
/// Awaits a `call`, but not for longer than the actor lives.
///
/// tokio's channel counts a message before it puts it in. If the actor drops its end in between, the message stays
/// inside for as long as there is a reference, and this handle holds one. The reply port stays inside as well, and
/// the caller would wait for ever. So a caller that finds the actor ending just after it has sent waits for the end
/// as well. Every other caller has sent before the actor dropped its end, because `Dying` in the actor, or ractor,
/// changes the status first.
async fn to_the_end(actor: &ActorRef<Message>, mut call: Pin<&mut impl Future<Output = Called>>) -> Called {
    // The first poll sends.
    if let Poll::Ready(result) = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await {
        return result;
    }
    if actor.get_status() < ActorStatus::Draining {
        return call.await;
    }
    Box::pin(async {
        select! {
            biased;
            result = call.as_mut() => result,
            _ = actor.wait(None) => {
                // An answer that the actor gave before its end is here by now.
                let last = poll_fn(|context| Poll::Ready(call.as_mut().poll(context))).await;
                if let Poll::Ready(result) = last { result } else { Ok(CallResult::SenderError) }
            }
        }
    })
    .await
}
// ANCHOR_END: to_the_end

#[inline]
fn answered(result: CallResult<Result<Reply, CommandError>>) -> Result<Reply, KvError> {
    match result {
        CallResult::Success(answer) => Ok(answer?),
        // The actor dropped the reply port, with the message or in the middle of handling it.
        CallResult::SenderError => Err(KvError::ReplyLost),
        CallResult::Timeout => Err(KvError::TimedOut),
    }
}

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
    fn ask(&self, command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send {
        async move {
            let place = match self.first.bound.try_acquire() {
                Err(KvError::Overloaded) => {
                    Box::pin(in_time(self.ask_timeout, self.first.bound.acquire())).await
                }
                taken => taken,
            };
            match place {
                Ok(()) => {}
                Err(KvError::Stopped) => return self.ask_successor(command).await,
                Err(error) => return Err(error),
            }
            let call = pin!(self.first.actor.call(|reply| Message::Ask(command, reply), self.ask_timeout));
            // `ask_successor` is awaited outside of the match: inside, the whole result would live in the future of
            // every call.
            let again = match to_the_end(&self.first.actor, call).await {
                Ok(result) => return answered(result),
                Err(error) => self.ask_successor(not_sent(error)?),
            };
            again.await
        }
    }

    #[inline]
    fn tell(&self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send {
        async move {
            let place = match self.first.bound.try_acquire() {
                Err(KvError::Overloaded) => Box::pin(self.first.bound.acquire()).await,
                taken => taken,
            };
            if place.is_err() {
                return self.tell_successor(command).await;
            }
            let again = match self.first.actor.cast(Message::Tell(command)) {
                Ok(()) => return Ok(()),
                Err(error) => self.tell_successor(not_sent(error)?),
            };
            again.await
        }
    }

    #[inline]
    fn try_tell(&self, command: Command) -> Result<(), KvError> {
        match self.first.bound.try_acquire() {
            Ok(()) => {}
            Err(KvError::Stopped) => return self.try_tell_successor(command),
            Err(error) => return Err(error),
        }
        match self.first.actor.cast(Message::Tell(command)) {
            Ok(()) => Ok(()),
            Err(error) => self.try_tell_successor(not_sent(error)?),
        }
    }

    fn queued(&self) -> Option<usize> {
        // Without an actor there is no mailbox, so no message is queued.
        self.slot.borrow().as_ref().map_or(Some(0), |now| now.bound.taken())
    }
}
// ANCHOR_END: address
