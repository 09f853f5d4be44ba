//! The table of an actor per key.

use std::sync::Arc;

use actix::Addr;
use kv_core::{
    ActorId, Command, Key, KeyActors, KeyAddress, KvError, Leases, ListedActors, PerKeyHandle, Reply, place,
};

use crate::group::{Actors, Shared};
use crate::per_key::actor::{Look, OneKey};
use crate::shards::actor::Owner;
use crate::shards::sender::Sender;
use crate::shards::supervisor::run;
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
        let (id, alive) = (ActorId::Key(entry.key.clone()), shared.alive.token());
        // The table counts an actor's restarts, and remembers them after its end.
        let (keys, of_actor) = (self.clone(), Arc::clone(&entry));
        let panicked = move || keys.0.table.panicked(&of_actor.key, &keys.0.shared.config);
        // Messages may be sent from now on; they wait in the mailbox until the actor runs. A key always has the same
        // thread, so that its next actor cannot begin before this one has ended.
        spawner.do_send(Spawn(Box::new(move || run(mailbox, actor, id, panicked, alive))));
        entry
    }

    fn lease(&self, entry: &Arc<Entry>) -> KeyHandle {
        entry.leases.take();
        KeyHandle { entry: Arc::clone(entry), sent: false }
    }
}
// ANCHOR_END: registry

// ANCHOR: lease
/// The address of one key's actor: a lease on it. A lease keeps the actor from ending until the actor has taken the
/// command that was sent, or until the address is dropped unused.
#[derive(Debug)]
pub struct KeyHandle {
    entry: Arc<Entry>,
    sent: bool,
}

impl Drop for KeyHandle {
    fn drop(&mut self) {
        // Only the end of the last lease sends a message. With a message for each unused lease, callers that a full
        // mailbox refuses would fill it further.
        if !self.sent && self.entry.leases.end() {
            self.entry.sender.notify(Look);
        }
    }
}
// ANCHOR_END: lease

impl KeyAddress for KeyHandle {
    async fn ask(mut self, command: Command) -> Result<Reply, KvError> {
        // The lease passes to the message before the wait: a caller that only waits for a reply does not keep the
        // actor.
        self.entry.sender.ask_and(command, || self.sent = true).await
    }

    async fn tell(mut self, command: Command) -> Result<(), KvError> {
        self.entry
            .sender
            .post(command, self.entry.sender.bound.acquire().await)
            .inspect(|()| self.sent = true)
    }

    fn try_tell(mut self, command: Command) -> Result<(), KvError> {
        self.entry.sender.post(command, self.entry.sender.bound.try_acquire()).inspect(|()| self.sent = true)
    }
}
