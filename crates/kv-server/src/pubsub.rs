//! Publish and subscribe: one actor that knows who listens to what.

mod runner;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use self::runner::Runner;
use crate::client::Outbox;

/// How many messages may wait for the actor before those who send one wait themselves.
const MAILBOX: usize = 1024;

/// What a client can subscribe to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// A channel, by its name.
    Channel,
    /// All channels whose name matches.
    Pattern,
}

/// How many topics there are to which somebody is subscribed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Topics {
    /// Channels.
    pub(crate) channels: usize,
    /// Different patterns.
    pub(crate) patterns: usize,
}

/// A subscription that was given up, and how many the client has left. No name: there was nothing to give up.
pub(crate) type Left = (Option<Bytes>, usize);

/// The actor is gone: the server shuts down.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the server is shutting down")]
pub(crate) struct Stopped;

// ANCHOR: message
/// What the actor is asked. Each question carries the way back for its answer.
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
/// The handle of the actor.
///
/// A future of any of these may be dropped: the question is then either not asked, or answered to nobody.
///
/// Names are kept for as long as somebody is subscribed to them, so they must not be slices of a read buffer.
#[derive(Clone, Debug)]
pub(crate) struct PubSub {
    mailbox: mpsc::Sender<Message>,
}

impl PubSub {
    /// Starts the actor.
    pub(crate) fn start() -> Self {
        let (sender, mailbox) = mpsc::channel(MAILBOX);
        tokio::spawn(Runner::new(mailbox).run());
        Self { mailbox: sender }
    }

    /// Subscribes a client; returns how many subscriptions it has after each name.
    ///
    /// Messages come through the outbox and not through this future. Who awaits it, and writes the confirmation before
    /// it looks into the inbox, keeps the order that clients expect.
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

    /// Ends a client's subscriptions to these names, or to all; returns what is left after each.
    ///
    /// What was published before is in the client's inbox when this resolves, and is to be written first.
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

    /// Forgets a client that is gone. The connection manager says so for every client.
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

    /// Publishes a message without waiting for it to be done.
    pub(crate) async fn announce(&self, channel: Bytes, payload: Bytes) {
        self.tell(Message::Publish { channel, payload, reply: None }).await;
    }

    /// The channels to which somebody is subscribed by name, and whose name matches.
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

    /// How many channels and patterns there are.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(crate) async fn topics(&self) -> Result<Topics, Stopped> {
        self.ask(|reply| Message::Topics { reply }).await
    }

    /// Ends the actor when it has done what it was sent before. Resolves when it has; may be called many times.
    pub(crate) async fn shutdown(&self) {
        // It has ended already when this fails.
        let _ = self.ask(|done| Message::Shutdown { done }).await;
    }

    async fn ask<R>(&self, message: impl FnOnce(oneshot::Sender<R>) -> Message) -> Result<R, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.mailbox.send(message(reply)).await.map_err(|_| Stopped)?;
        answer.await.map_err(|_| Stopped)
    }

    async fn tell(&self, message: Message) {
        // Fails when the actor is gone, and with it whatever this would have changed.
        let _ = self.mailbox.send(message).await;
    }
}
// ANCHOR_END: handle
