//! The store as ractor actors.
//!
//! A ractor actor is a behaviour, the state that it is handed at each call, and one message type, after Erlang's
//! `gen_server`. `actor.rs` is the actor of a shard, and `supervisor.rs` is the actor that starts and restarts it.
//! `handle.rs` is the address through which callers send: ractor's `call` and `cast`, and the bound that ractor's
//! mailbox does not have. With one actor per key, `keys.rs` finds the actors and supervises them, `table.rs` decides
//! about births and ends, `key_actor.rs` is the actor of one key, and `key_handle.rs` is the address of such an actor.
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

mod actor;
mod first;
mod handle;
mod incarnation;
mod key_actor;
mod key_handle;
mod keys;
mod supervisor;
mod table;

use kv_core::{
    AnyHandle, Backend, Config, Declaration, MailboxKind, PerKeyHandle, ShardedHandle, StartError, Topology,
};
use ractor::{Actor, ActorRef};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

pub use crate::first::First;
pub use crate::handle::ShardHandle;
pub use crate::key_handle::KeyHandle;
pub use crate::keys::Keys;
use crate::supervisor::{Order, Supervisor};

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
