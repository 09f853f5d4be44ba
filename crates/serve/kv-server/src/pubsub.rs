//! Publish and subscribe: one actor that knows every subscription.

mod runner;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use self::runner::Runner;
use crate::client::Outbox;

/// How many messages may wait for the pub/sub actor before their senders wait themselves.
const MAILBOX: usize = 1024;

/// The kinds of topics to which a client can subscribe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// A channel, by its name.
    Channel,
    /// A pattern: all channels whose name matches it.
    Pattern,
}

/// How many topics have at least one subscriber.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Topics {
    /// The number of channels.
    pub(crate) channels: usize,
    /// The number of different patterns.
    pub(crate) patterns: usize,
}

/// A subscription that was given up, and how many the client has left. The name is missing if the client had no
/// subscription to give up.
pub(crate) type Left = (Option<Bytes>, usize);

/// The error of a question when the pub/sub actor is gone: the server shuts down.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the server is shutting down")]
pub(crate) struct Stopped;

// ANCHOR: message
/// The questions that the pub/sub actor is asked. Each carries the way back for its answer.
#[derive(Debug)]
enum Message {
    Subscribe { outbox: Outbox, topic: Topic, names: Vec<Bytes>, reply: oneshot::Sender<Vec<usize>> },
    Unsubscribe { client: u64, topic: Topic, names: Option<Vec<Bytes>>, reply: oneshot::Sender<Vec<Left>> },
    Leave { client: u64 },
    Publish { channel: Bytes, payload: Bytes, reply: Option<oneshot::Sender<usize>> },
    Channels { pattern: Option<Bytes>, reply: oneshot::Sender<Vec<Bytes>> },
    Subscribers { channels: Vec<Bytes>, reply: oneshot::Sender<Vec<usize>> },
    Topics { reply: oneshot::Sender<Topics> },
    Shutdown { done: oneshot::Sender<()> },
}
// ANCHOR_END: message

// ANCHOR: handle
/// The handle of the pub/sub actor.
///
/// A future of any method may be dropped: the question is then either not asked, or its answer is dropped.
///
/// Names are kept for as long as they have a subscriber, so they must not be slices of a read buffer.
#[derive(Clone, Debug)]
pub(crate) struct PubSub {
    mailbox: mpsc::Sender<Message>,
}

impl PubSub {
    /// Starts the pub/sub actor.
    pub(crate) fn start() -> Self {
        let (sender, mailbox) = mpsc::channel(MAILBOX);
        tokio::spawn(Runner::new(mailbox).run());
        Self { mailbox: sender }
    }

    /// Subscribes a client; returns how many subscriptions it has after each name.
    ///
    /// Messages come through the outbox and not through this future. A connection that awaits it, and writes the
    /// confirmation before it looks into the inbox, keeps the order that clients expect.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(crate) async fn subscribe(
        &self,
        outbox: &Outbox,
        topic: Topic,
        names: Vec<Bytes>,
    ) -> Result<Vec<usize>, Stopped> {
        let outbox = outbox.clone();
        self.ask(|reply| Message::Subscribe { outbox, topic, names, reply }).await
    }

    /// Ends a client's subscriptions to these names, or to all; returns how many are left after each.
    ///
    /// Earlier published messages are in the client's inbox when this resolves, and are to be written first.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(crate) async fn unsubscribe(
        &self,
        client: u64,
        topic: Topic,
        names: Option<Vec<Bytes>>,
    ) -> Result<Vec<Left>, Stopped> {
        self.ask(|reply| Message::Unsubscribe { client, topic, names, reply }).await
    }

    /// Forgets a client that is gone. The connection manager calls this for every client.
    pub(crate) async fn leave(&self, client: u64) {
        self.tell(Message::Leave { client }).await;
    }

    /// Publishes a message; returns how many subscriptions it went to.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(crate) async fn publish(&self, channel: Bytes, payload: Bytes) -> Result<usize, Stopped> {
        self.ask(|reply| Message::Publish { channel, payload, reply: Some(reply) }).await
    }

    /// Publishes a message without waiting until the actor has done so.
    pub(crate) async fn announce(&self, channel: Bytes, payload: Bytes) {
        self.tell(Message::Publish { channel, payload, reply: None }).await;
    }

    /// The channels that have a subscriber by name, and whose name matches the pattern.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(crate) async fn channels(&self, pattern: Option<Bytes>) -> Result<Vec<Bytes>, Stopped> {
        self.ask(|reply| Message::Channels { pattern, reply }).await
    }

    /// How many clients are subscribed to each of these channels by name.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(crate) async fn subscribers(&self, channels: Vec<Bytes>) -> Result<Vec<usize>, Stopped> {
        self.ask(|reply| Message::Subscribers { channels, reply }).await
    }

    /// How many channels and patterns have a subscriber.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(crate) async fn topics(&self) -> Result<Topics, Stopped> {
        self.ask(|reply| Message::Topics { reply }).await
    }

    /// Ends the actor when it has handled all earlier messages. Resolves when it has ended; may be called many times.
    pub(crate) async fn shutdown(&self) {
        // Fails only when the actor has ended already.
        let _ = self.ask(|done| Message::Shutdown { done }).await;
    }

    async fn ask<R>(&self, message: impl FnOnce(oneshot::Sender<R>) -> Message) -> Result<R, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.mailbox.send(message(reply)).await.map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }

    async fn tell(&self, message: Message) {
        // Fails only when the actor is gone, and with it all that this message would have changed.
        let _ = self.mailbox.send(message).await;
    }
}
// ANCHOR_END: handle
