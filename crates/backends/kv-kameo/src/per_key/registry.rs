//! The registry of the actors of keys, and their addresses.

use std::sync::Arc;
use std::time::Instant;

use kameo::actor::{ActorRef, Spawn, WeakActorRef};
use kameo::mailbox::Signal;
use kv_core::{
    Command, Config, Key, KeyActors, KeyAddress, KeyLife, KeyRegistry, KeySystem, KillSwitch, KvError, Reply,
    ShardAddress, StartError, Verdict,
};
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::first::mailbox_of;
use crate::per_key::actor::KeyActor;
use crate::shards::address::Address;

/// The registry of the actors of keys. When the last reference to it is dropped, the actors end, as kameo's actors do
/// with their own last reference.
///
/// Rejected: kameo's registry. It costs a formatted name for each command, and each end of a registered or
/// unregistered actor looks through all names in it: to delete 40,000 keys took 38 s.
#[derive(Debug)]
pub struct Keys(Arc<Shared>);

/// The state that the registry and the actors share.
#[derive(Debug)]
pub struct Shared {
    pub(crate) config: Config,
    /// The backend's runtime. Actors are spawned on it, because the first caller that writes a key may run on another
    /// one.
    runtime: Handle,
    /// The tracker of the actors whose state is not freed yet.
    actors: TaskTracker,
    /// The mark by which actors are killed. kameo's `kill` would drop mailboxes while a sender is half way in (see
    /// `Supervisor::next`).
    pub(crate) kill: KillSwitch,
    /// The table of the actors. Beside it are the actors that a shutdown waits for: the table does not find these any
    /// more, and a kill must still find them.
    table: KeyActors<ActorRef<KeyActor>, Vec<WeakActorRef<KeyActor>>>,
}

impl KeySystem for Keys {
    const NAME: &'static str = "kameo";

    async fn start(config: Config) -> Result<Self, StartError> {
        let (runtime, actors, kill) = (Handle::current(), TaskTracker::new(), KillSwitch::default());
        Ok(Self(Arc::new(Shared { config, runtime, actors, kill, table: KeyActors::default() })))
    }

    async fn shutdown(&self) {
        self.close();
        self.0.actors.wait().await;
        self.0.table.lock().extra = Vec::new();
    }

    async fn kill(&self) {
        // The table is closed before the kill is ordered: an actor that sees the order ends and is no longer found,
        // and its key must not seem missing.
        self.close();
        self.0.kill.order();
        for actor in self.0.table.lock().extra.iter().filter_map(WeakActorRef::upgrade) {
            // The signal wakes an actor that waits for a message. A mailbox without room belongs to an actor that has
            // something to do.
            let _ = actor.mailbox_sender().try_send(Signal::Stop);
        }
        self.shutdown().await;
    }
}

impl Keys {
    /// Refuses every command from now on. The table holds the last reference to an actor that no caller is sending
    /// to. Without this reference the actor ends when it has done what is in its mailbox, because each queued message
    /// holds a reference, too.
    ///
    /// Rejected: `stop_gracefully`, whose signal waits for room in each of the mailboxes.
    fn close(&self) {
        let mut table = self.0.table.lock();
        let actors = table.take();
        table.extra.extend(actors.iter().map(|(_, actor)| actor.downgrade()));
        drop(table);
        self.0.actors.close();
        // The references are dropped after the lock is released: an actor that ends may take the lock.
        drop(actors);
    }

    fn address(&self, actor: &ActorRef<KeyActor>) -> KeyHandle {
        Address { actor: actor.clone(), ask_timeout: self.0.config.ask_timeout, _keeps: () }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.close();
    }
}

// ANCHOR: registry
impl KeyRegistry for Keys {
    type Address = KeyHandle;

    fn find(&self, key: &Key) -> Result<Option<KeyHandle>, KvError> {
        Ok(self.0.table.open()?.actors.get(key).map(|actor| self.address(actor)))
    }

    fn find_or_spawn(&self, key: &Key) -> Result<KeyHandle, KvError> {
        let mut table = self.0.table.open()?;
        if let Some(actor) = table.actors.get(key) {
            return Ok(self.address(actor));
        }
        // The actor gets a copy of the key, because the caller's key may be a small part of a large buffer.
        let key = Key::copy_from_slice(key);
        let prepared = KeyActor::prepare_with_mailbox(mailbox_of(self.0.config.mailbox));
        let actor = prepared.actor_ref().clone();
        table.actors.insert(key.clone(), actor.clone());
        let life = KeyLife::new(key, &self.0.config, self.0.actors.token());
        drop(table);
        // A caller that finds the actor before it runs can send already. The actor is spawned after the lock is
        // released: a runtime that is about to end drops the task that it is to spawn, and an actor that is dropped
        // may take the lock.
        let _on = self.0.runtime.enter();
        prepared.spawn((Arc::clone(&self.0), life));
        Ok(self.address(&actor))
    }

    fn page(&self, cursor: u64, count: usize) -> Result<(u64, Vec<KeyHandle>), KvError> {
        let table = self.0.table.open()?;
        let (next, actors) = table.actors.page(cursor, count);
        Ok((next, actors.map(|(_, actor)| self.address(actor)).collect()))
    }

    fn runtime(&self) -> Option<&Handle> {
        Some(&self.0.runtime)
    }
}
// ANCHOR_END: registry

impl Shared {
    // ANCHOR: retire
    /// Takes an actor out of the table, if no caller can still send to it. An actor whose key is gone calls this
    /// before it ends. A caller that sends holds a reference to the actor, and so does every message in its mailbox.
    /// New references are made from the table's, under its lock. So when the table's reference is the last, a write
    /// that comes now finds no actor, and spawns one.
    pub(crate) fn retire(&self, key: &Key, actor: &WeakActorRef<KeyActor>) -> bool {
        if actor.strong_count() > 1 {
            return false;
        }
        let mut table = self.table.lock();
        // After the table is closed, a last reference belongs to a sender.
        let alone = actor.strong_count() == 1 && !table.is_closed();
        if alone {
            table.actors.remove(key);
        }
        alone
    }
    // ANCHOR_END: retire

    /// Decides what becomes of an actor that panicked. Under `Stop`, the table forgets the actor.
    pub(crate) fn panicked(&self, key: &Key) -> Verdict {
        let mut table = self.table.lock();
        let verdict = table.panicked(key, &self.config, Instant::now());
        if let Verdict::Stop(_) = verdict {
            table.actors.remove(key);
        }
        verdict
    }
}

/// The address of one key's actor.
pub type KeyHandle = Address<KeyActor>;

impl KeyAddress for KeyHandle {
    // The request is sent by `send`. With `enqueue` the reference could be dropped before the wait, as `KeyAddress`
    // requires. But kameo's `enqueue` panics when the actor is gone: the error that it makes of the returned message
    // is of the wrong type. `KeyActor::next` copes with references that are held a little longer.
    async fn ask(self, command: Command) -> Result<Reply, KvError> {
        ShardAddress::ask(&self, command).await
    }

    async fn tell(self, command: Command) -> Result<(), KvError> {
        ShardAddress::tell(&self, command).await
    }

    fn try_tell(self, command: Command) -> Result<(), KvError> {
        ShardAddress::try_tell(&self, command)
    }
}
