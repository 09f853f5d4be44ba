//! The store as ractor actors.
//!
//! A ractor actor is a behaviour, the state that it is handed at each call, and one message type, after Erlang's
//! `gen_server`. `actor.rs` is the actor, `handle.rs` what callers send through: ractor's `call` and `cast`, and
//! the bound that its mailbox does not have.
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
mod handle;

use kv_core::{Backend, Bound, Config, Declaration, MailboxKind, Routed, StartError};
use ractor::Actor;
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;

use crate::actor::{Message, Shard};
pub use crate::handle::ShardHandle;

/// The store as ractor actors, one per shard.
#[derive(Debug)]
pub struct Ractor {
    handle: Routed<ShardHandle>,
    tasks: TaskTracker,
    timers: Vec<AbortHandle>,
}

impl Backend for Ractor {
    const NAME: &'static str = "ractor";
    const FRAMEWORK: Option<&'static str> = Some("ractor");
    const DECLARATION: Declaration = Declaration { mailbox: MailboxKind::Bound };

    type Handle = Routed<ShardHandle>;

    // ANCHOR: start
    async fn start(config: Config) -> Result<Self, StartError> {
        config.check(Self::NAME)?;
        let tasks = TaskTracker::new();
        let (mut shards, mut timers) = (Vec::new(), Vec::new());
        for _ in 0..config.topology.shards() {
            let bound = Bound::new(config.mailbox);
            // Without a name, which is global to the process: two backends must not meet there. It would also
            // be the one thing that can fail here, so there are no shards to stop after a failure.
            let (actor, task) = Shard::spawn(None, Shard, (config.clone(), bound.clone()))
                .await
                .map_err(|error| StartError::Failed { backend: Self::NAME, reason: error.to_string() })?;
            tasks.spawn(task);
            // ANCHOR: timer
            if let Some(period) = config.sweep_interval {
                // Here and not in `pre_start`, so that the task that ticks is in reach: left to itself, it
                // outlives the actor by up to one period.
                let timer = actor.send_interval(period, || Message::Sweep);
                timers.push(timer.abort_handle());
                tasks.spawn(timer);
            }
            // ANCHOR_END: timer
            shards.push(ShardHandle::new(actor, bound, config.ask_timeout));
        }
        tasks.close();
        Ok(Self { handle: Routed::new(shards), tasks, timers })
    }
    // ANCHOR_END: start

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        // Not `stop`: it overtakes the queue, and what is cast after it is accepted and lost.
        self.handle.addresses().iter().for_each(ShardHandle::drain);
        self.finish().await;
    }

    async fn kill(&self) {
        self.handle.addresses().iter().for_each(ShardHandle::kill);
        self.finish().await;
    }
    // ANCHOR_END: shutdown
}

impl Ractor {
    /// Stops the timers, which a draining actor no longer listens to, and waits for all tasks.
    async fn finish(&self) {
        self.timers.iter().for_each(AbortHandle::abort);
        self.tasks.wait().await;
    }
}
