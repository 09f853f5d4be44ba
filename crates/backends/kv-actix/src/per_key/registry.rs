//! The table of an actor per key.

use std::sync::Arc;

use actix::Addr;
use kv_core::{
    ActorId, Change, Key, KeyActors, KvError, Leases, ListedActors, PerKeyHandle, Verdict, place,
};

use crate::group::{Actors, Shared};
use crate::per_key::actor::OneKey;
use crate::per_key::address::KeyHandle;
use crate::shards::actor::Owner;
use crate::shards::sender::Sender;
use crate::shards::supervisor::{Judge, Life, run};
use crate::threads::{Spawn, Spawner, Threads};

/// The registry of the actors of keys. actix has registries of services, one actor per type, and none by name, so this
/// one is built on the table of `kv-core`.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    shared: Arc<Shared>,
    spawners: Arc<[Addr<Spawner>]>,
    table: KeyActors<Arc<Entry>>,
}

/// The table's entry for a key's actor, which its addresses share.
#[derive(Debug)]
pub struct Entry {
    pub(crate) key: Key,
    pub(crate) sender: Sender<OneKey>,
    pub(crate) leases: Leases,
}

impl Actors for PerKeyHandle<Keys> {
    const PER_KEY: bool = true;

    async fn start(shared: &Arc<Shared>, threads: &Threads) -> Self {
        let (config, spawners) = (shared.config.clone(), Arc::clone(&threads.spawners));
        let inner = Inner { shared: Arc::clone(shared), spawners, table: KeyActors::default() };
        Self::new(Keys(Arc::new(inner)), config)
    }

    fn close(&self) {
        let actors = self.registry().0.table.lock().take();
        actors.iter().for_each(|(_, entry)| entry.sender.stop());
    }
}

impl Keys {
    // ANCHOR: retire
    /// Takes an actor out of the table, if there is no lease on it. An actor whose key is gone asks for this before it
    /// ends. Leases are given under the table's lock, so a write that comes now finds no actor, and spawns one.
    ///
    /// It refuses while there is a lease. The end of the last lease makes the actor ask again.
    pub(crate) fn retire(&self, entry: &Entry) -> bool {
        self.0.table.retire(&entry.key, || !entry.leases.any())
    }
    // ANCHOR_END: retire
}

/// The judge of one key's actor. The table counts an actor's restarts, and remembers them after its end.
impl Judge for (Keys, Arc<Entry>) {
    fn panicked(&mut self) -> Verdict {
        let Inner { table, shared, .. } = &*self.0.0;
        table.panicked(&self.1.key, &shared.config)
    }

    fn announce(&self, change: Change) {
        let lifecycle = &self.0.0.shared.config.lifecycle;
        lifecycle.announce(&ActorId::Key(self.1.key.clone()), change);
    }
}

// ANCHOR: registry
impl ListedActors for Keys {
    type Actor = Arc<Entry>;
    type Address = KeyHandle;

    fn table(&self) -> Result<&KeyActors<Arc<Entry>>, KvError> {
        // The threads of the spawners end together, and with them all actors. If they end before the backend, the
        // actors still stand in the table.
        if self.0.spawners[0].connected() { Ok(&self.0.table) } else { Err(KvError::Stopped) }
    }

    fn spawn(&self, key: Key) -> Arc<Entry> {
        let Inner { shared, spawners, .. } = &*self.0;
        let (sender, mailbox) = Sender::new(&shared.config);
        let spawner = &spawners[place(&key, spawners.len())];
        let entry = Arc::new(Entry { key, sender, leases: Leases::default() });
        let role = OneKey::new(self.clone(), Arc::clone(&entry));
        let actor = Owner::new(shared, &entry.sender, role);
        let (judge, alive) = ((self.clone(), Arc::clone(&entry)), shared.alive.token());
        // Messages may be sent from now on; they wait in the mailbox until the actor runs. A key always has the same
        // thread, so that its next actor cannot begin before this one has ended.
        spawner.do_send(Spawn(Box::new(move || run(mailbox, actor, Life::begin(judge, alive)))));
        entry
    }

    fn lease(&self, entry: &Arc<Entry>) -> KeyHandle {
        entry.leases.take();
        KeyHandle::new(Arc::clone(entry))
    }
}
// ANCHOR_END: registry
