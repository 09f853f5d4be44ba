//! The mailbox: a bounded or an unbounded channel, chosen when the backend starts.

use std::task::{Context, Poll};

use kv_core::{Command, CommandError, KvError, Mailbox, Pause, Reply};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc, oneshot};

/// A message in an actor's mailbox. A message can carry any command: an ask and a tell differ only in whether a caller
/// waits for the reply.
#[derive(Debug)]
pub(crate) enum Message {
    // ANCHOR: message
    Ask { command: Command, reply: oneshot::Sender<Result<Reply, CommandError>> },
    Tell { command: Command },
    // ANCHOR_END: message
    Stop,
}

// tokio's bounded and unbounded channels have two types, so each end is an enum. Rejected: a trait object, which would
// cost an allocation per call.
#[derive(Debug)]
pub(crate) enum Sender {
    Bounded(mpsc::Sender<Message>),
    Unbounded(mpsc::UnboundedSender<Message>),
}

#[derive(Debug)]
pub(crate) enum Receiver {
    Bounded(mpsc::Receiver<Message>),
    Unbounded(mpsc::UnboundedReceiver<Message>),
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

impl Message {
    /// The pause that the actor has to await before it handles the message.
    #[inline]
    pub(crate) fn pause(&self) -> Option<Pause> {
        match self {
            Self::Ask { command, .. } | Self::Tell { command } => command.pause(),
            Self::Stop => None,
        }
    }
}

/// The right to one place in the mailbox.
pub(crate) enum Permit<'a> {
    Bounded(mpsc::Permit<'a, Message>),
    Unbounded(&'a mpsc::UnboundedSender<Message>),
}

impl Permit<'_> {
    #[inline]
    pub(crate) fn send(self, message: Message) -> Result<(), KvError> {
        match self {
            Self::Bounded(permit) => permit.send(message),
            Self::Unbounded(sender) => sender.send(message).map_err(|_| KvError::Stopped)?,
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
    pub(crate) fn try_send(&self, message: Message) -> Result<(), KvError> {
        match self {
            Self::Bounded(sender) => sender.try_send(message).map_err(|error| match error {
                TrySendError::Full(_) => KvError::Overloaded,
                TrySendError::Closed(_) => KvError::Stopped,
            }),
            Self::Unbounded(sender) => sender.send(message).map_err(|_| KvError::Stopped),
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
    pub(crate) fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Option<Message>> {
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
