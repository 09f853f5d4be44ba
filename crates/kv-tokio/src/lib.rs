//! The store on plain tokio: what an actor is when no framework helps.
//!
//! An actor is a spawned task that owns its state, a channel that is its mailbox, and a oneshot channel per
//! reply. `actor.rs` is the task, `mailbox.rs` the channel, `handle.rs` what callers send through. This crate
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

mod actor;
mod handle;
mod mailbox;

use std::sync::Arc;

use kv_core::{Backend, Config, Kill, Routed, StartError};
use tokio_util::task::TaskTracker;

use crate::actor::{Shard, supervise};
pub use crate::handle::ShardHandle;

/// The store as plain tokio tasks, one per shard.
#[derive(Debug)]
pub struct Tokio {
    handle: Routed<ShardHandle>,
    tasks: TaskTracker,
    kill: Arc<Kill>,
}

impl Backend for Tokio {
    const NAME: &'static str = "tokio";
    const FRAMEWORK: Option<&'static str> = Some("tokio");

    type Handle = Routed<ShardHandle>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check(Self::NAME)?;
        let tasks = TaskTracker::new();
        let kill = Arc::new(Kill::default());
        let shards = (0..config.topology.shards()).map(|_| {
            let (sender, receiver) = mailbox::channel(config.mailbox);
            tasks.spawn(supervise(Shard::new(&config, Arc::clone(&kill), receiver)));
            ShardHandle::new(sender, config.ask_timeout)
        });
        let handle = Routed::new(shards.collect::<Vec<_>>());
        tasks.close();
        Ok(Self { handle, tasks, kill })
    }

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    async fn shutdown(&self) {
        for shard in self.handle.addresses() {
            shard.stop().await;
        }
        // Not the handles' word but the tasks' end is the confirmation: by then the stores are freed.
        self.tasks.wait().await;
    }

    async fn kill(&self) {
        // Not by aborting the tasks: see `Shard::run`.
        self.kill.order();
        for shard in self.handle.addresses() {
            shard.wake();
        }
        self.tasks.wait().await;
    }
}
