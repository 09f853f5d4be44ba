//! One actor per key: the part of that topology that no framework has to write.

use crate::{Command, Key, KvError, Reply};

mod actors;
mod crashes;
mod due;
mod handle;
mod leases;
mod life;
mod listed;
mod system;

pub use actors::{KeyActors, Living};
pub use due::Due;
pub use handle::PerKeyHandle;
pub use leases::Leases;
pub use life::KeyLife;
pub use listed::ListedActors;
pub use system::KeySystem;

/// The address of one key's actor, good for one command. Its methods mean what those of [`Handle`](crate::Handle) mean.
///
/// The methods take the address by value: a caller that has sent and waits for a reply keeps no address, so an actor
/// whose key is gone can tell that no caller is about to send to it.
pub trait KeyAddress: Send + 'static {
    /// See [`Handle::ask`](crate::Handle::ask).
    ///
    /// # Errors
    /// The errors of [`Handle::ask`](crate::Handle::ask); [`KvError::Stopped`] when this very actor has ended.
    fn ask(self, command: Command) -> impl Future<Output = Result<Reply, KvError>> + Send;
    /// See [`Handle::tell`](crate::Handle::tell).
    ///
    /// # Errors
    /// The errors of [`Handle::tell`](crate::Handle::tell); [`KvError::Stopped`] when this very actor has ended.
    fn tell(self, command: Command) -> impl Future<Output = Result<(), KvError>> + Send;
    /// See [`Handle::try_tell`](crate::Handle::try_tell).
    ///
    /// # Errors
    /// The errors of [`Handle::try_tell`](crate::Handle::try_tell); [`KvError::Stopped`] when this very actor has
    /// ended.
    fn try_tell(self, command: Command) -> Result<(), KvError>;
}

/// Finds the actors of keys and spawns them: all that a framework has to provide for [`PerKeyHandle`] to be a
/// [`Handle`](crate::Handle).
///
/// No method waits, so that [`Handle::try_tell`](crate::Handle::try_tell) can keep its promise not to wait.
pub trait KeyRegistry: Send + Sync + 'static {
    /// The address through which an actor is reached.
    type Address: KeyAddress;

    /// The living actor of a key.
    ///
    /// # Errors
    /// [`KvError::Stopped`] when the backend no longer runs.
    fn find(&self, key: &Key) -> Result<Option<Self::Address>, KvError>;

    /// The living actor of a key; a new one if there is none. However many callers ask at once, one actor is spawned.
    ///
    /// # Errors
    /// [`KvError::Stopped`] when the backend no longer runs.
    fn find_or_spawn(&self, key: &Key) -> Result<Self::Address, KvError>;

    /// A page of living actors, as of [`KeyTable::page`](crate::KeyTable::page).
    ///
    /// # Errors
    /// [`KvError::Stopped`] when the backend no longer runs.
    fn page(&self, cursor: u64, count: usize) -> Result<(u64, Vec<Self::Address>), KvError>;

    /// The runtime that the actors are on, if it may end without the registry's knowledge: with a runtime its tasks are
    /// gone, and actors that still stand in a table refuse for ever.
    fn runtime(&self) -> Option<&tokio::runtime::Handle> {
        None
    }
}
