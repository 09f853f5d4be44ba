//! The table of an actor per key.

use std::mem;
use std::sync::{Arc, Weak};
use std::time::Instant;

use actix::dev::channel::{AddressReceiver, AddressSender, channel};
use kv_core::{
    ActorId, Change, Config, Key, KeyActors, KeyRegistry, KillSwitch, KvError, Leases, MailboxBound, Verdict,
    place,
};
use tokio_util::task::TaskTracker;

use crate::per_key::actor::KeyActor;
use crate::per_key::address::KeyHandle;
use crate::per_key::spawner::{Spawn, Spawner};
use crate::sender::Sender;
use crate::shards::actor::Stop;

/// The registry of the actors of keys. actix has registries of services, one actor per type, and none by name, so this
/// one is built on the table of `kv-core`.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    config: Config,
    kill: Arc<KillSwitch>,
    alive: TaskTracker,
    /// The actors, and besides them one spawner per thread that actors live on.
    table: KeyActors<Arc<Entry>, Vec<AddressSender<Spawner>>>,
}

/// The table's entry for a key's actor, which its addresses share.
#[derive(Debug)]
pub(crate) struct Entry {
    key: Key,
    sender: Sender<KeyActor>,
    leases: Leases,
}

impl Entry {
    pub(crate) const fn sender(&self) -> &Sender<KeyActor> {
        &self.sender
    }

    pub(crate) const fn leases(&self) -> &Leases {
        &self.leases
    }
}

impl Keys {
    pub(crate) fn new(config: Config) -> Self {
        let (kill, alive) = (Arc::default(), TaskTracker::new());
        Self(Arc::new(Shared { config, kill, alive, table: KeyActors::default() }))
    }

    /// Adds a spawner for one more thread, where the caller has to run it. All spawners are added before the first key.
    pub(crate) fn add_spawner(&self) -> (Spawner, AddressReceiver<Spawner>) {
        let (sender, receiver) = channel(0);
        self.0.table.lock().extra.push(sender);
        (Spawner::new(WeakKeys(Arc::downgrade(&self.0)), self.0.alive.token()), receiver)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn kill_order(&self) -> &Arc<KillSwitch> {
        &self.0.kill
    }

    pub(crate) fn announce(&self, entry: &Entry, change: Change) {
        self.0.config.lifecycle.announce(&ActorId::Key(entry.key.clone()), change);
    }

    /// Gives a lease on an actor. It is called only under the table's lock.
    fn lease(&self, entry: &Arc<Entry>) -> KeyHandle {
        entry.leases.take();
        KeyHandle::new(Arc::clone(entry), self.0.config.ask_timeout)
    }

    // ANCHOR: retire
    /// Takes an actor out of the table, if no caller can still send to it. An actor whose key is gone asks for this
    /// before it ends. Leases are given under the same lock, so a write that comes now finds no actor, and spawns one.
    ///
    /// It refuses while there is a lease. The end of the last lease makes the actor ask again.
    pub(crate) fn retire(&self, entry: &Entry) -> bool {
        // This look before the lock spares most actors that ask in vain the lock.
        if entry.leases.any() {
            return false;
        }
        let mut table = self.0.table.lock();
        // When the table is closed, a stop message is on its way, and that ends the actor.
        let ends = !table.is_closed() && !entry.leases.any();
        if ends {
            table.actors.remove(&entry.key);
        }
        ends
    }
    // ANCHOR_END: retire

    /// Decides what becomes of an actor that panicked; for `Stop`, takes it out of the table.
    pub(crate) fn panicked(&self, entry: &Entry) -> Verdict {
        let mut table = self.0.table.lock();
        let verdict = table.panicked(&entry.key, &self.0.config, Instant::now());
        if let Verdict::Stop(_) = verdict {
            table.actors.remove(&entry.key);
        }
        verdict
    }

    /// Refuses all commands from now on. Each actor ends when it has handled the messages in its mailbox.
    pub(crate) fn close(&self) {
        let (actors, spawners) = {
            let mut table = self.0.table.lock();
            (table.take(), mem::take(&mut table.extra))
        };
        for spawner in spawners {
            // A spawner also ends when its address is dropped, but it needs this message: it looks for the address
            // after its mailbox, and what was sent in between would be lost. The send fails only if the spawner's
            // thread is gone.
            let _ = spawner.do_send(Stop);
        }
        for (_, entry) in actors.iter() {
            entry.sender.stop();
        }
        self.0.alive.close();
    }

    pub(crate) async fn shutdown(&self) {
        self.close();
        self.0.alive.wait().await;
    }

    pub(crate) async fn kill(&self) {
        self.0.kill.order();
        self.shutdown().await;
    }
}

/// The table, for a spawner. The reference is weak, because the spawner's address stands in the table, and the spawner
/// must not keep the table.
#[derive(Debug)]
pub(crate) struct WeakKeys(Weak<Shared>);

impl WeakKeys {
    pub(crate) fn close(&self) {
        if let Some(shared) = self.0.upgrade() {
            Keys(shared).close();
        }
    }
}

// ANCHOR: registry
impl KeyRegistry for Keys {
    type Address = KeyHandle;

    fn find(&self, key: &Key) -> Result<Option<KeyHandle>, KvError> {
        let table = self.0.table.open()?;
        Ok(table.actors.get(key).map(|entry| self.lease(entry)))
    }

    fn find_or_spawn(&self, key: &Key) -> Result<KeyHandle, KvError> {
        let mut table = self.0.table.open()?;
        if let Some(entry) = table.actors.get(key) {
            return Ok(self.lease(entry));
        }
        let (sender, mailbox) = channel(0);
        let sender = Sender::new(sender, MailboxBound::new(self.0.config.mailbox));
        // The actor's key is a copy of its own: the caller's may be a small part of a large buffer.
        let key = Key::copy_from_slice(key);
        let entry = Arc::new(Entry { key: key.clone(), sender, leases: Leases::default() });
        let actor = KeyActor::new(self.clone(), Arc::clone(&entry));
        // Messages may be sent from now on; they wait in the mailbox until the actor runs. A key always has the same
        // thread, so that its next actor cannot begin before this one has ended.
        let spawner = &table.extra[place(&key, table.extra.len())];
        let spawn = Spawn { actor, mailbox, alive: self.0.alive.token() };
        spawner.do_send(spawn).map_err(|_| KvError::Stopped)?;
        let lease = self.lease(&entry);
        table.actors.insert(key, entry);
        Ok(lease)
    }

    fn page(&self, cursor: u64, count: usize) -> Result<(u64, Vec<KeyHandle>), KvError> {
        let table = self.0.table.open()?;
        let (next, actors) = table.actors.page(cursor, count);
        Ok((next, actors.map(|(_, entry)| self.lease(entry)).collect()))
    }
}
// ANCHOR_END: registry
