//! The store as an [elfo](https://docs.rs/elfo/0.2.0-alpha.21) actor group.
//!
//! elfo is made for whole nodes: a *topology* of actor *groups*, each with a *router* that finds an actor by its
//! key. An actor is an async function that owns a context and calls `recv` on it. `actor.rs` is the group of
//! shards, `client.rs` the group of those who send to them, `handle.rs` what callers send through, `system.rs`
//! a node that runs inside another program.
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

mod actor;
mod client;
mod handle;
mod system;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use elfo::Addr;
use elfo::messages::Terminate;
use kv_core::{Backend, Config, Door, Kill, KvError, Routed, StartError};

use crate::client::Client;
pub use crate::handle::ShardHandle;
use crate::system::Node;

/// The store as a group of elfo actors, one per shard.
pub struct Elfo {
    handle: Routed<ShardHandle>,
    /// The client of [`Backend::handle`], whose context is the node's own.
    gateway: Arc<Client>,
    shards: Addr,
    clients: Addr,
    next_client: AtomicU64,
    doors: Arc<[Door]>,
    ask_timeout: Option<Duration>,
    kill: Arc<Kill>,
    stopped: AtomicBool,
}

impl Backend for Elfo {
    const NAME: &'static str = "elfo";
    const FRAMEWORK: Option<&'static str> = Some("elfo");

    type Handle = Routed<ShardHandle>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check(Self::NAME)?;
        let (mailbox, ask_timeout) = (config.mailbox, config.ask_timeout);
        let doors: Arc<[Door]> = (0..config.topology.shards()).map(|_| Door::new()).collect();
        let kill: Arc<Kill> = Arc::default();
        let group = actor::shards(config, Arc::clone(&doors), Arc::clone(&kill));
        let Node { context, scope, shards, clients } = system::start(group, client::clients(), mailbox)
            .await
            .map_err(|reason| StartError::Failed { backend: Self::NAME, reason })?;
        let gateway = Arc::new(Client::new(context, scope));
        let handle = Routed::new(ShardHandle::all(&gateway, shards, &doors, ask_timeout));
        let (next_client, stopped) = (AtomicU64::new(0), AtomicBool::new(false));
        Ok(Self { handle, gateway, shards, clients, next_client, doors, ask_timeout, kill, stopped })
    }

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    // ANCHOR: client
    async fn client(&self) -> Result<Self::Handle, KvError> {
        if self.stopped.load(Ordering::Acquire) {
            return Err(KvError::Stopped);
        }
        let id = self.next_client.fetch_add(1, Ordering::Relaxed);
        let client = Arc::new(self.gateway.open(self.clients, id).await.ok_or(KvError::Stopped)?);
        Ok(Routed::new(ShardHandle::all(&client, self.shards, &self.doors, self.ask_timeout)))
    }
    // ANCHOR_END: client

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        self.terminate();
        self.gateway.context.finished(self.shards).await;
    }

    async fn kill(&self) {
        self.kill.order();
        // Wakes those who have nothing to do; the others see the order before.
        self.shutdown().await;
    }
    // ANCHOR_END: shutdown
}

impl Elfo {
    /// Asks all actors to end.
    fn terminate(&self) {
        self.stopped.store(true, Ordering::Release);
        // Past the bound, or it would wait for room behind others. It fails only if all actors are gone.
        let terminate = || self.gateway.context.unbounded_send_to(self.shards, Terminate::default());
        let _ = self.gateway.scope().sync_within(terminate);
    }
}

impl Drop for Elfo {
    /// A backend that is dropped is killed: nobody could stop it any more, and elfo's actors do not end by
    /// themselves when nobody has their address.
    fn drop(&mut self) {
        self.kill.order();
        self.terminate();
    }
}

impl fmt::Debug for Elfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elfo").field("handle", &self.handle).finish_non_exhaustive()
    }
}
