//! The store as an [elfo](https://docs.rs/elfo/0.2.0-alpha.21) actor group.
//!
//! elfo is made for whole nodes: a *topology* of actor *groups*, each with a *router* that finds an actor by its
//! key. An actor is an async function that owns a context and calls `recv` on it. `first.rs` is the store as
//! elfo's documentation would write it. `shards/` adds the whole contract: `actor.rs` has the group of shards, `address.rs`
//! what callers send through. `per_key/` has the group of an actor per key. `client.rs` has the group of the clients that
//! send, `system.rs` a node that runs inside another program.
//!
//! ```
//! use kv_core::{Backend, Config, Kv};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = kv_elfo::Elfo::start(Config::default()).await?;
//! let kv = Kv::new(backend.handle());
//! kv.set("foo", "bar").await?;
//! assert_eq!(kv.get("foo").await?, Some("bar".into()));
//! backend.shutdown().await;
//! # Ok(()) }
//! ```

mod client;
mod first;
mod keeper;
mod per_key;
mod shards;
mod system;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use elfo::Addr;
use kv_core::{AnyHandle, Backend, Config, KvError, PerKeyHandle, ShardedHandle, StartError, Topology};

use crate::client::Client;
pub use crate::first::First;
use crate::keeper::Keeper;
use crate::per_key::registry::Table;
pub use crate::per_key::registry::{KeyHandle, Keys};
use crate::shards::actor::Stop;
pub use crate::shards::address::ShardHandle;
use crate::shards::supervisor::{Common, Shared};
use crate::system::Node;

/// The store as a group of elfo actors, one per shard or one per key.
pub struct Elfo {
    running: Running,
    handle: AnyHandle<ShardHandle, Keys>,
    /// The client of [`Backend::handle`], whose context is the node's own.
    gateway: Arc<Client>,
    actors: Addr,
    clients: Addr,
    next_client: AtomicU64,
    keeper: Keeper,
}

#[derive(Clone)]
enum Running {
    Shards(Arc<Shared>),
    Keys(Arc<Table>),
}

impl Backend for Elfo {
    const NAME: &'static str = "elfo";
    const FRAMEWORK: Option<&'static str> = Some("elfo");
    const PER_KEY: bool = true;

    type Handle = AnyHandle<ShardHandle, Keys>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        let mailbox = config.mailbox;
        let (running, group) = if config.topology == Topology::PerKey {
            let table = Arc::new(Table::new(config));
            (Running::Keys(Arc::clone(&table)), per_key::actor::keys(table))
        } else {
            let shared = Arc::new(Shared::new(config));
            (Running::Shards(Arc::clone(&shared)), shards::actor::shards(shared))
        };
        let Node { context, scope, actors, clients } = system::start(group, client::clients(), mailbox)
            .await
            .map_err(|reason| StartError::Failed { backend: Self::NAME, reason })?;
        let gateway = Arc::new(Client::new(context, scope));
        let handle = running.handle(&gateway, actors);
        let kept = running.clone();
        let keeper = Keeper::new(move || kept.stop());
        Ok(Self { running, handle, gateway, actors, clients, next_client: AtomicU64::new(0), keeper })
    }

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    // ANCHOR: client
    async fn client(&self) -> Result<Self::Handle, KvError> {
        if self.running.common().is_stopping() {
            return Err(KvError::Stopped);
        }
        let id = self.next_client.fetch_add(1, Ordering::Relaxed);
        let client = Arc::new(self.gateway.open(self.clients, id).await.ok_or(KvError::Stopped)?);
        Ok(self.running.handle(&client, self.actors))
    }
    // ANCHOR_END: client

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        self.stop();
        self.running.common().gone().await;
        // elfo frees the actors' mailboxes, so the shutdown also waits until elfo has finished with the actors.
        self.keeper.end_after(self.gateway.context.finished(self.actors)).await;
    }

    async fn kill(&self) {
        self.order_kill();
        // The shutdown's message wakes the actors that wait for a message; all others see the kill order before it.
        self.shutdown().await;
    }
    // ANCHOR_END: shutdown
}

impl Running {
    fn common(&self) -> &Common {
        match self {
            Self::Shards(shared) => &shared.common,
            Self::Keys(table) => &table.common,
        }
    }

    /// Notes that all actors are to end.
    fn stop(&self) {
        match self {
            Self::Shards(shared) => shared.common.stop(),
            Self::Keys(table) => table.stop(),
        }
    }

    /// Returns a handle for one client.
    fn handle(&self, client: &Arc<Client>, actors: Addr) -> AnyHandle<ShardHandle, Keys> {
        match self {
            Self::Shards(shared) => {
                AnyHandle::Shards(ShardedHandle::new(ShardHandle::all(client, actors, shared)))
            }
            Self::Keys(table) => AnyHandle::Keys(PerKeyHandle::new(
                Keys::new(client, actors, table),
                table.common.config.clone(),
            )),
        }
    }
}

impl Elfo {
    /// Has all actors end before their queued messages are handled.
    fn order_kill(&self) {
        // `stop` comes first: an actor that sees the kill order ends and leaves the table, and its key must not seem
        // missing.
        self.running.stop();
        self.running.common().kill.order();
    }

    /// Asks all actors to end.
    fn stop(&self) {
        self.running.stop();
        // The message goes past the bound, or it would wait for room behind others. The send fails only if there is
        // no actor at the moment.
        let stop = || self.gateway.context.unbounded_send_to(self.actors, Stop);
        let _ = self.gateway.scope().sync_within(stop);
    }
}

impl Drop for Elfo {
    /// Kills a backend that is dropped: it could not be stopped any more, and elfo's actors do not end by themselves
    /// when their last address is dropped.
    fn drop(&mut self) {
        self.order_kill();
        self.stop();
    }
}

impl fmt::Debug for Elfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elfo").field("handle", &self.handle).finish_non_exhaustive()
    }
}
