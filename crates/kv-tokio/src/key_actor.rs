//! The actor of one key.

use std::time::Duration;

use kv_core::{Change, Key, StopReason, Store};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use crate::keys::{Keys, Mail, after_panic};
use crate::mailbox::Message;

/// How soon an actor whose key is gone tries again to end, when somebody was about to send to it and then did not.
const RETRY: Duration = Duration::from_millis(10);

/// A store of one key, and a mailbox.
pub(crate) struct KeyActor {
    key: Key,
    keys: Keys,
    store: Store,
    mailbox: mpsc::Receiver<Mail>,
    /// When to look whether the key has expired, if it can.
    sweep: Option<Instant>,
}

impl KeyActor {
    pub(crate) fn new(key: Key, keys: Keys, mailbox: mpsc::Receiver<Mail>) -> Self {
        let store = Store::of_one(keys.config());
        Self { key, keys, store, mailbox, sweep: None }
    }

    pub(crate) const fn key(&self) -> &Key {
        &self.key
    }

    pub(crate) const fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(crate) fn forget(&mut self) {
        self.store = Store::of_one(self.keys.config());
    }

    // ANCHOR: run
    /// Serves until its key is gone and nobody is about to send, until all senders are gone, or until it is killed.
    pub(crate) async fn run(self) {
        let mut worker = Worker(Some(self));
        if let Some(actor) = &mut worker.0 {
            actor.serve().await;
        }
        if let Some(actor) = worker.0.take() {
            actor.end(StopReason::Asked).await;
        }
    }

    async fn serve(&mut self) {
        loop {
            match self.next().await {
                Next::Message(message) => {
                    if self.keys.kill_order().is_ordered() {
                        return;
                    }
                    if let Some(pause) = message.pause()
                        && self.keys.kill_order().overtakes(pause.wait()).await
                    {
                        return;
                    }
                    self.handle(*message);
                }
                Next::Closed => return,
                Next::Tick => {
                    self.sweep = None;
                    self.store.sweep(self.keys.config().clock.now());
                }
                Next::Idle => {
                    // A key that somebody is about to send to is not idle.
                    if self.keys.retire(&self.key) {
                        return;
                    }
                }
            }
            if self.store.is_empty() && self.keys.retire(&self.key) {
                return;
            }
        }
    }

    /// The next message, or what happens while there is none. There is no timer but where one is needed: a timer for
    /// each of a million keys is a million timers.
    async fn next(&mut self) -> Next {
        let config = self.keys.config();
        let retry = self.store.is_empty().then_some(RETRY).map(|retry| Instant::now() + retry);
        let sweep = match config.sweep_interval {
            // Kept over the messages that come meanwhile, or one that is asked often would never sweep.
            Some(period) if self.store.next_deadline().is_some() => {
                Some(*self.sweep.get_or_insert_with(|| Instant::now() + period))
            }
            _ => None,
        };
        let idle = config.idle_timeout.map(|limit| Instant::now() + limit);
        let tick = [retry, sweep].into_iter().flatten().min();
        let Some(limit) = [tick, idle].into_iter().flatten().min() else {
            return self.mailbox.recv().await.map_or(Next::Closed, Next::Message);
        };
        match timeout_at(limit, self.mailbox.recv()).await {
            Ok(received) => received.map_or(Next::Closed, Next::Message),
            Err(_) if tick == Some(limit) => Next::Tick,
            Err(_) => Next::Idle,
        }
    }
    // ANCHOR_END: run

    fn handle(&mut self, message: Message) {
        let now = self.keys.config().clock.now();
        match message {
            Message::Ask { command, reply } => {
                let _ = reply.send(self.store.apply(command, now));
            }
            Message::Tell { command } => {
                let _ = self.store.apply(command, now);
            }
            Message::Stop => self.mailbox.close(),
        }
    }

    /// Answers whoever is left: see the shards' `supervise`.
    pub(crate) async fn end(mut self, reason: StopReason) {
        self.mailbox.close();
        while self.mailbox.recv().await.is_some() {}
        let Self { key, keys, store, .. } = self;
        drop(store);
        keys.announce(&key, Change::Stopped(reason));
    }
}

enum Next {
    Message(Mail),
    Closed,
    Tick,
    Idle,
}

/// An actor at work. A panic drops it, and it goes on as its supervision decides: in a new task, with the same mailbox.
struct Worker(Option<KeyActor>);

impl Drop for Worker {
    fn drop(&mut self) {
        // Else the runtime ends, and nothing can be spawned.
        if std::thread::panicking()
            && let Some(actor) = self.0.take()
        {
            after_panic(actor);
        }
    }
}
