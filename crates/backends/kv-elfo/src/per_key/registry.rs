//! One actor per key: how the actors are found, started and forgotten.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Instant;

use elfo::Addr;
use elfo::errors::TrySendError;
use kv_core::{
    ActorId, Change, Command, Config, Key, KeyActors, KeyAddress, KeyRegistry, KeyTable, KvError, Reply,
    StopReason, Verdict,
};
use tokio::runtime::{EnterGuard, Handle};
use tokio::time::timeout;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::client::Client;
use crate::per_key::actor::ApplyTo;
use crate::per_key::lease::{Lease, Name};
use crate::shards::address::{sending, unanswered};
use crate::shards::supervisor::Common;

/// The table of the actors of keys: it decides when an actor begins and ends. In between, elfo's router finds the
/// actor by its name, and the first message for a name starts the actor.
///
/// The router cannot decide when an actor may end: when its mailbox is empty and no caller is about to send. Nor can
/// its group be listed page by page.
pub(crate) struct Table {
    pub(crate) common: Common,
    /// The backend's runtime. Actors are spawned on it, because the first caller that writes a key may run on another
    /// one, or on none.
    runtime: Handle,
    living: KeyActors<Record>,
}

struct Record {
    name: Name,
    /// The token of a living actor. A shutdown waits until all tokens are dropped.
    _living: TaskTrackerToken,
}

impl Table {
    pub(crate) fn new(config: Config) -> Self {
        Self { common: Common::new(config), runtime: Handle::current(), living: KeyActors::default() }
    }

    /// Gives no more leases from now on. A caller that has a lease may still send, and if its message starts an
    /// actor, that actor ends by itself.
    pub(crate) fn stop(&self) {
        let mut living = self.living.lock();
        living.close();
        // The end is noted under the lock: an actor that was found before is told of the end, or sees it when it
        // starts.
        self.common.stop();
    }

    pub(crate) fn announce(&self, name: &Name, change: Change) {
        self.common.config.lifecycle.announce(&ActorId::Key(name.key.clone()), change);
    }

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

    /// Takes an actor out of the table that has ended without `retire`. Does nothing for an actor that `retire` has
    /// taken out.
    pub(crate) fn end(&self, name: &Name, reason: StopReason) {
        self.remove(&mut self.living.lock().actors, name, reason);
    }

    fn remove(&self, actors: &mut KeyTable<Record>, name: &Name, reason: StopReason) {
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

    /// Decides what becomes of an actor that panicked.
    pub(crate) fn panicked(&self, key: &Key) -> Verdict {
        self.living.lock().panicked(key, &self.common.config, Instant::now())
    }

    /// Enters the backend's runtime, if this message may start its actor: elfo spawns on the current runtime.
    fn enter(&self, name: &Name) -> Option<EnterGuard<'_>> {
        (!name.is_born()).then(|| self.runtime.enter())
    }
}

/// Returns whether an actor is in the table itself, and not only its successor.
fn holds(actors: &KeyTable<Record>, name: &Name) -> bool {
    actors.get(&name.key).is_some_and(|record| record.name == *name)
}

/// The registry of the actors of keys, for one client.
#[derive(Clone)]
pub struct Keys(Arc<View>);

struct View {
    client: Arc<Client>,
    group: Addr,
    table: Arc<Table>,
}

impl Keys {
    pub(crate) fn new(client: &Arc<Client>, group: Addr, table: &Arc<Table>) -> Self {
        Self(Arc::new(View { client: Arc::clone(client), group, table: Arc::clone(table) }))
    }

    fn address(&self, name: &Name) -> KeyHandle {
        KeyHandle { keys: self.clone(), lease: name.lease() }
    }
}

// ANCHOR: registry
impl KeyRegistry for Keys {
    type Address = KeyHandle;

    fn find(&self, key: &Key) -> Result<Option<KeyHandle>, KvError> {
        let living = self.0.table.living.open()?;
        Ok(living.actors.get(key).map(|record| self.address(&record.name)))
    }

    fn find_or_spawn(&self, key: &Key) -> Result<KeyHandle, KvError> {
        let table = &self.0.table;
        let mut living = table.living.open()?;
        if let Some(record) = living.actors.get(key) {
            return Ok(self.address(&record.name));
        }
        // The actor gets a copy of the key, because the caller's key may be a small part of a large buffer.
        let key = Key::copy_from_slice(key);
        let name = Name::new(key.clone(), Arc::downgrade(table));
        let address = self.address(&name);
        living.actors.insert(key, Record { name, _living: table.common.token() });
        Ok(address)
    }

    fn page(&self, cursor: u64, count: usize) -> Result<(u64, Vec<KeyHandle>), KvError> {
        let living = self.0.table.living.open()?;
        let (next, actors) = living.actors.page(cursor, count);
        Ok((next, actors.map(|(_, record)| self.address(&record.name)).collect()))
    }

    fn runtime(&self) -> Option<&Handle> {
        Some(&self.0.table.runtime)
    }
}
// ANCHOR_END: registry

/// The address of one key's actor, as seen by one client.
pub struct KeyHandle {
    keys: Keys,
    lease: Lease,
}

impl KeyHandle {
    /// Takes the handle apart: the registry, the name of the actor, and the message with the lease.
    fn message(self, command: Command) -> (Keys, Name, ApplyTo) {
        let name = self.lease.name().clone();
        (self.keys, name, ApplyTo { lease: self.lease.into(), command: command.into() })
    }
}

impl View {
    /// Polls a future that sends a message, within the actor's gate and, if the actor is still to be started, on the
    /// backend's runtime.
    async fn sending<F: Future>(&self, name: &Name, send: Pin<&mut F>) -> Option<F::Output> {
        let mut send = pin!(sending(&name.gate, send));
        poll_fn(|context| {
            let _runtime = self.table.enter(name);
            send.as_mut().poll(context)
        })
        .await
    }
}

impl KeyAddress for KeyHandle {
    async fn ask(self, command: Command) -> Result<Reply, KvError> {
        let (keys, name, message) = self.message(command);
        let View { client, group, table } = &*keys.0;
        let request = pin!(client.scope().within(client.context.request_to(*group, message).resolve()));
        let sending = keys.0.sending(&name, request);
        let outcome = match table.common.config.ask_timeout {
            None => sending.await,
            Some(limit) => timeout(limit, sending).await.map_err(|_| KvError::TimedOut)?,
        };
        Ok(outcome.ok_or(KvError::Stopped)?.map_err(unanswered)?.into_inner()?)
    }

    async fn tell(self, command: Command) -> Result<(), KvError> {
        let (keys, name, message) = self.message(command);
        let View { client, group, .. } = &*keys.0;
        let send = pin!(client.scope().within(client.context.send_to(*group, message)));
        match keys.0.sending(&name, send).await {
            Some(Ok(())) => Ok(()),
            Some(Err(_)) | None => Err(KvError::Stopped),
        }
    }

    fn try_tell(self, command: Command) -> Result<(), KvError> {
        let (keys, name, message) = self.message(command);
        let View { client, group, table } = &*keys.0;
        let Some(_guard) = name.gate.enter() else { return Err(KvError::Stopped) };
        let _runtime = table.enter(&name);
        let send = || client.context.try_send_to(*group, message);
        client.scope().sync_within(send).map_err(|error| match error {
            TrySendError::Full(_) => KvError::Overloaded,
            TrySendError::Closed(_) => KvError::Stopped,
        })
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").finish_non_exhaustive()
    }
}

impl fmt::Debug for KeyHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyHandle").field("key", &self.lease.name().key).finish_non_exhaustive()
    }
}
