//! The store as kameo actors.
//!
//! A kameo actor is a struct with one `Message` implementation per message type, and each of these says what it
//! replies. `actor.rs` is the actor, `supervisor.rs` its parent, `handle.rs` what callers send through. Mailbox, bound,
//! ask timeouts, restarts and the graceful stop are kameo's own.
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
pub mod native;
mod supervisor;

use std::sync::Arc;

use futures_util::future::join_all;
use kameo::actor::Spawn;
use kameo::mailbox;
use kv_core::{ActorId, Backend, Config, Mailbox, Routed, StartError, Supervision};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

pub use crate::handle::ShardHandle;
use crate::supervisor::{Life, Supervisor, supervise};

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
        let lives: Vec<_> = (0..config.topology.shards())
            .map(|n| Arc::new(Life::new(config.clone(), Supervision::new(&config, ActorId::Shard(n)))))
            .collect();
        let tasks = TaskTracker::new();
        // Prepared, not spawned in one step, for the join handle: kameo's own `wait_for_shutdown` resolves when the
        // mailbox is closed, and an actor has still something to do then.
        let supervisor = Supervisor::prepare();
        let parent = supervisor.actor_ref().clone();
        let task = supervisor.spawn((lives.clone(), tasks.clone()));
        tasks.spawn(async move { drop(task.await) });
        let mut shards = Vec::new();
        for life in lives {
            let mailbox = match config.mailbox {
                Mailbox::Bounded(capacity) => mailbox::bounded(capacity.min(Semaphore::MAX_PERMITS)),
                Mailbox::Unbounded => mailbox::unbounded(),
            };
            let actor = supervise(&parent, &life, mailbox).await;
            shards.push(ShardHandle::new(actor, life, parent.clone()));
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
        // The supervisor ends with the last shard.
        self.tasks.wait().await;
    }

    async fn kill(&self) {
        self.handle.addresses().iter().for_each(ShardHandle::kill);
        self.tasks.wait().await;
    }
    // ANCHOR_END: shutdown
}
