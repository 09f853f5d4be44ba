//! Key events for subscribers: what Redis calls keyspace notifications.

mod flags;
#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use kv_core::{KeyEvent, KeyEventStream, KeyEvents};
use tokio::sync::{mpsc, oneshot};

pub(crate) use self::flags::EventFlags;
use crate::pubsub::PubSub;
use crate::settings::Settings;

/// How many events may wait to be published. What does not fit is lost, as the store waits for nobody.
const CAPACITY: usize = 64 * 1024;

// ANCHOR: handle
/// The handle of the actor that publishes key events.
#[derive(Clone, Debug)]
pub(crate) struct Notifier {
    mailbox: mpsc::Sender<Message>,
}

#[derive(Debug)]
enum Message {
    Refresh { done: oneshot::Sender<()> },
    Shutdown { done: oneshot::Sender<()> },
}

impl Notifier {
    /// Starts the actor, which publishes nothing before it is asked to [refresh](Notifier::refresh).
    pub(crate) fn start(settings: Arc<Settings>, key_events: KeyEvents, pubsub: PubSub) -> Self {
        let (sender, mailbox) = mpsc::channel(16);
        let flags = EventFlags::default();
        let runner = Runner { mailbox, settings, key_events, pubsub, flags, events: None };
        tokio::spawn(runner.run());
        Self { mailbox: sender }
    }

    /// Publishes from now on what the settings say. What happened before it resolves is published as before, what happens
    /// after as they say: so `CONFIG SET` awaits it before it answers.
    ///
    /// The actor reads the settings itself. If each caller sent what it has read, the older of two could come last.
    pub(crate) async fn refresh(&self) {
        let (done, confirmed) = oneshot::channel();
        let _ = self.mailbox.send(Message::Refresh { done }).await;
        // Fails when the actor is gone, and then nothing is published at all.
        let _ = confirmed.await;
    }

    /// Ends the actor when all that happened before is published. May be called many times.
    pub(crate) async fn shutdown(&self) {
        let (done, confirmed) = oneshot::channel();
        let _ = self.mailbox.send(Message::Shutdown { done }).await;
        let _ = confirmed.await;
    }
}
// ANCHOR_END: handle

// ANCHOR: runner
struct Runner {
    mailbox: mpsc::Receiver<Message>,
    settings: Arc<Settings>,
    key_events: KeyEvents,
    pubsub: PubSub,
    flags: EventFlags,
    /// Only while something is to be published: a store that nobody listens to makes no events.
    events: Option<KeyEventStream>,
}

impl Runner {
    async fn run(mut self) {
        loop {
            tokio::select! {
                message = self.mailbox.recv() => match message {
                    Some(Message::Refresh { done }) => {
                        self.configure(self.settings.event_flags()).await;
                        let _ = done.send(());
                    }
                    Some(Message::Shutdown { done }) => {
                        self.configure(EventFlags::default()).await;
                        let _ = done.send(());
                        return;
                    }
                    None => return,
                },
                Some(event) = next(&mut self.events) => self.publish(&event).await,
            }
        }
    }

    /// What has happened is judged by the flags of then, so the stream is emptied before they change.
    async fn configure(&mut self, flags: EventFlags) {
        // No more than there can have been, or busy writers would keep it here.
        for _ in 0..CAPACITY {
            let Some(event) = self.events.as_mut().and_then(KeyEventStream::try_next) else { break };
            self.publish(&event).await;
        }
        self.flags = flags;
        if !flags.publishes() {
            self.events = None;
        } else if self.events.is_none() {
            self.events = Some(self.key_events.subscribe(CAPACITY));
        }
    }

    async fn publish(&self, event: &KeyEvent) {
        let name = event.kind.name();
        if !self.flags.has(event.kind.class()) {
            return;
        }
        if self.flags.keyspace() {
            let channel = channel("keyspace", &event.key);
            self.pubsub.announce(channel, Bytes::from_static(name.as_bytes())).await;
        }
        if self.flags.keyevent() {
            self.pubsub.announce(channel("keyevent", name.as_bytes()), event.key.clone()).await;
        }
    }
}
// ANCHOR_END: runner

/// The next event; never, while there is no stream, or when it has ended.
async fn next(events: &mut Option<KeyEventStream>) -> Option<KeyEvent> {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}

/// The channel of a kind of notification, in the only database there is.
fn channel(kind: &str, subject: &[u8]) -> Bytes {
    let mut name = BytesMut::with_capacity(kind.len() + subject.len() + 8);
    // Writing to a buffer that grows cannot fail.
    let _ = write!(name, "__{kind}@0__:");
    name.extend_from_slice(subject);
    name.freeze()
}
