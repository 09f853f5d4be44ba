//! The store as ractor actors.
//!
//! A ractor actor is a behaviour, the state that it is handed at each call, and one message type, after Erlang's
//! `gen_server`. `actor.rs` is the actor, `supervisor.rs` the actor that starts it and starts it again,
//! `handle.rs` what callers send through: ractor's `call` and `cast`, and the bound that its mailbox does not have.
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
mod incarnation;
pub mod native;
mod supervisor;

use kv_core::{Backend, Config, Declaration, MailboxKind, Routed, StartError};
use ractor::{Actor, ActorRef};
use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

pub use crate::handle::ShardHandle;
use crate::supervisor::{Order, Supervisor};

/// The store as ractor actors, one per shard, and one more that supervises them.
#[derive(Debug)]
pub struct Ractor {
    handle: Routed<ShardHandle>,
    supervisor: ActorRef<Order>,
    tasks: TaskTracker,
}

impl Backend for Ractor {
    const NAME: &'static str = "ractor";
    const FRAMEWORK: Option<&'static str> = Some("ractor");
    const DECLARATION: Declaration = Declaration { mailbox: MailboxKind::Bound };

    type Handle = Routed<ShardHandle>;

    // ANCHOR: start
    async fn start(config: Config) -> Result<Self, StartError> {
        config.check(Self::NAME)?;
        let failed = |reason: String| StartError::Failed { backend: Self::NAME, reason };
        let (addresses, shards) = oneshot::channel();
        let (supervisor, task) = Supervisor::spawn(None, Supervisor, (config, addresses))
            .await
            .map_err(|error| failed(error.to_string()))?;
        let shards = shards.await.map_err(|error| failed(error.to_string()))?;
        let tasks = TaskTracker::new();
        // The others' tasks are the supervisor's to wait for: it ends last.
        tasks.spawn(task);
        tasks.close();
        Ok(Self { handle: Routed::new(shards), supervisor, tasks })
    }
    // ANCHOR_END: start

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        // Refused by a supervisor that is gone already, and then there is nothing to be done.
        let _ = self.supervisor.cast(Order::Drain);
        self.tasks.wait().await;
    }

    async fn kill(&self) {
        let _ = self.supervisor.cast(Order::Kill);
        self.tasks.wait().await;
    }
    // ANCHOR_END: shutdown
}
