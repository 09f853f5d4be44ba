//! The table of an actor per key.

use std::collections::HashMap;
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use actix::dev::channel::{AddressReceiver, AddressSender, channel};
use kv_core::{
    ActorId, Bound, Change, Config, Key, KeyRegistry, KeyTable, Kill, KvError, Supervision, Verdict, place,
};
use tokio_util::task::TaskTracker;

use crate::actor::Stop;
use crate::key_actor::KeyActor;
use crate::key_handle::KeyHandle;
use crate::sender::Sender;
use crate::spawner::{Spawn, Spawner};

/// Finds the actor of a key. actix has registries of services, one actor per type, but none by name, so this is ours:
/// a map behind a lock.
///
/// Rejected: an actor that owns the map. It would cost every command a second round trip, and `try_tell`, which must
/// not wait, could not ask it.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    config: Config,
    kill: Arc<Kill>,
    alive: TaskTracker,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    closed: bool,
    /// One per thread that actors live on.
    spawners: Vec<AddressSender<Spawner>>,
    actors: KeyTable<Arc<Entry>>,
    /// Of those that were restarted of late, whether they still live or not: a key that is written anew and crashes
    /// again, over and over, runs into its limit like any other.
    restarted: HashMap<Key, Supervision>,
}

/// A key's actor as others see it.
#[derive(Debug)]
pub(crate) struct Entry {
    key: Key,
    sender: Sender<KeyActor>,
    /// How many may still send: handles that have sent nothing yet, and messages that the actor has not taken yet.
    leases: AtomicUsize,
}

impl Entry {
    pub(crate) const fn sender(&self) -> &Sender<KeyActor> {
        &self.sender
    }

    /// Ends a lease: the actor has taken its message, or there will be none. Returns whether it was the last one. Who
    /// hears that has the actor look whether it is still needed.
    pub(crate) fn end_lease(&self) -> bool {
        self.leases.fetch_sub(1, Ordering::Relaxed) == 1
    }

    fn is_leased(&self) -> bool {
        self.leases.load(Ordering::Relaxed) != 0
    }
}

impl Keys {
    pub(crate) fn new(config: Config) -> Self {
        let (kill, alive) = (Arc::default(), TaskTracker::new());
        Self(Arc::new(Shared { config, kill, alive, table: Mutex::default() }))
    }

    /// A spawner for one more thread, to be run there. Before the first key.
    pub(crate) fn add_spawner(&self) -> (Spawner, AddressReceiver<Spawner>) {
        let (sender, receiver) = channel(0);
        self.table().spawners.push(sender);
        (Spawner::new(WeakKeys(Arc::downgrade(&self.0)), self.0.alive.token()), receiver)
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn kill_order(&self) -> &Arc<Kill> {
        &self.0.kill
    }

    pub(crate) fn announce(&self, entry: &Entry, change: Change) {
        self.0.config.lifecycle.announce(&ActorId::Key(entry.key.clone()), change);
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open_table(&self) -> Result<MutexGuard<'_, Table>, KvError> {
        let table = self.table();
        if table.closed { Err(KvError::Stopped) } else { Ok(table) }
    }

    /// A lease. Given under the table's lock only.
    fn lease(&self, entry: &Arc<Entry>) -> KeyHandle {
        entry.leases.fetch_add(1, Ordering::Relaxed);
        KeyHandle::new(Arc::clone(entry), self.0.config.ask_timeout)
    }

    // ANCHOR: retire
    /// Takes an actor out of the table, if nobody can still send to it: an actor whose key is gone asks this before it
    /// ends. Leases are given under the same lock, so a write that comes now finds no actor, and spawns one.
    ///
    /// When it refuses, there is a lease. Whoever ends the last one has the actor ask again.
    pub(crate) fn retire(&self, entry: &Entry) -> bool {
        // A look before the lock, which most who ask in vain need not take.
        if entry.is_leased() {
            return false;
        }
        let mut table = self.table();
        // When the table is closed, a stop message is on its way, and that ends the actor.
        let ends = !table.closed && !entry.is_leased();
        if ends {
            table.actors.remove(&entry.key);
        }
        ends
    }
    // ANCHOR_END: retire

    /// Decides what becomes of an actor that panicked; for `Stop`, forgets it.
    pub(crate) fn panicked(&self, entry: &Entry) -> Verdict {
        let (mut table, now) = (self.table(), Instant::now());
        let new = || Supervision::new(&self.0.config, ActorId::Key(entry.key.clone()));
        let verdict = table.restarted.entry(entry.key.clone()).or_insert_with(new).panicked(now);
        if let Verdict::Stop(_) = verdict {
            table.actors.remove(&entry.key);
        }
        table.restarted.retain(|_, supervision| !supervision.is_over(now));
        verdict
    }

    /// Refuses whatever comes from now on, and has all actors end after what they have.
    pub(crate) fn close(&self) {
        let (actors, spawners) = {
            let mut table = self.table();
            table.closed = true;
            (mem::take(&mut table.actors), mem::take(&mut table.spawners))
        };
        for spawner in spawners {
            // A message, although a spawner ends when its address is dropped: it looks for that after its mailbox, and
            // what was sent in between would be lost. Fails only if its thread is gone.
            let _ = spawner.do_send(Stop);
        }
        for (_, entry) in actors.page(0, actors.len()).1 {
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

/// The table, for a spawner: it stands in the table, and must not keep it.
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
        let table = self.open_table()?;
        Ok(table.actors.get(key).map(|entry| self.lease(entry)))
    }

    fn find_or_spawn(&self, key: &Key) -> Result<KeyHandle, KvError> {
        let mut table = self.open_table()?;
        if let Some(entry) = table.actors.get(key) {
            return Ok(self.lease(entry));
        }
        let (sender, mailbox) = channel(0);
        let sender = Sender::new(sender, Bound::new(self.0.config.mailbox));
        // The actor's key is a copy of its own: the caller's may be a small part of a large buffer.
        let key = Key::copy_from_slice(key);
        let entry = Arc::new(Entry { key: key.clone(), sender, leases: AtomicUsize::new(0) });
        let actor = KeyActor::new(self.clone(), Arc::clone(&entry));
        // Messages may be sent from now on; they wait in the mailbox until the actor runs. A key has always the same
        // thread, so that its next actor cannot begin before this one has ended.
        let spawner = &table.spawners[place(&key, table.spawners.len())];
        let spawn = Spawn { actor, mailbox, alive: self.0.alive.token() };
        spawner.do_send(spawn).map_err(|_| KvError::Stopped)?;
        let lease = self.lease(&entry);
        table.actors.insert(key, entry);
        Ok(lease)
    }

    fn page(&self, cursor: u64, count: usize) -> Result<(u64, Vec<KeyHandle>), KvError> {
        let table = self.open_table()?;
        let (next, actors) = table.actors.page(cursor, count);
        Ok((next, actors.map(|(_, entry)| self.lease(entry)).collect()))
    }
}
// ANCHOR_END: registry
