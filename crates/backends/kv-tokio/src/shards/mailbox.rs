//! The mailbox: a bounded or an unbounded channel, chosen when the backend starts.

use std::task::{Context, Poll};

use kv_core::{KvError, Mailbox, Pause};
use tokio::sync::{Semaphore, mpsc};

use crate::first::{Message, refused};

/// A message of storey 1, or the order to end behind everything that was accepted before it.
#[derive(Debug)]
pub(crate) enum Mail {
    Message(Message),
    Stop,
}

impl Mail {
    /// See [`Message::pause`].
    #[inline]
    pub(crate) fn pause(&self) -> Option<Pause> {
        match self {
            Self::Message(message) => message.pause(),
            Self::Stop => None,
        }
    }
}

// tokio's bounded and unbounded channels have two types, so each end is an enum. Rejected: a trait object, which would
// cost an allocation per call.
#[derive(Debug)]
pub(crate) enum Sender {
    Bounded(mpsc::Sender<Mail>),
    Unbounded(mpsc::UnboundedSender<Mail>),
}

#[derive(Debug)]
pub(crate) enum Receiver {
    Bounded(mpsc::Receiver<Mail>),
    Unbounded(mpsc::UnboundedReceiver<Mail>),
}

pub(crate) fn channel(mailbox: Mailbox) -> (Sender, Receiver) {
    match mailbox {
        Mailbox::Bounded(capacity) => {
            let (sender, receiver) = mpsc::channel(capacity.min(Semaphore::MAX_PERMITS));
            (Sender::Bounded(sender), Receiver::Bounded(receiver))
        }
        Mailbox::Unbounded => {
            let (sender, receiver) = mpsc::unbounded_channel();
            (Sender::Unbounded(sender), Receiver::Unbounded(receiver))
        }
    }
}

/// The right to one place in the mailbox.
pub(crate) enum Permit<'a> {
    Bounded(mpsc::Permit<'a, Mail>),
    Unbounded(&'a mpsc::UnboundedSender<Mail>),
}

impl Permit<'_> {
    #[inline]
    pub(crate) fn send(self, mail: Mail) -> Result<(), KvError> {
        match self {
            Self::Bounded(permit) => permit.send(mail),
            Self::Unbounded(sender) => sender.send(mail).map_err(|_| KvError::Stopped)?,
        }
        Ok(())
    }
}

// ANCHOR: send
impl Sender {
    /// Waits for a place in the mailbox; the message is sent afterwards. So a future that is dropped while it waits has
    /// sent nothing, and the message is not carried through the wait.
    #[inline]
    pub(crate) async fn reserve(&self) -> Result<Permit<'_>, KvError> {
        match self {
            Self::Bounded(sender) => {
                sender.reserve().await.map(Permit::Bounded).map_err(|_| KvError::Stopped)
            }
            Self::Unbounded(sender) => Ok(Permit::Unbounded(sender)),
        }
    }

    #[inline]
    pub(crate) fn try_send(&self, mail: Mail) -> Result<(), KvError> {
        match self {
            Self::Bounded(sender) => sender.try_send(mail).map_err(refused),
            Self::Unbounded(sender) => sender.send(mail).map_err(|_| KvError::Stopped),
        }
    }
}
// ANCHOR_END: send

impl Sender {
    /// How many places are taken. The sender of an unbounded channel does not know.
    pub(crate) fn queued(&self) -> Option<usize> {
        match self {
            Self::Bounded(sender) => Some(sender.max_capacity() - sender.capacity()),
            Self::Unbounded(_) => None,
        }
    }
}

impl Receiver {
    #[inline]
    pub(crate) fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Option<Mail>> {
        match self {
            Self::Bounded(receiver) => receiver.poll_recv(context),
            Self::Unbounded(receiver) => receiver.poll_recv(context),
        }
    }

    /// Refuses new messages; those already accepted can still be received.
    pub(crate) fn close(&mut self) {
        match self {
            Self::Bounded(receiver) => receiver.close(),
            Self::Unbounded(receiver) => receiver.close(),
        }
    }
}
