//! The table of an actor per key.

use std::sync::Arc;
use std::time::Duration;

use kv_core::{
    ActorId, Change, Command, Config, Key, KeyActors, KeyAddress, KeySystem, KillSwitch, KvError,
    ListedActors, Mailbox, Reply, StartError, Verdict,
};
use tokio::runtime::Handle;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::first::{Message, refused};
use crate::per_key::actor::KeyActor;
use crate::shards::mailbox::Mail;

/// The actor of one key as the table lists it: the sending end of its mailbox. The messages are in boxes, because tokio's
/// channel allocates room for 32 messages at once, and here each key has a channel.
#[derive(Debug)]
pub struct Listed(mpsc::Sender<Box<Mail>>);

/// The registry of the actors of keys. tokio has no registry, so this one is built on the table of `kv-core`.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    config: Config,
    kill: KillSwitch,
    tasks: TaskTracker,
    /// The backend's runtime: the caller that writes a key first may run on another one.
    runtime: Handle,
    table: KeyActors<Listed>,
}

impl KeySystem for Keys {
    const NAME: &'static str = "tokio";

    async fn start(config: Config) -> Result<Self, StartError> {
        let (kill, tasks, runtime) = (KillSwitch::default(), TaskTracker::new(), Handle::current());
        Ok(Self(Arc::new(Shared { config, kill, tasks, runtime, table: KeyActors::default() })))
    }

    async fn shutdown(&self) {
        let actors = self.0.table.lock().take();
        for (_, Listed(mailbox)) in actors.into_entries() {
            // The stop message is needed, because it is not enough to drop the sender: a caller that waits for room has
            // one as well, and keeps it while its future is not polled.
            if let Err(TrySendError::Full(stop)) = mailbox.try_send(Box::new(Mail::Stop)) {
                self.run(async move { drop(mailbox.send(stop).await) });
            }
        }
        self.0.tasks.close();
        self.0.tasks.wait().await;
    }

    async fn kill(&self) {
        self.0.kill.order();
        self.shutdown().await;
    }
}

impl Keys {
    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn kill_order(&self) -> &KillSwitch {
        &self.0.kill
    }

    pub(crate) fn announce(&self, key: &Key, change: Change) {
        self.0.config.lifecycle.announce(&ActorId::Key(key.clone()), change);
    }

    // ANCHOR: retire
    /// Takes an actor out of the table, if no caller can still send to it: when its mailbox is empty, and the table holds the
    /// only sender that is left. New senders are made from that one under the table's lock, so a write that comes now finds no
    /// actor, and spawns one.
    pub(crate) fn retire(&self, key: &Key, mailbox: &mpsc::Receiver<Box<Mail>>) -> bool {
        self.0.table.retire(key, || mailbox.sender_strong_count() == 1 && mailbox.is_empty())
    }
    // ANCHOR_END: retire

    /// Runs an actor, or the end of one, in a task of its own.
    pub(crate) fn run(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.tasks.spawn_on(task, &self.0.runtime);
    }
}

// ANCHOR: registry
impl ListedActors for Keys {
    type Actor = Listed;
    type Address = KeyHandle;

    fn table(&self) -> Result<&KeyActors<Listed>, KvError> {
        Ok(&self.0.table)
    }

    fn spawn(&self, key: Key) -> Listed {
        let (sender, receiver) = mpsc::channel(match self.0.config.mailbox {
            Mailbox::Bounded(capacity) => capacity.min(Semaphore::MAX_PERMITS),
            // This is more than memory holds.
            Mailbox::Unbounded => Semaphore::MAX_PERMITS,
        });
        self.announce(&key, Change::Started);
        self.run(KeyActor::new(key, self.clone(), receiver).run());
        Listed(sender)
    }

    fn lease(&self, Listed(mailbox): &Listed) -> KeyHandle {
        KeyHandle { mailbox: mailbox.clone(), ask_timeout: self.0.config.ask_timeout }
    }

    fn runtime(&self) -> Option<&Handle> {
        Some(&self.0.runtime)
    }
}
// ANCHOR_END: registry

/// The address of one key's actor.
#[derive(Debug)]
pub struct KeyHandle {
    mailbox: mpsc::Sender<Box<Mail>>,
    ask_timeout: Option<Duration>,
}

impl KeyAddress for KeyHandle {
    async fn ask(self, command: Command) -> Result<Reply, KvError> {
        let (reply, answer) = oneshot::channel();
        let place = self.mailbox.reserve();
        let place = match self.ask_timeout {
            None => place.await,
            // Without a place no message was sent, so the effect is known: the command was not applied.
            Some(limit) => timeout(limit, place).await.map_err(|_| KvError::Overloaded)?,
        };
        place.map_err(|_| KvError::Stopped)?.send(Box::new(Mail::Message(Message::Ask(command, reply))));
        // The sender is dropped before the wait for the reply: see `KeyAddress`.
        drop(self.mailbox);
        let answer = match self.ask_timeout {
            None => answer.await,
            Some(limit) => timeout(limit, answer).await.map_err(|_| KvError::TimedOut)?,
        };
        Ok(answer.map_err(|_| KvError::ReplyLost)??)
    }

    async fn tell(self, command: Command) -> Result<(), KvError> {
        let permit = self.mailbox.reserve().await.map_err(|_| KvError::Stopped)?;
        permit.send(Box::new(Mail::Message(Message::Tell(command))));
        Ok(())
    }

    fn try_tell(self, command: Command) -> Result<(), KvError> {
        self.mailbox.try_send(Box::new(Mail::Message(Message::Tell(command)))).map_err(refused)
    }
}

/// Carries out what the table decides, for an actor that is being dropped by its own panic.
pub(crate) fn after_panic(mut actor: KeyActor) {
    let keys = actor.keys().clone();
    match keys.0.table.panicked(actor.key(), keys.config()) {
        Verdict::Resume => keys.run(actor.run()),
        Verdict::Restart => {
            actor.forget();
            keys.announce(actor.key(), Change::Restarted);
            keys.run(actor.run());
        }
        Verdict::Stop(reason) => keys.run(actor.end(reason)),
    }
}
