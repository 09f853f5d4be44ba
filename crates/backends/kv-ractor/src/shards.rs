//! Storey 2: the whole contract over one actor or one per shard.

pub(crate) mod actor;
pub(crate) mod address;
pub(crate) mod incarnation;
pub(crate) mod quirks;
pub(crate) mod supervisor;

use kv_core::{Backend, Config, Declaration, MailboxKind, ShardedHandle, StartError};
use ractor::{Actor, ActorRef};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;

use self::address::ShardHandle;
use self::supervisor::{Order, Supervisor};

/// The store as ractor actors, one per shard, and one more that supervises them.
#[derive(Debug)]
pub struct Shards {
    handle: ShardedHandle<ShardHandle>,
    supervisor: ActorRef<Order>,
    tasks: TaskTracker,
}

impl Backend for Shards {
    const NAME: &'static str = "ractor";
    const FRAMEWORK: Option<&'static str> = Some("ractor");
    const DECLARATION: Declaration = Declaration { mailbox: MailboxKind::Bound };

    type Handle = ShardedHandle<ShardHandle>;

    // ANCHOR: start
    async fn start(config: Config) -> Result<Self, StartError> {
        let (slots, shards): (Vec<_>, Vec<_>) =
            (0..config.topology.shards()).map(|_| watch::channel(None)).unzip();
        let ask_timeout = config.ask_timeout;
        let (supervisor, task) = Supervisor::spawn(None, Supervisor, (config, slots))
            .await
            .map_err(|error| StartError::Failed { backend: Self::NAME, reason: error.to_string() })?;
        let tasks = TaskTracker::new();
        // The supervisor waits for the tasks of all other actors, and ends last.
        tasks.spawn(task);
        tasks.close();
        let shards = shards.into_iter().map(|slot| {
            let first = slot.borrow().clone().expect("a supervisor that has started has started the shards");
            ShardHandle { first, slot, ask_timeout }
        });
        Ok(Self { handle: ShardedHandle::new(shards.collect::<Vec<_>>()), supervisor, tasks })
    }
    // ANCHOR_END: start

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        // The order is refused by a supervisor that has already ended, and then the shards have ended, too.
        let _ = self.supervisor.cast(Order::Drain);
        self.tasks.wait().await;
    }

    async fn kill(&self) {
        let _ = self.supervisor.cast(Order::Kill);
        self.tasks.wait().await;
    }
    // ANCHOR_END: shutdown
}
