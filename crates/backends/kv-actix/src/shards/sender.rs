//! Sending to one actor: what the addresses of shards and of keys have in common.

use std::time::Duration;

use actix::dev::channel::{AddressReceiver, AddressSender, channel};
use actix::{Actor, Context, Handler, Message};
use kv_core::{Command, Config, KvError, MailboxBound, SendGate};
use tokio::time::timeout;

use super::actor::{Owner, Role};
use super::quirks::Answer;
use crate::first::{Apply, ApplyAfterPause, Outcome, Stop, refused};

/// The sending end of an actor's mailbox.
///
/// It holds the [`AddressSender`] that an [`Addr`](actix::Addr) wraps. An `Addr` hides what this contract has to tell:
/// its `send` answers the same when a message was not accepted and when it was, but the reply never came. The sender is
/// shared and never cloned: a clone costs two allocations.
#[derive(Debug)]
pub struct Sender<R: Role> {
    actor: AddressSender<Owner<R>>,
    pub(crate) bound: MailboxBound,
    gate: SendGate,
    ask_timeout: Option<Duration>,
}

impl<R: Role> Sender<R> {
    /// Makes a mailbox: both ends. The channel has no capacity: actix's own would bound nothing, and cost something
    /// (see the README).
    pub(crate) fn new(config: &Config) -> (Self, AddressReceiver<Owner<R>>) {
        let (actor, mailbox) = channel(0);
        let (bound, gate) = (MailboxBound::new(config.mailbox), SendGate::new());
        (Self { actor, bound, gate, ask_timeout: config.ask_timeout }, mailbox)
    }

    // ANCHOR: stop
    /// Refuses all messages from now on, and ends the actor after those that came before.
    ///
    /// An actor that stops drops what is still in its mailbox, although the senders have been told "accepted". So the
    /// gate is closed first: after that, no sender can send behind the stop message.
    ///
    /// Rejected: to do without the gate, and end the actor when all places of the bound are back. A caller that was
    /// given a place and is not polled would keep the actor from ending, and an unbounded mailbox has no places.
    pub(crate) fn stop(&self) {
        self.bound.close();
        self.gate.close();
        self.notify(Stop);
    }
    // ANCHOR_END: stop

    /// Sends a message that is no command, past the bound and the gate. An actor that is gone needs no message.
    pub(crate) fn notify<M: Message<Result = ()> + Send + 'static>(&self, message: M)
    where
        Owner<R>: Handler<M> + Actor<Context = Context<Owner<R>>>,
    {
        let _ = self.actor.do_send(message);
    }

    /// Sends a command, with a oneshot for the reply. The caller has a place in the bound.
    #[inline]
    fn send(&self, command: Command) -> Result<Answer<'_, R>, KvError> {
        let _guard = self.gate.enter().ok_or(KvError::Stopped)?;
        let reply = if command.pause().is_some() {
            self.actor.send(ApplyAfterPause(command)).map_err(refused)?
        } else {
            self.actor.send(Apply(command)).map_err(refused)?
        };
        Ok(Answer { reply, actor: self })
    }

    // ANCHOR: address
    /// Asks, with a time limit for the wait for room, and the same limit again for the wait for the reply. The function
    /// `sent` is called in between.
    #[inline]
    pub(crate) async fn ask_and(&self, command: Command, sent: impl FnOnce() + Send) -> Outcome {
        let place = self.bound.acquire();
        match self.ask_timeout {
            None => place.await?,
            // Without a place no message was sent, so the effect is known: the command was not applied.
            Some(limit) => timeout(limit, place).await.unwrap_or(Err(KvError::Overloaded))?,
        }
        let mut answer = self.send(command)?;
        sent();
        let answer = match self.ask_timeout {
            None => (&mut answer.reply).await,
            Some(limit) => timeout(limit, &mut answer.reply).await.map_err(|_| KvError::TimedOut)?,
        };
        // The receiver fails when the actor has dropped the sender, with the message or while it handled it.
        answer.unwrap_or(Err(KvError::ReplyLost))
    }

    /// Tells, for a caller that has a place in the bound: sends a command without a oneshot for the reply.
    #[inline]
    pub(crate) fn post(&self, command: Command, place: Result<(), KvError>) -> Result<(), KvError> {
        place?;
        let _guard = self.gate.enter().ok_or(KvError::Stopped)?;
        if command.pause().is_some() {
            return self.actor.do_send(ApplyAfterPause(command)).map_err(refused);
        }
        self.actor.do_send(Apply(command)).map_err(refused)
    }
    // ANCHOR_END: address
}
