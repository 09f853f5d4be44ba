//! The registry for a framework that finds no actor of a key by itself: the table of the actors.

use std::time::Instant;

use super::{KeyActors, KeyAddress, KeyRegistry};
use crate::{Config, Key, KvError, Verdict};

/// The actors of keys that a table lists. With it, its implementor is a [`KeyRegistry`].
pub trait ListedActors: Send + Sync + 'static {
    /// The value through which the table reaches an actor.
    type Actor;
    /// The address through which callers reach it.
    type Address: KeyAddress;

    /// The table of the actors.
    ///
    /// # Errors
    /// [`KvError::Stopped`] when the actors have ended without the table's knowledge.
    fn table(&self) -> Result<&KeyActors<Self::Actor>, KvError>;

    /// Spawns the actor of a key. It is called under the table's lock.
    fn spawn(&self, key: Key) -> Self::Actor;

    /// Makes an address. It is called under the table's lock, so that no actor finds itself unused and ends meanwhile.
    fn lease(&self, actor: &Self::Actor) -> Self::Address;

    /// See [`KeyRegistry::runtime`].
    fn runtime(&self) -> Option<&tokio::runtime::Handle> {
        None
    }
}

impl<L: ListedActors> KeyRegistry for L {
    type Address = L::Address;

    // ANCHOR: find
    fn find(&self, key: &Key) -> Result<Option<L::Address>, KvError> {
        let table = self.table()?.open()?;
        Ok(table.actors.get(key).map(|actor| self.lease(actor)))
    }
    // ANCHOR_END: find

    fn find_or_spawn(&self, key: &Key) -> Result<L::Address, KvError> {
        let mut table = self.table()?.open()?;
        if let Some(actor) = table.actors.get(key) {
            return Ok(self.lease(actor));
        }
        // The actor gets a copy of the key, because the caller's key may be a small part of a large buffer.
        let key = Key::copy_from_slice(key);
        let actor = self.spawn(key.clone());
        let lease = self.lease(&actor);
        table.actors.insert(key, actor);
        Ok(lease)
    }

    fn page(&self, cursor: u64, count: usize) -> Result<(u64, Vec<L::Address>), KvError> {
        let table = self.table()?.open()?;
        let (next, actors) = table.actors.page(cursor, count);
        Ok((next, actors.map(|(_, actor)| self.lease(actor)).collect()))
    }

    fn runtime(&self) -> Option<&tokio::runtime::Handle> {
        ListedActors::runtime(self)
    }
}

impl<A, X> KeyActors<A, X> {
    /// Takes an actor out of the table, if no caller can still send to it, which the function tells. An actor whose key
    /// is gone asks for this before it ends. Senders get their leases under the same lock, so a write that comes now finds
    /// no actor, and spawns one.
    ///
    /// A closed table refuses: the order to end is on its way to the actor.
    pub fn retire(&self, key: &Key, alone: impl Fn() -> bool) -> bool {
        // The look before the lock spares most actors that ask in vain the lock.
        if !alone() {
            return false;
        }
        let mut table = self.lock();
        let ends = !table.is_closed() && alone();
        if ends {
            table.actors.remove(key);
        }
        ends
    }

    /// Announces that a key's actor panicked, and decides what becomes of it. The table forgets an actor that is to stop.
    pub fn panicked(&self, key: &Key, config: &Config) -> Verdict {
        let mut table = self.lock();
        let verdict = table.panicked(key, config, Instant::now());
        if let Verdict::Stop(_) = verdict {
            table.actors.remove(key);
        }
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{OnPanic, StopReason};

    const KEY: Key = Key::from_static(b"key");

    fn table() -> KeyActors<u8> {
        let table = KeyActors::default();
        table.lock().actors.insert(KEY, 1);
        table
    }

    #[test]
    fn an_actor_retires_only_alone_and_from_an_open_table() {
        let table = table();
        assert!(!table.retire(&KEY, || false));
        table.lock().close();
        assert!(!table.retire(&KEY, || true));
        assert_eq!(table.lock().actors.get(&KEY), Some(&1));
        let open = self::table();
        assert!(open.retire(&KEY, || true));
        assert_eq!(open.lock().actors.get(&KEY), None);
    }

    #[test]
    fn an_actor_that_is_to_stop_is_forgotten() {
        let config = |on_panic| Config { on_panic, ..Config::default() };
        let table = table();
        assert_eq!(table.panicked(&KEY, &config(OnPanic::Resume)), Verdict::Resume);
        assert_eq!(table.lock().actors.get(&KEY), Some(&1));
        assert_eq!(table.panicked(&KEY, &config(OnPanic::Stop)), Verdict::Stop(StopReason::Panicked));
        assert_eq!(table.lock().actors.get(&KEY), None);
    }
}
