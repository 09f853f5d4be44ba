//! The store as kameo actors.
//!
//! A kameo actor is a struct with one `Message` implementation per message type, and each of these says what it
//! replies. `first.rs` is the store as kameo's documentation would write it. `shards/` adds the whole contract: `actor.rs`
//! is the actor, `supervisor.rs` its parent, `address.rs` what callers send through. `per_key/` has an actor per key, which
//! `registry.rs` finds. Mailbox, bound, ask timeouts, restarts and the graceful stop are kameo's own.
//!
//! ```
//! use kv_core::{Backend, Config, Kv};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = kv_kameo::Kameo::start(Config::default()).await?;
//! let kv = Kv::new(backend.handle());
//! kv.set("foo", "bar").await?;
//! assert_eq!(kv.get("foo").await?, Some("bar".into()));
//! backend.shutdown().await;
//! # Ok(()) }
//! ```

mod first;
mod mailbox;
mod per_key;
mod shards;

use std::sync::Arc;

use futures_util::future::join_all;
use kameo::actor::Spawn;
use kv_core::{
    ActorId, AnyHandle, Backend, Config, PerKeyHandle, ShardedHandle, StartError, Supervision, Topology,
};
use tokio_util::task::TaskTracker;

pub use crate::first::First;
use crate::mailbox::mailbox_of;
pub use crate::per_key::address::KeyHandle;
pub use crate::per_key::registry::Keys;
pub use crate::shards::address::ShardHandle;
use crate::shards::supervisor::{Life, Supervisor, supervise};

/// The store as kameo actors, one per shard or one per key.
#[derive(Debug)]
pub struct Kameo(Running);

#[derive(Debug)]
enum Running {
    Shards { handle: ShardedHandle<ShardHandle>, tasks: TaskTracker },
    Keys(PerKeyHandle<Keys>),
}

impl Backend for Kameo {
    const NAME: &'static str = "kameo";
    const FRAMEWORK: Option<&'static str> = Some("kameo");

    const PER_KEY: bool = true;

    type Handle = AnyHandle<ShardHandle, Keys>;

    // ANCHOR: start
    async fn start(config: Config) -> Result<Self, StartError> {
        config.check()?;
        if config.topology == Topology::PerKey {
            return Ok(Self(Running::Keys(PerKeyHandle::new(Keys::new(config.clone()), config))));
        }
        let lives: Vec<_> = (0..config.topology.shards())
            .map(|n| Arc::new(Life::new(config.clone(), Supervision::new(&config, ActorId::Shard(n)))))
            .collect();
        let tasks = TaskTracker::new();
        // The supervisor is prepared and then spawned, because `spawn` in one step gives no join handle. kameo's own
        // `wait_for_shutdown` resolves when the mailbox is closed, and an actor still has something to do then.
        let supervisor = Supervisor::prepare();
        let parent = supervisor.actor_ref().clone();
        let task = supervisor.spawn((lives.clone(), tasks.clone()));
        tasks.spawn(async move { drop(task.await) });
        let mut shards = Vec::new();
        for life in lives {
            let actor = supervise(&parent, &life, mailbox_of(config.mailbox)).await;
            shards.push(ShardHandle::new(actor, life, parent.clone()));
        }
        tasks.close();
        Ok(Self(Running::Shards { handle: ShardedHandle::new(shards), tasks }))
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
            Running::Shards { handle, tasks } => {
                // All shards are stopped at once: the stop signal waits for room like a message, and a shard with a
                // full mailbox must not keep the others from refusing new messages.
                join_all(handle.addresses().iter().map(ShardHandle::stop)).await;
                // The supervisor ends with the last shard.
                tasks.wait().await;
            }
            Running::Keys(handle) => handle.registry().shutdown().await,
        }
    }

    async fn kill(&self) {
        match &self.0 {
            Running::Shards { handle, tasks } => {
                handle.addresses().iter().for_each(ShardHandle::kill);
                tasks.wait().await;
            }
            Running::Keys(handle) => handle.registry().kill().await,
        }
    }
    // ANCHOR_END: shutdown
}
