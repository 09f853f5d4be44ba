//! The store on plain tokio: what an actor is when no framework helps.
//!
//! An actor is a spawned task that owns its state, a channel that is its mailbox, and a oneshot channel per
//! reply. `first.rs` has all of it in one file. `shards/` adds the whole contract: `actor.rs` is the task,
//! `mailbox.rs` the channel, `address.rs` what callers send through. `per_key/` has an actor per key. This crate
//! is the baseline: the tables print every framework's cost as a ratio to it.
//!
//! ```
//! use kv_core::{Backend, Config, Kv};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = kv_tokio::Tokio::start(Config::default()).await?;
//! let kv = Kv::new(backend.handle());
//! kv.set("foo", "bar").await?;
//! assert_eq!(kv.get("foo").await?, Some("bar".into()));
//! backend.shutdown().await;
//! # Ok(()) }
//! ```

mod first;
mod per_key;
mod shards;

use std::sync::Arc;

use kv_core::{
    ActorId, AnyHandle, Backend, Config, KillSwitch, PerKeyHandle, ShardedHandle, StartError, Supervision,
    Topology,
};
use tokio_util::task::TaskTracker;

pub use crate::first::First;
pub use crate::per_key::registry::{KeyHandle, Keys};
use crate::shards::actor::{Shard, supervise};
pub use crate::shards::address::ShardHandle;

/// The store as plain tokio tasks, one per shard or one per key.
#[derive(Debug)]
pub struct Tokio(Running);

#[derive(Debug)]
enum Running {
    Shards { handle: ShardedHandle<ShardHandle>, tasks: TaskTracker, kill: Arc<KillSwitch> },
    Keys(PerKeyHandle<Keys>),
}

impl Backend for Tokio {
    const NAME: &'static str = "tokio";
    const FRAMEWORK: Option<&'static str> = Some("tokio");
    const PER_KEY: bool = true;

    type Handle = AnyHandle<ShardHandle, Keys>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        if config.topology == Topology::PerKey {
            return Ok(Self(Running::Keys(PerKeyHandle::new(Keys::new(config.clone()), config))));
        }
        let tasks = TaskTracker::new();
        let kill = Arc::new(KillSwitch::default());
        let shards = (0..config.topology.shards()).map(|n| {
            let (sender, receiver) = shards::mailbox::channel(config.mailbox);
            let supervision = Supervision::new(&config, ActorId::Shard(n));
            tasks.spawn(supervise(Shard::new(&config, Arc::clone(&kill), receiver), supervision));
            ShardHandle::new(sender, config.ask_timeout)
        });
        let handle = ShardedHandle::new(shards.collect::<Vec<_>>());
        tasks.close();
        Ok(Self(Running::Shards { handle, tasks, kill }))
    }

    fn handle(&self) -> Self::Handle {
        match &self.0 {
            Running::Shards { handle, .. } => AnyHandle::Shards(handle.clone()),
            Running::Keys(handle) => AnyHandle::Keys(handle.clone()),
        }
    }

    async fn shutdown(&self) {
        match &self.0 {
            Running::Shards { handle, tasks, .. } => {
                for shard in handle.addresses() {
                    shard.stop().await;
                }
                // The end of the tasks is the confirmation, and not what the handles say: by then the stores are freed.
                tasks.wait().await;
            }
            Running::Keys(handle) => handle.registry().shutdown().await,
        }
    }

    async fn kill(&self) {
        match &self.0 {
            Running::Shards { handle, tasks, kill } => {
                // The actors end by themselves at this order. Rejected: to abort the tasks, see `supervise`.
                kill.order();
                for shard in handle.addresses() {
                    shard.wake();
                }
                tasks.wait().await;
            }
            Running::Keys(handle) => handle.registry().kill().await,
        }
    }
}
