//! The actor of one key.

use std::time::Instant;

use kv_core::{Change, Due, Key, StopReason, Store};
use tokio::sync::mpsc;
use tokio::time::timeout_at;

use crate::per_key::registry::{Keys, after_panic};
use crate::shards::mailbox::Mail;

/// The actor of one key: a store of that key, and a mailbox.
pub(crate) struct KeyActor {
    key: Key,
    keys: Keys,
    store: Store,
    mailbox: mpsc::Receiver<Box<Mail>>,
    due: Due,
}

impl KeyActor {
    pub(crate) fn new(key: Key, keys: Keys, mailbox: mpsc::Receiver<Box<Mail>>) -> Self {
        let store = Store::of_one(keys.config());
        Self { key, keys, store, mailbox, due: Due::default() }
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
    /// Serves until its key is gone and no caller is about to send, until all senders are gone, or until it is killed.
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
            let over = match self.next().await {
                Next::Mail(mail) => {
                    if self.keys.kill_order().is_ordered() {
                        return;
                    }
                    if let Some(pause) = mail.pause()
                        && self.keys.kill_order().overtakes(pause.wait()).await
                    {
                        return;
                    }
                    self.handle(*mail);
                    self.store.is_empty()
                }
                Next::Closed => return,
                Next::Look => self.due.look(&mut self.store, self.keys.config(), Instant::now()),
            };
            if over && self.keys.retire(&self.key, &self.mailbox) {
                return;
            }
        }
    }

    /// The next message, or the next look at the key while there is none.
    async fn next(&mut self) -> Next {
        let received = match self.due.next(&self.store, self.keys.config(), Instant::now) {
            None => Ok(self.mailbox.recv().await),
            Some(due) => timeout_at(due.into(), self.mailbox.recv()).await,
        };
        match received {
            Ok(received) => received.map_or(Next::Closed, Next::Mail),
            Err(_) => Next::Look,
        }
    }
    // ANCHOR_END: run

    fn handle(&mut self, mail: Mail) {
        let config = self.keys.config();
        self.due.used(config, Instant::now);
        match mail {
            Mail::Message(message) => message.handle(&mut self.store, config.clock.now()),
            Mail::Stop => self.mailbox.close(),
        }
    }

    /// Ends the actor. The messages that are left are received and dropped, so that their callers get an answer, as in
    /// the `supervise` of a shard.
    pub(crate) async fn end(mut self, reason: StopReason) {
        self.mailbox.close();
        while self.mailbox.recv().await.is_some() {}
        let Self { key, keys, store, .. } = self;
        drop(store);
        keys.announce(&key, Change::Stopped(reason));
    }
}

enum Next {
    Mail(Box<Mail>),
    Closed,
    Look,
}

/// A running actor. A panic drops it, and its supervision decides how it goes on: in a new task, with the same mailbox.
struct Worker(Option<KeyActor>);

impl Drop for Worker {
    fn drop(&mut self) {
        // Without a panic, the runtime is ending, and no task can be spawned.
        if std::thread::panicking()
            && let Some(actor) = self.0.take()
        {
            after_panic(actor);
        }
    }
}
