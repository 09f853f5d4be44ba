//! Storey 2: the whole contract over one actor or one per shard.

pub(crate) mod actor;
pub(crate) mod address;
pub(crate) mod quirks;
pub(crate) mod supervisor;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use kameo::actor::Spawn;
use kameo::supervision::RestartPolicy;
use kv_core::{Backend, Config, ShardedHandle, StartError};
use tokio_util::task::TaskTracker;

use self::actor::Shard;
use self::address::{Address, ShardHandle};
use self::supervisor::{Life, Supervisor};
use crate::first::mailbox_of;

/// The store as kameo actors, one per shard, and one more that supervises them.
#[derive(Debug)]
pub struct Shards {
    handle: ShardedHandle<ShardHandle>,
    lives: Vec<Arc<Life>>,
    tasks: TaskTracker,
}

impl Backend for Shards {
    const NAME: &'static str = "kameo";
    const FRAMEWORK: Option<&'static str> = Some("kameo");

    type Handle = ShardedHandle<ShardHandle>;

    // ANCHOR: start
    async fn start(config: Config) -> Result<Self, StartError> {
        let lives: Vec<_> = (0..config.topology.shards()).map(|n| Arc::new(Life::new(&config, n))).collect();
        let tasks = TaskTracker::new();
        // The supervisor is prepared and then spawned, because `spawn` in one step gives no join handle. kameo's own
        // `wait_for_shutdown` resolves when the mailbox is closed, and an actor still has something to do then.
        let supervisor = Supervisor::prepare();
        let parent = supervisor.actor_ref().clone();
        let task = supervisor.spawn((lives.clone(), tasks.clone()));
        tasks.spawn(async move { drop(task.await) });
        tasks.close();
        let mut shards = Vec::new();
        for life in &lives {
            // ANCHOR: supervise
            let shard = Shard::supervise(&parent, Arc::clone(life))
                .restart_policy(RestartPolicy::Transient)
                // kameo's own limit is set so high that it is never reached: `Life` decides whether to restart, before
                // kameo does. See `Supervisor::next`.
                .restart_limit(u32::MAX, Duration::ZERO)
                .spawn_with_mailbox(mailbox_of(config.mailbox))
                .await;
            // ANCHOR_END: supervise
            shard.wait_for_startup().await;
            shards.push(Address { actor: shard, ask_timeout: config.ask_timeout, _keeps: parent.clone() });
        }
        Ok(Self { handle: ShardedHandle::new(shards), lives, tasks })
    }
    // ANCHOR_END: start

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    // ANCHOR: shutdown
    async fn shutdown(&self) {
        // All shards are stopped at once: the stop signal waits for room like a message, and a shard with a full mailbox
        // must not keep the others from refusing new messages. A shard that has already ended counts as stopped.
        join_all(self.handle.addresses().iter().map(|shard| shard.actor.stop_gracefully())).await;
        // The supervisor ends with the last shard.
        self.tasks.wait().await;
    }

    async fn kill(&self) {
        self.lives.iter().for_each(|life| life.kill());
        self.tasks.wait().await;
    }
    // ANCHOR_END: shutdown
}
