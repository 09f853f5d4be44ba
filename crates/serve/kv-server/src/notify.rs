//! The notifier: the actor that publishes key events, which Redis calls keyspace notifications.

mod flags;
#[cfg(test)]
mod tests;

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kv_core::{KeyEvent, KeyEventKind, KeyEventKinds, KeyEventStream, KeyEvents};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

pub(crate) use self::flags::EventFlags;
use crate::pubsub::PubSub;
use crate::settings::Settings;

/// The number of events that may wait to be published. An event that does not fit is lost, because no store waits for a
/// subscriber; `INFO`, the metrics and the log tell how many were lost. A connection waits until its own commands'
/// events are published, so only a mass expiry or very many clients at once can fill the queue.
const CAPACITY: usize = 256 * 1024;

/// How often the log reports lost events, at most.
const WARN_EVERY: Duration = Duration::from_secs(1);

// ANCHOR: handle
/// The handle of the actor that publishes key events.
///
/// Subscribers can rely on this order: the events of a command are in their queues before the command is answered
/// ([`Notifier::settle`]). So a message that is published after the answer, by any client, comes behind them, and so
/// does a message that the same client sends behind the command in a pipeline. The commands of a transaction are
/// applied as one: their events come first, and then the messages that the transaction publishes. The event of a key
/// that expires comes when the key is removed, which is not bound to any command.
#[derive(Clone, Debug)]
pub(crate) struct Notifier {
    mailbox: mpsc::Sender<Message>,
    /// Whether any events are published.
    publishing: Arc<AtomicBool>,
}

#[derive(Debug)]
enum Message {
    Refresh { done: oneshot::Sender<()> },
    Settle { done: oneshot::Sender<()> },
    Shutdown { done: oneshot::Sender<()> },
}

impl Notifier {
    /// Starts the actor, which publishes nothing before it is asked to [refresh](Notifier::refresh).
    pub(crate) fn start(settings: Arc<Settings>, key_events: KeyEvents, pubsub: PubSub) -> Self {
        let (sender, mailbox) = mpsc::channel(16);
        let publishing = Arc::new(AtomicBool::new(false));
        let runner = Runner {
            mailbox,
            settings,
            key_events,
            pubsub,
            flags: EventFlags::default(),
            events: None,
            publishing: Arc::clone(&publishing),
            missed: 0,
            warned: None,
        };
        tokio::spawn(runner.run());
        Self { mailbox: sender, publishing }
    }

    /// Resolves when every event that was announced before is in the queues of its subscribers. Costs one load if no
    /// events are published.
    pub(crate) async fn settle(&self) {
        if self.publishing.load(Ordering::Relaxed) {
            self.ask(|done| Message::Settle { done }).await;
        }
    }

    /// Makes the notifier follow the present settings. Events from before this resolves are published by the old
    /// settings, events from after it by the new ones: so `CONFIG SET` awaits it before it answers.
    ///
    /// The actor reads the settings itself. If each caller sent what it has read, the older of two could arrive last.
    pub(crate) async fn refresh(&self) {
        self.ask(|done| Message::Refresh { done }).await;
    }

    /// Ends the actor when all earlier events are published. May be called many times.
    pub(crate) async fn shutdown(&self) {
        self.ask(|done| Message::Shutdown { done }).await;
    }

    async fn ask(&self, message: impl FnOnce(oneshot::Sender<()>) -> Message) {
        let (done, confirmed) = oneshot::channel();
        let _ = self.mailbox.send(message(done)).await;
        // Fails only when the actor is gone, and then no events are published at all.
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
    /// The stream of events, only while some are to be published: a store whose events have no stream makes none.
    events: Option<KeyEventStream>,
    publishing: Arc<AtomicBool>,
    /// How many events were lost when the log last reported it.
    missed: u64,
    /// When the log last reported lost events.
    warned: Option<Instant>,
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
                    Some(Message::Settle { done }) => {
                        self.drain().await;
                        let _ = done.send(());
                    }
                    Some(Message::Shutdown { done }) => {
                        self.configure(EventFlags::default()).await;
                        let _ = done.send(());
                        return;
                    }
                    None => return,
                },
                Some(event) = next(&mut self.events) => {
                    self.publish(&event).await;
                    self.warn_of_missed();
                }
            }
        }
    }

    /// Publishes the events that wait, and no more than the queue can hold: busy writers would otherwise keep the actor
    /// here.
    async fn drain(&mut self) {
        for _ in 0..CAPACITY {
            let Some(event) = self.events.as_mut().and_then(KeyEventStream::try_next) else { break };
            self.publish(&event).await;
        }
        self.warn_of_missed();
    }

    /// Changes the flags. Earlier events are judged by the old flags, so the stream is emptied before the change. Later
    /// events are judged in the stores: an event that is not wanted takes no room in the queue.
    async fn configure(&mut self, flags: EventFlags) {
        self.drain().await;
        self.flags = flags;
        let kinds: KeyEventKinds =
            KeyEventKind::ALL.into_iter().filter(|kind| flags.has(kind.class())).collect();
        if !flags.publishes() || kinds.is_empty() {
            self.events = None;
        } else if let Some(events) = &mut self.events {
            events.choose(kinds);
        } else {
            self.events = Some(self.key_events.subscribe_to(kinds, CAPACITY));
        }
        self.publishing.store(self.events.is_some(), Ordering::Relaxed);
    }

    fn warn_of_missed(&mut self) {
        let missed = self.key_events.missed();
        if missed > self.missed && self.warned.is_none_or(|warned| warned.elapsed() >= WARN_EVERY) {
            tracing::warn!(lost = missed - self.missed, "key events came faster than they are published");
            self.missed = missed;
            self.warned = Some(Instant::now());
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

/// The next event; never resolves without a stream, or after its end.
async fn next(events: &mut Option<KeyEventStream>) -> Option<KeyEvent> {
    match events {
        Some(events) => events.next().await,
        None => std::future::pending().await,
    }
}

/// The channel of a kind of notification about this subject, in the only database.
fn channel(kind: &str, subject: &[u8]) -> Bytes {
    let mut name = BytesMut::with_capacity(kind.len() + subject.len() + 8);
    // Writing to a buffer that grows cannot fail.
    let _ = write!(name, "__{kind}@0__:");
    name.extend_from_slice(subject);
    name.freeze()
}
