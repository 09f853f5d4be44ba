//! The table of the actors of keys, behind its lock.

use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::crashes::Crashes;
use crate::{Config, Key, KeyTable, KvError, Verdict};

/// The table of the actors of keys, behind a lock: where a [`KeyRegistry`](crate::KeyRegistry) looks for them.
///
/// `A` is the value through which a backend reaches an actor, and `X` other data that the backend changes under the
/// same lock.
///
/// Rejected: an actor that owns the table. It would cost every command a second round trip, and `try_tell`, which must
/// not wait, could not ask it.
#[derive(Debug)]
pub struct KeyActors<A, X = ()>(Mutex<Living<A, X>>);

/// The data that the lock of [`KeyActors`] guards.
#[derive(Debug)]
pub struct Living<A, X = ()> {
    /// The living actors.
    pub actors: KeyTable<A>,
    /// Other data of the backend.
    pub extra: X,
    crashes: Crashes,
    closed: bool,
}

impl<A, X: Default> Default for KeyActors<A, X> {
    fn default() -> Self {
        Self(Mutex::new(Living {
            actors: KeyTable::default(),
            extra: X::default(),
            crashes: Crashes::default(),
            closed: false,
        }))
    }
}

impl<A, X> KeyActors<A, X> {
    /// Takes the lock.
    pub fn lock(&self) -> MutexGuard<'_, Living<A, X>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the lock for a caller, to find or spawn an actor.
    ///
    /// # Errors
    /// [`KvError::Stopped`] when the table is closed.
    pub fn open(&self) -> Result<MutexGuard<'_, Living<A, X>>, KvError> {
        let living = self.lock();
        if living.closed { Err(KvError::Stopped) } else { Ok(living) }
    }
}

impl<A, X> Living<A, X> {
    /// Whether callers are refused.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Refuses callers from now on.
    pub const fn close(&mut self) {
        self.closed = true;
    }

    /// Refuses callers from now on, and takes all actors out.
    #[must_use]
    pub fn take(&mut self) -> KeyTable<A> {
        self.close();
        mem::take(&mut self.actors)
    }

    /// Announces that a key's actor panicked, and decides what becomes of it. The table keeps the actor, whatever the
    /// verdict.
    pub fn panicked(&mut self, key: &Key, config: &Config, now: Instant) -> Verdict {
        self.crashes.panicked(key, config, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Key = Key::from_static(b"key");

    #[test]
    fn a_closed_table_refuses_callers_and_keeps_its_actors() {
        let table: KeyActors<u8> = KeyActors::default();
        table.open().expect("it is open").actors.insert(KEY, 1);
        table.lock().close();
        assert_eq!(table.open().map(|_| ()), Err(KvError::Stopped));
        assert_eq!(table.lock().actors.get(&KEY), Some(&1));
    }

    #[test]
    fn what_is_taken_is_no_longer_found() {
        let table: KeyActors<u8, Vec<u8>> = KeyActors::default();
        table.open().expect("it is open").actors.insert(KEY, 1);
        assert_eq!(table.lock().take().into_entries().collect::<Vec<_>>(), [(KEY, 1)]);
        assert!(table.lock().is_closed());
        assert!(table.lock().actors.is_empty());
    }
}
