//! The store as kameo actors.
//!
//! A kameo actor is a struct with one `Message` implementation per message type, and each of these says what it
//! replies. `actor.rs` is the actor, `handle.rs` what callers send through. Mailbox, bound, ask timeouts and the
//! graceful stop are kameo's own.
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

mod actor;
mod handle;

use futures_util::future::join_all;
use kameo::actor::Spawn;
use kameo::mailbox;
use kv_core::{Backend, Config, Mailbox, Routed, StartError};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::actor::Shard;
pub use crate::handle::ShardHandle;

/// The store as kameo actors, one per shard.
#[derive(Debug)]
pub struct Kameo {
    handle: Routed<ShardHandle>,
    tasks: TaskTracker,
}

impl Backend for Kameo {
    const NAME: &'static str = "kameo";
    const FRAMEWORK: Option<&'static str> = Some("kameo");

    type Handle = Routed<ShardHandle>;

    // ANCHOR: start
    async fn start(config: Config) -> Result<Self, StartError> {
        config.check(Self::NAME)?;
        let tasks = TaskTracker::new();
        let mut shards = Vec::new();
        for _ in 0..config.topology.shards() {
            // Prepared, not spawned in one step, for the join handle: kameo's own `wait_for_shutdown` resolves
            // when the mailbox is closed, which is before it is drained.
            let shard = Shard::prepare_with_mailbox(match config.mailbox {
                Mailbox::Bounded(capacity) => mailbox::bounded(capacity.min(Semaphore::MAX_PERMITS)),
                Mailbox::Unbounded => mailbox::unbounded(),
            });
            let actor = shard.actor_ref().clone();
            let task = shard.spawn(config.clone());
            // The task's output is the actor. Dropped here, so that a shard that panicked does not keep its
            // store until shutdown, and one that was shut down has freed it before the tracker says so.
            tasks.spawn(async move { drop(task.await) });
            actor.wait_for_startup().await;
            shards.push(ShardHandle::new(actor, config.ask_timeout));
        }
        tasks.close();
        Ok(Self { handle: Routed::new(shards), tasks })
    }
    // ANCHOR_END: start

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        // All at once: the stop signal waits for room like a message, and a shard with a full mailbox must not
        // keep the others from refusing new ones.
        join_all(self.handle.addresses().iter().map(ShardHandle::stop)).await;
        self.tasks.wait().await;
    }

    async fn kill(&self) {
        self.handle.addresses().iter().for_each(ShardHandle::kill);
        self.tasks.wait().await;
    }
    // ANCHOR_END: shutdown
}
