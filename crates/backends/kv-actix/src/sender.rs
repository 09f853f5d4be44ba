//! Sending to one actor: what the handles of shards and of keys have in common.

use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix::dev::channel::AddressSender;
use actix::{Handler, Message};
use kv_core::{Command, KvError, MailboxBound, SendGate};
use tokio::sync::oneshot::{self, Receiver, error::RecvError};

use crate::shards::actor::{Abandoned, Apply, Outcome, Owner, Stop};

/// The sending end of an actor's mailbox.
///
/// It holds the [`AddressSender`] that an [`Addr`](actix::Addr) wraps. An `Addr` hides what this contract has to tell:
/// its `do_send` does not say that the actor is gone, and its `send` answers the same when a message was not accepted
/// and when it was, but the reply never came. The sender is shared and never cloned: a clone costs two allocations.
#[derive(Debug)]
pub(crate) struct Sender<A: Owner> {
    actor: AddressSender<A>,
    bound: MailboxBound,
    gate: SendGate,
}

impl<A: Owner> Sender<A> {
    pub(crate) const fn new(actor: AddressSender<A>, bound: MailboxBound) -> Self {
        Self { actor, bound, gate: SendGate::new() }
    }

    pub(crate) const fn bound(&self) -> &MailboxBound {
        &self.bound
    }

    // ANCHOR: stop
    /// Refuses all messages from now on, and ends the actor after those that came before.
    ///
    /// An actor that stops drops what is still in its mailbox, although the senders have been told "accepted". So the
    /// gate is closed first: after that, no sender can send behind the stop message.
    pub(crate) fn stop(&self) {
        self.bound.close();
        self.gate.close();
        self.notify(Stop);
    }
    // ANCHOR_END: stop

    /// Sends a message that is no command, past the bound and the gate. An actor that is gone needs no message.
    pub(crate) fn notify<M: Message<Result = ()> + Send + 'static>(&self, message: M)
    where
        A: Handler<M>,
    {
        let _ = self.actor.do_send(message);
    }

    /// Sends a command, with a oneshot for the reply. The caller has a place in the bound.
    #[inline]
    pub(crate) fn send(&self, command: Command) -> Result<Answer<'_, A>, KvError> {
        let _guard = self.gate.enter().ok_or(KvError::Stopped)?;
        let reply = self.actor.send(Apply(command)).map_err(|_| KvError::Stopped)?;
        Ok(Answer { reply, actor: &self.actor })
    }

    /// Sends a command without a oneshot for the reply.
    #[inline]
    pub(crate) fn post(&self, command: Command) -> Result<(), KvError> {
        let _guard = self.gate.enter().ok_or(KvError::Stopped)?;
        self.actor.do_send(Apply(command)).map_err(|_| KvError::Stopped)
    }
}

/// A reply that has not come yet.
pub(crate) struct Answer<'a, A: Owner> {
    reply: Receiver<Outcome>,
    actor: &'a AddressSender<A>,
}

impl<A: Owner> Future for Answer<'_, A> {
    type Output = Result<Outcome, RecvError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.reply).poll(context)
    }
}

// ANCHOR: abandoned
impl<A: Owner> Drop for Answer<'_, A> {
    /// Sends the receiver after its command when a caller gives up. actix does not hand an actor a message whose reply
    /// no caller can receive, and so the place that the message had in the `MailboxBound` would never be given back.
    #[inline]
    fn drop(&mut self) {
        if !self.reply.is_terminated() {
            let (_, nothing) = oneshot::channel();
            let reply = mem::replace(&mut self.reply, nothing);
            // The send fails only if the actor is gone, and the place with it.
            let _ = self.actor.do_send(Abandoned(reply));
        }
    }
}
// ANCHOR_END: abandoned
