//! The registry of the actors of keys, and the actor that supervises them.

use std::convert::Infallible;
use std::sync::Arc;

use kv_core::{Config, Key, KeyRegistry, KeySystem, KvError, StartError};
use ractor::{Actor, ActorProcessingErr, ActorRef, SupervisionEvent};
use tokio::runtime::Handle;

use crate::per_key::address::KeyHandle;
use crate::per_key::table::{Life, Table, forget};

/// The registry of the actors of keys: a table behind a lock.
///
/// Rejected: ractor's registry, where actors have names. A name does not tell whether a caller is about to send, and
/// it is free for a successor only when the task of its last owner has come to its end. So the table has to be asked
/// for a lease in any case, and knows the actor. The registry would be a second look-up, of a text that has to be
/// made first: 170 ns beside the table's 50 with 10,000 actors, 800 beside 150 with 100,000. And it takes 80 to 140
/// bytes per actor.
#[derive(Debug)]
pub struct Keys {
    table: Arc<Table>,
    supervisor: ActorRef<Infallible>,
    /// The backend's runtime. Actors are spawned on it, because the first caller that writes a key may run on another
    /// one.
    runtime: Handle,
}

impl KeySystem for Keys {
    const NAME: &'static str = "ractor";

    async fn start(config: Config) -> Result<Self, StartError> {
        let table = Arc::new(Table::new(config));
        let (supervisor, _) = Supervisor::spawn(None, Supervisor(Arc::clone(&table)), ())
            .await
            .map_err(|error| StartError::Failed { backend: Self::NAME, reason: error.to_string() })?;
        Ok(Self { table, supervisor, runtime: Handle::current() })
    }

    async fn shutdown(&self) {
        self.table.close();
        self.table.alive.wait().await;
        // The supervisor is stopped last, because it would end its children with it.
        self.supervisor.stop(None);
        let _ = self.supervisor.wait(None).await;
    }

    async fn kill(&self) {
        // Each command is refused from now on.
        self.table.abandon().into_entries().for_each(|(_, entry)| entry.now.kill());
        self.shutdown().await;
    }
}

// ANCHOR: registry
impl KeyRegistry for Keys {
    type Address = KeyHandle;

    fn find(&self, key: &Key) -> Result<Option<KeyHandle>, KvError> {
        Ok(self.table.living.open()?.actors.get(key).map(|entry| self.table.lease(entry)))
    }

    fn find_or_spawn(&self, key: &Key) -> Result<KeyHandle, KvError> {
        let mut living = self.table.living.open()?;
        if let Some(entry) = living.actors.get(key) {
            return Ok(self.table.lease(entry));
        }
        // The actor gets a copy of the key, because the caller's key may be a small part of a large buffer.
        let key = Key::copy_from_slice(key);
        let life = Arc::new(Life::new(key, &self.table.config, self.table.alive.token()));
        let _on = self.runtime.enter();
        let entry = self.table.spawn(&mut living, &life, self.supervisor.get_cell());
        Ok(self.table.lease(&entry))
    }

    fn page(&self, cursor: u64, count: usize) -> Result<(u64, Vec<KeyHandle>), KvError> {
        let living = self.table.living.open()?;
        let (next, actors) = living.actors.page(cursor, count);
        Ok((next, actors.map(|(_, entry)| self.table.lease(entry)).collect()))
    }
}
// ANCHOR_END: registry

/// The supervisor of the actors of keys, which are its children.
struct Supervisor(Arc<Table>);

impl Actor for Supervisor {
    /// The supervisor gets events of its children, and no messages.
    type Msg = Infallible;
    type State = ();
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Infallible>, (): ()) -> Result<(), ActorProcessingErr> {
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        myself: ActorRef<Infallible>,
        event: SupervisionEvent,
        (): &mut (),
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorFailed(who, _) => self.0.failed(&who, myself.get_cell()),
            SupervisionEvent::ActorTerminated(who, state, _) => {
                // The store is freed before the end is announced.
                drop(state);
                let life = forget(&mut self.0.living.lock(), &who);
                drop(life);
            }
            _ => {}
        }
        Ok(())
    }
}

impl Drop for Supervisor {
    /// Forgets all actors when the supervisor is dropped. Its runtime may have ended before the backend: no actor is
    /// spawned any more, and no caller may wait for one.
    fn drop(&mut self) {
        drop(self.0.abandon());
    }
}
