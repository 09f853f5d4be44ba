//! The store as ractor actors.
//!
//! A ractor actor is a behaviour, the state that it is handed at each call, and one message type, after Erlang's
//! `gen_server`. `first.rs` is the store as ractor's documentation would write it. `shards/` adds the whole contract:
//! `actor.rs` is the actor, `supervisor.rs` the actor that starts it and starts it again, `address.rs` what callers send
//! through: ractor's `call` and `cast`, and the bound that its mailbox does not have. `per_key/` has an actor per key:
//! `registry.rs` finds and supervises the actors, `table.rs` decides about births and ends.
//!
//! ```
//! use kv_core::{Backend, Config, Kv};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = kv_ractor::Ractor::start(Config::default()).await?;
//! let kv = Kv::new(backend.handle());
//! kv.set("foo", "bar").await?;
//! assert_eq!(kv.get("foo").await?, Some("bar".into()));
//! backend.shutdown().await;
//! # Ok(()) }
//! ```

mod first;
mod per_key;
mod shards;

use kv_core::{
    AnyHandle, Backend, Config, Declaration, MailboxKind, PerKeyHandle, ShardedHandle, StartError, Topology,
};
use ractor::{Actor, ActorRef};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

pub use crate::first::First;
pub use crate::per_key::address::KeyHandle;
pub use crate::per_key::registry::Keys;
pub use crate::shards::address::ShardHandle;
use crate::shards::supervisor::{Order, Supervisor};

/// The store as ractor actors, one per shard or one per key, and one more that supervises them.
#[derive(Debug)]
pub struct Ractor(Running);

#[derive(Debug)]
enum Running {
    Shards { handle: ShardedHandle<ShardHandle>, supervisor: ActorRef<Order>, tasks: TaskTracker },
    Keys(PerKeyHandle<Keys>),
}

impl Backend for Ractor {
    const NAME: &'static str = "ractor";
    const FRAMEWORK: Option<&'static str> = Some("ractor");
    const DECLARATION: Declaration = Declaration { mailbox: MailboxKind::Bound };
    const PER_KEY: bool = true;

    type Handle = AnyHandle<ShardHandle, Keys>;

    // ANCHOR: start
    async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        let failed = |reason: String| StartError::Failed { backend: Self::NAME, reason };
        if config.topology == Topology::PerKey {
            let keys = Keys::start(config.clone()).await.map_err(|error| failed(error.to_string()))?;
            return Ok(Self(Running::Keys(PerKeyHandle::new(keys, config))));
        }
        let (addresses, shards) = oneshot::channel();
        let (supervisor, task) = Supervisor::spawn(None, Supervisor, (config, addresses))
            .await
            .map_err(|error| failed(error.to_string()))?;
        let shards = shards.await.map_err(|error| failed(error.to_string()))?;
        let tasks = TaskTracker::new();
        // The supervisor waits for the tasks of all other actors, and ends last.
        tasks.spawn(task);
        tasks.close();
        Ok(Self(Running::Shards { handle: ShardedHandle::new(shards), supervisor, tasks }))
    }
    // ANCHOR_END: start

    fn handle(&self) -> Self::Handle {
        match &self.0 {
            Running::Shards { handle, .. } => AnyHandle::Shards(handle.clone()),
            Running::Keys(handle) => AnyHandle::Keys(handle.clone()),
        }
    }

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        match &self.0 {
            Running::Shards { supervisor, tasks, .. } => {
                // The order is refused by a supervisor that has already ended, and then the shards have ended, too.
                let _ = supervisor.cast(Order::Drain);
                tasks.wait().await;
            }
            Running::Keys(handle) => handle.registry().shutdown().await,
        }
    }

    async fn kill(&self) {
        match &self.0 {
            Running::Shards { supervisor, tasks, .. } => {
                let _ = supervisor.cast(Order::Kill);
                tasks.wait().await;
            }
            Running::Keys(handle) => handle.registry().kill().await,
        }
    }
    // ANCHOR_END: shutdown
}
