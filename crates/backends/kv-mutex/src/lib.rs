//! The control: the store behind a mutex. Not an actor.
//!
//! There is no mailbox, no task and no message: a call locks the shard in the caller's own task, applies the command
//! and returns. It shows the cost of the work itself, so that the rest of a framework's figure is the framework's cost.
//! For many programs it is the right answer.
//!
//! The consequences of having no mailbox are [declared](kv_core::Declaration) and checked by the suite: a tell never
//! waits for room, nothing is ever overloaded, and a stalled caller stalls only itself.

mod handle;

use std::time::Duration;

use kv_core::{Backend, Config, Declaration, MailboxKind, ShardedHandle, StartError};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use crate::handle::Shard;

/// The store behind one mutex per shard.
#[derive(Debug)]
pub struct Mutex {
    handle: ShardedHandle<Shard>,
    closed: CancellationToken,
    sweeper: TaskTracker,
}

impl Backend for Mutex {
    const NAME: &'static str = "mutex";
    const FRAMEWORK: Option<&'static str> = None;
    const DECLARATION: Declaration = Declaration { mailbox: MailboxKind::None };

    type Handle = ShardedHandle<Shard>;

    async fn start(config: Config) -> Result<Self, StartError> {
        config.check_without_per_key(Self::NAME)?;
        let closed = CancellationToken::new();
        let shards: Vec<_> =
            (0..config.topology.shards()).map(|n| Shard::new(&config, n, closed.clone())).collect();
        let handle = ShardedHandle::new(shards);
        let sweeper = TaskTracker::new();
        if let Some(period) = config.sweep_interval {
            sweeper.spawn(sweep(handle.clone(), period, closed.clone()));
        }
        sweeper.close();
        Ok(Self { handle, closed, sweeper })
    }

    fn handle(&self) -> Self::Handle {
        self.handle.clone()
    }

    async fn shutdown(&self) {
        self.closed.cancel();
        for shard in self.handle.addresses() {
            shard.close();
        }
        self.sweeper.wait().await;
    }

    async fn kill(&self) {
        // A call is over when it returns: no command is queued that could be drained or lost.
        self.shutdown().await;
    }
}

/// Sweeps expired keys. An actor would sweep between two messages; here a task of its own has to take the locks.
async fn sweep(handle: ShardedHandle<Shard>, period: Duration, closed: CancellationToken) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while closed.run_until_cancelled(ticks.tick()).await.is_some() {
        for shard in handle.addresses() {
            shard.sweep();
        }
    }
}
