//! Storey 2: the whole contract over one actor or one per shard.

pub(crate) mod actor;
pub(crate) mod address;
pub(crate) mod mailbox;
mod quirks;

use std::sync::Arc;

use kv_core::{ActorId, Backend, Config, KillSwitch, ShardedHandle, StartError, Supervision};
use tokio_util::task::TaskTracker;

use self::actor::{Shard, supervise};
use self::address::ShardHandle;

/// The store as plain tokio tasks, one per shard.
#[derive(Debug)]
pub struct Shards {
    handle: ShardedHandle<ShardHandle>,
    tasks: TaskTracker,
    kill: Arc<KillSwitch>,
}

impl Backend for Shards {
    const NAME: &'static str = "tokio";
    const FRAMEWORK: Option<&'static str> = Some("tokio");

    type Handle = ShardedHandle<ShardHandle>;

    async fn start(config: Config) -> Result<Self, StartError> {
        let (tasks, kill) = (TaskTracker::new(), Arc::new(KillSwitch::default()));
        let shards = (0..config.topology.shards()).map(|n| {
            let (sender, receiver) = mailbox::channel(config.mailbox);
            let supervision = Supervision::new(&config, ActorId::Shard(n));
            tasks.spawn(supervise(Shard::new(&config, Arc::clone(&kill), receiver), supervision));
            ShardHandle::new(sender, config.ask_timeout)
        });
        let handle = ShardedHandle::new(shards.collect::<Vec<_>>());
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
        // The end of the tasks is the confirmation, and not what the handles say: by then the stores are freed.
        self.tasks.wait().await;
    }

    async fn kill(&self) {
        // The actors end by themselves at this order. Rejected: to abort the tasks, see `supervise`.
        self.kill.order();
        self.handle.addresses().iter().for_each(ShardHandle::wake);
        self.tasks.wait().await;
    }
}
