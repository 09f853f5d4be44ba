//! One actor per key: how the actors are found, started and forgotten.

use std::fmt;
use std::sync::Arc;

use elfo::Blueprint;
use kv_core::{
    Change, Command, Config, Key, KeyActors, KeyAddress, KeyTable, KvError, ListedActors, PerKeyHandle,
    Reply, StopReason,
};
use tokio::runtime::Handle;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::group::{Actors, Common, Sender};
use crate::per_key::actor::{ApplyTo, keys};
use crate::per_key::lease::{Lease, Name};
use crate::shards::actor::Owned;

/// The table of the actors of keys: it decides when an actor begins and ends. In between, elfo's router finds the
/// actor by its name, and the first message for a name starts the actor.
///
/// The router cannot decide when an actor may end: when its mailbox is empty and no caller is about to send. Nor can
/// its group be listed page by page.
pub struct Table {
    pub(crate) common: Common,
    /// The backend's runtime. Actors are spawned on it, because the first caller that writes a key may run on another
    /// one, or on none.
    pub(crate) runtime: Handle,
    pub(crate) living: KeyActors<Record>,
}

/// The table's entry for an actor.
pub struct Record {
    name: Name,
    /// The token of a living actor. A shutdown waits until all tokens are dropped.
    _living: TaskTrackerToken,
}

impl Actors for Table {
    const PER_KEY: bool = true;
    type Handle = PerKeyHandle<Keys>;

    fn new(config: Config) -> (Arc<Self>, Blueprint) {
        let (runtime, living) = (Handle::current(), KeyActors::default());
        let table = Arc::new(Self { common: Common::new(config), runtime, living });
        (Arc::clone(&table), keys(table))
    }

    fn handle(sender: Sender<Self>) -> Self::Handle {
        let config = sender.actors.common.config.clone();
        PerKeyHandle::new(Keys(Arc::new(sender)), config)
    }

    /// Gives no more leases from now on. A caller that has a lease may still send, and if its message starts an
    /// actor, that actor ends by itself.
    fn stop(&self) {
        let mut living = self.living.lock();
        living.close();
        // The end is noted under the lock: an actor that was found before is told of the end, or sees it when it
        // starts.
        self.common.stop();
    }
}

impl Table {
    // ANCHOR: retire
    /// Takes an actor out of the table, if no caller can still send to it. An actor whose key is gone calls this
    /// before it ends. A write that comes now gets a lease for another actor.
    pub(crate) fn retire(&self, name: &Name) -> bool {
        let mut living = self.living.lock();
        let alone = !name.leases.any();
        if alone {
            self.remove(&mut living.actors, name, StopReason::Asked);
        }
        alone
    }
    // ANCHOR_END: retire

    pub(crate) fn remove(&self, actors: &mut KeyTable<Record>, name: &Name, reason: StopReason) {
        if holds(actors, name) {
            // The end is announced under the lock, or the actor's successor might be announced first.
            self.announce(name, Change::Stopped(reason));
            actors.remove(&name.key);
        }
    }

    /// Takes a name out of the table to which no message was sent in the end. The name had no actor, so no end is
    /// announced.
    pub(crate) fn forget_unborn(&self, name: &Name) {
        let actors = &mut self.living.lock().actors;
        if holds(actors, name) && !name.leases.any() && !name.is_born() {
            actors.remove(&name.key);
        }
    }
}

/// Returns whether an actor is in the table itself, and not only its successor.
fn holds(actors: &KeyTable<Record>, name: &Name) -> bool {
    actors.get(&name.key).is_some_and(|record| record.name == *name)
}

/// The registry of the actors of keys, for one client.
#[derive(Clone, Debug)]
pub struct Keys(Arc<Sender<Table>>);

// ANCHOR: registry
impl ListedActors for Keys {
    type Actor = Record;
    type Address = KeyHandle;

    fn table(&self) -> Result<&KeyActors<Record>, KvError> {
        Ok(&self.0.actors.living)
    }

    fn spawn(&self, key: Key) -> Record {
        let table = &self.0.actors;
        Record { name: Name::new(key, Arc::downgrade(table)), _living: table.common.living.token() }
    }

    fn lease(&self, record: &Record) -> KeyHandle {
        KeyHandle { keys: self.clone(), lease: record.name.lease() }
    }

    fn runtime(&self) -> Option<&Handle> {
        Some(&self.0.actors.runtime)
    }
}
// ANCHOR_END: registry

/// The address of one key's actor, as seen by one client.
pub struct KeyHandle {
    keys: Keys,
    lease: Lease,
}

impl KeyHandle {
    /// Takes the handle apart: the sender, the name of the actor, and the message with the lease.
    fn message(self, command: Command) -> (Arc<Sender<Table>>, Name, ApplyTo) {
        let name = self.lease.name().clone();
        (self.keys.0, name, ApplyTo { lease: self.lease.into(), command: command.into() })
    }
}

impl KeyAddress for KeyHandle {
    async fn ask(self, command: Command) -> Result<Reply, KvError> {
        let (sender, name, message) = self.message(command);
        sender.ask(&name, message).await
    }

    async fn tell(self, command: Command) -> Result<(), KvError> {
        let (sender, name, message) = self.message(command);
        sender.tell(&name, message).await
    }

    fn try_tell(self, command: Command) -> Result<(), KvError> {
        let (sender, name, message) = self.message(command);
        sender.try_tell(&name, message)
    }
}

impl fmt::Debug for KeyHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyHandle").field("key", &self.lease.name().key).finish_non_exhaustive()
    }
}
